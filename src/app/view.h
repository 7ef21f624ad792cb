/* View state of a dataset: which rows and columns are shown, in what order, and where the cursor
 * stands.
 *
 * Pure state over a table version: no drawing. Sorting, filtering, hiding and moving change the
 * view only. A view is owned by its dataset and used from the session's thread; long sorts and
 * filters are computed by commands that then set the result here. Positions: view row / view column
 * from 0. */
#ifndef TW_APP_VIEW_H
#define TW_APP_VIEW_H

#include "base/task.h"
#include "data/table.h"

typedef struct tw_view tw_view;

typedef struct tw_sort_key {
    char *column;
    bool descending;
} tw_sort_key;

/* What is shown. While a file is still being read, rows are those known so far (the head, then
 * all). */
int64_t tw_view_rows(const tw_view *view);
int64_t tw_view_row(const tw_view *view, int64_t i); /* row of the table shown at i */
size_t tw_view_columns(const tw_view *view);
size_t tw_view_column(const tw_view *view, size_t k);      /* column of the table shown at k */
int tw_view_find_column(const tw_view *view, tw_str name); /* view column, -1 = hidden or absent */
/* Where the cursor stands, and the first row and column on screen; kept inside the view. */
int64_t tw_view_cursor_row(const tw_view *view);
size_t tw_view_cursor_column(const tw_view *view);
int64_t tw_view_top(const tw_view *view);
size_t tw_view_left(const tw_view *view);
void tw_view_set_cursor(tw_view *view, int64_t row, size_t column);
void tw_view_set_window(tw_view *view, int64_t top, size_t left);
size_t tw_view_frozen(const tw_view *view); /* key columns kept at the left */
void tw_view_set_frozen(tw_view *view, size_t columns);
int tw_view_width(const tw_view *view, size_t k); /* chosen width in cells, 0 = automatic */
void tw_view_set_width(tw_view *view, size_t k, int cells);
/* Filters stack; each has its text. Sort keys in order. For the status bar. */
size_t tw_view_filters(const tw_view *view);
const char *tw_view_filter(const tw_view *view, size_t i);
size_t tw_view_sort_keys(const tw_view *view);
const tw_sort_key *tw_view_sort_key(const tw_view *view, size_t i);
bool tw_view_is_selected(const tw_view *view, int64_t i); /* view row */
int64_t tw_view_selected(const tw_view *view);            /* how many */

#endif
