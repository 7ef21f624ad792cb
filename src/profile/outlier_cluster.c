/* Centres from a sample, owners and distances over all rows in blocks, five times over with other
 * starts. */
#include "profile/outlier_cluster.h"

#include <math.h>

#include "stat/kmeans.h"

enum { CENTRES = 8, RUNS = 5, BLOCK = 4096 };
#define ALPHA 0.9
#define BETA 5.0

typedef struct clusters {
    const tw_strange_matrix *m;
    double *centres;
    size_t k;
    uint8_t *owner;
    bool large[CENTRES];
    double *score;
} clusters;

static enum tw_rc own_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    clusters *c = ctx;
    for (size_t i = block * BLOCK; i < TW_MIN((block + 1) * BLOCK, c->m->n); i++)
        c->owner[i] =
            (uint8_t)tw_kmeans_nearest(c->m->x + i * c->m->d, c->centres, c->k, c->m->d, NULL);
    return TW_OK;
}

static double distance(const clusters *c, size_t row, size_t centre) {
    double sum = 0;
    for (size_t j = 0; j < c->m->d; j++) {
        double away = c->m->x[row * c->m->d + j] - c->centres[centre * c->m->d + j];
        sum += away * away;
    }
    return sqrt(sum);
}

static enum tw_rc score_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    clusters *c = ctx;
    for (size_t i = block * BLOCK; i < TW_MIN((block + 1) * BLOCK, c->m->n); i++) {
        double nearest = INFINITY;
        for (size_t k = 0; k < c->k; k++)
            if (c->large[k] && (k == c->owner[i] || !c->large[c->owner[i]]))
                nearest = fmin(nearest, distance(c, i, k));
        c->score[i] += nearest;
    }
    return TW_OK;
}

static void find_large(clusters *c) {
    size_t size[CENTRES] = {0}, order[CENTRES], sum = 0;
    for (size_t i = 0; i < c->m->n; i++)
        size[c->owner[i]]++;
    for (size_t k = 0; k < c->k; k++) { /* by size, descending */
        size_t at = k;
        for (; at > 0 && size[order[at - 1]] < size[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (size_t k = 0; k < c->k; k++) {
        c->large[order[k]] = true;
        sum += size[order[k]];
        bool enough = (double)sum >= ALPHA * (double)c->m->n;
        bool gap = k + 1 < c->k && (double)size[order[k]] >= BETA * (double)size[order[k + 1]];
        if (enough || gap)
            break;
    }
}

static enum tw_rc run(clusters *c, tw_stream stream, tw_task *task, tw_error *err) {
    tw_kmeans_options options = {.k = CENTRES, .starts = 1};
    size_t blocks = (c->m->n + BLOCK - 1) / BLOCK;
    enum tw_rc rc =
        tw_kmeans(c->m->x, c->m->n, c->m->d, &options, stream, task, c->centres, &c->k, err);
    if (!rc)
        rc = tw_parallel_for(task, blocks, own_block, c, err);
    if (rc)
        return rc;
    memset(c->large, 0, sizeof c->large);
    find_large(c);
    return tw_parallel_for(task, blocks, score_block, c, err);
}

enum tw_rc tw_outlier_cluster(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                              double *score, tw_error *err) {
    clusters c = {.m = m, .score = score};
    c.centres = tw_calloc(CENTRES * m->d, sizeof *c.centres);
    c.owner = tw_calloc(m->n, sizeof *c.owner);
    enum tw_rc rc = c.centres && c.owner ? TW_OK : tw_fail_memory(err);
    memset(score, 0, m->n * sizeof *score);
    for (uint64_t i = 0; !rc && i < RUNS; i++)
        rc = run(&c, tw_stream_make(seed + i, TW_STR("outliers"), TW_STR("clusters")), task, err);
    free(c.centres);
    free(c.owner);
    return rc;
}
