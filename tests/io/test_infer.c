/* Types, formats, null tokens and minorities of small columns; independence of order and of how
 * rows were cut. */
#include "../tap.h"

#include "io/csv_scan.h"
#include "io/infer.h"

static tw_arena arena;

typedef struct table {
    tw_sniffed sniffed;
    tw_csv_rules rules;
    tw_csv_cells cells;
    tw_str text;
} table;

static void table_read(table *t, const char *text) {
    tw_dialect encoding = {.encoding = TW_UTF8};
    tw_read_options options = TW_READ_DEFAULT;
    tw_error err = TW_ERROR_INIT;
    size_t next;
    t->text = tw_str_c(text);
    tw_sample sample = {.head = t->text, .total = t->text.n, .whole = true};
    options.delimiter = TW_STR("|");
    options.header = TW_STR("1");
    if (tw_sniff(&sample, &options, &encoding, &arena, &t->sniffed, &err) != TW_OK)
        TW_BUG(err.message);
    t->rules = tw_csv_rules_of(&t->sniffed.dialect);
    tw_csv_cells_init(&t->cells);
    if (tw_csv_scan(&t->rules, t->text, t->sniffed.data_begin, t->text.n, SIZE_MAX, &t->cells,
                    &next, &err) != TW_OK)
        TW_BUG(err.message);
}

/* Readings over rows [from, to) of the table. */
static tw_infer *count_rows(const table *t, size_t from, size_t to,
                            const tw_read_options *options) {
    tw_infer *infer = NULL;
    tw_batch batch;
    tw_csv_cells_batch(&t->cells, t->text.p, 0, &t->rules, &batch);
    batch.first += from;
    batch.rows = to - from;
    if (tw_infer_new(&t->sniffed, options, &infer, NULL) != TW_OK ||
        tw_infer_rows(infer, &batch, NULL) != TW_OK)
        TW_BUG("counting fails");
    return infer;
}

static tw_reading *readings_with(const char *text, const tw_read_options *options) {
    table t;
    tw_reading *out = NULL;
    table_read(&t, text);
    tw_infer *infer = count_rows(&t, 0, t.cells.rows, options);
    tw_error err = TW_ERROR_INIT;
    if (tw_infer_finish(infer, &arena, &out, &err) != TW_OK)
        TW_BUG(err.message);
    tw_infer_free(infer);
    tw_csv_cells_fini(&t.cells);
    return out;
}

static tw_reading *readings(const char *text) {
    tw_read_options options = TW_READ_DEFAULT;
    return readings_with(text, &options);
}

/* One column: a header, then the values, separated by '/' here for reading. */
static tw_reading column(const char *values) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "x|y\n");
    tw_str rest = tw_str_c(values), value;
    while (tw_str_split(&rest, ';', &value)) {
        tw_buf_str(&text, value);
        tw_buf_c(&text, "|z\n");
    }
    tw_reading out = readings(text.p)[0];
    tw_buf_fini(&text);
    return out;
}

static bool has_token(const tw_reading *r, const char *token) {
    for (size_t i = 0; i < r->n_null_tokens; i++)
        if (tw_str_eq_c(r->null_tokens[i], token))
            return true;
    return false;
}

/* ---- types ---- */

static void test_types(void) {
    static const struct {
        const char *name, *values;
        enum tw_type type;
        const char *pattern;
    } cases[] = {
        {"integers", "1;2;-3;+4", TW_INTEGER, NULL},
        {"a zero", "0;0;0", TW_INTEGER, NULL},
        {"floats", "1.5;2;.5;3e10", TW_FLOAT, NULL},
        {"padded numbers", " 1;  2;3 ", TW_INTEGER, NULL},
        {"codes with leading zeros", "01234;04567;12345", TW_TEXT, NULL},
        {"decimals below one are no codes", "0.5;0.25;10.5", TW_FLOAT, NULL},
        {"numbers beyond 64 bits", "12345678901234567890;22345678901234567890", TW_TEXT, NULL},
        {"years are numbers", "1999;2004;2013", TW_INTEGER, NULL},
        {"percentages stay text", "10%;20%;30%", TW_TEXT, NULL},
        {"prices stay text", "$10.50;$20.00;$3.99", TW_TEXT, NULL},
        {"ISO dates", "2020-01-31;2021-12-01", TW_DATE, NULL},
        {"day first by evidence", "01.02.2020;31.01.2020", TW_DATE, "%d.%m.%Y"},
        {"month first by evidence", "01/02/2020;01/31/2020", TW_DATE, "%m/%d/%Y"},
        {"day first with slashes", "01/02/2020;31/01/2020", TW_DATE, "%d/%m/%Y"},
        {"the first of each month", "01/02/2020;01/03/2020;01/04/2020;01/05/2020", TW_DATE,
         "%d/%m/%Y"},
        {"names of months", "3-Mar-21;14-Apr-21", TW_DATE, "%d-%b-%y"},
        {"May is short and long", "3 March 2021;14 May 2021;2 May 2021", TW_DATE, "%d %B %Y"},
        {"American long dates", "March 4, 2021;May 14, 2021", TW_DATE, "%B %d, %Y"},
        {"eight digits that are dates", "20200131;20211201;19991231", TW_DATE, "%Y%m%d"},
        {"eight digits that are not", "20200131;20211301;19991231", TW_INTEGER, NULL},
        {"a day that does not exist is text", "2020-02-30;2020-02-31;2020-13-01", TW_TEXT, NULL},
        {"times", "10:30;23:59;0:05", TW_TIME, "%H:%M"},
        {"half days", "10:30 AM;11:59 PM", TW_TIME, "%I:%M %p"},
        {"datetimes", "2020-01-31 10:30;2021-12-01 23:59", TW_DATETIME, "%Y-%m-%d %H:%M"},
        {"optional fraction and zone", "2020-01-31T10:30:00Z;2021-12-01T23:59:59.5Z", TW_DATETIME,
         "%Y-%m-%dT%H:%M:%S%f%z"},
        {"true and false", "true;false;TRUE", TW_BOOLEAN, NULL},
        {"yes and no", "Yes;No;No", TW_BOOLEAN, NULL},
        {"letters need both words", "Y;Y;Y", TW_TEXT, NULL},
        {"Y and N", "Y;N;Y", TW_BOOLEAN, NULL},
        {"sexes are no booleans", "F;M;F;M", TW_TEXT, NULL},
        {"NO among countries is no answer", "NO;NO;NO;NO;NO;NO;NO;NO;NO;NO;SE", TW_TEXT, NULL},
        {"a third answer makes words of them",
         "Y;N;Y;Y;N;Y;N;Y;P;P;P;Y;Y;Y;N;N;Y;Y;Y;N;N;N;Y;Y;N;N;N;N;Y;Y;Y;Y", TW_TEXT, NULL},
        {"only yes", "yes;yes;Yes;yes;yes", TW_BOOLEAN, NULL},
        {"zero and one stay numbers", "0;1;1;0", TW_INTEGER, NULL},
        {"words", "red;green;blue", TW_TEXT, NULL},
        {"spans of years", "2012-13;2013-14;2014-15", TW_TEXT, NULL},
        {"nothing at all", ";;", TW_TEXT, NULL},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_reading r = column(cases[i].values);
        bool pattern = cases[i].pattern
                           ? r.format.pattern && strcmp(r.format.pattern, cases[i].pattern) == 0
                           : r.format.pattern == NULL;
        if (!ok(r.type == cases[i].type && pattern, "type: %s", cases[i].name))
            printf("# %s %s\n", tw_type_name(r.type), r.format.pattern ? r.format.pattern : "");
    }
}

/* What is decided must be what the type's own parser reads. */
static void test_parses(void) {
    static const char *const columns[] = {
        "1,5;2,75;1.234,5",         "1.5;2;.5;3e10",
        "1'234;12'345'678;999'999", "1 234,5;2 345,25",
        "3 March 2021;14 May 2021", "10:30 AM;11:59 PM",
        "Jan 5, 2020;Dec 31, 1999", "2020-01-31T10:30:00+02:00;2020-02-01T00:00:00Z",
        "5/6/99;12/31/01",          "20200131;20211201",
        "Apr-16;May-17;Jun-18",     "1e5;2E-3;-.5"};
    for (size_t i = 0; i < TW_COUNT(columns); i++) {
        tw_reading r = column(columns[i]);
        tw_str rest = tw_str_c(columns[i]), value;
        bool all = r.type != TW_TEXT;
        while (all && tw_str_split(&rest, ';', &value)) {
            tw_cell cell;
            all = tw_type_ops_of(r.type)->parse(value, &r.format, &cell);
        }
        if (!ok(all, "the parser reads what was decided: %s", columns[i]))
            printf("# %s %s decimal %c thousands %d\n", tw_type_name(r.type),
                   r.format.pattern ? r.format.pattern : "", r.format.number.decimal,
                   r.format.number.thousands);
    }
}

static void test_formats(void) {
    tw_reading r = column("1.50;2.25;3.00");
    ok(r.type == TW_FLOAT && r.format.number.decimals == 2, "a fixed number of decimals");
    r = column("1.5;2.25;3");
    is_int(r.format.number.decimals, -1, "decimals that vary");
    r = column("1,5;2,75;33");
    ok(r.type == TW_FLOAT && r.format.number.decimal == ',', "decimal comma");
    r = column("1,234;12,345;123");
    ok(r.type == TW_INTEGER && r.format.number.thousands == ',', "thousands comma");
    r = column("1.234,5;12.345,75");
    ok(r.type == TW_FLOAT && r.format.number.thousands == '.' && r.format.number.decimal == ',',
       "thousands dot");
    r = column("0,123;0,456;0,789");
    ok(r.type == TW_FLOAT && r.format.number.decimal == ',', "0,123 is no thousand");
    r = column("YES;no;YES;no;Yes");
    ok(strcmp(r.format.true_word, "YES") == 0 && strcmp(r.format.false_word, "no") == 0,
       "booleans as spelled most");
    r = readings("a|b\n1/2/2020|25/12/2020\n3/4/2020|1/1/2021\n")[0];
    ok(strcmp(r.format.pattern, "%d/%m/%Y") == 0, "another column proves that the day comes first");
    r = readings("a|b\n1,234|0,5\n2,345|1,25\n")[0];
    ok(r.type == TW_FLOAT && r.format.number.decimal == ',',
       "another column proves the decimal comma");
}

/* ---- null tokens and minorities ---- */

static void test_nulls(void) {
    tw_reading r = column("1;NA;3;n/a;5;-;?;unknown;9");
    ok(r.type == TW_INTEGER && r.n_null_tokens == 5, "tokens among numbers");
    is_int(r.missing, 5, "are missing");
    r = column("red;NA;green;blue;-;unknown");
    ok(r.type == TW_TEXT && has_token(&r, "NA") && has_token(&r, "-") && !has_token(&r, "unknown"),
       "among words only what cannot be a word");
    r = column("NO;SE;NA;DK;FI;NO;NA");
    ok(!has_token(&r, "NA"), "NA among codes of two capitals is Namibia");
    r = column("A;-;B;+;C;-;A");
    ok(!has_token(&r, "\\N"), "no token that is not there");
    r = column("Yes;No;Don't know;Yes;No;No");
    ok(r.type == TW_BOOLEAN && has_token(&r, "Don't know"), "no answer among yes and no");
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (int i = 0; i < 40; i++)
        tw_buf_printf(&text, i % 8 ? "%d;" : "Confidential;", i);
    r = column(text.p);
    ok(r.type == TW_INTEGER && has_token(&r, "Confidential"),
       "a word that comes again and again among numbers");
    tw_buf_fini(&text);
    tw_str token = TW_STR("-999");
    tw_str_list list = {&token, 1};
    tw_read_options options = TW_READ_DEFAULT;
    options.null_tokens = &list;
    r = readings_with("x|y\n1|a\n-999|NA\n3|b\n", &options)[0];
    ok(has_token(&r, "-999") && r.n_null_tokens == 1, "tokens that are given are the only ones");
}

static void test_minority(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (int i = 0; i < 95; i++)
        tw_buf_printf(&text, "%d;", 10 * i + 1);
    tw_buf_c(&text, "12x;oops;2020-01-01");
    tw_reading r = column(text.p);
    is_int(r.type, TW_INTEGER, "a few oddities do not change the type");
    is_int(r.n_minority, 2, "they are listed");
    ok(r.minority[0].type == TW_TEXT && r.minority[0].count == 2, "most frequent first");
    is_text(r.minority[0].example, "12x", "with an example");
    ok(r.minority[1].type == TW_DATE && r.minority[1].count == 1, "then the others");
    ok(r.confidence > 0.9 && r.confidence < 1, "and the confidence is below one");
    is_int(r.values, 95, "values are what the type reads");
    tw_buf_clear(&text);
    for (int i = 0; i < 60; i++)
        tw_buf_printf(&text, "%d;", 1000 + i);
    tw_buf_c(&text, "1,234;5,678");
    r = column(text.p);
    ok(r.type == TW_INTEGER && r.format.number.thousands == 0 && r.n_minority == 1 &&
           r.minority[0].count == 2,
       "a few grouped numbers among plain ones are a minority");
    is_text(r.minority[0].example, "1,234", "shown as they stand");
    tw_buf_fini(&text);
}

static void test_overrides(void) {
    tw_str types[] = {TW_STR("x=text"), TW_STR("2=float")}, wrong = TW_STR("z=text"),
           odd = TW_STR("x=number");
    tw_str roles[] = {TW_STR("x=id")};
    tw_read_options options = TW_READ_DEFAULT;
    options.types = types;
    options.n_types = 2;
    options.roles = roles;
    options.n_roles = 1;
    tw_reading *r = readings_with("x|y\n1|2\n3|4\n", &options);
    ok(r[0].type == TW_TEXT && r[1].type == TW_FLOAT, "types by name and by number");
    is_int(r[0].role, TW_AS_ID, "a role");
    table t;
    table_read(&t, "x|y\n1|2\n");
    const struct {
        const tw_str *option;
        enum tw_rc rc;
    } bad[] = {{&wrong, TW_EUNKNOWN_COLUMN}, {&odd, TW_EUSAGE}};
    for (size_t i = 0; i < TW_COUNT(bad); i++) {
        options = TW_READ_DEFAULT;
        options.types = bad[i].option;
        options.n_types = 1;
        tw_infer *infer = count_rows(&t, 0, 1, &options);
        tw_error err = TW_ERROR_INIT;
        is_int(tw_infer_finish(infer, &arena, &r, &err), bad[i].rc, "a wrong --type is refused");
        tw_infer_free(infer);
    }
    tw_csv_cells_fini(&t.cells);
}

/* ---- order and cuts ---- */

static bool same_reading(const tw_reading *a, const tw_reading *b) {
    bool same = a->type == b->type && a->format.pattern == b->format.pattern &&
                a->n_null_tokens == b->n_null_tokens && a->n_minority == b->n_minority &&
                a->missing == b->missing && a->values == b->values &&
                a->format.number.decimals == b->format.number.decimals &&
                a->format.number.decimal == b->format.number.decimal &&
                tw_same_f64(a->confidence, b->confidence);
    for (size_t i = 0; same && i < a->n_null_tokens; i++)
        same = tw_str_eq(a->null_tokens[i], b->null_tokens[i]);
    for (size_t i = 0; same && i < a->n_minority; i++)
        same = tw_str_eq(a->minority[i].example, b->minority[i].example) &&
               a->minority[i].count == b->minority[i].count;
    return same;
}

/* Values of many kinds, line i of a table whose order is then turned round. */
static void odd_line(tw_buf *out, int i) {
    static const char *const words[] = {"red", "NA", "12", "1.5",   "2020-01-05",
                                        "Yes", "-",  "03", "1,234", "5/6/2020"};
    tw_buf_printf(out, "%d|%s|%d.%0*d|word%d\n", i, words[i % 10], i, 1 + i % 3, i % 10,
                  i * 7919 % 500);
}

static void test_order(void) {
    enum { ROWS = 700 };
    tw_buf up, down;
    tw_buf_init(&up, TW_BUF_MAX);
    tw_buf_init(&down, TW_BUF_MAX);
    tw_buf_c(&up, "a|b|c|d\n");
    tw_buf_c(&down, "a|b|c|d\n");
    for (int i = 0; i < ROWS; i++) {
        odd_line(&up, i);
        odd_line(&down, ROWS - 1 - i);
    }
    tw_reading *first = readings(up.p), *second = readings(down.p), *third = NULL;
    bool same = true;
    for (size_t c = 0; c < 4; c++)
        same = same && same_reading(&first[c], &second[c]);
    ok(same, "the order of rows changes nothing");
    table t;
    tw_read_options options = TW_READ_DEFAULT;
    table_read(&t, up.p);
    static const size_t cuts[] = {0, 1, 2, 250, 251, 600, ROWS};
    tw_infer *whole = count_rows(&t, 600, ROWS, &options);
    for (size_t i = 0; i + 2 < TW_COUNT(cuts); i++) {
        tw_infer *part = count_rows(&t, cuts[i], cuts[i + 1], &options);
        if (tw_infer_merge(whole, part, NULL) != TW_OK)
            TW_BUG("merging fails");
        tw_infer_free(part);
    }
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_infer_finish(whole, &arena, &third, &err), &err, "parts merge");
    same = true;
    for (size_t c = 0; c < 4; c++)
        same = same && same_reading(&first[c], &third[c]);
    ok(same, "how rows were cut changes nothing");
    tw_infer_reset(whole);
    ok(tw_infer_finish(whole, &arena, &third, NULL) == TW_OK && third[0].values == 0,
       "a state starts anew");
    tw_infer_free(whole);
    tw_csv_cells_fini(&t.cells);
    tw_buf_fini(&up);
    tw_buf_fini(&down);
}

static void test_ragged(void) {
    tw_reading *r = readings("a|b|c\n1|2\n3|4|5|6\n7\n");
    is_int(r[2].missing, 2, "absent cells count as missing");
    is_int(r[2].type, TW_INTEGER, "surplus ones are ignored");
}

int main(void) {
    tw_arena_init(&arena);
    test_types();
    test_parses();
    test_formats();
    test_nulls();
    test_minority();
    test_overrides();
    test_order();
    test_ragged();
    tw_arena_fini(&arena);
    return tap_done();
}
