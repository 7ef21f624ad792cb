/* Inner loops of the expression language over one block: comparison to bits, arithmetic with its faults.
 *
 * Lengths are rows of a block (at most TW_BLOCK_ROWS); bit vectors have whole words, bits beyond the rows are 0. Cells that
 * are not valid may hold anything, NaN among it. Pure functions. */
#ifndef TW_EXPR_KERNEL_H
#define TW_EXPR_KERNEL_H

#include "base/attr.h"

enum tw_compare { TW_LT, TW_LE, TW_GT, TW_GE, TW_EQ, TW_NE, TW_COMPARES };
typedef void (*tw_compare_f64_fn)(const double *a, const double *b, size_t rows, uint64_t *bits);
typedef void (*tw_compare_i64_fn)(const int64_t *a, const int64_t *b, size_t rows, uint64_t *bits);
typedef void (*tw_compare_f64_one_fn)(const double *a, double b, size_t rows, uint64_t *bits);
typedef void (*tw_compare_i64_one_fn)(const int64_t *a, int64_t b, size_t rows, uint64_t *bits);
extern const tw_compare_f64_fn tw_compare_f64[TW_COMPARES];
extern const tw_compare_i64_fn tw_compare_i64[TW_COMPARES];
extern const tw_compare_f64_one_fn tw_compare_f64_one[TW_COMPARES];
extern const tw_compare_i64_one_fn tw_compare_i64_one[TW_COMPARES];

enum tw_arith { TW_PLUS, TW_MINUS, TW_TIMES, TW_ARITHS };
typedef void (*tw_arith_f64_fn)(const double *a, const double *b, size_t rows, double *out);
/* Bit 1 where the result overflows. */
typedef void (*tw_arith_i64_fn)(const int64_t *a, const int64_t *b, size_t rows, int64_t *out, uint64_t *overflow);
extern const tw_arith_f64_fn tw_arith_f64[TW_ARITHS];
extern const tw_arith_i64_fn tw_arith_i64[TW_ARITHS];

void tw_divide_f64(const double *a, const double *b, size_t rows, double *out);
/* Bit 1 for NaN and infinities. */
void tw_not_finite(const double *a, size_t rows, uint64_t *bits);
void tw_widen(const int64_t *a, size_t rows, double *out);
/* a where the bit is 1, else b. */
void tw_blend_words(const int64_t *a, const int64_t *b, const uint64_t *bits, size_t rows, int64_t *out);
/* Bits from bytes that are 0 or 1. */
void tw_pack_bits(const uint8_t *bytes, size_t rows, uint64_t *bits);

#endif
