/* Aggregate expressions: one cell for each group of rows, "sum(price * qty)", "total = sum(x) /
 * count()".
 *
 * What stands inside an aggregate (stat/aggregate.h has the list) is an expression of the rows;
 * what stands around it is one of the groups, which also knows the columns grouped by. A column
 * that is neither is an error that says what to write, as is an aggregate inside another. `NAME =`
 * in front or `as NAME` behind names the result, else it is called by its canonical text. SQL's
 * count(*) and count(distinct x) are read as count() and count_distinct(x). A compiled summary is
 * immutable and may be evaluated by any thread, on any table that has the columns it was compiled
 * for. */
#ifndef TW_EXPR_SUMMARY_H
#define TW_EXPR_SUMMARY_H

#include "expr/expr.h"
#include "stat/grouping.h"

typedef struct tw_summary tw_summary;

/* Each text holds one expression or several with commas between; where one does not parse alone
 * and none holds a blank, they are read as the words of one text (`total = sum(x)` as typed on a
 * command line). keys: columns grouped by. TW_EPARSE, TW_EUNKNOWN_COLUMN, TW_EUNKNOWN_NAME. */
TW_NODISCARD enum tw_rc tw_summary_compile(const tw_str *texts, size_t n, const tw_table *schema,
                                           const int *keys, size_t n_keys, tw_summary **out,
                                           tw_error *err);
void tw_summary_free(tw_summary *summary);
/* Results, and their columns: type, how they are written, name; its text is the summary's. */
size_t tw_summary_width(const tw_summary *summary);
tw_field tw_summary_field(const tw_summary *summary, size_t i);
/* The name was given, and not made of the expression. */
bool tw_summary_is_named(const tw_summary *summary, size_t i);
/* Numbers of the table's columns that stand inside of aggregates, some perhaps several times. */
const int *tw_summary_columns(const tw_summary *summary, size_t *n);

/* A column for each result into cells[], with one cell for each group; the caller's. The rows of
 * the table were grouped by the keys compiled for. */
TW_NODISCARD enum tw_rc tw_summary_eval(const tw_summary *summary, const tw_table *table,
                                        const tw_grouping *groups, tw_task *task, tw_column **cells,
                                        tw_expr_faults *faults, tw_error *err);

#endif
