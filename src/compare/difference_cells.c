/* Cells of matched rows, column by column; what differs is a bit, so that memory stays bounded
 * however much differs. Numbers of b are gathered into the order of a's rows and both are walked
 * chunk by chunk. Texts in the same order are compared as they are; in another order every look at
 * one would be a leap through the file, so both sides are digested where they lie and the digests
 * are compared: 128 bits under a secret drawn for the purpose, which no file can be made to fool. */
#include "base/crypto.h"
#include "base/hash.h"
#include "compare/difference_impl.h"

/* --- values --- */

typedef struct chunk_pair {
    const tw_column *a, *b;
    uint64_t *changed; /* of the whole column */
} chunk_pair;

static bool is_valid(const uint64_t *validity, size_t i) {
    return !validity || tw_bit_get(validity, i);
}

/* Bits of the cells that differ; `differs` looks at values only. */
#define COMPARE_VALUES(differs)                                                                    \
    for (size_t i = 0; i < rows; i++) {                                                            \
        bool in_a = is_valid(valid_a, i), in_b = is_valid(valid_b, i);                             \
        if (in_a != in_b || (in_a && (differs)))                                                   \
            tw_bit_set(bits, i);                                                                   \
    }

static bool compare_texts(const chunk_pair *p, size_t chunk, uint64_t *bits) {
    size_t rows = tw_column_chunk_rows(p->a, chunk);
    const uint64_t *valid_a = tw_column_validity(p->a, chunk);
    const uint64_t *valid_b = tw_column_validity(p->b, chunk);
    tw_str *room = tw_calloc(2 * TW_CHUNK_ROWS, sizeof *room);
    if (!room)
        return false;
    const tw_str *a = tw_column_texts(p->a, chunk, room);
    const tw_str *b = tw_column_texts(p->b, chunk, room + TW_CHUNK_ROWS);
    COMPARE_VALUES(!tw_str_eq(a[i], b[i]))
    free(room);
    return true;
}

static bool compare_reals(const chunk_pair *p, size_t chunk, uint64_t *bits) {
    size_t rows = tw_column_chunk_rows(p->a, chunk);
    const uint64_t *valid_a = tw_column_validity(p->a, chunk);
    const uint64_t *valid_b = tw_column_validity(p->b, chunk);
    double *room = tw_calloc(2 * TW_CHUNK_ROWS, sizeof *room);
    if (!room)
        return false;
    const double *a = tw_column_f64(p->a, chunk, room);
    const double *b = tw_column_f64(p->b, chunk, room + TW_CHUNK_ROWS);
    COMPARE_VALUES(a[i] < b[i] || a[i] > b[i])
    free(room);
    return true;
}

static bool compare_wholes(const chunk_pair *p, size_t chunk, uint64_t *bits) {
    size_t rows = tw_column_chunk_rows(p->a, chunk);
    const uint64_t *valid_a = tw_column_validity(p->a, chunk);
    const uint64_t *valid_b = tw_column_validity(p->b, chunk);
    int64_t *room = tw_calloc(2 * TW_CHUNK_ROWS, sizeof *room);
    if (!room)
        return false;
    const int64_t *a = tw_column_i64(p->a, chunk, room);
    const int64_t *b = tw_column_i64(p->b, chunk, room + TW_CHUNK_ROWS);
    COMPARE_VALUES(a[i] != b[i])
    free(room);
    return true;
}

static enum tw_rc compare_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const chunk_pair *p = ctx;
    uint64_t *bits = p->changed + chunk * (TW_CHUNK_ROWS / 64);
    enum tw_type type = tw_column_type(p->a);
    (void)worker;
    bool good = type == TW_TEXT    ? compare_texts(p, chunk, bits)
                : type == TW_FLOAT ? compare_reals(p, chunk, bits)
                                   : compare_wholes(p, chunk, bits);
    return good ? TW_OK : tw_fail_memory(err);
}

/* Unreadable cells look missing to the walk over values: these are looked at one by one. */
static void compare_unreadable(const chunk_pair *p, const tw_column *column) {
    for (int64_t i = 0; i < tw_column_unreadable_count(column); i++) {
        tw_str text;
        int64_t row = tw_column_unreadable_row(column, (size_t)i, &text);
        tw_cell a = tw_column_cell(p->a, row), b = tw_column_cell(p->b, row);
        if (tw_cell_equal(&a, &b))
            tw_bit_clear(p->changed, (size_t)row);
        else
            tw_bit_set(p->changed, (size_t)row);
    }
}

/* --- texts in another order --- */

typedef struct digest {
    uint64_t low, high; /* both 0: missing */
} digest;

typedef struct digesting {
    const tw_column *column;
    uint64_t seeds[2];
    digest *out; /* one for each row */
} digesting;

static enum tw_rc digest_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const digesting *g = ctx;
    size_t rows = tw_column_chunk_rows(g->column, chunk);
    const uint64_t *validity = tw_column_validity(g->column, chunk);
    digest *out = g->out + chunk * TW_CHUNK_ROWS;
    tw_str *room = tw_calloc(TW_CHUNK_ROWS, sizeof *room);
    (void)worker;
    if (!room)
        return tw_fail_memory(err);
    const tw_str *texts = tw_column_texts(g->column, chunk, room);
    for (size_t i = 0; i < rows; i++)
        if (is_valid(validity, i))
            out[i] = (digest){tw_hash_bytes(texts[i].p, texts[i].n, g->seeds[0]),
                              tw_hash_bytes(texts[i].p, texts[i].n, g->seeds[1])};
    free(room);
    return TW_OK;
}

static enum tw_rc digest_column(const tw_table *table, int column, const uint64_t seeds[2],
                                tw_task *task, digest **out, tw_error *err) {
    digesting g = {.column = tw_table_column(table, (size_t)column),
                   .seeds = {seeds[0], seeds[1]}};
    *out = g.out = tw_calloc((size_t)tw_table_rows(table), sizeof *g.out);
    if (!g.out)
        return tw_fail_memory(err);
    return tw_parallel_for(task, tw_column_chunks(g.column), digest_chunk, &g, err);
}

static enum tw_rc compare_digests(const tw_difference *d, const tw_shared_column *c,
                                  uint64_t *changed, tw_task *task, tw_error *err) {
    uint64_t seeds[2];
    digest *a = NULL, *b = NULL;
    tw_entropy(seeds, sizeof seeds);
    enum tw_rc rc = digest_column(d->a, c->a, seeds, task, &a, err);
    if (rc == TW_OK)
        rc = digest_column(d->b, c->b, seeds, task, &b, err);
    for (int64_t i = 0; rc == TW_OK && i < d->pairs; i++) {
        const digest *x = &a[d->rows_a[i]], *y = &b[d->rows_b[i]];
        if (x->low != y->low || x->high != y->high)
            tw_bit_set(changed, (size_t)i);
    }
    free(a);
    free(b);
    return rc;
}

/* --- a column --- */

static bool in_order(const int64_t *rows, int64_t n, int64_t all) {
    bool still = n == all;
    for (int64_t i = 0; still && i < n; i++)
        still = rows[i] == i;
    return still;
}

/* A column in the order of the pairs; a new reference. */
static enum tw_rc in_pairs(const tw_table *table, int column, const int64_t *rows, int64_t n,
                           tw_task *task, tw_column **out, tw_error *err) {
    const tw_column *cells = tw_table_column(table, (size_t)column);
    if (!in_order(rows, n, tw_column_rows(cells)))
        return tw_column_gather(cells, rows, n, task, out, err);
    *out = tw_column_ref(cells);
    return TW_OK;
}

static enum tw_rc compare_values(const tw_difference *d, const tw_shared_column *c,
                                 uint64_t *changed, tw_task *task, tw_error *err) {
    tw_column *a = NULL, *b = NULL;
    enum tw_rc rc = in_pairs(d->a, c->a, d->rows_a, d->pairs, task, &a, err);
    if (rc == TW_OK)
        rc = in_pairs(d->b, c->b, d->rows_b, d->pairs, task, &b, err);
    chunk_pair pair = {a, b, changed};
    if (rc == TW_OK)
        rc = tw_parallel_for(task, tw_column_chunks(a), compare_chunk, &pair, err);
    if (rc == TW_OK) {
        compare_unreadable(&pair, a);
        compare_unreadable(&pair, b);
    }
    tw_column_unref(a);
    tw_column_unref(b);
    return rc;
}

static bool same_order(const tw_difference *d) {
    return in_order(d->rows_a, d->pairs, tw_table_rows(d->a)) &&
           in_order(d->rows_b, d->pairs, tw_table_rows(d->b));
}

static enum tw_rc compare_column(tw_difference *d, tw_shared_column *c, bool leaps, tw_task *task,
                                 tw_error *err) {
    size_t words = tw_bitmap_words((size_t)d->pairs);
    uint64_t *changed = tw_calloc(words, sizeof *changed);
    bool text = tw_table_field(d->a, (size_t)c->a)->type == TW_TEXT;
    if (!changed)
        return tw_fail_memory(err);
    enum tw_rc rc = text && leaps ? compare_digests(d, c, changed, task, err)
                                  : compare_values(d, c, changed, task, err);
    c->n_changed = rc == TW_OK ? (int64_t)tw_bitmap_count(changed, (size_t)d->pairs) : 0;
    for (size_t w = 0; c->n_changed && w < words; w++)
        d->changed[w] |= changed[w];
    if (c->n_changed)
        c->changed = changed;
    else
        free(changed);
    return rc;
}

enum tw_rc tw_difference_cells(tw_difference *d, tw_task *task, tw_error *err) {
    enum tw_rc rc = TW_OK;
    d->changed = tw_calloc(tw_bitmap_words((size_t)d->pairs), sizeof *d->changed);
    if (!d->changed)
        return tw_fail_memory(err);
    bool leaps = !same_order(d);
    tw_task_begin(task, "comparing", d->n);
    for (size_t i = 0; i < d->n && rc == TW_OK; i++) {
        if (!d->columns[i].key)
            rc = compare_column(d, &d->columns[i], leaps, task, err);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
        d->n_cells += d->columns[i].n_changed;
        tw_task_advance(task, 1);
    }
    d->n_changed = (int64_t)tw_bitmap_count(d->changed, (size_t)d->pairs);
    return rc;
}
