/* Factorisations against numpy.linalg, distribution functions against scipy.stats and
 * scipy.special. */
#include "stat/linear.h"

#include "sample.h"
#include "stat/distribution.h"

static const double matrix[16] = {4,   1,   0.5, 0.2, 1,   3,   0.7, 0.1,
                                  0.5, 0.7, 2,   0.3, 0.2, 0.1, 0.3, 1};

static void test_cholesky(void) {
    double l[16], inverse[16], b[4] = {1, 2, 3, 4};
    memcpy(l, matrix, sizeof l);
    ok(tw_cholesky(l, 4), "positive definite");
    is_near(tw_cholesky_log_det(l, 4), 2.944549499374647, 1e-14, "log determinant");
    tw_cholesky_inverse(l, 4, inverse);
    is_near(inverse[0], 0.27691676183158703, 1e-14, "inverse");
    tw_solve_lower(l, 4, b);
    tw_solve_upper(l, 4, b);
    for (size_t i = 0; i < 4; i++) {
        double sum = 0;
        for (size_t j = 0; j < 4; j++)
            sum += matrix[i * 4 + j] * b[j];
        is_near(sum, (double)(i + 1), 1e-14, "solution fits");
    }
    double not_definite[4] = {1, 2, 2, 1};
    ok(!tw_cholesky(not_definite, 2), "not positive definite is said");
}

static void test_solve(void) {
    double a[9] = {0, 2, 1, 1, -2, -3, -1, 1, 2}, b[3] = {-8, 0, 3};
    ok(tw_solve(a, 3, b), "solved with a zero in the first pivot");
    is_near(b[0], -4, 1e-12, "x");
    is_near(b[1], -5, 1e-12, "y");
    is_near(b[2], 2, 1e-12, "z");
    double singular[4] = {1, 2, 2, 4}, c[2] = {1, 1};
    ok(!tw_solve(singular, 2, c), "singular is said");
}

static void test_eigen(void) {
    double a[16], values[4];
    static const double want[4] = {4.865606941813076, 2.519937651432338, 1.7060351655190746,
                                   0.9084202412355119};
    static const double first[4] = {0.79494012, 0.53421157, 0.27720362, 0.07646154};
    memcpy(a, matrix, sizeof a);
    ok(tw_eigen_symmetric(a, 4, values), "converged");
    for (size_t i = 0; i < 4; i++) {
        is_near(values[i], want[i], 1e-13, "eigenvalue");
        is_near(a[i * 4], first[i], 1e-7, "first vector");
    }
    double flat[9] = {0}, nothing[3];
    ok(tw_eigen_symmetric(flat, 3, nothing) && fabs(nothing[0]) <= 0, "zero matrix");
}

static void test_covariance(void) {
    const double x[10] = {1, 2, 2, 4.5, 3, 5, 4, 9, 100, 100};
    const uint8_t keep[5] = {1, 1, 1, 1, 0};
    double mean[2], cov[4];
    tw_covariance(x, 5, 2, keep, mean, cov);
    is_near(mean[1], 5.125, 1e-15, "mean of the rows kept");
    is_near(cov[0], 5.0 / 3, 1e-15, "variance"); /* numpy.cov(rowvar=False) */
    is_near(cov[1], 3.5833333333333335, 1e-15, "covariance");
    is_near(cov[3], 8.395833333333334, 1e-15, "variance of the second");
}

static void test_distributions(void) {
    is_near(tw_normal_cdf(-8) * 1e15, 0.622096057427174, 1e-12, "normal: far tail");
    is_near(tw_normal_cdf(0.3), 0.6179114221889526, 1e-15, "normal: body");
    is_near(tw_normal_quantile(1e-12), -7.034483825301131, 1e-14, "normal quantile: far tail");
    is_near(tw_normal_quantile(0.02425), -1.972961051311885, 1e-14, "normal quantile: tail");
    is_near(tw_normal_quantile(0.3), -0.5244005127080409, 1e-14, "normal quantile: body");
    ok(isinf(tw_normal_quantile(0)) && isnan(tw_normal_quantile(1.1)), "normal quantile: ends");
    is_near(tw_chi_squared_tail(3, 2), 0.22313016014842982, 1e-13, "chi-squared");
    is_near(tw_chi_squared_tail(100, 10) * 1e17, 5.4497019829205215, 1e-11,
            "chi-squared: far tail");
    is_near(tw_chi_squared_tail(0.5, 7), 0.9994464813904249, 1e-13, "chi-squared: near 0");
    is_near(tw_chi_squared_tail(30, 40), 0.8752187849674751, 1e-13, "chi-squared: 40 degrees");
    is_near(tw_student_tail(2, 5), 0.10193947882985835, 1e-13, "Student's t");
    is_near(tw_student_tail(-0.3, 30), 0.7662461052843528, 1e-13, "Student's t: two-sided");
    is_near(tw_student_tail(10, 3), 0.0021283990584141503, 1e-12, "Student's t: tail");
    is_near(tw_kolmogorov_tail(1), 0.26999967167735456, 1e-13, "Kolmogorov");
    is_near(tw_kolmogorov_tail(0.4), 0.9971923267772983, 1e-13, "Kolmogorov near 1");
}

int main(void) {
    test_cholesky();
    test_solve();
    test_eigen();
    test_covariance();
    test_distributions();
    return tap_done();
}
