/* How well one way of reading (delimiter, quote, escape) explains a block of text.
 *
 * Score = uniformity x kinds x quoting x prior. Uniformity: squared shares of the records of each
 * width, more for more cells. Kinds: how much of one kind the columns hold, after io/cell_kind.h.
 * Quoting: quotes enclose cells, and none is left over. Pure but for the caller's scratch cells. */
#ifndef TW_IO_SNIFF_SCORE_H
#define TW_IO_SNIFF_SCORE_H

#include "io/csv_scan.h"

typedef struct tw_candidate {
    uint32_t delimiter;
    char quote, escape;
    bool runs, blank;
    const uint32_t *cuts; /* fixed columns instead of a delimiter */
    uint32_t n_cuts;
    bool odd; /* a delimiter that text is full of */
    double prior;
    double uniformity, kinds, quoting, score;
    size_t width; /* modal number of cells */
    size_t rows, rows_modal;
    size_t quoted, stray; /* cells in quotes; of them, broken ones */
} tw_candidate;

/* Fill uniformity … stray of *c from the records of text. `cut`: the text goes on, so its last
 * record does not count. TW_ENOMEM, TW_ELIMIT. */
TW_NODISCARD enum tw_rc tw_candidate_score(tw_candidate *c, tw_str text, bool cut,
                                           tw_csv_cells *scratch, tw_error *err);

#endif
