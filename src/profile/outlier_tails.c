/* Both add up columns in their order; neither draws random numbers. */
#include "profile/outlier_tails.h"

#include <math.h>

#include "stat/moments.h"
#include "stat/sort.h"

enum { BINS = 10 };

static void take_column(const tw_strange_matrix *m, size_t j, double *out) {
    for (size_t i = 0; i < m->n; i++)
        out[i] = m->x[i * m->d + j];
}

static void add_bins(const double *x, size_t n, double *score) {
    double low = INFINITY, high = -INFINITY, cost[BINS];
    size_t count[BINS] = {0}, most = 1;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    double scale = BINS / (high - low);
    for (size_t i = 0; i < n; i++)
        count[TW_MIN((size_t)((x[i] - low) * scale), (size_t)BINS - 1)]++;
    for (size_t b = 0; b < BINS; b++)
        most = TW_MAX(most, count[b]);
    for (size_t b = 0; b < BINS;
         b++) /* density against the highest, floored so that no log is infinite */
        cost[b] = -log((double)count[b] / (double)most + 1e-6);
    for (size_t i = 0; i < n; i++)
        score[i] += cost[TW_MIN((size_t)((x[i] - low) * scale), (size_t)BINS - 1)];
}

enum tw_rc tw_outlier_hbos(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                           tw_error *err) {
    (void)seed;
    double *x = tw_calloc(m->n, sizeof *x);
    enum tw_rc rc = x ? TW_OK : tw_fail_memory(err);
    memset(score, 0, m->n * sizeof *score);
    for (size_t j = 0; !rc && j < m->d; j++) {
        take_column(m, j, x);
        add_bins(x, m->n, score);
        rc = tw_task_check(task, err);
    }
    free(x);
    return rc;
}

typedef struct tails {
    double *x, *left, *right, *chosen; /* per row; the last three are sums over columns */
    uint32_t *order;
} tails;

/* -log of the share of values at or below, and at or above, each row's value. */
static void add_tails(tails *t, size_t n) {
    tw_moments m = TW_MOMENTS_NONE;
    tw_moments_add(&m, t->x, n);
    bool leans_left = tw_moments_skew(&m) < 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && t->x[t->order[end]] <= t->x[t->order[i]])
            end++;
        double left = -log((double)end / (double)n), right = -log((double)(n - i) / (double)n);
        for (; i < end; i++) {
            t->left[t->order[i]] += left;
            t->right[t->order[i]] += right;
            t->chosen[t->order[i]] += leans_left ? left : right;
        }
    }
}

enum tw_rc tw_outlier_ecod(const tw_strange_matrix *m, uint64_t seed, tw_task *task, double *score,
                           tw_error *err) {
    (void)seed;
    double *work = tw_calloc(m->n, 4 * sizeof *work);
    uint32_t *order = tw_calloc(m->n, sizeof *order);
    enum tw_rc rc = work && order ? TW_OK : tw_fail_memory(err);
    tails t = {work, NULL, NULL, NULL, order};
    if (!rc)
        t = (tails){work, work + m->n, work + 2 * m->n, work + 3 * m->n, order};
    for (size_t j = 0; !rc && j < m->d; j++) {
        take_column(m, j, t.x);
        if (!tw_argsort_f64(t.x, m->n, order))
            rc = tw_fail_memory(err);
        else
            add_tails(&t, m->n);
        rc = rc ? rc : tw_task_check(task, err);
    }
    for (size_t i = 0; !rc && i < m->n; i++)
        score[i] = fmax(t.chosen[i], fmax(t.left[i], t.right[i]));
    free(work);
    free(order);
    return rc;
}
