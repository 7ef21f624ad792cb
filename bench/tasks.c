/* The readers, one function each.
 *
 * libcsv gets the whole mapping in pieces of 256 KiB and callbacks that only count, the least it
 * can be asked for. `scan` is our tokeniser alone over the same bytes: a span and a flag for every
 * cell. `count`, `types` and `cells` open the file as the program does, with all that comes before:
 * the sniffer, and types judged over every cell. */
#include "config.h"

#include "tasks.h"

#include <csv.h>

#include "base/file.h"
#include "io/csv_scan.h"
#include "io/open.h"

#define STEP ((size_t)64 << 10)   /* of the tokeniser: its spans stay in the cache */
#define PIECE ((size_t)256 << 10) /* of libcsv */

static bool complain(const tw_error *err, const char *path) {
    fprintf(stderr, "measure: %s: %s\n", path, err->message);
    return false;
}

static bool map(const char *path, tw_mapping **file, tw_str *text) {
    tw_error err = TW_ERROR_INIT;
    if (tw_mapping_open(path, file, &err))
        return complain(&err, path);
    *text = tw_mapping_bytes(*file);
    return true;
}

static bool scan(const char *path, double *cells) {
    const tw_csv_rules rules = {.delimiter = {','}, .delimiter_n = 1, .quote = '"'};
    tw_mapping *file = NULL;
    tw_str text;
    tw_error err = TW_ERROR_INIT;
    if (!map(path, &file, &text))
        return false;
    tw_csv_cells batch;
    tw_csv_cells_init(&batch);
    uint64_t n = 0;
    bool good = true;
    for (size_t next = 0; good && text.n; text = tw_str_sub(text, next, text.n)) {
        tw_csv_cells_clear(&batch);
        tw_str window = {text.p, TW_MIN(text.n, (size_t)UINT32_MAX - 1)};
        good = tw_csv_scan(&rules, window, 0, STEP, SIZE_MAX, &batch, &next, &err) == TW_OK ||
               complain(&err, path);
        n += batch.n;
    }
    *cells = (double)n;
    tw_csv_cells_fini(&batch);
    tw_mapping_unref(file);
    return good;
}

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

static void count_cell(void *text, size_t n, void *cells) {
    (void)text, (void)n;
    ++*(uint64_t *)cells;
}

static void count_record(int end, void *cells) {
    (void)end, (void)cells;
}

static bool libcsv(const char *path, double *cells) {
    tw_mapping *file = NULL;
    tw_str text;
    struct csv_parser parser;
    if (!map(path, &file, &text))
        return false;
    uint64_t n = 0;
    bool good = csv_init(&parser, 0) == 0;
    csv_set_space_func(&parser, no_space);
    for (size_t at = 0, piece; good && at < text.n; at += piece) {
        piece = TW_MIN(PIECE, text.n - at);
        good = csv_parse(&parser, text.p + at, piece, count_cell, count_record, &n) == piece;
    }
    csv_fini(&parser, count_cell, count_record, &n);
    csv_free(&parser);
    *cells = (double)n;
    tw_mapping_unref(file);
    return good;
}

static bool line_feeds(const char *path, double *found) {
    tw_mapping *file = NULL;
    tw_str text;
    if (!map(path, &file, &text))
        return false;
    uint64_t n = 0;
    for (const char *p = text.p, *end = p + text.n; p && p < end; p++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            break;
        n++;
    }
    *found = (double)n;
    tw_mapping_unref(file);
    return true;
}

static bool count(const char *path, double *rows) {
    tw_opened *opened = NULL;
    tw_error err = TW_ERROR_INIT;
    int64_t n = 0;
    bool good = tw_open(path, &TW_READ_DEFAULT, NULL, &opened, &err) == TW_OK &&
                tw_opened_count(opened, NULL, &n, &err) == TW_OK;
    *rows = (double)n;
    tw_opened_free(opened);
    return good || complain(&err, path);
}

/* A table whose types are decided; with `all`, its columns are made on the way. */
static bool read_table(const char *path, bool all, tw_table **table) {
    tw_opened *opened = NULL;
    tw_source *source = NULL;
    tw_error err = TW_ERROR_INIT;
    bool good = tw_open(path, &TW_READ_DEFAULT, NULL, &opened, &err) == TW_OK;
    if (good && all)
        tw_opened_expect(opened);
    good = good && tw_opened_finish(opened, NULL, &source, &err) == TW_OK &&
           tw_table_from_source(source, table, &err) == TW_OK;
    if (source)
        source->ops->unref(source);
    tw_opened_free(opened);
    return good || complain(&err, path);
}

static bool types(const char *path, double *rows) {
    tw_table *table = NULL;
    if (!read_table(path, false, &table))
        return false;
    *rows = (double)tw_table_rows(table);
    tw_table_unref(table);
    return true;
}

static bool cells(const char *path, double *bytes_a_cell) {
    tw_table *table = NULL;
    tw_error err = TW_ERROR_INIT;
    if (!read_table(path, true, &table))
        return false;
    bool good = tw_table_need(table, NULL, 0, NULL, &err) == TW_OK || complain(&err, path);
    double n = (double)tw_table_rows(table) * (double)tw_table_width(table);
    *bytes_a_cell = (double)tw_table_bytes(table) / TW_MAX(n, 1);
    tw_table_unref(table);
    return good;
}

/* Screens of 50 rows all over the table, as somebody sees who scrolls through it. */
static bool viewed(const char *path, double *screens) {
    enum { SCREENS = 200, LINES = 50 };
    tw_table *table = NULL;
    tw_error err = TW_ERROR_INIT;
    if (!read_table(path, false, &table))
        return false;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool good = true;
    int64_t rows = tw_table_rows(table), last = TW_MAX(rows - LINES, 0);
    for (int64_t screen = 0; good && screen < SCREENS; screen++) {
        int64_t first = last / (SCREENS - 1) * screen;
        for (int64_t row = first; good && row < TW_MIN(first + LINES, rows); row++)
            for (size_t c = 0; good && c < tw_table_width(table); c++) {
                enum tw_cell_state state;
                good = tw_table_text(table, c, row, &text, &state, &err) == TW_OK;
            }
    }
    *screens = SCREENS;
    tw_buf_fini(&text);
    tw_table_unref(table);
    return good || complain(&err, path);
}

/* clang-format off */
const task_row tasks[] = {
    {"scan",       scan,       "cells"},
    {"libcsv",     libcsv,     "cells"},
    {"line-feeds", line_feeds, "line feeds"},
    {"count",      count,      "rows"},
    {"types",      types,      "rows"},
    {"cells",      cells,      "bytes a cell"},
    {"viewed",     viewed,     "screens"},
};
/* clang-format on */
const size_t n_tasks = TW_COUNT(tasks);

const task_row *task_named(const char *name) {
    for (size_t i = 0; i < n_tasks; i++)
        if (tw_str_eq_c(tw_str_c(tasks[i].name), name))
            return &tasks[i];
    return NULL;
}
