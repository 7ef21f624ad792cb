/* A chunk: up to 64 Ki cells of a column, sealed as narrow as they go. Private to data.
 *
 * One allocation holds header, data, validity and the side list of unreadable cells; sealed chunks
 * are immutable and reference-counted, so versions of a column share them. A word of a cell is its
 * whole number, its dictionary code or its text view (data/text.h); doubles are apart. Wholes,
 * codes and views read as base + offset * step. */
#ifndef TW_DATA_CHUNK_H
#define TW_DATA_CHUNK_H

#include "data/column.h"

enum tw_pack {
    TW_PACK_WHOLE,  /* whole numbers */
    TW_PACK_CODE,   /* dictionary codes */
    TW_PACK_VIEW,   /* text views */
    TW_PACK_REAL,   /* doubles; NaN where invalid */
    TW_PACK_DECIMAL /* doubles that are whole / scale, exactly; sealed from TW_PACK_REAL where all
                       cells are */
};

typedef struct tw_chunk {
    _Atomic uint32_t refs;
    enum tw_pack pack;
    uint32_t rows, valid, n_bad, n_minus;
    uint32_t width;     /* bytes of an offset: 0 (all are base), 1, 2, 4, 8 */
    int64_t base, step; /* width 8: base 0, step 1, invalid cells 0 */
    double scale;
    const void *data;
    const uint64_t *validity;   /* NULL = all valid */
    const uint64_t *bad_views;  /* texts of unreadable cells … */
    const uint16_t *bad_rows;   /* … and their rows inside the chunk, ascending */
    const uint16_t *minus_rows; /* rows of a decimal chunk whose value is -0.0, ascending */
    size_t bytes;
} tw_chunk;

const tw_chunk *tw_chunk_ref(const tw_chunk *chunk);
void tw_chunk_unref(const tw_chunk *chunk); /* NULL is legal */

static inline bool tw_chunk_is_valid(const tw_chunk *c, size_t i) {
    return !c->validity || tw_bit_get(c->validity, i);
}
static inline uint64_t tw_chunk_offset(const tw_chunk *c, size_t i) {
    switch (c->width) {
    case 0:
        return 0;
    case 1:
        return ((const uint8_t *)c->data)[i];
    case 2:
        return ((const uint16_t *)c->data)[i];
    case 4:
        return ((const uint32_t *)c->data)[i];
    default:
        return ((const uint64_t *)c->data)[i];
    }
}
static inline uint64_t tw_chunk_word(const tw_chunk *c, size_t i) {
    return (uint64_t)c->base + tw_chunk_offset(c, i) * (uint64_t)c->step;
}
double tw_chunk_zero(const tw_chunk *c, size_t i); /* 0.0 or -0.0, whichever the decimal cell is */
static inline double tw_chunk_real(const tw_chunk *c, size_t i) {
    if (c->pack == TW_PACK_REAL)
        return ((const double *)c->data)[i];
    int64_t whole = (int64_t)tw_chunk_word(c, i);
    return whole == 0 && c->n_minus ? tw_chunk_zero(c, i) : (double)whole / c->scale;
}
/* Position in the side list of the unreadable cell at i, or SIZE_MAX. */
size_t tw_chunk_bad(const tw_chunk *c, size_t i);

/* Open cells: what a chunk is sealed from. In place; grows up to TW_CHUNK_ROWS. */
typedef struct tw_cells {
    size_t rows, room, valid;
    union {
        uint64_t *word;
        int64_t *whole;
        double *real;
    };
    uint64_t *validity; /* a bit for each row; always there */
    size_t n_bad, bad_room;
    uint64_t *bad_views;
    uint16_t *bad_rows;
} tw_cells;

TW_NODISCARD bool tw_cells_init(tw_cells *cells,
                                size_t room); /* room: rows expected, at most TW_CHUNK_ROWS */
void tw_cells_fini(tw_cells *cells);
void tw_cells_clear(tw_cells *cells);
TW_NODISCARD bool tw_cells_grow(tw_cells *cells); /* when rows == room < TW_CHUNK_ROWS */
TW_NODISCARD bool tw_cells_bad(tw_cells *cells, size_t row, uint64_t view); /* rows ascending */
/* Fill from a chunk; words, or doubles for the packs of doubles. */
TW_NODISCARD bool tw_cells_load(tw_cells *cells, const tw_chunk *chunk);
/* Seal: WHOLE, CODE, VIEW or REAL. Invalid words are overwritten. NULL when memory is out. */
TW_NODISCARD const tw_chunk *tw_chunk_seal(tw_cells *cells, enum tw_pack pack);
/* The same for doubles that are whole[i] / 10^decimals, decimals <= 9, wholes within 2^51; -0.0 in
 * the rows of `minus`, which are ascending. */
TW_NODISCARD const tw_chunk *tw_chunk_seal_decimal(tw_cells *cells, int decimals,
                                                   const uint16_t *minus, size_t n_minus);

/* Cells of a sealed chunk as numbers; scratch has room for chunk->rows. */
const double *tw_chunk_f64(const tw_chunk *chunk, double *scratch);
const int64_t *tw_chunk_i64(const tw_chunk *chunk, int64_t *scratch);

#endif
