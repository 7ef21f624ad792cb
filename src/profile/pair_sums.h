/* The figures of one pair A -> B from the groups of rows with equal A; what they are stands in
 * pair.h.
 *
 * Groups are added one after the other, all of them or a sample. Counts of B go to an array over
 * B's levels that is all zero between groups. Values, no objects. */
#ifndef TW_PROFILE_PAIR_SUMS_H
#define TW_PROFILE_PAIR_SUMS_H

#include "profile/pair.h"

/* What a column is worth as B, whatever A. */
typedef struct tw_pair_side {
    const uint32_t *codes;
    const uint8_t *states; /* NULL = no cell is missing */
    double base, chance;   /* share of the most frequent value; chance that two rows agree */
    double gaps, repeated; /* rows without a value; with one that other rows have too */
} tw_pair_side;

typedef struct tw_pair_sums {
    double covered, hits, removed, present, pdep, large, firm;
    uint32_t groups; /* levels of A that occur beside a B */
} tw_pair_sums;

tw_pair_side tw_pair_side_of(const tw_texts_column *column);
void tw_pair_sums_add(tw_pair_sums *s, const tw_pair_side *b, const uint32_t *rows, size_t n,
                      uint32_t *count);
/* Everything but lhs and rhs; covered >= 2 and base < 1. */
tw_pair tw_pair_figures(const tw_pair_sums *s, const tw_pair_side *b);

#endif
