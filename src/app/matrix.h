/* Texts in rows and columns, aligned: numbers to the right, text to the left, cells cut where the
 * terminal ends.
 *
 * A matrix owns copies of its texts. What does not fit into memory shows as an empty cell. For one
 * thread at a time. */
#ifndef TW_APP_MATRIX_H
#define TW_APP_MATRIX_H

#include "base/arena.h"
#include "base/doc.h"

typedef struct tw_matrix {
    tw_arena arena;
    tw_str *heads; /* set by the caller; not copied */
    tw_str *cells; /* by rows */
    bool *right;   /* columns that hold nothing but numbers so far */
    size_t columns, rows;
} tw_matrix;

/* False without memory; tw_matrix_fini in either case. */
bool tw_matrix_init(tw_matrix *m, size_t columns, size_t rows);
void tw_matrix_fini(tw_matrix *m);
/* A value as people read it (report/value.h). */
void tw_matrix_set(tw_matrix *m, size_t row, size_t column, const tw_doc *value);
/* A text of the caller's; number: it may stand to the right. Controls in it become blanks. */
void tw_matrix_text(tw_matrix *m, size_t row, size_t column, const tw_buf *text, bool number);
/* A heading and a line for each row. width = columns of the terminal; 0 = as wide as it gets. */
void tw_matrix_put(const tw_matrix *m, int width, tw_buf *out);
/* One cell, filled or cut ("…") to its width; the last of a line is not filled. */
void tw_cell_put(tw_str text, size_t width, bool right, bool last, tw_buf *out);

#endif
