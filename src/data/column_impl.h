/* Inside of a column, for the files that build and read them. Private to data. */
#ifndef TW_DATA_COLUMN_IMPL_H
#define TW_DATA_COLUMN_IMPL_H

#include <pthread.h>

#include "data/chunk.h"
#include "data/dict.h"

enum tw_storage { TW_STORE_I64, TW_STORE_F64, TW_STORE_TEXT };
enum tw_storage tw_storage_of(enum tw_type type);

typedef struct tw_levels { /* a factor and its memory */
    tw_factor factor;
    uint32_t *codes;
    int64_t *counts, *first;
} tw_levels;

struct tw_column {
    _Atomic uint32_t refs;
    enum tw_type type;
    int64_t rows, valid, n_bad;
    size_t n_chunks;
    const tw_chunk **chunks;
    int64_t *bad_before;  /* unreadable cells before each chunk; NULL when there are none at all */
    tw_space *space;      /* texts of values and of unreadable cells; NULL = none */
    tw_dict *dict;        /* for chunks of codes */
    pthread_mutex_t lock; /* taken while `levels` are made */
    _Atomic(tw_levels *) levels;
};

/* A column of chunks (taken over, also on failure; the array is copied), space and dict (taken over
 * too). */
TW_NODISCARD enum tw_rc tw_column_make(enum tw_type type, const tw_chunk **chunks, size_t n,
                                       tw_space *space, tw_dict *dict, tw_column **out,
                                       tw_error *err);
/* The pack that cells of a column are opened as: CODE only when every chunk with values has codes.
 */
enum tw_pack tw_column_pack(const tw_column *column);
/* View of the text at i of a chunk of codes or views. */
static inline uint64_t tw_column_view(const tw_column *column, const tw_chunk *chunk, size_t i) {
    uint64_t word = tw_chunk_word(chunk, i);
    return chunk->pack == TW_PACK_CODE && column->dict ? column->dict->views[word] : word;
}
/* Turn open cells of codes into cells of views. */
void tw_cells_to_views(tw_cells *cells, const tw_dict *dict);
void tw_levels_free(tw_levels *levels);

#endif
