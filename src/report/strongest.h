/* The strongest association of each pair of columns, the strongest pair first.
 *
 * Of the measures that say the same both ways and run to 1: Pearson, Spearman, Cramér's V, the
 * correlation ratio. Borrows the document. Pure. */
#ifndef TW_REPORT_STRONGEST_H
#define TW_REPORT_STRONGEST_H

#include "base/doc.h"
#include "base/hash.h"

typedef struct tw_strong_pair {
    uint32_t a, b;     /* numbers of `names` */
    const tw_doc *one; /* the association: a, b, measure, value, n */
    double strength;   /* its size, 0 to 1 */
    size_t order;      /* in the document; breaks ties */
} tw_strong_pair;

typedef struct tw_strongest {
    tw_strong_pair *at;
    size_t n;
    tw_hashmap *names, *seen; /* columns; "a b" of numbers to the pair */
} tw_strongest;

/* From the "associations" of a profile. False when memory is out; fini is due either way. */
bool tw_strongest_gather(const tw_doc *associations, tw_strongest *out);
void tw_strongest_fini(tw_strongest *all);

#endif
