/* Small tables for tests, made from nothing: columns of cells written as text, "" missing. */
#ifndef TW_TESTS_EXPR_TABLE_H
#define TW_TESTS_EXPR_TABLE_H

#include "data/table.h"

typedef struct test_column {
    const char *name;
    enum tw_type type;
    const char *const *cells;
} test_column;

static inline tw_column *test_cells(enum tw_type type, const char *const *cells, size_t rows) {
    tw_builder *b = NULL;
    tw_column *column = NULL;
    tw_format format = TW_FORMAT_PLAIN;
    bool good = tw_builder_new(type, NULL, &b, NULL) == TW_OK;
    for (size_t i = 0; good && i < rows; i++) {
        tw_cell cell = tw_cell_parse(type, &format, tw_str_c(cells[i]));
        good = tw_builder_cell(b, &cell, NULL) == TW_OK;
    }
    good = good && tw_builder_finish(b, &column, NULL) == TW_OK;
    tw_builder_free(b);
    return good ? column : NULL;
}

/* NULL when anything fails. */
static inline tw_table *test_table(const test_column *columns, size_t n, size_t rows) {
    tw_draft *draft = NULL;
    tw_table *table = NULL;
    bool good = tw_draft_new(NULL, &draft, NULL) == TW_OK;
    for (size_t i = 0; good && i < n; i++) {
        tw_field field = {.name = columns[i].name, .type = columns[i].type, .format = TW_FORMAT_PLAIN, .source_column = -1};
        good = tw_draft_add(draft, &field, test_cells(columns[i].type, columns[i].cells, rows), NULL) == TW_OK;
    }
    if (good)
        good = tw_draft_commit(draft, &table, NULL) == TW_OK;
    else
        tw_draft_free(draft);
    return good ? table : NULL;
}

#endif
