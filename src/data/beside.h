/* Rows of two tables side by side: what a join has found, as a table.
 *
 * All columns of a, then those of b that are named, for pairs of rows. Texts stay as they stand in
 * either table, null tokens too; cells of a row that is not there are missing. Of b the texts of its
 * columns are held in memory, for its rows come in any order; of a nothing is. */
#ifndef TW_DATA_BESIDE_H
#define TW_DATA_BESIDE_H

#include "data/table.h"

typedef struct tw_beside {
    const tw_table *a, *b;
    uint32_t *rows_a, *rows_b; /* of each row, UINT32_MAX = none; a's ascend, none of it last */
    int64_t rows;
    const int *columns; /* of b; a name that is there already gets "_2" … */
    size_t n;
    const int *keys_a, *keys_b; /* columns of a that take b's cells where a has no row */
    size_t n_keys;
} tw_beside;

/* Takes references of the tables; rows_a and rows_b are taken over, also on failure. */
TW_NODISCARD enum tw_rc tw_table_beside(const tw_beside *pairs, tw_task *task, tw_table **out,
                                        tw_error *err);

#endif
