/* What all panes share: moving a cursor and keeping it in sight. */
#include "tui/pane.h"

static int64_t clamped(int64_t value, int64_t least, int64_t most) {
    return TW_MAX(TW_MIN(value, most), least);
}

void tw_go_cursor(enum tw_go where, int64_t n, int page, int64_t *cursor, int64_t *top) {
    static const struct {
        int64_t rows, half_pages, scrolled;
    } moves[] = {
        [TW_GO_UP] = {-1, 0, 0},         [TW_GO_DOWN] = {1, 0, 0},         [TW_GO_PAGE_UP] = {0, -2, 0}, [TW_GO_PAGE_DOWN] = {0, 2, 0},
        [TW_GO_HALF_UP] = {0, -1, 0},    [TW_GO_HALF_DOWN] = {0, 1, 0},    [TW_GO_WHEEL_UP] = {0, 0, -3}, [TW_GO_WHEEL_DOWN] = {0, 0, 3},
        [TW_GO_TOP] = {INT32_MIN, 0, 0}, [TW_GO_BOTTOM] = {INT32_MAX, 0, 0},
    };
    if (where >= (enum tw_go)TW_COUNT(moves))
        return;
    int64_t half = page > 1 ? page / 2 : 1, last = TW_MAX(n - 1, 0), by = moves[where].half_pages * half;
    int64_t rows = moves[where].rows, scrolled = moves[where].scrolled;
    if (by || scrolled)
        *top = clamped(*top + by + scrolled, 0, TW_MAX(n - page, 0));
    if (rows == INT32_MIN || rows == INT32_MAX)
        *cursor = rows < 0 ? 0 : last;
    else if (scrolled)
        *cursor = clamped(*cursor, *top, *top + TW_MAX(page, 1) - 1);
    else
        *cursor += rows + by;
    *cursor = clamped(*cursor, 0, last);
}

void tw_go_window(int64_t cursor, int64_t n, int page, int64_t *top) {
    if (page < 1)
        page = 1;
    if (*top > n - page)
        *top = n - page;
    if (cursor < *top)
        *top = cursor;
    if (cursor >= *top + page)
        *top = cursor - page + 1;
    if (*top < 0)
        *top = 0;
}

void tw_pane_set_title(tw_pane *pane, const char *line) {
    snprintf(pane->title, sizeof pane->title, "%s", line + (line[0] == ':'));
}
