/* Blocked brute force: beyond a handful of columns trees lose to it. The references stand column by
 * column in tiles of eight points, so that one pass over a tile yields eight distances at once. */
#include "profile/outlier_near.h"

#include <math.h>

#include "base/hash.h"
#include "base/random.h"

enum { NEIGHBOURS = 20, REFERENCES = 50000, LANES = 8, BLOCK = 64 };
#define MOST_WORK 4e10

typedef struct near_work {
    const tw_strange_matrix *m;
    uint32_t *point_of; /* row -> distinct point */
    uint32_t *row_of;   /* distinct point -> its first row */
    size_t points;
    double *tiles;          /* references: tile, column, lane; padded with infinity */
    uint32_t *reference_of; /* reference -> point */
    size_t references;
    double *score; /* per point */
} near_work;

static const double *row_at(const tw_strange_matrix *m, size_t row) {
    return m->x + row * m->d;
}

/* Number the distinct rows by first appearance. */
static bool collapse(near_work *w) {
    const tw_strange_matrix *m = w->m;
    size_t bytes = m->d * sizeof *m->x;
    tw_hashmap *map = tw_hashmap_new(m->n);
    bool good = map != NULL;
    for (size_t i = 0; good && i < m->n; i++) {
        bool added = false;
        uint32_t p = tw_hashmap_intern(map, (tw_str){(const char *)row_at(m, i), bytes}, &added);
        good = p != UINT32_MAX;
        w->point_of[i] = p;
        if (good && added)
            w->row_of[w->points++] = (uint32_t)i;
    }
    tw_hashmap_free(map);
    return good;
}

static size_t references_for(const near_work *w) {
    double most = MOST_WORK / ((double)w->points * (double)w->m->d);
    size_t r = most < 2000 ? 2000 : most > REFERENCES ? REFERENCES : (size_t)most;
    return TW_MIN(r, w->points);
}

static bool lay_tiles(near_work *w, uint64_t seed) {
    size_t d = w->m->d, tiles = (w->references + LANES - 1) / LANES;
    tw_stream stream = tw_stream_make(seed, TW_STR("outliers"), TW_STR("references"));
    w->tiles = tw_calloc(tiles * LANES * d, sizeof *w->tiles);
    w->reference_of = tw_calloc(tiles * LANES, sizeof *w->reference_of);
    if (!w->tiles || !w->reference_of)
        return false;
    for (size_t r = 0; r < tiles * LANES; r++) {
        size_t lo = w->points * r / w->references, hi = w->points * (r + 1) / w->references;
        size_t p = lo + (hi > lo + 1 ? (size_t)tw_draw_below(stream, r, 0, hi - lo) : 0);
        w->reference_of[r] = r < w->references ? (uint32_t)p : UINT32_MAX;
        for (size_t j = 0; j < d; j++)
            w->tiles[(r / LANES * d + j) * LANES + r % LANES] =
                r < w->references ? row_at(w->m, w->row_of[p])[j] : (double)INFINITY;
    }
    return true;
}

TW_KERNEL static void tile_distances(const double *restrict tile, const double *restrict point,
                                     size_t d, double *restrict out) {
    for (size_t l = 0; l < LANES; l++)
        out[l] = 0;
    for (size_t j = 0; j < d; j++)
        for (size_t l = 0; l < LANES; l++) {
            double away = tile[j * LANES + l] - point[j];
            out[l] += away * away;
        }
}

/* Keep the smallest NEIGHBOURS in ascending order. */
static void offer(double *nearest, double distance) {
    size_t at = NEIGHBOURS - 1;
    for (; at > 0 && nearest[at - 1] > distance; at--)
        nearest[at] = nearest[at - 1];
    nearest[at] = distance;
}

static double kth_distance(const near_work *w, size_t point) {
    double nearest[NEIGHBOURS], away[LANES];
    size_t d = w->m->d, k = TW_MIN((size_t)NEIGHBOURS, w->references > 1 ? w->references - 1 : 1);
    for (size_t i = 0; i < NEIGHBOURS; i++)
        nearest[i] = INFINITY;
    for (size_t t = 0; t * LANES < w->references; t++) {
        tile_distances(w->tiles + t * LANES * d, row_at(w->m, w->row_of[point]), d, away);
        for (size_t l = 0; l < LANES; l++)
            if (away[l] < nearest[NEIGHBOURS - 1] && w->reference_of[t * LANES + l] != point)
                offer(nearest, away[l]);
    }
    return isinf(nearest[k - 1]) ? 0 : sqrt(nearest[k - 1]);
}

static enum tw_rc score_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    (void)err;
    near_work *w = ctx;
    for (size_t p = block * BLOCK; p < TW_MIN((block + 1) * BLOCK, w->points); p++)
        w->score[p] = kth_distance(w, p);
    return TW_OK;
}

enum tw_rc tw_outlier_near(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                           tw_error *err) {
    near_work w = {.m = m};
    w.point_of = tw_calloc(m->n, sizeof *w.point_of);
    w.row_of = tw_calloc(m->n, sizeof *w.row_of);
    w.score = tw_calloc(m->n, sizeof *w.score);
    bool ready = w.point_of && w.row_of && w.score && collapse(&w);
    w.references = ready ? references_for(&w) : 0;
    ready = ready && lay_tiles(&w, seed);
    enum tw_rc rc =
        ready ? tw_parallel_for(task, (w.points + BLOCK - 1) / BLOCK, score_block, &w, err)
              : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < m->n; i++)
        score[i] = w.score[w.point_of[i]];
    free(w.point_of);
    free(w.row_of);
    free(w.tiles);
    free(w.reference_of);
    free(w.score);
    return rc;
}
