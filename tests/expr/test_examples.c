/* Every example of doc/expressions.md gives the result that stands beside it, its canonical form parses to the same
 * result, and every function and aggregate of the language has an example. */
#include "expr/expr.h"
#include "expr/ops.h"
#include "expr/summary.h"
#include "stat/aggregate.h"

#include "table.h"
#include "../tap.h"

static tw_table *patient(void) {
    static const char *const name[] = {"Ada Møller "}, *const age[] = {"36"}, *const bmi[] = {"22.5"},
                             *const smoker[] = {"false"}, *const born[] = {"1987-02-28"},
                             *const seen[] = {"2024-01-31T14:05:09"}, *const none[] = {""}, *const zip[] = {"0150"};
    static const test_column columns[] = {
        {"name", TW_TEXT, name},     {"age", TW_INTEGER, age},    {"bmi", TW_FLOAT, bmi},   {"smoker", TW_BOOLEAN, smoker},
        {"born", TW_DATE, born},     {"seen", TW_DATETIME, seen}, {"weight", TW_FLOAT, none}, {"note", TW_TEXT, none},
        {"zip code", TW_TEXT, zip},
    };
    return test_table(columns, TW_COUNT(columns), 1);
}

/* The rows that the examples of aggregates look at. */
static tw_table *orders(void) {
    static const char *const city[] = {"Oslo", "Bergen", "Oslo", "", "Oslo"};
    static const char *const price[] = {"2.5", "4", "", "1", "0.5"};
    static const char *const qty[] = {"2", "", "3", "7", "3"};
    static const char *const day[] = {"2024-01-31", "2023-05-01", "2024-03-01", "", "2024-02-29"};
    static const char *const paid[] = {"true", "false", "false", "true", ""};
    static const test_column columns[] = {
        {"city", TW_TEXT, city}, {"price", TW_FLOAT, price}, {"qty", TW_INTEGER, qty},
        {"day", TW_DATE, day},   {"paid", TW_BOOLEAN, paid},
    };
    return test_table(columns, TW_COUNT(columns), 5);
}

/* The tables of the page. */
typedef struct tables {
    tw_table *row, *rows;
} tables;

static bool value_of_row(tw_str expression, const tw_table *table, tw_column **column, tw_buf *canonical, tw_error *err) {
    tw_expr *expr = NULL;
    if (tw_expr_compile(expression, table, &expr, err) != TW_OK)
        return false;
    tw_expr_print(expr, canonical);
    bool good = tw_expr_eval(expr, table, NULL, column, NULL, err) == TW_OK;
    tw_expr_free(expr);
    return good;
}

static bool value_of_rows(tw_str expression, const tw_table *table, tw_column **column, tw_buf *canonical, tw_error *err) {
    tw_summary *summary = NULL;
    tw_grouping all = {0};
    if (tw_summary_compile(&expression, 1, table, NULL, 0, &summary, err) != TW_OK)
        return false;
    tw_buf_c(canonical, tw_summary_field(summary, 0).name);
    bool good = tw_grouping_make(table, NULL, 0, NULL, &all, err) == TW_OK &&
                tw_summary_eval(summary, table, &all, NULL, column, NULL, err) == TW_OK;
    tw_grouping_fini(&all);
    tw_summary_free(summary);
    return good;
}

/* Value of the only row, or of all rows where that cannot be meant, as the manual writes it. */
static bool value_of(tw_str expression, const tables *of, tw_buf *out, tw_buf *canonical, tw_error *err) {
    tw_column *column = NULL;
    tw_format format = TW_FORMAT_PLAIN;
    tw_buf_clear(out);
    tw_buf_clear(canonical);
    bool good = value_of_row(expression, of->row, &column, canonical, err) ||
                value_of_rows(expression, of->rows, &column, canonical, err);
    if (good) {
        tw_cell cell = tw_column_cell(column, 0);
        bool quote = cell.state == TW_VALUE && cell.type == TW_TEXT;
        if (quote)
            tw_expr_quote_text(out, cell.text);
        else if (cell.state == TW_VALUE)
            tw_cell_write(&cell, &format, out);
        else
            tw_buf_c(out, "missing");
    }
    tw_column_unref(column);
    return good;
}

/* `code` or ``code`` at *at; moves behind it. */
static bool code_span(tw_str text, size_t *at, tw_str *out) {
    size_t ticks = 0;
    while (*at + ticks < text.n && text.p[*at + ticks] == '`')
        ticks++;
    tw_str fence = {text.p + *at, ticks};
    size_t from = *at + ticks, to = ticks ? tw_str_find(text, fence, from) : SIZE_MAX;
    if (to == SIZE_MAX)
        return false;
    *out = ticks == 1 ? tw_str_sub(text, from, to) : tw_str_trim(tw_str_sub(text, from, to));
    *at = to + ticks;
    return true;
}

static void run_example(tw_str expression, tw_str want, const tables *of, tw_buf *used) {
    tw_buf got, canonical, again;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&got, 4096);
    tw_buf_init(&canonical, 4096);
    tw_buf_init(&again, 4096);
    char name[200];
    snprintf(name, sizeof name, "%.*s", TW_ARG(expression));
    bool good = value_of(expression, of, &got, &canonical, &err);
    if (!ok(good && tw_str_eq(tw_buf_view(&got), want), "%s", name))
        printf("# got %.*s, want %.*s; %s\n", (int)got.n, got.p ? got.p : "", TW_ARG(want), err.message);
    tw_buf_str(used, tw_buf_view(&canonical));
    tw_buf_char(used, '\n');
    tw_str text = tw_buf_view(&canonical);
    good = value_of(text, of, &got, &again, &err);
    if (!ok(good && tw_str_eq(tw_buf_view(&got), want) && tw_str_eq(text, tw_buf_view(&again)), "canonical: %.*s",
            TW_ARG(text)))
        printf("# %s\n", err.message);
    tw_buf_fini(&got);
    tw_buf_fini(&canonical);
    tw_buf_fini(&again);
}

static void run_page(tw_str page, const tables *of, tw_buf *used) {
    size_t at = 0, examples = 0;
    tw_str arrow = TW_STR(" → `"), expression = {NULL, 0};
    while (at < page.n) {
        tw_str span;
        if (page.p[at] != '`' || !code_span(page, &at, &span)) {
            at++;
            continue;
        }
        expression = span;
        if (!tw_str_starts(tw_str_sub(page, at, page.n), arrow))
            continue;
        at += arrow.n - 1;
        tw_str want;
        if (!code_span(page, &at, &want))
            break;
        run_example(expression, want, of, used);
        examples++;
    }
    ok(examples > 100, "the page holds %zu examples", examples);
}

static void every_function_has_one(tw_str used) {
    const tw_op *op;
    for (size_t i = 0; (op = tw_op_at(i)) != NULL; i++)
        if (op->name[0] && tw_str_find(used, tw_str_c(op->name), 0) == SIZE_MAX)
            ok(false, "%s has no example", op->name);
    const tw_aggregate *aggregate;
    for (size_t i = 0; (aggregate = tw_aggregate_at(i)) != NULL; i++) {
        char call[64];
        snprintf(call, sizeof call, "%s(", tw_aggregate_name(aggregate));
        if (tw_str_find(used, tw_str_c(call), 0) == SIZE_MAX)
            ok(false, "%s has no example", tw_aggregate_name(aggregate));
    }
}

int main(void) {
    const char *top = getenv("top_srcdir");
    char path[4096];
    char *bytes = NULL;
    size_t n = 0;
    tw_error err = TW_ERROR_INIT;
    tw_buf used;
    tw_buf_init(&used, 1 << 20);
    snprintf(path, sizeof path, "%s/doc/expressions.md", top ? top : ".");
    succeeds(tw_file_read(path, 1 << 20, &bytes, &n, &err), &err, "the manual is readable");
    const tables of = {patient(), orders()};
    ok(of.row && of.rows, "the example rows");
    if (of.row && of.rows && bytes)
        run_page((tw_str){bytes, n}, &of, &used);
    every_function_has_one(tw_buf_view(&used));
    tw_table_unref(of.row);
    tw_table_unref(of.rows);
    tw_buf_fini(&used);
    free(bytes);
    return tap_done();
}
