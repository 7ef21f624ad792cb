/* kNN: distance to the 20th nearest other point.
 *
 * Ramaswamy, Rastogi, Shim (SIGMOD 2000). Exact duplicates are collapsed to one point first, or a
 * clump of copies would look ordinary. Distances are exact against at most 50 000 reference points,
 * fewer when rows x references x columns would pass 4e10: then the references are an evenly spread
 * sample. */
#ifndef TW_PROFILE_OUTLIER_NEAR_H
#define TW_PROFILE_OUTLIER_NEAR_H

#include "profile/outlier_matrix.h"

TW_NODISCARD enum tw_rc tw_outlier_near(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                        double *score, tw_error *err);

#endif
