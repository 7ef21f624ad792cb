/* JSON: one object a row, in a line of its own; in a list there are commas between them. A source
 * whose objects have several lines each, without a list, is written like that again.
 *
 * A cell is a JSON number or boolean only where its column has that type and its text already is
 * the plain form, so that nothing is rewritten on the way ("007" and "1,5" stay text); missing is
 * null; surplus cells of a damaged record go into a list of their own. */
#include "base/hash.h"
#include "base/json.h"
#include "io/jsonl_read.h"
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
    bool spans;       /* no list but objects of several lines, as in the source */
    tw_str tail;      /* what stood behind the last of those */
    tw_json_objects *objects; /* of the source, where it holds JSON in plain sight */
    tw_hashmap *columns;      /* the source's, by name */
    tw_json_member *members;  /* of the row's object, by the source's columns; value.p NULL: none */
    bool whole;               /* the table has the source's columns under their names */
    tw_arena arena;
} jsonl_sink;

/* --- the source's own objects --- */

/* The bytes of a JSON file, where they are its text. */
static bool json_text(const tw_source_csv *source, tw_str *text) {
    const tw_dialect *d = source ? &source->sniffed.dialect : NULL;
    bool json = d && (strcmp(d->format, "json") == 0 || strcmp(d->format, "jsonl") == 0);
    if (!json || !source->raw || d->encoding != TW_UTF8 || d->compression[0])
        return false;
    tw_str bytes = tw_mapping_bytes(source->raw);
    *text = tw_str_sub(bytes, d->bom ? 3 : 0, bytes.n);
    return true;
}

/* Objects are told by number and members by name: both must be clear. */
static bool is_clear(const jsonl_sink *s) {
    size_t width = s->rows.source->sniffed.width;
    return tw_hashmap_count(s->columns) == width &&
           tw_json_objects_count(s->objects) == tw_index_rows(s->rows.source->index);
}

static void end_objects(jsonl_sink *s) {
    tw_json_objects_free(s->objects);
    tw_hashmap_free(s->columns);
    s->objects = NULL;
    s->columns = NULL;
}

static enum tw_rc begin_objects(jsonl_sink *s, tw_error *err) {
    tw_str text;
    tw_source_csv *source = s->rows.source;
    end_objects(s);
    if (s->options.text || s->options.normalize || !json_text(source, &text))
        return TW_OK;
    size_t width = source->sniffed.width;
    s->columns = tw_hashmap_new(width);
    s->members = tw_arena_alloc(&s->arena, width + 1, sizeof *s->members);
    if (!s->columns || !s->members)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++)
        if (tw_hashmap_intern(s->columns, source->names[i], NULL) == UINT32_MAX)
            return tw_fail_memory(err);
    enum tw_rc rc = tw_json_objects_new(text, &s->objects, err);
    if (rc == TW_OK && !is_clear(s))
        end_objects(s);
    if (rc == TW_OK && s->objects && s->list && !s->begun && tw_json_objects_span(s->objects, &s->tail)) {
        s->spans = true;
        s->list = false;
    }
    s->whole = s->rows.same_columns;
    for (size_t i = 0; i < s->rows.width; i++)
        s->whole = s->whole && !s->rows.columns[i].renamed;
    return rc;
}

static uint32_t column_of(jsonl_sink *s, tw_str key) {
    tw_str name;
    bool good = tw_json_string(key, &s->plain, &name);
    uint32_t column = good ? tw_hashmap_find(s->columns, name) : UINT32_MAX;
    return column < s->rows.source->sniffed.width ? column : UINT32_MAX;
}

/* The row's object and its members; false where it has none of its own. */
static bool own_object(jsonl_sink *s, tw_str *object) {
    tw_json_member m;
    if (!s->objects || s->rows.origin < 0)
        return false;
    *object = tw_json_object_at(s->objects, s->rows.origin);
    for (size_t i = 0; i < s->rows.source->sniffed.width; i++)
        s->members[i] = (tw_json_member){{0}, {0}};
    for (size_t at = 0; tw_json_member_next(*object, &at, &m);) {
        uint32_t column = column_of(s, m.key);
        if (column != UINT32_MAX)
            s->members[column] = m;
    }
    return true;
}

/* In a line of its own an object has no line ends: they stand between its parts only. */
static void put_own(jsonl_sink *s, tw_str text) {
    size_t from = s->text.n;
    tw_buf_str(&s->text, text);
    for (size_t i = from; !s->list && !s->spans && i < s->text.n; i++)
        if (s->text.p[i] == '\n' || s->text.p[i] == '\r')
            s->text.p[i] = ' ';
}

/* --- the sink --- */

static enum tw_rc jsonl_begin(tw_sink *sink, const tw_table *table, tw_error *err) {
    jsonl_sink *s = (jsonl_sink *)sink;
    tw_row_cells_fini(&s->rows);
    enum tw_rc rc = tw_row_cells_init(&s->rows, table, s->options.normalize, s->task, err);
    if (rc == TW_OK)
        rc = begin_objects(s, err);
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

/* Column i as a member, with the value it has in the row's own object where that still holds. */
static enum tw_rc put_member(jsonl_sink *s, size_t i, bool own, bool first, tw_error *err) {
    int64_t from = tw_row_cells_source_cell(&s->rows, i);
    tw_buf_c(&s->text, first ? "" : ", ");
    tw_buf_str(&s->text, s->keys[i]);
    if (!own || from < 0)
        return put_cell(s, i, err);
    put_own(s, s->members[from].value.p ? s->members[from].value : TW_STR("null"));
    return TW_OK;
}

static enum tw_rc put_object(jsonl_sink *s, bool own, tw_error *err) {
    enum tw_rc rc = TW_OK;
    tw_buf_char(&s->text, '{');
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++)
        rc = put_member(s, i, own, i == 0, err);
    put_surplus(s);
    tw_buf_char(&s->text, '}');
    return rc;
}

/* The object as it stands but for the values that were changed; members it lacks go to its end. */
static enum tw_rc put_patched(jsonl_sink *s, tw_str object, tw_error *err) {
    enum tw_rc rc = TW_OK;
    const char *from = object.p, *end = object.p + object.n - 1;
    size_t members = 0;
    tw_json_member m;
    for (size_t at = 0; rc == TW_OK && tw_json_member_next(object, &at, &m); members++) {
        uint32_t i = column_of(s, m.key);
        if (i == UINT32_MAX || m.value.p != s->members[i].value.p ||
            tw_row_cells_source_cell(&s->rows, i) >= 0)
            continue;
        put_own(s, (tw_str){from, (size_t)(m.value.p - from)});
        rc = put_cell(s, i, err);
        from = m.value.p + m.value.n;
    }
    if (from < end) /* more than that where somebody writes into the file meanwhile */
        put_own(s, (tw_str){from, (size_t)(end - from)});
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++)
        if (!s->members[i].value.p && tw_row_cells_source_cell(&s->rows, i) < 0)
            rc = put_member(s, i, true, members++ == 0, err);
    tw_buf_char(&s->text, '}');
    return rc;
}

static enum tw_rc put_row(jsonl_sink *s, int64_t row, tw_error *err) {
    tw_str object;
    enum tw_rc rc = tw_row_cells_go(&s->rows, row, err);
    bool own = rc == TW_OK && own_object(s, &object);
    if (s->list)
        tw_buf_c(&s->text, s->begun ? ",\n" : "[\n");
    else if (s->begun)
        tw_buf_c(&s->text, "\n");
    s->begun = true;
    if (rc == TW_OK)
        rc = own && s->whole && object.n >= 2 ? put_patched(s, object, err) : put_object(s, own, err);
    if (rc)
        return tw_error_place(err, rc, NULL, row, NULL);
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
    else if (s->spans)
        tw_buf_str(&s->text, s->tail);
    else if (s->begun)
        tw_buf_c(&s->text, "\n");
    enum tw_rc rc = tw_out_put(s->out, tw_buf_view(&s->text), err);
    tw_buf_clear(&s->text);
    return rc;
}

static void jsonl_free(tw_sink *sink) {
    jsonl_sink *s = (jsonl_sink *)sink;
    tw_row_cells_fini(&s->rows);
    tw_buf_fini(&s->text);
    tw_buf_fini(&s->plain);
    end_objects(s);
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
