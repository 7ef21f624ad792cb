/* Rows put into groups by the cells of one or several columns.
 *
 * Two rows share a group when each of the columns holds equal cells: values by value (-0.0 is 0.0),
 * unreadable cells by their text, missing cells with missing ones. Groups are numbered by first
 * appearance. No columns: all rows are one group. The columns must have been needed
 * (tw_table_need); fewer than 2^31 rows. The groups own their arrays. */
#ifndef TW_STAT_GROUPING_H
#define TW_STAT_GROUPING_H

#include "data/table.h"

typedef struct tw_grouping {
    uint32_t *of;   /* group of each row */
    int64_t *first; /* first row of each group */
    int64_t *count; /* rows of each group */
    uint32_t n;
} tw_grouping;

/* TW_ELIMIT: too many rows. */
TW_NODISCARD enum tw_rc tw_grouping_make(const tw_table *table, const int *columns, size_t n,
                                       tw_task *task, tw_grouping *out, tw_error *err);
void tw_grouping_fini(tw_grouping *groups);
/* Group numbers, the largest first; equal ones in the order of their cells (stat/order.h:
 * values, unreadable, missing last). order has room for groups->n. */
TW_NODISCARD enum tw_rc tw_grouping_by_size(const tw_table *table, const int *columns, size_t n,
                                          const tw_grouping *groups, uint32_t *order, tw_task *task,
                                          tw_error *err);
/* Number the groups anew in the order of their cells. */
TW_NODISCARD enum tw_rc tw_grouping_sort(const tw_table *table, const int *columns, size_t n,
                                         tw_grouping *groups, tw_task *task, tw_error *err);
/* One more group, the last, without rows; its first row is -1. */
TW_NODISCARD enum tw_rc tw_grouping_add_empty(tw_grouping *groups, tw_error *err);
/* The columns with a cell for each of n_rows rows of the table (those that begin a group), added to
 * the draft of a table of groups: name, type and format stay, but a missing cell is an empty one. */
TW_NODISCARD enum tw_rc tw_grouping_keys(const tw_table *table, const int *columns, size_t n,
                                         const int64_t *rows, int64_t n_rows, tw_task *task,
                                         tw_draft *draft, tw_error *err);

#endif
