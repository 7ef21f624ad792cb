/* A sample of some thousand rows places a handful of centres as well as all rows do, and bounds the
 * time. */
#include "stat/kmeans.h"

#include <math.h>

typedef struct cluster_run {
    const double *x; /* sample, m * d */
    size_t m, d, k;
    double *centres, *sums, *gap2;
    uint32_t *owner;
    size_t *sizes;
} cluster_run;

static double distance2(const double *a, const double *b, size_t d) {
    double sum = 0;
    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

size_t tw_kmeans_nearest(const double *point, const double *centres, size_t k, size_t d,
                         double *least) {
    size_t best = 0;
    double shortest = INFINITY;
    for (size_t c = 0; c < k; c++) {
        double away = distance2(point, centres + c * d, d);
        if (away < shortest) {
            shortest = away;
            best = c;
        }
    }
    if (least)
        *least = shortest;
    return best;
}

/* Row drawn with probability proportional to its squared distance to the centres so far. */
static size_t draw_far(const cluster_run *r, tw_rng *rng) {
    double total = 0;
    for (size_t i = 0; i < r->m; i++)
        total += r->gap2[i];
    double at = tw_rng_uniform(rng) * total;
    if (!(total > 0))
        return (size_t)tw_rng_below(rng, r->m);
    for (size_t i = 0; i + 1 < r->m; i++) {
        at -= r->gap2[i];
        if (at < 0)
            return i;
    }
    return r->m - 1;
}

static void plus_plus(cluster_run *r, tw_rng *rng) {
    for (size_t i = 0; i < r->m; i++)
        r->gap2[i] = INFINITY;
    for (size_t c = 0; c < r->k; c++) {
        size_t row = c ? draw_far(r, rng) : (size_t)tw_rng_below(rng, r->m);
        double *centre = r->centres + c * r->d;
        memcpy(centre, r->x + row * r->d, r->d * sizeof *centre);
        for (size_t i = 0; i < r->m; i++)
            r->gap2[i] = fmin(r->gap2[i], distance2(r->x + i * r->d, centre, r->d));
    }
}

/* Assign all rows; true when an owner changed. *inertia = sum of squares. */
static bool assign(cluster_run *r, double *inertia) {
    bool changed = false;
    *inertia = 0;
    for (size_t i = 0; i < r->m; i++) {
        double away;
        uint32_t owner =
            (uint32_t)tw_kmeans_nearest(r->x + i * r->d, r->centres, r->k, r->d, &away);
        changed = changed || owner != r->owner[i];
        r->owner[i] = owner;
        *inertia += away;
    }
    return changed;
}

static void move_centres(cluster_run *r) {
    memset(r->sums, 0, r->k * r->d * sizeof *r->sums);
    memset(r->sizes, 0, r->k * sizeof *r->sizes);
    for (size_t i = 0; i < r->m; i++) {
        double *sum = r->sums + r->owner[i] * r->d;
        r->sizes[r->owner[i]]++;
        for (size_t j = 0; j < r->d; j++)
            sum[j] += r->x[i * r->d + j];
    }
    for (size_t c = 0; c < r->k; c++)
        for (size_t j = 0; j < r->d && r->sizes[c]; j++)
            r->centres[c * r->d + j] = r->sums[c * r->d + j] / (double)r->sizes[c];
}

static enum tw_rc one_start(cluster_run *r, tw_rng *rng, int iterations, tw_task *task,
                            double *inertia, tw_error *err) {
    plus_plus(r, rng);
    memset(r->owner, 0xff, r->m * sizeof *r->owner);
    for (int i = 0; i < iterations; i++) {
        enum tw_rc rc = tw_task_check(task, err);
        if (rc)
            return rc;
        if (!assign(r, inertia))
            break;
        move_centres(r);
    }
    return TW_OK;
}

static enum tw_rc best_of_starts(cluster_run *r, const tw_kmeans_options *o, tw_stream stream,
                                 tw_task *task, double *centres, tw_error *err) {
    double least = INFINITY;
    for (int start = 0; start < (o->starts ? o->starts : 3); start++) {
        tw_rng rng = tw_rng_make(stream, (uint64_t)start + 1);
        double inertia = INFINITY;
        enum tw_rc rc =
            one_start(r, &rng, o->iterations ? o->iterations : 100, task, &inertia, err);
        if (rc)
            return rc;
        if (inertia < least) {
            least = inertia;
            memcpy(centres, r->centres, r->k * r->d * sizeof *centres);
        }
    }
    return TW_OK;
}

/* m rows of x, evenly spread with a random start in each stretch. */
static void take_sample(const double *x, size_t n, size_t d, size_t m, tw_stream stream,
                        double *out) {
    for (size_t i = 0; i < m; i++) {
        size_t lo = (size_t)((double)n * (double)i / (double)m),
               hi = (size_t)((double)n * (double)(i + 1) / (double)m);
        size_t row = lo + (hi > lo + 1 ? (size_t)tw_draw_below(stream, i, 0, hi - lo) : 0);
        memcpy(out + i * d, x + row * d, d * sizeof *out);
    }
}

enum tw_rc tw_kmeans(const double *x, size_t n, size_t d, const tw_kmeans_options *o,
                     tw_stream stream, tw_task *task, double *centres, size_t *k_out,
                     tw_error *err) {
    size_t m = TW_MIN(n, o->sample ? o->sample : (size_t)20000), k = TW_MIN(o->k, m);
    double *sample = m < n ? tw_calloc(m * d, sizeof *sample) : NULL;
    cluster_run r = {.x = sample ? sample : x, .m = m, .d = d, .k = k};
    r.centres = tw_calloc(k * d, sizeof *r.centres);
    r.sums = tw_calloc(k * d, sizeof *r.sums);
    r.gap2 = tw_calloc(m, sizeof *r.gap2);
    r.owner = tw_calloc(m, sizeof *r.owner);
    r.sizes = tw_calloc(k, sizeof *r.sizes);
    enum tw_rc rc = TW_OK;
    *k_out = k;
    if (!r.centres || !r.sums || !r.gap2 || !r.owner || !r.sizes || (m < n && !sample)) {
        rc = tw_fail_memory(err);
        goto done;
    }
    if (sample)
        take_sample(x, n, d, m, stream, sample);
    rc = k ? best_of_starts(&r, o, stream, task, centres, err) : TW_OK;
done:
    free(sample);
    free(r.centres);
    free(r.sums);
    free(r.gap2);
    free(r.owner);
    free(r.sizes);
    return rc;
}
