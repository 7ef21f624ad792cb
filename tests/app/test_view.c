/* View state: sorting, filtering, hiding, moving, selecting and searching, each undone and done
 * again exactly. */
#include "tests/app/session_fixture.h"

static void test_order(fixture *f) {
    ok(does(f, "sort age"), "sort by a number");
    shows(f, "id", "3 5 1 4 2", "ascending, missing last");
    ok(does(f, "sort -age"), "descending");
    shows(f, "id", "4 1 5 3 2", "missing last as well");
    ok(does(f, "sort city,-id"), "two keys");
    shows(f, "id", "5 2 3 1 4", "text by bytes, ties by the second key");
    ok(does(f, "sort city"), "one key");
    shows(f, "id", "2 5 1 3 4", "ties keep their order");
    ok(does(f, "sort --add -age"), "a key is added");
    shows(f, "id", "5 2 1 3 4", "behind the first");
    ok(does(f, "sort"), "no key");
    shows(f, "id", "1 2 3 4 5", "gives the file's own order back");
}

static void test_filters(fixture *f) {
    ok(does(f, "sort -id") && does(f, "filter city == 'Oslo'"), "a filter on a sorted view");
    shows(f, "id", "3 1", "keeps the order");
    ok(does(f, "filter age > 30"), "a second one");
    shows(f, "id", "1", "narrows further");
    is_int(tw_view_filters(view_of(f)), 2, "filters stack");
    ok(does(f, "unfilter"), "the last one is dropped");
    shows(f, "id", "3 1", "and the first stands");
    ok(does(f, "unfilter --all") && does(f, "sort"), "all dropped");
    shows(f, "id", "1 2 3 4 5", "everything is back");
    ok(!does(f, "filter age > '30'"), "types are not guessed across");
    ok(!does(f, "unfilter"), "nothing to drop is said");
}

static void test_columns(fixture *f) {
    tw_view *v = view_of(f);
    ok(does(f, "hide city") && tw_view_columns(v) == 2, "a column is hidden");
    is_int(tw_view_find_column(v, TW_STR("city")), -1, "and cannot be found in view");
    ok(!does(f, "goto 1 city"), "nor gone to");
    ok(!does(f, "hide id,age"), "one column must stay");
    ok(does(f, "unhide") && tw_view_find_column(v, TW_STR("city")) == 1,
       "it comes back where it stood");
    ok(does(f, "move age 1") && tw_view_find_column(v, TW_STR("age")) == 0,
       "a column moves to a position");
    ok(does(f, "move age +1") && tw_view_find_column(v, TW_STR("age")) == 1,
       "and from where it stands");
    ok(does(f, "undo 2") && tw_view_find_column(v, TW_STR("age")) == 2, "both moves are undone");
}

static void test_going(fixture *f) {
    tw_view *v = view_of(f);
    ok(does(f, "goto 4 age") && tw_view_cursor_row(v) == 3 && tw_view_cursor_column(v) == 2,
       "to a row and a column by name");
    ok(does(f, "goto -1 1") && tw_view_cursor_row(v) == 4 && tw_view_cursor_column(v) == 0,
       "the last row, a column by number");
    ok(!does(f, "goto 6"), "beyond the end is said");
    ok(does(f, "goto 1") && does(f, "search bergen") && tw_view_cursor_row(v) == 1,
       "search finds, whatever the case");
    is_int(tw_view_cursor_column(v), 1, "and the column");
    ok(does(f, "search") && tw_view_cursor_row(v) == 4, "again");
    ok(does(f, "search") && tw_view_cursor_row(v) == 1, "and around");
    ok(does(f, "search --back") && tw_view_cursor_row(v) == 4, "and back");
    ok(does(f, "search 4 id") && tw_view_cursor_row(v) == 3, "in one column only");
    ok(!does(f, "search ("), "a bad pattern is said");
}

static void test_selection(fixture *f) {
    tw_view *v = view_of(f);
    ok(does(f, "select-rows city == 'Oslo'") && tw_view_selected(v) == 2, "rows by an expression");
    ok(does(f, "select-rows id == 4") && tw_view_selected(v) == 3, "more join them");
    ok(does(f, "select-rows --invert") && tw_view_selected(v) == 2, "turned over");
    ok(tw_view_is_selected(v, 1) && !tw_view_is_selected(v, 0), "row by row");
    ok(does(f, "sort -id") && tw_view_is_selected(v, 3), "a selection is of rows, not of places");
    ok(does(f, "undo 4") && tw_view_selected(v) == 0, "undone with everything before");
    ok(does(f, "goto 2") && does(f, "select-row") && tw_view_is_selected(v, 1) &&
           tw_view_cursor_row(v) == 2,
       "one row, and down");
    ok(does(f, "goto 2") && does(f, "select-row --stay") && tw_view_selected(v) == 0, "and let go");
}

static void test_undo_tree(fixture *f) {
    ok(does(f, "history 0"), "to the start");
    shows(f, "id", "1 2 3 4 5", "as it was opened");
    ok(does(f, "sort -id") && does(f, "filter id > 2"), "two commands");
    ok(does(f, "undo") && does(f, "filter id < 3"), "another way from the middle");
    shows(f, "id", "2 1", "is a branch");
    ok(does(f, "undo") && does(f, "redo"), "redo follows the youngest");
    shows(f, "id", "2 1", "branch");
    ok(!does(f, "redo"), "nothing to redo is said");
    ok(does(f, "undo 99"), "undo stops at the start");
    ok(!does(f, "undo"), "where there is nothing to undo");
}

int main(void) {
    fixture f;
    if (!fixture_file(&f, small_csv) || !ok(fixture_session(&f, true), "a file opens"))
        return 1;
    test_order(&f);
    test_filters(&f);
    test_columns(&f);
    test_going(&f);
    test_selection(&f);
    test_undo_tree(&f);
    ok(fixture_end(&f), "nothing is left behind");
    return tap_done();
}
