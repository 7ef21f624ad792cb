/* Columns that are made when somebody needs them, and the stock that versions of a dataset share. Private to data.
 *
 * A lazy column is given, read from the source, picked (rows of another one) or converted (another type). Each is made at
 * most once and serves every version that refers to it; what it was made from is let go then. All lazy columns
 * belong to one stock, whose lock guards their references and recipes. The lock is never held while cells are read
 * or computed: one thread at a time does that, others wait and stay cancellable. */
#ifndef TW_DATA_LAZY_H
#define TW_DATA_LAZY_H

#include "data/field.h"
#include "data/marks.h"
#include "data/source.h"

typedef struct tw_row_list { /* row numbers that versions and recipes share */
    _Atomic uint32_t refs;
    int64_t n, *at;
} tw_row_list;
tw_row_list *tw_row_list_new(int64_t n); /* unset; NULL when memory is out */
tw_row_list *tw_row_list_take(int64_t *rows, int64_t n); /* takes the array over, also on failure */
tw_row_list *tw_row_list_ref(tw_row_list *rows);
void tw_row_list_unref(tw_row_list *rows);
/* outer[inner[i]]; outer NULL = identity. */
tw_row_list *tw_row_list_compose(const tw_row_list *outer, const int64_t *inner, int64_t n);

typedef struct tw_lazy tw_lazy;
typedef struct tw_stock tw_stock;

TW_NODISCARD enum tw_rc tw_stock_new(tw_source *source, tw_stock **out, tw_error *err); /* takes a reference; may be NULL */
tw_stock *tw_stock_ref(tw_stock *stock);
void tw_stock_unref(tw_stock *stock);
tw_source *tw_stock_source(const tw_stock *stock);

/* Makers give a new reference, or NULL when memory is out. */
tw_lazy *tw_lazy_given(tw_column *column); /* takes the column over, also on failure */
/* The source's column in this reading, the same for all who ask. */
tw_lazy *tw_lazy_source(tw_stock *stock, const tw_field *reading);
/* Rows of another; a pick of a pick is one pick. `memo` saves composing the same rows for each column of a table. */
typedef struct tw_pick_memo {
    tw_row_list **from, **to;
    size_t n;
} tw_pick_memo;
void tw_pick_memo_fini(tw_pick_memo *memo);
/* outer[inner[i]], borrowed from the memo; one inner for each memo. NULL when memory is out. */
tw_row_list *tw_pick_memo_compose(tw_pick_memo *memo, tw_row_list *outer, const tw_row_list *inner);
tw_lazy *tw_lazy_pick(tw_stock *stock, tw_lazy *from, tw_row_list *rows, tw_pick_memo *memo);
/* `old`, written by `was`, read as `now`. base (may be NULL): take its cells where the row has neither mark nor new origin. */
tw_lazy *tw_lazy_convert(tw_stock *stock, tw_lazy *old, tw_named *was, tw_named *now, tw_lazy *base, tw_marks *marks,
                         tw_row_list *origin);

void tw_lazy_ref_all(tw_stock *stock, tw_lazy *const *lazies, size_t n);
void tw_lazy_unref_all(tw_stock *stock, tw_lazy *const *lazies, size_t n); /* NULL entries are legal */
/* The column, or NULL while it was not needed. */
const tw_column *tw_lazy_ready(const tw_lazy *lazy);
TW_NODISCARD enum tw_rc tw_stock_need(tw_stock *stock, tw_lazy *const *lazies, size_t n, tw_task *task, tw_error *err);
/* One cell without making the column, its text copied to `text`; not for cells that only the source has. */
TW_NODISCARD enum tw_rc tw_lazy_cell(tw_stock *stock, const tw_lazy *lazy, int64_t row, tw_buf *text, tw_cell *out,
                                     tw_error *err);
/* Text of a source cell through a cache of the rows last looked at; out is cleared. */
TW_NODISCARD enum tw_rc tw_stock_text(tw_stock *stock, int64_t row, int column, tw_buf *out, tw_error *err);

#endif
