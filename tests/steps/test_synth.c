/* Synthetic rows keep what matters of a table and none of its rows, and are the same for any number of threads. */
#include "base/random.h"
#include "tests/steps/run.h"

extern const tw_step_row tw_step_synth_trees;

enum { ROWS = 2000 };

/* x normal-like, y = 2 x + noise, g follows x, name unique, z missing where g is "c", k constant, e empty. */
static char *table_text(void) {
    tw_buf b;
    tw_buf_init(&b, 1 << 24);
    tw_buf_c(&b, "name,x:float,y:float,g,z:integer,k,e\n");
    tw_rng rng = tw_rng_make(tw_stream_make(3, TW_STR("test"), TW_STR("synth")), 0);
    for (int i = 0; i < ROWS; i++) {
        long x = (long)(tw_rng_normal(&rng) * 100), y = 2 * x + (long)(tw_rng_normal(&rng) * 20);
        const char *g = x < -50 ? "a" : x < 50 ? "b" : "c";
        tw_buf_printf(&b, "Person%04d,%ld.%02ld,%ld.5,%s,", i, x, labs(x * 7) % 100, y, g);
        if (*g != 'c')
            tw_buf_printf(&b, "%ld", labs(x) % 10);
        tw_buf_c(&b, ",same,\n");
    }
    return tw_buf_take(&b);
}

static double mean_of(const tw_table *t, int column, double *missing) {
    const tw_column *c = tw_table_column(t, (size_t)column);
    double sum = 0;
    int64_t n = 0;
    for (int64_t i = 0; i < tw_column_rows(c); i++)
        if (tw_column_is_value(c, i)) {
            sum += tw_column_number(c, i);
            n++;
        }
    *missing = 1 - (double)n / (double)tw_column_rows(c);
    return sum / (double)n;
}

/* Rows in which z is missing although g is not "c", or the other way round. */
static int64_t broken_rule(const tw_table *t) {
    int64_t broken = 0;
    for (int64_t i = 0; i < tw_table_rows(t); i++) {
        tw_cell g = tw_column_cell(tw_table_column(t, 3), i);
        broken += tw_str_eq_c(g.text, "c") == tw_column_is_value(tw_table_column(t, 4), i);
    }
    return broken;
}

static void test_faithful(const char *text) {
    run r = run_step(&tw_step_synth_trees, "{\"n\": 1000}", text);
    double missing, missing_new;
    if (!ok(r.rc == TW_OK, "rows are made: %s", r.err.message))
        return;
    succeeds(tw_table_need(r.in, NULL, 0, NULL, &r.err), &r.err, "the table is read");
    is_int(tw_table_rows(r.out.table), 1000, "as many as asked for");
    is_int(tw_table_width(r.out.table), 7, "all columns are there, in order");
    is_text(tw_str_c(tw_table_field(r.out.table, 6)->name), "e", "the empty one too");
    double mean = mean_of(r.in, 1, &missing), mean_new = mean_of(r.out.table, 1, &missing_new);
    ok(fabs(mean - mean_new) < 10, "the mean of x stays (%.1f, %.1f)", mean, mean_new);
    mean_of(r.in, 4, &missing);
    mean_of(r.out.table, 4, &missing_new);
    ok(fabs(missing - missing_new) < 0.04, "so does the share of missing cells (%.3f, %.3f)", missing, missing_new);
    ok(broken_rule(r.out.table) < 30, "and the rule by which they are missing (%lld broken)", (long long)broken_rule(r.out.table));
    tw_cell name = tw_column_cell(tw_table_column(r.out.table, 0), 5);
    ok(name.text.n == 10 && !tw_str_starts(name.text, TW_STR("Person")), "unique text keeps its form and nothing else");
    is_text(tw_column_cell(tw_table_column(r.out.table, 5), 9).text, "same", "a constant stays");
    is_int(tw_column_valid_count(tw_table_column(r.out.table, 6)), 0, "an empty column stays empty");
    run_fini(&r);
}

static char *rows_with(const char *text, size_t threads) {
    tw_pool *pool = NULL;
    tw_task task;
    run r;
    run_init(&r);
    succeeds(tw_pool_new(threads, &pool, &r.err), &r.err, "a pool is made");
    tw_task_init(&task, NULL, pool);
    r.task = &task;
    run_on(&r, &tw_step_synth_trees, "{\"n\": 500}", text, text);
    char *dump = tw_str_dup(run_dump(&r));
    run_fini(&r);
    tw_pool_free(pool);
    return dump;
}

static void test_threads(const char *text) {
    char *one = rows_with(text, 1), *four = rows_with(text, 4);
    ok(one && four && strcmp(one, four) == 0, "1 and 4 threads: the same rows");
    free(one);
    free(four);
}

static void test_small(void) {
    static const char *const tables[] = {"x:integer,g\n5,a\n", "x:integer\n1\n1\n1\n", "g\nNA\nNA\n", "x:float,d:date\n1.5,2020-01-01\nNA,2020-01-02\n"};
    for (size_t i = 0; i < TW_COUNT(tables); i++) {
        run r = run_step(&tw_step_synth_trees, "{\"n\": 20}", tables[i]);
        ok(r.rc == TW_OK && tw_table_rows(r.out.table) == 20, "a tiny table (%zu) is no error", i);
        run_fini(&r);
    }
    run r = run_step(&tw_step_synth_trees, "{}", "x:integer,g\n");
    is_int(r.rc, TW_EDATA, "a table without rows is one");
    run_fini(&r);
}

int main(void) {
    char *text = table_text();
    test_faithful(text);
    test_threads(text);
    test_small();
    free(text);
    return tap_done();
}
