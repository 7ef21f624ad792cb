/* The profile of a table as a document: columns, and what relates columns and rows. */
#include "profile/profile.h"

#include "base/json.h"
#include "made_table.h"

static tw_doc *profile_doc(const tw_table *table, bool columns_only, tw_task *task) {
    tw_error err = TW_ERROR_INIT;
    tw_profile *p = NULL;
    tw_profile_options options = {.columns_only = columns_only};
    succeeds(tw_profile_table(table, &options, task, &p, &err), &err, "profiled");
    tw_doc *doc = tw_profile_doc(p);
    tw_profile_free(p);
    return doc;
}

/* 120 rows: an id, a city that follows from the zip code, a sum, an ordered pair of dates, gaps
 * that go together. */
static tw_table *orders(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "id:integer,zip:text,city:text,net:float,tax:float,gross:float,start:date,end:"
                    "date,kind:text,why:text\n");
    for (int i = 0; i < 120; i++) {
        double net = 10 + i * 37 % 50, tax = 1 + i * 17 % 7;
        tw_buf_printf(&text, "%d,Z%d,town%d,%.1f,%.1f,%.1f,2024-0%d-%02d,2024-0%d-%02d,%s,%s\n",
                      1000 + i, i % 12, i % 12 / 2, net, tax, net + tax, 1 + i % 5, 1 + i % 28,
                      2 + i % 5, 1 + i % 28, i % 4 ? "sale" : "return", i % 4 ? "" : "damaged");
    }
    tw_table *table = made_table(tw_buf_view(&text));
    tw_buf_fini(&text);
    return table;
}

static const tw_doc *column(const tw_doc *doc, size_t i) {
    return tw_doc_at(tw_doc_get(doc, "columns"), i);
}

static bool has_text(const tw_doc *list, const char *key, const char *text) {
    for (size_t i = 0; i < tw_doc_count(list); i++)
        if (tw_str_eq_c(tw_doc_as_text(tw_doc_get(tw_doc_at(list, i), key), TW_STR("")), text))
            return true;
    return false;
}

/* One entry of a list as a line of JSON. */
static bool has_entry(const tw_doc *list, const char *json) {
    tw_buf line;
    bool found = false;
    tw_buf_init(&line, 1 << 16);
    for (size_t i = 0; i < tw_doc_count(list); i++) {
        tw_buf_clear(&line);
        found = found || (tw_json_write(&line, tw_doc_at(list, i), 0) && strstr(line.p, json));
    }
    tw_buf_fini(&line);
    return found;
}

static void test_columns(const tw_doc *doc) {
    is_int(tw_doc_as_int(tw_doc_get(doc, "rows"), -1), 120, "rows");
    is_text(tw_doc_as_text(tw_doc_get(column(doc, 0), "type"), TW_STR("")), "integer", "type");
    is_near(tw_doc_as_number(tw_doc_get(column(doc, 0), "mean"), 0), 1059.5, 1e-12, "mean");
    is_text(tw_doc_as_text(tw_doc_get(column(doc, 0), "sorted"), TW_STR("")), "asc", "sorted");
    is_text(tw_doc_as_text(tw_doc_get(column(doc, 6), "min"), TW_STR("")), "2024-01-01",
            "dates as ISO text");
    ok(tw_doc_kind(tw_doc_get(column(doc, 6), "sum")) == TW_DOC_NULL, "dates have no sum");
    is_int(tw_doc_as_int(tw_doc_get(column(doc, 9), "missing"), -1), 90, "missing");
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(column(doc, 9), "null_tokens"), ""), -1), 90,
           "all of them empty");
    is_near(tw_doc_as_number(tw_doc_get(tw_doc_get(column(doc, 0), "quantiles"), "0.25"), 0),
            1029.75, 1e-12, "type 7");
    ok(tw_doc_kind(tw_doc_get(column(doc, 1), "mean")) == TW_DOC_NULL, "text has no mean");
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(column(doc, 1), "lengths"), "max"), -1), 3,
           "but lengths");
}

static void test_parts(const tw_doc *doc) {
    const tw_doc *dependencies = tw_doc_get(doc, "dependencies"),
                 *relations = tw_doc_get(doc, "relations");
    ok(has_entry(tw_doc_get(dependencies, "exact"), "{\"lhs\":[\"zip\"],\"rhs\":\"city\"}"),
       "zip gives city");
    ok(tw_doc_as_bool(tw_doc_get(dependencies, "complete"), false), "all were looked for");
    is_text(tw_doc_as_text(tw_doc_at(tw_doc_at(tw_doc_get(doc, "keys"), 0), 0), TW_STR("")), "id",
            "the key");
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(doc, "duplicates"), "exact"), -1), 0,
           "no row twice");
    ok(has_entry(
           relations,
           "{\"kind\":\"sum\",\"columns\":[\"gross\",\"net\",\"tax\"],\"holds\":1,\"n\":120}"),
       "gross = net + tax");
    ok(has_entry(relations, "{\"kind\":\"order\",\"columns\":[\"start\",\"end\"]"),
       "start before end");
    ok(has_entry(relations, "{\"kind\":\"row-number\",\"columns\":[\"id\"]"), "a row number");
    const tw_doc *missingness = tw_doc_get(doc, "missingness");
    ok(has_entry(tw_doc_get(missingness, "patterns"), "{\"columns\":[\"why\"],\"rows\":90}"),
       "what is missing together");
    ok(has_entry(tw_doc_get(missingness, "rules"),
                 "{\"if\":\"kind = 'sale'\",\"then\":\"why is missing\",\"confidence\":1"),
       "and when");
    const tw_doc *associations = tw_doc_get(doc, "associations");
    ok(has_text(associations, "measure", "pearson") &&
           has_text(associations, "measure", "cramers_v") &&
           has_text(associations, "measure", "correlation_ratio"),
       "numbers, categories, both");
    ok(has_entry(associations, "\"measure\":\"theils_u\",\"value\":1,"), "zip tells city");
}

static void test_threads(const tw_table *table, const tw_doc *one) {
    tw_error err = TW_ERROR_INIT;
    tw_pool *pool = NULL;
    tw_task task;
    succeeds(tw_pool_new(3, &pool, &err), &err, "pool");
    tw_task_init(&task, NULL, pool);
    tw_doc *many = profile_doc(table, false, &task);
    ok(tw_doc_equal(one, many), "three threads give the same document");
    tw_doc_free(many);
    tw_pool_free(pool);
}

static void test_duplicates(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 16);
    tw_buf_c(&text, "id:integer,name:text,town:text,amount:integer\n");
    for (int i = 0; i < 200; i++)
        tw_buf_printf(&text, "%d,person %d,%s %d,%d\n", i, i, i % 2 ? "Town" : "Ville", i * 7 % 200,
                      i * 31 % 200);
    tw_buf_c(&text, "0,person 0,Ville 0,0\n500,PERSON 5,town 35,155\n");
    tw_table *table = made_table(tw_buf_view(&text));
    tw_doc *doc = profile_doc(table, false, NULL);
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(doc, "duplicates"), "exact"), -1), 1,
           "one row stands twice");
    is_int(tw_doc_as_int(tw_doc_get(tw_doc_get(doc, "duplicates"), "near"), -1), 0,
           "ids still differ");
    is_int(tw_doc_count(tw_doc_get(doc, "keys")), 0, "so there is no key");
    tw_doc_free(doc);
    tw_table_unref(table);
    tw_buf_fini(&text);
}

static void test_edges(void) {
    tw_table *table = made_table(TW_STR("a:integer,b:text\n"));
    tw_doc *doc = profile_doc(table, false, NULL);
    is_int(tw_doc_as_int(tw_doc_get(doc, "rows"), -1), 0, "no rows");
    is_int(tw_doc_count(tw_doc_get(doc, "columns")), 2, "two columns all the same");
    tw_doc_free(doc);
    tw_table_unref(table);
    table = made_table(TW_STR("a:integer,b:text\n1,x\n"));
    doc = profile_doc(table, true, NULL);
    ok(!tw_doc_get(doc, "dependencies"), "columns only: nothing that relates them");
    tw_doc_free(doc);
    tw_table_unref(table);
}

int main(void) {
    tw_table *table = orders();
    tw_doc *doc = profile_doc(table, false, NULL);
    test_columns(doc);
    test_parts(doc);
    test_threads(table, doc);
    tw_doc_free(doc);
    tw_table_unref(table);
    test_duplicates();
    test_edges();
    return tap_done();
}
