/* How good predictions are: the figures of a classification or a regression.
 *
 * AUC: chance that a row of the class gets a higher score than another row, ties half
 * (Mann-Whitney); of more than two classes the plain mean over the classes that occur, each against
 * the rest. F1: harmonic mean of precision and recall of the positive class; of more than two
 * classes the plain mean over the classes that occur or are predicted. R2: 1 - residual over total
 * sum of squares. The definitions are those of scikit-learn's roc_auc_score, f1_score,
 * accuracy_score and r2_score. */
#ifndef TW_COMPARE_PREDICTION_H
#define TW_COMPARE_PREDICTION_H

#include "base/error.h"

typedef struct tw_prediction_scores {
    double auc, f1, accuracy; /* classes; NaN where a figure is not defined */
    double r2, rmse;          /* numbers */
} tw_prediction_scores;

/* chances: [row][class]; positive: the class F1 is of when there are two. */
TW_NODISCARD enum tw_rc tw_score_classes(const double *chances, const uint32_t *truth, size_t rows,
                                         uint32_t n_classes, uint32_t positive,
                                         tw_prediction_scores *out, tw_error *err);
void tw_score_numbers(const double *predicted, const double *truth, size_t rows,
                      tw_prediction_scores *out);

#endif
