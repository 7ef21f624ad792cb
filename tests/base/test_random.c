/* Random numbers: the published vectors, pinned streams, distributions. */
#include "base/random.h"

#include <math.h>

#include "../tap.h"

/* Random123 1.14 (Salmon and others), kat_vectors: philox4x32 10. */
static void published_vectors(void) {
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < TW_COUNT(rows); i++) {
        uint32_t out[4];
        tw_philox(rows[i].counter, rows[i].key, out);
        ok(memcmp(out, rows[i].want, sizeof out) == 0, "Philox4x32-10 vector %zu", i);
    }
    tw_stream zero = {0};
    ok(tw_draw_u64(zero, 0, 0) == UINT64_C(0xe169c58d6627e8d5), "the first draw of a block");
    ok(tw_draw_u64(zero, 0, 1) == UINT64_C(0x9b00dbd8bc57ac4c), "the second");
}

/* These numbers are in every recipe's results: they never change. */
static void pinned(void) {
    tw_stream s = tw_stream_make(1, TW_STR("impute_knn"), TW_STR("age"));
    ok(s.key == UINT64_C(0x257d5fd173b24307), "the key of a stream: 0x%016llx",
       (unsigned long long)s.key);
    ok(tw_draw_u64(s, 17, 3) == UINT64_C(0x37b17ff70b3350fd), "a draw: 0x%016llx",
       (unsigned long long)tw_draw_u64(s, 17, 3));
    is_int(tw_draw_below(s, 17, 4, 1000), 217, "an integer");
    is_near(tw_draw_normal(s, 17, 5), -0.77098781600309141, 0, "a normal");
    tw_rng r = tw_rng_make(s, 9);
    uint32_t order[8] = {0, 1, 2, 3, 4, 5, 6, 7}, want[8] = {2, 3, 0, 1, 5, 4, 6, 7};
    tw_rng_shuffle(&r, order, 8);
    ok(memcmp(order, want, sizeof order) == 0, "a shuffle: %u %u %u %u %u %u %u %u", order[0],
       order[1], order[2], order[3], order[4], order[5], order[6], order[7]);
}

static void streams_are_apart(void) {
    uint64_t key = tw_stream_make(1, TW_STR("ab"), TW_STR("c")).key;
    ok(key != tw_stream_make(1, TW_STR("a"), TW_STR("bc")).key, "names do not run together");
    ok(key != tw_stream_make(2, TW_STR("ab"), TW_STR("c")).key, "the seed matters");
    ok(key != tw_stream_make(1, TW_STR("ab"), TW_STR("d")).key, "the column matters");
    ok(key == tw_stream_make(1, TW_STR("ab"), TW_STR("c")).key, "and nothing else");
}

/* Pearson correlation of two sequences of uniforms; sd of it is 1 / sqrt(n). */
static double correlation(tw_stream a, tw_stream b, uint64_t row, uint64_t draw, uint64_t n) {
    double xy = 0, x = 0, y = 0;
    for (uint64_t i = 0; i < n; i++) {
        double u = tw_draw_uniform(a, i, 0) - 0.5, v = tw_draw_uniform(b, i + row, draw) - 0.5;
        xy += u * v;
        x += u * u;
        y += v * v;
    }
    return xy / sqrt(x * y);
}

static void draws_are_independent(void) {
    enum { N = 200000 };
    const double limit = 4.5 / sqrt(N);
    tw_stream s = tw_stream_make(1, TW_STR("noise"), TW_STR("x"));
    tw_stream other = tw_stream_make(1, TW_STR("noise"), TW_STR("y"));
    tw_stream seed = tw_stream_make(2, TW_STR("noise"), TW_STR("x"));
    ok(fabs(correlation(s, s, 1, 0, N)) < limit, "neighbouring rows");
    ok(fabs(correlation(s, s, 0, 1, N)) < limit, "the halves of a block");
    ok(fabs(correlation(s, s, 0, 2, N)) < limit, "neighbouring blocks");
    ok(fabs(correlation(s, other, 0, 0, N)) < limit, "columns");
    ok(fabs(correlation(s, seed, 0, 0, N)) < limit, "seeds");
}

static void uniform_fills_its_range(void) {
    enum { N = 400000, CELLS = 1000 };
    static double cells[CELLS];
    tw_stream s = tw_stream_make(3, TW_STR("u"), TW_STR(""));
    double low = 1, high = 0, sum = 0, chi = 0;
    for (uint64_t i = 0; i < N; i++) {
        double u = tw_draw_uniform(s, i, 0);
        low = fmin(low, u);
        high = fmax(high, u);
        sum += u;
        cells[(size_t)(u * CELLS)]++;
    }
    ok(low >= 0 && high < 1 && low < 1e-4 && high > 1 - 1e-4, "from 0 to just below 1");
    ok(fabs(sum / N - 0.5) < 4.5 * sqrt(1.0 / 12 / N), "mean one half");
    for (size_t i = 0; i < CELLS; i++)
        chi += (cells[i] - N / CELLS) * (cells[i] - N / CELLS) / (N / CELLS);
    ok(fabs(chi - (CELLS - 1)) < 4.5 * sqrt(2.0 * (CELLS - 1)), "equally often everywhere");
}

static void integers_are_unbiased(void) {
    enum { N = 300000 };
    static const uint64_t bounds[] = {1, 2, 3, 10, 1000003};
    tw_stream s = tw_stream_make(4, TW_STR("below"), TW_STR(""));
    for (size_t k = 0; k < TW_COUNT(bounds); k++) {
        uint64_t n = bounds[k], top = 0;
        double sum = 0, middle = ((double)n - 1) / 2;
        for (uint64_t i = 0; i < N; i++) {
            uint64_t x = tw_draw_below(s, i, k, n);
            top = TW_MAX(top, x);
            sum += (double)x;
        }
        double sd = sqrt(((double)n * (double)n - 1) / 12 / N);
        ok(top < n && fabs(sum / N - middle) <= 4.5 * sd, "integers below %llu",
           (unsigned long long)n);
    }
    /* With n = 3 * 2^62 the plain multiply would give a third of the values twice as often. */
    uint64_t n = UINT64_C(3) << 62;
    double thirds[3] = {0};
    for (uint64_t i = 0; i < N; i++)
        thirds[tw_draw_below(s, i, 9, n) % 3]++;
    ok(fabs(thirds[0] / N - 1.0 / 3) < 0.004 && fabs(thirds[1] / N - 1.0 / 3) < 0.004,
       "a quarter of the tries is thrown away without bias");
}

/* Against the C library's error function, in the middle and in the tails. */
static void normal_is_the_quantile(void) {
    enum { N = 300000 };
    tw_stream s = tw_stream_make(5, TW_STR("z"), TW_STR(""));
    double worst = 0, m1 = 0, m2 = 0, m4 = 0;
    for (uint64_t i = 0; i < N; i++) {
        double z = tw_draw_normal(s, i, 0);
        double p = ((double)(tw_draw_u64(s, i, 0) >> 12) + 0.5) * 0x1p-52;
        double back = z < 0 ? 0.5 * erfc(-z / sqrt(2)) : 0.5 * erfc(z / sqrt(2));
        double want = z < 0 ? p : 1 - p;
        worst = fmax(worst, fabs(back - want) / want);
        m1 += z;
        m2 += z * z;
        m4 += z * z * z * z;
    }
    ok(worst < 2e-14, "erfc takes each draw back to its probability (worst %.1e)", worst);
    ok(fabs(m1 / N) < 4.5 / sqrt(N), "mean 0");
    ok(fabs(m2 / N - 1) < 4.5 * sqrt(2.0 / N), "variance 1");
    ok(fabs(m4 / N - 3) < 4.5 * sqrt(96.0 / N), "fourth moment 3");
}

static void sequences_are_the_draws_of_a_row(void) {
    tw_stream s = tw_stream_make(6, TW_STR("seq"), TW_STR(""));
    tw_rng r = tw_rng_make(s, 11);
    size_t wrong = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        switch (i % 4) {
        case 0:
            wrong += tw_rng_u64(&r) != tw_draw_u64(s, 11, i);
            break;
        case 1:
            wrong += !tw_same_f64(tw_rng_uniform(&r), tw_draw_uniform(s, 11, i));
            break;
        case 2:
            wrong +=
                tw_rng_below(&r, UINT64_C(3) << 62) != tw_draw_below(s, 11, i, UINT64_C(3) << 62);
            break;
        default:
            wrong += !tw_same_f64(tw_rng_normal(&r), tw_draw_normal(s, 11, i));
            break;
        }
    }
    is_int(wrong, 0, "one after the other or by number");
    r.draw = 501;
    ok(tw_rng_u64(&r) == tw_draw_u64(s, 11, 501), "also when it jumps into the middle of a block");
}

static void shuffles(void) {
    enum { N = 24000 };
    size_t counts[24] = {0};
    for (uint64_t i = 0; i < N; i++) {
        uint32_t v[4] = {0, 1, 2, 3};
        tw_rng r = tw_rng_make(tw_stream_make(7, TW_STR("s"), TW_STR("")), i);
        tw_rng_shuffle(&r, v, 4);
        size_t rank = 0; /* Lehmer code */
        for (size_t a = 0; a < 4; a++) {
            size_t smaller = 0;
            for (size_t b = a + 1; b < 4; b++)
                smaller += v[b] < v[a];
            rank = rank * (4 - a) + smaller;
        }
        counts[rank]++;
    }
    double chi = 0;
    for (size_t i = 0; i < 24; i++)
        chi += ((double)counts[i] - 1000) * ((double)counts[i] - 1000) / 1000;
    ok(chi < 23 + 4.5 * sqrt(46), "all 24 orders of four are equally likely (chi2 %.1f)", chi);
    tw_rng r = tw_rng_make((tw_stream){1}, 0);
    tw_rng_shuffle(&r, NULL, 0);
    ok(r.draw == 0, "nothing to shuffle");
}

int main(void) {
    published_vectors();
    pinned();
    streams_are_apart();
    draws_are_independent();
    uniform_fills_its_range();
    integers_are_unbiased();
    normal_is_the_quantile();
    sequences_are_the_draws_of_a_row();
    shuffles();
    return tap_done();
}
