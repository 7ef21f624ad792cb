/* Rows are matched first, then columns are compared one by one. A key becomes a number: the key
 * columns of both tables are put end to end and grouped (stat/grouping), so that a key that stands
 * in both is one group, exactly and without sorting text. */
#include "compare/difference_impl.h"

#include "data/stack.h"
#include "stat/grouping.h"

/* --- columns --- */

/* The first column of b called so that has no partner yet. */
static int partner(const tw_difference *d, const char *name, const bool *taken) {
    int first = tw_table_find(d->b, tw_str_c(name));
    for (size_t c = first < 0 ? SIZE_MAX : (size_t)first; c < tw_table_width(d->b); c++)
        if (!taken[c] && strcmp(tw_table_field(d->b, c)->name, name) == 0)
            return (int)c;
    return -1;
}

static enum tw_rc match_columns(tw_difference *d, tw_error *err) {
    size_t wide_a = tw_table_width(d->a), wide_b = tw_table_width(d->b);
    d->columns = tw_calloc(wide_a, sizeof *d->columns);
    d->only_a = tw_calloc(wide_a, sizeof *d->only_a);
    d->only_b = tw_calloc(wide_b, sizeof *d->only_b);
    bool *taken = tw_calloc(wide_b, sizeof *taken);
    if (!d->columns || !d->only_a || !d->only_b || !taken) {
        free(taken);
        return tw_fail_memory(err);
    }
    for (size_t c = 0; c < wide_a; c++) {
        int b = partner(d, tw_table_field(d->a, c)->name, taken);
        if (b >= 0)
            d->columns[d->n++] = (tw_shared_column){.a = (int)c, .b = b};
        else
            d->only_a[d->n_only_a++] = (int)c;
        if (b >= 0)
            taken[b] = true;
    }
    for (size_t c = 0; c < wide_b; c++)
        if (!taken[c])
            d->only_b[d->n_only_b++] = (int)c;
    free(taken);
    if (!d->n && wide_a && wide_b)
        return tw_fail(err, TW_EDATA, "diff: %s and %s have no column in common; nothing to match",
                       d->names[0], d->names[1]);
    return TW_OK;
}

static enum tw_rc find_key(tw_difference *d, const tw_str_list *key, tw_arena *arena,
                           tw_error *err) {
    int *columns;
    size_t n;
    if (!key->n)
        return TW_OK;
    enum tw_rc rc = tw_select_columns(d->a, key->at, key->n, arena, &columns, &n, err);
    if (rc != TW_OK)
        return tw_error_place(err, rc, d->names[0], -1, NULL);
    for (size_t i = 0; i < n; i++) {
        size_t c = 0;
        while (c < d->n && d->columns[c].a != columns[i])
            c++;
        int column;
        tw_str name = tw_str_c(tw_table_field(d->a, (size_t)columns[i])->name);
        if (c == d->n && (rc = tw_table_require(d->b, name, &column, err)) != TW_OK)
            return tw_error_place(err, rc, d->names[1], -1, NULL);
        if (c < d->n)
            d->columns[c].key = true;
    }
    d->by_key = true;
    return TW_OK;
}

/* Shared columns in a common type, on both sides. */
static enum tw_rc agree(tw_difference *d, tw_task *task, tw_error *err) {
    int *a = tw_calloc(d->n, sizeof *a), *b = tw_calloc(d->n, sizeof *b);
    tw_table *typed[2];
    enum tw_rc rc = a && b ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < d->n; i++) {
        a[i] = d->columns[i].a;
        b[i] = d->columns[i].b;
    }
    if (rc == TW_OK)
        rc = tw_tables_agree((const tw_table *const[]){d->a, d->b}, (const int *const[]){a, b}, d->n,
                             d->as_text, task, typed, err);
    if (rc == TW_OK) {
        tw_table_unref(d->a);
        tw_table_unref(d->b);
        d->a = typed[0];
        d->b = typed[1];
    }
    free(a);
    free(b);
    return rc;
}

/* --- rows --- */

/* Row of b for each row of a, -1 = none, into the lists. */
static enum tw_rc list_rows(tw_difference *d, const int64_t *to, tw_error *err) {
    int64_t rows_a = tw_table_rows(d->a), rows_b = tw_table_rows(d->b);
    bool *met = tw_calloc((size_t)rows_b, sizeof *met);
    d->rows_a = tw_calloc((size_t)rows_a, sizeof *d->rows_a);
    d->rows_b = tw_calloc((size_t)rows_a, sizeof *d->rows_b);
    d->removed = tw_calloc((size_t)rows_a, sizeof *d->removed);
    d->added = tw_calloc((size_t)rows_b, sizeof *d->added);
    bool good = met && d->rows_a && d->rows_b && d->removed && d->added;
    for (int64_t r = 0; good && r < rows_a; r++) {
        if (to[r] < 0) {
            d->removed[d->n_removed++] = r;
            continue;
        }
        d->rows_a[d->pairs] = r;
        d->rows_b[d->pairs++] = to[r];
        met[to[r]] = true;
    }
    for (int64_t r = 0; good && r < rows_b; r++)
        if (!met[r])
            d->added[d->n_added++] = r;
    free(met);
    return good ? TW_OK : tw_fail_memory(err);
}

static void match_places(const tw_difference *d, int64_t *to) {
    for (int64_t r = 0; r < tw_table_rows(d->a); r++)
        to[r] = r < tw_table_rows(d->b) ? r : -1;
}

/* b was made from a, whose rows are those of the source. */
static void match_origins(const tw_difference *d, int64_t *to) {
    for (int64_t r = 0; r < tw_table_rows(d->a); r++)
        to[r] = -1;
    for (int64_t r = 0; r < tw_table_rows(d->b); r++) {
        int64_t origin = tw_table_origin(d->b, r);
        if (origin >= 0 && origin < tw_table_rows(d->a) && to[origin] < 0)
            to[origin] = r;
    }
}

/* The key columns of both tables, end to end. */
static enum tw_rc key_table(const tw_difference *d, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < d->n; i++) {
        const tw_shared_column *c = &d->columns[i];
        tw_column *both = NULL;
        if (!c->key)
            continue;
        rc = tw_column_concat(tw_table_column(d->a, (size_t)c->a),
                              tw_table_column(d->b, (size_t)c->b), &both, err);
        if (rc == TW_OK)
            rc = tw_draft_add(draft, tw_table_field(d->a, (size_t)c->a), both, err);
    }
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

/* "id = 7, day = 2" of a row. */
static bool put_key(const tw_difference *d, bool in_b, int64_t row, tw_buf *out) {
    const tw_table *table = in_b ? d->b : d->a;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool first = true, good = true;
    for (size_t i = 0; good && i < d->n; i++) {
        const tw_shared_column *c = &d->columns[i];
        enum tw_cell_state state;
        if (!c->key)
            continue;
        size_t column = (size_t)(in_b ? c->b : c->a);
        good = tw_table_text(table, column, row, &text, &state, NULL) == TW_OK;
        tw_buf_printf(out, "%s%s = %.*s", first ? "" : ", ", tw_table_field(table, column)->name,
                      (int)TW_MIN(text.n, (size_t)60), text.p ? text.p : "");
        first = false;
    }
    tw_buf_fini(&text);
    return good && !out->failed;
}

static enum tw_rc two_rows(const tw_difference *d, bool in_b, int64_t first, int64_t second,
                           tw_error *err) {
    tw_buf key;
    tw_buf_init(&key, 400);
    bool good = put_key(d, in_b, first, &key);
    enum tw_rc rc = tw_fail(err, TW_EDATA,
                            "diff: %s stands in row %lld and in row %lld; name more columns with "
                            "--key, until a key stands once",
                            good ? key.p : "a key", (long long)first + 1, (long long)second + 1);
    tw_buf_fini(&key);
    return tw_error_place(err, rc, d->names[in_b], -1, NULL);
}

static enum tw_rc match_groups(const tw_difference *d, const tw_grouping *g, int64_t *to,
                               tw_error *err) {
    int64_t rows_a = tw_table_rows(d->a), rows_b = tw_table_rows(d->b);
    int64_t *in_b = tw_calloc(g->n, sizeof *in_b); /* row of b from 1; 0 = none */
    enum tw_rc rc = in_b ? TW_OK : tw_fail_memory(err);
    for (int64_t r = 0; r < rows_a && rc == TW_OK; r++)
        if (g->first[g->of[r]] != r)
            rc = two_rows(d, false, g->first[g->of[r]], r, err);
    for (int64_t r = 0; r < rows_b && rc == TW_OK; r++) {
        int64_t *own = &in_b[g->of[rows_a + r]];
        if (*own)
            rc = two_rows(d, true, *own - 1, r, err);
        *own = r + 1;
    }
    for (int64_t r = 0; r < rows_a && rc == TW_OK; r++)
        to[r] = in_b[g->of[r]] - 1;
    free(in_b);
    return rc;
}

static enum tw_rc match_keys(const tw_difference *d, int64_t *to, tw_task *task, tw_error *err) {
    tw_table *keys = NULL;
    tw_grouping groups = {0};
    enum tw_rc rc = key_table(d, &keys, err);
    size_t n = rc == TW_OK ? tw_table_width(keys) : 0;
    int *columns = tw_calloc(n, sizeof *columns);
    if (rc == TW_OK && !columns)
        rc = tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        columns[i] = (int)i;
    if (rc == TW_OK)
        rc = tw_grouping_make(keys, columns, n, task, &groups, err);
    if (rc == TW_OK)
        rc = match_groups(d, &groups, to, err);
    tw_grouping_fini(&groups);
    free(columns);
    tw_table_unref(keys);
    return rc;
}

static enum tw_rc match_rows(tw_difference *d, bool by_origin, tw_task *task, tw_error *err) {
    int64_t *to = tw_calloc((size_t)tw_table_rows(d->a), sizeof *to);
    enum tw_rc rc = to ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK && d->by_key)
        rc = match_keys(d, to, task, err);
    else if (rc == TW_OK && by_origin && tw_table_origin_is_identity(d->a))
        match_origins(d, to);
    else if (rc == TW_OK)
        match_places(d, to);
    if (rc == TW_OK)
        rc = list_rows(d, to, err);
    free(to);
    return rc;
}

/* --- the whole --- */

enum tw_rc tw_difference_make(const tw_table *a, const tw_table *b,
                              const tw_difference_options *options, tw_task *task,
                              tw_difference **out, tw_error *err) {
    tw_difference *d = tw_calloc(1, sizeof *d);
    tw_arena arena;
    if (!d)
        return tw_fail_memory(err);
    tw_arena_init(&arena);
    *d = (tw_difference){.a = tw_table_ref(a),
                         .b = tw_table_ref(b),
                         .names = {options->names[0], options->names[1]},
                         .as_text = options->as_text};
    enum tw_rc rc = match_columns(d, err);
    if (rc == TW_OK)
        rc = find_key(d, &options->key, &arena, err);
    if (rc == TW_OK)
        rc = agree(d, task, err);
    if (rc == TW_OK)
        rc = match_rows(d, options->by_origin, task, err);
    if (rc == TW_OK)
        rc = tw_difference_cells(d, task, err);
    tw_arena_fini(&arena);
    if (rc == TW_OK)
        *out = d;
    else
        tw_difference_free(d);
    return rc;
}

void tw_difference_free(tw_difference *d) {
    if (!d)
        return;
    for (size_t i = 0; i < d->n; i++)
        free(d->columns[i].changed);
    free(d->columns);
    free(d->only_a);
    free(d->only_b);
    free(d->rows_a);
    free(d->rows_b);
    free(d->removed);
    free(d->added);
    free(d->changed);
    tw_table_unref(d->a);
    tw_table_unref(d->b);
    free(d);
}

tw_difference_counts tw_difference_count(const tw_difference *d) {
    return (tw_difference_counts){.same = d->pairs - d->n_changed,
                                  .changed = d->n_changed,
                                  .added = d->n_added,
                                  .removed = d->n_removed,
                                  .cells = d->n_cells,
                                  .columns_added = d->n_only_b,
                                  .columns_removed = d->n_only_a};
}
