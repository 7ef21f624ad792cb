/* Column and table profiles: counts, moments, quantiles, histograms, associations, missingness,
 * dependencies, keys.
 *
 * Definitions are those of CLI.md "profile": sd with n-1, plain MAD, G1 and G2, type 7 quantiles,
 * entropy in bits, lengths in characters. A profile is immutable once made; any thread may read it.
 */
#ifndef TW_PROFILE_PROFILE_H
#define TW_PROFILE_PROFILE_H

#include "base/doc.h"
#include "base/task.h"
#include "data/table.h"

#define TW_QUANTILES 9 /* 0.01 0.05 0.1 0.25 0.5 0.75 0.9 0.95 0.99 */
extern const double tw_quantile_levels[TW_QUANTILES];

typedef struct tw_value_count {
    tw_cell value; /* text lives as long as the profile */
    int64_t count;
} tw_value_count;

typedef struct tw_histogram {
    double *edges;   /* n + 1 */
    int64_t *counts; /* n */
    size_t n;
} tw_histogram;

typedef struct tw_column_profile {
    const char *name;
    enum tw_type type;
    enum tw_role role;
    int decimals;                /* of a float column with a fixed number, else -1 */
    tw_value_count *null_tokens; /* texts that stand for a missing cell, "" among them; NULL when
                                    nothing is missing */
    size_t n_null_tokens;
    int64_t rows, missing, unreadable, distinct;
    bool distinct_exact;
    /* numbers, dates (days), times (microseconds); NaN where undefined */
    double min, max, mean, sd, mad, skew, kurtosis, sum;
    int64_t zeros, negatives;
    double quantiles[TW_QUANTILES];
    tw_histogram histogram;
    tw_cell min_cell, max_cell; /* as cells, for every type */
    tw_value_count *top;
    size_t n_top;
    /* text */
    int64_t length_min, length_max;
    double length_mean;
    tw_value_count *patterns; /* character-class shapes: "Aa9", runs collapsed */
    size_t n_patterns;
    int sorted; /* 1 ascending, -1 descending, 0 neither */
    double entropy;
    const char *semantic; /* "email", … or NULL */
    bool sensitive;
} tw_column_profile;

typedef struct tw_profile tw_profile;

typedef struct tw_profile_options {
    bool columns_only; /* leave out what relates columns */
    bool full;         /* table parts on all rows, whatever the size */
    bool no_histogram;
} tw_profile_options;

TW_NODISCARD enum tw_rc tw_profile_table(const tw_table *table, const tw_profile_options *options,
                                         tw_task *task, tw_profile **out, tw_error *err);
TW_NODISCARD enum tw_rc tw_profile_column(const tw_table *table, size_t column, tw_task *task,
                                          tw_profile **out, tw_error *err); /* one column only */
void tw_profile_free(tw_profile *profile);
size_t tw_profile_width(const tw_profile *profile);
const tw_column_profile *tw_profile_at(const tw_profile *profile, size_t column);
/* The document of `profile --json` without "bytes", "seconds", "findings". */
tw_doc *tw_profile_doc(const tw_profile *profile);

#endif
