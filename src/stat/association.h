/* How two columns go together: correlations of numbers, association of categories, one explaining
 * the other.
 *
 * Pairs with a NaN or TW_NO_LEVEL are left out (pairwise complete). NaN when undefined: fewer than
 * 2 pairs, no spread. Definitions are those of CLI.md: Cramér's V bias-corrected (Bergsma 2013),
 * the correlation ratio eta, Theil's U (the uncertainty coefficient), mutual information in bits.
 */
#ifndef TW_STAT_ASSOCIATION_H
#define TW_STAT_ASSOCIATION_H

#include "stat/crosstab.h"

double tw_pearson(const double *x, const double *y, size_t n, int64_t *pairs);
/* Pearson of mid-ranks. False: memory is out. */
TW_NODISCARD bool tw_spearman(const double *x, const double *y, size_t n, double *out,
                              int64_t *pairs);
/* The same of columns whose order is known (tw_argsort_f64), for work on many pairs of them: no
 * sorting. */
TW_NODISCARD bool tw_spearman_ordered(const double *x, const uint32_t *order_x, const double *y,
                                      const uint32_t *order_y, size_t n, double *out,
                                      int64_t *pairs);
/* tau-b in O(n log n): Knight 1966. False: memory is out. */
TW_NODISCARD bool tw_kendall(const double *x, const double *y, size_t n, double *out,
                             int64_t *pairs);

double tw_chi_squared(const tw_crosstab *t);
double tw_cramers_v(const tw_crosstab *t);
double tw_mutual_information(const tw_crosstab *t); /* bits */
/* Share of b's entropy that knowing a removes; 1 when b has none. */
double tw_theils_u(const tw_crosstab *t);
/* eta: how much a's levels tell about y, square root of the share of y's variance between levels.
 * False: memory is out. */
TW_NODISCARD bool tw_correlation_ratio(const uint32_t *a, uint32_t levels, const double *y,
                                       size_t n, double *out, int64_t *pairs);

/* Equal-frequency bins of numbers as codes 0..bins-1 by rank; ties stay together, NaN is
 * TW_NO_LEVEL. False: memory is out. */
TW_NODISCARD bool tw_rank_bins(const double *x, size_t n, uint32_t bins, uint32_t *codes);

#endif
