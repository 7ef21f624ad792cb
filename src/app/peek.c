/* Each new window takes over half of the old one where they touch, so that a screen that lies across
 * the border of two does not read both again for every cell. */
#include "app/peek.h"

#include "app/dataset.h"

enum { WINDOW = 1000, HALF = WINDOW / 2 };

void tw_peek_window_fini(tw_peek_window *window) {
    tw_arena_fini(&window->arena);
    *window = (tw_peek_window){0};
}

int64_t tw_peek_rows(const tw_dataset *d) {
    uint64_t begin, end;
    bool exact;
    int64_t head = (int64_t)d->head.rows, rows = tw_opened_rows(d->opened, &exact);
    bool cut = head >= TW_HEAD_ROWS || tw_opened_head_cut(d->opened);
    bool more = cut && tw_opened_extent(d->opened, &begin, &end);
    return more ? TW_MAX(head, rows) : head;
}

static bool answers(const tw_peek_window *w, int64_t row) {
    return row >= w->from && row < w->to;
}

/* Where to read next. */
typedef struct peek_place {
    uint64_t at;
    bool is_start, before, counted;
    int64_t border; /* number of the first row, with `before` of the one behind the last */
} peek_place;

/* Beside rows that are known, in order with them; false when the row is too far from them. */
static bool place_beside(const tw_dataset *d, const tw_peek *known, int64_t first, bool counted,
                         int64_t row, peek_place *out) {
    int64_t n = (int64_t)known->batch.rows, kept = TW_MIN(n, (int64_t)HALF);
    if (n == 0 || row < first - HALF || row >= first + n + HALF)
        return false;
    bool before = row < first;
    int64_t at = before ? kept : n - kept;
    out->is_start = true;
    out->before = before;
    out->counted = counted;
    out->border = first + at;
    out->at = at < n ? tw_opened_peek_at(d->opened, known, (size_t)at) : known->end;
    return true;
}

static peek_place place_of(const tw_dataset *d, int64_t row) {
    const tw_peek_window *w = &d->window;
    int64_t rows = tw_peek_rows(d), first = row - HALF;
    tw_peek head = {.batch = d->head};
    uint64_t begin, end;
    peek_place p = {0};
    tw_opened_extent(d->opened, &begin, &end);
    if (rows - row <= HALF)
        return (peek_place){.at = end, .is_start = true, .before = true, .border = rows};
    if (place_beside(d, &head, 0, true, row, &p) ||
        place_beside(d, &w->peek, w->first, w->counted, row, &p))
        return p;
    double share = (double)first / (double)rows;
    return (peek_place){.at = begin + (uint64_t)(share * (double)(end - begin)), .border = first};
}

static void load(tw_dataset *d, int64_t row) {
    tw_peek_window *w = &d->window;
    peek_place p = place_of(d, row);
    tw_peek peek = {0};
    tw_arena_reset(&w->arena);
    enum tw_rc rc = tw_opened_peek(d->opened, p.at, p.is_start, p.before, WINDOW, &w->arena, &peek,
                                   NULL); /* a file cut short is told by the job that reads it */
    w->peek = rc == TW_OK ? peek : (tw_peek){0};
    w->counted = p.counted;
    w->first = p.before ? p.border - (int64_t)w->peek.batch.rows : p.border;
    w->from = p.before ? p.border - WINDOW : p.border;
    w->to = w->from + WINDOW;
}

const tw_batch *tw_peek_batch(tw_dataset *d, int64_t row, size_t *at) {
    tw_peek_window *w = &d->window;
    *at = (size_t)row;
    if (row >= 0 && row < (int64_t)d->head.rows)
        return &d->head;
    if (row < 0 || row >= tw_peek_rows(d))
        return NULL;
    if (!answers(w, row))
        load(d, row);
    *at = (size_t)(row - w->first);
    return row >= w->first && *at < w->peek.batch.rows ? &w->peek.batch : NULL;
}

bool tw_peek_counted(const tw_dataset *d, int64_t row) {
    return row < (int64_t)d->head.rows || (d->window.counted && answers(&d->window, row));
}

int64_t tw_peek_true_row(const tw_dataset *d, int64_t row) {
    const tw_peek_window *w = &d->window;
    int64_t there = row - w->first;
    bool exact;
    tw_opened_rows(d->opened, &exact);
    if (!exact || row < (int64_t)d->head.rows || there < 0 ||
        (size_t)there >= w->peek.batch.rows)
        return row;
    uint64_t at = tw_opened_peek_at(d->opened, &w->peek, (size_t)there);
    return tw_opened_row_at(d->opened, at, &row, NULL) == TW_OK ? row : 0;
}
