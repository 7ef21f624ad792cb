/* Datasets: a file from its first rows to its end, or a table made from another. The first rows are
 * kept as the batch that sniffing gave, so that a screen can be painted before anything is indexed;
 * once the file has been read they make room for the first version. */
#include "app/dataset.h"

#include "app/reading.h"
#include "base/file.h"
#include "base/number.h"
#include "report/value.h"

/* "data/patients.csv.gz" -> "patients" */
static char *name_of(const char *path) {
    tw_str name = tw_str_c(path);
    for (size_t slash; (slash = tw_str_find_char(name, '/', 0)) != SIZE_MAX && slash + 1 < name.n;)
        name = tw_str_sub(name, slash + 1, name.n);
    size_t dot = tw_str_find_char(name, '.', 1);
    if (tw_str_eq(name, TW_STR("-")))
        name = TW_STR("stdin");
    return tw_str_dup(dot == SIZE_MAX ? name : tw_str_sub(name, 0, dot));
}

/* The head as it will be shown: rows, fields without types, a view of all columns. */
static enum tw_rc show_head(tw_dataset *d, tw_error *err) {
    enum tw_rc rc = tw_opened_head(d->opened, TW_HEAD_ROWS, &d->head_arena, &d->head, err);
    if (rc != TW_OK)
        return rc;
    size_t width = tw_opened_width(d->opened);
    d->head_fields = tw_calloc(width, sizeof *d->head_fields);
    d->view.state = tw_view_state_new(width);
    if (!d->head_fields || !d->view.state)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++) {
        tw_str name = tw_arena_str(&d->head_arena, tw_opened_name(d->opened, i));
        if (!name.p)
            return tw_fail_memory(err);
        d->head_fields[i] = (tw_field){.name = name.p, .type = TW_TEXT, .source_column = (int)i};
    }
    d->view.known_rows = tw_peek_rows(d);
    return TW_OK;
}

static enum tw_rc open_file(tw_dataset *d, unsigned how, tw_task *task, tw_error *err) {
    tw_read_options options;
    enum tw_rc rc = tw_reading_options(d->reading, &d->head_arena, &options, err);
    options.live = how & TW_OPEN_LIVE;
    options.others = how & TW_OPEN_OTHERS;
    if (rc == TW_OK)
        rc = tw_open(d->path, &options, task, &d->opened, err);
    return rc == TW_OK ? show_head(d, err) : rc;
}

bool tw_dataset_grow(tw_dataset *d) {
    uint64_t bytes;
    if (d->state || !d->opened || !tw_opened_growing(d->opened, &bytes) || bytes == d->seen)
        return false;
    d->seen = bytes;
    tw_batch head;
    if (d->head.rows < TW_HEAD_ROWS) {
        tw_arena_reset(&d->grown_arena);
        d->head = (tw_batch){0};
        if (tw_opened_head(d->opened, TW_HEAD_ROWS, &d->grown_arena, &head, NULL) == TW_OK)
            d->head = head;
    }
    d->window.to = d->window.from; /* it may have ended where the stream did */
    d->view.known_rows = tw_peek_rows(d);
    return true;
}

enum tw_rc tw_dataset_open(const char *path, const tw_doc *reading, unsigned how, tw_task *task,
                           tw_dataset **out, tw_error *err) {
    tw_dataset *d = tw_calloc(1, sizeof *d);
    if (!d)
        return tw_fail_memory(err);
    tw_arena_init(&d->head_arena);
    tw_arena_init(&d->grown_arena);
    d->path = tw_str_dup(tw_str_c(path));
    d->name = name_of(path);
    d->reading = reading ? tw_doc_copy(reading) : tw_doc_map();
    enum tw_rc rc =
        d->path && d->name && d->reading ? open_file(d, how, task, err) : tw_fail_memory(err);
    if (rc != TW_OK) {
        tw_dataset_free(d);
        return rc;
    }
    *out = d;
    return TW_OK;
}

enum tw_rc tw_dataset_derive(const char *name, tw_dataset *parent, const tw_table *table,
                             tw_made *made, tw_dataset **out, tw_error *err) {
    tw_dataset *d = tw_calloc(1, sizeof *d);
    if (!d)
        return tw_fail_memory(err);
    tw_arena_init(&d->head_arena);
    tw_arena_init(&d->grown_arena);
    d->name = tw_str_dup(tw_str_c(name));
    d->parent = parent;
    d->reading = parent && parent->reading ? tw_doc_copy(parent->reading) : tw_doc_map();
    d->base = tw_table_ref(table);
    enum tw_rc rc =
        d->name && d->reading ? tw_state_new(table, made, &d->initial, err) : tw_fail_memory(err);
    if (rc != TW_OK) {
        tw_dataset_free(d);
        return rc;
    }
    tw_dataset_put(d, d->initial);
    *out = d;
    return TW_OK;
}

static void free_head(tw_dataset *d) {
    free(d->head_fields);
    d->head_fields = NULL;
    d->head = (tw_batch){0};
}

void tw_draws_free(tw_draw *draws, size_t n) {
    for (size_t i = 0; i < n; i++) {
        tw_state_unref(draws[i].state);
        tw_doc_free(draws[i].steps);
    }
    free(draws);
}

void tw_dataset_free(tw_dataset *d) {
    if (!d)
        return;
    tw_draws_free(d->draws, d->n_draws);
    tw_output_abort(d->beside);
    free(d->model);
    tw_finding_list_unref(d->findings);
    tw_view_state_unref(d->view.state);
    tw_state_unref(d->state);
    tw_state_unref(d->initial);
    tw_state_unref(d->saved);
    tw_table_unref(d->base);
    tw_opened_free(d->opened);
    tw_doc_free(d->reading);
    tw_doc_free(d->run_steps);
    tw_recipe_free(d->ran);
    free_head(d);
    tw_peek_window_fini(&d->window);
    tw_arena_fini(&d->head_arena);
    tw_arena_fini(&d->grown_arena);
    free(d->name);
    free(d->path);
    free(d);
}

enum tw_rc tw_dataset_read(const tw_dataset *d, tw_task *task, tw_table **out, tw_error *err) {
    tw_source *source = NULL;
    enum tw_rc rc = tw_opened_finish(d->opened, task, &source, err);
    if (rc == TW_OK) {
        rc = tw_table_from_source(source, out, err);
        source->ops->unref(source);
    }
    return rc == TW_OK ? TW_OK : tw_error_place(err, rc, d->path, -1, NULL);
}

enum tw_rc tw_dataset_set_base(tw_dataset *d, tw_table *base, tw_error *err) {
    d->base = base;
    enum tw_rc rc = tw_state_new(base, NULL, &d->initial, err);
    if (rc != TW_OK)
        return rc;
    d->saved = tw_state_ref(d->initial);
    int64_t row = d->view.cursor_row, above = row - d->view.top;
    if (row != d->view.asked_row)
        row = tw_peek_true_row(d, row);
    tw_dataset_put(d, d->initial);
    tw_view_set_cursor(&d->view, row, d->view.cursor_column);
    tw_view_set_window(&d->view, row - above, d->view.left);
    free_head(d); /* the arena stays: reading options live in it */
    tw_peek_window_fini(&d->window);
    return TW_OK;
}

/* What the user set by hand and no command recorded: widths and frozen columns. */
static void keep_widths(tw_view *view, const tw_view_state *old) {
    if (!old || old->n_widths != view->state->n_widths)
        return;
    bool same = old->frozen == view->state->frozen;
    for (size_t i = 0; i < old->n_widths && same; i++)
        same = old->widths[i] == view->state->widths[i];
    tw_view_state *copy = same ? NULL : tw_view_state_copy(view->state);
    if (!copy)
        return;
    memcpy(copy->widths, old->widths, old->n_widths * sizeof *old->widths);
    copy->frozen = TW_MIN(old->frozen, copy->n_columns);
    tw_view_state_unref(view->state);
    view->state = copy;
}

void tw_dataset_put(tw_dataset *d, tw_state *state) {
    tw_view_state *old = d->view.state;
    tw_state *before = d->state;
    d->state = tw_state_ref(state);
    d->view.state = tw_view_state_ref(state->view);
    d->view.known_rows = tw_table_rows(state->table);
    keep_widths(&d->view, old);
    tw_view_state_unref(old);
    tw_state_unref(before);
    tw_view_set_cursor(&d->view, d->view.cursor_row, d->view.cursor_column);
    tw_view_set_window(&d->view, d->view.top, d->view.left);
}

enum tw_rc tw_dataset_recipe(const tw_dataset *d, const tw_state *state, uint64_t seed,
                             tw_recipe **out, tw_error *err) {
    const tw_dataset *root = d;
    while (root->parent && (root->path || root->initial->made || root->ran))
        root = root->parent;
    if (!root->path && !root->initial->made && !root->ran)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "recipe: %s was made by looking at other data, which is no step; save it "
                       "with ':save'",
                       root->name);
    if (root->ran) {
        *out = tw_recipe_copy(root->ran);
        return *out ? tw_made_append(state ? state->made : NULL, *out, err) : tw_fail_memory(err);
    }
    if (state && state->seed)
        seed = state->seed;
    return tw_made_recipe(state ? state->made : NULL, tw_str_c(root->name), seed, d->reading, out,
                          err);
}

/* --- app/session.h --- */

const char *tw_dataset_name(const tw_dataset *d) {
    return d->name;
}

const char *tw_dataset_path(const tw_dataset *d) {
    return d->path;
}

const tw_table *tw_dataset_table(const tw_dataset *d) {
    return d->state ? d->state->table : NULL;
}

tw_view *tw_dataset_view(const tw_dataset *d) {
    return (tw_view *)(uintptr_t)&d
        ->view; /* the view is the changeable part of a dataset that callers see as const */
}

bool tw_dataset_modified(const tw_dataset *d) {
    if (!d->state)
        return false;
    if (!d->saved && d->n_keys) /* counts can be made again at any time */
        return d->state->table != d->initial->table;
    return !d->saved || d->state->table != d->saved->table;
}

bool tw_dataset_ready(const tw_dataset *d) {
    return d->state != NULL;
}

size_t tw_dataset_width(const tw_dataset *d) {
    return d->state ? tw_table_width(d->state->table) : tw_opened_width(d->opened);
}

const tw_field *tw_dataset_field(const tw_dataset *d, size_t column) {
    return d->state ? tw_table_field(d->state->table, column) : &d->head_fields[column];
}

int64_t tw_dataset_rows(const tw_dataset *d, bool *exact) {
    if (!d->state) {
        int64_t rows = tw_opened_rows(d->opened, exact);
        uint64_t bytes;
        bool all = tw_opened_growing(d->opened, &bytes) && d->head.rows < TW_HEAD_ROWS;
        return all ? (int64_t)d->head.rows : rows;
    }
    *exact = true;
    return tw_table_rows(d->state->table);
}

bool tw_dataset_growing(const tw_dataset *d) {
    return !d->state && d->opened && !tw_opened_ended(d->opened);
}

bool tw_dataset_counted(const tw_dataset *d, int64_t row) {
    return d->state || tw_peek_counted(d, row);
}

typedef struct head_cell {
    const tw_batch *batch;
    size_t cell;
    tw_buf *out, scratch;
} head_cell;

static enum tw_rc copy_head_cell(void *ctx, tw_error *err) {
    head_cell *h = ctx;
    tw_buf_str(h->out, tw_batch_text(h->batch, h->cell, &h->scratch));
    return tw_buf_check(h->out, err);
}

/* These rows lie in the mapped file until columns are made of them, so they can go while one
 * looks. */
static enum tw_rc head_text(tw_dataset *d, size_t column, int64_t row, tw_buf *out,
                            enum tw_cell_state *state, tw_error *err) {
    tw_buf_clear(out);
    *state = TW_MISSING;
    size_t at;
    const tw_batch *batch = tw_peek_batch(d, row, &at);
    if (!batch)
        return TW_OK;
    head_cell h = {.batch = batch, .cell = batch->first[at] + column, .out = out};
    if (h.cell >= batch->first[at + 1])
        return TW_OK;
    tw_buf_init(&h.scratch, TW_BUF_MAX);
    enum tw_rc rc = tw_file_guard(copy_head_cell, &h, err);
    if (rc == TW_OK && out->n)
        *state = TW_VALUE;
    tw_buf_fini(&h.scratch);
    return rc;
}

enum tw_rc tw_dataset_text(tw_dataset *d, size_t column, int64_t row, tw_buf *out,
                           enum tw_cell_state *state, tw_error *err) {
    if (d->state)
        return tw_table_text(d->state->table, column, row, out, state, err);
    return head_text(d, column, row, out, state, err);
}

enum tw_rc tw_dataset_shown(tw_dataset *d, size_t column, int64_t row, tw_buf *out,
                            enum tw_cell_state *state, tw_error *err) {
    double value;
    const tw_field *field = tw_dataset_field(d, column);
    enum tw_rc rc = tw_dataset_text(d, column, row, out, state, err);
    bool computed = d->state && field->source_column < 0 && field->type == TW_FLOAT &&
                    field->format.number.decimals < 0;
    if (rc != TW_OK || !computed || *state != TW_VALUE ||
        !tw_parse_f64_as(tw_buf_view(out), field->format.number, &value, NULL))
        return rc;
    tw_buf_clear(out);
    tw_value_put_number(value, out);
    for (size_t i = 0; i < out->n; i++)
        if (out->p[i] == '.')
            out->p[i] = field->format.number.decimal;
    return tw_buf_check(out, err);
}

int tw_dataset_finding_at(const tw_dataset *d, size_t column, int64_t row, size_t *number) {
    static const char letters[] = {
        [TW_FINDING_ERROR] = 'e', [TW_FINDING_STYLE] = 's', [TW_FINDING_UNUSUAL] = 'u'};
    if (!d->state || !d->findings ||
        tw_finding_list_rows_version(d->findings) != d->state->rows_version)
        return 0;
    const tw_field *field = tw_table_field(d->state->table, column);
    int there = tw_table_find(tw_finding_list_table(d->findings), tw_str_c(field->name));
    if (there < 0)
        return 0;
    size_t found = tw_finding_list_find(d->findings, there, row, d->state->verdicts);
    if (found == SIZE_MAX)
        return 0;
    if (number)
        *number = found;
    return letters[tw_finding_list_at(d->findings, found)->class];
}

enum tw_rc tw_dataset_recipe_lua(const tw_dataset *d, tw_buf *out, tw_error *err) {
    tw_recipe *recipe = NULL;
    enum tw_rc rc = tw_dataset_recipe(d, d->state, 0, &recipe, err);
    if (rc == TW_OK && !tw_recipe_lua(recipe, out))
        rc = tw_fail_memory(err);
    tw_recipe_free(recipe);
    return rc;
}
