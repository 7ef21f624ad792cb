/* The inside of aggregates, shared by their kernels. Private to stat. */
#ifndef TW_STAT_AGGREGATE_IMPL_H
#define TW_STAT_AGGREGATE_IMPL_H

#include "stat/aggregate.h"

/* One figure in the making. */
typedef struct tw_aggregation {
    const tw_aggregate *row;
    const tw_column *cells; /* NULL: rows are counted */
    tw_aggregate_with with;
    const tw_grouping *groups;
    tw_task *task;
    int64_t overflows;
} tw_aggregation;

/* What it takes: anything; numbers and truth values; these and times; truth values; texts. */
enum tw_aggregate_takes {
    TW_TAKES_ANY,
    TW_TAKES_NUMBERS,
    TW_TAKES_SCALES,
    TW_TAKES_TRUTH,
    TW_TAKES_TEXT
};
/* What it gives: a sum is an integer but for floats; a figure on the scale of numbers a float, of
 * times a time; the same: one of the cells. */
enum tw_aggregate_gives {
    TW_GIVES_INTEGER,
    TW_GIVES_FLOAT,
    TW_GIVES_SUM,
    TW_GIVES_SCALE,
    TW_GIVES_SAME
};
enum {
    TW_AGGREGATE_COUNTS_ROWS = 1,
    TW_AGGREGATE_HAS_LEVEL = 2,
    TW_AGGREGATE_HAS_SEPARATOR = 4,
    TW_AGGREGATE_GREATEST = 8 /* the other end of the same kernel: max, last */
};

typedef enum tw_rc (*tw_aggregate_fn)(tw_aggregation *a, tw_column **out, tw_error *err);
struct tw_aggregate {
    const char *name;
    enum tw_aggregate_takes takes;
    enum tw_aggregate_gives gives;
    tw_aggregate_fn run;
    unsigned flags;
};

/* aggregate_sums.c */
enum tw_rc tw_aggregate_sum(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_mean(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_variance(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_sd(tw_aggregation *a, tw_column **out, tw_error *err);
/* aggregate_cells.c */
enum tw_rc tw_aggregate_end(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_extreme(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_median(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_quantile(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_mad(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_skew(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_kurtosis(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_distinct(tw_aggregation *a, tw_column **out, tw_error *err);
enum tw_rc tw_aggregate_mode(tw_aggregation *a, tw_column **out, tw_error *err);
/* aggregate_join.c */
enum tw_rc tw_aggregate_join(tw_aggregation *a, tw_column **out, tw_error *err);

/* Cells as doubles, NaN where there is no value, chunk by chunk; `of` has the groups. */
typedef void (*tw_aggregate_f64_fn)(void *state, const uint32_t *of, const double *x, size_t n);
TW_NODISCARD enum tw_rc tw_aggregate_walk(const tw_aggregation *a, tw_aggregate_f64_fn fn,
                                          void *state, tw_error *err);
/* The same for figures that only ask which cells are values; `first` is the chunk's first row. */
typedef void (*tw_aggregate_valid_fn)(int64_t *state, const uint32_t *of, const uint64_t *valid,
                                      size_t first, size_t n);
TW_NODISCARD enum tw_rc tw_aggregate_walk_valid(const tw_aggregation *a, tw_aggregate_valid_fn fn,
                                                int64_t *state, tw_error *err);
static inline bool tw_aggregate_valid(const uint64_t *valid, size_t i) {
    return !valid || tw_bit_get(valid, i);
}

/* A column of figures, one for each group. NaN is missing; infinite ones too, and counted. */
TW_NODISCARD enum tw_rc tw_aggregate_build(tw_aggregation *a, const double *x, tw_column **out,
                                           tw_error *err);
TW_NODISCARD enum tw_rc tw_aggregate_build_counts(const int64_t *counts, uint32_t n,
                                                  tw_column **out, tw_error *err);

#endif
