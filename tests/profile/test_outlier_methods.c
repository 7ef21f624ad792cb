/* Outlier methods on a standardised matrix: figures computed with NumPy and scikit-learn on the
 * same numbers, planted rows on top, equal results for any number of threads. */
#include "profile/outlier_cluster.h"
#include "profile/outlier_forest.h"
#include "profile/outlier_near.h"
#include "profile/outlier_robust.h"
#include "profile/outlier_tails.h"

#include "../stat/sample.h"
#include "stat/moments.h"
#include "stat/select.h"

enum { N = 200, D = 3, ODD = 17, SKEWED = 101 };

static double x[N * D];
static tw_strange_column columns[D];
static tw_strange_matrix matrix = {.n = N, .d = D, .x = x, .columns = columns};

static void standardise(size_t j) {
    double column[N];
    for (size_t i = 0; i < N; i++)
        column[i] = x[i * D + j];
    tw_moments m = TW_MOMENTS_NONE;
    tw_moments_add(&m, column, N);
    for (size_t i = 0; i < N; i++)
        column[i] = x[i * D + j] = (column[i] - tw_moments_mean(&m)) / tw_moments_sd(&m);
    columns[j].mad = tw_mad(column, N, &columns[j].median) * 1.482602218505602;
}

static void fill(void) {
    double u[N * D];
    static const double odd[D] = {3, -2, 1.5}, skewed[D] = {0.2, 1.9, 0};
    sample_fill(4, u, (size_t)N * D);
    for (size_t i = 0; i < N; i++) {
        const double *r = u + i * D;
        x[i * D] = r[0] + r[1];
        x[i * D + 1] = r[1] * 2 - r[2];
        x[i * D + 2] = log(r[2] + 0.1);
    }
    memcpy(x + (size_t)ODD * D, odd, sizeof odd);
    memcpy(x + (size_t)SKEWED * D, skewed, sizeof skewed);
    for (size_t j = 0; j < D; j++)
        standardise(j);
}

static bool is_greatest(const double *score, size_t row) {
    for (size_t i = 0; i < N; i++)
        if (score[i] > score[row])
            return false;
    return true;
}

static void test_against_numpy(void) {
    tw_error err = TW_ERROR_INIT;
    double score[N];
    tw_robust_fit fit;
    succeeds(tw_outlier_robust(&matrix, 1, NULL, score, &fit, &err), &err, "robust distance");
    is_near(score[0], 9.424757089022503, 1e-9, "an ordinary row");
    is_near(score[ODD], 162.41580165951427, 1e-9, "the odd row");
    is_near(score[SKEWED], 53.71768261301041, 1e-9, "the row that is odd in combination");
    ok(fit.inverse != NULL, "the fit is handed out");
    tw_robust_fit_fini(&fit);
    succeeds(tw_outlier_ecod(&matrix, 1, NULL, score, &err), &err, "ECOD");
    is_near(score[0], 2.600165997625074, 1e-12, "an ordinary row");
    is_near(score[ODD], 10.596634733096073, 1e-12, "the odd row");
    succeeds(tw_outlier_near(&matrix, 1, NULL, score, &err), &err, "kNN");
    is_near(score[0], 1.1387562143089607, 1e-12, "an ordinary row"); /* sklearn.neighbors, 20th */
    is_near(score[ODD], 5.974159081837757, 1e-12, "the odd row");
    is_near(score[SKEWED], 2.6043419598145063, 1e-12, "the row that is odd in combination");
}

typedef enum tw_rc (*method)(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                             double *score, tw_error *err);

static void test_order_and_threads(void) {
    static const method methods[] = {tw_outlier_forest, tw_outlier_cluster, tw_outlier_hbos,
                                     tw_outlier_near};
    static const char *const names[] = {"forest", "cluster", "hbos", "near"};
    tw_error err = TW_ERROR_INIT;
    tw_pool *pool = NULL;
    tw_task task;
    double one[N], many[N];
    succeeds(tw_pool_new(3, &pool, &err), &err, "pool");
    tw_task_init(&task, NULL, pool);
    for (size_t k = 0; k < TW_COUNT(methods); k++) {
        succeeds(methods[k](&matrix, 5, NULL, one, &err), &err, names[k]);
        succeeds(methods[k](&matrix, 5, &task, many, &err), &err, "again with three threads");
        ok(memcmp(one, many, sizeof one) == 0, "%s: the same bits for any number of threads",
           names[k]);
        ok(is_greatest(one, ODD), "%s: the odd row is on top", names[k]);
    }
    tw_pool_free(pool);
}

/* Copies of one far point must not hide each other. */
static void test_copies(void) {
    tw_error err = TW_ERROR_INIT;
    static double rows[60 * D];
    double score[60], most = 0;
    memcpy(rows, x, sizeof rows);
    for (size_t i = 30; i < 60; i++)
        for (size_t j = 0; j < D; j++)
            rows[i * D + j] = 9;
    tw_strange_matrix copies = {.n = 60, .d = D, .x = rows, .columns = columns};
    succeeds(tw_outlier_near(&copies, 1, NULL, score, &err), &err, "kNN with thirty copies");
    for (size_t i = 0; i < 30; i++)
        most = fmax(most, score[i]);
    ok(score[30] > most && score[59] > most, "the copies are stranger than all others");
}

/* Wider than 200 columns: projected first. */
static void test_wide(void) {
    enum { WIDE = 230, ROWS = 120 };
    tw_error err = TW_ERROR_INIT;
    double *wide = tw_calloc((size_t)WIDE * ROWS, sizeof *wide), score[ROWS];
    tw_strange_column *many = tw_calloc(WIDE, sizeof *many);
    sample_fill(8, wide, (size_t)WIDE * ROWS);
    for (size_t j = 0; j < WIDE; j++) {
        many[j] = (tw_strange_column){.median = 0.5, .mad = 0.25};
        wide[7 * WIDE + j] += 3;
    }
    tw_strange_matrix m = {.n = ROWS, .d = WIDE, .x = wide, .columns = many};
    succeeds(tw_outlier_robust(&m, 1, NULL, score, NULL, &err), &err, "230 columns");
    bool top = true;
    for (size_t i = 0; i < ROWS; i++)
        top = top && score[i] <= score[7];
    ok(top, "the shifted row is on top");
    free(wide);
    free(many);
}

int main(void) {
    fill();
    test_against_numpy();
    test_order_and_threads();
    test_copies();
    test_wide();
    return tap_done();
}
