/* What a profile is made of; for the files that make it and write it down. */
#ifndef TW_PROFILE_PROFILE_IMPL_H
#define TW_PROFILE_PROFILE_IMPL_H

#include "base/arena.h"
#include "profile/pair.h"
#include "profile/profile.h"

struct tw_profile {
    int64_t rows;
    size_t width;
    tw_column_profile *columns;
    tw_arena *arenas; /* one for each column: its texts and arrays */
    tw_pairs pairs;   /* of columns, over all rows or the sample; for the detectors too */
    size_t pair_rows; /* rows they were measured on; 0 = they were not */
    tw_doc *parts; /* what relates columns: a map whose keys stand in the profile document; NULL =
                      left out */
};

/* Fill semantic and sensitive of all columns; numbers[i] is the table's column of the i-th. */
TW_NODISCARD enum tw_rc tw_profile_semantics(tw_profile *profile, const tw_table *table,
                                             const int *numbers, tw_task *task, tw_error *err);

/* Fill the null tokens of all columns. */
TW_NODISCARD enum tw_rc tw_profile_null_tokens(tw_profile *profile, const tw_table *table,
                                               const int *numbers, tw_task *task, tw_error *err);

/* Make what relates columns: all rows, or a sample of a table beyond 2 million cells unless full.
 */
TW_NODISCARD enum tw_rc tw_profile_parts(tw_profile *profile, const tw_table *table, bool full,
                                         tw_task *task, tw_error *err);

#endif
