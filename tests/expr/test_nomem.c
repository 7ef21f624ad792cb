/* Allocation failures in groups and pivots: TW_ENOMEM each time, nothing lost, no table that lacks
 * a part. */
#include "expr/group.h"

#include "../nomem.h"
#include "table.h"

static tw_table *orders;

static enum tw_rc make(bool spread, const tw_str *texts, size_t n, const int *keys, size_t n_keys,
                       tw_table **out) {
    tw_summary *summary = NULL;
    enum tw_rc rc = tw_summary_compile(texts, n, orders, keys, n_keys, &summary, NULL);
    if (rc == TW_OK)
        rc = spread ? tw_pivot_table(orders, keys, n_keys - 1, summary, NULL, out, NULL, NULL)
                    : tw_group_table(orders, keys, n_keys, summary, NULL, out, NULL, NULL);
    tw_summary_free(summary);
    return rc;
}

/* What every table must hold, or it is none. */
static enum tw_rc check(enum tw_rc rc, tw_table *made, int64_t rows, size_t width) {
    if (rc == TW_OK && (tw_table_rows(made) != rows || tw_table_width(made) != width))
        rc = TW_EDATA;
    tw_table_unref(made);
    return rc;
}

static enum tw_rc group(void) {
    const tw_str texts[] = {
        TW_STR_INIT("n = count(*), sum(qty + 0.5) / count(), quantile(price, 1 / 4)"),
        TW_STR_INIT("string_agg(city, ', ') as `all cities`"),
        TW_STR_INIT("sd(price), mode(city), count_distinct(qty), upper(max(city)) .. text(paid)"),
        TW_STR_INIT("sum(qty), sum(qty), skew(price), first(price), count_if(paid)"),
    };
    const int keys[] = {3, 0};
    tw_table *made = NULL;
    enum tw_rc rc = make(false, texts, TW_COUNT(texts), keys, 2, &made);
    return check(rc, made, 5, 15);
}

static enum tw_rc pivot(void) {
    const tw_str text = TW_STR_INIT("m = median(qty) + count()");
    const int keys[] = {3, 0};
    tw_table *made = NULL;
    enum tw_rc rc = make(true, &text, 1, keys, 2, &made);
    return check(rc, made, 3, 4);
}

/* Words that only make sense together. */
static enum tw_rc words(void) {
    const tw_str texts[] = {TW_STR_INIT("total"), TW_STR_INIT("="), TW_STR_INIT("sum(qty)")};
    tw_table *made = NULL;
    enum tw_rc rc = make(false, texts, TW_COUNT(texts), NULL, 0, &made);
    return check(rc, made, 1, 1);
}

int main(void) {
    static const char *const city[] = {"Oslo", "Bergen", "Oslo", "", "Oslo"};
    static const char *const price[] = {"2.5", "4", "", "1", "0.5"};
    static const char *const qty[] = {"2", "", "3", "7", "4"};
    static const char *const paid[] = {"true", "false", "false", "true", ""};
    static const test_column columns[] = {{"city", TW_TEXT, city},
                                          {"price", TW_FLOAT, price},
                                          {"qty", TW_INTEGER, qty},
                                          {"paid", TW_BOOLEAN, paid}};
    orders = test_table(columns, TW_COUNT(columns), 5);
    nomem_sweep(group, "groups", 1);
    nomem_sweep(pivot, "a pivot", 1);
    nomem_sweep(words, "words of a line", 1);
    tw_table_unref(orders);
    return tap_done();
}
