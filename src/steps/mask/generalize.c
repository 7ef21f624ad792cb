/* mask_generalize: numbers and dates become the class they fall into, written as text.
 *
 * Classes are multiples of the width counted from zero (years from the year 0, weeks from a Monday), so that tables masked
 * apart have the same classes. A column of whole numbers or fixed decimals writes both ends as they belong to the class
 * ("40-49"); a continuous one writes a half-open interval. What cannot be read becomes "*". */
#include <math.h>

#include "base/calendar.h"
#include "stat/select.h"
#include "steps/mask/texts.h"
#include "steps/stored.h"

enum unit { YEAR, QUARTER, MONTH, WEEK, DAY, HOUR };
enum { CLASSES = 10, MOST_DECIMALS = 6, HOURS = 24 };

typedef struct generalize_args {
    tw_str_list cols;
    double width, top, bottom;
    int unit;
} generalize_args;

/* How one column is cut. */
typedef struct cut {
    double width, top, bottom; /* an infinite or NaN top or bottom: none */
    enum unit unit;
    int decimals; /* -1: continuous */
} cut;

/* --- numbers --- */

static void add_number(tw_buf *out, double value, int decimals) {
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64_as(text, value, (tw_number_format){'.', 0, (int8_t)decimals});
    tw_buf_add(out, text, n);
}

static void write_number(const cut *c, double v, tw_buf *out) {
    int decimals = TW_MAX(c->decimals, 0);
    if (v >= c->top) {
        add_number(out, c->top, -1);
        tw_buf_char(out, '+');
        return;
    }
    if (v <= c->bottom) {
        tw_buf_c(out, "up to ");
        add_number(out, c->bottom, -1);
        return;
    }
    /* A value on a border belongs above it, however the division rounds. */
    double low = floor(v / c->width + 1e-9) * c->width;
    if (c->decimals < 0) {
        tw_buf_char(out, '[');
        add_number(out, low, -1);
        tw_buf_c(out, ", ");
        add_number(out, low + c->width, -1);
        tw_buf_char(out, ')');
        return;
    }
    add_number(out, low, decimals);
    tw_buf_c(out, low < 0 ? " to " : "-");
    add_number(out, low + c->width - pow(10, -decimals), decimals);
}

/* --- dates and times --- */

static int64_t floor_to(int64_t value, int64_t step) {
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

static void add_iso(tw_buf *out, int64_t days) {
    char text[32];
    tw_buf_add(out, text, tw_format_date_iso(text, days));
}

static void write_part_of_year(tw_buf *out, int64_t index, int64_t parts) {
    int64_t year = floor_to(index, parts) / parts;
    tw_buf_printf(out, parts == 4 ? "%04lld-Q%lld" : "%04lld-%02lld", (long long)year, (long long)(index - year * parts + 1));
}

static void write_date(const cut *c, int64_t days, tw_buf *out) {
    int64_t year, width = (int64_t)c->width;
    int month, day;
    tw_civil_from_days(days, &year, &month, &day);
    if (c->unit == YEAR) {
        int64_t low = floor_to(year, width);
        tw_buf_printf(out, "%04lld", (long long)low);
        if (width > 1)
            tw_buf_printf(out, "-%04lld", (long long)(low + width - 1));
    } else if (c->unit == QUARTER || c->unit == MONTH) {
        int64_t parts = c->unit == QUARTER ? 4 : 12;
        int64_t low = floor_to(year * parts + (c->unit == QUARTER ? (month - 1) / 3 : month - 1), width);
        write_part_of_year(out, low, parts);
        if (width > 1) {
            tw_buf_c(out, " to ");
            write_part_of_year(out, low + width - 1, parts);
        }
    } else {
        int64_t span = width * (c->unit == WEEK ? 7 : 1), start = c->unit == WEEK ? -3 : 0; /* day -3 was a Monday */
        int64_t low = floor_to(days - start, span) + start;
        add_iso(out, low);
        if (span > 1) {
            tw_buf_c(out, " to ");
            add_iso(out, low + span - 1);
        }
    }
}

static void write_hour(const cut *c, int64_t micros, tw_buf *out) {
    int64_t hour = micros / (TW_DAY_MICROS / HOURS), width = TW_MIN((int64_t)c->width, (int64_t)HOURS), low = floor_to(hour, width);
    tw_buf_printf(out, "%02lldh", (long long)low);
    if (width > 1)
        tw_buf_printf(out, "-%02lldh", (long long)TW_MIN(low + width - 1, HOURS - 1));
}

static void write_moment(const cut *c, enum tw_type type, int64_t value, tw_buf *out) {
    if (type == TW_DATE) {
        write_date(c, value, out);
        return;
    }
    int64_t midnight = type == TW_TIME ? 0 : floor_to(value, TW_DAY_MICROS);
    if (type == TW_DATETIME && c->unit != HOUR) {
        write_date(c, midnight / TW_DAY_MICROS, out);
        return;
    }
    if (type == TW_DATETIME) {
        add_iso(out, midnight / TW_DAY_MICROS);
        tw_buf_char(out, ' ');
    }
    write_hour(c, value - midnight, out);
}

static enum tw_rc write_class(const void *ctx, size_t at, int64_t row, const tw_cell *cell, tw_str text, tw_buf *out,
                              tw_error *err) {
    (void)row;
    (void)text;
    (void)err;
    const cut *c = (const cut *)ctx + at;
    if (cell->state != TW_VALUE || (cell->type == TW_FLOAT && !isfinite(cell->f)))
        tw_buf_char(out, '*');
    else if (cell->type == TW_FLOAT || cell->type == TW_INTEGER)
        write_number(c, tw_type_ops_of(cell->type)->to_f64(cell), out);
    else
        write_moment(c, cell->type, cell->i, out);
    return TW_OK;
}

/* --- fitting --- */

/* 1, 2 or 5 times a power of ten, so that about ten classes cover all but the outermost hundredths. */
static enum tw_rc guess_width(const tw_column *cells, double *width, tw_error *err) {
    size_t n = 0;
    double *x = tw_calloc((size_t)tw_column_rows(cells), sizeof *x), ends[2];
    if (!x)
        return tw_fail_memory(err);
    for (int64_t i = 0; i < tw_column_rows(cells); i++)
        if (isfinite(tw_column_number(cells, i)))
            x[n++] = tw_column_number(cells, i);
    tw_quantiles(x, n, (const double[]){0.01, 0.99}, 2, ends);
    free(x);
    double rough = n ? (ends[1] - ends[0]) / CLASSES : 0;
    *width = CLASSES;
    if (!(rough > 0))
        return TW_OK;
    double power = pow(10, floor(log10(rough)));
    *width = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
    return TW_OK;
}

static enum tw_rc check_number(const tw_field *field, const cut *c, tw_error *err) {
    if (field->type == TW_INTEGER && (c->width < 2 || c->width > floor(c->width)))
        return tw_fail(err, TW_EUSAGE, "mask_generalize: a width of %g leaves whole numbers of column '%s' as they are; give a whole "
                       "width of 2 or more", c->width, field->name);
    return TW_OK;
}

static enum tw_rc check_moment(const tw_field *field, const cut *c, tw_error *err) {
    if (c->width > floor(c->width) || c->width < 1)
        return tw_fail(err, TW_EUSAGE, "mask_generalize: %g is no number of units for column '%s'; give a whole width", c->width,
                       field->name);
    if ((field->type == TW_TIME) != (c->unit == HOUR) && field->type != TW_DATETIME)
        return tw_fail(err, TW_EUSAGE, "mask_generalize: column '%s' is a %s; give a unit that fits (times take hour)", field->name,
                       tw_type_name(field->type));
    if (c->unit == DAY && c->width < 2 && field->type == TW_DATE)
        return tw_fail(err, TW_EUSAGE, "mask_generalize: single days leave column '%s' as it is; give a width of 2 or more, or a "
                       "longer unit", field->name);
    return TW_OK;
}

static enum tw_rc make_cut(const generalize_args *args, const tw_field *field, const tw_column *cells, cut *c, tw_error *err) {
    bool number = field->type == TW_INTEGER || field->type == TW_FLOAT;
    *c = (cut){.width = args->width, .top = args->top, .bottom = args->bottom, .unit = (enum unit)args->unit};
    if (field->type == TW_TEXT || field->type == TW_BOOLEAN)
        return tw_fail(err, TW_EDATA, "mask_generalize: column '%s' is %s, which has no classes by width; take mask_shape or map_values",
                       field->name, tw_type_name(field->type));
    if (!number) {
        c->width = args->width > 0 ? args->width : 1;
        c->unit = field->type == TW_TIME && args->unit == YEAR ? HOUR : c->unit;
        return check_moment(field, c, err);
    }
    enum tw_rc rc = args->width > 0 ? TW_OK : guess_width(cells, &c->width, err);
    if (!rc && args->width <= 0 && field->type == TW_INTEGER)
        c->width = fmax(2, c->width);
    c->decimals = tw_stored_decimals(field, cells);
    tw_cell width = tw_cell_f64(c->width);
    for (int d = 0; c->decimals >= 0 && d <= MOST_DECIMALS; d++)
        if (tw_same_f64(tw_round_to(width.f, d), width.f)) {
            c->decimals = TW_MAX(c->decimals, d);
            break;
        }
    return rc ? rc : check_number(field, c, err);
}

static tw_doc *cut_doc(const cut *c, const tw_field *field) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "name", tw_doc_c(field->name));
    tw_doc_set(map, "type", tw_doc_c(tw_type_name(field->type)));
    tw_doc_set(map, "width", tw_doc_number(c->width));
    tw_doc_set(map, "top", tw_doc_number(c->top));
    tw_doc_set(map, "bottom", tw_doc_number(c->bottom));
    tw_doc_set(map, "unit", tw_doc_int(c->unit));
    tw_doc_set(map, "decimals", tw_doc_int(c->decimals));
    return map;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const generalize_args *args = raw;
    int *columns;
    size_t n;
    enum tw_rc rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (rc)
        return rc;
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; !rc && i < n; i++) {
        cut c;
        const tw_field *field = tw_table_field(in, (size_t)columns[i]);
        rc = make_cut(args, field, tw_table_column(in, (size_t)columns[i]), &c, err);
        if (!rc)
            tw_doc_add(list, cut_doc(&c, field));
    }
    *state = tw_doc_map();
    tw_doc_set(*state, "columns", list);
    return tw_stored_end(state, rc, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    (void)raw;
    const tw_doc *list = tw_doc_get(state, "columns");
    size_t n = tw_doc_count(list);
    int *columns = tw_arena_alloc(env->arena, n + 1, sizeof *columns);
    cut *cuts = tw_arena_alloc(env->arena, n + 1, sizeof *cuts);
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc && (!columns || !cuts))
        rc = tw_fail_memory(err);
    for (size_t i = 0; !rc && i < n; i++) {
        const tw_doc *map = tw_doc_at(list, i);
        rc = tw_rewrite_find(in, "mask_generalize", tw_doc_as_text(tw_doc_get(map, "name"), TW_STR("")),
                             tw_doc_as_text(tw_doc_get(map, "type"), TW_STR("")), &columns[i], err);
        cuts[i] = (cut){.width = tw_doc_as_number(tw_doc_get(map, "width"), 1),
                        .top = tw_doc_as_number(tw_doc_get(map, "top"), NAN),
                        .bottom = tw_doc_as_number(tw_doc_get(map, "bottom"), NAN),
                        .unit = (enum unit)tw_doc_as_int(tw_doc_get(map, "unit"), YEAR),
                        .decimals = (int)tw_doc_as_int(tw_doc_get(map, "decimals"), 0)};
    }
    if (!rc)
        rc = tw_table_need(in, columns, n, env->task, err);
    if (!rc)
        rc = tw_mask_texts(&w, columns, n, write_class, cuts, err);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",   .kind = TW_PARAM_COLUMNS, .offset = offsetof(generalize_args, cols),   .flags = TW_PARAM_REQUIRED, .help = "columns to mask"},
    {.name = "width",  .kind = TW_PARAM_NUMBER,  .offset = offsetof(generalize_args, width),  .fallback = "0", .min = 0, .max = 1e18, .help = "width of a class; default: about ten classes, or one unit of a date"},
    {.name = "unit",   .kind = TW_PARAM_CHOICE,  .offset = offsetof(generalize_args, unit),   .fallback = "year", .choices = "year|quarter|month|week|day|hour", .help = "what the width counts in dates and times"},
    {.name = "top",    .kind = TW_PARAM_NUMBER,  .offset = offsetof(generalize_args, top),    .fallback = "inf", .help = "numbers from here on become one class, written 90+"},
    {.name = "bottom", .kind = TW_PARAM_NUMBER,  .offset = offsetof(generalize_args, bottom), .fallback = "-inf", .help = "numbers up to here become one class"},
};

const tw_step_row tw_step_mask_generalize = {
    .name = "mask_generalize",
    .family = "mask",
    .summary = "numbers and dates become classes",
    .method = "Numbers become the class of the given width they fall into: 43 with a width of 10 becomes 40-49, 4.3 with a width of 1 "
              "becomes 4.0-4.9, and in a column without fixed decimals [4, 5). Dates become years, quarters, months, weeks or days "
              "(2024-Q2, 2020-2024 with a width of 5), times hours. Borders are multiples of the width. The result is text; what "
              "cannot be read becomes *. A class with a single row still points to it: k-anonymity is checked apart.",
    .source = "global recoding; Hundepool et al., Statistical Disclosure Control, 2012",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(generalize_args),
    .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:mask_generalize { cols = \"age\", width = 10 }",
};
/* clang-format on */
