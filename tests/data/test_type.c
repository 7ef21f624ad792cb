/* Types: what counts as a value of each, how it is written, how cells order. */
#include "data/type.h"

#include "base/json.h"
#include "tests/tap.h"

static void reads(enum tw_type type, tw_format format, const char *text, const char *want) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_cell cell = tw_cell_parse(type, &format, tw_str_c(text));
    ok(cell.state == TW_VALUE && tw_cell_write(&cell, NULL, &out) &&
           tw_str_eq_c(tw_buf_view(&out), want),
       "%s '%s' is %s", tw_type_name(type), text, want);
    if (!tw_str_eq_c(tw_buf_view(&out), want))
        printf("# got '%.*s'\n", TW_ARG(tw_buf_view(&out)));
    tw_buf_fini(&out);
}

static void refuses(enum tw_type type, tw_format format, const char *text) {
    tw_cell cell = tw_cell_parse(type, &format, tw_str_c(text));
    ok(cell.state == TW_UNREADABLE && tw_str_eq_c(cell.text, text), "%s does not read '%s'",
       tw_type_name(type), text);
}

static void writes(tw_cell cell, tw_format format, const char *want) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_cell_write(&cell, &format, &out);
    is_text(tw_buf_view(&out), want, want);
    tw_buf_fini(&out);
}

static void test_reading(void) {
    tw_format plain = TW_FORMAT_PLAIN, german = TW_FORMAT_PLAIN, yes = TW_FORMAT_PLAIN;
    tw_format dotted = TW_FORMAT_PLAIN;
    german.number = (tw_number_format){',', '.', -1};
    yes.true_word = tw_pattern_intern(TW_STR("ja"));
    yes.false_word = tw_pattern_intern(TW_STR("nein"));
    dotted.pattern = tw_pattern_intern(TW_STR("%d.%m.%Y"));
    reads(TW_INTEGER, plain, "-42", "-42");
    reads(TW_INTEGER, plain, "9223372036854775807", "9223372036854775807");
    reads(TW_INTEGER, german, "1.234.567", "1234567");
    reads(TW_FLOAT, plain, "1e3", "1000");
    reads(TW_FLOAT, german, "1.234,5", "1234.5");
    reads(TW_BOOLEAN, plain, "TRUE", "true");
    reads(TW_BOOLEAN, yes, "Nein", "false");
    reads(TW_DATE, plain, "2024-02-29", "2024-02-29");
    reads(TW_DATE, dotted, "29.02.2024", "2024-02-29");
    reads(TW_TIME, plain, "23:59:58", "23:59:58");
    reads(TW_DATETIME, plain, "2024-02-29T12:30:00", "2024-02-29T12:30:00");
    reads(TW_DATETIME, plain, "2024-02-29 12:30:00", "2024-02-29T12:30:00");
    reads(TW_DATETIME, plain, "1969-12-31 23:59:59.5", "1969-12-31T23:59:59.5");
    reads(TW_TEXT, plain, " a ", " a ");
    refuses(TW_INTEGER, plain, "9223372036854775808");
    refuses(TW_INTEGER, plain, " 1");
    refuses(TW_INTEGER, plain, "1,234");
    refuses(TW_INTEGER, german, "12.34");
    refuses(TW_FLOAT, plain, "nan");
    refuses(TW_FLOAT, plain, "N/A");
    refuses(TW_BOOLEAN, yes, "true");
    refuses(TW_DATE, plain, "2023-02-29");
    refuses(TW_TIME, plain, "24:01:00");
    tw_cell empty = tw_cell_parse(TW_TEXT, &plain, TW_STR(""));
    ok(empty.state == TW_MISSING, "empty text is missing, for text too");
}

static void test_writing(void) {
    tw_format f = TW_FORMAT_PLAIN;
    writes(tw_cell_i64(TW_INTEGER, INT64_MIN), f, "-9223372036854775808");
    f.number = (tw_number_format){',', '.', 2};
    writes(tw_cell_i64(TW_INTEGER, -1234567), f, "-1.234.567");
    writes(tw_cell_i64(TW_INTEGER, 123), f, "123");
    writes(tw_cell_i64(TW_INTEGER, -123), f, "-123");
    writes(tw_cell_f64(1234.5), f, "1.234,50");
    writes(tw_cell_missing(TW_FLOAT), f, "");
    writes(tw_cell_unreadable(TW_FLOAT, TW_STR("n/a")), f, "n/a");
    f = TW_FORMAT_PLAIN;
    writes(tw_cell_f64(0.1), f, "0.1");
    f.pattern = tw_pattern_intern(TW_STR("%m/%d/%Y"));
    writes(tw_cell_i64(TW_DATE, 19782), f, "02/29/2024");
    f.pattern = tw_pattern_intern(TW_STR("%Y-%m-%d %H:%M"));
    writes(tw_cell_i64(TW_DATETIME, -60000000), f, "1969-12-31 23:59");
    ok(f.pattern == tw_pattern_intern(TW_STR("%Y-%m-%d %H:%M")), "equal patterns are one");
}

static void test_order(void) {
    tw_cell order[] = {tw_cell_f64(-1), tw_cell_f64(0.5), tw_cell_unreadable(TW_FLOAT, TW_STR("a")),
                       tw_cell_unreadable(TW_FLOAT, TW_STR("b")), tw_cell_missing(TW_FLOAT)};
    bool good = true;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++) {
            int got = tw_cell_compare(&order[i], &order[k]);
            good = good && (got > 0) - (got < 0) == (i > k) - (i < k);
        }
    ok(good, "values, then unreadable by text, then missing");
    tw_cell a = tw_cell_f64(0.0), b = tw_cell_f64(-0.0);
    const tw_type_ops *ops = tw_type_ops_of(TW_FLOAT);
    ok(tw_cell_equal(&a, &b) && ops->hash(&a) == ops->hash(&b), "-0.0 equals and hashes as 0.0");
    tw_cell nan = tw_cell_f64((double)NAN);
    ok(nan.state == TW_MISSING, "NaN is missing");
}

static void rounds(enum tw_type type, double value, int64_t want) {
    tw_cell cell;
    ok(tw_type_ops_of(type)->from_f64(value, &cell) && cell.i == want, "%g as %s is %lld", value,
       tw_type_name(type), (long long)want);
}

static void test_from_number(void) {
    tw_cell cell;
    rounds(TW_INTEGER, 2.5, 2);
    rounds(TW_INTEGER, 3.5, 4);
    rounds(TW_INTEGER, -2.5, -2);
    rounds(TW_BOOLEAN, 0.7, 1);
    rounds(TW_BOOLEAN, -3, 0);
    rounds(TW_TIME, -5, 0);
    rounds(TW_TIME, 1e15, INT64_C(86399999999));
    ok(!tw_type_ops_of(TW_INTEGER)->from_f64(1e19, &cell), "1e19 is no integer");
    ok(!tw_type_ops_of(TW_TEXT)->from_f64(1, &cell), "a number is no text");
}

static void documents(tw_cell cell, const char *want) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_doc *doc = tw_cell_doc(&cell);
    tw_json_write(&out, doc, 0);
    is_text(tw_str_trim(tw_buf_view(&out)), want, "as JSON");
    tw_doc_free(doc);
    tw_buf_fini(&out);
}

static void test_documents(void) {
    documents(tw_cell_i64(TW_BOOLEAN, 1), "true");
    documents(tw_cell_i64(TW_INTEGER, -5), "-5");
    documents(tw_cell_f64(1.5), "1.5");
    documents(tw_cell_i64(TW_DATE, 0), "\"1970-01-01\"");
    documents(tw_cell_text(TW_STR("a\"b")), "\"a\\\"b\"");
    documents(tw_cell_missing(TW_INTEGER), "null");
    documents(tw_cell_unreadable(TW_INTEGER, TW_STR("x")), "\"x\"");
}

int main(void) {
    enum tw_type type;
    ok(tw_type_find(TW_STR("datetime"), &type) && type == TW_DATETIME, "datetime is found");
    ok(!tw_type_find(TW_STR("number"), &type), "number is no type");
    test_reading();
    test_writing();
    test_order();
    test_from_number();
    test_documents();
    return tap_done();
}
