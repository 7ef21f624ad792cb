/* The table of methods, and the mean of three ranks that is the default.
 *
 * Isolation forest, robust Mahalanobis distance and CBLOF see different things; on labelled tables
 * they are better together than each alone. Ranks are averaged as -log of the share of rows at
 * least as strange (Fisher's way of combining tail probabilities): one method that is sure
 * outweighs two that are indifferent. Plain means of ranks were tried and are half a point of AUROC
 * behind. Scores of the other methods are as their papers define them. */
#include "profile/outliers.h"

#include <math.h>

#include "base/args.h"
#include "profile/outlier_because.h"
#include "profile/outlier_cluster.h"
#include "profile/outlier_forest.h"
#include "profile/outlier_near.h"
#include "profile/outlier_robust.h"
#include "profile/outlier_tails.h"
#include "stat/sort.h"

typedef enum tw_rc (*method_fn)(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                                double *score, tw_error *err);

static enum tw_rc rank_mean(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                            tw_error *err);

static enum tw_rc robust(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                         tw_error *err) {
    return tw_outlier_robust(m, seed, task, score, NULL, err);
}

static const char *const names[] = {"rank-mean", "mcd", "iforest", "cblof", "hbos", "ecod", "knn"};
static const method_fn methods[TW_COUNT(names)] = {
    rank_mean,       robust,          tw_outlier_forest, tw_outlier_cluster,
    tw_outlier_hbos, tw_outlier_ecod, tw_outlier_near};

size_t tw_outlier_methods(const char *const **out) {
    *out = names;
    return TW_COUNT(names);
}

static enum tw_rc rank_mean(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                            tw_error *err) {
    static const method_fn three[3] = {tw_outlier_forest, robust, tw_outlier_cluster};
    double *work = tw_calloc(m->n, 2 * sizeof *work), *rank = work ? work + m->n : NULL;
    enum tw_rc rc = work ? TW_OK : tw_fail_memory(err);
    memset(score, 0, m->n * sizeof *score);
    for (size_t k = 0; !rc && k < TW_COUNT(three); k++) {
        rc = three[k](m, seed, task, work, err);
        if (!rc && !tw_rank_f64(work, m->n, rank))
            rc = tw_fail_memory(err);
        for (size_t i = 0; !rc && i < m->n; i++)
            score[i] -= log1p(-(rank[i] - 0.5) / (double)m->n) / (double)TW_COUNT(three);
    }
    for (size_t i = 0; !rc && i < m->n; i++)
        score[i] = -expm1(-score[i]); /* back to a share: 0.99 = stranger than about 99 % */
    free(work);
    return rc;
}

static const char *name_at(const void *ctx, size_t i) {
    (void)ctx;
    return i < TW_COUNT(names) ? names[i] : NULL;
}

static enum tw_rc find_method(tw_str name, method_fn *out, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(names); i++)
        if (tw_str_eq_c(name, names[i]) || (name.n == 0 && i == 0)) {
            *out = methods[i];
            return TW_OK;
        }
    const char *near = tw_nearest(name, name_at, NULL);
    return tw_fail(
        err, TW_EUNKNOWN_NAME,
        "unknown method '%.*s': outliers knows rank-mean, mcd, iforest, cblof, hbos, ecod, "
        "knn; %s%s",
        TW_ARG(name), near ? "did you mean " : "take one of them", near ? near : "");
}

/* Score every row, then find words; the words rest on a robust fit whatever the method. */
static enum tw_rc score_rows(const tw_strange_matrix *m, method_fn method, uint64_t seed,
                             tw_task *task, tw_outlier_scores *out, tw_error *err) {
    tw_robust_fit fit = {0};
    double *scratch = tw_calloc(m->n, sizeof *scratch);
    enum tw_rc rc = scratch ? method(m, seed, task, out->score, err) : tw_fail_memory(err);
    if (!rc)
        rc = tw_outlier_robust(m, seed, task, scratch, &fit, err);
    if (!rc)
        rc = tw_outlier_because(m, &fit, out->score, task, out->because, err);
    tw_robust_fit_fini(&fit);
    free(scratch);
    return rc;
}

enum tw_rc tw_outliers(const tw_table *table, const int *columns, size_t n, tw_str method,
                       uint64_t seed, tw_task *task, tw_outlier_scores *out, tw_error *err) {
    method_fn run = NULL;
    tw_strange_matrix m = {0};
    *out = (tw_outlier_scores){.rows = tw_table_rows(table)};
    enum tw_rc rc = find_method(method, &run, err);
    if (!rc && out->rows == 0)
        return TW_OK;
    if (!rc)
        rc = tw_table_need(table, columns, n, task, err);
    if (!rc)
        rc = tw_strange_make(table, columns, n, task, &m, err);
    if (rc)
        return rc;
    out->score = tw_calloc(m.n, sizeof *out->score);
    out->because = tw_calloc(m.n, sizeof *out->because);
    rc = out->score && out->because ? score_rows(&m, run, seed, task, out, err)
                                    : tw_fail_memory(err);
    tw_strange_fini(&m);
    if (rc)
        tw_outlier_scores_fini(out);
    return rc;
}

void tw_outlier_scores_fini(tw_outlier_scores *scores) {
    for (int64_t i = 0; scores->because && i < scores->rows; i++)
        free(scores->because[i]);
    free(scores->because);
    free(scores->score);
    *scores = (tw_outlier_scores){0};
}
