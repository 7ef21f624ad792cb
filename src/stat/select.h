/* Exact order statistics of a stream of doubles in two passes and little memory; type 7 quantiles.
 *
 * Pass 1 (`count`) adds every value to a histogram over its order-preserving key;
 * `want` names the ranks; pass 2 (`gather`) keeps the values of the buckets hit; `finish` selects
 * inside them. The caller shows the same values in both passes, in chunks. NaN is skipped. One
 * thread a selector; counts of the same values do not depend on their order. */
#ifndef TW_STAT_SELECT_H
#define TW_STAT_SELECT_H

#include "base/attr.h"

typedef struct tw_selector tw_selector;
TW_NODISCARD tw_selector *tw_selector_new(void); /* NULL: memory is out */
void tw_selector_free(tw_selector *s);
void tw_selector_reset(tw_selector *s);
/* Before the first count: all values lie in [low, high]. Makes buckets finer where that range is
 * narrow against the values' size (account numbers, times). */
void tw_selector_range(tw_selector *s, double low, double high);
void tw_selector_count(tw_selector *s, const double *x, size_t n);
int64_t tw_selector_n(const tw_selector *s);
/* Quantile levels in ascending order, at most TW_SELECT_LEVELS of them. False: memory is out. */
enum { TW_SELECT_LEVELS = 64 };
TW_NODISCARD bool tw_selector_want(tw_selector *s, const double *levels, size_t n);
void tw_selector_gather(tw_selector *s, const double *x, size_t n);
/* Type 7 quantiles for the levels wanted; NaN when there are no values. */
void tw_selector_finish(tw_selector *s, double *quantiles);

/* Quantiles of values in memory (x is reordered; no NaN). */
void tw_quantiles(double *x, size_t n, const double *levels, size_t n_levels, double *out);
double tw_median(double *x, size_t n);
/* Plain median absolute deviation; x is overwritten. */
double tw_mad(double *x, size_t n, double *median);
/* Type 7 quantiles of distinct values in ascending order with counts. */
void tw_quantiles_counted(const double *x, const int64_t *counts, size_t n, const double *levels,
                          size_t n_levels, double *out);
/* k-th smallest (from 0) of x[0..n); x is reordered so that smaller values stand before it. */
double tw_nth(double *x, size_t n, size_t k);

/* Where a type 7 quantile lies among n sorted values: index below and the share of the next. */
static inline size_t tw_quantile_rank(int64_t n, double level, double *share) {
    double h = (double)(n - 1) * level;
    double below = __builtin_floor(h);
    *share = h - below;
    return (size_t)below;
}

#endif
