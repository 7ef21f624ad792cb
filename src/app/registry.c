/* The registry of command rows: an array of borrowed pointers sorted by name. Some hundred rows,
 * looked up once for each line: a binary search for names, a walk for aliases and suggestions. */
#include "app/registry.h"

enum { SURFACES = TW_COMMAND_CLI | TW_COMMAND_SCREEN };

void tw_registry_fini(tw_registry *registry) {
    free(registry->rows);
    *registry = (tw_registry){0};
}

static size_t lower_bound(const tw_registry *registry, tw_str name) {
    size_t low = 0, high = registry->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (tw_str_cmp(tw_str_c(registry->rows[middle]->name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A row for the same name on the same surface. */
static bool replaces(const tw_command *row, const tw_command *old) {
    return strcmp(row->name, old->name) == 0 && (row->flags & old->flags & SURFACES);
}

static enum tw_rc add_one(tw_registry *registry, const tw_command *row, tw_error *err) {
    size_t at = lower_bound(registry, tw_str_c(row->name));
    for (size_t i = at; i < registry->n && strcmp(registry->rows[i]->name, row->name) == 0; i++)
        if (replaces(row, registry->rows[i])) {
            registry->rows[i] = row;
            return TW_OK;
        }
    if (registry->n == registry->capacity) {
        size_t room = registry->capacity ? registry->capacity * 2 : 64;
        const tw_command **rows = tw_realloc(registry->rows, room, sizeof *rows);
        if (!rows)
            return tw_fail_memory(err);
        registry->rows = rows;
        registry->capacity = room;
    }
    memmove(&registry->rows[at + 1], &registry->rows[at],
            (registry->n - at) * sizeof *registry->rows);
    registry->rows[at] = row;
    registry->n++;
    return TW_OK;
}

enum tw_rc tw_registry_add(tw_registry *registry, const tw_command *rows, size_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        rc = add_one(registry, &rows[i], err);
    return rc;
}

static bool has_surface(const tw_command *row, unsigned surface) {
    return !surface || (row->flags & surface);
}

static const tw_command *by_name(const tw_registry *registry, tw_str name, unsigned surface) {
    for (size_t i = lower_bound(registry, name);
         i < registry->n && tw_str_eq_c(name, registry->rows[i]->name); i++)
        if (has_surface(registry->rows[i], surface))
            return registry->rows[i];
    return NULL;
}

static const tw_command *by_alias(const tw_registry *registry, tw_str name, unsigned surface) {
    for (size_t i = 0; i < registry->n; i++) {
        const tw_command *row = registry->rows[i];
        if (row->alias && tw_str_eq_c(name, row->alias) && has_surface(row, surface))
            return row;
    }
    return NULL;
}

const tw_command *tw_registry_find(const tw_registry *registry, tw_str name, unsigned surface) {
    if (!surface) {
        const tw_command *screen = tw_registry_find(registry, name, TW_COMMAND_SCREEN);
        if (screen)
            return screen;
    }
    const tw_command *row = by_name(registry, name, surface);
    return row ? row : by_alias(registry, name, surface);
}

typedef struct candidates {
    const tw_registry *registry;
    unsigned surface;
} candidates;

static const char *candidate_at(const void *ctx, size_t i) {
    const candidates *c = ctx;
    for (size_t k = 0; k < c->registry->n; k++)
        if (has_surface(c->registry->rows[k], c->surface) &&
            !(c->registry->rows[k]->flags & TW_COMMAND_HIDDEN) && i-- == 0)
            return c->registry->rows[k]->name;
    return NULL;
}

enum tw_rc tw_registry_require(const tw_registry *registry, tw_str name, unsigned surface,
                               const tw_command **out, tw_error *err) {
    *out = tw_registry_find(registry, name, surface);
    if (*out)
        return TW_OK;
    const char *what = surface == TW_COMMAND_CLI ? "subcommand" : "command";
    const char *near = tw_nearest(name, candidate_at, &(candidates){registry, surface});
    if (near)
        return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: there is no such %s; did you mean '%s'?",
                       TW_ARG(name), what, near);
    const char *help = surface == TW_COMMAND_CLI ? "trowel help" : ":help";
    return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: there is no such %s; see '%s'", TW_ARG(name), what,
                   help);
}
