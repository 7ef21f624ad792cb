/* Steps that look at one cell at a time: which columns and rows, what becomes of a cell, the next version of the table.
 *
 * A function sees a cell (value, unreadable or missing, as the step asks) and says what it becomes. Columns in which nothing
 * changes stay shared, changed cells get the step's mark, and cells_changed counts exactly those whose value, state or
 * text differs. Chunks run in parallel; the function must be pure. */
#ifndef TW_STEPS_CLEAN_CELLS_H
#define TW_STEPS_CLEAN_CELLS_H

#include "steps/step.h"

enum { TW_SEES_VALUES = 1, TW_SEES_UNREADABLE = 2, TW_SEES_MISSING = 4, TW_SEES_ALL = 7 };

/* What becomes of a cell: false = it stays. Text of *out may lie in `scratch`, the old cell or the context. */
typedef bool (*tw_cell_fn)(const void *ctx, size_t column, const tw_cell *in, tw_buf *scratch, tw_cell *out);

typedef struct tw_cell_step {
    unsigned sees;
    tw_cell_fn fn;
    const void *ctx;
    tw_str when; /* expression: only rows for which it is true; p NULL = all */
} tw_cell_step;

/* The next version; fills out->table and out->cells_changed. Columns of the table must not repeat. */
TW_NODISCARD enum tw_rc tw_clean_cells(const tw_step_env *env, const tw_table *in, const int *columns, size_t n,
                                       const tw_cell_step *step, tw_step_result *out, tw_error *err);

/* Rows for which `when` is true, as bits the caller frees; without `when` NULL. */
TW_NODISCARD enum tw_rc tw_clean_rows_when(const tw_step_env *env, const tw_table *in, tw_str when, uint64_t **out,
                                           tw_error *err);

/* A column's cells replaced by `cells` (taken over), which the step made for all rows: only those that differ count and are
 * marked; equal columns stay shared. The type and format of the field may differ from the old ones. */
TW_NODISCARD enum tw_rc tw_clean_replace(const tw_step_env *env, tw_draft *draft, const tw_table *in, size_t column,
                                         const tw_field *field, tw_column *cells, int64_t *changed, tw_error *err);

/* The draft committed into out->table. */
TW_NODISCARD enum tw_rc tw_clean_commit(tw_draft *draft, tw_step_result *out, tw_error *err);

/* Columns of a step on texts: those named, else text columns and columns with unreadable cells. */
TW_NODISCARD enum tw_rc tw_clean_text_columns(const tw_step_env *env, const tw_table *in, const tw_str_list *cols,
                                              int **columns, size_t *n, tw_error *err);
/* The table with these of its rows, in this order; counts those removed. All of them: the table itself. The array is
 * taken over (free), also on failure. */
TW_NODISCARD enum tw_rc tw_clean_keep_rows(const tw_step_env *env, const tw_table *in, int64_t *rows, int64_t n,
                                           tw_step_result *out, tw_error *err);
/* For tw_step_columns. */
bool tw_clean_fits_number(const tw_table *table, size_t column); /* integer and float */

#endif
