/* Figures of predictions against scikit-learn 1.9's, and what utility says of tables that hold the
 * pattern of the real one or have lost it. */
#include "compare/compare.h"
#include "compare/prediction.h"

#include "../data/fixture.h"
#include "../tap.h"
#include "base/random.h"

/* sklearn.metrics: roc_auc_score, f1_score, accuracy_score, r2_score, mean_squared_error. */
static void test_figures(tw_error *err) {
    static const double up[] = {.9, .8, .7, .6, .55, .4, .39, .35, .3, .1};
    static const uint32_t truth[] = {1, 1, 0, 1, 1, 0, 1, 0, 1, 0};
    double chances[20];
    tw_prediction_scores s;
    for (size_t i = 0; i < 10; i++) {
        chances[2 * i] = 1 - up[i];
        chances[2 * i + 1] = up[i];
    }
    succeeds(tw_score_classes(chances, truth, 10, 2, 1, &s, err), err, "two classes");
    is_near(s.auc, 0.70833333333333337, 1e-12, "AUC");
    is_near(s.f1, 0.72727272727272729, 1e-12, "F1 of class 1");
    is_near(s.accuracy, 0.7, 1e-12, "accuracy");
    succeeds(tw_score_classes(chances, truth, 10, 2, 0, &s, err), err, "the other class positive");
    is_near(s.f1, 0.66666666666666663, 1e-12, "F1 of class 0");

    static const double three[] = {.5, .3, .2, .1, .6,  .3,  .3, .4, .3,
                                   .2, .5, .3, .4, .35, .25, .1, .2, .7};
    static const uint32_t classes[] = {0, 1, 2, 0, 1, 2};
    succeeds(tw_score_classes(three, classes, 6, 3, 0, &s, err), err, "three classes");
    is_near(s.auc, 0.79166666666666663, 1e-12, "AUC, one against the rest");
    is_near(s.f1, 0.52222222222222225, 1e-12, "mean F1");

    static const double got[] = {2.5, 0, 2, 8}, want[] = {3, -.5, 2, 7};
    tw_score_numbers(got, want, 4, &s);
    is_near(s.r2, 0.94860813704496794, 1e-12, "R2");
    is_near(s.rmse, 0.61237243569579447, 1e-12, "root mean squared error");
}

/* y is "yes" where x > 50, z = 3 x with a little noise; broken: y and z do not know x. */
static tw_table *table_of(uint64_t seed, bool broken) {
    tw_buf csv;
    tw_buf_init(&csv, 1 << 20);
    tw_rng rng = tw_rng_make(tw_stream_make(seed, TW_STR("test"), TW_STR("utility")), 0);
    tw_buf_c(&csv, "x:integer,city,y:text,z:float,flat:text\n");
    for (int i = 0; i < 400; i++) {
        int x = (int)tw_rng_below(&rng, 100), told = broken ? (int)tw_rng_below(&rng, 100) : x;
        int z = broken ? (int)tw_rng_below(&rng, 100) : x;
        tw_buf_printf(&csv, "%d,%s,%s,%d.5,a\n", x, tw_rng_below(&rng, 2) ? "Oslo" : "Rome",
                      told > 50 ? "yes" : "no", 3 * z + (int)tw_rng_below(&rng, 3));
    }
    tw_table *table = fixture_table(csv.p);
    tw_buf_fini(&csv);
    return table;
}

static tw_doc *utility(bool broken, bool holdout, const char *target, enum tw_rc *rc) {
    tw_table *real = table_of(1, false), *other = table_of(2, broken);
    tw_table *held = holdout ? table_of(3, false) : NULL;
    tw_compare_options options = {.holdout = held, .seed = 1, .target = tw_str_c(target)};
    tw_doc *doc = NULL;
    *rc = tw_compare(real, other, &options, NULL, &doc, NULL);
    tw_doc *part = *rc ? NULL : tw_doc_copy(tw_doc_get(doc, "utility"));
    tw_doc_free(doc);
    tw_table_unref(real);
    tw_table_unref(other);
    tw_table_unref(held);
    return part;
}

static double figure(const tw_doc *u, const char *side, const char *name) {
    return tw_doc_as_number(tw_doc_get(tw_doc_get(u, side), name), (double)NAN);
}

static void test_classification(void) {
    enum tw_rc rc;
    tw_doc *u = utility(false, true, "y", &rc);
    ok(figure(u, "real", "auc") > 0.99 && figure(u, "other", "auc") > 0.99,
       "a table with the same pattern teaches as much");
    ok(figure(u, "other", "f1") > 0.95 && figure(u, "both", "accuracy") > 0.95, "by all figures");
    is_near(figure(u, "baseline", "auc"), 0.5, 1e-12, "guessing is worth a half");
    ok(tw_doc_get(u, "note") == NULL, "with a hold-out nothing needs to be said");
    tw_doc_free(u);
    u = utility(true, true, "y", &rc);
    ok(figure(u, "other", "auc") < 0.65, "a table that lost it teaches nothing");
    ok(tw_doc_as_number(tw_doc_get(u, "gap"), 0) > 0.35, "and the gap says so");
    tw_doc_free(u);
}

static void test_regression(void) {
    enum tw_rc rc;
    tw_doc *u = utility(false, false, "z", &rc);
    is_text(tw_doc_as_text(tw_doc_get(u, "task"), TW_STR("")), "regression", "a number");
    ok(figure(u, "real", "r2") > 0.95 && figure(u, "other", "r2") > 0.95, "is learnt from both");
    ok(fabs(figure(u, "baseline", "r2")) < 0.05, "guessing the mean explains nothing");
    is_int(tw_doc_as_int(tw_doc_get(u, "test_rows"), 0), 120, "30 % of the real rows are the test");
    is_int(tw_doc_as_int(tw_doc_get(u, "train_rows"), 0), 280, "both sides train on as many");
    ok(tw_doc_get(u, "note") != NULL, "which a generator may have seen: said");
    tw_doc_free(u);
}

/* Without a hold-out, a copy of the real table holds the test rows. Here w tells every row apart
 * and y is a coin: who has seen the test rows answers right, who has not cannot. */
static void test_copies(void) {
    tw_buf csv;
    tw_buf_init(&csv, 1 << 16);
    tw_rng rng = tw_rng_make(tw_stream_make(9, TW_STR("test"), TW_STR("copies")), 0);
    tw_buf_c(&csv, "w:float,y:text\n");
    for (int i = 0; i < 300; i++)
        tw_buf_printf(&csv, "%d.5,%s\n", i, tw_rng_below(&rng, 2) ? "heads" : "tails");
    tw_table *real = fixture_table(csv.p), *copy = fixture_table(csv.p);
    tw_compare_options options = {.seed = 1, .target = TW_STR("y")};
    tw_doc *doc = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_compare(real, copy, &options, NULL, &doc, &err), &err, "a copy");
    const tw_doc *u = tw_doc_get(doc, "utility");
    is_int(tw_doc_as_int(tw_doc_get(u, "copies_left_out"), 0), 90, "test rows are left out of it");
    ok(figure(u, "other", "auc") < 0.65, "so it does not know a coin's answers");
    tw_doc_free(doc);
    tw_table_unref(real);
    tw_table_unref(copy);
    tw_buf_fini(&csv);
}

static void test_refused(void) {
    enum tw_rc rc;
    tw_doc *u = utility(false, false, "flat", &rc);
    is_int(rc, TW_OK, "a target with one value is no error");
    ok(tw_doc_get(u, "why") != NULL, "but null with a reason");
    tw_doc_free(u);
    utility(false, false, "nothing", &rc);
    is_int(rc, TW_EUNKNOWN_COLUMN, "a target that is no column is one");
}

int main(void) {
    tw_error err = TW_ERROR_INIT;
    test_figures(&err);
    test_classification();
    test_regression();
    test_copies();
    test_refused();
    return tap_done();
}
