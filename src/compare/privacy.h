/* Privacy of a table made from a real one: exact copies, and whether its rows lie nearer to the training rows than to
 * hold-out rows they cannot have been copied from (distance to closest record).
 *
 * Passing is no proof of privacy: see doc/compare.md. */
#ifndef TW_COMPARE_PRIVACY_H
#define TW_COMPARE_PRIVACY_H

#include "compare/matched.h"

typedef struct tw_privacy {
    double copies;         /* share of the other table's rows that stand in the real one */
    double copies_holdout; /* the same for the hold-out's rows: what chance does; NaN without hold-out */
    double dcr_share;      /* share of rows nearer to real than to hold-out rows, ties half; .5 is ideal; NaN without */
    size_t rows;           /* rows of each side the distances were computed on */
} tw_privacy;

TW_NODISCARD enum tw_rc tw_privacy_of(const tw_matched *m, uint64_t seed, tw_task *task, tw_privacy *out, tw_error *err);

#endif
