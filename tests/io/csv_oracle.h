/* libcsv as the oracle: the same text through libcsv and through the tokeniser, compared cell by
 * cell. */
#ifndef TW_TESTS_IO_CSV_ORACLE_H
#define TW_TESTS_IO_CSV_ORACLE_H

#include "io/csv_stream.h"
#include "io/csv_vector.h"

/* Cells as text: each behind its length and followed by ',', records end with '\n'. */
static inline void oracle_put(tw_buf *out, tw_str cell) {
    tw_buf_printf(out, "%zu:", cell.n);
    tw_buf_str(out, cell);
    tw_buf_char(out, ',');
}

typedef struct oracle_text {
    tw_str left;
    size_t step; /* bytes a pull */
} oracle_text;

static inline enum tw_rc oracle_pull(void *ctx, tw_str *bytes, tw_error *err) {
    (void)err;
    oracle_text *t = ctx;
    *bytes = tw_str_sub(t->left, 0, TW_MIN(t->step, t->left.n));
    t->left = tw_str_sub(t->left, bytes->n, t->left.n);
    return TW_OK;
}

static inline bool oracle_libcsv(tw_str text, const tw_csv_rules *rules, size_t step, tw_buf *out) {
    oracle_text from = {text, step};
    tw_reader *reader = NULL;
    tw_batch b = {0};
    if (tw_csv_stream_new(rules, oracle_pull, &from, &reader, NULL) != TW_OK)
        return false;
    int64_t rows = 0;
    bool good = true;
    do {
        good = reader->ops->next(reader, &b, NULL) == TW_OK && b.first_row == rows;
        for (size_t r = 0; good && r < b.rows; r++) {
            for (uint32_t i = b.first[r]; i < b.first[r + 1]; i++)
                oracle_put(out, (tw_str){b.base + b.cells[i].at, b.cells[i].n});
            tw_buf_char(out, '\n');
        }
        rows += (int64_t)b.rows;
    } while (good && b.rows);
    reader->ops->free(reader);
    return good;
}

/* Records of a scan in the same form. */
static inline void oracle_records(const char *base, const tw_csv_rules *rules,
                                  const tw_csv_cells *cells, tw_buf *out) {
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    for (size_t r = 0; r < cells->rows; r++) {
        for (uint32_t i = cells->first[r]; i < cells->first[r + 1]; i++) {
            tw_str cell = {base + cells->cells[i].at, cells->cells[i].n};
            tw_buf_clear(&scratch);
            if (cells->flags[i] & TW_CELL_DOUBLED)
                tw_csv_unescape(cell, rules->quote, rules->escape, &scratch);
            oracle_put(out, cells->flags[i] & TW_CELL_DOUBLED ? tw_buf_view(&scratch) : cell);
        }
        tw_buf_char(out, '\n');
    }
    tw_buf_fini(&scratch);
}

/* The scanned cells in the same form; also checks what libcsv cannot tell: spans lie inside their
 * record, records do not overlap, and between them there are line ends only. False when that does
 * not hold. */
static inline bool oracle_cells(tw_str text, const tw_csv_rules *rules, const tw_csv_cells *cells,
                                tw_buf *out) {
    size_t at = 0;
    bool good = true;
    for (size_t r = 0; r < cells->rows; r++) {
        tw_span record = cells->records[r];
        for (; at < record.at; at++)
            good = good && (text.p[at] == '\n' || text.p[at] == '\r');
        for (uint32_t i = cells->first[r]; i < cells->first[r + 1]; i++) {
            tw_span cell = cells->cells[i];
            good = good && cell.at >= record.at && cell.at + cell.n <= record.at + record.n;
        }
        at = record.at + record.n + cells->ends[r];
    }
    oracle_records(text.p, rules, cells, out);
    return good;
}

typedef enum tw_rc (*oracle_scan)(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                  size_t max_rows, tw_csv_cells *out, size_t *next, tw_error *err);

/* All of text in steps of max_rows records. */
static inline bool oracle_read(oracle_scan scan, const tw_csv_rules *rules, tw_str text,
                               size_t max_rows, tw_csv_cells *cells) {
    for (size_t at = 0; at < text.n;)
        if (scan(rules, text, at, text.n, max_rows, cells, &at, NULL) != TW_OK)
            return false;
    return true;
}

static inline bool oracle_same(const tw_csv_cells *a, const tw_csv_cells *b) {
    if (a->rows != b->rows || a->n != b->n)
        return false;
    return a->rows == 0 || (memcmp(a->records, b->records, a->rows * sizeof *a->records) == 0 &&
                            memcmp(a->ends, b->ends, a->rows) == 0 &&
                            memcmp(a->first, b->first, (a->rows + 1) * sizeof *a->first) == 0 &&
                            memcmp(a->cells, b->cells, a->n * sizeof *a->cells) == 0 &&
                            memcmp(a->flags, b->flags, a->n) == 0);
}

/* The vector tokeniser against its twin: spans, flags and where a scan stops. */
static inline bool oracle_twins_agree_from(const tw_csv_rules *rules, tw_str text, size_t at,
                                           size_t stop, size_t max_rows) {
    if (!tw_csv_vector_usable())
        return true;
    tw_csv_cells a, b;
    tw_csv_cells_init(&a);
    tw_csv_cells_init(&b);
    size_t next_a = 0, next_b = 0;
    bool good = tw_csv_scan_scalar(rules, text, at, stop, max_rows, &a, &next_a, NULL) == TW_OK &&
                tw_csv_scan_certified(rules, text, at, stop, max_rows, &b, &next_b, NULL) == TW_OK;
    good = good && next_a == next_b && oracle_same(&a, &b);
    tw_csv_cells_fini(&a);
    tw_csv_cells_fini(&b);
    return good;
}

static inline bool oracle_twins_agree(const tw_csv_rules *rules, tw_str text, size_t stop,
                                      size_t max_rows) {
    return oracle_twins_agree_from(rules, text, 0, stop, max_rows);
}

/* Both tokenisers, in steps of max_rows records; true when libcsv says the same. */
static inline bool oracle_agrees(tw_str text, char delimiter, char quote, size_t max_rows) {
    tw_csv_rules rules = {.delimiter = {delimiter}, .delimiter_n = 1, .quote = quote};
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_buf want, got;
    tw_buf_init(&want, TW_BUF_MAX);
    tw_buf_init(&got, TW_BUF_MAX);
    bool good = oracle_libcsv(text, &rules, 1 + max_rows * 7 % 23, &want) &&
                oracle_read(tw_csv_scan_scalar, &rules, text, max_rows, &cells) &&
                oracle_cells(text, &rules, &cells, &got) &&
                tw_str_eq(tw_buf_view(&got), tw_buf_view(&want)) &&
                oracle_twins_agree(&rules, text, text.n, SIZE_MAX) &&
                oracle_twins_agree(&rules, text, text.n * max_rows / 9, max_rows);
    tw_buf_fini(&want);
    tw_buf_fini(&got);
    tw_csv_cells_fini(&cells);
    return good;
}

#endif
