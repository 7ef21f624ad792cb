/* Names that stand once are all taken before the first other one is given a number, so that no column
 * loses its name to the copy of another. */
#include "io/unique_names.h"

#include "data/name_set.h"

typedef struct naming {
    bool nocase;
    tw_arena *arena;
    size_t renamed;
    const char *example, *example_was;
} naming;

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
    naming n = {.nocase = nocase, .arena = arena};
    tw_name_set *set = tw_name_set_new(width, nocase, arena);
    *names = tw_arena_alloc(arena, width + 1, sizeof **names);
    bool good = set && *names;
    for (size_t i = 0; good && i < width; i++) {
        const char *name = name_of(&n, table, i);
        good = name && tw_name_set_reserve(set, name);
        (*names)[i] = name;
    }
    for (size_t i = 0; good && i < width; i++) {
        (*names)[i] = tw_name_set_take(set, (*names)[i]);
        good = (*names)[i] != NULL;
        if (good)
            note_change(&n, tw_table_field(table, i)->name, (*names)[i]);
    }
    tw_name_set_free(set);
    if (!good)
        return tw_fail_memory(err);
    if (n.renamed)
        tw_say(log, TW_NOTE, "%zu column%s renamed because names must differ there: '%s' is now '%s'",
               n.renamed, n.renamed == 1 ? " was" : "s were", n.example_was, n.example);
    return TW_OK;
}
