/* Textbook algorithms, kept short: matrices here are at most a few hundred wide, so blocking would
 * gain little. The one hot loop is the covariance, where four rows share each pass over the
 * triangle. */
#include "stat/linear.h"

#include <math.h>

bool tw_cholesky(double *a, size_t d) {
    for (size_t j = 0; j < d; j++) {
        double *row_j = a + j * d, diagonal = row_j[j];
        for (size_t k = 0; k < j; k++)
            diagonal -= row_j[k] * row_j[k];
        if (!(diagonal > 0) || isinf(diagonal))
            return false;
        row_j[j] = sqrt(diagonal);
        for (size_t i = j + 1; i < d; i++) {
            double *row_i = a + i * d, sum = row_i[j];
            for (size_t k = 0; k < j; k++)
                sum -= row_i[k] * row_j[k];
            row_i[j] = sum / row_j[j];
        }
    }
    return true;
}

void tw_solve_lower(const double *l, size_t d, double *b) {
    for (size_t i = 0; i < d; i++) {
        double sum = b[i];
        for (size_t k = 0; k < i; k++)
            sum -= l[i * d + k] * b[k];
        b[i] = sum / l[i * d + i];
    }
}

void tw_solve_upper(const double *l, size_t d, double *b) {
    for (size_t i = d; i-- > 0;) {
        double sum = b[i];
        for (size_t k = i + 1; k < d; k++)
            sum -= l[k * d + i] * b[k];
        b[i] = sum / l[i * d + i];
    }
}

void tw_cholesky_inverse(const double *l, size_t d, double *out) {
    for (size_t j = 0; j < d; j++) {
        double *column = out + j * d; /* symmetric: a column is a row */
        memset(column, 0, d * sizeof *column);
        column[j] = 1;
        tw_solve_lower(l, d, column);
        tw_solve_upper(l, d, column);
    }
}

double tw_cholesky_log_det(const double *l, size_t d) {
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += log(l[i * d + i]);
    return 2 * sum;
}

static void swap_rows(double *a, size_t d, double *b, size_t i, size_t j) {
    for (size_t k = 0; k < d; k++) {
        double t = a[i * d + k];
        a[i * d + k] = a[j * d + k];
        a[j * d + k] = t;
    }
    double t = b[i];
    b[i] = b[j];
    b[j] = t;
}

bool tw_solve(double *a, size_t d, double *b) {
    for (size_t j = 0; j < d; j++) {
        size_t pivot = j;
        for (size_t i = j + 1; i < d; i++)
            if (fabs(a[i * d + j]) > fabs(a[pivot * d + j]))
                pivot = i;
        if (!(fabs(a[pivot * d + j]) > 0))
            return false;
        if (pivot != j)
            swap_rows(a, d, b, pivot, j);
        for (size_t i = j + 1; i < d; i++) {
            double f = a[i * d + j] / a[j * d + j];
            for (size_t k = j; k < d; k++)
                a[i * d + k] -= f * a[j * d + k];
            b[i] -= f * b[j];
        }
    }
    for (size_t i = d; i-- > 0;) {
        for (size_t k = i + 1; k < d; k++)
            b[i] -= a[i * d + k] * b[k];
        b[i] /= a[i * d + i];
    }
    return true;
}

/* One Householder step of the reduction: row i of a, columns 0..i-1, to (0, …, 0, e). */
static void reduce_row(double *a, size_t d, size_t i, double *diagonal, double *off) {
    size_t last = i - 1;
    double scale = 0, h = 0;
    for (size_t k = 0; k <= last; k++)
        scale += fabs(a[i * d + k]);
    diagonal[i] = 0;
    if (last == 0 || !(scale > 0)) {
        off[i] = a[i * d + last];
        return;
    }
    for (size_t k = 0; k <= last; k++) {
        a[i * d + k] /= scale;
        h += a[i * d + k] * a[i * d + k];
    }
    double f = a[i * d + last], g = f >= 0 ? -sqrt(h) : sqrt(h), sum = 0;
    off[i] = scale * g;
    h -= f * g;
    a[i * d + last] = f - g;
    for (size_t j = 0; j <= last; j++) {
        a[j * d + i] = a[i * d + j] / h;
        g = 0;
        for (size_t k = 0; k <= j; k++)
            g += a[j * d + k] * a[i * d + k];
        for (size_t k = j + 1; k <= last; k++)
            g += a[k * d + j] * a[i * d + k];
        off[j] = g / h;
        sum += off[j] * a[i * d + j];
    }
    double half = sum / (h + h);
    for (size_t j = 0; j <= last; j++) {
        f = a[i * d + j];
        off[j] = g = off[j] - half * f;
        for (size_t k = 0; k <= j; k++)
            a[j * d + k] -= f * off[k] + g * a[i * d + k];
    }
    diagonal[i] = h;
}

/* Accumulate the product of the reflections in a. */
static void accumulate(double *a, size_t d, double *diagonal) {
    diagonal[0] = 0;
    for (size_t i = 0; i < d; i++) {
        if (diagonal[i] > 0 || diagonal[i] < 0)
            for (size_t j = 0; j < i; j++) {
                double g = 0;
                for (size_t k = 0; k < i; k++)
                    g += a[i * d + k] * a[k * d + j];
                for (size_t k = 0; k < i; k++)
                    a[k * d + j] -= g * a[k * d + i];
            }
        diagonal[i] = a[i * d + i];
        a[i * d + i] = 1;
        for (size_t j = 0; j < i; j++)
            a[j * d + i] = a[i * d + j] = 0;
    }
}

/* One implicit QL sweep from row m up to row l. */
static void sweep(double *a, size_t d, double *diagonal, double *off, size_t l, size_t m) {
    double g = (diagonal[l + 1] - diagonal[l]) / (2 * off[l]), r = hypot(g, 1);
    g = diagonal[m] - diagonal[l] + off[l] / (g + (g >= 0 ? fabs(r) : -fabs(r)));
    double s = 1, c = 1, p = 0;
    size_t i = m;
    while (i-- > l) {
        double f = s * off[i], b = c * off[i];
        off[i + 1] = r = hypot(f, g);
        if (!(r > 0)) {
            diagonal[i + 1] -= p;
            off[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = diagonal[i + 1] - p;
        r = (diagonal[i] - g) * s + 2 * c * b;
        p = s * r;
        diagonal[i + 1] = g + p;
        g = c * r - b;
        for (size_t k = 0; k < d; k++) {
            f = a[k * d + i + 1];
            a[k * d + i + 1] = s * a[k * d + i] + c * f;
            a[k * d + i] = c * a[k * d + i] - s * f;
        }
    }
    diagonal[l] -= p;
    off[l] = g;
    off[m] = 0;
}

/* First row from l on whose off-diagonal entry is negligible. */
static size_t split_below(const double *diagonal, const double *off, size_t d, size_t l) {
    size_t m = l;
    for (; m + 1 < d; m++) {
        double size = fabs(diagonal[m]) + fabs(diagonal[m + 1]);
        if (fabs(off[m]) <= 2.3e-16 * size)
            break;
    }
    return m;
}

static bool diagonalise(double *a, size_t d, double *diagonal, double *off) {
    for (size_t i = 1; i < d; i++)
        off[i - 1] = off[i];
    off[d - 1] = 0;
    for (size_t l = 0; l < d; l++)
        for (int round = 0;; round++) {
            size_t m = split_below(diagonal, off, d, l);
            if (m == l)
                break;
            if (round == 60)
                return false;
            sweep(a, d, diagonal, off, l, m);
        }
    return true;
}

/* Descending eigenvalues, vectors along; each vector's largest entry is made positive so that signs
 * are fixed. */
static void order_vectors(double *a, size_t d, double *values) {
    for (size_t i = 0; i + 1 < d; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < d; j++)
            if (values[j] > values[best])
                best = j;
        double t = values[i];
        values[i] = values[best];
        values[best] = t;
        for (size_t k = 0; k < d && best != i; k++) {
            t = a[k * d + i];
            a[k * d + i] = a[k * d + best];
            a[k * d + best] = t;
        }
    }
    for (size_t j = 0; j < d; j++) {
        double most = 0;
        for (size_t k = 0; k < d; k++)
            if (fabs(a[k * d + j]) > fabs(most) * (1 + 1e-12))
                most = a[k * d + j];
        for (size_t k = 0; k < d && most < 0; k++)
            a[k * d + j] = -a[k * d + j];
    }
}

bool tw_eigen_symmetric(double *a, size_t d, double *values) {
    double *off = tw_calloc(d, sizeof *off);
    if (!off)
        return false;
    for (size_t i = d; i-- > 1;)
        reduce_row(a, d, i, values, off);
    accumulate(a, d, values);
    bool good = d == 0 || diagonalise(a, d, values, off);
    if (good)
        order_vectors(a, d, values);
    free(off);
    return good;
}

TW_KERNEL static void add_products(const double *restrict rows, size_t d, double *restrict cov) {
    const double *p = rows, *q = rows + d, *r = rows + 2 * d, *s = rows + 3 * d;
    for (size_t i = 0; i < d; i++) {
        double *restrict out = cov + i * d;
        double pi = p[i], qi = q[i], ri = r[i], si = s[i];
        for (size_t j = 0; j <= i; j++)
            out[j] += (pi * p[j] + qi * q[j]) + (ri * r[j] + si * s[j]);
    }
}

static size_t means_into(const double *x, size_t n, size_t d, const uint8_t *keep, double *mean) {
    size_t kept = 0;
    memset(mean, 0, d * sizeof *mean);
    for (size_t i = 0; i < n; i++) {
        if (keep && !keep[i])
            continue;
        kept++;
        for (size_t j = 0; j < d; j++)
            mean[j] += x[i * d + j];
    }
    for (size_t j = 0; j < d; j++)
        mean[j] /= (double)kept;
    return kept;
}

void tw_covariance(const double *x, size_t n, size_t d, const uint8_t *keep, double *mean,
                   double *cov) {
    size_t kept = means_into(x, n, d, keep, mean), fill = 0;
    double *rows = tw_calloc(4 * d, sizeof *rows);
    memset(cov, 0, d * d * sizeof *cov);
    for (size_t i = 0; rows && i < n; i++) {
        if (keep && !keep[i])
            continue;
        for (size_t j = 0; j < d; j++)
            rows[fill * d + j] = x[i * d + j] - mean[j];
        if (++fill == 4) {
            add_products(rows, d, cov);
            fill = 0;
        }
    }
    if (rows && fill) {
        memset(rows + fill * d, 0, (4 - fill) * d * sizeof *rows);
        add_products(rows, d, cov);
    }
    free(rows);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++)
            cov[i * d + j] = cov[j * d + i] = cov[i * d + j] / (double)(kept - 1);
}
