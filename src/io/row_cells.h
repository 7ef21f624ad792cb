/* Rows of a table on their way out: each cell either as the bytes the source has for it, or as text
 * made from its column.
 *
 * A row is unchanged where its record in the file may be copied as it stands. Materialises the
 * columns it needs. One thread. */
#ifndef TW_IO_ROW_CELLS_H
#define TW_IO_ROW_CELLS_H

#include "base/task.h"
#include "io/record.h"

typedef struct tw_out_column {
    const tw_field *field;
    const tw_column *cells; /* NULL where only the source's text is needed */
    int from;               /* column of the file whose bytes unmarked cells have; -1 = none */
    bool marks;             /* some cells were changed */
    bool renamed;
} tw_out_column;

typedef struct tw_row_cells {
    const tw_table *table;
    tw_source_csv *source; /* NULL: no file of ours behind the table */
    tw_out_column *columns;
    size_t width;
    bool same_columns; /* the file's columns, all of them, in its order */
    bool any_marks;
    tw_records *records;
    tw_source *other;  /* a source that is no file of ours, whose rows come in blocks */
    tw_arena arena;    /* of the block */
    tw_batch block;
    int64_t block_rows; /* to fetch at once */
    bool same_block;    /* the table's columns are the source's, in its order, unchanged */
    bool block_bare;    /* no cell of the block holds escapes */
    int64_t row, origin;
    tw_record record; /* of the row's origin, when origin >= 0 and there is a file */
    tw_buf scratch;
} tw_row_cells;

/* values: also materialise what is unchanged (for typed output). */
TW_NODISCARD enum tw_rc tw_row_cells_init(tw_row_cells *rows, const tw_table *table, bool values,
                                          tw_task *task, tw_error *err);
void tw_row_cells_fini(tw_row_cells *rows);
/* Stand on a row of the table. */
TW_NODISCARD enum tw_rc tw_row_cells_go(tw_row_cells *rows, int64_t row, tw_error *err);
/* The cell's bytes in the file are still right: its number in rows->record, or -1. A record too
 * short for the cell gives record.n or more. */
int64_t tw_row_cells_source_cell(const tw_row_cells *rows, size_t column);
/* Text of a cell, as it stands in the file or by its column's format. Borrows from the file or from
 * rows->scratch. */
TW_NODISCARD enum tw_rc tw_row_cells_text(tw_row_cells *rows, size_t column, tw_str *out,
                                          tw_error *err);
/* What CSV cannot tell apart, of a cell whose source is a database or JSON Lines: an empty text, which
 * is not NULL, and the digits of a blob, which is no text. */
bool tw_row_cells_empty_text(const tw_row_cells *rows, size_t column);
bool tw_row_cells_blob(const tw_row_cells *rows, size_t column, tw_str *digits);
/* The cells of the row stood on where they are neighbours in a block, one for each column, as they
 * stand; NULL where they are not. *n: how many of the rows from it on, at most as many as it holds,
 * lie so behind one another. Spans count from rows->block.base. */
const tw_span *tw_row_cells_run(const tw_row_cells *rows, int64_t *n);
/* Cells of the record beyond the table's, up to the last one with text; false where there are none. */
bool tw_row_cells_surplus(const tw_row_cells *rows, uint32_t *from, uint32_t *to);
/* Text of cell i of the record, unescaped. */
tw_str tw_row_cells_record_text(tw_row_cells *rows, uint32_t cell);

#endif
