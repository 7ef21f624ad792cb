/* Selecting rows, for steps and saves that work on a part. A selection is a sorted list of rows of
 * the table, so it stays what it is when the view is sorted or filtered differently. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "base/number.h"
#include "expr/expr.h"

typedef struct expr_args {
    tw_str expr;
    bool only, invert;
} expr_args;

static const tw_param select_rows_params[] = {
    TW_ROW(expr_args, expr, EXPR, .flags = TW_PARAM_POSITIONAL,
           .help = "rows in view for which it is true; all in view without it"),
    TW_ROW(expr_args, only, BOOL, .help = "and no others"),
    TW_ROW(expr_args, invert, BOOL, .help = "select what is not selected"),
};

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Rows in view, ascending. */
static tw_rows *rows_in_view(const tw_view_state *view, const tw_table *table) {
    tw_rows *rows = tw_rows_new(view->rows ? view->rows->n : tw_table_rows(table));
    for (int64_t i = 0; rows && i < rows->n; i++)
        rows->at[i] = view->rows ? view->rows->at[i] : i;
    if (rows && view->n_keys)
        qsort(rows->at, (size_t)rows->n, sizeof *rows->at, by_number);
    return rows;
}

static bool contains(const tw_rows *rows, int64_t row) {
    return rows && bsearch(&row, rows->at, (size_t)rows->n, sizeof *rows->at, by_number);
}

/* Both ascending; NULL when memory is out. */
static tw_rows *unite(const tw_rows *a, const tw_rows *b) {
    tw_rows *all = tw_rows_new((a ? a->n : 0) + b->n);
    int64_t i = 0, k = 0, n = 0;
    while (all && ((a && i < a->n) || k < b->n)) {
        bool first = k >= b->n || (a && i < a->n && a->at[i] <= b->at[k]);
        int64_t row = first ? a->at[i++] : b->at[k++];
        if (!n || all->at[n - 1] != row)
            all->at[n++] = row;
    }
    if (all)
        all->n = n;
    return all;
}

static void keep_where(tw_rows *rows, bool (*test)(const void *ctx, int64_t row), const void *ctx) {
    int64_t n = 0;
    for (int64_t i = 0; i < rows->n; i++)
        if (test(ctx, rows->at[i]))
            rows->at[n++] = rows->at[i];
    rows->n = n;
}

static bool is_not_selected(const void *ctx, int64_t row) {
    return !contains(ctx, row);
}

static enum tw_rc chosen_rows(tw_work *work, const expr_args *args, tw_rows **out, tw_error *err) {
    *out = rows_in_view(work->state->view, work->table);
    if (!*out)
        return tw_fail_memory(err);
    if (args->invert)
        keep_where(*out, is_not_selected, work->state->view->selected);
    if (!args->expr.p)
        return TW_OK;
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0;
    enum tw_rc rc = tw_expr_compile(args->expr, work->table, &expr, err);
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, work->table, work->task, &rows, &n, NULL, err);
    if (rc == TW_OK)
        tw_rows_intersect(*out, rows, n);
    free(rows);
    tw_expr_free(expr);
    return rc;
}

static enum tw_rc work_select_rows(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const expr_args *args = raw;
    tw_rows *chosen = NULL;
    enum tw_rc rc = chosen_rows(work, args, &chosen, err);
    tw_view_state *view = rc == TW_OK ? tw_view_state_copy(work->state->view) : NULL;
    bool replaces = args->only || args->invert;
    tw_rows *selected = view ? unite(replaces ? NULL : view->selected, chosen) : NULL;
    tw_rows_unref(chosen);
    if (!selected) {
        tw_view_state_unref(view);
        return rc != TW_OK ? rc : tw_fail_memory(err);
    }
    *out = tw_doc_printf("%s row%s selected", tw_grouped(selected->n).text,
                         selected->n == 1 ? "" : "s");
    tw_view_state_set_selected(view, selected->n ? selected : NULL);
    if (!selected->n)
        tw_rows_unref(selected);
    return tw_work_view(work, view, err);
}

typedef struct select_row_args {
    bool stay;
} select_row_args;

static const tw_param select_row_params[] = {
    TW_ROW(select_row_args, stay, BOOL, .help = "leave the cursor where it is"),
};

static bool is_other_row(const void *ctx, int64_t row) {
    return row != *(const int64_t *)ctx;
}

static enum tw_rc run_select_row(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const select_row_args *args = raw;
    (void)out;
    tw_view *live = &s->current->view;
    if (!tw_view_rows(live))
        return tw_fail(err, TW_EUSAGE, "select-row: there is no row; drop a filter first");
    tw_view_state *view = tw_session_copy_view(s);
    tw_rows *row = tw_rows_new(1);
    if (row)
        row->at[0] = tw_view_row(live, tw_view_cursor_row(live));
    tw_rows *selected = view && row ? unite(view->selected, row) : NULL;
    if (selected && view->selected && contains(view->selected, row->at[0]))
        keep_where(selected, is_other_row, &row->at[0]);
    tw_rows_unref(row);
    if (!selected) {
        tw_view_state_unref(view);
        return tw_fail_memory(err);
    }
    tw_view_state_set_selected(view, selected->n ? selected : NULL);
    if (!selected->n)
        tw_rows_unref(selected);
    enum tw_rc rc = tw_session_put_view(s, view, err);
    if (rc == TW_OK && !args->stay)
        tw_view_set_cursor(live, tw_view_cursor_row(live) + 1, tw_view_cursor_column(live));
    return rc;
}

static bool has_selection(const tw_session *s, const char **why) {
    *why = "no row is selected";
    return s->current && tw_view_selected(&s->current->view) > 0;
}

static enum tw_rc run_unselect(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out;
    tw_view_state *view = tw_session_copy_view(s);
    if (view)
        tw_view_state_set_selected(view, NULL);
    return tw_session_put_view(s, view, err);
}

/* --- what to do with them --- */

static enum tw_rc work_filter_selected(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    tw_rows *chosen = work->state->view->selected;
    char text[TW_NUMBER_MAX + 16];
    if (!chosen)
        return tw_fail(err, TW_EUSAGE, "filter-selected: no row is selected; <Space> selects one");
    tw_view_state *view = tw_view_state_copy(work->state->view);
    if (!view)
        return tw_fail_memory(err);
    snprintf(text, sizeof text, "among %s selected", tw_grouped(chosen->n).text);
    enum tw_rc rc = tw_view_state_narrow_to(view, work->table, chosen, tw_str_c(text), err);
    if (rc != TW_OK) {
        tw_view_state_unref(view);
        return rc;
    }
    *out = tw_doc_printf("%s of %s rows", tw_grouped(view->rows->n).text,
                         tw_grouped(tw_table_rows(work->table)).text);
    return tw_work_view(work, view, err);
}

/* Number of a row as steps name it: from 1 in the source, new rows from -1 down. */
static int64_t number_of(const tw_table *table, int64_t row) {
    int64_t origin = tw_table_origin(table, row);
    return origin >= 0 ? origin + 1 : tw_table_source(table) ? origin : -origin;
}

/* "17,19-25" */
static bool put_ranges(int64_t *numbers, int64_t n, tw_buf *out) {
    qsort(numbers, (size_t)n, sizeof *numbers, by_number);
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && numbers[i] > 0 && numbers[end] == numbers[end - 1] + 1;)
            end++;
        tw_buf_printf(out, "%s%lld", i ? "," : "", (long long)numbers[i]);
        if (end - i > 1)
            tw_buf_printf(out, "-%lld", (long long)numbers[end - 1]);
    }
    return !out->failed;
}

static enum tw_rc work_drop_selected(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    const tw_rows *chosen = work->state->view->selected;
    if (!chosen)
        return tw_fail(err, TW_EUSAGE, "drop-selected: no row is selected; <Space> selects one");
    int64_t *numbers = tw_calloc((size_t)chosen->n, sizeof *numbers);
    tw_buf rows;
    tw_buf_init(&rows, TW_BUF_MAX);
    for (int64_t i = 0; numbers && i < chosen->n; i++)
        numbers[i] = number_of(work->table, chosen->at[i]);
    bool good = numbers && put_ranges(numbers, chosen->n, &rows);
    tw_doc *step = good ? tw_doc_map() : NULL;
    tw_doc_set(step, "rows", tw_doc_text(tw_buf_view(&rows)));
    tw_buf_fini(&rows);
    free(numbers);
    return tw_work_step_named(work, "drop_rows", step, out, err);
}

#define NOW (TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA)
#define VIEW (NOW | TW_COMMAND_UNDOABLE)
#define LONG (VIEW | TW_COMMAND_BACKGROUND)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_select[] = {
    {.name = "select-rows",
     .scope = TW_SCOPE_VIEW,
     .flags = LONG,
     PARAMS(select_rows_params, expr_args),
     .summary = "Select rows by an expression",
     .example = "select-rows age > 90",
     .work = work_select_rows},
    {.name = "select-row",
     .scope = TW_SCOPE_VIEW,
     .flags = VIEW,
     PARAMS(select_row_params, select_row_args),
     .summary = "Select the row under the cursor, or let it go",
     .run = run_select_row},
    {.name = "unselect",
     .scope = TW_SCOPE_VIEW,
     .flags = VIEW,
     .summary = "Select nothing",
     .available = has_selection,
     .run = run_unselect},
    {.name = "filter-selected",
     .scope = TW_SCOPE_VIEW,
     .flags = LONG,
     .summary = "Show only the selected rows",
     .help = "A filter like others: ':unfilter' shows all again.",
     .available = has_selection,
     .work = work_filter_selected},
    {.name = "drop-selected",
     .scope = TW_SCOPE_DATASET,
     .flags = NOW | TW_COMMAND_BACKGROUND | TW_COMMAND_RECORDS,
     .summary = "Take the selected rows out for good",
     .help = "Recorded by their numbers. What a condition says better, ':filter' and ':where' do.",
     .available = has_selection,
     .work = work_drop_selected},
};
const size_t tw_commands_select_count = TW_COUNT(tw_commands_select);
