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

typedef struct tw_pairs {
    tw_pair *at; /* by rhs, then lhs */
    size_t n;
    size_t left_out; /* pairs not looked at, or promising but not measured: too wide a table */
} tw_pairs;

/* All pairs that are worth a look: A with 2 levels to 0.7 n, B not constant, coverage at least 0.3.
 * In a table of more than some hundred million rows times pairs, those that a sample of rows shows
 * to be far from a dependency are dropped first (pair_screen.h); beyond a million pairs the last
 * columns take no part. The caller frees with tw_pairs_fini. */
TW_NODISCARD enum tw_rc tw_pairs_measure(const tw_texts *texts, tw_task *task, tw_pairs *out,
                                         tw_error *err);
void tw_pairs_fini(tw_pairs *pairs);
/* Those with this B. */
const tw_pair *tw_pairs_on(const tw_pairs *pairs, size_t rhs, size_t *n);
/* NULL = not there. */
const tw_pair *tw_pairs_find(const tw_pairs *pairs, int lhs, int rhs);

#endif
