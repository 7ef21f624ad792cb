/* Tables end to end: which columns meet, what they become, what is missing. */
#include "data/stack.h"

#include "tests/data/fixture.h"
#include "tests/data/rows_are.h"
#include "tests/tap.h"

static void free_all(tw_table **tables, size_t n) {
    for (size_t i = 0; i < n; i++)
        tw_table_unref(tables[i]);
}

static void test_names(void) {
    tw_table *t[] = {fixture_table("id,city\n1,Oslo\n2,NA\n"),
                     fixture_table("age,id,city\n30,3,Bergen\n"), fixture_table("note\nhi\n")};
    tw_stack *s = NULL;
    tw_table *part = NULL, *whole = NULL;
    succeeds(tw_stack_new((const tw_table *const *)t, 3, NULL, NULL, &s, &err), &err,
             "three tables");
    is_int(tw_stack_width(s), 4, "have four names");
    succeeds(tw_stack_part(s, 1, &part, &err), &err, "the second alone");
    header_is(part, "id:integer,city:text,age:integer,note:text",
              "in the order of the first, then what others add");
    rows_are(part, "3,Bergen,30,-", "with what it lacks missing");
    is_int(fixture_of(tw_table_source(t[1]))->loads, 0, "and nothing loaded for it");
    succeeds(tw_stack_join(s, NULL, &whole, &err), &err, "all");
    header_is(whole, "id:integer,city:text,age:integer,note:text", "keep their types");
    rows_are(whole, "1,Oslo,-,-;2,-,-,-;3,Bergen,30,-;-,-,-,hi", "in their order");
    tw_table_unref(part);
    tw_table_unref(whole);
    tw_stack_free(s);
    free_all(t, 3);
}

static void test_types(void) {
    tw_table *t[] = {
        fixture_table("a:integer,b:float,c:date,d:integer,e:text\n1,1.50,2024-01-02,,x\n"),
        fixture_table("a:float,b:text,c:date,d:date,e:integer\n2.5,y,2024-01-03,2024-02-02,7\n"),
        fixture_table("a:integer\nq\n")};
    tw_stack *s = NULL;
    tw_table *whole = NULL;
    succeeds(tw_stack_new((const tw_table *const *)t, 3, NULL, NULL, &s, &err), &err,
             "tables of other types");
    succeeds(tw_stack_join(s, NULL, &whole, &err), &err, "meet");
    header_is(whole, "a:float,b:text,c:date,d:date,e:text",
              "in float, text, or the type of those that have cells");
    rows_are(whole, "1,1.50,2024-01-02,-,x;2.5,y,2024-01-03,2024-02-02,7;q,-,-,-,-",
             "text is what the file says");
    is_int(tw_column_cell(tw_table_column(whole, 0), 2).state, TW_UNREADABLE,
           "what could not be read still cannot");
    tw_table_unref(whole);
    tw_stack_free(s);
    free_all(t, 3);
}

static void test_twins(void) {
    tw_table *t[] = {fixture_table("a,a,b\n1,2,3\n"), fixture_table("b,a,a,a\n4,5,6,7\n")};
    tw_stack *s = NULL;
    tw_table *whole = NULL;
    succeeds(tw_stack_new((const tw_table *const *)t, 2, NULL, NULL, &s, &err), &err,
             "columns called the same");
    succeeds(tw_stack_join(s, NULL, &whole, &err), &err, "meet one by one");
    header_is(whole, "a:integer,a:integer,b:integer,a:integer", "a third one is new");
    rows_are(whole, "1,2,3,-;5,6,4,7", "in its place");
    tw_table_unref(whole);
    tw_stack_free(s);
    free_all(t, 2);
}

static void test_label(void) {
    tw_table *t[] = {fixture_table("a\n1\n2\n"), fixture_table("b\n3\n"), fixture_table("c\n")};
    const tw_str labels[] = {TW_STR("one"), TW_STR("two"), TW_STR("none")};
    tw_stack *s = NULL;
    tw_table *whole = NULL;
    succeeds(tw_stack_new((const tw_table *const *)t, 3, "from", labels, &s, &err), &err,
             "a label");
    succeeds(tw_stack_join(s, NULL, &whole, &err), &err, "for each row");
    header_is(whole, "from:text,a:integer,b:integer,c:text", "stands first");
    rows_are(whole, "one,1,-,-;one,2,-,-;two,-,3,-", "and names its table");
    tw_table_unref(whole);
    tw_stack_free(s);
    is_int(tw_stack_new((const tw_table *const *)t, 3, "b", labels, &s, &err), TW_EUSAGE,
           "but not as a column that is there");
    free_all(t, 3);
}

static void test_common(void) {
    const enum tw_type none[] = {TW_TYPE_COUNT, TW_TYPE_COUNT}, numbers[] = {TW_INTEGER, TW_FLOAT},
                       same[] = {TW_DATE, TW_TYPE_COUNT, TW_DATE},
                       mixed[] = {TW_INTEGER, TW_BOOLEAN};
    is_int(tw_common_type(none, 2), TW_TEXT, "no cells: text");
    is_int(tw_common_type(numbers, 2), TW_FLOAT, "numbers: float");
    is_int(tw_common_type(same, 3), TW_DATE, "one type: that");
    is_int(tw_common_type(mixed, 2), TW_TEXT, "others: text");
}

int main(void) {
    test_names();
    test_types();
    test_twins();
    test_label();
    test_common();
    return tap_done();
}
