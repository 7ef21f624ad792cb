/* The tokeniser: bytes to records and cells as spans, for every one-character dialect.
 *
 * For the plain dialect (one-byte delimiter, doubled quotes) the meaning is libcsv's with its space
 * function off: CR or LF ends a record, blank lines are no records, a quote opens a quoted cell
 * only as its first byte, junk behind a closing quote keeps the cell open, an unclosed quote runs
 * to the end of the text. It never fails on input; what looks broken is flagged and left to
 * io/repair.h. Pure: the caller owns text and cells; any thread. */
#ifndef TW_IO_CSV_SCAN_H
#define TW_IO_CSV_SCAN_H

#include "data/source.h"
#include "io/dialect.h"

/* The part of a dialect that decides where cells end; a value. */
typedef struct tw_csv_rules {
    char delimiter[5];   /* UTF-8 */
    uint8_t delimiter_n; /* bytes of it; 0 = one column */
    bool runs;  /* a run of delimiters counts as one; runs at both ends of a record are no cells */
    bool blank; /* one blank behind a delimiter belongs to it */
    char quote, escape; /* 0 = none; escape 0 = quotes are doubled */
    const uint32_t *cuts; /* fixed columns (io/fixed.h): borrowed from the dialect */
    uint32_t n_cuts;      /* 0 = none */
    bool strict;          /* no line moves them */
} tw_csv_rules;
tw_csv_rules tw_csv_rules_of(const tw_dialect *dialect);
/* True when libcsv reads the dialect with the same meaning. */
bool tw_csv_rules_are_plain(const tw_csv_rules *rules);

/* Flag beside those of data/source.h: a quote inside the quoted cell is neither doubled nor at its
 * end, or the closing quote is missing at the end of the text. */
enum { TW_CELL_STRAY = 8 };

/* Growing arrays a scan appends to; init/fini in place. Spans count from the `text.p` of the scan.
 */
typedef struct tw_csv_cells {
    tw_span *records;
    uint8_t *ends;
    uint32_t *first; /* rows + 1 entries once there is a row */
    size_t rows, rows_max;
    tw_span *cells;
    uint8_t *flags;
    size_t n, max;
    bool stray; /* a cell since the last clear may have TW_CELL_STRAY */
} tw_csv_cells;
void tw_csv_cells_init(tw_csv_cells *cells);
void tw_csv_cells_fini(tw_csv_cells *cells);
void tw_csv_cells_clear(tw_csv_cells *cells); /* keeps the memory */
TW_NODISCARD bool tw_csv_cells_add_cell(tw_csv_cells *cells, tw_span cell, uint8_t flags);
/* Close the record whose cells were added since the last one. */
TW_NODISCARD bool tw_csv_cells_add_record(tw_csv_cells *cells, tw_span record, uint8_t end);
/* Room for so many more without a look at each; first[0] is set. */
TW_NODISCARD bool tw_csv_cells_reserve(tw_csv_cells *cells, size_t more_cells, size_t more_rows);
/* View as a batch; borrows everything. */
void tw_csv_cells_batch(const tw_csv_cells *cells, const char *base, int64_t first_row,
                        const tw_csv_rules *rules, tw_batch *out);

/* Append the records that begin in [at, stop), at most max_rows of them; `at` must be a record's
 * start (or a blank line's). A record may run beyond `stop` up to the end of the text. *next =
 * start of the record behind the last one read (blank lines skipped only up to `stop`), text.n at
 * the end. text.n < 4 GiB (TW_ELIMIT); TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_csv_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                    size_t max_rows, tw_csv_cells *out, size_t *next,
                                    tw_error *err);

/* Columns that a reader looks at, where it leaves most alone. */
enum { TW_CSV_PICK_MAX = 64 };
typedef struct tw_csv_pick {
    const int *columns; /* ascending, each once */
    size_t n;           /* TW_CSV_PICK_MAX at most; 0 = records without cells */
    size_t width;       /* cells of a usual record */
} tw_csv_pick;
/* Picking n of so many columns is quicker than scanning all. */
bool tw_csv_pick_pays(size_t n, size_t width);
/* As tw_csv_scan, but of each record only the cells picked, n of them: an empty one at its end where
 * it is too short. `scratch` holds whole records that could not be picked from at once. */
TW_NODISCARD enum tw_rc tw_csv_scan_pick(const tw_csv_rules *rules, tw_str text, size_t at,
                                         size_t stop, size_t max_rows, const tw_csv_pick *pick,
                                         tw_csv_cells *scratch, tw_csv_cells *out, size_t *next,
                                         tw_error *err);
/* Rows [from, to) of a scan, picked from, behind those of `out`; false without memory. */
TW_NODISCARD bool tw_csv_cells_pick(const tw_csv_cells *cells, size_t from, size_t to,
                                    const tw_csv_pick *pick, tw_csv_cells *out);

/* Twins behind tw_csv_scan, with the same result: the scalar loop alone, and io/csv_vector.h (plain
 * rules, where tw_csv_vector_usable) with the scalar loop for records that have no certificate. */
TW_NODISCARD enum tw_rc tw_csv_scan_certified(const tw_csv_rules *rules, tw_str text, size_t at,
                                              size_t stop, size_t max_rows, tw_csv_cells *out,
                                              size_t *next, tw_error *err);
TW_NODISCARD enum tw_rc tw_csv_scan_scalar(const tw_csv_rules *rules, tw_str text, size_t at,
                                           size_t stop, size_t max_rows, tw_csv_cells *out,
                                           size_t *next, tw_error *err);

/* How often `byte` stands in p[0..n): the parity of quotes. */
size_t tw_csv_count_byte(const char *p, size_t n, char byte);

/* Text of a cell without doubled or escaped quotes, appended to out. */
bool tw_csv_unescape(tw_str cell, char quote, char escape, tw_buf *out);

#endif
