/* Rows are visited in the order of their source rows, block by block: one fetch serves all columns,
 * and a table that was sorted or filtered costs one pass over the file, not a look-up a cell.
 * Columns then take the block side by side, each with a hash map and an arena of its own. A block
 * lies row by row, so a few neighbouring columns go over a tile of it together: column by column,
 * every cell of a wide table would be a cache miss. */
#include "profile/texts.h"

#include "base/hash.h"
#include "base/random.h"
#include "data/source.h"
#include "stat/sort.h"

enum { BLOCK_ROWS = 65536, FAR_ROWS = 256, TILE_ROWS = 512, MOST_TOGETHER = 8 };

typedef struct block {
    const uint32_t *order; /* indexes of rows, by source row */
    size_t n;
    int64_t first;         /* source row of batch cell 0 */
    const tw_batch *batch; /* NULL: rows without a source */
} block;

typedef struct loader {
    const tw_table *table;
    const int *numbers; /* NULL = all columns */
    tw_texts *t;
    tw_hashmap **maps;
    uint32_t *room; /* levels each column has room for */
    block now;
} loader;

void tw_texts_free(tw_texts *t) {
    if (!t)
        return;
    for (size_t c = 0; c < t->width && t->columns; c++) {
        free(t->columns[c].codes);
        free(t->columns[c].values);
        free(t->columns[c].counts);
        free(t->columns[c].first);
        free(t->columns[c].states);
        if (t->arenas)
            tw_arena_fini(&t->arenas[c]);
    }
    free(t->arenas);
    free(t->columns);
    free(t->rows);
    free(t);
}

static bool grow(tw_texts_column *c, size_t room) {
    tw_str *values = tw_realloc(c->values, room, sizeof *values);
    c->values = values ? values : c->values;
    int64_t *counts = tw_realloc(c->counts, room, sizeof *counts);
    c->counts = counts ? counts : c->counts;
    uint32_t *first = tw_realloc(c->first, room, sizeof *first);
    c->first = first ? first : c->first;
    uint8_t *states = tw_realloc(c->states, room, sizeof *states);
    c->states = states ? states : c->states;
    return values && counts && first && states;
}

static size_t number_of(const loader *l, size_t column) {
    return l->numbers ? (size_t)l->numbers[column] : column;
}

/* Room for one more level. */
static bool make_room(loader *l, size_t column) {
    tw_texts_column *c = &l->t->columns[column];
    if (c->levels < l->room[column])
        return true;
    size_t room = l->room[column] ? (size_t)l->room[column] * 2 : 64;
    if (room > UINT32_MAX || !grow(c, room))
        return false;
    l->room[column] = (uint32_t)room;
    return true;
}

/* The text of a new level for as long as the texts live: the column's own where it holds it. */
static tw_str keep(loader *l, size_t column, tw_str text, const tw_cell *cell) {
    bool own = cell->state == TW_VALUE && cell->type == TW_TEXT && tw_str_eq(cell->text, text);
    return own && cell->text.p ? cell->text : tw_arena_str(&l->t->arenas[column], text);
}

static bool put(loader *l, size_t column, uint32_t index, tw_str text) {
    tw_texts_column *c = &l->t->columns[column];
    bool added = false;
    uint32_t code = tw_hashmap_intern(l->maps[column], text, &added);
    if (code == UINT32_MAX)
        return false;
    if (added) {
        tw_cell cell = tw_column_cell(tw_table_column(l->table, number_of(l, column)),
                                      tw_texts_row(l->t, index));
        tw_str kept = make_room(l, column) ? keep(l, column, text, &cell) : (tw_str){NULL, 0};
        if (!kept.p)
            return false;
        c->values[code] = kept;
        c->counts[code] = 0;
        c->first[code] = index;
        c->states[code] = (uint8_t)cell.state;
        c->levels++;
    }
    c->codes[index] = code;
    c->counts[code]++;
    c->first[code] = TW_MIN(c->first[code], index);
    return true;
}

/* The text of a cell that has none in the source. */
static tw_str written(const loader *l, size_t column, int64_t row, tw_buf *scratch) {
    tw_cell cell = tw_column_cell(tw_table_column(l->table, number_of(l, column)), row);
    tw_buf_clear(scratch);
    tw_cell_write(&cell, &tw_table_field(l->table, number_of(l, column))->format, scratch);
    return tw_buf_view(scratch);
}

/* A column's cells of the block's rows [from, to). */
static bool take_cells(loader *l, size_t column, size_t from, size_t to, tw_buf *scratch) {
    size_t number = number_of(l, column);
    int source = tw_table_field(l->table, number)->source_column;
    bool marks = tw_table_has_marks(l->table, number), good = true;
    for (size_t k = from; good && k < to; k++) {
        uint32_t index = l->now.order[k];
        int64_t row = tw_texts_row(l->t, index);
        bool own =
            !l->now.batch || source < 0 || (marks && tw_table_mark(l->table, number, row) != 0);
        size_t at = own ? 0 : (size_t)(tw_table_origin(l->table, row) - l->now.first);
        tw_str text =
            own ? written(l, column, row, scratch)
                : tw_batch_text(l->now.batch, l->now.batch->first[at] + (size_t)source, scratch);
        good = put(l, column, index, text);
    }
    return good;
}

/* Columns that are taken together; never so many that workers have nothing to do. */
static size_t together(const loader *l) {
    return TW_MIN(TW_MAX(l->t->width / MOST_TOGETHER, (size_t)1), (size_t)MOST_TOGETHER);
}

static enum tw_rc take_columns(void *ctx, size_t group, size_t worker, tw_error *err) {
    (void)worker;
    loader *l = ctx;
    size_t first = group * together(l), end = TW_MIN(first + together(l), l->t->width);
    bool good = true;
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    for (size_t k = 0; good && k < l->now.n; k += TILE_ROWS)
        for (size_t c = first; good && c < end; c++)
            good = take_cells(l, c, k, TW_MIN(k + TILE_ROWS, l->now.n), &scratch);
    tw_buf_fini(&scratch);
    return good ? TW_OK : tw_fail_memory(err);
}

/* How many of the rows from k on lie close enough together in the source to be fetched at once. */
static size_t stretch(const int64_t *origins, const uint32_t *order, size_t k, size_t n) {
    size_t end = k + 1;
    int64_t first = origins[order[k]];
    while (end < n && end - k < BLOCK_ROWS) {
        int64_t o = origins[order[end]];
        if (first < 0 ? o >= 0 : o - origins[order[end - 1]] > FAR_ROWS || o - first >= BLOCK_ROWS)
            break;
        end++;
    }
    return end - k;
}

/* Take the rows from order[0] on, at most *n; *n becomes how many: rows of enormous texts come in
 * smaller batches. */
static enum tw_rc take_block(loader *l, const int64_t *origins, const uint32_t *order, size_t *n,
                             tw_arena *arena, tw_task *task, tw_error *err) {
    tw_source *source = tw_table_source(l->table);
    tw_batch batch;
    int64_t first = origins[order[0]];
    l->now = (block){order, *n, first, NULL};
    tw_arena_reset(arena);
    if (source && first >= 0) {
        size_t span = (size_t)(origins[order[*n - 1]] - first) + 1;
        enum tw_rc rc = source->ops->fetch(source, first, span, arena, &batch, err);
        if (rc)
            return rc;
        while (*n > 1 && origins[order[*n - 1]] - first >= (int64_t)batch.rows)
            --*n;
        l->now.n = *n;
        l->now.batch = &batch;
    }
    size_t groups = (l->t->width + together(l) - 1) / together(l);
    return tw_parallel_for(task, groups, take_columns, l, err);
}

static enum tw_rc take_all(loader *l, const int64_t *origins, const uint32_t *order, tw_task *task,
                           tw_error *err) {
    tw_arena arena;
    tw_arena_init(&arena);
    enum tw_rc rc = TW_OK;
    for (size_t k = 0; !rc && k < l->t->n;) {
        size_t n = stretch(origins, order, k, l->t->n);
        rc = take_block(l, origins, order + k, &n, &arena, task, err);
        k += n;
    }
    tw_arena_fini(&arena);
    return rc;
}

/* Rows ordered by their source row; the usual table is in that order already. */
static enum tw_rc take_in_order(loader *l, tw_task *task, tw_error *err) {
    size_t n = l->t->n;
    int64_t *origins = tw_calloc(n, sizeof *origins);
    uint64_t *keys = tw_calloc(n, sizeof *keys);
    uint32_t *order = tw_calloc(n, sizeof *order);
    bool good = origins && keys && order, ascending = true;
    for (size_t i = 0; good && i < n; i++) {
        origins[i] = tw_table_origin(l->table, tw_texts_row(l->t, i));
        keys[i] = (uint64_t)origins[i] ^ UINT64_C(1) << 63;
        order[i] = (uint32_t)i;
        ascending = ascending && (i == 0 || origins[i] >= origins[i - 1]);
    }
    if (good && !ascending)
        good = tw_argsort_u64(keys, n, order);
    enum tw_rc rc = good ? take_all(l, origins, order, task, err) : tw_fail_memory(err);
    free(origins);
    free(keys);
    free(order);
    return rc;
}

static bool set_up(loader *l, const int64_t *rows, size_t n, size_t width) {
    tw_texts *t = l->t;
    t->n = n;
    t->columns = tw_calloc(width, sizeof *t->columns);
    t->arenas = tw_calloc(width, sizeof *t->arenas);
    l->maps = tw_calloc(width, sizeof *l->maps);
    l->room = tw_calloc(width, sizeof *l->room);
    t->rows = rows ? tw_calloc(n, sizeof *t->rows) : NULL;
    if (!t->columns || !t->arenas || !l->maps || !l->room || (rows && !t->rows))
        return false;
    if (rows)
        memcpy(t->rows, rows, n * sizeof *rows);
    t->width = width;
    bool good = true;
    for (size_t c = 0; c < width; c++) {
        tw_arena_init(&t->arenas[c]);
        t->columns[c].codes = tw_calloc(n, sizeof *t->columns[c].codes);
        l->maps[c] = tw_hashmap_new_over(&t->columns[c].values, 64);
        good = good && t->columns[c].codes && l->maps[c];
    }
    return good;
}

enum tw_rc tw_texts_load(const tw_table *table, const int *numbers, size_t n_numbers,
                         const int64_t *rows, size_t n, tw_task *task, tw_texts **out,
                         tw_error *err) {
    loader l = {.table = table, .numbers = numbers, .t = tw_calloc(1, sizeof *l.t)};
    size_t width = numbers ? n_numbers : tw_table_width(table);
    if (!l.t)
        return tw_fail_memory(err);
    bool ready = set_up(&l, rows, rows ? n : (size_t)tw_table_rows(table), width);
    enum tw_rc rc = ready ? take_in_order(&l, task, err) : tw_fail_memory(err);
    for (size_t c = 0; l.maps && c < width; c++)
        tw_hashmap_free(l.maps[c]);
    free(l.maps);
    free(l.room);
    if (rc)
        tw_texts_free(l.t);
    else
        *out = l.t;
    return rc;
}

/* Codes of the part, renumbered by first appearance in it; `number` is scratch for one number a
 * level. */
static bool part_column(const tw_texts_column *whole, const uint32_t *indexes, size_t n,
                        tw_texts_column *part) {
    uint32_t *number = tw_calloc(whole->levels, sizeof *number);
    part->codes = tw_calloc(n, sizeof *part->codes);
    bool good = number && part->codes && grow(part, TW_MIN(n, (size_t)whole->levels));
    for (size_t i = 0; good && i < n; i++) {
        uint32_t level = whole->codes[indexes[i]];
        if (!number[level]) {
            uint32_t new = part->levels++;
            number[level] = new + 1;
            part->values[new] = whole->values[level];
            part->states[new] = whole->states[level];
            part->first[new] = (uint32_t)i;
            part->counts[new] = 0;
        }
        part->codes[i] = number[level] - 1;
        part->counts[part->codes[i]]++;
    }
    free(number);
    return good;
}

enum tw_rc tw_texts_part(const tw_texts *whole, const uint32_t *indexes, size_t n, tw_texts **out,
                         tw_error *err) {
    tw_texts *t = tw_calloc(1, sizeof *t);
    bool good = t != NULL;
    if (good) {
        t->n = n;
        t->width = whole->width;
        t->columns = tw_calloc(t->width, sizeof *t->columns);
        t->rows = tw_calloc(n, sizeof *t->rows);
        good = t->columns && t->rows;
    }
    for (size_t i = 0; good && i < n; i++)
        t->rows[i] = tw_texts_row(whole, indexes[i]);
    for (size_t c = 0; good && c < t->width; c++)
        good = part_column(&whole->columns[c], indexes, n, &t->columns[c]);
    if (good) {
        *out = t;
        return TW_OK;
    }
    tw_texts_free(t);
    return tw_fail_memory(err);
}

uint32_t *tw_sample_rows(size_t n, size_t want, uint64_t seed, size_t *taken) {
    size_t k = TW_MIN(n, want);
    uint32_t *rows = tw_calloc(k, sizeof *rows);
    tw_stream stream = tw_stream_make(seed, TW_STR("profile"), TW_STR("sample"));
    for (size_t i = 0; rows && i < k; i++) {
        uint64_t lo = (uint64_t)((double)n * (double)i / (double)k),
                 hi = (uint64_t)((double)n * (double)(i + 1) / (double)k);
        rows[i] =
            (uint32_t)(lo + (k < n && hi > lo + 1 ? tw_draw_below(stream, i, 0, hi - lo) : 0));
    }
    *taken = k;
    return rows;
}
