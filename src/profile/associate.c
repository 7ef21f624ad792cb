/* Columns are taken once, as doubles with their order and ten bins or as codes; pairs are shared
 * out over the pool and their figures stand by pair, so that the list does not depend on threads.
 * Very wide tables keep to the first columns that take part. */
#include "profile/associate.h"

#include <math.h>

#include "stat/association.h"
#include "stat/sort.h"

enum { MOST_COLUMNS = 80, MOST_LEVELS = 200, BINS = 10, KENDALL_ROWS = 5000, FIGURES = 4 };

typedef struct taken {
    size_t column;
    double *x;       /* numbers; NULL = a category */
    uint32_t *order; /* of the numbers */
    uint32_t *codes; /* of the category, or of the bins */
    uint32_t levels;
} taken;

typedef struct figure {
    const char *measure;
    double value;
    int64_t n;
    bool turned; /* b tells about a */
} figure;

typedef struct pair_job {
    const tw_texts *t;
    const taken *of;
    size_t n;
    figure *figures; /* FIGURES * pairs */
    uint32_t (*pairs)[2];
} pair_job;

static bool take_number(taken *out, const tw_column *cells, const tw_texts *t) {
    out->x = tw_calloc(t->n, sizeof *out->x);
    out->order = tw_calloc(t->n, sizeof *out->order);
    out->codes = tw_calloc(t->n, sizeof *out->codes);
    if (!out->x || !out->order || !out->codes)
        return false;
    for (size_t i = 0; i < t->n; i++)
        out->x[i] = tw_column_number(cells, tw_texts_row(t, i));
    out->levels = BINS;
    return tw_argsort_f64(out->x, t->n, out->order) && tw_rank_bins(out->x, t->n, BINS, out->codes);
}

/* Codes of values; missing and unreadable cells take no part. */
static bool take_category(taken *out, const tw_texts_column *c, size_t n) {
    out->codes = tw_calloc(n, sizeof *out->codes);
    out->levels = c->levels;
    for (size_t i = 0; out->codes && i < n; i++)
        out->codes[i] = c->states[c->codes[i]] == TW_VALUE ? c->codes[i] : TW_NO_LEVEL;
    return out->codes != NULL;
}

static bool take_columns(const tw_table *table, const tw_texts *t, taken *of, size_t *n,
                         size_t *columns) {
    bool good = true;
    for (size_t c = 0; good && c < t->width; c++) {
        enum tw_type type = tw_table_field(table, c)->type;
        bool number = tw_type_ops_of(type)->is_ordered_scale && type != TW_BOOLEAN;
        uint32_t levels = t->columns[c].levels;
        if (levels < 2 || (!number && levels > MOST_LEVELS))
            continue;
        if (++*columns > MOST_COLUMNS)
            continue;
        of[*n].column = c;
        good = number ? take_number(&of[*n], tw_table_column(table, c), t)
                      : take_category(&of[*n], &t->columns[c], t->n);
        ++*n;
    }
    return good;
}

static bool of_numbers(const taken *a, const taken *b, size_t n, figure *out) {
    int64_t pairs = 0;
    double pearson = tw_pearson(a->x, b->x, n, &pairs), rank = NAN, tau = NAN;
    tw_crosstab table;
    if (!tw_spearman_ordered(a->x, a->order, b->x, b->order, n, &rank, NULL) ||
        (n <= KENDALL_ROWS && !tw_kendall(a->x, b->x, n, &tau, NULL)) ||
        !tw_crosstab_make(a->codes, a->levels, b->codes, b->levels, n, &table))
        return false;
    out[0] = (figure){"pearson", pearson, pairs, false};
    out[1] = (figure){"spearman", rank, pairs, false};
    out[2] = (figure){"kendall", tau, pairs, false};
    out[3] = (figure){"mutual_information", tw_mutual_information(&table), pairs, false};
    tw_crosstab_fini(&table);
    return true;
}

static bool of_categories(const taken *a, const taken *b, size_t n, figure *out) {
    tw_crosstab there, back;
    if (!tw_crosstab_make(a->codes, a->levels, b->codes, b->levels, n, &there))
        return false;
    bool good = tw_crosstab_make(b->codes, b->levels, a->codes, a->levels, n, &back);
    if (good) {
        out[0] = (figure){"cramers_v", tw_cramers_v(&there), there.n, false};
        out[1] = (figure){"theils_u", tw_theils_u(&there), there.n, false};
        out[2] = (figure){"theils_u", tw_theils_u(&back), there.n, true};
        out[3] = (figure){"mutual_information", tw_mutual_information(&there), there.n, false};
        tw_crosstab_fini(&back);
    }
    tw_crosstab_fini(&there);
    return good;
}

static bool of_both(const taken *category, const taken *number, size_t n, bool turned,
                    figure *out) {
    double eta = NAN;
    int64_t pairs = 0;
    bool good = tw_correlation_ratio(category->codes, category->levels, number->x, n, &eta, &pairs);
    out[0] = (figure){"correlation_ratio", eta, pairs, turned};
    return good;
}

static enum tw_rc look_at_pair(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    pair_job *job = ctx;
    const taken *a = &job->of[job->pairs[i][0]], *b = &job->of[job->pairs[i][1]];
    figure *out = job->figures + i * FIGURES;
    size_t n = job->t->n;
    bool good = a->x && b->x     ? of_numbers(a, b, n, out)
                : !a->x && !b->x ? of_categories(a, b, n, out)
                : a->x           ? of_both(b, a, n, true, out)
                                 : of_both(a, b, n, false, out);
    return good ? TW_OK : tw_fail_memory(err);
}

static void list_figures(const tw_table *table, const pair_job *job, size_t pairs, tw_doc *list) {
    for (size_t i = 0; i < pairs * FIGURES; i++) {
        const figure *f = &job->figures[i];
        if (!f->measure || isnan(f->value))
            continue;
        const char *a = tw_table_field(table, job->of[job->pairs[i / FIGURES][0]].column)->name;
        const char *b = tw_table_field(table, job->of[job->pairs[i / FIGURES][1]].column)->name;
        tw_doc *one = tw_doc_map();
        tw_doc_set(one, "a", tw_doc_c(f->turned ? b : a));
        tw_doc_set(one, "b", tw_doc_c(f->turned ? a : b));
        tw_doc_set(one, "measure", tw_doc_c(f->measure));
        tw_doc_set(one, "value", tw_doc_number(f->value));
        tw_doc_set(one, "n", tw_doc_int(f->n));
        tw_doc_add(list, one);
    }
}

static enum tw_rc look_at_all(const tw_table *table, pair_job *job, tw_task *task, tw_doc *list,
                              tw_error *err) {
    size_t pairs = job->n * (job->n - 1) / 2, k = 0;
    job->figures = tw_calloc(pairs * FIGURES, sizeof *job->figures);
    job->pairs = tw_calloc(pairs, sizeof *job->pairs);
    if (!job->figures || !job->pairs)
        return tw_fail_memory(err);
    for (uint32_t a = 0; a < job->n; a++)
        for (uint32_t b = a + 1; b < job->n; b++, k++) {
            job->pairs[k][0] = a;
            job->pairs[k][1] = b;
        }
    enum tw_rc rc = tw_parallel_for(task, pairs, look_at_pair, job, err);
    if (!rc)
        list_figures(table, job, pairs, list);
    return rc;
}

enum tw_rc tw_associations(const tw_table *table, const tw_texts *texts, tw_task *task,
                           tw_doc **out, size_t *n_taken, size_t *columns, tw_error *err) {
    taken *of = tw_calloc(MOST_COLUMNS, sizeof *of);
    pair_job job = {.t = texts, .of = of};
    tw_doc *list = tw_doc_list();
    *columns = 0;
    bool good = of && list && take_columns(table, texts, of, &job.n, columns);
    enum tw_rc rc = good ? TW_OK : tw_fail_memory(err);
    *n_taken = job.n;
    if (!rc && job.n > 1)
        rc = look_at_all(table, &job, task, list, err);
    for (size_t i = 0; of && i < job.n; i++) {
        free(of[i].x);
        free(of[i].order);
        free(of[i].codes);
    }
    free(of);
    free(job.figures);
    free(job.pairs);
    if (rc)
        tw_doc_free(list);
    else
        *out = list;
    return rc;
}
