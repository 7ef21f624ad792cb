/* One builder a chunk, joined in order. A mask marks every cell it replaces, also where the text came out the same: the
 * source's bytes might hold more than the value (blanks, a second notation). */
#include "steps/mask/texts.h"

typedef struct masking {
    const tw_column *column;
    const tw_format *format;
    size_t at;
    tw_mask_fn fn;
    const void *ctx;
    tw_task *task;
    tw_column **parts;
    uint64_t *changed;
} masking;

static enum tw_rc mask_cell(const masking *m, int64_t row, tw_builder *b, tw_buf *text, tw_buf *masked, tw_error *err) {
    tw_cell cell = tw_column_cell(m->column, row);
    if (cell.state == TW_MISSING)
        return tw_builder_missing(b, 1, err);
    tw_str shown = cell.text;
    if (cell.state == TW_VALUE && cell.type != TW_TEXT) {
        tw_buf_clear(text);
        tw_cell_write(&cell, m->format, text);
        shown = tw_buf_view(text);
    }
    tw_buf_clear(masked);
    enum tw_rc rc = m->fn(m->ctx, m->at, row, &cell, shown, masked, err);
    if (!rc)
        rc = tw_buf_check(masked, err);
    tw_bit_set(m->changed, (size_t)row);
    return rc ? rc : tw_builder_text(b, tw_buf_view(masked), err);
}

static enum tw_rc mask_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    (void)worker;
    const masking *m = ctx;
    tw_builder *b = NULL;
    tw_buf text, masked;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&masked, TW_BUF_MAX);
    int64_t first = (int64_t)(chunk * TW_CHUNK_ROWS), end = first + (int64_t)tw_column_chunk_rows(m->column, chunk);
    enum tw_rc rc = tw_task_check(m->task, err);
    if (!rc)
        rc = tw_builder_new(TW_TEXT, NULL, &b, err);
    for (int64_t row = first; !rc && row < end; row++)
        rc = mask_cell(m, row, b, &text, &masked, err);
    if (!rc)
        rc = tw_builder_finish(b, &m->parts[chunk], err);
    tw_builder_free(b);
    tw_buf_fini(&text);
    tw_buf_fini(&masked);
    return rc;
}

static enum tw_rc mask_column(tw_rewrite *w, int column, masking *m, tw_error *err) {
    size_t chunks = tw_column_chunks(m->column);
    m->parts = tw_calloc(chunks, sizeof(tw_column *));
    m->changed = tw_calloc(tw_bitmap_words((size_t)tw_table_rows(w->in)), sizeof *m->changed);
    tw_column *joined = NULL;
    enum tw_rc rc = m->parts && m->changed ? TW_OK : tw_fail_memory(err);
    if (!rc)
        rc = tw_parallel_for(m->task, chunks, mask_chunk, m, err);
    if (!rc)
        rc = chunks ? tw_column_join(TW_TEXT, m->parts, chunks, &joined, err) : tw_column_missing(TW_TEXT, 0, &joined, err);
    if (!rc)
        rc = tw_rewrite_column(w, column, joined, m->changed, err);
    for (size_t i = 0; m->parts && i < chunks; i++)
        tw_column_unref(m->parts[i]);
    free(m->parts);
    free(m->changed);
    return rc;
}

enum tw_rc tw_mask_texts(tw_rewrite *w, const int *columns, size_t n, tw_mask_fn fn, const void *ctx, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; !rc && i < n; i++) {
        masking m = {.column = tw_table_column(w->in, (size_t)columns[i]),
                     .format = &tw_table_field(w->in, (size_t)columns[i])->format,
                     .at = i,
                     .fn = fn,
                     .ctx = ctx,
                     .task = w->env->task};
        rc = mask_column(w, columns[i], &m, err);
    }
    return rc;
}

enum tw_rc tw_mask_columns(const tw_step_env *env, const tw_table *in, const tw_str_list *cols, int **columns, size_t *n,
                           tw_error *err) {
    if (cols->n == 0)
        return tw_fail(err, TW_EUSAGE, "%.*s: no columns are named; give cols", TW_ARG(env->id));
    enum tw_rc rc = tw_step_columns(env, in, cols, NULL, columns, n, err);
    return rc ? rc : tw_table_need(in, *columns, *n, env->task, err);
}
