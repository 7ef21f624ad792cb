/* Gradient boosted trees on binned predictors (Friedman, Annals of Statistics 29, 2001): squared
 * error for a numeric target, log loss for two classes, softmax for more.
 *
 * Each round fits a regression tree of stat/tree to the negative gradient and sets its leaves by
 * one Newton step. The data of a fit (tw_tree_data) must outlive only the fit. A model is
 * immutable; any thread may ask it. Rounds depend on each other; the trees of the classes of one
 * round are grown side by side, and the model is the same for any number of threads. */
#ifndef TW_STAT_BOOST_H
#define TW_STAT_BOOST_H

#include "stat/tree.h"

typedef struct tw_boost tw_boost;

typedef struct tw_boost_options {
    size_t rounds;   /* 0 = 100 */
    double rate;     /* share of a step that is taken; 0 = 0.1 */
    size_t min_leaf; /* 0 = 20 */
    int max_depth;   /* 0 = 6 */
} tw_boost_options;

/* Fit to the rows [0, data->rows). TW_EDATA without rows or classes; TW_ENOMEM, TW_ECANCEL.
 * Progress: one unit a round. */
TW_NODISCARD enum tw_rc tw_boost_fit(const tw_tree_data *data, const tw_boost_options *options,
                                     tw_task *task, tw_boost **out, tw_error *err);
void tw_boost_free(tw_boost *model);
/* Figures of a prediction: 1 for a number, else one for each class. */
size_t tw_boost_width(const tw_boost *model);
/* The prediction for a row of columns binned alike: the number, or the chance of each class. */
void tw_boost_predict(const tw_boost *model, const uint8_t *const *bins, size_t row, double *out);

#endif
