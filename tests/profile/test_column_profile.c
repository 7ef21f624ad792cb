/* Column profiles against NumPy and SciPy (200 000 rows in several chunks, every eleventh missing)
 * and by hand. */
#include "profile/column_profile.h"

#include "../stat/sample.h"
#include "profile/shape.h"

enum { ROWS = 200000 };

typedef struct made {
    tw_arena arena;
    tw_column *column;
    tw_column_profile profile;
} made;

static void profile_of(made *m, enum tw_type type, tw_builder *b) {
    tw_error err = TW_ERROR_INIT;
    tw_field field = {.name = "x", .type = type, .format = TW_FORMAT_PLAIN};
    tw_arena_init(&m->arena);
    m->profile = (tw_column_profile){0};
    succeeds(tw_builder_finish(b, &m->column, &err), &err, "column built");
    tw_builder_free(b);
    succeeds(tw_column_profile_fill(&field, m->column, true, &m->arena, NULL, &m->profile, &err),
             &err, "profiled");
}

static void done(made *m) {
    tw_column_unref(m->column);
    tw_arena_fini(&m->arena);
}

static tw_builder *builder(enum tw_type type) {
    tw_builder *b = NULL;
    if (tw_builder_new(type, NULL, &b, NULL))
        TW_BUG("no builder");
    return b;
}

static double *numbers(bool whole) {
    double *x = tw_calloc(ROWS, sizeof *x);
    sample_fill(9, x, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        x[i] = i % 11 == 0 ? (double)NAN
               : whole     ? floor(x[i] * 40 - 5)
                           : x[i] * x[i] * x[i] * 50 - 2;
    return x;
}

static void add_numbers(tw_builder *b, const double *x) {
    bool good = true;
    for (size_t i = 0; i < ROWS; i++)
        good = good && tw_builder_f64(b, x[i], NULL) == TW_OK;
    ok(good, "values added");
}

static int64_t sum_of(const tw_histogram *h) {
    int64_t sum = 0;
    for (size_t i = 0; i < h->n; i++)
        sum += h->counts[i];
    return sum;
}

static void test_floats(void) {
    static const double want[TW_QUANTILES] = {
        -1.9999514822755162, -1.9935844072129656, -1.9495856978538093,
        -1.2051755799381212, 4.270893699320666,   19.116320701392464,
        34.43712547324068,   40.902099292597164,  46.49234717139476};
    made m;
    double *x = numbers(false);
    tw_builder *b = builder(TW_FLOAT);
    add_numbers(b, x);
    free(x);
    profile_of(&m, TW_FLOAT, b);
    const tw_column_profile *p = &m.profile;
    is_int(p->missing, 18182, "missing");
    is_int(p->distinct, 181818, "distinct");
    ok(p->distinct_exact, "exact");
    is_near(p->mean, 10.510254538759623, 1e-13, "mean");
    is_near(p->sd, 14.162399737207327, 1e-13, "sd");
    is_near(p->skew, 1.058395370083695, 1e-11, "skew");
    is_near(p->kurtosis, -0.08849903058181585, 1e-10, "kurtosis");
    is_near(p->mad, 6.163297787133519, 1e-13, "mad");
    bool same = true;
    for (size_t i = 0; i < TW_QUANTILES; i++)
        same = same && fabs(p->quantiles[i] - want[i]) < 1e-12;
    ok(same, "quantiles as numpy's");
    is_int(sum_of(&p->histogram), 181818, "the histogram holds every value");
    is_int(p->sorted, 0, "not sorted");
    done(&m);
}

static void test_integers(void) {
    made m;
    double *x = numbers(true);
    tw_builder *b = builder(TW_INTEGER);
    add_numbers(b, x);
    free(x);
    profile_of(&m, TW_INTEGER, b);
    const tw_column_profile *p = &m.profile;
    is_int(p->distinct, 40, "distinct");
    is_near(p->mean, 14.522808522808523, 1e-13, "mean");
    is_near(p->skew, -0.0032571913786356562, 1e-11, "skew");
    is_near(p->mad, 10, 0, "mad from counted values");
    is_near(p->quantiles[1], -3, 0, "5 %");
    is_near(p->quantiles[8], 34, 0, "99 %");
    is_int(p->zeros, 4611, "zeros");
    is_int(p->negatives, 22639, "negatives");
    is_near(p->sum, 2640508, 0, "sum");
    is_near(p->entropy, 5.3217812805258315, 1e-13, "entropy");
    ok(p->n_top == TW_PROFILE_TOP && p->top[0].count == 4705 && p->top[0].value.i == 14,
       "most frequent value");
    is_int(p->histogram.n, 40, "a bin for each whole number");
    ok(p->min_cell.i == -5 && p->max_cell.i == 34, "extremes as cells");
    done(&m);
}

static void test_texts(bool many) {
    made m;
    tw_builder *b = builder(TW_TEXT);
    static const char *const few[4] = {"Oslo", "Århus", "Bergen-5", "Oslo"};
    bool good = true;
    char name[32];
    for (int i = 0; i < 4000; i++) {
        int n = snprintf(name, sizeof name, "%s", few[i % 4]);
        if (many && i >= 400)
            n = snprintf(name, sizeof name, "id %05d", i);
        good = good && tw_builder_text(b, (tw_str){name, (size_t)n}, NULL) == TW_OK;
    }
    ok(good && tw_builder_missing(b, 5, NULL) == TW_OK, "texts added");
    profile_of(&m, TW_TEXT, b);
    const tw_column_profile *p = &m.profile;
    is_int(p->missing, 5, "missing");
    is_int(p->distinct, many ? 3603 : 3, "distinct texts");
    is_int(p->top[0].count, many ? 200 : 2000, "most frequent");
    is_text(p->top[0].value.text, "Oslo", "its text");
    is_int(p->length_min, 4, "shortest, in characters");
    is_int(p->length_max, 8, "longest");
    is_near(p->length_mean, many ? (100 * (4 + 5 + 8 + 4) + 3600 * 8) / 4000.0 : 5.25, 1e-15,
            "mean length");
    is_text(p->patterns[0].value.text, many ? "a 9" : "Aa", "commonest shape");
    is_text(p->min_cell.text, "Bergen-5", "first in byte order");
    is_text(p->max_cell.text, "Århus", "last in byte order");
    done(&m);
}

static void test_dates_and_order(void) {
    made m;
    tw_builder *b = builder(TW_DATE);
    bool good = true;
    for (int64_t i = 0; i < 100; i++)
        good = good && tw_builder_i64(b, 19000 + i / 2, NULL) == TW_OK;
    ok(good && tw_builder_unreadable(b, TW_STR("soon"), NULL) == TW_OK, "dates added");
    profile_of(&m, TW_DATE, b);
    is_int(m.profile.unreadable, 1, "unreadable counted apart");
    is_int(m.profile.missing, 0, "and not as missing");
    is_int(m.profile.sorted, 1, "ascending");
    is_int(m.profile.distinct, 50, "distinct days");
    ok(m.profile.max_cell.type == TW_DATE && m.profile.max_cell.i == 19049, "last day");
    done(&m);
}

static void test_nothing_and_one(void) {
    made m;
    tw_builder *b = builder(TW_FLOAT);
    ok(tw_builder_missing(b, 3, NULL) == TW_OK, "all missing");
    profile_of(&m, TW_FLOAT, b);
    ok(isnan(m.profile.mean) && m.profile.n_top == 0 && m.profile.distinct == 0, "no figures");
    done(&m);
    b = builder(TW_FLOAT);
    ok(tw_builder_f64(b, 7.5, NULL) == TW_OK, "one value");
    profile_of(&m, TW_FLOAT, b);
    is_near(m.profile.quantiles[0], 7.5, 0, "every quantile is the value");
    is_near(m.profile.mad, 0, 0, "mad 0");
    ok(isnan(m.profile.sd) && m.profile.sorted == 0, "no sd, no order");
    done(&m);
}

static tw_str collapsed(const char *text, char *out) {
    return (tw_str){out, tw_shape_of(tw_str_c(text), out)};
}

static void test_shapes(void) {
    char out[TW_SHAPE_MAX];
    is_text(collapsed("Müller-12 (b)", out), "Aa-9 (a)", "classes with runs collapsed");
    is_text(collapsed("1,2.3;4:5-6/7 8,9.1;2:3-4/5", out), "9,9.9;9:9-9/9 9,9.9;9:9+", "cut");
    size_t n = tw_shape_full(TW_STR("AB-12"), out);
    tw_str full = {out, n};
    is_text(full, "AA-99", "without collapsing");
}

int main(void) {
    test_floats();
    test_integers();
    test_texts(false);
    test_texts(true);
    test_dates_and_order();
    test_nothing_and_one();
    test_shapes();
    return tap_done();
}
