/* CBLOF: distance to the nearest large cluster.
 *
 * He, Xu, Deng (Pattern Recognition Letters 24, 2003), unweighted: k-means with 8 centres; clusters
 * are large until they hold 90 % of the rows or the next is five times smaller; rows score their
 * distance to the nearest large centre, rows of a large cluster to their own. The mean over five
 * clusterings, since one depends much on where its centres started. */
#ifndef TW_PROFILE_OUTLIER_CLUSTER_H
#define TW_PROFILE_OUTLIER_CLUSTER_H

#include "profile/outlier_matrix.h"

TW_NODISCARD enum tw_rc tw_outlier_cluster(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                           double *score, tw_error *err);

#endif
