/* Kinds are those of io/cell_kind.h, numbers and amounts taken together, all sorts of text too.
 * Half a count is given to every kind, so that a first oddity does not rule a reading out. Columns
 * beyond MAX_COLUMNS take no part. */
#include "config.h"

#include "io/repair_fit.h"

#include <math.h>

#include "io/cell_kind.h"

enum { MAX_COLUMNS = 512, GROUPS = 6, MAX_SURPLUS = 8 };

static const double margin =
    4; /* how much better, in log-probability of the whole record, a change must be */
static const double cost_drop = 0.3, cost_inner_drop = 0.7, cost_join = 3, cost_more = 0.5;

static const uint8_t groups[TW_KINDS] = {
    [TW_KIND_EMPTY] = 0,  [TW_KIND_NULL] = 0,    [TW_KIND_NUMBER] = 1,  [TW_KIND_AMOUNT] = 1,
    [TW_KIND_MOMENT] = 2, [TW_KIND_BOOLEAN] = 3, [TW_KIND_ADDRESS] = 4, [TW_KIND_WORD] = 5,
    [TW_KIND_TEXT] = 5,   [TW_KIND_LIST] = 5,    [TW_KIND_DEBRIS] = 5,
};

struct tw_record_fit {
    size_t width, columns, rows;
    double (*log_p)[GROUPS];
};

static tw_str cell_text(const tw_csv_cells *cells, size_t i, const char *base) {
    return (tw_str){base + cells->cells[i].at, cells->cells[i].n};
}

static size_t group_of(tw_str text) {
    return groups[tw_kind_of(text)];
}

tw_record_fit *tw_record_fit_learn(const tw_csv_cells *cells, const char *base, size_t width) {
    tw_record_fit *p = tw_calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->width = width;
    p->columns = TW_MIN(width, (size_t)MAX_COLUMNS);
    p->log_p = tw_calloc(p->columns, sizeof *p->log_p);
    if (!p->log_p) {
        free(p);
        return NULL;
    }
    for (size_t r = 0; r < cells->rows; r++) {
        if (cells->first[r + 1] - cells->first[r] != width)
            continue;
        p->rows++;
        for (size_t c = 0; c < p->columns; c++)
            p->log_p[c][group_of(cell_text(cells, cells->first[r] + c, base))] += 1;
    }
    for (size_t c = 0; c < p->columns; c++)
        for (size_t g = 0; g < GROUPS; g++)
            p->log_p[c][g] = log((p->log_p[c][g] + 0.5) / ((double)p->rows + 0.5 * GROUPS));
    return p;
}

void tw_record_fit_free(tw_record_fit *p) {
    if (p)
        free(p->log_p);
    free(p);
}

size_t tw_record_fit_rows(const tw_record_fit *p) {
    return p->rows;
}

size_t tw_record_fit_typed(const tw_record_fit *p) {
    size_t typed = 0;
    for (size_t c = 0; c < p->columns; c++)
        for (size_t g = 1; g < 5; g++)
            typed += p->log_p[c][g] > log(0.5);
    return p->rows >= 4 ? typed : 0;
}

/* Log-probability of a text under a column, 0 for columns not looked at. */
static double log_p(const tw_record_fit *p, size_t column, tw_str text) {
    return column < p->columns ? p->log_p[column][group_of(text)] : 0;
}

double tw_record_fit_score(const tw_record_fit *p, const tw_csv_cells *cells, size_t row,
                           const char *base) {
    size_t first = cells->first[row], n = cells->first[row + 1] - first;
    double sum = 0;
    for (size_t c = 0; c < p->columns; c++)
        sum += log_p(p, c, c < n ? cell_text(cells, first + c, base) : (tw_str){"", 0});
    if (n > p->width)
        sum -= 3 * (double)(n - p->width);
    return p->columns ? sum / (double)p->columns : 0;
}

/* ---- aligning ---- */

typedef struct choice {
    double score;
    uint8_t
        taken; /* what the last cells became: 0 left out, 1 a cell of its own, n joined to one */
} choice;

/* Text of cells [a, b] of the record as one, delimiters included. */
static tw_str joined(const tw_csv_cells *cells, size_t first, size_t a, size_t b,
                     const char *base) {
    tw_span x = cells->cells[first + a], y = cells->cells[first + b];
    return (tw_str){base + x.at, y.at + y.n - x.at};
}

typedef struct aligner {
    const tw_record_fit *p;
    const tw_csv_cells *cells;
    const char *base;
    size_t first, n, surplus;
    choice *table; /* (n + 1) x (surplus + 1): [i][s] = i cells read, s of them gone */
} aligner;

static choice *at(const aligner *a, size_t i, size_t s) {
    return &a->table[i * (a->surplus + 1) + s];
}

static void offer(choice *to, double score, size_t taken) {
    if (score > to->score)
        *to = (choice){score, (uint8_t)taken};
}

static bool is_bare(const aligner *a, size_t i) {
    return !(a->cells->flags[a->first + i] & TW_CELL_QUOTED);
}

/* Cells up to i - 1 joined to one, two of them or more, as far as they are bare. */
static void offer_joins(const aligner *a, size_t i, size_t s, choice *to) {
    for (size_t m = 2; m <= s + 1 && m < i + 1 && is_bare(a, i - m + 1) && is_bare(a, i - m); m++) {
        double so_far = at(a, i - m, s + 1 - m)->score;
        tw_str text = joined(a->cells, a->first, i - m, i - 1, a->base);
        if (!isinf(so_far))
            offer(to,
                  so_far - cost_join - cost_more * (double)(m - 2) + log_p(a->p, i - s - 1, text),
                  m);
    }
}

static void fill(const aligner *a) {
    for (size_t i = 0; i <= a->n; i++)
        for (size_t s = 0; s <= a->surplus; s++)
            at(a, i, s)->score = -(double)INFINITY;
    at(a, 0, 0)->score = 0;
    for (size_t i = 1; i <= a->n; i++) {
        tw_str text = cell_text(a->cells, a->first + i - 1, a->base);
        for (size_t s = 0; s <= TW_MIN(a->surplus, i); s++) {
            choice *to = at(a, i, s);
            if (i > s)
                offer(to, at(a, i - 1, s)->score + log_p(a->p, i - s - 1, text), 1);
            if (s > 0 && text.n == 0 && is_bare(a, i - 1))
                offer(to, at(a, i - 1, s - 1)->score - (i == a->n ? cost_drop : cost_inner_drop),
                      0);
            if (i > s && text.n)
                offer_joins(a, i, s, to);
        }
    }
}

/* Back through the table. */
static void trace(const aligner *a, uint8_t *keep) {
    size_t i = a->n, s = a->surplus;
    while (i > 0) {
        size_t taken = at(a, i, s)->taken;
        keep[i - 1] = taken > 0;
        for (size_t k = 1; k < taken; k++) {
            keep[i - k] = 2;
            keep[i - k - 1] = 1;
        }
        s -= taken ? taken - 1 : 1;
        i -= taken ? taken : 1;
    }
}

/* The record as the reader would show it: the first `width` cells, empty ones dropped at the end.
 */
static double plain_score(const aligner *a) {
    double sum = 0;
    for (size_t c = 0; c < a->n; c++) {
        tw_str text = cell_text(a->cells, a->first + c, a->base);
        sum += c < a->p->width ? log_p(a->p, c, text) : text.n ? -cost_join : -cost_drop;
    }
    return sum;
}

bool tw_record_fit_align(const tw_record_fit *p, const tw_csv_cells *cells, size_t row,
                         const char *base, uint8_t *keep) {
    aligner a = {p, cells, base, cells->first[row], cells->first[row + 1] - cells->first[row],
                 0, NULL};
    if (a.n <= p->width || a.n - p->width > MAX_SURPLUS || p->rows < 4 || p->width > MAX_COLUMNS)
        return false;
    a.surplus = a.n - p->width;
    a.table = tw_calloc((a.n + 1) * (a.surplus + 1), sizeof *a.table);
    if (!a.table)
        return false;
    fill(&a);
    bool better = at(&a, a.n, a.surplus)->score > plain_score(&a) + margin;
    if (better)
        trace(&a, keep);
    free(a.table);
    return better;
}
