/* Searching cells by regular expression: what is shown is what is searched, in the order it is
 * shown, once around. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "base/regex.h"

typedef struct search_args {
    tw_str regex, col;
    bool back;
} search_args;

static const tw_param search_params[] = {
    TW_ROW(search_args, regex, TEXT, .flags = TW_PARAM_POSITIONAL,
           .help = "a regular expression; the last one without it"),
    TW_ROW(search_args, col, TEXT, .flags = TW_PARAM_POSITIONAL,
           .help = "only in this column; in all shown without it"),
    TW_ROW(search_args, back, BOOL, .letter = 'b', .help = "upwards"),
};

enum { SEARCH_POLL = 1024 };

typedef struct search {
    const tw_table *table;
    const tw_view_state *view;
    const tw_regex *regex;
    int only; /* table column, -1 = all shown */
    tw_buf text;
} search;

/* Shown column of the match nearest to `from` in the direction of travel, -1 = none. */
static enum tw_rc match_row(search *q, int64_t row, int64_t from, int step, int *column,
                            tw_error *err) {
    *column = -1;
    for (int64_t k = from; k >= 0 && k < (int64_t)q->view->n_columns; k += step) {
        int c = q->view->columns[k];
        if (q->only >= 0 && c != q->only)
            continue;
        enum tw_rc rc = tw_table_text(q->table, (size_t)c, row, &q->text, NULL, err);
        if (rc != TW_OK)
            return rc;
        if (tw_regex_match(q->regex, tw_buf_view(&q->text), NULL, NULL)) {
            *column = (int)k;
            return TW_OK;
        }
    }
    return TW_OK;
}

/* Where the cursor's column stands in view; a hidden one stands before all. */
static int64_t place_of(const tw_view_state *view, int column) {
    for (size_t k = 0; k < view->n_columns; k++)
        if (view->columns[k] == column)
            return (int64_t)k;
    return -1;
}

/* All rows in view once around, from the cell beside the cursor to the cursor's own. *around: the
 * search went over the end. */
static enum tw_rc find_next(tw_work *work, search *q, bool back, bool *around, tw_error *err) {
    int64_t rows = q->view->rows ? q->view->rows->n : tw_table_rows(q->table), at = work->view_row;
    const int step = back ? -1 : 1;
    const int64_t edge = back ? (int64_t)q->view->n_columns - 1 : 0;
    int64_t from = place_of(q->view, work->cursor_column) + step;
    tw_task_begin(work->task, "searching", (uint64_t)rows);
    for (int64_t i = 0; i <= rows && rows; i++, from = edge) {
        int column;
        enum tw_rc rc = i % SEARCH_POLL ? TW_OK : tw_task_check(work->task, err);
        if (rc == TW_OK)
            rc = match_row(q, q->view->rows ? q->view->rows->at[at] : at, from, step, &column, err);
        if (rc != TW_OK)
            return rc;
        if (column >= 0) {
            work->goto_row = at;
            work->goto_column = column;
            return TW_OK;
        }
        *around = *around || at == (back ? 0 : rows - 1);
        at = back ? (at > 0 ? at - 1 : rows - 1) : (at + 1 < rows ? at + 1 : 0);
        if (i % SEARCH_POLL == 0)
            tw_task_advance(work->task, SEARCH_POLL);
    }
    return TW_OK;
}

static enum tw_rc work_search(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const search_args *args = raw;
    tw_str text = args->regex.p ? args->regex : work->search;
    search q = {.table = work->table, .view = work->state->view, .only = -1};
    tw_regex *regex = NULL;
    if (!text.n)
        return tw_fail(err, TW_EUSAGE,
                       "search: nothing was searched before; write ':search REGEX'");
    enum tw_rc rc = args->col.p ? tw_table_require(work->table, args->col, &q.only, err) : TW_OK;
    if (rc == TW_OK)
        rc = tw_regex_new(text, work->ignore_case ? TW_REGEX_NOCASE : 0, &regex, err);
    if (rc == TW_EPARSE && err)
        err->row = -1; /* an offset in the pattern, which the message names; no row of the data */
    if (rc != TW_OK)
        return rc;
    q.regex = regex;
    work->new_search = tw_str_dup(text);
    tw_buf_init(&q.text, TW_BUF_MAX);
    bool around = false;
    rc = find_next(work, &q, args->back, &around, err);
    if (rc == TW_OK && work->goto_row < 0)
        *out = tw_doc_printf("'%.*s' is not there", TW_ARG(text));
    else if (rc == TW_OK && around)
        *out = tw_doc_printf("search: from the %s row again", args->back ? "last" : "first");
    tw_buf_fini(&q.text);
    tw_regex_free(regex);
    return rc;
}

const tw_command tw_commands_search[] = {
    {.name = "search",
     .scope = TW_SCOPE_VIEW,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_LOOKS,
     .params = search_params,
     .n_params = TW_COUNT(search_params),
     .args_size = sizeof(search_args),
     .summary = "Go to the next cell that matches a regular expression",
     .example = "search Oslo city",
     .work = work_search},
};
const size_t tw_commands_search_count = TW_COUNT(tw_commands_search);
