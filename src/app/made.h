/* The steps that led to a version: a list, last step first, that shares its tail with earlier
 * versions.
 *
 * Immutable and reference-counted, so that a thousand edits cost a thousand entries and not a
 * thousand recipes. */
#ifndef TW_APP_MADE_H
#define TW_APP_MADE_H

#include <stdatomic.h>

#include "recipe/recipe.h"

typedef struct tw_made {
    _Atomic int refs;
    struct tw_made *earlier;
    const tw_step_row *row;
    tw_doc *args;
    char *id;        /* keys its random draws */
    char *note;      /* NULL = none */
    bool own_id;     /* id is not what its place would give it, so the recipe must write it */
    uint16_t number; /* from 1 */
} tw_made;
tw_made *tw_made_ref(tw_made *made);
void tw_made_unref(tw_made *made);
/* Takes args over, also on failure; takes its own reference of earlier. id and note as a recipe
 * wrote them, NULL = none; an id that is taken gives way to the rule of recipe.h. */
TW_NODISCARD enum tw_rc tw_made_add(tw_made *earlier, const tw_step_row *row, tw_doc *args,
                                    const char *id, const char *note, tw_made **out, tw_error *err);
/* The steps behind those of a recipe. */
TW_NODISCARD enum tw_rc tw_made_append(const tw_made *last, tw_recipe *recipe, tw_error *err);
/* The steps as a recipe; seed 0 and source NULL are left out. */
TW_NODISCARD enum tw_rc tw_made_recipe(const tw_made *last, tw_str name, uint64_t seed,
                                       const tw_doc *source, tw_recipe **out, tw_error *err);

#endif
