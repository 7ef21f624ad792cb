/* Screen commands: rows for what only a screen can do, so that keys, `:` and palette reach them like all others. */
#include "tui/tui.h"

#include "base/number.h"
#include "tui/workbench.h"

/* What the hint row offers, most wanted first; shown where a key is bound to the line and there is room. */
const tw_hint tw_hints[] = {
    {"keys", "keys", NULL, false},
    {"open-it", "open", "document", false},
    {"open-it", "open", "findings", false},
    {"accept {item}", "accept", "findings", false},
    {"silence {item}", "silence", "findings", false},
    {"close", "close", "findings", false},
    {"close", "close", "document", false},
    {"close", "close", "plot", false},
    {"prompt find", "find", "document", false},
    {"palette", "commands", NULL, false},
    {"prompt command", "line", NULL, false},
    {"findings", "findings", "grid", false},
    {"finding --next", "next finding", "grid", false},
    {"accept", "accept", "grid", false},
    {"silence", "silence", "grid", false},
    {"filter-selected", "only these", "grid", false},
    {"drop-selected", "drop these", "grid", false},
    {"undo", "undo", NULL, false},
    {"prompt search", "search", "grid", true},
    {"sort {col}", "sort", "grid", false},
    {"prompt filter {same}", "filter", "grid", true},
    {"open-it", "whole row", "grid", true},
    {"prompt edit", "edit", "grid", true},
    {"profile", "profile", "grid", false},
    {"plot auto({name})", "plot", "grid", false},
    {"describe {col}", "column", "grid", true},
    {"palette columns", "find column", "grid", true},
    {"recipe", "recipe", "grid", false},
    {"save", "save", NULL, false},
    {"prompt open", "open file", "grid", false},
    {"close", "leave", "grid", false},
};
const size_t tw_hints_count = TW_COUNT(tw_hints);

static bool on_screen(const tw_session *session, const char **why) {
    if (tw_session_screen(session))
        return true;
    if (why)
        *why = "there is no screen";
    return false;
}

static tw_workbench *screen_of(tw_session *session) {
    return tw_session_screen(session);
}

/* --- go --- */

typedef struct go_args {
    int where;
} go_args;

static enum tw_rc run_go(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out;
    (void)err;
    const go_args *args = raw;
    tw_workbench_go(screen_of(session), (enum tw_go)args->where);
    return TW_OK;
}

/* --- prompt --- */

typedef struct prompt_args {
    tw_str kind, text;
} prompt_args;

/* A command line that is begun goes on with a further word. */
static enum tw_rc ask_line(tw_session *session, const prompt_args *args, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, (size_t)1 << 20);
    tw_buf_str(&text, args->text);
    bool quotes = tw_str_ends(args->text, TW_STR("''"));
    if (args->text.n && !quotes && tw_str_eq_c(args->kind, "command"))
        tw_buf_char(&text, ' ');
    enum tw_rc rc = tw_buf_check(&text, err);
    if (rc == TW_OK)
        rc = tw_workbench_ask(screen_of(session), args->kind, tw_buf_view(&text), err);
    tw_buf_fini(&text);
    return rc;
}

/* An edit begins with the cell's text, anything else with what the key map gives. */
static enum tw_rc run_prompt(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out;
    const prompt_args *args = raw;
    tw_dataset *d = tw_session_dataset(session);
    if (!tw_str_eq_c(args->kind, "edit") || !d)
        return ask_line(session, args, err);
    const tw_view *v = tw_dataset_view(d);
    if (tw_view_rows(v) == 0 || tw_view_columns(v) == 0)
        return tw_fail(err, TW_EUSAGE, "edit: there is no cell under the cursor; open a file with data");
    enum tw_cell_state state;
    tw_buf text;
    tw_buf_init(&text, (size_t)1 << 24);
    enum tw_rc rc = tw_dataset_text(d, tw_view_column(v, tw_view_cursor_column(v)), tw_view_row(v, tw_view_cursor_row(v)), &text, &state, err);
    if (!rc)
        rc = tw_workbench_ask(screen_of(session), args->kind, tw_buf_view(&text), err);
    tw_buf_fini(&text);
    return rc;
}

/* --- panes --- */

typedef struct palette_args {
    int of;
} palette_args;

static enum tw_rc run_palette(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    const palette_args *args = raw;
    (void)out, (void)err;
    tw_workbench_palette(screen_of(session), args->of != 0);
    return TW_OK;
}

static enum tw_rc run_open_it(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    tw_workbench_open(screen_of(session));
    return TW_OK;
}

static enum tw_rc run_close(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    tw_workbench_close(screen_of(session));
    return TW_OK;
}

typedef struct focus_args {
    int step;
} focus_args;

static enum tw_rc run_focus(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out, (void)err;
    const focus_args *args = raw;
    tw_workbench_next_pane(screen_of(session), args->step == 0 ? 1 : -1);
    return TW_OK;
}

static enum tw_rc run_keys(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    tw_workbench_keys_help(screen_of(session));
    return TW_OK;
}

static enum tw_rc run_messages(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    *out = tw_workbench_messages(screen_of(session));
    return *out ? TW_OK : tw_fail_memory(err);
}

typedef struct find_args {
    tw_str text;
    bool back;
} find_args;

static enum tw_rc run_find(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out;
    const find_args *args = raw;
    return tw_workbench_find(screen_of(session), args->text.p ? args->text : TW_STR(""), args->back, err);
}

static enum tw_rc run_zoom(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    tw_workbench_zoom(screen_of(session));
    return TW_OK;
}

/* --- findings --- */

static bool has_findings(const tw_session *session, const char **why) {
    const tw_dataset *d = tw_session_dataset(session);
    *why = "no finding is known; ':findings' looks for them";
    return d && tw_dataset_finding_message(d, 0) && on_screen(session, why);
}

typedef struct finding_args {
    int64_t number;
    bool next, previous;
} finding_args;

/* The cursor goes to the cell; its finding's message is shown there by itself. */
static enum tw_rc run_finding(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out;
    const finding_args *args = raw;
    tw_dataset *d = tw_session_dataset(session);
    tw_view *view = tw_dataset_view(d);
    int64_t row = tw_view_cursor_row(view);
    size_t column = tw_view_cursor_column(view);
    bool numbered = args->number > 0;
    size_t nth, cells = numbered ? tw_dataset_finding_cells(d, (size_t)args->number - 1) : 0;
    if (numbered && !tw_dataset_find_finding(d, (size_t)args->number - 1, &row, &column, &nth))
        return tw_fail(err, TW_EUSAGE, "finding: number %lld has no cell in view; see ':findings', or drop a filter", (long long)args->number);
    if (!numbered && !tw_dataset_next_finding(d, args->previous, &row, &column))
        return tw_fail(err, TW_EUSAGE, "finding: there is none %s here; see ':findings'", args->previous ? "before" : "behind");
    tw_view_set_cursor(view, row, column);
    if (cells > 1) {
        char text[120];
        snprintf(text, sizeof text, "cell %s of %s; again for the next one", tw_grouped((int64_t)nth + 1).text, tw_grouped((int64_t)cells).text);
        tw_workbench_say(screen_of(session), TW_ROLE_MESSAGE, text);
    }
    return TW_OK;
}

/* --- colours --- */

typedef struct theme_args {
    tw_str name;
} theme_args;

static enum tw_rc run_theme(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    (void)out;
    const theme_args *args = raw;
    enum tw_rc rc = tw_workbench_set_theme(screen_of(session), args->name, err);
    return rc ? rc : tw_session_set_option(session, TW_STR("theme"), args->name, err);
}

/* clang-format off */
static const tw_param finding_params[] = {
    {.name = "number", .kind = TW_PARAM_INT, .offset = offsetof(finding_args, number), .fallback = "0", .min = 0, .max = 1e9, .flags = TW_PARAM_POSITIONAL, .help = "of the list of findings; the next cell with a finding without it"},
    {.name = "next", .kind = TW_PARAM_BOOL, .offset = offsetof(finding_args, next), .help = "the next cell in reading order"},
    {.name = "previous", .kind = TW_PARAM_BOOL, .offset = offsetof(finding_args, previous), .help = "the one before"},
};
static const tw_param theme_params[] = {
    {.name = "name", .kind = TW_PARAM_TEXT, .offset = offsetof(theme_args, name), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .help = "dark, light, mono, high-contrast, or a file of the user's themes without its suffix"},
};
static const tw_param go_params[] = {
    {.name = "where", .kind = TW_PARAM_CHOICE, .offset = offsetof(go_args, where), .choices = "up|down|left|right|page-up|page-down|half-up|half-down|top|bottom|first-column|last-column|center|wheel-up|wheel-down",
     .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .help = "which way"},
};
static const tw_param prompt_params[] = {
    {.name = "kind", .kind = TW_PARAM_TEXT, .offset = offsetof(prompt_args, kind), .fallback = "command", .flags = TW_PARAM_POSITIONAL, .help = "command, search, find, filter, goto, edit, open or save"},
    {.name = "text", .kind = TW_PARAM_EXPR, .offset = offsetof(prompt_args, text), .flags = TW_PARAM_POSITIONAL, .help = "what the line begins with"},
};
static const tw_param find_params[] = {
    {.name = "text", .kind = TW_PARAM_TEXT, .offset = offsetof(find_args, text), .flags = TW_PARAM_POSITIONAL, .help = "a regular expression, without regard to case; the last one without it"},
    {.name = "back", .kind = TW_PARAM_BOOL, .offset = offsetof(find_args, back), .letter = 'b', .help = "upwards"},
};
static const tw_param palette_params[] = {
    {.name = "of", .kind = TW_PARAM_CHOICE, .offset = offsetof(palette_args, of), .choices = "commands|columns", .fallback = "commands", .flags = TW_PARAM_POSITIONAL, .help = "what to choose from"},
};
static const tw_param focus_params[] = {
    {.name = "step", .kind = TW_PARAM_CHOICE, .offset = offsetof(focus_args, step), .choices = "next|previous", .fallback = "next", .flags = TW_PARAM_POSITIONAL, .help = "which pane"},
};

#define SCREEN_ROW .scope = TW_SCOPE_PROGRAM, .flags = TW_COMMAND_SCREEN, .available = on_screen
static const tw_command rows[] = {
    {.name = "close", SCREEN_ROW, .summary = "Close this pane; then leave for what the data were made from, then altogether", .run = run_close},
    {.name = "find", SCREEN_ROW, .params = find_params, .n_params = TW_COUNT(find_params), .args_size = sizeof(find_args), .summary = "Go to the next line of a pane that has a text", .run = run_find},
    {.name = "finding", .scope = TW_SCOPE_DATASET, .flags = TW_COMMAND_SCREEN, .available = has_findings, .params = finding_params, .n_params = TW_COUNT(finding_params), .args_size = sizeof(finding_args), .summary = "Go to the cells of a finding one after the other, or to the next cell with any", .example = "finding 1", .run = run_finding},
    {.name = "focus", SCREEN_ROW, .params = focus_params, .n_params = TW_COUNT(focus_params), .args_size = sizeof(focus_args), .summary = "Go to another pane", .run = run_focus},
    {.name = "go", SCREEN_ROW, .params = go_params, .n_params = TW_COUNT(go_params), .args_size = sizeof(go_args), .summary = "Move the cursor", .run = run_go},
    {.name = "keys", SCREEN_ROW, .summary = "Show the keys of this pane", .run = run_keys},
    {.name = "messages", SCREEN_ROW, .summary = "List what was said so far, the newest first", .view = "messages", .run = run_messages},
    {.name = "open-it", SCREEN_ROW, .summary = "Open what the cursor stands on", .run = run_open_it},
    {.name = "palette", SCREEN_ROW, .params = palette_params, .n_params = TW_COUNT(palette_params), .args_size = sizeof(palette_args), .summary = "Choose a command, or a column to go to, from a list", .run = run_palette},
    {.name = "prompt", SCREEN_ROW, .params = prompt_params, .n_params = TW_COUNT(prompt_params), .args_size = sizeof(prompt_args), .summary = "Ask for a line", .run = run_prompt},
    {.name = "theme", SCREEN_ROW, .params = theme_params, .n_params = TW_COUNT(theme_params), .args_size = sizeof(theme_args), .summary = "Take other colours", .example = "theme light", .run = run_theme},
    {.name = "zoom", SCREEN_ROW, .summary = "Give the focused pane the whole screen, or share it again", .run = run_zoom},
};
/* clang-format on */

enum tw_rc tw_tui_register(tw_session *session, tw_error *err) {
    return tw_session_add_commands(session, rows, TW_COUNT(rows), err);
}
