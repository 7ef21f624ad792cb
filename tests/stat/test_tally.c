/* Counting of keys: exact below the limit; beyond it the distinct estimate and the frequent keys
 * hold their bounds. */
#include "stat/tally.h"

#include "base/hash.h"
#include "sample.h"
#include "stat/distinct.h"
#include "stat/histogram.h"
#include "stat/hll.h"

static void test_exact(void) {
    static const uint64_t keys[8] = {7, 7, 9, 0, 7, 9, 1, 7};
    const uint64_t valid[1] = {0x7f}; /* the last 7 is missing */
    tw_tally_entry top[3], all[4];
    tw_tally *t = tw_tally_new(1024, 0);
    ok(tw_tally_add_all(t, keys, valid, 8, 100), "added");
    ok(tw_tally_exact(t), "exact");
    is_int(tw_tally_total(t), 7, "missing keys are not counted");
    is_int(tw_tally_distinct(t), 4, "distinct");
    is_int(tw_tally_top(t, 3, top), 3, "three asked, three given");
    ok(top[0].key == 7 && top[0].count == 3 && top[0].first == 100, "most frequent first");
    ok(top[1].key == 9 && top[2].key == 0, "ties by first position");
    is_near(tw_tally_entropy(t), 1.8423709931771086, 1e-15,
            "entropy in bits"); /* scipy.stats.entropy([3,2,1,1], base=2) */
    ok(tw_tally_sorted(t, all) && all[0].key == 0 && all[3].key == 9, "sorted by key");
    tw_tally_free(t);
}

static void test_beyond_the_limit(void) {
    tw_tally *t = tw_tally_new(2000, 60000);
    bool good = true;
    for (int64_t i = 0; i < 60000; i++) /* key 5 in every tenth place, the rest all different */
        good = good && tw_tally_add(t, i % 10 == 3 ? 5 : 1000000 + (uint64_t)i, i);
    ok(good, "added");
    ok(!tw_tally_exact(t), "estimate");
    double distinct = (double)tw_tally_distinct(t);
    ok(fabs(distinct - 54001) < 4 * TW_HLL_ERROR * 54001,
       "distinct within four standard errors (%.0f)", distinct);
    tw_tally_entry top[1];
    tw_tally_top(t, 1, top);
    ok(top[0].key == 5, "the frequent key is kept");
    ok(top[0].count <= 6000 && top[0].count + tw_tally_error(t) >= 6000,
       "its count is within the stated error");
    ok(tw_tally_entries(t) <= 2000, "no more entries than the limit");
    tw_tally_free(t);
}

/* Spreading over buckets must give what the tally gives: many different keys, a heavy one, ties by
 * position. */
static void test_spread(void) {
    enum { N = 20000 };
    uint64_t *keys = tw_calloc(N, sizeof *keys);
    uint32_t *rows = tw_calloc(N, sizeof *rows);
    tw_tally *t = tw_tally_new(N, N);
    tw_tally_entry want[5], got[5];
    tw_distinct d;
    bool good = true;
    for (uint32_t i = 0; i < N; i++) {
        keys[i] = i % 4 == 1 ? 77 : tw_mix64(i) % 9000;
        rows[i] = 2 * i;
        good = good && tw_tally_add(t, keys[i], rows[i]);
    }
    ok(good && tw_distinct_count(keys, rows, N, 5, got, &d), "counted both ways");
    is_int(d.distinct, tw_tally_distinct(t), "distinct");
    is_near(d.entropy, tw_tally_entropy(t), 1e-12, "entropy");
    is_int(d.n_top, tw_tally_top(t, 5, want), "as many on top");
    ok(memcmp(got, want, sizeof got) == 0, "the same five, in the same order");
    ok(tw_distinct_count(keys, rows, 0, 5, got, &d) && d.distinct == 0 && isnan(d.entropy),
       "no keys");
    tw_tally_free(t);
    free(keys);
    free(rows);
}

static void test_hll(void) {
    tw_hll a, b;
    tw_hll_init(&a);
    tw_hll_init(&b);
    is_near(tw_hll_estimate(&a), 0, 0, "empty");
    for (uint64_t i = 0; i < 3000; i++)
        tw_hll_add(i % 2 ? &a : &b, tw_mix64(i * UINT64_C(0x9e3779b97f4a7c15) + 1));
    tw_hll_merge(&a, &b);
    ok(fabs(tw_hll_estimate(&a) - 3000) < 3 * 0.0081 * 3000, "few values (%.1f)",
       tw_hll_estimate(&a));
}

static void test_histogram(void) {
    double edges[TW_HISTOGRAM_BINS + 1];
    int64_t counts[TW_HISTOGRAM_BINS] = {0};
    size_t bins = tw_histogram_edges(8, 0, 4, 2, false, TW_HISTOGRAM_BINS, edges);
    is_int(bins, 4, "Sturges: four bins for eight values");
    const double x[8] = {0, 1, 1.5, 2, 3, 3.9, 4, NAN};
    tw_histogram_count(x, 8, edges, bins, counts);
    ok(counts[0] == 1 && counts[1] == 2 && counts[2] == 1 && counts[3] == 3,
       "half open bins, the last one closed");
    bins = tw_histogram_edges(100, 1, 6, 3, true, TW_HISTOGRAM_BINS, edges);
    is_near(edges[1] - edges[0], 1, 0, "whole numbers: whole widths");
    is_near(edges[0], 0.5, 0, "edges lie between whole numbers");
    is_int(bins, 6, "one bin for each");
    is_int(tw_histogram_edges(5, 3, 3, 0, false, 64, edges), 1, "no spread: one bin");
    is_int(tw_histogram_edges(5, 3, INFINITY, 1, false, 64, edges), 0,
           "infinite range: no histogram");
}

int main(void) {
    test_exact();
    test_beyond_the_limit();
    test_spread();
    test_hll();
    test_histogram();
    return tap_done();
}
