/* Moments against scipy.stats (bias=False), the scalar twin, and merging of parts. */
#include "stat/moments.h"

#include "sample.h"

enum { N = 1000 };

static void test_against_scipy(void) {
    double u[N], x[N];
    sample_fill(1, u, N);
    for (size_t i = 0; i < N; i++)
        x[i] = exp(3 * u[i]) + 1e6; /* a mean that is large against the spread */
    tw_moments m = TW_MOMENTS_NONE;
    tw_moments_add(&m, x, N);
    is_int(m.n, N, "all values counted");
    is_near(tw_moments_mean(&m), 1000006.4626293665, 1e-15, "mean");
    is_near(tw_moments_sum(&m), 1000006462.6293665, 1e-15, "sum");
    is_near(tw_moments_sd(&m), 5.109149615534589, 1e-11, "sd with n - 1");
    is_near(tw_moments_skew(&m), 0.9547222564587846, 1e-9, "G1");
    is_near(tw_moments_kurtosis(&m), -0.14256331782866605, 1e-9, "G2");
}

static void test_twin_and_missing(void) {
    double x[N];
    sample_fill(7, x, N);
    for (size_t i = 0; i < N; i++)
        x[i] = i % 7 == 0 ? (double)NAN : floor(10 * x[i]) - 3;
    tw_moments fast = TW_MOMENTS_NONE, slow = TW_MOMENTS_NONE;
    tw_moments_add(&fast, x, N);
    tw_moments_add_scalar(&slow, x, N);
    is_int(fast.n, slow.n, "NaN is skipped");
    is_int(fast.zeros, slow.zeros, "zeros");
    is_int(fast.negatives, slow.negatives, "negatives");
    is_near(fast.min, -3, 0, "min");
    is_near(fast.max, 6, 0, "max");
    is_near(tw_moments_sd(&fast), tw_moments_sd(&slow), 1e-14,
            "lanes agree with the scalar twin: sd");
    is_near(tw_moments_kurtosis(&fast), tw_moments_kurtosis(&slow), 1e-12, "… and kurtosis");
}

static void test_merge(void) {
    double x[N];
    sample_fill(3, x, N);
    tw_moments whole = TW_MOMENTS_NONE, left = TW_MOMENTS_NONE, right = TW_MOMENTS_NONE,
               empty = TW_MOMENTS_NONE;
    tw_moments_add(&whole, x, N);
    tw_moments_add(&left, x, 137);
    tw_moments_add(&right, x + 137, N - 137);
    tw_moments_merge(&left, &empty);
    tw_moments_merge(&left, &right);
    is_near(tw_moments_mean(&left), tw_moments_mean(&whole), 1e-15, "merged parts: mean");
    is_near(tw_moments_skew(&left), tw_moments_skew(&whole), 1e-12, "merged parts: skew");
    is_int(left.n, whole.n, "merged parts: n");
}

static void test_degenerate(void) {
    double same[20], one = 4, infinite[3] = {1, INFINITY, 2};
    for (size_t i = 0; i < 20; i++)
        same[i] = 0.1;
    tw_moments m = TW_MOMENTS_NONE;
    ok(isnan(tw_moments_mean(&m)), "no values: no mean");
    tw_moments_add(&m, &one, 1);
    ok(isnan(tw_moments_sd(&m)), "one value: no sd");
    m = TW_MOMENTS_NONE;
    tw_moments_add(&m, same, 20);
    is_near(tw_moments_sd(&m), 0, 1e-15, "equal values: sd 0");
    ok(isnan(tw_moments_skew(&m)), "equal values: no skew");
    m = TW_MOMENTS_NONE;
    tw_moments_add(&m, infinite, 3);
    ok(isinf(tw_moments_mean(&m)), "an infinite value makes the mean infinite");
    ok(isinf(m.max) && !isinf(m.min), "… and only the maximum");
}

int main(void) {
    test_against_scipy();
    test_twin_and_missing();
    test_merge();
    test_degenerate();
    return tap_done();
}
