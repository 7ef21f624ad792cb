/* What a table looks like, as one line of text: for tests of functions that make tables. */
#ifndef TW_TESTS_DATA_ROWS_ARE_H
#define TW_TESTS_DATA_ROWS_ARE_H

#include "data/table.h"
#include "tests/tap.h"

static tw_error err = TW_ERROR_INIT;

/* "id:integer,city:text" */
static inline void header_is(const tw_table *t, const char *want, const char *desc) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    for (size_t c = 0; c < tw_table_width(t); c++)
        tw_buf_printf(&out, "%s%s:%s", c ? "," : "", tw_table_field(t, c)->name,
                      tw_type_name(tw_table_field(t, c)->type));
    is_text(tw_buf_view(&out), want, desc);
    tw_buf_fini(&out);
}

/* Rows as text, cells by commas; a missing cell is "-". */
static inline void rows_are(const tw_table *t, const char *want, const char *desc) {
    tw_buf out, cell;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_buf_init(&cell, TW_BUF_MAX);
    for (int64_t r = 0; r < tw_table_rows(t); r++)
        for (size_t c = 0; c < tw_table_width(t); c++) {
            enum tw_cell_state state;
            if (tw_table_text(t, c, r, &cell, &state, &err) != TW_OK)
                tw_buf_c(&out, "ERROR");
            tw_buf_c(&out, c ? "," : r ? ";" : "");
            tw_buf_str(&out, state == TW_MISSING ? TW_STR("-") : tw_buf_view(&cell));
        }
    is_text(tw_buf_view(&out), want, desc);
    tw_buf_fini(&out);
    tw_buf_fini(&cell);
}

/* The same from the columns in memory instead of the texts: what statistics and sorts see. */
static inline void cells_are(const tw_table *t, const char *want, const char *desc) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, desc);
    for (int64_t r = 0; r < tw_table_rows(t); r++)
        for (size_t c = 0; c < tw_table_width(t); c++) {
            tw_cell cell = tw_column_cell(tw_table_column(t, c), r);
            tw_buf_c(&out, c ? "," : r ? ";" : "");
            if (cell.state == TW_MISSING)
                tw_buf_char(&out, '-');
            tw_cell_write(&cell, &TW_FORMAT_PLAIN, &out);
        }
    is_text(tw_buf_view(&out), want, desc);
    tw_buf_fini(&out);
}

#endif
