/* The workbench: who gets a key, what a command's result becomes, how the screen is shared out.
 *
 * A key goes to a question if one is open, else to the popup, else to the prompt, else it extends the pending key sequence,
 * which the session's key map turns into a command line. Command lines go to the session; its events come back as
 * messages, questions and panes. Nothing here waits. */
#include "tui/workbench.h"

#include "app/complete.h"
#include "base/number.h"
#include "plot/plot.h"
#include "tui/keys.h"
#include "tui/popup.h"
#include "tui/prompt.h"

enum { PANES_MAX = 16, PENDING_MAX = 64 };
enum mode { MODE_KEYS, MODE_PROMPT, MODE_PALETTE, MODE_QUESTION };

struct tw_workbench {
    tw_session *session;
    tw_cellgrid *grid;
    tw_pane *panes[PANES_MAX]; /* 0 = the grid; the last one is shown beside it */
    size_t n_panes;
    bool pane_focused;
    enum mode mode;
    tw_prompt *prompt;
    tw_popup popup;    /* palette or completions */
    bool completing;
    size_t complete_from;
    tw_event question;
    char pending[PENDING_MAX];
    char message[1024];
    enum tw_role_id message_role;
    int cursor_x, cursor_y;
    bool done, headless;
};

/* --- life --- */

enum tw_rc tw_workbench_new(tw_session *session, int width, int height, tw_workbench **out, tw_error *err) {
    tw_workbench *wb = tw_calloc(1, sizeof *wb);
    if (!wb)
        return tw_fail_memory(err);
    wb->session = session;
    wb->grid = tw_cellgrid_new(width, height);
    wb->panes[0] = tw_grid_pane_new();
    wb->n_panes = 1;
    wb->message_role = TW_ROLE_MESSAGE;
    tw_popup_init(&wb->popup, "");
    if (!wb->grid || !wb->panes[0]) {
        tw_workbench_free(wb);
        return tw_fail_memory(err);
    }
    tw_session_set_screen(session, wb);
    *out = wb;
    return TW_OK;
}

static void drop_pane(tw_workbench *wb, size_t i) {
    wb->panes[i]->ops->free(wb->panes[i]);
    memmove(&wb->panes[i], &wb->panes[i + 1], (wb->n_panes - i - 1) * sizeof wb->panes[0]);
    wb->n_panes--;
}

void tw_workbench_free(tw_workbench *wb) {
    if (!wb)
        return;
    tw_session_set_screen(wb->session, NULL);
    while (wb->n_panes && wb->panes[wb->n_panes - 1])
        drop_pane(wb, wb->n_panes - 1);
    tw_prompt_close(wb->prompt);
    tw_popup_fini(&wb->popup);
    tw_doc_free(wb->question.doc);
    tw_cellgrid_free(wb->grid);
    free(wb);
}

tw_session *tw_workbench_session(const tw_workbench *wb) {
    return wb->session;
}

bool tw_workbench_resize(tw_workbench *wb, int width, int height) {
    return tw_cellgrid_resize(wb->grid, TW_MAX(width, 1), TW_MAX(height, 1));
}

bool tw_workbench_done(const tw_workbench *wb) {
    return wb->done;
}

void tw_workbench_leave(tw_workbench *wb) {
    wb->done = true;
}

bool tw_workbench_ascii(const tw_workbench *wb) {
    return tw_str_eq_c(tw_session_option(wb->session, "graphics"), "ascii");
}

bool tw_workbench_waits_for_key(const tw_workbench *wb) {
    return wb->pending[0] != '\0';
}

void tw_workbench_say(tw_workbench *wb, enum tw_role_id role, const char *text) {
    snprintf(wb->message, sizeof wb->message, "%s", text);
    wb->message_role = role;
}

static void say_error(tw_workbench *wb, const tw_error *err) {
    char text[1024];
    tw_error_render(err, text, sizeof text);
    tw_workbench_say(wb, TW_ROLE_MESSAGE_ERROR, text);
}

/* --- panes --- */

tw_pane *tw_workbench_focus(const tw_workbench *wb) {
    return wb->panes[wb->pane_focused ? wb->n_panes - 1 : 0];
}

void tw_workbench_show(tw_workbench *wb, tw_pane *pane) {
    if (!pane) {
        tw_workbench_say(wb, TW_ROLE_MESSAGE_ERROR, "memory is out: the result cannot be shown");
        return;
    }
    for (size_t i = 1; i < wb->n_panes; i++)
        if (strcmp(wb->panes[i]->title, pane->title) == 0) {
            drop_pane(wb, i);
            break;
        }
    if (wb->n_panes == PANES_MAX)
        drop_pane(wb, 1);
    wb->panes[wb->n_panes++] = pane;
    wb->pane_focused = true;
}

void tw_workbench_go(tw_workbench *wb, enum tw_go where) {
    tw_pane *pane = tw_workbench_focus(wb);
    pane->ops->go(pane, wb, where);
}

void tw_workbench_open(tw_workbench *wb) {
    tw_pane *pane = tw_workbench_focus(wb);
    tw_buf line;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&line, 4096);
    if (pane->ops->open && pane->ops->open(pane, wb, &line) && tw_workbench_run(wb, tw_buf_view(&line), &err) != TW_OK)
        say_error(wb, &err);
    tw_buf_fini(&line);
}

void tw_workbench_close(tw_workbench *wb) {
    tw_error err = TW_ERROR_INIT;
    if (wb->n_panes > 1)
        drop_pane(wb, wb->n_panes - 1);
    else if (tw_workbench_run(wb, TW_STR("quit"), &err) != TW_OK)
        say_error(wb, &err);
    wb->pane_focused = wb->pane_focused && wb->n_panes > 1;
}

void tw_workbench_next_pane(tw_workbench *wb, int step) {
    if (wb->n_panes < 2)
        return;
    if (step < 0 && wb->n_panes > 2 && wb->pane_focused) { /* turn the stack: the one below comes up */
        tw_pane *top = wb->panes[wb->n_panes - 1];
        memmove(&wb->panes[2], &wb->panes[1], (wb->n_panes - 2) * sizeof wb->panes[0]);
        wb->panes[1] = top;
        return;
    }
    wb->pane_focused = !wb->pane_focused;
}

/* --- results --- */

static void show_result(tw_workbench *wb, tw_event *e) {
    const char *view = e->command && e->command->view ? e->command->view : NULL;
    if (e->chart) {
        tw_workbench_show(wb, tw_plot_pane_new(e->line, e->chart));
        tw_doc_free(e->doc);
    } else if (view && e->doc) {
        tw_workbench_show(wb, strcmp(view, "findings") == 0 ? tw_findings_pane_new(e->doc) : tw_document_pane_new(view, e->doc));
    } else {
        tw_doc_free(e->doc);
    }
}

static void ask(tw_workbench *wb, tw_event *e) {
    tw_error err = TW_ERROR_INIT;
    tw_doc_free(wb->question.doc);
    wb->question = *e;
    wb->mode = MODE_QUESTION;
    if (!wb->headless)
        return;
    wb->mode = MODE_KEYS; /* nothing is asked without a screen: confirmations count as yes */
    if (e->line[0] && tw_workbench_run(wb, tw_str_c(e->line), &err) != TW_OK)
        say_error(wb, &err);
}

static void take_event(tw_workbench *wb, tw_event *e) {
    switch (e->kind) {
    case TW_EVENT_MESSAGE:
        tw_workbench_say(wb, e->level == TW_WARNING ? TW_ROLE_MESSAGE_ERROR : TW_ROLE_MESSAGE, e->text);
        break;
    case TW_EVENT_ERROR:
        tw_workbench_say(wb, TW_ROLE_MESSAGE_ERROR, e->text);
        break;
    case TW_EVENT_RESULT:
        show_result(wb, e);
        break;
    case TW_EVENT_ASK:
        ask(wb, e);
        break;
    case TW_EVENT_QUIT:
        wb->done = true;
        break;
    }
}

bool tw_workbench_pump(tw_workbench *wb) {
    bool news = tw_session_pump(wb->session);
    tw_event e;
    while (tw_session_next_event(wb->session, &e)) {
        take_event(wb, &e);
        news = true;
    }
    return news;
}

enum tw_rc tw_workbench_run(tw_workbench *wb, tw_str line, tw_error *err) {
    wb->message[0] = '\0';
    enum tw_rc rc = tw_session_start_line(wb->session, line, err);
    (void)tw_workbench_pump(wb);
    return rc;
}

/* The session of a script runs every line to its end already; what it left as events is shown here. */
enum tw_rc tw_workbench_run_now(tw_workbench *wb, tw_str line, tw_error *err) {
    return tw_workbench_run(wb, line, err);
}

static void run_and_say(tw_workbench *wb, tw_str line) {
    tw_error err = TW_ERROR_INIT;
    if (tw_workbench_run(wb, line, &err) != TW_OK)
        say_error(wb, &err);
}

/* --- prompt --- */

enum tw_rc tw_workbench_ask(tw_workbench *wb, tw_str kind_name, tw_str prefill, tw_error *err) {
    const tw_prompt_kind *kind = NULL;
    enum tw_rc rc = tw_prompt_kind_find(kind_name, &kind, err);
    if (!rc)
        rc = tw_prompt_open(kind, prefill, !wb->headless, &wb->prompt, err);
    if (!rc)
        wb->mode = MODE_PROMPT;
    wb->completing = false;
    return rc;
}

static void end_prompt(tw_workbench *wb, enum tw_prompt_state state) {
    tw_buf line;
    tw_buf_init(&line, (size_t)1 << 20);
    bool run = state == TW_PROMPT_ACCEPTED && tw_prompt_line(wb->prompt, &line);
    tw_prompt_close(wb->prompt);
    wb->prompt = NULL;
    wb->mode = MODE_KEYS;
    wb->completing = false;
    if (run && tw_str_trim(tw_buf_view(&line)).n)
        run_and_say(wb, tw_buf_view(&line));
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

void tw_workbench_palette(tw_workbench *wb) {
    tw_popup_fini(&wb->popup);
    tw_popup_init(&wb->popup, "command");
    const char *context = tw_workbench_focus(wb)->ops->context;
    for (size_t i = 0; i < tw_session_command_count(wb->session); i++) {
        const tw_command *c = tw_session_command_at(wb->session, i);
        if (!(c->flags & TW_COMMAND_SCREEN) || c->flags & TW_COMMAND_HIDDEN || !tw_command_available(wb->session, c, NULL))
            continue;
        const char *keys = tw_session_keys_of(wb->session, context, c->name);
        char hint[256];
        snprintf(hint, sizeof hint, "%s%s%s", keys ? keys : "", keys ? "  " : "", c->summary);
        (void)tw_popup_add(&wb->popup, tw_str_c(c->name), tw_str_c(hint));
    }
    tw_popup_filter(&wb->popup, "");
    wb->mode = MODE_PALETTE;
}

static bool needs_arguments(const tw_command *c) {
    for (size_t i = 0; i < c->n_params; i++)
        if (c->params[i].flags & TW_PARAM_REQUIRED)
            return true;
    return false;
}

static void palette_take(tw_workbench *wb) {
    const tw_popup_item *item = tw_popup_current(&wb->popup);
    wb->mode = MODE_KEYS;
    const tw_command *c = item ? tw_session_command(wb->session, item->text) : NULL;
    if (!c)
        return;
    if (!needs_arguments(c)) {
        run_and_say(wb, tw_str_c(c->name));
        return;
    }
    char start[128];
    snprintf(start, sizeof start, "%s ", c->name);
    tw_error err = TW_ERROR_INIT;
    if (tw_workbench_ask(wb, TW_STR("command"), tw_str_c(start), &err) != TW_OK)
        say_error(wb, &err);
}

static void palette_key(tw_workbench *wb, const char *key) {
    char filter[sizeof wb->popup.filter];
    size_t n = strlen(wb->popup.filter);
    snprintf(filter, sizeof filter, "%s", wb->popup.filter);
    if (strcmp(key, "<Enter>") == 0)
        palette_take(wb);
    else if (strcmp(key, "<Esc>") == 0 || strcmp(key, "<C-c>") == 0 || strcmp(key, "<C-p>") == 0)
        wb->mode = MODE_KEYS;
    else if (strcmp(key, "<Down>") == 0 || strcmp(key, "<Tab>") == 0 || strcmp(key, "<C-n>") == 0)
        tw_popup_move(&wb->popup, 1);
    else if (strcmp(key, "<Up>") == 0 || strcmp(key, "<S-Tab>") == 0)
        tw_popup_move(&wb->popup, -1);
    else if (strcmp(key, "<BS>") == 0 && n > 0)
        filter[n - 1] = '\0', tw_popup_filter(&wb->popup, filter);
    else if (strlen(key) == 1 && n + 1 < sizeof filter)
        filter[n] = key[0], filter[n + 1] = '\0', tw_popup_filter(&wb->popup, filter);
}

/* --- questions --- */

static void question_key(tw_workbench *wb, const char *key) {
    bool yes = strcmp(key, "y") == 0 || strcmp(key, "Y") == 0 || strcmp(key, "<Enter>") == 0;
    bool no = strcmp(key, "n") == 0 || strcmp(key, "N") == 0 || strcmp(key, "<Esc>") == 0 || strcmp(key, "<C-c>") == 0;
    if (!yes && !no)
        return;
    wb->mode = MODE_KEYS;
    tw_event e = wb->question;
    wb->question = (tw_event){0};
    tw_doc_free(e.doc);
    const char *line = yes ? e.line : e.no_line;
    if (*line)
        run_and_say(wb, tw_str_c(line));
    else
        tw_workbench_say(wb, TW_ROLE_MESSAGE, "left as it was");
}

/* --- keys --- */

static void run_binding(tw_workbench *wb, const char *line) {
    tw_buf expanded;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&expanded, (size_t)1 << 20);
    if (tw_session_expand(wb->session, line, &expanded, &err) != TW_OK || tw_workbench_run(wb, tw_buf_view(&expanded), &err) != TW_OK)
        say_error(wb, &err);
    tw_buf_fini(&expanded);
}

static void binding_key(tw_workbench *wb, const char *key) {
    size_t n = strlen(wb->pending);
    if (n && (strcmp(key, "<C-c>") == 0 || (strcmp(key, "<Esc>") == 0 && n > 0 && strcmp(wb->pending, "g") != 0))) {
        wb->pending[0] = '\0';
        return;
    }
    snprintf(wb->pending + n, sizeof wb->pending - n, "%s", key);
    bool prefix = false;
    const char *line = tw_session_key(wb->session, tw_workbench_focus(wb)->ops->context, wb->pending, &prefix);
    if (line) {
        wb->pending[0] = '\0';
        run_binding(wb, line);
    } else if (!prefix) {
        char text[128];
        snprintf(text, sizeof text, "%s is not bound here; ? shows the keys", wb->pending);
        wb->pending[0] = '\0';
        tw_workbench_say(wb, TW_ROLE_MESSAGE, text);
    }
}

void tw_workbench_key(tw_workbench *wb, const char *key) {
    static void (*const takers[])(tw_workbench *, const char *) = {
        [MODE_KEYS] = binding_key, [MODE_PROMPT] = prompt_key, [MODE_PALETTE] = palette_key, [MODE_QUESTION] = question_key};
    takers[wb->mode](wb, key);
}

/* --- help for keys --- */

void tw_workbench_keys_help(tw_workbench *wb) {
    tw_error err = TW_ERROR_INIT;
    const char *context = tw_workbench_focus(wb)->ops->context;
    tw_doc *doc = NULL;
    if (tw_session_keys_doc(wb->session, context, &doc, &err) == TW_OK)
        tw_workbench_show(wb, tw_document_pane_new("keys", doc));
    else
        say_error(wb, &err);
}

/* --- painting --- */

static void draw_title(tw_workbench *wb, int y, int width) {
    tw_dataset *d = tw_session_dataset(wb->session);
    tw_cellgrid_fill(wb->grid, 0, y, width, 1, TW_ROLE_TITLE);
    if (!d) {
        tw_cellgrid_text(wb->grid, 0, y, width, TW_STR(" trowel"), TW_ROLE_TITLE, true);
        return;
    }
    bool exact = true;
    char rows[TW_NUMBER_MAX], shown[TW_NUMBER_MAX];
    const tw_view *v = tw_dataset_view(d);
    int64_t all = tw_dataset_rows(d, &exact);
    tw_format_grouped(rows, all);
    tw_format_grouped(shown, tw_view_rows(v));
    bool narrowed = exact && tw_view_rows(v) != all;
    int x = tw_cellgrid_printf(wb->grid, 0, y, width, TW_ROLE_TITLE, " %s%s  %s%s%s%s rows × %zu columns", tw_dataset_name(d),
                               tw_dataset_modified(d) ? " [+]" : "", narrowed ? shown : "", narrowed ? " of " : "", exact ? "" : "~", rows,
                               tw_dataset_width(d));
    for (size_t i = 0; i < tw_view_filters(v) && x + 4 < width; i++)
        x += tw_cellgrid_printf(wb->grid, x, y, width - x, TW_ROLE_TITLE, "  where %s", tw_view_filter(v, i));
    for (size_t i = 0; i < tw_view_sort_keys(v) && x + 4 < width; i++)
        x += tw_cellgrid_printf(wb->grid, x, y, width - x, TW_ROLE_TITLE, "%s%s%s", i ? "," : "  sorted by ",
                                tw_view_sort_key(v, i)->descending ? "-" : "", tw_view_sort_key(v, i)->column);
    char place[64];
    int n = snprintf(place, sizeof place, "%lld/%s ", (long long)(tw_view_cursor_row(v) + (tw_view_rows(v) > 0)), narrowed ? shown : rows);
    if (x + n + 2 < width)
        tw_cellgrid_text(wb->grid, width - n, y, n, tw_str_c(place), TW_ROLE_TITLE, false);
}

static int draw_jobs(tw_workbench *wb, int y, int width) {
    tw_job_info job;
    size_t n = tw_session_jobs(wb->session);
    if (wb->headless || n == 0 || !tw_session_job(wb->session, n - 1, &job)) /* frozen in scripts: timing is not repeatable */
        return 0;
    char text[160];
    int used = job.total ? snprintf(text, sizeof text, " %s %d%% (Ctrl-C stops) ", job.what ? job.what : job.line, (int)(100 * job.done / job.total))
                         : snprintf(text, sizeof text, " %s… (Ctrl-C stops) ", job.what ? job.what : job.line);
    used = TW_MIN(used, width);
    tw_cellgrid_text(wb->grid, width - used, y, used, tw_str_c(text), TW_ROLE_STATUS, false);
    return used;
}

static void draw_message(tw_workbench *wb, int y, int width) {
    wb->cursor_x = -1;
    if (wb->mode == MODE_PROMPT) {
        tw_prompt_draw(wb->prompt, wb->grid, 0, y, width, &wb->cursor_x);
        wb->cursor_y = y;
        return;
    }
    int jobs = draw_jobs(wb, y, width);
    if (wb->mode == MODE_QUESTION)
        tw_cellgrid_text(wb->grid, 0, y, width - jobs, tw_str_c(wb->question.text), TW_ROLE_STRONG, true);
    else
        tw_cellgrid_text(wb->grid, 0, y, width - jobs, tw_str_c(wb->message), wb->message_role, true);
}

static void draw_hints(tw_workbench *wb, int y, int width) {
    const char *context = tw_workbench_focus(wb)->ops->context;
    int x = 0;
    if (wb->pending[0]) {
        tw_cellgrid_printf(wb->grid, 0, y, width, TW_ROLE_HINT_KEY, "%s…", wb->pending);
        return;
    }
    for (size_t i = 0; i < tw_hints_count; i++) {
        const char *keys = tw_session_keys_of(wb->session, context, tw_hints[i].line);
        if (!keys || x + (int)strlen(keys) + (int)strlen(tw_hints[i].word) + 3 > width)
            continue;
        x += tw_cellgrid_text(wb->grid, x, y, width - x, tw_str_c(keys), TW_ROLE_HINT_KEY, false);
        x += 1;
        x += tw_cellgrid_text(wb->grid, x, y, width - x, tw_str_c(tw_hints[i].word), TW_ROLE_HINT, false);
        x += 2;
    }
}

/* Wide screens: the pane stands to the right; tall ones: below; small ones: alone. */
static void share_out(tw_workbench *wb, tw_rect body, tw_rect *grid, tw_rect *pane) {
    *grid = body;
    *pane = (tw_rect){0};
    if (wb->n_panes < 2)
        return;
    if (body.width >= 110) {
        int width = body.width / 2;
        grid->width = body.width - width - 1;
        *pane = (tw_rect){body.x + grid->width + 1, body.y, width, body.height};
    } else if (body.height >= 16) {
        grid->height = body.height * 2 / 5;
        *pane = (tw_rect){body.x, body.y + grid->height, body.width, body.height - grid->height};
    } else if (wb->pane_focused) {
        grid->height = 0;
        *pane = body;
    }
}

static void draw_pane(tw_workbench *wb, tw_rect area, bool beside) {
    tw_pane *pane = wb->panes[wb->n_panes - 1];
    if (beside)
        for (int y = 0; y < area.height; y++)
            tw_cellgrid_text(wb->grid, area.x - 1, area.y + y, 1, TW_STR("│"), TW_ROLE_BORDER, false);
    if (area.height > 3) {
        enum tw_role_id role = wb->pane_focused ? TW_ROLE_HEADER_CURRENT : TW_ROLE_HEADER;
        tw_cellgrid_printf(wb->grid, area.x, area.y, area.width, role, " %s", pane->title);
        area.y++;
        area.height--;
    }
    pane->ops->draw(pane, wb, wb->grid, area, wb->pane_focused);
}

static void draw_body(tw_workbench *wb, tw_rect body) {
    tw_rect grid, pane;
    share_out(wb, body, &grid, &pane);
    if (grid.height > 0)
        wb->panes[0]->ops->draw(wb->panes[0], wb, wb->grid, grid, !wb->pane_focused);
    if (pane.height > 0)
        draw_pane(wb, pane, pane.x > body.x);
}

/* A question with a document (what a save would do) shows it above the line that asks. */
static void draw_question(tw_workbench *wb, int bottom, int width) {
    if (!wb->question.doc || bottom < 3)
        return;
    tw_pane *pane = tw_document_pane_new("question", tw_doc_copy(wb->question.doc));
    if (!pane)
        return;
    int height = TW_MIN(bottom, 10);
    tw_cellgrid_fill(wb->grid, 0, bottom - height, width, height, TW_ROLE_POPUP);
    pane->ops->draw(pane, wb, wb->grid, (tw_rect){1, bottom - height, width - 2, height}, false);
    pane->ops->free(pane);
}

tw_cellgrid *tw_workbench_paint(tw_workbench *wb) {
    int width = tw_cellgrid_width(wb->grid), height = tw_cellgrid_height(wb->grid);
    tw_cellgrid_clear(wb->grid, TW_ROLE_TEXT);
    int title = height >= 4, message = height >= 2, hints = height >= 6;
    tw_rect body = {0, title, width, height - title - message - hints};
    if (title)
        draw_title(wb, 0, width);
    draw_body(wb, body);
    if (message)
        draw_message(wb, height - hints - 1, width);
    if (hints)
        draw_hints(wb, height - 1, width);
    int above = height - hints - message - 1;
    if (wb->mode == MODE_PALETTE)
        tw_popup_draw(&wb->popup, wb->grid, 0, above, width, true);
    else if (wb->completing && wb->popup.n_shown > 1)
        tw_popup_draw(&wb->popup, wb->grid, 0, above, width, false);
    else if (wb->mode == MODE_QUESTION)
        draw_question(wb, above + 1, width);
    return wb->grid;
}

bool tw_workbench_cursor(const tw_workbench *wb, int *x, int *y) {
    *x = wb->cursor_x;
    *y = wb->cursor_y;
    return wb->cursor_x >= 0;
}

void tw_workbench_set_headless(tw_workbench *wb) {
    wb->headless = true;
}
