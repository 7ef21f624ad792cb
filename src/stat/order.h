/* The order of a table's rows by several columns: stable, missing last in both directions.
 *
 * Values first, ascending or descending; then unreadable cells by their text; then missing ones.
 * Text is ordered by its UTF-8 bytes. The columns must have been needed (tw_table_need). */
#ifndef TW_STAT_ORDER_H
#define TW_STAT_ORDER_H

#include "data/table.h"

typedef struct tw_order_key {
    int column;
    bool descending;
} tw_order_key;

/* Put the n table rows in `rows` into the order of the keys, first key first; equal rows keep their
 * places. */
TW_NODISCARD enum tw_rc tw_order_rows(const tw_table *table, const tw_order_key *keys,
                                      size_t n_keys, int64_t *rows, int64_t n, tw_task *task,
                                      tw_error *err);

#endif
