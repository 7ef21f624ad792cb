/* Column by column: HBOS (rare bins) and ECOD (tails of the empirical distribution).
 *
 * Goldstein, Dengel (KI 2012): sum over columns of -log of the density of the value's bin, 10
 * equal-width bins. Li et al. (TKDE 2022): sum over columns of -log of the left, right and
 * skewness-chosen tail; the largest of the three. Columns are taken as independent: what is odd
 * only in combination is not seen. */
#ifndef TW_PROFILE_OUTLIER_TAILS_H
#define TW_PROFILE_OUTLIER_TAILS_H

#include "profile/outlier_matrix.h"

TW_NODISCARD enum tw_rc tw_outlier_hbos(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                        double *score, tw_error *err);
TW_NODISCARD enum tw_rc tw_outlier_ecod(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                        double *score, tw_error *err);

#endif
