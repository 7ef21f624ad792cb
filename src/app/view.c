/* The live view: an immutable view state plus the cursor. Everything here is index arithmetic that
 * a painter may call for each cell; whatever costs time was computed before by a command. */
#include "app/dataset.h"

int64_t tw_view_rows(const tw_view *view) {
    return view->state && view->state->rows ? view->state->rows->n : view->known_rows;
}

int64_t tw_view_row(const tw_view *view, int64_t i) {
    return view->state->rows ? view->state->rows->at[i] : i;
}

size_t tw_view_columns(const tw_view *view) {
    return view->state ? view->state->n_columns : 0;
}

size_t tw_view_column(const tw_view *view, size_t k) {
    return (size_t)view->state->columns[k];
}

static const tw_dataset *dataset_of(const tw_view *view) {
    return (const tw_dataset *)(const void *)((const char *)view - offsetof(tw_dataset, view));
}

int tw_view_find_column(const tw_view *view, tw_str name) {
    const tw_dataset *dataset = dataset_of(view);
    for (size_t k = 0; k < tw_view_columns(view); k++)
        if (tw_str_eq_c(name, tw_dataset_field(dataset, tw_view_column(view, k))->name))
            return (int)k;
    return -1;
}

int64_t tw_view_cursor_row(const tw_view *view) {
    return view->cursor_row;
}

size_t tw_view_cursor_column(const tw_view *view) {
    return view->cursor_column;
}

int64_t tw_view_top(const tw_view *view) {
    return view->top;
}

size_t tw_view_left(const tw_view *view) {
    return view->left;
}

static int64_t inside(int64_t i, int64_t n) {
    return i < 0 || n <= 0 ? 0 : i >= n ? n - 1 : i;
}

void tw_view_set_cursor(tw_view *view, int64_t row, size_t column) {
    view->cursor_row = inside(row, tw_view_rows(view));
    int64_t wanted = column > INT32_MAX ? INT32_MAX : (int64_t)column;
    view->cursor_column = (size_t)inside(wanted, (int64_t)tw_view_columns(view));
}

void tw_view_set_window(tw_view *view, int64_t top, size_t left) {
    view->top = inside(top, tw_view_rows(view));
    int64_t wanted = left > INT32_MAX ? INT32_MAX : (int64_t)left;
    view->left = (size_t)inside(wanted, (int64_t)tw_view_columns(view));
}

size_t tw_view_frozen(const tw_view *view) {
    return view->state ? view->state->frozen : 0;
}

/* Widths and frozen columns change without a node of the history: the state is copied and replaced
 * in place. */
static tw_view_state *own_state(tw_view *view) {
    tw_view_state *copy = view->state ? tw_view_state_copy(view->state) : NULL;
    if (!copy)
        return NULL;
    tw_view_state_unref(view->state);
    view->state = copy;
    return copy;
}

void tw_view_set_frozen(tw_view *view, size_t columns) {
    tw_view_state *state = own_state(view);
    if (state)
        state->frozen = TW_MIN(columns, state->n_columns);
}

int tw_view_width(const tw_view *view, size_t k) {
    return view->state->widths[tw_view_column(view, k)];
}

void tw_view_set_width(tw_view *view, size_t k, int cells) {
    tw_view_state *state = own_state(view);
    if (state)
        state->widths[tw_view_column(view, k)] = TW_MAX(cells, 0);
}

size_t tw_view_filters(const tw_view *view) {
    return view->state ? view->state->n_filters : 0;
}

const char *tw_view_filter(const tw_view *view, size_t i) {
    return view->state->filters[i].text;
}

size_t tw_view_sort_keys(const tw_view *view) {
    return view->state ? view->state->n_keys : 0;
}

const tw_sort_key *tw_view_sort_key(const tw_view *view, size_t i) {
    return &view->state->keys[i];
}

bool tw_view_is_selected(const tw_view *view, int64_t i) {
    return view->state && view->state->selected &&
           tw_view_state_is_selected(view->state, tw_view_row(view, i));
}

int64_t tw_view_selected(const tw_view *view) {
    return view->state && view->state->selected ? view->state->selected->n : 0;
}
