/* What a column comes to in each group of rows: sums, means, quantiles, extremes and the like.
 *
 * Missing and unreadable cells take no part, as in SQL: where nothing is left count is 0 and every
 * other figure missing, a sum too. Sums of whole numbers are exact, and missing where they leave 64
 * bits; sums of floats are compensated (Neumaier 1974; the branch-free form of Knuth, TAOCP 4.2.2).
 * Variance by two passes, n - 1; quantiles of type 7 (Hyndman and Fan 1996); mad the plain median
 * absolute deviation; skew and kurtosis as in stat/moments.h. Means and quantiles of dates and
 * times keep the type, rounded half to even. Every group is worked through in the order of its rows
 * by one thread, so figures do not depend on how many there are; any thread may aggregate any
 * column. */
#ifndef TW_STAT_AGGREGATE_H
#define TW_STAT_AGGREGATE_H

#include "stat/grouping.h"

typedef struct tw_aggregate tw_aggregate; /* a row of the table: immutable */

/* Row i, NULL at the end; by name, whatever the case of its letters, or NULL. */
const tw_aggregate *tw_aggregate_at(size_t i);
const tw_aggregate *tw_aggregate_find(tw_str name);
const char *tw_aggregate_name(const tw_aggregate *aggregate);
/* It may stand without an argument, and counts rows then. */
bool tw_aggregate_counts_rows(const tw_aggregate *aggregate);
/* It takes a second argument: a level between 0 and 1, or the text between texts. */
bool tw_aggregate_has_level(const tw_aggregate *aggregate);
bool tw_aggregate_has_separator(const tw_aggregate *aggregate);
typedef struct tw_aggregate_with {
    double level;
    tw_str separator;
} tw_aggregate_with;
/* The figure is one of the cells (of whatever type), so that it is written as they are. */
bool tw_aggregate_picks(const tw_aggregate *aggregate);
/* Type of the figure for cells of a type, or TW_TYPE_COUNT where it does not take them. */
enum tw_type tw_aggregate_type(const tw_aggregate *aggregate, enum tw_type type);

/* One cell for each group, in the order of their numbers. `cells` has one for each row that was
 * grouped and a type that it takes; NULL counts rows. with: the second argument of those that take
 * one, else NULL. *overflows (may be NULL) grows by the sums that became missing because they were
 * too large. */
TW_NODISCARD enum tw_rc tw_aggregate_run(const tw_aggregate *aggregate, const tw_column *cells,
                                         const tw_aggregate_with *with, const tw_grouping *groups,
                                         tw_task *task, tw_column **out, int64_t *overflows,
                                         tw_error *err);

#endif
