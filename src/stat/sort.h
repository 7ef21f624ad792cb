/* Sorting, ordering and ranking of doubles by radix; NaN comes last.
 *
 * Stable, the same on every machine, O(n). Scratch is allocated inside; false = memory was out and
 * nothing changed. */
#ifndef TW_STAT_SORT_H
#define TW_STAT_SORT_H

#include "base/task.h"

/* Whole numbers in the order of doubles: a < b exactly when key(a) < key(b); -0 equals 0, NaN is
 * the greatest. */
static inline uint64_t tw_key_of_f64(double value) {
    double v = value + 0.0;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (v != v)
        return UINT64_MAX;
    return bits & UINT64_C(1) << 63 ? ~bits : bits | UINT64_C(1) << 63;
}
static inline double tw_f64_of_key(uint64_t key) {
    uint64_t bits = key & UINT64_C(1) << 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double v;
    memcpy(&v, &bits, sizeof v);
    return key == UINT64_MAX ? __builtin_nan("") : v;
}

TW_NODISCARD bool tw_sort_f64(double *x, size_t n);
/* order[k] = index of the k-th smallest; equal values keep their order. n < 2^32. */
TW_NODISCARD bool tw_argsort_f64(const double *x, size_t n, uint32_t *order);
TW_NODISCARD bool tw_argsort_u64(const uint64_t *keys, size_t n, uint32_t *order);
/* Sort by the upper 32 bits alone, equal ones in their order; b is room for n. The array, a or b,
 * that holds the result, in no order once the task is cancelled; NULL = memory was out. */
TW_NODISCARD uint64_t *tw_sort_upper(uint64_t *a, uint64_t *b, size_t n, const tw_task *task);
/* Ranks from 1, ties share their mean rank; NaN stays NaN. */
TW_NODISCARD bool tw_rank_f64(const double *x, size_t n, double *rank);

#endif
