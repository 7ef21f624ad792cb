/* The table of aggregates, and what their kernels share. There are three ways to a figure. Sums
 * walk the chunks once (a variance twice) with a small state for each group (aggregate_sums.c).
 * Extremes, first, last and mode only choose a row for each group, whose cells are then gathered:
 * type, format and dictionary come along, and texts need no code of their own. Quantiles and what
 * asks how often a value occurs first put the cells of each group side by side (both
 * aggregate_cells.c).
 *
 * Each figure is made by one thread; callers run several figures at once. */
#include "stat/aggregate_impl.h"

#include <math.h>

/* --- walking the cells --- */

enum tw_rc tw_aggregate_walk(const tw_aggregation *a, tw_aggregate_f64_fn fn, void *state,
                             tw_error *err) {
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    enum tw_rc rc = scratch ? TW_OK : tw_fail_memory(err);
    for (size_t c = 0; rc == TW_OK && c < tw_column_chunks(a->cells); c++) {
        fn(state, a->groups->of + c * TW_CHUNK_ROWS, tw_column_f64(a->cells, c, scratch),
           tw_column_chunk_rows(a->cells, c));
        rc = tw_task_check(a->task, err);
    }
    free(scratch);
    return rc;
}

enum tw_rc tw_aggregate_walk_valid(const tw_aggregation *a, tw_aggregate_valid_fn fn,
                                   int64_t *state, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; rc == TW_OK && c < tw_column_chunks(a->cells); c++) {
        size_t first = c * TW_CHUNK_ROWS;
        fn(state, a->groups->of + first, tw_column_validity(a->cells, c), first,
           tw_column_chunk_rows(a->cells, c));
        rc = tw_task_check(a->task, err);
    }
    return rc;
}

/* --- columns of figures --- */

enum tw_rc tw_aggregate_build(tw_aggregation *a, const double *x, tw_column **out, tw_error *err) {
    tw_builder *b = NULL;
    enum tw_type type = tw_aggregate_type(a->row, tw_column_type(a->cells));
    enum tw_rc rc = tw_builder_new(type, NULL, &b, err);
    for (uint32_t g = 0; rc == TW_OK && g < a->groups->n; g++) {
        a->overflows += isinf(x[g]) != 0;
        rc = tw_builder_f64(b, isinf(x[g]) ? (double)NAN : x[g], err);
    }
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    return rc;
}

enum tw_rc tw_aggregate_build_counts(const int64_t *counts, uint32_t n, tw_column **out,
                                     tw_error *err) {
    tw_builder *b = NULL;
    enum tw_rc rc = tw_builder_new(TW_INTEGER, NULL, &b, err);
    for (uint32_t g = 0; rc == TW_OK && g < n; g++)
        rc = tw_builder_i64(b, counts[g], err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    return rc;
}

/* --- counting --- */

static void count_values(int64_t *counts, const uint32_t *of, const uint64_t *valid, size_t first,
                         size_t n) {
    (void)first;
    for (size_t i = 0; i < n; i++)
        counts[of[i]] += tw_aggregate_valid(valid, i);
}

static enum tw_rc count(tw_aggregation *a, tw_column **out, tw_error *err) {
    uint32_t n = a->groups->n;
    if (!a->cells)
        return tw_aggregate_build_counts(a->groups->count, n, out, err);
    int64_t *counts = tw_calloc(n, sizeof *counts);
    enum tw_rc rc =
        counts ? tw_aggregate_walk_valid(a, count_values, counts, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_aggregate_build_counts(counts, n, out, err);
    free(counts);
    return rc;
}

static void count_true(void *state, const uint32_t *of, const double *x, size_t n) {
    int64_t *counts = state;
    for (size_t i = 0; i < n; i++)
        counts[of[i]] += x[i] > 0;
}

static enum tw_rc count_if(tw_aggregation *a, tw_column **out, tw_error *err) {
    int64_t *counts = tw_calloc(a->groups->n, sizeof *counts);
    enum tw_rc rc = counts ? tw_aggregate_walk(a, count_true, counts, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_aggregate_build_counts(counts, a->groups->n, out, err);
    free(counts);
    return rc;
}

/* --- the table --- */

/* Names that other languages give to the same figure are rows of their own, so that a column keeps
 * the name it was asked for by. */
/* clang-format off */
static const tw_aggregate aggregates[] = {
    {"count", TW_TAKES_ANY, TW_GIVES_INTEGER, count, TW_AGGREGATE_COUNTS_ROWS},
    {"count_if", TW_TAKES_TRUTH, TW_GIVES_INTEGER, count_if, 0},
    {"count_distinct", TW_TAKES_ANY, TW_GIVES_INTEGER, tw_aggregate_distinct, 0},
    {"n_distinct", TW_TAKES_ANY, TW_GIVES_INTEGER, tw_aggregate_distinct, 0},
    {"sum", TW_TAKES_NUMBERS, TW_GIVES_SUM, tw_aggregate_sum, 0},
    {"mean", TW_TAKES_SCALES, TW_GIVES_SCALE, tw_aggregate_mean, 0},
    {"avg", TW_TAKES_SCALES, TW_GIVES_SCALE, tw_aggregate_mean, 0},
    {"median", TW_TAKES_SCALES, TW_GIVES_SCALE, tw_aggregate_median, 0},
    {"quantile", TW_TAKES_SCALES, TW_GIVES_SCALE, tw_aggregate_quantile, TW_AGGREGATE_HAS_LEVEL},
    {"min", TW_TAKES_ANY, TW_GIVES_SAME, tw_aggregate_extreme, 0},
    {"max", TW_TAKES_ANY, TW_GIVES_SAME, tw_aggregate_extreme, TW_AGGREGATE_GREATEST},
    {"sd", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_sd, 0},
    {"stddev", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_sd, 0},
    {"var", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_variance, 0},
    {"variance", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_variance, 0},
    {"mad", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_mad, 0},
    {"skew", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_skew, 0},
    {"kurtosis", TW_TAKES_NUMBERS, TW_GIVES_FLOAT, tw_aggregate_kurtosis, 0},
    {"mode", TW_TAKES_ANY, TW_GIVES_SAME, tw_aggregate_mode, 0},
    {"first", TW_TAKES_ANY, TW_GIVES_SAME, tw_aggregate_end, 0},
    {"last", TW_TAKES_ANY, TW_GIVES_SAME, tw_aggregate_end, TW_AGGREGATE_GREATEST},
    {"string_agg", TW_TAKES_TEXT, TW_GIVES_SAME, tw_aggregate_join, TW_AGGREGATE_HAS_SEPARATOR},
    {"any", TW_TAKES_TRUTH, TW_GIVES_SAME, tw_aggregate_extreme, TW_AGGREGATE_GREATEST},
    {"all", TW_TAKES_TRUTH, TW_GIVES_SAME, tw_aggregate_extreme, 0},
};

const tw_aggregate *tw_aggregate_at(size_t i) {
    return i < TW_COUNT(aggregates) ? &aggregates[i] : NULL;
}

const tw_aggregate *tw_aggregate_find(tw_str name) {
    for (size_t i = 0; i < TW_COUNT(aggregates); i++)
        if (tw_str_eq_nocase(name, tw_str_c(aggregates[i].name)))
            return &aggregates[i];
    return NULL;
}

const char *tw_aggregate_name(const tw_aggregate *aggregate) {
    return aggregate->name;
}
bool tw_aggregate_counts_rows(const tw_aggregate *aggregate) {
    return aggregate->flags & TW_AGGREGATE_COUNTS_ROWS;
}
bool tw_aggregate_has_level(const tw_aggregate *aggregate) {
    return aggregate->flags & TW_AGGREGATE_HAS_LEVEL;
}
bool tw_aggregate_has_separator(const tw_aggregate *aggregate) {
    return aggregate->flags & TW_AGGREGATE_HAS_SEPARATOR;
}
bool tw_aggregate_picks(const tw_aggregate *aggregate) {
    return aggregate->gives == TW_GIVES_SAME;
}

static bool takes(const tw_aggregate *aggregate, enum tw_type type) {
    bool number = tw_type_ops_of(type)->is_number || type == TW_BOOLEAN;
    const bool answers[] = {[TW_TAKES_ANY] = true,
                            [TW_TAKES_NUMBERS] = number,
                            [TW_TAKES_SCALES] = type != TW_TEXT,
                            [TW_TAKES_TRUTH] = type == TW_BOOLEAN,
                            [TW_TAKES_TEXT] = type == TW_TEXT};
    return answers[aggregate->takes];
}

enum tw_type tw_aggregate_type(const tw_aggregate *aggregate, enum tw_type type) {
    bool number = tw_type_ops_of(type)->is_number || type == TW_BOOLEAN;
    const enum tw_type answers[] = {[TW_GIVES_INTEGER] = TW_INTEGER,
                                    [TW_GIVES_FLOAT] = TW_FLOAT,
                                    [TW_GIVES_SUM] = type == TW_FLOAT ? TW_FLOAT : TW_INTEGER,
                                    [TW_GIVES_SCALE] = number ? TW_FLOAT : type,
                                    [TW_GIVES_SAME] = type};
    return takes(aggregate, type) ? answers[aggregate->gives] : TW_TYPE_COUNT;
}

enum tw_rc tw_aggregate_run(const tw_aggregate *aggregate, const tw_column *cells,
                            const tw_aggregate_with *with, const tw_grouping *groups, tw_task *task,
                            tw_column **out, int64_t *overflows, tw_error *err) {
    tw_aggregation a = {.row = aggregate, .cells = cells, .groups = groups, .task = task};
    if (with)
        a.with = *with;
    enum tw_rc rc = aggregate->run(&a, out, err);
    if (overflows)
        *overflows += a.overflows;
    return rc;
}
