/* How often each 64-bit key occurs: exact up to a number of distinct keys, then an estimate that
 * keeps the frequent ones.
 *
 * A key is a value's bits or its hash. Up to `limit` distinct keys counts are exact. Beyond,
 * distinct comes from a HyperLogLog and the table is thinned as in Misra-Gries (1982): each
 * thinning takes the same number off all counts, so a key that occurs more than tw_tally_error
 * times is never lost. Positions and counts are below 2^32. One thread. */
#ifndef TW_STAT_TALLY_H
#define TW_STAT_TALLY_H

#include "base/attr.h"

typedef struct tw_tally_entry {
    uint64_t key;
    int64_t count;
    int64_t first; /* position given when the key was (re)entered */
} tw_tally_entry;

typedef struct tw_tally tw_tally;
/* limit >= 1024; expected: how many keys will come, for sizing (0 = unknown). NULL: memory is out.
 */
TW_NODISCARD tw_tally *tw_tally_new(size_t limit, size_t expected);
/* For keys in [low, low + span) only: a slot for each, no hashing, always exact. */
TW_NODISCARD tw_tally *tw_tally_new_dense(uint64_t low, size_t span);
void tw_tally_free(tw_tally *t);
/* False: memory was out; the tally stays usable without what was not added. */
TW_NODISCARD bool tw_tally_add(tw_tally *t, uint64_t key, int64_t position);
/* n keys at positions first, first + 1, …; those with valid bit 0 are skipped (valid NULL = all).
 */
TW_NODISCARD bool tw_tally_add_all(tw_tally *t, const uint64_t *keys, const uint64_t *valid,
                                   size_t n, int64_t first);

bool tw_tally_exact(const tw_tally *t);
int64_t tw_tally_total(const tw_tally *t);
int64_t tw_tally_distinct(const tw_tally *t); /* exact or the estimate */
int64_t tw_tally_error(const tw_tally *t);    /* most a count can be too low; 0 while exact */
double
tw_tally_entropy(const tw_tally *t); /* bits; beyond the limit the rest counts as evenly spread */
/* Entries kept, in no order; at most `limit`. */
size_t tw_tally_entries(const tw_tally *t);
/* The k most frequent: by count, then by first position. Returns how many. */
size_t tw_tally_top(const tw_tally *t, size_t k, tw_tally_entry *out);
/* All entries kept, ascending by key as a whole number. out has room for tw_tally_entries. False:
 * memory is out. */
TW_NODISCARD bool tw_tally_sorted(const tw_tally *t, tw_tally_entry *out);

#endif
