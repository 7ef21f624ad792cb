/* Cells of one type read as another, through their text. Private to data. */
#ifndef TW_DATA_CONVERT_H
#define TW_DATA_CONVERT_H

#include "data/marks.h"
#include "data/table.h"

/* A cell written by `was`, read by `now`. Its text borrows from the old cell or from `text`, which it may lie in already. */
tw_cell tw_convert_cell(const tw_cell *old, const tw_field *was, const tw_field *now, tw_buf *text);
/* All cells of a column. */
TW_NODISCARD enum tw_rc tw_convert_column(const tw_column *old, const tw_field *was, const tw_field *now, tw_task *task,
                                          tw_column **out, tw_error *err);
/* `base` with the old column's cells, converted, where a row has a mark or a negative origin (origin NULL = none has). */
TW_NODISCARD enum tw_rc tw_convert_over(const tw_column *base, const tw_column *old, const tw_field *was,
                                        const tw_field *now, const tw_marks *marks, const int64_t *origin,
                                        tw_task *task, tw_column **out, tw_error *err);

#endif
