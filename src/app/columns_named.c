/* The kind of a parameter says how its value names columns. Expressions, sort keys and chart
 * specifications each have a grammar; none is parsed here, for a name that stands nowhere in the
 * text cannot be meant by it, and one that stands there by chance costs a little time only. */
#include "app/columns_named.h"

typedef struct naming {
    const tw_table *table;
    tw_arena *arena;
    bool *named; /* by column */
    bool known;
} naming;

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80);
}

/* The name stands in the text, not as a part of a longer word. In quotes a quote of its own would
 * be doubled, and of no name nothing can be seen: such names always count. */
static bool mentions(tw_str text, tw_str name) {
    if (!name.n)
        return true;
    for (size_t i = 0; i < name.n; i++)
        if (strchr("`'\"\\", name.p[i]))
            return true;
    for (size_t i = 0; i + name.n <= text.n; i++) {
        bool inside = i && is_word(text.p[i - 1]) && is_word(name.p[0]);
        size_t end = i + name.n;
        inside |= end < text.n && is_word(text.p[end]) && is_word(name.p[name.n - 1]);
        if (!inside && memcmp(text.p + i, name.p, name.n) == 0)
            return true;
    }
    return false;
}

static void name_mentioned(naming *to, tw_str text) {
    for (size_t c = 0; c < tw_table_width(to->table); c++)
        to->named[c] |= mentions(text, tw_str_c(tw_table_field(to->table, c)->name));
}

/* What selects nothing here is an error that the command itself will tell. */
static void name_selected(naming *to, tw_str text) {
    int *columns;
    size_t n = 0;
    if (tw_str_find_char(text, ':', 0) != SIZE_MAX || tw_str_find_char(text, '@', 0) != SIZE_MAX)
        to->known = false;
    else if (tw_select_columns_text(to->table, text, to->arena, &columns, &n, NULL) != TW_OK)
        name_mentioned(to, text);
    for (size_t i = 0; i < n; i++)
        to->named[columns[i]] = true;
}

typedef void (*name_fn)(naming *to, tw_str text);
/* By kind; NULL: the value names no columns. */
static const name_fn namers[] = {
    [TW_PARAM_BOOL] = NULL,
    [TW_PARAM_INT] = NULL,
    [TW_PARAM_NUMBER] = NULL,
    [TW_PARAM_TEXT] = name_mentioned,
    [TW_PARAM_CHOICE] = NULL,
    [TW_PARAM_COLUMN] = name_selected,
    [TW_PARAM_COLUMNS] = name_selected,
    [TW_PARAM_EXPR] = name_mentioned,
    [TW_PARAM_PATH] = NULL,
    [TW_PARAM_TEXTS] = name_mentioned,
    [TW_PARAM_DOC] = NULL,
};

static bool is_list(const tw_param *param) {
    return param->flags & TW_PARAM_REST || param->kind == TW_PARAM_COLUMNS ||
           param->kind == TW_PARAM_TEXTS;
}

static void name_by(naming *to, const tw_param *param, const void *args) {
    const char *field = (const char *)args + param->offset;
    name_fn namer = namers[param->kind];
    tw_str_list list = {(tw_str[1]){{NULL, 0}}, 1};
    if (!namer)
        return;
    if (is_list(param))
        memcpy(&list, field, sizeof list);
    else
        memcpy(list.at, field, sizeof *list.at);
    if (param->kind == TW_PARAM_COLUMNS && !(param->flags & TW_PARAM_REQUIRED) && !list.n)
        to->known = false; /* left out, it means all of them, or those that suit */
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].n)
            namer(to, list.at[i]);
}

enum tw_rc tw_columns_named(const tw_command *command, const void *args, const tw_table *table,
                            tw_arena *arena, int **columns, size_t *n, bool *known, tw_error *err) {
    size_t width = tw_table_width(table);
    naming to = {.table = table, .arena = arena, .known = true};
    to.named = tw_arena_alloc(arena, width + 1, sizeof *to.named);
    *columns = tw_arena_alloc(arena, width + 1, sizeof **columns);
    *n = 0;
    if (!to.named || !*columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < command->n_params; i++)
        name_by(&to, &command->params[i], args);
    for (size_t c = 0; c < width; c++)
        if (to.named[c])
            (*columns)[(*n)++] = (int)c;
    *known = to.known;
    return TW_OK;
}
