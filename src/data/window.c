/* The cache behind tw_table_text: a sorted screen asks for rows from all over the file, column by
 * column. */
#include "data/window.h"

#include <pthread.h>

#include "base/file.h"

enum { WINDOWS = 64, WINDOW_ROWS = 64, WINDOW_CELLS = 4096 };

typedef struct window {
    int64_t block; /* -1 = empty */
    uint64_t used; /* tick of the last use */
    tw_arena arena;
    tw_batch batch;
} window;

struct tw_windows {
    tw_source *source;
    pthread_mutex_t lock;
    size_t width;
    int64_t rows, block_rows;
    uint64_t tick;
    window at[WINDOWS];
};

tw_windows *tw_windows_new(tw_source *source) {
    tw_windows *w = tw_calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->source = source;
    w->width = source->ops->width(source);
    w->rows = source->ops->rows(source);
    int64_t fit = WINDOW_CELLS / (int64_t)TW_MAX(w->width, 1);
    w->block_rows = fit < 1 ? 1 : TW_MIN(fit, WINDOW_ROWS);
    pthread_mutex_init(&w->lock, NULL);
    for (size_t i = 0; i < WINDOWS; i++) {
        w->at[i].block = -1;
        tw_arena_init(&w->at[i].arena);
    }
    return w;
}

void tw_windows_free(tw_windows *w) {
    if (!w)
        return;
    for (size_t i = 0; i < WINDOWS; i++)
        tw_arena_fini(&w->at[i].arena);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static window *find(tw_windows *w, int64_t block) {
    window *oldest = &w->at[0];
    for (size_t i = 0; i < WINDOWS; i++) {
        if (w->at[i].block == block)
            return &w->at[i];
        if (w->at[i].used < oldest->used)
            oldest = &w->at[i];
    }
    return oldest;
}

static enum tw_rc fill(tw_windows *w, window *win, int64_t block, tw_error *err) {
    int64_t first = block * w->block_rows;
    size_t n = (size_t)TW_MIN(w->block_rows, w->rows - first);
    win->block = -1;
    tw_arena_reset(&win->arena);
    enum tw_rc rc = w->source->ops->fetch(w->source, first, n, &win->arena, &win->batch, err);
    if (rc)
        return rc;
    if (win->batch.rows < n)
        return tw_fail(err, TW_EINPUT,
                       "row %lld cannot be read: the file is shorter than it was; open it again",
                       (long long)first + 1);
    if (!tw_file_lost())
        win->block = block;
    return TW_OK;
}

static enum tw_rc copy_text(const tw_windows *w, const window *win, int64_t row, size_t column,
                            tw_buf *out, tw_error *err) {
    const tw_batch *batch = &win->batch;
    size_t i = (size_t)(row - win->block * w->block_rows), cell = batch->first[i] + column;
    tw_buf_clear(out);
    if (cell >= batch->first[i + 1]) /* a row shorter than the table: no cell, no text */
        return TW_OK;
    tw_str text = tw_batch_text(batch, cell, out);
    if (text.p != out->p && !tw_buf_str(out, text))
        return tw_buf_check(out, err);
    return TW_OK;
}

typedef struct request {
    tw_windows *windows;
    int64_t row;
    size_t column;
    tw_buf *out;
} request;

static enum tw_rc answer(void *ctx, tw_error *err) {
    const request *r = ctx;
    tw_windows *w = r->windows;
    int64_t block = r->row / w->block_rows;
    window *win = find(w, block);
    enum tw_rc rc = win->block == block ? TW_OK : fill(w, win, block, err);
    if (rc)
        return rc;
    win->used = ++w->tick;
    return copy_text(w, win, r->row, r->column, r->out, err);
}

/* Guarded, so that a file cut short under us leaves no lock behind. */
enum tw_rc tw_windows_text(tw_windows *w, int64_t row, size_t column, tw_buf *out, tw_error *err) {
    if (row < 0 || row >= w->rows)
        TW_BUG("row outside the source");
    request r = {w, row, column, out};
    pthread_mutex_lock(&w->lock);
    enum tw_rc rc = tw_file_guard(answer, &r, err);
    pthread_mutex_unlock(&w->lock);
    return rc;
}
