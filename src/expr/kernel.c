/* Loops the compiler vectorises, 64 rows at a time: a comparison writes bytes, and eight bytes become eight bits by one
 * multiplication. Division by zero and overflow are not branched on here; callers look at the few bad bits.
 * Built with -O3 and cloned for AVX2. */
#include "expr/kernel.h"

static inline uint64_t pack8(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, 8);
    return (eight * UINT64_C(0x0102040810204080)) >> 56;
}

static inline uint64_t pack64(const uint8_t bytes[64]) {
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++)
        word |= pack8(bytes + 8 * i) << (8 * i);
    return word;
}

/* Runs TEST(i) for every row; whole words by a loop of fixed length, the rest apart. */
#define EACH_WORD(TEST)                                                                            \
    size_t words = rows / 64;                                                                      \
    uint8_t bytes[64];                                                                             \
    for (size_t w = 0; w < words; w++) {                                                           \
        for (size_t j = 0, i = 64 * w; j < 64; j++, i++)                                           \
            bytes[j] = (uint8_t)(TEST);                                                            \
        bits[w] = pack64(bytes);                                                                   \
    }                                                                                              \
    if (rows % 64) {                                                                               \
        memset(bytes, 0, sizeof bytes);                                                            \
        for (size_t j = 0, i = 64 * words; i < rows; j++, i++)                                     \
            bytes[j] = (uint8_t)(TEST);                                                            \
        bits[words] = pack64(bytes);                                                               \
    }

#define COMPARE(name, type, operator)                                                              \
    TW_KERNEL static void name(const type *restrict a, const type *restrict b, size_t rows,        \
                               uint64_t *restrict bits) {                                          \
        EACH_WORD(a[i] operator b[i])                                                              \
    }                                                                                              \
    TW_KERNEL static void name##_one(const type *restrict a, type b, size_t rows,                  \
                                     uint64_t *restrict bits) {                                    \
        EACH_WORD(a[i] operator b)                                                                 \
    }
#define COMPARE_ALL(suffix, type)                                                                  \
    COMPARE(lt_##suffix, type, <)                                                                  \
    COMPARE(le_##suffix, type, <=)                                                                 \
    COMPARE(gt_##suffix, type, >)                                                                  \
    COMPARE(ge_##suffix, type, >=)

COMPARE_ALL(f64, double)
COMPARE_ALL(i64, int64_t)
COMPARE(eq_i64, int64_t, ==)
COMPARE(ne_i64, int64_t, !=)

/* Equality of floats as two orderings: -Wfloat-equal stays useful elsewhere. */
TW_KERNEL static void eq_f64(const double *restrict a, const double *restrict b, size_t rows, uint64_t *restrict bits) {
    EACH_WORD((a[i] <= b[i]) & (a[i] >= b[i]))
}
TW_KERNEL static void eq_f64_one(const double *restrict a, double b, size_t rows, uint64_t *restrict bits) {
    EACH_WORD((a[i] <= b) & (a[i] >= b))
}
TW_KERNEL static void ne_f64(const double *restrict a, const double *restrict b, size_t rows, uint64_t *restrict bits) {
    EACH_WORD((a[i] < b[i]) | (a[i] > b[i]))
}
TW_KERNEL static void ne_f64_one(const double *restrict a, double b, size_t rows, uint64_t *restrict bits) {
    EACH_WORD((a[i] < b) | (a[i] > b))
}

const tw_compare_f64_fn tw_compare_f64[TW_COMPARES] = {lt_f64, le_f64, gt_f64, ge_f64, eq_f64, ne_f64};
const tw_compare_i64_fn tw_compare_i64[TW_COMPARES] = {lt_i64, le_i64, gt_i64, ge_i64, eq_i64, ne_i64};
const tw_compare_f64_one_fn tw_compare_f64_one[TW_COMPARES] = {lt_f64_one, le_f64_one, gt_f64_one,
                                                               ge_f64_one, eq_f64_one, ne_f64_one};
const tw_compare_i64_one_fn tw_compare_i64_one[TW_COMPARES] = {lt_i64_one, le_i64_one, gt_i64_one,
                                                               ge_i64_one, eq_i64_one, ne_i64_one};

#define ARITH_F64(name, operator)                                                                  \
    TW_KERNEL static void name(const double *restrict a, const double *restrict b, size_t rows,    \
                               double *restrict out) {                                             \
        for (size_t i = 0; i < rows; i++)                                                          \
            out[i] = a[i] operator b[i];                                                           \
    }
ARITH_F64(plus_f64, +)
ARITH_F64(minus_f64, -)
ARITH_F64(times_f64, *)
const tw_arith_f64_fn tw_arith_f64[TW_ARITHS] = {plus_f64, minus_f64, times_f64};

TW_KERNEL void tw_divide_f64(const double *restrict a, const double *restrict b, size_t rows, double *restrict out) {
    for (size_t i = 0; i < rows; i++)
        out[i] = a[i] / b[i];
}

/* Overflow of a sum: both operands differ in sign from the result. */
TW_KERNEL static void plus_i64(const int64_t *restrict a, const int64_t *restrict b, size_t rows, int64_t *restrict out,
                               uint64_t *restrict bits) {
    for (size_t i = 0; i < rows; i++)
        out[i] = (int64_t)((uint64_t)a[i] + (uint64_t)b[i]);
    EACH_WORD((uint64_t)((a[i] ^ out[i]) & (b[i] ^ out[i])) >> 63)
}
TW_KERNEL static void minus_i64(const int64_t *restrict a, const int64_t *restrict b, size_t rows, int64_t *restrict out,
                                uint64_t *restrict bits) {
    for (size_t i = 0; i < rows; i++)
        out[i] = (int64_t)((uint64_t)a[i] - (uint64_t)b[i]);
    EACH_WORD((uint64_t)((a[i] ^ b[i]) & (a[i] ^ out[i])) >> 63)
}
static void times_i64(const int64_t *restrict a, const int64_t *restrict b, size_t rows, int64_t *restrict out,
                      uint64_t *restrict bits) {
    EACH_WORD(__builtin_mul_overflow(a[i], b[i], &out[i]))
}
const tw_arith_i64_fn tw_arith_i64[TW_ARITHS] = {plus_i64, minus_i64, times_i64};

TW_KERNEL void tw_not_finite(const double *restrict a, size_t rows, uint64_t *restrict bits) {
    EACH_WORD(!(a[i] - a[i] <= 0))
}

TW_KERNEL void tw_widen(const int64_t *restrict a, size_t rows, double *restrict out) {
    for (size_t i = 0; i < rows; i++)
        out[i] = (double)a[i];
}

void tw_blend_words(const int64_t *restrict a, const int64_t *restrict b, const uint64_t *restrict bits, size_t rows,
                    int64_t *restrict out) {
    for (size_t i = 0; i < rows; i++) {
        int64_t mask = -(int64_t)((bits[i >> 6] >> (i & 63)) & 1);
        out[i] = (a[i] & mask) | (b[i] & ~mask);
    }
}

void tw_pack_bits(const uint8_t *restrict source, size_t rows, uint64_t *restrict bits) {
    EACH_WORD(source[i])
}
