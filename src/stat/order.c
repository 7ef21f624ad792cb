/* Ordering rows by several columns. Each key turns its cells into whole numbers that sort as the
 * cells do, then one stable radix pass a key, last key first, gives the order of all. Text becomes
 * the rank of its level, so that long strings are compared once a distinct value and not once a
 * row. Unreadable and missing cells leave the numbers alone: they are split off behind the values
 * after the pass, which keeps descending order from pulling them forward. */
#include "stat/order.h"

#include "stat/sort.h"

enum { BEHIND_UNREADABLE = 1, BEHIND_MISSING = 2 };

typedef struct keys {
    uint64_t *key;   /* one for each row of the table */
    uint8_t *behind; /* 0 = value */
} keys;

static void keys_fini(keys *k) {
    free(k->key);
    free(k->behind);
}

/* --- cells as numbers --- */

typedef struct text_level {
    tw_str text;
    const tw_task *task;
    uint32_t code;
} text_level;

/* Once cancelled all are equal, which ends the sort at once. */
static int by_text(const void *a, const void *b) {
    const text_level *x = a, *y = b;
    return tw_task_cancelled(x->task) ? 0 : tw_str_cmp(x->text, y->text);
}

/* rank of each level of a text column */
static enum tw_rc rank_levels(const tw_column *column, const tw_factor *factor, tw_task *task,
                              uint32_t **out, tw_error *err) {
    text_level *levels = tw_calloc(factor->levels, sizeof *levels);
    *out = tw_calloc(factor->levels, sizeof **out);
    if (!levels || !*out) {
        free(levels);
        return tw_fail_memory(err);
    }
    for (uint32_t i = 0; i < factor->levels; i++)
        levels[i] = (text_level){tw_column_cell(column, factor->first[i]).text, task, i};
    qsort(levels, factor->levels, sizeof *levels, by_text);
    for (uint32_t i = 0; i < factor->levels; i++)
        (*out)[levels[i].code] = i;
    free(levels);
    return tw_task_check(task, err);
}

static enum tw_rc text_keys(const tw_column *column, keys *k, tw_task *task, tw_error *err) {
    const tw_factor *factor;
    uint32_t *rank = NULL;
    enum tw_rc rc = tw_column_factor_task(column, 0, task, &factor, err);
    if (rc == TW_OK)
        rc = rank_levels(column, factor, task, &rank, err);
    for (int64_t i = 0; rc == TW_OK && i < tw_column_rows(column); i++) {
        uint32_t code = factor->codes[i];
        if (code == TW_NO_CODE)
            k->behind[i] = BEHIND_MISSING;
        else
            k->key[i] = rank[code];
    }
    free(rank);
    return rc;
}

static void mark_invalid(const uint64_t *validity, size_t n, uint8_t *behind) {
    for (size_t i = 0; validity && i < n; i++)
        if (!tw_bit_get(validity, i))
            behind[i] = BEHIND_MISSING;
}

static enum tw_rc number_keys(const tw_column *column, keys *k, tw_error *err) {
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    if (!scratch)
        return tw_fail_memory(err);
    bool whole = tw_column_type(column) != TW_FLOAT;
    size_t at = 0;
    for (size_t c = 0; c < tw_column_chunks(column); c++) {
        size_t n = tw_column_chunk_rows(column, c);
        const int64_t *i64 = whole ? tw_column_i64(column, c, (int64_t *)(void *)scratch) : NULL;
        const double *f64 = whole ? NULL : tw_column_f64(column, c, scratch);
        for (size_t i = 0; i < n; i++)
            k->key[at + i] = whole ? (uint64_t)i64[i] ^ UINT64_C(1) << 63 : tw_key_of_f64(f64[i]);
        mark_invalid(tw_column_validity(column, c), n, k->behind + at);
        at += n;
    }
    free(scratch);
    return TW_OK;
}

typedef struct bad_cell {
    tw_str text;
    int64_t row;
} bad_cell;

static int by_bad_text(const void *a, const void *b) {
    const bad_cell *x = a, *y = b;
    int order = tw_str_cmp(x->text, y->text);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Unreadable cells are few: their key is the rank of their text. */
static enum tw_rc unreadable_keys(const tw_column *column, keys *k, tw_error *err) {
    size_t n = (size_t)tw_column_unreadable_count(column);
    if (!n)
        return TW_OK;
    bad_cell *cells = tw_calloc(n, sizeof *cells);
    if (!cells)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        cells[i].row = tw_column_unreadable_row(column, i, &cells[i].text);
    qsort(cells, n, sizeof *cells, by_bad_text);
    uint64_t rank = 0;
    for (size_t i = 0; i < n; i++) {
        rank += i && !tw_str_eq(cells[i].text, cells[i - 1].text);
        k->key[cells[i].row] = rank;
        k->behind[cells[i].row] = BEHIND_UNREADABLE;
    }
    free(cells);
    return TW_OK;
}

static enum tw_rc keys_init(keys *k, const tw_column *column, bool descending, tw_task *task,
                            tw_error *err) {
    size_t rows = (size_t)tw_column_rows(column);
    k->key = tw_calloc(rows, sizeof *k->key);
    k->behind = tw_calloc(rows, 1);
    if (!k->key || !k->behind)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_column_type(column) == TW_TEXT ? text_keys(column, k, task, err)
                                                      : number_keys(column, k, err);
    if (rc == TW_OK)
        rc = unreadable_keys(column, k, err);
    for (size_t i = 0; descending && i < rows; i++)
        if (!k->behind[i])
            k->key[i] = ~k->key[i];
    return rc;
}

/* --- one key over the rows in hand --- */

/* Values, then unreadable, then missing; each part keeps its order. */
static void split_off(const keys *k, const int64_t *rows, const uint32_t *order, int64_t n,
                      int64_t *out) {
    int64_t at = 0;
    for (uint8_t part = 0; part <= BEHIND_MISSING; part++)
        for (int64_t i = 0; i < n; i++) {
            int64_t row = rows[part == BEHIND_MISSING ? i : order[i]];
            if (k->behind[row] == part)
                out[at++] = row;
        }
}

static enum tw_rc order_by(const tw_column *column, bool descending, int64_t *rows, int64_t n,
                           tw_task *task, tw_error *err) {
    keys k = {0};
    uint64_t *picked = tw_calloc((size_t)n, sizeof *picked);
    uint32_t *order = tw_calloc((size_t)n, sizeof *order);
    int64_t *next = tw_calloc((size_t)n, sizeof *next);
    enum tw_rc rc =
        picked && order && next ? keys_init(&k, column, descending, task, err)
                                : tw_fail_memory(err);
    if (rc != TW_OK)
        goto done;
    for (int64_t i = 0; i < n; i++)
        picked[i] = k.key[rows[i]];
    if (!tw_argsort_u64(picked, (size_t)n, order)) {
        rc = tw_fail_memory(err);
        goto done;
    }
    split_off(&k, rows, order, n, next);
    memcpy(rows, next, (size_t)n * sizeof *rows);
done:
    keys_fini(&k);
    free(picked);
    free(order);
    free(next);
    return rc;
}

enum tw_rc tw_order_rows(const tw_table *table, const tw_order_key *keys_in, size_t n_keys,
                         int64_t *rows, int64_t n, tw_task *task, tw_error *err) {
    if (n > (int64_t)UINT32_MAX)
        return tw_fail(err, TW_ELIMIT, "sort: more than 4 billion rows; filter them first");
    enum tw_rc rc = TW_OK;
    tw_task_begin(task, "sorting", n_keys);
    for (size_t i = n_keys; i-- > 0 && rc == TW_OK && n;) {
        rc = tw_task_check(task, err);
        if (rc == TW_OK)
            rc = order_by(tw_table_column(table, (size_t)keys_in[i].column), keys_in[i].descending,
                          rows, n, task, err);
        tw_task_advance(task, 1);
    }
    return rc;
}
