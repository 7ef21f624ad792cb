/* Allocation failures in joins and in tables woven from others: TW_ENOMEM each time, nothing lost,
 * no table that lacks a part. */
#include "../nomem.h"
#include "data/beside.h"
#include "data/melt.h"
#include "data/source.h"
#include "data/transpose.h"
#include "stat/join.h"
#include "tests/data/fixture.h"

static tw_table *left, *right;

/* All columns and the text of the last cell. Takes the table over. */
static enum tw_rc look_at(tw_table *t, int64_t rows, size_t width) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = tw_table_rows(t) == rows && tw_table_width(t) == width ? TW_OK : TW_EDATA;
    if (rc == TW_OK)
        rc = tw_table_need(t, NULL, 0, NULL, NULL);
    if (rc == TW_OK)
        rc = tw_table_text(t, width - 1, rows - 1, &text, NULL, NULL);
    tw_buf_fini(&text);
    tw_table_unref(t);
    return rc;
}

static enum tw_rc melt(void) {
    static const char *const names[2] = {"k", "v"};
    tw_table *t = NULL;
    enum tw_rc rc = tw_table_melt(left, (int[]){0, 2}, 2, names, NULL, &t, NULL);
    return rc == TW_OK ? look_at(t, 8, 3) : rc;
}

static enum tw_rc transpose(void) {
    tw_table *t = NULL;
    enum tw_rc rc = tw_table_transpose(left, NULL, &t, NULL);
    return rc == TW_OK ? look_at(t, 3, 5) : rc;
}

static enum tw_rc join(void) {
    static const int keys[] = {0, 1}, rest[] = {2};
    const tw_join_side sides[] = {{left, keys}, {right, keys}};
    tw_join found;
    enum tw_rc rc = tw_join_make(sides, 2, TW_JOIN_FULL, 100, NULL, &found, NULL);
    if (rc != TW_OK)
        return rc;
    tw_beside pairs = {.a = left,
                       .b = right,
                       .rows_a = found.rows[0],
                       .rows_b = found.rows[1],
                       .rows = found.n,
                       .columns = rest,
                       .n = 1,
                       .keys_a = keys,
                       .keys_b = keys,
                       .n_keys = 2};
    tw_table *t = NULL;
    rc = tw_table_beside(&pairs, NULL, &t, NULL);
    return rc == TW_OK ? look_at(t, 6, 4) : rc;
}

int main(void) {
    left = fixture_table("id:integer,city,v:float\n1,Oslo,1.50\n2,\"a \"\"b\"\"\",x\n,Oslo,3\n1,q,NA\n");
    right = fixture_table("id:integer,city,v:text\n1,Oslo,p\n1,Oslo,q\nx,Oslo,r\n");
    ok(tw_table_need(left, NULL, 0, NULL, NULL) == TW_OK &&
           tw_table_need(right, NULL, 0, NULL, NULL) == TW_OK,
       "two tables");
    nomem_sweep(melt, "melt", 1);
    nomem_sweep(transpose, "transpose", 1);
    nomem_sweep(join, "join", 1);
    tw_table_unref(left);
    tw_table_unref(right);
    return tap_done();
}
