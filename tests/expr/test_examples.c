/* Every example of doc/expressions.md gives the result that stands beside it, its canonical form parses to the same
 * result, and every function of the language has an example. */
#include "expr/expr.h"
#include "expr/ops.h"

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

/* Value of the only row as the manual writes it. */
static bool value_of(tw_str expression, const tw_table *table, tw_buf *out, tw_buf *canonical, tw_error *err) {
    tw_expr *expr = NULL;
    tw_column *column = NULL;
    tw_format format = TW_FORMAT_PLAIN;
    tw_buf_clear(out);
    if (tw_expr_compile(expression, table, &expr, err) != TW_OK)
        return false;
    tw_buf_clear(canonical);
    tw_expr_print(expr, canonical);
    bool good = tw_expr_eval(expr, table, NULL, &column, NULL, err) == TW_OK;
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
    tw_expr_free(expr);
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

static void run_example(tw_str expression, tw_str want, const tw_table *table, tw_buf *used) {
    tw_buf got, canonical, again;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&got, 4096);
    tw_buf_init(&canonical, 4096);
    tw_buf_init(&again, 4096);
    char name[200];
    snprintf(name, sizeof name, "%.*s", TW_ARG(expression));
    bool good = value_of(expression, table, &got, &canonical, &err);
    if (!ok(good && tw_str_eq(tw_buf_view(&got), want), "%s", name))
        printf("# got %.*s, want %.*s; %s\n", (int)got.n, got.p ? got.p : "", TW_ARG(want), err.message);
    tw_buf_str(used, tw_buf_view(&canonical));
    tw_buf_char(used, '\n');
    tw_str text = tw_buf_view(&canonical);
    good = value_of(text, table, &got, &again, &err);
    if (!ok(good && tw_str_eq(tw_buf_view(&got), want) && tw_str_eq(text, tw_buf_view(&again)), "canonical: %.*s",
            TW_ARG(text)))
        printf("# %s\n", err.message);
    tw_buf_fini(&got);
    tw_buf_fini(&canonical);
    tw_buf_fini(&again);
}

static void run_page(tw_str page, const tw_table *table, tw_buf *used) {
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
        run_example(expression, want, table, used);
        examples++;
    }
    ok(examples > 100, "the page holds %zu examples", examples);
}

static void every_function_has_one(tw_str used) {
    const tw_op *op;
    for (size_t i = 0; (op = tw_op_at(i)) != NULL; i++)
        if (op->name[0] && tw_str_find(used, tw_str_c(op->name), 0) == SIZE_MAX)
            ok(false, "%s has no example", op->name);
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
    tw_table *table = patient();
    ok(table != NULL, "the example row");
    if (table && bytes)
        run_page((tw_str){bytes, n}, table, &used);
    every_function_has_one(tw_buf_view(&used));
    tw_table_unref(table);
    tw_buf_fini(&used);
    free(bytes);
    return tap_done();
}
