/* Philox4x32-10 behind (stream, row, draw).
 *
 * One block of the generator holds two draws, so a sequential reader keeps the second half. When an
 * unbiased integer needs another try, it takes blocks whose draw number carries the try in its top
 * 16 bits: no draw ever eats a neighbour's. Nothing here calls the C library's log: its last bit
 * differs between machines, ours does not. */
#include "base/random.h"

#include <math.h>

#include "base/hash.h"

void tw_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0],
             k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t a = UINT64_C(0xd2511f53) * c0, b = UINT64_C(0xcd9e8d57) * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += UINT32_C(0x9e3779b9);
        k1 += UINT32_C(0xbb67ae85);
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

tw_stream tw_stream_make(uint64_t seed, tw_str step_id, tw_str column) {
    uint64_t key = tw_mix64(seed ^ UINT64_C(0x74726f77656c2121));
    key = tw_hash_bytes(step_id.p, step_id.n, key);
    return (tw_stream){tw_hash_bytes(column.p, column.n, key)};
}

tw_stream tw_stream_part(tw_stream s, uint64_t part) {
    return part ? (tw_stream){tw_mix64(s.key ^ tw_mix64(part))} : s;
}

typedef struct block {
    uint64_t half[2];
} block;

/* The two draws 2 * number and 2 * number + 1 of a row. */
static inline block draw_block(tw_stream s, uint64_t row, uint64_t number) {
    const uint32_t key[2] = {(uint32_t)s.key, (uint32_t)(s.key >> 32)};
    const uint32_t counter[4] = {(uint32_t)row, (uint32_t)(row >> 32), (uint32_t)number,
                                 (uint32_t)(number >> 32)};
    uint32_t out[4];
    tw_philox(counter, key, out);
    return (block){{out[0] | (uint64_t)out[1] << 32, out[2] | (uint64_t)out[3] << 32}};
}

uint64_t tw_draw_u64(tw_stream s, uint64_t row, uint64_t draw) {
    return draw_block(s, row, draw >> 1).half[draw & 1];
}

static inline double to_uniform(uint64_t bits) {
    return (double)(bits >> 11) * 0x1p-53;
}

double tw_draw_uniform(tw_stream s, uint64_t row, uint64_t draw) {
    return to_uniform(tw_draw_u64(s, row, draw));
}

/* Lemire, "Fast random integer generation in an interval", 2019: `bits` is the first try. */
static uint64_t below(uint64_t bits, tw_stream s, uint64_t row, uint64_t draw, uint64_t n) {
    if (n == 0)
        TW_BUG("a random integer below 0");
    uint64_t low, high = tw_mul_wide(bits, n, &low);
    if (low >= n)
        return high;
    uint64_t least = (0 - n) % n; /* 2^64 mod n values would be too many */
    for (uint64_t again = 1; low < least; again++)
        high = tw_mul_wide(tw_draw_u64(s, row, draw ^ again << 48), n, &low);
    return high;
}

uint64_t tw_draw_below(tw_stream s, uint64_t row, uint64_t draw, uint64_t n) {
    return below(tw_draw_u64(s, row, draw), s, row, draw, n);
}

/* Natural logarithm of x in (0, 1), after fdlibm's e_log.c (Sun Microsystems): atanh series, error
 * below 2 ulp. */
static double portable_log(double x) {
    static const double series[] = {1.479819860511658591e-01, 1.531383769920937332e-01,
                                    1.818357216161805012e-01, 2.222219843214978396e-01,
                                    2.857142874366239149e-01, 3.999999999940941908e-01,
                                    6.666666666666735130e-01};
    int power;
    double m = frexp(x, &power);
    if (m < 0.70710678118654752440) {
        m *= 2;
        power--;
    }
    double f = m - 1, s = f / (2 + f), z = s * s, tail = 0;
    for (size_t i = 0; i < TW_COUNT(series); i++)
        tail = (tail + series[i]) * z;
    double log_m = f - s * (f - tail);
    return power * 0.69314718055994530942 + log_m;
}

static double ratio(const double above[8], const double under[8], double x) {
    double a = above[7], b = under[7];
    for (int i = 6; i >= 0; i--) {
        a = a * x + above[i];
        b = b * x + under[i];
    }
    return a / b;
}

/* PPND16 of AS 241, relative error about 1e-16. */
double tw_normal_inverse(double p) {
    static const double near_above[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                         1.9715909503065514427e3, 1.3731693765509461125e4,
                                         4.5921953931549871457e4, 6.7265770927008700853e4,
                                         3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double near_under[8] = {1.0,
                                         4.2313330701600911252e1,
                                         6.8718700749205790830e2,
                                         5.3941960214247511077e3,
                                         2.1213794301586595867e4,
                                         3.9307895800092710610e4,
                                         2.8729085735721942674e4,
                                         5.2264952788528545610e3};
    static const double middle_above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                           5.76949722146069140550e0,  3.64784832476320460504e0,
                                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double middle_under[8] = {1.0,
                                           2.05319162663775882187e0,
                                           1.67638483018380384940e0,
                                           6.89767334985100004550e-1,
                                           1.48103976427480074590e-1,
                                           1.51986665636164571966e-2,
                                           5.47593808499534494600e-4,
                                           1.05075007164441684324e-9};
    static const double far_above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                        1.78482653991729133580e0,  2.96560571828504891230e-1,
                                        2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                        2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_under[8] = {1.0,
                                        5.99832206555887937690e-1,
                                        1.36929880922735805310e-1,
                                        1.48753612908506148525e-2,
                                        7.86869131145613259100e-4,
                                        1.84631831751005468180e-5,
                                        1.42151175831644588870e-7,
                                        2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio(near_above, near_under, 0.180625 - q * q);
    double r = sqrt(-portable_log(q < 0 ? p : 1 - p));
    double z =
        r <= 5 ? ratio(middle_above, middle_under, r - 1.6) : ratio(far_above, far_under, r - 5);
    return q < 0 ? -z : z;
}

/* 52 bits and a half: never 0 or 1, and as far from either end. */
static double to_normal(uint64_t bits) {
    return tw_normal_inverse(((double)(bits >> 12) + 0.5) * 0x1p-52);
}

double tw_draw_normal(tw_stream s, uint64_t row, uint64_t draw) {
    return to_normal(tw_draw_u64(s, row, draw));
}

tw_rng tw_rng_make(tw_stream s, uint64_t row) {
    return (tw_rng){.stream = s, .row = row};
}

uint64_t tw_rng_u64(tw_rng *r) {
    uint64_t draw = r->draw++;
    if ((draw & 1) && r->spare_draw == draw)
        return r->spare;
    block b = draw_block(r->stream, r->row, draw >> 1);
    r->spare = b.half[1];
    r->spare_draw = draw | 1;
    return b.half[draw & 1];
}

double tw_rng_uniform(tw_rng *r) {
    return to_uniform(tw_rng_u64(r));
}

uint64_t tw_rng_below(tw_rng *r, uint64_t n) {
    uint64_t draw = r->draw;
    return below(tw_rng_u64(r), r->stream, r->row, draw, n);
}

double tw_rng_normal(tw_rng *r) {
    return to_normal(tw_rng_u64(r));
}

void tw_rng_shuffle(tw_rng *r, uint32_t *values, size_t n) {
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)tw_rng_below(r, i);
        uint32_t held = values[i - 1];
        values[i - 1] = values[j];
        values[j] = held;
    }
}
