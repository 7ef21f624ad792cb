/* What is shown: going, filtering, sorting, hiding, moving. None of it changes data; all of it is a
 * node of the history but the cursor. Instant changes are made here and now on a copy of the view
 * state; filters and sorts over all rows are work. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "base/number.h"

/* --- goto --- */

typedef struct goto_args {
    int64_t row;
    tw_str col;
} goto_args;

static const tw_param goto_params[] = {
    TW_ROW(goto_args, row, INT, .min = -9e15, .max = 9e15, .flags = TW_WORD,
           .help = "row from 1 as shown; -1 is the last one"),
    TW_ROW(goto_args, col, TEXT, .flags = TW_PARAM_POSITIONAL,
           .help = "a name, else a number from 1 as shown"),
};

/* A shown column by name, else by number from 1. */
static bool is_shown(const tw_session *s, tw_str word, size_t *out) {
    const tw_view *view = &s->current->view;
    int found = tw_view_find_column(view, word);
    int64_t number;
    if (found < 0 && tw_parse_i64(word, &number) && number >= 1 &&
        (size_t)number <= tw_view_columns(view))
        found = (int)number - 1;
    *out = found >= 0 ? (size_t)found : 0;
    return found >= 0;
}

static enum tw_rc find_shown(const tw_session *s, tw_str word, size_t *out, tw_error *err) {
    if (is_shown(s, word, out))
        return TW_OK;
    int column;
    enum tw_rc rc = tw_table_require(s->current->state->table, word, &column, err);
    if (rc != TW_OK)
        return rc;
    return tw_fail(err, TW_EUSAGE, "%.*s: the column is hidden; show it with ':unhide'",
                   TW_ARG(word));
}

/* A large file is still being read, and where the row should be can be told: as for those who
 * scroll there, it is the estimate until all rows are counted. */
static bool goes_early(const tw_session *s, const void *raw) {
    enum { READ_IN_NO_TIME = 16 << 20 };
    const goto_args *args = raw;
    const tw_dataset *d = s->current;
    if (!d || d->state || !d->opened || tw_opened_bytes(d->opened) < READ_IN_NO_TIME)
        return false;
    size_t column;
    int64_t rows = tw_view_rows(&d->view), row = args->row < 0 ? -args->row : args->row;
    return row >= 1 && row <= rows && (!args->col.p || is_shown(s, args->col, &column));
}

static enum tw_rc run_goto(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const goto_args *args = raw;
    (void)out;
    tw_view *view = &s->current->view;
    size_t column = tw_view_cursor_column(view);
    enum tw_rc rc = args->col.p ? find_shown(s, args->col, &column, err) : TW_OK;
    if (rc != TW_OK)
        return rc;
    int64_t rows = tw_view_rows(view), row = args->row < 0 ? rows + args->row : args->row - 1;
    if (row < 0 || (row >= rows && rows > 0))
        return tw_fail(err, TW_EUSAGE, "goto: there is no row %lld; rows go from 1 to %lld",
                       (long long)args->row, (long long)rows);
    tw_view_set_cursor(view, row, column);
    view->asked_row = row;
    return TW_OK;
}

/* --- filter, sort --- */

typedef struct filter_args {
    tw_str expr;
    bool all;
} filter_args;

static const tw_param filter_params[] = {
    TW_ROW(filter_args, expr, EXPR, .flags = TW_WORD,
           .help = "rows for which it is true stay in view"),
};
static const tw_param unfilter_params[] = {
    TW_ROW(filter_args, all, BOOL, .help = "drop all filters, not only the last one"),
};

static enum tw_rc work_filter(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const filter_args *args = raw;
    tw_view_state *view = tw_view_state_copy(work->state->view);
    if (!view)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_view_state_narrow(view, work->table, args->expr, work->task, err);
    if (rc != TW_OK) {
        tw_view_state_unref(view);
        return rc;
    }
    *out = tw_doc_printf("%s of %s rows", tw_grouped(view->rows->n).text,
                         tw_grouped(tw_table_rows(work->table)).text);
    return tw_work_view(work, view, err);
}

static enum tw_rc work_unfilter(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const filter_args *args = raw;
    (void)out;
    tw_view_state *view = tw_view_state_copy(work->state->view);
    if (!view)
        return tw_fail_memory(err);
    if (args->all)
        tw_view_state_clear_filters(view);
    else if (view->n_filters)
        tw_view_state_drop_filter(view, view->n_filters - 1);
    enum tw_rc rc = tw_view_state_compute(view, work->table, work->task, err);
    if (rc != TW_OK) {
        tw_view_state_unref(view);
        return rc;
    }
    return tw_work_view(work, view, err);
}

static bool has_filter(const tw_session *s, const char **why) {
    *why = "no filter is on";
    return s->current && tw_view_filters(&s->current->view) > 0;
}

typedef struct sort_args {
    tw_str keys;
    bool add;
} sort_args;

static const tw_param sort_params[] = {
    TW_ROW(sort_args, keys, TEXT, .flags = TW_PARAM_POSITIONAL | TW_PARAM_DASH,
           .help = "columns, as in city,-age; the file's own order without it"),
    TW_ROW(sort_args, add, BOOL, .help = "behind the keys that are there"),
};

/* "city,-age" into keys; a column whose name holds a comma is written alone. */
static enum tw_rc add_keys(tw_view_state *view, const tw_table *table, tw_str keys, tw_error *err) {
    tw_str rest = keys, key;
    if (tw_table_find(table, keys) >= 0)
        return tw_view_state_add_key(view, keys, false) ? TW_OK : tw_fail_memory(err);
    while (tw_next_selector(&rest, &key)) {
        key = tw_str_trim(key);
        bool descending = key.n > 1 && key.p[0] == '-' && tw_table_find(table, key) < 0;
        int column;
        if (descending)
            key = tw_str_sub(key, 1, key.n);
        enum tw_rc rc = tw_table_require(table, key, &column, err);
        if (rc != TW_OK)
            return rc;
        if (!tw_view_state_add_key(view, tw_str_c(tw_table_field(table, (size_t)column)->name),
                                   descending))
            return tw_fail_memory(err);
    }
    return TW_OK;
}

static enum tw_rc work_sort(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const sort_args *args = raw;
    (void)out;
    tw_view_state *view = tw_view_state_copy(work->state->view);
    if (!view)
        return tw_fail_memory(err);
    if (!args->add)
        tw_view_state_clear_keys(view);
    enum tw_rc rc = args->keys.n ? add_keys(view, work->table, args->keys, err) : TW_OK;
    if (rc == TW_OK)
        rc = tw_view_state_compute(view, work->table, work->task, err);
    if (rc != TW_OK) {
        tw_view_state_unref(view);
        return rc;
    }
    return tw_work_view(work, view, err);
}

/* --- columns --- */

typedef struct hide_args {
    tw_str_list cols;
} hide_args;

static const tw_param hide_params[] = {
    TW_ROW(hide_args, cols, COLUMNS, .flags = TW_WORD, .help = "columns to hide"),
};

static bool is_among(const int *columns, size_t n, int column) {
    for (size_t i = 0; i < n; i++)
        if (columns[i] == column)
            return true;
    return false;
}

static enum tw_rc run_hide(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const hide_args *args = raw;
    (void)out;
    tw_arena arena;
    tw_arena_init(&arena);
    int *columns;
    size_t n, kept = 0;
    enum tw_rc rc = tw_select_columns(s->current->state->table, args->cols.at, args->cols.n, &arena,
                                      &columns, &n, err);
    tw_view_state *view = rc == TW_OK ? tw_session_copy_view(s) : NULL;
    for (size_t i = 0; view && i < view->n_columns; i++)
        if (!is_among(columns, n, view->columns[i]))
            view->columns[kept++] = view->columns[i];
    tw_arena_fini(&arena);
    if (rc != TW_OK)
        return rc;
    if (view && !kept) {
        tw_view_state_unref(view);
        return tw_fail(err, TW_EUSAGE, "hide: no column would be left; keep one");
    }
    if (view) {
        view->n_columns = kept;
        view->frozen = TW_MIN(view->frozen, kept);
    }
    return tw_session_put_view(s, view, err);
}

/* Hidden columns come back behind the shown one that stands before them in the file. */
static enum tw_rc run_unhide(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out;
    size_t width = tw_table_width(s->current->state->table), n = s->current->view.state->n_columns;
    tw_view_state *view = tw_session_copy_view(s);
    int *columns = view ? tw_realloc(view->columns, width, sizeof *columns) : NULL;
    if (columns)
        view->columns = columns;
    for (int c = 0; columns && c < (int)width; c++) {
        if (is_among(columns, n, c))
            continue;
        size_t at = 0;
        for (size_t i = 0; i < n; i++)
            if (columns[i] == c - 1)
                at = i + 1;
        memmove(columns + at + 1, columns + at, (n - at) * sizeof *columns);
        columns[at] = c;
        n++;
    }
    if (!columns) {
        tw_view_state_unref(view);
        return tw_fail_memory(err);
    }
    view->n_columns = n;
    return tw_session_put_view(s, view, err);
}

typedef struct move_args {
    tw_str col, position;
} move_args;

static const tw_param move_params[] = {
    TW_ROW(move_args, col, COLUMN, .flags = TW_WORD, .help = "a column"),
    TW_ROW(move_args, position, TEXT, .flags = TW_WORD | TW_PARAM_DASH,
           .help = "from 1 as shown, or +N, -N from where it stands"),
};

static enum tw_rc run_move(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const move_args *args = raw;
    (void)out;
    size_t from;
    int64_t number;
    enum tw_rc rc = find_shown(s, args->col, &from, err);
    if (rc != TW_OK)
        return rc;
    bool relative = args->position.n && (args->position.p[0] == '+' || args->position.p[0] == '-');
    if (!tw_parse_i64(args->position, &number))
        return tw_fail(err, TW_EUSAGE, "move: '%.*s' is no position; write a number, +1 or -1",
                       TW_ARG(args->position));
    tw_view_state *view = tw_session_copy_view(s);
    if (!view)
        return tw_fail_memory(err);
    int64_t to = relative ? (int64_t)from + number : number - 1;
    to = TW_MAX(0, TW_MIN(to, (int64_t)view->n_columns - 1));
    int column = view->columns[from];
    memmove(view->columns + from, view->columns + from + 1,
            (view->n_columns - from - 1) * sizeof *view->columns);
    memmove(view->columns + to + 1, view->columns + to,
            (view->n_columns - 1 - (size_t)to) * sizeof *view->columns);
    view->columns[to] = column;
    rc = tw_session_put_view(s, view, err);
    if (rc == TW_OK)
        tw_view_set_cursor(&s->current->view, tw_view_cursor_row(&s->current->view), (size_t)to);
    return rc;
}

typedef struct number_args {
    int64_t n;
} number_args;

static const tw_param freeze_params[] = {
    TW_ROW(
        number_args, n, INT, .fallback = "-1", .min = -1, .max = 1e6, .flags = TW_PARAM_POSITIONAL,
        .help =
            "how many columns; up to the cursor's without it, none when they are frozen already"),
};
static const tw_param width_params[] = {
    TW_ROW(number_args, n, INT, .fallback = "0", .min = 0, .max = 10000,
           .flags = TW_PARAM_POSITIONAL, .help = "cells; 0 = automatic"),
};

static enum tw_rc run_freeze(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const number_args *args = raw;
    tw_view *view = &s->current->view;
    size_t upto = tw_view_cursor_column(view) + 1;
    size_t wanted = args->n >= 0 ? (size_t)args->n : tw_view_frozen(view) == upto ? 0 : upto;
    tw_view_set_frozen(view, wanted);
    size_t frozen = tw_view_frozen(view);
    *out = frozen ? tw_doc_printf("%zu column%s at the left edge", frozen,
                                  frozen == 1 ? " stays" : "s stay")
                  : tw_doc_c("no column is frozen any more");
    return *out ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc run_width(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const number_args *args = raw;
    (void)out, (void)err;
    tw_view *view = &s->current->view;
    if (tw_view_columns(view))
        tw_view_set_width(view, tw_view_cursor_column(view), (int)args->n);
    return TW_OK;
}

#define NOW (TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA)
#define VIEW (NOW | TW_COMMAND_UNDOABLE)
#define LONG (VIEW | TW_COMMAND_BACKGROUND)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_view[] = {
    {.name = "goto",
     .scope = TW_SCOPE_VIEW,
     .flags = NOW,
     PARAMS(goto_params, goto_args),
     .summary = "Go to a row, and a column",
     .help = "In a large file that is still being read the row is where it should be by the size of "
             "the first ones, and the one asked for once all are counted.",
     .example = "goto 100 age",
     .early = goes_early,
     .run = run_goto},
    {.name = "filter",
     .scope = TW_SCOPE_VIEW,
     .flags = LONG,
     PARAMS(filter_params, filter_args),
     .summary = "Show only rows for which an expression is true",
     .help = "Filters stack: each narrows what the one before left; 'column == value' takes the "
             "place of an earlier one on that column. Nothing is dropped from the dataset.",
     .example = "filter age > 30 and sex == 'f'",
     .work = work_filter},
    {.name = "unfilter",
     .scope = TW_SCOPE_VIEW,
     .flags = LONG,
     PARAMS(unfilter_params, filter_args),
     .summary = "Drop the last filter",
     .available = has_filter,
     .work = work_unfilter},
    {.name = "sort",
     .scope = TW_SCOPE_VIEW,
     .flags = LONG,
     PARAMS(sort_params, sort_args),
     .summary = "Show the rows in another order",
     .help = "Missing cells come last in both directions; ties keep their order. Replaces the "
             "order that is there, unless --add.",
     .example = "sort -age,city",
     .work = work_sort},
    {.name = "hide",
     .scope = TW_SCOPE_VIEW,
     .flags = VIEW,
     PARAMS(hide_params, hide_args),
     .summary = "Hide columns",
     .example = "hide '/^diag/'",
     .run = run_hide},
    {.name = "unhide",
     .scope = TW_SCOPE_VIEW,
     .flags = VIEW,
     .summary = "Show all columns again",
     .run = run_unhide},
    {.name = "move",
     .scope = TW_SCOPE_VIEW,
     .flags = VIEW,
     PARAMS(move_params, move_args),
     .summary = "Show a column in another place",
     .example = "move age 1",
     .run = run_move},
    {.name = "freeze",
     .scope = TW_SCOPE_VIEW,
     .flags = NOW,
     PARAMS(freeze_params, number_args),
     .summary = "Keep columns at the left edge",
     .run = run_freeze},
    {.name = "width",
     .scope = TW_SCOPE_VIEW,
     .flags = NOW,
     PARAMS(width_params, number_args),
     .summary = "Set the width of the column under the cursor",
     .run = run_width},
};
const size_t tw_commands_view_count = TW_COUNT(tw_commands_view);
