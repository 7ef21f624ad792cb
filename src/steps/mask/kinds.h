/* Kinds of text and what of them may stay: the shape of an address, a number, a name, without what tells people apart.
 *
 * Pure functions. Kinds are found by name ("email", "person.email", "phone" …); `text` fits anything. */
#ifndef TW_STEPS_MASK_KINDS_H
#define TW_STEPS_MASK_KINDS_H

#include "base/buf.h"

typedef struct tw_mask_kind {
    const char *name;
    const char *aliases;      /* other names, separated by blanks */
    bool (*fits)(tw_str text); /* NULL: never guessed */
    void (*write)(tw_str text, tw_buf *out);
} tw_mask_kind;

/* In the order in which they are tried when guessing; the last is `text`. */
const tw_mask_kind *tw_mask_kinds(size_t *n);
/* NULL: no such kind. */
const tw_mask_kind *tw_mask_kind_find(tw_str name);
/* The masked form. Never equal to `text` while that has a letter or digit. */
void tw_mask_shape(const tw_mask_kind *kind, tw_str text, tw_buf *out);

#endif
