/* Columns into rows: order, types, what stays as bytes, names that clash. */
#include "data/melt.h"

#include "data/source.h"
#include "tests/data/fixture.h"
#include "tests/data/rows_are.h"
#include "tests/tap.h"

static const char *const usual[2] = {"variable", "value"};

static tw_table *melt(const tw_table *t, const int *columns, size_t n) {
    tw_table *out = NULL;
    succeeds(tw_table_melt(t, columns, n, usual, NULL, &out, &err), &err, "melt");
    return out;
}

static void test_order(void) {
    tw_table *t = fixture_table("id,x:integer,city,y:integer\n1,10,Oslo,20\n2,NA,\"a,b\",21\n");
    tw_table *m = melt(t, (int[]){3, 1}, 2);
    header_is(m, "id:integer,city:text,variable:text,value:integer",
              "the other columns, then name and value");
    rows_are(m, "1,Oslo,y,20;1,Oslo,x,10;2,a,b,y,21;2,a,b,x,-",
             "rows of a record together, columns in the order named");
    is_int(fixture_of(tw_table_source(t))->loads, 0, "without a column made");
    cells_are(m, "1,Oslo,y,20;1,Oslo,x,10;2,a,b,y,21;2,a,b,x,-", "and as values");
    tw_table_unref(m);
    m = melt(t, (int[]){0, 1, 2, 3}, 4);
    header_is(m, "variable:text,value:text", "all columns, of several types, leave texts");
    cells_are(m, "id,1;x,10;city,Oslo;y,20;id,2;x,-;city,a,b;y,21", "as they stand");
    tw_table_unref(m);
    tw_table_unref(t);
}

static void test_bytes(void) {
    tw_table *t = fixture_table("id,a:float,b:float\n1,1.50,2\n2,oops,1e3\n");
    tw_table *m = melt(t, (int[]){1, 2}, 2);
    header_is(m, "id:integer,variable:text,value:float", "numbers stay numbers");
    rows_are(m, "1,a,1.50;1,b,2;2,a,oops;2,b,1e3", "written as they were");
    cells_are(m, "1,a,1.5;1,b,2;2,a,oops;2,b,1000", "valued as they are");
    is_int(tw_column_cell(tw_table_column(m, 2), 2).state, TW_UNREADABLE,
           "what could not be read still cannot");
    tw_table_unref(m);
    tw_table_unref(t);
}

static void test_types(void) {
    tw_table *t = fixture_table(
        "i:integer,f:float,d:date,e:text\n1,2.5,2024-01-31,\n3,4.25,2024-02-01,\n");
    tw_table *m = melt(t, (int[]){0, 1}, 2);
    header_is(m, "d:date,e:text,variable:text,value:float", "integers and floats are floats");
    cells_are(m, "2024-01-31,-,i,1;2024-01-31,-,f,2.5;2024-02-01,-,i,3;2024-02-01,-,f,4.25",
              "as numbers");
    tw_table_unref(m);
    m = melt(t, (int[]){2, 3}, 2);
    header_is(m, "i:integer,f:float,variable:text,value:date", "a column without cells has no say");
    tw_table_unref(m);
    m = melt(t, (int[]){0, 2}, 2);
    header_is(m, "f:float,e:text,variable:text,value:text", "numbers and dates are texts");
    rows_are(m, "2.5,-,i,1;2.5,-,d,2024-01-31;4.25,-,i,3;4.25,-,d,2024-02-01", "of the file");
    tw_table_unref(m);
    tw_table_unref(t);
}

/* A table that has been changed: cut, edited, with a column of its own. */
static void test_changed(void) {
    tw_table *t = fixture_table("id,x:integer\n1,10\n2,20\n3,30\n4,40\n"), *cut = NULL, *m;
    tw_draft *draft = NULL;
    tw_column *edited = NULL;
    const tw_cell cell = tw_cell_i64(TW_INTEGER, 99);
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "a table");
    succeeds(tw_draft_new(t, &draft, &err), &err, "to be changed");
    succeeds(tw_column_patch(tw_table_column(t, 1), (int64_t[]){2}, &cell, 1, &edited, &err), &err,
             "a cell");
    succeeds(tw_draft_set(draft, 1, edited, (uint64_t[]){4}, 1, &err), &err, "edited");
    succeeds(tw_draft_rows(draft, (int64_t[]){3, 2, 0}, 3, NULL, &err), &err, "rows out of order");
    succeeds(tw_draft_commit(draft, &cut, &err), &err, "make a version");
    m = melt(cut, (int[]){0, 1}, 2);
    rows_are(m, "id,4;x,40;id,3;x,99;id,1;x,10", "whose cells melt as they are now");
    const char *const names[2] = {"n", "v"};
    tw_table *again = NULL;
    succeeds(tw_table_melt(m, (int[]){1}, 1, names, NULL, &again, &err), &err, "melt twice");
    rows_are(again, "id,value,4;x,value,40;id,value,3;x,value,99;id,value,1;x,value,10",
             "and melt again");
    cells_are(again, "id,value,4;x,value,40;id,value,3;x,value,99;id,value,1;x,value,10",
              "to the same values");
    tw_table_unref(again);
    tw_table_unref(m);
    tw_table_unref(cut);
    tw_table_unref(t);
}

static void test_readings(void) {
    tw_table *t = fixture_table("2019:integer,2020:integer\n1,2\n"), *typed = NULL;
    tw_table *m = melt(t, (int[]){0, 1}, 2);
    tw_draft *draft = NULL;
    succeeds(tw_draft_new(m, &draft, &err), &err, "names and values");
    tw_field year = *tw_table_field(m, 0), value = *tw_table_field(m, 1);
    year.type = TW_INTEGER;
    value.type = TW_TEXT;
    succeeds(tw_draft_field(draft, 0, &year, &err), &err, "are read");
    succeeds(tw_draft_field(draft, 1, &value, &err), &err, "as other types");
    succeeds(tw_draft_commit(draft, &typed, &err), &err, "in a version");
    succeeds(tw_table_need(typed, NULL, 0, NULL, &err), &err, "when they are needed");
    is_int(tw_column_cell(tw_table_column(typed, 0), 1).i, 2020, "a name as a number");
    is_text(tw_column_cell(tw_table_column(typed, 1), 1).text, "2", "a number as text");
    tw_table_unref(typed);
    tw_table_unref(m);
    tw_table_unref(t);
}

static void test_refusals(void) {
    tw_table *t = fixture_table("id,x,y\n1,2,3\n"), *m = NULL;
    const char *const taken[2] = {"id", "value"}, *const same[2] = {"v", "v"};
    is_int(tw_table_melt(t, NULL, 0, usual, NULL, &m, &err), TW_EUSAGE, "no column to melt");
    is_int(tw_table_melt(t, (int[]){1}, 1, taken, NULL, &m, &err), TW_EUSAGE, "a name that is taken");
    is_int(tw_table_melt(t, (int[]){1}, 1, same, NULL, &m, &err), TW_EUSAGE, "one name for both");
    succeeds(tw_table_melt(t, (int[]){0}, 1, taken, NULL, &m, &err), &err,
             "the name of a column that goes is free");
    tw_table_unref(m);
    tw_table_unref(t);
}

static void test_empty(void) {
    tw_table *t = fixture_table("id,x\n");
    tw_table *m = melt(t, (int[]){1}, 1);
    is_int(tw_table_rows(m), 0, "no rows melt to none");
    cells_are(m, "", "and no cells");
    tw_table_unref(m);
    tw_table_unref(t);
}

int main(void) {
    test_order();
    test_bytes();
    test_types();
    test_changed();
    test_readings();
    test_refusals();
    test_empty();
    return tap_done();
}
