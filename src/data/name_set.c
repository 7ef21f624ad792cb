/* A map from name to number, and for each number how many have asked for it: the suffix to try
 * next, so that thousands of equal names do not try each other's. */
#include "data/name_set.h"

#include "base/hash.h"

struct tw_name_set {
    tw_hashmap *taken;
    int *uses; /* of each name: who had it so far, and suffixes tried */
    size_t n, room;
    bool nocase;
    tw_arena *arena;
};

tw_name_set *tw_name_set_new(size_t expected, bool nocase, tw_arena *arena) {
    tw_name_set *set = tw_arena_alloc(arena, 1, sizeof *set);
    if (!set)
        return NULL;
    *set = (tw_name_set){.taken = tw_hashmap_new(expected), .nocase = nocase, .arena = arena};
    return set->taken ? set : NULL;
}

void tw_name_set_free(tw_name_set *set) {
    if (set)
        tw_hashmap_free(set->taken);
}

/* The name as it is compared; p = NULL when memory is out. */
static tw_str fold(const tw_name_set *set, const char *name) {
    char *copy = set->nocase ? tw_arena_printf(set->arena, "%s", name) : NULL;
    for (char *p = copy; p && *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
    if (set->nocase)
        return copy ? tw_str_c(copy) : (tw_str){NULL, 0};
    return tw_str_c(name);
}

/* Its number, new or old; UINT32_MAX when memory is out. */
static uint32_t intern(tw_name_set *set, const char *name, bool *added) {
    tw_str key = fold(set, name);
    int *uses = tw_arena_grow(set->arena, set->uses, set->n, &set->room, sizeof *uses);
    if (!key.p || !uses)
        return UINT32_MAX;
    set->uses = uses;
    uint32_t number = tw_hashmap_intern(set->taken, key, added);
    if (number == set->n)
        set->uses[set->n++] = 0;
    return number;
}

bool tw_name_set_reserve(tw_name_set *set, const char *name) {
    return intern(set, name, NULL) != UINT32_MAX;
}

bool tw_name_set_has(const tw_name_set *set, const char *name) {
    tw_str key = fold(set, name);
    return key.p && tw_hashmap_find(set->taken, key) != UINT32_MAX;
}

const char *tw_name_set_take(tw_name_set *set, const char *name) {
    uint32_t number = intern(set, name, NULL);
    if (number == UINT32_MAX)
        return NULL;
    const char *own = name;
    bool is_free = set->uses[number]++ == 0;
    while (!is_free) {
        own = tw_arena_printf(set->arena, "%s_%d", name, set->uses[number]);
        uint32_t mine = own ? intern(set, own, &is_free) : UINT32_MAX;
        if (mine == UINT32_MAX)
            return NULL;
        set->uses[mine] += is_free;
        set->uses[number] += !is_free;
    }
    return own;
}
