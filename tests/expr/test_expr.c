/* The language on columns: logic, faults, errors that teach, filters over many chunks, the same for any threads. */
#include "expr/expr.h"

#include "table.h"
#include "../tap.h"

static tw_table *people(void) {
    static const char *const name[] = {"Ada", "Bo", "", "Dan", "Åse"};
    static const char *const age[] = {"36", "", "12", "70", "18"};
    static const char *const pay[] = {"10.5", "0", "-2", "", "1e308"};
    static const char *const smoker[] = {"true", "false", "", "true", "false"};
    static const char *const born[] = {"1987-02-28", "2000-12-31", "", "1950-01-01", "2004-02-29"};
    static const char *const count[] = {"9223372036854775807", "2", "0", "-9223372036854775808", ""};
    static const test_column columns[] = {
        {"name", TW_TEXT, name}, {"age", TW_INTEGER, age}, {"pay", TW_FLOAT, pay},
        {"smoker", TW_BOOLEAN, smoker}, {"born", TW_DATE, born}, {"count", TW_INTEGER, count},
    };
    return test_table(columns, TW_COUNT(columns), 5);
}

/* Results of all rows, '|' between, missing as "~". */
static void is_column(const tw_table *table, const char *text, const char *want, const char *why) {
    tw_error err = TW_ERROR_INIT;
    tw_expr *expr = NULL;
    tw_column *column = NULL;
    tw_format format = TW_FORMAT_PLAIN;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    bool good = tw_expr_compile(tw_str_c(text), table, &expr, &err) == TW_OK &&
                tw_expr_eval(expr, table, NULL, &column, NULL, &err) == TW_OK;
    for (int64_t i = 0; good && i < tw_table_rows(table); i++) {
        tw_cell cell = tw_column_cell(column, i);
        if (i)
            tw_buf_char(&out, '|');
        if (cell.state == TW_VALUE)
            tw_cell_write(&cell, &format, &out);
        else
            tw_buf_char(&out, '~');
    }
    char label[200];
    snprintf(label, sizeof label, "%s: %s", text, why);
    is_text(tw_buf_view(&out), want, label);
    if (!good)
        printf("# %s\n", err.message);
    tw_column_unref(column);
    tw_expr_free(expr);
    tw_buf_fini(&out);
}

static void logic(const tw_table *t) {
    is_column(t, "smoker and age > 30", "true|false|false|true|false", "false beats missing");
    is_column(t, "smoker or age > 30", "true|~|~|true|false", "missing or false is missing");
    is_column(t, "not (age > 30)", "false|~|true|false|true", "not missing is missing");
    is_column(t, "age in (12, 70, 99)", "false|~|true|true|false", "in over few numbers");
    is_column(t, "age not in (1, 2, 3, 4, 5, 6, 7, 70)", "true|~|true|false|true", "in over many");
    is_column(t, "name in ('Ada', null)", "true|~|~|~|~", "null in a list is unknown");
    is_column(t, "age between 18 and 36", "true|~|false|false|true", "both ends included");
    is_column(t, "age not between 18 and pay", "true|~|true|~|false", "a missing bound: false where the other decides");
    is_column(t, "name is null", "false|false|true|false|false", "is null");
    is_column(t, "if(age > 30, 'old', age <= 30, 'young')", "old|~|young|old|young", "no else is missing");
    is_column(t, "coalesce(age, count, 5)", "36|2|12|70|18", "first value");
    is_column(t, "smoker == (age > 20)", "true|~|~|true|true", "booleans are equal");
    is_column(t, "if(age is null, null, age)", "36|~|12|70|18", "null takes the other's type");
}

static void arithmetic(const tw_table *t) {
    is_column(t, "count + 1", "~|3|1|-9223372036854775807|~", "overflow is missing");
    is_column(t, "-count", "-9223372036854775807|-2|0|~|~", "the least integer has no opposite");
    is_column(t, "count // -1", "-9223372036854775807|-2|0|~|~", "nor a quotient by minus one");
    is_column(t, "count * 2", "~|4|0|~|~", "product");
    is_column(t, "age % 7", "1|~|5|0|4", "remainder");
    is_column(t, "-age // 7", "-6|~|-2|-10|-3", "floors");
    is_column(t, "age / pay", "3.4285714285714284|~|-6|~|1.8e-307", "float division");
    is_column(t, "pay * 10", "105|0|-20|~|~", "a float overflow is missing");
    is_column(t, "sqrt(pay)", "3.24037034920393|0|~|~|1e+154", "no number");
    is_column(t, "7.5 % -2", "-0.5|-0.5|-0.5|-0.5|-0.5", "constants");
    is_column(t, "born + 1", "1987-03-01|2001-01-01|~|1950-01-02|2004-03-01", "days");
    is_column(t, "greatest(age, 20, 40)", "40|~|40|70|40", "many arguments");
}

static void texts(const tw_table *t) {
    is_column(t, "upper(name) .. '!'", "ADA!|BO!|~|DAN!|ÅSE!", "chain of texts");
    is_column(t, "concat(name, age, smoker)", "Ada36true|Bofalse|12|Dan70true|Åse18false", "missing left out");
    is_column(t, "name matches '^[A-C]'", "true|true|~|false|false", "regex");
    is_column(t, "name not matches '^[A-C]'", "false|false|~|true|true", "negated");
    is_column(t, "name > 'B'", "false|true|~|true|true", "order of bytes");
    is_column(t, "substr(name, 2)", "da|o|~|an|se", "characters");
}

/* Substr, instr, replace as sqlite3 3.40 gives them for 'trowel' (NULL: missing). */
static void like_sqlite(const tw_table *t) {
    static const char *const cases[][2] = {
        {"substr('trowel', 0, 3)", "tr"}, {"substr('trowel', -9, 5)", "tr"}, {"substr('trowel', 7)", ""},
        {"substr('trowel', 3, 0)", ""},   {"substr('trowel', -3, 2)", "we"}, {"replace('aaa', 'aa', 'b')", "ba"},
        {"replace('abc', '', 'x')", "abc"}, {"text(instr('trowel', ''))", "1"}, {"text(round(-2.567, 1))", "-2.6"},
        {"text(7 // 2)", "3"},            {"text(3 in (1, 2, 3))", "true"},  {"text(length('日本語'))", "3"},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        char want[256];
        snprintf(want, sizeof want, "%s|%s|%s|%s|%s", cases[i][1], cases[i][1], cases[i][1], cases[i][1], cases[i][1]);
        is_column(t, cases[i][0], want, "as sqlite has it");
    }
}

static void faults_count_where_wanted(const tw_table *t) {
    static const struct {
        const char *text;
        tw_expr_faults want;
    } cases[] = {
        {"1 / pay", {.division_by_zero = 1}},
        {"if(pay == 0, 0, 1 / pay)", {0}},
        {"pay == 0 or 1 / pay > 0", {0}},
        {"pay != 0 and 1 // integer(text(age)) > 0", {0}},
        {"number(name)", {.not_a_number = 4}},
        {"count + count", {.overflow = 2}},
        {"date(name)", {.bad_date = 4}},
        {"ln(pay)", {.not_a_number = 2}},
        {"coalesce(age, 1 // 0)", {.division_by_zero = 1}},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_error err = TW_ERROR_INIT;
        tw_expr *expr = NULL;
        tw_column *column = NULL;
        tw_expr_faults got = {0};
        const tw_expr_faults *want = &cases[i].want;
        bool good = tw_expr_compile(tw_str_c(cases[i].text), t, &expr, &err) == TW_OK &&
                    tw_expr_eval(expr, t, NULL, &column, &got, &err) == TW_OK;
        ok(good && got.division_by_zero == want->division_by_zero && got.not_a_number == want->not_a_number &&
               got.overflow == want->overflow && got.bad_date == want->bad_date, "faults of %s", cases[i].text);
        tw_column_unref(column);
        tw_expr_free(expr);
    }
}

static void errors_teach(const tw_table *t) {
    static const struct {
        const char *text;
        enum tw_rc rc;
        const char *says;
    } cases[] = {
        {"age > '30'", TW_EPARSE, "write 30 without quotes, or text(age)"},
        {"name == 5", TW_EPARSE, "write '5' in quotes, or number(name)"},
        {"born > '2000-01-31'", TW_EPARSE, "write date('2000-01-31')"},
        {"age == null", TW_EPARSE, "write age is null"},
        {"age < 3 < 4", TW_EPARSE, "a < b and b < c"},
        {"agee > 3", TW_EUNKNOWN_COLUMN, "age"},
        {"lenght(name)", TW_EUNKNOWN_NAME, "did you mean length()"},
        {"log(age)", TW_EUNKNOWN_NAME, "ln(x) or log10(x)"},
        {"lower(age)", TW_EPARSE, "write text(age)"},
        {"name + 'x'", TW_EPARSE, ".. to join texts"},
        {"name .. age", TW_EPARSE, "write text(age)"},
        {"substr(name)", TW_EPARSE, "substr(text, integer)"},
        {"not age", TW_EPARSE, "age != 0"},
        {"age and smoker", TW_EPARSE, "true or false is wanted"},
        {"name == \"age\"", TW_OK, ""},
        {"age > \"pay\"", TW_EPARSE, "for the column write `pay`"},
        {"(age", TW_EPARSE, "')' is wanted before the end"},
        {"age >", TW_EPARSE, "is wanted before the end"},
        {"name like 'A%'", TW_EPARSE, "matches"},
        {"'abc", TW_EPARSE, "never closed"},
        {"age & 1", TW_EPARSE, "character 5"},
        {"!smoker", TW_EPARSE, "`not`"},
        {"age 3", TW_EPARSE, "cannot stand here"},
        {"", TW_EPARSE, "nothing is written"},
        {"99999999999999999999", TW_EPARSE, "64 bits"},
        {"date('2024-13-01')", TW_EPARSE, "is no date"},
        {"name matches '('", TW_EPARSE, "character 6"},
        {"name matches name", TW_EPARSE, "constant"},
        {"date_diff('fortnight', born, born)", TW_EPARSE, "is no unit"},
        {"date_diff('hour', born, born)", TW_EPARSE, "has no hour"},
        {"if(age, 1, 2)", TW_EPARSE, "true or false is wanted"},
        {"if(smoker, 1, 'a')", TW_EPARSE, "never mixed"},
        {"smoker < true", TW_EPARSE, "no order"},
        {"null", TW_EPARSE, "no type"},
        {"age in ()", TW_EPARSE, "holds nothing"},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_error err = TW_ERROR_INIT;
        tw_expr *expr = NULL;
        enum tw_rc rc = tw_expr_compile(tw_str_c(cases[i].text), t, &expr, &err);
        bool says = rc == TW_OK || tw_str_find(tw_str_c(err.message), tw_str_c(cases[i].says), 0) != SIZE_MAX;
        if (!ok(rc == cases[i].rc && says && (rc == TW_OK) == (expr != NULL), "error of: %s", cases[i].text))
            printf("# rc %d: %s\n", (int)rc, err.message);
        tw_expr_free(expr);
    }
}

static void is_canonical(const tw_table *t, const char *text, const char *want) {
    tw_error err = TW_ERROR_INIT;
    tw_expr *expr = NULL;
    tw_buf out;
    tw_buf_init(&out, 4096);
    if (tw_expr_compile(tw_str_c(text), t, &expr, &err) == TW_OK)
        tw_expr_print(expr, &out);
    is_text(tw_buf_view(&out), want, text);
    tw_expr_free(expr);
    tw_buf_fini(&out);
}

static void canonical_forms(const tw_table *t) {
    is_canonical(t, "((age)+1)*2>=-3 AND NOT smoker", "(age + 1) * 2 >= -3 and not smoker");
    is_canonical(t, "age-(1-2)", "age - (1 - 2)");
    is_canonical(t, "(age-1)-2", "age - 1 - 2");
    is_canonical(t, "(-2)^2", "(-2) ^ 2");
    is_canonical(t, "-2^2", "-2 ^ 2");
    is_canonical(t, "(2^3)^2", "(2 ^ 3) ^ 2");
    is_canonical(t, "2^-3", "2 ^ -3");
    is_canonical(t, "name=\"it's\"", "name == 'it''s'");
    is_canonical(t, "`age` IN(1,2.0)", "age in (1, 2.0)");
    is_canonical(t, "not (smoker and smoker) or smoker", "not (smoker and smoker) or smoker");
    is_canonical(t, "(not smoker) == true", "(not smoker) == true");
    is_canonical(t, "LOWER(name) not matches '^a'", "lower(name) not matches '^a'");
    is_canonical(t, "-(-age)", "--age");
}

/* Deep nesting and long chains: an error or a result, never an overflow. */
static void nesting(const tw_table *t) {
    static const char *const units[] = {"(", "-", "not ", "abs(", "2^", "if(smoker,", "1+"};
    for (size_t i = 0; i < TW_COUNT(units); i++) {
        tw_error err = TW_ERROR_INIT;
        tw_expr *expr = NULL;
        tw_buf text;
        tw_buf_init(&text, 1 << 21);
        for (size_t k = 0; k < 100000; k++)
            tw_buf_c(&text, units[i]);
        tw_buf_c(&text, "1");
        enum tw_rc rc = tw_expr_compile(tw_buf_view(&text), t, &expr, &err);
        ok(rc == TW_EPARSE || rc == TW_ELIMIT, "100 000 times %s", units[i]);
        tw_expr_free(expr);
        tw_buf_fini(&text);
    }
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "age == 0");
    for (int k = 1; k < 20000; k++)
        tw_buf_printf(&text, " or age == %d", k * 7);
    tw_error err = TW_ERROR_INIT;
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0;
    bool good = tw_expr_compile(tw_buf_view(&text), t, &expr, &err) == TW_OK &&
                tw_expr_filter(expr, t, NULL, &rows, &n, NULL, &err) == TW_OK;
    ok(good && n == 1 && rows[0] == 3, "20 000 alternatives stay flat");
    free(rows);
    tw_expr_free(expr);
    tw_buf_fini(&text);
}

enum { LONG = 200003 };

static tw_table *long_table(void) {
    tw_builder *number = NULL, *text = NULL;
    tw_draft *draft = NULL;
    tw_column *columns[2] = {NULL, NULL};
    tw_table *table = NULL;
    static const char *const cities[] = {"Oslo", "Bergen", "Bodø"};
    bool good = tw_builder_new(TW_INTEGER, NULL, &number, NULL) == TW_OK && tw_builder_new(TW_TEXT, NULL, &text, NULL) == TW_OK;
    for (int64_t i = 0; good && i < LONG; i++) {
        good = i % 11 == 0 ? tw_builder_missing(number, 1, NULL) == TW_OK : tw_builder_i64(number, i * i % 1009, NULL) == TW_OK;
        good = good && tw_builder_text(text, tw_str_c(cities[i % 3]), NULL) == TW_OK;
    }
    good = good && tw_builder_finish(number, &columns[0], NULL) == TW_OK && tw_builder_finish(text, &columns[1], NULL) == TW_OK;
    good = good && tw_draft_new(NULL, &draft, NULL) == TW_OK;
    good = good && tw_draft_add(draft, &(tw_field){.name = "x", .type = TW_INTEGER, .format = TW_FORMAT_PLAIN}, columns[0], NULL) == TW_OK;
    good = good && tw_draft_add(draft, &(tw_field){.name = "city", .type = TW_TEXT, .format = TW_FORMAT_PLAIN}, columns[1], NULL) == TW_OK;
    good = good && tw_draft_commit(draft, &table, NULL) == TW_OK;
    tw_builder_free(number);
    tw_builder_free(text);
    return good ? table : NULL;
}

static bool naive(int64_t i) {
    return i % 11 != 0 && i * i % 1009 > 500 && i % 3 != 1;
}

static void long_filter(size_t threads) {
    tw_error err = TW_ERROR_INIT;
    tw_pool *pool = NULL;
    tw_task task;
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0, wanted = 0;
    tw_column *column = NULL;
    tw_table *table = long_table();
    if (!ok(table && tw_pool_new(threads, &pool, &err) == TW_OK, "a long table, %zu threads", threads))
        return;
    tw_task_init(&task, NULL, pool);
    bool good = tw_expr_compile(TW_STR("x > 500 and city != 'Bergen'"), table, &expr, &err) == TW_OK &&
                tw_expr_filter(expr, table, &task, &rows, &n, NULL, &err) == TW_OK;
    for (int64_t i = 0; good && i < LONG; i++) {
        if (naive(i))
            good = wanted < n && rows[wanted++] == i;
    }
    ok(good && wanted == n, "filter agrees with the naive loop");
    tw_expr_free(expr);
    good = tw_expr_compile(TW_STR("if(x % 2 == 0, lower(city), text(x))"), table, &expr, &err) == TW_OK &&
           tw_expr_eval(expr, table, &task, &column, NULL, &err) == TW_OK;
    tw_cell even = good ? tw_column_cell(column, 131083) : tw_cell_missing(TW_TEXT);
    is_int(131083LL * 131083 % 1009 % 2, 0, "the row is even");
    is_text(even.text, "bergen", "a row of the third chunk");
    tw_column_unref(column);
    tw_expr_free(expr);
    free(rows);
    tw_table_unref(table);
    tw_pool_free(pool);
}

static void cancelled(void) {
    tw_error err = TW_ERROR_INIT;
    tw_task task;
    tw_expr *expr = NULL;
    int64_t *rows = NULL, n = 0;
    tw_table *table = long_table();
    tw_task_init(&task, NULL, NULL);
    tw_task_cancel(&task);
    succeeds(tw_expr_compile(TW_STR("x > 500"), table, &expr, &err), &err, "compiles");
    is_int(tw_expr_filter(expr, table, &task, &rows, &n, NULL, &err), TW_ECANCEL, "a cancelled filter says so");
    tw_expr_free(expr);
    tw_table_unref(table);
}

int main(void) {
    tw_table *t = people();
    if (!ok(t != NULL, "five people"))
        return tap_done();
    logic(t);
    arithmetic(t);
    texts(t);
    like_sqlite(t);
    faults_count_where_wanted(t);
    errors_teach(t);
    canonical_forms(t);
    nesting(t);
    long_filter(1);
    long_filter(3);
    cancelled();
    tw_table_unref(t);
    return tap_done();
}
