/* Who gets a key: a question if one is open, else the palette, else the prompt, else it extends the pending key sequence,
 * which the session's key map turns into a command line. Pasted text goes to a prompt or nowhere: it is never run as keys. */
#include "tui/workbench_impl.h"

#include "app/complete.h"
#include "app/keymap.h"
#include "app/words.h"
#include "base/number.h"
#include "tui/keys.h"

/* --- prompt --- */

enum tw_rc tw_workbench_ask(tw_workbench *wb, tw_str kind_name, tw_str prefill, tw_error *err) {
    const tw_prompt_kind *kind = NULL;
    enum tw_rc rc = tw_prompt_kind_find(kind_name, &kind, err);
    if (!rc)
        rc = tw_prompt_open(kind, prefill, !wb->headless, &wb->prompt, err);
    if (!rc)
        wb->mode = TW_MODE_PROMPT;
    wb->completing = false;
    return rc;
}

static void end_prompt(tw_workbench *wb, enum tw_prompt_state state) {
    tw_buf line;
    tw_buf_init(&line, (size_t)1 << 20);
    bool run = state == TW_PROMPT_ACCEPTED && tw_prompt_line(wb->prompt, &line);
    tw_prompt_close(wb->prompt);
    wb->prompt = NULL;
    wb->mode = TW_MODE_KEYS;
    wb->completing = false;
    if (run && tw_str_trim(tw_buf_view(&line)).n)
        tw_workbench_run_and_say(wb, tw_buf_view(&line));
    tw_buf_fini(&line);
}

/* The command line as it would be run, and the cursor in it. */
static void whole_line(tw_workbench *wb, tw_buf *line, size_t *cursor, size_t *before) {
    tw_str text = tw_prompt_text(wb->prompt, cursor);
    tw_buf_c(line, tw_prompt_kind_of(wb->prompt)->before);
    *before = line->n;
    *cursor += line->n;
    tw_buf_str(line, text);
}

static void list_completions(tw_workbench *wb) {
    tw_arena arena;
    tw_buf line;
    size_t cursor, before, n = 0;
    tw_completion *found = NULL;
    tw_arena_init(&arena);
    tw_buf_init(&line, (size_t)1 << 20);
    whole_line(wb, &line, &cursor, &before);
    tw_popup_fini(&wb->popup);
    tw_popup_init(&wb->popup, "");
    if (tw_complete(wb->session, tw_buf_view(&line), cursor, &arena, &wb->complete_from, &found, &n, NULL) == TW_OK) {
        wb->complete_from = wb->complete_from > before ? wb->complete_from - before : 0;
        for (size_t i = 0; i < n; i++)
            (void)tw_popup_add(&wb->popup, found[i].word, found[i].hint);
    }
    tw_buf_fini(&line);
    tw_arena_fini(&arena);
}

static void take_completion(tw_workbench *wb) {
    const tw_popup_item *item = tw_popup_current(&wb->popup);
    if (item)
        tw_prompt_replace(wb->prompt, wb->complete_from, item->text);
}

static void prompt_key(tw_workbench *wb, const char *key) {
    bool forward = strcmp(key, "<Tab>") == 0, back = strcmp(key, "<S-Tab>") == 0;
    if (forward || back) {
        if (!wb->completing)
            list_completions(wb);
        else
            tw_popup_move(&wb->popup, forward ? 1 : -1);
        wb->completing = wb->popup.n_shown > 0;
        take_completion(wb);
        if (wb->popup.n_shown == 1)
            wb->completing = false;
        return;
    }
    wb->completing = false;
    enum tw_prompt_state state = tw_prompt_key(wb->prompt, key);
    if (state != TW_PROMPT_OPEN)
        end_prompt(wb, state);
}

/* --- palette --- */

/* The columns in view; which of two of a name is meant, their places tell. */
static void list_columns(tw_workbench *wb) {
    const tw_dataset *d = tw_session_dataset(wb->session);
    const tw_view *v = d ? tw_dataset_view(d) : NULL;
    for (size_t k = 0; v && k < tw_view_columns(v); k++) {
        const tw_field *field = tw_dataset_field(d, tw_view_column(v, k));
        char hint[64];
        snprintf(hint, sizeof hint, "%-8s %zu", tw_type_name(field->type), k + 1);
        (void)tw_popup_add(&wb->popup, tw_str_c(field->name), tw_str_c(hint));
    }
}

static void list_commands(tw_workbench *wb) {
    const char *context = tw_workbench_focus(wb)->ops->context;
    for (size_t i = 0; i < tw_session_command_count(wb->session); i++) {
        const tw_command *c = tw_session_command_at(wb->session, i);
        if (!(c->flags & TW_COMMAND_SCREEN) || c->flags & TW_COMMAND_HIDDEN)
            continue;
        const char *keys = tw_session_keys_of(wb->session, context, c->name), *why = "";
        bool can = tw_command_available(wb->session, c, &why);
        char hint[256];
        snprintf(hint, sizeof hint, "%-8s %s%s%s%s", keys ? keys : "", c->summary, can ? "" : " (", can ? "" : why, can ? "" : ")");
        (void)tw_popup_add(&wb->popup, tw_str_c(c->name), tw_str_c(hint));
    }
}

void tw_workbench_palette(tw_workbench *wb, bool columns) {
    tw_popup_fini(&wb->popup);
    tw_popup_init(&wb->popup, columns ? "column" : "command");
    wb->of_columns = columns;
    if (columns)
        list_columns(wb);
    else
        list_commands(wb);
    tw_popup_filter(&wb->popup, "");
    wb->mode = TW_MODE_PALETTE;
}

static bool needs_arguments(const tw_command *c) {
    for (size_t i = 0; i < c->n_params; i++)
        if (c->params[i].flags & TW_PARAM_REQUIRED)
            return true;
    return false;
}

/* Names may stand twice: the column is gone to by its place. */
static void go_to_column(tw_workbench *wb) {
    const tw_dataset *d = tw_session_dataset(wb->session);
    if (!d || wb->popup.cursor >= wb->popup.n_shown)
        return;
    tw_view *v = tw_dataset_view(d);
    tw_view_set_cursor(v, tw_view_cursor_row(v), wb->popup.shown[wb->popup.cursor]);
}

static void palette_take(tw_workbench *wb) {
    const tw_popup_item *item = tw_popup_current(&wb->popup);
    wb->mode = TW_MODE_KEYS;
    if (wb->of_columns) {
        go_to_column(wb);
        return;
    }
    const tw_command *c = item ? tw_session_command(wb->session, item->text) : NULL;
    if (!c)
        return;
    if (!needs_arguments(c)) {
        tw_workbench_run_and_say(wb, tw_str_c(c->name));
        return;
    }
    char start[128];
    snprintf(start, sizeof start, "%s ", c->name);
    tw_error err = TW_ERROR_INIT;
    if (tw_workbench_ask(wb, TW_STR("command"), tw_str_c(start), &err) != TW_OK)
        tw_workbench_say_error(wb, &err);
}

/* By its last character. */
static void shorten(char *text) {
    size_t n = strlen(text);
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
        n--;
    text[n > 0 ? n - 1 : 0] = '\0';
}

static void palette_key(tw_workbench *wb, const char *key) {
    const char *typed = strcmp(key, "<Space>") == 0 ? " " : strcmp(key, "<Lt>") == 0 ? "<" : key[0] != '<' ? key : NULL;
    char filter[sizeof wb->popup.filter];
    size_t n = strlen(wb->popup.filter);
    snprintf(filter, sizeof filter, "%s", wb->popup.filter);
    if (strcmp(key, "<Enter>") == 0)
        palette_take(wb);
    else if (strcmp(key, "<Esc>") == 0 || strcmp(key, "<C-c>") == 0 || strcmp(key, "<C-p>") == 0)
        wb->mode = TW_MODE_KEYS;
    else if (strcmp(key, "<Down>") == 0 || strcmp(key, "<Tab>") == 0 || strcmp(key, "<C-n>") == 0)
        tw_popup_move(&wb->popup, 1);
    else if (strcmp(key, "<Up>") == 0 || strcmp(key, "<S-Tab>") == 0)
        tw_popup_move(&wb->popup, -1);
    else if (strcmp(key, "<BS>") == 0)
        shorten(filter), tw_popup_filter(&wb->popup, filter);
    else if (typed && n + strlen(typed) < sizeof filter)
        memcpy(filter + n, typed, strlen(typed) + 1), tw_popup_filter(&wb->popup, filter);
}

/* --- questions --- */

static void question_key(tw_workbench *wb, const char *key) {
    bool yes = strcmp(key, "y") == 0 || strcmp(key, "Y") == 0 || strcmp(key, "<Enter>") == 0;
    bool no = strcmp(key, "n") == 0 || strcmp(key, "N") == 0 || strcmp(key, "<Esc>") == 0 || strcmp(key, "<C-c>") == 0;
    if (!yes && !no)
        return;
    wb->mode = TW_MODE_KEYS;
    tw_event e = wb->question;
    wb->question = (tw_event){0};
    tw_doc_free(e.doc);
    const char *line = yes ? e.line : e.no_line;
    if (*line)
        tw_workbench_run_and_say(wb, tw_str_c(line));
    else
        tw_workbench_say(wb, TW_ROLE_MESSAGE, "left as it was");
}

/* --- keys --- */

/* "{item}" is what the focused pane's cursor stands on, "{key}" what was typed; the other names are the session's
 * (app/session.h). */
static void put_own_names(tw_workbench *wb, const char *line, const char *keys, tw_buf *out) {
    tw_pane *pane = tw_workbench_focus(wb);
    tw_str rest = tw_str_c(line), item = TW_STR("{item}"), key = TW_STR("{key}");
    while (rest.n) {
        if (tw_str_starts(rest, item) && pane->ops->item)
            pane->ops->item(pane, out);
        else if (tw_str_starts(rest, key))
            tw_buf_c(out, keys);
        else if (!tw_str_starts(rest, item))
            tw_buf_char(out, rest.p[0]);
        rest = tw_str_sub(rest, tw_str_starts(rest, item) ? item.n : tw_str_starts(rest, key) ? key.n : 1, rest.n);
    }
}

/* A key with nothing to do is no mistake: the reason is said in passing. */
static bool can_run(const tw_workbench *wb, const char *line, const char **why) {
    tw_str name, rest;
    tw_line_split(tw_str_c(line), &name, &rest);
    const tw_command *c = tw_session_command(wb->session, name);
    return !c || tw_command_available(wb->session, c, why);
}

static void run_binding(tw_workbench *wb, const char *binding, const char *keys) {
    tw_buf line, expanded;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&line, (size_t)1 << 16);
    tw_buf_init(&expanded, (size_t)1 << 20);
    put_own_names(wb, binding, keys, &line);
    bool cursor = strchr(binding, '{') != NULL;
    const char *text = line.p ? line.p : "", *why = "";
    if (!can_run(wb, binding, &why))
        tw_workbench_say(wb, TW_ROLE_MESSAGE, why);
    else if (cursor && tw_session_expand(wb->session, text, &expanded, &err) != TW_OK)
        tw_workbench_say_error(wb, &err);
    else
        tw_workbench_run_and_say(wb, cursor ? tw_buf_view(&expanded) : tw_str_c(text));
    tw_buf_fini(&line);
    tw_buf_fini(&expanded);
}

static const char *context_of(const tw_workbench *wb) {
    return tw_workbench_focus(wb)->ops->context;
}

static void end_sequence(tw_workbench *wb) {
    wb->pending[0] = '\0';
    wb->following = false;
}

static void unbound(tw_workbench *wb) {
    char text[128];
    snprintf(text, sizeof text, "%s is not bound here; ? shows the keys", wb->pending);
    tw_workbench_say(wb, TW_ROLE_MESSAGE, text);
}

static void binding_key(tw_workbench *wb, const char *key) {
    size_t n = strlen(wb->pending);
    bool prefix = false;
    if (n && strcmp(key, "<C-c>") == 0) {
        end_sequence(wb);
        return;
    }
    snprintf(wb->pending + n, sizeof wb->pending - n, "%s", key);
    const char *line = tw_session_key(wb->session, context_of(wb), wb->pending, &prefix);
    if (!line && prefix)
        return;
    if (!line && !(n && strcmp(key, "<Esc>") == 0))
        unbound(wb);
    char typed[TW_PENDING_MAX];
    snprintf(typed, sizeof typed, "%s", wb->pending);
    end_sequence(wb);
    if (line)
        run_binding(wb, line, typed);
}

bool tw_workbench_waits_for_key(const tw_workbench *wb) {
    return wb->pending[0] && !wb->following;
}

/* What a key sequence that begins with the pending one does: the rest of its keys, the command, its summary. */
static void add_following(tw_workbench *wb, const tw_binding *b) {
    size_t n = strlen(wb->pending);
    bool here = strcmp(b->context, context_of(wb)) == 0 || strcmp(b->context, "any") == 0;
    if (!here || strncmp(b->keys, wb->pending, n) != 0 || !b->keys[n])
        return;
    tw_buf hint;
    tw_buf_init(&hint, 4096);
    tw_workbench_line_says(wb->session, b->line, &hint);
    tw_buf_printf(&hint, "  :%s", b->line);
    (void)tw_popup_add(&wb->popup, tw_str_c(b->keys + n), tw_buf_view(&hint));
    tw_buf_fini(&hint);
}

void tw_workbench_list_following(tw_workbench *wb) {
    const tw_keymap *map = tw_session_keymap(wb->session);
    tw_popup_fini(&wb->popup);
    tw_popup_init(&wb->popup, wb->pending);
    for (size_t i = 0; i < map->n; i++)
        add_following(wb, &map->bindings[i]);
    wb->following = true;
}

/* --- pointer --- */

static bool is_in(tw_rect area, int x, int y) {
    return x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height;
}

void tw_workbench_click(tw_workbench *wb, int x, int y) {
    bool beside = is_in(wb->pane_area, x, y);
    if (wb->mode != TW_MODE_KEYS || (!beside && !is_in(wb->grid_area, x, y)))
        return;
    tw_rect area = beside ? wb->pane_area : wb->grid_area;
    tw_pane *pane = wb->panes[beside ? wb->n_panes - 1 : 0];
    wb->pane_focused = beside;
    if (pane->ops->click)
        pane->ops->click(pane, wb, x - area.x, y - area.y);
}

/* "<Click-X-Y>", from 1. */
static bool is_click(const char *key, int *x, int *y) {
    tw_str rest = tw_str_c(key), word;
    int64_t at[2];
    if (!tw_str_starts(rest, TW_STR("<Click-")))
        return false;
    rest = tw_str_sub(rest, strlen("<Click-"), rest.n - 1);
    for (int i = 0; i < 2; i++)
        if (!tw_str_split(&rest, '-', &word) || !tw_parse_i64(word, &at[i]))
            return false;
    *x = (int)at[0] - 1;
    *y = (int)at[1] - 1;
    return true;
}

/* --- all keys --- */

static void pasted_key(tw_workbench *wb, const char *key) {
    bool blank = strcmp(key, "<Enter>") == 0 || strcmp(key, "<Tab>") == 0;
    if (wb->mode == TW_MODE_PROMPT && (blank || key[0] != '<' || strcmp(key, "<Lt>") == 0 || strcmp(key, "<Space>") == 0))
        prompt_key(wb, blank ? "<Space>" : key);
    else if (wb->mode == TW_MODE_KEYS)
        tw_workbench_say(wb, TW_ROLE_MESSAGE, "pasted text is not taken as keys; open a prompt with : first");
}

void tw_workbench_key(tw_workbench *wb, const char *key) {
    static void (*const takers[])(tw_workbench *, const char *) = {
        [TW_MODE_KEYS] = binding_key, [TW_MODE_PROMPT] = prompt_key, [TW_MODE_PALETTE] = palette_key, [TW_MODE_QUESTION] = question_key};
    int x, y;
    bool end = strcmp(key, "<PasteEnd>") == 0;
    if (end || strcmp(key, "<Paste>") == 0)
        wb->pasting = !end;
    else if (wb->pasting)
        pasted_key(wb, key);
    else if (is_click(key, &x, &y))
        tw_workbench_click(wb, x, y);
    else
        takers[wb->mode](wb, key);
}
