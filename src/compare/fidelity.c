/* Column shapes and pair trends.
 *
 * Missing cells count: for categories as a level, for numbers as the lowest value in the Kolmogorov-Smirnov distance of
 * `shape` (the `ks` figure itself is that of the values). A generator that never leaves a cell empty does not score 1. */
#include "compare/fidelity.h"

#include <math.h>

#include "stat/association.h"
#include "stat/distance.h"

/* sup |F - G| when both have an atom of missing cells below all values. */
static double ks_with_missing(const tw_matched *m, size_t column, size_t side) {
    const tw_matched_column *c = &m->columns[column];
    size_t n[2] = {m->rows[0], m->rows[side]};
    const double *x = c->sorted[0], *y = c->sorted[side];
    size_t i = 0, j = 0;
    double below[2] = {(double)(n[0] - c->n_values[0]), (double)(n[1] - c->n_values[side])};
    double worst = fabs(below[0] / (double)n[0] - below[1] / (double)n[1]);
    while (i < c->n_values[0] || j < c->n_values[side]) {
        double at = i < c->n_values[0] && (j >= c->n_values[side] || x[i] <= y[j]) ? x[i] : y[j];
        while (i < c->n_values[0] && x[i] <= at)
            i++;
        while (j < c->n_values[side] && y[j] <= at)
            j++;
        double gap = fabs((below[0] + (double)i) / (double)n[0] - (below[1] + (double)j) / (double)n[1]);
        worst = fmax(worst, gap);
    }
    return worst;
}

static enum tw_rc level_shares(const tw_matched *m, size_t column, size_t side, double **out, tw_error *err) {
    const tw_matched_column *c = &m->columns[column];
    double *shares = tw_calloc(c->levels, sizeof *shares);
    if (!shares)
        return tw_fail_memory(err);
    for (size_t i = 0; i < m->rows[side]; i++)
        shares[c->codes[side][i]] += 1.0;
    *out = shares;
    return TW_OK;
}

enum tw_rc tw_column_shape(const tw_matched *m, size_t column, size_t side, tw_shape *out, tw_error *err) {
    const tw_matched_column *c = &m->columns[column];
    *out = (tw_shape){NAN, NAN, NAN, NAN};
    if (c->skipped)
        return TW_OK;
    if (c->numeric) {
        out->ks = tw_ks_statistic(c->sorted[0], c->n_values[0], c->sorted[side], c->n_values[side]);
        out->wasserstein = tw_wasserstein(c->sorted[0], c->n_values[0], c->sorted[side], c->n_values[side]);
        out->shape = 1 - ks_with_missing(m, column, side);
        return TW_OK;
    }
    double *real = NULL, *other = NULL;
    enum tw_rc rc = level_shares(m, column, 0, &real, err);
    if (!rc)
        rc = level_shares(m, column, side, &other, err);
    if (!rc) {
        out->tv = tw_total_variation(real, other, c->levels);
        out->shape = 1 - out->tv;
    }
    free(real);
    free(other);
    return rc;
}

static int cell_order(const tw_crosstab_cell *a, const tw_crosstab_cell *b) {
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* 1 - half the summed differences of two joint distributions; cells of both are sorted. */
static double contingency_similarity(const tw_crosstab *r, const tw_crosstab *s) {
    double sum = 0;
    size_t i = 0, j = 0;
    while (i < r->n_cells || j < s->n_cells) {
        int order = i == r->n_cells ? 1 : j == s->n_cells ? -1 : cell_order(&r->cells[i], &s->cells[j]);
        double p = order <= 0 ? (double)r->cells[i++].count / (double)r->n : 0;
        double q = order >= 0 ? (double)s->cells[j++].count / (double)s->n : 0;
        sum += fabs(p - q);
    }
    return 1 - sum / 2;
}

static uint32_t *permuted_codes(const uint32_t *codes, const uint32_t *shuffle, size_t n) {
    uint32_t *out = tw_calloc(n, sizeof *out);
    for (size_t i = 0; out && i < n; i++)
        out[i] = codes[shuffle ? shuffle[i] : i];
    return out;
}

static enum tw_rc contingency_trend(const tw_matched *m, size_t a, size_t b, size_t side, const uint32_t *shuffle,
                                    tw_trend *out, tw_error *err) {
    const tw_matched_column *ca = &m->columns[a], *cb = &m->columns[b];
    tw_crosstab real = {0}, other = {0};
    uint32_t *codes = permuted_codes(cb->codes[side], shuffle, m->rows[side]);
    bool good = codes && tw_crosstab_make(ca->codes[0], ca->levels, cb->codes[0], cb->levels, m->rows[0], &real);
    good = good && tw_crosstab_make(ca->codes[side], ca->levels, codes, cb->levels, m->rows[side], &other);
    if (good) {
        out->trend = contingency_similarity(&real, &other);
        out->strength = tw_cramers_v(&real);
        out->measure = "contingency";
    }
    tw_crosstab_fini(&real);
    tw_crosstab_fini(&other);
    free(codes);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc correlation_trend(const tw_matched *m, size_t a, size_t b, size_t side, const uint32_t *shuffle,
                                    tw_trend *out, tw_error *err) {
    const tw_matched_column *ca = &m->columns[a], *cb = &m->columns[b];
    int64_t pairs;
    double real = tw_pearson(ca->values[0], cb->values[0], m->rows[0], &pairs), other;
    if (shuffle) {
        double *turned = tw_calloc(m->rows[side], sizeof *turned);
        if (!turned)
            return tw_fail_memory(err);
        for (size_t i = 0; i < m->rows[side]; i++)
            turned[i] = cb->values[side][shuffle[i]];
        other = tw_pearson(ca->values[side], turned, m->rows[side], &pairs);
        free(turned);
    } else {
        other = tw_pearson(ca->values[side], cb->values[side], m->rows[side], &pairs);
    }
    out->measure = "correlation";
    out->strength = fabs(real);
    out->trend = 1 - fabs(real - other) / 2; /* NaN when a side has no spread */
    return TW_OK;
}

enum tw_rc tw_pair_trend(const tw_matched *m, size_t a, size_t b, size_t side, const uint32_t *shuffle, tw_trend *out,
                         tw_error *err) {
    *out = (tw_trend){NAN, NAN, NULL};
    if (m->columns[a].skipped || m->columns[b].skipped)
        return TW_OK;
    if (m->columns[a].numeric && m->columns[b].numeric)
        return correlation_trend(m, a, b, side, shuffle, out, err);
    return contingency_trend(m, a, b, side, shuffle, out, err);
}
