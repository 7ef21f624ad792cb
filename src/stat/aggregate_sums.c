/* Sums and what is made of them. Floats are added with a carry, so that neither order nor length of
 * a group costs digits; whole numbers modulo 2^64 with a count of the turns, which is exact
 * whatever lies between. A variance looks twice, first for the mean: columns lie in memory, and no
 * one-pass formula keeps as many digits. */
#include "stat/aggregate_impl.h"

#include <math.h>

typedef struct sum {
    double high, low; /* compensated: the sum is high + low */
    int64_t n;
} sum;

static inline void sum_add(sum *s, double x) {
    double t = s->high + x, part = t - s->high;
    s->low += (s->high - (t - part)) + (x - part);
    s->high = t;
    s->n++;
}

/* An infinite sum has no carry to speak of. */
static double sum_total(const sum *s) {
    return isfinite(s->high) ? s->high + s->low : (double)INFINITY;
}

static void add_f64(void *state, const uint32_t *of, const double *x, size_t n) {
    sum *sums = state;
    for (size_t i = 0; i < n; i++)
        if (x[i] == x[i]) /* NaN is the only value that differs from itself */
            sum_add(&sums[of[i]], x[i]);
}

static double figure_sum(const sum *s) {
    return s->n ? sum_total(s) : (double)NAN;
}
static double figure_mean(const sum *s) {
    return s->n ? sum_total(s) / (double)s->n : (double)NAN;
}

/* Sums of all groups, and one figure made of each. */
static enum tw_rc run_sums(tw_aggregation *a, double (*figure)(const sum *s), tw_column **out,
                           tw_error *err) {
    uint32_t n = a->groups->n;
    sum *sums = tw_calloc(n, sizeof *sums);
    double *x = tw_calloc(n, sizeof *x);
    enum tw_rc rc = sums && x ? tw_aggregate_walk(a, add_f64, sums, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++)
        x[g] = figure(&sums[g]);
    if (rc == TW_OK)
        rc = tw_aggregate_build(a, x, out, err);
    free(sums);
    free(x);
    return rc;
}

enum tw_rc tw_aggregate_mean(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_sums(a, figure_mean, out, err);
}

/* A sum modulo 2^64 and how often it went around: exact, whatever lies between. */
typedef struct whole_sum {
    int64_t low, turns, n;
} whole_sum;

static void add_wholes(whole_sum *sums, const uint32_t *of, const int64_t *x, const uint64_t *valid,
                       size_t n) {
    for (size_t i = 0; i < n; i++) {
        whole_sum *s = &sums[of[i]];
        if (!tw_aggregate_valid(valid, i))
            continue;
        s->n++;
        if (__builtin_add_overflow(s->low, x[i], &s->low))
            s->turns += x[i] > 0 ? 1 : -1;
    }
}

static enum tw_rc walk_wholes(const tw_aggregation *a, whole_sum *sums, tw_error *err) {
    int64_t *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    enum tw_rc rc = scratch ? TW_OK : tw_fail_memory(err);
    for (size_t c = 0; rc == TW_OK && c < tw_column_chunks(a->cells); c++) {
        add_wholes(sums, a->groups->of + c * TW_CHUNK_ROWS, tw_column_i64(a->cells, c, scratch),
                   tw_column_validity(a->cells, c), tw_column_chunk_rows(a->cells, c));
        rc = tw_task_check(a->task, err);
    }
    free(scratch);
    return rc;
}

static enum tw_rc sum_wholes(tw_aggregation *a, tw_column **out, tw_error *err) {
    uint32_t n = a->groups->n;
    tw_builder *b = NULL;
    whole_sum *sums = tw_calloc(n, sizeof *sums);
    enum tw_rc rc = sums ? walk_wholes(a, sums, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_builder_new(TW_INTEGER, NULL, &b, err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++) {
        a->overflows += sums[g].turns != 0;
        rc = sums[g].n && !sums[g].turns ? tw_builder_i64(b, sums[g].low, err)
                                         : tw_builder_missing(b, 1, err);
    }
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    free(sums);
    return rc;
}

enum tw_rc tw_aggregate_sum(tw_aggregation *a, tw_column **out, tw_error *err) {
    return tw_column_type(a->cells) == TW_FLOAT ? run_sums(a, figure_sum, out, err)
                                                : sum_wholes(a, out, err);
}

/* --- spread --- */

/* Squares of the distances to a group's mean, and their plain sum, which takes out what rounding of
 * the mean has put in. */
typedef struct spread {
    double mean;
    sum first, second;
} spread;

static void add_squares(void *state, const uint32_t *of, const double *x, size_t n) {
    spread *spreads = state;
    for (size_t i = 0; i < n; i++) {
        spread *s = &spreads[of[i]];
        double d = x[i] - s->mean;
        if (d == d) {
            sum_add(&s->first, d);
            sum_add(&s->second, d * d);
        }
    }
}

static double variance_of(const spread *s) {
    double n = (double)s->first.n, first = sum_total(&s->first);
    double squares = sum_total(&s->second) - first * first / n;
    return n > 1 ? (squares < 0 ? 0 : squares) / (n - 1) : (double)NAN;
}

static enum tw_rc walk_spread(tw_aggregation *a, spread *spreads, tw_error *err) {
    sum *sums = tw_calloc(a->groups->n, sizeof *sums);
    enum tw_rc rc = sums ? tw_aggregate_walk(a, add_f64, sums, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < a->groups->n; g++)
        spreads[g].mean = figure_mean(&sums[g]);
    free(sums);
    return rc == TW_OK ? tw_aggregate_walk(a, add_squares, spreads, err) : rc;
}

static enum tw_rc run_spread(tw_aggregation *a, bool root, tw_column **out, tw_error *err) {
    uint32_t n = a->groups->n;
    spread *spreads = tw_calloc(n, sizeof *spreads);
    double *x = tw_calloc(n, sizeof *x);
    enum tw_rc rc = spreads && x ? walk_spread(a, spreads, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++) {
        double variance = variance_of(&spreads[g]);
        x[g] = root ? sqrt(variance) : variance;
    }
    if (rc == TW_OK)
        rc = tw_aggregate_build(a, x, out, err);
    free(spreads);
    free(x);
    return rc;
}

enum tw_rc tw_aggregate_variance(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_spread(a, false, out, err);
}
enum tw_rc tw_aggregate_sd(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_spread(a, true, out, err);
}
