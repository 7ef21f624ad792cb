/* Columns from chosen rows of a column: filters, sorts, samples, slices.
 *
 * Each chunk of the result is made on its own, in parallel, so the result cannot depend on the
 * number of threads. A run of rows that is a whole chunk of the source shares it. Texts are not
 * copied: views and dictionary serve both. */
#include "data/column_impl.h"
#include "data/pack.h"

typedef struct gather {
    const tw_column *column;
    const int64_t *rows; /* NULL: told by place */
    tw_row_fn place;
    const void *ctx;
    int64_t **told; /* rows of a chunk, one array for each worker */
    int64_t n;
    enum tw_pack pack;
    tw_cells *cells; /* one for each worker */
    const tw_chunk **chunks;
} gather;

static enum tw_rc check_rows(const gather *g, const int64_t *rows, size_t n, tw_error *err) {
    int64_t low, high;
    tw_pack_range(rows, n, &low, &high);
    if (high < g->column->rows)
        return TW_OK;
    return tw_fail(err, TW_EUSAGE,
                   "row %lld is outside the table: it has %lld rows; choose rows inside it",
                   (long long)high + 1, (long long)g->column->rows);
}

/* The source chunk that these rows are, or NULL. */
static const tw_chunk *same_chunk(const tw_column *column, const int64_t *rows, size_t n) {
    if (rows[0] < 0 || rows[0] % (int64_t)TW_CHUNK_ROWS || rows[n - 1] != rows[0] + (int64_t)n - 1)
        return NULL;
    const tw_chunk *chunk = column->chunks[(uint64_t)rows[0] / TW_CHUNK_ROWS];
    if (chunk->rows != n)
        return NULL;
    for (size_t i = 1; i < n; i++)
        if (rows[i] != rows[0] + (int64_t)i)
            return NULL;
    return chunk;
}

static void views_where_codes(const tw_column *column, const int64_t *rows, tw_cells *cells) {
    for (size_t i = 0; i < cells->rows; i++) {
        bool valid = tw_bit_get(cells->validity, i);
        if (valid && column->chunks[(uint64_t)rows[i] / TW_CHUNK_ROWS]->pack == TW_PACK_CODE)
            cells->word[i] = column->dict->views[cells->word[i]];
    }
}

static bool gather_bad(const tw_column *column, const int64_t *rows, tw_cells *cells) {
    for (size_t i = 0; i < cells->rows; i++) {
        if (tw_bit_get(cells->validity, i) || rows[i] < 0)
            continue;
        const tw_chunk *chunk = column->chunks[(uint64_t)rows[i] / TW_CHUNK_ROWS];
        size_t bad = tw_chunk_bad(chunk, (size_t)rows[i] % TW_CHUNK_ROWS);
        if (bad != SIZE_MAX && !tw_cells_bad(cells, i, chunk->bad_views[bad]))
            return false;
    }
    return true;
}

static bool gather_cells(const gather *g, const int64_t *rows, size_t n, tw_cells *cells) {
    const tw_column *column = g->column;
    while (cells->room < n)
        if (!tw_cells_grow(cells))
            return false;
    tw_cells_clear(cells);
    cells->rows = n;
    if (g->pack == TW_PACK_REAL)
        cells->valid =
            tw_pack_gather_doubles(column->chunks, rows, n, cells->real, cells->validity);
    else
        cells->valid = tw_pack_gather_words(column->chunks, rows, n, cells->word, cells->validity);
    if (g->pack == TW_PACK_VIEW && column->dict)
        views_where_codes(column, rows, cells);
    return column->n_bad == 0 || gather_bad(column, rows, cells);
}

/* The n rows from `first` on of the result. */
static const int64_t *rows_of(const gather *g, size_t first, size_t n, size_t worker) {
    if (g->rows)
        return g->rows + first;
    g->place(g->ctx, (int64_t)first, n, g->told[worker]);
    return g->told[worker];
}

static enum tw_rc gather_chunk(void *ctx, size_t i, size_t worker, tw_error *err) {
    gather *g = ctx;
    size_t n = (size_t)TW_MIN(g->n - (int64_t)(i * TW_CHUNK_ROWS), (int64_t)TW_CHUNK_ROWS);
    const int64_t *rows = rows_of(g, i * TW_CHUNK_ROWS, n, worker);
    enum tw_rc rc = check_rows(g, rows, n, err);
    if (rc)
        return rc;
    g->chunks[i] = tw_chunk_ref(same_chunk(g->column, rows, n));
    if (!g->chunks[i] && gather_cells(g, rows, n, &g->cells[worker]))
        g->chunks[i] = tw_chunk_seal(&g->cells[worker], g->pack);
    return g->chunks[i] ? TW_OK : tw_fail_memory(err);
}

static bool init_worker(gather *g, size_t worker) {
    size_t room = (size_t)TW_MIN(g->n, (int64_t)TW_CHUNK_ROWS);
    if (!g->rows)
        g->told[worker] = tw_calloc(room, sizeof **g->told);
    return (g->rows || g->told[worker]) && tw_cells_init(&g->cells[worker], room);
}

static enum tw_rc gather_all(gather *g, tw_task *task, tw_column **out, tw_error *err) {
    size_t n_chunks = ((size_t)g->n + TW_CHUNK_ROWS - 1) / TW_CHUNK_ROWS;
    size_t workers = tw_pool_threads(task ? task->pool : NULL);
    g->cells = tw_calloc(workers, sizeof *g->cells);
    g->told = tw_calloc(workers, sizeof *g->told);
    g->chunks = tw_calloc(n_chunks, sizeof *g->chunks);
    bool good = g->cells && g->told && g->chunks;
    for (size_t w = 0; good && w < workers; w++)
        good = init_worker(g, w);
    enum tw_rc rc =
        good ? tw_parallel_for(task, n_chunks, gather_chunk, g, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_column_make(g->column->type, g->chunks, n_chunks, tw_space_ref(g->column->space),
                            tw_dict_ref(g->column->dict), out, err);
    else
        for (size_t i = 0; g->chunks && i < n_chunks; i++)
            tw_chunk_unref(g->chunks[i]);
    for (size_t w = 0; g->cells && g->told && w < workers; w++) {
        tw_cells_fini(&g->cells[w]);
        free(g->told[w]);
    }
    free(g->cells);
    free(g->told);
    free(g->chunks);
    return rc;
}

enum tw_rc tw_column_gather(const tw_column *column, const int64_t *rows, int64_t n, tw_task *task,
                            tw_column **out, tw_error *err) {
    gather g = {.column = column, .rows = rows, .n = n, .pack = tw_column_pack(column)};
    return gather_all(&g, task, out, err);
}

enum tw_rc tw_column_gather_by(const tw_column *column, tw_row_fn place, const void *ctx, int64_t n,
                               tw_task *task, tw_column **out, tw_error *err) {
    gather g = {
        .column = column, .place = place, .ctx = ctx, .n = n, .pack = tw_column_pack(column)};
    return gather_all(&g, task, out, err);
}
