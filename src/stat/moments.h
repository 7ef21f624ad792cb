/* Moments of doubles: count, sum, extremes and central sums up to the fourth, mergeable.
 *
 * Values are added in blocks whose central sums are exact to rounding, and blocks are merged by the
 * formulas of Chan, Golub, LeVeque (1983) and Pébay (Sandia SAND2008-6212). The order is fixed by
 * the calls, so equal calls give equal bits. NaN is skipped; an infinite value makes mean and what
 * follows from it infinite or NaN. A value, not an object. */
#ifndef TW_STAT_MOMENTS_H
#define TW_STAT_MOMENTS_H

#include "base/attr.h"

typedef struct tw_moments {
    int64_t n, zeros, negatives;
    double min, max;   /* +inf and -inf while n == 0 */
    double sum, carry; /* compensated: the sum is sum + carry */
    double center;     /* mean the central sums refer to */
    double m2, m3, m4;
} tw_moments;

#define TW_MOMENTS_NONE ((tw_moments){.min = __builtin_inf(), .max = -__builtin_inf()})

void tw_moments_add(tw_moments *m, const double *x, size_t n);
/* Everything of `other` behind what m has. */
void tw_moments_merge(tw_moments *m, const tw_moments *other);

/* NaN where the figure is undefined (too few values, no spread). */
double tw_moments_sum(const tw_moments *m);
double tw_moments_mean(const tw_moments *m);
double tw_moments_variance(const tw_moments *m); /* n - 1 */
double tw_moments_sd(const tw_moments *m);
double tw_moments_skew(const tw_moments *m);     /* G1: bias-corrected, n >= 3 */
double tw_moments_kurtosis(const tw_moments *m); /* G2: bias-corrected excess, n >= 4 */

/* One block without the lanes: the oracle of the fast path. */
void tw_moments_add_scalar(tw_moments *m, const double *x, size_t n);

#endif
