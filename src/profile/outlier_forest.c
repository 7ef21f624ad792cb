/* Each tree is an array of nodes in depth-first order; trees are grown side by side, then blocks of
 * rows fall through all of them. A path that ends above single rows is credited with the depth an
 * average search would still need. */
#include "profile/outlier_forest.h"

#include <math.h>

#include "base/hash.h"
#include "base/random.h"

enum { TREES = 100, SAMPLE = 256, DEPTH = 8, NODES = 2 * SAMPLE, BLOCK = 2048 };

typedef struct node {
    uint32_t column; /* of the matrix; UINT32_MAX = leaf */
    uint32_t right;  /* left child is the next node */
    double cut;      /* numbers: left when below; leaf: depth with credit */
    uint64_t salt;   /* levels: left by one bit of the salted code */
} node;

typedef struct forest {
    const tw_strange_matrix *m;
    uint64_t seed;
    node *nodes; /* TREES * NODES */
    double *score;
} forest;

typedef struct grower {
    const forest *f;
    node *nodes;
    uint32_t used;
    tw_rng rng;
    uint32_t rows[SAMPLE];
} grower;

/* Mean depth of an unsuccessful search in a binary tree of n keys. */
static double search_depth(double n) {
    if (n < 2)
        return 0;
    return n < 3 ? 1 : 2 * (log(n - 1) + 0.5772156649015329) - 2 * (n - 1) / n;
}

static bool goes_left(const tw_strange_matrix *m, const node *at, size_t row) {
    const tw_factor *levels = m->columns[at->column].levels;
    if (levels)
        return tw_mix64(levels->codes[row] ^ at->salt) & 1;
    return m->x[row * m->d + at->column] < at->cut;
}

/* A random cut of the rows in one column; false when they all agree there. */
static bool draw_cut(grower *g, const uint32_t *rows, size_t n, uint32_t column, node *out) {
    const tw_strange_matrix *m = g->f->m;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double v = m->x[rows[i] * m->d + column];
        low = fmin(low, v);
        high = fmax(high, v);
    }
    *out = (node){.column = column,
                  .cut = low + (high - low) * (1 - tw_rng_uniform(&g->rng)),
                  .salt = tw_rng_u64(&g->rng)};
    return m->columns[column].levels || low < high;
}

/* Rows that go left to the front; how many. */
static size_t divide(const tw_strange_matrix *m, const node *cut, uint32_t *rows, size_t n) {
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (goes_left(m, cut, rows[i])) {
            uint32_t t = rows[left];
            rows[left++] = rows[i];
            rows[i] = t;
        }
    return left;
}

/* A cut that parts the rows: columns are tried in random order from a random start. SIZE_MAX when
 * there is none. */
static size_t part(grower *g, uint32_t *rows, size_t n, node *cut) {
    const tw_strange_matrix *m = g->f->m;
    size_t tries = m->d < 64 ? 4 * m->d : 64 + m->d;
    for (size_t t = 0; t < tries; t++) {
        uint32_t column = (uint32_t)tw_rng_below(&g->rng, m->d);
        if (!draw_cut(g, rows, n, column, cut))
            continue;
        size_t left = divide(m, cut, rows, n);
        if (left > 0 && left < n)
            return left;
    }
    return SIZE_MAX;
}

static void grow(grower *g, uint32_t *rows, size_t n, int depth) {
    node *at = &g->nodes[g->used++];
    node cut = {0};
    size_t left = n > 1 && depth < DEPTH ? part(g, rows, n, &cut) : SIZE_MAX;
    if (left == SIZE_MAX) {
        *at = (node){.column = UINT32_MAX, .cut = depth + search_depth((double)n)};
        return;
    }
    *at = cut;
    grow(g, rows, left, depth + 1);
    at->right = g->used;
    grow(g, rows + left, n - left, depth + 1);
}

/* Distinct rows: Floyd's method with a linear check, the sample being small. */
static size_t draw_rows(grower *g, size_t n) {
    size_t want = TW_MIN(n, (size_t)SAMPLE), k = 0;
    for (size_t j = n - want; j < n; j++) {
        uint32_t row = (uint32_t)tw_rng_below(&g->rng, j + 1);
        for (size_t i = 0; i < k; i++)
            if (g->rows[i] == row) {
                row = (uint32_t)j;
                break;
            }
        g->rows[k++] = row;
    }
    return k;
}

static enum tw_rc grow_tree(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    const forest *f = ctx;
    grower g = {.f = f, .nodes = f->nodes + i * NODES};
    g.rng = tw_rng_make(tw_stream_make(f->seed, TW_STR("outliers"), TW_STR("forest")), i);
    size_t n = draw_rows(&g, f->m->n);
    grow(&g, g.rows, n, 0);
    (void)err;
    return TW_OK;
}

static double depth_of(const tw_strange_matrix *m, const node *nodes, size_t row) {
    const node *at = nodes;
    while (at->column != UINT32_MAX)
        at = goes_left(m, at, row) ? at + 1 : nodes + at->right;
    return at->cut;
}

static enum tw_rc score_block(void *ctx, size_t block, size_t worker, tw_error *err) {
    (void)worker;
    const forest *f = ctx;
    size_t from = block * BLOCK, to = TW_MIN(from + BLOCK, f->m->n);
    double usual = search_depth((double)TW_MIN(f->m->n, (size_t)SAMPLE));
    for (size_t t = 0; t < TREES;
         t++) /* one tree stays in the cache while the block falls through it */
        for (size_t i = from; i < to; i++)
            f->score[i] += depth_of(f->m, f->nodes + t * NODES, i);
    for (size_t i = from; i < to; i++)
        f->score[i] = exp2(-f->score[i] / TREES / (usual > 0 ? usual : 1));
    (void)err;
    return TW_OK;
}

enum tw_rc tw_outlier_forest(const tw_strange_matrix *m, uint64_t seed, tw_task *task,
                             double *score, tw_error *err) {
    forest f = {.m = m, .seed = seed, .score = score};
    f.nodes = tw_calloc((size_t)TREES * NODES, sizeof *f.nodes);
    if (!f.nodes)
        return tw_fail_memory(err);
    memset(score, 0, m->n * sizeof *score);
    enum tw_rc rc = tw_parallel_for(task, TREES, grow_tree, &f, err);
    if (!rc)
        rc = tw_parallel_for(task, (m->n + BLOCK - 1) / BLOCK, score_block, &f, err);
    free(f.nodes);
    return rc;
}
