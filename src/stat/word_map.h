/* A map from 64-bit words to small numbers, in the order of insertion: open addressing, linear
 * probing. Any number of threads may look up while none inserts. */
#ifndef TW_STAT_WORD_MAP_H
#define TW_STAT_WORD_MAP_H

#include "base/hash.h"

typedef struct tw_word_map {
    uint64_t *words;
    uint32_t *numbers; /* plus one; 0 = free */
    size_t mask;       /* slots - 1 */
    uint32_t n;
} tw_word_map;

TW_NODISCARD bool tw_word_map_init(tw_word_map *map, size_t expected);
void tw_word_map_fini(tw_word_map *map);
/* Number of a word, the next one where it is new; UINT32_MAX: memory is out. */
uint32_t tw_word_map_intern(tw_word_map *map, uint64_t word);

/* Number of a word, or UINT32_MAX. */
static inline uint32_t tw_word_map_find(const tw_word_map *map, uint64_t word) {
    size_t i = tw_mix64(word) & map->mask;
    while (map->numbers[i] && map->words[i] != word)
        i = (i + 1) & map->mask;
    return map->numbers[i] - 1;
}

#endif
