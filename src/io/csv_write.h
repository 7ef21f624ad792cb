/* Writing delimited text: cells with quotes only where the style needs them.
 *
 * A style is the part of a dialect that matters for writing. Cells that need quotes go through
 * libcsv's csv_write2, or through our own loop where the style has an escape character. */
#ifndef TW_IO_CSV_WRITE_H
#define TW_IO_CSV_WRITE_H

#include "base/buf.h"
#include "io/csv_scan.h"

typedef struct tw_csv_style {
    tw_csv_rules rules;
    const char *line_end;
} tw_csv_style;
#define TW_CSV_STYLE(c) ((tw_csv_style){{.delimiter = {c}, .delimiter_n = 1, .quote = '"'}, "\n"})
#define TW_CSV_STYLE_RFC TW_CSV_STYLE(',')
#define TW_CSV_STYLE_TSV TW_CSV_STYLE('\t')
tw_csv_style tw_csv_style_of(const tw_dialect *dialect); /* line_end borrows from the dialect */

/* True when text does not read back as itself without quotes or escapes. */
bool tw_csv_needs_quotes(const tw_csv_style *style, tw_str text);
/* Bytes at the beginning of a text that need no quotes, for styles of one delimiter and no escape.
 * `readable` bytes may be read from text.p on. */
size_t tw_csv_bare(const tw_csv_style *style, tw_str text, size_t readable);
/* How many bytes of a text would need quotes, for the same styles. */
size_t tw_csv_marks(const tw_csv_style *style, tw_str text, size_t readable);
/* One cell; in quotes when it needs them or `quoted` asks for them. TW_EOUTPUT when the style
 * cannot hold the text: no quotes and no escape in the file. */
TW_NODISCARD enum tw_rc tw_csv_put_cell(tw_buf *out, const tw_csv_style *style, tw_str text,
                                        bool quoted, tw_error *err);
/* The delimiter as the style writes it, with its blank. */
bool tw_csv_put_delimiter(tw_buf *out, const tw_csv_style *style);

#endif
