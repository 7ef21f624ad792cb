/* Numbers are taken once as doubles of the rows looked at; each kind of relation is a predicate
 * over two or three of them. Sums and products of three columns are tried on 256 rows, and only
 * what holds there is counted in full. */
#include "profile/relation.h"

#include <math.h>

#include "stat/select.h"

enum { TRIED = 256, MOST_COLUMNS = 40, LEAST_ROWS = 10, MOST_TRIPLES = 24 };
#define HOLDS 0.98
#define CLOSE 5e-3 /* of sums and products, relative */
#define EXACT 1e-9

typedef struct numbers {
    size_t column;           /* of the table */
    double *x;               /* per row looked at, NaN = none */
    double low, high, scale; /* quartiles; largest magnitude */
    bool constant;
    enum tw_type type;
} numbers;

typedef struct finder {
    const tw_table *table;
    const tw_texts *t;
    numbers *of;
    size_t n;
    tw_doc *list;
} finder;

typedef bool (*relation_fn)(double a, double b, double c, double parameter);

static double tolerance(double a, double relative) {
    return relative * fabs(a) + 1e-12;
}

static bool is_at_most(double a, double b, double c, double parameter) {
    (void)c;
    (void)parameter;
    return a <= b;
}

static bool differs_by(double a, double b, double c, double difference) {
    (void)c;
    return fabs(a - b - difference) <= tolerance(fmax(fabs(a), fabs(b)), EXACT);
}

static bool has_ratio(double a, double b, double c, double ratio) {
    (void)c;
    return fabs(a - b * ratio) <= tolerance(a, 1e-6);
}

static bool is_sum(double a, double b, double c, double parameter) {
    (void)parameter;
    return fabs(a - b - c) <= tolerance(a, CLOSE);
}

static bool is_product(double a, double b, double c, double parameter) {
    (void)parameter;
    return fabs(a - b * c) <= tolerance(a, CLOSE);
}

/* Share of the complete rows, of every step-th row, that satisfy fn; *n = complete rows looked at.
 */
static double share(const finder *f, relation_fn fn, const numbers *a, const numbers *b,
                    const numbers *c, double parameter, size_t step, int64_t *n) {
    int64_t good = 0;
    *n = 0;
    for (size_t i = 0; i < f->t->n; i += step) {
        double third = c ? c->x[i] : 0;
        if (isnan(a->x[i]) || isnan(b->x[i]) || isnan(third))
            continue;
        ++*n;
        good += fn(a->x[i], b->x[i], third, parameter);
    }
    return *n ? (double)good / (double)*n : 0;
}

static bool report(finder *f, const char *kind, const numbers *const *columns, size_t n_columns,
                   double holds, int64_t n) {
    tw_doc *one = tw_doc_map(), *names = tw_doc_list();
    if (tw_doc_count(f->list) >= TW_RELATIONS_MOST) {
        tw_doc_free(one);
        tw_doc_free(names);
        return true;
    }
    for (size_t i = 0; i < n_columns; i++)
        tw_doc_add(names, tw_doc_c(tw_table_field(f->table, columns[i]->column)->name));
    tw_doc_set(one, "kind", tw_doc_c(kind));
    tw_doc_set(one, "columns", names);
    tw_doc_set(one, "holds", tw_doc_number(holds));
    tw_doc_set(one, "n", tw_doc_int(n));
    return tw_doc_add(f->list, one);
}

/* Try on a few rows, count on all; true when reported. */
static bool look_for(finder *f, const char *kind, relation_fn fn, const numbers *a,
                     const numbers *b, const numbers *c, double parameter) {
    const numbers *columns[3] = {a, b, c};
    size_t step = f->t->n / TRIED + 1;
    int64_t n;
    if (share(f, fn, a, b, c, parameter, step, &n) < HOLDS - 0.03 || n < LEAST_ROWS)
        return false;
    double holds = share(f, fn, a, b, c, parameter, 1, &n);
    return holds >= HOLDS && report(f, kind, columns, c ? 3 : 2, holds, n);
}

/* Median of a - b or a / b over the rows tried. */
static double typical(const finder *f, const numbers *a, const numbers *b, bool ratio) {
    double v[TRIED + 1];
    size_t n = 0, step = f->t->n / TRIED + 1;
    for (size_t i = 0; i < f->t->n && n < TRIED; i += step) {
        double x = ratio ? a->x[i] / b->x[i] : a->x[i] - b->x[i];
        if (isfinite(x))
            v[n++] = x;
    }
    return n ? tw_median(v, n) : (double)NAN;
}

static bool is_moment(enum tw_type type) {
    return type == TW_DATE || type == TW_DATETIME || type == TW_TIME;
}

static bool comparable(const numbers *a, const numbers *b) {
    return a->type == b->type || (!is_moment(a->type) && !is_moment(b->type));
}

/* Two columns: equal or shifted, scaled, ordered; one relation a pair, the strongest. */
static void look_at_pair(finder *f, const numbers *a, const numbers *b) {
    if (!comparable(a, b) || a->constant || b->constant)
        return;
    double difference = typical(f, a, b, false), ratio = typical(f, a, b, true);
    bool equal = fabs(difference) <= tolerance(a->scale, EXACT);
    if (look_for(f, equal ? "equal" : "difference", differs_by, a, b, NULL, equal ? 0 : difference))
        return;
    bool scaled = !is_moment(a->type) && isfinite(ratio) && fabs(ratio) > 0 &&
                  look_for(f, "ratio", has_ratio, a, b, NULL, ratio);
    if (scaled || a->low > b->high || b->low > a->high) /* ranges apart: order is no news */
        return;
    if (!look_for(f, "order", is_at_most, a, b, NULL, 0))
        look_for(f, "order", is_at_most, b, a, NULL, 0);
}

static void look_at_triple(finder *f, const numbers *a, const numbers *b, const numbers *c) {
    if (is_moment(a->type) || is_moment(b->type) || is_moment(c->type) || a->constant ||
        b->constant || c->constant)
        return;
    if (look_for(f, "sum", is_sum, a, b, c, 0))
        return;
    look_for(f, "product", is_product, a, b, c, 0);
}

static void look_at_rows(finder *f, const numbers *a) {
    int64_t good = 0, n = 0;
    if (f->t->rows || isnan(a->x[0]))
        return; /* a sample has no row numbers of its own */
    for (size_t i = 0; i < f->t->n; i++) {
        n += !isnan(a->x[i]);
        good += tw_same_f64(a->x[i], a->x[0] + (double)i);
    }
    if (n >= LEAST_ROWS && (double)good >= HOLDS * (double)n)
        report(f, "row-number", &a, 1, (double)good / (double)n, n);
}

static bool take_numbers(finder *f, size_t column) {
    const tw_column *cells = tw_table_column(f->table, column);
    numbers v = {
        .column = column, .type = tw_column_type(cells), .x = tw_calloc(f->t->n, sizeof *v.x)};
    double *copy = tw_calloc(f->t->n, sizeof *copy), quartiles[2];
    static const double levels[2] = {0.25, 0.75};
    size_t n = 0;
    for (size_t i = 0; v.x && copy && i < f->t->n; i++) {
        v.x[i] = tw_column_number(cells, tw_texts_row(f->t, i));
        if (isnan(v.x[i]))
            continue;
        v.scale = fmax(v.scale, fabs(v.x[i]));
        copy[n++] = v.x[i];
    }
    bool good = v.x && copy;
    if (good && n) {
        tw_quantiles(copy, n, levels, 2, quartiles);
        v.low = quartiles[0];
        v.high = quartiles[1];
        double least = tw_nth(copy, n, 0), most = tw_nth(copy, n, n - 1);
        v.constant = !(least < most);
    }
    free(copy);
    if (!good || n < LEAST_ROWS)
        free(v.x);
    else
        f->of[f->n++] = v;
    return good;
}

static enum tw_rc look(finder *f, tw_task *task, tw_error *err) {
    for (size_t a = 0; a < f->n; a++) {
        enum tw_rc rc = tw_task_check(task, err);
        if (rc)
            return rc;
        look_at_rows(f, &f->of[a]);
        for (size_t b = a + 1; b < f->n; b++)
            look_at_pair(f, &f->of[a], &f->of[b]);
        for (size_t b = 0; b < f->n && f->n <= MOST_TRIPLES; b++)
            for (size_t c = b; c < f->n; c++)
                if (a != b && a != c)
                    look_at_triple(f, &f->of[a], &f->of[b], &f->of[c]);
    }
    return TW_OK;
}

/* Text whose values repeat. */
static bool is_named(const finder *f, size_t column) {
    uint32_t levels = f->t->columns[column].levels;
    return levels >= 2 && levels != f->t->n && tw_table_field(f->table, column)->type == TW_TEXT;
}

/* Columns of text with the same levels in the same rows under other names. */
static void look_at_texts(finder *f) {
    for (size_t a = 0; a < f->t->width; a++)
        for (size_t b = a + 1; b < f->t->width && is_named(f, a); b++) {
            const tw_texts_column *x = &f->t->columns[a], *y = &f->t->columns[b];
            if (x->levels != y->levels || !is_named(f, b))
                continue;
            bool same = true,
                 equal = true; /* levels are numbered by first appearance on both sides */
            for (size_t i = 0; same && i < f->t->n; i++)
                same = x->codes[i] == y->codes[i];
            for (uint32_t l = 0; same && equal && l < x->levels; l++)
                equal = tw_str_eq(x->values[l], y->values[l]);
            numbers of_a = {.column = a}, of_b = {.column = b};
            const numbers *pair[2] = {&of_a, &of_b};
            if (same)
                report(f, equal ? "equal" : "one-to-one", pair, 2, 1, (int64_t)f->t->n);
        }
}

enum tw_rc tw_relations(const tw_table *table, const tw_texts *texts, tw_task *task, tw_doc **out,
                        size_t *taken, size_t *columns, tw_error *err) {
    finder f = {.table = table, .t = texts, .list = tw_doc_list()};
    f.of = tw_calloc(MOST_COLUMNS, sizeof *f.of);
    enum tw_rc rc = f.of && f.list ? TW_OK : tw_fail_memory(err);
    *columns = *taken = 0;
    for (size_t c = 0; !rc && c < texts->width && texts->n >= LEAST_ROWS; c++) {
        enum tw_type type = tw_table_field(table, c)->type;
        if (!tw_type_ops_of(type)->is_ordered_scale || type == TW_BOOLEAN)
            continue;
        ++*columns;
        if (f.n == MOST_COLUMNS)
            continue;
        ++*taken;
        if (!take_numbers(&f, c))
            rc = tw_fail_memory(err);
    }
    if (!rc)
        rc = look(&f, task, err);
    if (!rc)
        look_at_texts(&f);
    for (size_t i = 0; i < f.n; i++)
        free(f.of[i].x);
    free(f.of);
    if (rc)
        tw_doc_free(f.list);
    else
        *out = f.list;
    return rc;
}
