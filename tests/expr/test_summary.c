/* Aggregate expressions on a small table: both halves, names, reuse of equal calls, errors that
 * teach, tables of groups. */
#include "expr/group.h"

#include "../tap.h"
#include "table.h"

static tw_table *orders(void) {
    static const char *const city[] = {"Oslo", "Bergen", "Oslo", "", "Oslo"};
    static const char *const price[] = {"2.5", "4", "", "1", "0.5"};
    static const char *const qty[] = {"2", "", "3", "7", "4"};
    static const char *const day[] = {"2024-01-31", "2023-05-01", "2024-03-01", "", "2024-02-29"};
    static const char *const paid[] = {"true", "false", "false", "true", ""};
    static const test_column columns[] = {
        {"city", TW_TEXT, city}, {"price", TW_FLOAT, price}, {"qty", TW_INTEGER, qty},
        {"day", TW_DATE, day},   {"paid", TW_BOOLEAN, paid},
    };
    return test_table(columns, TW_COUNT(columns), 5);
}

/* "a,b\n1,2\n": names and rows of the table, "~" where a cell is missing. */
static void dump(const tw_table *table, tw_buf *out) {
    tw_format format = TW_FORMAT_PLAIN;
    for (int64_t row = -1; row < tw_table_rows(table); row++) {
        for (size_t c = 0; c < tw_table_width(table); c++) {
            tw_buf_c(out, c ? "," : "");
            tw_cell cell = row < 0 ? tw_cell_text(tw_str_c(tw_table_field(table, c)->name))
                                   : tw_column_cell(tw_table_column(table, c), row);
            if (cell.state == TW_VALUE)
                tw_cell_write(&cell, &format, out);
            else
                tw_buf_char(out, '~');
        }
        tw_buf_c(out, "\n");
    }
}

static enum tw_rc group(const tw_table *t, const char *const *texts, const int *keys, size_t n,
                        tw_buf *out, tw_expr_faults *faults, tw_error *err) {
    tw_str list[4];
    size_t count = 0;
    for (; texts[count]; count++)
        list[count] = tw_str_c(texts[count]);
    tw_summary *summary = NULL;
    tw_table *made = NULL;
    enum tw_rc rc = tw_summary_compile(list, count, t, keys, n, &summary, err);
    if (rc == TW_OK)
        rc = tw_group_table(t, keys, n, summary, NULL, &made, faults, err);
    if (rc == TW_OK)
        dump(made, out);
    tw_table_unref(made);
    tw_summary_free(summary);
    return rc;
}

static void makes(const tw_table *t, const char *a, const char *b, const char *c,
                  const char *want) {
    const char *texts[] = {a, b, c, NULL};
    const int keys[] = {0};
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    succeeds(group(t, texts, keys, 1, &out, NULL, &err), &err, a);
    is_text(tw_buf_view(&out), want, a);
    tw_buf_fini(&out);
}

/* The figures are DuckDB's for the same table, but the mode: of equally frequent values the
 * smallest. */
static void two_halves(const tw_table *t) {
    makes(t, "sum(price * qty)", NULL, NULL, "city,sum(price * qty)\nBergen,~\nOslo,7\n~,7\n");
    makes(t, "sum(qty) / count()", "count(qty)", NULL,
          "city,sum(qty) / count(),count(qty)\nBergen,~,0\nOslo,3,3\n~,7,1\n");
    makes(t, "upper(city) .. '!'", "coalesce(sum(qty), 0)", NULL,
          "city,upper(city) .. '!',coalesce(sum(qty), 0)\nBergen,BERGEN!,0\nOslo,OSLO!,9\n~,~,7\n");
    makes(t, "max(day) - min(day)", "median(day)", NULL,
          "city,max(day) - min(day),median(day)\nBergen,0,2023-05-01\nOslo,30,2024-02-29\n~,~,~\n");
    makes(t, "sum(paid)", "any(paid)", "all(paid)",
          "city,sum(paid),any(paid),all(paid)\nBergen,0,false,false\nOslo,1,true,false\n"
          "~,1,true,true\n");
    makes(t, "var(qty)", "sd(price)", "mad(qty)",
          "city,var(qty),sd(price),mad(qty)\nBergen,~,~,~\nOslo,1,1.4142135623730951,1\n~,~,~,0\n");
    makes(t, "quantile(price, 1 / 4)", "last(day)", "mode(qty)",
          "city,quantile(price, 1 / 4),last(day),mode(qty)\nBergen,4,2023-05-01,~\n"
          "Oslo,1,2024-02-29,2\n~,1,~,7\n");
    makes(t, "if(count() > 1, round(mean(qty), 1), -1.0)", "1 + 1", NULL,
          "city,if(count() > 1, round(mean(qty), 1), -1.0),1 + 1\nBergen,-1,2\nOslo,3,2\n~,-1,2\n");
}

/* Equal calls are made once; parts of their trees come from either. */
static void equal_calls(const tw_table *t) {
    makes(t, "sum(qty + 0.5)", "sum(qty+0.5) * 2", "SUM(qty + 0.5) as b",
          "city,sum(qty + 0.5),sum(qty + 0.5) * "
          "2,b\nBergen,~,~,~\nOslo,10.5,21,10.5\n~,7.5,15,7.5\n");
}

/* --- pivot --- */

static void spreads(const tw_table *t, const int *keys, size_t n_rows, const char *text,
                    const char *want) {
    tw_str one = tw_str_c(text);
    tw_summary *summary = NULL;
    tw_table *made = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_expr_faults faults = {0};
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    succeeds(tw_summary_compile(&one, 1, t, keys, n_rows + 1, &summary, &err), &err, text);
    succeeds(tw_pivot_table(t, keys, n_rows, summary, NULL, &made, &faults, &err), &err, text);
    if (made)
        dump(made, &out);
    is_text(tw_buf_view(&out), want, text);
    is_int(faults.division_by_zero, 0, "no faults");
    tw_table_unref(made);
    tw_summary_free(summary);
    tw_buf_fini(&out);
}

static void pivots(const tw_table *t) {
    const int city_paid[] = {0, 4}, paid_city[] = {4, 0}, both_day[] = {0, 4, 3};
    spreads(t, city_paid, 1, "sum(qty)",
            "city,false,true,missing\nBergen,~,~,~\nOslo,3,2,4\n~,~,7,~\n");
    spreads(t, city_paid, 1, "count()",
            "city,false,true,missing\nBergen,1,0,0\nOslo,1,1,1\n~,0,1,0\n");
    spreads(t, city_paid, 1, "coalesce(sum(qty), 0) / 2",
            "city,false,true,missing\nBergen,0,0,0\nOslo,1.5,1,2\n~,0,3.5,0\n");
    spreads(t, paid_city, 1, "n = max(city)",
            "paid,n_Bergen,n_Oslo,n_missing\nfalse,Bergen,Oslo,~\ntrue,~,Oslo,~\n~,~,Oslo,~\n");
    spreads(t, paid_city, 0, "min(price)", "false,true,missing\n4,1,0.5\n");
    spreads(t, both_day, 2, "count(qty)",
            "city,paid,2023-05-01,2024-01-31,2024-02-29,2024-03-01,missing\n"
            "Bergen,false,0,0,0,0,0\nOslo,false,0,0,0,1,0\nOslo,true,0,1,0,0,0\n"
            "Oslo,~,0,0,1,0,0\n~,true,0,0,0,0,1\n");
}

static void names(const tw_table *t) {
    makes(t, "total = sum(qty)", "count(*) as `n rows`", "COUNT(DISTINCT qty)",
          "city,total,n rows,count_distinct(qty)\nBergen,~,1,0\nOslo,9,3,3\n~,7,1,1\n");
    makes(t, "min(qty),max(qty)", "min( qty )", NULL,
          "city,min(qty),max(qty),min(qty)_2\nBergen,~,~,~\nOslo,2,4,2\n~,7,7,7\n");
    makes(t, "total", "=", "sum(qty)", "city,total\nBergen,~\nOslo,9\n~,7\n");
    makes(t, "\"avg(qty)\"", NULL, NULL, "city,avg(qty)\nBergen,~\nOslo,3\n~,7\n");
}

static void errors_teach(const tw_table *t) {
    static const struct {
        const char *text;
        enum tw_rc rc;
        const char *says;
    } cases[] = {
        {"price + sum(price)", TW_EPARSE, "write first(price), max(price) or the like"},
        {"mean(sum(qty))", TW_EPARSE, "group once, then the result again"},
        {"meen(qty)", TW_EUNKNOWN_NAME, "did you mean mean()"},
        {"mean(lenght(city))", TW_EUNKNOWN_NAME, "did you mean length()"},
        {"sum(qtty)", TW_EUNKNOWN_COLUMN, "qty"},
        {"sum(city)", TW_EPARSE, "write sum(number(city))"},
        {"sd(day)", TW_EPARSE, "write sd(day - date('2000-01-01'))"},
        {"all(qty)", TW_EPARSE, "qty != 0"},
        {"string_agg(qty, ',')", TW_EPARSE, "write string_agg(text(qty), ', ')"},
        {"string_agg(city, day)", TW_EPARSE, "write string_agg(x, ', ')"},
        {"string_agg(city)", TW_EPARSE, "the form is string_agg(x, ', ')"},
        {"count_if(qty)", TW_EPARSE, "qty != 0"},
        {"mean()", TW_EPARSE, "the form is mean(x)"},
        {"count(qty, price)", TW_EPARSE, "count(x) or count()"},
        {"quantile(qty, 90)", TW_EPARSE, "between 0 and 1"},
        {"quantile(qty, price)", TW_EPARSE, "between 0 and 1"},
        {"sum(qty) + max(city)", TW_EPARSE, "max(city) is text"},
        {"sum(qty) mean(qty)", TW_EPARSE, "'mean' cannot stand here"},
        {"sum(qty) as 7", TW_EPARSE, "sum(x) as total"},
        {"city = sum(qty)", TW_EUSAGE, "give it another name"},
        {"'' = sum(qty)", TW_EPARSE, "the name is empty"},
        {"sum(qty),", TW_EPARSE, "before the end"},
        {" ", TW_EPARSE, "mean(age) or count()"},
    };
    const int keys[] = {0};
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        const char *texts[] = {cases[i].text, NULL};
        tw_error err = TW_ERROR_INIT;
        tw_buf out;
        tw_buf_init(&out, 1 << 16);
        enum tw_rc rc = group(t, texts, keys, 1, &out, NULL, &err);
        if (!ok(rc == cases[i].rc && strstr(err.message, cases[i].says), "'%s' is refused",
                texts[0]))
            printf("# rc %d: %s\n", (int)rc, err.message);
        tw_buf_fini(&out);
    }
}

/* What was quoted on a command line stands for itself, however it could be read with its neighbour. */
static void quoted_words_stay(const tw_table *t) {
    const char *texts[] = {"sum(qty)", "max(price) city", NULL};
    const int keys[] = {0};
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    ok(group(t, texts, keys, 1, &out, NULL, &err) == TW_EPARSE &&
           strstr(err.message, "'city' cannot stand here"),
       "two words in quotes are no list");
    tw_buf_fini(&out);
}

static void faults_are_counted(const tw_table *t) {
    const char *texts[] = {"sum(qty) / (count() - 1)", "sum(qty + 9223372036854775800)", NULL};
    const int keys[] = {0};
    tw_error err = TW_ERROR_INIT;
    tw_expr_faults faults = {0};
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    succeeds(group(t, texts, keys, 1, &out, &faults, &err), &err, "faults");
    is_int(faults.division_by_zero, 1, "a division by zero among the groups");
    is_int(faults.overflow, 1, "a sum beyond 64 bits");
    tw_buf_fini(&out);
}

static void without_keys(const tw_table *t) {
    const char *texts[] = {"count()", "max(city)", NULL};
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    succeeds(group(t, texts, NULL, 0, &out, NULL, &err), &err, "the whole table");
    is_text(tw_buf_view(&out), "count(),max(city)\n5,Oslo\n", "is one group");
    tw_table *none = test_table((test_column[]){{"city", TW_TEXT, NULL}}, 1, 0);
    tw_buf_clear(&out);
    succeeds(group(none, texts, NULL, 0, &out, NULL, &err), &err, "also without rows");
    is_text(tw_buf_view(&out), "count(),max(city)\n0,~\n", "where count is 0");
    const int keys[] = {0};
    tw_buf_clear(&out);
    succeeds(group(none, texts, keys, 1, &out, NULL, &err), &err, "with keys");
    is_text(tw_buf_view(&out), "city,count(),max(city)\n", "no rows are no groups");
    tw_table_unref(none);
    tw_buf_fini(&out);
}

int main(void) {
    tw_table *t = orders();
    two_halves(t);
    names(t);
    equal_calls(t);
    pivots(t);
    errors_teach(t);
    quoted_words_stay(t);
    faults_are_counted(t);
    without_keys(t);
    tw_table_unref(t);
    return tap_done();
}
