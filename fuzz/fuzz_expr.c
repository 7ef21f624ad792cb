/* Fuzz target: any text compiles or is refused, as an expression of rows and as one of groups; what compiles evaluates, and
 * its canonical form compiles to the same canonical form and the same cells. */
#include "expr/group.h"

#include "../tests/expr/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tw_table *sample(void) {
    static const char *const t[] = {"Ada", "", "1.5", " Åse  x", "2024-01-31"};
    static const char *const i[] = {"36", "", "-9223372036854775808", "0", "9223372036854775807"};
    static const char *const f[] = {"0.5", "-0", "1e308", "", "inf"};
    static const char *const b[] = {"true", "false", "", "true", "false"};
    static const char *const d[] = {"1987-02-28", "", "9999-12-31", "0001-01-01", "2024-02-29"};
    static const char *const s[] = {"1987-02-28T23:59:59", "", "9999-12-31T00:00:00", "0001-01-01T00:00:00", "1969-12-31T23:00:00"};
    static const test_column columns[] = {{"t", TW_TEXT, t}, {"i", TW_INTEGER, i}, {"f", TW_FLOAT, f},
                                          {"b", TW_BOOLEAN, b}, {"d", TW_DATE, d}, {"s", TW_DATETIME, s}};
    return test_table(columns, TW_COUNT(columns), 5);
}

/* Cells of the five rows as text; false when it does not compile. */
static bool evaluate(tw_str text, const tw_table *table, tw_buf *canonical, tw_buf *cells) {
    tw_expr *expr = NULL;
    tw_column *column = NULL;
    tw_format format = TW_FORMAT_PLAIN;
    if (tw_expr_compile(text, table, &expr, NULL) != TW_OK)
        return false;
    tw_expr_print(expr, canonical);
    enum tw_rc rc = tw_expr_eval(expr, table, NULL, &column, NULL, NULL);
    if (rc != TW_OK && rc != TW_ENOMEM)
        TW_BUG("a compiled expression does not evaluate");
    for (int64_t row = 0; column && row < 5; row++) {
        tw_cell cell = tw_column_cell(column, row);
        tw_buf_printf(cells, "|%d", (int)cell.state);
        tw_cell_write(&cell, &format, cells);
    }
    tw_column_unref(column);
    tw_expr_free(expr);
    return true;
}

/* The text as aggregates of groups; the names they get are canonical. */
static void summarise(tw_str text, const tw_table *table) {
    const int key = 0;
    tw_summary *summary = NULL;
    tw_table *made = NULL;
    tw_error err = TW_ERROR_INIT;
    if (tw_summary_compile(&text, 1, table, &key, 1, &summary, &err) != TW_OK)
        return;
    enum tw_rc rc = tw_group_table(table, &key, 1, summary, NULL, &made, NULL, &err);
    if (rc != TW_OK && rc != TW_ENOMEM && rc != TW_EUSAGE)
        TW_BUG("a compiled summary does not evaluate");
    for (size_t i = 0; i < tw_summary_width(summary) && i < 4; i++) {
        tw_str name = tw_str_c(tw_summary_field(summary, i).name);
        tw_summary *same = NULL;
        if (tw_summary_is_named(summary, i) || tw_str_starts(name, TW_STR("'")))
            continue; /* a text alone would be read as what it holds */
        if (tw_summary_compile(&name, 1, table, &key, 1, &same, &err) != TW_OK)
            TW_BUG("the name of a result does not compile");
        if (tw_summary_width(same) != 1 || !tw_str_eq_c(name, tw_summary_field(same, 0).name))
            TW_BUG("the name of a result is not canonical");
        tw_summary_free(same);
    }
    tw_table_unref(made);
    tw_summary_free(summary);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { MOST = 1 << 16 };
    if (size > MOST)
        return 0;
    tw_table *table = sample();
    tw_buf first, second, cells, again;
    tw_buf_init(&first, 1 << 22);
    tw_buf_init(&second, 1 << 22);
    tw_buf_init(&cells, 1 << 22);
    tw_buf_init(&again, 1 << 22);
    if (table && evaluate((tw_str){(const char *)data, size}, table, &first, &cells)) {
        if (!evaluate(tw_buf_view(&first), table, &second, &again))
            TW_BUG("the canonical form does not compile");
        if (!tw_str_eq(tw_buf_view(&first), tw_buf_view(&second)))
            TW_BUG("the canonical form is not stable");
        if (!cells.failed && !tw_str_eq(tw_buf_view(&cells), tw_buf_view(&again)))
            TW_BUG("the canonical form gives other cells");
    }
    if (table)
        summarise((tw_str){(const char *)data, size}, table);
    tw_table_unref(table);
    tw_buf_fini(&first);
    tw_buf_fini(&second);
    tw_buf_fini(&cells);
    tw_buf_fini(&again);
    return 0;
}
