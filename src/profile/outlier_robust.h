/* Robust Mahalanobis distance: how far a row lies from the bulk, given how the columns move
 * together.
 *
 * Concentration steps of the minimum covariance determinant (Rousseeuw, Van Driessen 1999) from one
 * start: the half of the rows with the smallest sum of log(1 + |x - median| / MAD), then five times
 * mean and covariance of the half nearest so far. A ridge of 1e-6 keeps the covariance regular;
 * more than 200 columns are projected to 100 first. */
#ifndef TW_PROFILE_OUTLIER_ROBUST_H
#define TW_PROFILE_OUTLIER_ROBUST_H

#include "profile/outlier_matrix.h"

typedef struct tw_robust_fit {
    size_t d;
    double *mean;    /* d */
    double *inverse; /* d * d: inverse covariance; NULL when the columns were projected */
} tw_robust_fit;

/* fit may be NULL; else the caller frees it with tw_robust_fit_fini. */
TW_NODISCARD enum tw_rc tw_outlier_robust(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                          double *score, tw_robust_fit *fit, tw_error *err);
void tw_robust_fit_fini(tw_robust_fit *fit);

#endif
