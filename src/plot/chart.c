/* Charts from tables: which kind, which columns, binned here into a few thousand numbers at most.
 *
 * Kinds are rows: name, what they take, build. A second table is overlaid on the bins and levels of the first, each
 * normalised to its own size, so that tables of different length compare. Missing cells are left out and counted in the
 * title. Renderers never see a table. */
#include "plot/chart.h"

#include <math.h>

#include "base/args.h"
#include "stat/select.h"

typedef struct chart_input {
    const tw_table *tables[2]; /* second may be NULL */
    const char *labels[2];
    tw_chart_spec spec;
    int columns[2][8]; /* per table */
    int by[2];
    tw_task *task;
} chart_input;

typedef enum tw_rc (*chart_build)(tw_chart *chart, const chart_input *in, tw_error *err);

static const tw_column *column_of(const chart_input *in, size_t table, size_t k) {
    return tw_table_column(in->tables[table], (size_t)in->columns[table][k]);
}

static enum tw_type type_of(const chart_input *in, size_t k) {
    return tw_table_field(in->tables[0], (size_t)in->columns[0][k])->type;
}

static const char *name_of(const chart_input *in, size_t k) {
    return tw_table_field(in->tables[0], (size_t)in->columns[0][k])->name;
}

static size_t table_count(const chart_input *in) {
    return in->tables[1] ? 2 : 1;
}

static bool is_scale(enum tw_type type) {
    return tw_type_ops_of(type)->is_ordered_scale && type != TW_BOOLEAN;
}

/* All values of a column (NaN left out) as a heap block; *n of them. */
static enum tw_rc values_of(const tw_column *column, double **out, size_t *n, tw_error *err) {
    size_t rows = (size_t)tw_column_rows(column);
    double *values = tw_calloc(rows, sizeof *values);
    if (!values)
        return tw_fail_memory(err);
    tw_column_copy_f64(column, values);
    size_t kept = 0;
    for (size_t i = 0; i < rows; i++)
        if (isfinite(values[i]))
            values[kept++] = values[i];
    *out = values;
    *n = kept;
    return TW_OK;
}

/* 1, 2 or 5 times a power of ten, at least `step`. */
static double nice_step(double step) {
    double power = pow(10, floor(log10(step)));
    double front = step / power;
    return power * (front <= 1 ? 1 : front <= 2 ? 2 : front <= 5 ? 5 : 10);
}

static void *arena_array(tw_chart *chart, size_t n, size_t size, tw_error *err) {
    void *p = tw_arena_alloc(&chart->arena, n ? n : 1, size);
    if (!p)
        (void)tw_fail_memory(err);
    return p;
}

static tw_chart_series *add_series(tw_chart *chart, const char *label, bool other, size_t n, bool points, tw_error *err) {
    tw_chart_series *s = &chart->series[chart->n_series];
    s->y = arena_array(chart, n, sizeof *s->y, err);
    s->x = points && s->y ? arena_array(chart, n, sizeof *s->x, err) : NULL;
    if (!s->y || (points && !s->x))
        return NULL;
    s->label = label;
    s->other = other;
    s->n = n;
    chart->n_series++;
    return s;
}

static enum tw_rc make_room(tw_chart *chart, size_t series, tw_error *err) {
    chart->series = arena_array(chart, series, sizeof *chart->series, err);
    return chart->series ? TW_OK : TW_ENOMEM;
}

static void to_shares(tw_chart_series *s, double total) {
    for (size_t i = 0; i < s->n; i++)
        s->y[i] = total > 0 ? 100 * s->y[i] / total : 0;
}

/* --- histogram --- */

static enum tw_rc make_edges(tw_chart *chart, double low, double high, size_t n, int64_t wanted, tw_error *err) {
    bool whole = chart->x.type != TW_FLOAT;
    double target = wanted ? (double)wanted : fmin(40, fmax(8, sqrt((double)n)));
    double step = high > low ? (wanted ? (high - low) / target : nice_step((high - low) / target)) : 1;
    if (whole)
        step = fmax(1, ceil(step));
    double first = wanted ? low : floor(low / step) * step;
    size_t bins = (size_t)fmax(1, ceil((high - first) / step + (whole || high <= first ? 1e-9 : 0)));
    if (first + step * (double)bins <= high && (whole || high <= low))
        bins++;
    chart->edges = arena_array(chart, bins + 1, sizeof *chart->edges, err);
    if (!chart->edges)
        return TW_ENOMEM;
    for (size_t i = 0; i <= bins; i++)
        chart->edges[i] = first + step * (double)i;
    if (chart->edges[bins] < high)
        chart->edges[bins] = high;
    chart->n_slots = bins;
    chart->x.low = chart->edges[0];
    chart->x.high = chart->edges[bins];
    return TW_OK;
}

static void count_into(const tw_chart *chart, const double *values, size_t n, double *counts) {
    double low = chart->edges[0], step = chart->edges[1] - low;
    for (size_t i = 0; i < n; i++) {
        double at = floor((values[i] - low) / step);
        size_t bin = at < 0 ? 0 : (size_t)at;
        counts[bin < chart->n_slots ? bin : chart->n_slots - 1] += 1;
    }
}

static void range_of(const double *values, size_t n, double *low, double *high) {
    for (size_t i = 0; i < n; i++) {
        *low = fmin(*low, values[i]);
        *high = fmax(*high, values[i]);
    }
}

static enum tw_rc build_histogram(tw_chart *chart, const chart_input *in, tw_error *err) {
    if (!is_scale(type_of(in, 0)))
        return tw_fail(err, TW_EDATA, "hist: column '%s' holds text; draw bar(%s) instead", name_of(in, 0), name_of(in, 0));
    double *values[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    double low = INFINITY, high = -INFINITY;
    enum tw_rc rc = make_room(chart, 2, err);
    chart->shape = TW_SHAPE_BINS;
    chart->x = (tw_chart_axis){name_of(in, 0), type_of(in, 0), 0, 0};
    for (size_t t = 0; !rc && t < table_count(in); t++) {
        rc = values_of(column_of(in, t, 0), &values[t], &n[t], err);
        if (!rc)
            range_of(values[t], n[t], &low, &high);
    }
    if (!rc && n[0] + n[1] == 0)
        rc = tw_fail(err, TW_EDATA, "hist: column '%s' has no values; choose another column", name_of(in, 0));
    if (!rc)
        rc = make_edges(chart, low, high, n[0] + n[1], in->spec.bins, err);
    chart->share = table_count(in) == 2;
    for (size_t t = 0; !rc && t < table_count(in); t++) {
        tw_chart_series *s = add_series(chart, in->labels[t], t == 1, chart->n_slots, false, err);
        if (!s) {
            rc = TW_ENOMEM;
            break;
        }
        count_into(chart, values[t], n[t], s->y);
        if (chart->share)
            to_shares(s, (double)n[t]);
    }
    free(values[0]);
    free(values[1]);
    return rc;
}

/* --- levels --- */

typedef struct level_table {
    uint32_t *order; /* level numbers of the first table, most frequent first */
    size_t n;
} level_table;

static const char *level_text(tw_chart *chart, const tw_table *table, int column, int64_t row) {
    tw_cell cell = tw_column_cell(tw_table_column(table, (size_t)column), row);
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    bool good = tw_cell_write(&cell, &tw_table_field(table, (size_t)column)->format, &text);
    tw_str copy = good ? tw_arena_str(&chart->arena, tw_buf_view(&text)) : (tw_str){0};
    tw_buf_fini(&text);
    return copy.p;
}

static void order_levels(const tw_factor *f, uint32_t *order) {
    /* insertion into the first TW_CHART_LEVELS places: most frequent first, ties by first appearance */
    size_t kept = 0;
    for (uint32_t level = 0; level < f->levels; level++) {
        size_t at = kept;
        while (at > 0 && f->counts[order[at - 1]] < f->counts[level])
            at--;
        if (at >= TW_CHART_LEVELS)
            continue;
        size_t moved = (kept < TW_CHART_LEVELS ? kept : TW_CHART_LEVELS - 1) - at;
        memmove(&order[at + 1], &order[at], moved * sizeof *order);
        order[at] = level;
        if (kept < TW_CHART_LEVELS)
            kept++;
    }
}

/* The most frequent levels of a column as slots, with a last slot for all others when there are more. */
static enum tw_rc name_levels(tw_chart *chart, const tw_table *table, int column, const tw_factor *f, tw_error *err) {
    uint32_t order[TW_CHART_LEVELS + 1] = {0};
    order_levels(f, order);
    size_t named = f->levels > TW_CHART_LEVELS ? TW_CHART_LEVELS - 1 : f->levels;
    chart->n_slots = named + (f->levels > named ? 1 : 0);
    chart->levels = arena_array(chart, chart->n_slots, sizeof *chart->levels, err);
    if (!chart->levels)
        return TW_ENOMEM;
    for (size_t i = 0; i < named; i++)
        if (!(chart->levels[i] = level_text(chart, table, column, f->first[order[i]])))
            return tw_fail_memory(err);
    if (f->levels > named)
        chart->levels[named] = tw_arena_printf(&chart->arena, "(%u others)", (unsigned)(f->levels - named));
    return f->levels > named && !chart->levels[named] ? tw_fail_memory(err) : TW_OK;
}

/* Slot of each level of a (possibly other) table, by its text. */
static enum tw_rc slots_of(tw_chart *chart, const tw_table *table, int column, const tw_factor *f, uint32_t **out, tw_error *err) {
    uint32_t *slots = arena_array(chart, f->levels, sizeof *slots, err);
    if (!slots)
        return TW_ENOMEM;
    for (uint32_t level = 0; level < f->levels; level++) {
        tw_arena_mark mark = tw_arena_save(&chart->arena);
        const char *text = level_text(chart, table, column, f->first[level]);
        size_t slot = 0;
        while (text && slot < chart->n_slots && strcmp(chart->levels[slot], text) != 0)
            slot++;
        slots[level] = (uint32_t)(slot < chart->n_slots ? slot : chart->n_slots - 1);
        tw_arena_restore(&chart->arena, mark);
    }
    *out = slots;
    return TW_OK;
}

static enum tw_rc count_levels(tw_chart *chart, const chart_input *in, size_t t, tw_error *err) {
    const tw_column *column = column_of(in, t, 0);
    const tw_factor *f = NULL;
    uint32_t *slots = NULL;
    enum tw_rc rc = tw_column_factor(column, 0, &f, err);
    if (!rc)
        rc = slots_of(chart, in->tables[t], in->columns[t][0], f, &slots, err);
    if (rc)
        return rc;
    tw_chart_series *s = add_series(chart, in->labels[t], t == 1, chart->n_slots, false, err);
    if (!s)
        return TW_ENOMEM;
    double total = 0;
    for (uint32_t level = 0; level < f->levels; level++) {
        s->y[slots[level]] += (double)f->counts[level];
        total += (double)f->counts[level];
    }
    if (chart->share)
        to_shares(s, total);
    return TW_OK;
}

static enum tw_rc build_bar(tw_chart *chart, const chart_input *in, tw_error *err) {
    const tw_factor *f = NULL;
    enum tw_rc rc = tw_column_factor(column_of(in, 0, 0), 0, &f, err);
    if (rc)
        return rc;
    if (f->levels == 0)
        return tw_fail(err, TW_EDATA, "bar: column '%s' has no values; choose another column", name_of(in, 0));
    chart->shape = TW_SHAPE_LEVELS;
    chart->x = (tw_chart_axis){name_of(in, 0), TW_TEXT, 0, 0};
    chart->share = table_count(in) == 2;
    rc = make_room(chart, 2, err);
    if (!rc)
        rc = name_levels(chart, in->tables[0], in->columns[0][0], f, err);
    for (size_t t = 0; !rc && t < table_count(in); t++)
        rc = count_levels(chart, in, t, err);
    return rc;
}

/* --- boxes --- */

static void fill_box(tw_chart_box *box, double *values, size_t n) {
    static const double levels[3] = {0.25, 0.5, 0.75};
    double q[3];
    tw_quantiles(values, n, levels, 3, q);
    double low_fence = q[0] - 1.5 * (q[2] - q[0]), high_fence = q[2] + 1.5 * (q[2] - q[0]);
    box->q1 = q[0];
    box->median = q[1];
    box->q3 = q[2];
    box->low = q[0];
    box->high = q[2];
    box->n = (int64_t)n;
    for (size_t i = 0; i < n; i++) {
        if (values[i] < low_fence || values[i] > high_fence) {
            box->outside++;
            continue;
        }
        box->low = fmin(box->low, values[i]);
        box->high = fmax(box->high, values[i]);
    }
}

static enum tw_rc add_box(tw_chart *chart, const char *label, bool other, double *values, size_t n) {
    if (n == 0)
        return TW_OK;
    tw_chart_box *box = &chart->boxes[chart->n_boxes++];
    *box = (tw_chart_box){.label = label, .other = other};
    fill_box(box, values, n);
    chart->x.low = fmin(chart->x.low, box->low);
    chart->x.high = fmax(chart->x.high, box->high);
    return TW_OK;
}

/* Values of column k of table t whose by-level falls into `slot`; slots NULL = all. */
static size_t take_group(const double *all, size_t rows, const tw_factor *f, const uint32_t *slots, size_t slot, double *out) {
    size_t n = 0;
    for (size_t i = 0; i < rows; i++)
        if (isfinite(all[i]) && (!slots || (f->codes[i] != TW_NO_CODE && slots[f->codes[i]] == slot)))
            out[n++] = all[i];
    return n;
}

static enum tw_rc boxes_by(tw_chart *chart, const chart_input *in, size_t t, tw_error *err) {
    const tw_column *column = column_of(in, t, 0);
    size_t rows = (size_t)tw_column_rows(column);
    const tw_factor *f = NULL;
    uint32_t *slots = NULL;
    double *all = tw_calloc(rows, 2 * sizeof *all);
    if (!all)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_column_factor(tw_table_column(in->tables[t], (size_t)in->by[t]), 0, &f, err);
    if (!rc && t == 0)
        rc = name_levels(chart, in->tables[0], in->by[0], f, err);
    if (!rc)
        rc = slots_of(chart, in->tables[t], in->by[t], f, &slots, err);
    if (!rc)
        tw_column_copy_f64(column, all);
    for (size_t slot = 0; !rc && slot < chart->n_slots && slot < TW_CHART_GROUPS; slot++)
        rc = add_box(chart, chart->levels[slot], t == 1, all + rows, take_group(all, rows, f, slots, slot, all + rows));
    free(all);
    return rc;
}

static enum tw_rc boxes_of_columns(tw_chart *chart, const chart_input *in, size_t t, tw_error *err) {
    for (size_t k = 0; k < in->spec.n_columns; k++) {
        double *values = NULL;
        size_t n = 0;
        enum tw_rc rc = values_of(column_of(in, t, k), &values, &n, err);
        if (!rc)
            rc = add_box(chart, name_of(in, k), t == 1, values, n);
        free(values);
        if (rc)
            return rc;
    }
    return TW_OK;
}

static enum tw_rc build_box(tw_chart *chart, const chart_input *in, tw_error *err) {
    for (size_t k = 0; k < in->spec.n_columns; k++)
        if (!is_scale(type_of(in, k)))
            return tw_fail(err, TW_EDATA, "box: column '%s' holds text; name numeric columns, groups as by=%s", name_of(in, k),
                           name_of(in, k));
    chart->shape = TW_SHAPE_BOXES;
    chart->x = (tw_chart_axis){name_of(in, 0), type_of(in, 0), INFINITY, -INFINITY};
    chart->boxes = arena_array(chart, 2 * TW_MAX(TW_CHART_GROUPS, in->spec.n_columns), sizeof *chart->boxes, err);
    enum tw_rc rc = chart->boxes ? TW_OK : TW_ENOMEM;
    for (size_t t = 0; !rc && t < table_count(in); t++)
        rc = in->spec.by.p ? boxes_by(chart, in, t, err) : boxes_of_columns(chart, in, t, err);
    if (!rc && chart->n_boxes == 0)
        return tw_fail(err, TW_EDATA, "box: column '%s' has no values; choose another column", name_of(in, 0));
    return rc;
}

/* --- points --- */

enum { POINT_CELLS = 64 };

/* Thin points to one a cell of a 64 x 64 raster, at the mean of those that fall there. */
static size_t thin(double *x, double *y, size_t n, const tw_chart *chart) {
    double width = chart->x.high - chart->x.low, height = chart->y.high - chart->y.low;
    enum { CELLS = POINT_CELLS * POINT_CELLS };
    double *sum = tw_calloc(CELLS, 3 * sizeof *sum);
    if (!sum)
        return TW_MIN(n, (size_t)CELLS);
    for (size_t i = 0; i < n; i++) {
        size_t cx = width > 0 ? (size_t)(fmin(0.999999, (x[i] - chart->x.low) / width) * POINT_CELLS) : 0;
        size_t cy = height > 0 ? (size_t)(fmin(0.999999, (y[i] - chart->y.low) / height) * POINT_CELLS) : 0;
        double *cell = sum + 3 * (cy * POINT_CELLS + cx);
        cell[0] += 1;
        cell[1] += x[i];
        cell[2] += y[i];
    }
    size_t kept = 0;
    for (size_t c = 0; c < CELLS; c++) {
        if (sum[3 * c] < 0.5)
            continue;
        x[kept] = sum[3 * c + 1] / sum[3 * c];
        y[kept++] = sum[3 * c + 2] / sum[3 * c];
    }
    free(sum);
    return kept;
}

typedef struct point_group {
    double *x, *y;
    size_t n;
} point_group;

static enum tw_rc points_of(tw_chart *chart, const chart_input *in, size_t t, size_t groups, size_t budget, tw_error *err) {
    size_t rows = (size_t)tw_column_rows(column_of(in, t, 0));
    double *all = tw_calloc(rows, 4 * sizeof *all);
    const tw_factor *f = NULL;
    uint32_t *slots = NULL;
    enum tw_rc rc = all ? TW_OK : tw_fail_memory(err);
    if (!rc && in->spec.by.p)
        rc = tw_column_factor(tw_table_column(in->tables[t], (size_t)in->by[t]), 0, &f, err);
    if (!rc && f)
        rc = slots_of(chart, in->tables[t], in->by[t], f, &slots, err);
    if (!rc) {
        tw_column_copy_f64(column_of(in, t, 0), all);
        tw_column_copy_f64(column_of(in, t, 1), all + rows);
    }
    for (size_t g = 0; !rc && g < groups; g++) {
        point_group p = {all ? all + 2 * rows : NULL, all ? all + 3 * rows : NULL, 0};
        for (size_t i = 0; i < rows; i++) {
            if (!isfinite(all[i]) || !isfinite(all[rows + i]))
                continue;
            if (f && (f->codes[i] == TW_NO_CODE || slots[f->codes[i]] != g))
                continue;
            p.x[p.n] = all[i];
            p.y[p.n++] = all[rows + i];
        }
        if (p.n > budget)
            p.n = thin(p.x, p.y, p.n, chart);
        tw_chart_series *s = add_series(chart, f ? chart->levels[g] : in->labels[t], t == 1, TW_MIN(p.n, budget), true, err);
        if (!s) {
            rc = TW_ENOMEM;
            break;
        }
        memcpy(s->x, p.x, s->n * sizeof *s->x);
        memcpy(s->y, p.y, s->n * sizeof *s->y);
    }
    free(all);
    return rc;
}

static enum tw_rc scan_ranges(tw_chart *chart, const chart_input *in, tw_error *err) {
    tw_chart_axis *axes[2] = {&chart->x, &chart->y};
    for (size_t t = 0; t < table_count(in); t++)
        for (size_t k = 0; k < 2; k++) {
            double *values = NULL;
            size_t n = 0;
            enum tw_rc rc = values_of(column_of(in, t, k), &values, &n, err);
            if (!rc)
                range_of(values, n, &axes[k]->low, &axes[k]->high);
            free(values);
            if (rc)
                return rc;
        }
    if (!(chart->x.low <= chart->x.high) || !(chart->y.low <= chart->y.high))
        return tw_fail(err, TW_EDATA, "scatter: '%s' and '%s' have no values; choose other columns", chart->x.label,
                       chart->y.label);
    return TW_OK;
}

static enum tw_rc build_scatter(tw_chart *chart, const chart_input *in, tw_error *err) {
    if (in->spec.n_columns != 2)
        return tw_fail(err, TW_EPARSE, "scatter: takes two columns; write scatter(x, y)");
    for (size_t k = 0; k < 2; k++)
        if (!is_scale(type_of(in, k)))
            return tw_fail(err, TW_EDATA, "scatter: column '%s' holds text; give it as color=%s", name_of(in, k), name_of(in, k));
    chart->shape = TW_SHAPE_POINTS;
    chart->x = (tw_chart_axis){name_of(in, 0), type_of(in, 0), INFINITY, -INFINITY};
    chart->y = (tw_chart_axis){name_of(in, 1), type_of(in, 1), INFINITY, -INFINITY};
    size_t groups = 1;
    enum tw_rc rc = scan_ranges(chart, in, err);
    if (!rc && in->spec.by.p) {
        const tw_factor *f = NULL;
        rc = tw_column_factor(tw_table_column(in->tables[0], (size_t)in->by[0]), 0, &f, err);
        if (!rc)
            rc = name_levels(chart, in->tables[0], in->by[0], f, err);
        groups = rc ? 0 : TW_MIN(chart->n_slots, (size_t)TW_CHART_GROUPS);
        if (!rc)
            chart->n_slots = groups; /* the rest falls into the last group */
    }
    if (!rc)
        rc = make_room(chart, 2 * groups, err);
    size_t budget = TW_CHART_POINTS / TW_MAX(groups * table_count(in), 1);
    for (size_t t = 0; !rc && t < table_count(in); t++)
        rc = points_of(chart, in, t, groups, budget, err);
    return rc;
}

/* --- kinds --- */

static enum tw_rc build_auto(tw_chart *chart, const chart_input *in, tw_error *err);

static const struct chart_kind {
    const char *name;
    size_t most_columns;
    bool takes_by;
    chart_build build;
} kinds[] = {
    {"hist", 1, false, build_histogram}, {"bar", 1, false, build_bar},   {"box", 8, true, build_box},
    {"scatter", 2, true, build_scatter}, {"auto", 8, false, build_auto},
};

/* One number: histogram; one text: bars; two numbers: scatter; a number and a text: boxes by the text; else boxes. */
static enum tw_rc build_auto(tw_chart *chart, const chart_input *in, tw_error *err) {
    size_t n = in->spec.n_columns;
    bool first = is_scale(type_of(in, 0)), second = n > 1 && is_scale(type_of(in, 1));
    if (n == 1)
        return first ? build_histogram(chart, in, err) : build_bar(chart, in, err);
    if (n == 2 && first && second)
        return build_scatter(chart, in, err);
    if (n == 2 && first != second) {
        chart_input turned = *in;
        size_t number = first ? 0 : 1;
        turned.spec.n_columns = 1;
        for (size_t t = 0; t < table_count(in); t++) {
            turned.columns[t][0] = in->columns[t][number];
            turned.by[t] = in->columns[t][1 - number];
        }
        turned.spec.by = tw_str_c(name_of(in, 1 - number));
        return build_box(chart, &turned, err);
    }
    if (n == 2) {
        chart_input one = *in;
        one.spec.n_columns = 1;
        return build_bar(chart, &one, err);
    }
    return build_box(chart, in, err);
}

static const char *kind_name(const void *unused, size_t i) {
    (void)unused;
    return i < TW_COUNT(kinds) ? kinds[i].name : NULL;
}

const char *tw_chart_kind_at(size_t i) {
    return kind_name(NULL, i);
}

static enum tw_rc find_kind(const tw_chart_spec *spec, const struct chart_kind **out, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(kinds); i++) {
        if (!tw_str_eq_c(spec->kind, kinds[i].name))
            continue;
        *out = &kinds[i];
        if (spec->n_columns > kinds[i].most_columns)
            return tw_fail(err, TW_EPARSE, "%s: takes at most %zu column(s); name fewer", kinds[i].name, kinds[i].most_columns);
        if (spec->by.p && !kinds[i].takes_by)
            return tw_fail(err, TW_EPARSE, "%s: has no groups; take by= or color= away", kinds[i].name);
        return TW_OK;
    }
    const char *near = tw_nearest(spec->kind, kind_name, NULL);
    return tw_fail(err, TW_EUNKNOWN_NAME, "chart: no kind '%.*s'; %s%s%sthere are hist, bar, box, scatter, auto",
                   TW_ARG(spec->kind), near ? "did you mean " : "", near ? near : "", near ? "? " : "");
}

static enum tw_rc resolve(chart_input *in, size_t t, tw_error *err) {
    int need[9];
    size_t n = 0;
    for (size_t k = 0; k < in->spec.n_columns; k++) {
        enum tw_rc rc = tw_table_require(in->tables[t], in->spec.columns[k], &in->columns[t][k], err);
        if (rc)
            return rc;
        need[n++] = in->columns[t][k];
    }
    if (in->spec.by.p) {
        enum tw_rc rc = tw_table_require(in->tables[t], in->spec.by, &in->by[t], err);
        if (rc)
            return rc;
        need[n++] = in->by[t];
    }
    return tw_table_need(in->tables[t], need, n, in->task, err);
}

/* "age, income (12 missing)" with both tables' labels when there are two. */
static enum tw_rc make_title(tw_chart *chart, const chart_input *in, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, 4096);
    for (size_t k = 0; k < in->spec.n_columns; k++)
        tw_buf_printf(&text, "%s%s", k ? ", " : "", name_of(in, k));
    if (in->spec.by.p)
        tw_buf_printf(&text, " by %.*s", TW_ARG(in->spec.by));
    const tw_column *first = column_of(in, 0, 0);
    int64_t gone = tw_column_rows(first) - tw_column_valid_count(first);
    if (in->spec.n_columns == 1 && gone > 0)
        tw_buf_printf(&text, " (%lld missing)", (long long)gone);
    tw_str copy = tw_arena_str(&chart->arena, tw_buf_view(&text));
    tw_buf_fini(&text);
    chart->title = copy.p;
    return copy.p ? TW_OK : tw_fail_memory(err);
}

/* Names borrowed from tables must outlive them: copy what the chart keeps. */
static enum tw_rc keep_names(tw_chart *chart, tw_error *err) {
    const char **places[3 + 4 * TW_CHART_GROUPS] = {&chart->x.label, &chart->y.label};
    size_t n = 2;
    for (size_t i = 0; i < chart->n_series && n < TW_COUNT(places); i++)
        places[n++] = &chart->series[i].label;
    for (size_t i = 0; i < chart->n_boxes && n < TW_COUNT(places); i++)
        places[n++] = &chart->boxes[i].label;
    for (size_t i = 0; i < n; i++)
        if (*places[i] && !(*places[i] = tw_arena_str(&chart->arena, tw_str_c(*places[i])).p))
            return tw_fail_memory(err);
    return TW_OK;
}

/* Numbers and text of the same name cannot share an axis. */
static enum tw_rc check_types(const chart_input *in, tw_error *err) {
    for (size_t k = 0; table_count(in) == 2 && k < in->spec.n_columns; k++) {
        enum tw_type a = tw_column_type(column_of(in, 0, k)), b = tw_column_type(column_of(in, 1, k));
        if (is_scale(a) != is_scale(b))
            return tw_fail(err, TW_EDATA, "plot: column '%s' holds %s in %s and %s in %s; read it as the same type in both",
                           name_of(in, k), tw_type_name(a), in->labels[0] ? in->labels[0] : "one", tw_type_name(b),
                           in->labels[1] ? in->labels[1] : "the other");
    }
    return TW_OK;
}

enum tw_rc tw_chart_make(tw_str spec, const tw_table *table, const tw_table *other, const char *label, const char *other_label,
                         tw_task *task, tw_chart **out, tw_error *err) {
    chart_input in = {.tables = {table, other}, .labels = {label, other_label}, .task = task};
    const struct chart_kind *kind = NULL;
    enum tw_rc rc = tw_chart_spec_parse(spec, &in.spec, err);
    if (!rc)
        rc = find_kind(&in.spec, &kind, err);
    for (size_t t = 0; !rc && t < table_count(&in); t++)
        rc = resolve(&in, t, err);
    if (!rc)
        rc = check_types(&in, err);
    if (rc)
        return rc;
    tw_chart *chart = tw_calloc(1, sizeof *chart);
    if (!chart)
        return tw_fail_memory(err);
    tw_arena_init(&chart->arena);
    rc = kind->build(chart, &in, err);
    if (!rc)
        rc = make_title(chart, &in, err);
    if (!rc)
        rc = keep_names(chart, err);
    if (rc)
        tw_chart_free(chart);
    else
        *out = chart;
    return rc;
}

void tw_chart_free(tw_chart *chart) {
    if (!chart)
        return;
    tw_arena_fini(&chart->arena);
    free(chart);
}

tw_str tw_chart_title(const tw_chart *chart) {
    return tw_str_c(chart->title);
}

double tw_chart_peak(const tw_chart *chart) {
    double peak = 0;
    for (size_t i = 0; i < chart->n_series; i++)
        for (size_t k = 0; k < chart->series[i].n; k++)
            peak = fmax(peak, chart->series[i].y[k]);
    return peak > 0 ? peak : 1;
}

void tw_chart_axis_text(const tw_chart_axis *axis, double value, char out[40]) {
    if (axis->type == TW_DATE || axis->type == TW_DATETIME || axis->type == TW_TIME) {
        tw_cell cell = tw_cell_missing(axis->type);
        tw_buf text;
        tw_buf_init(&text, 256);
        if (tw_type_ops_of(axis->type)->from_f64(value, &cell) && tw_cell_write(&cell, &TW_FORMAT_PLAIN, &text)) {
            size_t n = TW_MIN(text.n, (size_t)(axis->type == TW_DATETIME ? 16 : 39));
            memcpy(out, text.p, n);
            out[n] = '\0';
            tw_buf_fini(&text);
            return;
        }
        tw_buf_fini(&text);
    }
    double magnitude = fabs(value);
    char digits[TW_NUMBER_MAX];
    tw_format_f64(digits, magnitude > 0 && magnitude < 1e15 ? tw_round_to(value, 3 - (int)floor(log10(magnitude))) : value);
    snprintf(out, 40, "%.39s", digits);
}

/* --- as numbers --- */

static tw_doc *numbers_doc(const double *values, size_t n) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; list && i < n; i++)
        tw_doc_add(list, tw_doc_number(values[i]));
    return list;
}

static tw_doc *series_doc(const tw_chart *chart) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < chart->n_series; i++) {
        const tw_chart_series *s = &chart->series[i];
        tw_doc *map = tw_doc_map();
        tw_doc_set(map, "label", tw_doc_c(s->label));
        if (s->x)
            tw_doc_set(map, "x", numbers_doc(s->x, s->n));
        tw_doc_set(map, chart->shape == TW_SHAPE_POINTS ? "y" : chart->share ? "percent" : "counts", numbers_doc(s->y, s->n));
        tw_doc_add(list, map);
    }
    return list;
}

static tw_doc *boxes_doc(const tw_chart *chart) {
    static const char *const columns[] = {"label", "n", "low", "q1", "median", "q3", "high", "outside"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; i < chart->n_boxes; i++) {
        const tw_chart_box *b = &chart->boxes[i];
        const double five[] = {b->low, b->q1, b->median, b->q3, b->high};
        tw_doc *row = tw_doc_list();
        tw_doc_add(row, tw_doc_c(b->label));
        tw_doc_add(row, tw_doc_int(b->n));
        for (size_t k = 0; k < TW_COUNT(five); k++)
            tw_doc_add(row, tw_doc_number(five[k]));
        tw_doc_add(row, tw_doc_int(b->outside));
        tw_doc_add(table, row);
    }
    return table;
}

tw_doc *tw_chart_doc(const tw_chart *chart) {
    tw_doc *doc = tw_doc_map();
    tw_doc_set(doc, "title", tw_doc_c(chart->title));
    if (chart->edges)
        tw_doc_set(doc, "edges", numbers_doc(chart->edges, chart->n_slots + 1));
    if (chart->shape == TW_SHAPE_LEVELS) {
        tw_doc *levels = tw_doc_list();
        for (size_t i = 0; i < chart->n_slots; i++)
            tw_doc_add(levels, tw_doc_c(chart->levels[i]));
        tw_doc_set(doc, "levels", levels);
    }
    if (chart->shape == TW_SHAPE_BOXES)
        tw_doc_set(doc, "boxes", boxes_doc(chart));
    else
        tw_doc_set(doc, "series", series_doc(chart));
    return doc;
}
