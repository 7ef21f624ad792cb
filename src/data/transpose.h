/* Rows and columns exchanged.
 *
 * The result has a row for each column of the table: its name in the column "column", then its cells
 * in columns "1", "2" … for the table's rows. Texts stay as they stand in the table, null tokens too.
 * The texts of the whole table are held in memory. */
#ifndef TW_DATA_TRANSPOSE_H
#define TW_DATA_TRANSPOSE_H

#include "data/table.h"

/* Most rows a table may have, for each becomes a column. */
enum { TW_TRANSPOSE_ROWS = 16384 };

/* Cells take the type all columns have in common: the same one, float for kinds of numbers, else
 * text. TW_EDATA: more than TW_TRANSPOSE_ROWS rows. */
TW_NODISCARD enum tw_rc tw_table_transpose(const tw_table *table, tw_task *task, tw_table **out,
                                           tw_error *err);

#endif
