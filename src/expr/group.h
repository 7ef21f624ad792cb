/* Tables of groups: one row for each combination of keys that occurs, with what the rows of the
 * group come to.
 *
 * Keys are columns of the table; rows belong together by stat/grouping.h, so a missing cell is a
 * value like others. Groups stand in the order of their keys: values ascending, unreadable cells,
 * missing ones last. Keys keep name, type and format, not their role. The table returned stands
 * on its own. */
#ifndef TW_EXPR_GROUP_H
#define TW_EXPR_GROUP_H

#include "expr/summary.h"

/* A column for each key, then one for each result of the summary, which was compiled for these
 * keys. No keys: one row for the whole table, also for one without rows. A result that was given
 * the name of a column before it is TW_EUSAGE; a name that is made of the expression gets a number
 * ("_2"). */
TW_NODISCARD enum tw_rc tw_group_table(const tw_table *table, const int *keys, size_t n_keys,
                                       const tw_summary *summary, tw_task *task, tw_table **out,
                                       tw_expr_faults *faults, tw_error *err);

enum { TW_PIVOT_COLUMNS = 10000 };
/* A row for each combination of the first n_rows keys that occurs, a column for each value of the
 * one behind them, in their order, with the summary's one result; it was compiled for all n_rows +
 * 1 keys. Where a combination has no rows the cell is what the summary is without any: a count of
 * 0, else missing. Columns are called as the value is written ("missing" where it is missing),
 * behind the result's name and "_" if it was given one, with a number where a name is taken. More
 * than TW_PIVOT_COLUMNS values or 10^9 cells: TW_EDATA. */
TW_NODISCARD enum tw_rc tw_pivot_table(const tw_table *table, const int *keys, size_t n_rows,
                                       const tw_summary *summary, tw_task *task, tw_table **out,
                                       tw_expr_faults *faults, tw_error *err);

#endif
