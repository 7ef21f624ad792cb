/* All minimal exact functional dependencies and keys of a table of codes.
 *
 * TANE (Huhtala, Kärkkäinen, Porkka, Toivonen, The Computer Journal 42(2), 1999): level by level
 * over sets of columns, with stripped partitions, candidate sets and key pruning. Sets are bit
 * masks, so at most 64 columns. The work is bounded by a budget of rows refined, not by the clock:
 * when the next level would pass it, the search ends there and says so. So it does once it holds
 * `most` dependencies: where nearly all columns are unique, each pair of them is a key and gives
 * all others. Results do not depend on the number of threads. */
#ifndef TW_PROFILE_TANE_H
#define TW_PROFILE_TANE_H

#include "base/task.h"

enum { TW_TANE_COLUMNS = 64 };

typedef struct tw_fd {
    uint64_t lhs; /* bit c = column c; 0 = a constant */
    int rhs;
} tw_fd;

typedef struct tw_fds {
    tw_fd *at; /* by size of the left side, then left side, then right */
    size_t n;
    uint64_t *keys; /* minimal ones */
    size_t n_keys;
    bool complete;
    bool full;   /* `most` was reached */
    int largest; /* left sides of fewer columns than this are all there */
} tw_fds;

/* codes[c][row] < levels[c]. The caller frees with tw_fds_fini. */
TW_NODISCARD enum tw_rc tw_tane(const uint32_t *const *codes, const uint32_t *levels, size_t width,
                                size_t rows, uint64_t budget, size_t most, tw_task *task,
                                tw_fds *out, tw_error *err);
void tw_fds_fini(tw_fds *fds);

#endif
