/* Ordering rows by several columns. Each key turns its cells into whole numbers that sort as the
 * cells do, then one stable radix sort a key, last key first, gives the order of all. Text becomes
 * the rank of its level, so that long strings are compared once a distinct value and not once a
 * row. Numbers count from the least one: what lies within four billion, floats with a fixed number
 * of decimals among them, is sorted with its place in one word, which takes half the memory.
 * Unreadable and missing cells are split off behind the values before, so that descending order
 * does not pull them forward. */
#include "config.h"

#include "stat/order.h"

#include <math.h>

#include "stat/sort.h"

enum { BEHIND_UNREADABLE = 1, BEHIND_MISSING = 2, STEPS = 4 };

typedef struct keys {
    uint32_t *narrow; /* one for each row of the table, from the least on … */
    uint64_t *wide;   /* … or, where they lie too far apart, so */
    uint8_t *behind;  /* 0 = value */
} keys;

static void keys_fini(keys *k) {
    free(k->narrow);
    free(k->wide);
    free(k->behind);
}

/* --- cells as numbers --- */

typedef struct text_level {
    uint64_t prefix; /* the first eight bytes as a number, so that most texts need not be fetched */
    tw_str text;
    uint32_t code;
} text_level;

static uint64_t prefix_of(tw_str text) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < text.n ? (unsigned char)text.p[i] : 0);
    return prefix;
}

/* Once cancelled all are equal, which ends the sort at once. */
static int by_text(const void *a, const void *b, void *task) {
    const text_level *x = a, *y = b;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    return tw_task_cancelled(task) ? 0 : tw_str_cmp(x->text, y->text);
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
    for (uint32_t i = 0; i < factor->levels; i++) {
        tw_str text = tw_column_cell(column, factor->first[i]).text;
        levels[i] = (text_level){.prefix = prefix_of(text), .text = text, .code = i};
    }
    qsort_r(levels, factor->levels, sizeof *levels, by_text, task);
    for (uint32_t i = 0; i < factor->levels; i++)
        (*out)[levels[i].code] = i;
    free(levels);
    return tw_task_check(task, err);
}

static enum tw_rc text_keys(const tw_column *column, bool descending, keys *k, tw_task *task,
                            tw_error *err) {
    const tw_factor *factor;
    uint32_t *rank = NULL;
    enum tw_rc rc = tw_column_factor_task(column, 0, task, &factor, err);
    if (rc == TW_OK)
        rc = rank_levels(column, factor, task, &rank, err);
    k->narrow = rc == TW_OK ? tw_calloc((size_t)tw_column_rows(column), sizeof *k->narrow) : NULL;
    if (rc == TW_OK && !k->narrow)
        rc = tw_fail_memory(err);
    for (int64_t i = 0; rc == TW_OK && i < tw_column_rows(column); i++) {
        uint32_t code = factor->codes[i];
        if (code == TW_NO_CODE)
            k->behind[i] = BEHIND_MISSING;
        else
            k->narrow[i] = descending ? factor->levels - 1 - rank[code] : rank[code];
    }
    free(rank);
    return rc;
}

static void mark_invalid(const uint64_t *validity, size_t n, uint8_t *behind) {
    for (size_t i = 0; validity && i < n; i++)
        if (!tw_bit_get(validity, i))
            behind[i] = BEHIND_MISSING;
}

/* Numbers of a column, chunk by chunk, as whole numbers in their order. */
typedef struct number_scan {
    const tw_column *column;
    double scale;    /* of floats with a fixed number of decimals: they are whole then; 0 = take bits */
    double *scratch; /* of a chunk */
    uint64_t *key;   /* of a chunk */
    uint64_t least, most;
    bool whole; /* no float is between the whole ones */
} number_scan;

/* A double that stands for scaled / scale exactly keeps its order as `scaled`. */
static inline uint64_t scaled_key(number_scan *s, double value, bool valid) {
    double product = value * s->scale;
    if (!valid || !(fabs(product) < 4e15)) {
        s->whole = s->whole && !valid;
        return 0;
    }
    int64_t scaled = (int64_t)(product < 0 ? product - 0.5 : product + 0.5);
    s->whole = s->whole && (double)scaled / s->scale == value;
    return (uint64_t)scaled ^ UINT64_C(1) << 63;
}

static size_t scan_chunk(number_scan *s, size_t chunk, const uint8_t *behind) {
    size_t n = tw_column_chunk_rows(s->column, chunk);
    if (tw_column_type(s->column) != TW_FLOAT) {
        const int64_t *i64 = tw_column_i64(s->column, chunk, (int64_t *)(void *)s->scratch);
        for (size_t i = 0; i < n; i++)
            s->key[i] = (uint64_t)i64[i] ^ UINT64_C(1) << 63;
        return n;
    }
    const double *f64 = tw_column_f64(s->column, chunk, s->scratch);
    for (size_t i = 0; i < n; i++)
        s->key[i] =
            s->scale > 0 ? scaled_key(s, f64[i], !behind[i]) : tw_key_of_f64(f64[i]);
    return n;
}

/* The least and greatest key; floats that are not whole when scaled are taken by their bits. */
static void find_range(number_scan *s, const uint8_t *behind) {
    s->least = UINT64_MAX;
    s->most = 0;
    s->whole = true;
    size_t at = 0;
    for (size_t c = 0; c < tw_column_chunks(s->column) && s->whole; c++) {
        size_t n = scan_chunk(s, c, behind + at);
        for (size_t i = 0; i < n; i++) {
            if (behind[at + i])
                continue;
            s->least = TW_MIN(s->least, s->key[i]);
            s->most = TW_MAX(s->most, s->key[i]);
        }
        at += n;
    }
    if (s->whole)
        return;
    s->scale = 0;
    find_range(s, behind);
}

static bool put_keys(number_scan *s, bool descending, keys *k) {
    size_t rows = (size_t)tw_column_rows(s->column), at = 0;
    bool narrow = s->most < s->least || s->most - s->least <= UINT32_MAX;
    if (narrow)
        k->narrow = tw_calloc(rows, sizeof *k->narrow);
    else
        k->wide = tw_calloc(rows, sizeof *k->wide);
    if (!k->narrow && !k->wide)
        return false;
    for (size_t c = 0; c < tw_column_chunks(s->column); c++) {
        size_t n = scan_chunk(s, c, k->behind + at);
        for (size_t i = 0; i < n; i++) {
            uint64_t key = descending ? s->most - s->key[i] : s->key[i] - s->least;
            if (narrow)
                k->narrow[at + i] = (uint32_t)key;
            else
                k->wide[at + i] = key;
        }
        at += n;
    }
    return true;
}

static enum tw_rc number_keys(const tw_column *column, int decimals, bool descending, keys *k,
                              tw_error *err) {
    number_scan s = {.column = column};
    if (tw_column_type(column) == TW_FLOAT && decimals >= 0 && decimals <= 9)
        for (s.scale = 1; decimals > 0; decimals--)
            s.scale *= 10;
    size_t at = 0;
    for (size_t c = 0; c < tw_column_chunks(column); c++) {
        size_t n = tw_column_chunk_rows(column, c);
        mark_invalid(tw_column_validity(column, c), n, k->behind + at);
        at += n;
    }
    s.scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *s.scratch);
    s.key = tw_calloc(TW_CHUNK_ROWS, sizeof *s.key);
    bool good = s.scratch && s.key;
    if (good)
        find_range(&s, k->behind);
    good = good && put_keys(&s, descending, k);
    free(s.scratch);
    free(s.key);
    return good ? TW_OK : tw_fail_memory(err);
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
        if (k->narrow)
            k->narrow[cells[i].row] = (uint32_t)rank;
        else
            k->wide[cells[i].row] = rank;
        k->behind[cells[i].row] = BEHIND_UNREADABLE;
    }
    free(cells);
    return TW_OK;
}

static enum tw_rc keys_init(keys *k, const tw_column *column, int decimals, bool descending,
                            tw_task *task, tw_error *err) {
    k->behind = tw_calloc((size_t)tw_column_rows(column), 1);
    if (!k->behind)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_column_type(column) == TW_TEXT
                        ? text_keys(column, descending, k, task, err)
                        : number_keys(column, decimals, descending, k, err);
    return rc == TW_OK ? unreadable_keys(column, k, err) : rc;
}

/* --- one key over the rows in hand --- */

/* One of STEPS that the order by a key takes. */
static enum tw_rc end_step(tw_task *task, tw_error *err) {
    tw_task_advance(task, 1);
    return tw_task_check(task, err);
}

/* Rows in the order of narrow keys: key and place in one number. */
static enum tw_rc sort_narrow(const uint32_t *key, int64_t *rows, size_t n, tw_task *task,
                              tw_error *err) {
    uint64_t *a = malloc((n + 1) * sizeof *a), *b = malloc((n + 1) * sizeof *b), *sorted = NULL;
    bool straight = true; /* the rows are 0, 1, 2 … */
    for (size_t i = 0; a && b && i < n; i++) {
        a[i] = (uint64_t)key[rows[i]] << 32 | i;
        straight = straight && rows[i] == (int64_t)i;
    }
    enum tw_rc rc = end_step(task, err);
    if (rc == TW_OK && !(a && b && (sorted = tw_sort_upper(a, b, n, task))))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = end_step(task, err);
    uint64_t *to = sorted == a ? b : a;
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        uint32_t place = (uint32_t)sorted[i];
        to[i] = straight ? place : (uint64_t)rows[place];
    }
    if (rc == TW_OK && n)
        memcpy(rows, to, n * sizeof *rows);
    free(a);
    free(b);
    return rc;
}

static enum tw_rc sort_wide(const uint64_t *key, int64_t *rows, size_t n, tw_error *err) {
    uint64_t *picked = tw_calloc(n, sizeof *picked);
    uint32_t *order = tw_calloc(n, sizeof *order);
    bool good = picked && order;
    for (size_t i = 0; good && i < n; i++)
        picked[i] = key[rows[i]];
    good = good && tw_argsort_u64(picked, n, order);
    for (size_t i = 0; good && i < n; i++)
        picked[i] = (uint64_t)rows[order[i]];
    if (good && n)
        memcpy(rows, picked, n * sizeof *rows);
    free(picked);
    free(order);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc sort_by(const keys *k, int64_t *rows, size_t n, tw_task *task, tw_error *err) {
    return k->narrow ? sort_narrow(k->narrow, rows, n, task, err)
                     : sort_wide(k->wide, rows, n, err);
}

/* Values to the front, then unreadable cells, then missing ones; each part keeps its order.
 * *values, *unreadable: how many. */
static bool split_off(const keys *k, int64_t *rows, int64_t n, int64_t *values,
                      int64_t *unreadable) {
    int64_t count[BEHIND_MISSING + 1] = {0};
    for (int64_t i = 0; i < n; i++)
        count[k->behind[rows[i]]]++;
    *values = count[0];
    *unreadable = count[BEHIND_UNREADABLE];
    if (*values == n)
        return true;
    int64_t *rest = tw_calloc((size_t)(n - *values), sizeof *rest);
    int64_t front = 0, at[] = {0, 0, *unreadable};
    for (int64_t i = 0; rest && i < n; i++) {
        uint8_t part = k->behind[rows[i]];
        if (part)
            rest[at[part]++] = rows[i];
        else
            rows[front++] = rows[i];
    }
    if (rest)
        memcpy(rows + front, rest, (size_t)(n - front) * sizeof *rest);
    free(rest);
    return rest != NULL;
}

static enum tw_rc order_by(const tw_column *column, int decimals, bool descending, int64_t *rows,
                           int64_t n, tw_task *task, tw_error *err) {
    keys k = {0};
    int64_t values, unreadable;
    enum tw_rc rc = keys_init(&k, column, decimals, descending, task, err);
    if (rc == TW_OK)
        rc = end_step(task, err);
    if (rc == TW_OK && !split_off(&k, rows, n, &values, &unreadable))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = sort_by(&k, rows, (size_t)values, task, err);
    if (rc == TW_OK && unreadable)
        rc = sort_by(&k, rows + values, (size_t)unreadable, NULL, err);
    keys_fini(&k);
    return rc;
}

static enum tw_rc order_by_key(const tw_table *table, const tw_order_key *key, int64_t *rows,
                               int64_t n, tw_task *task, tw_error *err) {
    size_t column = (size_t)key->column;
    return order_by(tw_table_column(table, column),
                    tw_table_field(table, column)->format.number.decimals, key->descending, rows, n,
                    task, err);
}

enum tw_rc tw_order_rows(const tw_table *table, const tw_order_key *keys_in, size_t n_keys,
                         int64_t *rows, int64_t n, tw_task *task, tw_error *err) {
    if (n > (int64_t)UINT32_MAX)
        return tw_fail(err, TW_ELIMIT, "sort: more than 4 billion rows; filter them first");
    enum tw_rc rc = TW_OK;
    tw_task_begin(task, "sorting", STEPS * n_keys);
    for (size_t i = n_keys; i-- > 0 && rc == TW_OK && n;) {
        rc = tw_task_check(task, err);
        if (rc == TW_OK)
            rc = order_by_key(table, &keys_in[i], rows, n, task, err);
        tw_task_advance(task, 1);
    }
    return rc;
}
