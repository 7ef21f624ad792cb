/* Tail and quantile functions. Where a tail is asked it is computed as a tail, never as one minus
 * the rest. */
#include "stat/distribution.h"

#include <math.h>

#include "base/random.h"

double tw_normal_cdf(double z) {
    return 0.5 * erfc(-z * 0.70710678118654752440);
}

double tw_normal_quantile(double p) {
    if (!(p >= 0 && p <= 1))
        return NAN;
    if (p > 0 && p < 1)
        return tw_normal_inverse(p);
    return p > 0 ? INFINITY : -INFINITY;
}

static double gamma_front(double a, double x) {
    int sign;
    return exp(-x + a * log(x) - lgamma_r(a, &sign));
}

static double gamma_series(double a, double x) {
    double term = 1 / a, sum = term;
    for (double k = a + 1; fabs(term) > fabs(sum) * 1e-17 && k < a + 10000; k++) {
        term *= x / k;
        sum += term;
    }
    return sum * gamma_front(a, x);
}

static double away_from_zero(double v) {
    return fabs(v) < 1e-300 ? 1e-300 : v;
}

/* Upper function by Lentz's method. */
static double gamma_fraction(double a, double x) {
    double b = x + 1 - a, c = 1e300, d = 1 / away_from_zero(b), h = d;
    for (int i = 1; i < 10000; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16)
            break;
    }
    return h * gamma_front(a, x);
}

double tw_gamma_p(double a, double x) {
    if (!(a > 0) || !(x >= 0))
        return NAN;
    if (!(x > 0))
        return 0;
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double tw_chi_squared_tail(double x, double df) {
    double a = df / 2, h = x / 2;
    if (!(df > 0) || isnan(x))
        return NAN;
    if (!(h > 0))
        return 1;
    return h < a + 1 ? 1 - gamma_series(a, h) : gamma_fraction(a, h);
}

static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
    for (int m = 1; m < 10000; m++) {
        double k = m, even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
        double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16)
            break;
    }
    return h;
}

double tw_beta_inc(double a, double b, double x) {
    int sign;
    if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1))
        return NAN;
    if (!(x > 0) || !(x < 1))
        return x;
    double front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) +
                       a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double tw_student_tail(double t, double df) {
    return df > 0 ? tw_beta_inc(df / 2, 0.5, df / (df + t * t)) : (double)NAN;
}

double tw_kolmogorov_tail(double x) {
    if (!(x > 0.2)) /* the series needs thousands of terms there and the value is 1 to 12 digits */
        return isnan(x) ? (double)NAN : 1;
    double sum = 0;
    for (int k = 1; k <= 100; k++) {
        double term = exp(-2.0 * k * k * x * x);
        sum += k % 2 ? term : -term;
        if (term < 1e-18)
            break;
    }
    return fmin(1, fmax(0, 2 * sum));
}
