/* Inside of a builder, for the files that add cells. Private to data. */
#ifndef TW_DATA_BUILDER_IMPL_H
#define TW_DATA_BUILDER_IMPL_H

#include "data/cell16.h"
#include "data/column_impl.h"

/* Codes of short texts met lately. */
enum { TW_LATELY_BITS = 9 };
typedef struct tw_lately {
    tw_cell16 text;
    uint32_t n, code; /* n 0 = free */
} tw_lately;

struct tw_builder {
    enum tw_type type;
    enum tw_pack pack; /* CODE turns into VIEW when the dictionary dies */
    int decimals; /* REAL: open cells are wholes over 10^decimals; -1 = doubles, and other packs */
    tw_cells cells;
    uint16_t *minus; /* rows of open decimals whose value is -0.0, ascending */
    size_t n_minus, minus_room;
    const tw_chunk **chunks;
    size_t n_chunks, room;
    int64_t rows; /* sealed */
    tw_heap heap;
    tw_dict_writer dict;
    tw_lately *lately; /* made when many texts come at once */
};

enum { TW_TRIAL_CELLS = 8192, TW_TRIAL_REPEATS = 256 };

/* Room for one more cell: seals a full chunk first. */
TW_NODISCARD bool tw_builder_room(tw_builder *b);

/* The dictionary does not pay; asked behind every text. */
static inline bool tw_builder_is_unlike(const tw_builder *b) {
    int64_t rows = b->rows + (int64_t)b->cells.rows;
    if (rows == TW_TRIAL_CELLS)
        return b->dict.n + TW_TRIAL_REPEATS > b->cells.valid && b->cells.valid > TW_TRIAL_CELLS / 2;
    return b->dict.n > tw_dict_limit(rows);
}

/* The dictionary dies: codes become views, in the open cells and in the sealed chunks. */
TW_NODISCARD bool tw_builder_drop_dict(tw_builder *b);

/* Open cells of wholes become doubles. */
void tw_builder_doubles(tw_builder *b);
/* A cell that is -0.0 among open decimals; false when memory is out. */
TW_NODISCARD bool tw_builder_minus_zero(tw_builder *b);

#endif
