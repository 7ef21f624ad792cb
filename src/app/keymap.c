/* Key maps are command lines by key, in text, so that a preset, a user's file and the default are
 * the same thing. Some hundred bindings: a sorted array with a walk is quick enough for a key
 * press. */
#include "app/keymap.h"

void tw_keymap_init(tw_keymap *map) {
    *map = (tw_keymap){0};
    tw_arena_init(&map->texts);
}

void tw_keymap_fini(tw_keymap *map) {
    free(map->bindings);
    tw_arena_fini(&map->texts);
    *map = (tw_keymap){0};
}

static int compare(const tw_binding *a, const char *context, const char *keys) {
    int order = strcmp(a->context, context);
    return order ? order : strcmp(a->keys, keys);
}

static size_t lower_bound(const tw_keymap *map, const char *context, const char *keys) {
    size_t low = 0, high = map->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&map->bindings[middle], context, keys) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void take_out(tw_keymap *map, size_t at) {
    map->n--;
    memmove(&map->bindings[at], &map->bindings[at + 1], (map->n - at) * sizeof *map->bindings);
}

static bool insert(tw_keymap *map, size_t at, tw_binding binding) {
    if (map->n == map->capacity) {
        size_t room = map->capacity ? map->capacity * 2 : 256;
        tw_binding *grown = tw_realloc(map->bindings, room, sizeof *grown);
        if (!grown)
            return false;
        map->bindings = grown;
        map->capacity = room;
    }
    memmove(&map->bindings[at + 1], &map->bindings[at], (map->n - at) * sizeof *map->bindings);
    map->bindings[at] = binding;
    map->n++;
    return true;
}

static enum tw_rc bind(tw_keymap *map, tw_str context, tw_str keys, tw_str line,
                       const char *section, tw_error *err) {
    tw_binding made = {tw_arena_str(&map->texts, context).p, tw_arena_str(&map->texts, keys).p,
                       tw_arena_str(&map->texts, line).p, section, map->read++};
    if (!made.context || !made.keys || !made.line)
        return tw_fail_memory(err);
    size_t at = lower_bound(map, made.context, made.keys);
    bool there = at < map->n && compare(&map->bindings[at], made.context, made.keys) == 0;
    if (!line.n) {
        if (there)
            take_out(map, at);
        return TW_OK;
    }
    if (there) {
        map->bindings[at] = made;
        return TW_OK;
    }
    return insert(map, at, made) ? TW_OK : tw_fail_memory(err);
}

static tw_str cut_word(tw_str *line) {
    *line = tw_str_trim(*line);
    size_t n = 0;
    while (n < line->n && line->p[n] != ' ' && line->p[n] != '\t')
        n++;
    tw_str word = tw_str_sub(*line, 0, n);
    *line = tw_str_trim(tw_str_sub(*line, n, line->n));
    return word;
}

/* "# Search, filter and sort" */
static bool is_heading(tw_str line) {
    if (line.n < 3 || line.p[2] < 'A' || line.p[2] > 'Z')
        return false;
    for (size_t i = 1; i < line.n; i++) {
        char lower = (char)(line.p[i] | 32);
        if ((lower < 'a' || lower > 'z') && line.p[i] != ' ' && line.p[i] != ',')
            return false;
    }
    return true;
}

enum tw_rc tw_keymap_load(tw_keymap *map, tw_str text, const char *name, tw_error *err) {
    enum tw_rc rc = TW_OK;
    tw_str rest = text, line;
    const char *section = NULL;
    for (int number = 1; rc == TW_OK && tw_str_split(&rest, '\n', &line); number++) {
        line = tw_str_trim(line);
        if (is_heading(line))
            section = tw_arena_str(&map->texts, tw_str_sub(line, 2, line.n)).p;
        if (!line.n || line.p[0] == '#')
            continue;
        tw_str context = cut_word(&line), keys = cut_word(&line), arrow = cut_word(&line);
        if (!keys.n || !tw_str_eq(arrow, TW_STR("->")))
            return tw_fail(err, TW_EPARSE,
                           "%s, line %d: no binding; write 'context key -> command line'", name,
                           number);
        rc = bind(map, context, keys, line, section, err);
    }
    return rc;
}

static const char *find_in(const tw_keymap *map, const char *context, const char *keys,
                           bool *prefix) {
    size_t at = lower_bound(map, context, keys), n = strlen(keys);
    const char *line = NULL;
    for (; at < map->n && strcmp(map->bindings[at].context, context) == 0; at++) {
        if (strncmp(map->bindings[at].keys, keys, n) != 0)
            break;
        if (!map->bindings[at].keys[n])
            line = map->bindings[at].line;
        else
            *prefix = true;
    }
    return line;
}

const char *tw_keymap_find(const tw_keymap *map, const char *context, const char *keys,
                           bool *prefix) {
    bool longer = false;
    const char *line = find_in(map, context, keys, &longer);
    const char *any = find_in(map, "any", keys, &longer);
    if (prefix)
        *prefix = longer;
    return line ? line : any;
}

/* Fewer keys, and without Shift among equals. */
static bool is_simpler(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    bool a_lower = a[0] >= 'a' && a[0] <= 'z', b_lower = b[0] >= 'a' && b[0] <= 'z';
    return n != m ? n < m : a_lower && !b_lower;
}

const char *tw_keymap_keys_of(const tw_keymap *map, const char *context, const char *line) {
    const char *found = NULL;
    for (size_t i = 0; i < map->n; i++) {
        const tw_binding *b = &map->bindings[i];
        bool here = strcmp(b->context, context) == 0, any = strcmp(b->context, "any") == 0;
        if (!(here || any) || strcmp(b->line, line) != 0)
            continue;
        if (!found || is_simpler(b->keys, found))
            found = b->keys;
    }
    return found;
}

bool tw_keymap_dump(const tw_keymap *map, tw_buf *out) {
    for (size_t i = 0; i < map->n; i++)
        tw_buf_printf(out, "%-10s %-12s -> %s\n", map->bindings[i].context, map->bindings[i].keys,
                      map->bindings[i].line);
    return !out->failed;
}

tw_doc *tw_keymap_doc(const tw_keymap *map) {
    static const char *const columns[] = {"context", "keys", "command"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < map->n; i++) {
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_c(map->bindings[i].context));
            tw_doc_add(row, tw_doc_c(map->bindings[i].keys));
            tw_doc_add(row, tw_doc_c(map->bindings[i].line));
        }
        tw_doc_add(table, row);
    }
    return table;
}

tw_str tw_keymap_builtin(tw_str name) {
    for (size_t i = 0; i < tw_keymaps_builtin_count; i++)
        if (tw_str_eq_c(name, tw_keymaps_builtin[i].name))
            return tw_str_c(tw_keymaps_builtin[i].text);
    return (tw_str){0};
}
