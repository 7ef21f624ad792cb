/* The cells of a table as they are written: for each column its different texts and a code for each
 * row.
 *
 * What detectors and dependencies work on: cells are compared as text, an empty cell equals an
 * empty cell. A source cell that no step changed has the file's own text (unquoted), any other cell
 * is written by the column's format. Levels are numbered by first appearance. The table must
 * outlive it: texts that the table's columns hold are not copied. Immutable once made, any thread
 * may read it. */
#ifndef TW_PROFILE_TEXTS_H
#define TW_PROFILE_TEXTS_H

#include "base/task.h"
#include "data/table.h"

typedef struct tw_texts_column {
    uint32_t *codes; /* one per row looked at */
    tw_str *values;  /* one per level, as the next three */
    int64_t *counts;
    uint32_t *first; /* index of the first row looked at */
    uint8_t *states; /* enum tw_cell_state of that first cell */
    uint32_t levels;
} tw_texts_column;

typedef struct tw_texts {
    size_t n, width;
    int64_t *rows; /* table row of each row looked at; NULL = the table's rows in order */
    tw_texts_column *columns;
    tw_arena *arenas; /* of the texts; NULL in a part, whose texts belong to the whole */
} tw_texts;

/* Columns (NULL = all; else columns[i] of the result is that of numbers[i]) of the rows given (NULL
 * = all rows). The table's columns must be needed. */
TW_NODISCARD enum tw_rc tw_texts_load(const tw_table *table, const int *numbers, size_t n_numbers,
                                      const int64_t *rows, size_t n, tw_task *task, tw_texts **out,
                                      tw_error *err);
/* The same texts for some of the rows looked at, ascending; levels that do not occur are dropped.
 * `whole` must outlive it. */
TW_NODISCARD enum tw_rc tw_texts_part(const tw_texts *whole, const uint32_t *indexes, size_t n,
                                      tw_texts **out, tw_error *err);
void tw_texts_free(tw_texts *texts);

static inline int64_t tw_texts_row(const tw_texts *t, size_t index) {
    return t->rows ? t->rows[index] : (int64_t)index;
}
static inline tw_str tw_texts_at(const tw_texts *t, size_t column, size_t index) {
    return t->columns[column].values[t->columns[column].codes[index]];
}
/* `want` rows of n, evenly spread with a random row in each stretch, ascending; all when want >= n.
 */
TW_NODISCARD uint32_t *tw_sample_rows(size_t n, size_t want, uint64_t seed, size_t *taken);

#endif
