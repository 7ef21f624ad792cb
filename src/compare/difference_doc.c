/* A difference as documents: each row that differs with its cells, and the summary of all. */
#include "compare/difference_impl.h"

/* --- the walk --- */

/* The next pair with a change, from `pair` on; d->pairs = none. */
static int64_t next_changed(const tw_difference *d, int64_t pair) {
    while (pair < d->pairs && !tw_bit_get(d->changed, (size_t)pair))
        pair += d->changed[pair / 64] >> (pair % 64) ? 1 : 64 - pair % 64;
    return TW_MIN(pair, d->pairs);
}

/* `pair` counts pairs seen, `place` rows without a partner seen: a's, then b's. */
bool tw_difference_next(const tw_difference *d, tw_difference_row *row) {
    int64_t pair = next_changed(d, row->pair), place = row->place;
    bool lone = place < d->n_removed &&
                (pair == d->pairs || d->removed[place] < d->rows_a[pair]);
    row->pair = pair;
    if (lone || (pair == d->pairs && place < d->n_removed + d->n_added)) {
        bool removed = place < d->n_removed;
        row->a = removed ? d->removed[place] : -1;
        row->b = removed ? -1 : d->added[place - d->n_removed];
        row->place++;
        return true;
    }
    if (pair == d->pairs)
        return false;
    row->a = d->rows_a[pair];
    row->b = d->rows_b[pair];
    row->pair++;
    return true;
}

/* --- one row --- */

static tw_doc *cell_doc(const tw_table *table, int column, int64_t row) {
    tw_cell cell = tw_column_cell(tw_table_column(table, (size_t)column), row);
    return tw_cell_doc(&cell);
}

static const char *name_of(const tw_table *table, int column) {
    return tw_table_field(table, (size_t)column)->name;
}

/* A cell as it is in a, in b or in both; column -1 = not there. */
static void add_cell(const tw_difference *d, const tw_difference_row *row, int a, int b,
                     tw_doc *cells) {
    tw_doc *cell = tw_doc_map();
    if (cell) {
        tw_doc_set(cell, "column", tw_doc_c(a >= 0 ? name_of(d->a, a) : name_of(d->b, b)));
        if (a >= 0)
            tw_doc_set(cell, "a", cell_doc(d->a, a, row->a));
        if (b >= 0)
            tw_doc_set(cell, "b", cell_doc(d->b, b, row->b));
    }
    tw_doc_add(cells, cell);
}

static tw_doc *changed_cells(const tw_difference *d, const tw_difference_row *row) {
    tw_doc *cells = tw_doc_list();
    size_t pair = (size_t)row->pair - 1;
    for (size_t i = 0; cells && i < d->n; i++)
        if (d->columns[i].changed && tw_bit_get(d->columns[i].changed, pair))
            add_cell(d, row, d->columns[i].a, d->columns[i].b, cells);
    return cells;
}

/* All cells of a row that stands on one side only. */
static tw_doc *lone_cells(const tw_difference *d, const tw_difference_row *row) {
    tw_doc *cells = tw_doc_list();
    bool in_b = row->a < 0;
    for (size_t i = 0; cells && i < d->n; i++)
        add_cell(d, row, in_b ? -1 : d->columns[i].a, in_b ? d->columns[i].b : -1, cells);
    for (size_t i = 0; cells && in_b && i < d->n_only_b; i++)
        add_cell(d, row, -1, d->only_b[i], cells);
    for (size_t i = 0; cells && !in_b && i < d->n_only_a; i++)
        add_cell(d, row, d->only_a[i], -1, cells);
    return cells;
}

static tw_doc *key_doc(const tw_difference *d, const tw_difference_row *row) {
    tw_doc *key = tw_doc_map();
    bool in_b = row->a < 0;
    for (size_t i = 0; key && i < d->n; i++) {
        const tw_shared_column *c = &d->columns[i];
        if (c->key)
            tw_doc_set(key, name_of(d->a, c->a),
                       in_b ? cell_doc(d->b, c->b, row->b) : cell_doc(d->a, c->a, row->a));
    }
    return key;
}

static tw_doc *row_number(int64_t row) {
    return row < 0 ? tw_doc_null() : tw_doc_int(row);
}

/* Columns on one side only are read when a row of that side is shown. */
static enum tw_rc need_own(const tw_difference *d, const tw_difference_row *row, tw_error *err) {
    if (row->a >= 0 && row->b >= 0)
        return TW_OK;
    return row->a < 0 ? tw_table_need(d->b, d->only_b, d->n_only_b, NULL, err)
                      : tw_table_need(d->a, d->only_a, d->n_only_a, NULL, err);
}

enum tw_rc tw_difference_row_doc(const tw_difference *d, const tw_difference_row *row, tw_doc **out,
                                 tw_error *err) {
    enum tw_rc rc = need_own(d, row, err);
    if (rc != TW_OK)
        return rc;
    bool both = row->a >= 0 && row->b >= 0;
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return tw_fail_memory(err);
    tw_doc_set(doc, "kind", tw_doc_c(both ? "changed" : row->a < 0 ? "added" : "removed"));
    tw_doc_set(doc, "row_a", row_number(row->a));
    tw_doc_set(doc, "row_b", row_number(row->b));
    if (d->by_key)
        tw_doc_set(doc, "key", key_doc(d, row));
    tw_doc_set(doc, "cells", both ? changed_cells(d, row) : lone_cells(d, row));
    if (tw_doc_failed(doc)) {
        tw_doc_free(doc);
        return tw_fail_memory(err);
    }
    *out = doc;
    return TW_OK;
}

/* --- the whole --- */

static tw_doc *rows_doc(const tw_difference *d) {
    tw_doc *doc = tw_doc_map();
    tw_difference_counts n = tw_difference_count(d);
    if (!doc)
        return NULL;
    tw_doc_set(doc, "a", tw_doc_int(tw_table_rows(d->a)));
    tw_doc_set(doc, "b", tw_doc_int(tw_table_rows(d->b)));
    tw_doc_set(doc, "same", tw_doc_int(n.same));
    tw_doc_set(doc, "changed", tw_doc_int(n.changed));
    tw_doc_set(doc, "added", tw_doc_int(n.added));
    tw_doc_set(doc, "removed", tw_doc_int(n.removed));
    return doc;
}

static tw_doc *names_doc(const tw_table *table, const int *columns, size_t n) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; list && i < n; i++)
        tw_doc_add(list, tw_doc_c(name_of(table, columns[i])));
    return list;
}

static tw_doc *columns_doc(const tw_difference *d) {
    tw_doc *doc = tw_doc_map(), *changed = tw_doc_list();
    for (size_t i = 0; changed && i < d->n; i++) {
        tw_doc *one = d->columns[i].n_changed ? tw_doc_map() : NULL;
        if (!d->columns[i].n_changed)
            continue;
        if (one) {
            tw_doc_set(one, "name", tw_doc_c(name_of(d->a, d->columns[i].a)));
            tw_doc_set(one, "cells", tw_doc_int(d->columns[i].n_changed));
        }
        tw_doc_add(changed, one);
    }
    if (!doc) {
        tw_doc_free(changed);
        return NULL;
    }
    tw_doc_set(doc, "added", names_doc(d->b, d->only_b, d->n_only_b));
    tw_doc_set(doc, "removed", names_doc(d->a, d->only_a, d->n_only_a));
    tw_doc_set(doc, "changed", changed);
    return doc;
}

static tw_doc *keys_doc(const tw_difference *d) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; list && i < d->n; i++)
        if (d->columns[i].key)
            tw_doc_add(list, tw_doc_c(name_of(d->a, d->columns[i].a)));
    return list;
}

static enum tw_rc list_rows(const tw_difference *d, int64_t limit, tw_doc *list, tw_error *err) {
    tw_difference_row row = {0};
    enum tw_rc rc = TW_OK;
    for (int64_t i = 0; rc == TW_OK && i < limit && tw_difference_next(d, &row); i++) {
        tw_doc *line = NULL;
        rc = tw_difference_row_doc(d, &row, &line, err);
        if (rc == TW_OK && !tw_doc_add(list, line))
            rc = tw_fail_memory(err);
    }
    return rc;
}

enum tw_rc tw_difference_doc(const tw_difference *d, int64_t limit, tw_doc **out, tw_error *err) {
    tw_doc *doc = tw_doc_map(), *list = tw_doc_list();
    if (!doc || !list) {
        tw_doc_free(doc);
        tw_doc_free(list);
        return tw_fail_memory(err);
    }
    tw_doc_set(doc, "a", tw_doc_c(d->names[0]));
    tw_doc_set(doc, "b", tw_doc_c(d->names[1]));
    tw_doc_set(doc, "key", keys_doc(d));
    tw_doc_set(doc, "rows", rows_doc(d));
    tw_doc_set(doc, "cells", tw_doc_int(d->n_cells));
    tw_doc_set(doc, "columns", columns_doc(d));
    enum tw_rc rc = list_rows(d, limit, list, err);
    tw_doc_set(doc, "listed", tw_doc_int((int64_t)tw_doc_count(list)));
    tw_doc_set(doc, "differences", list);
    if (rc == TW_OK && tw_doc_failed(doc))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        *out = doc;
    else
        tw_doc_free(doc);
    return rc;
}
