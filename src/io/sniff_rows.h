/* The records of a sample, each with a digest of its cells: the material for header, footer and
 * tables.
 *
 * Cells beyond TW_ROW_CELLS of a record are counted but not looked at. Spans point into the sample;
 * everything else is the rows' own. One thread. */
#ifndef TW_IO_SNIFF_ROWS_H
#define TW_IO_SNIFF_ROWS_H

#include "io/cell_kind.h"
#include "io/csv_scan.h"

#define TW_ROW_CELLS 256

typedef struct tw_row {
    uint32_t begin, end; /* bytes of the record, line end included */
    uint32_t width;      /* cells */
    uint32_t filled;     /* of them not empty */
    uint32_t blanks;     /* blank lines in front of it */
    bool lone;           /* only its first cell is filled */
} tw_row;

typedef struct tw_rows {
    tw_str text;
    tw_csv_rules rules;
    tw_csv_cells cells;
    tw_row *at;
    size_t n;
    uint32_t blanks_behind; /* blank lines behind the last record */
    bool cut;               /* the text goes on behind the last record */
} tw_rows;

/* Read text (at a record's start) under the rules; a record that the end of a cut text breaks is
 * left out unless it is the only one. */
TW_NODISCARD enum tw_rc tw_rows_read(tw_str text, const tw_csv_rules *rules, bool cut, tw_rows *out,
                                     tw_error *err);
void tw_rows_fini(tw_rows *rows);
/* Text of a cell as it stands between its quotes, without blanks around; empty beyond the record.
 */
tw_str tw_rows_cell(const tw_rows *rows, size_t row, size_t column);
enum tw_kind tw_rows_kind(const tw_rows *rows, size_t row, size_t column);
/* Cells with a type of their own: numbers, amounts, moments, booleans (no single letters),
 * addresses. */
size_t tw_rows_typed(const tw_rows *rows, size_t row);
/* Every cell is filled, with dashes or equals signs alone. */
bool tw_rows_is_rule(const tw_rows *rows, size_t row);
/* The usual number of cells in rows [from, to); among equally usual ones that of the first row,
 * then the larger. */
size_t tw_rows_width(const tw_rows *rows, size_t from, size_t to);

#endif
