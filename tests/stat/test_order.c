/* The order of rows beside an insertion sort that compares cells, for every kind of key and both
 * directions. */
#include "stat/order.h"

#include "tests/data/fixture.h"
#include "tests/tap.h"

enum { ROWS = 2000 };

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void put_number(tw_buf *text, uint64_t kind, uint64_t random) {
    static const char *const odd[] = {"", "", "NA", "x9", "x1", "-0", "0"};
    if (random % 17 < TW_COUNT(odd))
        tw_buf_c(text, odd[random % 17]);
    else if (kind == 0) /* near each other */
        tw_buf_printf(text, "%lld", (long long)(random % 300) - 150);
    else if (kind == 1) /* far apart */
        tw_buf_printf(text, "%s%llu", random & 1 ? "-" : "", (unsigned long long)(random * random % 9000000000000000000U));
    else if (kind == 2) /* two decimals */
        tw_buf_printf(text, "%s%llu.%02llu", random & 1 ? "-" : "", (unsigned long long)(random % 50),
                      (unsigned long long)(random / 7 % 100));
    else /* two decimals, but for one of hundred */
        tw_buf_printf(text, "%llu.%02llu%s", (unsigned long long)(random % 50), (unsigned long long)(random / 7 % 100),
                      random % 100 ? "" : "5");
}

/* Columns: close integers, wide integers, floats of two decimals and of nearly two, texts. */
static tw_table *make_table(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    uint64_t state = 7;
    tw_buf_c(&text, "close:integer,wide:integer,two:float,nearly:float,word:text,place:integer\n");
    for (int i = 0; i < ROWS; i++) {
        for (uint64_t kind = 0; kind < 4; kind++) {
            put_number(&text, kind, next_random(&state));
            tw_buf_char(&text, ',');
        }
        if (i % 9)
            tw_buf_printf(&text, "w%llu", (unsigned long long)(next_random(&state) % 40));
        tw_buf_printf(&text, ",%d\n", i);
    }
    tw_table *plain = fixture_table(text.p), *table = NULL;
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(plain, &draft, NULL);
    for (size_t c = 2; c < 4 && rc == TW_OK; c++) {
        tw_field field = *tw_table_field(plain, c);
        field.format.number.decimals = 2;
        rc = tw_draft_field(draft, c, &field, NULL);
    }
    if (rc == TW_OK && tw_draft_commit(draft, &table, NULL) == TW_OK)
        rc = tw_table_need(table, NULL, 0, NULL, NULL);
    tw_table_unref(plain);
    tw_buf_fini(&text);
    return rc == TW_OK ? table : NULL;
}

static int part_of(tw_cell cell) {
    return cell.state == TW_VALUE ? 0 : cell.state == TW_MISSING ? 2 : 1;
}

/* Below 0: row a comes before row b. */
static int compare(const tw_table *table, const tw_order_key *keys, size_t n, int64_t a, int64_t b) {
    for (size_t i = 0; i < n; i++) {
        const tw_column *column = tw_table_column(table, (size_t)keys[i].column);
        tw_cell x = tw_column_cell(column, a), y = tw_column_cell(column, b);
        if (part_of(x) != part_of(y))
            return part_of(x) - part_of(y);
        int order = 0;
        if (part_of(x) == 0)
            order = tw_cell_compare(&x, &y) * (keys[i].descending ? -1 : 1);
        else if (part_of(x) == 1)
            order = tw_str_cmp(x.text, y.text);
        if (order)
            return order;
    }
    return 0;
}

static void check(const tw_table *table, const tw_order_key *keys, size_t n_keys, bool some) {
    int64_t got[ROWS], want[ROWS], n = 0;
    for (int64_t i = 0; i < ROWS; i++)
        if (!some || i % 3)
            got[n++] = some ? ROWS - 1 - i : i;
    for (int64_t i = 0; i < n; i++) {
        int64_t j = i;
        for (; j > 0 && compare(table, keys, n_keys, want[j - 1], got[i]) > 0; j--)
            want[j] = want[j - 1];
        want[j] = got[i];
    }
    tw_error err = TW_ERROR_INIT;
    bool good = tw_order_rows(table, keys, n_keys, got, n, NULL, &err) == TW_OK &&
                memcmp(got, want, (size_t)n * sizeof *got) == 0;
    ok(good, "by %s%s%s%s%s", keys[0].descending ? "-" : "",
       tw_table_field(table, (size_t)keys[0].column)->name, n_keys > 1 ? ", " : "",
       n_keys > 1 ? tw_table_field(table, (size_t)keys[1].column)->name : "",
       some ? ", some rows backwards" : "");
}

int main(void) {
    tw_table *table = make_table();
    if (!ok(table != NULL, "a table"))
        return tap_done();
    ok(tw_column_unreadable_count(tw_table_column(table, 0)) > 50, "has cells that are no numbers");
    for (int c = 0; c < 5; c++)
        for (int way = 0; way < 4; way++)
            check(table, &(tw_order_key){c, way & 1}, 1, way & 2);
    for (int c = 0; c < 4; c++)
        check(table, (tw_order_key[]){{4, c & 1}, {c, c & 2}}, 2, c == 3);
    tw_table_unref(table);
    return tap_done();
}
