/* What all panes share: moving a cursor and keeping it in sight. */
#include "tui/pane.h"

void tw_go_cursor(enum tw_go where, int64_t n, int page, int64_t *cursor) {
    static const struct {
        int64_t rows, half_pages;
    } moves[] = {
        [TW_GO_UP] = {-1, 0},         [TW_GO_DOWN] = {1, 0},         [TW_GO_PAGE_UP] = {0, -2}, [TW_GO_PAGE_DOWN] = {0, 2},
        [TW_GO_HALF_UP] = {0, -1},    [TW_GO_HALF_DOWN] = {0, 1},    [TW_GO_WHEEL_UP] = {-3, 0}, [TW_GO_WHEEL_DOWN] = {3, 0},
        [TW_GO_TOP] = {INT32_MIN, 0}, [TW_GO_BOTTOM] = {INT32_MAX, 0},
    };
    int64_t half = page > 1 ? page / 2 : 1, rows = where < (enum tw_go)TW_COUNT(moves) ? moves[where].rows : 0;
    if (rows == INT32_MIN || rows == INT32_MAX)
        *cursor = rows < 0 ? 0 : n - 1;
    else if (where < (enum tw_go)TW_COUNT(moves))
        *cursor += rows + moves[where].half_pages * half;
    *cursor = TW_MAX(TW_MIN(*cursor, n - 1), 0);
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
