/* Columns turned into rows: a wide table made long.
 *
 * Each row becomes as many as there are melted columns, which follow one another: the cells of the
 * other columns in their order, then the name of a melted column, then its cell. Nothing is read
 * until it must be; texts stay as they stand in the table, null tokens too. */
#ifndef TW_DATA_MELT_H
#define TW_DATA_MELT_H

#include "data/table.h"

/* names: of the two new columns. The values take the melted columns' type where they have the same,
 * float for integers beside floats, else text; only where types differ are columns made. TW_EUSAGE:
 * no column to melt, a name that another column has. TW_ELIMIT: too many rows. */
TW_NODISCARD enum tw_rc tw_table_melt(const tw_table *table, const int *columns, size_t n,
                                      const char *const names[2], tw_task *task, tw_table **out,
                                      tw_error *err);

#endif
