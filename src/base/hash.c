/* The byte hash and the string map on top of it.
 *
 * The hash folds 64 x 64 -> 128 bit products, the idea of wyhash (Wang Yi, public domain); the
 * schedule is our own. The seed enters both factors of every product: in wyhash itself a text can
 * hold the fixed secret and make a product zero for any seed, which a hostile file could use. The
 * map draws its seed from where it lies in memory for the same reason; only speed depends on it,
 * since keys are numbered as they come. Values are fixed for ever: tests hold known answers. */
#include "base/hash.h"

#include "base/little.h"

static const uint64_t secret[4] = {UINT64_C(0xa0761d6478bd642f), UINT64_C(0xe7037ed1a0b428db),
                                   UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3)};

static inline uint64_t fold(uint64_t a, uint64_t b) {
    uint64_t low, high = tw_mul_wide(a, b, &low);
    return low ^ high;
}

/* Up to 16 bytes as two words that overlap when there are fewer. */
static inline void read_short(const unsigned char *p, size_t n, uint64_t *a, uint64_t *b) {
    if (n >= 4) {
        size_t step = (n >> 3) << 2;
        *a = tw_little32(p) << 32 | tw_little32(p + step);
        *b = tw_little32(p + n - 4) << 32 | tw_little32(p + n - 4 - step);
    } else if (n > 0) {
        *a = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1];
        *b = 0;
    } else {
        *a = *b = 0;
    }
}

/* 64 bytes a round in four lanes that the processor multiplies side by side; leaves 1..64 bytes. */
static uint64_t hash_long(const unsigned char **p, size_t *left, uint64_t seed) {
    uint64_t key[4], lane[4];
    for (size_t i = 0; i < 4; i++) {
        key[i] = seed ^ secret[i];
        lane[i] = seed + secret[i];
    }
    do {
        for (size_t i = 0; i < 4; i++)
            lane[i] = fold(tw_little64(*p + 16 * i) ^ key[i], tw_little64(*p + 16 * i + 8) ^ lane[i]);
        *p += 64;
        *left -= 64;
    } while (*left > 64);
    return (lane[0] ^ lane[1]) + (lane[2] ^ lane[3]);
}

uint64_t tw_hash_bytes(const void *bytes, size_t n, uint64_t seed) {
    const unsigned char *p = bytes;
    uint64_t a, b;
    seed ^= fold(seed ^ secret[0], secret[1]);
    if (n <= 16) {
        read_short(p, n, &a, &b);
    } else {
        size_t left = n;
        uint64_t state = left > 64 ? hash_long(&p, &left, seed) : seed;
        for (; left > 16; left -= 16, p += 16)
            state = fold(tw_little64(p) ^ seed ^ secret[1], tw_little64(p + 8) ^ state);
        a = tw_little64(p + left - 16);
        b = tw_little64(p + left - 8) ^ state;
    }
    return fold(fold(a ^ seed ^ secret[2], b ^ seed ^ secret[1]) ^ secret[0] ^ n, seed ^ secret[3]);
}

/* Slots hold the tag (low half of the hash) and the key's number; the keys lie in an array of their
 * own, so a probe touches eight bytes and a rehash never reads a key. */
typedef struct slot {
    uint32_t tag, number;
} slot;

struct tw_hashmap {
    slot *slots; /* number UINT32_MAX = empty */
    size_t mask, count, room;
    tw_str *keys;         /* NULL where they are the caller's */
    tw_str *const *there; /* where the caller keeps them, else &keys */
    uint64_t seed;
};

static slot *new_slots(size_t n) {
    slot *slots = tw_calloc(n, sizeof *slots);
    if (slots)
        memset(slots, 0xff, n * sizeof *slots);
    return slots;
}

tw_hashmap *tw_hashmap_new_over(tw_str *const *keys, size_t expected) {
    size_t n = 16;
    expected = TW_MIN(expected, (size_t)1 << 30);
    while (n < expected * 2)
        n *= 2;
    tw_hashmap *map = tw_calloc(1, sizeof *map);
    if (!map)
        return NULL;
    map->slots = new_slots(n);
    map->mask = n - 1;
    map->room = n / 2;
    map->there = keys;
    map->seed = tw_mix64((uint64_t)(uintptr_t)map ^ (uint64_t)(uintptr_t)&map << 20);
    if (!map->slots) {
        tw_hashmap_free(map);
        return NULL;
    }
    return map;
}

tw_hashmap *tw_hashmap_new(size_t expected) {
    tw_hashmap *map = tw_hashmap_new_over(NULL, expected);
    if (!map)
        return NULL;
    map->there = &map->keys;
    map->keys = tw_calloc(map->room, sizeof *map->keys);
    if (map->keys)
        return map;
    tw_hashmap_free(map);
    return NULL;
}

void tw_hashmap_free(tw_hashmap *map) {
    if (!map)
        return;
    free(map->slots);
    free(map->keys);
    free(map);
}

/* The slot that holds key, or the empty one where it belongs. */
static slot *probe(const tw_hashmap *map, tw_str key, uint32_t tag) {
    for (size_t i = tag & map->mask;; i = (i + 1) & map->mask) {
        slot *s = &map->slots[i];
        if (s->number == UINT32_MAX)
            return s;
        if (s->tag == tag && tw_str_eq((*map->there)[s->number], key))
            return s;
    }
}

static bool grow(tw_hashmap *map) {
    if (map->count >= (size_t)1 << 31)
        return false;
    size_t n = (map->mask + 1) * 2;
    if (map->keys) {
        tw_str *keys = tw_realloc(map->keys, n / 2, sizeof *keys);
        if (!keys)
            return false;
        map->keys = keys;
    }
    slot *slots = new_slots(n);
    if (!slots)
        return false;
    for (size_t i = 0; i <= map->mask; i++) {
        if (map->slots[i].number == UINT32_MAX)
            continue;
        size_t at = map->slots[i].tag & (n - 1);
        while (slots[at].number != UINT32_MAX)
            at = (at + 1) & (n - 1);
        slots[at] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->mask = n - 1;
    map->room = n / 2;
    return true;
}

static uint32_t tag_of(const tw_hashmap *map, tw_str key) {
    return (uint32_t)tw_hash_bytes(key.p, key.n, map->seed);
}

uint32_t tw_hashmap_intern(tw_hashmap *map, tw_str key, bool *added) {
    uint32_t tag = tag_of(map, key);
    slot *s = probe(map, key, tag);
    bool fresh = s->number == UINT32_MAX;
    if (added)
        *added = fresh;
    if (!fresh)
        return s->number;
    if (map->count == map->room) {
        if (!grow(map))
            return UINT32_MAX;
        s = probe(map, key, tag);
    }
    *s = (slot){tag, (uint32_t)map->count};
    if (map->keys)
        map->keys[map->count] = key;
    map->count++;
    return s->number;
}

uint32_t tw_hashmap_find(const tw_hashmap *map, tw_str key) {
    return probe(map, key, tag_of(map, key))->number;
}

size_t tw_hashmap_count(const tw_hashmap *map) {
    return map->count;
}

tw_str tw_hashmap_key(const tw_hashmap *map, uint32_t number) {
    return number < map->count ? (*map->there)[number] : (tw_str){NULL, 0};
}
