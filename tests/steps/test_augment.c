/* Samplers: exact counts, marks, what is interpolated and what is not, neighbours against a naive twin, threads. */
#include "tests/steps/run.h"

extern const tw_step_row tw_step_augment_oversample, tw_step_augment_undersample, tw_step_augment_smote_nc;

static int64_t count_class(const tw_table *t, size_t column, const char *value) {
    int64_t n = 0;
    tw_buf text;
    tw_buf_init(&text, 256);
    for (int64_t row = 0; row < tw_table_rows(t); row++)
        if (tw_table_text(t, column, row, &text, NULL, NULL) == TW_OK)
            n += tw_str_eq_c(tw_buf_view(&text), value);
    tw_buf_fini(&text);
    return n;
}

/* 20 rows "no", 3 rows "yes", 1 without a class. */
static char *unbalanced(void) {
    tw_buf b;
    tw_buf_init(&b, TW_BUF_MAX);
    tw_buf_c(&b, "id@id,x:float,city,y\n");
    for (int i = 0; i < 24; i++)
        tw_buf_printf(&b, "%d,%d.5,%s,%s\n", 100 + i, i * 7 % 11, i % 3 ? "Oslo" : "Rome",
                      i == 23 ? "" : i % 8 == 5 ? "yes" : "no");
    return tw_buf_take(&b);
}

static void oversampling(void) {
    char *csv = unbalanced();
    run r = run_step(&tw_step_augment_oversample, "{\"target\": \"y\", \"ratio\": 0.5}", csv);
    is_int(r.rc, TW_OK, "oversampled");
    is_int(count_class(r.out.table, 3, "yes"), 10, "half of twenty");
    is_int(count_class(r.out.table, 3, "no"), 20, "the large class stays");
    is_int(r.out.rows_added, 7, "seven rows added");
    is_int(tw_table_find(r.out.table, TW_STR("__synthetic")), 4, "marked");
    bool copies = true;
    for (int64_t row = 24; row < tw_table_rows(r.out.table); row++) {
        int64_t donor = tw_column_cell(tw_table_column(r.out.table, 5), row).i - 1;
        for (size_t j = 0; j < 4; j++) {
            tw_cell a = tw_column_cell(tw_table_column(r.out.table, j), row);
            tw_cell b = tw_column_cell(tw_table_column(r.out.table, j), donor);
            copies = copies && tw_cell_equal(&a, &b);
        }
        copies = copies && tw_column_cell(tw_table_column(r.out.table, 4), row).i == 1 && tw_table_origin(r.out.table, row) < 0;
    }
    ok(copies, "new rows are copies of their donors, behind the old ones");
    is_int(tw_column_cell(tw_table_column(r.out.table, 4), 0).i, 0, "old rows are not synthetic");
    is_int(tw_column_cell(tw_table_column(r.out.table, 5), 0).state, TW_MISSING, "and have no donor");
    run_fini(&r);
    r = run_step(&tw_step_augment_oversample, "{\"target\": \"y\", \"marks\": false, \"ratio\": 0.1}", csv);
    is_int(tw_table_rows(r.out.table), 24, "a ratio that holds already adds nothing");
    is_int((long long)tw_table_width(r.out.table), 4, "no marks when not wanted");
    run_fini(&r);
    r = run_step(&tw_step_augment_oversample, "{}", "x,y@target\n1,a\n2,a\n3,b\n");
    is_text(run_dump(&r), "x,y,__synthetic,__donor\n1,a,false,\n2,a,false,\n3,b,false,\n3,b,true,3\n", "the target's role; ratio 1");
    run_fini(&r);
    r = run_step(&tw_step_augment_oversample, "{}", "x,y@target,s@split\n1,a,train\n2,a,train\n3,a,Test\n4,b,test\n5,b,train\n");
    is_text(run_dump(&r), "x,y,s,__synthetic,__donor\n1,a,train,false,\n2,a,train,false,\n3,a,Test,false,\n4,b,test,false,\n"
                          "5,b,train,false,\n5,b,train,true,5\n", "test rows give no copies");
    run_fini(&r);
    free(csv);
}

static void undersampling(void) {
    char *csv = unbalanced();
    run r = run_step(&tw_step_augment_undersample, "{\"target\": \"y\", \"ratio\": 0.5}", csv);
    is_int(count_class(r.out.table, 3, "yes"), 3, "the small class stays");
    is_int(count_class(r.out.table, 3, "no"), 6, "the large one is twice it");
    is_int(tw_table_rows(r.out.table), 10, "a row without class stays");
    bool ascending = true;
    for (int64_t row = 1; row < tw_table_rows(r.out.table); row++)
        ascending = ascending && tw_table_origin(r.out.table, row) > tw_table_origin(r.out.table, row - 1);
    ok(ascending, "in their order");
    run_fini(&r);
    free(csv);
}

static void refused(const tw_step_row *step, const char *json, const char *csv, enum tw_rc rc, const char *name) {
    run r = run_step(step, json, csv);
    is_int(r.rc, rc, name);
    run_fini(&r);
}

static void refusals(void) {
    refused(&tw_step_augment_oversample, "{\"target\": \"y\"}", "x,y\n1,a\n2,a\n", TW_EDATA, "one class");
    refused(&tw_step_augment_oversample, "{}", "x,y\n1,a\n2,b\n", TW_EUSAGE, "no target");
    refused(&tw_step_augment_oversample, "{\"target\": \"z\"}", "x,y\n1,a\n2,b\n", TW_EUNKNOWN_COLUMN, "an unknown target");
    refused(&tw_step_augment_undersample, "{\"target\": \"y\", \"ratio\": 2}", "x,y\n1,a\n2,b\n", TW_EUSAGE, "a ratio above 1");
    refused(&tw_step_augment_smote_nc, "{\"target\": \"y\"}", "x:text,y\na,a\nb,a\nc,b\n", TW_EDATA, "no numbers to interpolate");
    refused(&tw_step_augment_oversample, "{\"target\": \"y\"}", "x:integer,y:text\n", TW_EDATA, "no rows");
}

enum { N = 60, SMALL = 15, K = 3 };

/* Columns a, b (floats), c (levels), y; the first SMALL rows are the small class. */
static char *points(double (*at)[2], int *level) {
    tw_buf b;
    tw_buf_init(&b, TW_BUF_MAX);
    tw_rng rng = tw_rng_make(tw_stream_make(4, TW_STR("t"), TW_STR("t")), 0);
    tw_buf_c(&b, "a,b,c,when,y\n");
    for (int i = 0; i < N; i++) {
        char a[TW_NUMBER_MAX], c[TW_NUMBER_MAX];
        at[i][0] = tw_rng_normal(&rng) * 3;
        at[i][1] = tw_rng_uniform(&rng) * 1000;
        level[i] = (int)tw_rng_below(&rng, 3);
        tw_format_f64(a, at[i][0]);
        tw_format_f64(c, at[i][1]);
        tw_buf_printf(&b, "%s,%s,l%d,2024-01-%02d,%s\n", a, c, level[i], i % 28 + 1, i < SMALL ? "p" : "n");
    }
    return tw_buf_take(&b);
}

static double deviation(const double (*at)[2], int n, int j) {
    double mean = 0, sum = 0;
    for (int i = 0; i < n; i++)
        mean += at[i][j] / n;
    for (int i = 0; i < n; i++)
        sum += (at[i][j] - mean) * (at[i][j] - mean);
    return sqrt(sum / (n - 1));
}

/* SMOTE-NC's distance as the paper defines it, on standardised numbers. */
static double apart(const double (*at)[2], const int *level, int i, int j) {
    double sum = 0, spread[2];
    for (int c = 0; c < 2; c++) {
        double sd = deviation(at, N, c), d = (at[i][c] - at[j][c]) / sd;
        spread[c] = deviation(at, SMALL, c) / sd;
        sum += d * d;
    }
    double median = (spread[0] + spread[1]) / 2;
    return sum + (level[i] != level[j] ? median * median : 0);
}

static bool is_between(const double (*at)[2], int donor, int other, double a, double b) {
    double u = (a - at[donor][0]) / (at[other][0] - at[donor][0]);
    double v = (b - at[donor][1]) / (at[other][1] - at[donor][1]);
    return u > -1e-9 && u < 1 + 1e-9 && fabs(u - v) < 1e-6;
}

static void nearest(const double (*at)[2], const int *level, int donor, int *out) {
    bool taken[SMALL] = {false};
    taken[donor] = true;
    for (int k = 0; k < K; k++) {
        int best = -1;
        for (int j = 0; j < SMALL; j++)
            if (!taken[j] && (best < 0 || apart(at, level, donor, j) < apart(at, level, donor, best)))
                best = j;
        out[k] = best;
        taken[best] = true;
    }
}

static int voted(const int *level, const int *near) {
    for (int k = 0; k < K; k++)
        for (int j = k + 1; j < K; j++)
            if (level[near[k]] == level[near[j]])
                return level[near[k]];
    return level[near[0]];
}

static void smote(void) {
    static double at[N][2];
    static int level[N];
    char *csv = points(at, level);
    run r = run_step(&tw_step_augment_smote_nc, "{\"target\": \"y\", \"k\": 3}", csv);
    is_int(r.rc, TW_OK, "new rows are made");
    is_int(count_class(r.out.table, 4, "p"), N - SMALL, "as many as the large class has");
    int wrong_place = 0, wrong_level = 0, wrong_date = 0;
    for (int64_t row = N; row < tw_table_rows(r.out.table); row++) {
        int donor = (int)tw_column_cell(tw_table_column(r.out.table, 6), row).i - 1, near[K];
        double a = tw_column_number(tw_table_column(r.out.table, 0), row), b = tw_column_number(tw_table_column(r.out.table, 1), row);
        nearest((const double(*)[2])at, level, donor, near);
        bool placed = false;
        for (int k = 0; k < K; k++)
            placed = placed || is_between((const double(*)[2])at, donor, near[k], a, b);
        wrong_place += !placed;
        tw_str text = tw_column_cell(tw_table_column(r.out.table, 2), row).text;
        wrong_level += text.p[1] - '0' != voted(level, near);
        wrong_date += tw_column_cell(tw_table_column(r.out.table, 3), row).i != tw_column_cell(tw_table_column(r.out.table, 3), donor).i;
    }
    is_int(wrong_place, 0, "every new row lies between its donor and one of the three nearest");
    is_int(wrong_level, 0, "levels are the neighbours' vote");
    is_int(wrong_date, 0, "dates are the donor's");
    run four;
    tw_pool *pool;
    tw_task task;
    run_init(&four);
    succeeds(tw_pool_new(4, &pool, NULL), &four.err, "a pool of four");
    tw_task_init(&task, NULL, pool);
    four.task = &task;
    run_on(&four, &tw_step_augment_smote_nc, "{\"target\": \"y\", \"k\": 3}", csv, csv);
    ok(tw_str_eq(run_dump(&r), run_dump(&four)), "one thread and four give the same bytes");
    run_fini(&r);
    run_fini(&four);
    tw_pool_free(pool);
    free(csv);
}

static void smote_types(void) {
    run r = run_step(&tw_step_augment_smote_nc, "{\"target\": \"y\"}", "n,f,card,y\n1,1.5,4319871351698768,a\n2,2.5,4319871351698769,a\n"
                     "9,3.5,4319871351698770,a\n4,0.5,4319871351698771,a\n5,9.5,4319871351698772,b\n11,4.5,4319871351698773,b\n");
    is_int(r.rc, TW_OK, "integers, decimals, codes");
    const tw_column *n = tw_table_column(r.out.table, 0), *f = tw_table_column(r.out.table, 1), *card = tw_table_column(r.out.table, 2);
    bool good = true;
    for (int64_t row = 6; row < 8; row++) {
        double whole = tw_column_number(n, row), decimal = tw_column_number(f, row) * 10;
        int64_t donor = tw_column_cell(tw_table_column(r.out.table, 5), row).i - 1;
        good = good && whole >= 5 && whole <= 11 && fabs(decimal - nearbyint(decimal)) < 1e-9 &&
               tw_column_cell(card, row).i == tw_column_cell(card, donor).i;
    }
    ok(good, "inside the range, one decimal, card numbers from the donor");
    run_fini(&r);
    r = run_step(&tw_step_augment_smote_nc, "{\"target\": \"y\"}", "n,y\n1,a\n2,a\n9,b\n");
    is_text(run_dump(&r), "n,y,__synthetic,__donor\n1,a,false,\n2,a,false,\n9,b,false,\n9,b,true,3\n", "a class of one row is copied");
    ok(strstr(r.said, "single row") != NULL, "with a warning");
    run_fini(&r);
}

int main(void) {
    oversampling();
    undersampling();
    refusals();
    smote();
    smote_types();
    return tap_done();
}
