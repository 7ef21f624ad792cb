/* HyperLogLog: distinct values of a stream in 16 KiB, standard error 0.8 %.
 *
 * Flajolet, Fusy, Gandouet, Meunier (2007) with the estimator of Ertl (2017, arXiv:1702.01284,
 * algorithm 6), which needs no bias tables and no switch to linear counting. Feed 64-bit hashes.
 * Additive: merge is a maximum. A value. */
#ifndef TW_STAT_HLL_H
#define TW_STAT_HLL_H

#include "base/attr.h"

enum { TW_HLL_BITS = 14, TW_HLL_REGISTERS = 1 << TW_HLL_BITS };
#define TW_HLL_ERROR 0.0081 /* 1.04 / sqrt(registers) */

typedef struct tw_hll {
    uint8_t reg[TW_HLL_REGISTERS];
} tw_hll;

void tw_hll_init(tw_hll *h);
static inline void tw_hll_add(tw_hll *h, uint64_t hash) {
    size_t index = hash >> (64 - TW_HLL_BITS);
    uint64_t rest = hash << TW_HLL_BITS | (UINT64_C(1) << (TW_HLL_BITS - 1));
    uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
    if (rank > h->reg[index])
        h->reg[index] = rank;
}
void tw_hll_merge(tw_hll *h, const tw_hll *other);
double tw_hll_estimate(const tw_hll *h);

#endif
