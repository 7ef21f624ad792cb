/* Isolation forest: strange rows are separated from the rest by few random cuts.
 *
 * Liu, Ting, Zhou (ICDM 2008): trees of random cuts on samples of 256 rows, depth at most 8; score
 * 2^(-mean depth / c(256)). A category is cut by a random half of its levels. Same scores for a
 * seed whatever the number of threads. */
#ifndef TW_PROFILE_OUTLIER_FOREST_H
#define TW_PROFILE_OUTLIER_FOREST_H

#include "profile/outlier_matrix.h"

TW_NODISCARD enum tw_rc tw_outlier_forest(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                          double *score, tw_error *err);

#endif
