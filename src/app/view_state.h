/* What a view shows, as a value of the history: filters, sort keys, the rows they give, columns,
 * widths, selection.
 *
 * Immutable once published and shared by reference counts; the set functions work on a fresh copy
 * that only its maker sees. `new` and `copy` give one reference; NULL is legal for ref and unref.
 * Any thread may hold references. */
#ifndef TW_APP_VIEW_STATE_H
#define TW_APP_VIEW_STATE_H

#include <stdatomic.h>

#include "app/view.h"

/* --- rows in some order, or a set of rows --- */
typedef struct tw_rows {
    _Atomic int refs;
    int64_t n;
    int64_t at[]; /* rows of the table */
} tw_rows;
tw_rows *tw_rows_new(int64_t n); /* NULL when memory is out */
tw_rows *tw_rows_ref(tw_rows *rows);
void tw_rows_unref(tw_rows *rows);
/* Keep what is among n ascending rows as well; `kept` is ascending and its maker's alone. */
void tw_rows_intersect(tw_rows *kept, const int64_t *rows, int64_t n);

/* --- what is shown --- */
/* An expression, or a set of rows with words for it. */
typedef struct tw_view_filter_by {
    char *text;
    tw_rows *rows; /* ascending; NULL = text is an expression */
} tw_view_filter_by;
typedef struct tw_view_state {
    _Atomic int refs;
    tw_view_filter_by *filters;
    size_t n_filters;
    tw_sort_key *keys;
    size_t n_keys;
    tw_rows *rows; /* NULL = all rows in their order */
    int *columns;  /* columns of the table that are shown, in this order */
    size_t n_columns;
    int *widths; /* one for each column of the table; 0 = automatic */
    size_t n_widths;
    size_t frozen;
    tw_rows *selected; /* ascending; NULL = none */
} tw_view_state;
tw_view_state *
tw_view_state_new(size_t table_width); /* everything shown; NULL when memory is out */
tw_view_state *tw_view_state_ref(tw_view_state *v);
void tw_view_state_unref(tw_view_state *v);
tw_view_state *tw_view_state_copy(const tw_view_state *v); /* to be changed, then published */
/* rows: NULL, or a set whose reference is shared. */
bool tw_view_state_add_filter(tw_view_state *v, tw_str text, tw_rows *rows);
void tw_view_state_drop_filter(tw_view_state *v, size_t i);
void tw_view_state_clear_filters(tw_view_state *v);
bool tw_view_state_add_key(tw_view_state *v, tw_str column,
                           bool descending); /* an equal column is replaced */
void tw_view_state_clear_keys(tw_view_state *v);
void tw_view_state_set_rows(tw_view_state *v, tw_rows *rows);         /* takes the reference */
void tw_view_state_set_selected(tw_view_state *v, tw_rows *selected); /* takes the reference */
bool tw_view_state_is_selected(const tw_view_state *v, int64_t table_row);
/* Compute the rows anew from filters and keys; TW_EPARSE, TW_EUNKNOWN_COLUMN when a text no longer
 * fits the table. */
TW_NODISCARD enum tw_rc tw_view_state_compute(tw_view_state *v, const tw_table *table,
                                              tw_task *task, tw_error *err);
/* One more filter: the rows in hand keep their order. "column == value" takes the place of an earlier
 * one on that column. */
TW_NODISCARD enum tw_rc tw_view_state_narrow(tw_view_state *v, const tw_table *table, tw_str filter,
                                             tw_task *task, tw_error *err);
/* The same by a set of rows, ascending; text says which they are. */
TW_NODISCARD enum tw_rc tw_view_state_narrow_to(tw_view_state *v, const tw_table *table,
                                                tw_rows *rows, tw_str text, tw_error *err);
/* The state for the next version of the table: columns followed by name, new ones shown last; with
 * rows_changed the filters and keys are computed again, those that no longer fit are dropped. */
TW_NODISCARD enum tw_rc tw_view_state_follow(const tw_view_state *v, const tw_table *old,
                                             const tw_table *next, bool rows_changed, tw_task *task,
                                             tw_view_state **out, tw_error *err);

#endif
