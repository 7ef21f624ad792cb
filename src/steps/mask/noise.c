/* mask_noise: numbers, dates and times moved by a normal amount, or their last digits drawn anew.
 *
 * The draw belongs to the cell (seed, step, column, row key): masking a table twice gives the same noise, so that averaging
 * releases does not undo it. A column without negative values stays without. Cells that cannot be read become missing: their
 * text would be the original. */
#include <math.h>

#include "base/calendar.h"
#include "stat/moments.h"
#include "steps/mask/texts.h"
#include "steps/stored.h"

enum { MOST_DIGITS = 9, CONTINUOUS = 6 };
#define DEFAULT_RATIO 0.1

typedef struct noise_args {
    tw_str_list cols;
    double sd, ratio;
    int64_t digits;
} noise_args;

/* Noise of one column. */
typedef struct noise {
    tw_stream stream;
    enum tw_type type;
    double sd; /* in the column's storage unit: days, microseconds */
    int64_t digits;
    int decimals;
    bool positive; /* no value below zero was seen */
} noise;

static double unit_of(enum tw_type type) {
    return type == TW_DATETIME ? (double)TW_DAY_MICROS : type == TW_TIME ? (double)TW_DAY_MICROS / 24 : 1;
}

/* The last digits anew; never the old ones. */
static double fresh_digits(const noise *n, double value, uint64_t key) {
    int decimals = n->decimals < 0 ? CONTINUOUS : n->decimals;
    double scale = pow(10, decimals), units = nearbyint(fabs(value) * scale);
    uint64_t span = 1;
    for (int64_t d = 0; d < n->digits; d++)
        span *= 10;
    double head = floor(units / (double)span) * (double)span;
    uint64_t old = (uint64_t)(units - head), fresh = tw_draw_below(n->stream, key, 0, span - 1);
    fresh += fresh >= old;
    return copysign((head + (double)fresh) / scale, value);
}

static double moved(const noise *n, double value, uint64_t key) {
    if (n->digits)
        return fresh_digits(n, value, key);
    double x = value + n->sd * tw_draw_normal(n->stream, key, 0);
    if (n->type == TW_TIME)
        return x - floor(x / (double)TW_DAY_MICROS) * (double)TW_DAY_MICROS;
    return n->positive ? fabs(x) : x;
}

static tw_cell masked(const noise *n, const tw_cell *cell, uint64_t key) {
    if (cell->state != TW_VALUE)
        return tw_cell_missing(n->type);
    return tw_stored_number(n->type, n->digits && n->decimals < 0 ? CONTINUOUS : n->decimals,
                            moved(n, tw_type_ops_of(n->type)->to_f64(cell), key));
}

/* --- fitting --- */

static enum tw_rc learn(const noise_args *args, const tw_field *field, const tw_column *cells, tw_doc *list, tw_error *err) {
    bool number = field->type == TW_INTEGER || field->type == TW_FLOAT;
    if (!tw_type_ops_of(field->type)->is_ordered_scale || field->type == TW_BOOLEAN)
        return tw_fail(err, TW_EDATA, "mask_noise: column '%s' is %s, to which nothing can be added; take mask_shape or mask_shuffle",
                       field->name, tw_type_name(field->type));
    if (args->digits && !number)
        return tw_fail(err, TW_EUSAGE, "mask_noise: column '%s' is a %s and has no last digits; give sd", field->name,
                       tw_type_name(field->type));
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    if (!scratch)
        return tw_fail_memory(err);
    tw_moments m = TW_MOMENTS_NONE;
    for (size_t c = 0; c < tw_column_chunks(cells); c++)
        tw_moments_add(&m, tw_column_f64(cells, c, scratch), tw_column_chunk_rows(cells, c));
    free(scratch);
    double sd = args->sd > 0 ? args->sd * unit_of(field->type) : (args->ratio > 0 ? args->ratio : DEFAULT_RATIO) * tw_moments_sd(&m);
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "name", tw_doc_c(field->name));
    tw_doc_set(map, "type", tw_doc_c(tw_type_name(field->type)));
    tw_doc_set(map, "sd", tw_doc_number(isfinite(sd) ? sd : 0));
    tw_doc_set(map, "decimals", tw_doc_int(tw_stored_decimals(field, cells)));
    tw_doc_set(map, "positive", tw_doc_bool(number && m.negatives == 0));
    tw_doc_add(list, map);
    return TW_OK;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const noise_args *args = raw;
    int *columns;
    size_t n;
    if ((args->sd > 0) + (args->ratio > 0) + (args->digits > 0) > 1)
        return tw_fail(err, TW_EUSAGE, "mask_noise: sd, ratio and digits exclude each other; give one");
    enum tw_rc rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (rc)
        return rc;
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; !rc && i < n; i++)
        rc = learn(args, tw_table_field(in, (size_t)columns[i]), tw_table_column(in, (size_t)columns[i]), list, err);
    *state = tw_doc_map();
    tw_doc_set(*state, "columns", list);
    return tw_stored_end(state, rc, err);
}

/* --- applying --- */

static enum tw_rc add_noise(tw_rewrite *w, int column, const noise *n, tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    int64_t rows = tw_column_rows(cells), changed = 0, lost = 0;
    int64_t *at = tw_arena_alloc(w->env->arena, (size_t)rows + 1, sizeof *at);
    tw_cell *fresh = tw_arena_alloc(w->env->arena, (size_t)rows + 1, sizeof *fresh);
    if (!at || !fresh)
        return tw_fail_memory(err);
    for (int64_t row = 0; row < rows; row++) {
        tw_cell cell = tw_column_cell(cells, row);
        if (cell.state == TW_MISSING)
            continue;
        lost += cell.state == TW_UNREADABLE;
        at[changed] = row;
        fresh[changed++] = masked(n, &cell, tw_step_row_key(w->env, w->in, row));
    }
    if (lost)
        tw_say(w->env->log, TW_WARNING, "mask_noise: %lld cells of column '%s' cannot be read and become missing",
               (long long)lost, tw_table_field(w->in, (size_t)column)->name);
    return tw_rewrite_patch(w, column, at, fresh, changed, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const noise_args *args = raw;
    const tw_doc *list = tw_doc_get(state, "columns");
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    for (size_t i = 0; !rc && i < tw_doc_count(list); i++) {
        const tw_doc *map = tw_doc_at(list, i);
        tw_str name = tw_doc_as_text(tw_doc_get(map, "name"), TW_STR(""));
        int column;
        rc = tw_rewrite_find(in, "mask_noise", name, tw_doc_as_text(tw_doc_get(map, "type"), TW_STR("")), &column, err);
        if (!rc)
            rc = tw_table_need(in, &column, 1, env->task, err);
        if (!rc && env->row_key >= 0)
            rc = tw_table_need(in, &env->row_key, 1, env->task, err);
        if (rc)
            break;
        noise n = {.stream = tw_step_stream(env, name),
                   .type = tw_table_field(in, (size_t)column)->type,
                   .sd = tw_doc_as_number(tw_doc_get(map, "sd"), 0),
                   .digits = args->digits,
                   .decimals = (int)tw_doc_as_int(tw_doc_get(map, "decimals"), -1),
                   .positive = tw_doc_as_bool(tw_doc_get(map, "positive"), false)};
        rc = add_noise(&w, column, &n, err);
    }
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",   .kind = TW_PARAM_COLUMNS, .offset = offsetof(noise_args, cols),   .flags = TW_PARAM_REQUIRED, .help = "columns to mask"},
    {.name = "sd",     .kind = TW_PARAM_NUMBER,  .offset = offsetof(noise_args, sd),     .fallback = "0", .min = 0, .max = 1e18, .help = "standard deviation of the noise; of dates in days, of times in hours"},
    {.name = "ratio",  .kind = TW_PARAM_NUMBER,  .offset = offsetof(noise_args, ratio),  .fallback = "0", .min = 0, .max = 1000, .help = "the same as a share of the column's own; 0.1 when nothing is given"},
    {.name = "digits", .kind = TW_PARAM_INT,     .offset = offsetof(noise_args, digits), .fallback = "0", .min = 0, .max = MOST_DIGITS, .help = "instead: draw so many last digits anew"},
};

const tw_step_row tw_step_mask_noise = {
    .name = "mask_noise",
    .family = "mask",
    .summary = "numbers and dates moved by a random amount",
    .method = "Each value moves by a normal amount of standard deviation sd (or ratio times the column's own); whole columns stay "
              "whole, others keep their decimals, a column without negative values stays without. With digits = n the last n "
              "digits are drawn anew and differ from the old ones. The draw belongs to the cell, so that a second run gives the "
              "same noise and averaging does not undo it. Small noise may leave a value as it was: it blurs, it guarantees "
              "nothing. Cells that cannot be read become missing.",
    .source = "Brand, Microdata protection through noise addition, 2002",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(noise_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SEEDED, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:mask_noise { cols = \"weight_kg\", sd = 2 }",
};
/* clang-format on */
