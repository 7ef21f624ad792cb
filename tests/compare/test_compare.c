/* Scores against figures worked out by hand, and the traps a comparison must not fall into. */
#include "compare/compare.h"

#include "../data/fixture.h"
#include "../tap.h"

static tw_doc *compare(const char *real, const char *other, const char *holdout, tw_error *err) {
    tw_table *r = fixture_table(real), *o = fixture_table(other), *h = holdout ? fixture_table(holdout) : NULL;
    tw_compare_options options = {.holdout = h, .seed = 1};
    tw_doc *doc = NULL;
    enum tw_rc rc = tw_compare(r, o, &options, NULL, &doc, err);
    tw_table_unref(r);
    tw_table_unref(o);
    tw_table_unref(h);
    return rc == TW_OK ? doc : NULL;
}

static const tw_doc *column(const tw_doc *doc, const char *name) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        if (tw_str_eq_c(tw_doc_as_text(tw_doc_get(tw_doc_at(columns, i), "name"), TW_STR("")), name))
            return tw_doc_at(columns, i);
    return NULL;
}

static double figure(const tw_doc *map, const char *name) {
    return tw_doc_as_number(tw_doc_get(map, name), (double)NAN);
}

int main(void) {
    tw_error err = TW_ERROR_INIT;
    /* x: KS at 2 is |3/4 - 1/4|; Wasserstein |1-1| + |2-3| + |2-4| + |4-5| over 4 = 1. city: shares 3/4, 1/4 against 1/4, 3/4. */
    tw_doc *doc = compare("x:integer,city\n1,a\n2,a\n2,a\n4,b\n", "x:integer,city\n1,a\n3,b\n4,b\n5,b\n", NULL, &err);
    is_near(figure(column(doc, "x"), "ks"), 0.5, 1e-12, "KS after all ties of a value");
    is_near(figure(column(doc, "x"), "wasserstein"), 1, 1e-12, "first Wasserstein distance");
    is_near(figure(column(doc, "city"), "tv"), 0.5, 1e-12, "total variation");
    is_near(figure(column(doc, "city"), "shape"), 0.5, 1e-12, "shape = 1 - tv");
    ok(tw_doc_kind(tw_doc_get(tw_doc_get(doc, "ceiling"), "value")) == TW_DOC_NULL, "no hold-out: no ceiling, and a reason");
    ok(tw_doc_get(tw_doc_get(doc, "ceiling"), "why") != NULL, "the reason is given");
    tw_doc_free(doc);

    doc = compare("x:integer,y:integer\n1,1\n2,2\n3,3\n4,4\n", "x:integer,y:integer\n1,4\n2,3\n3,2\n4,1\n", NULL, &err);
    const tw_doc *pair = tw_doc_at(tw_doc_get(doc, "pairs"), 0);
    is_near(figure(pair, "trend"), 0, 1e-12, "a correlation turned round scores 0");
    is_near(figure(column(doc, "x"), "shape"), 1, 1e-12, "though every column is perfect");
    tw_doc_free(doc);

    doc = compare("x:integer\n1\nNA\n3\nNA\n", "x:integer\n1\n1\n3\n3\n", NULL, &err);
    is_near(figure(column(doc, "x"), "ks"), 0, 1e-12, "values alone agree");
    is_near(figure(column(doc, "x"), "shape"), 0.5, 1e-12, "but half the cells should be missing: shape says so");
    is_near(figure(column(doc, "x"), "missing_real"), 0.5, 1e-12, "share missing");
    tw_doc_free(doc);

    doc = compare("x:integer,c\n1,a\n2,b\n3,c\n4,d\n", "x:integer,c\n1,a\n2,b\n3,c\n4,d\n", "x:integer,c\n9,a\n8,b\n7,c\n6,d\n", &err);
    is_near(figure(tw_doc_get(doc, "privacy"), "copies"), 1, 1e-12, "a plain copy is nothing but copies");
    is_near(figure(tw_doc_get(doc, "privacy"), "copies_holdout"), 0, 1e-12, "the hold-out has none");
    is_near(figure(tw_doc_get(doc, "privacy"), "dcr_share"), 1, 1e-12, "and every row lies at a training row");
    tw_doc_free(doc);

    doc = compare("x:integer,only\n1,2\n2,3\n", "x:integer\n1\n2\n", NULL, &err);
    is_text(tw_doc_as_text(tw_doc_at(tw_doc_get(doc, "left_out"), 0), TW_STR("")), "1 column only the real table has: only",
            "what cannot be compared is told");
    is_int((int64_t)tw_doc_count(tw_doc_get(doc, "left_out")), 1, "and no more");
    tw_doc_free(doc);

    tw_table *a = fixture_table("x:integer\n1\n"), *b = fixture_table("y:integer\n1\n");
    tw_compare_options options = {.seed = 1};
    is_int(tw_compare(a, b, &options, NULL, &doc, &err), TW_EDATA, "no column in common: an error");
    tw_table_unref(a);
    tw_table_unref(b);
    return tap_done();
}
