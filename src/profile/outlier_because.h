/* Why a row is strange, in words: the one or two columns that part it most from the others.
 *
 * A column counts by its squared residual given the other columns (from the robust fit) or, without
 * a fit, by its distance to the median in MADs. Rows outside the most strange twentieth get no
 * words. */
#ifndef TW_PROFILE_OUTLIER_BECAUSE_H
#define TW_PROFILE_OUTLIER_BECAUSE_H

#include "profile/outlier_robust.h"

/* because[n] is filled with heap texts or NULL. fit may be NULL. */
TW_NODISCARD enum tw_rc tw_outlier_because(const tw_strange_matrix *m, const tw_robust_fit *fit,
                                           const double *score, tw_task *task, char **because,
                                           tw_error *err);

#endif
