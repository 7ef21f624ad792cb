/* Columns: reading cells and chunks, whatever their storage.
 *
 * Kernels take whole chunks; single cells are for screens. Everything that makes columns stands
 * elsewhere: builder.c from cells, gather.c and patch.c from a column, merge.c from several. */
#include "data/column_impl.h"

#include <math.h>

enum tw_storage tw_storage_of(enum tw_type type) {
    static const enum tw_storage of[TW_TYPE_COUNT] = {
#define TW_TYPE(id, name, storage) [TW_##id] = TW_STORE_##storage,
#include "data/types.def"
#undef TW_TYPE
    };
    return of[type];
}

tw_column *tw_column_ref(const tw_column *column) {
    tw_column *own = (tw_column *)(uintptr_t)column;
    if (own)
        atomic_fetch_add_explicit(&own->refs, 1, memory_order_relaxed);
    return own;
}

void tw_column_unref(const tw_column *column) {
    tw_column *own = (tw_column *)(uintptr_t)column;
    if (!own || atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < own->n_chunks; i++)
        tw_chunk_unref(own->chunks[i]);
    free(own->chunks);
    free(own->bad_before);
    tw_space_unref(own->space);
    tw_dict_unref(own->dict);
    tw_levels_free(atomic_load(&own->levels));
    pthread_mutex_destroy(&own->lock);
    free(own);
}

/* Sum up what the chunks hold; false when memory is out. */
static bool count_cells(tw_column *c) {
    for (size_t i = 0; i < c->n_chunks; i++) {
        c->rows += c->chunks[i]->rows;
        c->valid += c->chunks[i]->valid;
        c->n_bad += c->chunks[i]->n_bad;
    }
    if (c->n_bad == 0)
        return true;
    c->bad_before = tw_calloc(c->n_chunks + 1, sizeof *c->bad_before);
    for (size_t i = 0; c->bad_before && i < c->n_chunks; i++)
        c->bad_before[i + 1] = c->bad_before[i] + c->chunks[i]->n_bad;
    return c->bad_before != NULL;
}

enum tw_rc tw_column_make(enum tw_type type, const tw_chunk **chunks, size_t n, tw_space *space,
                          tw_dict *dict, tw_column **out, tw_error *err) {
    tw_column *c = tw_calloc(1, sizeof *c);
    const tw_chunk **own = tw_calloc(n, sizeof *own);
    if (!c || !own) {
        for (size_t i = 0; i < n; i++)
            tw_chunk_unref(chunks[i]);
        tw_space_unref(space);
        tw_dict_unref(dict);
        free(c);
        free(own);
        return tw_fail_memory(err);
    }
    if (n)
        memcpy(own, chunks, n * sizeof *own);
    atomic_init(&c->refs, 1);
    c->type = type;
    c->n_chunks = n;
    c->chunks = own;
    c->space = space;
    c->dict = dict;
    pthread_mutex_init(&c->lock, NULL);
    if (!count_cells(c)) {
        tw_column_unref(c);
        return tw_fail_memory(err);
    }
    *out = c;
    return TW_OK;
}

enum tw_pack tw_column_pack(const tw_column *column) {
    enum tw_storage storage = tw_storage_of(column->type);
    if (storage != TW_STORE_TEXT)
        return storage == TW_STORE_F64 ? TW_PACK_REAL : TW_PACK_WHOLE;
    for (size_t i = 0; i < column->n_chunks; i++)
        if (column->chunks[i]->pack != TW_PACK_CODE && column->chunks[i]->valid > 0)
            return TW_PACK_VIEW;
    return column->dict ? TW_PACK_CODE : TW_PACK_VIEW;
}

void tw_cells_to_views(tw_cells *cells, const tw_dict *dict) {
    for (size_t i = 0; i < cells->rows; i++)
        cells->word[i] = tw_bit_get(cells->validity, i) ? dict->views[cells->word[i]] : 0;
}

enum tw_type tw_column_type(const tw_column *column) {
    return column->type;
}

int64_t tw_column_rows(const tw_column *column) {
    return column->rows;
}

size_t tw_column_chunks(const tw_column *column) {
    return column->n_chunks;
}

size_t tw_column_chunk_rows(const tw_column *column, size_t chunk) {
    return column->chunks[chunk]->rows;
}

int64_t tw_column_valid_count(const tw_column *column) {
    return column->valid;
}

int64_t tw_column_unreadable_count(const tw_column *column) {
    return column->n_bad;
}

size_t tw_column_bytes(const tw_column *column) {
    size_t bytes = sizeof *column + column->n_chunks * sizeof(void *);
    for (size_t i = 0; i < column->n_chunks; i++) /* one chunk may stand for many: all missing */
        if (i == 0 || column->chunks[i] != column->chunks[i - 1])
            bytes += column->chunks[i]->bytes;
    bytes += tw_space_heap_bytes(column->space);
    bytes += column->dict ? column->dict->n * sizeof column->dict->views[0] : 0;
    const tw_levels *levels = atomic_load_explicit(&column->levels, memory_order_acquire);
    if (levels)
        bytes +=
            (size_t)column->rows * sizeof(uint32_t) + levels->factor.levels * 2 * sizeof(int64_t);
    return bytes;
}

const uint64_t *tw_column_validity(const tw_column *column, size_t chunk) {
    return column->chunks[chunk]->validity;
}

const double *tw_column_f64(const tw_column *column, size_t chunk, double *scratch) {
    if (column->type == TW_TEXT)
        TW_BUG("a text column has no numbers");
    return tw_chunk_f64(column->chunks[chunk], scratch);
}

const int64_t *tw_column_i64(const tw_column *column, size_t chunk, int64_t *scratch) {
    if (tw_storage_of(column->type) != TW_STORE_I64)
        TW_BUG("only whole-number types read as i64");
    return tw_chunk_i64(column->chunks[chunk], scratch);
}

const tw_str *tw_column_texts(const tw_column *column, size_t chunk, tw_str *scratch) {
    const tw_chunk *c = column->chunks[chunk];
    if (column->type != TW_TEXT)
        TW_BUG("only a text column reads as texts");
    for (size_t i = 0; i < c->rows; i++)
        scratch[i] = tw_chunk_is_valid(c, i)
                         ? tw_space_text(column->space, tw_column_view(column, c, i))
                         : (tw_str){NULL, 0};
    return scratch;
}

uint32_t tw_column_dict_size(const tw_column *column) {
    return column->type == TW_TEXT && tw_column_pack(column) == TW_PACK_CODE ? column->dict->n : 0;
}

tw_str tw_column_dict_text(const tw_column *column, uint32_t code) {
    return tw_space_text(column->space, column->dict->views[code]);
}

const uint32_t *tw_column_dict_codes(const tw_column *column, size_t chunk, uint32_t *scratch) {
    const tw_chunk *c = column->chunks[chunk];
    for (size_t i = 0; i < c->rows; i++)
        scratch[i] = tw_chunk_is_valid(c, i) ? (uint32_t)tw_chunk_word(c, i) : TW_NO_CODE;
    return scratch;
}

/* Single cells */

static const tw_chunk *locate(const tw_column *column, int64_t row, size_t *at) {
    if (row < 0 || row >= column->rows)
        TW_BUG("row outside the column");
    *at = (size_t)row % TW_CHUNK_ROWS;
    return column->chunks[(size_t)row / TW_CHUNK_ROWS];
}

static tw_cell invalid_cell(const tw_column *column, const tw_chunk *c, size_t at) {
    size_t bad = c->n_bad ? tw_chunk_bad(c, at) : SIZE_MAX;
    if (bad == SIZE_MAX)
        return tw_cell_missing(column->type);
    return tw_cell_unreadable(column->type, tw_space_text(column->space, c->bad_views[bad]));
}

tw_cell tw_column_cell(const tw_column *column, int64_t row) {
    size_t at;
    const tw_chunk *c = locate(column, row, &at);
    if (!tw_chunk_is_valid(c, at))
        return invalid_cell(column, c, at);
    if (column->type == TW_TEXT)
        return tw_cell_text(tw_space_text(column->space, tw_column_view(column, c, at)));
    if (column->type == TW_FLOAT)
        return tw_cell_f64(tw_chunk_real(c, at));
    return tw_cell_i64(column->type, (int64_t)tw_chunk_word(c, at));
}

bool tw_column_is_value(const tw_column *column, int64_t row) {
    size_t at;
    const tw_chunk *c = locate(column, row, &at);
    return tw_chunk_is_valid(c, at);
}

double tw_column_number(const tw_column *column, int64_t row) {
    size_t at;
    const tw_chunk *c = locate(column, row, &at);
    if (column->type == TW_TEXT || !tw_chunk_is_valid(c, at))
        return (double)NAN;
    if (column->type == TW_FLOAT)
        return tw_chunk_real(c, at);
    return (double)(int64_t)tw_chunk_word(c, at);
}

void tw_column_copy_f64(const tw_column *column, double *out) {
    for (size_t i = 0; i < column->n_chunks; i++) {
        double *to = out + i * TW_CHUNK_ROWS;
        const double *from = tw_column_f64(column, i, to);
        if (from != to)
            memcpy(to, from, column->chunks[i]->rows * sizeof *to);
    }
}

int64_t tw_column_unreadable_row(const tw_column *column, size_t i, tw_str *text) {
    if (i >= (uint64_t)column->n_bad)
        TW_BUG("no unreadable cell of that number");
    size_t low = 0, high = column->n_chunks - 1;
    while (low < high) { /* last chunk that starts at or before the i-th */
        size_t middle = (low + high + 1) / 2;
        if (column->bad_before[middle] <= (int64_t)i)
            low = middle;
        else
            high = middle - 1;
    }
    const tw_chunk *c = column->chunks[low];
    size_t at = i - (size_t)column->bad_before[low];
    if (text)
        *text = tw_space_text(column->space, c->bad_views[at]);
    return (int64_t)(low * TW_CHUNK_ROWS) + c->bad_rows[at];
}
