/* At most half full, so that a look-up for a word that is not there ends soon: in a join most may
 * be such. */
#include "stat/word_map.h"

static bool make_slots(tw_word_map *map, size_t slots) {
    map->words = tw_calloc(slots, sizeof *map->words);
    map->numbers = tw_calloc(slots, sizeof *map->numbers);
    map->mask = slots - 1;
    return map->words && map->numbers;
}

bool tw_word_map_init(tw_word_map *map, size_t expected) {
    size_t slots = 64;
    *map = (tw_word_map){0};
    while (slots / 2 < expected && slots < SIZE_MAX / 4)
        slots *= 2;
    if (make_slots(map, slots))
        return true;
    tw_word_map_fini(map);
    return false;
}

void tw_word_map_fini(tw_word_map *map) {
    free(map->words);
    free(map->numbers);
    *map = (tw_word_map){0};
}

static void put(tw_word_map *map, uint64_t word, uint32_t number) {
    size_t i = tw_mix64(word) & map->mask;
    while (map->numbers[i])
        i = (i + 1) & map->mask;
    map->words[i] = word;
    map->numbers[i] = number;
}

static bool grow(tw_word_map *map) {
    tw_word_map larger = {.n = map->n};
    if (!make_slots(&larger, (map->mask + 1) * 2)) {
        tw_word_map_fini(&larger);
        return false;
    }
    for (size_t i = 0; i <= map->mask; i++)
        if (map->numbers[i])
            put(&larger, map->words[i], map->numbers[i]);
    tw_word_map_fini(map);
    *map = larger;
    return true;
}

uint32_t tw_word_map_intern(tw_word_map *map, uint64_t word) {
    uint32_t known = tw_word_map_find(map, word);
    if (known != UINT32_MAX)
        return known;
    if (map->n == UINT32_MAX - 2 || (map->n >= map->mask / 2 && !grow(map)))
        return UINT32_MAX;
    put(map, word, ++map->n);
    return map->n - 1;
}
