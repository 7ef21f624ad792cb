/* The set is of addresses, open addressing with linear steps, doubled when half full. The history
 * asks after every few changes (app/history.c): versions share nearly everything, so most of the
 * work is finding that a column is the same one as in the version weighed before. */
#include "data/weigh.h"

#include "data/column_impl.h"
#include "data/table_impl.h"

struct tw_weight {
    const void **slots;
    size_t n, size; /* a power of two */
};

enum { FIRST = 1 << 10 };

tw_weight *tw_weight_new(void) {
    tw_weight *w = tw_calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->size = FIRST;
    w->slots = tw_calloc(w->size, sizeof *w->slots);
    if (w->slots)
        return w;
    free(w);
    return NULL;
}

void tw_weight_free(tw_weight *w) {
    if (!w)
        return;
    free(w->slots);
    free(w);
}

/* Where the piece is or would be. */
static const void **slot_of(const void **slots, size_t size, const void *piece) {
    uint64_t hash = (uint64_t)(uintptr_t)piece * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(hash >> 20) & (size - 1);
    while (slots[at] && slots[at] != piece)
        at = (at + 1) & (size - 1);
    return &slots[at];
}

static bool grow(tw_weight *w) {
    if (w->n < w->size / 2)
        return true;
    const void **more = tw_calloc(w->size * 2, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < w->size; i++)
        if (w->slots[i])
            *slot_of(more, w->size * 2, w->slots[i]) = w->slots[i];
    free(w->slots);
    w->slots = more;
    w->size *= 2;
    return true;
}

static bool is_new(tw_weight *w, const void *piece) {
    if (!piece || !grow(w))
        return false;
    const void **slot = slot_of(w->slots, w->size, piece);
    if (*slot)
        return false;
    *slot = piece;
    w->n++;
    return true;
}

uint64_t tw_weight_piece(tw_weight *w, const void *piece, uint64_t bytes) {
    return is_new(w, piece) ? bytes : 0;
}

static uint64_t weigh_texts(tw_weight *w, const tw_space *space) {
    uint64_t bytes = 0;
    if (!is_new(w, space))
        return 0;
    for (size_t i = 0; i < space->n; i++)
        if (space->at[i].block->heap)
            bytes += tw_weight_piece(w, space->at[i].block,
                                     (uint64_t)(space->at[i].end - space->at[i].start));
    return bytes;
}

static uint64_t weigh_column(tw_weight *w, const tw_column *column) {
    uint64_t bytes = sizeof *column + column->n_chunks * sizeof(void *);
    if (!is_new(w, column))
        return 0;
    for (size_t i = 0; i < column->n_chunks; i++)
        bytes += tw_weight_piece(w, column->chunks[i], column->chunks[i]->bytes);
    bytes += weigh_texts(w, column->space);
    if (column->dict)
        bytes += tw_weight_piece(w, column->dict, column->dict->n * sizeof column->dict->views[0]);
    if (atomic_load_explicit(&column->levels, memory_order_acquire))
        bytes += (uint64_t)column->rows * sizeof(uint32_t);
    return bytes;
}

uint64_t tw_weight_table(tw_weight *w, const tw_table *table, const tw_table *like) {
    if (!is_new(w, table))
        return 0;
    const tw_row_list *origin = table->origin;
    uint64_t bytes =
        origin ? tw_weight_piece(w, origin, (uint64_t)origin->n * sizeof *origin->at) : 0;
    for (size_t i = 0; i < table->columns.n; i++) {
        const tw_lazy *lazy = table->columns.lazies[i];
        if (like && i < like->columns.n && like->columns.lazies[i] == lazy)
            continue;
        const tw_column *column = tw_lazy_ready(lazy);
        bytes += column ? weigh_column(w, column) : 0;
    }
    return bytes;
}
