/* Association measures against SciPy (pearsonr, spearmanr, kendalltau, chi2_contingency) and their
 * definitions in NumPy. */
#include "stat/association.h"

#include "sample.h"
#include "stat/distance.h"
#include "stat/sort.h"

enum { N = 1000 };
static double u[N], v[N], x[N], y[N], numbers_a[N], numbers_b[N];
static uint32_t a[N], b[N];

static void fill(void) {
    sample_fill(1, u, N);
    sample_fill(2, v, N);
    for (size_t i = 0; i < N; i++) {
        x[i] = exp(3 * u[i]) + 1e6;
        y[i] = 0.5 * exp(3 * u[i]) + v[i];
        a[i] = (uint32_t)(8 * u[i]);
        b[i] = (uint32_t)(5 * (0.6 * u[i] + 0.4 * v[i]));
        numbers_a[i] = a[i];
        numbers_b[i] = b[i];
    }
}

/* With gaps and ties: bit for bit what sorting the complete pairs gives. */
static void test_ordered(void) {
    double p[N], q[N], sorted, ordered = 0;
    uint32_t order_p[N], order_q[N];
    int64_t n = 0, m = 0;
    for (size_t i = 0; i < N; i++) {
        p[i] = i % 7 == 3 ? (double)NAN : x[i] - (i % 2 ? 1e6 : numbers_a[i]);
        q[i] = i % 11 == 5 ? -(double)NAN : numbers_b[i];
    }
    bool good = tw_argsort_f64(p, N, order_p) && tw_argsort_f64(q, N, order_q) &&
                tw_spearman(p, q, N, &sorted, &n) &&
                tw_spearman_ordered(p, order_p, q, order_q, N, &ordered, &m);
    ok(good && memcmp(&sorted, &ordered, sizeof sorted) == 0 && n == m,
       "Spearman of known orders is Spearman");
}

static void test_numbers(void) {
    double got;
    int64_t n;
    is_near(tw_pearson(x, y, N, &n), 0.9935800393444926, 1e-10, "Pearson");
    is_int(n, N, "all pairs");
    ok(tw_spearman(x, y, N, &got, &n), "Spearman computed");
    is_near(got, 0.9804503484503485, 1e-12, "Spearman");
    ok(tw_spearman(numbers_a, numbers_b, N, &got, NULL), "Spearman with ties computed");
    is_near(got, 0.8075825405636304, 1e-12, "Spearman with ties");
    ok(tw_kendall(numbers_a, numbers_b, N, &got, &n), "Kendall computed");
    is_near(got, 0.6965797857300552, 1e-12, "Kendall's tau-b with ties");
    const double gaps[4] = {1, NAN, 3, 4}, other[4] = {2, 5, NAN, 8},
                 flat[4] = {0.1, 0.1, 0.1, 0.1};
    is_near(tw_pearson(gaps, other, 4, &n), 1, 1e-12, "pairs with a gap are left out");
    is_int(n, 2, "two pairs remain");
    ok(isnan(tw_pearson(flat, other, 4, NULL)), "no spread: undefined");
}

static void test_categories(void) {
    tw_crosstab t, back;
    double eta;
    int64_t n;
    ok(tw_crosstab_make(a, 8, b, 5, N, &t) && tw_crosstab_make(b, 5, a, 8, N, &back),
       "tables made");
    is_near(tw_chi_squared(&t), 1001.6767871817597, 1e-12, "chi-squared");
    is_near(tw_cramers_v(&t), 0.49435890935121113, 1e-12, "Cramér's V, bias-corrected");
    is_near(tw_mutual_information(&t), 0.7785204772401582, 1e-12, "mutual information in bits");
    is_near(tw_theils_u(&t), 0.36223627398122255, 1e-12, "Theil's U: a tells about b");
    ok(fabs(tw_theils_u(&back) - tw_theils_u(&t)) > 0.05, "Theil's U has a direction");
    ok(tw_correlation_ratio(a, 8, y, N, &eta, &n), "eta computed");
    is_near(eta, 0.9770093068903007, 1e-12, "correlation ratio");
    tw_crosstab_fini(&t);
    tw_crosstab_fini(&back);
}

/* The sorted path of a table must give the cells of the dense one. */
static void test_crosstab_paths(void) {
    tw_crosstab dense, sorted;
    a[3] = b[5] = TW_NO_LEVEL;
    ok(tw_crosstab_make(a, 8, b, 5, N, &dense), "dense");
    ok(tw_crosstab_make(a, 8000, b, 5000, N, &sorted), "sorted");
    bool same = dense.n_cells == sorted.n_cells && dense.n == N - 2;
    for (size_t i = 0; same && i < dense.n_cells; i++)
        same = dense.cells[i].a == sorted.cells[i].a && dense.cells[i].b == sorted.cells[i].b &&
               dense.cells[i].count == sorted.cells[i].count;
    ok(same, "both ways of counting agree, missing codes left out");
    tw_crosstab_fini(&dense);
    tw_crosstab_fini(&sorted);
}

static void test_bins(void) {
    uint32_t codes[N];
    int64_t count[10] = {0};
    u[0] = NAN;
    ok(tw_rank_bins(u, N, 10, codes), "binned");
    for (size_t i = 1; i < N; i++)
        count[codes[i]]++;
    ok(codes[0] == TW_NO_LEVEL && count[0] == 100 && count[9] == 100, "bins of equal frequency");
}

static void test_distances(void) {
    double p[300], q[500];
    sample_fill(1, p, 300);
    sample_fill(2, q, 500);
    for (size_t i = 0; i < 500; i++)
        q[i] = pow(q[i], 1.3);
    ok(tw_sort_f64(p, 300) && tw_sort_f64(q, 500), "sorted");
    is_near(tw_ks_statistic(p, 300, q, 500), 0.11866666666666667, 1e-12,
            "Kolmogorov-Smirnov"); /* ks_2samp */
    is_near(tw_wasserstein(p, 300, q, 500), 0.052501372430826164, 1e-12,
            "Wasserstein"); /* wasserstein_distance */
    const double shares[3] = {0.2, 0.3, 0.5}, others[3] = {0.1, 0.6, 0.3};
    is_near(tw_total_variation(shares, others, 3), 0.3, 1e-12, "total variation");
    is_near(tw_jensen_shannon(shares, others, 3), 0.06724889839732029, 1e-12,
            "Jensen-Shannon"); /* jensenshannon ** 2 */
    ok(isnan(tw_ks_statistic(p, 0, q, 5)), "an empty side: undefined");
}

int main(void) {
    fill();
    test_numbers();
    test_ordered();
    test_categories();
    test_crosstab_paths();
    test_bins();
    test_distances();
    return tap_done();
}
