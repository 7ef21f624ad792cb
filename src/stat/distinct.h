/* Different keys among many that are mostly different: how many, how uneven, which occur most.
 *
 * Keys are spread over buckets small enough for the first cache and counted there, three to five
 * times faster than one large hash table; a bucket that turns out large (one key repeated, or keys
 * made to collide) goes through a tally. Exact. */
#ifndef TW_STAT_DISTINCT_H
#define TW_STAT_DISTINCT_H

#include "stat/tally.h"

typedef struct tw_distinct {
    int64_t distinct;
    double entropy; /* bits; NaN without keys */
    size_t n_top;
} tw_distinct;

/* keys[n] with their positions; the k most frequent (by count, then first position) into top.
 * False: memory is out. */
TW_NODISCARD bool tw_distinct_count(const uint64_t *keys, const uint32_t *positions, size_t n,
                                    size_t k, tw_tally_entry *top, tw_distinct *out);

#endif
