/* Saved models: fitted states that make rows by themselves. */
#ifndef TW_APP_MODEL_H
#define TW_APP_MODEL_H

#include "app/work.h"

/* A state from its file. Errors name it: TW_EINPUT…, TW_EDAMAGED, TW_EVERSION. */
TW_NODISCARD enum tw_rc tw_model_load(const char *path, tw_fitted **out, tw_error *err);
/* What the last step of `work` learnt from `in`, into a file: on the command line it appears with
 * the table, on screen at once. Takes state over. */
TW_NODISCARD enum tw_rc tw_model_save(tw_work *work, const char *path, const tw_table *in,
                                      tw_doc *state, tw_error *err);
/* New rows from a model as a dataset of their own; `method` must be the model's. `with`: arguments
 * over the model's own, may be NULL. */
TW_NODISCARD enum tw_rc tw_model_draw(tw_work *work, const char *path, tw_str method,
                                      const tw_doc *with, tw_doc **out, tw_error *err);

#endif
