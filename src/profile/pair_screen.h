/* Which pairs of a wide table are worth measuring on all rows.
 *
 * A pair is looked at on some 256 rows that lie in groups of equal A, up to 8 of a group and more
 * where groups are few. That overrates it if anything, since the most frequent value of few rows is
 * a larger share of them; so a pair is dropped only when it is four standard errors below what any
 * use of it asks for: score 0.6 or confidence 0.9, and mu 0.25. A B whose values hardly repeat is
 * dropped without looking: a value that stands once can be its group's most frequent one only as
 * one row of the group. */
#ifndef TW_PROFILE_PAIR_SCREEN_H
#define TW_PROFILE_PAIR_SCREEN_H

#include "profile/pair_sums.h"

typedef struct tw_pair_sample {
    uint32_t *rows;
    uint32_t *ends; /* of each group in rows */
    size_t n_groups;
    double groups, covered; /* all groups of two rows and more, and their rows */
} tw_pair_sample;

/* Of the groups of a column; false: memory is out. */
TW_NODISCARD bool tw_pair_sample_make(const tw_texts_column *a, const tw_groups *groups,
                                      tw_pair_sample *out);
void tw_pair_sample_fini(tw_pair_sample *sample);
/* mu on the sample, NaN = drop the pair. count as for tw_pair_sums_add. */
float tw_pair_promise(const tw_pair_sample *sample, const tw_pair_side *b, uint32_t *count);

#endif
