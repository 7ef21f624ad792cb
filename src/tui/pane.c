/* What all panes share: moving a cursor and keeping it in sight. */
#include "tui/pane.h"

void tw_go_cursor(enum tw_go where, int64_t n, int page, int64_t *cursor) {
    static const struct {
        int64_t step;  /* rows */
        int64_t pages; /* halves of a page */
    } moves[] = {
        [TW_GO_UP] = {-1, 0},       [TW_GO_DOWN] = {1, 0},      [TW_GO_LEFT] = {0, 0},         [TW_GO_RIGHT] = {0, 0},
        [TW_GO_PAGE_UP] = {0, -2},  [TW_GO_PAGE_DOWN] = {0, 2}, [TW_GO_HALF_UP] = {0, -1},     [TW_GO_HALF_DOWN] = {0, 1},
        [TW_GO_TOP] = {0, 0},       [TW_GO_BOTTOM] = {0, 0},    [TW_GO_FIRST_COLUMN] = {0, 0}, [TW_GO_LAST_COLUMN] = {0, 0},
        [TW_GO_CENTER] = {0, 0},
    };
    int64_t half = page > 1 ? page / 2 : 1;
    *cursor += moves[where].step + moves[where].pages * half;
    if (where == TW_GO_TOP)
        *cursor = 0;
    if (where == TW_GO_BOTTOM)
        *cursor = n - 1;
    if (*cursor > n - 1)
        *cursor = n - 1;
    if (*cursor < 0)
        *cursor = 0;
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
