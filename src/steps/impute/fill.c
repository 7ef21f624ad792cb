/* impute_mean, impute_median, impute_mode, impute_constant: one value for a column, or for each group of it.
 *
 * Fitting learns a statistic for every column and, with `by`, for every group; applying looks the row's group up and falls
 * back to the column's own statistic for a group without values, or one never seen. The most frequent value wins ties by
 * being the smallest, so that the order of rows does not matter. */
#include <math.h>

#include "base/hash.h"
#include "stat/moments.h"
#include "stat/select.h"
#include "steps/impute/targets.h"
#include "steps/rewrite.h"
#include "steps/stored.h"

typedef struct fill_args {
    tw_str_list cols, by;
    tw_str fallback;
    bool unreadable;
} fill_args;

typedef struct constant_args {
    tw_str_list cols;
    tw_str value;
    bool unreadable;
} constant_args;

/* Rows sorted by group; group g has rows[start[g] .. start[g + 1]). */
typedef struct groups {
    size_t n;
    int64_t *rows, *start;
    tw_hashmap *keys; /* NULL without `by` */
} groups;

/* A statistic of the cells of some rows. */
typedef struct sample {
    const tw_field *field;
    const tw_column *column;
    const tw_factor *factor; /* for the mode */
    int64_t *counts;         /* one for each level, all zero between calls */
    double *values;          /* room for all rows */
    int decimals;
} sample;
typedef tw_cell (*statistic)(const sample *s, const int64_t *rows, int64_t n);

static size_t numbers_of(const sample *s, const int64_t *rows, int64_t n) {
    size_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = tw_column_number(s->column, rows[i]);
        if (!isnan(x))
            s->values[m++] = x;
    }
    return m;
}

static tw_cell mode_of(const sample *s, const int64_t *rows, int64_t n) {
    tw_cell best = tw_cell_missing(s->field->type);
    int64_t most = 0;
    for (int64_t i = 0; i < n; i++)
        if (s->factor->codes[rows[i]] != TW_NO_CODE)
            s->counts[s->factor->codes[rows[i]]]++;
    for (int64_t i = 0; i < n; i++) {
        uint32_t code = s->factor->codes[rows[i]];
        int64_t times = code == TW_NO_CODE ? 0 : s->counts[code];
        if (times == 0)
            continue;
        s->counts[code] = 0;
        if (times < most)
            continue;
        tw_cell cell = tw_column_cell(s->column, s->factor->first[code]);
        if (times > most || tw_cell_compare(&cell, &best) < 0)
            best = cell;
        most = times;
    }
    return best;
}

static tw_cell mean_of(const sample *s, const int64_t *rows, int64_t n) {
    if (!tw_impute_is_scale(s->field->type))
        return mode_of(s, rows, n);
    tw_moments m = TW_MOMENTS_NONE;
    tw_moments_add(&m, s->values, numbers_of(s, rows, n));
    return m.n ? tw_stored_number(s->field->type, s->decimals, tw_moments_mean(&m)) : tw_cell_missing(s->field->type);
}

static tw_cell median_of(const sample *s, const int64_t *rows, int64_t n) {
    if (!tw_impute_is_scale(s->field->type))
        return mode_of(s, rows, n);
    size_t m = numbers_of(s, rows, n);
    return m ? tw_stored_number(s->field->type, s->decimals, tw_median(s->values, m)) : tw_cell_missing(s->field->type);
}

/* --- groups --- */

static void groups_fini(groups *g) {
    free(g->rows);
    free(g->start);
    tw_hashmap_free(g->keys);
}

static enum tw_rc number_groups(const tw_step_env *env, const tw_table *in, const int *by, size_t n_by, uint32_t *group,
                                groups *g, tw_error *err) {
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (int64_t row = 0; !rc && row < tw_table_rows(in); row++) {
        rc = tw_rewrite_key(in, by, n_by, row, &key, err);
        if (rc)
            break;
        group[row] = tw_hashmap_find(g->keys, tw_buf_view(&key));
        if (group[row] != UINT32_MAX)
            continue;
        tw_str copy = tw_arena_str(env->arena, tw_buf_view(&key));
        group[row] = copy.p ? tw_hashmap_intern(g->keys, copy, NULL) : UINT32_MAX;
        if (group[row] == UINT32_MAX)
            rc = tw_fail_memory(err);
    }
    tw_buf_fini(&key);
    return rc;
}

static enum tw_rc sort_groups(const uint32_t *group, int64_t rows, groups *g, tw_error *err) {
    g->start = tw_calloc(g->n + 2, sizeof *g->start);
    g->rows = tw_calloc((size_t)rows, sizeof *g->rows);
    if (!g->start || !g->rows)
        return tw_fail_memory(err);
    for (int64_t i = 0; i < rows; i++)
        g->start[group[i] + 2]++;
    for (size_t k = 2; k < g->n + 2; k++)
        g->start[k] += g->start[k - 1];
    for (int64_t i = 0; i < rows; i++)
        g->rows[g->start[group[i] + 1]++] = i;
    return TW_OK;
}

/* Without columns: one group of all rows. */
static enum tw_rc make_groups(const tw_step_env *env, const tw_table *in, const int *by, size_t n_by, groups *g,
                              tw_error *err) {
    int64_t rows = tw_table_rows(in);
    *g = (groups){.n = 1};
    uint32_t *group = tw_calloc((size_t)rows, sizeof *group);
    enum tw_rc rc = group ? TW_OK : tw_fail_memory(err);
    if (!rc && n_by) {
        g->keys = tw_hashmap_new(64);
        rc = g->keys ? number_groups(env, in, by, n_by, group, g, err) : tw_fail_memory(err);
        g->n = g->keys ? tw_hashmap_count(g->keys) : 0;
    }
    if (!rc)
        rc = sort_groups(group, rows, g, err);
    free(group);
    return rc;
}

/* --- fitting --- */

static enum tw_rc sample_make(const tw_table *in, int column, sample *s, tw_error *err) {
    s->field = tw_table_field(in, (size_t)column);
    s->column = tw_table_column(in, (size_t)column);
    s->decimals = tw_stored_decimals(s->field, s->column);
    enum tw_rc rc = tw_column_factor(s->column, 0, &s->factor, err);
    if (rc)
        return rc;
    s->counts = tw_calloc(s->factor->levels, sizeof *s->counts);
    s->values = tw_calloc((size_t)tw_table_rows(in), sizeof *s->values);
    return s->counts && s->values ? TW_OK : tw_fail_memory(err);
}

static void sample_fini(sample *s) {
    free(s->counts);
    free(s->values);
}

/* What fills a column without any value: the declared fallback, else nothing. */
static enum tw_rc empty_column(const fill_args *args, const tw_step_env *env, const tw_table *in, int column, tw_cell *value,
                               tw_error *err) {
    const tw_field *field = tw_table_field(in, (size_t)column);
    if (!args->fallback.p)
        return tw_table_rows(in) ? tw_impute_empty(env, in, column, &args->cols, "give a fallback to fill it", err) : TW_OK;
    *value = tw_table_parse(in, (size_t)column, args->fallback);
    if (value->state == TW_VALUE)
        return TW_OK;
    return tw_fail(err, TW_EUSAGE, "%.*s: fallback '%.*s' is no %s, which column '%s' holds; give one that is",
                   TW_ARG(env->id), TW_ARG(args->fallback), tw_type_name(field->type), field->name);
}

static enum tw_rc fit_column(const fill_args *args, const tw_step_env *env, const tw_table *in, int column,
                             const groups *whole, const groups *by, statistic learn, tw_doc *columns, tw_error *err) {
    sample s = {0};
    enum tw_rc rc = sample_make(in, column, &s, err);
    tw_cell value = tw_cell_missing(tw_table_field(in, (size_t)column)->type);
    if (!rc)
        value = learn(&s, whole->rows, whole->start[1]);
    if (!rc && value.state != TW_VALUE)
        rc = empty_column(args, env, in, column, &value, err);
    if (!rc) {
        tw_doc *map = tw_doc_map(), *own_values = tw_doc_map();
        tw_doc_set(map, "name", tw_doc_c(s.field->name));
        tw_doc_set(map, "type", tw_doc_c(tw_type_name(s.field->type)));
        tw_doc_set(map, "value", tw_stored_doc(&value));
        for (size_t g = 0; by->keys && g < by->n; g++) {
            tw_cell own = learn(&s, by->rows + by->start[g], by->start[g + 1] - by->start[g]);
            if (own.state == TW_VALUE)
                tw_doc_set_str(own_values, tw_hashmap_key(by->keys, (uint32_t)g), tw_stored_doc(&own));
        }
        tw_doc_set(map, "groups", own_values);
        tw_doc_add(columns, map);
    }
    sample_fini(&s);
    return rc;
}

static enum tw_rc fit(const fill_args *args, const tw_step_env *env, const tw_table *in, statistic learn, tw_doc **state,
                      tw_error *err) {
    int *columns, *by;
    size_t n, n_by;
    tw_doc *names = NULL, *list = tw_doc_list();
    groups whole = {0}, parts = {0};
    enum tw_rc rc = tw_impute_targets(env, in, &args->cols, &columns, &n, err);
    if (!rc)
        rc = tw_impute_by(env, in, &args->by, &by, &n_by, &names, err);
    if (rc) {
        tw_doc_free(list);
        return rc;
    }
    rc = make_groups(env, in, NULL, 0, &whole, err);
    if (!rc)
        rc = make_groups(env, in, by, n_by, &parts, err);
    for (size_t i = 0; !rc && i < n; i++) {
        rc = tw_task_check(env->task, err);
        if (!rc)
            rc = fit_column(args, env, in, columns[i], &whole, &parts, learn, list, err);
    }
    groups_fini(&whole);
    groups_fini(&parts);
    *state = tw_doc_map();
    tw_doc_set(*state, "by", names);
    tw_doc_set(*state, "columns", list);
    return tw_stored_end(state, rc, err);
}

static enum tw_rc fit_mean(const void *args, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    return fit(args, env, in, mean_of, state, err);
}

static enum tw_rc fit_median(const void *args, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    return fit(args, env, in, median_of, state, err);
}

static enum tw_rc fit_mode(const void *args, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    return fit(args, env, in, mode_of, state, err);
}

/* --- applying --- */

/* Put `value` (or the row's group's) into the holes of a column. Holes that get nothing are left out. */
static enum tw_rc fill_column(tw_rewrite *w, int column, bool unreadable, const tw_doc *fitted, const int *by, size_t n_by,
                              tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    const tw_doc *own = tw_doc_get(fitted, "groups");
    tw_cell value = tw_stored_cell(tw_column_type(cells), tw_doc_get(fitted, "value"));
    int64_t *rows, n, kept = 0;
    enum tw_rc rc = tw_rewrite_holes(cells, unreadable, w->env->arena, &rows, &n, err);
    tw_cell *fill = rc ? NULL : tw_arena_alloc(w->env->arena, (size_t)n + 1, sizeof *fill);
    if (!rc && !fill)
        rc = tw_fail_memory(err);
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    for (int64_t i = 0; !rc && i < n; i++) {
        tw_cell cell = value;
        if (n_by) {
            rc = tw_rewrite_key(w->in, by, n_by, rows[i], &key, err);
            const tw_doc *found = rc ? NULL : tw_doc_get_str(own, tw_buf_view(&key));
            cell = found ? tw_stored_cell(value.type, found) : value;
        }
        if (cell.state != TW_VALUE)
            continue;
        rows[kept] = rows[i];
        fill[kept++] = cell;
    }
    tw_buf_fini(&key);
    return rc ? rc : tw_rewrite_patch(w, column, rows, fill, kept, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const fill_args *args = raw;
    const tw_doc *columns = tw_doc_get(state, "columns");
    tw_rewrite w;
    int *by = NULL;
    size_t n_by = 0;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_impute_find_by(tw_doc_get(state, "by"), env, in, &by, &n_by, err);
    for (size_t i = 0; !rc && i < tw_doc_count(columns); i++) {
        const tw_doc *fitted = tw_doc_at(columns, i);
        int column;
        rc = tw_task_check(env->task, err);
        if (!rc)
            rc = tw_rewrite_find(in, "impute", tw_doc_as_text(tw_doc_get(fitted, "name"), TW_STR("")),
                                 tw_doc_as_text(tw_doc_get(fitted, "type"), TW_STR("")), &column, err);
        if (!rc)
            rc = tw_table_need(in, &column, 1, env->task, err);
        if (!rc)
            rc = fill_column(&w, column, args->unreadable, fitted, by, n_by, err);
    }
    return tw_rewrite_finish(&w, rc, out, err);
}

static enum tw_rc fill_constant(tw_rewrite *w, int column, const constant_args *args, bool named, tw_error *err) {
    const tw_field *field = tw_table_field(w->in, (size_t)column);
    tw_cell value = field->type == TW_TEXT ? tw_cell_text(args->value) : tw_table_parse(w->in, (size_t)column, args->value);
    int64_t *rows, n;
    enum tw_rc rc = tw_rewrite_holes(tw_table_column(w->in, (size_t)column), args->unreadable, w->env->arena, &rows, &n, err);
    if (rc || n == 0)
        return rc;
    if (value.state != TW_VALUE && !named) {
        tw_say(w->env->log, TW_WARNING, "impute_constant: column '%s' is left alone: '%.*s' is no %s", field->name,
               TW_ARG(args->value), tw_type_name(field->type));
        return TW_OK;
    }
    if (value.state != TW_VALUE)
        return tw_fail(err, TW_EDATA, "impute_constant: '%.*s' is no %s, which column '%s' holds; give a value of its type",
                       TW_ARG(args->value), tw_type_name(field->type), field->name);
    tw_cell *fill = tw_arena_alloc(w->env->arena, (size_t)n, sizeof *fill);
    if (!fill)
        return tw_fail_memory(err);
    for (int64_t i = 0; i < n; i++)
        fill[i] = value;
    return tw_rewrite_patch(w, column, rows, fill, n, err);
}

static enum tw_rc apply_constant(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                 tw_step_result *out, tw_error *err) {
    (void)state;
    const constant_args *args = raw;
    int *columns;
    size_t n = 0;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_select_columns(in, args->cols.at, args->cols.n, env->arena, &columns, &n, err);
    if (!rc)
        rc = tw_table_need(in, columns, n, env->task, err);
    for (size_t i = 0; !rc && i < n; i++)
        rc = fill_constant(&w, columns[i], args, args->cols.n > 0, err);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(fill_args, cols),       .help = "columns to fill; default: all but ids and text that is all different"},
    {.name = "by",         .kind = TW_PARAM_COLUMNS, .offset = offsetof(fill_args, by),         .help = "a value for each group of these columns"},
    {.name = "fallback",   .kind = TW_PARAM_TEXT,    .offset = offsetof(fill_args, fallback),   .help = "what fills a column that has no values at all"},
    {.name = "unreadable", .kind = TW_PARAM_BOOL,    .offset = offsetof(fill_args, unreadable), .fallback = "false", .help = "also fill cells whose text is not of the column's type"},
};
static const tw_param constant_params[] = {
    {.name = "cols",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(constant_args, cols),       .help = "columns to fill; default: all"},
    {.name = "value",      .kind = TW_PARAM_TEXT,    .offset = offsetof(constant_args, value),      .flags = TW_PARAM_REQUIRED, .help = "what missing cells get, written as in the column"},
    {.name = "unreadable", .kind = TW_PARAM_BOOL,    .offset = offsetof(constant_args, unreadable), .fallback = "false", .help = "also fill cells whose text is not of the column's type"},
};

#define SHARED                                                                                                              \
    .family = "impute", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(fill_args),                     \
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_NEEDS_VALUES, .state = TW_STATE_GATHERED, .apply = apply

const tw_step_row tw_step_impute_mean = {
    .name = "impute_mean",
    .summary = "missing numbers get the mean of their column or group",
    .method = "The mean of the cells that have a value; whole columns round it half to even, others keep their decimals. Text and "
              "boolean columns get their most frequent value. A group without values, or one that was not there when the step was "
              "fitted, takes the column's mean. Filling with one value shrinks the spread and pulls correlations to zero.",
    .source = "van Buuren, Flexible Imputation of Missing Data, 2nd edition, 2018, section 1.3.3",
    .fit = fit_mean, SHARED,
    .example = "r:impute_mean { cols = \"systolic\", by = \"sex\" }",
};

const tw_step_row tw_step_impute_median = {
    .name = "impute_median",
    .summary = "missing numbers get the median of their column or group",
    .method = "The median of the cells that have a value (the mean of the two middle ones for an even number); whole columns round "
              "it half to even, others keep their decimals. Text and boolean columns get their most frequent value. A group "
              "without values, or one that was not there when the step was fitted, takes the column's median.",
    .source = "sample median in the place of the mean; van Buuren, Flexible Imputation of Missing Data, 2nd edition, 2018, section 1.3.3",
    .fit = fit_median, SHARED,
    .example = "r:impute_median { cols = \"systolic\" }",
};

const tw_step_row tw_step_impute_mode = {
    .name = "impute_mode",
    .summary = "missing cells get the most frequent value of their column or group",
    .method = "The most frequent value; the smallest of several that are equally frequent. A group without values, or one that was "
              "not there when the step was fitted, takes the column's.",
    .source = "sample mode in the place of the mean; van Buuren, Flexible Imputation of Missing Data, 2nd edition, 2018, section 1.3.3",
    .fit = fit_mode, SHARED,
    .example = "r:impute_mode { cols = \"diagnosis\", by = { \"sex\", \"smoker\" } }",
};

const tw_step_row tw_step_impute_constant = {
    .name = "impute_constant",
    .family = "impute",
    .summary = "missing cells get a value of your choice",
    .method = "Every missing cell gets `value`, read as the column reads its cells. Columns of a type the value does not fit are an "
              "error when named and left alone, with a warning, when not.",
    .source = "the value as given",
    .params = constant_params, .n_params = TW_COUNT(constant_params), .args_size = sizeof(constant_args),
    .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_NONE,
    .apply = apply_constant,
    .example = "r:impute_constant { cols = \"diagnosis\", value = \"unknown\" }",
};
/* clang-format on */
