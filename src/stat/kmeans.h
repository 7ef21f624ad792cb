/* k-means of row-major points: k-means++ start (Arthur, Vassilvitskii 2007), Lloyd's iterations on
 * a seeded sample.
 *
 * Several starts, the one with the least sum of squares wins; empty clusters keep their centre.
 * Same result for a seed whatever the number of threads. Centres belong to the caller: k * d
 * doubles. */
#ifndef TW_STAT_KMEANS_H
#define TW_STAT_KMEANS_H

#include "base/random.h"
#include "base/task.h"

typedef struct tw_kmeans_options {
    size_t k;
    size_t sample;  /* rows looked at, 0 = 20 000 */
    int starts;     /* 0 = 3 */
    int iterations; /* 0 = 100 */
} tw_kmeans_options;

/* Centres of x[n * d] into centres; k is reduced to the number of rows in *k_out. */
TW_NODISCARD enum tw_rc tw_kmeans(const double *x, size_t n, size_t d,
                                  const tw_kmeans_options *options, tw_stream stream, tw_task *task,
                                  double *centres, size_t *k_out, tw_error *err);
/* Nearest centre of one point; *distance2 (may be NULL) = squared distance. */
size_t tw_kmeans_nearest(const double *point, const double *centres, size_t k, size_t d,
                         double *distance2);

#endif
