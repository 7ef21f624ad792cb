/* What `?` shows: every command line that a key of this pane runs, with all of its keys, under the headings and in the order
 * of the key map's files, so that the list reads by what one wants to do. Elsewhere than in the grid the pane's own keys
 * come first: they are few and what one asks for. */
#include "tui/workbench_impl.h"

#include "app/keymap.h"
#include "app/words.h"

static bool is_here(const tw_binding *b, const char *context) {
    return strcmp(b->context, context) == 0 || strcmp(b->context, "any") == 0;
}

/* --- what a line does --- */

/* "prompt search", "prompt command rename {col}": the command that the prompt is for; NULL for a bare one. */
static const tw_command *asked_for(const tw_session *session, tw_str words) {
    tw_str kind, text, name, rest;
    tw_line_split(words, &kind, &text);
    tw_line_split(text, &name, &rest);
    return tw_session_command(session, tw_str_eq_c(kind, "command") ? name : kind);
}

static const tw_param *flag_called(const tw_command *command, tw_str word) {
    for (size_t i = 0; tw_str_starts(word, TW_STR("--")) && i < command->n_params; i++)
        if (command->params[i].kind == TW_PARAM_BOOL && tw_str_eq_c(tw_str_sub(word, 2, word.n), command->params[i].name))
            return &command->params[i];
    return NULL;
}

static bool is_choice(const tw_command *command, size_t position) {
    for (size_t i = 0; i < command->n_params; i++)
        if (command->params[i].flags & TW_PARAM_POSITIONAL && position-- == 0)
            return command->params[i].kind == TW_PARAM_CHOICE;
    return false;
}

/* "Move the cursor: page-down", "Read a column as another type: date", "Select the row … (leave the cursor where it is)" */
static void put_words(const tw_command *command, tw_str words, tw_buf *out) {
    tw_str word;
    size_t position = 0;
    while (tw_str_split(&words, ' ', &word)) {
        const tw_param *flag = flag_called(command, word);
        if (flag)
            tw_buf_printf(out, " (%s)", flag->help ? flag->help : flag->name);
        else if (word.n && is_choice(command, position++))
            tw_buf_printf(out, ": %.*s", TW_ARG(word));
    }
}

void tw_workbench_line_says(const tw_session *session, const char *line, tw_buf *out) {
    tw_str name, rest;
    tw_line_split(tw_str_c(line), &name, &rest);
    const tw_command *command = tw_session_command(session, name);
    const tw_command *asked = tw_str_eq_c(name, "prompt") ? asked_for(session, rest) : NULL;
    if (asked)
        tw_buf_printf(out, "%s…", asked->summary);
    else if (command) {
        tw_buf_c(out, command->summary);
        put_words(command, rest, out);
    }
}

/* --- the list --- */

/* The keys that run the line of binding i, blank between them; false when an earlier binding has the line already. */
static bool keys_of(const tw_binding *const *list, size_t n, size_t i, tw_buf *out) {
    for (size_t k = 0; k < n; k++) {
        if (strcmp(list[k]->line, list[i]->line) != 0)
            continue;
        if (k < i)
            return false;
        tw_buf_printf(out, "%s%s", out->n ? " " : "", list[k]->keys);
    }
    return true;
}

static void add_row(tw_doc *table, tw_str keys, tw_str says, const char *line) {
    tw_doc *row = tw_doc_list();
    tw_doc_add(row, tw_doc_text(keys));
    tw_doc_add(row, tw_doc_text(says));
    tw_doc_add(row, tw_doc_c(line));
    tw_doc_add(table, row);
}

static int by_order(const void *a, const void *b) {
    const tw_binding *const *x = a, *const *y = b;
    return (*x)->order - (*y)->order;
}

/* Bindings of the context; those of `any` behind the others, but in the grid. */
static const tw_binding **sorted(const tw_keymap *map, const char *context, size_t *n) {
    const tw_binding **list = tw_calloc(map->n + 1, sizeof *list);
    bool grid = strcmp(context, "grid") == 0;
    size_t own = 0;
    *n = 0;
    for (int turn = 0; list && turn < 2; turn++) {
        for (size_t i = 0; i < map->n; i++) {
            const tw_binding *b = &map->bindings[i];
            bool first = grid || strcmp(b->context, "any") != 0;
            if (is_here(b, context) && first == (turn == 0))
                list[(*n)++] = b;
        }
        qsort(list + own, *n - own, sizeof *list, by_order);
        own = *n;
    }
    return list;
}

/* A heading stands in a line of its own where the section changes. */
static void add_heading(tw_doc *table, const tw_binding *b, const char **section) {
    const char *here = b->section ? b->section : "Also";
    if (*section && strcmp(*section, here) == 0)
        return;
    if (*section)
        add_row(table, TW_STR(""), TW_STR(""), "");
    add_row(table, TW_STR(""), tw_str_c(here), "");
    *section = here;
}

static tw_doc *keys_table(const tw_session *session, const char *context) {
    static const char *const columns[] = {"keys", "what it does", "command"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    const char *section = NULL;
    size_t n;
    const tw_binding **list = sorted(tw_session_keymap(session), context, &n);
    tw_buf keys, says;
    tw_buf_init(&keys, 1 << 16);
    tw_buf_init(&says, 1 << 16);
    for (size_t i = 0; list && i < n; i++) {
        tw_buf_clear(&keys);
        tw_buf_clear(&says);
        if (!keys_of(list, n, i, &keys))
            continue;
        add_heading(table, list[i], &section);
        tw_workbench_line_says(session, list[i]->line, &says);
        add_row(table, tw_buf_view(&keys), tw_buf_view(&says), list[i]->line);
    }
    tw_buf_fini(&keys);
    tw_buf_fini(&says);
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
