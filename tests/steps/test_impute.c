/* Imputers: figures by definition, traps of types and empty columns, states on new data, threads. */
#include "tests/steps/run.h"

extern const tw_step_row tw_step_impute_mean, tw_step_impute_median, tw_step_impute_mode, tw_step_impute_constant,
    tw_step_impute_knn, tw_step_impute_hotdeck, tw_step_impute_locf, tw_step_impute_interpolate;

static void gives(const tw_step_row *step, const char *json, const char *csv, const char *want, const char *name) {
    run r = run_step(step, json, csv);
    is_text(run_dump(&r), want, name);
    run_fini(&r);
}

static void refuses(const tw_step_row *step, const char *json, const char *csv, enum tw_rc rc, const char *name) {
    run r = run_step(step, json, csv);
    is_int(r.rc, rc, name);
    run_fini(&r);
}

static void single_values(void) {
    gives(&tw_step_impute_mean, "{}", "a,b:float\n1,1.5\n2,NA\nNA,2.25\n2,1\n", "a,b\n1,1.5\n2,1.58\n2,2.25\n2,1\n",
          "means: whole stays whole, decimals of the column");
    gives(&tw_step_impute_mean, "{\"cols\": \"a\"}", "a,b\n2,\n3,1\n,2\n", "a,b\n2,\n3,1\n2,2\n", "2.5 rounds half to even");
    gives(&tw_step_impute_median, "{}", "d,t\n2024-01-01,x\nNA,x\n2024-01-05,NA\n2024-01-09,y\n",
          "d,t\n2024-01-01,x\n2024-01-05,x\n2024-01-05,x\n2024-01-09,y\n", "median of dates, mode of text");
    gives(&tw_step_impute_mode, "{}", "a\n3\n2\n3\n2\nNA\n", "a\n3\n2\n3\n2\n2\n", "ties of the mode: the smallest");
    gives(&tw_step_impute_mode, "{}", "a\ntrue\nfalse\ntrue\nNA\n", "a\ntrue\nfalse\ntrue\ntrue\n", "mode of booleans");
    gives(&tw_step_impute_median, "{\"cols\": \"x\", \"by\": \"g\"}", "g,x\na,1\na,3\nb,10\nb,NA\na,NA\nc,NA\n",
          "g,x\na,1\na,3\nb,10\nb,10\na,2\nc,3\n", "groups; a group without values takes the column's");
    gives(&tw_step_impute_constant, "{\"value\": \"7\"}", "a,b\n1,x\nNA,\n", "a,b\n1,x\n7,7\n", "a constant");
    refuses(&tw_step_impute_constant, "{\"cols\": \"a\", \"value\": \"x\"}", "a\n1\nNA\n", TW_EDATA, "text for a number is refused");
    refuses(&tw_step_impute_mean, "{\"cols\": \"z\"}", "a\n1\n", TW_EUNKNOWN_COLUMN, "an unknown column");
}

static void edges(void) {
    run r = run_step(&tw_step_impute_mean, "{}", "a:integer,b\nNA,1\n,2\n");
    is_text(run_dump(&r), "a,b\nNA,1\n,2\n", "a column without values stays as it is");
    ok(strstr(r.said, "'a' has no values") != NULL, "and the user hears of it");
    is_int(r.out.cells_changed, 0, "nothing changed");
    run_fini(&r);
    static const tw_step_row *const learners[] = {&tw_step_impute_mean, &tw_step_impute_median, &tw_step_impute_mode,
                                                  &tw_step_impute_hotdeck, &tw_step_impute_knn};
    for (size_t i = 0; i < TW_COUNT(learners); i++) {
        refuses(learners[i], "{\"cols\": [\"b\", \"a\"]}", "a:integer,b\nNA,1\n,2\n", TW_EDATA, "named, it is refused");
        gives(learners[i], "{\"cols\": \":integer\"}", "a:integer,b\nNA,1\n,2\n", "a,b\nNA,1\n,2\n", "chosen by its type, not");
    }
    gives(&tw_step_impute_mean, "{\"fallback\": \"3\"}", "a:integer,b\nNA,1\n,2\n", "a,b\n3,1\n3,2\n", "or takes the fallback");
    gives(&tw_step_impute_mean, "{}", "a:integer\n1\nxx\nNA\n", "a\n1\nxx\n1\n", "unreadable cells stay");
    gives(&tw_step_impute_mean, "{\"unreadable\": true}", "a:integer\n1\nxx\nNA\n", "a\n1\n1\n1\n", "unless asked");
    gives(&tw_step_impute_median, "{}", "a,b\n", "a,b\n", "no rows");
    gives(&tw_step_impute_median, "{}", "a,b\n1,NA\n", "a,b\n1,NA\n", "one row");
}

static void marks(void) {
    run r = run_step(&tw_step_impute_mean, "{}", "a:float,b\n1.50,1\nNA,2\n");
    is_text(run_dump(&r), "a,b\n1.50,1\n1.5,2\n", "observed cells keep their bytes");
    ok(tw_table_mark(r.out.table, 0, 1) == 7 && tw_table_mark(r.out.table, 0, 0) == 0 && !tw_table_has_marks(r.out.table, 1),
       "only the filled cell has the mark");
    is_int(r.out.cells_changed, 1, "one cell counted");
    run_fini(&r);
}

static void new_data(void) {
    run r;
    run_init(&r);
    run_on(&r, &tw_step_impute_mean, "{\"by\": \"g\", \"cols\": \"x\"}", "g,x\na,1\na,3\nb,10\n", "g,x\nb,NA\nq,NA\na,50\na,NA\n");
    is_text(run_dump(&r), "g,x\nb,10\nq,5\na,50\na,2\n", "a fitted mean fills new rows, new groups too");
    run_fini(&r);
    run_init(&r);
    run_on(&r, &tw_step_impute_mean, "{}", "x\n1\n", "y\n1\n");
    is_int(r.rc, TW_EMISSING_COLUMN, "a table without the column");
    run_fini(&r);
    run_init(&r);
    run_on(&r, &tw_step_impute_mean, "{}", "x\n1\n", "x\na\n");
    is_int(r.rc, TW_EDATA, "a column of another type");
    run_fini(&r);
    run_init(&r);
    run_on(&r, &tw_step_impute_knn, "{\"k\": 1, \"cols\": \"y\"}", "x,c,y\n1,p,10\n2,q,20\n9,r,30\n",
           "x,c,y:integer\n8.5,r,NA\n1,new,NA\n100,,NA\n");
    is_int(r.rc, TW_EDATA, "a float where the step knows whole numbers");
    run_fini(&r);
    run_init(&r);
    run_on(&r, &tw_step_impute_knn, "{\"k\": 1, \"cols\": \"y\"}", "x,c,y\n1,p,10\n2,q,20\n9,r,30\n",
           "x,c,y:integer\n8,r,NA\n1,new,NA\n100,,NA\n");
    is_text(run_dump(&r), "x,c,y\n8,r,30\n1,new,10\n100,,30\n", "neighbours among the fitted rows; a new level, a value out of range");
    ok(tw_doc_as_bool(tw_doc_get(r.state, "contains_rows"), false), "the state says that it holds rows");
    run_fini(&r);
}

/* Distances by hand (Python, from the definition); in brackets the neighbours of each hole in order, the first four:
 * row 2 d: .05 (6) .083 (5) .219 (8) .417 (7); row 4 a: .031 (1) .05 (2) .210 (4) .431 (3);
 * row 6 c: .085 (b) .210 (a) .219 (a) .296 (a); row 7 d: .042 (20) .458 (7) .594 (8) .956 (6). */
#define SMALL "a:float,b,c,d\n1.0,10,a,5\n2.0,20,a,NA\n3.0,30,b,7\nNA,12,a,6\n9.0,90,b,20\n4.0,35,,8\n8.5,85,b,NA\n"

static void neighbours(void) {
    gives(&tw_step_impute_knn, "{\"k\": 3}", SMALL,
          "a,b,c,d\n1.0,10,a,5\n2.0,20,a,6\n3.0,30,b,7\n2,12,a,6\n9.0,90,b,20\n4.0,35,a,8\n8.5,85,b,8\n", "three neighbours");
    gives(&tw_step_impute_knn, "{\"k\": 2}", SMALL,
          "a,b,c,d\n1.0,10,a,5\n2.0,20,a,6\n3.0,30,b,7\n1.5,12,a,6\n9.0,90,b,20\n4.0,35,b,8\n8.5,85,b,14\n",
          "two: the nearest wins a tie of levels, means of two round half to even");
    gives(&tw_step_impute_knn, "{\"k\": 2, \"by\": \"c\", \"cols\": \"d\"}", SMALL,
          "a,b,c,d\n1.0,10,a,5\n2.0,20,a,6\n3.0,30,b,7\nNA,12,a,6\n9.0,90,b,20\n4.0,35,,8\n8.5,85,b,14\n", "inside groups");
    gives(&tw_step_impute_knn, "{\"cols\": \"y\", \"with\": \"a,b,c,d\"}", "a,b,c,d,y\n1,,,,1\n2,,,,2\n3,,,,9\n1,,,,NA\n",
          "a,b,c,d,y\n1,,,,1\n2,,,,2\n3,,,,9\n1,,,,2\n", "a row with too little in common gets the median");
    gives(&tw_step_impute_knn, "{\"cols\": \"y\"}", "x,y\n5,1\n5,2\n5,NA\n", "x,y\n5,1\n5,2\n5,2\n", "a constant predictor");
    gives(&tw_step_impute_knn, "{}", "x:integer,y\nNA,1\nNA,2\n", "x,y\nNA,1\nNA,2\n", "a column without values");
    refuses(&tw_step_impute_knn, "{\"k\": 0}", "x\n1\n", TW_EUSAGE, "k = 0 is refused");
}

/* 3000 rows of mixed columns with holes, from a small generator. */
static char *mixed(void) {
    tw_buf b;
    tw_buf_init(&b, TW_BUF_MAX);
    tw_rng rng = tw_rng_make(tw_stream_make(9, TW_STR("t"), TW_STR("t")), 0);
    tw_buf_c(&b, "a,b:float,c:text,d\n");
    for (int i = 0; i < 3000; i++) {
        uint64_t z = tw_rng_below(&rng, 1000);
        const char *cells[4];
        char text[4][32];
        snprintf(text[0], 32, "%d", (int)z);
        snprintf(text[1], 32, "%d.%d", (int)(z / 7), (int)tw_rng_below(&rng, 10));
        snprintf(text[2], 32, "l%d", (int)(z / 100));
        snprintf(text[3], 32, "%d", (int)(z * 3 + tw_rng_below(&rng, 50)));
        for (int j = 0; j < 4; j++) {
            cells[j] = tw_rng_below(&rng, 10) == 0 ? "" : text[j];
            tw_buf_printf(&b, "%s%s", j ? "," : "", cells[j]);
        }
        tw_buf_char(&b, '\n');
    }
    return tw_buf_take(&b);
}

static void threads(void) {
    char *csv = mixed();
    tw_pool *pool;
    tw_task task;
    run one = run_step(&tw_step_impute_knn, "{\"donors\": 700}", csv), four;
    run_init(&four);
    succeeds(tw_pool_new(4, &pool, NULL), &four.err, "a pool of four");
    tw_task_init(&task, NULL, pool);
    four.task = &task;
    run_on(&four, &tw_step_impute_knn, "{\"donors\": 700}", csv, csv);
    ok(one.rc == TW_OK && tw_str_eq(run_dump(&one), run_dump(&four)), "one thread and four give the same bytes");
    ok(one.out.cells_changed > 1000, "many cells were filled");
    for (size_t i = 0; i < 4; i++)
        is_int(tw_column_valid_count(tw_table_column(one.out.table, i)), 3000, "no cell is left");
    run_fini(&one);
    run_fini(&four);
    tw_pool_free(pool);
    free(csv);
}

static void series(void) {
    static const char csv[] = "g,t,x:float\na,4,NA\na,1,10.0\nb,2,5.0\na,2,NA\na,5,50.0\nb,1,NA\na,6,NA\n";
    gives(&tw_step_impute_interpolate, "{\"cols\": \"x\", \"time\": \"t\", \"by\": \"g\"}", csv,
          "g,t,x\na,4,40\na,1,10.0\nb,2,5.0\na,2,20\na,5,50.0\nb,1,NA\na,6,NA\n", "linear in time, inside groups, ends stay");
    gives(&tw_step_impute_interpolate, "{\"cols\": \"x\", \"time\": \"t\", \"by\": \"g\", \"edges\": \"hold\"}", csv,
          "g,t,x\na,4,40\na,1,10.0\nb,2,5.0\na,2,20\na,5,50.0\nb,1,5\na,6,50\n", "or hold the nearest value");
    gives(&tw_step_impute_interpolate, "{\"cols\": \"x\", \"time\": \"t\", \"by\": \"g\", \"maxgap\": 1}", csv,
          "g,t,x\na,4,NA\na,1,10.0\nb,2,5.0\na,2,NA\na,5,50.0\nb,1,NA\na,6,NA\n", "long gaps stay");
    gives(&tw_step_impute_locf, "{\"cols\": \"x\", \"time\": \"t\", \"by\": \"g\"}", csv,
          "g,t,x\na,4,10\na,1,10.0\nb,2,5.0\na,2,10\na,5,50.0\nb,1,NA\na,6,50\n", "the last value carried forward");
    gives(&tw_step_impute_locf, "{}", "x,s\n1,u\nNA,NA\n3,v\n", "x,s\n1,u\n1,u\n3,v\n", "rows as they stand; text too");
    gives(&tw_step_impute_interpolate, "{}", "x,s\n1,u\nNA,NA\n4,v\n", "x,s\n1,u\n2,NA\n4,v\n", "2.5 rounds half to even; text is left");
    gives(&tw_step_impute_locf, "{\"cols\": \"x\", \"maxgap\": 1}", "x,y\n1,0\nNA,0\nNA,0\n4,0\nNA,0\n", "x,y\n1,0\nNA,0\nNA,0\n4,0\n4,0\n",
          "a gap at the end counts its rows");
    refuses(&tw_step_impute_interpolate, "{\"cols\": \"s\"}", "s\na\nNA\n", TW_EDATA, "no line between texts");
}

static void hotdeck(void) {
    static const char csv[] = "g,x\na,1\na,2\nb,10\na,NA\nb,NA\nc,NA\n";
    run r = run_step(&tw_step_impute_hotdeck, "{\"cols\": \"x\", \"by\": \"g\"}", csv);
    run again = run_step(&tw_step_impute_hotdeck, "{\"cols\": \"x\", \"by\": \"g\"}", csv);
    is_int(r.rc, TW_OK, "hot deck");
    const tw_column *x = tw_table_column(r.out.table, 1);
    ok(tw_column_number(x, 3) <= 2 && tw_same_f64(tw_column_number(x, 4), 10) && tw_column_is_value(x, 5), "donors of the group, else any");
    ok(strstr(r.said, "no donor in their group") != NULL, "which is said");
    ok(tw_str_eq(run_dump(&r), run_dump(&again)), "the same donors in every run");
    ok(tw_doc_as_bool(tw_doc_get(r.state, "contains_rows"), false), "the state holds values");
    run_fini(&r);
    run_fini(&again);
    tw_buf many;
    tw_buf_init(&many, TW_BUF_MAX);
    tw_buf_c(&many, "x,y\n");
    for (int i = 0; i < 4000; i++)
        tw_buf_printf(&many, "%s,%d\n", i % 2 ? "NA" : i % 8 ? "0" : "1", i);
    r = run_step(&tw_step_impute_hotdeck, "{\"cols\": \"x\", \"donors\": 500}", many.p);
    double ones = 0;
    for (int64_t i = 1; i < 4000; i += 2)
        ones += tw_column_number(tw_table_column(r.out.table, 0), i);
    ok(ones > 380 && ones < 620, "the share of each value is kept (a quarter of 2000, here %g)", ones);
    run_fini(&r);
    tw_buf_fini(&many);
}

/* Mean of the imputed cells of each of `times` imputations: 20 donors, 200 holes. */
static double spread(bool several, int times, double *variance_of_donors) {
    tw_buf csv;
    tw_buf_init(&csv, 1 << 16);
    tw_buf_c(&csv, "x:float\n");
    double sum = 0, squares = 0, means = 0, means_squared = 0;
    for (int i = 0; i < 20; i++) {
        tw_buf_printf(&csv, "%d.5\n", i * i);
        sum += i * i + 0.5;
        squares += (i * i + 0.5) * (i * i + 0.5);
    }
    for (int i = 0; i < 200; i++)
        tw_buf_c(&csv, "NA\n");
    *variance_of_donors = squares / 20 - sum / 20 * sum / 20;
    for (int i = 1; i <= times; i++) {
        char json[64];
        snprintf(json, sizeof json, "{\"imputation\": %d}", several ? i : 0);
        run r;
        run_init(&r);
        r.seed = several ? 1 : (uint64_t)i;
        run_on(&r, &tw_step_impute_hotdeck, json, csv.p, csv.p);
        double mean = 0;
        for (int64_t row = 20; r.rc == TW_OK && row < 220; row++)
            mean += tw_column_number(tw_table_column(r.out.table, 0), row) / 200;
        means += mean;
        means_squared += mean * mean;
        run_fini(&r);
    }
    tw_buf_fini(&csv);
    return means_squared / times - means / times * means / times;
}

/* Rubin and Schenker 1986: between bootstrapped imputations the mean of m imputed cells varies by s^2 (1/n + 1/m) and not
 * by s^2 / m alone. */
static void imputations(void) {
    double variance, between = spread(true, 100, &variance), expected = variance * (1.0 / 20 + 1.0 / 200);
    ok(between > 0.7 * expected && between < 1.4 * expected, "a bootstrap of the donors (%.1f, by theory %.1f)", between, expected);
    double seeds = spread(false, 100, &variance);
    ok(seeds > 0.7 * variance / 200 && seeds < 1.4 * variance / 200, "a single imputation has none (%.1f, by theory %.1f)", seeds,
       variance / 200);
    const char *csv = "x:float,y\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n,3\n,4\n";
    gives(&tw_step_impute_knn, "{\"cols\": \"x\", \"k\": 3, \"agg\": \"mean\"}", "x:float,y\n1.0,1\n2.0,2\n6.0,3\n,2\n",
          "x,y\n1.0,1\n2.0,2\n6.0,3\n3,2\n", "the mean of the neighbours");
    refuses(&tw_step_impute_knn, "{\"cols\": \"x\", \"imputation\": 2}", csv, TW_EUSAGE, "the median draws nothing");
    gives(&tw_step_impute_knn, "{\"cols\": \"x\", \"k\": 1}", "x:float,y,u,v,w,z\n7,1,1,2,3,4\n2,2,5,6,7,8\n9,9,9,9,9,9\n,2,,,,\n",
          "x,y,u,v,w,z\n7,1,1,2,3,4\n2,2,5,6,7,8\n9,9,9,9,9,9\n2,2,,,,\n", "a row that has one column is near by that one");
    bool seen[7] = {0}, near = true;
    for (int i = 0; i < 40; i++) {
        char json[96];
        snprintf(json, sizeof json, "{\"cols\": \"x\", \"k\": 3, \"agg\": \"draw\", \"imputation\": %d}", i);
        run r = run_step(&tw_step_impute_knn, json, csv);
        int x = r.rc ? 0 : (int)tw_column_number(tw_table_column(r.out.table, 0), 6);
        near &= x >= 1 && x <= 6;
        seen[x < 1 || x > 6 ? 0 : x] = true;
        run_fini(&r);
    }
    ok(near && seen[2] && seen[3] && seen[4], "drawn neighbours differ between imputations and are near");
}

int main(void) {
    single_values();
    edges();
    marks();
    new_data();
    neighbours();
    hotdeck();
    imputations();
    series();
    threads();
    return tap_done();
}
