/* Completion of command lines from the registry: commands, flags, columns, choices, paths,
 * functions.
 *
 * Pure function of the session and the line; the result belongs to the caller's arena. */
#ifndef TW_APP_COMPLETE_H
#define TW_APP_COMPLETE_H

#include "app/session.h"

typedef struct tw_completion {
    tw_str word; /* replaces the text from `from` to the cursor */
    tw_str hint; /* what it is, for the popup; may be empty */
} tw_completion;

/* Candidates for the word that ends at byte `cursor`; *from = where it begins. */
TW_NODISCARD enum tw_rc tw_complete(const tw_session *session, tw_str line, size_t cursor,
                                    tw_arena *arena, size_t *from, tw_completion **out, size_t *n,
                                    tw_error *err);

#endif
