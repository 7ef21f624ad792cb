/* Masks that turn a column into text: every cell but the missing ones is replaced by what a function writes.
 *
 * The function sees the cell's text as the column writes it; unreadable cells come with theirs, so that nothing of the
 * original is left behind. Missing cells stay missing and keep their bytes. Chunks run in parallel: the function must be
 * pure. */
#ifndef TW_STEPS_MASK_TEXTS_H
#define TW_STEPS_MASK_TEXTS_H

#include "steps/rewrite.h"

/* Masked text of `text` into `out`, which is empty. at: which of the columns; cell: value or unreadable. */
typedef enum tw_rc (*tw_mask_fn)(const void *ctx, size_t at, int64_t row, const tw_cell *cell, tw_str text, tw_buf *out,
                                 tw_error *err);

/* Replace the columns, which get the type text. The rewrite has begun. */
TW_NODISCARD enum tw_rc tw_mask_texts(tw_rewrite *w, const int *columns, size_t n, tw_mask_fn fn, const void *ctx,
                                      tw_error *err);
/* Columns of a mask: `cols` must be named, so that nothing is masked by accident and nothing is forgotten; TW_EUSAGE else.
 * Materialised; in the arena. */
TW_NODISCARD enum tw_rc tw_mask_columns(const tw_step_env *env, const tw_table *in, const tw_str_list *cols, int **columns,
                                        size_t *n, tw_error *err);

#endif
