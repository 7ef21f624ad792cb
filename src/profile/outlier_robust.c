/* Rows are worked through in blocks whose partial sums are added in block order, so that any number
 * of threads gives the same bits. The columns are standardised, so sums around 0 lose nothing. */
#include "profile/outlier_robust.h"

#include <math.h>

#include "base/random.h"
#include "stat/linear.h"
#include "stat/select.h"

enum { STEPS = 5, BLOCK = 4096, WIDEST = 200, PROJECTED = 100 };
#define RIDGE 1e-6

typedef struct robust {
    const double *x; /* n * d */
    size_t n, d, blocks;
    double *partial; /* blocks * (1 + d + d * d): rows kept, sums, products */
    double *mean, *cov, *factor;
    double *distance; /* per row */
    double *copy;
    uint8_t *keep;
    const tw_strange_matrix *m;
} robust;

static size_t partial_size(const robust *r) {
    return 1 + r->d + r->d * r->d;
}

static enum tw_rc start_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    robust *r = ctx;
    const tw_strange_matrix *m = r->m;
    for (size_t i = block * BLOCK; i < TW_MIN((block + 1) * BLOCK, r->n); i++) {
        double sum = 0;
        for (size_t j = 0; j < m->d; j++)
            sum += log1p(fabs(m->x[i * m->d + j] - m->columns[j].median) / m->columns[j].mad);
        r->distance[i] = sum;
    }
    return TW_OK;
}

static void add_row(double *restrict sums, double *restrict products, const double *restrict row,
                    size_t d) {
    for (size_t j = 0; j < d; j++)
        sums[j] += row[j];
    for (size_t j = 0; j < d; j++) {
        double v = row[j];
        double *restrict out = products + j * d;
        for (size_t k = 0; k <= j; k++)
            out[k] += v * row[k];
    }
}

static enum tw_rc sum_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    robust *r = ctx;
    double *p = r->partial + block * partial_size(r);
    memset(p, 0, partial_size(r) * sizeof *p);
    for (size_t i = block * BLOCK; i < TW_MIN((block + 1) * BLOCK, r->n); i++)
        if (r->keep[i]) {
            p[0] += 1;
            add_row(p + 1, p + 1 + r->d, r->x + i * r->d, r->d);
        }
    return TW_OK;
}

static enum tw_rc distance_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    robust *r = ctx;
    double *away = tw_calloc(r->d, sizeof *away);
    if (!away)
        return tw_fail_memory(err);
    for (size_t i = block * BLOCK; i < TW_MIN((block + 1) * BLOCK, r->n); i++) {
        double sum = 0;
        for (size_t j = 0; j < r->d; j++)
            away[j] = r->x[i * r->d + j] - r->mean[j];
        tw_solve_lower(r->factor, r->d, away);
        for (size_t j = 0; j < r->d; j++)
            sum += away[j] * away[j];
        r->distance[i] = sum;
    }
    free(away);
    return TW_OK;
}

/* Mark the half with the smallest distances; of equal ones at the edge the first. */
static void keep_half(robust *r) {
    size_t half = (r->n + 1) / 2, kept = 0;
    memcpy(r->copy, r->distance, r->n * sizeof *r->copy);
    double edge = tw_nth(r->copy, r->n, half - 1);
    for (size_t i = 0; i < r->n; i++) {
        r->keep[i] = r->distance[i] < edge;
        kept += r->keep[i];
    }
    for (size_t i = 0; i < r->n && kept < half; i++)
        if (!r->keep[i] && r->distance[i] <= edge) {
            r->keep[i] = 1;
            kept++;
        }
}

/* Mean and covariance of the kept rows from the partial sums, and the Cholesky factor. */
static bool fit_half(robust *r) {
    size_t d = r->d, size = partial_size(r);
    for (size_t b = 1; b < r->blocks; b++)
        for (size_t k = 0; k < size; k++)
            r->partial[k] += r->partial[b * size + k];
    double kept = r->partial[0], divisor = fmax(1, kept - 1);
    for (size_t j = 0; j < d; j++)
        r->mean[j] = r->partial[1 + j] / kept;
    for (size_t j = 0; j < d; j++)
        for (size_t k = 0; k <= j; k++) {
            double c = (r->partial[1 + d + j * d + k] - kept * r->mean[j] * r->mean[k]) / divisor;
            r->cov[j * d + k] = r->cov[k * d + j] = c + (j == k ? RIDGE : 0);
        }
    memcpy(r->factor, r->cov, d * d * sizeof *r->factor);
    for (double ridge = RIDGE; !tw_cholesky(r->factor, d);
         ridge *= 10) { /* rounding made it indefinite */
        if (ridge > 1e3)
            return false;
        memcpy(r->factor, r->cov, d * d * sizeof *r->factor);
        for (size_t j = 0; j < d; j++)
            r->factor[j * d + j] += ridge;
    }
    return true;
}

static enum tw_rc concentrate(robust *r, tw_task *task, tw_error *err) {
    enum tw_rc rc = tw_parallel_for(task, r->blocks, start_block, r, err);
    for (int step = 0; !rc && step <= STEPS; step++) {
        keep_half(r);
        rc = tw_parallel_for(task, r->blocks, sum_block, r, err);
        if (!rc && !fit_half(r))
            rc = tw_fail(
                err, TW_EDATA,
                "cannot score rows: the columns' covariance is not finite; leave out the column "
                "with the largest values");
        if (!rc)
            rc = tw_parallel_for(task, r->blocks, distance_block, r, err);
    }
    return rc;
}

/* Gaussian projection of wide rows. */
static double *project(const tw_strange_matrix *m, uint64_t seed) {
    tw_stream stream = tw_stream_make(seed, TW_STR("outliers"), TW_STR("projection"));
    double *basis = tw_calloc(m->d * PROJECTED, sizeof *basis),
           *out = tw_calloc(m->n * PROJECTED, sizeof *out);
    for (size_t j = 0; basis && j < m->d; j++)
        for (size_t k = 0; k < PROJECTED; k++)
            basis[j * PROJECTED + k] = tw_draw_normal(stream, j, k) / sqrt((double)PROJECTED);
    for (size_t i = 0; basis && out && i < m->n; i++)
        for (size_t j = 0; j < m->d; j++)
            for (size_t k = 0; k < PROJECTED; k++)
                out[i * PROJECTED + k] += m->x[i * m->d + j] * basis[j * PROJECTED + k];
    bool good = basis && out;
    free(basis);
    if (!good)
        free(out);
    return good ? out : NULL;
}

static enum tw_rc keep_fit(robust *r, bool projected, tw_robust_fit *fit, tw_error *err) {
    *fit = (tw_robust_fit){.d = r->d, .mean = r->mean};
    r->mean = NULL;
    if (projected)
        return TW_OK;
    fit->inverse = tw_calloc(r->d * r->d, sizeof *fit->inverse);
    if (!fit->inverse)
        return tw_fail_memory(err);
    tw_cholesky_inverse(r->factor, r->d, fit->inverse);
    return TW_OK;
}

void tw_robust_fit_fini(tw_robust_fit *fit) {
    free(fit->mean);
    free(fit->inverse);
    *fit = (tw_robust_fit){0};
}

enum tw_rc tw_outlier_robust(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                             double *score, tw_robust_fit *fit, tw_error *err) {
    bool wide = m->d > WIDEST;
    double *projected = wide ? project(m, seed) : NULL;
    robust r = {.x = wide ? projected : m->x,
                .n = m->n,
                .d = wide ? PROJECTED : m->d,
                .m = m,
                .distance = score};
    r.blocks = (r.n + BLOCK - 1) / BLOCK;
    r.partial = tw_calloc(r.blocks * partial_size(&r), sizeof *r.partial);
    r.mean = tw_calloc(r.d, sizeof *r.mean);
    r.cov = tw_calloc(r.d * r.d, sizeof *r.cov);
    r.factor = tw_calloc(r.d * r.d, sizeof *r.factor);
    r.copy = tw_calloc(r.n, sizeof *r.copy);
    r.keep = tw_calloc(r.n, sizeof *r.keep);
    bool ready = r.x && r.partial && r.mean && r.cov && r.factor && r.copy && r.keep;
    enum tw_rc rc = ready ? concentrate(&r, task, err) : tw_fail_memory(err);
    if (!rc && fit)
        rc = keep_fit(&r, wide, fit, err);
    free(projected);
    free(r.partial);
    free(r.mean);
    free(r.cov);
    free(r.factor);
    free(r.copy);
    free(r.keep);
    return rc;
}
