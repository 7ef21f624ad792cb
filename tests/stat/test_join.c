/* Rows that match by key: order, missing and unreadable keys, repeated ones, limits, threads; and
 * against a twin that compares every row with every other. */
#include "stat/join.h"

#include "base/random.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

static tw_error err = TW_ERROR_INIT;

/* "0-1 2-." for the rows 0 and 1, 2 and none. */
static void pairs_are(const tw_join *join, const char *want, const char *desc) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    for (int64_t i = 0; i < join->n; i++)
        for (size_t s = 0; s < TW_JOIN_SIDES; s++) {
            tw_buf_c(&out, s ? "-" : i ? " " : "");
            if (join->rows[s][i] == UINT32_MAX)
                tw_buf_char(&out, '.');
            else
                tw_buf_printf(&out, "%u", join->rows[s][i]);
        }
    is_text(tw_buf_view(&out), want, desc);
    tw_buf_fini(&out);
}

typedef struct pair {
    tw_table *a, *b;
    size_t n; /* key columns: the first ones of both */
} pair;

static pair pair_of(const char *a, const char *b, size_t n) {
    pair p = {fixture_table(a), fixture_table(b), n};
    succeeds(tw_table_need(p.a, NULL, 0, NULL, &err), &err, "one table");
    succeeds(tw_table_need(p.b, NULL, 0, NULL, &err), &err, "and another");
    return p;
}

static void pair_free(pair *p) {
    tw_table_unref(p->a);
    tw_table_unref(p->b);
}

static enum tw_rc join(const pair *p, enum tw_join_kind kind, int64_t most, tw_task *task,
                       tw_join *out) {
    static const int columns[] = {0, 1, 2};
    const tw_join_side sides[] = {{p->a, columns}, {p->b, columns}};
    return tw_join_make(sides, p->n, kind, most, task, out, &err);
}

static void join_is(const pair *p, enum tw_join_kind kind, const char *want, const char *desc) {
    tw_join found;
    succeeds(join(p, kind, 1000, NULL, &found), &err, desc);
    pairs_are(&found, want, desc);
    tw_join_fini(&found);
}

/* The tables of dplyr's manual, page "mutate-joins". */
static void test_kinds(void) {
    pair p = pair_of("name,band\nMick,Stones\nJohn,Beatles\nPaul,Beatles\n",
                     "name,plays\nJohn,guitar\nPaul,bass\nKeith,guitar\n", 1);
    join_is(&p, TW_JOIN_INNER, "1-0 2-1", "inner_join");
    join_is(&p, TW_JOIN_LEFT, "0-. 1-0 2-1", "left_join");
    join_is(&p, TW_JOIN_FULL, "0-. 1-0 2-1 .-2", "full_join");
    join_is(&p, TW_JOIN_ANTI, "0-.", "anti_join");
    pair_free(&p);
}

static void test_order(void) {
    pair p = pair_of("k:integer\n2\n1\n\n2\n9\n", "k:integer\n1\n2\n7\n\n2\n", 1);
    join_is(&p, TW_JOIN_INNER, "0-1 0-4 1-0 3-1 3-4", "repeated keys multiply, in order");
    join_is(&p, TW_JOIN_FULL, "0-1 0-4 1-0 2-. 3-1 3-4 4-. .-2 .-3",
            "missing keys match nothing, not even each other");
    tw_join found;
    succeeds(join(&p, TW_JOIN_LEFT, 7, NULL, &found), &err, "as many rows as may be");
    is_int(found.matched[0], 3, "rows of the first that match");
    is_int(found.matched[1], 3, "of the second");
    is_int(found.missing[0], 1, "without a key");
    is_int(found.missing[1], 1, "in both");
    tw_join_fini(&found);
    is_int(join(&p, TW_JOIN_LEFT, 6, NULL, &found), TW_ELIMIT, "one row less is refused");
    ok(strstr(err.message, "7 rows") != NULL, "with the count");
    pair_free(&p);
}

static void test_values(void) {
    pair p = pair_of("k:float\n1.50\n0\n-0.0\nx\n2\n", "k:float\n1.5\n-0\ny\nx\n", 1);
    join_is(&p, TW_JOIN_INNER, "0-0 1-1 2-1 3-3", "numbers by value, unreadable cells by text");
    pair_free(&p);
    p = pair_of("k:integer\n0\n5\n", "k:integer\nNA\nx\n", 1);
    join_is(&p, TW_JOIN_FULL, "0-. 1-. .-0 .-1", "a cell without a value is no zero");
    pair_free(&p);
    p = pair_of("d:date\n2024-01-31\n2024-02-01\n", "d:date\n2024-02-01\n", 1);
    join_is(&p, TW_JOIN_INNER, "1-0", "dates");
    pair_free(&p);
}

static void test_several(void) {
    pair p = pair_of("a:integer,b,c:float\n1,x,1\n1,y,1\n2,x,1\n,x,1\n1,x,2\n",
                     "a:integer,b,c:float\n1,x,1\n2,y,1\n1,x,\n2,x,1\n1,x,1\n", 3);
    join_is(&p, TW_JOIN_INNER, "0-0 0-4 2-3", "all columns of the key");
    pair_free(&p);
}

static void test_empty(void) {
    pair p = pair_of("k:integer\n", "k:integer\n1\n", 1);
    join_is(&p, TW_JOIN_LEFT, "", "no rows on one side");
    join_is(&p, TW_JOIN_FULL, ".-0", "leave those of the other");
    pair_free(&p);
    p = pair_of("k:integer\n1\n", "k:integer\n", 1);
    join_is(&p, TW_JOIN_LEFT, "0-.", "whichever it is");
    join_is(&p, TW_JOIN_INNER, "", "and nothing in common");
    pair_free(&p);
}

/* --- a twin --- */

enum { ROWS_A = 150000, ROWS_B = 700 };

static char *random_table(int rows, uint64_t seed) {
    tw_stream stream = tw_stream_make(seed, TW_STR("join"), TW_STR("test"));
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "i:integer,t:text\n");
    for (int r = 0; r < rows; r++) {
        uint64_t i = tw_draw_below(stream, (uint64_t)r, 0, 60);
        uint64_t t = tw_draw_below(stream, (uint64_t)r, 1, 2000);
        if (i)
            tw_buf_printf(&text, "%u", (unsigned)i);
        tw_buf_printf(&text, ",%s%u\n", t % 3 ? "a rather long word " : "", (unsigned)t % 40);
    }
    return tw_buf_take(&text);
}

static bool equal(const pair *p, int64_t a, int64_t b) {
    for (size_t k = 0; k < p->n; k++) {
        tw_cell x = tw_column_cell(tw_table_column(p->a, k), a);
        tw_cell y = tw_column_cell(tw_table_column(p->b, k), b);
        if (x.state == TW_MISSING || !tw_cell_equal(&x, &y))
            return false;
    }
    return true;
}

/* Every hundredth row of a, compared with all of b. */
static bool like_twin(const pair *p, const tw_join *found) {
    int64_t at = 0;
    for (int64_t a = 0; a < ROWS_A; a += 97) {
        while (at < found->n && found->rows[0][at] < a)
            at++;
        for (int64_t b = 0; b < ROWS_B; b++)
            if (equal(p, a, b) &&
                (at >= found->n || found->rows[0][at] != a || found->rows[1][at++] != b))
                return false;
        if (at < found->n && found->rows[0][at] == a)
            return false;
    }
    return true;
}

static void test_twin(void) {
    char *a = random_table(ROWS_A, 1), *b = random_table(ROWS_B, 2);
    pair p = pair_of(a, b, 2);
    tw_pool *pool = NULL;
    tw_task task;
    tw_join one, four;
    succeeds(tw_pool_new(4, &pool, &err), &err, "four threads");
    tw_task_init(&task, NULL, pool);
    succeeds(join(&p, TW_JOIN_INNER, INT64_MAX, NULL, &one), &err, "many rows");
    succeeds(join(&p, TW_JOIN_INNER, INT64_MAX, &task, &four), &err, "in four threads");
    ok(like_twin(&p, &one), "match as the twin says");
    ok(one.n == four.n && memcmp(one.rows[0], four.rows[0], (size_t)one.n * 4) == 0 &&
           memcmp(one.rows[1], four.rows[1], (size_t)one.n * 4) == 0,
       "and the same for any number of threads");
    tw_join_fini(&one);
    tw_join_fini(&four);
    tw_task_cancel(&task);
    is_int(join(&p, TW_JOIN_INNER, INT64_MAX, &task, &one), TW_ECANCEL, "can be cancelled");
    tw_pool_free(pool);
    pair_free(&p);
    free(a);
    free(b);
}

int main(void) {
    test_kinds();
    test_order();
    test_values();
    test_several();
    test_empty();
    test_twin();
    return tap_done();
}
