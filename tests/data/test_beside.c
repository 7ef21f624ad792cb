/* Rows of two tables side by side: names, bytes, types, rows that only one table has. */
#include "data/beside.h"

#include "data/source.h"
#include "tests/data/fixture.h"
#include "tests/data/rows_are.h"
#include "tests/tap.h"

#define NONE UINT32_MAX

static uint32_t *copy(const uint32_t *rows, size_t n) {
    uint32_t *own = tw_calloc(n, sizeof *own);
    if (own && n)
        memcpy(own, rows, n * sizeof *own);
    return own;
}

static tw_table *beside(tw_beside pairs, const uint32_t *a, const uint32_t *b, size_t n) {
    tw_table *out = NULL;
    pairs.rows_a = copy(a, n);
    pairs.rows_b = copy(b, n);
    pairs.rows = (int64_t)n;
    succeeds(tw_table_beside(&pairs, NULL, &out, &err), &err, "side by side");
    return out;
}

static void test_pairs(void) {
    tw_table *a = fixture_table("id,v:float\n1,1.50\n2,NA\n3,x\n");
    tw_table *b = fixture_table("key,v,w:float,v_2\n1,\"p,q\",2.0,a\n2,NA,3e1,b\n");
    tw_beside pairs = {.a = a, .b = b, .columns = (int[]){1, 2, 3}, .n = 3};
    tw_table *t = beside(pairs, (uint32_t[]){0, 0, 1, 2}, (uint32_t[]){1, 0, 0, NONE}, 4);
    header_is(t, "id:integer,v:float,v_3:text,w:float,v_2:text",
              "a name that is taken gets the next free number");
    rows_are(t, "1,1.50,-,3e1,b;1,1.50,p,q,2.0,a;2,-,p,q,2.0,a;3,x,-,-,-",
             "every cell as it stands in its table");
    cells_are(t, "1,1.5,-,30,b;1,1.5,p,q,2,a;2,-,p,q,2,a;3,x,-,-,-", "and as a value");
    tw_table_unref(t);
    pairs.n = 0;
    t = beside(pairs, (uint32_t[]){1, 2}, (uint32_t[]){NONE, NONE}, 2);
    header_is(t, "id:integer,v:float", "one table alone");
    rows_are(t, "2,-;3,x", "some of its rows");
    tw_table_unref(t);
    tw_table_unref(a);
    tw_table_unref(b);
}

static void test_keys(void) {
    tw_table *a = fixture_table("id:integer,day:date,x\n1,2024-01-31,u\n");
    tw_table *b = fixture_table("x,day:text,id:float\np,soon,2.50\nq,,3.00\n");
    tw_beside pairs = {.a = a,
                       .b = b,
                       .columns = (int[]){0},
                       .n = 1,
                       .keys_a = (int[]){0, 1},
                       .keys_b = (int[]){2, 1},
                       .n_keys = 2};
    tw_table *t = beside(pairs, (uint32_t[]){0, NONE, NONE}, (uint32_t[]){NONE, 0, 1}, 3);
    header_is(t, "id:float,day:text,x:text,x_2:text", "keys have the type of both");
    rows_are(t, "1,2024-01-31,u,-;2.50,soon,-,p;3.00,-,-,q", "and the cells of both");
    cells_are(t, "1,2024-01-31,u,-;2.5,soon,-,p;3,-,-,q", "as values too");
    tw_table_unref(t);
    t = beside(pairs, NULL, NULL, 0);
    is_int(tw_table_rows(t), 0, "no rows");
    cells_are(t, "", "and no cells");
    tw_table_unref(t);
    tw_table_unref(a);
    tw_table_unref(b);
}

int main(void) {
    test_pairs();
    test_keys();
    return tap_done();
}
