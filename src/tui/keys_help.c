/* What `?` shows: every command line that a key of this pane runs, with all of its keys. Lines with the same name stand
 * together, so the list reads by what one wants to do rather than by key. */
#include "tui/workbench_impl.h"

#include "app/keymap.h"
#include "app/words.h"

static bool is_here(const tw_binding *b, const char *context) {
    return strcmp(b->context, context) == 0 || strcmp(b->context, "any") == 0;
}

/* The keys that run the line of binding i, blank between them; false when an earlier binding has the line already. */
static bool keys_of(const tw_keymap *map, const char *context, size_t i, tw_buf *out) {
    for (size_t k = 0; k < map->n; k++) {
        const tw_binding *b = &map->bindings[k];
        if (!is_here(b, context) || strcmp(b->line, map->bindings[i].line) != 0)
            continue;
        if (k < i)
            return false;
        tw_buf_printf(out, "%s%s", out->n ? " " : "", b->keys);
    }
    return true;
}

static tw_doc *row_of(const tw_session *session, tw_str keys, const char *line) {
    tw_str name, rest;
    tw_line_split(tw_str_c(line), &name, &rest);
    const tw_command *command = tw_session_command(session, name);
    tw_doc *row = tw_doc_list();
    tw_doc_add(row, tw_doc_text(keys));
    tw_doc_add(row, tw_doc_c(line));
    tw_doc_add(row, tw_doc_c(command ? command->summary : ""));
    return row;
}

static int by_line(const void *a, const void *b) {
    const tw_binding *const *x = a, *const *y = b;
    return strcmp((*x)->line, (*y)->line);
}

/* Bindings of the context in the order of their lines. */
static const tw_binding **sorted(const tw_keymap *map, const char *context, size_t *n) {
    const tw_binding **list = tw_calloc(map->n + 1, sizeof *list);
    *n = 0;
    for (size_t i = 0; list && i < map->n; i++)
        if (is_here(&map->bindings[i], context))
            list[(*n)++] = &map->bindings[i];
    if (list)
        qsort(list, *n, sizeof *list, by_line);
    return list;
}

static tw_doc *keys_table(const tw_session *session, const char *context) {
    static const char *const columns[] = {"keys", "command", "what it does"};
    const tw_keymap *map = tw_session_keymap(session);
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    size_t n;
    const tw_binding **list = sorted(map, context, &n);
    tw_buf keys;
    tw_buf_init(&keys, 1 << 16);
    for (size_t i = 0; list && i < n; i++) {
        tw_buf_clear(&keys);
        if (keys_of(map, context, (size_t)(list[i] - map->bindings), &keys))
            tw_doc_add(table, row_of(session, tw_buf_view(&keys), list[i]->line));
    }
    tw_buf_fini(&keys);
    free(list);
    return table;
}

void tw_workbench_keys_help(tw_workbench *wb) {
    const char *context = tw_workbench_focus(wb)->ops->context;
    char title[64];
    snprintf(title, sizeof title, "keys (%s)", context);
    tw_workbench_show(wb, tw_document_pane_new("keys", title, keys_table(wb->session, context)));
    wb->zoomed = true; /* it is read and left again */
}
