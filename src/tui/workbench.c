/* The workbench: its panes, and what a command's result becomes.
 *
 * Command lines go to the session; its events come back as messages, questions and panes. Nothing here waits, except for
 * scripts. Who gets a key is input.c, how the screen is shared out is paint.c. */
#include "tui/workbench_impl.h"

#include "base/number.h"
#include "base/regex.h"
#include "plot/plot.h"

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
    enum tw_rc rc = tw_theme_find(TW_STR("dark"), NULL, &wb->theme, err);
    if (rc == TW_OK && (!wb->grid || !wb->panes[0]))
        rc = tw_fail_memory(err);
    if (rc) {
        tw_workbench_free(wb);
        return rc;
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
    for (size_t i = 0; i < TW_SAID_MAX; i++)
        free(wb->said[i]);
    free(wb->sought);
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

enum tw_rc tw_workbench_set_theme(tw_workbench *wb, tw_str name, tw_error *err) {
    tw_theme theme;
    char dir[4096];
    const char *config = tw_session_config_dir(wb->session);
    snprintf(dir, sizeof dir, "%s/themes", config ? config : "");
    enum tw_rc rc = tw_theme_find(name, config ? dir : NULL, &theme, err);
    if (rc)
        return rc;
    wb->theme = theme;
    wb->theme_changes++;
    return TW_OK;
}

const tw_theme *tw_workbench_theme(const tw_workbench *wb, unsigned *changes) {
    *changes = wb->theme_changes;
    return &wb->theme;
}

void tw_workbench_set_headless(tw_workbench *wb) {
    wb->headless = true;
}

/* For ':messages': what was said over again counts once. */
static void keep_said(tw_workbench *wb, const char *text) {
    const char *last = wb->n_said ? wb->said[(wb->n_said - 1) % TW_SAID_MAX] : NULL;
    if (last && strcmp(last, text) == 0)
        return;
    char **place = &wb->said[wb->n_said++ % TW_SAID_MAX];
    free(*place);
    *place = tw_str_dup(tw_str_c(text));
}

/* What is said beside a warning of the same command stands behind it: "5 cells cannot be read; set_type: done". */
void tw_workbench_say(tw_workbench *wb, enum tw_role_id role, const char *text) {
    size_t n = role == TW_ROLE_MESSAGE && wb->message_role == TW_ROLE_MESSAGE_ERROR ? strlen(wb->message) : 0;
    if (n && n + 3 < sizeof wb->message) {
        snprintf(wb->message + n, sizeof wb->message - n, "; %s", text);
    } else {
        snprintf(wb->message, sizeof wb->message, "%s", text);
        wb->message_role = role;
    }
    keep_said(wb, text);
}

tw_doc *tw_workbench_messages(const tw_workbench *wb) {
    static const char *const columns[] = {"message"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    size_t kept = TW_MIN(wb->n_said, (size_t)TW_SAID_MAX);
    for (size_t i = 1; i <= kept; i++) {
        tw_doc *row = tw_doc_list();
        tw_doc_add(row, tw_doc_c(wb->said[(wb->n_said - i) % TW_SAID_MAX]));
        tw_doc_add(table, row);
    }
    return table;
}

void tw_workbench_say_error(tw_workbench *wb, const tw_error *err) {
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
    if (wb->n_panes == TW_PANES_MAX)
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
        tw_workbench_say_error(wb, &err);
    tw_buf_fini(&line);
}

void tw_workbench_close(tw_workbench *wb) {
    tw_error err = TW_ERROR_INIT;
    if (wb->n_panes > 1) {
        wb->welcoming = wb->welcoming && wb->n_panes > 2;
        drop_pane(wb, wb->n_panes - 1);
    } else if (!tw_session_back(wb->session) && tw_workbench_run(wb, TW_STR("quit"), &err) != TW_OK)
        tw_workbench_say_error(wb, &err);
    wb->pane_focused = wb->pane_focused && wb->n_panes > 1;
    wb->zoomed = false;
}

void tw_workbench_zoom(tw_workbench *wb) {
    wb->zoomed = !wb->zoomed;
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

enum tw_rc tw_workbench_find(tw_workbench *wb, tw_str text, bool back, tw_error *err) {
    tw_pane *pane = tw_workbench_focus(wb);
    tw_regex *regex = NULL;
    if (!text.n && !wb->sought)
        return tw_fail(err, TW_EUSAGE, "find: nothing was looked for before; write ':find TEXT'");
    if (!pane->ops->find)
        return tw_fail(err, TW_EUSAGE, "find: there are no lines here; ':search' looks through the cells");
    char *sought = text.n ? tw_str_dup(text) : NULL;
    if (sought) {
        free(wb->sought);
        wb->sought = sought;
    }
    enum tw_rc rc = tw_regex_new(tw_str_c(wb->sought), TW_REGEX_NOCASE, &regex, err);
    if (rc == TW_OK && !pane->ops->find(pane, regex, back)) {
        char said[256];
        snprintf(said, sizeof said, "'%.200s' is not there", wb->sought);
        tw_workbench_say(wb, TW_ROLE_MESSAGE, said);
    }
    tw_regex_free(regex);
    return rc;
}

/* --- results --- */

/* A result without a pane of its own is a message when it is one line, else a document. */
static tw_pane *pane_of(const char *view, const char *title, tw_doc *doc) {
    static const struct {
        const char *view, *command; /* that Enter runs with the cell of a column */
        size_t column;
    } opened[] = {{"datasets", "use", 0}, {"facet", "filter", 3}, {"history", "history", 0},
                  {"options", "prompt command set", 0}};
    if (strcmp(view, "findings") == 0)
        return tw_findings_pane_new(doc);
    for (size_t i = 0; i < TW_COUNT(opened) && tw_doc_kind(doc) == TW_DOC_TABLE; i++)
        if (strcmp(view, opened[i].view) == 0)
            return tw_table_pane_new(title, opened[i].command, opened[i].column, doc);
    return tw_document_pane_new(view, title, doc);
}

/* What a step or a save did, in a line: "impute_mean: 12 cells changed, 3 rows removed". */
static void say_counts(tw_workbench *wb, const char *what, const tw_doc *doc) {
    static const struct {
        const char *field, *word;
    } counts[] = {{"cells_changed", "cell"}, {"rows_changed", "row"}, {"rows_added", "new row"}, {"rows_new", "new row"},
                  {"rows_removed", "dropped row"}, {"rows_dropped", "dropped row"}, {"columns_added", "new column"},
                  {"columns_dropped", "dropped column"}, {"columns_renamed", "renamed column"}};
    tw_buf text;
    tw_buf_init(&text, sizeof wb->message);
    tw_buf_c(&text, what);
    int any = 0;
    for (size_t i = 0; i < TW_COUNT(counts); i++) {
        int64_t n = tw_doc_as_int(tw_doc_get(doc, counts[i].field), 0);
        char grouped[TW_NUMBER_MAX];
        tw_format_grouped(grouped, n);
        if (n)
            tw_buf_printf(&text, "%s %s %s%s%s", any++ ? "," : ":", grouped, counts[i].word, n == 1 ? "" : "s", i < 2 ? " changed" : "");
    }
    if (!any)
        tw_buf_c(&text, ": no cell changed");
    if (wb->message[0] && wb->message_role == TW_ROLE_MESSAGE) /* a note made on the way */
        tw_buf_printf(&text, "; %s", wb->message);
    tw_workbench_say(wb, TW_ROLE_MESSAGE, text.p ? text.p : "done");
    tw_buf_fini(&text);
}

/* Reports of changes are lines, not panes: they would cover what is looked at. */
static bool is_report(const tw_event *e, char what[256]) {
    const char *step = tw_doc_as_c(tw_doc_get(e->doc, "step"), NULL), *file = tw_doc_as_c(tw_doc_get(e->doc, "file"), NULL);
    if (!tw_doc_get(e->doc, "cells_changed") || (!step && !file))
        return false;
    snprintf(what, 256, "%s%s", step ? "" : "saved ", step ? step : file);
    return true;
}

/* A command that only wrote a file: "written: x.tsv, 5,018 rows". */
static bool say_written(tw_workbench *wb, const tw_event *e) {
    const char *file = tw_doc_as_c(tw_doc_get(e->doc, "file"), NULL);
    int64_t rows = tw_doc_as_int(tw_doc_get(e->doc, "rows"), -1);
    if (!file || rows < 0 || !e->command || e->command->view)
        return false;
    char grouped[TW_NUMBER_MAX], text[sizeof wb->message];
    tw_format_grouped(grouped, rows);
    snprintf(text, sizeof text, "written: %s, %s row%s", file, grouped, rows == 1 ? "" : "s");
    tw_workbench_say(wb, TW_ROLE_MESSAGE, text);
    return true;
}

/* What tells of the session as a whole is made again when that has changed. */
static const char *live_command(const char *view) {
    static const char *const live[] = {"recipe", "history", "datasets"};
    for (size_t i = 0; i < TW_COUNT(live); i++)
        if (strcmp(view, live[i]) == 0)
            return live[i];
    return NULL;
}

static void show_document(tw_workbench *wb, const char *view, const char *title, tw_doc *doc) {
    tw_pane *pane = pane_of(view, title, doc);
    if (pane)
        pane->live = live_command(view);
    tw_workbench_show(wb, pane);
}

/* Only the pane on top is seen; while something runs it waits for the end of that. */
static void refresh_live(tw_workbench *wb) {
    tw_pane **top = &wb->panes[wb->n_panes - 1];
    const void *moment = tw_session_moment(wb->session);
    if (wb->n_panes < 2 || !(*top)->live || moment == wb->moment || tw_session_jobs(wb->session))
        return;
    wb->moment = moment;
    tw_doc *doc = NULL;
    if (tw_session_run_line(wb->session, tw_str_c((*top)->live), &doc, NULL) != TW_OK || !doc)
        return;
    tw_pane *newer = pane_of((*top)->live, (*top)->title, doc);
    if (!newer)
        return;
    newer->live = (*top)->live;
    tw_document_pane_succeed(newer, *top);
    (*top)->ops->free(*top);
    *top = newer;
}

static void show_result(tw_workbench *wb, tw_event *e) {
    const char *view = e->command ? e->command->view : NULL;
    const char *title = e->line[0] ? e->line : view ? view : "result";
    char what[256];
    if (e->chart) {
        tw_workbench_show(wb, tw_plot_pane_new(title, e->chart));
        tw_doc_free(e->doc);
    } else if (e->doc && tw_doc_kind(e->doc) == TW_DOC_TEXT && !view) {
        tw_workbench_say(wb, TW_ROLE_MESSAGE, tw_doc_as_c(e->doc, ""));
        tw_doc_free(e->doc);
    } else if (is_report(e, what)) {
        say_counts(wb, what, e->doc);
        tw_doc_free(e->doc);
    } else if (e->doc && say_written(wb, e)) {
        tw_doc_free(e->doc);
    } else if (e->doc) {
        show_document(wb, view ? view : "document", title, e->doc);
    }
}

static void ask(tw_workbench *wb, tw_event *e) {
    tw_error err = TW_ERROR_INIT;
    tw_doc_free(wb->question.doc);
    wb->question = *e;
    wb->mode = TW_MODE_QUESTION;
    if (!wb->headless)
        return;
    wb->mode = TW_MODE_KEYS; /* nothing is asked without a screen: confirmations count as yes */
    if (e->line[0] && tw_workbench_run(wb, tw_str_c(e->line), &err) != TW_OK)
        tw_workbench_say_error(wb, &err);
}

/* A job's failure is that of the script's line that started it. */
static void note_failure(tw_workbench *wb, const tw_event *e) {
    const char *line = e->line + (e->line[0] == ':');
    bool ours = line[0] && e->rc != TW_OK && tw_str_starts(wb->awaited, tw_str_c(line)); /* long lines are cut in events */
    if (ours)
        wb->awaited_rc = tw_fail(&wb->awaited_err, e->rc, "%s", e->text);
}

static void take_event(tw_workbench *wb, tw_event *e) {
    switch (e->kind) {
    case TW_EVENT_MESSAGE:
        tw_workbench_say(wb, e->level == TW_WARNING ? TW_ROLE_MESSAGE_ERROR : TW_ROLE_MESSAGE, e->text);
        break;
    case TW_EVENT_ERROR:
        tw_workbench_say(wb, TW_ROLE_MESSAGE_ERROR, e->text);
        note_failure(wb, e);
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

void tw_workbench_welcome(tw_workbench *wb) {
    tw_workbench_show(wb, tw_files_pane_new(tw_session_state_dir(wb->session)));
    wb->welcoming = wb->n_panes > 1;
}

static void end_welcome(tw_workbench *wb) {
    wb->welcoming = false;
    if (wb->n_panes > 1)
        drop_pane(wb, 1);
    wb->pane_focused = wb->pane_focused && wb->n_panes > 1;
}

bool tw_workbench_pump(tw_workbench *wb) {
    bool news = tw_session_pump(wb->session);
    if (wb->welcoming && tw_session_dataset(wb->session))
        end_welcome(wb);
    tw_event e;
    while (tw_session_next_event(wb->session, &e)) {
        take_event(wb, &e);
        news = true;
    }
    refresh_live(wb);
    return news;
}

enum tw_rc tw_workbench_run(tw_workbench *wb, tw_str line, tw_error *err) {
    wb->message[0] = '\0';
    enum tw_rc rc = tw_session_start_line(wb->session, line, err);
    (void)tw_workbench_pump(wb);
    return rc;
}

/* Jobs the line started are waited for, and one that fails is the line's failure. */
enum tw_rc tw_workbench_run_awaited(tw_workbench *wb, tw_str line, tw_error *err) {
    wb->awaited = tw_str_trim(line);
    if (wb->awaited.n && wb->awaited.p[0] == ':')
        wb->awaited = tw_str_sub(wb->awaited, 1, wb->awaited.n);
    wb->awaited_rc = TW_OK;
    enum tw_rc rc = tw_workbench_run(wb, line, err);
    if (rc == TW_OK && tw_session_jobs(wb->session)) {
        tw_session_wait_idle(wb->session);
        (void)tw_workbench_pump(wb);
    }
    wb->awaited = TW_STR("");
    if (rc != TW_OK || wb->awaited_rc == TW_OK)
        return rc;
    if (err)
        *err = wb->awaited_err;
    return wb->awaited_rc;
}

void tw_workbench_run_and_say(tw_workbench *wb, tw_str line) {
    tw_error err = TW_ERROR_INIT;
    if (tw_workbench_run(wb, line, &err) != TW_OK)
        tw_workbench_say_error(wb, &err);
}
