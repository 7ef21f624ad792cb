/* Tables: what a version of a dataset answers.
 *
 * A table is a list of fields with lazy columns and marks, an origin for each row and the stock it
 * shares with the other versions of its dataset. Making versions is the draft's business, making
 * columns the stock's. */
#include "data/table_impl.h"

#include "base/args.h"

/* Columns */

bool tw_columns_reserve(tw_columns *c, size_t room) {
    if (room <= c->room)
        return true;
    room = TW_MAX(room, c->room * 2);
    tw_named **fields = tw_realloc(c->fields, room, sizeof(tw_named *));
    if (!fields)
        return false;
    c->fields = fields;
    tw_lazy **lazies = tw_realloc(c->lazies, room, sizeof(tw_lazy *));
    if (!lazies)
        return false;
    c->lazies = lazies;
    tw_marks **marks = tw_realloc(c->marks, room, sizeof(tw_marks *));
    if (!marks)
        return false;
    c->marks = marks;
    c->room = room;
    return true;
}

bool tw_columns_copy(tw_columns *out, const tw_columns *from, tw_stock *stock) {
    *out = (tw_columns){0};
    if (!tw_columns_reserve(out, from->n)) {
        tw_columns_fini(out, stock);
        return false;
    }
    for (size_t i = 0; i < from->n; i++) {
        out->fields[i] = tw_named_ref(from->fields[i]);
        out->marks[i] = tw_marks_ref(from->marks[i]);
        out->lazies[i] = from->lazies[i];
    }
    out->n = from->n;
    tw_lazy_ref_all(stock, out->lazies, out->n);
    return true;
}

void tw_columns_fini(tw_columns *c, tw_stock *stock) {
    tw_lazy_unref_all(stock, c->lazies, c->n);
    for (size_t i = 0; i < c->n; i++) {
        tw_named_unref(c->fields[i]);
        tw_marks_unref(c->marks[i]);
    }
    free(c->fields);
    free(c->lazies);
    free(c->marks);
    *c = (tw_columns){0};
}

/* Life */

enum tw_rc tw_table_make(tw_stock *stock, tw_columns *columns, int64_t rows, int64_t made,
                         tw_row_list *origin, tw_table **out, tw_error *err) {
    tw_table *t = tw_calloc(1, sizeof *t);
    if (!t) {
        tw_columns_fini(columns, stock);
        tw_row_list_unref(origin);
        tw_stock_unref(stock);
        return tw_fail_memory(err);
    }
    atomic_init(&t->refs, 1);
    t->stock = stock;
    t->columns = *columns;
    t->rows = rows;
    t->made = made;
    t->origin = origin;
    *columns = (tw_columns){0};
    *out = t;
    return TW_OK;
}

tw_table *tw_table_ref(const tw_table *table) {
    tw_table *own = (tw_table *)(uintptr_t)table;
    if (own)
        atomic_fetch_add_explicit(&own->refs, 1, memory_order_relaxed);
    return own;
}

void tw_table_unref(const tw_table *table) {
    tw_table *own = (tw_table *)(uintptr_t)table;
    if (!own || atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_columns_fini(&own->columns, own->stock);
    tw_row_list_unref(own->origin);
    tw_names_free(atomic_load(&own->names));
    tw_stock_unref(own->stock);
    free(own);
}

static bool add_source_column(tw_columns *c, tw_stock *stock, size_t column) {
    tw_source *source = tw_stock_source(stock);
    tw_named *named = tw_named_new(source->ops->field(source, column), (int)column);
    tw_lazy *lazy = named ? tw_lazy_source(stock, &named->field) : NULL;
    if (!lazy) {
        tw_named_unref(named);
        return false;
    }
    c->fields[c->n] = named;
    c->lazies[c->n] = lazy;
    c->marks[c->n++] = NULL;
    return true;
}

enum tw_rc tw_table_from_source(tw_source *source, tw_table **out, tw_error *err) {
    tw_stock *stock;
    enum tw_rc rc = tw_stock_new(source, &stock, err);
    if (rc)
        return rc;
    size_t width = source->ops->width(source);
    tw_columns columns = {0};
    bool good = tw_columns_reserve(&columns, width);
    for (size_t i = 0; good && i < width; i++)
        good = add_source_column(&columns, stock, i);
    if (good)
        return tw_table_make(stock, &columns, source->ops->rows(source), 0, NULL, out, err);
    tw_columns_fini(&columns, stock);
    tw_stock_unref(stock);
    return tw_fail_memory(err);
}

/* Shape */

size_t tw_table_width(const tw_table *table) {
    return table->columns.n;
}

int64_t tw_table_rows(const tw_table *table) {
    return table->rows;
}

static size_t checked(const tw_table *table, size_t column) {
    if (column >= table->columns.n)
        TW_BUG("column outside the table");
    return column;
}

const tw_field *tw_table_field(const tw_table *table, size_t column) {
    return &table->columns.fields[checked(table, column)]->field;
}

enum { WIDE = 24 }; /* columns from which an index of names pays */

/* The index of names, made by whoever asks first; NULL when memory is out. */
static const tw_names *names_of(const tw_table *table) {
    tw_table *own = (tw_table *)(uintptr_t)table;
    tw_names *names = atomic_load_explicit(&own->names, memory_order_acquire);
    if (names)
        return names;
    tw_names *fresh = tw_names_new(table);
    if (!fresh)
        return NULL;
    if (atomic_compare_exchange_strong(&own->names, &names, fresh))
        return fresh;
    tw_names_free(fresh);
    return names;
}

int tw_table_find(const tw_table *table, tw_str name) {
    const tw_names *names = table->columns.n >= WIDE ? names_of(table) : NULL;
    if (names)
        return tw_names_find(names, name);
    for (size_t i = 0; i < table->columns.n; i++)
        if (tw_str_eq_c(name, table->columns.fields[i]->name))
            return (int)i;
    return -1;
}

static const char *name_at(const void *ctx, size_t i) {
    const tw_table *table = ctx;
    return i < table->columns.n ? table->columns.fields[i]->name : NULL;
}

/* The first names, for a table none of whose names is near. */
static void list_names(const tw_table *table, tw_buf *out) {
    enum { SHOWN = 8 };
    for (size_t i = 0; i < table->columns.n && i < SHOWN; i++)
        tw_buf_printf(out, "%s%s", i ? ", " : "", table->columns.fields[i]->name);
    if (table->columns.n > SHOWN)
        tw_buf_printf(out, " and %zu more", table->columns.n - SHOWN);
}

static enum tw_rc unknown_column(const tw_table *table, tw_str name, tw_error *err) {
    const char *near = tw_nearest(name, name_at, table);
    if (near)
        return tw_fail(err, TW_EUNKNOWN_COLUMN,
                       "no column '%.*s': the table has no such column; did you mean '%s'?",
                       TW_ARG(name), near);
    tw_buf known;
    tw_buf_init(&known, 500);
    list_names(table, &known);
    enum tw_rc rc =
        tw_fail(err, TW_EUNKNOWN_COLUMN, "no column '%.*s': the table has %s%s", TW_ARG(name),
                table->columns.n ? "these: " : "no columns", known.n ? known.p : "");
    tw_buf_fini(&known);
    return rc;
}

/* A name in quotes, as it stands in a list of selectors. */
static int find_quoted(const tw_table *table, tw_str name) {
    tw_arena arena;
    tw_arena_init(&arena);
    tw_str plain = tw_selector_unquote(name, &arena);
    int column = plain.p ? tw_table_find(table, plain) : -1;
    tw_arena_fini(&arena);
    return column;
}

enum tw_rc tw_table_require(const tw_table *table, tw_str name, int *out, tw_error *err) {
    *out = tw_table_find(table, name);
    if (*out < 0 && tw_selector_is_quoted(name))
        *out = find_quoted(table, name);
    return *out >= 0 ? TW_OK : tw_error_column(err, unknown_column(table, name, err), name);
}

/* Cells */

enum tw_rc tw_table_need(const tw_table *table, const int *columns, size_t n, tw_task *task,
                         tw_error *err) {
    if (!columns)
        return tw_stock_need(table->stock, table->columns.lazies, table->columns.n, task, err);
    tw_lazy **wanted = tw_calloc(n, sizeof(tw_lazy *));
    if (!wanted)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        wanted[i] = table->columns.lazies[checked(table, (size_t)columns[i])];
    enum tw_rc rc = tw_stock_need(table->stock, wanted, n, task, err);
    free(wanted);
    return rc;
}

const tw_column *tw_table_column(const tw_table *table, size_t column) {
    const tw_column *ready = tw_lazy_ready(table->columns.lazies[checked(table, column)]);
    if (!ready)
        TW_BUG("tw_table_column without tw_table_need");
    return ready;
}

bool tw_table_is_loaded(const tw_table *table, size_t column) {
    return tw_lazy_ready(table->columns.lazies[checked(table, column)]) != NULL;
}

int64_t tw_table_origin(const tw_table *table, int64_t row) {
    if (table->origin)
        return table->origin->at[row];
    return tw_stock_source(table->stock) ? row : -1 - row;
}

bool tw_table_origin_is_identity(const tw_table *table) {
    return !table->origin && tw_stock_source(table->stock);
}

int64_t tw_table_new_rows(const tw_table *table) {
    return table->made;
}

uint16_t tw_table_mark(const tw_table *table, size_t column, int64_t row) {
    return tw_marks_get(table->columns.marks[checked(table, column)], row);
}

bool tw_table_has_marks(const tw_table *table, size_t column) {
    return table->columns.marks[checked(table, column)] != NULL;
}

tw_source *tw_table_source(const tw_table *table) {
    return tw_stock_source(table->stock);
}

size_t tw_table_bytes(const tw_table *table) {
    size_t bytes = 0;
    for (size_t i = 0; i < table->columns.n; i++) {
        const tw_column *column = tw_lazy_ready(table->columns.lazies[i]);
        bytes += column ? tw_column_bytes(column) : 0;
    }
    return bytes;
}

/* Text */

tw_cell tw_table_parse(const tw_table *table, size_t column, tw_str text) {
    const tw_field *field = tw_table_field(table, column);
    const tw_source *source = tw_stock_source(table->stock);
    if (source && field->source_column >= 0 &&
        source->ops->is_null(source, (size_t)field->source_column, text))
        return tw_cell_missing(field->type);
    return tw_cell_parse(field->type, &field->format, text);
}

/* Does the cell still have the bytes of the source? */
static bool is_source_cell(const tw_table *table, size_t column, int64_t row) {
    return tw_stock_source(table->stock) &&
           table->columns.fields[column]->field.source_column >= 0 &&
           tw_table_origin(table, row) >= 0 && tw_table_mark(table, column, row) == 0;
}

static enum tw_rc source_text(const tw_table *table, size_t column, int64_t row, tw_buf *out,
                              enum tw_cell_state *state, tw_error *err) {
    int from = table->columns.fields[column]->field.source_column;
    enum tw_rc rc = tw_stock_text(table->stock, tw_table_origin(table, row), from, out, err);
    if (rc == TW_OK && state)
        *state = tw_table_parse(table, column, tw_buf_view(out)).state;
    return rc;
}

enum tw_rc tw_table_text(const tw_table *table, size_t column, int64_t row, tw_buf *out,
                         enum tw_cell_state *state, tw_error *err) {
    if (row < 0 || row >= table->rows)
        TW_BUG("row outside the table");
    if (is_source_cell(table, checked(table, column), row))
        return source_text(table, column, row, out, state, err);
    tw_cell cell = tw_cell_missing(TW_TEXT);
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_buf_clear(out);
    enum tw_rc rc =
        tw_lazy_cell(table->stock, table->columns.lazies[column], row, &scratch, &cell, err);
    if (rc == TW_OK && !tw_cell_write(&cell, &table->columns.fields[column]->field.format, out))
        rc = tw_buf_check(out, err);
    if (state)
        *state = cell.state;
    tw_buf_fini(&scratch);
    return rc;
}
