/* Walking from finding to finding in view. The flagged rows become a bitmap first, so that a walk
 * over millions of rows in any order asks one bit of each; only rows that have a finding are looked
 * at cell by cell. */
#include "app/dataset.h"

#include "base/bitmap.h"

const char *tw_dataset_finding_message(const tw_dataset *d, size_t number) {
    return number < tw_finding_list_count(d->findings)
               ? tw_finding_list_at(d->findings, number)->message
               : NULL;
}

tw_doc *tw_dataset_findings_doc(const tw_dataset *d, const void **stamp) {
    if (!d->state || !d->findings || *stamp == d->state)
        return NULL;
    *stamp = d->state;
    return tw_finding_list_doc(d->findings, d->state->verdicts);
}

static uint64_t *flagged_rows(const tw_finding_list *list, int64_t rows) {
    uint64_t *flags = tw_calloc((size_t)rows / 64 + 1, sizeof *flags);
    for (size_t i = 0; flags && i < tw_finding_list_count(list); i++) {
        const tw_finding *f = tw_finding_list_at(list, i);
        for (size_t c = 0; c < f->n_cells; c++)
            if (f->cells[c].row >= 0 && f->cells[c].row < rows)
                tw_bit_set(flags, (size_t)f->cells[c].row);
    }
    return flags;
}

/* The marked column nearest to `from` in the direction of travel, -1 = none. */
static int64_t marked_column(const tw_dataset *d, int64_t row, int64_t from, int step) {
    for (int64_t k = from; k >= 0 && k < (int64_t)tw_view_columns(&d->view); k += step)
        if (tw_dataset_finding_at(d, tw_view_column(&d->view, (size_t)k), row, NULL))
            return k;
    return -1;
}

bool tw_dataset_next_finding(const tw_dataset *d, bool back, int64_t *row, size_t *column) {
    int64_t rows = d->state ? tw_table_rows(d->state->table) : 0, shown = tw_view_rows(&d->view);
    uint64_t *flags = rows > 0 ? flagged_rows(d->findings, rows) : NULL;
    const int step = back ? -1 : 1;
    const int64_t edge = back ? (int64_t)tw_view_columns(&d->view) - 1 : 0;
    int64_t from = (int64_t)*column + step;
    bool found = false;
    for (int64_t i = *row; flags && !found && i >= 0 && i < shown; i += step, from = edge) {
        int64_t at = tw_view_row(&d->view, i);
        int64_t k = tw_bit_get(flags, (size_t)at) ? marked_column(d, at, from, step) : -1;
        if (k < 0)
            continue;
        *row = i;
        *column = (size_t)k;
        found = true;
    }
    free(flags);
    return found;
}

/* The view row that shows a row of the table, -1 = filtered away. */
static int64_t shown_at(const tw_view *view, int64_t row) {
    if (!tw_view_filters(view) && !tw_view_sort_keys(view))
        return row < tw_view_rows(view) ? row : -1;
    for (int64_t i = 0; i < tw_view_rows(view); i++)
        if (tw_view_row(view, i) == row)
            return i;
    return -1;
}

/* The place in view of a table's column, by the name it had when it was looked at. */
static int shown_column(const tw_dataset *d, int column) {
    const tw_table *table = tw_finding_list_table(d->findings);
    return column < 0 ? -1 : tw_view_find_column(&d->view, tw_str_c(tw_table_field(table, (size_t)column)->name));
}

/* The finding's cell under the cursor; n_cells = another one is. */
static size_t cell_under(const tw_dataset *d, const tw_finding *f, int64_t row, size_t column) {
    int64_t at = row >= 0 && row < tw_view_rows(&d->view) ? tw_view_row(&d->view, row) : -1;
    size_t low = 0, high = f->n_cells;
    while (low < high) { /* cells stand in row order */
        size_t middle = low + (high - low) / 2;
        if (f->cells[middle].row < at)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < f->n_cells && f->cells[low].row == at; low++)
        if (shown_column(d, f->cells[low].column) == (int)column)
            return low;
    return f->n_cells;
}

enum { TRIES = 1000 }; /* cells that a filter hides, one walk over the view each */

bool tw_dataset_find_finding(const tw_dataset *d, size_t number, int64_t *row, size_t *column, size_t *nth) {
    if (!d->state || number >= tw_finding_list_count(d->findings))
        return false;
    const tw_finding *f = tw_finding_list_at(d->findings, number);
    *nth = 0;
    if (!f->n_cells) {
        int in_view = f->n_columns ? shown_column(d, f->columns[0]) : -1;
        *row = 0;
        *column = in_view < 0 ? 0 : (size_t)in_view;
        return in_view >= 0;
    }
    size_t under = cell_under(d, f, *row, *column), first = under < f->n_cells ? under + 1 : 0;
    for (size_t i = 0; i < TW_MIN(f->n_cells, (size_t)TRIES); i++) {
        size_t c = (first + i) % f->n_cells;
        int64_t at = shown_at(&d->view, f->cells[c].row);
        int in_view = shown_column(d, f->cells[c].column);
        if (at < 0 || in_view < 0)
            continue;
        *row = at;
        *column = (size_t)in_view;
        *nth = c;
        return true;
    }
    return false;
}

size_t tw_dataset_finding_cells(const tw_dataset *d, size_t number) {
    return number < tw_finding_list_count(d->findings) ? tw_finding_list_at(d->findings, number)->n_cells : 0;
}
