/* Aggregates of groups: R's data set mtcars against NumPy, random tables against a naive twin that
 * looks at one cell after the other, and the edges: nothing left, sums too large, lost digits. */
#include "stat/aggregate.h"

#include "base/random.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

static tw_error err = TW_ERROR_INIT;

/* The figure of a column in groups by another one; NULL after a failure. */
static tw_column *figure(const tw_table *t, const char *name, int values, int key, double level,
                         int64_t *overflows) {
    tw_grouping g;
    tw_column *out = NULL;
    if (tw_table_need(t, NULL, 0, NULL, &err) != TW_OK ||
        tw_grouping_make(t, &key, key >= 0, NULL, &g, &err) != TW_OK)
        return NULL;
    const tw_column *cells = values >= 0 ? tw_table_column(t, (size_t)values) : NULL;
    const tw_aggregate_with with = {.level = level, .separator = TW_STR("; ")};
    if (tw_aggregate_run(tw_aggregate_find(tw_str_c(name)), cells, &with, &g, NULL, &out, overflows,
                         &err) != TW_OK)
        out = NULL;
    tw_grouping_fini(&g);
    return out;
}

/* The figures as text, '|' between, missing as "~". */
static void is_figure(const tw_table *t, const char *name, int values, int key, double level,
                      const char *want) {
    tw_column *cells = figure(t, name, values, key, level, NULL);
    tw_format format = TW_FORMAT_PLAIN;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    for (int64_t i = 0; cells && i < tw_column_rows(cells); i++) {
        tw_cell cell = tw_column_cell(cells, i);
        tw_buf_c(&out, i ? "|" : "");
        if (cell.state == TW_VALUE)
            tw_cell_write(&cell, &format, &out);
        else
            tw_buf_char(&out, '~');
    }
    is_text(tw_buf_view(&out), want, name);
    tw_column_unref(cells);
    tw_buf_fini(&out);
}

static void test_mtcars(void) {
    static const char mtcars[] =
        "mpg:float,cyl:integer\n21.0,6\n21.0,6\n22.8,4\n21.4,6\n18.7,8\n18.1,6\n14.3,8\n24.4,4\n"
        "22.8,4\n19.2,6\n17.8,6\n16.4,8\n17.3,8\n15.2,8\n10.4,8\n10.4,8\n14.7,8\n32.4,4\n30.4,4\n"
        "33.9,4\n21.5,4\n15.5,8\n15.2,8\n13.3,8\n19.2,8\n27.3,4\n26.0,4\n30.4,4\n15.8,8\n19.7,6\n"
        "15.0,8\n21.4,4\n";
    static const struct {
        const char *name;
        double six, four,
            eight; /* NumPy 2 and SciPy 1: sum, mean, std(ddof=1), var(ddof=1), median, … */
    } cases[] = {
        {"count", 7, 11, 14},
        {"count_distinct", 6, 9, 12},
        {"sum", 138.2, 293.3, 211.4},
        {"mean", 19.742857142857142, 26.663636363636364, 15.1},
        {"sd", 1.453567041060419, 4.509827652421481, 2.5600480764716416},
        {"var", 2.112857142857143, 20.33854545454545, 6.553846153846154},
        {"median", 19.7, 26.0, 15.2},
        {"quantile", 21.16, 32.4, 18.28},
        {"mad", 1.3, 4.4, 1.05},
        {"skew", -0.2585791080480908, 0.3484752844598406, -0.45584898029443144},
        {"kurtosis", -1.829440062611979, -1.4341073444215395, 0.3300609998016264},
        {"min", 17.8, 21.4, 10.4},
        {"max", 21.4, 33.9, 19.2},
        {"first", 21.0, 22.8, 18.7},
        {"last", 19.7, 21.4, 15.0},
        {"mode", 21.0, 22.8, 10.4},
    };
    tw_table *t = fixture_table(mtcars);
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_column *cells = figure(t, cases[i].name, 0, 1, 0.9, NULL);
        ok(cells && tw_column_rows(cells) == 3, "%s of mpg by cyl", cases[i].name);
        is_near(tw_column_number(cells, 0), cases[i].six, 1e-14, "six cylinders");
        is_near(tw_column_number(cells, 1), cases[i].four, 1e-14, "four");
        is_near(tw_column_number(cells, 2), cases[i].eight, 1e-14, "eight");
        tw_column_unref(cells);
    }
    tw_table_unref(t);
}

/* --- against the twin --- */

enum { ROWS = 400 };

static tw_table *random_table(uint64_t seed) {
    static const char *const cells[][6] = {{"1", "-20", "", "3", "x", "4000000000"},
                                           {"0.5", "-1.25", "", "7", "q", "1e10"},
                                           {"b", "a", "", "zz", "\xc3\xa5", "B"},
                                           {"2024-01-31", "1969-12-30", "", "2000-02-29", "?", "1"},
                                           {"true", "false", "", "false", "?", "true"}};
    tw_stream s = tw_stream_make(seed, TW_STR("test"), TW_STR(""));
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "k:text,i:integer,f:float,t:text,d:date,b:boolean\n");
    for (uint64_t r = 0; r < ROWS; r++) {
        tw_buf_printf(&text, "%c", (char)('a' + tw_draw_below(s, r, 9, 4 + seed % 60)));
        for (uint64_t c = 0; c < TW_COUNT(cells); c++)
            tw_buf_printf(&text, ",%s", cells[c][tw_draw_below(s, r, c, 6)]);
        tw_buf_char(&text, '\n');
    }
    tw_table *t = fixture_table(text.p);
    tw_buf_fini(&text);
    return t;
}

/* Values of the rows with the same key, in their order; how many. */
static size_t members(const tw_table *t, int values, int64_t row, tw_cell *out) {
    const tw_column *keys = tw_table_column(t, 0), *cells = tw_table_column(t, (size_t)values);
    tw_cell own = tw_column_cell(keys, row);
    size_t n = 0;
    for (int64_t r = 0; r < ROWS; r++) {
        tw_cell key = tw_column_cell(keys, r), cell = tw_column_cell(cells, r);
        if (tw_cell_equal(&key, &own) && cell.state == TW_VALUE)
            out[n++] = cell;
    }
    return n;
}

static double number(const tw_cell *cell) {
    return tw_type_ops_of(cell->type)->to_f64(cell);
}

static void sort_cells(tw_cell *x, size_t n) {
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && tw_cell_compare(&x[k - 1], &x[k]) > 0; k--) {
            tw_cell held = x[k];
            x[k] = x[k - 1];
            x[k - 1] = held;
        }
}

static double twin_quantile(const tw_cell *sorted, size_t n, double level) {
    double at = (double)(n - 1) * level, below = floor(at);
    double a = number(&sorted[(size_t)below]), share = at - below;
    return share > 0 ? a + (number(&sorted[(size_t)below + 1]) - a) * share : a;
}

static double twin_mean(const tw_cell *x, size_t n) {
    long double s = 0;
    for (size_t i = 0; i < n; i++)
        s += (long double)number(&x[i]);
    return (double)(s / (long double)n);
}

static double twin_variance(const tw_cell *x, size_t n) {
    long double s = 0, mean = (long double)twin_mean(x, n);
    for (size_t i = 0; i < n; i++)
        s += ((long double)number(&x[i]) - mean) * ((long double)number(&x[i]) - mean);
    return (double)(s / (long double)(n - 1));
}

/* Different values, the most frequent one (the smallest of several) in *mode. */
static size_t twin_values(const tw_cell *sorted, size_t n, tw_cell *mode) {
    size_t different = 0, most = 0, run = 0;
    for (size_t i = 0; i < n; i++) {
        bool fresh = i == 0 || tw_cell_compare(&sorted[i - 1], &sorted[i]) != 0;
        different += fresh;
        run = fresh ? 1 : run + 1;
        if (run > most)
            *mode = sorted[i];
        most = TW_MAX(most, run);
    }
    return different;
}

/* A cell that the twin names, or missing where there was none. */
static bool same_cell(const tw_column *got, int64_t g, const tw_cell *want, size_t n) {
    tw_cell cell = tw_column_cell(got, g);
    return n ? tw_cell_equal(&cell, want) : cell.state == TW_MISSING;
}

static bool near(const tw_column *got, int64_t g, double want, bool there) {
    double x = tw_column_number(got, g);
    if (!there)
        return !tw_column_is_value(got, g);
    if (tw_column_type(got) == TW_DATE)
        want = nearbyint(want);
    return fabs(x - want) <= 1e-12 * (1 + fabs(want));
}

typedef struct twin {
    tw_cell rows[ROWS], sorted[ROWS], mode;
    size_t n, different;
} twin;

static bool joined(const tw_column *got, int64_t g, const tw_cell *rows, size_t n) {
    tw_buf want;
    tw_buf_init(&want, 1 << 16);
    for (size_t i = 0; i < n; i++) {
        tw_buf_c(&want, i ? "; " : "");
        tw_buf_str(&want, rows[i].text);
    }
    tw_cell whole = tw_cell_text(tw_buf_view(&want));
    bool good = same_cell(got, g, &whole, n);
    tw_buf_fini(&want);
    return good;
}

static bool agrees(const char *name, const tw_column *got, int64_t g, const twin *w) {
    const tw_cell *s = w->sorted;
    size_t n = w->n;
    if (strcmp(name, "count") == 0)
        return near(got, g, (double)n, true);
    if (strcmp(name, "count_distinct") == 0 || strcmp(name, "n_distinct") == 0)
        return near(got, g, (double)w->different, true);
    if (strcmp(name, "sum") == 0)
        return near(got, g, n ? twin_mean(s, n) * (double)n : 0, n > 0);
    if (strcmp(name, "mean") == 0 || strcmp(name, "avg") == 0)
        return near(got, g, n ? twin_mean(s, n) : 0, n > 0);
    if (strcmp(name, "median") == 0 || strcmp(name, "quantile") == 0)
        return near(got, g, n ? twin_quantile(s, n, *name == 'm' ? 0.5 : 0.3) : 0, n > 0);
    if (strcmp(name, "var") == 0 || strcmp(name, "variance") == 0)
        return near(got, g, n > 1 ? twin_variance(s, n) : 0, n > 1);
    if (strcmp(name, "sd") == 0 || strcmp(name, "stddev") == 0)
        return near(got, g, n > 1 ? sqrt(twin_variance(s, n)) : 0, n > 1);
    if (strcmp(name, "min") == 0 || strcmp(name, "all") == 0)
        return same_cell(got, g, &s[0], n);
    if (strcmp(name, "max") == 0 || strcmp(name, "any") == 0)
        return same_cell(got, g, &s[n ? n - 1 : 0], n);
    if (strcmp(name, "mode") == 0)
        return same_cell(got, g, &w->mode, n);
    if (strcmp(name, "first") == 0)
        return same_cell(got, g, &w->rows[0], n);
    if (strcmp(name, "last") == 0)
        return same_cell(got, g, &w->rows[n ? n - 1 : 0], n);
    if (strcmp(name, "string_agg") == 0)
        return joined(got, g, w->rows, n);
    if (strcmp(name, "count_if") == 0)
        return near(got, g, n ? twin_mean(s, n) * (double)n : 0, true);
    bool above =
        strcmp(name, "mad") == 0 || strcmp(name, "skew") == 0 || strcmp(name, "kurtosis") == 0;
    return above; /* of published numbers */
}

static bool column_agrees(const tw_table *t, const char *name, int values) {
    static twin w;
    const int key = 0;
    tw_grouping g;
    bool good = tw_grouping_make(t, &key, 1, NULL, &g, &err) == TW_OK;
    tw_column *got = good ? figure(t, name, values, 0, 0.3, NULL) : NULL;
    good = got && tw_column_rows(got) == (int64_t)g.n;
    for (uint32_t i = 0; good && i < g.n; i++) {
        w.n = members(t, values, g.first[i], w.rows);
        memcpy(w.sorted, w.rows, sizeof w.rows);
        sort_cells(w.sorted, w.n);
        w.different = twin_values(w.sorted, w.n, &w.mode);
        good = agrees(name, got, i, &w);
    }
    tw_column_unref(got);
    tw_grouping_fini(&g);
    return good;
}

static void test_random(void) {
    for (uint64_t seed = 1; seed <= 4; seed++) {
        tw_table *t = random_table(seed * 17);
        const tw_aggregate *a;
        succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "columns");
        for (size_t i = 0; (a = tw_aggregate_at(i)) != NULL; i++)
            for (int c = 1; c < 6; c++)
                if (tw_aggregate_type(a, tw_table_field(t, (size_t)c)->type) != TW_TYPE_COUNT &&
                    !column_agrees(t, tw_aggregate_name(a), c))
                    ok(false, "%s of %s", tw_aggregate_name(a), tw_table_field(t, (size_t)c)->name);
        ok(true, "every aggregate of every type as the twin, table %d", (int)seed);
        tw_table_unref(t);
    }
}

/* --- edges --- */

static void test_missing(void) {
    tw_table *t =
        fixture_table("k,i:integer,f:float,t:text,d:date\na,,,,\nb,5,,x,2024-01-31\na,y,,,\n");
    is_figure(t, "count", -1, 0, 0, "2|1");
    is_figure(t, "count", 1, 0, 0, "0|1");
    is_figure(t, "sum", 1, 0, 0, "~|5");
    is_figure(t, "mean", 2, 0, 0, "~|~");
    is_figure(t, "sd", 1, 0, 0, "~|~");
    is_figure(t, "median", 4, 0, 0, "~|2024-01-31");
    is_figure(t, "mode", 3, 0, 0, "~|x");
    is_figure(t, "count_distinct", 1, 0, 0, "0|1");
    is_figure(t, "max", 3, -1, 0, "x");
    tw_table_unref(t);
}

static void test_times_keep_their_type(void) {
    tw_table *t = fixture_table("d:date,s:datetime,c:time\n2024-01-01,2024-01-01T00:00:00,10:00\n"
                                "2024-01-04,2024-01-01T00:00:01,11:00\n");
    is_figure(t, "mean", 0, -1, 0, "2024-01-02"); /* 19723 and 19726: half to even */
    is_figure(t, "max", 0, -1, 0, "2024-01-04");
    is_figure(t, "median", 1, -1, 0, "2024-01-01T00:00:00.5");
    is_figure(t, "quantile", 2, -1, 0.25, "10:15:00");
    tw_table_unref(t);
}

static void test_large(void) {
    tw_table *t = fixture_table("k,i:integer,f:float\n"
                                "a,9223372036854775807,1e16\na,9223372036854775807,1\n"
                                "a,-9223372036854775807,-1e16\nb,9223372036854775807,1e308\n"
                                "b,1,1e308\n");
    int64_t overflows = 0;
    is_figure(t, "sum", 1, 0, 0, "9223372036854775807|~");
    is_figure(t, "sum", 2, 0, 0, "1|~");
    tw_column *cells = figure(t, "sum", 1, 0, 0, &overflows);
    is_int(overflows, 1, "a sum beyond 64 bits is counted");
    tw_column_unref(cells);
    tw_table_unref(t);
    t = fixture_table("x:float\n1000000000.1\n1000000000.1\n1000000000.1\n");
    is_figure(t, "sd", 0, -1, 0, "0"); /* no spread out of rounding */
    tw_table_unref(t);
}

static void test_groups(void) {
    tw_table *t = fixture_table("k:text,v:integer\nb,1\n,2\na,3\nb,4\n");
    const int key = 0;
    tw_grouping g;
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "columns");
    succeeds(tw_grouping_make(t, &key, 1, NULL, &g, &err), &err, "groups");
    succeeds(tw_grouping_sort(t, &key, 1, &g, NULL, &err), &err, "in order");
    ok(g.first[0] == 2 && g.first[1] == 0 && g.first[2] == 1, "values, then missing");
    ok(g.of[0] == 1 && g.of[1] == 2 && g.of[2] == 0 && g.of[3] == 1, "rows follow");
    ok(g.count[0] == 1 && g.count[1] == 2 && g.count[2] == 1, "sizes too");
    succeeds(tw_grouping_add_empty(&g, &err), &err, "one without rows");
    tw_column *sums = NULL, *counts = NULL;
    const tw_column *v = tw_table_column(t, 1);
    succeeds(
        tw_aggregate_run(tw_aggregate_find(TW_STR("SUM")), v, NULL, &g, NULL, &sums, NULL, &err),
        &err, "sums");
    succeeds(tw_aggregate_run(tw_aggregate_find(TW_STR("count")), v, NULL, &g, NULL, &counts, NULL,
                              &err),
             &err, "counts");
    ok(tw_column_number(sums, 1) == 5 && !tw_column_is_value(sums, 3), "its sum is missing");
    ok(tw_column_number(counts, 3) == 0 && tw_column_is_value(counts, 3), "and its count 0");
    tw_column_unref(sums);
    tw_column_unref(counts);
    tw_grouping_fini(&g);
    tw_table_unref(t);
}

static void test_types(void) {
    const tw_aggregate *sum = tw_aggregate_find(TW_STR("sum"));
    is_int(tw_aggregate_type(sum, TW_TEXT), TW_TYPE_COUNT, "texts have no sum");
    is_int(tw_aggregate_type(sum, TW_BOOLEAN), TW_INTEGER, "how many are true");
    is_int(tw_aggregate_type(tw_aggregate_find(TW_STR("any")), TW_INTEGER), TW_TYPE_COUNT,
           "a number is no answer");
    ok(!tw_aggregate_find(TW_STR("summ")), "a name that is none");
}

int main(void) {
    test_mtcars();
    test_random();
    test_missing();
    test_times_keep_their_type();
    test_large();
    test_groups();
    test_types();
    return tap_done();
}
