/* Rows from the middle of a file that has not been indexed yet.
 *
 * Where a record begins cannot be known without all quotes before it, so it is guessed: of the
 * places behind the next line ends, the first from which most records have the table's width. A
 * place inside a quoted cell reads as text with quotes where none should stand, and so as records
 * of other widths. The guess serves the eye alone; what is computed waits for the index. */
#include "io/opened.h"

enum {
    LOOK = 256 << 10, /* bytes in which a start is sought */
    PLACES = 64,      /* line ends tried */
    PROBE = 16        /* records that speak for a place */
};

bool tw_opened_extent(const tw_opened *o, uint64_t *begin, uint64_t *end) {
    tw_view view = tw_opened_first(o);
    *begin = view.data_begin;
    *end = view.data_end;
    return tw_input_is_plain(&o->input) && view.sniffed.width > 0;
}

static bool is_right(const tw_csv_cells *cells, size_t row, size_t width) {
    for (size_t i = cells->first[row]; i < cells->first[row + 1]; i++)
        if (cells->flags[i] & TW_CELL_STRAY)
            return false;
    return cells->first[row + 1] - cells->first[row] == width;
}

/* How many of the records behind a place are as wide as the table, with quotes as they should be.
 */
static enum tw_rc count_right(const tw_view *view, uint64_t at, tw_csv_cells *cells, size_t *right,
                              size_t *all, tw_error *err) {
    tw_str text = tw_str_sub(view->text, at, TW_MIN(at + 2 * LOOK, view->data_end));
    size_t next;
    tw_csv_cells_clear(cells);
    enum tw_rc rc = tw_csv_scan(&view->rules, text, 0, text.n, PROBE, cells, &next, err);
    *right = 0;
    *all = cells->rows;
    for (size_t r = 0; r < cells->rows; r++)
        *right += is_right(cells, r, view->sniffed.width);
    return rc;
}

/* The first record's start at or behind a place; data_end when none is near. */
static enum tw_rc find_start(const tw_view *view, uint64_t at, uint64_t *start, tw_error *err) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    uint64_t stop = TW_MIN(at + LOOK, view->data_end);
    size_t best = 0, tried = 0;
    enum tw_rc rc = TW_OK;
    *start = view->data_end;
    for (; at < stop && tried < PLACES && rc == TW_OK; at++) {
        size_t right, all;
        if (view->text.p[at] != '\n' && view->text.p[at] != '\r')
            continue;
        tried++;
        rc = count_right(view, at + 1, &cells, &right, &all, err);
        if (right > best) {
            best = right;
            *start = at + 1;
        }
        if (all && right == all)
            break;
    }
    tw_csv_cells_fini(&cells);
    return rc;
}

typedef struct peek_call {
    tw_opened *o;
    tw_view view;
    uint64_t at;
    bool is_start, before;
    size_t n;
    tw_arena *arena;
    tw_peek *out;
} peek_call;

/* Rows of [begin, end): all, or as many as are wanted. */
static enum tw_rc read_rows(const peek_call *c, uint64_t begin, uint64_t end, tw_error *err) {
    tw_index_input in = tw_view_input(&c->o->first);
    in.begin = begin;
    in.end = end;
    in.max_rows = c->before ? 0 : (int64_t)c->n;
    tw_index *index = NULL;
    enum tw_rc rc = tw_index_build(&in, NULL, &index, err);
    if (rc)
        return rc;
    int64_t rows = tw_index_rows(index), first = TW_MAX(rows - (int64_t)c->n, INT64_C(0));
    rc = tw_csv_fetch(index, in.width, first, c->n, false, c->arena, &c->out->batch, err);
    c->out->batch.first_row = 0;
    c->out->end = begin + tw_index_bytes(index);
    c->out->begin = c->out->batch.rows ? tw_opened_peek_at(c->o, c->out, 0) : begin;
    tw_index_free(index);
    return rc;
}

static enum tw_rc peek_guarded(void *ctx, tw_error *err) {
    peek_call *c = ctx;
    const tw_view *view = &c->view;
    uint64_t at = TW_MIN(TW_MAX(c->at, view->data_begin), view->data_end), start = at;
    enum tw_rc rc = TW_OK;
    if (!c->is_start && at > view->data_begin && at < view->data_end)
        rc = find_start(view, at, &start, err);
    if (rc || !c->before)
        return rc ? rc : read_rows(c, start, view->data_end, err);
    bool exact;
    int64_t estimate = TW_MAX(tw_opened_rows(c->o, &exact), INT64_C(1));
    double bytes = (double)(view->data_end - view->data_begin) / (double)estimate;
    uint64_t back = (uint64_t)(bytes * 1.5 * (double)c->n) + LOOK / 8;
    uint64_t from = start - view->data_begin > back ? start - back : view->data_begin;
    if (from > view->data_begin)
        rc = find_start(view, from, &from, err);
    return rc ? rc : read_rows(c, TW_MIN(from, start), start, err);
}

enum tw_rc tw_opened_peek(tw_opened *o, uint64_t at, bool is_start, bool before, size_t n,
                          tw_arena *arena, tw_peek *out, tw_error *err) {
    *out = (tw_peek){0};
    peek_call call = {o, tw_opened_first(o), at, is_start, before, n, arena, out};
    return tw_error_place(err, tw_file_guard(peek_guarded, &call, err), o->source->path, -1, NULL);
}

uint64_t tw_opened_peek_at(const tw_opened *o, const tw_peek *peek, size_t row) {
    return (uint64_t)(peek->batch.base - o->first.text.p) + peek->batch.records[row].at;
}

typedef struct row_call {
    const tw_index *index;
    uint64_t at;
    int64_t row;
} row_call;

static enum tw_rc row_guarded(void *ctx, tw_error *err) {
    row_call *c = ctx;
    return tw_index_row_at(c->index, c->at, &c->row, err);
}

enum tw_rc tw_opened_row_at(const tw_opened *o, uint64_t at, int64_t *row, tw_error *err) {
    row_call call = {o->source->index, at, 0};
    enum tw_rc rc = tw_file_guard(row_guarded, &call, err);
    *row = call.row;
    return rc;
}
