/* Cells for writers, from the file where nothing changed and from columns where something did. */
#include "io/row_cells.h"

static enum tw_rc need_columns(tw_row_cells *rows, bool values, tw_task *task, tw_error *err) {
    bool all = values || tw_table_new_rows(rows->table) > 0;
    int *needed = tw_calloc(rows->width, sizeof *needed);
    size_t n = 0;
    if (!needed)
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows->width; i++) {
        const tw_out_column *c = &rows->columns[i];
        if (all || c->marks || c->from < 0)
            needed[n++] = (int)i;
    }
    enum tw_rc rc = n ? tw_table_need(rows->table, needed, n, task, err) : TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        rows->columns[needed[i]].cells = tw_table_column(rows->table, (size_t)needed[i]);
    free(needed);
    return rc;
}

enum tw_rc tw_row_cells_init(tw_row_cells *rows, const tw_table *table, bool values, tw_task *task,
                             tw_error *err) {
    *rows = (tw_row_cells){.table = table, .width = tw_table_width(table), .row = -1, .origin = -1};
    rows->source = tw_source_csv_of(tw_table_source(table));
    tw_buf_init(&rows->scratch, TW_BUF_MAX);
    rows->columns = tw_calloc(rows->width, sizeof *rows->columns);
    if (!rows->columns)
        return tw_fail_memory(err);
    rows->same_columns = rows->source && rows->width == rows->source->sniffed.width;
    for (size_t i = 0; i < rows->width; i++) {
        tw_out_column *c = &rows->columns[i];
        c->field = tw_table_field(table, i);
        c->from = c->field->source_column;
        c->marks = c->from >= 0 && tw_table_has_marks(table, i);
        c->renamed = rows->source && c->from >= 0 &&
                     strcmp(c->field->name, rows->source->fields[c->from].name) != 0;
        rows->same_columns = rows->same_columns && c->from == (int)i;
        rows->any_marks = rows->any_marks || c->marks;
    }
    enum tw_rc rc = need_columns(rows, values, task, err);
    if (rc == TW_OK && rows->source)
        rc = tw_records_new(rows->source, &rows->records, err);
    return rc;
}

void tw_row_cells_fini(tw_row_cells *rows) {
    free(rows->columns);
    tw_records_free(rows->records);
    tw_buf_fini(&rows->scratch);
}

enum tw_rc tw_row_cells_go(tw_row_cells *rows, int64_t row, tw_error *err) {
    rows->row = row;
    rows->origin = tw_table_origin(rows->table, row);
    if (rows->origin < 0 || !rows->records)
        return TW_OK;
    return tw_records_get(rows->records, rows->origin, &rows->record, err);
}

int64_t tw_row_cells_source_cell(const tw_row_cells *rows, size_t column) {
    const tw_out_column *c = &rows->columns[column];
    if (c->from < 0 || rows->origin < 0 || !rows->records)
        return -1;
    if (c->marks && tw_table_mark(rows->table, column, rows->row))
        return -1;
    return c->from;
}

bool tw_row_cells_surplus(const tw_row_cells *rows, uint32_t *from, uint32_t *to) {
    if (!rows->source || rows->origin < 0)
        return false;
    *from = (uint32_t)rows->source->sniffed.width;
    *to = rows->record.n;
    while (*to > *from && rows->record.cells[*to - 1].n == 0)
        --*to;
    return *to > *from;
}

tw_str tw_row_cells_record_text(tw_row_cells *rows, uint32_t cell) {
    const tw_record *record = &rows->record;
    tw_str text = {record->base + record->cells[cell].at, record->cells[cell].n};
    if (!(record->flags[cell] & TW_CELL_DOUBLED))
        return text;
    const tw_csv_rules *rules = &rows->source->rules;
    tw_buf_clear(&rows->scratch);
    return tw_csv_unescape(text, rules->quote, rules->escape, &rows->scratch)
               ? tw_buf_view(&rows->scratch)
               : text;
}

enum tw_rc tw_row_cells_text(tw_row_cells *rows, size_t column, tw_str *out, tw_error *err) {
    const tw_out_column *c = &rows->columns[column];
    int64_t cell = tw_row_cells_source_cell(rows, column);
    *out = TW_STR("");
    if (cell >= 0) {
        if (cell < rows->record.n)
            *out = tw_row_cells_record_text(rows, (uint32_t)cell);
        return TW_OK;
    }
    tw_buf_clear(&rows->scratch);
    if (c->cells) {
        tw_cell value = tw_column_cell(c->cells, rows->row);
        tw_cell_write(&value, &c->field->format, &rows->scratch);
    } else {
        enum tw_cell_state state;
        enum tw_rc rc = tw_table_text(rows->table, column, rows->row, &rows->scratch, &state, err);
        if (rc)
            return rc;
    }
    *out = tw_buf_view(&rows->scratch);
    return tw_buf_check(&rows->scratch, err);
}
