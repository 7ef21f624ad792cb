/* Quantiles type 7 against numpy.quantile, sorting and ranking against plain loops. */
#include "stat/select.h"

#include "sample.h"
#include "stat/sort.h"

enum { N = 1000 };
static const double levels[4] = {0.01, 0.25, 0.5, 0.9};
static const double from_numpy[4] = {1000001.0477448745, 1000002.1977986317, 1000004.7438309744,
                                     1000014.6311392403};

static void fill(double *x) {
    double u[N];
    sample_fill(1, u, N);
    for (size_t i = 0; i < N; i++)
        x[i] = exp(3 * u[i]) + 1e6;
}

static void test_streaming(void) {
    double x[N], got[4];
    fill(x);
    tw_selector *s = tw_selector_new();
    for (size_t i = 0; i < N; i += 100)
        tw_selector_count(s, x + i, 100);
    ok(tw_selector_want(s, levels, 4), "levels taken");
    for (size_t i = 0; i < N; i += 250)
        tw_selector_gather(s, x + i, 250);
    tw_selector_finish(s, got);
    for (size_t i = 0; i < 4; i++)
        is_near(got[i], from_numpy[i], 1e-15, "streamed quantile as numpy's");
    tw_selector_reset(s);
    ok(tw_selector_want(s, levels, 4), "no values");
    tw_selector_finish(s, got);
    ok(isnan(got[2]), "no values: NaN");
    tw_selector_free(s);
}

/* A range that is narrow against the values: finer buckets, the same answers; NaN is left out. */
static void test_range(void) {
    double x[N + 1], got[4];
    fill(x);
    x[N] = NAN;
    double low = 2e6, high = 0;
    for (size_t i = 0; i < N; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    tw_selector *s = tw_selector_new();
    tw_selector_range(s, low, high);
    tw_selector_count(s, x, N + 1);
    is_int(tw_selector_n(s), N, "values in range counted");
    ok(tw_selector_want(s, levels, 4), "levels taken");
    tw_selector_gather(s, x, N + 1);
    tw_selector_finish(s, got);
    bool same = true;
    for (size_t i = 0; i < 4; i++)
        same = same && fabs(got[i] - from_numpy[i]) < 1e-8;
    ok(same, "quantiles as numpy's");
    tw_selector_free(s);
}

static void test_in_memory(void) {
    double x[N], got[4], median;
    fill(x);
    tw_quantiles(x, N, levels, 4, got);
    for (size_t i = 0; i < 4; i++)
        is_near(got[i], from_numpy[i], 1e-15, "quantile in memory as numpy's");
    is_near(tw_mad(x, N, &median), 3.009792103432119, 1e-12, "MAD as scipy's");
    is_near(median, from_numpy[2], 1e-15, "median on the way");
    double values[3] = {1, 2, 5};
    int64_t counts[3] = {2, 1, 1};
    const double quarters[3] = {0.25, 0.5, 0.75};
    tw_quantiles_counted(values, counts, 3, quarters, 3, got); /* of 1 1 2 5 */
    is_near(got[0], 1, 0, "counted: first quartile");
    is_near(got[1], 1.5, 0, "counted: median between two values");
    is_near(got[2], 2.75, 0, "counted: third quartile");
}

/* Few values, many ties, signed zero, infinities: streamed and sorted answers must be the same. */
static void test_twins_on_awkward_values(void) {
    double x[N], sorted[N], got[4], want[4];
    static const double odd[6] = {0, -0.0, -1e-310, 1e300, -INFINITY, INFINITY};
    for (int round = 0; round < 20; round++) {
        size_t n = (size_t)(1 + round * 37);
        sample_fill((uint64_t)round + 11, x, n);
        for (size_t i = 0; i < n; i++)
            x[i] = i % 5 == 0 ? odd[i % 6] : floor(x[i] * (round + 1)) - 2;
        memcpy(sorted, x, sizeof x);
        tw_selector *s = tw_selector_new();
        tw_selector_count(s, x, n);
        bool good = tw_selector_want(s, levels, 4);
        tw_selector_gather(s, x, n);
        tw_selector_finish(s, got);
        tw_selector_free(s);
        good = tw_sort_f64(sorted, n) && good;
        for (size_t l = 0; l < 4; l++) {
            double share;
            size_t k = tw_quantile_rank((int64_t)n, levels[l], &share);
            double next = sorted[k + 1 < n ? k + 1 : k];
            want[l] =
                share > 0 && sorted[k] < next ? sorted[k] + (next - sorted[k]) * share : sorted[k];
            good = good && (tw_same_f64(got[l], want[l]) || (isnan(got[l]) && isnan(want[l])));
        }
        ok(good, "streamed quantiles equal those of the sorted values, n = %zu", n);
    }
}

static void test_sort_and_rank(void) {
    double x[N], rank[6];
    fill(x);
    ok(tw_sort_f64(x, N), "sorted");
    bool ascending = true;
    for (size_t i = 1; i < N; i++)
        ascending = ascending && x[i - 1] <= x[i];
    ok(ascending, "ascending");
    const double mixed[6] = {3, -1, NAN, 3, 0, -7};
    uint32_t order[6];
    ok(tw_argsort_f64(mixed, 6, order), "ordered");
    ok(order[0] == 5 && order[1] == 1 && order[2] == 4 && order[3] == 0 && order[4] == 3 &&
           order[5] == 2,
       "ties keep their order, NaN is last");
    ok(tw_rank_f64(mixed, 6, rank), "ranked");
    is_near(rank[0], 4.5, 0, "ties share the mean rank");
    is_near(rank[5], 1, 0, "least has rank 1");
    ok(isnan(rank[2]), "NaN has no rank");
    double many[5000];
    sample_fill(5, many, 5000);
    uint32_t *by = tw_calloc(5000, sizeof *by);
    ok(tw_argsort_f64(many, 5000, by), "long input ordered");
    ascending = true;
    for (size_t i = 1; i < 5000; i++)
        ascending = ascending && many[by[i - 1]] <= many[by[i]];
    ok(ascending, "long input: ascending");
    free(by);
}

int main(void) {
    test_streaming();
    test_range();
    test_in_memory();
    test_twins_on_awkward_values();
    test_sort_and_rank();
    return tap_done();
}
