/* Counts of texts in bounded memory, exact for those it keeps, and the same however the texts came.
 *
 * Of all different texts the `limit` with the smallest hashes are kept: a fair sample of the
 * values, with exact counts, since a text that is dropped once could never come back. Owns copies
 * of the texts. One thread; merging is additive. */
#ifndef TW_IO_TEXT_SAMPLE_H
#define TW_IO_TEXT_SAMPLE_H

#include "base/str.h"

typedef struct tw_text_sample_entry {
    uint64_t hash;
    int64_t count;
    char *text; /* n bytes, not terminated */
    size_t n;
} tw_text_sample_entry;

typedef struct tw_text_sample {
    tw_text_sample_entry *at; /* by hash */
    size_t n, room;
    bool more; /* there were more than `limit` different texts */
} tw_text_sample;

void tw_text_sample_fini(tw_text_sample *t);
/* False when memory is out. */
TW_NODISCARD bool tw_text_sample_add(tw_text_sample *t, tw_str text, int64_t count, size_t limit);
/* True for a text of this hash (tw_hash_str) that the sample is full without: adding it would only
 * note that there are more. */
static inline bool tw_text_sample_refuses(const tw_text_sample *t, uint64_t hash, size_t limit) {
    return t->n == limit && hash > t->at[limit - 1].hash;
}
TW_NODISCARD bool tw_text_sample_merge(tw_text_sample *into, const tw_text_sample *from,
                                       size_t limit);
tw_str tw_text_sample_text(const tw_text_sample *t, size_t i);

#endif
