/* Quantile bins of numbers and frequency bins of codes.
 *
 * Edges are values that occur, so ties never straddle a bin and a column with few distinct values keeps each of them. */
#include "stat/binning.h"

#include <math.h>

#include "stat/sort.h"

/* Distinct values of sorted x moved to the front; their number. */
static size_t distinct_front(double *x, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || x[i] > x[kept - 1])
            x[kept++] = x[i];
    return kept;
}

static size_t quantile_edges(const double *sorted, size_t n, size_t most, double *edges) {
    size_t count = 0;
    for (size_t b = 1; b < most; b++) {
        double edge = sorted[n * b / most];
        if (count == 0 || edge > edges[count - 1])
            edges[count++] = edge;
    }
    return count;
}

enum tw_rc tw_binner_numbers(const double *values, size_t n, size_t most, tw_binner *out, tw_error *err) {
    *out = (tw_binner){0};
    double *sorted = tw_calloc(2 * n, sizeof *sorted);
    out->edges = tw_calloc(TW_BINS, sizeof *out->edges);
    size_t kept = 0;
    for (size_t i = 0; sorted && i < n; i++)
        if (!isnan(values[i]))
            sorted[kept++] = values[i];
    if (!sorted || !out->edges || !tw_sort_f64(sorted, kept)) {
        free(sorted);
        tw_binner_fini(out);
        return tw_fail_memory(err);
    }
    memcpy(sorted + n, sorted, kept * sizeof *sorted);
    size_t distinct = distinct_front(sorted + n, kept);
    if (distinct <= most) {
        memcpy(out->edges, sorted + n, distinct * sizeof *sorted);
        out->n_edges = distinct ? distinct - 1 : 0;
    } else {
        out->n_edges = quantile_edges(sorted, kept, most, out->edges);
    }
    out->n_bins = (uint16_t)(out->n_edges + 2);
    free(sorted);
    return TW_OK;
}

uint8_t tw_bin_number(const tw_binner *b, double value) {
    if (isnan(value))
        return TW_BIN_MISSING;
    size_t low = 0, high = b->n_edges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (value <= b->edges[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return (uint8_t)(low + 1);
}

typedef struct code_count {
    uint32_t code;
    int64_t count;
} code_count;

static int by_count(const void *a, const void *b) {
    const code_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

enum tw_rc tw_binner_codes(const uint32_t *codes, size_t n, uint32_t levels, tw_binner *out, tw_error *err) {
    *out = (tw_binner){.nominal = true, .n_codes = levels};
    code_count *counts = tw_calloc(levels, sizeof *counts);
    out->of_code = tw_calloc(levels, 1);
    if (!counts || !out->of_code) {
        free(counts);
        tw_binner_fini(out);
        return tw_fail_memory(err);
    }
    for (uint32_t c = 0; c < levels; c++)
        counts[c].code = c;
    for (size_t i = 0; i < n; i++)
        if (codes[i] < levels)
            counts[codes[i]].count++;
    if (levels > TW_BIN_OTHER - 1)
        qsort(counts, levels, sizeof *counts, by_count);
    for (uint32_t k = 0; k < levels; k++)
        out->of_code[counts[k].code] = (uint8_t)TW_MIN(k + 1, (uint32_t)TW_BIN_OTHER);
    out->n_bins = levels > TW_BIN_OTHER - 1 ? TW_BINS : (uint16_t)(levels + 1);
    free(counts);
    return TW_OK;
}

void tw_binner_fini(tw_binner *b) {
    free(b->edges);
    free(b->of_code);
    *b = (tw_binner){0};
}
