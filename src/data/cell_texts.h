/* Texts of many cells of a table, as tw_table_text gives them one by one: the source's own for cells
 * that no step changed, else written by format.
 *
 * For whoever walks over a table's texts without making its columns. Any thread. */
#ifndef TW_DATA_CELL_TEXTS_H
#define TW_DATA_CELL_TEXTS_H

#include "data/source.h"

/* out[i * n_columns + k]: the text in row rows[i] of columns[k]; {NULL, 0} in rows of -1, which
 * come last. Rows ascend, also repeatedly: those that lie close together are read at once. Texts lie
 * in the arena or in the source. */
TW_NODISCARD enum tw_rc tw_table_texts(const tw_table *table, const int *columns, size_t n_columns,
                                       const int64_t *rows, size_t n, tw_arena *arena, tw_str *out,
                                       tw_error *err);
/* The same of whole columns, as text columns for look-ups in any order: every cell is a value but
 * empty ones, so that null tokens keep their spelling. New references in out[n]; none on failure. */
TW_NODISCARD enum tw_rc tw_table_text_columns(const tw_table *table, const int *columns, size_t n,
                                              tw_task *task, tw_column **out, tw_error *err);

#endif
