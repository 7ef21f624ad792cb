/* synth_trees: sequential trees (Reiter 2005; Nowok, Raab, Dibben 2016), with what measurement
 * added.
 *
 * Columns are visited one after another; each is drawn from a tree grown on those before it.
 * Numbers are split on their normal score, missing cells and dominating values are a class drawn
 * first, a donor is jittered towards its neighbour inside the leaf, a row that equals a training
 * row is drawn again, and texts of fewer than `rare` rows are not handed out. With `bag` > 1 each
 * row picks one of several bootstrap trees for each column. The state is the model (synth/model.h):
 * rows can be drawn from it without the table.
 *
 * A condition is met by rejection: the rows that come out are those of the unconditional sequence
 * for which it holds, so they follow the model's conditional distribution exactly, for any
 * expression and any saved model. Refitting with the columns of the condition first was rejected:
 * it needs the table again, helps equalities only, and gives another model than the one that was
 * looked at. */
#include "expr/expr.h"
#include "steps/stored.h"
#include "steps/synth/draw.h"

enum { BATCH = 8192, HOPELESS = 100000 }; /* HOPELESS: candidates without a single hit */

typedef struct synth_args {
    int64_t n, leaf, bag, rare, tries;
    tw_str given;
    bool jitter;
} synth_args;

/* --- learning --- */

/* A condition that cannot be read is said before the trees are grown. */
static enum tw_rc check_given(const synth_args *args, const tw_table *in, tw_error *err) {
    tw_expr *expr = NULL;
    if (!args->given.n)
        return TW_OK;
    enum tw_rc rc = tw_expr_compile(args->given, in, &expr, err);
    if (rc == TW_OK && tw_expr_type(expr) != TW_BOOLEAN)
        rc = tw_fail(err, TW_EUSAGE,
                     "given '%.*s': it is %s and no condition; compare it with something",
                     TW_ARG(args->given), tw_type_name(tw_expr_type(expr)));
    tw_expr_free(expr);
    return rc;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state,
                      tw_error *err) {
    const synth_args *args = raw;
    const tw_synth_fit how = {
        .leaf = (size_t)args->leaf, .bag = (size_t)args->bag, .rare = args->rare};
    tw_synth_model model = {0};
    enum tw_rc rc = check_given(args, in, err);
    if (rc == TW_OK)
        rc = tw_table_need(in, NULL, 0, env->task, err);
    if (rc == TW_OK)
        rc = tw_synth_learn(in, &how, env, &model, err);
    if (rc == TW_OK) {
        *state = tw_synth_model_doc(&model);
        rc = tw_stored_end(state, rc, err);
    }
    tw_synth_model_fini(&model);
    return rc;
}

/* --- drawing --- */

/* Rows that are wanted, and which of the drawn ones they are. */
typedef struct wanted {
    tw_synth_drawn *rows;
    uint64_t *numbers; /* NULL = the first n */
    size_t n, found;
    uint64_t tried;
} wanted;

static enum tw_rc draw_first(const tw_synth_drawer *d, wanted *w, tw_error *err) {
    tw_task_begin(d->task, "drawing rows", w->n);
    w->found = w->n;
    w->tried = w->n;
    return tw_synth_draw(d, 0, w->n, w->rows, err);
}

/* The condition over a table of the columns it names alone. */
typedef struct condition {
    tw_expr *expr;
    int *columns; /* of the whole table */
    size_t n;
} condition;

static void condition_fini(condition *c) {
    tw_expr_free(c->expr);
    free(c->columns);
}

/* Compiled twice: on all columns to learn which it names, on those to be run. */
static enum tw_rc condition_make(const synth_args *args, const tw_synth_drawer *d, condition *c,
                                 tw_error *err) {
    tw_table *all = NULL, *few = NULL;
    tw_expr *whole = NULL;
    *c = (condition){0};
    enum tw_rc rc = tw_synth_table(d, NULL, 0, NULL, NULL, 0, 0, &all, err);
    if (rc == TW_OK)
        rc = check_given(args, all, err);
    if (rc == TW_OK)
        rc = tw_expr_compile(args->given, all, &whole, err);
    if (rc == TW_OK) {
        const int *columns = tw_expr_columns(whole, &c->n);
        c->columns = tw_calloc(c->n, sizeof *c->columns);
        if (c->columns && c->n)
            memcpy(c->columns, columns, c->n * sizeof *columns);
        rc = c->columns ? tw_synth_table(d, c->columns, c->n, NULL, NULL, 0, 0, &few, err)
                        : tw_fail_memory(err);
    }
    if (rc == TW_OK)
        rc = tw_expr_compile(args->given, few, &c->expr, err);
    tw_expr_free(whole);
    tw_table_unref(all);
    tw_table_unref(few);
    return rc;
}

/* Those of a batch for which the condition holds, until there are enough. */
static enum tw_rc sift(const tw_synth_drawer *d, const condition *c, const tw_synth_drawn *batch,
                       size_t drawn, wanted *w, tw_error *err) {
    size_t width = d->model->n;
    tw_table *table = NULL;
    int64_t *rows = NULL, n = 0;
    enum tw_rc rc = tw_synth_table(d, c->columns, c->n, batch, NULL, w->tried, drawn, &table, err);
    if (rc == TW_OK)
        rc = tw_expr_filter(c->expr, table, d->task, &rows, &n, NULL, err);
    for (int64_t i = 0; rc == TW_OK && i < n && w->found < w->n; i++) {
        memcpy(w->rows + w->found * width, batch + (size_t)rows[i] * width, width * sizeof *batch);
        w->numbers[w->found++] = w->tried + (uint64_t)rows[i];
    }
    free(rows);
    tw_table_unref(table);
    return rc;
}

static enum tw_rc too_rare(const synth_args *args, const wanted *w, tw_error *err) {
    if (w->found == 0)
        return tw_fail(err, TW_EDATA,
                       "given '%.*s': it held for none of %llu rows drawn; perhaps no row the "
                       "model learnt from "
                       "is like that; widen the condition",
                       TW_ARG(args->given), (unsigned long long)w->tried);
    return tw_fail(err, TW_EDATA,
                   "given '%.*s': it held for %zu of %llu rows drawn, which is too rare for %zu; "
                   "ask for fewer "
                   "rows, widen the condition or raise tries",
                   TW_ARG(args->given), w->found, (unsigned long long)w->tried, w->n);
}

static enum tw_rc draw_given(const synth_args *args, const tw_synth_drawer *d, wanted *w,
                             tw_error *err) {
    condition c;
    uint64_t most = (uint64_t)args->tries * w->n;
    tw_synth_drawn *batch = tw_calloc((size_t)BATCH * d->model->n, sizeof *batch);
    w->numbers = tw_calloc(w->n, sizeof *w->numbers);
    enum tw_rc rc = condition_make(args, d, &c, err);
    if (rc == TW_OK && (!batch || !w->numbers))
        rc = tw_fail_memory(err);
    tw_task_begin(d->task, "drawing rows", 0);
    while (rc == TW_OK && w->found < w->n) {
        size_t next = (size_t)TW_MIN(most - w->tried, (uint64_t)BATCH);
        if (next == 0 || (w->found == 0 && w->tried >= HOPELESS))
            rc = too_rare(args, w, err);
        if (rc == TW_OK)
            rc = tw_task_check(d->task, err);
        if (rc == TW_OK)
            rc = tw_synth_draw(d, w->tried, next, batch, err);
        if (rc == TW_OK)
            rc = sift(d, &c, batch, next, w, err);
        w->tried += next;
    }
    condition_fini(&c);
    free(batch);
    return rc;
}

static tw_doc *summary_of(const tw_synth_drawer *d, const wanted *w) {
    tw_doc *order = tw_doc_list(), *map = tw_doc_map();
    for (size_t v = 0; v < d->model->n; v++)
        tw_doc_add(order, tw_doc_c(d->model->at[v].field.name));
    if (!map) {
        tw_doc_free(order);
        return NULL;
    }
    tw_doc_set(map, "rows", tw_doc_int((int64_t)w->n));
    tw_doc_set(map, "learnt_from", tw_doc_int((int64_t)d->model->rows));
    if (w->numbers)
        tw_doc_set(map, "drawn", tw_doc_int((int64_t)w->tried));
    tw_doc_set(map, "order", order);
    return map;
}

static enum tw_rc make_rows(const synth_args *args, const tw_synth_drawer *d, tw_step_result *out,
                            tw_error *err) {
    wanted w = {.n = (size_t)(args->n ? args->n : (int64_t)d->model->rows)};
    size_t cells;
    if (tw_mul(w.n, d->model->n, &cells))
        w.rows = tw_calloc(cells, sizeof *w.rows);
    enum tw_rc rc = w.rows ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = args->given.n ? draw_given(args, d, &w, err) : draw_first(d, &w, err);
    if (rc == TW_OK)
        rc = tw_synth_table(d, NULL, 0, w.rows, w.numbers, 0, w.n, &out->table, err);
    if (rc == TW_OK) {
        out->rows_added = (int64_t)w.n;
        out->summary = summary_of(d, &w);
    }
    free(w.rows);
    free(w.numbers);
    return rc;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env,
                        const tw_table *in, tw_step_result *out, tw_error *err) {
    const synth_args *args = raw;
    tw_synth_model model;
    enum tw_rc rc = tw_synth_model_read(state, &model, err);
    if (rc != TW_OK)
        return rc;
    tw_synth_drawer d = {.model = &model, .jitter = args->jitter, .task = env->task};
    d.streams = tw_arena_alloc(env->arena, model.n, sizeof *d.streams);
    for (size_t v = 0; d.streams && v < model.n; v++)
        d.streams[v] = tw_step_stream(env, tw_str_c(model.at[v].field.name));
    rc = d.streams ? make_rows(args, &d, out, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        out->rows_removed = tw_table_rows(in);
    tw_synth_model_fini(&model);
    return rc;
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "n",      .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, n),      .fallback = "0", .min = 0, .max = 1e9, .letter = 'n', .help = "new rows; 0 = as many as the table has"},
    {.name = "given",  .kind = TW_PARAM_EXPR, .offset = offsetof(synth_args, given),  .help = "condition all new rows meet: \"city == 'Oslo' and age > 60\""},
    {.name = "tries",  .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, tries),  .fallback = "1000", .min = 1, .max = 1e9, .help = "with given: rows drawn for each one asked for, before it gives up"},
    {.name = "leaf",   .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, leaf),   .fallback = "20", .flags = TW_PARAM_SETTLED, .min = 1, .max = 1e6, .help = "fewest training rows in a leaf; larger hides more"},
    {.name = "bag",    .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, bag),    .fallback = "8", .flags = TW_PARAM_SETTLED, .min = 1, .max = 64, .help = "bootstrap trees a column; a row picks one of them; 1 = one tree on all rows"},
    {.name = "rare",   .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, rare),   .fallback = "5", .flags = TW_PARAM_SETTLED, .min = 1, .max = 1e6, .help = "texts of fewer rows are not handed out, numbers of fewer rows are moved"},
    {.name = "jitter", .kind = TW_PARAM_BOOL, .offset = offsetof(synth_args, jitter), .fallback = "true", .help = "move numbers between neighbouring donors"},
};

const tw_step_row tw_step_synth_trees = {
    .name = "synth_trees",
    .family = "synth",
    .summary = "new rows from sequential trees, column by column",
    .method = "Columns are visited one after another, continuous ones first; each is drawn from a tree grown on those before it. "
              "Numbers are split on their normal score; missing cells and values that dominate a column are drawn as a class "
              "first. A donor from the leaf is moved a random part of the way to a near one in the leaf. A row that equals "
              "a training row is drawn again, up to three times. Nearly unique text keeps its form and gets new letters and "
              "digits; texts of fewer than `rare` rows give way to others. With `given` rows are drawn until enough meet the condition, "
              "so that they follow the model's conditional distribution; a condition too rare ends with an error. --save keeps the "
              "model, --model draws from it without the data; a model holds values of the data and is as confidential. A leaf of "
              "20 rows bounds what a single row can add; it is no formal privacy guarantee, and there is no epsilon to set.",
    .source = "Reiter, Using CART to generate partially synthetic public use microdata, 2005; Nowok, Raab, Dibben, synthpop, 2016",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(synth_args),
    .flags = TW_STEP_SEEDED | TW_STEP_CHANGES_ROWS | TW_STEP_REPLACES, .state = TW_STATE_WHOLE,
    .fit = fit, .apply = apply,
    .example = "r:synth_trees { n = 100 }",
};
/* clang-format on */
