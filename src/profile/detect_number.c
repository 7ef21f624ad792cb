/* Single numbers: sentinels that stand for something else, and values far from the others.
 *
 * A sentinel is a value people use for "missing" (-1, 99, 9999, the limits of integer types,
 * 1900-01-01) that occurs at least five times, outside the middle 98 % of the column: among other
 * values when it is five times as frequent as its neighbours (unusual), far from all others always
 * (an error). So is any least or greatest value that repeats and lies so far off. A far value is
 * only ever unusual: on tables with known errors fewer than one in a hundred numeric outliers
 * within a column is one. Distances are in MADs of the value's own side, on a log scale for skewed
 * positive values. */
#include "profile/detect.h"

#include <math.h>

#include "base/calendar.h"
#include "stat/sort.h"

enum {
    LEAST_COUNT = 5,
    NEIGHBOURS = 5,
    LEAST_PRESENT = 30,
    LEAST_DISTINCT = 10,
    MOST_CELLS = 1000
};
#define SPIKE 5.0
#define TAIL 0.01
#define FAR 6.0
#define FAR_SHARE 0.01

typedef struct value {
    double x;
    int64_t count;
} value;

/* Different values of the column in ascending order; how many. NULL: memory is out. */
static value *values_of(const tw_look *look, size_t column, size_t *n) {
    const tw_texts_column *c = &look->texts->columns[column];
    const tw_column *cells = tw_table_column(look->table, column);
    double *x = tw_arena_alloc(look->scratch, c->levels, sizeof *x);
    int64_t *counts = tw_arena_alloc(look->scratch, c->levels, sizeof *counts);
    uint32_t *order = tw_arena_alloc(look->scratch, c->levels, sizeof *order);
    value *out = tw_arena_alloc(look->scratch, c->levels, sizeof *out);
    *n = 0;
    if (!x || !counts || !order || !out)
        return NULL;
    size_t k = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        if (c->states[l] == TW_VALUE) {
            x[k] = tw_column_number(cells, tw_texts_row(look->texts, c->first[l]));
            counts[k++] = c->counts[l];
        }
    if (!tw_argsort_f64(x, k, order))
        return NULL;
    for (size_t i = 0; i < k; i++) { /* "1.0" and "1" are one value */
        if (*n && !(out[*n - 1].x < x[order[i]]))
            out[*n - 1].count += counts[order[i]];
        else
            out[(*n)++] = (value){x[order[i]], counts[order[i]]};
    }
    return out;
}

static bool is_usual_sentinel(enum tw_type type, double x) {
    static const double numbers[] = {-1,    -9,     -99,   -999,       -9999,         -99999,
                                     99,    999,    9999,  99999,      999999,        9999999,
                                     32767, -32768, 65535, 2147483647, -2147483648.0, 1e9,
                                     88,    888,    8888,  77,         777,           7777};
    static const int64_t years[][3] = {{1900, 1, 1},   {1970, 1, 1},   {9999, 12, 31},
                                       {2099, 12, 31}, {1899, 12, 30}, {1901, 1, 1}};
    if (tw_type_ops_of(type)->is_number)
        for (size_t i = 0; i < TW_COUNT(numbers); i++)
            if (tw_same_f64(x, numbers[i]))
                return true;
    double day = type == TW_DATETIME ? floor(x / (double)TW_DAY_MICROS) : x;
    for (size_t i = 0; (type == TW_DATE || type == TW_DATETIME) && i < TW_COUNT(years); i++)
        if (tw_same_f64(
                day, (double)tw_days_from_civil(years[i][0], (int)years[i][1], (int)years[i][2])))
            return true;
    return false;
}

typedef struct spike {
    size_t at;
    double ratio;   /* to its neighbours */
    double outside; /* share of rows more extreme */
    bool apart;     /* farther from any other value than the middle of the column is wide */
} spike;

/* How a value stands out among its neighbours by frequency. */
static spike look_at_value(const value *v, size_t n, size_t at, int64_t present, double width) {
    spike s = {.at = at};
    double sum = 0, near = 0;
    int64_t below = 0;
    for (size_t i = 0; i < n; i++) {
        bool close = i + NEIGHBOURS >= at && i <= at + NEIGHBOURS && i != at;
        sum += close ? (double)v[i].count : 0;
        near += close;
        below += i < at ? v[i].count : 0;
    }
    int64_t above = present - below - v[at].count;
    double gap_below = at > 0 ? v[at].x - v[at - 1].x : (double)INFINITY;
    double gap_above = at + 1 < n ? v[at + 1].x - v[at].x : (double)INFINITY;
    s.ratio = near > 0 ? (double)v[at].count / (sum / near) : 0;
    s.outside = (double)TW_MIN(below, above) / (double)present;
    s.apart = fmin(gap_below, gap_above) > width;
    return s;
}

/* Far from every other value repetition is enough; among them a value must stand out by how often
 * it occurs. */
static bool is_sentinel(const value *v, const spike *s, bool usual) {
    double needed = !s->apart ? SPIKE : usual ? 0 : 1;
    return v[s->at].count >= LEAST_COUNT && s->outside <= TAIL && s->ratio >= needed &&
           (usual || s->apart);
}

static tw_str text_of_value(const tw_look *look, size_t column, double x) {
    const tw_field *field = tw_table_field(look->table, column);
    tw_cell cell;
    tw_buf text;
    tw_str out = {"", 0};
    tw_buf_init(&text, 256);
    if (tw_type_ops_of(field->type)->from_f64(x, &cell) &&
        tw_cell_write(&cell, &field->format, &text))
        out = tw_arena_str(look->scratch, tw_buf_view(&text));
    tw_buf_fini(&text);
    return out;
}

static void report_cells(tw_report *r, const tw_look *look, size_t column, double x,
                         double confidence) {
    const tw_column *cells = tw_table_column(look->table, column);
    for (size_t i = 0; i < look->texts->n; i++)
        if (tw_same_f64(tw_column_number(cells, tw_texts_row(look->texts, i)), x) &&
            !tw_look_claimed(look, i, column))
            tw_report_cell(r, i, column, TW_STR(""), confidence);
}

static enum tw_rc report_sentinel(const tw_look *look, const tw_detector *self, size_t column,
                                  const value *v, const spike *s, tw_error *err) {
    tw_report *r = tw_report_new(look, self);
    if (!r)
        return tw_fail_memory(err);
    tw_str text = text_of_value(look, column, v[s->at].x);
    report_cells(r, look, column, v[s->at].x, s->apart ? 0.8 : 0.5);
    tw_report_class(r, s->apart ? TW_FINDING_ERROR : TW_FINDING_UNUSUAL);
    const char *how = s->apart ? "far from every other value"
                               : tw_look_format(look, "%.0f times as often as its neighbours", s->ratio);
    tw_report_message(r, "%s = %s stands in %lld rows, %s: it may mean missing",
                      tw_look_name(look, column), tw_look_quote(look, text), (long long)v[s->at].count,
                      how);
    tw_report_evidence(r, "ratio", s->ratio);
    tw_report_evidence(r, "share_beyond", s->outside);
    tw_doc *args = tw_fix_cols(look, column), *values = tw_doc_list();
    tw_doc_add(values, tw_doc_text(text));
    tw_doc_set(args, "values", values);
    tw_report_fix(r, "to_missing", args);
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_sentinel(const tw_look *look, const tw_detector *self, size_t column,
                              tw_error *err) {
    enum tw_type type = tw_table_field(look->table, column)->type;
    const tw_column_profile *p = tw_profile_at(look->profile, column);
    size_t n;
    if (!tw_type_ops_of(type)->is_ordered_scale || type == TW_BOOLEAN || type == TW_TIME)
        return TW_OK;
    value *v = values_of(look, column, &n);
    if (!v)
        return tw_fail_memory(err);
    int64_t present = 0;
    for (size_t i = 0; i < n; i++)
        present += v[i].count;
    double width = p->quantiles[7] - p->quantiles[1]; /* 5 % to 95 % */
    for (size_t i = 0; i < n && present >= LEAST_PRESENT && n >= LEAST_DISTINCT; i++) {
        bool usual = is_usual_sentinel(type, v[i].x), extreme = i == 0 || i + 1 == n;
        if (!usual && !extreme)
            continue;
        spike s = look_at_value(v, n, i, present, width);
        enum tw_rc rc =
            is_sentinel(v, &s, usual) ? report_sentinel(look, self, column, v, &s, err) : TW_OK;
        if (rc)
            return rc;
    }
    return TW_OK;
}

/* Scale on which the values are about symmetric: as they are, or logs. */
static bool on_logs(const tw_column_profile *p) {
    return tw_type_ops_of(p->type)->is_number && p->min > 0 && p->skew > 2;
}

typedef struct sides {
    bool logs;
    double middle, low, high; /* MADs of each side, scaled to the normal */
} sides;

/* MADs of the values below and above the median, from the counted values. */
static bool measure_sides(const value *v, size_t n, double median, bool logs, sides *out) {
    double spread[2] = {0};
    int64_t total[2] = {0};
    *out = (sides){.logs = logs, .middle = logs ? log(median) : median};
    for (size_t i = 0; i < n; i++)
        total[v[i].x > median] += v[i].count;
    for (int side = 0; side < 2; side++) {
        int64_t half = total[side] / 2, sum = 0;
        for (size_t k = 0; k < n && total[side]; k++) {
            size_t i = side ? k : n - 1 - k; /* outwards from the median */
            bool here = (v[i].x > median) == (side == 1);
            if (!here)
                continue;
            sum += v[i].count;
            if (sum > half) {
                spread[side] = fabs((logs ? log(v[i].x) : v[i].x) - out->middle);
                break;
            }
        }
    }
    out->low = 1.482602218505602 * spread[0];
    out->high = 1.482602218505602 * spread[1];
    return out->low > 0 && out->high > 0;
}

static double distance(const sides *s, double x) {
    double v = (s->logs ? log(x) : x) - s->middle;
    return v < 0 ? v / s->low : v / s->high;
}

static enum tw_rc report_far(const tw_look *look, const tw_detector *self, size_t column,
                             const sides *s, tw_error *err) {
    const tw_column *cells = tw_table_column(look->table, column);
    tw_report *r = tw_report_new(look, self);
    double most = 0;
    size_t worst = 0, n = 0;
    tw_str none = {0};
    for (size_t i = 0; r && i < look->texts->n; i++) {
        double x = tw_column_number(cells, tw_texts_row(look->texts, i)),
               d = isnan(x) ? 0 : distance(s, x);
        if (fabs(d) <= FAR || tw_look_claimed(look, i, column))
            continue;
        n++;
        if (fabs(d) > fabs(most)) {
            most = d;
            worst = i;
        }
        tw_report_cell(r, i, column, none, fmin(0.9, 0.4 + 0.02 * fabs(d)));
    }
    if (!r)
        return tw_fail_memory(err);
    if (n > MOST_CELLS || (double)n > FAR_SHARE * (double)look->texts->n + 1) {
        tw_report_drop(r); /* a long tail, not a few strange values */
        return TW_OK;
    }
    if (n) {
        const tw_column_profile *p = tw_profile_at(look->profile, column);
        tw_report_message(
            r, "%s = %s in row %lld is far %s the others (median %s, %.1f MADs away)",
            tw_look_name(look, column),
            tw_look_quote(look, tw_texts_at(look->texts, column, worst)),
            (long long)tw_texts_row(look->texts, worst) + 1, most > 0 ? "above" : "below",
            tw_look_quote(look, text_of_value(look, column, p->quantiles[4])), fabs(most));
        tw_report_evidence(r, "mads", fabs(most));
        tw_report_evidence(r, "log_scale", s->logs);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_far(const tw_look *look, const tw_detector *self, size_t column,
                         tw_error *err) {
    const tw_column_profile *p = tw_profile_at(look->profile, column);
    sides s;
    size_t n;
    bool scale =
        tw_type_ops_of(p->type)->is_ordered_scale && p->type != TW_BOOLEAN && p->type != TW_TIME;
    if (!scale || p->rows - p->missing < LEAST_PRESENT || p->distinct < LEAST_DISTINCT ||
        !isfinite(p->min) || !isfinite(p->max))
        return TW_OK;
    value *v = values_of(look, column, &n);
    if (!v)
        return tw_fail_memory(err);
    return measure_sides(v, n, p->quantiles[4], on_logs(p), &s)
               ? report_far(look, self, column, &s, err)
               : TW_OK;
}

/* Dates before 1850 and after 2100 in a column whose others lie between. */
enum tw_rc tw_detect_date(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err) {
    const tw_column_profile *p = tw_profile_at(look->profile, column);
    double day = p->type == TW_DATETIME ? (double)TW_DAY_MICROS : 1;
    double first = (double)tw_days_from_civil(1850, 1, 1) * day,
           last = (double)tw_days_from_civil(2100, 1, 1) * day;
    if ((p->type != TW_DATE && p->type != TW_DATETIME) || (p->min >= first && p->max < last) ||
        p->quantiles[1] < first || p->quantiles[7] >= last)
        return TW_OK;
    const tw_column *cells = tw_table_column(look->table, column);
    tw_report *r = tw_report_new(look, self);
    size_t example = SIZE_MAX;
    tw_str none = {0};
    for (size_t i = 0; r && i < look->texts->n; i++) {
        double x = tw_column_number(cells, tw_texts_row(look->texts, i));
        if (isnan(x) || (x >= first && x < last) || tw_look_claimed(look, i, column))
            continue;
        example = example == SIZE_MAX ? i : example;
        tw_report_cell(r, i, column, none, 0.8);
    }
    if (r && example != SIZE_MAX)
        tw_report_message(
            r, "%s %s in row %lld lies outside 1850 to 2100; nine in ten lie between %s and %s",
            tw_look_name(look, column),
            tw_look_quote(look, tw_texts_at(look->texts, column, example)),
            (long long)tw_texts_row(look->texts, example) + 1,
            tw_look_quote(look, text_of_value(look, column, p->quantiles[1])),
            tw_look_quote(look, text_of_value(look, column, p->quantiles[7])));
    return tw_report_done(r, err);
}
