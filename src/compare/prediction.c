/* Plain counting over rows in their order, so that figures do not depend on who computed them. */
#include "compare/prediction.h"

#include <math.h>

#include "stat/sort.h"

static const tw_prediction_scores nothing = {(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                             (double)NAN};

/* Mann-Whitney by mean ranks. NaN when the class, or any other, does not occur. */
static double auc_of(const double *ranks, const uint32_t *truth, size_t rows, uint32_t class) {
    double sum = 0, in = 0;
    for (size_t i = 0; i < rows; i++)
        if (truth[i] == class) {
            sum += ranks[i];
            in += 1;
        }
    double out = (double)rows - in;
    return in > 0 && out > 0 ? (sum - in * (in + 1) / 2) / (in * out) : (double)NAN;
}

static enum tw_rc mean_auc(const double *chances, const uint32_t *truth, size_t rows,
                           uint32_t n_classes, double *out, tw_error *err) {
    double *column = tw_calloc(2 * rows, sizeof *column), sum = 0;
    double *ranks = column ? column + rows : NULL;
    size_t n = 0;
    bool good = column != NULL;
    for (uint32_t k = n_classes == 2 ? 1 : 0; good && k < n_classes; k++) {
        for (size_t i = 0; i < rows; i++)
            column[i] = chances[i * n_classes + k];
        good = tw_rank_f64(column, rows, ranks);
        double auc = good ? auc_of(ranks, truth, rows, k) : (double)NAN;
        if (!isnan(auc)) {
            sum += auc;
            n++;
        }
    }
    free(column);
    *out = n ? sum / (double)n : (double)NAN;
    return good ? TW_OK : tw_fail_memory(err);
}

static uint32_t likeliest(const double *chances, uint32_t n_classes) {
    uint32_t best = 0;
    for (uint32_t k = 1; k < n_classes; k++)
        if (chances[k] > chances[best])
            best = k;
    return best;
}

typedef struct hits { /* of one class */
    double truth, predicted, both;
} hits;

static double f1_of(const hits *h) {
    double all = h->truth + h->predicted;
    return all > 0 ? 2 * h->both / all : (double)NAN;
}

static double mean_f1(const hits *counts, uint32_t n_classes) {
    double sum = 0, n = 0;
    for (uint32_t k = 0; k < n_classes; k++)
        if (!isnan(f1_of(&counts[k]))) {
            sum += f1_of(&counts[k]);
            n += 1;
        }
    return n > 0 ? sum / n : (double)NAN;
}

enum tw_rc tw_score_classes(const double *chances, const uint32_t *truth, size_t rows,
                            uint32_t n_classes, uint32_t positive, tw_prediction_scores *out,
                            tw_error *err) {
    hits *counts = tw_calloc(n_classes, sizeof *counts);
    double right = 0;
    *out = nothing;
    if (!counts)
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows; i++) {
        uint32_t guess = likeliest(chances + i * n_classes, n_classes);
        counts[guess].predicted += 1;
        counts[truth[i]].truth += 1;
        counts[guess].both += guess == truth[i];
        right += guess == truth[i];
    }
    out->accuracy = rows ? right / (double)rows : (double)NAN;
    out->f1 = n_classes == 2 ? f1_of(&counts[positive]) : mean_f1(counts, n_classes);
    free(counts);
    return mean_auc(chances, truth, rows, n_classes, &out->auc, err);
}

void tw_score_numbers(const double *predicted, const double *truth, size_t rows,
                      tw_prediction_scores *out) {
    double mean = 0, residual = 0, total = 0, n = (double)rows;
    for (size_t i = 0; i < rows; i++)
        mean += truth[i] / n;
    for (size_t i = 0; i < rows; i++) {
        residual += (truth[i] - predicted[i]) * (truth[i] - predicted[i]);
        total += (truth[i] - mean) * (truth[i] - mean);
    }
    *out = nothing;
    out->r2 = total > 0 ? 1 - residual / total : (double)NAN;
    out->rmse = rows ? sqrt(residual / n) : (double)NAN;
}
