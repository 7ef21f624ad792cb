/* Decimal arithmetic: every table row derived again, both directions against the C library. */
#include "base/decimal.h"

#include <math.h>

#include "../tap.h"
#include "base/decimal_table.h"

/* ---- long arithmetic in 32-bit limbs, just enough to derive the table ---- */

enum { LIMBS = 64 };
typedef struct number {
    uint32_t limb[LIMBS];
} number;

static void times(number *x, uint32_t factor) {
    uint64_t carry = 0;
    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)x->limb[i] * factor;
        x->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int bit_length(const number *x) {
    for (int i = LIMBS; i-- > 0;)
        if (x->limb[i])
            return 32 * i + 32 - __builtin_clz(x->limb[i]);
    return 0;
}

static bool bit(const number *x, int i) {
    return i >= 0 && (x->limb[i / 32] >> (i % 32) & 1);
}

static int compare(const number *a, const number *b) {
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] > b->limb[i] ? 1 : -1;
    return 0;
}

/* a * row, the row being 128 bits. */
static number product(const number *a, const uint64_t row[2], uint32_t add) {
    const uint32_t words[4] = {(uint32_t)row[1], (uint32_t)(row[1] >> 32), (uint32_t)row[0],
                               (uint32_t)(row[0] >> 32)};
    number sum = {{0}};
    for (size_t j = 0; j < 4; j++) {
        uint64_t carry = 0;
        for (size_t i = 0; i + j < LIMBS; i++) {
            carry += sum.limb[i + j] + (uint64_t)a->limb[i] * words[j];
            sum.limb[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    for (size_t i = 0, carry = 0; add && i < LIMBS; i++) { /* (row + 1) * a */
        carry += (uint64_t)sum.limb[i] + a->limb[i];
        sum.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return sum;
}

/* The upper 128 bits of 5^q. */
static bool row_is_cut(const number *five, const uint64_t row[2]) {
    int top = bit_length(five) - 1;
    for (int i = 0; i < 128; i++) {
        bool want = bit(five, top - i);
        if (((i < 64 ? row[0] >> (63 - i) : row[1] >> (127 - i)) & 1) != want)
            return false;
    }
    return true;
}

/* row = 2^b / 5^n, cut or rounded up: row * 5^n <= 2^b < (row + 1) * 5^n, or one row later. */
static bool row_is_inverse(const number *five, const uint64_t row[2], bool up) {
    number power = {{0}};
    int b = 127 + bit_length(five);
    power.limb[b / 32] = UINT32_C(1) << b % 32;
    uint64_t low[2] = {row[0] - (up && row[1] == 0), row[1] - up};
    number below = product(five, low, 0), above = product(five, low, 1);
    return compare(&below, &power) <= 0 && compare(&above, &power) > 0;
}

static void table(void) {
    number five = {{1}};
    size_t wrong = 0, rows = 0;
    for (int q = 0; q <= TW_POWER_MAX || -q >= TW_POWER_MIN; q++) {
        if (q <= TW_POWER_MAX && ++rows)
            wrong += !row_is_cut(&five, tw_powers_of_ten[q - TW_POWER_MIN]);
        if (q > 0 && -q >= TW_POWER_MIN && ++rows)
            wrong += !row_is_inverse(&five, tw_powers_of_ten[-q - TW_POWER_MIN], q <= 27);
        times(&five, 5);
    }
    is_int(rows, TW_POWER_MAX - TW_POWER_MIN + 1, "all rows looked at");
    is_int(wrong, 0, "every row is the power it should be");
}

/* ---- against the C library ---- */

static uint64_t random_bits(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The first precision of %e that reads back: the fewest digits there can be, powers of two apart.
 */
static void shortest_digits(void) {
    uint64_t state = 42;
    size_t wrong = 0, long_ones = 0;
    for (int i = 0; i < 30000; i++) {
        double value = from_bits(random_bits(&state) >> 1);
        char text[64];
        int digits = 0;
        if (!isfinite(value))
            continue;
        do
            snprintf(text, sizeof text, "%.*e", digits, value);
        while (!tw_same_f64(strtod(text, NULL), value) && ++digits);
        tw_decimal d = tw_decimal_shortest(value);
        char own[64];
        int n = snprintf(own, sizeof own, "%llu", (unsigned long long)d.digits);
        snprintf(own + n, sizeof own - (size_t)n, "e%d", d.exponent);
        wrong += n != digits + 1 || !tw_same_f64(strtod(own, NULL), value);
        long_ones += n == 17;
    }
    is_int(wrong, 0, "30000 random doubles have as few digits as can be and read back");
    ok(long_ones > 10000, "and many of them need 17");
}

static void edges_of_shortest(void) {
    static const struct {
        double value;
        uint64_t digits;
        int exponent;
    } rows[] = {
        {5e-324, 5, -324},
        {2.2250738585072014e-308, 22250738585072014, -324},
        {2.225073858507201e-308, 2225073858507201, -323}, /* the largest subnormal */
        {1.7976931348623157e308, 17976931348623157, 292},
        {9007199254740992.0, 9007199254740992, 0},
        {9007199254740994.0, 9007199254740994, 0},
        {1e23, 1, 23},
        {9.5e-5, 95, -6},
        {100.0, 1, 2},
        {0.3, 3, -1},
        {0.1 + 0.2, 30000000000000004, -17},
        {4.35, 435, -2},
        {2.0 / 3, 6666666666666666, -16},
    };
    for (size_t i = 0; i < TW_COUNT(rows); i++) {
        tw_decimal d = tw_decimal_shortest(rows[i].value);
        ok(d.digits == rows[i].digits && d.exponent == rows[i].exponent, "%.17g is %llue%d",
           rows[i].value, (unsigned long long)d.digits, d.exponent);
    }
}

static void powers_of_two_read_back(void) {
    size_t wrong = 0;
    for (int e = -1074; e <= 1023; e++) {
        double value = ldexp(1, e);
        tw_decimal d = tw_decimal_shortest(value);
        wrong += !tw_same_f64(tw_decimal_value(d.digits, d.exponent), value) ||
                 d.digits > 99999999999999999;
    }
    is_int(wrong, 0, "all powers of two, whose lower neighbour is nearer");
}

static void nearest_double(void) {
    uint64_t state = 7;
    size_t wrong = 0;
    for (int i = 0; i < 60000; i++) {
        uint64_t digits = random_bits(&state) >> (random_bits(&state) % 60);
        int exponent = (int)(random_bits(&state) % 680) - 350;
        char text[64];
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, exponent);
        wrong += !tw_same_f64(strtod(text, NULL), tw_decimal_value(digits, exponent));
    }
    is_int(wrong, 0, "60000 decimals become the double that strtod finds");
    ok(isinf(tw_decimal_value(1, 309)) && isinf(tw_decimal_value(1, INT64_MAX)), "too large");
    ok(tw_same_f64(tw_decimal_value(1, -400), 0) && tw_same_f64(tw_decimal_value(1, INT64_MIN), 0),
       "too small");
    ok(tw_same_f64(tw_decimal_value(0, 1000), 0), "no digits");
    ok(isinf(tw_decimal_value(UINT64_MAX, 289)), "just too large");
}

/* Half way between two doubles, a little less, a little more: up to 770 digits. */
static void half_ways(void) {
    uint64_t state = 11;
    size_t wrong = 0;
    for (int i = 0; i < 3000; i++) {
        uint64_t bits = random_bits(&state) >> 1;
        if (i % 3 == 0)
            bits &= (UINT64_C(1) << 52) - 1; /* subnormal */
        double low = from_bits(bits), high = from_bits(bits + 1);
        if (!isfinite(high))
            continue;
        char text[1200];
        snprintf(text, sizeof text, "%.1100Le", ((long double)low + high) / 2);
        char *e = strchr(text, 'e'), *end = e;
        int64_t exponent = strtol(e + 1, NULL, 10);
        while (end[-1] == '0')
            end--;
        memmove(text + 1, text + 2, (size_t)(end - text) - 2);
        size_t n = (size_t)(end - text) - 1;
        double even = bits & 1 ? high : low;
        exponent -= (int64_t)n - 1;
        wrong += !tw_same_f64(tw_decimal_value_long(text, n, exponent), even);
        text[n] = '1'; /* one more digit: just above */
        wrong += !tw_same_f64(tw_decimal_value_long(text, n + 1, exponent - 1), high);
        memset(text + n, '0', 1);
        text[n - 1]--;
        text[n] = '9'; /* just below */
        wrong += !tw_same_f64(tw_decimal_value_long(text, n + 1, exponent - 1), low);
    }
    is_int(wrong, 0, "half way goes to even, its neighbours to their side");
}

static void rounding(void) {
    static const struct {
        tw_decimal from;
        int exponent;
        uint64_t want;
    } rows[] = {
        {{125, -3}, -2, 12},      {{135, -3}, -2, 14},      {{1251, -4}, -2, 13},
        {{5, -1}, 0, 0},          {{15, -1}, 0, 2},         {{4, 0}, 1, 0},
        {{6, 0}, 1, 1},           {{5, 0}, 1, 0},           {{1, 0}, 30, 0},
        {{UINT64_MAX, 0}, 20, 0}, {{UINT64_MAX, 0}, 19, 2}, {{9999, -3}, 0, 10},
    };
    for (size_t i = 0; i < TW_COUNT(rows); i++)
        is_int(tw_decimal_round(rows[i].from, rows[i].exponent).digits, rows[i].want,
               "half to even");
    tw_decimal d = tw_decimal_round((tw_decimal){7, 3}, 1);
    ok(d.digits == 7 && d.exponent == 3, "nothing to round");
}

int main(void) {
    table();
    shortest_digits();
    edges_of_shortest();
    powers_of_two_read_back();
    nearest_double();
    half_ways();
    rounding();
    return tap_done();
}
