/* Inside of a table, for the files that read and draft them. Private to data. */
#ifndef TW_DATA_TABLE_IMPL_H
#define TW_DATA_TABLE_IMPL_H

#include "data/lazy.h"

/* Columns of a version: three arrays of equal length. */
typedef struct tw_columns {
    size_t n, room;
    tw_named **fields;
    tw_lazy **lazies;
    tw_marks **marks; /* NULL entries: no cell changed */
} tw_columns;

struct tw_table {
    _Atomic uint32_t refs;
    tw_stock *stock;
    tw_columns columns;
    int64_t rows, made; /* made: new rows so far */
    tw_row_list *origin;    /* NULL: rows of the source in order; without a source: all new */
    _Atomic(tw_names *) names; /* of a wide table, once it was asked */
};

TW_NODISCARD bool tw_columns_reserve(tw_columns *columns, size_t room);
/* New references to all of them. */
TW_NODISCARD bool tw_columns_copy(tw_columns *out, const tw_columns *from, tw_stock *stock);
void tw_columns_fini(tw_columns *columns, tw_stock *stock);
/* A table of what is given, all taken over, also on failure. */
TW_NODISCARD enum tw_rc tw_table_make(tw_stock *stock, tw_columns *columns, int64_t rows, int64_t made, tw_row_list *origin,
                                      tw_table **out, tw_error *err);

#endif
