/* Charts say what the data say: counts by bin and level, Tukey's box, shares of each table, and never a command of gnuplot. */
#include "plot/plot.h"

#include "../data/fixture.h"
#include "../tap.h"

static const char *const people = "age:integer,city,income:float,born:date\n"
                                  "20,Oslo,10.5,2000-01-01\n21,Oslo,11,2001-05-09\n22,Bergen,12,1999-12-31\n"
                                  "23,Oslo,13,2000-07-01\n29,\"a \"\"b\"\"; `c`\",14,2001-01-01\nNA,Bergen,100,2000-02-02\n";

static tw_chart *chart_of(const char *spec, const tw_table *t, const tw_table *other, tw_error *err) {
    tw_chart *chart = NULL;
    enum tw_rc rc = tw_chart_make(tw_str_c(spec), t, other, other ? "before" : NULL, other ? "after" : NULL, NULL, &chart, err);
    return rc == TW_OK ? chart : NULL;
}

static double sum_of(const tw_doc *list) {
    double sum = 0;
    for (size_t i = 0; i < tw_doc_count(list); i++)
        sum += tw_doc_as_number(tw_doc_at(list, i), 0);
    return sum;
}

static void test_histogram(const tw_table *t, tw_error *err) {
    tw_chart *c = chart_of("hist(age, bins=3)", t, NULL, err);
    if (!ok(c != NULL, "hist(age, bins=3) is made"))
        return;
    tw_doc *doc = tw_chart_doc(c);
    const tw_doc *series = tw_doc_at(tw_doc_get(doc, "series"), 0);
    is_near(sum_of(tw_doc_get(series, "counts")), 5, 0, "every value falls into a bin, the missing one into none");
    ok(tw_str_find(tw_chart_title(c), TW_STR("1 missing"), 0) != SIZE_MAX, "the title counts what is missing");
    const tw_doc *edges = tw_doc_get(doc, "edges");
    ok(tw_doc_as_number(tw_doc_at(edges, 0), 99) <= 20, "the first edge does not cut the least value off");
    ok(tw_doc_as_number(tw_doc_at(edges, tw_doc_count(edges) - 1), 0) >= 29, "nor the last the greatest");
    tw_doc_free(doc);
    tw_chart_free(c);
}

static void test_bar_and_box(const tw_table *t, tw_error *err) {
    tw_chart *c = chart_of("bar(city)", t, NULL, err);
    tw_doc *doc = tw_chart_doc(c);
    is_text(tw_doc_as_text(tw_doc_at(tw_doc_get(doc, "levels"), 0), TW_STR("")), "Oslo", "the most frequent level comes first");
    is_near(tw_doc_as_number(tw_doc_at(tw_doc_get(tw_doc_at(tw_doc_get(doc, "series"), 0), "counts"), 0), 0), 3, 0, "with its count");
    tw_doc_free(doc);
    tw_chart_free(c);
    c = chart_of("box(income)", t, NULL, err);
    doc = tw_chart_doc(c);
    const tw_doc *row = tw_doc_at(tw_doc_get(doc, "boxes"), 0);
    /* numpy.percentile([10.5, 11, 12, 13, 14, 100], [25, 50, 75]) = 11.25, 12.5, 13.75; fences 7.5 and 17.5 */
    is_near(tw_doc_as_number(tw_doc_at(row, 3), 0), 11.25, 1e-12, "first quartile, type 7");
    is_near(tw_doc_as_number(tw_doc_at(row, 4), 0), 12.5, 1e-12, "median");
    is_near(tw_doc_as_number(tw_doc_at(row, 6), 0), 14, 1e-12, "the whisker ends at the last value inside the fence");
    is_int(tw_doc_as_int(tw_doc_at(row, 7), 0), 1, "one value lies outside");
    tw_doc_free(doc);
    tw_chart_free(c);
}

static void test_overlay(const tw_table *t, tw_error *err) {
    tw_table *other = fixture_table("age:integer,city\n20,Oslo\n20,Oslo\n");
    tw_chart *c = chart_of("hist(age)", t, other, err);
    tw_doc *doc = tw_chart_doc(c);
    const tw_doc *series = tw_doc_get(doc, "series");
    is_near(sum_of(tw_doc_get(tw_doc_at(series, 0), "percent")), 100, 1e-9, "each table is normalised to its own size");
    is_near(sum_of(tw_doc_get(tw_doc_at(series, 1), "percent")), 100, 1e-9, "the other one too");
    tw_doc_free(doc);
    tw_chart_free(c);
    tw_table_unref(other);
}

static void test_errors(const tw_table *t, tw_error *err) {
    static const struct {
        const char *spec;
        enum tw_rc rc;
    } bad[] = {
        {"hist", TW_EPARSE},          {"hist()", TW_EPARSE},      {"histo(age)", TW_EUNKNOWN_NAME}, {"hist(agee)", TW_EUNKNOWN_COLUMN},
        {"hist(city)", TW_EDATA},     {"scatter(age)", TW_EPARSE}, {"hist(age, by=city)", TW_EPARSE}, {"hist(age,)", TW_OK},
        {"hist(age, bins=0)", TW_EPARSE}, {"hist(,age)", TW_EPARSE},
    };
    for (size_t i = 0; i < TW_COUNT(bad); i++) {
        tw_chart *c = NULL;
        enum tw_rc rc = tw_chart_make(tw_str_c(bad[i].spec), t, NULL, NULL, NULL, NULL, &c, err);
        ok(rc == bad[i].rc, "%s: %s", bad[i].spec, tw_rc_word(rc));
        tw_chart_free(rc == TW_OK ? c : NULL);
    }
}

static void test_paint(const tw_table *t, tw_error *err) {
    static const char *const specs[] = {"hist(age)", "bar(city)", "box(income, by=city)", "scatter(age, income, color=city)", "auto(born)", "auto(age, city)"};
    for (size_t i = 0; i < TW_COUNT(specs); i++) {
        tw_chart *c = chart_of(specs[i], t, NULL, err);
        bool drawn = c != NULL;
        for (int size = 1; drawn && size < 60; size += 7) {
            tw_cellgrid *grid = tw_cellgrid_new(size, size);
            tw_chart_paint(c, grid, 0, 0, size, size, size % 2 == 0);
            tw_cellgrid_free(grid);
        }
        ok(drawn, "%s is painted at any size", specs[i]);
        tw_chart_free(c);
    }
}

static void test_script(const tw_table *t, tw_error *err) {
    tw_chart *c = chart_of("bar(city)", t, NULL, err);
    tw_buf script;
    tw_buf_init(&script, 1 << 20);
    succeeds(tw_chart_script(c, "set terminal svg", "out.svg", &script, err), err, "a script is written");
    tw_str text = tw_buf_view(&script);
    ok(tw_str_find(text, TW_STR("\"a \\\"b\\\"; \\`c\\`\""), 0) != SIZE_MAX, "quotes and backquotes of a cell are escaped: no command can begin");
    tw_buf_fini(&script);
    tw_chart_free(c);
}

int main(void) {
    tw_error err = TW_ERROR_INIT;
    tw_table *t = fixture_table(people);
    test_histogram(t, &err);
    test_bar_and_box(t, &err);
    test_overlay(t, &err);
    test_errors(t, &err);
    test_paint(t, &err);
    test_script(t, &err);
    tw_table_unref(t);
    return tap_done();
}
