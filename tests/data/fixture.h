/* A table from a few lines of text, for tests of every room.
 *
 *   tw_table *t = fixture_table("id,age:integer,city@quasi\n1,23,Oslo\n2,NA,\"Rome, old\"\n");
 *
 * Cells are separated by commas, rows by "\n"; quotes as in CSV, the quote itself doubled. A header
 * cell is a name, then perhaps ":type", then perhaps "@role". Without a type the column gets the
 * first of boolean, integer, float, date, datetime that reads all its cells, else text. "" and "NA"
 * are missing. The table stands on a real tw_source, so columns load when needed, rows have origins
 * and unmarked cells have source text. fixture_loads counts the source's scans. */
#ifndef TW_TESTS_DATA_FIXTURE_H
#define TW_TESTS_DATA_FIXTURE_H

#include "data/source.h"

typedef struct fixture {
    tw_source source; /* first, so that a tw_source is a fixture */
    _Atomic int refs, loads, fetches;
    tw_mapping *text;
    tw_arena arena;
    size_t width;
    int64_t rows;
    tw_field *fields;
    tw_span *cells; /* rows x width */
    uint8_t *flags;
    tw_span *records;
} fixture;

static inline fixture *fixture_of(const tw_source *source) {
    return (fixture *)(uintptr_t)source;
}

static inline size_t fixture_width(const tw_source *s) {
    return fixture_of(s)->width;
}

static inline int64_t fixture_rows(const tw_source *s) {
    return fixture_of(s)->rows;
}

static inline const tw_field *fixture_field(const tw_source *s, size_t column) {
    return &fixture_of(s)->fields[column];
}

static inline bool fixture_is_null(const tw_source *s, size_t column, tw_str text) {
    (void)s;
    (void)column;
    return text.n == 0 || tw_str_eq_c(text, "NA");
}

static inline const char *fixture_path(const tw_source *s) {
    (void)s;
    return "fixture.csv";
}

static inline tw_source *fixture_ref(tw_source *s) {
    atomic_fetch_add(&fixture_of(s)->refs, 1);
    return s;
}

static inline void fixture_unref(tw_source *s) {
    fixture *f = fixture_of(s);
    if (!f || atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    tw_mapping_unref(f->text);
    tw_arena_fini(&f->arena);
    free(f);
}

static inline enum tw_rc fixture_fetch(tw_source *s, int64_t first, size_t n, tw_arena *arena,
                                       tw_batch *out, tw_error *err) {
    fixture *f = fixture_of(s);
    atomic_fetch_add(&f->fetches, 1);
    uint32_t *at = tw_arena_alloc(arena, n + 1, sizeof *at);
    uint8_t *ends = tw_arena_alloc(arena, n + 1, 1);
    if (!at || !ends)
        return tw_fail_memory(err);
    for (size_t i = 0; i <= n; i++)
        at[i] = (uint32_t)(i * f->width);
    memset(ends, 1, n);
    size_t cell = (size_t)first * f->width;
    *out = (tw_batch){.base = tw_mapping_bytes(f->text).p,
                      .first_row = first,
                      .rows = n,
                      .records = f->records + first,
                      .ends = ends,
                      .first = at,
                      .cells = f->cells + cell,
                      .flags = f->flags + cell,
                      .quote = '"'};
    return TW_OK;
}

static inline tw_batch fixture_all(fixture *f) {
    return (tw_batch){
        .base = tw_mapping_bytes(f->text).p, .cells = f->cells, .flags = f->flags, .quote = '"'};
}

static inline enum tw_rc fixture_load_one(fixture *f, int column, const tw_field *field,
                                          tw_column **out, tw_error *err) {
    tw_batch batch = fixture_all(f);
    tw_builder *b = NULL;
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    enum tw_rc rc = tw_builder_new(field->type, f->text, &b, err);
    for (int64_t row = 0; rc == TW_OK && row < f->rows; row++) {
        tw_str text = tw_batch_text(&batch, (size_t)row * f->width + (size_t)column, &scratch);
        tw_cell cell = fixture_is_null(&f->source, 0, text)
                           ? tw_cell_missing(field->type)
                           : tw_cell_parse(field->type, &field->format, text);
        rc = tw_builder_cell(b, &cell, err);
    }
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    tw_buf_fini(&scratch);
    return rc;
}

static inline enum tw_rc fixture_load(tw_source *s, const int *columns, const tw_field *fields,
                                      size_t n, tw_task *task, tw_column **out, tw_error *err) {
    atomic_fetch_add(&fixture_of(s)->loads, 1);
    enum tw_rc rc = tw_task_check(task, err);
    size_t done = 0;
    for (; rc == TW_OK && done < n; done++)
        rc = fixture_load_one(fixture_of(s), columns[done], &fields[done], &out[done], err);
    for (size_t i = 0; rc && i + 1 < done; i++)
        tw_column_unref(out[i]);
    return rc;
}

/* One cell at *at; moves behind it, not behind the separator. */
static inline tw_span fixture_cell(tw_str text, size_t *at, uint8_t *flags) {
    size_t from = *at;
    *flags = 0;
    if (from >= text.n || text.p[from] != '"') {
        while (*at < text.n && text.p[*at] != ',' && text.p[*at] != '\n')
            ++*at;
        return (tw_span){(uint32_t)from, (uint32_t)(*at - from)};
    }
    *flags = TW_CELL_QUOTED;
    for (++*at; *at < text.n; ++*at) {
        if (text.p[*at] != '"')
            continue;
        if (*at + 1 >= text.n || text.p[*at + 1] != '"')
            break;
        *flags = TW_CELL_QUOTED | TW_CELL_DOUBLED;
        ++*at;
    }
    tw_span span = {(uint32_t)from + 1, (uint32_t)(*at - from - 1)};
    ++*at;
    return span;
}

static inline tw_str fixture_cut(tw_str *name, char mark) {
    size_t at = tw_str_find_char(*name, mark, 0);
    if (at == SIZE_MAX)
        return (tw_str){NULL, 0};
    tw_str rest = tw_str_sub(*name, at + 1, name->n);
    name->n = at;
    return rest;
}

static inline enum tw_type fixture_guess(fixture *f, size_t column) {
    static const enum tw_type order[] = {TW_BOOLEAN, TW_INTEGER, TW_FLOAT, TW_DATE, TW_DATETIME};
    tw_format plain = TW_FORMAT_PLAIN;
    tw_batch batch = fixture_all(f);
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    enum tw_type type = TW_TEXT;
    for (size_t k = 0; type == TW_TEXT && k < TW_COUNT(order); k++) {
        bool good = true, any = false;
        for (int64_t row = 0; good && row < f->rows; row++) {
            tw_str text = tw_batch_text(&batch, (size_t)row * f->width + column, &scratch);
            if (fixture_is_null(&f->source, column, text))
                continue;
            any = true;
            good = tw_cell_parse(order[k], &plain, text).state == TW_VALUE;
        }
        if (good && any)
            type = order[k];
    }
    tw_buf_fini(&scratch);
    return type;
}

static inline void fixture_header(fixture *f, tw_str text, size_t column, tw_span cell) {
    tw_field *field = &f->fields[column];
    tw_str name = {text.p + cell.at, cell.n};
    tw_str role = fixture_cut(&name, '@'), type = fixture_cut(&name, ':');
    *field =
        (tw_field){.type = TW_TYPE_COUNT, .format = TW_FORMAT_PLAIN, .source_column = (int)column};
    if (role.p && !tw_role_parse(role, &field->role))
        TW_BUG("fixture: unknown role");
    if (type.p && !tw_type_find(type, &field->type))
        TW_BUG("fixture: unknown type");
    field->name = tw_arena_str(&f->arena, name).p;
}

static inline void fixture_parse(fixture *f, tw_str text) {
    size_t at = 0, lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    f->width = 1;
    for (size_t i = 0; i < text.n && text.p[i] != '\n'; i++)
        f->width += text.p[i] == ',';
    f->fields = tw_arena_alloc(&f->arena, f->width, sizeof *f->fields);
    f->cells = tw_arena_alloc(&f->arena, lines * f->width, sizeof *f->cells);
    f->flags = tw_arena_alloc(&f->arena, lines * f->width, 1);
    f->records = tw_arena_alloc(&f->arena, lines, sizeof *f->records);
    for (size_t line = 0; at < text.n; line++, at++) {
        size_t from = at;
        for (size_t i = 0; i < f->width; i++) {
            uint8_t flags;
            tw_span cell = fixture_cell(text, &at, &flags);
            if (line == 0)
                fixture_header(f, text, i, cell);
            else {
                f->cells[(line - 1) * f->width + i] = cell;
                f->flags[(line - 1) * f->width + i] = flags;
            }
            if (i + 1 < f->width && at++ < text.n && text.p[at - 1] != ',')
                TW_BUG("fixture: a row with too few cells");
        }
        if (line > 0) {
            f->records[line - 1] = (tw_span){(uint32_t)from, (uint32_t)(at - from)};
            f->rows++;
        }
    }
}

static inline tw_source *fixture_source(const char *csv) {
    static const tw_source_ops ops = {.width = fixture_width,
                                      .rows = fixture_rows,
                                      .field = fixture_field,
                                      .load = fixture_load,
                                      .fetch = fixture_fetch,
                                      .is_null = fixture_is_null,
                                      .path = fixture_path,
                                      .ref = fixture_ref,
                                      .unref = fixture_unref};
    fixture *f = tw_calloc(1, sizeof *f);
    tw_str text = tw_str_c(csv);
    if (!f || tw_mapping_take(tw_str_dup(text), text.n, &f->text, NULL))
        TW_BUG("fixture: memory is out");
    f->source.ops = &ops;
    atomic_init(&f->refs, 1);
    tw_arena_init(&f->arena);
    fixture_parse(f, tw_mapping_bytes(f->text));
    for (size_t i = 0; i < f->width; i++)
        if (f->fields[i].type == TW_TYPE_COUNT)
            f->fields[i].type = fixture_guess(f, i);
    return &f->source;
}

static inline tw_table *fixture_table(const char *csv) {
    tw_source *source = fixture_source(csv);
    tw_table *table = NULL;
    if (tw_table_from_source(source, &table, NULL))
        TW_BUG("fixture: no table");
    fixture_unref(source);
    return table;
}

/* The table with all columns loaded. */
static inline tw_table *fixture_loaded(const char *csv) {
    tw_table *table = fixture_table(csv);
    if (tw_table_need(table, NULL, 0, NULL, NULL))
        TW_BUG("fixture: columns do not load");
    return table;
}

static inline int fixture_loads(const tw_table *table) {
    return atomic_load(&fixture_of(tw_table_source(table))->loads);
}

/* The table written as comma-separated lines with a header, cells as tw_table_text has them; for
 * comparing whole tables. */
static inline bool fixture_dump(const tw_table *table, tw_buf *out) {
    tw_buf cell;
    tw_buf_init(&cell, TW_BUF_MAX);
    tw_buf_clear(out);
    bool good = true;
    for (size_t i = 0; i < tw_table_width(table); i++)
        tw_buf_printf(out, "%s%s", i ? "," : "", tw_table_field(table, i)->name);
    tw_buf_char(out, '\n');
    for (int64_t row = 0; row < tw_table_rows(table); row++) {
        for (size_t i = 0; i < tw_table_width(table); i++) {
            good = good && tw_table_text(table, i, row, &cell, NULL, NULL) == TW_OK;
            if (i)
                tw_buf_char(out, ',');
            tw_buf_str(out, tw_buf_view(&cell));
        }
        tw_buf_char(out, '\n');
    }
    tw_buf_fini(&cell);
    return good && !out->failed;
}

#endif
