/* Both sides go into the same bins, whose width the real side decides; the range is that of both,
 * so that what only one of them has is seen. */
#include "compare/binned.h"

#include <math.h>

#include "stat/histogram.h"

enum { MOST_BINS = 32, MOST_LEVELS = 10 };

/* --- numbers and dates --- */

static tw_doc *position(enum tw_type type, double value) {
    const tw_type_ops *ops = tw_type_ops_of(type);
    tw_cell cell;
    if (ops->is_number)
        return tw_doc_number(value);
    return ops->from_f64(value, &cell) ? tw_cell_doc(&cell) : tw_doc_null();
}

static tw_doc *shares_doc(const tw_matched_column *c, size_t side, const double *edges,
                          size_t bins) {
    int64_t counts[TW_HISTOGRAM_BINS] = {0};
    tw_doc *list = tw_doc_list();
    tw_histogram_count(c->sorted[side], c->n_values[side], edges, bins, counts);
    for (size_t b = 0; b < bins; b++)
        tw_doc_add(list, tw_doc_number((double)counts[b] / (double)TW_MAX(c->n_values[side], 1u)));
    return list;
}

static void put_histogram(const tw_matched_column *c, tw_doc *map) {
    size_t n = c->n_values[0], others = c->n_values[1];
    double edges[TW_HISTOGRAM_BINS + 1];
    if (!n || !others)
        return;
    double low = fmin(c->sorted[0][0], c->sorted[1][0]);
    double high = fmax(c->sorted[0][n - 1], c->sorted[1][others - 1]);
    double iqr = c->sorted[0][n - 1 - n / 4] - c->sorted[0][n / 4];
    bool whole = c->type != TW_FLOAT;
    size_t bins = tw_histogram_edges((int64_t)n, low, high, iqr, whole, MOST_BINS, edges);
    tw_doc *histogram = tw_doc_map(), *list = tw_doc_list();
    for (size_t b = 0; b <= bins; b++)
        tw_doc_add(list, position(c->type,
                                  tw_type_ops_of(c->type)->is_number ? edges[b] : ceil(edges[b])));
    tw_doc_set(histogram, "edges", list);
    tw_doc_set(histogram, "real", shares_doc(c, 0, edges, bins));
    tw_doc_set(histogram, "other", shares_doc(c, 1, edges, bins));
    tw_doc_set(map, "histogram", histogram);
}

/* --- levels --- */

typedef struct level {
    uint32_t code;
    int64_t counts[2];
    double most; /* the greater of its two shares */
} level;

static int most_first(const void *a, const void *b) {
    const level *x = a, *y = b;
    if (x->most < y->most || x->most > y->most)
        return x->most > y->most ? -1 : 1;
    return x->code < y->code ? -1 : 1;
}

static double share_of(const tw_matched *m, const level *l, size_t side) {
    return (double)l->counts[side] / (double)m->rows[side];
}

static level *count_levels(const tw_matched *m, const tw_matched_column *c) {
    level *levels = tw_calloc(c->levels, sizeof *levels);
    for (uint32_t k = 0; levels && k < c->levels; k++)
        levels[k].code = k;
    for (size_t side = 0; levels && side < 2; side++)
        for (size_t i = 0; i < m->rows[side]; i++)
            levels[c->codes[side][i]].counts[side]++;
    for (uint32_t k = 0; levels && k < c->levels; k++)
        levels[k].most = fmax(share_of(m, &levels[k], 0), share_of(m, &levels[k], 1));
    if (levels)
        qsort(levels, c->levels, sizeof *levels, most_first);
    return levels;
}

static bool put_levels(const tw_matched *m, const tw_matched_column *c, tw_doc *map) {
    level *levels = count_levels(m, c);
    tw_doc *list = tw_doc_list();
    for (uint32_t k = 0; levels && k < TW_MIN(c->levels, (uint32_t)MOST_LEVELS); k++) {
        tw_doc *one = tw_doc_map();
        if (!(levels[k].most > 0)) {
            tw_doc_free(one);
            break;
        }
        tw_doc_set(one, "value", tw_matched_level(c, levels[k].code));
        tw_doc_set(one, "real", tw_doc_number(share_of(m, &levels[k], 0)));
        tw_doc_set(one, "other", tw_doc_number(share_of(m, &levels[k], 1)));
        tw_doc_add(list, one);
    }
    tw_doc_set(map, "levels", list);
    bool good = levels != NULL;
    free(levels);
    return good;
}

enum tw_rc tw_binned_put(const tw_matched *m, size_t column, tw_doc *map, tw_error *err) {
    const tw_matched_column *c = &m->columns[column];
    if (c->skipped)
        return TW_OK;
    if (c->numeric)
        put_histogram(c, map);
    else if (!put_levels(m, c, map))
        return tw_fail_memory(err);
    return TW_OK;
}
