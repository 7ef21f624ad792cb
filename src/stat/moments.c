/* Two looks at each block of 1024 values: the first for sum, count and extremes, the second for
 * powers of the distance to the block's mean, while the block is in the first cache. Blocks are
 * then merged. Raw power sums would be one pass but lose all digits when the mean is large against
 * the spread (dates, account numbers). Eight lanes with a fixed fold let the compiler use vectors
 * without being free to reorder sums. */
#include "stat/moments.h"

#include <math.h>

enum { BLOCK = 1024, LANES = 8 };

typedef struct first_look {
    double sum[LANES], min[LANES], max[LANES];
    int64_t n[LANES], zeros[LANES], negatives[LANES];
} first_look;

static double fold(const double lane[LANES]) {
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

static int64_t fold_counts(const int64_t lane[LANES]) {
    int64_t n = 0;
    for (size_t l = 0; l < LANES; l++)
        n += lane[l];
    return n;
}

TW_KERNEL static void look_once(first_look *f, const double *restrict x, size_t n) {
    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double v = x[i + l];
            bool there = v == v; /* NaN is the only value that differs from itself */
            f->sum[l] += there ? v : 0;
            f->n[l] += there;
            f->zeros[l] += v <= 0 && v >= 0;
            f->negatives[l] += v < 0;
            f->min[l] = v < f->min[l] ? v : f->min[l];
            f->max[l] = v > f->max[l] ? v : f->max[l];
        }
}

TW_KERNEL static void look_twice(double s2[LANES], double s3[LANES], double s4[LANES],
                                 const double *restrict x, size_t n, double center) {
    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double v = x[i + l], d = v == v ? v - center : 0, d2 = d * d;
            s2[l] += d2;
            s3[l] += d2 * d;
            s4[l] += d2 * d2;
        }
}

static void add_to_sum(tw_moments *m, double v) {
    double t = m->sum + v; /* Neumaier 1974 */
    m->carry += fabs(m->sum) >= fabs(v) ? (m->sum - t) + v : (v - t) + m->sum;
    m->sum = t;
}

void tw_moments_merge(tw_moments *a, const tw_moments *b) {
    if (b->n == 0)
        return;
    double na = (double)a->n, nb = (double)b->n, n = na + nb;
    double d = a->n ? b->center - a->center : 0, d2 = d * d;
    double m3 = a->m3 + b->m3 + d2 * d * na * nb * (na - nb) / (n * n) +
                3 * d * (na * b->m2 - nb * a->m2) / n;
    double m4 = a->m4 + b->m4 + d2 * d2 * na * nb * (na * na - na * nb + nb * nb) / (n * n * n) +
                6 * d2 * (na * na * b->m2 + nb * nb * a->m2) / (n * n) +
                4 * d * (na * b->m3 - nb * a->m3) / n;
    a->m2 += b->m2 + d2 * na * nb / n;
    a->m3 = m3;
    a->m4 = m4;
    a->center = a->n ? a->center + d * nb / n : b->center;
    a->n += b->n;
    a->zeros += b->zeros;
    a->negatives += b->negatives;
    a->min = TW_MIN(a->min, b->min);
    a->max = TW_MAX(a->max, b->max);
    add_to_sum(a, b->sum);
    a->carry += b->carry;
}

static tw_moments block_of(const double *x, size_t n) {
    first_look f = {0};
    double s2[LANES] = {0}, s3[LANES] = {0}, s4[LANES] = {0};
    for (size_t l = 0; l < LANES; l++) {
        f.min[l] = INFINITY;
        f.max[l] = -INFINITY;
    }
    look_once(&f, x, n);
    tw_moments m = TW_MOMENTS_NONE;
    m.n = fold_counts(f.n);
    if (m.n == 0)
        return m;
    m.zeros = fold_counts(f.zeros);
    m.negatives = fold_counts(f.negatives);
    m.sum = fold(f.sum);
    for (size_t l = 0; l < LANES; l++) {
        m.min = TW_MIN(m.min, f.min[l]);
        m.max = TW_MAX(m.max, f.max[l]);
    }
    m.center = m.sum / (double)m.n;
    look_twice(s2, s3, s4, x, n, m.center);
    m.m2 = fold(s2);
    m.m3 = fold(s3);
    m.m4 = fold(s4);
    return m;
}

void tw_moments_add(tw_moments *m, const double *x, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += BLOCK) {
        size_t whole = TW_MIN(n - i, (size_t)BLOCK) / LANES * LANES;
        tw_moments block = block_of(x + i, whole);
        tw_moments_merge(m, &block);
        if (whole < BLOCK) {
            i += whole;
            break;
        }
    }
    if (i < n)
        tw_moments_add_scalar(m, x + i, n - i);
}

static tw_moments scalar_sums(const double *x, size_t n) {
    tw_moments m = TW_MOMENTS_NONE;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        m.n++;
        m.sum += x[i];
        m.zeros += x[i] <= 0 && x[i] >= 0;
        m.negatives += x[i] < 0;
        m.min = TW_MIN(m.min, x[i]);
        m.max = TW_MAX(m.max, x[i]);
    }
    return m;
}

void tw_moments_add_scalar(tw_moments *m, const double *x, size_t n) {
    tw_moments block = scalar_sums(x, n);
    if (block.n == 0)
        return;
    block.center = block.sum / (double)block.n;
    for (size_t i = 0; i < n; i++) {
        double d = isnan(x[i]) ? 0 : x[i] - block.center;
        block.m2 += d * d;
        block.m3 += d * d * d;
        block.m4 += d * d * d * d;
    }
    tw_moments_merge(m, &block);
}

double tw_moments_sum(const tw_moments *m) {
    double sum = m->sum + m->carry;
    return isnan(sum) ? m->sum : sum; /* an infinite sum has no carry */
}

double tw_moments_mean(const tw_moments *m) {
    return m->n ? tw_moments_sum(m) / (double)m->n : (double)NAN;
}

double tw_moments_variance(const tw_moments *m) {
    return m->n > 1 ? m->m2 / (double)(m->n - 1) : (double)NAN;
}

double tw_moments_sd(const tw_moments *m) {
    return sqrt(tw_moments_variance(m));
}

/* No spread beyond what rounding leaves of equal values. */
static bool is_flat(const tw_moments *m) {
    return !(m->min < m->max);
}

double tw_moments_skew(const tw_moments *m) {
    double n = (double)m->n;
    if (m->n < 3 || is_flat(m))
        return NAN;
    double g1 = sqrt(n) * m->m3 / pow(m->m2, 1.5);
    return sqrt(n * (n - 1)) / (n - 2) * g1;
}

double tw_moments_kurtosis(const tw_moments *m) {
    double n = (double)m->n;
    if (m->n < 4 || is_flat(m))
        return NAN;
    double g2 = n * m->m4 / (m->m2 * m->m2) - 3;
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6);
}
