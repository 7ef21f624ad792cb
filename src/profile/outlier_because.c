/* Wording follows one rule: say what the value is, then against what it is held. A value that is
 * far out by itself is held against the median; one that is odd only beside the others is said to
 * be so, with its own percentile. */
#include "profile/outlier_because.h"

#include <math.h>

#include "stat/select.h"
#include "stat/sort.h"

enum { GRID = 101, MENTIONED = 2, LEAST_ROWS = 20 };
#define FAR 3.5
#define NOTABLE 2.0
#define SHARE 0.05

typedef struct teller {
    const tw_strange_matrix *m;
    const tw_robust_fit *fit; /* NULL or projected: distances to the medians are used */
    double *grids;            /* percentiles of each matrix column, d * GRID */
    double *away, *pull;      /* d each */
    tw_buf text, cell;
} teller;

static const double *row_of(const teller *t, size_t row) {
    return t->m->x + row * t->m->d;
}

static enum tw_rc fill_grids(teller *t, tw_task *task, tw_error *err) {
    size_t n = t->m->n;
    double *x = tw_calloc(n, sizeof *x);
    enum tw_rc rc = x ? TW_OK : tw_fail_memory(err);
    for (size_t j = 0; !rc && j < t->m->d; j++) {
        for (size_t i = 0; i < n; i++)
            x[i] = t->m->x[i * t->m->d + j];
        if (!tw_sort_f64(x, n))
            rc = tw_fail_memory(err);
        for (size_t g = 0; !rc && g < GRID; g++)
            t->grids[j * GRID + g] = x[(n - 1) * g / (GRID - 1)];
        rc = rc ? rc : tw_task_check(task, err);
    }
    free(x);
    return rc;
}

static int percentile(const teller *t, size_t j, double x) {
    const double *grid = t->grids + j * GRID;
    int below = 0, upto = 0;
    for (int g = 0; g < GRID; g++) {
        below += grid[g] < x;
        upto += grid[g] <= x;
    }
    int p = (below + upto) / 2;
    return TW_MAX(1, TW_MIN(p, 99));
}

static const char *ordinal(int n) {
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    bool teen = n % 100 >= 11 && n % 100 <= 13;
    return n % 10 <= 3 && !teen ? ends[n % 10] : ends[0];
}

/* How much each column parts the row from the others: into pull. */
static void weigh(teller *t, size_t row) {
    const tw_strange_matrix *m = t->m;
    const double *x = row_of(t, row);
    bool given = t->fit && t->fit->inverse;
    for (size_t j = 0; j < m->d; j++)
        t->away[j] = x[j] - (given ? t->fit->mean[j] : m->columns[j].median);
    for (size_t j = 0; j < m->d; j++) {
        double sum = 0;
        if (given) {
            for (size_t k = 0; k < m->d; k++)
                sum += t->fit->inverse[j * m->d + k] * t->away[k];
            t->pull[j] = fabs(sum) / sqrt(t->fit->inverse[j * m->d + j]);
        } else {
            t->pull[j] = fabs(t->away[j]) / m->columns[j].mad;
        }
    }
}

static void add_value(teller *t, const tw_cell *cell, const tw_format *format) {
    tw_buf_clear(&t->cell);
    tw_cell_write(cell, format, &t->cell);
    tw_str text = tw_buf_view(&t->cell);
    bool quoted = cell->type == TW_TEXT;
    bool cut = text.n > 40;
    while (cut && text.n > 40)
        text.n = text.n > 43 ? 40 : text.n - 1;
    while (cut && text.n > 0 && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
        text.n--;
    tw_buf_printf(&t->text, "%s%.*s%s%s", quoted ? "'" : "", TW_ARG(text), cut ? "…" : "",
                  quoted ? "'" : "");
}

/* The median as the column writes its values, at most six significant digits. */
static void add_median(teller *t, const tw_strange_column *c, const tw_field *field) {
    double median = c->fill, size = fabs(median) > 0 ? floor(log10(fabs(median))) : 0;
    tw_cell cell;
    if (field->type == TW_FLOAT && fabs(size) < 15)
        median = tw_round_to(median, 5 - (int)size);
    if (tw_type_ops_of(field->type)->from_f64(median, &cell))
        add_value(t, &cell, &field->format);
}

static void tell_number(teller *t, size_t row, size_t j) {
    const tw_strange_column *c = &t->m->columns[j];
    const tw_field *field = tw_table_field(t->m->table, c->column);
    double x = row_of(t, row)[j], z = (x - c->median) / c->mad;
    tw_cell cell = tw_column_cell(tw_table_column(t->m->table, c->column), (int64_t)row);
    if (cell.state != TW_VALUE) {
        tw_buf_printf(&t->text,
                      "%s is missing where the other columns suggest another value than the median",
                      field->name);
        return;
    }
    tw_buf_printf(&t->text, "%s = ", field->name);
    add_value(t, &cell, &field->format);
    if (fabs(z) > FAR) {
        tw_buf_printf(&t->text, " is far %s the others (median ", z > 0 ? "above" : "below");
        add_median(t, c, field);
        tw_buf_c(&t->text, ")");
    } else {
        int p = percentile(t, j, x);
        tw_buf_printf(&t->text, " is unusual given the other columns (alone the %d%s percentile)",
                      p, ordinal(p));
    }
}

static void tell_level(teller *t, size_t row, size_t j) {
    const tw_strange_column *c = &t->m->columns[j];
    const tw_field *field = tw_table_field(t->m->table, c->column);
    uint32_t code = c->levels->codes[row];
    if (code == TW_NO_CODE) {
        tw_buf_printf(&t->text, "%s is missing", field->name);
        return;
    }
    tw_cell cell = tw_column_cell(tw_table_column(t->m->table, c->column), (int64_t)row);
    tw_buf_printf(&t->text, "%s = ", field->name);
    add_value(t, &cell, &field->format);
    tw_buf_printf(&t->text, " stands in %lld of %zu rows", (long long)c->levels->counts[code],
                  t->m->n);
}

static void tell_gap(teller *t, size_t j) {
    const tw_strange_column *c = &t->m->columns[j];
    const tw_column *cells = tw_table_column(t->m->table, c->column);
    long long gaps = (long long)(tw_column_rows(cells) - tw_column_valid_count(cells));
    tw_buf_printf(&t->text, "%s is missing (in %lld of %zu rows)",
                  tw_table_field(t->m->table, c->column)->name, gaps, t->m->n);
}

static void tell_column(teller *t, size_t row, size_t j) {
    switch (t->m->columns[j].kind) {
    case TW_STRANGE_NUMBER:
        tell_number(t, row, j);
        break;
    case TW_STRANGE_LEVEL:
        tell_level(t, row, j);
        break;
    case TW_STRANGE_GAP:
        tell_gap(t, j);
        break;
    }
}

static char *tell(teller *t, size_t row) {
    tw_buf_clear(&t->text);
    weigh(t, row);
    for (int k = 0; k < MENTIONED; k++) {
        size_t best = 0;
        for (size_t j = 1; j < t->m->d; j++)
            if (t->pull[j] > t->pull[best])
                best = j;
        bool is_gap = t->m->columns[best].kind == TW_STRANGE_GAP && row_of(t, row)[best] < 0;
        if (k > 0 && (t->pull[best] < NOTABLE || is_gap))
            break;
        tw_buf_c(&t->text, k ? "; " : "");
        tell_column(t, row, best);
        t->pull[best] = -1;
    }
    return tw_str_dup(tw_buf_view(&t->text));
}

/* Score from which rows get words. */
static double edge_of(const double *score, size_t n) {
    double *copy = tw_calloc(n, sizeof *copy);
    if (!copy)
        return INFINITY;
    size_t most = TW_MAX((size_t)((double)n * SHARE), TW_MIN((size_t)LEAST_ROWS, n));
    memcpy(copy, score, n * sizeof *copy);
    double edge = tw_nth(copy, n, n - most);
    free(copy);
    return edge;
}

static enum tw_rc tell_rows(teller *t, const double *score, tw_task *task, char **because,
                            tw_error *err) {
    double edge = edge_of(score, t->m->n);
    for (size_t i = 0; i < t->m->n; i++) {
        if (!(score[i] >= edge))
            continue;
        because[i] = tell(t, i);
        if (!because[i])
            return tw_fail_memory(err);
        if (i % 1024 == 0 && tw_task_cancelled(task))
            return tw_task_check(task, err);
    }
    return TW_OK;
}

enum tw_rc tw_outlier_because(const tw_strange_matrix *m, const tw_robust_fit *fit,
                              const double *score, tw_task *task, char **because, tw_error *err) {
    teller t = {.m = m, .fit = fit};
    tw_buf_init(&t.text, 1 << 16);
    tw_buf_init(&t.cell, TW_BUF_MAX);
    t.grids = tw_calloc(m->d * GRID, sizeof *t.grids);
    t.away = tw_calloc(m->d, sizeof *t.away);
    t.pull = tw_calloc(m->d, sizeof *t.pull);
    enum tw_rc rc = t.grids && t.away && t.pull ? fill_grids(&t, task, err) : tw_fail_memory(err);
    if (!rc)
        rc = tell_rows(&t, score, task, because, err);
    tw_buf_fini(&t.text);
    tw_buf_fini(&t.cell);
    free(t.grids);
    free(t.away);
    free(t.pull);
    return rc;
}
