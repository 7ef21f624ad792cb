/* Rows whose records follow one another in the source, or nearly, are fetched together: a fetch has
 * to tokenise from the last indexed place on, so single rows would cost a block each. */
#include "data/cell_texts.h"

enum { FAR_ROWS = 256, MOST_ROWS = 65536, BLOCK_CELLS = 1 << 16 };

typedef struct reached { /* a column of the table */
    int number, source;
    bool marks;
} reached;

typedef struct walk {
    const tw_table *table;
    reached *columns;
    size_t n_columns;
    const int64_t *rows;
    size_t n;
    tw_arena *arena;
    tw_str *out;
    tw_buf scratch;
    tw_batch batch;
    int64_t first; /* source row of the batch's first record */
} walk;

static bool keep(walk *w, tw_str text, tw_str *out) {
    *out = text.n ? tw_arena_str(w->arena, text) : TW_STR("");
    return out->p != NULL;
}

/* A cell for which the batch does not speak. */
static enum tw_rc take_single(walk *w, int column, int64_t row, tw_str *out, tw_error *err) {
    enum tw_rc rc = tw_table_text(w->table, (size_t)column, row, &w->scratch, NULL, err);
    if (rc == TW_OK && !keep(w, tw_buf_view(&w->scratch), out))
        rc = tw_fail_memory(err);
    return rc;
}

static enum tw_rc take_from_batch(walk *w, size_t cell, size_t end, tw_str *out, tw_error *err) {
    *out = TW_STR("");
    if (cell >= end) /* a row shorter than the table */
        return TW_OK;
    *out = (tw_str){w->batch.base + w->batch.cells[cell].at, w->batch.cells[cell].n};
    if (!(w->batch.flags[cell] & TW_CELL_DOUBLED))
        return TW_OK;
    return keep(w, tw_batch_text(&w->batch, cell, &w->scratch), out) ? TW_OK : tw_fail_memory(err);
}

static bool in_batch(const walk *w, int64_t row, size_t *record) {
    int64_t origin = tw_table_origin(w->table, row);
    *record = (size_t)(origin - w->first);
    return origin >= w->first && *record < w->batch.rows;
}

static enum tw_rc take_row(walk *w, size_t i, tw_error *err) {
    size_t record;
    int64_t row = w->rows[i];
    bool read = in_batch(w, row, &record);
    enum tw_rc rc = TW_OK;
    size_t cell = read ? w->batch.first[record] : 0, end = read ? w->batch.first[record + 1] : 0;
    for (size_t k = 0; k < w->n_columns && rc == TW_OK; k++) {
        const reached *c = &w->columns[k];
        bool source = read && c->source >= 0 &&
                      !(c->marks && tw_table_mark(w->table, (size_t)c->number, row));
        tw_str *out = &w->out[i * w->n_columns + k];
        rc = source ? take_from_batch(w, cell + (size_t)c->source, end, out, err)
                    : take_single(w, c->number, row, out, err);
    }
    return rc;
}

/* Where the rows from `from` on that are fetched together end. */
static size_t stretch(const walk *w, size_t from) {
    int64_t first = tw_table_origin(w->table, w->rows[from]), last = first;
    size_t end = from + 1;
    for (; end < w->n && w->rows[end] >= 0; end++) {
        int64_t origin = tw_table_origin(w->table, w->rows[end]);
        if (origin < last || origin - last > FAR_ROWS || origin - first >= MOST_ROWS)
            break;
        last = origin;
    }
    return end;
}

/* The batch of rows[from, end). */
static enum tw_rc fetch(walk *w, size_t from, size_t end, tw_error *err) {
    tw_source *source = tw_table_source(w->table);
    w->first = tw_table_origin(w->table, w->rows[from]);
    w->batch = (tw_batch){0};
    if (!source || w->first < 0)
        return TW_OK;
    size_t span = (size_t)(tw_table_origin(w->table, w->rows[end - 1]) - w->first) + 1;
    return source->ops->fetch(source, w->first, span, w->arena, &w->batch, err);
}

static enum tw_rc take_stretch(walk *w, size_t from, size_t end, tw_error *err) {
    enum tw_rc rc = fetch(w, from, end, err);
    for (size_t i = from, record; i < end && rc == TW_OK; i++) {
        bool cut = w->batch.rows && !in_batch(w, w->rows[i], &record);
        if (cut) /* records of enormous texts come in smaller batches */
            rc = fetch(w, i, end, err);
        if (rc == TW_OK)
            rc = take_row(w, i, err);
    }
    return rc;
}

static bool reach_columns(walk *w, const int *columns) {
    w->columns = tw_arena_alloc(w->arena, w->n_columns, sizeof *w->columns);
    for (size_t k = 0; w->columns && k < w->n_columns; k++) {
        size_t c = (size_t)columns[k];
        w->columns[k] = (reached){columns[k], tw_table_field(w->table, c)->source_column,
                                  tw_table_has_marks(w->table, c)};
    }
    return w->columns != NULL;
}

enum tw_rc tw_table_texts(const tw_table *table, const int *columns, size_t n_columns,
                          const int64_t *rows, size_t n, tw_arena *arena, tw_str *out,
                          tw_error *err) {
    walk w = {
        .table = table, .n_columns = n_columns, .rows = rows, .n = n, .arena = arena, .out = out};
    if (!reach_columns(&w, columns))
        return tw_fail_memory(err);
    tw_buf_init(&w.scratch, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; n_columns && i < n && rows[i] >= 0 && rc == TW_OK;) {
        size_t end = stretch(&w, i);
        rc = take_stretch(&w, i, end, err);
        i = end;
    }
    tw_buf_fini(&w.scratch);
    return rc;
}

/* --- whole columns --- */

typedef struct loading {
    const tw_table *table;
    const int *columns;
    size_t n, block;
    tw_builder **builders;
    int64_t *rows;
    tw_str *texts;
    size_t now;      /* rows of the block at hand */
    tw_str *scratch; /* a column of a block and which cells have text, for each worker */
    uint64_t *valid;
} loading;

/* One column of the block; columns are independent, so any thread may take one. */
static enum tw_rc add_column(void *ctx, size_t k, size_t worker, tw_error *err) {
    loading *l = ctx;
    tw_str *texts = l->scratch + worker * l->block;
    uint64_t *valid = l->valid + worker * tw_bitmap_words(l->block);
    memset(valid, 0, tw_bitmap_words(l->now) * sizeof *valid);
    for (size_t i = 0; i < l->now; i++) {
        texts[i] = l->texts[i * l->n + k];
        if (texts[i].n)
            tw_bit_set(valid, i);
    }
    return tw_builder_texts(l->builders[k], texts, valid, l->now, err);
}

static enum tw_rc load_blocks(loading *l, tw_task *task, tw_error *err) {
    int64_t all = tw_table_rows(l->table);
    tw_arena arena;
    tw_arena_init(&arena);
    enum tw_rc rc = TW_OK;
    for (int64_t first = 0; first < all && rc == TW_OK; first += (int64_t)l->block) {
        size_t n = l->now = (size_t)TW_MIN(all - first, (int64_t)l->block);
        for (size_t i = 0; i < n; i++)
            l->rows[i] = first + (int64_t)i;
        tw_arena_reset(&arena);
        rc = tw_table_texts(l->table, l->columns, l->n, l->rows, n, &arena, l->texts, err);
        if (rc == TW_OK)
            rc = tw_parallel_for(task, l->n, add_column, l, err);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
        tw_task_advance(task, n);
    }
    tw_arena_fini(&arena);
    return rc;
}

static enum tw_rc finish(loading *l, tw_column **out, tw_error *err) {
    enum tw_rc rc = TW_OK;
    size_t made = 0;
    for (; made < l->n && rc == TW_OK; made += rc == TW_OK)
        rc = tw_builder_finish(l->builders[made], &out[made], err);
    while (rc != TW_OK && made-- > 0)
        tw_column_unref(out[made]);
    return rc;
}

enum tw_rc tw_table_text_columns(const tw_table *table, const int *columns, size_t n, tw_task *task,
                                 tw_column **out, tw_error *err) {
    size_t block = TW_MIN(TW_MAX(BLOCK_CELLS / (n + 1), (size_t)64), (size_t)4096);
    size_t workers = tw_pool_threads(task ? task->pool : NULL);
    loading l = {.table = table, .columns = columns, .n = n, .block = block};
    l.builders = tw_calloc(n, sizeof *l.builders);
    l.rows = tw_calloc(block, sizeof *l.rows);
    l.texts = tw_calloc(block * n, sizeof *l.texts);
    l.scratch = tw_calloc(block * workers, sizeof *l.scratch);
    l.valid = tw_calloc(tw_bitmap_words(block) * workers, sizeof *l.valid);
    bool good = l.builders && l.rows && l.texts && l.scratch && l.valid;
    enum tw_rc rc = good ? TW_OK : tw_fail_memory(err);
    for (size_t k = 0; k < n && rc == TW_OK; k++)
        rc = tw_builder_new(TW_TEXT, NULL, &l.builders[k], err);
    tw_task_begin(task, "reading", (uint64_t)tw_table_rows(table));
    if (rc == TW_OK)
        rc = load_blocks(&l, task, err);
    if (rc == TW_OK)
        rc = finish(&l, out, err);
    for (size_t k = 0; l.builders && k < n; k++)
        tw_builder_free(l.builders[k]);
    free(l.builders);
    free(l.rows);
    free(l.texts);
    free(l.scratch);
    free(l.valid);
    return rc;
}
