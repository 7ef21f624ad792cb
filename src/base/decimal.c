/* Exact conversions between binary64 and decimal digits.
 *
 * Both directions multiply by a 128-bit power of ten from one table (decimal_table.h). Parsing more
 * than 19 digits first tries the 19 it can hold and the next number above: when both round to the
 * same double, so does everything between. Only else are big integers compared, which for real data
 * never happens. */
#include "base/decimal.h"

#include <math.h>

#include "base/decimal_table.h"

enum {
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1023,
    EXPONENT_INFINITE = 0x7ff,
    EXACT_MIN = -27,
    EXACT_MAX = 55
};
static const uint64_t hidden_bit = UINT64_C(1) << FRACTION_BITS;

static const uint64_t tens[20] = {UINT64_C(1),
                                  UINT64_C(10),
                                  UINT64_C(100),
                                  UINT64_C(1000),
                                  UINT64_C(10000),
                                  UINT64_C(100000),
                                  UINT64_C(1000000),
                                  UINT64_C(10000000),
                                  UINT64_C(100000000),
                                  UINT64_C(1000000000),
                                  UINT64_C(10000000000),
                                  UINT64_C(100000000000),
                                  UINT64_C(1000000000000),
                                  UINT64_C(10000000000000),
                                  UINT64_C(100000000000000),
                                  UINT64_C(1000000000000000),
                                  UINT64_C(10000000000000000),
                                  UINT64_C(100000000000000000),
                                  UINT64_C(1000000000000000000),
                                  UINT64_C(10000000000000000000)};

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double value_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- shortest digits ---- */

/* floor(log2(10^e)) */
static int log2_of_ten(int e) {
    return (int)(((int64_t)e * 1741647) >> 19);
}

/* floor(g * factor / 2^128) with its lowest bit set when anything was cut off. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t factor) {
    uint64_t low, middle, carry = tw_mul_wide(g[1], factor, &low);
    uint64_t high = tw_mul_wide(g[0], factor, &middle);
    middle += carry;
    high += middle < carry;
    return high | (middle > 1);
}

/* `unit` is a constant where this is inlined: dividing by a variable takes five times as long. */
static inline void cut_zeros(tw_decimal *d, uint64_t unit, int zeros) {
    while (d->digits % unit == 0) {
        d->digits /= unit;
        d->exponent += zeros;
    }
}

/* digits > 0; Schubfach leaves up to 16 zeros behind a short number. */
static inline tw_decimal without_zeros(uint64_t digits, int exponent) {
    tw_decimal d = {digits, exponent};
    cut_zeros(&d, 100000000, 8);
    cut_zeros(&d, 10000, 4);
    cut_zeros(&d, 100, 2);
    cut_zeros(&d, 10, 1);
    return d;
}

/* The interval of numbers that round to c * 2^q, scaled by 4 * 10^-k: pick the shortest decimal in
 * it. */
static tw_decimal schubfach(uint64_t c, int q, bool closer_below) {
    int k = (int)(((int64_t)q * 1262611 - (closer_below ? 524031 : 0)) >> 22);
    int h = q + log2_of_ten(-k) + 1;
    bool cut = -k < EXACT_MIN || -k > EXACT_MAX;
    const uint64_t *row = tw_powers_of_ten[-k - TW_POWER_MIN];
    const uint64_t g[2] = {row[0] + (cut && row[1] == UINT64_MAX), row[1] + cut}; /* rounded up */
    bool odd = c & 1;
    uint64_t lower = round_to_odd(g, (4 * c - 2 + closer_below) << h) + odd;
    uint64_t upper = round_to_odd(g, (4 * c + 2) << h) - odd;
    uint64_t middle = round_to_odd(g, (4 * c) << h), s = middle / 4;
    if (s >= 10) {
        uint64_t tenth = s / 10;
        bool below = lower <= 40 * tenth, above = 40 * tenth + 40 <= upper;
        if (below != above)
            return without_zeros(tenth + above, k + 1);
    }
    bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above)
        return without_zeros(s + above, k);
    bool up = middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1));
    return without_zeros(s + up, k);
}

tw_decimal tw_decimal_shortest(double value) {
    uint64_t bits = bits_of(value), fraction = bits & (hidden_bit - 1);
    int exponent = (int)(bits >> FRACTION_BITS & EXPONENT_INFINITE);
    uint64_t c = exponent ? fraction | hidden_bit : fraction;
    int q = (exponent ? exponent : 1) - EXPONENT_BIAS - FRACTION_BITS;
    if (c == 0)
        return (tw_decimal){0, 0};
    if (q <= 0 && q > -53 && (c & ((UINT64_C(1) << -q) - 1)) == 0)
        return without_zeros(c >> -q, 0);
    return schubfach(c, q, fraction == 0 && exponent > 1);
}

tw_decimal tw_decimal_round(tw_decimal d, int exponent) {
    int drop = exponent > d.exponent ? exponent - d.exponent : 0;
    if (drop == 0)
        return d;
    if (drop >= (int)TW_COUNT(tens))
        return (tw_decimal){0, exponent};
    uint64_t unit = tens[drop], whole = d.digits / unit, rest = d.digits % unit, half = unit / 2;
    whole += rest > half || (rest == half && (whole & 1));
    return (tw_decimal){whole, exponent};
}

/* ---- digits to the nearest double ---- */

/* Top 128 bits of w * 10^q; the power's low word only matters when the high one leaves doubt. */
static uint64_t multiply(uint64_t w, int q, uint64_t *low) {
    const uint64_t *row = tw_powers_of_ten[q - TW_POWER_MIN];
    const uint64_t doubt = UINT64_MAX >> (FRACTION_BITS + 3);
    uint64_t high = tw_mul_wide(w, row[0], low), unused;
    if ((high & doubt) == doubt) {
        uint64_t more = tw_mul_wide(w, row[1], &unused);
        *low += more;
        high += *low < more;
    }
    return high;
}

static double subnormal(uint64_t mantissa, int power) {
    if (1 - power >= 64)
        return 0;
    mantissa >>= 1 - power;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    return value_of(mantissa); /* a carry into the hidden bit makes the smallest normal number */
}

double tw_decimal_value(uint64_t digits, int64_t exponent) {
    if (digits == 0 || exponent < TW_POWER_MIN)
        return 0;
    if (exponent > 308)
        return (double)INFINITY;
    int q = (int)exponent, zeros = __builtin_clzll(digits);
    uint64_t low, high = multiply(digits << zeros, q, &low);
    int upper = (int)(high >> 63), shift = upper + 64 - FRACTION_BITS - 3;
    uint64_t mantissa = high >> shift;
    int power = (int)((INT64_C(217706) * q) >> 16) + 63 + upper - zeros + EXPONENT_BIAS;
    if (power <= 0)
        return subnormal(mantissa, power);
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa &= ~UINT64_C(1); /* exactly half way: to even */
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >= hidden_bit * 2) {
        mantissa = hidden_bit;
        power++;
    }
    if (power >= EXPONENT_INFINITE)
        return (double)INFINITY;
    return value_of((mantissa & (hidden_bit - 1)) | (uint64_t)power << FRACTION_BITS);
}

/* ---- more digits than 64 bits hold ---- */

/* A natural number in 32-bit limbs, lowest first. 5 * 10^1125, the largest that occurs, takes 3740
 * bits. */
enum { LIMBS = 160, DIGITS_MAX = 800 };
typedef struct big {
    uint32_t limb[LIMBS];
    size_t n;
} big;

static void big_mul_add(big *b, uint32_t factor, uint32_t carry) {
    uint64_t rest = carry;
    for (size_t i = 0; i < b->n; i++) {
        rest += (uint64_t)b->limb[i] * factor;
        b->limb[i] = (uint32_t)rest;
        rest >>= 32;
    }
    if (rest == 0)
        return;
    if (b->n == LIMBS)
        TW_BUG("a decimal outgrew its big integer");
    b->limb[b->n++] = (uint32_t)rest;
}

static void big_mul_five(big *b, int64_t power) {
    for (; power >= 13; power -= 13)
        big_mul_add(b, 1220703125, 0);
    for (; power > 0; power--)
        big_mul_add(b, 5, 0);
}

static void big_shift(big *b, int64_t bits) {
    for (; bits >= 31; bits -= 31)
        big_mul_add(b, UINT32_C(1) << 31, 0);
    big_mul_add(b, UINT32_C(1) << bits, 0);
}

static int big_compare(const big *a, const big *b) {
    if (a->n != b->n)
        return a->n > b->n ? 1 : -1;
    for (size_t i = a->n; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] > b->limb[i] ? 1 : -1;
    return 0;
}

/* Order of digits * 10^exponent and the point half way between the double of `bits` and the next
 * one up. */
static int compare_with_half(const big *digits, int64_t exponent, uint64_t bits) {
    int field = (int)(bits >> FRACTION_BITS);
    uint64_t c = bits & (hidden_bit - 1), half = 2 * (field ? c | hidden_bit : c) + 1;
    int64_t q = (field ? field : 1) - EXPONENT_BIAS - FRACTION_BITS - 1;
    big left = *digits, right = {{(uint32_t)half, (uint32_t)(half >> 32)}, half >> 32 ? 2 : 1};
    big_mul_five(exponent > 0 ? &left : &right, exponent > 0 ? exponent : -exponent);
    int64_t twos = exponent - q; /* left * 2^exponent against right * 2^q */
    big_shift(twos > 0 ? &left : &right, twos > 0 ? twos : -twos);
    return big_compare(&left, &right);
}

/* Step from a near double to the nearest one. */
static double settle(const big *digits, int64_t exponent, uint64_t bits) {
    for (;;) {
        int above = compare_with_half(digits, exponent, bits);
        if (above > 0 || (above == 0 && (bits & 1))) {
            bits++;
            continue;
        }
        int below = bits ? compare_with_half(digits, exponent, bits - 1) : 1;
        if (below > 0 || (below == 0 && !(bits & 1)))
            return value_of(bits);
        bits--;
    }
}

double tw_decimal_value_long(const char *digits, size_t n, int64_t exponent) {
    size_t head = TW_MIN(n, (size_t)19);
    uint64_t w = 0;
    for (size_t i = 0; i < head; i++)
        w = w * 10 + (uint64_t)(digits[i] - '0');
    int64_t head_exponent = exponent + (int64_t)(n - head);
    double low = tw_decimal_value(w, head_exponent);
    if (n == head || tw_same_f64(low, tw_decimal_value(w + 1, head_exponent)))
        return low;
    big all = {{0}, 0};
    size_t kept = TW_MIN(n, (size_t)DIGITS_MAX);
    for (size_t i = 0; i < kept; i++)
        big_mul_add(&all, 10, (uint32_t)(digits[i] - '0'));
    exponent += (int64_t)(n - kept);
    for (size_t i = kept; i < n; i++)
        if (digits[i] !=
            '0') { /* the rest only says "a little more": no half way point has so many digits */
            big_mul_add(&all, 10, 1);
            exponent--;
            break;
        }
    return settle(&all, exponent, bits_of(low));
}
