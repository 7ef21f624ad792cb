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
    bool *owed; /* texts: those in the builder's dictionary are counted by tw_load_settle; made
                   false where the dictionary was given up and they were */
} tw_load_column;

/* The text as it stands is a null token; blanks around one are left to tw_null_set_has. */
static inline bool tw_load_is_token(const tw_null_set *nulls, tw_str text) {
    if (!(nulls->lengths >> TW_MIN(text.n, (size_t)63) & 1))
        return false;
    for (size_t i = 0; i < nulls->n; i++)
        if (nulls->tokens[i].n == text.n && nulls->tokens[i].p[0] == text.p[0] &&
            memcmp(nulls->tokens[i].p, text.p, text.n) == 0)
            return true;
    return false;
}

/* Cells of column number `column` of the batch, absent ones as missing. */
TW_NODISCARD enum tw_rc tw_load_cells(const tw_load_column *to, const tw_batch *batch,
                                      size_t column, tw_error *err);
/* The same for a text column (io/load_text.c). */
TW_NODISCARD enum tw_rc tw_load_texts(const tw_load_column *to, const tw_batch *batch,
                                      size_t column, tw_error *err);
/* Count what is owed of a column, before its builder is finished or used again. */
TW_NODISCARD enum tw_rc tw_load_settle(const tw_load_column *to, size_t column, tw_error *err);

#endif
