/* Building a column cell by cell; many at once are builder_many.c.
 *
 * Cells are collected open and sealed 64 Ki at a time. Text goes through a dictionary until that
 * proves useless: when nearly all of the first cells differ, or when it outgrows a tenth of the
 * rows; then all codes so far become views, which costs one pass and loses nothing, since entries
 * are views themselves. */
#include "data/builder_impl.h"

#include <math.h>

/* Heap and dictionary for a column that begins; what the last one left is gone. */
static bool begin_column(tw_builder *b, tw_mapping *backing) {
    static const enum tw_pack pack_of[] = {[TW_STORE_I64] = TW_PACK_WHOLE,
                                           [TW_STORE_F64] = TW_PACK_REAL,
                                           [TW_STORE_TEXT] = TW_PACK_CODE};
    tw_space *space = backing ? tw_space_of_mapping(backing) : NULL;
    tw_heap_fini(&b->heap);
    tw_heap_init(&b->heap, space);
    tw_space_unref(space);
    b->pack = pack_of[tw_storage_of(b->type)];
    b->decimals = -1;
    b->n_minus = 0;
    if (b->lately)
        memset(b->lately, 0, sizeof *b->lately << TW_LATELY_BITS);
    if (!space && backing)
        return false;
    if (b->dict.slots)
        tw_dict_writer_clear(&b->dict);
    else if (b->pack == TW_PACK_CODE)
        return tw_dict_writer_init(&b->dict, &b->heap, NULL);
    return true;
}

enum tw_rc tw_builder_new(enum tw_type type, tw_mapping *backing, tw_builder **out, tw_error *err) {
    tw_builder *b = tw_calloc(1, sizeof *b);
    if (!b)
        return tw_fail_memory(err);
    b->type = type;
    if (!tw_cells_init(&b->cells, 1024) || !begin_column(b, backing)) {
        tw_builder_free(b);
        return tw_fail_memory(err);
    }
    *out = b;
    return TW_OK;
}

enum tw_rc tw_builder_again(tw_builder *b, tw_mapping *backing, tw_error *err) {
    for (size_t i = 0; i < b->n_chunks; i++)
        tw_chunk_unref(b->chunks[i]);
    b->n_chunks = 0;
    b->rows = 0;
    tw_cells_clear(&b->cells);
    return begin_column(b, backing) ? TW_OK : tw_fail_memory(err);
}

void tw_builder_begin_at(tw_builder *b, uint64_t at) {
    tw_heap_leave(&b->heap, at);
}

void tw_builder_free(tw_builder *b) {
    if (!b)
        return;
    for (size_t i = 0; i < b->n_chunks; i++)
        tw_chunk_unref(b->chunks[i]);
    free(b->chunks);
    tw_cells_fini(&b->cells);
    tw_dict_writer_fini(&b->dict);
    tw_heap_fini(&b->heap);
    free(b->lately);
    free(b->minus);
    free(b);
}

static bool views_of_codes(const tw_builder *b, tw_cells *cells) {
    for (size_t i = 0; i < cells->rows; i++)
        cells->word[i] = tw_bit_get(cells->validity, i) ? b->dict.views[cells->word[i]] : 0;
    return true;
}

bool tw_builder_drop_dict(tw_builder *b) {
    tw_cells cells;
    if (!tw_cells_init(&cells, b->n_chunks ? TW_CHUNK_ROWS : 0))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < b->n_chunks; i++) {
        const tw_chunk *chunk = NULL;
        if (tw_cells_load(&cells, b->chunks[i]) && views_of_codes(b, &cells))
            chunk = tw_chunk_seal(&cells, TW_PACK_VIEW);
        good = chunk != NULL;
        if (good) {
            tw_chunk_unref(b->chunks[i]);
            b->chunks[i] = chunk;
        }
    }
    tw_cells_fini(&cells);
    if (!good)
        return false;
    views_of_codes(b, &b->cells);
    tw_dict_writer_clear(&b->dict);
    b->pack = TW_PACK_VIEW;
    return true;
}

bool tw_builder_has_codes(const tw_builder *b) {
    return b->pack == TW_PACK_CODE;
}

static bool each_code(const tw_builder *b, bool (*take)(void *ctx, tw_str text, int64_t times),
                      void *ctx) {
    int64_t *times = tw_calloc((size_t)b->dict.n + 1, sizeof *times);
    if (!times)
        return false;
    for (size_t i = 0; i < b->cells.rows; i++)
        times[b->cells.word[i]]++;
    times[0] -= (int64_t)(b->cells.rows - b->cells.valid); /* what is missing has word 0 */
    bool good = true;
    for (uint32_t code = 0; code < b->dict.n && good; code++)
        good = take(ctx, tw_heap_text(&b->heap, b->dict.views[code]), times[code]);
    free(times);
    return good;
}

bool tw_builder_each_text(const tw_builder *b, bool (*take)(void *ctx, tw_str text, int64_t times),
                          void *ctx) {
    if (b->n_chunks || b->pack == TW_PACK_WHOLE || b->pack == TW_PACK_REAL)
        TW_BUG("texts of a column of another kind, or of sealed cells");
    if (b->pack == TW_PACK_CODE)
        return each_code(b, take, ctx);
    bool good = true;
    for (size_t i = 0; i < b->cells.rows && good; i++)
        if (tw_bit_get(b->cells.validity, i))
            good = take(ctx, tw_heap_text(&b->heap, b->cells.word[i]), 1);
    return good;
}

static bool seal_open(tw_builder *b) {
    if (b->n_chunks == b->room) {
        size_t room = b->room ? b->room * 2 : 8;
        const tw_chunk **chunks = tw_realloc(b->chunks, room, sizeof *chunks);
        if (!chunks)
            return false;
        b->chunks = chunks;
        b->room = room;
    }
    const tw_chunk *chunk =
        b->decimals < 0 ? tw_chunk_seal(&b->cells, b->pack)
                        : tw_chunk_seal_decimal(&b->cells, b->decimals, b->minus, b->n_minus);
    if (!chunk)
        return false;
    b->chunks[b->n_chunks++] = chunk;
    b->rows += (int64_t)b->cells.rows;
    tw_cells_clear(&b->cells);
    b->decimals = -1;
    b->n_minus = 0;
    return true;
}

bool tw_builder_room(tw_builder *b) {
    if (b->cells.rows < b->cells.room)
        return true;
    return b->cells.rows == TW_CHUNK_ROWS ? seal_open(b) : tw_cells_grow(&b->cells);
}

static void mark_valid(tw_builder *b) {
    tw_bit_set(b->cells.validity, b->cells.rows++);
    b->cells.valid++;
}

static enum tw_rc out_of_room(tw_error *err) {
    return tw_fail_memory(err);
}

enum tw_rc tw_builder_i64(tw_builder *b, int64_t value, tw_error *err) {
    if (b->pack == TW_PACK_REAL)
        return tw_builder_f64(b, (double)value, err);
    if (b->pack != TW_PACK_WHOLE)
        TW_BUG("a number for a text column");
    if (!tw_builder_room(b))
        return out_of_room(err);
    b->cells.whole[b->cells.rows] = value;
    mark_valid(b);
    return TW_OK;
}

enum tw_rc tw_builder_f64(tw_builder *b, double value, tw_error *err) {
    tw_cell cell;
    if (b->pack != TW_PACK_REAL) {
        if (!tw_type_ops_of(b->type)->from_f64(value, &cell))
            return tw_builder_missing(b, 1, err);
        return tw_builder_i64(b, cell.i, err);
    }
    if (isnan(value))
        return tw_builder_missing(b, 1, err);
    if (!tw_builder_room(b))
        return out_of_room(err);
    bool minus_zero = b->decimals >= 0 && signbit(value) && tw_same_f64(value, 0);
    if (minus_zero && !tw_builder_minus_zero(b))
        return out_of_room(err);
    if (!minus_zero) {
        tw_builder_doubles(b);
        b->cells.real[b->cells.rows] = value;
    }
    mark_valid(b);
    return TW_OK;
}

enum tw_rc tw_builder_text(tw_builder *b, tw_str value, tw_error *err) {
    if (b->pack != TW_PACK_CODE && b->pack != TW_PACK_VIEW)
        TW_BUG("a text for a column of numbers");
    if (!tw_builder_room(b))
        return out_of_room(err);
    uint64_t word = 0;
    if (b->pack == TW_PACK_CODE) {
        word = tw_dict_writer_code(&b->dict, value);
        if (word == UINT32_MAX)
            return out_of_room(err);
    } else if (!tw_heap_view(&b->heap, value, &word)) {
        return out_of_room(err);
    }
    b->cells.word[b->cells.rows] = word;
    mark_valid(b);
    if (b->pack == TW_PACK_CODE && tw_builder_is_unlike(b) && !tw_builder_drop_dict(b))
        return out_of_room(err);
    return TW_OK;
}

enum tw_rc tw_builder_missing(tw_builder *b, int64_t n, tw_error *err) {
    for (; n > 0; n--) {
        if (!tw_builder_room(b))
            return out_of_room(err);
        b->cells.word[b->cells.rows++] = 0;
    }
    return TW_OK;
}

enum tw_rc tw_builder_unreadable(tw_builder *b, tw_str text, tw_error *err) {
    uint64_t view;
    if (!tw_builder_room(b) || !tw_heap_view(&b->heap, text, &view) ||
        !tw_cells_bad(&b->cells, b->cells.rows, view))
        return out_of_room(err);
    b->cells.word[b->cells.rows++] = 0;
    return TW_OK;
}

enum tw_rc tw_builder_cell(tw_builder *b, const tw_cell *cell, tw_error *err) {
    if (cell->state == TW_MISSING)
        return tw_builder_missing(b, 1, err);
    if (cell->state == TW_UNREADABLE)
        return tw_builder_unreadable(b, cell->text, err);
    if (cell->type != b->type)
        TW_BUG("a cell of another type");
    if (cell->type == TW_TEXT)
        return tw_builder_text(b, cell->text, err);
    if (cell->type == TW_FLOAT)
        return tw_builder_f64(b, cell->f, err);
    return tw_builder_i64(b, cell->i, err);
}

enum tw_rc tw_builder_finish(tw_builder *b, tw_column **out, tw_error *err) {
    if (b->cells.rows && !seal_open(b))
        return out_of_room(err);
    tw_dict *dict = b->pack == TW_PACK_CODE ? tw_dict_writer_seal(&b->dict) : NULL;
    if (b->pack == TW_PACK_CODE && !dict)
        return out_of_room(err);
    tw_space *space = NULL;
    if (!tw_heap_seal(&b->heap, &space)) {
        tw_dict_unref(dict);
        return out_of_room(err);
    }
    size_t n = b->n_chunks;
    b->n_chunks = 0;
    b->rows = 0;
    enum tw_rc rc = tw_column_make(b->type, b->chunks, n, space, dict, out, err);
    free(b->chunks);
    b->chunks = NULL;
    b->room = 0;
    return rc;
}
