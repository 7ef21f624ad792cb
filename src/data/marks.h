/* Marks of a column: which step last changed each cell. Private to data.
 *
 * Immutable, reference-counted, in chunks shared between versions; NULL = no cell was changed. A chunk whose marks are
 * all the same holds one number. */
#ifndef TW_DATA_MARKS_H
#define TW_DATA_MARKS_H

#include "data/column.h"

typedef struct tw_marks tw_marks;

tw_marks *tw_marks_ref(tw_marks *marks);
void tw_marks_unref(tw_marks *marks);
uint16_t tw_marks_get(const tw_marks *marks, int64_t row);
/* Each of these gives a new reference in *out (NULL: no marks); false when memory is out. */
TW_NODISCARD bool tw_marks_set(tw_marks *marks, int64_t rows, const uint64_t *changed, uint16_t step, tw_marks **out);
TW_NODISCARD bool tw_marks_gather(tw_marks *marks, const int64_t *rows, int64_t n, tw_marks **out);
TW_NODISCARD bool tw_marks_extend(tw_marks *marks, int64_t rows, int64_t more, tw_marks **out); /* new rows: none */

#endif
