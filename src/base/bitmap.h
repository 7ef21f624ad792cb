/* Bit vectors in 64-bit words, bit i of word i / 64; Arrow's validity layout (1 = valid).
 *
 * Storage belongs to the caller. Inline, so that kernels stay branch-poor. */
#ifndef TW_BASE_BITMAP_H
#define TW_BASE_BITMAP_H

#include "base/attr.h"

static inline size_t tw_bitmap_words(size_t bits) {
    return (bits + 63) / 64;
}
static inline bool tw_bit_get(const uint64_t *map, size_t i) {
    return (map[i >> 6] >> (i & 63)) & 1u;
}
static inline void tw_bit_set(uint64_t *map, size_t i) {
    map[i >> 6] |= (uint64_t)1 << (i & 63);
}
static inline void tw_bit_clear(uint64_t *map, size_t i) {
    map[i >> 6] &= ~((uint64_t)1 << (i & 63));
}
static inline void tw_bit_put(uint64_t *map, size_t i, bool on) {
    if (on)
        tw_bit_set(map, i);
    else
        tw_bit_clear(map, i);
}
/* Set bits among the first `bits`. */
static inline size_t tw_bitmap_count(const uint64_t *map, size_t bits) {
    size_t n = 0, words = bits / 64;
    for (size_t w = 0; w < words; w++)
        n += (size_t)__builtin_popcountll(map[w]);
    if (bits % 64)
        n += (size_t)__builtin_popcountll(map[words] & (((uint64_t)1 << (bits % 64)) - 1));
    return n;
}
/* Set the first `bits` bits, clear the rest of the last word. */
static inline void tw_bitmap_fill(uint64_t *map, size_t bits) {
    size_t words = bits / 64;
    memset(map, 0xff, words * sizeof *map);
    if (bits % 64)
        map[words] = ((uint64_t)1 << (bits % 64)) - 1;
}

#endif
