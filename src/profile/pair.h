/* Dependencies of one column on another that hold for nearly all rows: A -> B.
 *
 * Over the groups of rows with equal A that hold at least two values of B (empty cells take no
 * part): confidence  share of those rows that carry their group's most frequent B base        share
 * of B's most frequent value over all rows score       (confidence - base) / (1 - base) mu
 * chance-corrected pdep, "mu plus" of Parciak et al. (ICDE 2024): 0 = no better than chance, 1 =
 * exact firmness    share of the rows in groups of three and more whose most frequent B is at least
 * twice as frequent as the next: errors scatter, while the coarser of two columns has groups with
 * several B of equal standing error       g3 of Kivinen and Mannila: least share of rows to remove
 * so that A -> B holds Cells are compared as text. */
#ifndef TW_PROFILE_PAIR_H
#define TW_PROFILE_PAIR_H

#include "profile/texts.h"

typedef struct tw_pair {
    int lhs, rhs;
    double confidence, base, score, mu, firmness, error,
        coverage; /* coverage: share of the rows with a B that lie in such groups */
} tw_pair;

/* Rows of each level of a column, one after the other: rows[start[l]] … rows[start[l + 1] - 1],
 * ascending. */
typedef struct tw_groups {
    uint32_t *start, *rows;
    uint32_t levels;
} tw_groups;
TW_NODISCARD bool tw_groups_make(const tw_texts_column *column, size_t n,
                                 tw_groups *out); /* false: memory is out */
void tw_groups_fini(tw_groups *g);

/* All pairs that are worth a look: A with 2 levels to 0.7 n, B not constant, coverage at least 0.3;
 * ordered by rhs, lhs. The caller frees *out. */
TW_NODISCARD enum tw_rc tw_pairs_measure(const tw_texts *texts, tw_task *task, tw_pair **out,
                                         size_t *n, tw_error *err);

#endif
