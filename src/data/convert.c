/* Another type for cells that are no longer what the source says.
 *
 * They go through their text, so that nothing is guessed across types: what the new type cannot
 * read keeps its text as an unreadable cell. Cells whose type stays are taken as they are; only
 * unreadable ones get a second reading. */
#include "data/convert.h"

tw_cell tw_convert_cell(const tw_cell *old, const tw_field *was, const tw_field *now,
                        tw_buf *text) {
    if (old->state == TW_MISSING)
        return tw_cell_missing(now->type);
    if (old->state == TW_VALUE && was->type == now->type)
        return *old;
    if (old->state == TW_UNREADABLE || was->type == TW_TEXT)
        return tw_cell_parse(now->type, &now->format, old->text);
    tw_buf_clear(text);
    if (!tw_cell_write(old, &was->format, text))
        return tw_cell_missing(now->type);
    return tw_cell_parse(now->type, &now->format, tw_buf_view(text));
}

typedef struct conversion {
    const tw_column *old;
    const tw_field *was, *now;
    tw_column **parts;
} conversion;

static enum tw_rc convert_rows(const conversion *c, int64_t from, int64_t to, tw_builder *b,
                               tw_buf *text, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (int64_t row = from; rc == TW_OK && row < to; row++) {
        tw_cell old = tw_column_cell(c->old, row);
        tw_cell cell = tw_convert_cell(&old, c->was, c->now, text);
        rc = tw_buf_check(text, err);
        if (rc == TW_OK)
            rc = tw_builder_cell(b, &cell, err);
    }
    return rc;
}

static enum tw_rc convert_chunk(void *ctx, size_t i, size_t worker, tw_error *err) {
    conversion *c = ctx;
    (void)worker;
    tw_builder *b;
    enum tw_rc rc = tw_builder_new(c->now->type, NULL, &b, err);
    if (rc)
        return rc;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    int64_t from = (int64_t)(i * TW_CHUNK_ROWS);
    int64_t to = from + (int64_t)tw_column_chunk_rows(c->old, i);
    rc = convert_rows(c, from, to, b, &text, err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &c->parts[i], err);
    tw_buf_fini(&text);
    tw_builder_free(b);
    return rc;
}

enum tw_rc tw_convert_column(const tw_column *old, const tw_field *was, const tw_field *now,
                             tw_task *task, tw_column **out, tw_error *err) {
    size_t n = tw_column_chunks(old);
    conversion c = {old, was, now, tw_calloc(n, sizeof *c.parts)};
    if (!c.parts)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_parallel_for(task, n, convert_chunk, &c, err);
    if (rc == TW_OK)
        rc = tw_column_join(now->type, c.parts, n, out, err);
    for (size_t i = 0; i < n; i++)
        tw_column_unref(c.parts[i]);
    free(c.parts);
    return rc;
}

typedef struct overlay {
    int64_t *rows;
    tw_cell *cells;
    int64_t n, room;
    tw_arena texts;
} overlay;

static bool grow(overlay *o) {
    int64_t room = o->room ? o->room * 2 : 256;
    int64_t *rows = tw_realloc(o->rows, (size_t)room, sizeof *rows);
    if (!rows)
        return false;
    o->rows = rows;
    tw_cell *cells = tw_realloc(o->cells, (size_t)room, sizeof *cells);
    if (!cells)
        return false;
    o->cells = cells;
    o->room = room;
    return true;
}

static bool add(overlay *o, int64_t row, tw_cell cell) {
    if (o->n == o->room && !grow(o))
        return false;
    if (cell.text.n) {
        cell.text = tw_arena_str(&o->texts, cell.text);
        if (!cell.text.p)
            return false;
    }
    o->rows[o->n] = row;
    o->cells[o->n++] = cell;
    return true;
}

static enum tw_rc collect(overlay *o, const tw_column *old, const tw_field *was,
                          const tw_field *now, const tw_marks *marks, const int64_t *origin,
                          tw_task *task, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (int64_t row = 0; rc == TW_OK && row < tw_column_rows(old); row++) {
        if (row % (int64_t)TW_CHUNK_ROWS == 0)
            rc = tw_task_check(task, err);
        if (rc || (tw_marks_get(marks, row) == 0 && (!origin || origin[row] >= 0)))
            continue;
        tw_cell cell = tw_column_cell(old, row);
        cell = tw_convert_cell(&cell, was, now, &text);
        rc = add(o, row, cell) ? tw_buf_check(&text, err) : tw_fail_memory(err);
    }
    tw_buf_fini(&text);
    return rc;
}

enum tw_rc tw_convert_over(const tw_column *base, const tw_column *old, const tw_field *was,
                           const tw_field *now, const tw_marks *marks, const int64_t *origin,
                           tw_task *task, tw_column **out, tw_error *err) {
    overlay o = {0};
    tw_arena_init(&o.texts);
    enum tw_rc rc = collect(&o, old, was, now, marks, origin, task, err);
    if (rc == TW_OK)
        rc = tw_column_patch(base, o.rows, o.cells, o.n, out, err);
    tw_arena_fini(&o.texts);
    free(o.rows);
    free(o.cells);
    return rc;
}
