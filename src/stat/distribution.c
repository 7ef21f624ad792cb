/* Tail and quantile functions. Where a tail is asked it is computed as a tail, never as one minus
 * the rest. */
#include "stat/distribution.h"

#include <math.h>

double tw_normal_cdf(double z) {
    return 0.5 * erfc(-z * 0.70710678118654752440);
}

/* Ratio of two polynomials of degree 7, coefficients from the constant upwards. */
static double ratio(const double *top, const double *bottom, double r) {
    double a = top[7], b = bottom[7];
    for (int i = 6; i >= 0; i--) {
        a = a * r + top[i];
        b = b * r + bottom[i];
    }
    return a / b;
}

/* AS 241, PPND16. */
static const double body_top[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                   1.9715909503065514427e3, 1.3731693765509461125e4,
                                   4.5921953931549871457e4, 6.7265770927008700853e4,
                                   3.3430575583588128105e4, 2.5090809287301226727e3};
static const double body_bottom[8] = {1.0,
                                      4.2313330701600911252e1,
                                      6.8718700749205790830e2,
                                      5.3941960214247511077e3,
                                      2.1213794301586595867e4,
                                      3.9307895800092710610e4,
                                      2.8729085735721942674e4,
                                      5.2264952788528545610e3};
static const double near_top[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                   5.76949722146069140550e0,  3.64784832476320460504e0,
                                   1.27045825245236838258e0,  2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double near_bottom[8] = {1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
static const double far_top[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                  1.78482653991729133580e0,  2.96560571828504891230e-1,
                                  2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_bottom[8] = {1.0,
                                     5.99832206555887937690e-1,
                                     1.36929880922735805310e-1,
                                     1.48753612908506148525e-2,
                                     7.86869131145613259100e-4,
                                     1.84631831751005468180e-5,
                                     1.42151175831644588870e-7,
                                     2.04426310338993978564e-15};

double tw_normal_quantile(double p) {
    double q = p - 0.5;
    if (!(p >= 0 && p <= 1))
        return NAN;
    if (fabs(q) <= 0.425)
        return q * ratio(body_top, body_bottom, 0.180625 - q * q);
    double tail = q < 0 ? p : 1 - p;
    if (!(tail > 0))
        return q < 0 ? -(double)INFINITY : (double)INFINITY;
    double r = sqrt(-log(tail));
    double z = r <= 5 ? ratio(near_top, near_bottom, r - 1.6) : ratio(far_top, far_bottom, r - 5);
    return q < 0 ? -z : z;
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
