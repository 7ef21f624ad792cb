/* Records are read by the real tokeniser and digested once; layout decisions then look at digests,
 * and at kinds of single cells only where they need them. */
#include "config.h"

#include "io/sniff_rows.h"

static uint32_t count_lines(tw_str gap) {
    uint32_t lines = 0;
    for (size_t i = 0; i < gap.n; i++)
        lines += gap.p[i] == '\n' || (gap.p[i] == '\r' && (i + 1 == gap.n || gap.p[i + 1] != '\n'));
    return lines;
}

/* Anything but blanks between the quotes. */
static inline bool is_filled(const tw_rows *rows, size_t i) {
    tw_str cell = {rows->text.p + rows->cells.cells[i].at, rows->cells.cells[i].n};
    return cell.n && ((unsigned char)cell.p[0] > ' ' || tw_str_trim(cell).n > 0);
}

static void digest(const tw_rows *rows, size_t i, size_t previous_end, tw_row *out) {
    const tw_csv_cells *cells = &rows->cells;
    tw_span record = cells->records[i];
    *out = (tw_row){.begin = record.at,
                    .end = record.at + record.n + cells->ends[i],
                    .width = cells->first[i + 1] - cells->first[i],
                    .blanks = count_lines(tw_str_sub(rows->text, previous_end, record.at))};
    size_t seen = TW_MIN(out->width, (uint32_t)TW_ROW_CELLS);
    for (size_t c = 0; c < seen; c++)
        out->filled += is_filled(rows, cells->first[i] + c);
    out->lone = out->filled == 1 && is_filled(rows, cells->first[i]);
}

enum tw_rc tw_rows_read(tw_str text, const tw_csv_rules *rules, bool cut, tw_rows *out,
                        tw_error *err) {
    *out = (tw_rows){.text = text, .rules = *rules, .cut = cut};
    tw_csv_cells_init(&out->cells);
    size_t next = 0;
    enum tw_rc rc = tw_csv_scan(rules, text, 0, text.n, SIZE_MAX, &out->cells, &next, err);
    if (rc != TW_OK)
        return rc;
    out->n = out->cells.rows;
    if (cut && out->n > 1 && out->cells.ends[out->n - 1] == 0)
        out->n--;
    out->at = tw_calloc(out->n, sizeof *out->at);
    if (!out->at)
        return tw_fail_memory(err);
    size_t end = 0;
    for (size_t i = 0; i < out->n; i++) {
        digest(out, i, end, &out->at[i]);
        end = out->at[i].end;
    }
    out->blanks_behind = count_lines(tw_str_sub(text, end, text.n));
    return TW_OK;
}

void tw_rows_fini(tw_rows *rows) {
    tw_csv_cells_fini(&rows->cells);
    free(rows->at);
    rows->at = NULL;
    rows->n = 0;
}

tw_str tw_rows_cell(const tw_rows *rows, size_t row, size_t column) {
    size_t i = rows->cells.first[row] + column;
    if (i >= rows->cells.first[row + 1])
        return (tw_str){"", 0};
    return tw_str_trim((tw_str){rows->text.p + rows->cells.cells[i].at, rows->cells.cells[i].n});
}

enum tw_kind tw_rows_kind(const tw_rows *rows, size_t row, size_t column) {
    return tw_kind_of(tw_rows_cell(rows, row, column));
}

size_t tw_rows_typed(const tw_rows *rows, size_t row) {
    size_t typed = 0, seen = TW_MIN(rows->at[row].width, (uint32_t)TW_ROW_CELLS);
    for (size_t c = 0; c < seen; c++) {
        enum tw_kind kind = tw_rows_kind(rows, row, c);
        bool letter = kind == TW_KIND_BOOLEAN && tw_rows_cell(rows, row, c).n == 1;
        typed += tw_kind_is_typed(kind) && !letter;
    }
    return typed;
}

size_t tw_rows_width(const tw_rows *rows, size_t from, size_t to) {
    enum { SLOTS = 64 };
    size_t widths[SLOTS], counts[SLOTS], n = 0, best = 0, i = 0;
    for (size_t r = from; r < to; r++) {
        i = i < n && widths[i] == rows->at[r].width ? i : 0;
        while (i < n && widths[i] != rows->at[r].width)
            i++;
        if (i == n && n < SLOTS) {
            widths[n] = rows->at[r].width;
            counts[n++] = 0;
        }
        if (i < n)
            counts[i]++;
    }
    for (i = 1; i < n; i++)
        if (counts[i] > counts[best] ||
            (best && counts[i] == counts[best] && widths[i] > widths[best]))
            best = i;
    return n ? widths[best] : 0;
}

bool tw_rows_is_rule(const tw_rows *rows, size_t row) {
    const tw_row *r = &rows->at[row];
    size_t n = TW_MIN(r->width, (uint32_t)TW_ROW_CELLS);
    for (size_t c = 0; c < n; c++) {
        tw_str cell = tw_rows_cell(rows, row, c);
        for (size_t i = 0; i < cell.n; i++)
            if (cell.p[i] != '-' && cell.p[i] != '=')
                return false;
        if (cell.n < 2)
            return false;
    }
    return n > 0;
}
