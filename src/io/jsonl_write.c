/* JSON: one object a row, in a line of its own; in a list there are commas between them.
 *
 * A cell is a JSON number or boolean only where its column has that type and its text already is
 * the plain form, so that nothing is rewritten on the way ("007" and "1,5" stay text); missing is
 * null; surplus cells of a damaged record go into a list of their own. */
#include "base/json.h"
#include "io/load_csv.h"
#include "io/row_cells.h"
#include "io/sink.h"
#include "io/unique_names.h"

#define FLUSH ((size_t)1 << 16)

typedef struct jsonl_sink {
    tw_sink base;
    tw_out *out;
    tw_write_options options;
    tw_task *task;
    tw_row_cells rows;
    tw_buf text, plain;
    tw_str *keys; /* `"name":` of each column */
    bool list, begun; /* begun: a row has been written */
    tw_arena arena;
} jsonl_sink;

static enum tw_rc jsonl_begin(tw_sink *sink, const tw_table *table, tw_error *err) {
    jsonl_sink *s = (jsonl_sink *)sink;
    tw_row_cells_fini(&s->rows);
    enum tw_rc rc = tw_row_cells_init(&s->rows, table, s->options.normalize, s->task, err);
    if (rc || s->keys)
        return rc;
    const char **names;
    rc = tw_unique_names(table, false, s->options.log, &s->arena, &names, err);
    if (rc)
        return rc;
    s->keys = tw_arena_alloc(&s->arena, s->rows.width + 1, sizeof *s->keys);
    for (size_t i = 0; s->keys && i < s->rows.width; i++) {
        tw_buf_clear(&s->plain);
        tw_json_write_text(&s->plain, tw_str_c(names[i]));
        tw_buf_c(&s->plain, ": ");
        s->keys[i] = tw_arena_str(&s->arena, tw_buf_view(&s->plain));
        if (!s->keys[i].p)
            return tw_fail_memory(err);
    }
    return s->keys ? TW_OK : tw_fail_memory(err);
}

static size_t digits(tw_str s, size_t at) {
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

/* The number grammar of RFC 8259. */
static bool is_json_number(tw_str s, bool whole) {
    size_t at = s.n && s.p[0] == '-', n = digits(s, at);
    if (n == 0 || (n > 1 && s.p[at] == '0'))
        return false;
    at += n;
    if (whole || at == s.n)
        return at == s.n;
    if (s.p[at] == '.') {
        n = digits(s, at + 1);
        if (n == 0)
            return false;
        at += 1 + n;
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        at += at < s.n && (s.p[at] == '+' || s.p[at] == '-');
        n = digits(s, at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == s.n;
}

static bool is_plain(enum tw_type type, tw_str text) {
    if (type == TW_BOOLEAN)
        return tw_str_eq_c(text, "true") || tw_str_eq_c(text, "false");
    return (type == TW_INTEGER || type == TW_FLOAT) && is_json_number(text, type == TW_INTEGER);
}

/* Text of a cell, and whether it counts as missing. */
static enum tw_rc cell_text(jsonl_sink *s, size_t column, tw_str *text, bool *missing,
                            tw_error *err) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    const tw_out_column *c = &s->rows.columns[column];
    if (s->options.normalize) {
        tw_cell cell = tw_column_cell(c->cells, s->rows.row);
        tw_buf_clear(&s->plain);
        tw_cell_write(&cell, &plain, &s->plain);
        *text = tw_buf_view(&s->plain);
        *missing = cell.state == TW_MISSING;
        return TW_OK;
    }
    enum tw_rc rc = tw_row_cells_text(&s->rows, column, text, err);
    if (tw_row_cells_source_cell(&s->rows, column) >= 0)
        *missing = tw_null_set_has(&s->rows.source->nulls[c->from], *text);
    else if (c->cells)
        *missing = tw_column_cell(c->cells, s->rows.row).state == TW_MISSING;
    else
        *missing = text->n == 0 || (s->rows.other && c->from >= 0 &&
                                    s->rows.other->ops->is_null(s->rows.other, (size_t)c->from,
                                                                *text));
    return rc;
}

static enum tw_rc put_cell(jsonl_sink *s, size_t column, tw_error *err) {
    tw_str text;
    bool missing = false;
    enum tw_rc rc = cell_text(s, column, &text, &missing, err);
    if (rc)
        return rc;
    if (s->options.text)
        tw_json_write_text(&s->text, text);
    else if (missing)
        tw_buf_c(&s->text, tw_row_cells_empty_text(&s->rows, column) ? "\"\"" : "null");
    else if (is_plain(s->rows.columns[column].field->type, text))
        tw_buf_str(&s->text, text);
    else
        tw_json_write_text(&s->text, text);
    return TW_OK;
}

static void put_surplus(jsonl_sink *s) {
    tw_row_cells *rows = &s->rows;
    uint32_t from, to;
    if (!tw_row_cells_surplus(rows, &from, &to))
        return;
    tw_buf_c(&s->text, ", \"__surplus\": [");
    for (uint32_t i = from; i < to; i++) {
        tw_buf_c(&s->text, i > from ? ", " : "");
        tw_json_write_text(&s->text, tw_row_cells_record_text(rows, i));
    }
    tw_buf_char(&s->text, ']');
}

static enum tw_rc put_row(jsonl_sink *s, int64_t row, tw_error *err) {
    enum tw_rc rc = tw_row_cells_go(&s->rows, row, err);
    if (s->list)
        tw_buf_c(&s->text, s->begun ? ",\n" : "[\n");
    s->begun = true;
    tw_buf_char(&s->text, '{');
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++) {
        tw_buf_c(&s->text, i ? ", " : "");
        tw_buf_str(&s->text, s->keys[i]);
        rc = put_cell(s, i, err);
    }
    if (rc)
        return tw_error_place(err, rc, NULL, row, NULL);
    put_surplus(s);
    tw_buf_c(&s->text, s->list ? "}" : "}\n");
    if (s->text.n <= FLUSH)
        return tw_buf_check(&s->text, err);
    rc = tw_out_put(s->out, tw_buf_view(&s->text), err);
    tw_buf_clear(&s->text);
    return rc;
}

static enum tw_rc jsonl_rows(tw_sink *sink, int64_t first, int64_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (int64_t row = first; row < first + n && rc == TW_OK; row++)
        rc = put_row((jsonl_sink *)sink, row, err);
    return rc;
}

static enum tw_rc jsonl_end(tw_sink *sink, tw_error *err) {
    jsonl_sink *s = (jsonl_sink *)sink;
    if (s->list)
        tw_buf_c(&s->text, s->begun ? "\n]\n" : "[]\n");
    enum tw_rc rc = tw_out_put(s->out, tw_buf_view(&s->text), err);
    tw_buf_clear(&s->text);
    return rc;
}

static void jsonl_free(tw_sink *sink) {
    jsonl_sink *s = (jsonl_sink *)sink;
    tw_row_cells_fini(&s->rows);
    tw_buf_fini(&s->text);
    tw_buf_fini(&s->plain);
    tw_arena_fini(&s->arena);
    free(s);
}

enum tw_rc tw_jsonl_sink_new(tw_out *out, bool list, const tw_write_options *options,
                             tw_task *task, tw_sink **sink, tw_error *err) {
    static const tw_sink_ops ops = {jsonl_begin, jsonl_rows, jsonl_end, jsonl_free};
    jsonl_sink *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    *s = (jsonl_sink){.base = {&ops}, .out = out, .list = list, .options = *options, .task = task};
    tw_buf_init(&s->text, TW_BUF_MAX);
    tw_buf_init(&s->plain, TW_BUF_MAX);
    tw_arena_init(&s->arena);
    *sink = &s->base;
    return TW_OK;
}
