/* What commands that take long are made of: running a step and recording it, finding other tables,
 * resolving columns. All of it sees a snapshot, so it may run on any thread while the session goes
 * on. */
#include "app/work.h"

#include <pthread.h>

#include "base/json.h"
#include "base/number.h"

void tw_work_fini(tw_work *work) {
    tw_state_unref(work->state);
    tw_state_unref(work->next);
    tw_finding_list_unref(work->findings);
    tw_finding_list_unref(work->new_findings);
    tw_table_unref(work->base);
    tw_table_unref(work->in_view);
    tw_dataset_free(work->fresh);
    tw_chart_free(work->chart);
    tw_run_report_fini(&work->report);
    tw_draws_free(work->draws, work->n_draws);
    tw_output_abort(work->beside);
    for (size_t i = 0; i < work->n_peers; i++)
        tw_state_unref(work->peers[i].state);
    free(work->peers);
    free(work->new_search);
    tw_arena_fini(&work->arena);
    *work = (tw_work){0};
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The rows that filters leave, in the table's own order. */
static enum tw_rc narrow(tw_work *work, tw_error *err) {
    const tw_rows *shown = work->state->view->rows;
    int64_t *rows = tw_calloc((size_t)shown->n, sizeof *rows);
    tw_draft *draft = NULL;
    if (!rows)
        return tw_fail_memory(err);
    if (shown->n)
        memcpy(rows, shown->at, (size_t)shown->n * sizeof *rows);
    qsort(rows, (size_t)shown->n, sizeof *rows, by_number);
    enum tw_rc rc = tw_draft_new(work->table, &draft, err);
    if (rc == TW_OK)
        rc = tw_draft_rows(draft, rows, shown->n, work->task, err);
    free(rows);
    if (rc == TW_OK)
        rc = tw_draft_commit(draft, &work->in_view, err);
    else
        tw_draft_free(draft);
    if (rc == TW_OK)
        work->table = work->in_view;
    return rc;
}

enum tw_rc tw_work_call(tw_work *work, const tw_command *command, const void *args, tw_doc **out,
                        tw_error *err) {
    const tw_view_state *view = work->state ? work->state->view : NULL;
    bool part = command->flags & TW_COMMAND_IN_VIEW && view && view->n_filters && view->rows;
    enum tw_rc rc = part ? narrow(work, err) : TW_OK;
    if (rc == TW_OK)
        rc = command->work(work, args, out, err);
    if (rc != TW_OK || !part)
        return rc;
    if (work->fresh)
        work->fresh->of_view = true;
    tw_say(work->log, TW_NOTE, "%s: of the %s rows in view", command->name,
           tw_grouped(tw_table_rows(work->table)).text);
    return TW_OK;
}

tw_state *tw_work_next(tw_work *work) {
    if (!work->next)
        work->next = tw_state_copy(work->state);
    return work->next;
}

enum tw_rc tw_work_path(tw_work *work, tw_str path, const char **out, tw_error *err) {
    tw_str copy = tw_arena_str(&work->arena, path);
    if (!copy.p)
        return tw_fail_memory(err);
    if (tw_str_find_char(path, '\0', 0) != SIZE_MAX)
        return tw_fail(err, TW_EUSAGE, "path: it holds a NUL byte; name a file");
    *out = copy.p;
    return TW_OK;
}

enum tw_rc tw_work_columns(tw_work *work, const tw_str_list *selectors, int **columns, size_t *n,
                           tw_error *err) {
    return tw_select_columns(work->table, selectors->at, selectors->n, &work->arena, columns, n,
                             err);
}

bool tw_names_no_types(const tw_str_list *selectors) {
    for (size_t i = 0; i < selectors->n; i++)
        if (tw_str_find_char(selectors->at[i], ':', 0) != SIZE_MAX ||
            tw_str_find_char(selectors->at[i], '@', 0) != SIZE_MAX)
            return false;
    return true;
}

enum tw_rc tw_work_refuse_input(const tw_work *work, const char *path, bool in_place,
                                tw_error *err) {
    for (size_t i = 0; !in_place && i < work->n_peers; i++) {
        const char *input = work->peers[i].dataset->path;
        if (input && strcmp(path, "-") != 0 && tw_file_same(path, input))
            return tw_fail(err, TW_EUSAGE,
                           "%s: it is the input; write somewhere else, or give --in-place", path);
    }
    return TW_OK;
}

void tw_work_say_written(const tw_work *work, tw_str path) {
    if (path.p && !work->batch && !tw_str_eq_c(path, "-"))
        tw_say(work->log, TW_NOTE, "written: %.*s", TW_ARG(path));
}

enum tw_rc tw_output_json(tw_output *file, const tw_doc *doc, tw_error *err) {
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    bool good = tw_json_write(&line, doc, 0) && tw_buf_char(&line, '\n');
    enum tw_rc rc = good ? tw_output_write(file, line.p, line.n, err) : tw_fail_memory(err);
    tw_buf_fini(&line);
    return rc;
}

enum tw_rc tw_work_make_findings(tw_work *work, const tw_profile *profile, tw_error *err) {
    if (work->findings && tw_finding_list_table(work->findings) == work->table)
        return TW_OK;
    tw_findings *findings = NULL;
    tw_finding_list *list = NULL;
    enum tw_rc rc = tw_findings_of(work->table, profile, work->task, &findings, err);
    if (rc == TW_OK)
        rc = tw_finding_list_new(findings, work->state, &list, err);
    if (rc != TW_OK)
        return rc;
    tw_finding_list_unref(work->findings);
    work->findings = list;
    work->new_findings = tw_finding_list_ref(list);
    return TW_OK;
}

enum tw_rc tw_work_need_findings(tw_work *work, tw_error *err) {
    return tw_work_make_findings(work, NULL, err);
}

/* --- recording --- */

/* A text is split at commas and read as selectors where it is bound, an entry of a list is not. */
static bool reads_bare(tw_str name) {
    for (size_t i = 0; i < name.n; i++)
        if (strchr(",\"'`/", name.p[i]))
            return false;
    return name.n && tw_str_eq(tw_str_trim(name), name);
}

/* The column's name, or where another one before it is called the same, its number. */
static tw_doc *name_of(const tw_table *table, int column) {
    char number[24];
    const char *name = tw_table_field(table, (size_t)column)->name;
    if (tw_table_find(table, tw_str_c(name)) == column)
        return tw_doc_c(name);
    snprintf(number, sizeof number, "%d", column + 1);
    return tw_doc_c(tw_table_find(table, tw_str_c(number)) < 0 ? number : name);
}

/* A name that would be read as a selector is written so that it cannot be mistaken; others stay
 * bare. */
static tw_doc *names_of(const tw_table *table, const int *columns, size_t n) {
    if (n == 1 && reads_bare(tw_str_c(tw_table_field(table, (size_t)columns[0])->name)))
        return name_of(table, columns[0]);
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; list && i < n; i++)
        tw_doc_add(list, name_of(table, columns[i]));
    return list;
}

static bool names_columns(const tw_doc *value, const tw_table *table) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        return reads_bare(tw_doc_as_text(value, TW_STR(""))) &&
               tw_table_find(table, tw_doc_as_text(value, TW_STR(""))) >= 0;
    for (size_t i = 0; i < tw_doc_count(value); i++)
        if (tw_table_find(table, tw_doc_as_text(tw_doc_at(value, i), TW_STR(""))) < 0)
            return false;
    return tw_doc_kind(value) == TW_DOC_LIST;
}

/* A selector that is the column's name or number stands in the list. */
static bool is_named(const tw_doc *value, const tw_table *table, int column) {
    char number[24];
    const char *name = tw_table_field(table, (size_t)column)->name;
    tw_str rest = tw_doc_as_text(value, TW_STR("")), one;
    snprintf(number, sizeof number, "%d", column + 1);
    for (size_t i = 0; i < tw_doc_count(value); i++) {
        one = tw_doc_as_text(tw_doc_at(value, i), TW_STR(""));
        if (tw_str_eq_c(one, name) || tw_str_eq_c(one, number))
            return true;
    }
    while (tw_next_selector(&rest, &one)) {
        one = tw_str_trim(one);
        if (tw_selector_is_quoted(one))
            one = tw_str_sub(one, 1, one.n - 1);
        if (tw_str_eq_c(one, name) || tw_str_eq_c(one, number))
            return true;
    }
    return false;
}

/* What a selection brought along and the step cannot learn from goes: it would stay as it is, and
 * under its name it would be an error when the recipe is run. */
static enum tw_rc drop_empty(tw_work *work, const tw_table *table, const tw_doc *value,
                             int *columns, size_t *n, tw_error *err) {
    size_t kept = 0;
    enum tw_rc rc = tw_table_need(table, columns, *n, work->task, err);
    for (size_t i = 0; rc == TW_OK && i < *n; i++) {
        if (tw_table_rows(table) == 0 || is_named(value, table, columns[i]) ||
            tw_column_valid_count(tw_table_column(table, (size_t)columns[i])) > 0)
            columns[kept++] = columns[i];
        else
            tw_say(work->log, TW_WARNING, "column '%s' is missing in every row and left out",
                   tw_table_field(table, (size_t)columns[i])->name);
    }
    if (rc == TW_OK && *n && !kept)
        rc = tw_fail(err, TW_EDATA, "no column of the selection has a value; name others");
    *n = kept;
    return rc;
}

/* Selectors in one argument to the names they stand for now. */
static enum tw_rc resolve(tw_work *work, const tw_table *table, tw_doc *args, const char *name,
                          bool need_values, tw_error *err) {
    const tw_doc *value = tw_doc_get(args, name);
    if (!value || names_columns(value, table))
        return TW_OK;
    int *columns;
    size_t n;
    enum tw_rc rc;
    if (tw_doc_kind(value) == TW_DOC_TEXT) {
        rc = tw_select_columns_text(table, tw_doc_as_text(value, TW_STR("")), &work->arena,
                                    &columns, &n, err);
    } else {
        size_t count = tw_doc_count(value);
        tw_str *selectors = tw_arena_alloc(&work->arena, count + 1, sizeof *selectors);
        for (size_t i = 0; selectors && i < count; i++)
            selectors[i] = tw_doc_as_text(tw_doc_at(value, i), TW_STR(""));
        rc = selectors ? tw_select_columns(table, selectors, count, &work->arena, &columns, &n, err)
                       : tw_fail_memory(err);
    }
    if (rc == TW_OK && need_values)
        rc = drop_empty(work, table, value, columns, &n, err);
    if (rc != TW_OK)
        return rc;
    return tw_doc_set(args, name, names_of(table, columns, n)) ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc resolve_all(tw_work *work, const tw_table *table, const tw_step_row *row,
                              tw_doc *args, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < row->n_params && rc == TW_OK; i++)
        if (row->params[i].kind == TW_PARAM_COLUMNS)
            rc = resolve(work, table, args, row->params[i].name,
                         row->flags & TW_STEP_NEEDS_VALUES &&
                             strcmp(row->params[i].name, "cols") == 0,
                         err);
    return rc;
}

/* Random draws of a recorded step are those of the recipe run headless: same seed, same id. */
static tw_run_options run_options(const tw_work *work, const tw_key *key, const tw_log *log) {
    uint64_t own = work->next ? work->next->seed : work->state->seed;
    uint64_t seed = own ? own : tw_run_seed(work->seed, NULL);
    return (tw_run_options){.seed = seed, .key = key, .task = work->task, .log = log};
}

/* Warnings of a step go on to the user and into its entry of the report; steps may warn from any
 * worker. */
typedef struct hearing {
    const tw_log *to;
    tw_doc *warnings;
    pthread_mutex_t lock;
} hearing;

static void hear(void *self, enum tw_level level, const char *message) {
    hearing *h = self;
    if (level == TW_WARNING) {
        pthread_mutex_lock(&h->lock);
        tw_doc_add(h->warnings, tw_doc_c(message));
        pthread_mutex_unlock(&h->lock);
    }
    tw_say(h->to, level, "%s", message);
}

static enum tw_rc note_report(tw_work *work, const tw_made *made, const tw_step_result *result,
                              tw_doc *warnings, tw_error *err) {
    if (!work->report.steps)
        work->report.steps = tw_doc_list();
    tw_doc *step = tw_doc_map();
    if (!work->report.steps || !step) {
        tw_doc_free(warnings);
        tw_doc_free(step);
        return tw_fail_memory(err);
    }
    tw_doc_set(step, "id", tw_doc_c(made->id));
    tw_doc_set(step, "method", tw_doc_c(made->row->name));
    tw_doc_set(step, "parameters", tw_doc_copy(made->args));
    tw_doc_set(step, "cells_changed", tw_doc_int(result->cells_changed));
    tw_doc_set(step, "rows_added", tw_doc_int(result->rows_added));
    tw_doc_set(step, "rows_removed", tw_doc_int(result->rows_removed));
    tw_doc_set(step, "skipped", tw_doc_null());
    tw_doc_set(step, "summary", result->summary ? tw_doc_copy(result->summary) : tw_doc_null());
    tw_doc_set(step, "warnings", warnings);
    return tw_doc_add(work->report.steps, step) ? TW_OK : tw_fail_memory(err);
}

static tw_doc *summary_of(const tw_made *made, tw_step_result *result) {
    tw_doc *doc = result->summary ? result->summary : tw_doc_map();
    result->summary = NULL;
    if (!doc || tw_doc_kind(doc) != TW_DOC_MAP)
        return doc;
    tw_doc_set(doc, "step", tw_doc_c(made->row->name));
    tw_doc_set(doc, "cells_changed", tw_doc_int(result->cells_changed));
    tw_doc_set(doc, "rows_added", tw_doc_int(result->rows_added));
    tw_doc_set(doc, "rows_removed", tw_doc_int(result->rows_removed));
    return doc;
}

/* A dataset of its own around the step's table; a recipe's steps behind a synthesis go on with it.
 */
static enum tw_rc start_fresh(tw_work *work, tw_made *made, const tw_step_result *result,
                              tw_error *err) {
    const char *family = made->row->family;
    char *name = work->fresh ? tw_arena_printf(&work->arena, "%s", work->fresh->name)
                             : tw_arena_printf(&work->arena, "%s-%s", work->dataset->name, family);
    if (!name)
        return tw_fail_memory(err);
    tw_dataset_free(work->fresh);
    work->fresh = NULL;
    return tw_dataset_derive(name, work->dataset, result->table, made, &work->fresh, err);
}

/* The version the next step works on. */
static tw_state *latest(const tw_work *work) {
    return work->fresh ? work->fresh->state : work->next ? work->next : work->state;
}

/* Take the step's table as the next version. A step that replaces the table starts a dataset of its
 * own. */
static enum tw_rc take_result(tw_work *work, tw_made *made, tw_step_result *result, tw_error *err) {
    if (work->fresh || (made->row->flags & TW_STEP_REPLACES))
        return start_fresh(work, made, result, err);
    tw_state *next = tw_work_next(work);
    if (!next)
        return tw_fail_memory(err);
    bool rows_changed = made->row->flags & TW_STEP_CHANGES_ROWS;
    tw_view_state *view = NULL;
    enum tw_rc rc = TW_OK;
    if (work->batch)
        view = tw_view_state_new(tw_table_width(result->table));
    else
        rc = tw_view_state_follow(next->view, next->table, result->table, rows_changed, work->task,
                                  &view, err);
    if (rc != TW_OK || !view)
        return rc != TW_OK ? rc : tw_fail_memory(err);
    tw_state_set_view(next, view);
    tw_state_set_table(next, tw_table_ref(result->table));
    tw_state_set_made(next, tw_made_ref(made));
    next->rows_version += rows_changed;
    return TW_OK;
}

static enum tw_rc begin_step(tw_work *work, const tw_step_call *call, const tw_state *from,
                             tw_made **out, tw_error *err) {
    enum tw_rc rc = resolve_all(work, from->table, call->row, call->args, err);
    if (rc == TW_OK)
        return tw_made_add(from->made, call->row, call->args, call->id, call->note, out, err);
    tw_doc_free(call->args);
    return rc;
}

enum tw_rc tw_work_step(tw_work *work, const tw_step_call *call, tw_doc **summary, tw_error *err) {
    tw_state *from = tw_state_ref(latest(work));
    tw_made *made = NULL;
    enum tw_rc rc = begin_step(work, call, from, &made, err);
    if (rc != TW_OK) {
        tw_state_unref(from);
        return rc;
    }
    tw_step_result result = {0};
    hearing h = {.to = work->log, .warnings = tw_doc_list(), .lock = PTHREAD_MUTEX_INITIALIZER};
    tw_log log = {hear, &h};
    tw_run_options options = run_options(work, call->key, &log);
    tw_doc *state = NULL;
    rc = h.warnings ? tw_step_run(call->row, made->args, tw_str_c(made->id), made->number, &options,
                                  from->table, &result, &state, err)
                    : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = take_result(work, made, &result, err);
    if (rc == TW_OK)
        rc = note_report(work, made, &result, h.warnings, err);
    else
        tw_doc_free(h.warnings);
    if (rc == TW_OK && summary)
        *summary = summary_of(made, &result);
    if (rc == TW_OK && call->state) {
        *call->state = state;
        state = NULL;
    }
    tw_table_unref(result.table);
    tw_doc_free(result.summary);
    tw_doc_free(state);
    tw_made_unref(made);
    tw_state_unref(from);
    return rc;
}

enum tw_rc tw_work_step_named(tw_work *work, const char *name, tw_doc *args, tw_doc **summary,
                              tw_error *err) {
    tw_step_call call = {.args = args};
    enum tw_rc rc = args ? tw_step_find(tw_str_c(name), &call.row, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        return tw_work_step(work, &call, summary, err);
    tw_doc_free(args);
    return rc;
}

enum tw_rc tw_work_derive(tw_work *work, const char *what, const tw_table *table, tw_error *err) {
    const tw_dataset *from = work->dataset;
    char *name = from ? tw_arena_printf(&work->arena, "%s-%s", from->name, what)
                      : tw_arena_printf(&work->arena, "%s", what);
    if (!name)
        return tw_fail_memory(err);
    return tw_dataset_derive(name, work->dataset, table, NULL, &work->fresh, err);
}

enum tw_rc tw_work_view(tw_work *work, tw_view_state *view, tw_error *err) {
    tw_state *next = view ? tw_work_next(work) : NULL;
    if (!next) {
        tw_view_state_unref(view);
        return tw_fail_memory(err);
    }
    tw_state_set_view(next, view);
    return TW_OK;
}

/* "impute_knn" of family "impute" is method "knn"; cleaning steps carry no family. */
const char *tw_step_method_name(const tw_step_row *row, char out[64]) {
    tw_str name = tw_str_c(row->name), family = tw_str_c(row->family);
    if (tw_str_starts(name, family) && name.n > family.n && name.p[family.n] == '_')
        name = tw_str_sub(name, family.n + 1, name.n);
    size_t n = 0;
    for (; n < name.n && n < 63; n++)
        out[n] = name.p[n] == '_' ? '-' : name.p[n];
    out[n] = '\0';
    return out;
}

/* --- other tables --- */

void tw_work_summary(const tw_work *work, const tw_opened *opened, const char *path) {
    char summary[TW_SUMMARY_MAX];
    tw_opened_summary(opened, summary);
    if (summary[0])
        tw_say(work->log, TW_NOTE, "%s: %s", path, summary);
}

static enum tw_rc read_other(tw_work *work, const char *path, unsigned how, const tw_table **out,
                             tw_error *err) {
    tw_dataset *other = NULL;
    tw_table *table = NULL;
    enum tw_rc rc = tw_dataset_open(path, work->reading, how, work->task, &other, err);
    if (rc == TW_OK)
        rc = tw_dataset_read(other, work->task, &table, err);
    if (rc == TW_OK)
        tw_work_summary(work, other->opened, path);
    tw_dataset_free(other);
    *out = table;
    return rc;
}

enum tw_rc tw_work_other(tw_work *work, tw_str name_or_path, const tw_table **out,
                         const char **label, tw_error *err) {
    return tw_work_other_how(work, name_or_path, 0, out, label, err);
}

enum tw_rc tw_work_other_how(tw_work *work, tw_str name_or_path, unsigned how, const tw_table **out,
                             const char **label, tw_error *err) {
    enum tw_rc rc = tw_work_path(work, name_or_path, label, err);
    if (rc != TW_OK)
        return rc;
    for (size_t i = 0; i < work->n_peers; i++)
        if (!work->batch && strcmp(*label, work->peers[i].dataset->name) == 0) {
            if (!work->peers[i].state)
                return tw_fail(err, TW_EUSAGE, "%s: it is still being read; wait for it", *label);
            *out = tw_table_ref(work->peers[i].state->table);
            return TW_OK;
        }
    return read_other(work, *label, how, out, err);
}
