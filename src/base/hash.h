/* Hashing: a 64-bit byte hash (not cryptographic), mixers, and a map from byte strings to small
 * numbers.
 *
 * The hash is fixed for ever (states and samples depend on it) and the same on every machine.
 * tw_hashmap copies no keys: the bytes must outlive it. One thread at a time. */
#ifndef TW_BASE_HASH_H
#define TW_BASE_HASH_H

#include "base/str.h"

/* Finaliser of MurmurHash3 (Appleby, public domain constants). */
static inline uint64_t tw_mix64(uint64_t x) {
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ (x >> 33);
}
uint64_t tw_hash_bytes(const void *bytes, size_t n, uint64_t seed);
static inline uint64_t tw_hash_str(tw_str s) {
    return tw_hash_bytes(s.p, s.n, 0);
}

typedef struct tw_hashmap tw_hashmap; /* string -> u32, open addressing, insertion numbered 0.. */
TW_NODISCARD tw_hashmap *tw_hashmap_new(size_t expected);
/* The same over keys the caller holds: (*keys)[number] is the key of each number. When intern adds
 * one, the caller puts its text there, which must outlive the map, before the next call. */
TW_NODISCARD tw_hashmap *tw_hashmap_new_over(tw_str *const *keys, size_t expected);
void tw_hashmap_free(tw_hashmap *map);
/* Number of key, inserting it with the next number when new (*added, may be NULL). UINT32_MAX:
 * memory is out. */
uint32_t tw_hashmap_intern(tw_hashmap *map, tw_str key, bool *added);
/* Number of key or UINT32_MAX. */
uint32_t tw_hashmap_find(const tw_hashmap *map, tw_str key);
size_t tw_hashmap_count(const tw_hashmap *map);
tw_str tw_hashmap_key(const tw_hashmap *map, uint32_t number);

#endif
