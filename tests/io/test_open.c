/* Opening what there is: plain, packed, piped, empty; and refusing what does not serve. */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "../tap.h"
#include "io/compress.h"
#include "io/source_csv.h"
#include "nasty.h"

static char path[256];

static tw_str text_of(const tw_table *table, size_t column, int64_t row, tw_buf *out) {
    enum tw_cell_state state;
    tw_error err = TW_ERROR_INIT;
    if (tw_table_text(table, column, row, out, &state, &err) != TW_OK)
        printf("# %s\n", err.message);
    return tw_buf_view(out);
}

static void write_path(tw_str bytes) {
    if (tw_file_write(path, bytes, NULL) != TW_OK)
        printf("# cannot write %s\n", path);
}

static const char people[] =
    "id,name,joined,score\n1,ann,2024-01-31,1.50\n2,bob,2024-02-29,NA\n3,cid,2023-12-01,3.25\n";

static bool is_people(const char *from) {
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    if (tw_read_table(from, &TW_READ_DEFAULT, NULL, &o, &t, &err) != TW_OK) {
        printf("# %s: %s\n", from, err.message);
        return false;
    }
    tw_buf b;
    tw_buf_init(&b, TW_BUF_MAX);
    bool good = tw_table_rows(t) == 3 && tw_table_width(t) == 4 &&
                tw_str_eq_c(text_of(t, 1, 1, &b), "bob") &&
                tw_table_field(t, 0)->type == TW_INTEGER && tw_table_field(t, 2)->type == TW_DATE;
    good = good && tw_table_need(t, NULL, 0, NULL, &err) == TW_OK &&
           tw_column_valid_count(tw_table_column(t, 3)) == 2 &&
           tw_column_unreadable_count(tw_table_column(t, 3)) == 0;
    tw_buf_fini(&b);
    tw_table_unref(t);
    tw_opened_free(o);
    return good;
}

static void packed_files(void) {
    static const enum tw_compression kinds[] = {
        TW_PLAIN, TW_GZIP,
#ifdef HAVE_ZSTD
        TW_ZSTD,
#endif
#ifdef HAVE_LZMA
        TW_XZ,
#endif
#ifdef HAVE_BZ2
        TW_BZIP2,
#endif
    };
    for (size_t i = 0; i < TW_COUNT(kinds); i++) {
        tw_compressor *c = NULL;
        tw_buf packed;
        tw_buf_init(&packed, TW_BUF_MAX);
        if (tw_compressor_new(kinds[i], &c, NULL) == TW_OK &&
            tw_compressor_add(c, tw_str_c(people), true, &packed, NULL) == TW_OK)
            write_path(tw_buf_view(&packed));
        tw_compressor_free(c);
        tw_buf_fini(&packed);
        ok(is_people(path), "a file packed by '%s'", tw_compression_name(kinds[i]));
    }
}

static void *feed(void *to) {
    int fd = open(to, O_WRONLY);
    for (const char *p = people; fd >= 0 && *p; p += TW_MIN(strlen(p), (size_t)7))
        if (write(fd, p, TW_MIN(strlen(p), (size_t)7)) < 0)
            break;
    if (fd >= 0)
        close(fd);
    return NULL;
}

static void a_fifo_is_a_stream(void) {
    pthread_t thread;
    unlink(path);
    if (mkfifo(path, 0600) != 0 || pthread_create(&thread, NULL, feed, path) != 0) {
        ok(false, "no FIFO here");
        return;
    }
    ok(is_people(path), "a FIFO is read to its end");
    pthread_join(thread, NULL);
    unlink(path);
}

static enum tw_rc try_open(const char *from, const tw_read_options *options, tw_error *err) {
    tw_opened *o = NULL;
    tw_source *source = NULL;
    enum tw_rc rc = tw_open(from, options, NULL, &o, err);
    if (rc == TW_OK)
        rc = tw_opened_finish(o, NULL, &source, err);
    if (source)
        source->ops->unref(source);
    tw_opened_free(o);
    return rc;
}

static void what_does_not_serve(void) {
    tw_error err = TW_ERROR_INIT;
    ok(try_open("no-such-file.csv", &TW_READ_DEFAULT, &err) == TW_EINPUT &&
           strstr(err.file, "no-such-file"),
       "a missing file");
    ok(try_open(".", &TW_READ_DEFAULT, &err) == TW_EINPUT, "a directory");
    write_path(TW_STR("PAR1\x15\x00\x15\x02"));
    ok(try_open(path, &TW_READ_DEFAULT, &err) == TW_EUNSUPPORTED && strstr(err.message, "duckdb"),
       "Parquet names a converter");
    write_path(TW_STR("PK\003\004\0\0\0"));
    ok(try_open(path, &TW_READ_DEFAULT, &err) == TW_EUNSUPPORTED && strstr(err.message, "xlsx2csv"),
       "a spreadsheet names a converter");
    write_path(TW_STR("\x1f\x8b\x08\0garbage"));
    ok(try_open(path, &TW_READ_DEFAULT, &err) == TW_EDAMAGED, "damaged gzip");
    write_path(TW_STR("a,b\n1,2\n"));
    tw_read_options o = TW_READ_DEFAULT;
    o.format = TW_STR("parquet");
    ok(try_open(path, &o, &err) == TW_EUNSUPPORTED, "a format that is not read");
    o.format = TW_STR("cvs");
    ok(try_open(path, &o, &err) == TW_EUSAGE, "a format nobody knows");
    o = TW_READ_DEFAULT;
    o.encoding = TW_STR("klingon");
    ok(try_open(path, &o, &err) == TW_EUSAGE, "an encoding nobody knows");
}

static void head_before_anything_else(void) {
    tw_opened *o = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_arena arena;
    tw_arena_init(&arena);
    write_path(tw_str_c(people));
    succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "open");
    is_int(tw_opened_width(o), 4, "columns are known");
    is_text(tw_opened_name(o, 3), "score", "by name");
    bool exact;
    int64_t rows = tw_opened_rows(o, &exact);
    ok(rows > 0 && !exact, "rows are estimated");
    tw_batch b;
    succeeds(tw_opened_head(o, 2, &arena, &b, &err), &err, "head");
    ok(b.rows == 2 && b.first[2] == 8, "two rows of four cells");
    ok(b.base[b.cells[5].at] == 'b' && b.cells[5].n == 3, "with their text");
    tw_doc *doc = NULL;
    tw_source *source = NULL;
    succeeds(tw_opened_finish(o, NULL, &source, &err), &err, "finish");
    is_int(tw_opened_rows(o, &exact), 3, "rows are counted");
    ok(exact, "exactly");
    succeeds(tw_opened_doc(o, &doc, &err), &err, "document");
    is_text(tw_doc_as_text(tw_doc_get(doc, "delimiter"), TW_STR("")), ",",
            "sniff tells the delimiter");
    is_int(tw_doc_count(tw_doc_get(doc, "columns")), 4, "and the columns");
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(doc, "rows"), "value"), 0), 3, "and the rows");
    tw_doc_free(doc);
    source->ops->unref(source);
    tw_opened_free(o);
    tw_arena_fini(&arena);
}

static void head_and_count_without_the_rest(void) {
    char out[300];
    snprintf(out, sizeof out, "%s.out", path);
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    int64_t rows = 0;
    char *bytes = NULL;
    size_t n = 0;
    write_path(tw_str_c(people));
    succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "open");
    succeeds(tw_opened_head_table(o, 2, &t, &err), &err, "a table of the head");
    ok(t && tw_table_rows(t) == 2, "two rows");
    succeeds(tw_write_rows(t, NULL, 0, out, NULL, NULL, &err), &err, "written");
    tw_table_unref(t);
    succeeds(tw_file_read(out, 1000, &bytes, &n, &err), &err, "read");
    is_text(((tw_str){bytes, n}),
            "id,name,joined,score\n1,ann,2024-01-31,1.50\n2,bob,2024-02-29,NA\n",
            "are the bytes of the file");
    free(bytes);
    succeeds(tw_opened_head_table(o, 99, &t, &err), &err, "more rows than there are");
    is_int(t ? tw_table_rows(t) : -1, 3, "are all rows");
    tw_table_unref(t);
    succeeds(tw_opened_count(o, NULL, &rows, &err), &err, "count");
    is_int(rows, 3, "of data rows");
    tw_opened_free(o);
    unlink(out);
}

/* --- types of a few columns --- */

typedef struct finished {
    tw_opened *o;
    tw_source *source;
} finished;

/* columns NULL: all types. */
static finished finish_with(const int *columns, int n, const tw_read_options *options,
                            tw_task *task) {
    finished f = {NULL, NULL};
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_open(path, options, task, &f.o, &err);
    if (rc == TW_OK && n >= 0)
        rc = tw_opened_expect_types(f.o, columns, (size_t)n, &err);
    if (rc == TW_OK)
        rc = tw_opened_finish(f.o, task, &f.source, &err);
    if (rc != TW_OK)
        printf("# %s\n", err.message);
    return f;
}

static void finished_fini(finished *f) {
    if (f->source)
        f->source->ops->unref(f->source);
    tw_opened_free(f->o);
}

static bool same_cells(tw_source *a, tw_source *b, int column) {
    tw_column *x = NULL, *y = NULL;
    const tw_field *field = a->ops->field(a, (size_t)column);
    bool good = a->ops->load(a, &column, field, 1, NULL, &x, NULL) == TW_OK &&
                b->ops->load(b, &column, field, 1, NULL, &y, NULL) == TW_OK &&
                tw_column_rows(x) == tw_column_rows(y);
    for (int64_t row = 0; good && row < tw_column_rows(x); row++) {
        tw_cell p = tw_column_cell(x, row), q = tw_column_cell(y, row);
        good = tw_cell_equal(&p, &q);
    }
    tw_column_unref(x);
    tw_column_unref(y);
    return good;
}

/* The column is read, and its null tokens are counted, as where all are looked at. */
static bool same_reading(tw_source *a, tw_source *b, int column) {
    const tw_field *x = a->ops->field(a, (size_t)column), *y = b->ops->field(b, (size_t)column);
    const tw_str *words[2];
    const int64_t *counts[2];
    int64_t empty[2];
    size_t n = a->ops->null_counts(a, (size_t)column, &words[0], &counts[0], &empty[0]);
    bool good = tw_reading_same(x, y) && x->role == y->role &&
                x->format.number.decimals == y->format.number.decimals && empty[0] >= 0 &&
                b->ops->null_counts(b, (size_t)column, &words[1], &counts[1], &empty[1]) == n &&
                empty[0] == empty[1];
    for (size_t i = 0; good && n != SIZE_MAX && i < n; i++)
        good = tw_str_eq(words[0][i], words[1][i]) && counts[0][i] == counts[1][i];
    return good && same_cells(a, b, column);
}

/* Every column alone, and every one with the next but one. */
static void check_few(const tw_read_options *options, tw_task *task, const char *what) {
    finished all = finish_with(NULL, -1, options, task);
    int width = all.source ? (int)all.source->ops->width(all.source) : 0, wrong = 0;
    for (int c = 0; c < 2 * width; c++) {
        int named[] = {c % width, (c + 2) % width}, n = 1 + c / width;
        finished few = finish_with(named, n, options, task);
        bool good = few.source && few.source->ops->rows(few.source) ==
                                      all.source->ops->rows(all.source);
        for (int i = 0; good && i < n; i++)
            good = same_reading(few.source, all.source, named[i]);
        if (!good)
            printf("# column %d of %d\n", named[0] + 1, n);
        wrong += !good;
        finished_fini(&few);
    }
    ok(width && !wrong, "%s: types of %d columns, asked for alone or by twos", what, width);
    finished_fini(&all);
}

/* Dates that could be read either way where another column tells which it is, marks of numbers,
 * null tokens, records that are too short or long, quotes with line ends. */
static bool make_many_kinds(tw_buf *text) {
    tw_buf_c(text, "id;when;then;amount;code;flag;note;seen;part\n");
    for (int i = 0; i < 3000; i++) {
        tw_buf_printf(text, "%d;%02d/%02d/2023;%02d/%02d/2023;%d,%02d;%04d;%s;", i, 1 + i % 12,
                      1 + i / 3 % 12, 13 + i % 15, 1 + i % 12, i, i % 100, i % 7000,
                      i % 3 ? "yes" : "no");
        tw_buf_printf(text, i % 50 ? "word%d;" : "\"a;\"\"%d\"\"\nb\";", i % 11);
        tw_buf_printf(text, "%s;%s\n", i % 40 ? "12:30" : "N/A", i % 97 ? "1.5" : "x");
        if (i % 501 == 500)
            tw_buf_c(text, "7;1/1/2023\n8;1/1/2023;14/1/2023;1;2;no;w;12:00;1;9;9\n\n");
    }
    return !text->failed;
}

static void types_of_few_columns(void) {
    static const tw_str given[] = {TW_STR_INIT("code=text"), TW_STR_INIT("when=date")},
                        roles[] = {TW_STR_INIT("id=id")};
    tw_read_options options[] = {TW_READ_DEFAULT, TW_READ_DEFAULT};
    options[1].types = given;
    options[1].n_types = TW_COUNT(given);
    options[1].roles = roles;
    options[1].n_roles = 1;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    ok(make_many_kinds(&text), "a file");
    write_path(tw_buf_view(&text));
    for (size_t threads = 1; threads <= 2; threads++) {
        tw_pool *pool = NULL;
        tw_task task;
        if (tw_pool_new(threads, &pool, NULL) != TW_OK)
            return;
        tw_task_init(&task, NULL, pool);
        check_few(&options[0], &task, threads == 1 ? "one thread" : "two threads");
        check_few(&options[1], &task, "with types given");
        tw_pool_free(pool);
    }
    tw_buf_fini(&text);
}

/* Columns that nobody looks at are texts, their records repaired as always; roles stay. */
static void cells_without_types(void) {
    static const tw_str unknown[] = {TW_STR_INIT("skore=float")}, roles[] = {TW_STR_INIT("id=id")};
    tw_read_options options = TW_READ_DEFAULT;
    options.roles = roles;
    options.n_roles = 1;
    write_path(TW_STR("id,score\n1,2.5\n2,NA\n3,4.5\n4,1\n5\n6,2.5\n"));
    finished f = finish_with(NULL, 0, &options, NULL);
    if (f.source) {
        char summary[TW_SUMMARY_MAX];
        is_int(f.source->ops->rows(f.source), 6, "all rows");
        is_int(f.source->ops->field(f.source, 1)->type, TW_TEXT, "text");
        is_int(f.source->ops->field(f.source, 0)->role, TW_AS_ID, "the role given");
        tw_opened_summary(f.o, summary);
        ok(strstr(summary, "1 short"), "a short record is noted");
    }
    finished_fini(&f);
    options.types = unknown;
    options.n_types = 1;
    f = finish_with(NULL, 0, &options, NULL);
    ok(!f.source, "a column that is not there is told");
    finished_fini(&f);
}

static void empty_files(void) {
    static const char *const empties[] = {"", "\n\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < TW_COUNT(empties); i++) {
        tw_opened *o = NULL;
        tw_table *t = NULL;
        tw_error err = TW_ERROR_INIT;
        write_path(tw_str_c(empties[i]));
        succeeds(tw_read_table(path, &TW_READ_DEFAULT, NULL, &o, &t, &err), &err, "nothing in it");
        ok(t && tw_table_rows(t) == 0, "no rows");
        tw_table_unref(t);
        tw_opened_free(o);
    }
}

/* What is judged without blanks is read without them, and a second table far behind the head is
 * found. */
static void padded_cells_and_a_far_table(void) {
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "id,x,note\n");
    for (int i = 0; i < 20000; i++)
        tw_buf_printf(&text, "%6d, NA ,  word\n", i);
    tw_buf_c(&text, "\nplace,size\n1,2\n3,4\n5,6\n");
    write_path(tw_buf_view(&text));
    succeeds(tw_read_table(path, &TW_READ_DEFAULT, NULL, &o, &t, &err), &err, "padded cells");
    ok(tw_opened_dialect(o)->n_tables == 2 && tw_table_rows(t) == 20000, "the first of two tables");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "its columns");
    ok(tw_table_field(t, 0)->type == TW_INTEGER &&
           tw_column_valid_count(tw_table_column(t, 0)) == 20000,
       "padded numbers are numbers");
    is_int(tw_column_unreadable_count(tw_table_column(t, 1)), 0, "padded tokens are tokens");
    tw_table_unref(t);
    tw_opened_free(o);
    tw_buf_fini(&text);
}

static void write_rows(int rows) {
    tw_buf big;
    tw_buf_init(&big, TW_BUF_MAX);
    tw_buf_c(&big, "id,text\n");
    for (int i = 0; i < rows; i++)
        tw_buf_printf(&big, "%07d,some text of row %d, long enough for a file that is mapped\n", i, i);
    write_path(tw_buf_view(&big));
    tw_buf_fini(&big);
}

/* What a small file held when it was opened stays; a large one is an error, never a crash. */
static void cut_short_while_open(void) {
    static const int sizes[] = {2000, 200000};
    for (size_t i = 0; i < TW_COUNT(sizes); i++) {
        bool mapped = i == 1;
        enum tw_rc want = mapped ? TW_EINPUT : TW_OK;
        tw_opened *o = NULL;
        tw_source *source = NULL;
        tw_error err = TW_ERROR_INIT;
        tw_arena arena;
        tw_batch b;
        tw_arena_init(&arena);
        write_rows(sizes[i]);
        succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "open");
        ok(truncate(path, 0) == 0, "a file of %d rows is cut", sizes[i]);
        is_int(tw_opened_head(o, 9, &arena, &b, &err), want, "its head");
        is_int(tw_opened_finish(o, NULL, &source, &err), want, "and its whole");
        ok(mapped || source->ops->rows(source) == sizes[i], "are an error or what they were");
        if (source)
            source->ops->unref(source);
        tw_opened_free(o);
        tw_arena_fini(&arena);
    }
}

/* A column's texts lie in the mapping: what is gone of them is an error each time, never empty text,
 * and what reads them lets go of what it holds. */
static void texts_of_a_cut_file(void) {
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    const tw_factor *factor;
    const int rows = 200000;
    write_rows(rows);
    succeeds(tw_read_table(path, &TW_READ_DEFAULT, NULL, &o, &t, &err), &err, "a large file");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "its columns are made");
    ok(truncate(path, 5 << 20) == 0, "then it is cut");
    for (int again = 0; again < 2; again++) {
        is_int(tw_column_factor(tw_table_column(t, 1), 0, &factor, &err), TW_EINPUT,
               "a text column cannot be counted");
    }
    tw_table_unref(t);
    tw_opened_free(o);
}

/* A packed UTF-16 file beyond the sample: only its head is read at open. */
static void head_of_a_packed_file(void) {
    tw_dialect d = {0};
    tw_buf text, wide, packed;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&wide, TW_BUF_MAX);
    tw_buf_init(&packed, TW_BUF_MAX);
    tw_buf_c(&text, "id;city\r\n");
    for (int i = 0; i < 60000; i++)
        tw_buf_printf(&text, "%d;K\xC3\xB6ln %d\r\n", i, i % 97);
    tw_error err = TW_ERROR_INIT;
    tw_compressor *c = NULL;
    tw_buf_c(&wide, "\xFF\xFE");
    succeeds(tw_encoding_set(&d, TW_STR("utf-16le"), &err), &err, "encoding");
    succeeds(tw_encode(&d, tw_buf_view(&text), &wide, &err), &err, "encode");
    succeeds(tw_compressor_new(TW_GZIP, &c, &err), &err, "pack");
    succeeds(tw_compressor_add(c, tw_buf_view(&wide), true, &packed, &err), &err, "pack");
    tw_compressor_free(c);
    write_path(tw_buf_view(&packed));
    tw_opened *o = NULL;
    tw_source *source = NULL;
    tw_arena arena;
    tw_arena_init(&arena);
    succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "open");
    tw_batch b;
    succeeds(tw_opened_head(o, 5, &arena, &b, &err), &err, "head");
    ok(b.rows == 5 && tw_str_eq_c((tw_str){b.base + b.cells[9].at, b.cells[9].n}, "K\xC3\xB6ln 4"),
       "the fifth row");
    succeeds(tw_opened_finish(o, NULL, &source, &err), &err, "finish");
    ok(source && source->ops->rows(source) == 60000, "all rows");
    ok(tw_opened_dialect(o)->encoding == TW_UTF16LE &&
           strcmp(tw_opened_dialect(o)->compression, "gzip") == 0,
       "what it was is known");
    if (source)
        source->ops->unref(source);
    tw_opened_free(o);
    tw_arena_fini(&arena);
    tw_buf_fini(&text);
    tw_buf_fini(&wide);
    tw_buf_fini(&packed);
}

int main(void) {
    nasty_path("open.csv", path);
    packed_files();
    a_fifo_is_a_stream();
    what_does_not_serve();
    head_before_anything_else();
    head_and_count_without_the_rest();
    types_of_few_columns();
    cells_without_types();
    empty_files();
    padded_cells_and_a_far_table();
    cut_short_while_open();
    texts_of_a_cut_file();
    head_of_a_packed_file();
    unlink(path);
    return tap_done();
}
