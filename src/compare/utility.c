/* One list of rows for each model, one for the test; each model gets predictors binned by its own
 * training rows, so nothing of the test leaks into it.
 *
 * Samples are taken of a seeded order of each table's rows, and equally many of both: with more
 * rows a model learns more, whatever they are worth. */
#include "compare/utility.h"

#include <math.h>

#include "compare/prediction.h"
#include "stat/boost.h"

enum {
    MOST_TRAIN = 50000,
    MOST_TEST = 50000,
    LEAST_ROWS = 20,
    MOST_CLASSES = 50,
    FEW_VALUES = 10, /* numbers with at most this many values are classes */
    BINS = 254
};
static const double TEST_SHARE = 0.3;

typedef struct picked {
    uint32_t side, row;
} picked;

typedef struct sample {
    picked *at;
    size_t n;
} sample;

enum { MODEL_REAL, MODEL_OTHER, MODEL_BOTH, MODELS };
static const char *const model_names[MODELS] = {"real", "other", "both"};

typedef struct study {
    const tw_matched *m;
    const tw_matched_column *target;
    size_t *predictors;
    size_t n_predictors;
    double values[FEW_VALUES]; /* classes of a number */
    uint32_t n_classes;        /* 0 = regression */
    uint32_t positive;         /* of two classes */
    sample train[MODELS], test;
    size_t copies; /* rows left out because they are test rows over again */
    double *truth;
    uint32_t *truth_class;
    tw_prediction_scores scores[MODELS], baseline;
    tw_task *task;
} study;

/* --- the target --- */

/* Different values of a number when they are few, else 0. */
static uint32_t few_values(const tw_matched_column *c, double values[FEW_VALUES]) {
    uint32_t n = 0;
    for (size_t i = 0; i < c->n_values[0]; i++) {
        double v = c->sorted[0][i];
        if (n && !(v > values[n - 1]))
            continue;
        if (n == FEW_VALUES)
            return 0;
        values[n++] = v;
    }
    return n;
}

static void set_target(study *u, const tw_matched_column *c) {
    u->target = c;
    u->n_classes = c->numeric ? few_values(c, u->values) : c->levels - 1;
}

/* Class of a row, UINT32_MAX = none it could be learnt by. */
static uint32_t class_of(const study *u, picked at) {
    const tw_matched_column *c = u->target;
    if (!c->numeric)
        return c->codes[at.side][at.row] - 1; /* missing is code 0 */
    for (uint32_t k = 0; k < u->n_classes; k++)
        if (tw_same_f64(u->values[k], c->values[at.side][at.row]))
            return k;
    return UINT32_MAX;
}

static bool has_target(const study *u, picked at) {
    return u->n_classes ? class_of(u, at) != UINT32_MAX
                        : !isnan(u->target->values[at.side][at.row]);
}

static const char *unfit_target(const study *u) {
    bool flat =
        u->target->numeric ? !u->target->n_values[0] || u->n_classes == 1 : u->n_classes < 2;
    if (u->target->skipped)
        return "nearly every value of the target differs: there is nothing to predict";
    if (flat)
        return "the target has one value only: there is nothing to predict";
    if (u->n_classes > MOST_CLASSES)
        return "the target has more than 50 values: too many classes to learn";
    return NULL;
}

/* --- samples --- */

/* Rows of a side that have a target, in seeded order. */
static enum tw_rc draw(const study *u, uint32_t side, uint64_t seed, sample *out, tw_error *err) {
    static const char *const labels[TW_SIDES] = {"utility real", "utility other",
                                                 "utility holdout"};
    uint32_t *order = tw_matched_order(u->m, side, seed, labels[side]);
    out->at = tw_calloc(u->m->rows[side], sizeof *out->at);
    enum tw_rc rc = order && out->at ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < u->m->rows[side]; i++) {
        picked at = {side, order[i]};
        if (has_target(u, at))
            out->at[out->n++] = at;
    }
    free(order);
    return rc;
}

/* The first rows of the real table become the test where there is no hold-out. */
static enum tw_rc split_real(sample *real, sample *test, tw_error *err) {
    size_t n = (size_t)(TEST_SHARE * (double)real->n);
    test->at = tw_calloc(n, sizeof *test->at);
    if (!test->at)
        return tw_fail_memory(err);
    memcpy(test->at, real->at, n * sizeof *test->at);
    test->n = n;
    memmove(real->at, real->at + n, (real->n - n) * sizeof *real->at);
    real->n -= n;
    return TW_OK;
}

static enum tw_rc join_samples(study *u, tw_error *err) {
    const sample *a = &u->train[MODEL_REAL], *b = &u->train[MODEL_OTHER];
    sample *both = &u->train[MODEL_BOTH];
    both->at = tw_calloc(a->n + b->n, sizeof *both->at);
    if (!both->at)
        return tw_fail_memory(err);
    memcpy(both->at, a->at, a->n * sizeof *both->at);
    memcpy(both->at + a->n, b->at, b->n * sizeof *both->at);
    both->n = a->n + b->n;
    return TW_OK;
}

/* Hashes, in order, of the test rows that stand only once in the real table. */
static size_t lone_hashes(const study *u, const uint64_t *real, uint64_t *lone) {
    size_t n = 0, rows = u->m->rows[0];
    for (size_t i = 0; i < u->test.n; i++) {
        uint64_t h = tw_matched_hash(u->m, 0, u->test.at[i].row);
        const uint64_t *at = bsearch(&h, real, rows, sizeof h, tw_matched_hash_order);
        bool twin = (at > real && at[-1] == h) || (at + 1 < real + rows && at[1] == h);
        if (!twin)
            lone[n++] = h;
    }
    qsort(lone, n, sizeof *lone, tw_matched_hash_order);
    return n;
}

/* Rows of the other table that are a test row over again must not be learnt from: a subset, an
 * augmented table. What stands in the real table more than once may be met by chance and stays. */
static enum tw_rc leave_out_copies(study *u, sample *other, tw_error *err) {
    size_t rows = u->m->rows[0], kept = 0, n = 0;
    uint64_t *real = tw_calloc(rows, sizeof *real), *lone = tw_calloc(u->test.n, sizeof *lone);
    bool good = real && lone;
    for (size_t i = 0; good && i < rows; i++)
        real[i] = tw_matched_hash(u->m, 0, i);
    if (good) {
        qsort(real, rows, sizeof *real, tw_matched_hash_order);
        n = lone_hashes(u, real, lone);
    }
    for (size_t i = 0; good && i < other->n; i++) {
        uint64_t h = tw_matched_hash(u->m, 1, other->at[i].row);
        if (!bsearch(&h, lone, n, sizeof h, tw_matched_hash_order))
            other->at[kept++] = other->at[i];
    }
    u->copies = good ? other->n - kept : 0;
    other->n = good ? kept : other->n;
    free(real);
    free(lone);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc make_samples(study *u, uint64_t seed, tw_error *err) {
    sample *real = &u->train[MODEL_REAL], *other = &u->train[MODEL_OTHER];
    enum tw_rc rc = draw(u, 0, seed, real, err);
    if (rc == TW_OK)
        rc = draw(u, 1, seed, other, err);
    if (rc == TW_OK)
        rc = u->m->sides == TW_SIDES ? draw(u, 2, seed, &u->test, err)
                                     : split_real(real, &u->test, err);
    if (rc == TW_OK && u->m->sides < TW_SIDES)
        rc = leave_out_copies(u, other, err);
    if (rc != TW_OK)
        return rc;
    real->n = other->n = TW_MIN(TW_MIN(real->n, other->n), (size_t)MOST_TRAIN);
    u->test.n = TW_MIN(u->test.n, (size_t)MOST_TEST);
    return join_samples(u, err);
}

/* --- predictors as bins --- */

typedef struct grid { /* [predictor][row] of one list of rows */
    uint8_t *bytes;
    const uint8_t **columns;
} grid;

static bool grid_init(grid *g, size_t predictors, size_t rows) {
    *g = (grid){tw_calloc(predictors * rows, 1), tw_calloc(predictors, sizeof *g->columns)};
    for (size_t j = 0; g->bytes && g->columns && j < predictors; j++)
        g->columns[j] = g->bytes + j * rows;
    return g->bytes && g->columns;
}

static void grid_fini(grid *g) {
    free(g->bytes);
    free(g->columns);
}

static enum tw_rc make_binner(const tw_matched_column *c, const sample *s, tw_binner *out,
                              tw_error *err) {
    if (c->numeric) {
        double *values = tw_calloc(s->n, sizeof *values);
        for (size_t i = 0; values && i < s->n; i++)
            values[i] = c->values[s->at[i].side][s->at[i].row];
        enum tw_rc rc =
            values ? tw_binner_numbers(values, s->n, BINS, out, err) : tw_fail_memory(err);
        free(values);
        return rc;
    }
    uint32_t *codes = tw_calloc(s->n, sizeof *codes);
    for (size_t i = 0; codes && i < s->n; i++)
        codes[i] = c->codes[s->at[i].side][s->at[i].row] - 1; /* missing becomes UINT32_MAX */
    enum tw_rc rc =
        codes ? tw_binner_codes(codes, s->n, c->levels - 1, out, err) : tw_fail_memory(err);
    free(codes);
    return rc;
}

static void fill_bins(const tw_matched_column *c, const tw_binner *b, const sample *s,
                      uint8_t *out) {
    for (size_t i = 0; i < s->n; i++) {
        picked at = s->at[i];
        out[i] = c->numeric ? tw_bin_number(b, c->values[at.side][at.row])
                            : tw_bin_code(b, c->codes[at.side][at.row] - 1);
    }
}

static enum tw_rc fill_grids(const study *u, const sample *train, grid *a, grid *b, tw_error *err) {
    for (size_t j = 0; j < u->n_predictors; j++) {
        const tw_matched_column *c = &u->m->columns[u->predictors[j]];
        tw_binner binner = {0};
        enum tw_rc rc = make_binner(c, train, &binner, err);
        if (rc != TW_OK)
            return rc;
        fill_bins(c, &binner, train, a->bytes + j * train->n);
        fill_bins(c, &binner, &u->test, b->bytes + j * u->test.n);
        tw_binner_fini(&binner);
    }
    return TW_OK;
}

/* --- one model --- */

static enum tw_rc score(const study *u, const double *predicted, tw_prediction_scores *out,
                        tw_error *err) {
    if (u->n_classes)
        return tw_score_classes(predicted, u->truth_class, u->test.n, u->n_classes, u->positive,
                                out, err);
    tw_score_numbers(predicted, u->truth, u->test.n, out);
    return TW_OK;
}

static enum tw_rc judge(const study *u, const tw_boost *model, const grid *test,
                        tw_prediction_scores *out, tw_error *err) {
    size_t width = tw_boost_width(model);
    double *predicted = tw_calloc(u->test.n * width, sizeof *predicted);
    if (!predicted)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i < u->test.n; i++) {
        tw_boost_predict(model, test->columns, i, predicted + i * width);
        rc = i % 1024 ? TW_OK : tw_task_check(u->task, err);
    }
    if (rc == TW_OK)
        rc = score(u, predicted, out, err);
    free(predicted);
    return rc;
}

/* Many classes mean many trees a round: fewer rounds then. */
static size_t rounds_for(const study *u) {
    size_t rounds = u->n_classes > 2 ? 600 / u->n_classes : 100;
    return TW_MAX((size_t)20, TW_MIN(rounds, (size_t)100));
}

/* Small tables get small leaves. */
static tw_boost_options options_for(const study *u, size_t rows) {
    return (tw_boost_options){.rounds = rounds_for(u),
                              .min_leaf = TW_MAX((size_t)1, TW_MIN((size_t)20, rows / 20))};
}

static enum tw_rc train(const study *u, const sample *s, const grid *bins, tw_boost **model,
                        tw_error *err) {
    bool *nominal = tw_calloc(u->n_predictors, sizeof *nominal);
    double *y = tw_calloc(s->n, sizeof *y);
    uint32_t *classes = tw_calloc(s->n, sizeof *classes);
    bool good = nominal && y && classes;
    for (size_t j = 0; good && j < u->n_predictors; j++)
        nominal[j] = !u->m->columns[u->predictors[j]].numeric;
    for (size_t i = 0; good && i < s->n; i++) {
        if (u->n_classes)
            classes[i] = class_of(u, s->at[i]);
        else
            y[i] = u->target->values[s->at[i].side][s->at[i].row];
    }
    tw_tree_data data = {.rows = s->n,
                         .n_predictors = u->n_predictors,
                         .bins = bins->columns,
                         .nominal = nominal,
                         .y = u->n_classes ? NULL : y,
                         .classes = u->n_classes ? classes : NULL,
                         .n_classes = u->n_classes};
    tw_boost_options options = options_for(u, s->n);
    enum tw_rc rc = good ? tw_boost_fit(&data, &options, u->task, model, err) : tw_fail_memory(err);
    free(nominal);
    free(y);
    free(classes);
    return rc;
}

static enum tw_rc run_model(void *ctx, size_t which, size_t worker, tw_error *err) {
    (void)worker;
    study *u = ctx;
    const sample *s = &u->train[which];
    tw_boost *model = NULL;
    grid a, b;
    bool good = grid_init(&a, u->n_predictors, s->n);
    good = grid_init(&b, u->n_predictors, u->test.n) && good;
    enum tw_rc rc = good ? fill_grids(u, s, &a, &b, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = train(u, s, &a, &model, err);
    if (rc == TW_OK)
        rc = judge(u, model, &b, &u->scores[which], err);
    tw_boost_free(model);
    grid_fini(&a);
    grid_fini(&b);
    return rc;
}

/* --- a guess that looks at no predictor --- */

/* The same chances, or the same number, for every row: what the real training rows say. */
static enum tw_rc guess(study *u, tw_error *err) {
    const sample *s = &u->train[MODEL_REAL];
    size_t width = TW_MAX(u->n_classes, 1u);
    double *means = tw_calloc(width * (u->test.n + 1), sizeof *means), share = 1 / (double)s->n;
    if (!means)
        return tw_fail_memory(err);
    for (size_t i = 0; i < s->n; i++) {
        if (u->n_classes)
            means[class_of(u, s->at[i])] += share;
        else
            means[0] += share * u->target->values[s->at[i].side][s->at[i].row];
    }
    u->positive = u->n_classes == 2 && means[0] < means[1] ? 0 : 1; /* the rarer class */
    for (size_t i = 0; i < u->test.n; i++)
        memcpy(means + (i + 1) * width, means, width * sizeof *means);
    enum tw_rc rc = score(u, means + width, &u->baseline, err);
    free(means);
    return rc;
}

static enum tw_rc set_truth(study *u, tw_error *err) {
    u->truth = tw_calloc(u->test.n, sizeof *u->truth);
    u->truth_class = tw_calloc(u->test.n, sizeof *u->truth_class);
    if (!u->truth || !u->truth_class)
        return tw_fail_memory(err);
    for (size_t i = 0; i < u->test.n; i++) {
        if (u->n_classes)
            u->truth_class[i] = class_of(u, u->test.at[i]);
        else
            u->truth[i] = u->target->values[u->test.at[i].side][u->test.at[i].row];
    }
    return TW_OK;
}

/* --- the document --- */

static tw_doc *scores_doc(const study *u, const tw_prediction_scores *s) {
    tw_doc *map = tw_doc_map();
    if (u->n_classes) {
        tw_doc_set(map, "auc", tw_doc_number(s->auc));
        tw_doc_set(map, "f1", tw_doc_number(s->f1));
        tw_doc_set(map, "accuracy", tw_doc_number(s->accuracy));
    } else {
        tw_doc_set(map, "r2", tw_doc_number(s->r2));
        tw_doc_set(map, "rmse", tw_doc_number(s->rmse));
    }
    return map;
}

static tw_doc *class_name(const study *u, uint32_t class) {
    return u->target->numeric ? tw_doc_number(u->values[class])
                              : tw_matched_level(u->target, class + 1);
}

static tw_doc *study_doc(const study *u) {
    const tw_prediction_scores *real = &u->scores[MODEL_REAL], *other = &u->scores[MODEL_OTHER];
    bool holdout = u->m->sides == TW_SIDES;
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "target", tw_doc_c(u->target->name));
    tw_doc_set(map, "task", tw_doc_c(u->n_classes ? "classification" : "regression"));
    if (u->n_classes)
        tw_doc_set(map, "classes", tw_doc_int(u->n_classes));
    if (u->n_classes == 2)
        tw_doc_set(map, "positive", class_name(u, u->positive));
    tw_doc_set(map, "train_rows", tw_doc_int((int64_t)u->train[MODEL_REAL].n));
    tw_doc_set(map, "test_rows", tw_doc_int((int64_t)u->test.n));
    tw_doc_set(map, "tested_on", tw_doc_c(holdout ? "hold-out" : "30 % of the real rows"));
    if (!holdout)
        tw_doc_set(map, "copies_left_out", tw_doc_int((int64_t)u->copies));
    for (size_t i = 0; i < MODELS; i++)
        tw_doc_set(map, model_names[i], scores_doc(u, &u->scores[i]));
    tw_doc_set(map, "baseline", scores_doc(u, &u->baseline));
    tw_doc_set(map, "gap",
               tw_doc_number(u->n_classes ? real->auc - other->auc : real->r2 - other->r2));
    if (!holdout)
        tw_doc_set(
            map, "note",
            tw_doc_c("Exact copies of test rows are left out; a changed table, or a generator that "
                     "has seen them, still knows them: give --holdout for an honest figure."));
    return map;
}

static tw_doc *nothing_because(const char *why) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "value", tw_doc_null());
    tw_doc_set(map, "why", tw_doc_c(why));
    return map;
}

/* --- all of it --- */

static const tw_matched_column *find_target(const tw_matched *m, tw_str name) {
    for (size_t j = 0; j < m->n; j++)
        if (tw_str_eq_c(name, m->columns[j].name))
            return &m->columns[j];
    return NULL;
}

static bool choose_predictors(study *u) {
    u->predictors = tw_calloc(u->m->n, sizeof *u->predictors);
    for (size_t j = 0; u->predictors && j < u->m->n; j++)
        if (&u->m->columns[j] != u->target && !u->m->columns[j].skipped)
            u->predictors[u->n_predictors++] = j;
    return u->predictors != NULL;
}

static enum tw_rc carry_out(study *u, uint64_t seed, const char **why, tw_error *err) {
    enum tw_rc rc = choose_predictors(u) ? make_samples(u, seed, err) : tw_fail_memory(err);
    if (rc != TW_OK)
        return rc;
    if (!u->n_predictors)
        *why = "there is no other column to predict the target from";
    else if (u->train[MODEL_REAL].n < LEAST_ROWS || u->test.n < LEAST_ROWS)
        *why = "fewer than 20 rows with a target to learn from or to test on";
    if (*why)
        return TW_OK;
    rc = set_truth(u, err);
    tw_task_begin(u->task, "learning", MODELS * rounds_for(u));
    if (rc == TW_OK)
        rc = guess(u, err);
    if (rc == TW_OK)
        rc = tw_parallel_for(u->task, MODELS, run_model, u, err);
    return rc;
}

static void study_fini(study *u) {
    for (size_t i = 0; i < MODELS; i++)
        free(u->train[i].at);
    free(u->test.at);
    free(u->truth);
    free(u->truth_class);
    free(u->predictors);
}

enum tw_rc tw_utility(const tw_matched *m, tw_str target, uint64_t seed, tw_task *task,
                      tw_doc **out, tw_error *err) {
    study u = {.m = m, .task = task};
    const tw_matched_column *c = find_target(m, target);
    if (!c)
        return tw_fail(err, TW_EUNKNOWN_COLUMN,
                       "compare: the tables share no column %.*s; name one both have",
                       TW_ARG(target));
    set_target(&u, c);
    const char *why = unfit_target(&u);
    enum tw_rc rc = why ? TW_OK : carry_out(&u, seed, &why, err);
    if (rc == TW_OK) {
        *out = why ? nothing_because(why) : study_doc(&u);
        rc = tw_doc_failed(*out) ? tw_fail_memory(err) : TW_OK;
    }
    study_fini(&u);
    return rc;
}
