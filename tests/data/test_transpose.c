/* Rows and columns exchanged: names, texts, types, how long a table may be. */
#include "data/transpose.h"

#include "data/source.h"
#include "tests/data/fixture.h"
#include "tests/data/rows_are.h"
#include "tests/tap.h"

static tw_table *transpose(const tw_table *t) {
    tw_table *out = NULL;
    succeeds(tw_table_transpose(t, NULL, &out, &err), &err, "transpose");
    return out;
}

static void test_numbers(void) {
    tw_table *t = fixture_table("a:integer,b:float\n1,1.50\n2,NA\n");
    tw_table *x = transpose(t);
    header_is(x, "column:text,1:float,2:float", "a column for each row, of the common type");
    rows_are(x, "a,1,2;b,1.50,-", "texts as they stand");
    cells_are(x, "a,1,2;b,1.5,-", "and values");
    tw_table *back = transpose(x);
    header_is(back, "column:text,1:text,2:text", "names among numbers make texts");
    rows_are(back, "column,a,b;1,1,1.50;2,2,-", "of which the second way back keeps every byte");
    tw_table_unref(back);
    tw_table_unref(x);
    tw_table_unref(t);
}

static void test_texts(void) {
    tw_table *t = fixture_table("id,city\n1,\"a,\"\"b\"\"\"\n2,\n");
    tw_table *x = transpose(t);
    header_is(x, "column:text,1:text,2:text", "text where types differ");
    rows_are(x, "id,1,2;city,a,\"b\",-", "unquoted");
    cells_are(x, "id,1,2;city,a,\"b\",-", "as cells too");
    tw_table_unref(x);
    tw_table_unref(t);
}

static void test_sizes(void) {
    tw_table *t = fixture_table("a,b\n");
    tw_table *x = transpose(t);
    header_is(x, "column:text", "no rows, no columns");
    rows_are(x, "a;b", "but the names");
    cells_are(x, "a;b", "as cells too");
    tw_table_unref(x);
    tw_table_unref(t);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "a\n");
    for (int i = 0; i <= TW_TRANSPOSE_ROWS; i++)
        tw_buf_c(&text, "1\n");
    t = fixture_table(text.p);
    is_int(tw_table_transpose(t, NULL, &x, &err), TW_EDATA, "too many rows are refused");
    ok(strstr(err.message, "16,385 rows") != NULL, "with their number");
    tw_table_unref(t);
    tw_buf_fini(&text);
}

int main(void) {
    test_numbers();
    test_texts();
    test_sizes();
    return tap_done();
}
