/* Columns are read one after the other into a column buffer, described, and scattered into the
 * row-major matrix. */
#include "profile/outlier_matrix.h"

#include <math.h>

#include "stat/moments.h"
#include "stat/select.h"

typedef struct maker {
    tw_strange_matrix *m;
    double *values, *copy; /* one column */
    size_t room;           /* columns the matrix has room for */
} maker;

void tw_strange_fini(tw_strange_matrix *m) {
    free(m->x);
    free(m->columns);
    *m = (tw_strange_matrix){0};
}

/* Values that are there, for selection: how many. */
static size_t present(const double *x, size_t n, double *out) {
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            out[k++] = x[i];
    return k;
}

/* An infinite value counts as the farthest finite one, or sd would be undefined. */
static void tame_infinities(double *x, size_t n) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            low = fmin(low, x[i]);
            high = fmax(high, x[i]);
        }
    for (size_t i = 0; i < n; i++)
        if (isinf(x[i]))
            x[i] = x[i] > 0 ? fmax(high, low) : fmin(low, high);
}

/* MAD scaled to the normal; 1, the standard deviation here, where more than half of the values
 * agree. */
static double robust_scale(double *copy, size_t k, double *median) {
    double mad = tw_mad(copy, k, median) * 1.482602218505602;
    return mad > 1e-12 ? mad : 1;
}

/* Standardise the column buffer into the next column of the matrix; false when it has no spread. */
static bool add_column(maker *mk, tw_strange_column c) {
    tw_strange_matrix *m = mk->m;
    tw_moments moments = TW_MOMENTS_NONE;
    tw_moments_add(&moments, mk->values, m->n);
    double sd = tw_moments_sd(&moments);
    if (moments.n < 2 || !(moments.min < moments.max) || !(sd > 0) || isinf(sd))
        return false;
    c.mean = tw_moments_mean(&moments);
    c.sd = sd;
    for (size_t i = 0; i < m->n; i++)
        mk->values[i] = (mk->values[i] - c.mean) / c.sd;
    size_t k = present(mk->values, m->n, mk->copy);
    c.mad = robust_scale(mk->copy, k, &c.median);
    c.fill = c.median * c.sd + c.mean;
    for (size_t i = 0; i < m->n; i++)
        m->x[i * mk->room + m->d] = isnan(mk->values[i]) ? c.median : mk->values[i];
    m->columns[m->d++] = c;
    return true;
}

/* 1 where the cell is missing or unreadable. */
static void add_gaps(maker *mk, size_t column, const tw_column *cells) {
    if (tw_column_valid_count(cells) == tw_column_rows(cells) || tw_column_valid_count(cells) == 0)
        return;
    for (size_t i = 0; i < mk->m->n; i++)
        mk->values[i] = tw_column_is_value(cells, (int64_t)i) ? 0 : 1;
    add_column(mk, (tw_strange_column){.kind = TW_STRANGE_GAP, .column = column});
}

static void add_numbers(maker *mk, size_t column, const tw_column *cells) {
    tw_column_copy_f64(cells, mk->values);
    tame_infinities(mk->values, mk->m->n);
    add_column(mk, (tw_strange_column){.kind = TW_STRANGE_NUMBER, .column = column});
    add_gaps(mk, column, cells);
}

/* Texts of which most occur once say nothing about a row. */
static bool repeats(const tw_factor *f, size_t n) {
    return f->levels >= 2 && (size_t)f->levels * 2 <= n;
}

static void add_levels(maker *mk, size_t column, const tw_column *cells) {
    const tw_factor *f = NULL;
    size_t n = mk->m->n;
    if (tw_column_factor(cells, 1 << 20, &f, NULL) || !repeats(f, n))
        return;
    double there = (double)tw_column_valid_count(cells);
    for (size_t i = 0; i < n; i++)
        mk->values[i] =
            f->codes[i] == TW_NO_CODE ? (double)NAN : -log((double)f->counts[f->codes[i]] / there);
    add_column(mk, (tw_strange_column){.kind = TW_STRANGE_LEVEL, .column = column, .levels = f});
    add_gaps(mk, column, cells);
}

static bool is_wanted(const tw_field *field) {
    return field->role != TW_AS_ID && field->role != TW_AS_IGNORE && field->role != TW_AS_TEXT;
}

/* Close the gaps that columns left out have left between the rows. */
static void close_ranks(tw_strange_matrix *m, size_t room) {
    for (size_t i = 1; i < m->n && m->d < room; i++)
        memmove(m->x + i * m->d, m->x + i * room, m->d * sizeof *m->x);
}

static enum tw_rc fill(maker *mk, const int *columns, size_t n_columns, bool named, tw_task *task,
                       tw_error *err) {
    const tw_table *table = mk->m->table;
    for (size_t i = 0; i < n_columns; i++) {
        size_t c = columns ? (size_t)columns[i] : i;
        const tw_field *field = tw_table_field(table, c);
        enum tw_rc rc = tw_task_check(task, err);
        if (rc)
            return rc;
        if (!named && !is_wanted(field))
            continue;
        const tw_column *cells = tw_table_column(table, c);
        if (tw_type_ops_of(field->type)->is_ordered_scale)
            add_numbers(mk, c, cells);
        else
            add_levels(mk, c, cells);
    }
    if (mk->m->d == 0)
        return tw_fail(
            err, TW_EDATA,
            "cannot score rows: no column given varies; name columns of numbers or categories");
    close_ranks(mk->m, mk->room);
    return TW_OK;
}

enum tw_rc tw_strange_make(const tw_table *table, const int *columns, size_t n_columns,
                           tw_task *task, tw_strange_matrix *out, tw_error *err) {
    size_t width = columns ? n_columns : tw_table_width(table), size;
    tw_strange_matrix m = {.n = (size_t)tw_table_rows(table), .table = table};
    maker mk = {.m = &m, .room = 2 * width};
    if (!tw_mul(m.n, mk.room, &size))
        return tw_fail_memory(err);
    m.x = tw_calloc(size, sizeof *m.x);
    m.columns = tw_calloc(mk.room, sizeof *m.columns);
    mk.values = tw_calloc(m.n, sizeof *mk.values);
    mk.copy = tw_calloc(m.n, sizeof *mk.copy);
    enum tw_rc rc = m.x && m.columns && mk.values && mk.copy
                        ? fill(&mk, columns, width, columns != NULL, task, err)
                        : tw_fail_memory(err);
    free(mk.values);
    free(mk.copy);
    if (rc)
        tw_strange_fini(&m);
    else
        *out = m;
    return rc;
}
