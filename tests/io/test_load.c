/* Columns made in one parallel scan hold what each cell's type makes of its text. */
#include "../tap.h"
#include "io/open.h"
#include "io/source_csv.h"
#include "nasty.h"

static char path[256];

/* A number in one of the ways numbers are written, or something near. */
static void number_text(uint64_t *state, tw_buf *out) {
    static const char *const odd[] = {"",
                                      "-",
                                      ".",
                                      "1.",
                                      ".5",
                                      "-0",
                                      "-0.0",
                                      "+3",
                                      "007",
                                      "1e5",
                                      "12a",
                                      "NA",
                                      " 4",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "123456789012345678",
                                      "0.1",
                                      "-123456789.123456"};
    uint64_t kind = nasty_random(state) % 8;
    if (kind == 0) {
        tw_buf_c(out, odd[nasty_random(state) % TW_COUNT(odd)]);
        return;
    }
    tw_buf_c(out, nasty_random(state) % 4 ? "" : "-");
    for (uint64_t n = 1 + nasty_random(state) % (kind == 1 ? 17 : 6); n > 0; n--)
        tw_buf_char(out, (char)('0' + nasty_random(state) % 10));
    if (kind < 4)
        return;
    tw_buf_char(out, '.');
    for (uint64_t n = 1 + nasty_random(state) % (kind == 7 ? 16 : 4); n > 0; n--)
        tw_buf_char(out, (char)('0' + nasty_random(state) % 10));
}

static bool same_cells(const tw_column *column, const tw_field *field, tw_source *source,
                       int64_t rows) {
    tw_arena arena;
    tw_arena_init(&arena);
    bool good = tw_column_rows(column) == rows;
    for (int64_t row = 0; good && row < rows;) {
        tw_batch b;
        tw_arena_reset(&arena);
        if (source->ops->fetch(source, row, 1000, &arena, &b, NULL) != TW_OK || !b.rows)
            return false;
        for (size_t r = 0; good && r < b.rows; r++) {
            tw_span span = b.cells[b.first[r] + (uint32_t)field->source_column];
            tw_str text = {b.base + span.at, span.n};
            tw_cell want = source->ops->is_null(source, (size_t)field->source_column, text)
                               ? tw_cell_missing(field->type)
                               : tw_cell_parse(field->type, &field->format, tw_str_trim(text));
            if (want.state == TW_UNREADABLE) /* keeps its text, blanks and all */
                want = tw_cell_unreadable(field->type, text);
            tw_cell got = tw_column_cell(column, row + (int64_t)r);
            good = tw_cell_equal(&want, &got);
            if (!good)
                printf("# row %lld: '%.*s'\n", (long long)row + (long long)r, TW_ARG(text));
        }
        row += (int64_t)b.rows;
    }
    tw_arena_fini(&arena);
    return good;
}

static void cells_are_what_their_type_says(tw_task *task) {
    enum { ROWS = 140000 };
    uint64_t state = 17;
    tw_buf file;
    tw_buf_init(&file, TW_BUF_MAX);
    tw_buf_c(&file, "whole,real,day,word\n");
    for (int i = 0; i < ROWS; i++) {
        number_text(&state, &file);
        tw_buf_char(&file, ',');
        number_text(&state, &file);
        tw_buf_printf(&file, ",20%02d-%02d-%02d,%s\n", i % 100, i % 14, i % 31,
                      i % 9 ? "word" : "\"a \"\"b\"\"\"");
    }
    tw_opened *o = NULL;
    tw_source *source = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_file_write(path, tw_buf_view(&file), &err), &err, "file");
    succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "open");
    succeeds(tw_opened_finish(o, task, &source, &err), &err, "finish");
    is_int(source->ops->rows(source), ROWS, "rows");
    static const enum tw_type types[] = {TW_INTEGER, TW_FLOAT, TW_DATE};
    const int columns[] = {0, 1, 2};
    tw_field fields[3];
    tw_column *cells[3] = {NULL};
    for (int i = 0; i < 3; i++) {
        fields[i] = *source->ops->field(source, (size_t)i);
        fields[i].type = types[i];
        fields[i].format = TW_FORMAT_PLAIN;
    }
    succeeds(source->ops->load(source, columns, fields, 3, task, cells, &err), &err, "load");
    for (int i = 0; i < 3; i++) {
        ok(same_cells(cells[i], &fields[i], source, ROWS), "%s cells", tw_type_name(types[i]));
        tw_column_unref(cells[i]);
    }
    source->ops->unref(source);
    tw_opened_free(o);
    tw_buf_fini(&file);
    unlink(path);
}

/* All columns of the file at `path` in their own readings. */
static bool load_all(bool expect, tw_task *task, tw_opened **o, tw_source **source,
                     tw_column **cells, size_t width) {
    int columns[12];
    tw_field fields[12];
    if (tw_open(path, &TW_READ_DEFAULT, NULL, o, NULL) != TW_OK)
        return false;
    if (expect)
        tw_opened_expect(*o);
    if (tw_opened_finish(*o, task, source, NULL) != TW_OK ||
        (*source)->ops->width(*source) != width)
        return false;
    for (size_t i = 0; i < width; i++) {
        columns[i] = (int)(width - 1 - i);
        fields[i] = *(*source)->ops->field(*source, width - 1 - i);
    }
    return (*source)->ops->load(*source, columns, fields, width, task, cells, NULL) == TW_OK;
}

static bool same_minority(const tw_minority *a, const tw_minority *b) {
    return a->type == b->type && a->count == b->count && tw_str_eq(a->example, b->example);
}

/* What was counted of a column. */
static bool same_counts(tw_source *const source[2], size_t c) {
    const tw_reading *a = &tw_source_csv_of(source[0])->readings[c],
                     *b = &tw_source_csv_of(source[1])->readings[c];
    bool same = a->type == b->type && a->missing == b->missing && a->values == b->values &&
                a->confidence >= b->confidence && a->confidence <= b->confidence &&
                a->n_minority == b->n_minority;
    for (size_t i = 0; same && i < a->n_minority; i++)
        same = same_minority(&a->minority[i], &b->minority[i]);
    return same;
}

/* A word of many, or of all different ones; both with a few numbers, dates and doubled quotes among them. */
static void add_words(tw_buf *file, int i) {
    tw_buf_printf(file, i % 11 ? ",unit %d" : i % 2 ? ",%d" : ",\"the \"\"%d\"\"\"", i * 7 % 5003);
    tw_buf_printf(file, i % 13 ? ",n-%d of many" : i % 5 ? ",2021-03-%02d" : ", \"\"\"%d\"\"\"",
                  i % 13 && i % 5 ? i % 28 + 1 : i);
}

/* Whole numbers and numbers with a mark; one in thirty is written in some other way. */
static void add_numbers(tw_buf *file, int i) {
    static const char *const odd[] = {"-0", "NA", "20210304", "19991332", "+5", "1234567890123456", "\"12\"", " 8"};
    static const char *const odder[] = {"-0.0", "5.", ".5", "1e3", "00.25", "-", "12345678901.25", "1.2.3", "0.1234567891", "1,5", "NA", "-1.234"};
    tw_buf_char(file, ',');
    if (i % 30 == 7)
        tw_buf_c(file, odd[i / 30 % (int)TW_COUNT(odd)]);
    else if (i % 17)
        tw_buf_printf(file, "%d", (i % 3 - 1) * (i % 1000) * (i % 5000));
    tw_buf_char(file, ',');
    const char *other = odder[i / 30 % (int)TW_COUNT(odder)];
    if (i % 30 == 11)
        tw_buf_printf(file, strchr(other, ',') ? "\"%s\"" : "%s", other);
    else if (i % 19)
        tw_buf_printf(file, "%s%d.%0*d", i % 4 ? "" : "-", i % 7777, 1 + i / 50000, i % 10);
}

/* Columns made on the first pass are those of a pass of their own, also where the first rows said
 * something else and where records were repaired. */
static void early_columns_are_the_same(tw_task *task) {
    enum { ROWS = 150000, WIDTH = 9 };
    tw_buf file;
    tw_buf_init(&file, TW_BUF_MAX);
    tw_buf_c(&file, "id,price,late,word,missing,many,unique,odd,number\n");
    for (int i = 0; i < ROWS; i++) {
        if (i == 90000)
            tw_buf_c(&file, "NA,"); /* a token that only other columns have in the first rows */
        else
            tw_buf_printf(&file, "%d,", i);
        tw_buf_printf(&file, "%s%d.%02d,", i % 7 ? "" : "-", i % 91, i % 100);
        tw_buf_printf(&file, "%s%d,", i < ROWS / 2 ? "" : "n", i);
        tw_buf_printf(&file, "%s,%s", i % 9 ? "word" : "\"a \"\"b\"\"\"",
                      i == 70000 ? "1,2" : i % 3 ? "NA" : "true");
        add_words(&file, i);
        add_numbers(&file, i);
        tw_buf_char(&file, '\n');
    }
    tw_opened *o[2] = {NULL};
    tw_source *source[2] = {NULL};
    tw_column *cells[2][WIDTH] = {{NULL}};
    bool good = tw_file_write(path, tw_buf_view(&file), NULL) == TW_OK &&
                load_all(true, NULL, &o[0], &source[0], cells[0], WIDTH) &&
                load_all(false, task, &o[1], &source[1], cells[1], WIDTH);
    ok(good, "columns are there");
    for (size_t c = 0; c < WIDTH && good; c++) {
        const tw_str *tokens[2];
        const int64_t *counts[2];
        int64_t empty[2];
        size_t n[2];
        for (size_t i = 0; i < 2; i++)
            n[i] = source[i]->ops->null_counts(source[i], c, &tokens[i], &counts[i], &empty[i]);
        bool counted = n[0] == n[1] && empty[0] == empty[1];
        for (size_t i = 0; counted && i < n[0]; i++)
            counted = tw_str_eq(tokens[0][i], tokens[1][i]) && counts[0][i] == counts[1][i];
        ok(counted, "null tokens of column %zu are counted alike", c);
        ok(same_counts(source, c), "so is what else its cells look like");
        good = tw_column_rows(cells[0][c]) == ROWS && tw_column_rows(cells[1][c]) == ROWS &&
               tw_column_bytes(cells[0][c]) == tw_column_bytes(cells[1][c]);
        for (int64_t row = 0; row < ROWS && good; row++) {
            tw_cell a = tw_column_cell(cells[0][c], row), b = tw_column_cell(cells[1][c], row);
            good = a.state == b.state && tw_cell_equal(&a, &b);
        }
        ok(good, "column %zu is the same on the first pass and on one of its own", c);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t c = 0; c < WIDTH; c++)
            tw_column_unref(cells[i][c]);
        source[i]->ops->unref(source[i]);
        tw_opened_free(o[i]);
    }
    tw_buf_fini(&file);
    unlink(path);
}

int main(void) {
    tw_pool *pool = NULL;
    tw_task task;
    tw_error err = TW_ERROR_INIT;
    nasty_path("load.csv", path);
    succeeds(tw_pool_new(2, &pool, &err), &err, "pool");
    tw_task_init(&task, NULL, pool);
    cells_are_what_their_type_says(&task);
    early_columns_are_the_same(&task);
    tw_pool_free(pool);
    return tap_done();
}
