/* Sealing cells into chunks and opening them again.
 *
 * Whole numbers are stored as the distance from the chunk's least value in as few bytes as it takes
 * (frame of reference); times that fall on whole seconds are divided first. Doubles with a few
 * decimals become whole numbers too, but only where reading them back gives the same bits. Sealing
 * happens once per 64 Ki cells, so it may look at the cells more than once. */
#include "data/chunk.h"

#include <math.h>

#include "data/pack.h"

const tw_chunk *tw_chunk_ref(const tw_chunk *chunk) {
    if (chunk) {
        tw_chunk *own = (tw_chunk *)(uintptr_t)chunk;
        atomic_fetch_add_explicit(&own->refs, 1, memory_order_relaxed);
    }
    return chunk;
}

void tw_chunk_unref(const tw_chunk *chunk) {
    if (!chunk)
        return;
    tw_chunk *own = (tw_chunk *)(uintptr_t)chunk;
    if (atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) == 1)
        free(own);
}

/* Position of row i in an ascending list, or SIZE_MAX. */
static size_t find_row(const uint16_t *rows, size_t n, size_t i) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rows[middle] < i)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && rows[low] == i ? low : SIZE_MAX;
}

size_t tw_chunk_bad(const tw_chunk *c, size_t i) {
    return find_row(c->bad_rows, c->n_bad, i);
}

double tw_chunk_zero(const tw_chunk *c, size_t i) {
    return find_row(c->minus_rows, c->n_minus, i) == SIZE_MAX ? 0.0 : -0.0;
}

/* Open cells */

static bool cells_resize(tw_cells *cells, size_t room) {
    uint64_t *word = tw_realloc(cells->word, room, sizeof *word);
    if (!word)
        return false;
    cells->word = word;
    uint64_t *validity = tw_realloc(cells->validity, tw_bitmap_words(room), sizeof *validity);
    if (!validity)
        return false;
    size_t had = tw_bitmap_words(cells->room);
    memset(validity + had, 0, (tw_bitmap_words(room) - had) * sizeof *validity);
    cells->validity = validity;
    cells->room = room;
    return true;
}

bool tw_cells_init(tw_cells *cells, size_t room) {
    *cells = (tw_cells){0};
    room = room < 64 ? 64 : TW_MIN(room, TW_CHUNK_ROWS);
    return cells_resize(cells, room);
}

void tw_cells_fini(tw_cells *cells) {
    free(cells->word);
    free(cells->validity);
    free(cells->bad_views);
    free(cells->bad_rows);
    *cells = (tw_cells){0};
}

void tw_cells_clear(tw_cells *cells) {
    memset(cells->validity, 0, tw_bitmap_words(cells->room) * sizeof *cells->validity);
    cells->rows = cells->valid = cells->n_bad = 0;
}

bool tw_cells_grow(tw_cells *cells) {
    return cells_resize(cells, TW_MIN(cells->room * 4, TW_CHUNK_ROWS));
}

bool tw_cells_bad(tw_cells *cells, size_t row, uint64_t view) {
    if (cells->n_bad == cells->bad_room) {
        size_t room = cells->bad_room ? cells->bad_room * 2 : 16;
        uint64_t *views = tw_realloc(cells->bad_views, room, sizeof *views);
        if (!views)
            return false;
        cells->bad_views = views;
        uint16_t *rows = tw_realloc(cells->bad_rows, room, sizeof *rows);
        if (!rows)
            return false;
        cells->bad_rows = rows;
        cells->bad_room = room;
    }
    cells->bad_views[cells->n_bad] = view;
    cells->bad_rows[cells->n_bad++] = (uint16_t)row;
    return true;
}

bool tw_cells_load(tw_cells *cells, const tw_chunk *chunk) {
    while (cells->room < chunk->rows)
        if (!tw_cells_grow(cells))
            return false;
    tw_cells_clear(cells);
    if (chunk->pack == TW_PACK_REAL)
        memcpy(cells->real, chunk->data, chunk->rows * sizeof(double));
    else if (chunk->pack == TW_PACK_DECIMAL)
        tw_pack_doubles(chunk, cells->real);
    else
        tw_pack_widen(chunk, cells->word);
    cells->rows = chunk->rows;
    cells->valid = chunk->valid;
    if (chunk->validity)
        memcpy(cells->validity, chunk->validity, tw_bitmap_words(chunk->rows) * sizeof(uint64_t));
    else
        tw_bitmap_fill(cells->validity, chunk->rows);
    for (size_t i = 0; i < chunk->n_bad; i++)
        if (!tw_cells_bad(cells, chunk->bad_rows[i], chunk->bad_views[i]))
            return false;
    return true;
}

/* Sealing */

static size_t to_line(size_t bytes) {
    return (bytes + 63) & ~(size_t)63;
}

/* One block: header, data, validity (unless all valid), side list. The cells' data are left to the
 * caller. */
static tw_chunk *chunk_new(const tw_cells *cells, size_t data_bytes, void **data) {
    bool whole = cells->valid == cells->rows;
    size_t at_data = to_line(sizeof(tw_chunk));
    size_t at_validity = at_data + to_line(data_bytes);
    size_t at_views = at_validity + (whole ? 0 : to_line(tw_bitmap_words(cells->rows) * 8));
    size_t at_rows = at_views + cells->n_bad * sizeof(uint64_t);
    size_t bytes = to_line(at_rows + cells->n_bad * sizeof(uint16_t));
    char *block = aligned_alloc(64, bytes);
    if (!block)
        return NULL;
    tw_chunk *chunk = (tw_chunk *)(void *)block;
    *chunk = (tw_chunk){.refs = 1,
                        .rows = (uint32_t)cells->rows,
                        .valid = (uint32_t)cells->valid,
                        .n_bad = (uint32_t)cells->n_bad,
                        .step = 1,
                        .scale = 1,
                        .bytes = bytes};
    *data = block + at_data;
    chunk->data = *data;
    if (!whole) {
        memcpy(block + at_validity, cells->validity, tw_bitmap_words(cells->rows) * 8);
        chunk->validity = (const uint64_t *)(const void *)(block + at_validity);
    }
    if (cells->n_bad) {
        memcpy(block + at_views, cells->bad_views, cells->n_bad * sizeof(uint64_t));
        memcpy(block + at_rows, cells->bad_rows, cells->n_bad * sizeof(uint16_t));
        chunk->bad_views = (const uint64_t *)(const void *)(block + at_views);
        chunk->bad_rows = (const uint16_t *)(const void *)(block + at_rows);
    }
    return chunk;
}

static uint32_t width_of(uint64_t range) {
    if (range == 0)
        return 0;
    return range <= UINT8_MAX ? 1 : range <= UINT16_MAX ? 2 : range <= UINT32_MAX ? 4 : 8;
}

/* First valid row: its value stands in for the invalid ones while the range is taken. rows when
 * there is none. */
static size_t first_valid(const tw_cells *cells) {
    for (size_t w = 0; w < tw_bitmap_words(cells->rows); w++)
        if (cells->validity[w])
            return w * 64 + (size_t)__builtin_ctzll(cells->validity[w]);
    return cells->rows;
}

static void fill_invalid(tw_cells *cells, uint64_t value) {
    if (cells->valid < cells->rows)
        tw_pack_fill_words(cells->word, cells->validity, cells->rows, value);
}

typedef struct frame {
    int64_t base, step;
    uint32_t width;
} frame;

static frame frame_of(const int64_t *values, size_t n, enum tw_pack pack) {
    static const int64_t steps[] = {1000000, 1000};
    if (n == 0)
        return (frame){0, 1, 0};
    int64_t low, high;
    tw_pack_range(values, n, &low, &high);
    uint64_t range = (uint64_t)high - (uint64_t)low;
    frame plain = {low, 1, width_of(range)};
    if (plain.width < 8)
        return plain;
    for (size_t i = 0; pack == TW_PACK_WHOLE && i < TW_COUNT(steps); i++)
        if (range / (uint64_t)steps[i] <= UINT32_MAX && tw_pack_divides(values, n, low, steps[i]))
            return (frame){low, steps[i], 4};
    return (frame){0, 1, 8};
}

static const tw_chunk *seal_whole(tw_cells *cells, enum tw_pack pack) {
    enum { FEW = 256 };
    frame f = {0, 1, 0};
    if (pack == TW_PACK_VIEW && cells->valid > FEW) { /* offsets in a text: never near each other */
        f.width = 8;
    } else if (cells->valid) {
        fill_invalid(cells, cells->word[first_valid(cells)]);
        f = frame_of(cells->whole, cells->rows, pack);
    }
    if (f.width == 8)
        fill_invalid(cells, 0);
    void *data;
    tw_chunk *chunk = chunk_new(cells, cells->rows * f.width, &data);
    if (!chunk)
        return NULL;
    chunk->pack = pack;
    chunk->base = f.base;
    chunk->step = f.step;
    chunk->width = f.width;
    tw_pack_narrow(cells->whole, cells->rows, f.base, f.step, f.width, data);
    return chunk;
}

static const tw_chunk *seal_doubles(tw_cells *cells) {
    tw_pack_fill_doubles(cells->real, cells->validity, cells->rows, (double)NAN);
    void *data;
    tw_chunk *chunk = chunk_new(cells, cells->rows * sizeof(double), &data);
    if (!chunk)
        return NULL;
    chunk->pack = TW_PACK_REAL;
    chunk->width = 8;
    memcpy(data, cells->real, cells->rows * sizeof(double));
    return chunk;
}

/* Rows of -0.0 into `rows`, which has room for them all; how many there are. */
static size_t minus_zeros(const tw_cells *cells, uint16_t *rows) {
    size_t n = 0;
    for (size_t i = 0; i < cells->rows; i++)
        if (tw_same_f64(cells->real[i], 0) && signbit(cells->real[i]) &&
            tw_bit_get(cells->validity, i))
            rows[n++] = (uint16_t)i;
    return n;
}

static const tw_chunk *seal_decimals(const tw_cells *cells, const int64_t *wholes, frame f,
                                     int decimals, const uint16_t *minus, size_t n_minus) {
    size_t at_minus = (cells->rows * f.width + 1) & ~(size_t)1;
    void *data;
    tw_chunk *chunk = chunk_new(cells, at_minus + n_minus * sizeof(uint16_t), &data);
    if (!chunk)
        return NULL;
    chunk->pack = TW_PACK_DECIMAL;
    chunk->base = f.base;
    chunk->width = f.width;
    chunk->scale = tw_pack_power10(decimals);
    tw_pack_narrow(wholes, cells->rows, f.base, 1, f.width, data);
    uint16_t *rows = (uint16_t *)(void *)((char *)data + at_minus);
    if (n_minus)
        memcpy(rows, minus, n_minus * sizeof *rows);
    chunk->n_minus = (uint32_t)n_minus;
    chunk->minus_rows = rows;
    return chunk;
}

static const tw_chunk *seal_real(tw_cells *cells) {
    int64_t *wholes = tw_calloc(cells->rows, sizeof *wholes);
    uint16_t *minus = tw_calloc(cells->rows, sizeof *minus);
    const tw_chunk *chunk = NULL;
    int decimals = 0;
    frame f = {0, 1, 0};
    if (!wholes || !minus)
        goto done;
    if (cells->valid) {
        double filler = cells->real[first_valid(cells)];
        tw_pack_fill_doubles(cells->real, cells->validity, cells->rows, filler);
        decimals = tw_pack_decimals(cells->real, cells->rows, wholes);
    }
    if (cells->valid && decimals >= 0)
        f = frame_of(wholes, cells->rows, TW_PACK_REAL);
    if (decimals >= 0 && f.width < 8)
        chunk = seal_decimals(cells, wholes, f, decimals, minus, minus_zeros(cells, minus));
    else
        chunk = seal_doubles(cells);
done:
    free(wholes);
    free(minus);
    return chunk;
}

/* As few decimals as tell the values apart, as doubles would get. */
static int fewest_decimals(int64_t *wholes, size_t n, int decimals) {
    for (; decimals > 0; decimals--) {
        for (size_t i = 0; i < n; i++)
            if (wholes[i] % 10)
                return decimals;
        for (size_t i = 0; i < n; i++)
            wholes[i] /= 10;
    }
    return 0;
}

const tw_chunk *tw_chunk_seal_decimal(tw_cells *cells, int decimals, const uint16_t *minus,
                                      size_t n_minus) {
    frame f = {0, 1, 0};
    if (cells->valid) {
        fill_invalid(cells, cells->word[first_valid(cells)]);
        decimals = fewest_decimals(cells->whole, cells->rows, decimals);
        f = frame_of(cells->whole, cells->rows, TW_PACK_REAL);
    }
    if (f.width < 8)
        return seal_decimals(cells, cells->whole, f, decimals, minus, n_minus);
    tw_pack_to_doubles(cells->word, cells->rows, decimals);
    for (size_t i = 0; i < n_minus; i++)
        cells->real[minus[i]] = -0.0;
    return seal_doubles(cells);
}

const tw_chunk *tw_chunk_seal(tw_cells *cells, enum tw_pack pack) {
    return pack == TW_PACK_REAL ? seal_real(cells) : seal_whole(cells, pack);
}

/* Reading */

const double *tw_chunk_f64(const tw_chunk *chunk, double *scratch) {
    if (chunk->pack == TW_PACK_REAL)
        return chunk->data;
    tw_pack_doubles(chunk, scratch);
    if (chunk->validity)
        tw_pack_fill_doubles(scratch, chunk->validity, chunk->rows, (double)NAN);
    return scratch;
}

const int64_t *tw_chunk_i64(const tw_chunk *chunk, int64_t *scratch) {
    if (chunk->width == 8)
        return chunk->data;
    uint64_t *out = (uint64_t *)scratch;
    tw_pack_widen(chunk, out);
    if (chunk->validity)
        tw_pack_fill_words(out, chunk->validity, chunk->rows, 0);
    return scratch;
}
