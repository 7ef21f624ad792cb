/* Small tables are counted in a dense array, larger ones by two stable counting sorts of the rows,
 * so that cost and memory stay linear in rows and levels whatever the product of the levels is. */
#include "stat/crosstab.h"

enum { DENSE_CELLS = 1 << 16 };

static bool both(uint32_t a, uint32_t b) {
    return a != TW_NO_LEVEL && b != TW_NO_LEVEL;
}

static void count_margins(tw_crosstab *t, const uint32_t *a, const uint32_t *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (both(a[i], b[i])) {
            t->row[a[i]]++;
            t->column[b[i]]++;
            t->n++;
        }
    for (uint32_t l = 0; l < t->levels_a; l++)
        t->used_a += t->row[l] > 0;
    for (uint32_t l = 0; l < t->levels_b; l++)
        t->used_b += t->column[l] > 0;
}

static bool from_dense(tw_crosstab *t, const uint32_t *a, const uint32_t *b, size_t n) {
    size_t size = (size_t)t->levels_a * t->levels_b;
    int64_t *dense = tw_calloc(size, sizeof *dense);
    t->cells = tw_calloc(TW_MIN(size, n), sizeof *t->cells);
    if (dense && t->cells) {
        for (size_t i = 0; i < n; i++)
            if (both(a[i], b[i]))
                dense[(size_t)a[i] * t->levels_b + b[i]]++;
        for (size_t k = 0; k < size; k++)
            if (dense[k])
                t->cells[t->n_cells++] = (tw_crosstab_cell){(uint32_t)(k / t->levels_b),
                                                            (uint32_t)(k % t->levels_b), dense[k]};
    }
    free(dense);
    return dense && t->cells;
}

/* Start offsets from counts. */
static void starts(const int64_t *count, uint32_t levels, size_t *at) {
    size_t sum = 0;
    for (uint32_t l = 0; l < levels; l++) {
        at[l] = sum;
        sum += (size_t)count[l];
    }
}

/* Rows in the order of (a, b): sort by b, then stably by a. */
static bool sort_rows(const tw_crosstab *t, const uint32_t *a, const uint32_t *b, size_t n,
                      uint32_t *by_b, uint32_t *order) {
    size_t *at = tw_calloc((size_t)TW_MAX(t->levels_a, t->levels_b), sizeof *at);
    if (!at)
        return false;
    starts(t->column, t->levels_b, at);
    for (size_t i = 0; i < n; i++)
        if (both(a[i], b[i]))
            by_b[at[b[i]]++] = (uint32_t)i;
    starts(t->row, t->levels_a, at);
    for (size_t k = 0; k < (size_t)t->n; k++)
        order[at[a[by_b[k]]]++] = by_b[k];
    free(at);
    return true;
}

static bool from_sorted(tw_crosstab *t, const uint32_t *a, const uint32_t *b, size_t n) {
    uint32_t *by_b = tw_calloc((size_t)t->n, sizeof *by_b),
             *order = tw_calloc((size_t)t->n, sizeof *order);
    bool good = by_b && order && sort_rows(t, a, b, n, by_b, order);
    size_t cells = 0;
    for (size_t k = 0; good && k < (size_t)t->n; k++)
        cells += k == 0 || a[order[k]] != a[order[k - 1]] || b[order[k]] != b[order[k - 1]];
    t->cells = good ? tw_calloc(cells, sizeof *t->cells) : NULL;
    for (size_t k = 0; t->cells && k < (size_t)t->n; k++) {
        uint32_t i = order[k];
        if (k == 0 || a[i] != a[order[k - 1]] || b[i] != b[order[k - 1]])
            t->cells[t->n_cells++] = (tw_crosstab_cell){a[i], b[i], 0};
        t->cells[t->n_cells - 1].count++;
    }
    free(by_b);
    free(order);
    return t->cells != NULL;
}

bool tw_crosstab_make(const uint32_t *a, uint32_t levels_a, const uint32_t *b, uint32_t levels_b,
                      size_t n, tw_crosstab *out) {
    tw_crosstab t = {.levels_a = levels_a, .levels_b = levels_b};
    t.row = tw_calloc(levels_a, sizeof *t.row);
    t.column = tw_calloc(levels_b, sizeof *t.column);
    bool good = t.row && t.column;
    if (good) {
        count_margins(&t, a, b, n);
        good = (uint64_t)levels_a * levels_b <= DENSE_CELLS ? from_dense(&t, a, b, n)
                                                            : from_sorted(&t, a, b, n);
    }
    if (good)
        *out = t;
    else
        tw_crosstab_fini(&t);
    return good;
}

void tw_crosstab_fini(tw_crosstab *t) {
    free(t->row);
    free(t->column);
    free(t->cells);
    *t = (tw_crosstab){0};
}
