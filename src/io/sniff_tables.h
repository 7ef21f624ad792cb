/* Where tables begin and end inside a text: several tables in one file, notes and totals behind the
 * last record.
 *
 * A new table begins where the header comes again, where names appear behind blank lines, or where
 * names appear and the records behind them have another number of cells. */
#ifndef TW_IO_SNIFF_TABLES_H
#define TW_IO_SNIFF_TABLES_H

#include "io/sniff_rows.h"

typedef struct tw_extent {
    size_t from, to; /* rows, preamble and footer included */
    size_t width;
} tw_extent;

#define TW_MAX_TABLES 64

/* Tables in order, at least one when there are rows; returns their number (at most TW_MAX_TABLES).
 */
size_t tw_sniff_tables(const tw_rows *rows, tw_extent out[TW_MAX_TABLES]);
/* Records at the end of rows [from, to) that are no data: notes, empty records, a totals row that
 * adds up. The reason goes to why. */
size_t tw_sniff_footer(const tw_rows *rows, size_t from, size_t to, size_t width, char why[120]);

#endif
