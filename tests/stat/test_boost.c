/* Boosting against steps worked out by hand, and on targets that trees can learn without error. */
#include "stat/boost.h"

#include "../tap.h"

enum { ROWS = 300 };

/* One predictor in two bins; 1 to 4 rows of bin 1, 5 to 8 of bin 2. */
static const uint8_t two_bins[] = {1, 1, 1, 1, 2, 2, 2, 2};
static const bool ordered[] = {false};

static void test_number_by_hand(tw_error *err) {
    static const double y[] = {1, 2, 3, 2, 10, 10, 14, 14};
    const uint8_t *bins[] = {two_bins};
    tw_tree_data data = {.rows = 8, .n_predictors = 1, .bins = bins, .nominal = ordered, .y = y};
    tw_boost_options options = {.rounds = 1, .rate = 0.5, .min_leaf = 1};
    tw_boost *model = NULL;
    double got = 0;
    succeeds(tw_boost_fit(&data, &options, NULL, &model, err), err, "one round on a number");
    tw_boost_predict(model, bins, 0, &got);
    is_near(got, 4.5, 1e-12, "half way from the mean, 7, to the mean of bin 1, 2");
    tw_boost_predict(model, bins, 7, &got);
    is_near(got, 9.5, 1e-12, "and to that of bin 2, 12");
    tw_boost_free(model);
}

/* Start: log odds of 5.5 to 3.5. Bin 1 holds one row of class 1, bin 2 all four. With p = 5.5/9 the
 * steps are (1 - 4p) / (4 p (1 - p)) and (4 - 4p) / (4 p (1 - p)). */
static void test_classes_by_hand(tw_error *err) {
    static const uint32_t classes[] = {0, 0, 1, 0, 1, 1, 1, 1};
    const uint8_t *bins[] = {two_bins};
    tw_tree_data data = {.rows = 8,
                         .n_predictors = 1,
                         .bins = bins,
                         .nominal = ordered,
                         .classes = classes,
                         .n_classes = 2};
    tw_boost_options options = {.rounds = 1, .rate = 1, .min_leaf = 1};
    tw_boost *model = NULL;
    double got[2], p = 5.5 / 9, start = log(5.5 / 3.5);
    succeeds(tw_boost_fit(&data, &options, NULL, &model, err), err, "one round on two classes");
    tw_boost_predict(model, bins, 0, got);
    is_near(got[1], 1 / (1 + exp(-(start + (1 - 4 * p) / (4 * p * (1 - p))))), 1e-12,
            "a Newton step down");
    is_near(got[0] + got[1], 1, 1e-12, "chances sum to one");
    tw_boost_predict(model, bins, 7, got);
    is_near(got[1], 1 / (1 + exp(-(start + (4 - 4 * p) / (4 * p * (1 - p))))), 1e-12,
            "a Newton step up");
    tw_boost_free(model);
}

typedef struct cross { /* the class is told by two predictors together, by neither alone */
    uint8_t a[ROWS], b[ROWS];
    uint32_t classes[ROWS];
    double y[ROWS];
} cross;

static void fill(cross *c) {
    tw_rng rng = tw_rng_make(tw_stream_make(3, TW_STR("test"), TW_STR("boost")), 0);
    for (size_t i = 0; i < ROWS; i++) {
        c->a[i] = (uint8_t)(1 + tw_rng_below(&rng, 6));
        c->b[i] = (uint8_t)(1 + tw_rng_below(&rng, 3));
        c->classes[i] = ((uint32_t)c->a[i] + c->b[i]) % 3;
        c->y[i] = 10 * c->a[i] + c->b[i] * c->b[i];
    }
}

static double worst_error(const tw_boost *model, const cross *c, const uint8_t *const *bins) {
    double worst = 0, got[3];
    for (size_t i = 0; i < ROWS; i++) {
        tw_boost_predict(model, bins, i, got);
        double off = tw_boost_width(model) == 1 ? fabs(got[0] - c->y[i]) : 1 - got[c->classes[i]];
        worst = fmax(worst, off);
    }
    return worst;
}

static void test_learnable(tw_error *err) {
    static cross c;
    fill(&c);
    const uint8_t *bins[] = {c.a, c.b};
    const bool nominal[] = {true, false};
    tw_tree_data data = {.rows = ROWS,
                         .n_predictors = 2,
                         .bins = bins,
                         .nominal = nominal,
                         .classes = c.classes,
                         .n_classes = 3};
    tw_boost_options options = {.min_leaf = 5};
    tw_boost *model = NULL;
    succeeds(tw_boost_fit(&data, &options, NULL, &model, err), err, "three classes");
    ok(worst_error(model, &c, bins) < 0.01, "each row's class is nearly certain");
    tw_boost_free(model);
    data.y = c.y;
    data.classes = NULL;
    succeeds(tw_boost_fit(&data, &options, NULL, &model, err), err, "a number");
    ok(worst_error(model, &c, bins) < 0.1, "each row's value is met");
    tw_boost_free(model);
    data.rows = 0;
    is_int(tw_boost_fit(&data, &options, NULL, &model, err), TW_EDATA, "no rows: an error");
}

int main(void) {
    tw_error err = TW_ERROR_INIT;
    test_number_by_hand(&err);
    test_classes_by_hand(&err);
    test_learnable(&err);
    return tap_done();
}
