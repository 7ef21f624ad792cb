/* Measures over pairs. Sums are taken around the means in a fixed order; nothing depends on
 * threads. */
#include "stat/association.h"

#include <math.h>

#include "stat/sort.h"

static bool pair(double x, double y) {
    return !isnan(x) && !isnan(y);
}

typedef struct means {
    double x, y;
    int64_t n;
} means;

static means means_of(const double *x, const double *y, size_t n) {
    means m = {0};
    double carry_x = 0, carry_y = 0; /* compensated: Kahan */
    for (size_t i = 0; i < n; i++) {
        if (!pair(x[i], y[i]))
            continue;
        double vx = x[i] - carry_x, vy = y[i] - carry_y, tx = m.x + vx, ty = m.y + vy;
        carry_x = (tx - m.x) - vx;
        carry_y = (ty - m.y) - vy;
        m.x = tx;
        m.y = ty;
        m.n++;
    }
    m.x /= (double)m.n;
    m.y /= (double)m.n;
    return m;
}

double tw_pearson(const double *x, const double *y, size_t n, int64_t *pairs) {
    means m = means_of(x, y, n);
    double sxx = 0, syy = 0, sxy = 0;
    for (size_t i = 0; i < n; i++) {
        if (!pair(x[i], y[i]))
            continue;
        double dx = x[i] - m.x, dy = y[i] - m.y;
        sxx += dx * dx;
        syy += dy * dy;
        sxy += dx * dy;
    }
    if (pairs)
        *pairs = m.n;
    double scale = sqrt(sxx) * sqrt(syy);
    /* spread that rounding alone makes of equal values is none */
    bool flat = sxx <= 1e-30 * m.x * m.x * (double)m.n || syy <= 1e-30 * m.y * m.y * (double)m.n;
    if (m.n < 2 || flat || !(scale > 0))
        return NAN;
    return fmax(-1, fmin(1, sxy / scale));
}

/* Copy complete pairs together; returns how many. */
static size_t complete_pairs(const double *x, const double *y, size_t n, double *cx, double *cy) {
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (pair(x[i], y[i])) {
            cx[k] = x[i];
            cy[k++] = y[i];
        }
    return k;
}

bool tw_spearman(const double *x, const double *y, size_t n, double *out, int64_t *pairs) {
    double *work = tw_calloc(n, 4 * sizeof *work);
    if (!work)
        return false;
    double *cx = work, *cy = work + n, *rx = work + 2 * n, *ry = work + 3 * n;
    size_t k = complete_pairs(x, y, n, cx, cy);
    bool good = tw_rank_f64(cx, k, rx) && tw_rank_f64(cy, k, ry);
    if (good)
        *out = tw_pearson(rx, ry, k, pairs);
    free(work);
    return good;
}

/* Mid-ranks among the complete pairs, by the pair's place; the order names all rows. */
static void ranks_among(const double *v, const uint32_t *order, size_t n, const uint32_t *place,
                        double *rank) {
    size_t before = 0;
    for (size_t i = 0, end; i < n; i = end) {
        size_t here = place[order[i]] != TW_NO_LEVEL;
        for (end = i + 1; end < n && tw_same_f64(v[order[end]], v[order[i]]); end++)
            here += place[order[end]] != TW_NO_LEVEL;
        for (size_t k = i; k < end; k++)
            if (place[order[k]] != TW_NO_LEVEL)
                rank[place[order[k]]] = (double)(2 * before + 1 + here) / 2;
        before += here;
    }
}

bool tw_spearman_ordered(const double *x, const uint32_t *order_x, const double *y,
                         const uint32_t *order_y, size_t n, double *out, int64_t *pairs) {
    double *rank = tw_calloc(n, 2 * sizeof *rank);
    uint32_t *place = tw_calloc(n, sizeof *place), k = 0;
    bool good = rank && place;
    for (size_t i = 0; good && i < n; i++)
        place[i] = pair(x[i], y[i]) ? k++ : TW_NO_LEVEL;
    if (good) {
        ranks_among(x, order_x, n, place, rank);
        ranks_among(y, order_y, n, place, rank + n);
        *out = tw_pearson(rank, rank + n, k, pairs);
    }
    free(rank);
    free(place);
    return good;
}

static int64_t pairs_among(int64_t t) {
    return t * (t - 1) / 2;
}

/* Pairs tied on x, and on both; `order` is by (x, y). */
static void ties(const double *x, const double *y, const uint32_t *order, size_t n, int64_t *tied_x,
                 int64_t *tied_both) {
    int64_t run_x = 1, run_both = 1;
    *tied_x = *tied_both = 0;
    for (size_t i = 1; i <= n; i++) {
        bool same_x = i < n && tw_same_f64(x[order[i]], x[order[i - 1]]);
        bool same_both = same_x && tw_same_f64(y[order[i]], y[order[i - 1]]);
        if (same_both) {
            run_both++;
        } else {
            *tied_both += pairs_among(run_both);
            run_both = 1;
        }
        if (same_x) {
            run_x++;
        } else {
            *tied_x += pairs_among(run_x);
            run_x = 1;
        }
    }
}

/* Sorts v by merging and counts exchanges (pairs out of order). */
static int64_t merge_exchanges(double *v, double *scratch, size_t n) {
    int64_t exchanges = 0;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = TW_MIN(lo + width, n), hi = TW_MIN(lo + 2 * width, n), a = lo, b = mid;
            for (size_t k = lo; k < hi; k++) {
                bool left = a < mid && (b >= hi || v[a] <= v[b]);
                if (!left)
                    exchanges += (int64_t)(mid - a);
                scratch[k] = left ? v[a++] : v[b++];
            }
        }
        memcpy(v, scratch, n * sizeof *v);
    }
    return exchanges;
}

static int64_t tied_pairs_sorted(const double *v, size_t n) {
    int64_t tied = 0, run = 1;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && tw_same_f64(v[i], v[i - 1])) {
            run++;
            continue;
        }
        tied += pairs_among(run);
        run = 1;
    }
    return tied;
}

/* Order by (x, y): stable sort by x over an order by y. */
static bool order_by_both(const double *x, const double *y, size_t n, uint32_t *order,
                          uint32_t *by_y, double *scratch) {
    if (!tw_argsort_f64(y, n, by_y))
        return false;
    for (size_t i = 0; i < n; i++)
        scratch[i] = x[by_y[i]];
    if (!tw_argsort_f64(scratch, n, order))
        return false;
    for (size_t i = 0; i < n; i++)
        order[i] = by_y[order[i]];
    return true;
}

static double tau_b(const double *x, double *y, const uint32_t *order, size_t n, double *scratch) {
    int64_t tied_x, tied_both;
    ties(x, y, order, n, &tied_x, &tied_both);
    double *sorted = scratch;
    for (size_t i = 0; i < n; i++)
        sorted[i] = y[order[i]];
    int64_t exchanges = merge_exchanges(sorted, y, n), all = pairs_among((int64_t)n);
    int64_t tied_y = tied_pairs_sorted(sorted, n);
    double score = (double)(all - tied_x - tied_y + tied_both - 2 * exchanges);
    return score / (sqrt((double)(all - tied_x)) * sqrt((double)(all - tied_y)));
}

bool tw_kendall(const double *x, const double *y, size_t n, double *out, int64_t *pairs) {
    double *work = tw_calloc(n, 3 * sizeof *work);
    uint32_t *order = tw_calloc(n, sizeof *order), *by_y = tw_calloc(n, sizeof *by_y);
    bool good = work && order && by_y;
    if (good) {
        double *cx = work, *cy = work + n, *scratch = work + 2 * n;
        size_t k = complete_pairs(x, y, n, cx, cy);
        if (pairs)
            *pairs = (int64_t)k;
        good = order_by_both(cx, cy, k, order, by_y, scratch);
        *out = good && k > 1 ? tau_b(cx, cy, order, k, scratch) : (double)NAN;
    }
    free(work);
    free(order);
    free(by_y);
    return good;
}

double tw_chi_squared(const tw_crosstab *t) {
    double n = (double)t->n, sum = 0; /* sum of o^2/e - n: empty cells add nothing */
    for (size_t i = 0; i < t->n_cells; i++) {
        double o = (double)t->cells[i].count;
        sum += o * o / ((double)t->row[t->cells[i].a] * (double)t->column[t->cells[i].b]);
    }
    return t->n ? fmax(0, n * (sum - 1)) : (double)NAN;
}

double tw_cramers_v(const tw_crosstab *t) {
    double n = (double)t->n, r = (double)t->used_a, c = (double)t->used_b;
    if (t->n < 2 || t->used_a < 2 || t->used_b < 2)
        return NAN;
    double phi2 = fmax(0, tw_chi_squared(t) / n - (r - 1) * (c - 1) / (n - 1));
    double rows = r - (r - 1) * (r - 1) / (n - 1), columns = c - (c - 1) * (c - 1) / (n - 1);
    double least = fmin(rows, columns) - 1;
    return least > 0 ? fmin(1, sqrt(phi2 / least)) : (double)NAN;
}

double tw_mutual_information(const tw_crosstab *t) {
    double n = (double)t->n, bits = 0;
    for (size_t i = 0; i < t->n_cells; i++) {
        double o = (double)t->cells[i].count;
        double expected = (double)t->row[t->cells[i].a] * (double)t->column[t->cells[i].b] / n;
        bits += o / n * log2(o / expected);
    }
    return t->n ? fmax(0, bits) : (double)NAN;
}

static double entropy_of(const int64_t *counts, uint32_t levels, double n) {
    double bits = 0;
    for (uint32_t l = 0; l < levels; l++)
        if (counts[l])
            bits -= (double)counts[l] / n * log2((double)counts[l] / n);
    return bits;
}

double tw_theils_u(const tw_crosstab *t) {
    if (t->n == 0)
        return NAN;
    double of_b = entropy_of(t->column, t->levels_b, (double)t->n);
    return of_b > 0 ? fmin(1, tw_mutual_information(t) / of_b) : 1;
}

/* Sums and counts of each level, then of all. */
static double eta_of(const uint32_t *a, const double *y, size_t n, double *sum, int64_t *count,
                     uint32_t levels, int64_t *pairs) {
    double total = 0, within = 0, all = 0;
    int64_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (a[i] != TW_NO_LEVEL && !isnan(y[i])) {
            sum[a[i]] += y[i];
            count[a[i]]++;
        }
    for (uint32_t l = 0; l < levels; l++) {
        total += sum[l];
        k += count[l];
    }
    if (pairs)
        *pairs = k;
    double mean = total / (double)k;
    for (size_t i = 0; i < n; i++)
        if (a[i] != TW_NO_LEVEL && !isnan(y[i])) {
            double d = y[i] - mean, e = y[i] - sum[a[i]] / (double)count[a[i]];
            all += d * d;
            within += e * e;
        }
    bool flat = all <= 1e-30 * mean * mean * (double)k;
    return k < 2 || flat ? (double)NAN : sqrt(fmax(0, 1 - within / all));
}

bool tw_correlation_ratio(const uint32_t *a, uint32_t levels, const double *y, size_t n,
                          double *out, int64_t *pairs) {
    double *sum = tw_calloc(levels, sizeof *sum);
    int64_t *count = tw_calloc(levels, sizeof *count);
    bool good = sum && count;
    if (good)
        *out = eta_of(a, y, n, sum, count, levels, pairs);
    free(sum);
    free(count);
    return good;
}

bool tw_rank_bins(const double *x, size_t n, uint32_t bins, uint32_t *codes) {
    double *rank = tw_calloc(n, sizeof *rank);
    if (!rank || !tw_rank_f64(x, n, rank)) {
        free(rank);
        return false;
    }
    double there = 0;
    for (size_t i = 0; i < n; i++)
        there += !isnan(x[i]);
    for (size_t i = 0; i < n; i++) {
        double share = (rank[i] - 0.5) / there; /* in (0, 1) */
        codes[i] = isnan(rank[i]) ? TW_NO_LEVEL : (uint32_t)(share * bins);
    }
    free(rank);
    return true;
}
