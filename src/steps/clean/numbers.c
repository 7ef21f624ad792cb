/* clip and round: numbers to nearby numbers, in the column's own type.
 *
 * Limits are fixed at fit: a limit such as "1%" is the quantile (type 7) of the values seen then, so that new data are cut
 * where the training data were. Dates and times can be clipped too. */
#include "steps/clean/cells.h"

#include <math.h>

#include "stat/select.h"

typedef struct clip_args {
    tw_str_list cols;
    const tw_doc *lower, *upper;
    tw_str when;
} clip_args;

typedef struct round_args {
    tw_str_list cols;
    int64_t digits;
    tw_str when;
} round_args;

/* --- limits --- */

static bool share_of(tw_str text, double *share) {
    double percent;
    if (!text.n || text.p[text.n - 1] != '%' || !tw_parse_f64(tw_str_trim(tw_str_sub(text, 0, text.n - 1)), &percent, false))
        return false;
    *share = percent / 100;
    return percent >= 0 && percent <= 100;
}

static enum tw_rc quantile(const tw_column *column, double share, double *out, tw_error *err) {
    size_t rows = (size_t)tw_column_rows(column), n = 0;
    double *values = tw_calloc(rows, sizeof *values);
    if (!values)
        return tw_fail_memory(err);
    tw_column_copy_f64(column, values);
    for (size_t i = 0; i < rows; i++)
        if (!isnan(values[i]))
            values[n++] = values[i];
    *out = (double)NAN;
    if (n)
        tw_quantiles(values, n, &share, 1, out);
    free(values);
    return TW_OK;
}

/* One limit as a cell of the column's type. */
static enum tw_rc limit_of(const tw_doc *node, const tw_table *in, size_t column, tw_cell *out, tw_error *err) {
    const tw_field *field = tw_table_field(in, column);
    const tw_type_ops *ops = tw_type_ops_of(field->type);
    double number = tw_doc_as_number(node, (double)NAN), share;
    tw_str text = tw_doc_as_text(node, TW_STR(""));
    *out = tw_cell_missing(field->type);
    if (tw_doc_kind(node) == TW_DOC_NULL)
        return TW_OK;
    if (!ops->is_ordered_scale || field->type == TW_BOOLEAN)
        return tw_fail(err, TW_EDATA, "clip: column '%s' is %s, which has no limits; name columns of numbers or times",
                       field->name, ops->name);
    if (share_of(text, &share)) {
        enum tw_rc rc = quantile(tw_table_column(in, column), share, &number, err);
        if (rc != TW_OK || isnan(number))
            return rc != TW_OK ? rc : tw_fail(err, TW_EDATA, "clip: column '%s' has no values; a share of nothing is no limit",
                                              field->name);
    } else if (tw_doc_kind(node) == TW_DOC_TEXT && ops->parse(text, &(tw_format){.number = {'.', 0, -1}}, out)) {
        return TW_OK;
    }
    if (isnan(number) || !ops->from_f64(number, out))
        return tw_fail(err, TW_EUSAGE, "clip: '%.*s' is no limit for column '%s'; write a number, a date or a share as \"1%%\"",
                       (int)TW_MIN(text.n, (size_t)64), text.p, field->name);
    if (field->type == TW_INTEGER && fabs(number) < 0x1p62) /* the whole number inside the limit */
        out->i = (int64_t)number;
    return TW_OK;
}

static tw_doc *limit_doc(const tw_cell *cell) {
    if (cell->state != TW_VALUE)
        return tw_doc_null();
    return cell->type == TW_FLOAT ? tw_doc_number(cell->f) : tw_doc_int(cell->i);
}

static tw_cell limit_cell(const tw_doc *node, enum tw_type type) {
    if (tw_doc_kind(node) == TW_DOC_NULL)
        return tw_cell_missing(type);
    return type == TW_FLOAT ? tw_cell_f64(tw_doc_as_number(node, 0)) : tw_cell_i64(type, tw_doc_as_int(node, 0));
}

static enum tw_rc fit_column(const clip_args *args, const tw_table *in, size_t column, tw_doc *limits, tw_error *err) {
    tw_cell lower, upper;
    enum tw_rc rc = limit_of(args->lower, in, column, &lower, err);
    if (rc == TW_OK)
        rc = limit_of(args->upper, in, column, &upper, err);
    if (rc != TW_OK)
        return rc;
    if (lower.state == TW_VALUE && upper.state == TW_VALUE && tw_cell_compare(&lower, &upper) > 0)
        return tw_fail(err, TW_EUSAGE, "clip: 'lower' is above 'upper'; exchange them");
    tw_doc *pair = tw_doc_list();
    if (!pair || !tw_doc_add(pair, limit_doc(&lower)) || !tw_doc_add(pair, limit_doc(&upper))) {
        tw_doc_free(pair);
        return tw_fail_memory(err);
    }
    return tw_doc_set(limits, tw_table_field(in, column)->name, pair) ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc fit_clip(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const clip_args *args = raw;
    int *columns;
    size_t n;
    if (tw_doc_kind(args->lower) == TW_DOC_NULL && tw_doc_kind(args->upper) == TW_DOC_NULL)
        return tw_fail(err, TW_EUSAGE, "clip: neither 'lower' nor 'upper' is given; give one or both");
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, tw_clean_fits_number, &columns, &n, err);
    if (rc == TW_OK && n)
        rc = tw_table_need(in, columns, n, env->task, err);
    tw_doc *limits = tw_doc_map();
    if (rc == TW_OK && !limits)
        rc = tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = fit_column(args, in, (size_t)columns[i], limits, err);
    if (rc == TW_OK)
        *state = limits;
    else
        tw_doc_free(limits);
    return rc;
}

/* Limits by column number. */
typedef struct limits {
    tw_cell *lower, *upper;
} limits;

static bool clip_cell(const void *ctx, size_t column, const tw_cell *in, tw_buf *scratch, tw_cell *out) {
    const limits *l = ctx;
    const tw_cell *lower = &l->lower[column], *upper = &l->upper[column];
    (void)scratch;
    if (lower->state == TW_VALUE && tw_cell_compare(in, lower) < 0)
        *out = *lower;
    else if (upper->state == TW_VALUE && tw_cell_compare(in, upper) > 0)
        *out = *upper;
    else
        return false;
    return true;
}

static enum tw_rc apply_clip(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    const clip_args *args = raw;
    size_t width = tw_table_width(in), n = tw_doc_count(state);
    limits l = {tw_arena_alloc(env->arena, width, sizeof(tw_cell)), tw_arena_alloc(env->arena, width, sizeof(tw_cell))};
    int *columns = tw_arena_alloc(env->arena, n, sizeof *columns);
    if (!l.lower || !l.upper || !columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        enum tw_rc rc = tw_table_require(in, tw_doc_key(state, i), &columns[i], err);
        if (rc != TW_OK)
            return rc;
        enum tw_type type = tw_table_field(in, (size_t)columns[i])->type;
        l.lower[columns[i]] = limit_cell(tw_doc_at(tw_doc_at(state, i), 0), type);
        l.upper[columns[i]] = limit_cell(tw_doc_at(tw_doc_at(state, i), 1), type);
    }
    const tw_cell_step step = {TW_SEES_VALUES, clip_cell, &l, args->when};
    return tw_clean_cells(env, in, columns, n, &step, out, err);
}

/* --- round --- */

/* To tens, hundreds … without leaving the integers; halves to even. */
static int64_t round_whole(int64_t value, int64_t digits) {
    if (digits >= 0)
        return value;
    if (digits < -18)
        return 0;
    int64_t unit = 1;
    for (; digits < 0; digits++)
        unit *= 10;
    int64_t rest = value % unit + (value % unit < 0 ? unit : 0), up;
    int64_t down = value / unit - (value % unit < 0);
    bool rise = rest > unit - rest || (rest == unit - rest && down % 2 != 0);
    return __builtin_mul_overflow(down + rise, unit, &up) ? value : up;
}

static bool round_cell(const void *ctx, size_t column, const tw_cell *in, tw_buf *scratch, tw_cell *out) {
    const round_args *args = ctx;
    (void)column, (void)scratch;
    if (in->type == TW_FLOAT)
        *out = tw_cell_f64(isfinite(in->f) ? tw_round_to(in->f, (int)args->digits) : in->f);
    else if (in->type == TW_INTEGER)
        *out = tw_cell_i64(TW_INTEGER, round_whole(in->i, args->digits));
    return true;
}

static enum tw_rc apply_round(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                              tw_step_result *out, tw_error *err) {
    const round_args *args = raw;
    int *columns;
    size_t n;
    (void)state;
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, tw_clean_fits_number, &columns, &n, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        if (!tw_clean_fits_number(in, (size_t)columns[i]))
            rc = tw_fail(err, TW_EDATA, "round: column '%s' is %s; name columns of numbers",
                         tw_table_field(in, (size_t)columns[i])->name,
                         tw_type_name(tw_table_field(in, (size_t)columns[i])->type));
    const tw_cell_step step = {TW_SEES_VALUES, round_cell, args, args->when};
    return rc == TW_OK ? tw_clean_cells(env, in, columns, n, &step, out, err) : rc;
}

// clang-format off
#define WHEN(type) {.name = "when", .kind = TW_PARAM_EXPR, .offset = offsetof(type, when), .help = "only rows for which this expression is true"}
static const tw_param clip_params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(clip_args, cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: all of numbers"},
    {.name = "lower", .kind = TW_PARAM_DOC, .offset = offsetof(clip_args, lower), .help = "values below become this: a number, a date, or a share such as \"1%\" of the values at fit"},
    {.name = "upper", .kind = TW_PARAM_DOC, .offset = offsetof(clip_args, upper), .help = "values above become this"},
    WHEN(clip_args),
};
static const tw_param round_params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(round_args, cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: all of numbers"},
    {.name = "digits", .kind = TW_PARAM_INT, .offset = offsetof(round_args, digits), .fallback = "0", .min = -18, .max = 30, .help = "decimals; negative: tens, hundreds …"},
    WHEN(round_args),
};

const tw_step_row tw_step_clip = {
    .name = "clip", .family = "clean", .summary = "bring values beyond limits to the limits",
    .method = "A limit is a number, a date, or a share such as \"1%\": then it is the quantile (type 7) of the values seen at fit. "
              "Integers stay integers.",
    .source = "winsorising: Dixon (1960)", .params = clip_params, .n_params = TW_COUNT(clip_params),
    .args_size = sizeof(clip_args), .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_GATHERED, .fit = fit_clip,
    .apply = apply_clip, .example = "r:clip { cols = \"systolic\", lower = 60, upper = 250 }",
};
const tw_step_row tw_step_round = {
    .name = "round", .family = "clean", .summary = "round numbers",
    .method = "To the nearest, halves to even; negative digits round to tens, hundreds and so on. Integers stay integers.",
    .source = "IEEE 754 roundTiesToEven", .params = round_params, .n_params = TW_COUNT(round_params),
    .args_size = sizeof(round_args), .flags = TW_STEP_ROW_LOCAL, .apply = apply_round,
    .example = "r:round { cols = \"bmi\", digits = 0 }",
};
// clang-format on
