/* The cell grid: clipping, wide characters and their halves, hostile text, boxes, dumps. */
#include "base/grid.h"

#include "../tap.h"

static void shows(const tw_cellgrid *grid, bool styles, const char *want, const char *name) {
    tw_buf out;
    tw_buf_init(&out, 1 << 20);
    ok(tw_cellgrid_dump(grid, styles, &out), "dump");
    is_text(tw_buf_view(&out), want, name);
    tw_buf_fini(&out);
}

/* What a text looks like in so many cells. */
static void cell_text(int cells, const char *text, const char *want, int used) {
    tw_cellgrid *grid = tw_cellgrid_new(cells + 2, 1);
    tw_cellgrid_text(grid, cells, 0, 2, TW_STR("||"), TW_ROLE_BORDER, false);
    is_int(tw_cellgrid_text(grid, 0, 0, cells, tw_str_c(text), TW_ROLE_TEXT, true), used,
           "cells used");
    shows(grid, false, want, text);
    tw_cellgrid_free(grid);
}

static void test_text(void) {
    cell_text(5, "hello", "hello||\n", 5);
    cell_text(5, "hello!", "hell…||\n", 5);
    cell_text(5, "ab", "ab   ||\n", 2);
    cell_text(5, "日本語", "日本…||\n", 5);
    cell_text(4, "日本語", "日… ||\n", 3);
    cell_text(1, "ab", "…||\n", 1);
    cell_text(4, "e\xCC\x81tude", "e\xCC\x81tu…||\n", 4);
    cell_text(4, "a\tb\x1B", "a·b·||\n", 4);
    cell_text(4, "\xCC\x81x", "◌\xCC\x81x  ||\n", 2);
    cell_text(4,
              "a\xE2\x80\xAE"
              "b",
              "ab  ||\n", 2);
    cell_text(4, "👩‍👩‍👧!", "👩! ||\n", 3);
    cell_text(4, "❤\xEF\xB8\x8F!", "❤!  ||\n", 2);
    cell_text(4, "👍🏽", "👍  ||\n", 2);
    cell_text(4, "क्‍ष", "क्‍ष  ||\n", 2);
    cell_text(3, "x\xFFy", "x\xEF\xBF\xBDy||\n", 3);
    cell_text(3, "", "   ||\n", 0);
}

static void test_halves(void) {
    tw_cellgrid *grid = tw_cellgrid_new(6, 1);
    tw_cellgrid_text(grid, 0, 0, 6, TW_STR("日本語"), TW_ROLE_TEXT, false);
    is_int(tw_cellgrid_at(grid, 0, 0)->width, 2, "a wide cell");
    is_int(tw_cellgrid_at(grid, 1, 0)->width, 0, "and its continuation");
    tw_cellgrid_text(grid, 1, 0, 2, TW_STR("ab"), TW_ROLE_TEXT, false);
    shows(grid, false, " ab 語\n", "halves left by a write are blanks");
    tw_cellgrid_fill(grid, 5, 0, 9, 1, TW_ROLE_TEXT);
    shows(grid, false, " ab\n", "and by a fill");
    tw_cellgrid_text(grid, -1, 0, 9, TW_STR("日x"), TW_ROLE_TEXT, false);
    shows(grid, false, " xb\n", "a character half outside is a blank");
    tw_cellgrid_free(grid);
}

static void test_clipping(void) {
    tw_cellgrid *grid = tw_cellgrid_new(4, 2);
    is_int(tw_cellgrid_text(grid, 2, 0, 99, TW_STR("long"), TW_ROLE_TEXT, true), 2,
           "cut at the edge");
    is_int(tw_cellgrid_text(grid, 0, 2, 9, TW_STR("x"), TW_ROLE_TEXT, true), 0, "below");
    is_int(tw_cellgrid_text(grid, 4, 0, 9, TW_STR("x"), TW_ROLE_TEXT, true), 0, "beside");
    is_int(tw_cellgrid_text(grid, 0, 0, 0, TW_STR("x"), TW_ROLE_TEXT, true), 0, "no cells");
    is_int(tw_cellgrid_printf(grid, 0, 1, 9, TW_ROLE_NUMBER, "%d %s", 7, "of"), 4, "printf");
    tw_cellgrid_fill(grid, -5, -5, 3, 3, TW_ROLE_DIM);
    tw_cellgrid_fill(grid, 2, 2147483647, 2147483647, 2147483647, TW_ROLE_DIM);
    tw_cellgrid_role(grid, 3, 0, 100, TW_ROLE_MATCH);
    tw_cellgrid_role(grid, 0, -1, 100, TW_ROLE_MATCH);
    shows(grid, false, "  l…\n7 of\n", "text");
    shows(grid, true, "...m\n0000\n", "roles");
    ok(!tw_cellgrid_at(grid, 4, 0) && !tw_cellgrid_at(grid, 0, -1), "nothing outside");
    ok(tw_cellgrid_resize(grid, 0, -3) && tw_cellgrid_height(grid) == 0, "no size at all");
    tw_cellgrid_text(grid, 0, 0, 9, TW_STR("x"), TW_ROLE_TEXT, true);
    tw_cellgrid_box(grid, 0, 0, 9, 9, TW_STR("x"), TW_ROLE_TEXT);
    shows(grid, false, "", "shows nothing");
    tw_cellgrid_free(grid);
    tw_cellgrid_free(NULL);
}

static void test_box(void) {
    tw_cellgrid *grid = tw_cellgrid_new(10, 3);
    tw_cellgrid_box(grid, 0, 0, 10, 3, TW_STR("Title"), TW_ROLE_BORDER);
    shows(grid, false, "┌ Title ─┐\n│        │\n└────────┘\n", "a box with a title");
    tw_cellgrid_clear(grid, TW_ROLE_POPUP);
    tw_cellgrid_box(grid, 5, 1, 10, 5, TW_STR("A long title"), TW_ROLE_BORDER);
    shows(grid, false, "\n     ┌ A …\n     │\n", "beyond the edge");
    shows(grid, true, "pppppppppp\nppppp|||||\nppppp|pppp\n", "its roles");
    tw_cellgrid_free(grid);
}

static void test_roles(void) {
    enum tw_role_id role;
    ok(tw_role_find(TW_STR("cell.null"), &role) && role == TW_ROLE_NULL, "found by name");
    ok(!tw_role_find(TW_STR("no.such"), &role), "or not");
    bool round = true;
    for (int i = 0; i < TW_ROLE_COUNT; i++)
        round &= tw_role_find(tw_str_c(tw_role_name((enum tw_role_id)i)), &role) && (int)role == i;
    ok(round, "every role has a name of its own");
}

int main(void) {
    test_text();
    test_halves();
    test_clipping();
    test_box();
    test_roles();
    return tap_done();
}
