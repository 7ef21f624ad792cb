/* Counts of texts in bounded memory, exact for those it keeps, and the same however the texts came.
 *
 * Of all different texts the `limit` with the smallest hashes are kept: a fair sample of the values, with exact counts,
 * since a text that is dropped once could never come back. Owns copies of the texts. One thread; merging is additive. */
#ifndef TW_IO_TALLY_H
#define TW_IO_TALLY_H

#include "base/str.h"

typedef struct tw_tally_entry {
    uint64_t hash;
    int64_t count;
    char *text; /* n bytes, not terminated */
    size_t n;
} tw_tally_entry;

typedef struct tw_tally {
    tw_tally_entry *at; /* by hash */
    size_t n, room;
    bool more; /* there were more than `limit` different texts */
} tw_tally;

void tw_tally_fini(tw_tally *t);
/* False when memory is out. */
TW_NODISCARD bool tw_tally_add(tw_tally *t, tw_str text, int64_t count, size_t limit);
TW_NODISCARD bool tw_tally_merge(tw_tally *into, const tw_tally *from, size_t limit);
tw_str tw_tally_text(const tw_tally *t, size_t i);

#endif
