/* Rows of a source last looked at, so that painting a screen does not read a cell's neighbourhood again for each cell.
 * Private to data.
 *
 * Blocks of rows, fewer the wider the source, in a small cache; the least recently used gives way. Any thread. */
#ifndef TW_DATA_WINDOW_H
#define TW_DATA_WINDOW_H

#include "data/source.h"

typedef struct tw_windows tw_windows;
tw_windows *tw_windows_new(tw_source *source); /* borrows the source; NULL when memory is out */
void tw_windows_free(tw_windows *windows);
/* Text of a cell, unquoted; out is cleared. */
TW_NODISCARD enum tw_rc tw_windows_text(tw_windows *windows, int64_t row, size_t column, tw_buf *out, tw_error *err);

#endif
