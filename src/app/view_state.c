/* View state as an immutable value. Filters and sort keys are kept as texts and names, so that they
 * survive a change of the table; the rows they give are computed once, by a command, and kept
 * beside them. Selecting and sorting write only here: the table never moves. */
#include "app/view_state.h"

#include "app/value_filter.h"
#include "expr/expr.h"
#include "stat/order.h"

/* --- rows --- */

tw_rows *tw_rows_new(int64_t n) {
    size_t bytes;
    if (n < 0 || !tw_mul((size_t)n, sizeof(int64_t), &bytes) ||
        !tw_add(bytes, sizeof(tw_rows), &bytes))
        return NULL;
    tw_rows *rows = malloc(bytes);
    if (rows) {
        rows->refs = 1;
        rows->n = n;
    }
    return rows;
}

tw_rows *tw_rows_ref(tw_rows *rows) {
    if (rows)
        atomic_fetch_add_explicit(&rows->refs, 1, memory_order_relaxed);
    return rows;
}

void tw_rows_unref(tw_rows *rows) {
    if (rows && atomic_fetch_sub_explicit(&rows->refs, 1, memory_order_acq_rel) == 1)
        free(rows);
}

/* --- the state --- */

static tw_view_state *state_with_room(size_t columns, size_t widths) {
    tw_view_state *v = tw_calloc(1, sizeof *v);
    if (!v)
        return NULL;
    v->refs = 1;
    v->columns = tw_calloc(columns, sizeof *v->columns);
    v->widths = tw_calloc(widths, sizeof *v->widths);
    v->n_columns = columns;
    v->n_widths = widths;
    if (!v->columns || !v->widths) {
        tw_view_state_unref(v);
        return NULL;
    }
    return v;
}

tw_view_state *tw_view_state_new(size_t table_width) {
    tw_view_state *v = state_with_room(table_width, table_width);
    for (size_t i = 0; v && i < table_width; i++)
        v->columns[i] = (int)i;
    return v;
}

tw_view_state *tw_view_state_ref(tw_view_state *v) {
    if (v)
        atomic_fetch_add_explicit(&v->refs, 1, memory_order_relaxed);
    return v;
}

void tw_view_state_clear_filters(tw_view_state *v) {
    while (v->n_filters)
        tw_view_state_drop_filter(v, v->n_filters - 1);
    free(v->filters);
    v->filters = NULL;
}

void tw_view_state_drop_filter(tw_view_state *v, size_t i) {
    free(v->filters[i].text);
    tw_rows_unref(v->filters[i].rows);
    memmove(v->filters + i, v->filters + i + 1, (v->n_filters - i - 1) * sizeof *v->filters);
    v->n_filters--;
}

void tw_view_state_clear_keys(tw_view_state *v) {
    for (size_t i = 0; i < v->n_keys; i++)
        free(v->keys[i].column);
    free(v->keys);
    v->keys = NULL;
    v->n_keys = 0;
}

void tw_view_state_unref(tw_view_state *v) {
    if (!v || atomic_fetch_sub_explicit(&v->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_view_state_clear_filters(v);
    tw_view_state_clear_keys(v);
    tw_rows_unref(v->rows);
    tw_rows_unref(v->selected);
    free(v->columns);
    free(v->widths);
    free(v);
}

bool tw_view_state_add_filter(tw_view_state *v, tw_str text, tw_rows *rows) {
    tw_view_filter_by *filters = tw_realloc(v->filters, v->n_filters + 1, sizeof *filters);
    if (!filters)
        return false;
    v->filters = filters;
    v->filters[v->n_filters] = (tw_view_filter_by){tw_str_dup(text), tw_rows_ref(rows)};
    return v->filters[v->n_filters++].text != NULL;
}

bool tw_view_state_add_key(tw_view_state *v, tw_str column, bool descending) {
    for (size_t i = 0; i < v->n_keys; i++)
        if (tw_str_eq_c(column, v->keys[i].column)) {
            v->keys[i].descending = descending;
            return true;
        }
    tw_sort_key *keys = tw_realloc(v->keys, v->n_keys + 1, sizeof *keys);
    if (!keys)
        return false;
    v->keys = keys;
    v->keys[v->n_keys] = (tw_sort_key){tw_str_dup(column), descending};
    return v->keys[v->n_keys++].column != NULL;
}

static bool copy_texts(tw_view_state *to, const tw_view_state *from) {
    bool good = true;
    for (size_t i = 0; i < from->n_filters && good; i++)
        good = tw_view_state_add_filter(to, tw_str_c(from->filters[i].text), from->filters[i].rows);
    for (size_t i = 0; i < from->n_keys && good; i++)
        good = tw_view_state_add_key(to, tw_str_c(from->keys[i].column), from->keys[i].descending);
    return good;
}

tw_view_state *tw_view_state_copy(const tw_view_state *v) {
    tw_view_state *copy = state_with_room(v->n_columns, v->n_widths);
    if (!copy)
        return NULL;
    memcpy(copy->columns, v->columns, v->n_columns * sizeof *v->columns);
    memcpy(copy->widths, v->widths, v->n_widths * sizeof *v->widths);
    copy->frozen = v->frozen;
    copy->rows = tw_rows_ref(v->rows);
    copy->selected = tw_rows_ref(v->selected);
    if (!copy_texts(copy, v)) {
        tw_view_state_unref(copy);
        return NULL;
    }
    return copy;
}

void tw_view_state_set_rows(tw_view_state *v, tw_rows *rows) {
    tw_rows_unref(v->rows);
    v->rows = rows;
}

void tw_view_state_set_selected(tw_view_state *v, tw_rows *selected) {
    tw_rows_unref(v->selected);
    v->selected = selected;
}

bool tw_view_state_is_selected(const tw_view_state *v, int64_t row) {
    int64_t low = 0, high = v->selected ? v->selected->n : 0;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (v->selected->at[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return v->selected && low < v->selected->n && v->selected->at[low] == row;
}

/* --- rows from filters and keys --- */

void tw_rows_intersect(tw_rows *kept, const int64_t *rows, int64_t n) {
    int64_t at = 0, k = 0;
    for (int64_t i = 0; i < kept->n; i++) {
        while (k < n && rows[k] < kept->at[i])
            k++;
        if (k < n && rows[k] == kept->at[i])
            kept->at[at++] = kept->at[i];
    }
    kept->n = at;
}

static enum tw_rc filter_by(const tw_view_filter_by *filter, const tw_table *table, tw_task *task,
                            tw_rows *kept, tw_error *err) {
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0;
    if (filter->rows) {
        tw_rows_intersect(kept, filter->rows->at, filter->rows->n);
        return TW_OK;
    }
    enum tw_rc rc = tw_expr_compile(tw_str_c(filter->text), table, &expr, err);
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, table, task, &rows, &n, NULL, err);
    if (rc == TW_OK)
        tw_rows_intersect(kept, rows, n);
    free(rows);
    tw_expr_free(expr);
    return rc;
}

static enum tw_rc sort_by(const tw_view_state *v, const tw_table *table, tw_task *task,
                          tw_rows *rows, tw_error *err) {
    tw_order_key *keys = tw_calloc(v->n_keys, sizeof *keys);
    int *columns = tw_calloc(v->n_keys, sizeof *columns);
    enum tw_rc rc = keys && columns ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; i < v->n_keys && rc == TW_OK; i++) {
        rc = tw_table_require(table, tw_str_c(v->keys[i].column), &columns[i], err);
        if (rc == TW_OK)
            keys[i] = (tw_order_key){columns[i], v->keys[i].descending};
    }
    if (rc == TW_OK)
        rc = tw_table_need(table, columns, v->n_keys, task, err);
    tw_task_begin(task, "sorting", 0); /* again: columns may have been read */
    if (rc == TW_OK)
        rc = tw_order_rows(table, keys, v->n_keys, rows->at, rows->n, task, err);
    free(keys);
    free(columns);
    return rc;
}

enum tw_rc tw_view_state_compute(tw_view_state *v, const tw_table *table, tw_task *task,
                                 tw_error *err) {
    if (!v->n_filters && !v->n_keys) {
        tw_view_state_set_rows(v, NULL);
        return TW_OK;
    }
    tw_rows *rows = tw_rows_new(tw_table_rows(table));
    if (!rows)
        return tw_fail_memory(err);
    for (int64_t i = 0; i < rows->n; i++)
        rows->at[i] = i;
    enum tw_rc rc = TW_OK;
    tw_task_begin(task, "filtering", 0);
    for (size_t i = 0; i < v->n_filters && rc == TW_OK; i++)
        rc = filter_by(&v->filters[i], table, task, rows, err);
    if (rc == TW_OK && v->n_keys)
        rc = sort_by(v, table, task, rows, err);
    if (rc != TW_OK) {
        tw_rows_unref(rows);
        return rc;
    }
    tw_view_state_set_rows(v, rows);
    return TW_OK;
}

/* Rows of a sorted view keep their order: what the filter lets through is looked up in a bitmap. */
static tw_rows *keep_marked(const tw_rows *rows, const uint64_t *marked) {
    tw_rows *kept = tw_rows_new(rows->n);
    int64_t n = 0;
    for (int64_t i = 0; kept && i < rows->n; i++)
        if (tw_bit_get(marked, (size_t)rows->at[i]))
            kept->at[n++] = rows->at[i];
    if (kept)
        kept->n = n;
    return kept;
}

static tw_rows *rows_from(const int64_t *at, int64_t n) {
    tw_rows *rows = tw_rows_new(n);
    if (rows && n)
        memcpy(rows->at, at, (size_t)n * sizeof *at);
    return rows;
}

/* Filter and the rows it lets through, ascending. */
static enum tw_rc narrow_to(tw_view_state *v, const tw_table *table, const int64_t *at, int64_t n,
                            tw_error *err) {
    tw_rows *rows = NULL;
    uint64_t *marked = NULL;
    if (v->rows &&
        (marked = tw_calloc(tw_bitmap_words((size_t)tw_table_rows(table)), sizeof *marked))) {
        for (int64_t i = 0; i < n; i++)
            tw_bit_set(marked, (size_t)at[i]);
        rows = keep_marked(v->rows, marked);
    } else if (!v->rows) {
        rows = rows_from(at, n);
    }
    free(marked);
    if (!rows)
        return tw_fail_memory(err);
    tw_view_state_set_rows(v, rows);
    return TW_OK;
}

enum tw_rc tw_view_state_narrow_to(tw_view_state *v, const tw_table *table, tw_rows *rows,
                                   tw_str text, tw_error *err) {
    if (!tw_view_state_add_filter(v, text, rows))
        return tw_fail_memory(err);
    return narrow_to(v, table, rows->at, rows->n, err);
}

/* The filter on the same column that a filter by value replaces; n_filters = none. */
static size_t replaced_by(const tw_view_state *v, tw_str filter) {
    tw_arena arena;
    tw_str column, other;
    size_t i = v->n_filters;
    tw_arena_init(&arena);
    if (tw_value_filter(filter, &arena, &column))
        for (i = 0; i < v->n_filters; i++)
            if (!v->filters[i].rows && tw_value_filter(tw_str_c(v->filters[i].text), &arena, &other) &&
                tw_str_eq(column, other))
                break;
    tw_arena_fini(&arena);
    return i;
}

enum tw_rc tw_view_state_narrow(tw_view_state *v, const tw_table *table, tw_str filter,
                                tw_task *task, tw_error *err) {
    tw_expr *expr = NULL;
    int64_t *at = NULL, n = 0;
    size_t replaced = replaced_by(v, filter);
    tw_task_begin(task, "filtering", 0);
    enum tw_rc rc = tw_expr_compile(filter, table, &expr, err);
    if (rc == TW_OK && replaced < v->n_filters) {
        tw_view_state_drop_filter(v, replaced);
        rc = tw_view_state_compute(v, table, task, err);
    }
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, table, task, &at, &n, NULL, err);
    if (rc == TW_OK && !tw_view_state_add_filter(v, filter, NULL))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = narrow_to(v, table, at, n, err);
    free(at);
    tw_expr_free(expr);
    return rc;
}

/* --- the next version of the table --- */

/* Shown columns by name, then those the old table did not have. */
static void follow_columns(const tw_view_state *v, const tw_table *old, const tw_table *next,
                           tw_view_state *out) {
    size_t n = 0;
    for (size_t i = 0; i < v->n_columns; i++) {
        const tw_field *field = tw_table_field(old, (size_t)v->columns[i]);
        int at = tw_table_find(next, tw_str_c(field->name));
        if (at >= 0)
            out->columns[n++] = at;
    }
    for (size_t i = 0; i < tw_table_width(next); i++) {
        int before = tw_table_find(old, tw_str_c(tw_table_field(next, i)->name));
        if (before < 0)
            out->columns[n++] = (int)i;
        else
            out->widths[i] = v->widths[before];
    }
    out->n_columns = n;
    out->frozen = TW_MIN(v->frozen, n);
}

static bool same_columns(const tw_table *a, const tw_table *b) {
    if (tw_table_width(a) != tw_table_width(b))
        return false;
    for (size_t i = 0; i < tw_table_width(a); i++)
        if (strcmp(tw_table_field(a, i)->name, tw_table_field(b, i)->name) != 0)
            return false;
    return true;
}

/* A rename keeps places: the same number of columns, one name changed. */
static bool follows_by_place(const tw_table *old, const tw_table *next) {
    if (tw_table_width(old) != tw_table_width(next))
        return false;
    size_t differ = 0;
    for (size_t i = 0; i < tw_table_width(old); i++)
        differ += strcmp(tw_table_field(old, i)->name, tw_table_field(next, i)->name) != 0;
    return differ <= 1;
}

/* Rows have other numbers now, so sets of them mean nothing; texts that no longer fit the table are
 * dropped one by one, last first. */
static enum tw_rc recompute(tw_view_state *v, const tw_table *table, tw_task *task, tw_error *err) {
    for (size_t i = v->n_filters; i-- > 0;)
        if (v->filters[i].rows)
            tw_view_state_drop_filter(v, i);
    for (;;) {
        enum tw_rc rc = tw_view_state_compute(v, table, task, err);
        if (rc == TW_OK || rc == TW_ECANCEL || rc == TW_ENOMEM || (!v->n_keys && !v->n_filters))
            return rc;
        if (v->n_keys)
            free(v->keys[--v->n_keys].column);
        else
            tw_view_state_drop_filter(v, v->n_filters - 1);
    }
}

enum tw_rc tw_view_state_follow(const tw_view_state *v, const tw_table *old, const tw_table *next,
                                bool rows_changed, tw_task *task, tw_view_state **out,
                                tw_error *err) {
    tw_view_state *made = NULL;
    if (same_columns(old, next) || follows_by_place(old, next)) {
        made = tw_view_state_copy(v);
    } else {
        made = state_with_room(tw_table_width(old) + tw_table_width(next), tw_table_width(next));
        if (made && !copy_texts(made, v)) {
            tw_view_state_unref(made);
            made = NULL;
        }
        if (made) {
            follow_columns(v, old, next, made);
            made->rows = tw_rows_ref(v->rows);
            made->selected = tw_rows_ref(v->selected);
        }
    }
    if (!made)
        return tw_fail_memory(err);
    if (rows_changed) {
        tw_view_state_set_selected(made, NULL);
        enum tw_rc rc = recompute(made, next, task, err);
        if (rc != TW_OK) {
            tw_view_state_unref(made);
            return rc;
        }
    }
    *out = made;
    return TW_OK;
}
