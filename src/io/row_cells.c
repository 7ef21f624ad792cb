/* Cells for writers, from the file where nothing changed and from columns where something did. */
#include "io/row_cells.h"

#include "io/blob.h"

/* BLOCK_ROOM is what a block usually takes: an arena keeps its first piece for the next one. */
enum { BLOCK_ROWS = 4096, BLOCK_CELLS = 1 << 16, BLOCK_ROOM = 2 << 20 };

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
    rows->other = rows->source ? NULL : tw_table_source(table);
    rows->block_rows = (int64_t)TW_MIN(BLOCK_CELLS / (rows->width + 1) + 1, (size_t)BLOCK_ROWS);
    tw_arena_init(&rows->arena);
    tw_buf_init(&rows->scratch, TW_BUF_MAX);
    rows->columns = tw_calloc(rows->width, sizeof *rows->columns);
    if (!rows->columns)
        return tw_fail_memory(err);
    rows->same_columns = rows->source && rows->width == rows->source->sniffed.width;
    rows->same_block = rows->other && rows->width == rows->other->ops->width(rows->other);
    for (size_t i = 0; i < rows->width; i++) {
        tw_out_column *c = &rows->columns[i];
        c->field = tw_table_field(table, i);
        c->from = c->field->source_column;
        c->marks = c->from >= 0 && tw_table_has_marks(table, i);
        c->renamed = rows->source && c->from >= 0 &&
                     strcmp(c->field->name, rows->source->fields[c->from].name) != 0;
        rows->same_columns = rows->same_columns && c->from == (int)i;
        rows->same_block = rows->same_block && c->from == (int)i && !c->marks;
        rows->any_marks = rows->any_marks || c->marks;
    }
    if (rows->other && !tw_arena_alloc(&rows->arena, BLOCK_ROOM, 1))
        return tw_fail_memory(err);
    enum tw_rc rc = need_columns(rows, values, task, err);
    if (rc == TW_OK && rows->source)
        rc = tw_records_new(rows->source, &rows->records, err);
    return rc;
}

void tw_row_cells_fini(tw_row_cells *rows) {
    free(rows->columns);
    tw_records_free(rows->records);
    tw_arena_fini(&rows->arena);
    tw_buf_fini(&rows->scratch);
}

static bool in_block(const tw_row_cells *rows, int64_t origin) {
    return origin >= rows->block.first_row &&
           origin - rows->block.first_row < (int64_t)rows->block.rows;
}

/* The block that begins with the row. */
static enum tw_rc fetch_block(tw_row_cells *rows, tw_error *err) {
    int64_t left = rows->other->ops->rows(rows->other) - rows->origin;
    rows->block.rows = 0;
    tw_arena_reset(&rows->arena);
    enum tw_rc rc = rows->other->ops->fetch(rows->other, rows->origin,
                                            (size_t)TW_MIN(left, rows->block_rows), &rows->arena,
                                            &rows->block, err);
    uint8_t flags = 0;
    for (size_t i = 0; rc == TW_OK && i < rows->block.first[rows->block.rows]; i++)
        flags |= rows->block.flags[i];
    rows->block_bare = !(flags & TW_CELL_DOUBLED);
    return rc;
}

enum tw_rc tw_row_cells_go(tw_row_cells *rows, int64_t row, tw_error *err) {
    rows->row = row;
    rows->origin = tw_table_origin(rows->table, row);
    if (rows->other && rows->origin >= 0 && !in_block(rows, rows->origin))
        return fetch_block(rows, err);
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

/* The cell of the row's record, where its source was converted to records: how a cell is quoted there says what it was
 * (io/jsonl_read.h, io/sqlite_read.h). NULL where the cell is another's. */
static const tw_span *converted_cell(const tw_row_cells *rows, size_t column, bool *quoted) {
    int64_t cell = tw_row_cells_source_cell(rows, column);
    if (cell < 0 || !rows->source->converted || cell >= rows->record.n)
        return NULL;
    *quoted = rows->record.flags[cell] & TW_CELL_QUOTED;
    return &rows->record.cells[cell];
}

bool tw_row_cells_empty_text(const tw_row_cells *rows, size_t column) {
    bool quoted;
    const tw_span *cell = converted_cell(rows, column, &quoted);
    return cell && quoted && cell->n == 0 && rows->source->sniffed.width > 1;
}

bool tw_row_cells_blob(const tw_row_cells *rows, size_t column, tw_str *digits) {
    bool quoted;
    const tw_span *cell = converted_cell(rows, column, &quoted);
    if (!cell || quoted || strcmp(rows->source->sniffed.dialect.format, "sqlite") != 0)
        return false;
    return tw_blob_of((tw_str){rows->record.base + cell->at, cell->n}, digits);
}

/* The cell in the block that has the text of a column; NULL where the block does not speak. */
static const tw_span *block_cell(const tw_row_cells *rows, size_t column, int64_t origin) {
    const tw_out_column *c = &rows->columns[column];
    if (!rows->other || c->from < 0 || !in_block(rows, origin))
        return NULL;
    if (c->marks && tw_table_mark(rows->table, column, rows->row))
        return NULL;
    return &rows->block.cells[rows->block.first[origin - rows->block.first_row] + (uint32_t)c->from];
}

const tw_span *tw_row_cells_run(const tw_row_cells *rows, int64_t *n) {
    const tw_batch *block = &rows->block;
    if (!rows->same_block || !rows->block_bare || !in_block(rows, rows->origin))
        return NULL;
    int64_t at = rows->origin - block->first_row;
    bool in_order = tw_table_origin_is_identity(rows->table);
    *n = in_order ? TW_MIN(*n, (int64_t)block->rows - at) : 1;
    return &block->cells[block->first[at]];
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
    const tw_span *span = block_cell(rows, column, rows->origin);
    if (span) {
        *out = tw_batch_text(&rows->block, (size_t)(span - rows->block.cells), &rows->scratch);
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
