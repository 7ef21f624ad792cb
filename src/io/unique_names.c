/* One pass over the columns; a map of the names in use, folded where case does not matter. */
#include "io/unique_names.h"

#include "base/hash.h"

typedef struct naming {
    tw_hashmap *taken;
    int *next; /* of each name taken: the suffix to try next */
    bool nocase;
    tw_arena *arena;
    size_t renamed;
    const char *example, *example_was;
} naming;

static tw_str fold(const naming *n, const char *name) {
    char *copy = n->nocase ? tw_arena_printf(n->arena, "%s", name) : NULL;
    for (char *p = copy; p && *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
    return n->nocase ? tw_str_c(copy) : tw_str_c(name);
}

/* A free name like this one; NULL when memory is out. */
static const char *take(naming *n, const char *name) {
    const char *own = name;
    bool is_free = false;
    uint32_t first = UINT32_MAX;
    while (own) {
        tw_str key = fold(n, own);
        uint32_t number = key.p ? tw_hashmap_intern(n->taken, key, &is_free) : UINT32_MAX;
        if (number == UINT32_MAX || is_free)
            return number == UINT32_MAX ? NULL : own;
        first = first == UINT32_MAX ? number : first;
        own = tw_arena_printf(n->arena, "%s_%d", name, 2 + n->next[first]++);
    }
    return NULL;
}

enum tw_rc tw_unique_names(const tw_table *table, bool nocase, const tw_log *log, tw_arena *arena,
                           const char ***names, tw_error *err) {
    size_t width = tw_table_width(table);
    naming n = {.taken = tw_hashmap_new(width), .nocase = nocase, .arena = arena};
    *names = tw_arena_alloc(arena, width + 1, sizeof **names);
    n.next = tw_arena_alloc(arena, width + 1, sizeof *n.next);
    bool good = n.taken && n.next && *names;
    for (size_t i = 0; good && i < width; i++) {
        const char *name = tw_table_field(table, i)->name;
        const char *own = nocase && !*name ? tw_arena_printf(arena, "c%zu", i + 1) : name;
        (*names)[i] = own ? take(&n, own) : NULL;
        good = (*names)[i] != NULL;
        if (good && strcmp((*names)[i], name) != 0 && n.renamed++ == 0) {
            n.example = (*names)[i];
            n.example_was = name;
        }
    }
    tw_hashmap_free(n.taken);
    if (!good)
        return tw_fail_memory(err);
    if (n.renamed)
        tw_say(log, TW_NOTE, "%zu column%s renamed because names must differ there: '%s' is now '%s'",
               n.renamed, n.renamed == 1 ? " was" : "s were", n.example_was, n.example);
    return TW_OK;
}
