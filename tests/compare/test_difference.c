/* Differences against a naive twin that looks for every row of a in all of b. */
#include "compare/difference.h"

#include "base/random.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

enum { ROWS = 200 };

static tw_error err = TW_ERROR_INIT;

/* About ROWS rows with keys from 0 to 2 * ROWS, each at most once, in random order when shuffled. */
static tw_table *random_table(uint64_t seed, bool shuffled, bool real) {
    static const char *const numbers[] = {"1", "2.5", "", "x", "-3"};
    static const char *const texts[] = {"a", "b", "", "NA", "\"c,d\""};
    tw_stream s = tw_stream_make(seed, TW_STR("test"), TW_STR(""));
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, real ? "k:integer,n:float,t:text\n" : "t:text,n:integer,k:integer\n");
    for (uint64_t r = 0; r < 2 * ROWS; r++) {
        uint64_t key = shuffled ? r * 77 % (2 * ROWS) : r;
        const char *n = numbers[tw_draw_below(s, key, 1, 4) ? 0 : tw_draw_below(s, key, 2, 5)];
        const char *t = texts[tw_draw_below(s, key, 3, 5)];
        if (tw_draw_below(s, key, 0, 2))
            continue;
        if (real)
            tw_buf_printf(&text, "%d,%s,%s\n", (int)key, n, t);
        else
            tw_buf_printf(&text, "%s,%s,%d\n", t, n, (int)key);
    }
    tw_table *table = fixture_table(text.p);
    tw_buf_fini(&text);
    return table;
}

/* Cells of a column as text, numbers in their plain form; "?" in front of what is unreadable. */
static void cell_text(const tw_table *t, const char *column, int64_t row, tw_buf *out) {
    int number = tw_table_find(t, tw_str_c(column));
    tw_cell cell = tw_column_cell(tw_table_column(t, (size_t)number), row);
    tw_buf_clear(out);
    if (cell.state == TW_UNREADABLE) /* 2.5 among integers is a number among floats */
        cell = tw_cell_parse(TW_FLOAT, &TW_FORMAT_PLAIN, cell.text);
    if (cell.state == TW_UNREADABLE)
        tw_buf_c(out, "?");
    if (cell.state == TW_VALUE && cell.type == TW_TEXT)
        tw_buf_c(out, "'");
    tw_cell_write(&cell, &TW_FORMAT_PLAIN, out);
}

static bool differs(const tw_table *a, int64_t row_a, const tw_table *b, int64_t row_b,
                    const char *column) {
    tw_buf x, y;
    tw_buf_init(&x, TW_BUF_MAX);
    tw_buf_init(&y, TW_BUF_MAX);
    cell_text(a, column, row_a, &x);
    cell_text(b, column, row_b, &y);
    bool same = tw_str_eq(tw_buf_view(&x), tw_buf_view(&y));
    tw_buf_fini(&x);
    tw_buf_fini(&y);
    return !same;
}

static int64_t find_key(const tw_table *b, const tw_table *a, int64_t row) {
    for (int64_t r = 0; r < tw_table_rows(b); r++)
        if (!differs(a, row, b, r, "k"))
            return r;
    return -1;
}

static tw_difference_counts naive(const tw_table *a, const tw_table *b) {
    tw_difference_counts n = {0};
    for (int64_t r = 0; r < tw_table_rows(a); r++) {
        int64_t other = find_key(b, a, r);
        if (other < 0) {
            n.removed++;
            continue;
        }
        int64_t cells = differs(a, r, b, other, "n") + differs(a, r, b, other, "t");
        n.changed += cells > 0;
        n.same += cells == 0;
        n.cells += cells;
    }
    n.added = tw_table_rows(b) - n.same - n.changed;
    return n;
}

/* Every row that differs comes once, a's in order before b's, with what the counts say. */
static bool walk_is_whole(const tw_difference *d) {
    tw_difference_counts n = tw_difference_count(d);
    tw_difference_row row = {0};
    int64_t last_a = -1, last_b = -1;
    bool good = true;
    while (good && tw_difference_next(d, &row)) {
        good = row.a >= 0 ? row.a > last_a && last_b < 0 : row.b > last_b;
        last_a = row.a >= 0 ? row.a : last_a;
        last_b = row.a < 0 ? row.b : last_b;
        tw_doc *doc = NULL;
        good = good && tw_difference_row_doc(d, &row, &doc, &err) == TW_OK;
        bool both = row.a >= 0 && row.b >= 0;
        size_t cells = tw_doc_count(tw_doc_get(doc, "cells"));
        good = good && (both ? cells > 0 : cells == 3);
        n.changed -= both;
        n.cells -= both ? (int64_t)cells : 0;
        n.added -= row.a < 0;
        n.removed -= row.b < 0;
        tw_doc_free(doc);
    }
    return good && !n.changed && !n.cells && !n.added && !n.removed;
}

static void test_random(void) {
    tw_str key = TW_STR("k");
    const tw_difference_options options = {.key = {&key, 1}, .names = {"a", "b"}};
    bool counted = true, walked = true;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        tw_table *a = random_table(seed, false, seed % 3 == 0);
        tw_table *b = random_table(seed + seed % 2, seed % 2, seed % 4 == 0);
        tw_difference *d = NULL;
        if (tw_difference_make(a, b, &options, NULL, &d, &err) != TW_OK) {
            ok(false, "%s", err.message);
            return;
        }
        succeeds(tw_table_need(a, NULL, 0, NULL, &err), &err, "a");
        succeeds(tw_table_need(b, NULL, 0, NULL, &err), &err, "b");
        tw_difference_counts got = tw_difference_count(d), want = naive(a, b);
        counted = counted && got.same == want.same && got.changed == want.changed &&
                  got.added == want.added && got.removed == want.removed &&
                  got.cells == want.cells;
        walked = walked && walk_is_whole(d);
        tw_difference_free(d);
        tw_table_unref(a);
        tw_table_unref(b);
    }
    ok(counted, "rows and cells are those of the naive twin");
    ok(walked, "and each is listed once");
}

static tw_difference_counts count(const char *a, const char *b, const char *key, bool text) {
    tw_table *x = fixture_table(a), *y = fixture_table(b);
    tw_str keys = key ? tw_str_c(key) : TW_STR("");
    const tw_difference_options options = {
        .key = {&keys, key != NULL}, .as_text = text, .names = {"a", "b"}};
    tw_difference *d = NULL;
    tw_difference_counts n = {.same = -1};
    if (tw_difference_make(x, y, &options, NULL, &d, &err) == TW_OK)
        n = tw_difference_count(d);
    tw_difference_free(d);
    tw_table_unref(x);
    tw_table_unref(y);
    return n;
}

static void test_rules(void) {
    tw_difference_counts n = count("a:float,b\n1.0,x\n2,y\n", "b,a:integer\nx,1\n", NULL, false);
    ok(n.same == 1 && n.removed == 1 && !n.changed, "by place; 1.0 is 1");
    n = count("a:float,b\n1.0,x\n", "b,a:integer\nx,1\n", NULL, true);
    ok(n.changed == 1 && n.cells == 1, "but not as text");
    n = count("a,a\n1,2\n", "a,a,b\n1,3,4\n", NULL, false);
    ok(n.cells == 1 && n.columns_added == 1, "columns called the same meet one by one");
    n = count("a,b\n,1\n", "a,b\nNA,1\n", "a", false);
    is_int(n.same, 1, "a missing key is one like others");
    n = count("a\n1\n1\n", "a\n1\n", "a", false);
    ok(n.same == -1 && err.code == TW_EDATA && strstr(err.message, "row 1 and in row 2") != NULL,
       "a key that stands twice is refused with its rows");
    n = count("a\n1\n", "a\n2\n2\n", "a", false);
    ok(n.same == -1 && strcmp(err.file, "b") == 0, "in either table");
    n = count("a,c\n1,1\n", "a\n1\n", "c", false);
    ok(n.same == -1 && err.code == TW_EUNKNOWN_COLUMN && strcmp(err.file, "b") == 0,
       "a key column must be in both");
    n = count("a\n1\n", "b\n1\n", NULL, false);
    ok(n.same == -1 && err.code == TW_EDATA, "without a column in common there is nothing to say");
    n = count("a\n", "a\n1\n", "a", false);
    is_int(n.added, 1, "a table without rows");
}

int main(void) {
    test_random();
    test_rules();
    return tap_done();
}
