/* One merge over both sorted samples gives both empirical distribution functions at every step. */
#include "stat/distance.h"

#include <math.h>

double tw_ks_statistic(const double *a, size_t n_a, const double *b, size_t n_b) {
    size_t i = 0, j = 0;
    double most = 0;
    if (!n_a || !n_b)
        return NAN;
    while (i < n_a && j < n_b) {
        double v = a[i] <= b[j] ? a[i] : b[j];
        while (i < n_a && a[i] <= v)
            i++;
        while (j < n_b && b[j] <= v)
            j++;
        most = fmax(most, fabs((double)i / (double)n_a - (double)j / (double)n_b));
    }
    return most;
}

double tw_wasserstein(const double *a, size_t n_a, const double *b, size_t n_b) {
    size_t i = 0, j = 0;
    double area = 0;
    if (!n_a || !n_b)
        return NAN;
    double v = fmin(a[0], b[0]);
    while (i < n_a || j < n_b) {
        while (i < n_a && a[i] <= v)
            i++;
        while (j < n_b && b[j] <= v)
            j++;
        if (i >= n_a && j >= n_b)
            break;
        double next = i < n_a && (j >= n_b || a[i] <= b[j]) ? a[i] : b[j];
        area += fabs((double)i / (double)n_a - (double)j / (double)n_b) * (next - v);
        v = next;
    }
    return area;
}

static double total_of(const double *p, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i];
    return sum > 0 ? sum : (double)NAN;
}

double tw_total_variation(const double *p, const double *q, size_t n) {
    double of_p = total_of(p, n), of_q = total_of(q, n), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(p[i] / of_p - q[i] / of_q);
    return isnan(of_p) || isnan(of_q) ? (double)NAN : sum / 2;
}

static double part(double p, double mean) {
    return p > 0 ? p * log2(p / mean) : 0;
}

double tw_jensen_shannon(const double *p, const double *q, size_t n) {
    double of_p = total_of(p, n), of_q = total_of(q, n), bits = 0;
    if (isnan(of_p) || isnan(of_q))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double a = p[i] / of_p, b = q[i] / of_q;
        bits += part(a, (a + b) / 2) + part(b, (a + b) / 2);
    }
    return fmax(0, bits / 2);
}

double tw_population_stability(const double *p, const double *q, size_t n, double least) {
    double of_p = total_of(p, n), of_q = total_of(q, n), sum = 0;
    for (size_t i = 0; i < n; i++) {
        double a = fmax(p[i] / of_p, least), b = fmax(q[i] / of_q, least);
        sum += (a - b) * log(a / b);
    }
    return isnan(of_p) || isnan(of_q) ? (double)NAN : sum;
}
