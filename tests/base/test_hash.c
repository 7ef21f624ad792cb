/* The hash is pinned for ever and mixes well; the map against a linear twin. */
#include "base/hash.h"

#include <math.h>

#include "../tap.h"

/* clang-format off */
static const struct {
    size_t n;
    uint64_t seed_0, seed_42;
} answers[] = {
    {0, 0xdf6a97cff6c05167, 0x13253f658e304e60},   {1, 0xfb3296be631b3791, 0x34d4c8b8767f7c32},
    {3, 0x1c625b8ae15c4983, 0xc7572d21d5b3d9c9},   {4, 0xbd9212ac12af94de, 0x4d77ad0d2639d44f},
    {8, 0x535d5270d76e319b, 0xfaf40cbe34d9b693},   {15, 0x8453bc3b7a3c9e4b, 0x38fde9d4fcf8d5d6},
    {16, 0x0880022617388c17, 0x01992e5577a015cb},  {17, 0xf285a1328f2e6f26, 0xa91a70b08bc7bd70},
    {32, 0xc396aeb85f2055d7, 0x65ffbe4b2b301e4c},  {48, 0xba7742f6b2aa20cf, 0xaeab580478e3a53d},
    {64, 0x58482159d165a010, 0xff6a9975f9ca032a},  {65, 0x01bf08147b5d4e4a, 0xa0615c4b2af7a5b9},
    {100, 0xc0d50d46cfb2ba16, 0xcdcb4ec91af446b4}, {128, 0x4563ea50dd88c442, 0x91b78b85a3acf185},
    {129, 0x9f9cd25167d738cf, 0xb5472069486fd150}, {160, 0xd62bc501440da39f, 0x62001b7ce8b032e9},
};
/* clang-format on */

static void known_answers(void) {
    static const char text[] =
        "The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. "
        "The "
        "quick brown fox jumps over the lazy dog, and then it is over at last.";
    char moved[200];
    for (size_t i = 0; i < TW_COUNT(answers); i++) {
        memcpy(moved + 3, text, answers[i].n);
        ok(tw_hash_bytes(text, answers[i].n, 0) == answers[i].seed_0 &&
               tw_hash_bytes(moved + 3, answers[i].n, 42) == answers[i].seed_42,
           "%zu bytes, at any address", answers[i].n);
    }
}

/* Each input bit changes each output bit in about half the cases. */
static void avalanche(void) {
    enum { ROUNDS = 200 };
    static const size_t lengths[] = {1, 4, 8, 13, 16, 24, 40, 64, 70, 130};
    double worst = 0;
    uint64_t state = 99;
    for (size_t l = 0; l < TW_COUNT(lengths); l++) {
        size_t bits = lengths[l] * 8;
        for (size_t bit = 0; bit < bits; bit += 1 + bits / 64) {
            size_t flips = 0;
            for (size_t round = 0; round < ROUNDS; round++) {
                char bytes[160];
                for (size_t i = 0; i < sizeof bytes; i++)
                    bytes[i] = (char)(state = tw_mix64(state + i));
                uint64_t before = tw_hash_bytes(bytes, lengths[l], 0);
                bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
                flips += (size_t)__builtin_popcountll(before ^ tw_hash_bytes(bytes, lengths[l], 0));
            }
            worst = fmax(worst, fabs((double)flips / (64.0 * ROUNDS) - 0.5));
        }
    }
    ok(worst < 0.03, "a flipped bit flips half of the others (worst deviation %.3f)", worst);
}

/* Low bits decide the slot of a map, so texts that differ a little must not crowd. */
static void similar_texts_spread(void) {
    enum { N = 100000, CELLS = 1 << 16 };
    uint8_t *cells = tw_calloc(CELLS, 1);
    double chi = 0, mean = (double)N / CELLS;
    for (int i = 0; cells && i < N; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "ID-%07d", i);
        cells[tw_hash_str((tw_str){text, (size_t)n}) % CELLS]++;
    }
    for (size_t i = 0; cells && i < CELLS; i++)
        chi += (cells[i] - mean) * (cells[i] - mean) / mean;
    double z = (chi - CELLS) / sqrt(2.0 * CELLS);
    ok(fabs(z) < 5, "counted names fill the cells as chance would (z = %.2f)", z);
    free(cells);
}

static void zeros_and_prefixes_differ(void) {
    char zeros[300] = {0};
    uint64_t seen[300];
    size_t equal = 0;
    for (size_t n = 0; n < 300; n++) {
        seen[n] = tw_hash_bytes(zeros, n, 0);
        for (size_t i = 0; i < n; i++)
            equal += seen[i] == seen[n];
    }
    is_int(equal, 0, "runs of zero bytes differ by their length");
    ok(tw_hash_bytes(zeros, 20, 1) != tw_hash_bytes(zeros, 20, 2), "seeds matter");
}

static void map_numbers_keys_as_they_come(void) {
    enum { N = 60000 };
    static char texts[N][12];
    size_t wrong = 0;
    tw_hashmap *map = tw_hashmap_new(0);
    for (int round = 0; map && round < 2; round++)
        for (uint32_t i = 0; i < N; i++) {
            bool added;
            int n = snprintf(texts[i], sizeof texts[i], "k%u", i % 50000);
            uint32_t number = tw_hashmap_intern(map, (tw_str){texts[i], (size_t)n}, &added);
            wrong += number != i % 50000 || added != (round == 0 && i < 50000);
        }
    is_int(wrong, 0, "numbers in order of first sight");
    is_int(tw_hashmap_count(map), 50000, "as many as there are different keys");
    is_text(tw_hashmap_key(map, 49999), "k49999", "a key by its number");
    ok(tw_hashmap_key(map, 50000).p == NULL, "no such number");
    is_int(tw_hashmap_find(map, TW_STR("k123")), 123, "find");
    ok(tw_hashmap_find(map, TW_STR("k50000")) == UINT32_MAX, "not there");
    is_int(tw_hashmap_count(map), 50000, "looking adds nothing");
    is_int(tw_hashmap_intern(map, TW_STR(""), NULL), 50000, "the empty text is a key");
    is_int(tw_hashmap_find(map, (tw_str){NULL, 0}), 50000, "however it is written");
    tw_hashmap_free(map);
    tw_hashmap_free(NULL);
}

int main(void) {
    known_answers();
    avalanche();
    similar_texts_spread();
    zeros_and_prefixes_differ();
    map_numbers_keys_as_they_come();
    return tap_done();
}
