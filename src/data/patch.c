/* A new version of a column with some cells replaced: edits, repairs, imputations.
 *
 * Only chunks that hold a replaced cell are opened; the others are shared. New texts go into a
 * block on top of the column's space, and into its dictionary while that has room; a chunk that
 * finds none turns to views. */
#include "data/column_impl.h"

typedef struct patch {
    const tw_column *column;
    const int64_t *rows; /* ascending */
    const tw_cell *with;
    tw_cells cells;
    tw_heap heap;
    tw_dict_writer dict;
    const tw_chunk **chunks;
} patch;

static bool put_text(patch *p, enum tw_pack pack, size_t at, tw_str text) {
    if (pack == TW_PACK_VIEW)
        return tw_heap_view(&p->heap, text, &p->cells.word[at]);
    uint32_t code = tw_dict_writer_code(&p->dict, text);
    p->cells.word[at] = code;
    return code != UINT32_MAX;
}

static bool put_cell(patch *p, enum tw_pack pack, size_t at, const tw_cell *cell) {
    tw_cells *cells = &p->cells;
    bool had = tw_bit_get(cells->validity, at), has = cell->state == TW_VALUE;
    tw_bit_put(cells->validity, at, has);
    cells->valid = cells->valid - had + has;
    if (cell->state == TW_UNREADABLE) {
        uint64_t view;
        return tw_heap_view(&p->heap, cell->text, &view) && tw_cells_bad(cells, at, view);
    }
    if (!has)
        return true;
    if (pack == TW_PACK_REAL)
        cells->real[at] = cell->f;
    else if (pack == TW_PACK_WHOLE)
        cells->whole[at] = cell->i;
    else
        return put_text(p, pack, at, cell->text);
    return true;
}

/* The pack in which the chunk can take `n` more texts. */
static enum tw_pack open_chunk(patch *p, const tw_chunk *chunk, size_t n) {
    enum tw_storage storage = tw_storage_of(p->column->type);
    if (storage != TW_STORE_TEXT)
        return storage == TW_STORE_F64 ? TW_PACK_REAL : TW_PACK_WHOLE;
    bool codes = p->column->dict && (chunk->pack == TW_PACK_CODE || chunk->valid == 0);
    if (!codes)
        return TW_PACK_VIEW;
    if (p->dict.n + n <= tw_dict_limit(p->column->rows))
        return TW_PACK_CODE;
    if (chunk->pack == TW_PACK_CODE)
        tw_cells_to_views(&p->cells, p->column->dict);
    return TW_PACK_VIEW;
}

/* Replace rows [from, to) of the list, all inside the chunk. The side list is merged in row order.
 */
static const tw_chunk *patch_chunk(patch *p, size_t number, size_t from, size_t to) {
    const tw_chunk *chunk = p->column->chunks[number];
    if (!tw_cells_load(&p->cells, chunk))
        return NULL;
    enum tw_pack pack = open_chunk(p, chunk, to - from);
    size_t bad = 0;
    bool good = true;
    p->cells.n_bad = 0;
    for (size_t i = from; good && i < to; i++) {
        if (i + 1 < to && p->rows[i + 1] == p->rows[i])
            continue; /* the last of several wins */
        size_t at = (size_t)p->rows[i] % TW_CHUNK_ROWS;
        for (; good && bad < chunk->n_bad && chunk->bad_rows[bad] < at; bad++)
            good = tw_cells_bad(&p->cells, chunk->bad_rows[bad], chunk->bad_views[bad]);
        if (bad < chunk->n_bad && chunk->bad_rows[bad] == at)
            bad++;
        good = good && put_cell(p, pack, at, &p->with[i]);
    }
    for (; good && bad < chunk->n_bad; bad++)
        good = tw_cells_bad(&p->cells, chunk->bad_rows[bad], chunk->bad_views[bad]);
    return good ? tw_chunk_seal(&p->cells, pack) : NULL;
}

static bool patch_chunks(patch *p, size_t n) {
    for (size_t i = 0; i < p->column->n_chunks; i++)
        p->chunks[i] = tw_chunk_ref(p->column->chunks[i]);
    for (size_t from = 0, to; from < n; from = to) {
        size_t number = (size_t)p->rows[from] / TW_CHUNK_ROWS;
        for (to = from; to < n && (size_t)p->rows[to] / TW_CHUNK_ROWS == number; to++)
            ;
        const tw_chunk *chunk = patch_chunk(p, number, from, to);
        if (!chunk)
            return false;
        tw_chunk_unref(p->chunks[number]);
        p->chunks[number] = chunk;
    }
    return true;
}

static enum tw_rc check_patch(const tw_column *column, const int64_t *rows, const tw_cell *with,
                              int64_t n, tw_error *err) {
    for (int64_t i = 0; i < n; i++) {
        if (rows[i] < 0 || rows[i] >= column->rows)
            return tw_fail(err, TW_EUSAGE,
                           "row %lld is outside the table: it has %lld rows; choose rows inside it",
                           (long long)rows[i] + 1, (long long)column->rows);
        if (i > 0 && rows[i] < rows[i - 1])
            TW_BUG("rows of a patch are not ascending");
        if (with[i].state == TW_VALUE && with[i].type != column->type)
            TW_BUG("a patch with cells of another type");
    }
    return TW_OK;
}

static enum tw_rc finish_patch(patch *p, tw_column **out, tw_error *err) {
    const tw_column *column = p->column;
    tw_dict *dict = NULL;
    tw_space *space = NULL;
    bool grown = column->dict && p->dict.n > column->dict->n;
    bool good = tw_heap_seal(&p->heap, &space);
    if (good && column->dict) {
        dict = grown ? tw_dict_writer_seal(&p->dict) : tw_dict_ref(column->dict);
        good = dict != NULL;
    }
    if (!good) {
        tw_space_unref(space);
        for (size_t i = 0; i < column->n_chunks; i++)
            tw_chunk_unref(p->chunks[i]);
        return tw_fail_memory(err);
    }
    return tw_column_make(column->type, p->chunks, column->n_chunks, space, dict, out, err);
}

enum tw_rc tw_column_patch(const tw_column *column, const int64_t *rows, const tw_cell *cells,
                           int64_t n, tw_column **out, tw_error *err) {
    enum tw_rc rc = check_patch(column, rows, cells, n, err);
    if (rc)
        return rc;
    patch p = {.column = column, .rows = rows, .with = cells};
    tw_heap_init(&p.heap, column->space);
    p.chunks = tw_calloc(column->n_chunks, sizeof *p.chunks);
    bool good = p.chunks && tw_cells_init(&p.cells, TW_CHUNK_ROWS) &&
                (!column->dict || tw_dict_writer_init(&p.dict, &p.heap, column->dict));
    if (good && patch_chunks(&p, (size_t)n)) {
        rc = finish_patch(&p, out, err);
    } else {
        for (size_t i = 0; p.chunks && i < column->n_chunks; i++)
            tw_chunk_unref(p.chunks[i]);
        rc = tw_fail_memory(err);
    }
    tw_dict_writer_fini(&p.dict);
    tw_cells_fini(&p.cells);
    tw_heap_fini(&p.heap);
    free(p.chunks);
    return rc;
}
