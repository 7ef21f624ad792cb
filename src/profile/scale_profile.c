/* Profile of a column that has a scale: numbers, dates, times, booleans.
 *
 * Pass 1 takes moments, extremes and order. Pass 2 counts values: whole numbers of a narrow range
 * in a table, others by hash. Columns with few different values get quantiles, MAD and histogram
 * from the counted values; the others are read again by the two-pass selector, once for the
 * quantiles and once for the distances to the median. */
#include <math.h>

#include "profile/column_profile.h"
#include "stat/histogram.h"
#include "stat/moments.h"
#include "stat/select.h"
#include "stat/sort.h"

enum { DENSE_SPAN = 1 << 20, MEDIAN_AT = 4, KEPT_ROWS = 1 << 21 };
static const uint64_t SIGN = UINT64_C(1) << 63;

typedef struct scale {
    const tw_column_work *work;
    bool whole; /* stored as whole numbers */
    double *f64;
    double *kept;          /* all rows as doubles, of columns up to KEPT_ROWS; else NULL */
    const double **chunks; /* in kept, or in the column itself; NULL = not looked at yet */
    int64_t *i64;
    uint64_t *keys;
    tw_moments moments;
    int64_t low, high; /* of whole columns */
    double last;       /* value before, NaN = none yet */
    bool rises, falls;
    tw_tally *tally;
    bool counted; /* the tally holds the values */
    tw_selector *selector;
    double edges[TW_HISTOGRAM_BINS + 1];
    int64_t counts[TW_HISTOGRAM_BINS];
    size_t bins;
} scale;

/* A chunk as doubles, converted once where there is room to keep them. */
static const double *numbers(const scale *s, size_t chunk) {
    if (!s->kept)
        return tw_column_f64(s->work->column, chunk, s->f64);
    if (!s->chunks[chunk])
        s->chunks[chunk] = tw_column_f64(s->work->column, chunk, s->kept + chunk * TW_CHUNK_ROWS);
    return s->chunks[chunk];
}

static void watch_order(scale *s, const double *x, size_t n) {
    for (size_t i = 0; i < n && (s->rises || s->falls); i++) {
        if (isnan(x[i]))
            continue;
        s->rises = s->rises && !(x[i] < s->last);
        s->falls = s->falls && !(x[i] > s->last);
        s->last = x[i];
    }
}

static void watch_range(scale *s, const int64_t *v, const uint64_t *valid, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (valid && !tw_bit_get(valid, i))
            continue;
        s->low = TW_MIN(s->low, v[i]);
        s->high = TW_MAX(s->high, v[i]);
    }
}

static enum tw_rc first_pass(scale *s, tw_error *err) {
    const tw_column *column = s->work->column;
    for (size_t c = 0; c < tw_column_chunks(column); c++) {
        enum tw_rc rc = tw_task_check(s->work->task, err);
        if (rc)
            return rc;
        size_t n = tw_column_chunk_rows(column, c);
        const double *x = numbers(s, c);
        tw_moments_add(&s->moments, x, n);
        watch_order(s, x, n);
        if (s->whole)
            watch_range(s, tw_column_i64(column, c, s->i64), tw_column_validity(column, c), n);
    }
    return TW_OK;
}

static const uint64_t *keys_of_chunk(void *self, size_t chunk) {
    scale *s = self;
    size_t n = tw_column_chunk_rows(s->work->column, chunk);
    if (s->whole) {
        const int64_t *v = tw_column_i64(s->work->column, chunk, s->i64);
        for (size_t i = 0; i < n; i++)
            s->keys[i] = (uint64_t)v[i] ^ SIGN;
    } else {
        const double *x = numbers(s, chunk);
        for (size_t i = 0; i < n; i++)
            s->keys[i] = tw_key_of_f64(x[i]);
    }
    return s->keys;
}

static double value_of_key(const scale *s, uint64_t key) {
    return s->whole ? (double)(int64_t)(key ^ SIGN) : tw_f64_of_key(key);
}

static enum tw_rc count_values(scale *s, tw_error *err) {
    uint64_t span = (uint64_t)s->high - (uint64_t)s->low;
    const tw_column *column = s->work->column;
    bool dense = s->whole && span < DENSE_SPAN;
    if (dense)
        s->tally = tw_tally_new_dense((uint64_t)s->low ^ SIGN, (size_t)span + 1);
    else
        s->tally = tw_tally_new(TW_PROFILE_DISTINCT_LIMIT, (size_t)s->moments.n);
    if (!s->tally)
        return tw_fail_memory(err);
    tw_key_source source = {keys_of_chunk, s, false};
    source.mostly_new =
        !dense && tw_profile_mostly_new(keys_of_chunk(s, 0), tw_column_validity(column, 0),
                                        tw_column_chunk_rows(column, 0));
    s->counted = !source.mostly_new || s->work->out->rows > TW_PROFILE_SPREAD_ROWS;
    return tw_profile_count(s->work, source, s->tally, err);
}

static void put_figures(const scale *s) {
    tw_column_profile *p = s->work->out;
    const tw_moments *m = &s->moments;
    p->min = m->min;
    p->max = m->max;
    p->mean = tw_moments_mean(m);
    p->sd = tw_moments_sd(m);
    p->skew = tw_moments_skew(m);
    p->kurtosis = tw_moments_kurtosis(m);
    p->sum = tw_moments_sum(m);
    p->zeros = m->zeros;
    p->negatives = m->negatives;
    p->min_cell = s->whole ? tw_cell_i64(p->type, s->low) : tw_cell_f64(m->min);
    p->max_cell = s->whole ? tw_cell_i64(p->type, s->high) : tw_cell_f64(m->max);
    p->sorted = m->n < 2 ? 0 : s->rises ? 1 : s->falls ? -1 : 0;
}

static void set_bins(scale *s) {
    const tw_column_profile *p = s->work->out;
    if (s->work->histogram)
        s->bins =
            tw_histogram_edges(s->moments.n, p->min, p->max, p->quantiles[5] - p->quantiles[3],
                               s->whole, TW_HISTOGRAM_BINS, s->edges);
}

static enum tw_rc keep_histogram(const scale *s, tw_error *err) {
    tw_histogram *h = &s->work->out->histogram;
    if (!s->bins)
        return TW_OK;
    h->edges = tw_arena_alloc(s->work->arena, s->bins + 1, sizeof *h->edges);
    h->counts = tw_arena_alloc(s->work->arena, s->bins, sizeof *h->counts);
    if (!h->edges || !h->counts)
        return tw_fail_memory(err);
    memcpy(h->edges, s->edges, (s->bins + 1) * sizeof *h->edges);
    memcpy(h->counts, s->counts, s->bins * sizeof *h->counts);
    h->n = s->bins;
    return TW_OK;
}

/* Median of |x - center| from counted values. */
static bool mad_of_counts(const double *x, const int64_t *counts, size_t n, double center,
                          double *mad) {
    double *away = tw_calloc(n, sizeof *away), *sorted = tw_calloc(n, sizeof *sorted);
    int64_t *times = tw_calloc(n, sizeof *times);
    uint32_t *order = tw_calloc(n, sizeof *order);
    bool good = away && sorted && times && order;
    for (size_t i = 0; good && i < n; i++)
        away[i] = fabs(x[i] - center);
    good = good && tw_argsort_f64(away, n, order);
    for (size_t i = 0; good && i < n; i++) {
        sorted[i] = away[order[i]];
        times[i] = counts[order[i]];
    }
    if (good)
        tw_quantiles_counted(sorted, times, n, &tw_quantile_levels[MEDIAN_AT], 1, mad);
    free(away);
    free(sorted);
    free(times);
    free(order);
    return good;
}

static bool from_values(scale *s, const tw_tally_entry *entries, size_t n, double *x,
                        int64_t *counts) {
    tw_column_profile *p = s->work->out;
    for (size_t i = 0; i < n; i++) {
        x[i] = value_of_key(s, entries[i].key);
        counts[i] = entries[i].count;
    }
    tw_quantiles_counted(x, counts, n, tw_quantile_levels, TW_QUANTILES, p->quantiles);
    set_bins(s);
    for (size_t i = 0; i < n; i++)
        tw_histogram_put(x[i], counts[i], s->edges, s->bins, s->counts);
    return mad_of_counts(x, counts, n, p->quantiles[MEDIAN_AT], &p->mad);
}

static enum tw_rc from_counts(scale *s, tw_error *err) {
    size_t n = tw_tally_entries(s->tally);
    tw_tally_entry *entries = tw_calloc(n, sizeof *entries);
    double *x = tw_calloc(n, sizeof *x);
    int64_t *counts = tw_calloc(n, sizeof *counts);
    bool good = entries && x && counts && tw_tally_sorted(s->tally, entries) &&
                from_values(s, entries, n, x, counts);
    free(entries);
    free(x);
    free(counts);
    return good ? TW_OK : tw_fail_memory(err);
}

/* |x - center| into the scratch buffer. */
static const double *distances(const scale *s, const double *x, size_t n, double center) {
    for (size_t i = 0; i < n; i++)
        s->f64[i] = fabs(x[i] - center);
    return s->f64;
}

enum look { COUNT, GATHER };

/* One pass of the selector over the values (center NaN) or their distances to center. */
static enum tw_rc select_pass(scale *s, enum look look, double center, tw_error *err) {
    for (size_t c = 0; c < tw_column_chunks(s->work->column); c++) {
        enum tw_rc rc = tw_task_check(s->work->task, err);
        if (rc)
            return rc;
        size_t n = tw_column_chunk_rows(s->work->column, c);
        const double *x = numbers(s, c);
        if (!isnan(center)) {
            if (look == COUNT)
                tw_histogram_count(x, n, s->edges, s->bins, s->counts);
            x = distances(s, x, n, center);
        }
        if (look == COUNT)
            tw_selector_count(s->selector, x, n);
        else
            tw_selector_gather(s->selector, x, n);
    }
    return TW_OK;
}

static enum tw_rc select_levels(scale *s, double center, const double *levels, size_t n,
                                double *out, tw_error *err) {
    double low = s->moments.min, high = s->moments.max;
    double farthest = fmax(fabs(low - center), fabs(high - center));
    tw_selector_reset(s->selector);
    tw_selector_range(s->selector, isnan(center) ? low : 0, isnan(center) ? high : farthest);
    enum tw_rc rc = select_pass(s, COUNT, center, err);
    if (rc)
        return rc;
    if (!tw_selector_want(s->selector, levels, n))
        return tw_fail_memory(err);
    rc = select_pass(s, GATHER, center, err);
    tw_selector_finish(s->selector, out);
    return rc;
}

static enum tw_rc from_passes(scale *s, tw_error *err) {
    tw_column_profile *p = s->work->out;
    s->selector = tw_selector_new();
    if (!s->selector)
        return tw_fail_memory(err);
    enum tw_rc rc = select_levels(s, NAN, tw_quantile_levels, TW_QUANTILES, p->quantiles, err);
    if (rc)
        return rc;
    set_bins(s);
    return select_levels(s, p->quantiles[MEDIAN_AT], &tw_quantile_levels[MEDIAN_AT], 1, &p->mad,
                         err);
}

static bool few_values(const scale *s) {
    const tw_column_profile *p = s->work->out;
    return s->counted && p->distinct_exact &&
           (p->distinct <= 4096 || p->distinct <= s->moments.n / 8);
}

static enum tw_rc run(scale *s, tw_error *err) {
    enum tw_rc rc = first_pass(s, err);
    if (rc)
        return rc;
    put_figures(s);
    rc = count_values(s, err);
    if (rc)
        return rc;
    rc = few_values(s) ? from_counts(s, err) : from_passes(s, err);
    return rc ? rc : keep_histogram(s, err);
}

enum tw_rc tw_profile_scale(const tw_column_work *work, tw_error *err) {
    scale *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    size_t room = TW_MIN((size_t)work->out->rows, TW_CHUNK_ROWS);
    s->work = work;
    s->whole = work->out->type != TW_FLOAT;
    s->moments = TW_MOMENTS_NONE;
    s->low = INT64_MAX;
    s->high = INT64_MIN;
    s->last = NAN;
    s->rises = s->falls = true;
    s->f64 = tw_calloc(room, sizeof *s->f64);
    s->chunks = tw_calloc(tw_column_chunks(work->column), sizeof *s->chunks);
    if (s->chunks && work->out->rows <= KEPT_ROWS) /* without room each pass converts again */
        s->kept = tw_calloc(tw_column_chunks(work->column) * TW_CHUNK_ROWS, sizeof *s->kept);
    s->i64 = tw_calloc(s->whole ? room : 1, sizeof *s->i64);
    s->keys = tw_calloc(room, sizeof *s->keys);
    enum tw_rc rc = s->f64 && s->i64 && s->keys ? run(s, err) : tw_fail_memory(err);
    tw_tally_free(s->tally);
    tw_selector_free(s->selector);
    free(s->f64);
    free(s->kept);
    free(s->chunks);
    free(s->i64);
    free(s->keys);
    free(s);
    return rc;
}
