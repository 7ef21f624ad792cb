/* Strange rows: scores that need no labels and no contamination parameter. Higher = stranger.
 *
 * Methods are rows (profile/outliers.c): isolation forest (Liu, Ting, Zhou 2008: 100 trees x 256),
 * robust Mahalanobis with C-steps (Rousseeuw, Van Driessen 1999), CBLOF, HBOS, ECOD, kNN; rank-mean
 * joins the ranks of the first three. Deterministic for a seed, whatever the number of threads.
 * Columns NULL = all but those with the role id, ignore, text. */
#ifndef TW_PROFILE_OUTLIERS_H
#define TW_PROFILE_OUTLIERS_H

#include "base/task.h"
#include "data/table.h"

typedef struct tw_outlier_scores {
    double *score; /* one per row */
    char **
        because; /* one per row: "x3 = 17.2 is far above the others (median 2.1)"; may hold NULLs */
    int64_t rows;
} tw_outlier_scores;

size_t tw_outlier_methods(const char *const **names); /* default first */
TW_NODISCARD enum tw_rc tw_outliers(const tw_table *table, const int *columns, size_t n,
                                    tw_str method, uint64_t seed, tw_task *task,
                                    tw_outlier_scores *out, tw_error *err);
void tw_outlier_scores_fini(tw_outlier_scores *scores);

#endif
