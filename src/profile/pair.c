/* One grouping of the rows for each A serves all B, and a pair costs one step a row. The A are
 * shared out over the pool.
 *
 * What a pair is worth before it is measured stands in a matrix, by B and then A: NaN = leave it
 * out. In a table of usual width nothing is left out. */
#include "profile/pair.h"

#include <math.h>

#include "profile/pair_screen.h"
#include "stat/sort.h"

#define LEAST_COVERAGE 0.3
#define MOST_LEVELS 0.7
enum { MOST_PAIRS = 1 << 20, LEAST_SIDE = 1 << 10, STEPS_OF_PAIR = 64 };
static const double DIRECT_STEPS = 1e8, /* rows times pairs up to which all are measured */
    MEASURED_STEPS = 2e8;               /* of the promising ones */
static const uint32_t NONE = UINT32_MAX;

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

/* Columns that may be A, or B. */
typedef struct part_of_pair {
    uint32_t *column;
    uint32_t *number; /* of a column among them, or NONE */
    size_t n;
} part_of_pair;

typedef struct measure {
    const tw_texts *t;
    tw_pair_side *sides; /* by column */
    part_of_pair lhs, rhs;
    uint32_t most_levels;
    float *worth;   /* rhs.n * lhs.n */
    uint32_t *slot; /* where the figures go, or NONE */
    tw_pairs *out;
} measure;

static void measure_fini(measure *m) {
    free(m->sides);
    free(m->lhs.column);
    free(m->lhs.number);
    free(m->rhs.column);
    free(m->rhs.number);
    free(m->worth);
    free(m->slot);
}

/* --- which pairs --- */

static bool part_init(part_of_pair *p, size_t width) {
    p->column = tw_calloc(width, sizeof *p->column);
    p->number = tw_calloc(width, sizeof *p->number);
    return p->column && p->number;
}

static void part_add(part_of_pair *p, size_t column, bool takes_part) {
    p->number[column] = takes_part ? (uint32_t)p->n : NONE;
    if (takes_part)
        p->column[p->n++] = (uint32_t)column;
}

/* Only the first n. */
static void part_cut(part_of_pair *p, size_t n) {
    while (p->n > n)
        p->number[p->column[--p->n]] = NONE;
}

static bool set_up(measure *m) {
    size_t width = m->t->width, rows = m->t->n;
    m->sides = tw_calloc(width, sizeof *m->sides);
    if (!m->sides || !part_init(&m->lhs, width) || !part_init(&m->rhs, width))
        return false;
    for (size_t c = 0; c < width; c++) {
        const tw_texts_column *column = &m->t->columns[c];
        uint32_t levels = column->levels;
        m->sides[c] = tw_pair_side_of(column);
        m->most_levels = TW_MAX(m->most_levels, levels);
        part_add(&m->lhs, c, levels >= 2 && (double)levels <= MOST_LEVELS * (double)rows);
        part_add(&m->rhs, c, levels >= 2);
    }
    size_t all = m->lhs.n * m->rhs.n;
    if (all > MOST_PAIRS) {
        part_cut(&m->lhs, TW_MAX(MOST_PAIRS / m->rhs.n, (size_t)LEAST_SIDE));
        part_cut(&m->rhs, MOST_PAIRS / m->lhs.n);
        m->out->left_out = all - m->lhs.n * m->rhs.n;
    }
    all = m->lhs.n * m->rhs.n;
    m->worth = tw_calloc(all, sizeof *m->worth);
    m->slot = tw_calloc(all, sizeof *m->slot);
    return m->worth && m->slot;
}

static size_t at(const measure *m, size_t rhs, size_t lhs) {
    return rhs * m->lhs.n + lhs;
}

/* Groups and zeroed counts for one A. */
static bool ready(const measure *m, size_t lhs, tw_groups *g, uint32_t **count) {
    *count = tw_calloc(m->most_levels, sizeof **count);
    if (*count && tw_groups_make(&m->t->columns[m->lhs.column[lhs]], m->t->n, g))
        return true;
    free(*count);
    return false;
}

static enum tw_rc screen_lhs(void *ctx, size_t lhs, size_t worker, tw_error *err) {
    (void)worker;
    measure *m = ctx;
    tw_groups g;
    tw_pair_sample sample;
    uint32_t *count;
    if (!ready(m, lhs, &g, &count))
        return tw_fail_memory(err);
    bool good = tw_pair_sample_make(&m->t->columns[m->lhs.column[lhs]], &g, &sample);
    for (size_t r = 0; good && r < m->rhs.n; r++)
        m->worth[at(m, r, lhs)] = tw_pair_promise(&sample, &m->sides[m->rhs.column[r]], count);
    if (good)
        tw_pair_sample_fini(&sample);
    tw_groups_fini(&g);
    free(count);
    return good ? TW_OK : tw_fail_memory(err);
}

/* Whether a dependency is the coarser one of two is seen from both: the way back is kept too. */
static void keep_both_ways(measure *m) {
    for (size_t r = 0; r < m->rhs.n; r++)
        for (size_t l = 0; l < m->lhs.n; l++) {
            uint32_t back_r = m->rhs.number[m->lhs.column[l]],
                     back_l = m->lhs.number[m->rhs.column[r]];
            if (back_r == NONE || back_l == NONE)
                continue;
            float *there = &m->worth[at(m, r, l)], *back = &m->worth[at(m, back_r, back_l)];
            *there = *back = fmaxf(*there, *back);
        }
}

/* Leave out all but the `most` worthiest; ties in the matrix's order. */
static bool keep_best(measure *m, size_t most) {
    size_t all = m->lhs.n * m->rhs.n, n = 0;
    double *worth = tw_calloc(all, sizeof *worth);
    for (size_t i = 0; worth && i < all; i++)
        if (!isnan(m->worth[i]))
            worth[n++] = (double)m->worth[i];
    bool good = worth && (n <= most || tw_sort_f64(worth, n));
    if (good && n > most) {
        double least = worth[n - most];
        size_t ties = 0; /* to keep */
        while (ties < most && worth[n - most + ties] <= least)
            ties++;
        for (size_t i = 0; i < all; i++) {
            bool better = (double)m->worth[i] > least, tie = (double)m->worth[i] >= least;
            if (!better && (!tie || ties == 0))
                m->worth[i] = NAN;
            ties -= !better && tie && ties > 0;
        }
        m->out->left_out += n - most;
    }
    free(worth);
    return good;
}

static enum tw_rc choose(measure *m, tw_task *task, tw_error *err) {
    double steps = (double)m->t->n + STEPS_OF_PAIR;
    if ((double)m->lhs.n * (double)m->rhs.n * steps <= DIRECT_STEPS)
        return TW_OK;
    enum tw_rc rc = tw_parallel_for(task, m->lhs.n, screen_lhs, m, err);
    if (rc)
        return rc;
    keep_both_ways(m);
    return keep_best(m, (size_t)(MEASURED_STEPS / steps)) ? TW_OK : tw_fail_memory(err);
}

/* --- their figures --- */

static bool give_slots(measure *m) {
    size_t n = 0;
    for (size_t r = 0; r < m->rhs.n; r++)
        for (size_t l = 0; l < m->lhs.n; l++) {
            bool wanted = m->lhs.column[l] != m->rhs.column[r] && !isnan(m->worth[at(m, r, l)]);
            m->slot[at(m, r, l)] = wanted ? (uint32_t)n : NONE;
            n += wanted;
        }
    m->out->n = n;
    m->out->at = tw_calloc(n, sizeof *m->out->at);
    return m->out->at != NULL;
}

/* lhs -1 = not worth a look. */
static tw_pair measure_pair(const measure *m, const tw_groups *g, uint32_t lhs, uint32_t rhs,
                            uint32_t *count) {
    const tw_texts_column *a = &m->t->columns[lhs];
    const tw_pair_side *b = &m->sides[rhs];
    tw_pair_sums s = {0};
    for (uint32_t l = 0; l < a->levels; l++)
        if (a->states[l] != TW_MISSING)
            tw_pair_sums_add(&s, b, g->rows + g->start[l], g->start[l + 1] - g->start[l], count);
    if (!(s.covered >= LEAST_COVERAGE * s.present) || s.covered < 2 || b->base >= 1)
        return (tw_pair){.lhs = -1};
    tw_pair out = tw_pair_figures(&s, b);
    out.lhs = (int)lhs;
    out.rhs = (int)rhs;
    return out;
}

static enum tw_rc measure_lhs(void *ctx, size_t lhs, size_t worker, tw_error *err) {
    (void)worker;
    measure *m = ctx;
    tw_groups g;
    uint32_t *count;
    bool any = false;
    for (size_t r = 0; r < m->rhs.n && !any; r++)
        any = m->slot[at(m, r, lhs)] != NONE;
    if (!any)
        return TW_OK;
    if (!ready(m, lhs, &g, &count))
        return tw_fail_memory(err);
    for (size_t r = 0; r < m->rhs.n; r++)
        if (m->slot[at(m, r, lhs)] != NONE)
            m->out->at[m->slot[at(m, r, lhs)]] =
                measure_pair(m, &g, m->lhs.column[lhs], m->rhs.column[r], count);
    tw_groups_fini(&g);
    free(count);
    return TW_OK;
}

enum tw_rc tw_pairs_measure(const tw_texts *texts, tw_task *task, tw_pairs *out, tw_error *err) {
    measure m = {.t = texts, .out = out};
    *out = (tw_pairs){0};
    enum tw_rc rc = set_up(&m) ? choose(&m, task, err) : tw_fail_memory(err);
    if (!rc && !give_slots(&m))
        rc = tw_fail_memory(err);
    if (!rc)
        rc = tw_parallel_for(task, m.lhs.n, measure_lhs, &m, err);
    measure_fini(&m);
    if (rc) {
        tw_pairs_fini(out);
        return rc;
    }
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].lhs >= 0)
            out->at[n++] = out->at[i];
    out->n = n;
    return TW_OK;
}

void tw_pairs_fini(tw_pairs *pairs) {
    free(pairs->at);
    *pairs = (tw_pairs){0};
}

/* --- looking up --- */

/* The first pair not before (rhs, lhs). */
static size_t lower_bound(const tw_pairs *p, int rhs, int lhs) {
    size_t low = 0, high = p->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const tw_pair *f = &p->at[middle];
        if (f->rhs < rhs || (f->rhs == rhs && f->lhs < lhs))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const tw_pair *tw_pairs_on(const tw_pairs *p, size_t rhs, size_t *n) {
    size_t first = lower_bound(p, (int)rhs, 0);
    *n = lower_bound(p, (int)rhs + 1, 0) - first;
    return p->at + first;
}

const tw_pair *tw_pairs_find(const tw_pairs *p, int lhs, int rhs) {
    size_t i = lower_bound(p, rhs, lhs);
    return i < p->n && p->at[i].rhs == rhs && p->at[i].lhs == lhs ? &p->at[i] : NULL;
}
