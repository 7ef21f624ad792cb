/* Fidelity of one side to the real one: shapes of columns, trends of pairs; 1 = the same, 0 = nothing in common.
 *
 * side: 1 = the other table, 2 = the hold-out. Source: SDMetrics' definitions with the mends of doc/compare.md. */
#ifndef TW_COMPARE_FIDELITY_H
#define TW_COMPARE_FIDELITY_H

#include "compare/matched.h"

typedef struct tw_shape {
    double shape;       /* NaN = the column is skipped */
    double ks, tv;      /* NaN where the measure does not apply */
    double wasserstein; /* first Wasserstein distance in units of the column */
} tw_shape;
TW_NODISCARD enum tw_rc tw_column_shape(const tw_matched *m, size_t column, size_t side, tw_shape *out, tw_error *err);

typedef struct tw_trend {
    double trend;    /* NaN = a column is skipped or has no spread */
    double strength; /* |Pearson| or bias-corrected Cramér's V on the real side */
    const char *measure;
} tw_trend;
/* shuffle (may be NULL): row permutation applied to column b of `side`; destroys the pair, keeps the columns. */
TW_NODISCARD enum tw_rc tw_pair_trend(const tw_matched *m, size_t a, size_t b, size_t side, const uint32_t *shuffle,
                                      tw_trend *out, tw_error *err);

#endif
