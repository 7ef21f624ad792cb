/* One grouping of the rows for each A serves all B; counts of B inside a group go to an array over
 * B's levels whose touched entries are cleared again, so a pair costs one step a row. The A are
 * shared out over the pool. */
#include "profile/pair.h"

#include <math.h>

#define LEAST_COVERAGE 0.3
#define MOST_LEVELS 0.7

bool tw_groups_make(const tw_texts_column *column, size_t n, tw_groups *out) {
    tw_groups g = {.levels = column->levels};
    g.start = tw_calloc((size_t)column->levels + 2, sizeof *g.start);
    g.rows = tw_calloc(n, sizeof *g.rows);
    if (!g.start || !g.rows) {
        tw_groups_fini(&g);
        return false;
    }
    for (uint32_t l = 0; l < column->levels;
         l++) /* one further on: the fill below moves each start up */
        g.start[l + 2] = g.start[l + 1] + (uint32_t)column->counts[l];
    for (size_t i = 0; i < n; i++)
        g.rows[g.start[column->codes[i] + 1]++] = (uint32_t)i;
    *out = g;
    return true;
}

void tw_groups_fini(tw_groups *g) {
    free(g->start);
    free(g->rows);
    *g = (tw_groups){0};
}

typedef struct measure {
    const tw_texts *t;
    tw_pair *pairs; /* width * width, by rhs then lhs; lhs -1 = not worth a look */
} measure;

typedef struct sums {
    double covered, hits, removed, present, pdep, large, firm;
    uint32_t groups; /* levels of A that occur beside a B */
} sums;

static bool is_missing(const tw_texts_column *c, uint32_t level) {
    return c->states[level] == TW_MISSING;
}

/* Add one group: rows of one level of A; count is all zero before and after. */
static void add_group(sums *s, const tw_texts_column *b, const uint32_t *rows, size_t n,
                      uint32_t *count) {
    uint32_t size = 0, most = 0, next = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t level = b->codes[rows[i]];
        if (is_missing(b, level))
            continue;
        size++;
        count[level]++;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t times = count[b->codes[rows[i]]];
        next = times > most ? most : TW_MAX(next, times);
        most = TW_MAX(most, times);
        squares += (double)times * (double)times;
        count[b->codes[rows[i]]] = 0; /* each level is met once with its count */
    }
    if (size == 0)
        return;
    s->groups++;
    s->present += size;
    s->removed += size - most;
    s->pdep += squares / size;
    if (size >= 2) {
        s->covered += size;
        s->hits += most;
    }
    if (size >= 3) {
        s->large += size;
        s->firm += most >= 2 * next ? size : 0;
    }
}

static double mode_share(const tw_texts_column *b, double *squares) {
    double present = 0, most = 0;
    *squares = 0;
    for (uint32_t l = 0; l < b->levels; l++)
        present += is_missing(b, l) ? 0 : (double)b->counts[l];
    for (uint32_t l = 0; l < b->levels; l++) {
        double share = is_missing(b, l) ? 0 : (double)b->counts[l] / present;
        most = fmax(most, share);
        *squares += share * share;
    }
    return most;
}

static void measure_pair(const measure *m, const tw_groups *g, int lhs, int rhs, uint32_t *count,
                         tw_pair *out) {
    const tw_texts_column *a = &m->t->columns[lhs], *b = &m->t->columns[rhs];
    sums s = {0};
    for (uint32_t l = 0; l < a->levels; l++)
        if (!is_missing(a, l))
            add_group(&s, b, g->rows + g->start[l], g->start[l + 1] - g->start[l], count);
    double chance, base = mode_share(b, &chance);
    out->lhs = -1;
    if (!(s.covered >= LEAST_COVERAGE * s.present) || s.covered < 2 || base >= 1)
        return;
    *out = (tw_pair){.lhs = lhs, .rhs = rhs, .base = base, .coverage = s.covered / s.present};
    out->confidence = s.hits / s.covered;
    out->score = (out->confidence - base) / (1 - base);
    out->error = s.removed / s.present;
    out->firmness = s.large > 0 ? s.firm / s.large : 0;
    double spare = s.present - s.groups;
    double mu =
        1 - (1 - s.pdep / s.present) / (1 - chance) * (s.present - 1) / (spare > 0 ? spare : 1);
    out->mu = fmax(0, mu);
}

static enum tw_rc measure_lhs(void *ctx, size_t lhs, size_t worker, tw_error *err) {
    (void)worker;
    const measure *m = ctx;
    const tw_texts_column *a = &m->t->columns[lhs];
    tw_groups g;
    uint32_t most = 0;
    if (a->levels < 2 || (double)a->levels > MOST_LEVELS * (double)m->t->n)
        return TW_OK;
    for (size_t c = 0; c < m->t->width; c++)
        most = TW_MAX(most, m->t->columns[c].levels);
    uint32_t *count = tw_calloc(most, sizeof *count);
    if (!count || !tw_groups_make(a, m->t->n, &g)) {
        free(count);
        return tw_fail_memory(err);
    }
    for (size_t rhs = 0; rhs < m->t->width; rhs++)
        if (rhs != lhs && m->t->columns[rhs].levels >= 2)
            measure_pair(m, &g, (int)lhs, (int)rhs, count, &m->pairs[rhs * m->t->width + lhs]);
    tw_groups_fini(&g);
    free(count);
    return TW_OK;
}

enum tw_rc tw_pairs_measure(const tw_texts *texts, tw_task *task, tw_pair **out, size_t *n,
                            tw_error *err) {
    size_t all;
    measure m = {.t = texts};
    *out = NULL;
    *n = 0;
    m.pairs = tw_mul(texts->width, texts->width, &all) ? tw_calloc(all, sizeof *m.pairs) : NULL;
    if (!m.pairs)
        return tw_fail_memory(err);
    for (size_t i = 0; i < all; i++)
        m.pairs[i].lhs = -1;
    enum tw_rc rc = tw_parallel_for(task, texts->width, measure_lhs, &m, err);
    if (rc) {
        free(m.pairs);
        return rc;
    }
    for (size_t i = 0; i < all; i++)
        if (m.pairs[i].lhs >= 0)
            m.pairs[(*n)++] = m.pairs[i];
    *out = m.pairs;
    return TW_OK;
}
