/* The key of a keyed mask: that there is one, and that it is the one the step was fitted with.
 *
 * A state keeps the key's check value under "key" (tw_key_check_value), never the key. */
#ifndef TW_STEPS_MASK_KEY_H
#define TW_STEPS_MASK_KEY_H

#include "steps/step.h"

/* TW_EKEY when no key was given. */
TW_NODISCARD enum tw_rc tw_mask_need_key(const tw_step_env *env, tw_error *err);
/* TW_EKEY when it is another key than at fit; `otherwise` says what would go wrong with it. */
TW_NODISCARD enum tw_rc tw_mask_same_key(const tw_step_env *env, const tw_doc *state,
                                         const char *otherwise, tw_error *err);

#endif
