/* impute_knn: median or most frequent value of the k nearest rows that have one, by Gower's distance.
 *
 * The reference rows are the table's, or a fixed-seed sample of `donors` of them; they are the state, numbers scaled to the
 * range they had and levels numbered. Distances to a block of references are summed column by column (gower.c), once for
 * all holes of a row; each hole keeps a bounded heap of references that have its column. Rows are done in parallel, each by
 * itself, so neither threads nor shards show in the result. Search trees were not taken: with mixed columns and missing
 * cells Gower's distance is no metric. */
#include <math.h>

#include "stat/select.h"
#include "steps/impute/gower.h"
#include "steps/impute/knn_model.h"
#include "steps/impute/targets.h"
#include "steps/rewrite.h"
#include "steps/stored.h"

enum { BLOCK = 1024, ROWS_PER_TASK = 32, MOST_K = 1000 };

enum agg { MEDIAN, MEAN, DRAW }; /* in the order of the parameter's choices */

typedef struct knn_args {
    tw_str_list cols, with, by;
    int64_t k, donors, imputation;
    int agg;
    bool unreadable;
} knn_args;

/* --- fitting --- */

/* Sorted rows of a sample of at most `most` rows, the same for every run. */
static uint32_t *sample_rows(int64_t rows, int64_t most, size_t *n) {
    *n = (size_t)TW_MIN(rows, most);
    uint32_t *sample = tw_calloc(*n, sizeof *sample);
    tw_rng rng = tw_rng_make(tw_stream_make(0, TW_STR("impute_knn"), TW_STR("donors")), 0);
    int64_t left = rows, wanted = (int64_t)*n;
    size_t at = 0;
    for (int64_t row = 0; sample && row < rows && wanted > 0; row++, left--)
        if (left == wanted || (int64_t)tw_rng_below(&rng, (uint64_t)left) < wanted) {
            sample[at++] = (uint32_t)row;
            wanted--;
        }
    return sample;
}

static tw_doc *numbers_doc(const tw_column *cells, const uint32_t *rows, size_t n) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < n; i++) {
        tw_cell cell = tw_column_cell(cells, rows[i]);
        tw_doc_add(list, tw_stored_doc(&cell));
    }
    return list;
}

/* Levels of the sample in order of appearance, and their numbers row by row. */
static enum tw_rc levels_doc(const tw_column *cells, const uint32_t *rows, size_t n, tw_doc *map, tw_error *err) {
    const tw_factor *factor;
    enum tw_rc rc = tw_column_factor(cells, 0, &factor, err);
    if (rc)
        return rc;
    uint32_t *number = tw_calloc(factor->levels, sizeof *number), seen = 0;
    if (!number)
        return tw_fail_memory(err);
    tw_doc *levels = tw_doc_list(), *codes = tw_doc_list();
    for (size_t i = 0; i < n; i++) {
        uint32_t code = factor->codes[rows[i]];
        if (code != TW_NO_CODE && number[code] == 0) {
            tw_cell cell = tw_column_cell(cells, factor->first[code]);
            tw_doc_add(levels, tw_stored_doc(&cell));
            number[code] = ++seen;
        }
        tw_doc_add(codes, code == TW_NO_CODE ? tw_doc_null() : tw_doc_int(number[code] - 1));
    }
    free(number);
    tw_doc_set(map, "levels", levels);
    tw_doc_set(map, "cells", codes);
    return TW_OK;
}

/* Median of a scale, most frequent level (the smallest of equals) of the whole column. */
static enum tw_rc usual_value(const tw_field *field, const tw_column *cells, int decimals, tw_cell *usual, tw_error *err) {
    *usual = tw_cell_missing(field->type);
    const tw_factor *f;
    enum tw_rc rc = tw_column_factor(cells, 0, &f, err);
    if (rc || f->levels == 0)
        return rc;
    if (!tw_impute_is_scale(field->type)) {
        int64_t most = 0;
        for (uint32_t l = 0; l < f->levels; l++) {
            tw_cell cell = tw_column_cell(cells, f->first[l]);
            if (f->counts[l] > most || (f->counts[l] == most && tw_cell_compare(&cell, usual) < 0))
                *usual = cell;
            most = TW_MAX(most, f->counts[l]);
        }
        return TW_OK;
    }
    double *x = tw_calloc((size_t)tw_column_rows(cells), sizeof *x);
    if (!x)
        return tw_fail_memory(err);
    size_t n = 0;
    for (int64_t i = 0; i < tw_column_rows(cells); i++)
        if (tw_column_is_value(cells, i))
            x[n++] = tw_column_number(cells, i);
    *usual = tw_stored_number(field->type, decimals, tw_median(x, n));
    free(x);
    return TW_OK;
}

static enum tw_rc fit_column(const tw_knn_column *c, const uint32_t *rows, size_t n, tw_doc *columns, tw_error *err) {
    tw_doc *map = tw_doc_map();
    tw_doc_add(columns, map);
    tw_doc_set(map, "name", tw_doc_c(c->field->name));
    tw_doc_set(map, "type", tw_doc_c(tw_type_name(c->field->type)));
    tw_doc_set(map, "target", tw_doc_bool(c->is_target));
    tw_doc_set(map, "with", tw_doc_bool(c->is_with));
    int decimals = tw_stored_decimals(c->field, c->cells);
    tw_doc_set(map, "decimals", tw_doc_int(decimals));
    tw_cell usual;
    enum tw_rc rc = usual_value(c->field, c->cells, decimals, &usual, err);
    if (rc)
        return rc;
    tw_doc_set(map, "usual", tw_stored_doc(&usual));
    if (!c->is_scale)
        return levels_doc(c->cells, rows, n, map, err);
    tw_doc_set(map, "cells", numbers_doc(c->cells, rows, n));
    return TW_OK;
}

static tw_knn_column *column_of(tw_knn_model *m, const tw_table *in, int column) {
    for (size_t i = 0; i < m->n; i++)
        if (m->at[i].column == column)
            return &m->at[i];
    tw_knn_column *c = &m->at[m->n++];
    *c = (tw_knn_column){.column = column,
                        .field = tw_table_field(in, (size_t)column),
                        .cells = tw_table_column(in, (size_t)column)};
    c->is_scale = tw_impute_is_scale(c->field->type);
    return c;
}

/* Targets and predictors. Predictors that are not named: all columns that say something about other rows. */
static enum tw_rc choose_columns(const knn_args *args, const tw_step_env *env, const tw_table *in, tw_knn_model *m, tw_error *err) {
    int *targets, *with;
    size_t n_targets, n_with;
    m->at = tw_arena_alloc(env->arena, tw_table_width(in) + 1, sizeof *m->at);
    if (!m->at)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_impute_targets(env, in, &args->cols, &targets, &n_targets, err);
    if (!rc)
        rc = tw_impute_targets(env, in, &args->with, &with, &n_with, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < n_targets; i++)
        column_of(m, in, targets[i])->is_target = true;
    for (size_t i = 0; i < n_with; i++)
        column_of(m, in, with[i])->is_with = true;
    for (size_t i = 0; !rc && i < n_targets; i++) {
        const tw_column *cells = tw_table_column(in, (size_t)targets[i]);
        if (tw_column_valid_count(cells) == 0 && tw_column_rows(cells) > 0)
            rc = tw_impute_empty(env, in, targets[i], &args->cols, "take impute_constant", err);
    }
    return rc;
}

static enum tw_rc group_keys(const tw_step_env *env, const tw_table *in, const tw_str_list *named, const uint32_t *rows,
                             size_t n, tw_doc *state, tw_error *err) {
    int *by;
    size_t n_by;
    tw_doc *names = NULL;
    enum tw_rc rc = named->n ? tw_impute_by(env, in, named, &by, &n_by, &names, err) : TW_OK;
    if (rc || !names)
        return rc;
    tw_doc *keys = tw_doc_list();
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    for (size_t i = 0; !rc && i < n; i++) {
        rc = tw_rewrite_key(in, by, n_by, rows[i], &key, err);
        tw_doc_add(keys, tw_doc_text(tw_buf_view(&key)));
    }
    tw_buf_fini(&key);
    tw_doc_set(state, "by", names);
    tw_doc_set(state, "groups", keys);
    return rc;
}

/* The middle of the same neighbours is the same in every imputation. */
static enum tw_rc check_draws(const knn_args *args, tw_error *err) {
    if (args->imputation == 0 || args->agg == DRAW)
        return TW_OK;
    return tw_fail(err, TW_EUSAGE, "impute_knn: the %s of the neighbours draws nothing, so several imputations would be hardly "
                   "different; give agg = draw (--agg draw)", args->agg == MEAN ? "mean" : "median");
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const knn_args *args = raw;
    tw_knn_model m = {0};
    size_t n;
    enum tw_rc rc = check_draws(args, err);
    if (!rc)
        rc = choose_columns(args, env, in, &m, err);
    if (rc)
        return rc;
    uint32_t *rows = sample_rows(tw_table_rows(in), args->donors, &n);
    tw_doc *columns = tw_doc_list();
    *state = tw_doc_map();
    tw_doc_set(*state, "contains_rows", tw_doc_bool(true));
    tw_doc_set(*state, "references", tw_doc_int((int64_t)n));
    rc = rows ? group_keys(env, in, &args->by, rows, n, *state, err) : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < m.n; i++) {
        rc = tw_task_check(env->task, err);
        if (!rc)
            rc = fit_column(&m.at[i], rows, n, columns, err);
    }
    free(rows);
    tw_doc_set(*state, "columns", columns);
    return tw_stored_end(state, rc, err);
}

/* --- neighbours --- */

/* One hole: a target cell of a row. */
typedef struct hole {
    size_t column; /* in the model */
    double filled; /* unscaled number or level number; NaN: no reference was near enough */
} hole;

/* Holes of all rows with one, row by row. */
typedef struct holes {
    int64_t *rows;  /* rows that have a hole */
    size_t *first;  /* their first hole; one more at the end */
    hole *at;
    size_t n_rows;
    const knn_args *args;
    const tw_knn_model *m;
    const tw_step_env *env;
    const tw_table *in;
} holes;

static double mean_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum / (double)n;
}

/* One of the neighbours, each as likely as the others. */
static double drawn(const holes *h, const tw_knn_column *c, int64_t row, const double *values, size_t n) {
    tw_stream whole = tw_step_stream(h->env, tw_str_c(c->field->name));
    tw_stream s = tw_stream_part(whole, (uint64_t)h->args->imputation);
    return values[tw_draw_below(s, tw_step_row_key(h->env, h->in, row), 0, n)];
}

/* Numbers or level numbers of the neighbours, nearest first, to one: as `agg` says for a scale, else the mode with ties to
 * the nearest. */
static double joined(const holes *h, const tw_knn_column *c, int64_t row, const tw_near *near, size_t n, double *values) {
    for (size_t i = 0; i < n; i++)
        values[i] = c->is_scale ? c->value[near[i].row] : (double)c->level[near[i].row];
    if (h->args->agg == DRAW)
        return drawn(h, c, row, values, n);
    if (c->is_scale)
        return h->args->agg == MEAN ? mean_of(values, n) : tw_median(values, n);
    size_t most = 0;
    double best = NAN;
    for (size_t i = 0; i < n; i++) {
        size_t times = 0;
        for (size_t j = 0; j < n; j++)
            times += tw_same_f64(values[i], values[j]);
        if (times > most) {
            most = times;
            best = values[i];
        }
    }
    return best;
}

/* Columns that a reference must share with the row: a third of the predictors but the target, or all that a row with fewer
 * has: what little it says is more than nothing. */
static double least_shared(const tw_knn_model *m, int64_t row, size_t target) {
    double sum = 0, has = 0;
    for (size_t i = 0; i < m->n; i++) {
        sum += m->at[i].is_with && i != target;
        has += m->at[i].is_with && i != target && !isnan(m->at[i].query[row]);
    }
    return fmin(sum / 3, has);
}

/* Room for one row's search; each hole of the row has a heap of its own. */
typedef struct search {
    double *apart, *shared, *distance, *values;
    tw_near *heaps;
    size_t *n;
} search;

static void measure_block(const tw_knn_model *m, int64_t row, size_t from, size_t n, search *s) {
    memset(s->apart, 0, n * sizeof *s->apart);
    memset(s->shared, 0, n * sizeof *s->shared);
    for (size_t i = 0; i < m->n; i++) {
        const tw_knn_column *c = &m->at[i];
        double q = c->query[row];
        if (!c->is_with || isnan(q))
            continue;
        if (c->is_scale)
            tw_gower_number(s->apart, s->shared, c->place + from, c->known + from, n, q);
        else
            tw_gower_level(s->apart, s->shared, c->level + from, c->known + from, n, (int32_t)q);
    }
    tw_gower_distance(s->distance, s->apart, s->shared, n);
}

static void offer_block(const tw_knn_model *m, int64_t row, const tw_knn_column *target, double needed, size_t from, size_t n,
                        const search *s, size_t slot) {
    tw_near *heap = s->heaps + slot * m->k;
    size_t *held = &s->n[slot];
    double limit = *held == m->k ? heap[0].distance : (double)INFINITY;
    for (size_t j = 0; j < n; j++) {
        if (!(s->distance[j] < limit) || s->shared[j] < needed || target->known[from + j] <= 0)
            continue;
        if (m->query_group && m->reference_group[from + j] != m->query_group[row])
            continue;
        tw_near_offer(heap, held, m->k, s->distance[j], (uint32_t)(from + j));
        limit = *held == m->k ? heap[0].distance : (double)INFINITY;
    }
}

static void fill_row(const holes *h, size_t item, search *s) {
    const tw_knn_model *m = h->m;
    int64_t row = h->rows[item];
    size_t first = h->first[item], n = h->first[item + 1] - first;
    memset(s->n, 0, n * sizeof *s->n);
    for (size_t from = 0; from < m->references; from += BLOCK) {
        size_t block = TW_MIN((size_t)BLOCK, m->references - from);
        measure_block(m, row, from, block, s);
        for (size_t i = 0; i < n; i++) {
            size_t column = h->at[first + i].column;
            offer_block(m, row, &m->at[column], least_shared(m, row, column), from, block, s, i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        tw_near *heap = s->heaps + i * m->k;
        tw_near_sort(heap, s->n[i]);
        if (s->n[i])
            h->at[first + i].filled = joined(h, &m->at[h->at[first + i].column], row, heap, s->n[i], s->values);
    }
}

static enum tw_rc fill_rows(void *ctx, size_t item, size_t worker, tw_error *err) {
    (void)worker;
    const holes *h = ctx;
    search s = {.apart = tw_calloc(BLOCK, sizeof(double)),
                .shared = tw_calloc(BLOCK, sizeof(double)),
                .distance = tw_calloc(BLOCK, sizeof(double)),
                .values = tw_calloc(h->m->k, sizeof(double)),
                .heaps = tw_calloc(h->m->n * h->m->k, sizeof(tw_near)),
                .n = tw_calloc(h->m->n, sizeof(size_t))};
    bool good = s.apart && s.shared && s.distance && s.values && s.heaps && s.n;
    size_t end = TW_MIN((item + 1) * ROWS_PER_TASK, h->n_rows);
    enum tw_rc rc = good ? tw_task_check(h->env->task, err) : tw_fail_memory(err);
    for (size_t i = item * ROWS_PER_TASK; !rc && i < end; i++)
        fill_row(h, i, &s);
    tw_task_advance(h->env->task, end - item * ROWS_PER_TASK);
    free(s.apart);
    free(s.shared);
    free(s.distance);
    free(s.values);
    free(s.heaps);
    free(s.n);
    return rc;
}

/* Rows with holes and their holes, in row order; room for `total` holes. */
static enum tw_rc list_holes(const tw_knn_model *m, int64_t *const *of_column, const int64_t *n, size_t total, holes *h,
                             tw_error *err) {
    tw_arena *arena = h->env->arena;
    size_t *next = tw_arena_alloc(arena, m->n + 1, sizeof *next);
    h->rows = tw_arena_alloc(arena, total + 1, sizeof *h->rows);
    h->first = tw_arena_alloc(arena, total + 2, sizeof *h->first);
    h->at = tw_arena_alloc(arena, total + 1, sizeof *h->at);
    if (!next || !h->rows || !h->first || !h->at)
        return tw_fail_memory(err);
    size_t listed = 0;
    for (int64_t row = 0; listed < total; row++) {
        size_t before = listed;
        for (size_t c = 0; c < m->n; c++)
            if ((int64_t)next[c] < n[c] && of_column[c][next[c]] == row) {
                h->at[listed++] = (hole){.column = c, .filled = NAN};
                next[c]++;
            }
        if (listed > before) {
            h->rows[h->n_rows] = row;
            h->first[h->n_rows++] = before;
        }
    }
    h->first[h->n_rows] = listed;
    return TW_OK;
}

static tw_cell cell_of(const tw_knn_column *c, const tw_doc *fitted, double filled) {
    if (isnan(filled))
        return c->usual;
    if (c->is_scale)
        return tw_stored_number(c->field->type, c->decimals, filled);
    return tw_stored_cell(c->field->type, tw_doc_at(tw_doc_get(fitted, "levels"), (size_t)filled));
}

/* Write the holes of one column. */
static enum tw_rc write_column(tw_rewrite *w, const holes *h, size_t column, const tw_doc *fitted, int64_t room,
                               int64_t *strangers, tw_error *err) {
    const tw_knn_column *c = &h->m->at[column];
    int64_t *rows = tw_arena_alloc(h->env->arena, (size_t)room + 1, sizeof *rows), n = 0;
    tw_cell *cells = tw_arena_alloc(h->env->arena, (size_t)room + 1, sizeof *cells);
    if (!rows || !cells)
        return tw_fail_memory(err);
    for (size_t i = 0; i < h->n_rows; i++)
        for (size_t k = h->first[i]; k < h->first[i + 1]; k++) {
            if (h->at[k].column != column)
                continue;
            tw_cell cell = cell_of(c, fitted, h->at[k].filled);
            *strangers += isnan(h->at[k].filled);
            if (cell.state != TW_VALUE)
                continue;
            rows[n] = h->rows[i];
            cells[n++] = cell;
        }
    return tw_rewrite_patch(w, c->column, rows, cells, n, err);
}

static enum tw_rc find_holes(const knn_args *args, const tw_step_env *env, const tw_knn_model *m, holes *h, int64_t *n,
                             tw_error *err) {
    int64_t **of_column = tw_arena_alloc(env->arena, m->n + 1, sizeof *of_column);
    size_t total = 0;
    enum tw_rc rc = of_column ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < m->n; i++) {
        if (m->at[i].is_target)
            rc = tw_rewrite_holes(m->at[i].cells, args->unreadable, env->arena, &of_column[i], &n[i], err);
        total += (size_t)n[i];
    }
    return rc ? rc : list_holes(m, of_column, n, total, h, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const knn_args *args = raw;
    const tw_doc *columns = tw_doc_get(state, "columns");
    tw_knn_model m = {.k = (size_t)args->k, .bootstrap = (uint64_t)args->imputation};
    holes h = {.args = args, .m = &m, .env = env, .in = in};
    tw_rewrite w;
    int64_t strangers = 0;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = check_draws(args, err);
    if (!rc && env->row_key >= 0)
        rc = tw_table_need(in, &env->row_key, 1, env->task, err);
    if (!rc)
        rc = tw_knn_load(state, env, in, &m, err);
    int64_t *n = rc ? NULL : tw_arena_alloc(env->arena, m.n + 1, sizeof *n);
    if (!rc)
        rc = n ? find_holes(args, env, &m, &h, n, err) : tw_fail_memory(err);
    if (!rc) {
        tw_task_begin(env->task, "finding neighbours", h.n_rows);
        rc = tw_parallel_for(env->task, (h.n_rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK, fill_rows, &h, err);
    }
    for (size_t i = 0; !rc && i < m.n; i++)
        if (m.at[i].is_target)
            rc = write_column(&w, &h, i, tw_doc_at(columns, i), n[i], &strangers, err);
    if (!rc && strangers)
        tw_say(env->log, TW_WARNING, "impute_knn: %lld cells had no row near enough (too few columns in common) and got their "
               "column's median or most frequent value", (long long)strangers);
    tw_knn_fini(&m);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(knn_args, cols),       .help = "columns to fill; default: all but ids and text that is all different"},
    {.name = "with",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(knn_args, with),       .help = "columns that say how near rows are; default: all but ids and text that is all different"},
    {.name = "k",          .kind = TW_PARAM_INT,     .offset = offsetof(knn_args, k),          .fallback = "5", .min = 1, .max = MOST_K, .letter = 'k', .help = "neighbours"},
    {.name = "agg",        .kind = TW_PARAM_CHOICE,  .offset = offsetof(knn_args, agg),        .fallback = "median", .choices = "median|mean|draw", .help = "what a number takes of its neighbours (levels: the most frequent); draw: the value of one of them"},
    {.name = "imputation", .kind = TW_PARAM_INT,     .offset = offsetof(knn_args, imputation), .fallback = "0", .min = 0, .max = 1000000, .help = "with agg = draw: which of several imputations this is (-m makes them all); 0 = the only one"},
    {.name = "by",         .kind = TW_PARAM_COLUMNS, .offset = offsetof(knn_args, by),         .help = "neighbours only from the same group of these columns"},
    {.name = "unreadable", .kind = TW_PARAM_BOOL,    .offset = offsetof(knn_args, unreadable), .fallback = "false", .help = "also fill cells whose text is not of the column's type"},
    {.name = "donors",     .kind = TW_PARAM_INT,     .offset = offsetof(knn_args, donors),     .fallback = "20000", .min = 1, .max = 10000000, .help = "most reference rows; more are thinned by a fixed sample"},
};

const tw_step_row tw_step_impute_knn = {
    .name = "impute_knn",
    .family = "impute",
    .summary = "missing cells get the median or most frequent value of the nearest rows",
    .method = "Gower's distance over the columns that both rows have: numbers, dates and times by their difference divided by the "
              "column's range, levels 0 or 1; the sum divided by the number of columns in common, of which there must be at least "
              "a third, or all that the row has where it has fewer. Of the k nearest rows that have the column, numbers take the median, levels the most frequent (of equally "
              "frequent ones the nearest row's). Whole columns stay whole, others keep their decimals. A cell without any near row "
              "gets its column's median or most frequent value, with a warning. The fitted state holds the reference rows. The "
              "median or mean comes nearest to the true cells and shrinks their spread; agg = draw takes the value of one of the k "
              "rows at random (nearest-neighbour hot deck). With it, imputation = 1, 2, … (-m N writes N files) first draws the "
              "reference rows anew with replacement, so that analyses of the files can be pooled by Rubin's rules.",
    .source = "Gower, A general coefficient of similarity and some of its properties, 1971; Kowarik, Templ, Imputation with the R "
              "package VIM, 2016; Andridge, Little, A review of hot deck imputation for survey non-response, 2010",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(knn_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SEEDED | TW_STEP_NEEDS_VALUES, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:impute_knn { cols = { \"bmi\", \"glucose\" }, k = 5 }",
};
/* clang-format on */
