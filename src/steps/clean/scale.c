/* center and scale: x - mean and x / sd, with figures learned at fit.
 *
 * The state holds count, mean and the sum of squared deviations of each column, so that parts of shards can be merged
 * (Chan, Golub, LeVeque 1983). An integer column becomes a float. Without spread, or with fewer than two values, scale
 * leaves a column as it is and says so. */
#include "steps/clean/cells.h"

#include <math.h>

#include "stat/moments.h"

typedef struct scale_args {
    tw_str_list cols;
} scale_args;

static enum tw_rc fit_column(const tw_table *in, size_t column, tw_doc *state, tw_error *err) {
    const tw_column *c = tw_table_column(in, column);
    const tw_field *field = tw_table_field(in, column);
    tw_moments m = TW_MOMENTS_NONE;
    if (!tw_clean_fits_number(in, column))
        return tw_fail(err, TW_EDATA, "center, scale: column '%s' is %s; name columns of numbers", field->name,
                       tw_type_name(field->type));
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    if (!scratch)
        return tw_fail_memory(err);
    for (size_t i = 0; i < tw_column_chunks(c); i++)
        tw_moments_add(&m, tw_column_f64(c, i, scratch), tw_column_chunk_rows(c, i));
    free(scratch);
    tw_doc *figures = tw_doc_map();
    if (!figures)
        return tw_fail_memory(err);
    tw_doc_set(figures, "n", tw_doc_int(m.n));
    tw_doc_set(figures, "mean", tw_doc_number(m.n ? tw_moments_mean(&m) : 0));
    tw_doc_set(figures, "m2", tw_doc_number(m.n > 1 ? tw_moments_variance(&m) * (double)(m.n - 1) : 0));
    bool good = !tw_doc_failed(figures);
    return tw_doc_set(state, field->name, figures) && good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const scale_args *args = raw;
    int *columns;
    size_t n;
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, tw_clean_fits_number, &columns, &n, err);
    if (rc == TW_OK && n)
        rc = tw_table_need(in, columns, n, env->task, err);
    tw_doc *map = tw_doc_map();
    if (rc == TW_OK && !map)
        rc = tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = fit_column(in, (size_t)columns[i], map, err);
    if (rc == TW_OK)
        *state = map;
    else
        tw_doc_free(map);
    return rc;
}

/* (x - shift) * 1 / divisor, chunk by chunk into a new float column. */
typedef struct linear {
    const tw_column *column;
    double shift, divisor;
    tw_column **parts;
} linear;

static enum tw_rc map_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const linear *l = ctx;
    tw_builder *b = NULL;
    (void)worker;
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    enum tw_rc rc = scratch ? tw_builder_new(TW_FLOAT, NULL, &b, err) : tw_fail_memory(err);
    const double *x = rc == TW_OK ? tw_column_f64(l->column, chunk, scratch) : NULL;
    size_t rows = tw_column_chunk_rows(l->column, chunk);
    int64_t first = (int64_t)(chunk * TW_CHUNK_ROWS);
    for (size_t i = 0; rc == TW_OK && i < rows; i++) {
        tw_cell cell = isnan(x[i]) ? tw_column_cell(l->column, first + (int64_t)i) : tw_cell_missing(TW_FLOAT);
        if (cell.state == TW_UNREADABLE)
            rc = tw_builder_unreadable(b, cell.text, err);
        else
            rc = tw_builder_f64(b, (x[i] - l->shift) / l->divisor, err);
    }
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &l->parts[chunk], err);
    tw_builder_free(b);
    free(scratch);
    return rc;
}

static enum tw_rc map_column(const tw_step_env *env, linear *l, tw_column **out, tw_error *err) {
    size_t n = tw_column_chunks(l->column);
    *out = NULL;
    if (!n)
        return tw_column_missing(TW_FLOAT, 0, out, err);
    l->parts = tw_calloc(n, sizeof *l->parts);
    if (!l->parts)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_parallel_for(env->task, n, map_chunk, l, err);
    if (rc == TW_OK)
        rc = tw_column_join(TW_FLOAT, l->parts, n, out, err);
    for (size_t i = 0; i < n; i++)
        tw_column_unref(l->parts[i]);
    free(l->parts);
    return rc;
}

static enum tw_rc change(const tw_step_env *env, tw_draft *draft, const tw_table *in, int column, double shift,
                         double divisor, tw_step_result *out, tw_error *err) {
    linear l = {.column = tw_table_column(in, (size_t)column), .shift = shift, .divisor = divisor};
    tw_field field = *tw_table_field(in, (size_t)column);
    tw_column *cells;
    enum tw_rc rc = map_column(env, &l, &cells, err);
    if (rc != TW_OK)
        return rc;
    field.type = TW_FLOAT;
    field.format.number.decimals = -1;
    if (!field.format.number.decimal)
        field.format.number.decimal = '.';
    return tw_clean_replace(env, draft, in, (size_t)column, &field, cells, &out->cells_changed, err);
}

static enum tw_rc apply(const tw_doc *state, bool scales, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    size_t n = tw_doc_count(state);
    tw_draft *draft = NULL;
    int *columns = tw_arena_alloc(env->arena, n, sizeof *columns);
    enum tw_rc rc = columns ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = tw_table_require(in, tw_doc_key(state, i), &columns[i], err);
    if (rc == TW_OK && n)
        rc = tw_table_need(in, columns, n, env->task, err);
    if (rc == TW_OK)
        rc = tw_draft_new(in, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        const tw_doc *figures = tw_doc_at(state, i);
        double count = tw_doc_as_number(tw_doc_get(figures, "n"), 0), m2 = tw_doc_as_number(tw_doc_get(figures, "m2"), 0);
        double mean = tw_doc_as_number(tw_doc_get(figures, "mean"), 0), sd = count > 1 ? sqrt(m2 / (count - 1)) : 0;
        if (scales && !(sd > 0)) {
            tw_say(env->log, TW_WARNING, "scale: column '%.*s' has no spread and is left as it is",
                   TW_ARG(tw_doc_key(state, i)));
            continue;
        }
        rc = change(env, draft, in, columns[i], scales ? 0 : mean, scales ? sd : 1, out, err);
    }
    if (rc == TW_OK)
        return tw_clean_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

static enum tw_rc apply_center(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                               tw_step_result *out, tw_error *err) {
    (void)args;
    return apply(state, false, env, in, out, err);
}
static enum tw_rc apply_scale(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                              tw_step_result *out, tw_error *err) {
    (void)args;
    return apply(state, true, env, in, out, err);
}

// clang-format off
static const tw_param params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(scale_args, cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: all of numbers"},
};

const tw_step_row tw_step_center = {
    .name = "center", .family = "clean", .summary = "subtract the mean of the training data",
    .method = "The mean of the values seen at fit is subtracted; missing and unreadable cells stay. The column becomes a float.",
    .source = "tidymodels recipes: step_center", .params = params, .n_params = TW_COUNT(params),
    .args_size = sizeof(scale_args), .flags = TW_STEP_ROW_LOCAL | TW_STEP_INVERTIBLE, .state = TW_STATE_ADDITIVE,
    .fit = fit, .apply = apply_center, .example = "r:center { cols = \"age\" }",
};
const tw_step_row tw_step_scale = {
    .name = "scale", .family = "clean", .summary = "divide by the standard deviation of the training data",
    .method = "The standard deviation (n - 1) of the values seen at fit divides; put center before it for z-scores. A column "
              "without spread is left as it is, with a warning. The column becomes a float.",
    .source = "tidymodels recipes: step_scale", .params = params, .n_params = TW_COUNT(params),
    .args_size = sizeof(scale_args), .flags = TW_STEP_ROW_LOCAL | TW_STEP_INVERTIBLE, .state = TW_STATE_ADDITIVE,
    .fit = fit, .apply = apply_scale, .example = "r:scale { cols = { \"age\", \"bmi\" } }",
};
// clang-format on
