/* Every cell of a text, decoded, by every reader there is: libcsv, the scalar tokeniser, the vector
 * path and what the dispatcher makes of them, and the index walked by one to four threads. Each
 * sums a hash of (row, column, bytes) over all cells, so that one differing byte or a cell in
 * another place shows, and nothing is kept: the same program reads files of any size,
 *
 *     tests/io/test_field_hash FILE…
 *
 * as RFC 4180 text with commas. Without arguments it reads a few megabytes made here.
 * test_field_hash_portable is the same program with the code that machines without vector
 * instructions run. */
#include "../tap.h"
#include "csv_oracle.h"
#include "nasty.h"

#include <csv.h>

#include "base/hash.h"
#include "io/index.h"

static const tw_csv_rules comma = {.delimiter = {','}, .delimiter_n = 1, .quote = '"'};

typedef struct digest {
    uint64_t sum, cells;
    uint64_t rows, column; /* of the next cell */
} digest;

static void add_cell(digest *d, const void *bytes, size_t n) {
    d->sum += tw_mix64(tw_hash_bytes(bytes, n, tw_mix64(d->rows << 24 ^ d->column)));
    d->cells++;
    d->column++;
}

static void add_record(digest *d) {
    d->rows++;
    d->column = 0;
}

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

static void on_cell(void *text, size_t n, void *self) {
    add_cell(self, text, n);
}

static void on_record(int end, void *self) {
    (void)end;
    add_record(self);
}

static bool by_libcsv(tw_str text, digest *out) {
    struct csv_parser parser;
    if (csv_init(&parser, 0))
        return false;
    csv_set_space_func(&parser, no_space);
    bool good = csv_parse(&parser, text.p, text.n, on_cell, on_record, out) == text.n &&
                csv_fini(&parser, on_cell, on_record, out) == 0;
    csv_free(&parser);
    return good;
}

static void add_cells(digest *d, const tw_csv_cells *cells, const char *base, size_t rows,
                      tw_buf *scratch) {
    tw_batch batch;
    tw_csv_cells_batch(cells, base, 0, &comma, &batch);
    for (size_t r = 0; r < rows; r++) {
        for (uint32_t i = batch.first[r]; i < batch.first[r + 1]; i++) {
            tw_str cell = tw_batch_text(&batch, i, scratch);
            add_cell(d, cell.p, cell.n);
        }
        add_record(d);
    }
}

/* In steps of 64 KiB, as the readers of the program go. */
static bool by_scan(oracle_scan scan, tw_str text, digest *out) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    bool good = true;
    for (size_t next = 0; good && text.n; text = tw_str_sub(text, next, text.n)) {
        tw_str window = {text.p, TW_MIN(text.n, (size_t)UINT32_MAX - 1)};
        tw_csv_cells_clear(&cells);
        good = scan(&comma, window, 0, 65536, SIZE_MAX, &cells, &next, NULL) == TW_OK;
        add_cells(out, &cells, window.p, cells.rows, &scratch);
    }
    tw_buf_fini(&scratch);
    tw_csv_cells_fini(&cells);
    return good;
}

enum { SHARE = 50000 }; /* rows that one walk reads */

typedef struct walkers {
    const tw_index *index;
    digest *parts;
} walkers;

static enum tw_rc walk_share(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    const walkers *w = ctx;
    digest *d = &w->parts[i];
    const char *base = NULL;
    tw_walk walk;
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    d->rows = i * SHARE;
    enum tw_rc rc = tw_walk_to(&walk, w->index, (int64_t)d->rows, &cells, err);
    while (rc == TW_OK && d->rows < (i + 1) * SHARE) {
        rc = tw_walk_next(&walk, (i + 1) * SHARE - d->rows, 65536, &cells, &base, err);
        if (rc || cells.rows == 0)
            break;
        add_cells(d, &cells, base, cells.rows, &scratch);
    }
    tw_buf_fini(&scratch);
    tw_csv_cells_fini(&cells);
    return rc;
}

static bool walk_all(const tw_index *index, tw_task *task, digest *out) {
    out->rows = (uint64_t)tw_index_rows(index);
    size_t n = (out->rows + SHARE - 1) / SHARE;
    walkers w = {.index = index, .parts = tw_calloc(n, sizeof *w.parts)};
    bool good = w.parts && tw_parallel_for(task, n, walk_share, &w, NULL) == TW_OK;
    for (size_t i = 0; good && i < n; i++) {
        out->sum += w.parts[i].sum;
        out->cells += w.parts[i].cells;
    }
    free(w.parts);
    return good;
}

static bool by_threads(size_t threads, tw_str text, digest *out) {
    static tw_infer *const no_states[8];
    tw_index_input in = {.text = text,
                         .end = text.n,
                         .rules = comma,
                         .slots = no_states,
                         .n_slots = threads > 1 ? 2 * threads : 1};
    tw_pool *pool = NULL;
    tw_task task;
    tw_index *index = NULL;
    bool good = tw_pool_new(threads, &pool, NULL) == TW_OK;
    tw_task_init(&task, NULL, pool);
    good = good && tw_index_build(&in, &task, &index, NULL) == TW_OK && walk_all(index, &task, out);
    tw_index_free(index);
    tw_pool_free(pool);
    return good;
}

static void is_same(bool good, const digest *got, const digest *want, const char *who,
                    const char *name) {
    ok(good && got->sum == want->sum && got->cells == want->cells && got->rows == want->rows,
       "%s: %s reads the cells that libcsv reads", name, who);
}

static void compare(const char *name, tw_str text) {
    static const struct {
        const char *name;
        oracle_scan scan;
        bool vector;
    } scans[] = {{"the scalar tokeniser", tw_csv_scan_scalar, false},
                 {"the vector path", tw_csv_scan_certified, true},
                 {"the tokeniser", tw_csv_scan, false}};
    digest want = {0};
    ok(by_libcsv(text, &want), "%s: libcsv reads it", name);
    printf("# %s: %llu rows, %llu cells, hash %016llx\n", name, (unsigned long long)want.rows,
           (unsigned long long)want.cells, (unsigned long long)want.sum);
    for (size_t i = 0; i < TW_COUNT(scans); i++) {
        if (scans[i].vector && !tw_csv_vector_usable())
            continue;
        digest got = {0};
        bool good = by_scan(scans[i].scan, text, &got);
        is_same(good, &got, &want, scans[i].name, name);
    }
    for (size_t threads = 1; threads <= 4; threads++) {
        char who[64];
        snprintf(who, sizeof who, "the index with %zu threads", threads);
        digest got = {0};
        bool good = by_threads(threads, text, &got);
        is_same(good, &got, &want, who, name);
    }
}

static void compare_file(const char *path) {
    tw_mapping *file = NULL;
    if (ok(tw_mapping_open(path, &file, NULL) == TW_OK, "%s opens", path))
        compare(path, tw_mapping_bytes(file));
    tw_mapping_unref(file);
}

/* Records of five cells of all sorts; one in `dirt` has a quote where none should be. */
static void compare_made(const char *name, size_t size, uint64_t dirt) {
    static const char *const stray[] = {"x\"y", "\"z\" w", "\"a\"b\"", "q\""};
    uint64_t state = 20240229 + dirt;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    while (text.n < size) {
        for (int c = 0; c < 5; c++) {
            if (dirt && nasty_random(&state) % (5 * dirt) == 0)
                tw_buf_c(&text, stray[nasty_random(&state) % TW_COUNT(stray)]);
            else
                nasty_cell(&state, &text);
            if (c < 4)
                tw_buf_char(&text, ',');
        }
        tw_buf_c(&text, nasty_random(&state) % 9 ? "\n" : "\r\n");
        if (nasty_random(&state) % 40 == 0)
            tw_buf_char(&text, '\n');
    }
    if (ok(tw_buf_check(&text, NULL) == TW_OK, "%s is made", name))
        compare(name, tw_buf_view(&text));
    tw_buf_fini(&text);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        compare_file(argv[i]);
    if (argc == 1) {
        compare_made("a clean text", (size_t)5 << 20, 0);
        compare_made("a text with stray quotes", (size_t)5 << 20, 300);
        compare_made("a text full of stray quotes", (size_t)1 << 20, 3);
    }
    return tap_done();
}
