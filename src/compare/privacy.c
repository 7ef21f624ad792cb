/* Copies by hashing whole rows, distances by brute force on a seeded sample.
 *
 * Distance: numbers scaled by the real side's range, half for a category mismatch, half where one side is missing; the
 * same scale for both references, samples of equal size, ties count half. Other scales and sizes bias the share. */
#include "compare/privacy.h"

#include <math.h>

enum { SAMPLE = 3000 };

static double share_of_copies(const tw_matched *m, size_t side, const uint64_t *real) {
    size_t copies = 0;
    for (size_t i = 0; i < m->rows[side]; i++) {
        uint64_t h = tw_matched_hash(m, side, i);
        copies += bsearch(&h, real, m->rows[0], sizeof h, tw_matched_hash_order) != NULL;
    }
    return (double)copies / (double)m->rows[side];
}

static enum tw_rc count_copies(const tw_matched *m, tw_privacy *out, tw_error *err) {
    uint64_t *real = tw_calloc(m->rows[0], sizeof *real);
    if (!real)
        return tw_fail_memory(err);
    for (size_t i = 0; i < m->rows[0]; i++)
        real[i] = tw_matched_hash(m, 0, i);
    qsort(real, m->rows[0], sizeof *real, tw_matched_hash_order);
    out->copies = share_of_copies(m, 1, real);
    out->copies_holdout = m->sides == 3 ? share_of_copies(m, 2, real) : (double)NAN;
    free(real);
    return TW_OK;
}

typedef struct distance_job {
    const tw_matched *m;
    const double *scale; /* 1 / range of each column */
    const uint32_t *rows[TW_SIDES];
    size_t n;
    double *nearest[2]; /* to real, to hold-out */
} distance_job;

static double distance(const distance_job *job, size_t a, size_t side, size_t b) {
    double sum = 0;
    for (size_t j = 0; j < job->m->n; j++) {
        const tw_matched_column *c = &job->m->columns[j];
        if (c->skipped)
            continue;
        double d = NAN;
        if (c->numeric)
            d = fabs(c->values[1][a] - c->values[side][b]) * job->scale[j];
        if (isnan(d))
            d = c->codes[1][a] == c->codes[side][b] ? 0 : 0.5;
        sum += d;
    }
    return sum;
}

static enum tw_rc nearest_of(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    distance_job *job = ctx;
    for (size_t k = 0; k < 2; k++) {
        size_t side = k == 0 ? 0 : 2;
        double best = INFINITY;
        for (size_t r = 0; r < job->n; r++)
            best = fmin(best, distance(job, job->rows[1][i], side, job->rows[side][r]));
        job->nearest[k][i] = best;
    }
    return TW_OK;
}

static double closer_share(const distance_job *job) {
    double closer = 0;
    for (size_t i = 0; i < job->n; i++) {
        double d = job->nearest[0][i] - job->nearest[1][i];
        closer += d < 0 ? 1 : d > 0 ? 0 : 0.5;
    }
    return closer / (double)job->n;
}

static enum tw_rc closest_records(const tw_matched *m, uint64_t seed, tw_task *task, tw_privacy *out, tw_error *err) {
    distance_job job = {.m = m, .n = SAMPLE};
    double *scale = tw_calloc(m->n, sizeof *scale);
    uint32_t *rows[TW_SIDES] = {NULL, NULL, NULL};
    static const char *const labels[TW_SIDES] = {"real", "other", "holdout"};
    for (size_t s = 0; s < TW_SIDES; s++)
        job.n = TW_MIN(job.n, m->rows[s]);
    bool good = scale != NULL;
    for (size_t s = 0; s < TW_SIDES; s++) {
        rows[s] = tw_matched_order(m, s, seed, labels[s]);
        good = good && rows[s];
        job.rows[s] = rows[s];
    }
    for (size_t k = 0; k < 2; k++) {
        job.nearest[k] = tw_calloc(job.n, sizeof(double));
        good = good && job.nearest[k];
    }
    enum tw_rc rc = good ? TW_OK : tw_fail_memory(err);
    for (size_t j = 0; good && j < m->n; j++) {
        const tw_matched_column *c = &m->columns[j];
        double range = c->numeric && c->n_values[0] ? c->sorted[0][c->n_values[0] - 1] - c->sorted[0][0] : 0;
        scale[j] = range > 0 ? 1 / range : 0;
    }
    job.scale = scale;
    if (!rc)
        rc = tw_parallel_for(task, job.n, nearest_of, &job, err);
    if (!rc) {
        out->dcr_share = closer_share(&job);
        out->rows = job.n;
    }
    for (size_t s = 0; s < TW_SIDES; s++)
        free(rows[s]);
    free(job.nearest[0]);
    free(job.nearest[1]);
    free(scale);
    return rc;
}

enum tw_rc tw_privacy_of(const tw_matched *m, uint64_t seed, tw_task *task, tw_privacy *out, tw_error *err) {
    *out = (tw_privacy){.dcr_share = NAN};
    enum tw_rc rc = count_copies(m, out, err);
    if (!rc && m->sides == 3)
        rc = closest_records(m, seed, task, out, err);
    return rc;
}
