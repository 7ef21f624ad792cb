/* Tables for tests, written as CSV text without quotes; types are named in the header:
 * "age:integer,name:text". */
#ifndef TW_TESTS_PROFILE_MADE_TABLE_H
#define TW_TESTS_PROFILE_MADE_TABLE_H

#include "../tap.h"
#include "data/table.h"

enum { MADE_WIDTH = 16 };

static inline void made_check(enum tw_rc rc) {
    if (rc != TW_OK)
        TW_BUG("a table for a test cannot be made");
}

/* Rows of text, cells cut at commas; "" is missing, what does not parse is unreadable. */
static inline tw_table *made_table(tw_str text) {
    tw_builder *builders[MADE_WIDTH];
    tw_field fields[MADE_WIDTH];
    char names[MADE_WIDTH][64];
    size_t width = 0;
    tw_str line, cell;
    if (!tw_str_split(&text, '\n', &line))
        TW_BUG("no header");
    while (tw_str_split(&line, ',', &cell)) {
        tw_str name;
        enum tw_type type = TW_TEXT;
        if (!tw_str_split(&cell, ':', &name) || !tw_type_find(cell, &type))
            TW_BUG("name:type expected");
        snprintf(names[width], sizeof names[width], "%.*s", TW_ARG(name));
        fields[width] = (tw_field){
            .name = names[width], .type = type, .format = TW_FORMAT_PLAIN, .source_column = -1};
        made_check(tw_builder_new(type, NULL, &builders[width++], NULL));
    }
    while (tw_str_split(&text, '\n', &line)) {
        if (line.n == 0)
            continue;
        for (size_t c = 0; c < width; c++) {
            if (!tw_str_split(&line, ',', &cell))
                cell = (tw_str){"", 0};
            tw_cell value = tw_cell_parse(fields[c].type, &fields[c].format, cell);
            made_check(tw_builder_cell(builders[c], &value, NULL));
        }
    }
    tw_draft *draft = NULL;
    tw_table *table = NULL;
    made_check(tw_draft_new(NULL, &draft, NULL));
    for (size_t c = 0; c < width; c++) {
        tw_column *column = NULL;
        made_check(tw_builder_finish(builders[c], &column, NULL));
        tw_builder_free(builders[c]);
        made_check(tw_draft_add(draft, &fields[c], column, NULL));
    }
    made_check(tw_draft_commit(draft, &table, NULL));
    return table;
}

#endif
