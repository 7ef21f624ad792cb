/* Rows that stand more than once: exactly, and nearly.
 *
 * Nearly: equal in all columns that do not identify rows (each value once), after case, accents,
 * blanks and punctuation are taken away; such rows are counted on top of the exact ones, where the
 * columns tell rows apart at all. A row counts when an earlier one is like it. */
#ifndef TW_PROFILE_DUPLICATE_H
#define TW_PROFILE_DUPLICATE_H

#include "profile/texts.h"

typedef struct tw_duplicates {
    int64_t exact, near;
    uint32_t *first; /* per row looked at: the earlier row it repeats exactly, else itself */
} tw_duplicates;

/* near false: only exact ones are looked for. */
TW_NODISCARD enum tw_rc tw_duplicates_find(const tw_texts *texts, bool near, tw_task *task,
                                           tw_duplicates *out, tw_error *err);
void tw_duplicates_fini(tw_duplicates *d);
/* Letters and digits in lower case without accents, into out (cleared): equal for spellings of one
 * value. False: memory. */
bool tw_fingerprint(tw_str text, tw_buf *scratch, tw_buf *out);

#endif
