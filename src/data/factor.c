/* Factors: cells as level numbers in order of first appearance, made once for each column and kept
 * with it.
 *
 * Codes of a dictionary are renumbered through a table; whole numbers of a narrow range are looked
 * up directly; all else is hashed. Levels of a view column are compared as text, of numbers by
 * value (-0.0 is 0.0). */
#include "data/column_impl.h"

#include "base/file.h"
#include "base/hash.h"

void tw_levels_free(tw_levels *levels) {
    if (!levels)
        return;
    free(levels->codes);
    free(levels->counts);
    free(levels->first);
    free(levels);
}

typedef struct maker {
    const tw_column *column;
    tw_levels *levels;
    uint32_t n, room, limit;
    bool full; /* more levels than the limit */
    uint64_t *scratch;
    const tw_task *task;
} maker;

/* Polled once a chunk. */
static bool goes_on(const maker *m) {
    return !tw_task_cancelled(m->task);
}

static bool grow_levels(maker *m) {
    size_t room = m->room ? (size_t)m->room * 2 : 64;
    int64_t *counts = tw_realloc(m->levels->counts, room, sizeof *counts);
    if (!counts)
        return false;
    m->levels->counts = counts;
    int64_t *first = tw_realloc(m->levels->first, room, sizeof *first);
    if (!first)
        return false;
    m->levels->first = first;
    m->room = (uint32_t)room;
    return true;
}

/* Number of a level that was not seen before; TW_NO_CODE when it cannot be had. */
static uint32_t new_level(maker *m, int64_t row) {
    if (m->n == m->limit) {
        m->full = true;
        return TW_NO_CODE;
    }
    if (m->n == m->room && !grow_levels(m))
        return TW_NO_CODE;
    m->levels->counts[m->n] = 0;
    m->levels->first[m->n] = row;
    return m->n++;
}

static inline void put_code(maker *m, int64_t row, uint32_t code) {
    m->levels->codes[row] = code;
    m->levels->counts[code]++;
}

/* Small keys: `table` gives the level of key, TW_NO_CODE = not seen. Keys of a chunk stand in
 * scratch. */
static bool code_direct(maker *m, const tw_chunk *c, int64_t row, uint64_t base, uint32_t *table) {
    for (size_t i = 0; i < c->rows; i++) {
        if (!tw_chunk_is_valid(c, i)) {
            m->levels->codes[row + (int64_t)i] = TW_NO_CODE;
            continue;
        }
        uint32_t *level = &table[m->scratch[i] - base];
        if (*level == TW_NO_CODE)
            *level = new_level(m, row + (int64_t)i);
        if (*level == TW_NO_CODE)
            return false;
        put_code(m, row + (int64_t)i, *level);
    }
    return true;
}

enum { DIRECT_LIMIT = 1 << 21 };

/* Range of the words of a column: codes or whole numbers. false when it is empty or too wide for a
 * table. */
static bool narrow_range(maker *m, uint64_t *base, size_t *size) {
    const tw_column *column = m->column;
    if (column->type == TW_TEXT) {
        *base = 0;
        *size = column->dict ? column->dict->n : 0;
        return tw_column_pack(column) == TW_PACK_CODE;
    }
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t k = 0; k < column->n_chunks; k++) {
        const tw_chunk *c = column->chunks[k];
        if (c->width > 2 || c->step != 1)
            return false;
        if (c->valid == 0)
            continue;
        int64_t most = c->base + (c->width == 0 ? 0 : c->width == 1 ? UINT8_MAX : UINT16_MAX);
        low = TW_MIN(low, c->base);
        high = TW_MAX(high, most < c->base ? INT64_MAX : most);
    }
    if (low > high || (uint64_t)high - (uint64_t)low >= DIRECT_LIMIT)
        return false;
    *base = (uint64_t)low;
    *size = (size_t)((uint64_t)high - (uint64_t)low + 1);
    return true;
}

static bool make_direct(maker *m, uint64_t base, size_t size) {
    uint32_t *table = tw_calloc(size, sizeof *table);
    if (!table)
        return false;
    memset(table, 0xff, size * sizeof *table);
    bool good = true;
    for (size_t k = 0; good && k < m->column->n_chunks; k++) {
        const tw_chunk *c = m->column->chunks[k];
        for (size_t i = 0; i < c->rows; i++)
            m->scratch[i] = tw_chunk_word(c, i);
        good = code_direct(m, c, (int64_t)(k * TW_CHUNK_ROWS), base, table) && goes_on(m);
    }
    free(table);
    return good;
}

/* Numbers of any range: open addressing on 64-bit keys, a slot in one cache line. */
typedef struct key_slot {
    uint64_t key;
    uint32_t level; /* TW_NO_CODE = free */
} key_slot;

typedef struct key_map {
    key_slot *slots;
    size_t mask, used;
} key_map;

static bool key_map_grow(key_map *map, size_t count) {
    key_map next = {
        .slots = tw_calloc(count, sizeof *next.slots), .mask = count - 1, .used = map->used};
    if (!next.slots)
        return false;
    for (size_t i = 0; i < count; i++)
        next.slots[i].level = TW_NO_CODE;
    for (size_t i = 0; map->slots && i <= map->mask; i++) {
        if (map->slots[i].level == TW_NO_CODE)
            continue;
        size_t at = (size_t)tw_mix64(map->slots[i].key) & next.mask;
        while (next.slots[at].level != TW_NO_CODE)
            at = (at + 1) & next.mask;
        next.slots[at] = map->slots[i];
    }
    free(map->slots);
    *map = next;
    return true;
}

static uint32_t key_level(maker *m, key_map *map, uint64_t key, int64_t row) {
    if (map->used * 4 >= map->mask * 3 && !key_map_grow(map, (map->mask + 1) * 2))
        return TW_NO_CODE;
    size_t at = (size_t)tw_mix64(key) & map->mask;
    while (map->slots[at].level != TW_NO_CODE && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    key_slot *slot = &map->slots[at];
    if (slot->level == TW_NO_CODE) {
        *slot = (key_slot){key, new_level(m, row)};
        map->used++;
    }
    return slot->level;
}

static uint64_t number_key(const tw_column *column, const tw_chunk *c, size_t i) {
    if (column->type != TW_FLOAT)
        return tw_chunk_word(c, i);
    double value = tw_chunk_real(c, i) + 0.0;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Keys are laid out first, so that the slots of the next ones are on their way while one is looked
 * up. */
static bool code_keys(maker *m, key_map *map, const tw_chunk *c, int64_t row) {
    enum { AHEAD = 16 };
    for (size_t i = 0; i < c->rows; i++)
        m->scratch[i] = tw_chunk_is_valid(c, i) ? number_key(m->column, c, i) : 0;
    for (size_t i = 0; i < c->rows; i++) {
        if (i + AHEAD < c->rows)
            __builtin_prefetch(&map->slots[(size_t)tw_mix64(m->scratch[i + AHEAD]) & map->mask]);
        m->levels->codes[row + (int64_t)i] = TW_NO_CODE;
        if (!tw_chunk_is_valid(c, i))
            continue;
        uint32_t level = key_level(m, map, m->scratch[i], row + (int64_t)i);
        if (level == TW_NO_CODE)
            return false;
        put_code(m, row + (int64_t)i, level);
    }
    return true;
}

static bool make_keys(maker *m) {
    key_map map = {0};
    bool good = key_map_grow(&map, 1024);
    for (size_t k = 0; good && k < m->column->n_chunks; k++)
        good = code_keys(m, &map, m->column->chunks[k], (int64_t)(k * TW_CHUNK_ROWS)) && goes_on(m);
    free(map.slots);
    return good;
}

static bool make_texts(maker *m) {
    tw_hashmap *map = tw_hashmap_new(1024);
    bool good = map != NULL;
    int64_t row = 0;
    for (size_t k = 0; good && goes_on(m) && k < m->column->n_chunks; k++) {
        const tw_chunk *c = m->column->chunks[k];
        for (size_t i = 0; good && i < c->rows; i++, row++) {
            m->levels->codes[row] = TW_NO_CODE;
            if (!tw_chunk_is_valid(c, i))
                continue;
            bool added = false;
            tw_str text = tw_space_text(m->column->space, tw_column_view(m->column, c, i));
            uint32_t level = tw_hashmap_intern(map, text, &added);
            good = level != UINT32_MAX && (!added || new_level(m, row) == level);
            if (good)
                put_code(m, row, level);
        }
    }
    tw_hashmap_free(map);
    return good && goes_on(m);
}

static bool make_levels(maker *m) {
    m->levels = tw_calloc(1, sizeof *m->levels);
    m->scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *m->scratch);
    if (!m->levels || !m->scratch)
        return false;
    m->levels->codes = tw_calloc((size_t)m->column->rows, sizeof *m->levels->codes);
    if (!m->levels->codes || !grow_levels(m))
        return false;
    uint64_t base;
    size_t size;
    if (m->column->type != TW_FLOAT && narrow_range(m, &base, &size))
        return make_direct(m, base, size);
    return m->column->type == TW_TEXT ? make_texts(m) : make_keys(m);
}

static enum tw_rc too_many(uint32_t limit, tw_error *err) {
    return tw_fail(err, TW_ELIMIT,
                   "too many levels: the column has more than %u different values; "
                   "choose a column with fewer or group its values",
                   limit);
}

static enum tw_rc fill_maker(void *ctx, tw_error *err) {
    maker *m = ctx;
    if (make_levels(m))
        return TW_OK;
    if (!goes_on(m))
        return tw_task_check(m->task, err);
    return m->full ? too_many(m->limit, err) : tw_fail_memory(err);
}

/* Guarded, since texts are read from the mapped file under the column's lock. */
static enum tw_rc make_factor(tw_column *column, uint32_t limit, const tw_task *task,
                              tw_error *err) {
    maker m = {.column = column, .limit = limit, .task = task};
    enum tw_rc rc = tw_file_guard(fill_maker, &m, err);
    tw_levels *levels = m.levels;
    free(m.scratch);
    if (rc) {
        tw_levels_free(levels);
        return rc;
    }
    levels->factor = (tw_factor){levels->codes, levels->counts, levels->first, m.n};
    atomic_store_explicit(&column->levels, levels, memory_order_release);
    return TW_OK;
}

enum tw_rc tw_column_factor_task(const tw_column *column, uint32_t max_levels, tw_task *task,
                                 const tw_factor **out, tw_error *err) {
    tw_column *own = (tw_column *)(uintptr_t)column;
    uint32_t limit = max_levels ? TW_MIN(max_levels, INT32_MAX) : INT32_MAX;
    tw_levels *levels = atomic_load_explicit(&own->levels, memory_order_acquire);
    if (!levels) {
        pthread_mutex_lock(&own->lock);
        enum tw_rc rc = TW_OK;
        if (!atomic_load_explicit(&own->levels, memory_order_acquire))
            rc = make_factor(own, limit, task, err);
        pthread_mutex_unlock(&own->lock);
        if (rc)
            return rc;
        levels = atomic_load_explicit(&own->levels, memory_order_acquire);
    }
    if (levels->factor.levels > limit)
        return too_many(limit, err);
    *out = &levels->factor;
    return TW_OK;
}

enum tw_rc tw_column_factor(const tw_column *column, uint32_t max_levels, const tw_factor **out,
                            tw_error *err) {
    return tw_column_factor_task(column, max_levels, NULL, out, err);
}
