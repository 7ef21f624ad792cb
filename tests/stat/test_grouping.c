/* Groups of rows against a naive twin: every pair of rows compared cell by cell. */
#include "stat/grouping.h"

#include "base/random.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

enum { ROWS = 300, COLUMNS = 3 };

static tw_error err = TW_ERROR_INIT;

/* A table whose cells repeat: values, missing and unreadable ones. */
static tw_table *random_table(uint64_t seed, uint64_t choices) {
    static const char *const ints[] = {"1", "2", "", "x", "30", "y", "NA"};
    static const char *const reals[] = {"0", "-0", "1.5", "", "q", "2.5", "-1"};
    static const char *const texts[] = {"a", "b", "", "NA", "\"c,d\"", "A", "e"};
    tw_stream s = tw_stream_make(seed, TW_STR("test"), TW_STR(""));
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "i:integer,f:float,t:text\n");
    for (uint64_t r = 0; r < ROWS; r++)
        tw_buf_printf(&text, "%s,%s,%s\n", ints[tw_draw_below(s, r, 0, choices)],
                      reals[tw_draw_below(s, r, 1, choices)],
                      texts[tw_draw_below(s, r, 2, choices)]);
    tw_table *t = fixture_table(text.p);
    tw_buf_fini(&text);
    return t;
}

static bool same_row(const tw_table *t, const int *columns, size_t n, int64_t a, int64_t b) {
    for (size_t c = 0; c < n; c++) {
        tw_cell x = tw_column_cell(tw_table_column(t, (size_t)columns[c]), a);
        tw_cell y = tw_column_cell(tw_table_column(t, (size_t)columns[c]), b);
        if (!tw_cell_equal(&x, &y))
            return false;
    }
    return true;
}

static int64_t count_like(const tw_table *t, const int *columns, size_t n, int64_t row) {
    int64_t count = 0;
    for (int64_t r = 0; r < tw_table_rows(t); r++)
        count += same_row(t, columns, n, row, r);
    return count;
}

/* A row is in its group's group, and nowhere else. */
static bool right_groups(const tw_table *t, const int *columns, size_t n, const tw_grouping *g) {
    uint32_t seen = 0;
    for (int64_t r = 0; r < tw_table_rows(t); r++) {
        uint32_t own = g->of[r];
        if (own > seen || (own == seen && g->first[own] != r))
            return false; /* numbered by first appearance */
        seen += own == seen;
        if (!same_row(t, columns, n, r, g->first[own]) ||
            g->count[own] != count_like(t, columns, n, r))
            return false;
    }
    return seen == g->n;
}

static int compare_rows(const tw_table *t, const int *columns, size_t n, int64_t a, int64_t b) {
    int sign = 0;
    for (size_t c = 0; c < n && !sign; c++) {
        tw_cell x = tw_column_cell(tw_table_column(t, (size_t)columns[c]), a);
        tw_cell y = tw_column_cell(tw_table_column(t, (size_t)columns[c]), b);
        sign = tw_cell_compare(&x, &y);
    }
    return sign;
}

static bool right_order(const tw_table *t, const int *columns, size_t n, const tw_grouping *g,
                        const uint32_t *order) {
    for (uint32_t i = 1; i < g->n; i++) {
        uint32_t a = order[i - 1], b = order[i];
        if (g->count[a] < g->count[b] ||
            (g->count[a] == g->count[b] &&
             compare_rows(t, columns, n, g->first[a], g->first[b]) >= 0))
            return false;
    }
    return true;
}

static void test_random(void) {
    const int columns[COLUMNS] = {2, 0, 1};
    bool grouped = true, ordered = true;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        tw_table *t = random_table(seed, 3 + seed % 5);
        succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "columns");
        for (size_t n = 0; n <= COLUMNS; n++) {
            tw_grouping g;
            if (tw_grouping_make(t, columns, n, NULL, &g, &err) != TW_OK) {
                ok(false, "%s", err.message);
                return;
            }
            uint32_t *order = tw_calloc(g.n, sizeof *order);
            grouped = grouped && right_groups(t, columns, n, &g);
            grouped = grouped && tw_grouping_by_size(t, columns, n, &g, order, NULL, &err) == TW_OK;
            ordered = ordered && right_order(t, columns, n, &g, order);
            free(order);
            tw_grouping_fini(&g);
        }
        tw_table_unref(t);
    }
    ok(grouped, "rows with equal cells share a group, others do not");
    ok(ordered, "the largest first, equal ones in the order of their cells");
}

/* More pairs than the dense table holds. */
static void test_many(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "a:integer,b:integer\n");
    for (int i = 0; i < 6000; i++)
        tw_buf_printf(&text, "%d,%d\n", i % 3000 * 1000, (i * 7) % 3000 * 1000);
    tw_table *t = fixture_table(text.p);
    const int columns[] = {0, 1};
    tw_grouping g;
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "columns of many values");
    succeeds(tw_grouping_make(t, columns, 2, NULL, &g, &err), &err, "grouped");
    is_int(g.n, 3000, "row i and row i + 3000 are alike");
    ok(right_groups(t, columns, 2, &g), "and no others");
    tw_grouping_fini(&g);
    tw_table_unref(t);
    tw_buf_fini(&text);
}

static void test_empty(void) {
    tw_table *t = fixture_table("a,b\n");
    const int columns[] = {0, 1};
    tw_grouping g;
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "a table without rows");
    succeeds(tw_grouping_make(t, columns, 2, NULL, &g, &err), &err, "is grouped");
    is_int(g.n, 0, "into no groups");
    uint32_t none;
    succeeds(tw_grouping_by_size(t, columns, 2, &g, &none, NULL, &err), &err, "and ordered");
    tw_grouping_fini(&g);
    tw_table_unref(t);
}

int main(void) {
    test_random();
    test_many();
    test_empty();
    return tap_done();
}
