/* Sniffing: encoding, dialect, header, preamble and footer from a few blocks of a file, each decision with its evidence.
 *
 * Called by io/open.c once for each file, on the head plus blocks from middle and end, never on the whole of a big one.
 * Overrides of the user (tw_read_options) switch off one guess each. Pure; any thread. */
#ifndef TW_IO_SNIFF_H
#define TW_IO_SNIFF_H

#include "base/arena.h"
#include "io/dialect.h"

/* What is looked at. As bytes for tw_sniff_encoding, as UTF-8 without its mark for tw_sniff. */
typedef struct tw_sample {
    tw_str head;        /* from the first byte on; cut at a line end unless whole */
    tw_str middle, end; /* cut anywhere; p NULL = not looked at (streams, compressed files) */
    uint64_t end_at;    /* offset of `end` in the text */
    uint64_t total;     /* bytes of the whole text, 0 = unknown */
    bool whole;         /* head is everything there is: every decision is exact */
} tw_sample;

/* A table inside the file; the first one is read unless the user says so. Bytes from its header to behind its last
 * record; rows -1 = not counted. */
typedef struct tw_sniffed_table {
    uint64_t begin, end;
    int64_t first_row, rows;
    const char *name; /* in a database; else NULL */
} tw_sniffed_table;

/* What the format a text was made from knows of a column. */
enum tw_known {
    TW_KNOWN_NOTHING,
    TW_KNOWN_WORDS, /* texts: words or moments, digits are no numbers */
    TW_KNOWN_TYPE   /* + enum tw_type */
};

typedef struct tw_sniffed {
    tw_dialect dialect;
    size_t width;    /* cells a data record should have */
    tw_str *names;   /* width entries, unescaped, header rows joined by a blank; p NULL where there is no header */
    tw_decision *decisions;
    size_t n_decisions;
    tw_sniffed_table *tables; /* dialect.n_tables entries */
    uint64_t data_begin;      /* first byte behind header and units row */
    const uint8_t *known;     /* enum tw_known of each column; NULL = nothing */
} tw_sniffed;                 /* everything in the arena given */

/* Encoding, name and mark into the dialect; one decision. */
TW_NODISCARD enum tw_rc tw_sniff_encoding(const tw_sample *bytes, const tw_read_options *options, tw_dialect *dialect,
                                          tw_decision *decision, tw_error *err);
/* Everything else. `encoding` holds what is known: encoding fields and compression are copied to the result. An empty
 * text gives width 0. */
TW_NODISCARD enum tw_rc tw_sniff(const tw_sample *text, const tw_read_options *options, const tw_dialect *encoding,
                                 tw_arena *arena, tw_sniffed *out, tw_error *err);

#endif
