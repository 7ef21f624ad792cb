/* Lines of key maps speak of the cursor; what they become names columns and values, so that
 * history, journal and recipe hold lines that mean the same wherever the cursor stands. */
#include "app/session_impl.h"

#include "expr/expr.h"

typedef struct spot {
    tw_dataset *dataset;
    size_t column; /* of the table */
    int64_t row;   /* of the table */
    int64_t shown; /* row as numbered on screen */
} spot;

static enum tw_rc find_spot(tw_session *s, spot *at, tw_error *err) {
    const tw_view *view = s->current ? &s->current->view : NULL;
    if (!view || !tw_view_columns(view))
        return tw_fail(err, TW_EUSAGE,
                       "keys: there is no column under the cursor; open a file first");
    at->dataset = s->current;
    at->column = tw_view_column(view, tw_view_cursor_column(view));
    at->shown = tw_view_cursor_row(view) + 1;
    at->row = tw_view_rows(view) ? tw_view_row(view, tw_view_cursor_row(view)) : -1;
    return TW_OK;
}

static enum tw_rc put_col(const spot *at, tw_buf *out, tw_error *err) {
    tw_buf name;
    tw_buf_init(&name, TW_BUF_MAX);
    tw_selector_quote(&name, tw_str_c(tw_dataset_field(at->dataset, at->column)->name));
    enum tw_rc rc = tw_buf_check(&name, err);
    tw_word_quote(out, tw_buf_view(&name));
    tw_buf_fini(&name);
    return rc;
}

static enum tw_rc put_name(const spot *at, tw_buf *out, tw_error *err) {
    (void)err;
    tw_expr_quote_name(out, tw_str_c(tw_dataset_field(at->dataset, at->column)->name));
    return TW_OK;
}

/* How a value stands in an expression, by type: numbers bare, dates through their function, the
 * rest as text. */
static void put_literal(enum tw_type type, tw_str text, tw_buf *out) {
    static const char *const functions[TW_TYPE_COUNT] = {
        [TW_DATE] = "date", [TW_DATETIME] = "datetime", [TW_TIME] = "time"};
    bool bare = tw_type_ops_of(type)->is_number || type == TW_BOOLEAN;
    if (functions[type])
        tw_buf_printf(out, "%s(", functions[type]);
    if (bare)
        tw_buf_str(out, text);
    else
        tw_expr_quote_text(out, text);
    if (functions[type])
        tw_buf_char(out, ')');
}

/* The cell under the cursor; its column is read for it. */
static enum tw_rc cell_at(const spot *at, tw_cell *out, tw_error *err) {
    const tw_table *table = tw_dataset_table(at->dataset);
    int column = (int)at->column;
    if (!table)
        return tw_fail(err, TW_EUSAGE,
                       "keys: the file is still being read; press again when it has been");
    if (at->row < 0)
        return tw_fail(err, TW_EUSAGE,
                       "keys: no row is in view and so no cell under the cursor; ':unfilter' drops "
                       "the last filter");
    enum tw_rc rc = tw_table_need(table, &column, 1, NULL, err);
    if (rc == TW_OK)
        *out = tw_column_cell(tw_table_column(table, at->column), at->row);
    return rc;
}

static void put_value(const tw_cell *cell, tw_buf *out) {
    tw_buf text;
    if (cell->state != TW_VALUE) {
        tw_buf_c(out, "null");
        return;
    }
    tw_buf_init(&text, TW_BUF_MAX);
    tw_cell_write(cell, &TW_FORMAT_PLAIN, &text);
    put_literal(cell->type, tw_buf_view(&text), out);
    out->failed |= text.failed;
    tw_buf_fini(&text);
}

bool tw_condition_same(tw_str name, const tw_cell *cell, tw_buf *out) {
    tw_expr_quote_name(out, name);
    tw_buf_c(out, cell->state == TW_VALUE ? " == " : " is ");
    put_value(cell, out);
    return !out->failed;
}

static enum tw_rc put_cell(const spot *at, tw_buf *out, tw_error *err) {
    tw_cell cell;
    enum tw_rc rc = cell_at(at, &cell, err);
    if (rc == TW_OK)
        put_value(&cell, out);
    return rc;
}

static enum tw_rc put_same(const spot *at, tw_buf *out, tw_error *err) {
    tw_cell cell;
    enum tw_rc rc = cell_at(at, &cell, err);
    if (rc == TW_OK)
        tw_condition_same(tw_str_c(tw_dataset_field(at->dataset, at->column)->name), &cell, out);
    return rc;
}

static enum tw_rc put_row(const spot *at, tw_buf *out, tw_error *err) {
    (void)err;
    tw_buf_printf(out, "%lld", (long long)at->shown);
    return TW_OK;
}

static const struct {
    const char *word;
    enum tw_rc (*put)(const spot *at, tw_buf *out, tw_error *err);
} places[] = {{"{col}", put_col},
              {"{name}", put_name},
              {"{cell}", put_cell},
              {"{same}", put_same},
              {"{row}", put_row}};

enum tw_rc tw_session_expand(tw_session *s, const char *line, tw_buf *out, tw_error *err) {
    enum tw_rc rc = TW_OK;
    while (*line && rc == TW_OK) {
        size_t k = 0, n = 0;
        for (; k < TW_COUNT(places); k++) {
            n = strlen(places[k].word);
            if (strncmp(line, places[k].word, n) == 0)
                break;
        }
        if (k == TW_COUNT(places)) {
            tw_buf_char(out, *line++);
            continue;
        }
        spot at;
        rc = find_spot(s, &at, err);
        if (rc == TW_OK)
            rc = places[k].put(&at, out, err);
        line += n;
    }
    return rc == TW_OK ? tw_buf_check(out, err) : rc;
}
