/* What stands under the cursor, in full: the row with its whole cells, the column with its figures, and
 * the rows that a line of counts stands for. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "profile/profile.h"

/* --- row --- */

/* {column, type, text, note}: note says why the cell is no value, or what is wrong with it. */
static tw_doc *cell_doc(tw_dataset *d, size_t column, int64_t row, tw_buf *text, tw_error *err) {
    enum tw_cell_state state = TW_VALUE;
    const tw_field *field = tw_dataset_field(d, column);
    size_t number;
    tw_buf_clear(text);
    if (tw_dataset_text(d, column, row, text, &state, err) != TW_OK)
        return NULL;
    tw_doc *doc = tw_doc_map();
    tw_doc_set(doc, "column", tw_doc_c(field->name));
    tw_doc_set(doc, "type", tw_doc_c(tw_type_name(field->type)));
    tw_doc_set(doc, "text", tw_doc_text(tw_buf_view(text)));
    if (tw_dataset_finding_at(d, column, row, &number))
        tw_doc_set(doc, "note", tw_doc_c(tw_dataset_finding_message(d, number)));
    else if (state == TW_MISSING)
        tw_doc_set(doc, "note", tw_doc_c("missing"));
    else if (state == TW_UNREADABLE)
        tw_doc_set(doc, "note", tw_doc_printf("cannot be read as %s", tw_type_name(field->type)));
    return doc;
}

static enum tw_rc add_cells(tw_dataset *d, int64_t row, tw_doc *cells, tw_error *err) {
    tw_error why = TW_ERROR_INIT;
    tw_buf text;
    bool good = cells != NULL;
    tw_buf_init(&text, TW_BUF_MAX);
    for (size_t k = 0; good && k < tw_view_columns(&d->view); k++) {
        tw_doc *cell = cell_doc(d, tw_view_column(&d->view, k), row, &text, &why);
        good = cell && tw_doc_add(cells, cell);
    }
    tw_buf_fini(&text);
    if (good)
        return TW_OK;
    if (why.code != TW_OK && err)
        *err = why;
    return why.code != TW_OK ? why.code : tw_fail_memory(err);
}

static enum tw_rc run_row(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    tw_dataset *d = s->current;
    const tw_view *view = &d->view;
    (void)args;
    if (!tw_view_rows(view))
        return tw_fail(err, TW_EUSAGE, "row: no row is shown; drop a filter first");
    tw_doc *doc = tw_doc_map(), *cells = tw_doc_list();
    enum tw_rc rc = add_cells(d, tw_view_row(view, tw_view_cursor_row(view)), cells, err);
    tw_doc_set(doc, "row", tw_doc_int(tw_view_cursor_row(view) + 1));
    tw_doc_set(doc, "cells", cells);
    if (rc == TW_OK && (!doc || tw_doc_failed(doc)))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        *out = doc;
    else
        tw_doc_free(doc);
    return rc;
}

/* --- rows --- */

typedef struct rows_args {
    int64_t n;
} rows_args;

static const tw_param rows_params[] = {
    TW_ROW(rows_args, n, INT, .fallback = "20", .min = 1, .max = 10000, .letter = 'n',
           .flags = TW_PARAM_POSITIONAL, .help = "how many"),
};

static tw_doc *rows_table(const tw_dataset *d, tw_error *err) {
    size_t width = tw_view_columns(&d->view);
    const char **names = tw_calloc(width + 1, sizeof *names);
    if (!names) {
        (void)tw_fail_memory(err);
        return NULL;
    }
    names[0] = "row";
    for (size_t k = 0; k < width; k++)
        names[k + 1] = tw_dataset_field(d, tw_view_column(&d->view, k))->name;
    tw_doc *table = tw_doc_table(names, width + 1);
    free(names);
    if (!table)
        (void)tw_fail_memory(err);
    return table;
}

static enum tw_rc add_row(tw_dataset *d, int64_t shown, tw_buf *text, tw_doc *table, tw_error *err) {
    enum tw_cell_state state = TW_VALUE;
    enum tw_rc rc = TW_OK;
    tw_doc *line = tw_doc_list();
    tw_doc_add(line, tw_doc_int(shown + 1));
    for (size_t k = 0; rc == TW_OK && k < tw_view_columns(&d->view); k++) {
        tw_buf_clear(text);
        rc = tw_dataset_text(d, tw_view_column(&d->view, k), tw_view_row(&d->view, shown), text, &state, err);
        bool missing = state == TW_MISSING && !text->n;
        tw_doc_add(line, missing ? tw_doc_null() : tw_doc_text(tw_buf_view(text)));
    }
    return tw_doc_add(table, line) || rc != TW_OK ? rc : tw_fail_memory(err);
}

static enum tw_rc run_rows(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const rows_args *args = raw;
    tw_dataset *d = s->current;
    int64_t at = tw_view_cursor_row(&d->view), end = TW_MIN(at + args->n, tw_view_rows(&d->view));
    tw_doc *table = rows_table(d, err);
    enum tw_rc rc = table ? TW_OK : TW_ENOMEM;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (; rc == TW_OK && at < end; at++)
        rc = add_row(d, at, &text, table, err);
    tw_buf_fini(&text);
    if (rc == TW_OK)
        *out = table;
    else
        tw_doc_free(table);
    return rc;
}

static bool has_current(const tw_session *s, const char **why) {
    *why = "no dataset is open";
    return s->current != NULL;
}

/* --- describe --- */

typedef struct describe_args {
    tw_str col;
} describe_args;

static const tw_param describe_params[] = {
    TW_ROW(describe_args, col, COLUMN, .flags = TW_PARAM_POSITIONAL,
           .help = "a column; the one under the cursor without it"),
};

static bool names_column(const tw_doc *columns, const char *name) {
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        if (tw_str_eq_c(tw_doc_as_text(tw_doc_at(columns, i), TW_STR("")), name))
            return true;
    return false;
}

/* Of the findings that are known already, those of the column. */
static tw_doc *findings_of(const tw_work *work, const char *name) {
    tw_doc *some = tw_doc_list();
    tw_doc *all = work->findings ? tw_finding_list_doc(work->findings, work->state->verdicts) : NULL;
    for (size_t i = 0; i < tw_doc_count(all); i++)
        if (names_column(tw_doc_get(tw_doc_at(all, i), "columns"), name))
            tw_doc_add(some, tw_doc_copy(tw_doc_at(all, i)));
    tw_doc_free(all);
    return some;
}

static enum tw_rc work_describe(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const describe_args *args = raw;
    int column = work->cursor_column;
    tw_profile *profile = NULL;
    enum tw_rc rc = args->col.p ? tw_table_require(work->table, args->col, &column, err) : TW_OK;
    if (rc == TW_OK && column < 0)
        rc = tw_fail(err, TW_EUSAGE, "describe: there is no column under the cursor; name one");
    if (rc == TW_OK)
        rc = tw_profile_column(work->table, (size_t)column, work->task, &profile, err);
    if (rc != TW_OK)
        return rc;
    tw_doc *doc = tw_profile_doc(profile);
    tw_profile_free(profile);
    tw_doc_set(doc, "findings", findings_of(work, tw_table_field(work->table, (size_t)column)->name));
    if (!doc || tw_doc_failed(doc)) {
        tw_doc_free(doc);
        return tw_fail_memory(err);
    }
    *out = doc;
    return TW_OK;
}

/* --- behind --- */

/* "filter city == 'Oslo'" for one of the leading columns, which are the keys of counts. */
static enum tw_rc put_filter(const tw_dataset *d, size_t key, int64_t row, tw_buf *line, tw_error *err) {
    const tw_table *table = d->state->table;
    int column = (int)key;
    enum tw_rc rc = tw_table_need(table, &column, 1, NULL, err);
    if (rc != TW_OK)
        return rc;
    tw_cell cell = tw_column_cell(tw_table_column(table, key), row);
    tw_buf_clear(line);
    tw_buf_c(line, "filter ");
    tw_condition_same(tw_str_c(tw_table_field(table, key)->name), &cell, line);
    return tw_buf_check(line, err);
}

/* Counts of what was in view are narrowed from what is; a filter for each key, so that the next row's take their places. */
static enum tw_rc run_behind(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    tw_dataset *counts = s->current;
    const tw_view *view = &counts->view;
    (void)args, (void)out;
    if (!tw_view_rows(view))
        return tw_fail(err, TW_EUSAGE, "behind: no row is shown; drop a filter first");
    int64_t row = tw_view_row(view, tw_view_cursor_row(view));
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    enum tw_rc rc = tw_session_visit(s, counts->parent, err);
    if (rc == TW_OK && !counts->of_view && tw_view_filters(&s->current->view))
        rc = tw_session_start_line(s, TW_STR("unfilter --all"), err);
    for (size_t k = 0; rc == TW_OK && k < counts->n_keys; k++) {
        rc = put_filter(counts, k, row, &line, err);
        if (rc == TW_OK)
            rc = tw_session_start_line(s, tw_buf_view(&line), err);
    }
    tw_buf_fini(&line);
    return rc;
}

static bool has_behind(const tw_session *s, const char **why) {
    const tw_dataset *d = s->current;
    *why = "this is no table of counts";
    return d && d->state && d->n_keys && d->parent && !d->parent->hidden;
}

const tw_command tw_commands_here[] = {
    {.name = "row",
     .scope = TW_SCOPE_VIEW,
     .flags = TW_COMMAND_SCREEN,
     .summary = "Show the row under the cursor, a line for each column, cells in full",
     .view = "row",
     .available = has_current,
     .run = run_row},
    {.name = "rows",
     .scope = TW_SCOPE_VIEW,
     .flags = TW_COMMAND_SCREEN,
     .params = rows_params,
     .n_params = TW_COUNT(rows_params),
     .args_size = sizeof(rows_args),
     .summary = "Show rows as text, from the one under the cursor on",
     .view = "document",
     .available = has_current,
     .run = run_rows},
    {.name = "describe",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_LOOKS | TW_COMMAND_IN_VIEW,
     .params = describe_params,
     .n_params = TW_COUNT(describe_params),
     .args_size = sizeof(describe_args),
     .summary = "Profile one column: figures, distribution, frequent values, what is wrong in it",
     .example = "describe age",
     .view = "describe",
     .work = work_describe},
    {.name = "behind",
     .scope = TW_SCOPE_VIEW,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA,
     .summary = "Show the rows that a line of counts stands for",
     .help = "In what ':frequency' or ':group' made: goes to the dataset that was counted and shows only the rows with "
             "these values. Closing it comes back.",
     .available = has_behind,
     .run = run_behind},
};
const size_t tw_commands_here_count = TW_COUNT(tw_commands_here);
