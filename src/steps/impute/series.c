/* impute_locf and impute_interpolate: gaps of a series filled from the values around them, in the order of time.
 *
 * Rows are put into the order of groups and time first; the table keeps its own. Interpolation is linear in time, not in
 * rows: sensors miss beats. Gaps at the ends have a value on one side only and stay unless held. Both need the whole series,
 * so shards are refused. */
#include <math.h>

#include "stat/order.h"
#include "steps/impute/targets.h"
#include "steps/rewrite.h"
#include "steps/stored.h"

enum edges { LEAVE, HOLD };

typedef struct series_args {
    tw_str_list cols, by;
    tw_str time;
    int64_t maxgap;
    int edges;
    bool unreadable;
} series_args;

/* The table's rows in the order of the series; places[i] is where row rows[i] stands in time, NaN = unknown. */
typedef struct series {
    const series_args *args;
    int64_t *rows, n;
    double *place;
    uint64_t *starts; /* bit i: row i of the order begins a group */
} series;

static enum tw_rc fit(const void *args, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    (void)args;
    (void)env;
    (void)in;
    *state = tw_doc_map();
    return *state ? TW_OK : tw_fail_memory(err);
}

/* The time column: named, else the one with the role time, else none (-1): the rows' own order. */
static enum tw_rc find_time(const series_args *args, const tw_table *in, int *time, tw_error *err) {
    *time = -1;
    if (args->time.n)
        return tw_table_require(in, args->time, time, err);
    for (size_t i = 0; *time < 0 && i < tw_table_width(in); i++)
        if (tw_table_field(in, i)->role == TW_AS_TIME)
            *time = (int)i;
    return TW_OK;
}

static bool same_group(const tw_table *in, const int *by, size_t n, int64_t a, int64_t b) {
    for (size_t i = 0; i < n; i++) {
        tw_cell x = tw_column_cell(tw_table_column(in, (size_t)by[i]), a), y = tw_column_cell(tw_table_column(in, (size_t)by[i]), b);
        if (!tw_cell_equal(&x, &y))
            return false;
    }
    return true;
}

static enum tw_rc order_series(const tw_step_env *env, const tw_table *in, const int *by, size_t n_by, int time, series *s,
                               tw_error *err) {
    size_t n = (size_t)tw_table_rows(in);
    tw_order_key *keys = tw_arena_alloc(env->arena, n_by + 1, sizeof *keys);
    s->n = tw_table_rows(in);
    s->rows = tw_arena_alloc(env->arena, n + 1, sizeof *s->rows);
    s->place = tw_arena_alloc(env->arena, n + 1, sizeof *s->place);
    s->starts = tw_arena_alloc(env->arena, tw_bitmap_words(n) + 1, sizeof *s->starts);
    if (!keys || !s->rows || !s->place || !s->starts)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n_by; i++)
        keys[i].column = by[i];
    if (time >= 0)
        keys[n_by].column = time;
    for (int64_t i = 0; i < s->n; i++)
        s->rows[i] = i;
    enum tw_rc rc = n_by || time >= 0 ? tw_order_rows(in, keys, n_by + (time >= 0), s->rows, s->n, env->task, err) : TW_OK;
    for (int64_t i = 0; !rc && i < s->n; i++) {
        s->place[i] = time >= 0 ? tw_column_number(tw_table_column(in, (size_t)time), s->rows[i]) : (double)i;
        if (i == 0 || !same_group(in, by, n_by, s->rows[i - 1], s->rows[i]))
            tw_bit_set(s->starts, (size_t)i);
    }
    return rc;
}

/* --- one column --- */

typedef tw_cell (*fill_fn)(const tw_field *field, const tw_column *cells, int decimals, const series *s, int64_t i,
                           int64_t before, int64_t behind);

/* before, behind: places in the order of the nearest values; -1 = none in the group. */
static tw_cell carried(const tw_field *field, const tw_column *cells, int decimals, const series *s, int64_t i, int64_t before,
                       int64_t behind) {
    (void)decimals;
    (void)i;
    if (before >= 0)
        return tw_column_cell(cells, s->rows[before]);
    if (behind >= 0 && s->args->edges == HOLD)
        return tw_column_cell(cells, s->rows[behind]);
    return tw_cell_missing(field->type);
}

static tw_cell interpolated(const tw_field *field, const tw_column *cells, int decimals, const series *s, int64_t i,
                            int64_t before, int64_t behind) {
    if (before < 0 || behind < 0) {
        int64_t only = before < 0 ? behind : before;
        return only >= 0 && s->args->edges == HOLD ? tw_column_cell(cells, s->rows[only]) : tw_cell_missing(field->type);
    }
    double a = tw_column_number(cells, s->rows[before]), b = tw_column_number(cells, s->rows[behind]);
    double span = s->place[behind] - s->place[before];
    double share = span > 0 ? (s->place[i] - s->place[before]) / span : 0;
    return isnan(share) ? tw_cell_missing(field->type) : tw_stored_number(field->type, decimals, a + share * (b - a));
}

/* Nearest values before and behind each place, in its group; gaps longer than maxgap have none. */
static void find_ends(const tw_column *cells, const series *s, int64_t *before, int64_t *behind) {
    int64_t last = -1;
    for (int64_t i = 0; i < s->n; i++) {
        last = tw_bit_get(s->starts, (size_t)i) ? -1 : last;
        before[i] = last;
        if (tw_column_is_value(cells, s->rows[i]) && !isnan(s->place[i]))
            last = i;
    }
    last = -1;
    for (int64_t i = s->n; i-- > 0;) {
        behind[i] = last;
        if (tw_column_is_value(cells, s->rows[i]) && !isnan(s->place[i]))
            last = i;
        last = tw_bit_get(s->starts, (size_t)i) ? -1 : last;
    }
}

/* The gap that place i lies in has more rows than maxgap; looks no farther than that. */
static bool is_too_long(const series *s, const int64_t *before, const int64_t *behind, int64_t i) {
    if (s->args->maxgap == 0)
        return false;
    int64_t first = i, end = i + 1;
    while (first > 0 && i - first <= s->args->maxgap && !tw_bit_get(s->starts, (size_t)first) && before[i] != first - 1)
        first--;
    while (end < s->n && end - i <= s->args->maxgap && !tw_bit_get(s->starts, (size_t)end) && behind[i] != end)
        end++;
    return end - first > s->args->maxgap;
}

static enum tw_rc fill_column(tw_rewrite *w, int column, const series *s, fill_fn fill, tw_error *err) {
    const tw_field *field = tw_table_field(w->in, (size_t)column);
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    tw_arena *arena = w->env->arena;
    int decimals = tw_stored_decimals(field, cells);
    int64_t *holes, n, kept = 0;
    enum tw_rc rc = tw_rewrite_holes(cells, s->args->unreadable, arena, &holes, &n, err);
    int64_t *before = tw_arena_alloc(arena, (size_t)s->n + 1, sizeof *before), *behind = tw_arena_alloc(arena, (size_t)s->n + 1, sizeof *behind);
    int64_t *place_of = tw_arena_alloc(arena, (size_t)s->n + 1, sizeof *place_of);
    tw_cell *made = rc ? NULL : tw_arena_alloc(arena, (size_t)n + 1, sizeof *made);
    if (rc || !before || !behind || !place_of || !made)
        return rc ? rc : tw_fail_memory(err);
    find_ends(cells, s, before, behind);
    for (int64_t i = 0; i < s->n; i++)
        place_of[s->rows[i]] = i;
    for (int64_t h = 0; h < n; h++) {
        int64_t i = place_of[holes[h]];
        if (isnan(s->place[i]) || is_too_long(s, before, behind, i))
            continue;
        tw_cell cell = fill(field, cells, decimals, s, i, before[i], behind[i]);
        if (cell.state != TW_VALUE)
            continue;
        holes[kept] = holes[h];
        made[kept++] = cell;
    }
    return tw_rewrite_patch(w, column, holes, made, kept, err);
}

static bool is_among(int column, const int *columns, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (columns[i] == column)
            return true;
    return false;
}

static enum tw_rc apply(const series_args *args, const tw_step_env *env, const tw_table *in, bool numbers, fill_fn fill,
                        tw_step_result *out, tw_error *err) {
    int *columns, *by = NULL, time = -1;
    size_t n = 0, n_by = 0;
    series s = {.args = args};
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_impute_targets(env, in, &args->cols, &columns, &n, err);
    if (!rc && args->by.n)
        rc = tw_select_columns(in, args->by.at, args->by.n, env->arena, &by, &n_by, err);
    if (!rc)
        rc = find_time(args, in, &time, err);
    if (!rc && n_by)
        rc = tw_table_need(in, by, n_by, env->task, err);
    if (!rc && time >= 0)
        rc = tw_table_need(in, &time, 1, env->task, err);
    if (!rc && time >= 0 && !tw_type_ops_of(tw_table_field(in, (size_t)time)->type)->is_ordered_scale)
        rc = tw_fail(err, TW_EDATA, "%.*s: time column '%s' is text; set its type first", TW_ARG(env->id),
                     tw_table_field(in, (size_t)time)->name);
    if (!rc)
        rc = order_series(env, in, by, n_by, time, &s, err);
    for (size_t i = 0; !rc && i < n; i++) {
        const tw_field *field = tw_table_field(in, (size_t)columns[i]);
        if (columns[i] == time || is_among(columns[i], by, n_by))
            continue;
        if (!numbers || tw_impute_is_scale(field->type))
            rc = fill_column(&w, columns[i], &s, fill, err);
        else if (args->cols.n)
            rc = tw_fail(err, TW_EDATA, "%.*s: column '%s' is %s; there is nothing between two of its values; take impute_locf",
                         TW_ARG(env->id), field->name, tw_type_name(field->type));
    }
    return tw_rewrite_finish(&w, rc, out, err);
}

static enum tw_rc apply_locf(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    (void)state;
    return apply(args, env, in, false, carried, out, err);
}

static enum tw_rc apply_interpolate(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                    tw_step_result *out, tw_error *err) {
    (void)state;
    return apply(args, env, in, true, interpolated, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(series_args, cols),       .help = "columns to fill; default: all but ids and text that is all different"},
    {.name = "time",       .kind = TW_PARAM_COLUMN,  .offset = offsetof(series_args, time),       .help = "column that orders the rows; default: the one with the role time, else the rows as they stand"},
    {.name = "by",         .kind = TW_PARAM_COLUMNS, .offset = offsetof(series_args, by),         .help = "a series for each group of these columns"},
    {.name = "maxgap",     .kind = TW_PARAM_INT,     .offset = offsetof(series_args, maxgap),     .fallback = "0", .min = 0, .max = 1e15, .help = "longest gap that is filled, in rows; 0 = any"},
    {.name = "edges",      .kind = TW_PARAM_CHOICE,  .offset = offsetof(series_args, edges),      .fallback = "leave", .choices = "leave|hold", .help = "gaps with a value on one side only: leave them, or hold the nearest value"},
    {.name = "unreadable", .kind = TW_PARAM_BOOL,    .offset = offsetof(series_args, unreadable), .fallback = "false", .help = "also fill cells whose text is not of the column's type"},
};

#define SHARED                                                                                                              \
    .family = "impute", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(series_args),                   \
    .state = TW_STATE_WHOLE, .fit = fit

const tw_step_row tw_step_impute_locf = {
    .name = "impute_locf",
    .summary = "missing cells get the last value before them",
    .method = "Rows are taken in the order of time, group by group; each gap gets the value before it. Gaps at the start of a series "
              "stay, or get the first value with edges = hold; gaps of more than maxgap rows stay. Rows without a time neither "
              "give nor get. A value carried over a long gap hides what happened in it.",
    .source = "last observation carried forward; van Buuren, Flexible Imputation of Missing Data, 2nd edition, 2018, section 1.3.6",
    SHARED, .apply = apply_locf,
    .example = "r:impute_locf { cols = \"glucose\", time = \"admitted\" }",
};

const tw_step_row tw_step_impute_interpolate = {
    .name = "impute_interpolate",
    .summary = "missing numbers lie on the line between their neighbours in time",
    .method = "Rows are taken in the order of time, group by group; a gap between two values is filled on the straight line between "
              "them, by the distance in time, not in rows. Whole columns round half to even, others keep their decimals. Gaps at "
              "the ends of a series stay, or hold the nearest value with edges = hold; gaps of more than maxgap rows stay. Rows "
              "without a time neither give nor get.",
    .source = "linear interpolation; Moritz, Bartz-Beielstein, imputeTS, The R Journal 9, 2017",
    SHARED, .apply = apply_interpolate,
    .example = "r:impute_interpolate { cols = \"glucose\", time = \"admitted\" }",
};
/* clang-format on */
