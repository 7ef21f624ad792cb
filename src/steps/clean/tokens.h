/* Null tokens written out: cells that read as missing although the file says "NA".
 *
 * Making such a token missing changes no value, but it changes what is written: the cell gets the
 * step's mark and with it the text of a missing cell, "" from then on where the token was what the
 * column wrote for one. */
#ifndef TW_STEPS_CLEAN_TOKENS_H
#define TW_STEPS_CLEAN_TOKENS_H

#include "base/hash.h"
#include "steps/step.h"

/* In out->table, which an earlier part of the step made from `in`: cells of these columns that are
 * missing and written as one of the tokens; `when` is asked of `in`. Adds to cells_changed. */
TW_NODISCARD enum tw_rc tw_clean_tokens(const tw_step_env *env, const tw_table *in,
                                        const int *columns, size_t n, const tw_hashmap *tokens,
                                        tw_str when, tw_step_result *out, tw_error *err);

#endif
