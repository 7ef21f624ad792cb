/* Distances between two samples or two sets of shares: Kolmogorov-Smirnov, Wasserstein, total
 * variation, Jensen-Shannon.
 *
 * Samples are sorted by the caller and hold no NaN; shares need not sum to 1 (they are normalised).
 * NaN for an empty side. */
#ifndef TW_STAT_DISTANCE_H
#define TW_STAT_DISTANCE_H

#include "base/attr.h"

double tw_ks_statistic(const double *a, size_t n_a, const double *b, size_t n_b);
/* First Wasserstein distance: area between the two empirical distribution functions. */
double tw_wasserstein(const double *a, size_t n_a, const double *b, size_t n_b);
double tw_total_variation(const double *p, const double *q, size_t n);
/* Divergence to base 2, in [0, 1]. */
double tw_jensen_shannon(const double *p, const double *q, size_t n);
/* Population stability index with both shares floored at `least`. */
double tw_population_stability(const double *p, const double *q, size_t n, double least);

#endif
