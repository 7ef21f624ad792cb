/* Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC'11).
 *
 * A draw is a pure function of (seed, step id, column name, row key, draw number), so results do
 * not depend on threads, chunks or shards. Never for keys, nonces or privacy noise: see
 * base/crypto.h. Draw numbers stay below 2^48. The numbers are fixed for ever: a change would
 * change every recipe's result. Values, not objects: copy freely, any thread. */
#ifndef TW_BASE_RANDOM_H
#define TW_BASE_RANDOM_H

#include "base/str.h"

/* The generator itself: 128 bits for a counter and a key. */
void tw_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

typedef struct tw_stream { /* one (seed, step, column); draws are indexed by (row, draw) */
    uint64_t key;
} tw_stream;

tw_stream tw_stream_make(uint64_t seed, tw_str step_id, tw_str column);
/* A stream of its own for each part of a step (the number of an imputation); part 0 is s itself. */
tw_stream tw_stream_part(tw_stream s, uint64_t part);
/* 64 random bits for (row key, draw number). */
uint64_t tw_draw_u64(tw_stream s, uint64_t row, uint64_t draw);
/* Uniform in [0, 1) with 53 bits. */
double tw_draw_uniform(tw_stream s, uint64_t row, uint64_t draw);
/* Uniform integer in [0, n), n > 0, unbiased (Lemire's multiply with rejection over sub-draws). */
uint64_t tw_draw_below(tw_stream s, uint64_t row, uint64_t draw, uint64_t n);
/* Standard normal by inversion (one draw), within +-8.3; M. Wichura, Algorithm AS 241, 1988. */
double tw_draw_normal(tw_stream s, uint64_t row, uint64_t draw);

/* Quantile of the standard normal at 0 < p < 1 (Wichura, AS 241), the same bits on every machine. */
double tw_normal_inverse(double p);

/* A sequential view of a stream for algorithms that just need "the next number" (shuffles,
 * bootstraps). */
typedef struct tw_rng {
    tw_stream stream;
    uint64_t row, draw;         /* draw: the next one */
    uint64_t spare, spare_draw; /* the other half of the last block, and which draw it is */
} tw_rng;
tw_rng tw_rng_make(tw_stream s, uint64_t row);
uint64_t tw_rng_u64(tw_rng *r);
double tw_rng_uniform(tw_rng *r);
uint64_t tw_rng_below(tw_rng *r, uint64_t n);
double tw_rng_normal(tw_rng *r);
/* Fisher-Yates on n u32 values. */
void tw_rng_shuffle(tw_rng *r, uint32_t *values, size_t n);

#endif
