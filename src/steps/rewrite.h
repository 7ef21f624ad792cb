/* The next version of a table for steps that rewrite cells: which columns, which cells, how many changed.
 *
 * tw_rewrite_begin makes a draft, patch and column change it, finish commits it (or frees it when rc is an error) and fills
 * the result: cells changed and a summary {"columns": {name: cells}}. Only changed cells get the step's mark, so the
 * source's bytes of all others stay. One thread. */
#ifndef TW_STEPS_REWRITE_H
#define TW_STEPS_REWRITE_H

#include "steps/step.h"

typedef struct tw_rewrite {
    const tw_step_env *env;
    const tw_table *in;
    tw_draft *draft;
    int64_t cells;
    tw_doc *columns;
} tw_rewrite;

TW_NODISCARD enum tw_rc tw_rewrite_begin(tw_rewrite *w, const tw_step_env *env, const tw_table *in, tw_error *err);
/* Cells of the column's type into `rows`, ascending. */
TW_NODISCARD enum tw_rc tw_rewrite_patch(tw_rewrite *w, int column, const int64_t *rows, const tw_cell *cells, int64_t n,
                                         tw_error *err);
/* A new column for the old one, perhaps of another type (then without the old format); taken over, also on failure.
 * changed: bitmap over rows. */
TW_NODISCARD enum tw_rc tw_rewrite_column(tw_rewrite *w, int column, tw_column *cells, const uint64_t *changed,
                                          tw_error *err);
/* Returns rc when it is an error, else what the commit says. */
TW_NODISCARD enum tw_rc tw_rewrite_finish(tw_rewrite *w, enum tw_rc rc, tw_step_result *out, tw_error *err);

/* Column of a fitted state in the table at hand: TW_EMISSING_COLUMN when it is absent, TW_EDATA when its type differs. */
TW_NODISCARD enum tw_rc tw_rewrite_find(const tw_table *in, const char *who, tw_str name, tw_str type, int *column,
                                        tw_error *err);
/* Rows without value in a column that was needed, ascending, in the arena; unreadable cells only when asked. */
TW_NODISCARD enum tw_rc tw_rewrite_holes(const tw_column *column, bool unreadable, tw_arena *arena, int64_t **rows,
                                         int64_t *n, tw_error *err);
/* Texts of the cells of `columns` in a row, as a key that is equal for equal values. `out` is cleared. */
TW_NODISCARD enum tw_rc tw_rewrite_key(const tw_table *in, const int *columns, size_t n, int64_t row, tw_buf *out,
                                       tw_error *err);

#endif
