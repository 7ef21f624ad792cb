/* What is missing together, and what tells that something is missing.
 *
 * Patterns are sets of columns missing in the same rows; rules read "if A is missing (or B = 'x'),
 * C is missing" and hold for at least 98 % of the rows that meet the condition. Documents belong to
 * the caller. */
#ifndef TW_PROFILE_MISSINGNESS_H
#define TW_PROFILE_MISSINGNESS_H

#include "profile/texts.h"

/* {"patterns": [{"columns", "rows"}], "rules": [{"if", "then", "confidence", "rows"}]}, most
 * frequent first. */
TW_NODISCARD enum tw_rc tw_missingness(const tw_table *table, const tw_texts *texts, tw_task *task,
                                       tw_doc **out, tw_error *err);

#endif
