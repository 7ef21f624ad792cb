/* Which columns an imputer fills. */
#ifndef TW_STEPS_IMPUTE_TARGETS_H
#define TW_STEPS_IMPUTE_TARGETS_H

#include "steps/step.h"

/* Columns named, or all but those whose role is id, ignore or split and text whose values are all different (a name or an
 * address cannot be guessed; said once in the log). The columns are materialised. Result in the arena. */
TW_NODISCARD enum tw_rc tw_impute_targets(const tw_step_env *env, const tw_table *in, const tw_str_list *named, int **columns,
                                          size_t *n, tw_error *err);
/* A target without any value teaches nothing: TW_EDATA when `named` names it; a warning and TW_OK when it came by a
 * selection. `remedy` ends the message. */
TW_NODISCARD enum tw_rc tw_impute_empty(const tw_step_env *env, const tw_table *in, int column, const tw_str_list *named,
                                        const char *remedy, tw_error *err);
/* The columns that make groups, materialised; none named: *n = 0. *names: a list for the state (never NULL on success). */
TW_NODISCARD enum tw_rc tw_impute_by(const tw_step_env *env, const tw_table *in, const tw_str_list *named, int **by, size_t *n,
                                     tw_doc **names, tw_error *err);
/* The same columns in the table at hand, from the state's list. */
TW_NODISCARD enum tw_rc tw_impute_find_by(const tw_doc *names, const tw_step_env *env, const tw_table *in, int **by, size_t *n,
                                          tw_error *err);
/* Text of which every value stands once, in a column of twenty values or more. */
TW_NODISCARD enum tw_rc tw_impute_is_unique(const tw_table *in, int column, bool *unique, tw_error *err);
/* Numbers, dates and times, which have a middle; else a column of levels. */
bool tw_impute_is_scale(enum tw_type type);

#endif
