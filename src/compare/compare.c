/* The comparison document: columns and pairs worst first, means, privacy, and the lines a score must be read between.
 *
 * The ceiling scores the hold-out as if it were the other table; the floor is the real table with every column shuffled on
 * its own: it keeps all shapes and loses all trends. Pairs beyond MOST_PAIRS columns are left out, and said so. */
#include "compare/compare.h"

#include <math.h>

#include "compare/binned.h"
#include "compare/fidelity.h"
#include "compare/privacy.h"
#include "compare/utility.h"

enum { MOST_PAIR_COLUMNS = 80, MOST_PAIRS_LISTED = 200 };

typedef struct scored_column {
    size_t column;
    tw_shape shape;
} scored_column;

typedef struct scored_pair {
    size_t a, b;
    tw_trend trend;
} scored_pair;

typedef struct scores { /* means over what is defined; NaN = nothing was */
    double shape, trend, trend_strong;
} scores;

/* NaN last, then the worst first, then file order. */
static int worse(double a, double b) {
    if (isnan(a) || isnan(b))
        return (int)isnan(a) - (int)isnan(b);
    return a < b ? -1 : a > b;
}

static int column_order(const void *a, const void *b) {
    const scored_column *x = a, *y = b;
    int order = worse(x->shape.shape, y->shape.shape);
    return order ? order : x->column < y->column ? -1 : 1;
}

static int pair_order(const void *a, const void *b) {
    const scored_pair *x = a, *y = b;
    int order = worse(x->trend.trend, y->trend.trend);
    if (order)
        return order;
    return x->a != y->a ? (x->a < y->a ? -1 : 1) : x->b < y->b ? -1 : 1;
}

typedef struct mean {
    double sum;
    size_t n;
} mean;

static void add(mean *m, double value) {
    if (isnan(value))
        return;
    m->sum += value;
    m->n++;
}

static double mean_of(const mean *m) {
    return m->n ? m->sum / (double)m->n : (double)NAN;
}

static enum tw_rc score_columns(const tw_matched *m, size_t side, scored_column *out, scores *means, tw_error *err) {
    mean shapes = {0};
    for (size_t j = 0; j < m->n; j++) {
        out[j].column = j;
        enum tw_rc rc = tw_column_shape(m, j, side, &out[j].shape, err);
        if (rc)
            return rc;
        add(&shapes, out[j].shape.shape);
    }
    means->shape = mean_of(&shapes);
    return TW_OK;
}

typedef struct pair_job {
    const tw_matched *m;
    size_t side;
    const uint32_t *shuffle;
    scored_pair *pairs;
} pair_job;

static enum tw_rc score_pair(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    pair_job *job = ctx;
    scored_pair *p = &job->pairs[i];
    return tw_pair_trend(job->m, p->a, p->b, job->side, job->shuffle, &p->trend, err);
}

static size_t list_pairs(const tw_matched *m, scored_pair *pairs) {
    size_t n = 0, width = TW_MIN(m->n, (size_t)MOST_PAIR_COLUMNS);
    for (size_t a = 0; a < width; a++)
        for (size_t b = a + 1; b < width; b++)
            pairs[n++] = (scored_pair){.a = a, .b = b};
    return n;
}

static enum tw_rc score_pairs(const tw_matched *m, size_t side, const uint32_t *shuffle, scored_pair *pairs, size_t n,
                              scores *means, tw_task *task, tw_error *err) {
    pair_job job = {m, side, shuffle, pairs};
    enum tw_rc rc = tw_parallel_for(task, n, score_pair, &job, err);
    mean all = {0}, strong = {0};
    for (size_t i = 0; !rc && i < n; i++) {
        add(&all, pairs[i].trend.trend);
        bool numbers = m->columns[pairs[i].a].numeric && m->columns[pairs[i].b].numeric;
        bool is_strong = pairs[i].trend.strength > (numbers ? 0.5 : 0.3); /* thresholds of SDMetrics since 2026 */
        add(&strong, is_strong ? pairs[i].trend.trend : (double)NAN);
    }
    means->trend = mean_of(&all);
    means->trend_strong = mean_of(&strong);
    return rc;
}

static tw_doc *null_because(const char *why) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "value", tw_doc_null());
    tw_doc_set(map, "why", tw_doc_c(why));
    return map;
}

static enum tw_rc columns_doc(const tw_matched *m, const scored_column *columns, tw_doc **out, tw_error *err) {
    tw_doc *list = tw_doc_list();
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < m->n && !rc; i++) {
        const scored_column *s = &columns[i];
        tw_doc *map = tw_doc_map();
        tw_doc_set(map, "name", tw_doc_c(m->columns[s->column].name));
        tw_doc_set(map, "shape", tw_doc_number(s->shape.shape));
        tw_doc_set(map, "ks", tw_doc_number(s->shape.ks));
        tw_doc_set(map, "tv", tw_doc_number(s->shape.tv));
        tw_doc_set(map, "wasserstein", tw_doc_number(s->shape.wasserstein));
        tw_doc_set(map, "missing_real", tw_doc_number(tw_matched_missing(m, s->column, 0)));
        tw_doc_set(map, "missing_other", tw_doc_number(tw_matched_missing(m, s->column, 1)));
        if (m->columns[s->column].skipped)
            tw_doc_set(map, "why", tw_doc_c("nearly every value differs: an identifier or free text has no shape to compare"));
        rc = tw_binned_put(m, s->column, map, err);
        tw_doc_add(list, map);
    }
    *out = list;
    return rc;
}

static tw_doc *pairs_doc(const tw_matched *m, const scored_pair *pairs, size_t n) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < n && i < MOST_PAIRS_LISTED && !isnan(pairs[i].trend.trend); i++) {
        tw_doc *map = tw_doc_map();
        tw_doc_set(map, "a", tw_doc_c(m->columns[pairs[i].a].name));
        tw_doc_set(map, "b", tw_doc_c(m->columns[pairs[i].b].name));
        tw_doc_set(map, "trend", tw_doc_number(pairs[i].trend.trend));
        tw_doc_set(map, "measure", tw_doc_c(pairs[i].trend.measure));
        tw_doc_set(map, "strength", tw_doc_number(pairs[i].trend.strength));
        tw_doc_add(list, map);
    }
    return list;
}

static tw_doc *scores_doc(const scores *s) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "shape", tw_doc_number(s->shape));
    tw_doc_set(map, "trend", tw_doc_number(s->trend));
    tw_doc_set(map, "trend_strong", tw_doc_number(s->trend_strong));
    return map;
}

static tw_doc *privacy_doc(const tw_privacy *p, bool holdout) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "copies", tw_doc_number(p->copies));
    tw_doc_set(map, "copies_holdout", tw_doc_number(p->copies_holdout));
    tw_doc_set(map, "dcr_share", tw_doc_number(p->dcr_share));
    tw_doc_set(map, "rows", tw_doc_int((int64_t)p->rows));
    if (!holdout)
        tw_doc_set(map, "why", tw_doc_c("copies by chance and the distance share need rows the generator never saw: give --holdout"));
    return map;
}

static enum tw_rc floor_scores(const tw_matched *m, uint64_t seed, scored_pair *pairs, size_t n, scores *out, tw_task *task,
                               tw_error *err) {
    uint32_t *shuffle = tw_matched_order(m, 0, seed, "floor");
    if (!shuffle)
        return tw_fail_memory(err);
    enum tw_rc rc = score_pairs(m, 0, shuffle, pairs, n, out, task, err);
    out->shape = 1;
    free(shuffle);
    return rc;
}

/* What is scored before anything is written down. */
typedef struct results {
    scored_column *columns;
    scored_pair *pairs;
    size_t n_pairs;
    scores other, ceiling, floor;
    tw_privacy privacy;
} results;

static enum tw_rc score_all(const tw_matched *m, uint64_t seed, results *r, tw_task *task, tw_error *err) {
    bool holdout = m->sides == TW_SIDES;
    enum tw_rc rc = tw_privacy_of(m, seed, task, &r->privacy, err);
    if (!rc)
        rc = floor_scores(m, seed, r->pairs, r->n_pairs, &r->floor, task, err);
    if (!rc && holdout)
        rc = score_columns(m, 2, r->columns, &r->ceiling, err);
    if (!rc && holdout)
        rc = score_pairs(m, 2, NULL, r->pairs, r->n_pairs, &r->ceiling, task, err);
    if (!rc)
        rc = score_columns(m, 1, r->columns, &r->other, err);
    if (!rc)
        rc = score_pairs(m, 1, NULL, r->pairs, r->n_pairs, &r->other, task, err);
    if (rc)
        return rc;
    qsort(r->columns, m->n, sizeof *r->columns, column_order);
    qsort(r->pairs, r->n_pairs, sizeof *r->pairs, pair_order);
    return TW_OK;
}

static double overall_of(const scores *s) {
    if (isnan(s->trend) || isnan(s->shape))
        return isnan(s->trend) ? s->shape : s->trend;
    return (s->shape + s->trend) / 2;
}

/* Columns of a table that the other lacks. */
static void note_unshared(const tw_table *table, const tw_table *other, const char *which, tw_doc *list) {
    tw_buf names;
    tw_buf_init(&names, 300);
    size_t n = 0;
    for (size_t i = 0; i < tw_table_width(table); i++) {
        const char *name = tw_table_field(table, i)->name;
        if (tw_table_find(other, tw_str_c(name)) >= 0)
            continue;
        if (n++ < 5)
            tw_buf_printf(&names, "%s%.40s", n == 1 ? "" : ", ", name);
    }
    if (n)
        tw_doc_add(list, tw_doc_printf("%zu column%s only the %s table has: %.*s%s", n, n == 1 ? "" : "s", which,
                                       TW_ARG(tw_buf_view(&names)), n > 5 ? ", …" : ""));
    tw_buf_fini(&names);
}

/* What a limit or the other table kept out of the comparison, a text each. */
static tw_doc *left_out_doc(const tw_matched *m, const results *r, const tw_table *real, const tw_table *other) {
    tw_doc *list = tw_doc_list();
    note_unshared(real, other, "real", list);
    note_unshared(other, real, "other", list);
    if (m->n > MOST_PAIR_COLUMNS)
        tw_doc_add(list, tw_doc_printf("pairs with the %zu columns behind the first %d", m->n - MOST_PAIR_COLUMNS,
                                       MOST_PAIR_COLUMNS));
    if (r->n_pairs > MOST_PAIRS_LISTED)
        tw_doc_add(list, tw_doc_printf("%zu pairs, scored but not listed: they fare better than the %d that are",
                                       r->n_pairs - MOST_PAIRS_LISTED, MOST_PAIRS_LISTED));
    size_t least = TW_MIN(m->rows[0], m->rows[1]);
    if (m->sides == TW_SIDES && r->privacy.rows < TW_MIN(least, m->rows[2]))
        tw_doc_add(list, tw_doc_printf("rows beyond %zu drawn from each table, in the distances of rows", r->privacy.rows));
    return list;
}

/* Takes columns, utility and left_out over. */
static tw_doc *results_doc(const tw_matched *m, const results *r, tw_doc *columns, tw_doc *utility, tw_doc *left_out) {
    bool holdout = m->sides == TW_SIDES;
    tw_doc *doc = tw_doc_map();
    tw_doc_set(doc, "overall", tw_doc_number(overall_of(&r->other)));
    tw_doc_set(doc, "rows_real", tw_doc_int((int64_t)m->rows[0]));
    tw_doc_set(doc, "rows_other", tw_doc_int((int64_t)m->rows[1]));
    tw_doc_set(doc, "columns", columns);
    tw_doc_set(doc, "pairs", pairs_doc(m, r->pairs, r->n_pairs));
    tw_doc_set(doc, "fidelity", scores_doc(&r->other));
    tw_doc_set(doc, "utility", utility);
    tw_doc_set(doc, "privacy", privacy_doc(&r->privacy, holdout));
    tw_doc_set(doc, "ceiling",
               holdout ? scores_doc(&r->ceiling)
                       : null_because("the best a score can be is that of real rows: give --holdout"));
    tw_doc_set(doc, "floor", scores_doc(&r->floor));
    if (m->n > MOST_PAIR_COLUMNS)
        tw_doc_set(doc, "why_pairs", tw_doc_printf("pairs of the first %d columns only", MOST_PAIR_COLUMNS));
    if (tw_doc_count(left_out))
        tw_doc_set(doc, "left_out", left_out);
    else
        tw_doc_free(left_out);
    return doc;
}

static enum tw_rc assemble(const tw_matched *m, const tw_table *const tables[TW_SIDES],
                           const tw_compare_options *options, results *r, tw_task *task, tw_doc **out, tw_error *err) {
    tw_doc *columns = NULL, *utility = NULL;
    r->n_pairs = list_pairs(m, r->pairs);
    enum tw_rc rc = TW_OK;
    if (options->target.p)
        rc = tw_utility(m, options->target, options->seed, task, &utility, err);
    else
        utility = null_because("needs a column to predict: give --target");
    if (!rc)
        rc = score_all(m, options->seed, r, task, err);
    if (!rc)
        rc = columns_doc(m, r->columns, &columns, err);
    tw_doc *doc = results_doc(m, r, columns, utility, left_out_doc(m, r, tables[0], tables[1]));
    if (!rc && tw_doc_failed(doc))
        rc = tw_fail_memory(err);
    if (rc)
        tw_doc_free(doc);
    else
        *out = doc;
    return rc;
}

enum tw_rc tw_compare(const tw_table *real, const tw_table *other, const tw_compare_options *options, tw_task *task,
                      tw_doc **out, tw_error *err) {
    const tw_table *const tables[TW_SIDES] = {real, other, options->holdout};
    tw_matched m;
    enum tw_rc rc = tw_matched_make(tables, task, &m, err);
    if (rc)
        return rc;
    size_t width = TW_MIN(m.n, (size_t)MOST_PAIR_COLUMNS);
    results r = {.columns = tw_calloc(m.n, sizeof *r.columns),
                 .pairs = tw_calloc(width * (width - 1) / 2 + 1, sizeof *r.pairs)};
    rc = r.columns && r.pairs ? assemble(&m, tables, options, &r, task, out, err) : tw_fail_memory(err);
    free(r.columns);
    free(r.pairs);
    tw_matched_fini(&m);
    return rc;
}
