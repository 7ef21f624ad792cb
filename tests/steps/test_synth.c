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

static int64_t index_of(const tw_table *big, const tw_table *small, int64_t from, int64_t row) {
    for (; from < tw_table_rows(big); from++) {
        bool same = true;
        for (size_t c = 0; same && c < tw_table_width(big); c++) {
            tw_cell a = tw_column_cell(tw_table_column(big, c), from), b = tw_column_cell(tw_table_column(small, c), row);
            same = tw_cell_equal(&a, &b);
        }
        if (same)
            return from;
    }
    return -1;
}

/* The rows that meet a condition are those of the unconditional sequence, in its order, none left out. */
static void test_given(const char *text) {
    run all = run_step(&tw_step_synth_trees, "{\"n\": 4000}", text);
    run some = run_step(&tw_step_synth_trees, "{\"n\": 200, \"given\": \"g == 'c' and x > 80\"}", text);
    if (!ok(all.rc == TW_OK && some.rc == TW_OK, "rows under a condition: %s", some.err.message))
        return;
    int64_t at = -1, met = 0, wrong = 0, last = 0;
    for (int64_t i = 0; i < 200; i++) {
        at = index_of(all.out.table, some.out.table, at + 1, i);
        last = at >= 0 ? at : last;
        wrong += at < 0 || tw_column_number(tw_table_column(some.out.table, 1), i) <= 80;
    }
    for (int64_t i = 0; i <= last; i++)
        met += tw_column_number(tw_table_column(all.out.table, 1), i) > 80 &&
               tw_str_eq_c(tw_column_cell(tw_table_column(all.out.table, 3), i).text, "c");
    is_int(wrong, 0, "all meet it and stand among the others");
    is_int(met, 200, "none was passed over");
    ok(tw_doc_as_int(tw_doc_get(some.out.summary, "drawn"), 0) > last, "it says how many were drawn");
    run_fini(&all);
    run_fini(&some);
}

static void fails(const char *json, const char *text, enum tw_rc rc, const char *says, const char *name) {
    run r = run_step(&tw_step_synth_trees, json, text);
    is_int(r.rc, rc, name);
    ok(strstr(r.err.message, says) != NULL, "it says why: %s", r.err.message);
    run_fini(&r);
}

static void test_impossible(const char *text) {
    fails("{\"n\": 5, \"given\": \"g == 'd'\"}", text, TW_EDATA, "none of", "a level that does not exist");
    fails("{\"n\": 500, \"tries\": 1, \"given\": \"x > 200\"}", text, TW_EDATA, "too rare", "a condition too rare");
    fails("{\"given\": \"h == 1\"}", text, TW_EUNKNOWN_COLUMN, "'h'", "an unknown column");
    fails("{\"given\": \"x + 1\"}", text, TW_EUSAGE, "no condition", "a number");
    fails("{\"given\": \"x >\"}", text, TW_EPARSE, "expression", "half a condition");
}

/* Names of fewer rows than `rare` give way, also in leaves that hold nothing else. */
static void test_rare(void) {
    tw_buf b;
    tw_buf_init(&b, 1 << 20);
    tw_buf_c(&b, "name,x:integer\n");
    for (int i = 0; i < 400; i++)
        tw_buf_printf(&b, "%s,%d\n", i < 30 ? i % 10 == 0 ? "Ann" : i % 10 == 1 ? "Bob" : "Cy" : "Dan", i < 30 ? 1000 + i % 3 : i);
    run r = run_step(&tw_step_synth_trees, "{\"n\": 2000, \"leaf\": 2, \"rare\": 4}", b.p);
    int64_t rare = 0, missing = 0;
    for (int64_t i = 0; r.rc == TW_OK && i < 2000; i++) {
        tw_cell name = tw_column_cell(tw_table_column(r.out.table, 0), i);
        missing += name.state != TW_VALUE;
        rare += name.state == TW_VALUE && !tw_str_eq_c(name.text, "Cy") && !tw_str_eq_c(name.text, "Dan");
    }
    ok(r.rc == TW_OK && rare == 0 && missing == 0, "rare names are not handed out (%lld, %lld)", (long long)rare, (long long)missing);
    tw_buf state;
    tw_buf_init(&state, TW_BUF_MAX);
    ok(tw_json_write(&state, r.state, 0) && !strstr(state.p, "Ann") && strstr(state.p, "Dan"), "nor do they stand in the model");
    tw_buf_fini(&state);
    run_fini(&r);
    tw_buf_fini(&b);
}

/* Any number of a model changed: an error or rows, never a crash (sanitizers look). */
static void test_made_up(const char *text) {
    run r = run_step(&tw_step_synth_trees, "{\"n\": 20, \"bag\": 2}", text);
    tw_buf state;
    tw_buf_init(&state, TW_BUF_MAX);
    bool good = r.rc == TW_OK && tw_json_write(&state, r.state, 0);
    tw_rng rng = tw_rng_make(tw_stream_make(5, TW_STR("test"), TW_STR("damage")), 0);
    tw_step_env env = {.seed = 1, .id = TW_STR("synth_trees"), .row_key = -1, .arena = &r.arena};
    int refused = 0, tried = 0;
    tw_doc_free(r.values);
    void *args = run_args(&r, &tw_step_synth_trees, "{\"n\": 20}");
    for (int i = 0; good && i < 400; i++) {
        size_t at = (size_t)tw_rng_below(&rng, state.n);
        char was = state.p[at], put = "0123456789ABCDEFZaz/+"[tw_rng_below(&rng, 21)];
        tw_doc *doc = NULL;
        tw_step_result out = {0};
        state.p[at] = put;
        if (tw_json_read(tw_buf_view(&state), &doc, NULL) == TW_OK) {
            tried++;
            refused += tw_step_synth_trees.apply(args, doc, &env, r.in, &out, NULL) != TW_OK;
            tw_table_unref(out.table);
            tw_doc_free(out.summary);
        }
        tw_doc_free(doc);
        state.p[at] = was;
    }
    ok(good && tried > 300 && refused > 20, "made-up models: %d of %d refused", refused, tried);
    tw_buf_fini(&state);
    run_fini(&r);
}

int main(void) {
    char *text = table_text();
    test_faithful(text);
    test_threads(text);
    test_small();
    test_given(text);
    test_impossible(text);
    test_rare();
    test_made_up(text);
    free(text);
    return tap_done();
}
