/* A record of the result runs down a column of the table, which a file cannot be read along: the
 * texts are made columns of once, and a row of the result is a look into one of them. */
#include "data/transpose.h"

#include "base/hash.h"
#include "base/number.h"
#include "data/cell_texts.h"
#include "data/woven.h"

typedef struct transposed {
    tw_woven woven;
    tw_column **texts;  /* of the table's columns */
    tw_hashmap *nulls;  /* texts that stand for missing cells somewhere in the table */
} transposed;

enum { TABLE, NAMES };

static const transposed *self_of(const tw_woven *w) {
    return (const transposed *)w;
}

static void transpose_place(const tw_woven *w, size_t column, int64_t first, size_t n,
                            int64_t *rows) {
    int64_t height = tw_table_rows(w->parts[TABLE]);
    for (size_t i = 0; i < n; i++) {
        int64_t row = first + (int64_t)i;
        rows[i] = column == 0 ? row : row * height + (int64_t)column - 1;
    }
}

static tw_str text_at(const transposed *t, int64_t row, size_t column) {
    if (column == 0)
        return tw_str_c(tw_table_field(t->woven.parts[TABLE], (size_t)row)->name);
    return tw_column_cell(t->texts[row], (int64_t)column - 1).text;
}

static enum tw_rc transpose_fetch(const tw_woven *w, int64_t first, size_t n, tw_arena *arena,
                                  tw_batch *out, tw_error *err) {
    const transposed *t = self_of(w);
    size_t bytes = 0;
    tw_weft weft;
    for (int64_t row = first; row < first + (int64_t)n; row++)
        for (size_t c = 0; c < w->width; c++)
            bytes += text_at(t, row, c).n;
    enum tw_rc rc = tw_weft_begin(&weft, first, n, w->width, bytes, arena, out, err);
    for (int64_t row = first; rc == TW_OK && row < first + (int64_t)n; row++)
        for (size_t c = 0; c < w->width; c++)
            *weft.cells++ = tw_weft_put(&weft, text_at(t, row, c));
    return rc;
}

static bool transpose_is_null(const tw_woven *w, size_t column, tw_str text) {
    return column > 0 && tw_hashmap_find(self_of(w)->nulls, text) != UINT32_MAX;
}

static void transpose_fini(tw_woven *w) {
    transposed *t = (transposed *)w;
    for (size_t c = 0; t->texts && c < tw_table_width(w->parts[TABLE]); c++)
        tw_column_unref(t->texts[c]);
    free(t->texts);
    tw_hashmap_free(t->nulls);
}

static const tw_woven_ops transpose_ops = {.place = transpose_place,
                                           .fetch = transpose_fetch,
                                           .is_null = transpose_is_null,
                                           .fini = transpose_fini};

/* --- making one --- */

/* The texts of a column that stand for missing cells. */
static bool note_nulls(transposed *t, size_t column) {
    const tw_table *table = t->woven.parts[TABLE];
    for (int64_t row = 0; row < tw_table_rows(table); row++) {
        tw_str text = tw_column_cell(t->texts[column], row).text;
        if (text.n && tw_table_parse(table, column, text).state == TW_MISSING &&
            tw_hashmap_intern(t->nulls, text, NULL) == UINT32_MAX)
            return false;
    }
    return true;
}

static enum tw_rc load_texts(transposed *t, tw_task *task, tw_error *err) {
    const tw_table *table = t->woven.parts[TABLE];
    size_t width = tw_table_width(table);
    int *columns = tw_calloc(width, sizeof *columns);
    tw_column **texts = tw_calloc(width, sizeof *texts);
    t->nulls = tw_hashmap_new(16);
    for (size_t c = 0; columns && c < width; c++)
        columns[c] = (int)c;
    enum tw_rc rc = columns && texts && t->nulls
                        ? tw_table_text_columns(table, columns, width, task, texts, err)
                        : tw_fail_memory(err);
    free(columns);
    if (rc != TW_OK) {
        free(texts);
        return rc;
    }
    t->texts = texts;
    for (size_t c = 0; c < width && rc == TW_OK; c++)
        rc = note_nulls(t, c) ? tw_task_check(task, err) : tw_fail_memory(err);
    return rc;
}

static enum tw_rc cell_reading(const tw_table *table, tw_task *task, tw_field *out, tw_error *err) {
    size_t width = tw_table_width(table);
    const tw_table **tables = tw_calloc(width, sizeof *tables);
    int *columns = tw_calloc(width, sizeof *columns);
    for (size_t c = 0; tables && columns && c < width; c++) {
        tables[c] = table;
        columns[c] = (int)c;
    }
    enum tw_rc rc = tables && columns ? tw_common_reading(tables, columns, width, task, out, err)
                                      : tw_fail_memory(err);
    free(tables);
    free(columns);
    return rc;
}

/* "column", then "1", "2" …, all of the same strands. */
static bool add_columns(transposed *t, tw_field *field) {
    tw_woven *w = &t->woven;
    size_t width = tw_table_width(w->parts[TABLE]);
    const tw_field names = {.name = "column", .type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    tw_strand *strands = tw_arena_alloc(&w->arena, width + 1, sizeof *strands);
    bool good = strands && tw_woven_column(w, 0, &names, NAMES, 0);
    for (size_t i = 0; good && i < width; i++)
        strands[i] = (tw_strand){TABLE, (int)i};
    for (size_t c = 1; good && c < w->width; c++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", c);
        field->name = name;
        good = tw_woven_column(w, c, field, TABLE, 0);
        w->strands[c] = strands;
        w->n_strands[c] = width;
    }
    return good;
}

static enum tw_rc fill(transposed *t, tw_task *task, tw_error *err) {
    tw_field field;
    const tw_table *table = t->woven.parts[TABLE];
    size_t width = tw_table_width(table);
    const char **names = tw_calloc(width, sizeof *names);
    for (size_t c = 0; names && c < width; c++)
        names[c] = tw_table_field(table, c)->name;
    enum tw_rc rc = names ? tw_woven_names(&t->woven, names, width, err) : tw_fail_memory(err);
    free(names);
    if (rc == TW_OK)
        rc = cell_reading(table, task, &field, err);
    if (rc == TW_OK && !add_columns(t, &field))
        rc = tw_fail_memory(err);
    return rc == TW_OK ? load_texts(t, task, err) : rc;
}

enum tw_rc tw_table_transpose(const tw_table *table, tw_task *task, tw_table **out, tw_error *err) {
    int64_t rows = tw_table_rows(table);
    tw_woven *w;
    if (rows > TW_TRANSPOSE_ROWS)
        return tw_fail(err, TW_EDATA,
                       "transpose: the table has %s rows, and each would be a column; take up to "
                       "%s of them first: with 'head', 'slice', 'sample' or 'where'",
                       tw_grouped(rows).text, tw_grouped(TW_TRANSPOSE_ROWS).text);
    enum tw_rc rc = tw_woven_new(sizeof(transposed), &transpose_ops, table, (size_t)rows + 1,
                                 (int64_t)tw_table_width(table), &w, err);
    if (rc == TW_OK)
        rc = fill((transposed *)w, task, err);
    else
        return rc;
    if (rc == TW_OK)
        return tw_woven_table(w, out, err);
    w->base.ops->unref(&w->base);
    return rc;
}
