/* A chunk is walked by its kind: texts as slices, anything else cell by cell; what changes is written down as
 * (row, cell) and patched into the column at the end, so that untouched chunks stay shared.
 *
 * Text columns mostly hold few distinct texts whose slices come again at the same address, so the last outcomes are
 * remembered by address. A step that sees unreadable cells only visits the side list of a column that is not text. */
#include "steps/clean/cells.h"

#include "expr/expr.h"

enum { REMEMBERED = 256, LONGEST = 1 << 24 };

/* Changes of one chunk, in row order. */
typedef struct edits {
    int64_t *rows;
    tw_cell *cells;
    int64_t n, room;
    tw_arena texts;
} edits;

typedef struct walk {
    const tw_cell_step *step;
    const tw_column *column;
    size_t at;            /* number of the column */
    const uint64_t *when; /* bitmap over rows, NULL = all */
    edits *chunks;
} walk;

static enum tw_rc add_edit(edits *e, int64_t row, const tw_cell *cell, tw_error *err) {
    if (e->n == e->room) {
        int64_t room = e->room ? e->room * 2 : 64;
        int64_t *rows = tw_realloc(e->rows, (size_t)room, sizeof *rows);
        e->rows = rows ? rows : e->rows;
        tw_cell *cells = rows ? tw_realloc(e->cells, (size_t)room, sizeof *cells) : NULL;
        if (!cells)
            return tw_fail_memory(err);
        e->cells = cells;
        e->room = room;
    }
    e->rows[e->n] = row;
    e->cells[e->n++] = *cell;
    return TW_OK;
}

/* What became of a text lately. */
typedef struct outcome {
    tw_str from;
    bool changed;
    tw_cell to;
} outcome;

typedef struct visit {
    const walk *walk;
    edits *edits;
    tw_buf scratch;
    outcome *seen;
    tw_error *err;
} visit;

static bool is_wanted(const walk *w, int64_t row) {
    return !w->when || tw_bit_get(w->when, (size_t)row);
}

/* The cell's fate; its text is kept when it lies in the scratch. */
static enum tw_rc decide(visit *v, const tw_cell *in, bool *changed, tw_cell *to) {
    *to = *in;
    tw_buf_clear(&v->scratch);
    *changed = v->walk->step->fn(v->walk->step->ctx, v->walk->at, in, &v->scratch, to) && !tw_cell_equal(in, to);
    if (v->scratch.failed)
        return tw_fail_memory(v->err);
    bool made = *changed && to->text.p && v->scratch.p && to->text.p >= v->scratch.p &&
                to->text.p <= v->scratch.p + v->scratch.n;
    if (made)
        to->text = tw_arena_str(&v->edits->texts, to->text);
    return made && !to->text.p ? tw_fail_memory(v->err) : TW_OK;
}

static enum tw_rc visit_cell(visit *v, int64_t row, const tw_cell *in) {
    bool changed;
    tw_cell to;
    enum tw_rc rc = decide(v, in, &changed, &to);
    return rc == TW_OK && changed ? add_edit(v->edits, row, &to, v->err) : rc;
}

static enum tw_rc visit_text(visit *v, int64_t row, tw_str text) {
    outcome *seen = &v->seen[((uintptr_t)text.p >> 3 ^ (uintptr_t)text.p >> 11 ^ text.n) % REMEMBERED];
    if (seen->from.p != text.p || seen->from.n != text.n || !text.p) {
        tw_cell in = tw_cell_text(text);
        enum tw_rc rc = decide(v, &in, &seen->changed, &seen->to);
        seen->from = text;
        if (rc != TW_OK)
            return rc;
    }
    return seen->changed ? add_edit(v->edits, row, &seen->to, v->err) : TW_OK;
}

static enum tw_rc visit_texts(visit *v, size_t chunk) {
    const walk *w = v->walk;
    size_t rows = tw_column_chunk_rows(w->column, chunk);
    int64_t first = (int64_t)(chunk * TW_CHUNK_ROWS);
    const uint64_t *valid = tw_column_validity(w->column, chunk);
    tw_str *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    if (!scratch)
        return tw_fail_memory(v->err);
    const tw_str *texts = tw_column_texts(w->column, chunk, scratch);
    const tw_cell missing = tw_cell_missing(TW_TEXT);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < rows && rc == TW_OK; i++) {
        if (!is_wanted(w, first + (int64_t)i))
            continue;
        bool value = !valid || tw_bit_get(valid, i);
        if (value && w->step->sees & TW_SEES_VALUES)
            rc = visit_text(v, first + (int64_t)i, texts[i]);
        else if (!value && w->step->sees & TW_SEES_MISSING)
            rc = visit_cell(v, first + (int64_t)i, &missing);
    }
    free(scratch);
    return rc;
}

static enum tw_rc visit_others(visit *v, size_t chunk) {
    static const unsigned bits[] = {[TW_VALUE] = TW_SEES_VALUES, [TW_MISSING] = TW_SEES_MISSING,
                                    [TW_UNREADABLE] = TW_SEES_UNREADABLE};
    const walk *w = v->walk;
    int64_t first = (int64_t)(chunk * TW_CHUNK_ROWS), end = first + (int64_t)tw_column_chunk_rows(w->column, chunk);
    enum tw_rc rc = TW_OK;
    for (int64_t row = first; row < end && rc == TW_OK; row++) {
        if (!is_wanted(w, row))
            continue;
        tw_cell cell = tw_column_cell(w->column, row);
        if (bits[cell.state] & w->step->sees)
            rc = visit_cell(v, row, &cell);
    }
    return rc;
}

/* First entry of the side list at or behind a row. */
static size_t first_unreadable(const tw_column *column, int64_t row) {
    size_t low = 0, high = (size_t)tw_column_unreadable_count(column);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        tw_str text;
        if (tw_column_unreadable_row(column, middle, &text) < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum tw_rc visit_unreadable(visit *v, size_t chunk) {
    const walk *w = v->walk;
    int64_t first = (int64_t)(chunk * TW_CHUNK_ROWS), end = first + (int64_t)tw_column_chunk_rows(w->column, chunk);
    size_t n = (size_t)tw_column_unreadable_count(w->column);
    enum tw_rc rc = TW_OK;
    for (size_t i = first_unreadable(w->column, first); i < n && rc == TW_OK; i++) {
        tw_str text;
        int64_t row = tw_column_unreadable_row(w->column, i, &text);
        if (row >= end)
            break;
        tw_cell cell = tw_cell_unreadable(tw_column_type(w->column), text);
        if (is_wanted(w, row))
            rc = visit_cell(v, row, &cell);
    }
    return rc;
}

static enum tw_rc walk_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const walk *w = ctx;
    (void)worker;
    visit v = {.walk = w, .edits = &w->chunks[chunk], .err = err};
    v.seen = tw_calloc(REMEMBERED, sizeof *v.seen);
    if (!v.seen)
        return tw_fail_memory(err);
    tw_buf_init(&v.scratch, LONGEST);
    bool is_text = tw_column_type(w->column) == TW_TEXT;
    enum tw_rc rc = is_text                                 ? visit_texts(&v, chunk)
                    : w->step->sees == TW_SEES_UNREADABLE   ? visit_unreadable(&v, chunk)
                                                            : visit_others(&v, chunk);
    tw_buf_fini(&v.scratch);
    free(v.seen);
    return rc;
}

/* Edits of all chunks in one pair of arrays; false when memory is out. */
static bool join_edits(const edits *chunks, size_t n_chunks, edits *all) {
    for (size_t i = 0; i < n_chunks; i++)
        all->n += chunks[i].n;
    all->rows = tw_calloc((size_t)all->n, sizeof *all->rows);
    all->cells = tw_calloc((size_t)all->n, sizeof *all->cells);
    if (!all->rows || !all->cells)
        return false;
    int64_t at = 0;
    for (size_t i = 0; i < n_chunks; i++) {
        if (!chunks[i].n)
            continue;
        memcpy(all->rows + at, chunks[i].rows, (size_t)chunks[i].n * sizeof *all->rows);
        memcpy(all->cells + at, chunks[i].cells, (size_t)chunks[i].n * sizeof *all->cells);
        at += chunks[i].n;
    }
    return true;
}

static enum tw_rc patch(const tw_step_env *env, tw_draft *draft, const walk *w, const edits *all, tw_error *err) {
    int64_t rows = tw_column_rows(w->column);
    tw_column *cells = NULL;
    uint64_t *changed = tw_calloc(tw_bitmap_words((size_t)rows), sizeof *changed);
    enum tw_rc rc = changed ? tw_column_patch(w->column, all->rows, all->cells, all->n, &cells, err) : tw_fail_memory(err);
    for (int64_t i = 0; rc == TW_OK && i < all->n; i++)
        tw_bit_set(changed, (size_t)all->rows[i]);
    if (rc == TW_OK)
        rc = tw_draft_set(draft, w->at, cells, changed, env->number, err);
    free(changed);
    return rc;
}

static enum tw_rc walk_column(const tw_step_env *env, tw_draft *draft, walk *w, int64_t *changed, tw_error *err) {
    size_t n = tw_column_chunks(w->column);
    edits all = {0};
    bool nothing = w->step->sees == TW_SEES_UNREADABLE && !tw_column_unreadable_count(w->column);
    if (nothing || !n)
        return TW_OK;
    w->chunks = tw_calloc(n, sizeof *w->chunks);
    if (!w->chunks)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        tw_arena_init(&w->chunks[i].texts);
    enum tw_rc rc = tw_parallel_for(env->task, n, walk_chunk, w, err);
    if (rc == TW_OK && !join_edits(w->chunks, n, &all))
        rc = tw_fail_memory(err);
    if (rc == TW_OK && all.n)
        rc = patch(env, draft, w, &all, err);
    *changed += rc == TW_OK ? all.n : 0;
    for (size_t i = 0; i < n; i++) {
        tw_arena_fini(&w->chunks[i].texts);
        free(w->chunks[i].rows);
        free(w->chunks[i].cells);
    }
    free(w->chunks);
    free(all.rows);
    free(all.cells);
    return rc;
}

enum tw_rc tw_clean_rows_when(const tw_step_env *env, const tw_table *in, tw_str when, uint64_t **out, tw_error *err) {
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0;
    *out = NULL;
    if (!when.p)
        return TW_OK;
    enum tw_rc rc = tw_expr_compile(when, in, &expr, err);
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, in, env->task, &rows, &n, NULL, err);
    if (rc == TW_OK && !(*out = tw_calloc(tw_bitmap_words((size_t)tw_table_rows(in)), sizeof **out)))
        rc = tw_fail_memory(err);
    for (int64_t i = 0; rc == TW_OK && i < n; i++)
        tw_bit_set(*out, (size_t)rows[i]);
    free(rows);
    tw_expr_free(expr);
    return rc;
}

enum tw_rc tw_clean_commit(tw_draft *draft, tw_step_result *out, tw_error *err) {
    return tw_draft_commit(draft, &out->table, err);
}

enum tw_rc tw_clean_cells(const tw_step_env *env, const tw_table *in, const int *columns, size_t n,
                          const tw_cell_step *step, tw_step_result *out, tw_error *err) {
    uint64_t *when = NULL;
    tw_draft *draft = NULL;
    enum tw_rc rc = n ? tw_table_need(in, columns, n, env->task, err) : TW_OK;
    if (rc == TW_OK)
        rc = tw_clean_rows_when(env, in, step->when, &when, err);
    if (rc == TW_OK)
        rc = tw_draft_new(in, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        walk w = {.step = step, .at = (size_t)columns[i], .when = when};
        w.column = tw_table_column(in, w.at);
        rc = walk_column(env, draft, &w, &out->cells_changed, err);
    }
    if (rc == TW_OK)
        rc = tw_clean_commit(draft, out, err);
    else
        tw_draft_free(draft);
    free(when);
    return rc;
}

/* --- whole columns --- */

typedef struct comparison {
    const tw_column *old, *cells;
    const tw_format *old_format, *format;
    bool same_type;
    uint64_t *changed;
} comparison;

static bool same_text(const comparison *c, const tw_cell *a, const tw_cell *b, tw_buf *x, tw_buf *y) {
    if (a->state != b->state && (a->state == TW_MISSING || b->state == TW_MISSING))
        return false;
    tw_buf_clear(x);
    tw_buf_clear(y);
    tw_cell_write(a, c->old_format, x);
    tw_cell_write(b, c->format, y);
    return tw_str_eq(tw_buf_view(x), tw_buf_view(y));
}

static enum tw_rc compare_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const comparison *c = ctx;
    tw_buf x, y;
    (void)worker, (void)err;
    tw_buf_init(&x, LONGEST);
    tw_buf_init(&y, LONGEST);
    size_t first = chunk * TW_CHUNK_ROWS, end = first + tw_column_chunk_rows(c->cells, chunk);
    for (size_t row = first; row < end; row++) {
        tw_cell a = tw_column_cell(c->old, (int64_t)row), b = tw_column_cell(c->cells, (int64_t)row);
        if (c->same_type ? !tw_cell_equal(&a, &b) : !same_text(c, &a, &b, &x, &y))
            tw_bit_set(c->changed, row);
    }
    tw_buf_fini(&x);
    tw_buf_fini(&y);
    return TW_OK;
}

static bool same_format(const tw_format *a, const tw_format *b) {
    return a->number.decimal == b->number.decimal && a->number.thousands == b->number.thousands &&
           a->number.decimals == b->number.decimals && a->pattern == b->pattern && a->true_word == b->true_word &&
           a->false_word == b->false_word;
}

enum tw_rc tw_clean_replace(const tw_step_env *env, tw_draft *draft, const tw_table *in, size_t column,
                            const tw_field *field, tw_column *cells, int64_t *changed, tw_error *err) {
    const tw_field *was = tw_table_field(in, column);
    int needed = (int)column;
    size_t rows = (size_t)tw_table_rows(in);
    comparison c = {.cells = cells, .old_format = &was->format, .format = &field->format, .same_type = was->type == field->type};
    enum tw_rc rc = tw_table_need(in, &needed, 1, env->task, err);
    if (rc == TW_OK && !(c.changed = tw_calloc(tw_bitmap_words(rows), sizeof *c.changed)))
        rc = tw_fail_memory(err);
    if (rc == TW_OK) {
        c.old = tw_table_column(in, column);
        rc = tw_parallel_for(env->task, tw_column_chunks(cells), compare_chunk, &c, err);
    }
    int64_t n = rc == TW_OK ? (int64_t)tw_bitmap_count(c.changed, rows) : 0;
    bool new_field = !c.same_type || (n && !same_format(&was->format, &field->format));
    if (rc == TW_OK && new_field)
        rc = tw_draft_field(draft, column, field, err);
    bool set = rc == TW_OK && (n || !c.same_type);
    if (set)
        rc = tw_draft_set(draft, column, cells, c.changed, env->number, err);
    else
        tw_column_unref(cells);
    if (rc == TW_OK)
        *changed += n;
    free(c.changed);
    return rc;
}

static bool holds_text(const tw_table *table, size_t column) {
    return tw_table_field(table, column)->type == TW_TEXT ||
           tw_column_unreadable_count(tw_table_column(table, column)) > 0;
}

enum tw_rc tw_clean_text_columns(const tw_step_env *env, const tw_table *in, const tw_str_list *cols, int **columns,
                                 size_t *n, tw_error *err) {
    enum tw_rc rc = cols->n ? TW_OK : tw_table_need(in, NULL, 0, env->task, err);
    return rc == TW_OK ? tw_step_columns(env, in, cols, holds_text, columns, n, err) : rc;
}

bool tw_clean_fits_number(const tw_table *table, size_t column) {
    enum tw_type type = tw_table_field(table, column)->type;
    return type == TW_INTEGER || type == TW_FLOAT;
}
