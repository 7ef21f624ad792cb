/* Radix selection (two passes over chunks) and quickselect (values in memory).
 *
 * The histogram has 64 Ki buckets over the keys from `base` on. Without a known range a bucket is
 * sign, exponent and four bits of mantissa, about 3 % wide; with one, the range is divided. The
 * buckets that hold the wanted ranks hold few of the values, and pass 2 copies those only. Inside a
 * bucket three-way quickselect copes with many equal values; after too many poor pivots it sorts,
 * so that no input is quadratic. */
#include "stat/select.h"

#include <math.h>

#include "stat/sort.h"

enum { BUCKET_BITS = 16, BUCKETS = 1 << BUCKET_BITS, NOT_HIT = 0xff };

struct tw_selector {
    uint64_t counts[BUCKETS];
    uint8_t group[BUCKETS]; /* which kept bucket, NOT_HIT = none */
    int64_t n;
    uint64_t base;
    int shift;
    double levels[TW_SELECT_LEVELS];
    size_t n_levels, n_groups;
    double *kept; /* all groups, one after the other */
    size_t start[2 * TW_SELECT_LEVELS + 1], fill[2 * TW_SELECT_LEVELS]; /* in kept */
    uint64_t below[2 * TW_SELECT_LEVELS]; /* values in earlier buckets */
};

tw_selector *tw_selector_new(void) {
    tw_selector *s = tw_calloc(1, sizeof(tw_selector));
    if (s)
        s->shift = 64 - BUCKET_BITS;
    return s;
}

void tw_selector_free(tw_selector *s) {
    if (!s)
        return;
    free(s->kept);
    free(s);
}

void tw_selector_reset(tw_selector *s) {
    free(s->kept);
    memset(s, 0, sizeof *s);
    s->shift = 64 - BUCKET_BITS;
}

void tw_selector_range(tw_selector *s, double low, double high) {
    uint64_t first = tw_key_of_f64(low), last = tw_key_of_f64(high);
    if (!(low <= high))
        return;
    s->base = first;
    s->shift = 0;
    while ((last - first) >> s->shift >= BUCKETS - 1)
        s->shift++;
}

/* NaN falls into the last bucket, where no number is. */
static inline size_t bucket_of(const tw_selector *s, double x) {
    uint64_t at = (tw_key_of_f64(x) - s->base) >> s->shift;
    return x == x && at < BUCKETS ? (size_t)at : BUCKETS - 1;
}

int64_t tw_selector_n(const tw_selector *s) {
    return s->n;
}

void tw_selector_count(tw_selector *s, const double *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        s->counts[bucket_of(s, x[i])]++;
    uint64_t nan = s->counts[BUCKETS - 1];
    s->counts[BUCKETS - 1] = 0;
    s->n += (int64_t)n - (int64_t)nan;
}

/* Mark the bucket that holds a rank; ranks come in ascending order. */
static void hit(tw_selector *s, uint64_t rank, size_t *bucket, uint64_t *before) {
    while (*before + s->counts[*bucket] <= rank)
        *before += s->counts[(*bucket)++];
    if (s->group[*bucket] != NOT_HIT)
        return;
    size_t g = s->n_groups++;
    s->group[*bucket] = (uint8_t)g;
    s->below[g] = *before;
    s->fill[g] = s->start[g];
    s->start[g + 1] = s->start[g] + s->counts[*bucket];
}

bool tw_selector_want(tw_selector *s, const double *levels, size_t n) {
    memset(s->group, NOT_HIT, sizeof s->group);
    memcpy(s->levels, levels, n * sizeof *levels);
    s->n_levels = n;
    s->n_groups = 0;
    s->start[0] = 0;
    if (s->n == 0)
        return true;
    size_t bucket = 0;
    uint64_t before = 0;
    for (size_t i = 0; i < n; i++) {
        double share;
        size_t rank = tw_quantile_rank(s->n, levels[i], &share);
        hit(s, rank, &bucket, &before);
        if (share > 0) { /* the next value may lie in a later bucket; do not lose the place */
            size_t next_bucket = bucket;
            uint64_t next_before = before;
            hit(s, rank + 1, &next_bucket, &next_before);
        }
    }
    s->kept = tw_calloc(s->start[s->n_groups], sizeof *s->kept);
    return s->kept != NULL;
}

void tw_selector_gather(tw_selector *s, const double *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint8_t g = s->group[bucket_of(s, x[i])];
        if (g != NOT_HIT)
            s->kept[s->fill[g]++] = x[i] + 0.0;
    }
}

/* Value of a rank in the whole. */
static double value_at(tw_selector *s, uint64_t rank) {
    for (size_t g = 0; g < s->n_groups; g++) {
        size_t size = s->start[g + 1] - s->start[g];
        if (rank >= s->below[g] && rank < s->below[g] + size)
            return tw_nth(s->kept + s->start[g], size, rank - s->below[g]);
    }
    return NAN;
}

/* low + share of the way to high; equal neighbours stay exact, infinities do not make NaN. */
static double between(double low, double high, double share) {
    if (!(share > 0) || !(low < high))
        return low;
    return low + (high - low) * share;
}

void tw_selector_finish(tw_selector *s, double *quantiles) {
    for (size_t i = 0; i < s->n_levels; i++) {
        double share = 0;
        if (s->n == 0) {
            quantiles[i] = NAN;
            continue;
        }
        size_t rank = tw_quantile_rank(s->n, s->levels[i], &share);
        double low = value_at(s, rank);
        quantiles[i] = share > 0 ? between(low, value_at(s, rank + 1), share) : low;
    }
    free(s->kept);
    s->kept = NULL;
}

static double median3(double a, double b, double c) {
    return a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b));
}

static double pivot_of(const double *x, size_t n) {
    size_t s = n / 9;
    double a = median3(x[0], x[s], x[2 * s]), b = median3(x[3 * s], x[4 * s], x[5 * s]);
    return n < 16 ? x[n / 2] : median3(a, b, median3(x[6 * s], x[7 * s], x[8 * s]));
}

/* Dutch flag: [0, *less) < pivot, [*less, *more) equal, [*more, n) greater. */
static void partition(double *x, size_t n, double pivot, size_t *less, size_t *more) {
    size_t lo = 0, mid = 0, hi = n;
    while (mid < hi) {
        double v = x[mid];
        if (v < pivot) {
            x[mid++] = x[lo];
            x[lo++] = v;
        } else if (v > pivot) {
            x[mid] = x[--hi];
            x[hi] = v;
        } else {
            mid++;
        }
    }
    *less = lo;
    *more = hi;
}

double tw_nth(double *x, size_t n, size_t k) {
    for (int rounds = 0; n > 1; rounds++) {
        if (rounds > 60 && tw_sort_f64(x, n))
            break;
        size_t less, more;
        partition(x, n, pivot_of(x, n), &less, &more);
        if (k < less) {
            n = less;
        } else if (k < more) {
            x += k;
            k = 0;
            break;
        } else {
            x += more;
            n -= more;
            k -= more;
        }
    }
    return x[k];
}

static double least_of(const double *x, size_t n) {
    double least = x[0];
    for (size_t i = 1; i < n; i++)
        least = TW_MIN(least, x[i]);
    return least;
}

static double quantile_of(double *x, size_t n, double level) {
    double share;
    size_t rank = tw_quantile_rank((int64_t)n, level, &share);
    double low = tw_nth(x, n, rank);
    return share > 0 ? between(low, least_of(x + rank + 1, n - rank - 1), share) : low;
}

void tw_quantiles(double *x, size_t n, const double *levels, size_t n_levels, double *out) {
    for (size_t i = 0; i < n_levels; i++)
        out[i] = n ? quantile_of(x, n, levels[i]) : (double)NAN;
}

double tw_median(double *x, size_t n) {
    return n ? quantile_of(x, n, 0.5) : (double)NAN;
}

double tw_mad(double *x, size_t n, double *median) {
    double m = tw_median(x, n);
    if (median)
        *median = m;
    for (size_t i = 0; i < n; i++)
        x[i] = fabs(x[i] - m);
    return tw_median(x, n);
}

void tw_quantiles_counted(const double *x, const int64_t *counts, size_t n, const double *levels,
                          size_t n_levels, double *out) {
    int64_t total = 0, before = 0;
    for (size_t i = 0; i < n; i++)
        total += counts[i];
    size_t at = 0;
    for (size_t l = 0; l < n_levels; l++) {
        double share = 0;
        if (total == 0) {
            out[l] = NAN;
            continue;
        }
        int64_t rank = (int64_t)tw_quantile_rank(total, levels[l], &share);
        while (before + counts[at] <= rank)
            before += counts[at++];
        bool last_of_value = rank + 1 >= before + counts[at];
        out[l] = share > 0 && last_of_value ? between(x[at], x[at + 1], share) : x[at];
    }
}
