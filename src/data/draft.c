/* Drafts: the next version of a table, put together from the last one.
 *
 * A draft holds references to the columns of its base and replaces what is asked for; nothing is
 * read or computed but by tw_draft_append, which needs all cells. Rows that are kept become picks,
 * a new type becomes another reading of the source or a conversion, and both wait until a column is
 * needed. */
#include "data/table_impl.h"

struct tw_draft {
    tw_stock *stock;
    tw_columns columns;
    int64_t rows; /* -1: no column yet */
    int64_t made;
    tw_row_list *origin;
    bool broken; /* a change failed halfway: commit refuses */
};

enum tw_rc tw_draft_new(const tw_table *base, tw_draft **out, tw_error *err) {
    tw_draft *d = tw_calloc(1, sizeof *d);
    if (!d)
        return tw_fail_memory(err);
    d->rows = base ? base->rows : -1;
    enum tw_rc rc = TW_OK;
    if (base)
        d->stock = tw_stock_ref(base->stock);
    else
        rc = tw_stock_new(NULL, &d->stock, err);
    if (rc == TW_OK && base && !tw_columns_copy(&d->columns, &base->columns, d->stock))
        rc = tw_fail_memory(err);
    if (rc) {
        tw_stock_unref(d->stock);
        free(d);
        return rc;
    }
    d->made = base ? base->made : 0;
    d->origin = base ? tw_row_list_ref(base->origin) : NULL;
    *out = d;
    return TW_OK;
}

void tw_draft_free(tw_draft *d) {
    if (!d)
        return;
    tw_columns_fini(&d->columns, d->stock);
    tw_row_list_unref(d->origin);
    tw_stock_unref(d->stock);
    free(d);
}

static size_t checked(const tw_draft *d, size_t column) {
    if (column >= d->columns.n)
        TW_BUG("column outside the draft");
    return column;
}

/* A column that does not fit a field or the rows of the draft. The column is let go on failure. */
static enum tw_rc check_column(const tw_draft *d, const tw_field *field, const tw_column *column,
                               tw_error *err) {
    int64_t rows = tw_column_rows(column);
    if (tw_column_type(column) != field->type)
        TW_BUG("a column of another type than its field");
    if (d->rows < 0 || rows == d->rows)
        return TW_OK;
    tw_column_unref(column);
    return tw_fail(err, TW_EDATA,
                   "column '%s' does not fit: it has %lld rows, the table %lld; give as many",
                   field->name ? field->name : "", (long long)rows, (long long)d->rows);
}

static void swap_lazy(tw_draft *d, size_t column, tw_lazy *lazy) {
    tw_lazy_unref_all(d->stock, &d->columns.lazies[column], 1);
    d->columns.lazies[column] = lazy;
}

static void swap_marks(tw_draft *d, size_t column, tw_marks *marks) {
    tw_marks_unref(d->columns.marks[column]);
    d->columns.marks[column] = marks;
}

static void swap_field(tw_draft *d, size_t column, tw_named *named) {
    tw_named_unref(d->columns.fields[column]);
    d->columns.fields[column] = named;
}

enum tw_rc tw_draft_add(tw_draft *d, const tw_field *field, tw_column *column, tw_error *err) {
    enum tw_rc rc = check_column(d, field, column, err);
    if (rc)
        return rc;
    int64_t rows = tw_column_rows(column);
    tw_lazy *lazy = tw_lazy_given(column);
    tw_named *named = lazy ? tw_named_new(field, -1) : NULL;
    if (!named || !tw_columns_reserve(&d->columns, d->columns.n + 1)) {
        tw_lazy_unref_all(d->stock, &lazy, lazy ? 1 : 0);
        tw_named_unref(named);
        return tw_fail_memory(err);
    }
    if (d->rows < 0) {
        d->rows = rows;
        d->made = rows;
    }
    size_t i = d->columns.n++;
    d->columns.fields[i] = named;
    d->columns.lazies[i] = lazy;
    d->columns.marks[i] = NULL;
    return TW_OK;
}

enum tw_rc tw_draft_set(tw_draft *d, size_t column, tw_column *cells, const uint64_t *changed,
                        uint16_t step, tw_error *err) {
    const tw_field *field = &d->columns.fields[checked(d, column)]->field;
    enum tw_rc rc = check_column(d, field, cells, err);
    if (rc)
        return rc;
    tw_marks *marks;
    if (!tw_marks_set(d->columns.marks[column], d->rows, changed, step ? step : UINT16_MAX,
                      &marks)) {
        tw_column_unref(cells);
        return tw_fail_memory(err);
    }
    tw_lazy *lazy = tw_lazy_given(cells);
    if (!lazy) {
        tw_marks_unref(marks);
        return tw_fail_memory(err);
    }
    swap_marks(d, column, marks);
    swap_lazy(d, column, lazy);
    return TW_OK;
}

/* The source's column in a reading, in the rows of the draft. */
static tw_lazy *reread(tw_draft *d, const tw_field *reading) {
    tw_lazy *source = tw_lazy_source(d->stock, reading);
    if (!source || !d->origin)
        return source;
    tw_pick_memo memo = {0};
    tw_lazy *picked = tw_lazy_pick(d->stock, source, d->origin, &memo);
    tw_pick_memo_fini(&memo);
    tw_lazy_unref_all(d->stock, &source, 1);
    return picked;
}

static bool has_new_rows(const tw_draft *d) {
    if (!d->origin)
        return false;
    for (int64_t i = 0; i < d->origin->n; i++)
        if (d->origin->at[i] < 0)
            return true;
    return false;
}

/* What the column becomes when its reading changes; NULL when memory is out. */
static tw_lazy *other_reading(tw_draft *d, size_t column, tw_named *now) {
    tw_named *was = d->columns.fields[column];
    tw_lazy *old = d->columns.lazies[column];
    tw_marks *marks = d->columns.marks[column];
    if (now->field.source_column < 0)
        return tw_lazy_convert(d->stock, old, was, now, NULL, NULL, NULL);
    tw_lazy *base = reread(d, &now->field);
    if (!base || (!marks && !has_new_rows(d)))
        return base;
    tw_lazy *over = tw_lazy_convert(d->stock, old, was, now, base, marks, d->origin);
    tw_lazy_unref_all(d->stock, &base, 1);
    return over;
}

enum tw_rc tw_draft_field(tw_draft *d, size_t column, const tw_field *field, tw_error *err) {
    const tw_named *was = d->columns.fields[checked(d, column)];
    tw_named *now = tw_named_new(field, was->field.source_column);
    if (!now)
        return tw_fail_memory(err);
    if (!tw_reading_same(&was->field, &now->field)) {
        tw_lazy *lazy = other_reading(d, column, now);
        if (!lazy) {
            tw_named_unref(now);
            return tw_fail_memory(err);
        }
        swap_lazy(d, column, lazy);
    }
    swap_field(d, column, now);
    return TW_OK;
}

enum tw_rc tw_draft_drop(tw_draft *d, size_t column, tw_error *err) {
    (void)err;
    tw_columns *c = &d->columns;
    checked(d, column);
    tw_lazy_unref_all(d->stock, &c->lazies[column], 1);
    tw_named_unref(c->fields[column]);
    tw_marks_unref(c->marks[column]);
    size_t behind = c->n - column - 1;
    memmove(&c->lazies[column], &c->lazies[column + 1], behind * sizeof(tw_lazy *));
    memmove(&c->fields[column], &c->fields[column + 1], behind * sizeof(tw_named *));
    memmove(&c->marks[column], &c->marks[column + 1], behind * sizeof(tw_marks *));
    c->n--;
    return TW_OK;
}

static void move_pointer(void *array, size_t from, size_t to) {
    char *at = array, moved[sizeof(void *)];
    memcpy(moved, at + from * sizeof moved, sizeof moved);
    if (from < to)
        memmove(at + from * sizeof moved, at + (from + 1) * sizeof moved,
                (to - from) * sizeof moved);
    else
        memmove(at + (to + 1) * sizeof moved, at + to * sizeof moved, (from - to) * sizeof moved);
    memcpy(at + to * sizeof moved, moved, sizeof moved);
}

enum tw_rc tw_draft_move(tw_draft *d, size_t column, size_t to, tw_error *err) {
    (void)err;
    checked(d, column);
    to = TW_MIN(to, d->columns.n - 1);
    move_pointer(d->columns.lazies, column, to);
    move_pointer(d->columns.fields, column, to);
    move_pointer(d->columns.marks, column, to);
    return TW_OK;
}

static enum tw_rc check_rows(const tw_draft *d, const int64_t *rows, int64_t n, tw_error *err) {
    for (int64_t i = 0; i < n; i++)
        if (rows[i] < 0 || rows[i] >= d->rows)
            return tw_fail(err, TW_EUSAGE,
                           "row %lld is outside the table: it has %lld rows; choose rows inside it",
                           (long long)rows[i] + 1, (long long)TW_MAX(d->rows, 0));
    return TW_OK;
}

/* Origins of the kept rows. Without a base vector they are the rows themselves or, in a table made
 * from nothing, new rows counted from the first. */
static tw_row_list *origins_of(const tw_draft *d, tw_row_list *rows, tw_pick_memo *memo) {
    if (d->origin)
        return tw_row_list_ref(tw_pick_memo_compose(memo, d->origin, rows));
    if (tw_stock_source(d->stock))
        return tw_row_list_ref(rows);
    tw_row_list *origin = tw_row_list_new(rows->n);
    for (int64_t i = 0; origin && i < rows->n; i++)
        origin->at[i] = -1 - rows->at[i];
    return origin;
}

static enum tw_rc pick_columns(tw_draft *d, tw_row_list *rows, tw_pick_memo *memo, tw_task *task,
                               tw_error *err) {
    for (size_t i = 0; i < d->columns.n; i++) {
        enum tw_rc rc = i % 64 == 0 ? tw_task_check(task, err) : TW_OK;
        if (rc)
            return rc;
        tw_lazy *lazy = tw_lazy_pick(d->stock, d->columns.lazies[i], rows, memo);
        if (!lazy)
            return tw_fail_memory(err);
        swap_lazy(d, i, lazy);
        tw_marks *marks;
        if (!tw_marks_gather(d->columns.marks[i], rows->at, rows->n, &marks))
            return tw_fail_memory(err);
        swap_marks(d, i, marks);
    }
    return TW_OK;
}

enum tw_rc tw_draft_rows(tw_draft *d, const int64_t *rows, int64_t n, tw_task *task,
                         tw_error *err) {
    int64_t *copy = tw_realloc(NULL, (size_t)n, sizeof *copy);
    if (!copy)
        return tw_fail_memory(err);
    if (n)
        memcpy(copy, rows, (size_t)n * sizeof *rows);
    return tw_draft_take_rows(d, copy, n, task, err);
}

enum tw_rc tw_draft_take_rows(tw_draft *d, int64_t *rows, int64_t n, tw_task *task, tw_error *err) {
    enum tw_rc rc = check_rows(d, rows, n, err);
    if (rc) {
        free(rows);
        return rc;
    }
    tw_pick_memo memo = {0};
    tw_row_list *kept = tw_row_list_take(rows, n);
    tw_row_list *origin = kept ? origins_of(d, kept, &memo) : NULL;
    rc = origin ? pick_columns(d, kept, &memo, task, err) : tw_fail_memory(err);
    if (rc == TW_OK) {
        tw_row_list_unref(d->origin);
        d->origin = tw_row_list_ref(origin);
        d->rows = n;
    }
    d->broken = d->broken || rc;
    tw_row_list_unref(origin);
    tw_row_list_unref(kept);
    tw_pick_memo_fini(&memo);
    return rc;
}

static enum tw_rc append_cells(tw_draft *d, size_t column, const tw_column *cells, tw_error *err) {
    const tw_column *old = tw_lazy_ready(d->columns.lazies[column]);
    if (tw_column_type(cells) != tw_column_type(old))
        TW_BUG("new rows of another type");
    tw_column *both;
    enum tw_rc rc = tw_column_concat(old, cells, &both, err);
    if (rc)
        return rc;
    tw_lazy *lazy = tw_lazy_given(both);
    tw_marks *marks = NULL;
    if (!lazy ||
        !tw_marks_extend(d->columns.marks[column], d->rows, tw_column_rows(cells), &marks)) {
        tw_lazy_unref_all(d->stock, &lazy, lazy ? 1 : 0);
        return tw_fail_memory(err);
    }
    swap_lazy(d, column, lazy);
    swap_marks(d, column, marks);
    return TW_OK;
}

static enum tw_rc append_origins(tw_draft *d, int64_t n, tw_error *err) {
    bool counted = !d->origin && !tw_stock_source(d->stock) && d->made == d->rows;
    if (!counted) { /* else row r is new row r, before and after */
        tw_row_list *origin = tw_row_list_new(d->rows + n);
        if (!origin)
            return tw_fail_memory(err);
        bool source = tw_stock_source(d->stock) != NULL;
        for (int64_t i = 0; i < d->rows; i++)
            origin->at[i] = d->origin ? d->origin->at[i] : source ? i : -1 - i;
        for (int64_t i = 0; i < n; i++)
            origin->at[d->rows + i] = -1 - (d->made + i);
        tw_row_list_unref(d->origin);
        d->origin = origin;
    }
    d->made += n;
    d->rows += n;
    return TW_OK;
}

enum tw_rc tw_draft_append(tw_draft *d, tw_column **cells, int64_t n, tw_task *task,
                           tw_error *err) {
    d->rows = TW_MAX(d->rows, 0);
    enum tw_rc rc = tw_stock_need(d->stock, d->columns.lazies, d->columns.n, task, err);
    for (size_t i = 0; rc == TW_OK && i < d->columns.n; i++) {
        if (tw_column_rows(cells[i]) != n)
            TW_BUG("new rows of unequal number");
        rc = tw_task_check(task, err);
        if (rc == TW_OK)
            rc = append_cells(d, i, cells[i], err);
    }
    if (rc == TW_OK)
        rc = append_origins(d, n, err);
    for (size_t i = 0; i < d->columns.n; i++)
        tw_column_unref(cells[i]);
    d->broken = d->broken || rc;
    return rc;
}

enum tw_rc tw_draft_commit(tw_draft *d, tw_table **out, tw_error *err) {
    if (d->broken) {
        tw_draft_free(d);
        return tw_fail(err, TW_EDATA, "the change is incomplete: a part of it failed; do it again");
    }
    enum tw_rc rc =
        tw_table_make(d->stock, &d->columns, TW_MAX(d->rows, 0), d->made, d->origin, out, err);
    free(d);
    return rc;
}
