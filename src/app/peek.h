/* Rows of a file that is still being read, wherever the cursor goes.
 *
 * The first rows are the dataset's head. Of the others a window is read at the place where the row
 * should be by the size of the first ones, so row numbers there are estimates until the file has
 * been read; what joins the head or the end without a gap is in its true order. Owned by the
 * dataset; session's thread. */
#ifndef TW_APP_PEEK_H
#define TW_APP_PEEK_H

#include "io/open.h"

struct tw_dataset;

typedef struct tw_peek_window {
    tw_arena arena;
    tw_peek peek;
    int64_t first;    /* number its first row goes by */
    int64_t from, to; /* rows it answers for; blank where the peek has none */
    bool counted;     /* numbers are true */
} tw_peek_window;     /* zeroed: nothing */

void tw_peek_window_fini(tw_peek_window *window);
/* Rows that can be shown: all by estimate, or those of the head where only that can be seen. */
int64_t tw_peek_rows(const struct tw_dataset *dataset);
/* The batch that holds a row and its place there; NULL: nothing is known of the row. May read up to
 * some 100 KiB of the file. */
const tw_batch *tw_peek_batch(struct tw_dataset *dataset, int64_t row, size_t *at);
bool tw_peek_counted(const struct tw_dataset *dataset, int64_t row);
/* The true number of a row that was shown by estimate, once the file has been read. */
int64_t tw_peek_true_row(const struct tw_dataset *dataset, int64_t row);

#endif
