/* One column of a batch into its builder: cells from text to values. Internal to loading. */
#ifndef TW_IO_LOAD_COLUMN_H
#define TW_IO_LOAD_COLUMN_H

#include "io/load_csv.h"
#include "io/time_layout.h"

typedef struct tw_load_column {
    const tw_field *field;
    const tw_null_set *nulls;
    const tw_time_layout *layout;
    tw_builder *builder;
    tw_buf *scratch;
    struct tw_infer *infer; /* counts the cells too (rows of the whole batch); NULL = does not */
} tw_load_column;

/* Cells of column number `column` of the batch, absent ones as missing. */
TW_NODISCARD enum tw_rc tw_load_cells(const tw_load_column *to, const tw_batch *batch,
                                      size_t column, tw_error *err);

#endif
