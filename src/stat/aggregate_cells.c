/* Figures that are cells of the group, or depend on their order or how often they occur: a row is
 * chosen for each group, or its cells are put side by side in one array of all groups. */
#include "stat/aggregate_impl.h"

#include <math.h>

#include "stat/moments.h"
#include "stat/select.h"

/* --- one row for each group --- */

static int64_t *no_rows(uint32_t n) {
    int64_t *rows = tw_calloc(n, sizeof *rows);
    for (uint32_t g = 0; rows && g < n; g++)
        rows[g] = -1;
    return rows;
}

static void first_rows(int64_t *rows, const uint32_t *of, const uint64_t *valid, size_t first,
                       size_t n) {
    for (size_t i = 0; i < n; i++)
        if (rows[of[i]] < 0 && tw_aggregate_valid(valid, i))
            rows[of[i]] = (int64_t)(first + i);
}

static void last_rows(int64_t *rows, const uint32_t *of, const uint64_t *valid, size_t first,
                      size_t n) {
    for (size_t i = 0; i < n; i++)
        if (tw_aggregate_valid(valid, i))
            rows[of[i]] = (int64_t)(first + i);
}

enum tw_rc tw_aggregate_end(tw_aggregation *a, tw_column **out, tw_error *err) {
    int64_t *rows = no_rows(a->groups->n);
    enum tw_rc rc =
        rows ? tw_aggregate_walk_valid(
                   a, (a->row->flags & TW_AGGREGATE_GREATEST) ? last_rows : first_rows, rows, err)
             : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_column_gather(a->cells, rows, a->groups->n, a->task, out, err);
    free(rows);
    return rc;
}

/* The extreme so far in each group: its row and value. */
typedef struct extreme {
    int64_t row;
    union {
        int64_t i;
        double f;
        tw_str s;
    };
} extreme;

static void extremes_f64(extreme *at, bool greatest, const uint32_t *of, const double *x,
                         size_t first, size_t n) {
    for (size_t i = 0; i < n; i++) {
        extreme *e = &at[of[i]];
        if (x[i] == x[i] && (e->row < 0 || (greatest ? x[i] > e->f : x[i] < e->f)))
            *e = (extreme){.row = (int64_t)(first + i), .f = x[i]};
    }
}

static void extremes_i64(extreme *at, bool greatest, const uint32_t *of, const int64_t *x,
                         const uint64_t *valid, size_t first, size_t n) {
    for (size_t i = 0; i < n; i++) {
        extreme *e = &at[of[i]];
        if (tw_aggregate_valid(valid, i) && (e->row < 0 || (greatest ? x[i] > e->i : x[i] < e->i)))
            *e = (extreme){.row = (int64_t)(first + i), .i = x[i]};
    }
}

static void extremes_text(extreme *at, bool greatest, const uint32_t *of, const tw_str *x,
                          const uint64_t *valid, size_t first, size_t n) {
    for (size_t i = 0; i < n; i++) {
        extreme *e = &at[of[i]];
        if (!tw_aggregate_valid(valid, i) || (e->row >= 0 && x[i].p == e->s.p && x[i].n == e->s.n))
            continue;
        int sign = e->row < 0 ? 0 : tw_str_cmp(x[i], e->s);
        if (e->row < 0 || (greatest ? sign > 0 : sign < 0))
            *e = (extreme){.row = (int64_t)(first + i), .s = x[i]};
    }
}

static enum tw_rc walk_extremes(const tw_aggregation *a, extreme *at, tw_error *err) {
    enum tw_type type = tw_column_type(a->cells);
    bool greatest = a->row->flags & TW_AGGREGATE_GREATEST;
    void *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof(tw_str));
    enum tw_rc rc = scratch ? TW_OK : tw_fail_memory(err);
    for (size_t c = 0; rc == TW_OK && c < tw_column_chunks(a->cells); c++) {
        size_t first = c * TW_CHUNK_ROWS, n = tw_column_chunk_rows(a->cells, c);
        const uint32_t *of = a->groups->of + first;
        const uint64_t *valid = tw_column_validity(a->cells, c);
        if (type == TW_TEXT)
            extremes_text(at, greatest, of, tw_column_texts(a->cells, c, scratch), valid, first, n);
        else if (type == TW_FLOAT)
            extremes_f64(at, greatest, of, tw_column_f64(a->cells, c, scratch), first, n);
        else
            extremes_i64(at, greatest, of, tw_column_i64(a->cells, c, scratch), valid, first, n);
        rc = tw_task_check(a->task, err);
    }
    free(scratch);
    return rc;
}

enum tw_rc tw_aggregate_extreme(tw_aggregation *a, tw_column **out, tw_error *err) {
    uint32_t n = a->groups->n;
    extreme *at = tw_calloc(n, sizeof *at);
    int64_t *rows = no_rows(n);
    enum tw_rc rc = at && rows ? TW_OK : tw_fail_memory(err);
    for (uint32_t g = 0; at && g < n; g++)
        at[g].row = -1;
    if (rc == TW_OK)
        rc = walk_extremes(a, at, err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++)
        rows[g] = at[g].row;
    if (rc == TW_OK)
        rc = tw_column_gather(a->cells, rows, n, a->task, out, err);
    free(at);
    free(rows);
    return rc;
}

/* --- the cells of each group side by side --- */

/* Where the cells of each group begin, and behind the last one; NULL when memory is out. */
static size_t *starts_of(const tw_grouping *groups) {
    size_t *start = tw_calloc((size_t)groups->n + 1, sizeof *start);
    for (uint32_t g = 0; start && g < groups->n; g++)
        start[g + 1] = start[g] + (size_t)groups->count[g];
    return start;
}

/* Cancel is asked for after each large group, and now and then among small ones. */
static enum tw_rc check_group(const tw_aggregation *a, uint32_t g, tw_error *err) {
    enum { LARGE = 1 << 14 };
    return g % 1024 == 0 || a->groups->count[g] > LARGE ? tw_task_check(a->task, err) : TW_OK;
}

/* The first n[g] places of group g are filled. */
typedef struct packing {
    double *x;
    size_t *start, *n;
} packing;

static void packing_fini(packing *p) {
    free(p->x);
    free(p->start);
    free(p->n);
}

static void pack_f64(void *state, const uint32_t *of, const double *x, size_t n) {
    const packing *p = state;
    for (size_t i = 0; i < n; i++)
        if (x[i] == x[i])
            p->x[p->start[of[i]] + p->n[of[i]]++] = x[i];
}

static enum tw_rc pack(const tw_aggregation *a, packing *p, tw_error *err) {
    p->x = tw_calloc((size_t)tw_column_rows(a->cells), sizeof *p->x);
    p->start = starts_of(a->groups);
    p->n = tw_calloc(a->groups->n, sizeof *p->n);
    if (!p->x || !p->start || !p->n)
        return tw_fail_memory(err);
    return tw_aggregate_walk(a, pack_f64, p, err);
}

static double figure_quantile(double *x, size_t n, double level) {
    double out;
    tw_quantiles(x, n, &level, 1, &out);
    return out;
}
static double figure_mad(double *x, size_t n, double level) {
    double median;
    (void)level;
    return tw_mad(x, n, &median);
}

static double figure_skew(double *x, size_t n, double level) {
    tw_moments m = TW_MOMENTS_NONE;
    (void)level;
    tw_moments_add(&m, x, n);
    return tw_moments_skew(&m);
}
static double figure_kurtosis(double *x, size_t n, double level) {
    tw_moments m = TW_MOMENTS_NONE;
    (void)level;
    tw_moments_add(&m, x, n);
    return tw_moments_kurtosis(&m);
}

static enum tw_rc run_packed(tw_aggregation *a, double (*figure)(double *x, size_t n, double level),
                             tw_column **out, tw_error *err) {
    packing p = {0};
    double *x = tw_calloc(a->groups->n, sizeof *x);
    enum tw_rc rc = x ? pack(a, &p, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < a->groups->n; g++) {
        x[g] = p.n[g] ? figure(p.x + p.start[g], p.n[g], a->with.level) : (double)NAN;
        rc = check_group(a, g, err);
    }
    if (rc == TW_OK)
        rc = tw_aggregate_build(a, x, out, err);
    packing_fini(&p);
    free(x);
    return rc;
}

enum tw_rc tw_aggregate_quantile(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_packed(a, figure_quantile, out, err);
}
enum tw_rc tw_aggregate_median(tw_aggregation *a, tw_column **out, tw_error *err) {
    a->with.level = 0.5;
    return run_packed(a, figure_quantile, out, err);
}
enum tw_rc tw_aggregate_mad(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_packed(a, figure_mad, out, err);
}
enum tw_rc tw_aggregate_skew(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_packed(a, figure_skew, out, err);
}
enum tw_rc tw_aggregate_kurtosis(tw_aggregation *a, tw_column **out, tw_error *err) {
    return run_packed(a, figure_kurtosis, out, err);
}

/* --- how often values occur --- */

/* The codes of each group side by side, and a counter for each code. */
typedef struct coding {
    const tw_factor *factor;
    uint32_t *codes;
    size_t *start, *n;
    uint32_t *uses;
} coding;

static void coding_fini(coding *k) {
    free(k->codes);
    free(k->start);
    free(k->n);
    free(k->uses);
}

static enum tw_rc code(const tw_aggregation *a, coding *k, tw_error *err) {
    size_t rows = (size_t)tw_column_rows(a->cells);
    enum tw_rc rc = tw_column_factor_task(a->cells, 0, a->task, &k->factor, err);
    if (rc != TW_OK)
        return rc;
    k->codes = tw_calloc(rows, sizeof *k->codes);
    k->start = starts_of(a->groups);
    k->n = tw_calloc(a->groups->n, sizeof *k->n);
    k->uses = tw_calloc(k->factor->levels, sizeof *k->uses);
    if (!k->codes || !k->start || !k->n || !k->uses)
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows; i++) {
        uint32_t g = a->groups->of[i];
        if (k->factor->codes[i] != TW_NO_CODE)
            k->codes[k->start[g] + k->n[g]++] = k->factor->codes[i];
    }
    return tw_task_check(a->task, err);
}

/* Codes not met since the last time; leaves the counters at 0. */
static int64_t count_codes(const coding *k, uint32_t g) {
    const uint32_t *codes = k->codes + k->start[g];
    int64_t different = 0;
    for (size_t i = 0; i < k->n[g]; i++)
        different += k->uses[codes[i]]++ == 0;
    for (size_t i = 0; i < k->n[g]; i++)
        k->uses[codes[i]] = 0;
    return different;
}

/* A row that holds the most frequent value, of equally frequent ones the smallest; -1 = none. */
static int64_t mode_row(const tw_aggregation *a, const coding *k, uint32_t g) {
    const uint32_t *codes = k->codes + k->start[g];
    tw_cell best = {0};
    int64_t row = -1;
    uint32_t most = 0;
    for (size_t i = 0; i < k->n[g]; i++)
        k->uses[codes[i]]++;
    for (size_t i = 0; i < k->n[g]; i++) {
        uint32_t times = k->uses[codes[i]];
        k->uses[codes[i]] = 0;
        if (times == 0 || times < most)
            continue;
        tw_cell cell = tw_column_cell(a->cells, k->factor->first[codes[i]]);
        if (times == most && tw_cell_compare(&cell, &best) > 0)
            continue;
        best = cell;
        most = times;
        row = k->factor->first[codes[i]];
    }
    return row;
}

enum tw_rc tw_aggregate_distinct(tw_aggregation *a, tw_column **out, tw_error *err) {
    coding k = {0};
    uint32_t n = a->groups->n;
    int64_t *counts = tw_calloc(n, sizeof *counts);
    enum tw_rc rc = counts ? code(a, &k, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++) {
        counts[g] = count_codes(&k, g);
        rc = check_group(a, g, err);
    }
    if (rc == TW_OK)
        rc = tw_aggregate_build_counts(counts, n, out, err);
    coding_fini(&k);
    free(counts);
    return rc;
}

enum tw_rc tw_aggregate_mode(tw_aggregation *a, tw_column **out, tw_error *err) {
    coding k = {0};
    int64_t *rows = no_rows(a->groups->n);
    enum tw_rc rc = rows ? code(a, &k, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < a->groups->n; g++) {
        rows[g] = mode_row(a, &k, g);
        rc = check_group(a, g, err);
    }
    if (rc == TW_OK)
        rc = tw_column_gather(a->cells, rows, a->groups->n, a->task, out, err);
    coding_fini(&k);
    free(rows);
    return rc;
}
