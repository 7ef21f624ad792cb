/* Names that stand once are all taken before the first other one is given a number, so that no column
 * loses its name to the copy of another. */
#include "io/unique_names.h"

#include "base/hash.h"

typedef struct naming {
    tw_hashmap *taken;
    int *uses; /* of each name: columns that had it so far, and suffixes tried */
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

/* The name for its first column, then a free one like it; NULL when memory is out. */
static const char *take(naming *n, const char *name) {
    tw_str key = fold(n, name);
    uint32_t number = key.p ? tw_hashmap_find(n->taken, key) : UINT32_MAX;
    if (number == UINT32_MAX)
        return NULL;
    bool is_free = n->uses[number]++ == 0;
    const char *own = name;
    while (own && !is_free) {
        own = tw_arena_printf(n->arena, "%s_%d", name, n->uses[number]);
        key = fold(n, own ? own : "");
        if (!own || !key.p || tw_hashmap_intern(n->taken, key, &is_free) == UINT32_MAX)
            return NULL;
        n->uses[number] += !is_free;
    }
    return own;
}

/* An empty name has no place in a database. */
static const char *name_of(const naming *n, const tw_table *table, size_t i) {
    const char *name = tw_table_field(table, i)->name;
    return n->nocase && !*name ? tw_arena_printf(n->arena, "c%zu", i + 1) : name;
}

static void note_change(naming *n, const char *was, const char *now) {
    if (strcmp(was, now) == 0 || n->renamed++)
        return;
    n->example = now;
    n->example_was = was;
}

enum tw_rc tw_unique_names(const tw_table *table, bool nocase, const tw_log *log, tw_arena *arena,
                           const char ***names, tw_error *err) {
    size_t width = tw_table_width(table);
    naming n = {.taken = tw_hashmap_new(width), .nocase = nocase, .arena = arena};
    *names = tw_arena_alloc(arena, width + 1, sizeof **names);
    n.uses = tw_arena_alloc(arena, width + 1, sizeof *n.uses);
    bool good = n.taken && n.uses && *names;
    for (size_t i = 0; good && i < width; i++) {
        const char *name = name_of(&n, table, i);
        tw_str key = name ? fold(&n, name) : (tw_str){0};
        good = key.p && tw_hashmap_intern(n.taken, key, NULL) != UINT32_MAX;
        (*names)[i] = name;
    }
    for (size_t i = 0; good && i < width; i++) {
        (*names)[i] = take(&n, (*names)[i]);
        good = (*names)[i] != NULL;
        if (good)
            note_change(&n, tw_table_field(table, i)->name, (*names)[i]);
    }
    tw_hashmap_free(n.taken);
    if (!good)
        return tw_fail_memory(err);
    if (n.renamed)
        tw_say(log, TW_NOTE, "%zu column%s renamed because names must differ there: '%s' is now '%s'",
               n.renamed, n.renamed == 1 ? " was" : "s were", n.example_was, n.example);
    return TW_OK;
}
