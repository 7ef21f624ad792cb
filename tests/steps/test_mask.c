/* Masks: what stays, what must not, keys and joins, types and formats, shards. */
#include "steps/mask/kinds.h"
#include "tests/steps/run.h"

extern const tw_step_row tw_step_mask_shape, tw_step_mask_tokenize, tw_step_mask_generalize, tw_step_mask_noise,
    tw_step_mask_redact, tw_step_mask_constant, tw_step_mask_shuffle, tw_step_mask_date_shift;

static void gives(const tw_step_row *step, const char *json, const char *csv, const char *want, const char *name) {
    run r = run_step(step, json, csv);
    is_text(run_dump(&r), want, name);
    run_fini(&r);
}

static void refuses(const tw_step_row *step, const char *json, const char *csv, enum tw_rc rc, const char *name) {
    run r = run_step(step, json, csv);
    is_int(r.rc, rc, name);
    run_fini(&r);
}

static void shape_of(const char *kind, const char *text, const char *want) {
    tw_buf out;
    tw_buf_init(&out, 4096);
    tw_mask_shape(tw_mask_kind_find(tw_str_c(kind)), tw_str_c(text), &out);
    is_text(tw_buf_view(&out), want, text);
    tw_buf_fini(&out);
}

static void shapes(void) {
    shape_of("email", "abigailz@peterr.com", "a******z@p****r.com");
    shape_of("person.email", "ab@c.org", "**@*.org");
    shape_of("email", "søren@mail.example.no", "s***n@m**l.e*****e.no");
    shape_of("email", "root@localhost", "r**t@l*******t");
    shape_of("email", "no address", "** *******");
    shape_of("phone", "+49 868 3105497", "+49 *** *******");
    shape_of("phone", "0049/904-7429972", "0049/***-*******");
    shape_of("phone", "+1 (212) 555-0100", "+1 (***) ***-****");
    shape_of("phone", "+35312345678", "+353********");
    shape_of("phone", "0171 1234567", "**** *******");
    shape_of("card", "4319 8713 5169 8768", "**** **** **** 8768");
    shape_of("credit_card", "1234", "****");
    shape_of("iban", "DE89 3704 0044 0532 0130 00", "DE** **** **** **** **30 00");
    shape_of("name", "Jean-Luc Picard", "J.-L. P.");
    shape_of("person_name", "Ø. Hansen", "Ø. H.");
    shape_of("name", "J.", "*.");
    shape_of("ip", "192.168.1.77", "192.168.1.*");
    shape_of("ip", "2001:db8:1:2::7", "2001:db8:1::*");
    shape_of("ip", "fe80::1", "fe80::*");
    shape_of("ip", "here", "****");
    shape_of("mac", "00:1a:2b:3c:4d:5e", "00:1a:2b:**:**:**");
    shape_of("url", "https://me:pw@www.example.com:8080/a?b=c", "https://w**.e*****e.com/***");
    shape_of("date", "1952-02-28", "1952-**-**");
    shape_of("date", "12.09.2021", "**.**.2021");
    shape_of("date", "12.09.21", "**.**.**");
    shape_of("postcode", "5003", "50**");
    shape_of("text", "Anna is 42", "A*** ** **");
    shape_of("hidden", "a-1 ü", "*-* *");
    shape_of("text", "", "");
}

static void shape_steps(void) {
    gives(&tw_step_mask_shape, "{\"cols\": \"m\"}", "m,n\nann.lee@example.com,1\nNA,2\nbob@x.org,3\n",
          "m,n\na*****e@e*****e.com,1\nNA,2\nb**@*.org,3\n", "a kind by content; missing cells keep their bytes");
    gives(&tw_step_mask_shape, "{\"cols\": \"i\"}", "i:integer\n4711\nxx\n", "i\n****\n**\n", "numbers become text; unreadable cells are masked");
    gives(&tw_step_mask_shape, "{\"cols\": \"d\"}", "d\n1952-02-28\n", "d\n1952-**-**\n", "dates keep the year");
    refuses(&tw_step_mask_shape, "{\"cols\": \"i\", \"kind\": \"nonsense\"}", "i\n1\n", TW_EUSAGE, "an unknown kind");
    refuses(&tw_step_mask_shape, "{}", "i\n1\n", TW_EUSAGE, "a mask needs columns");
    gives(&tw_step_mask_shape, "{\"cols\": \"i\"}", "i\n", "i\n", "no rows");
    run r;
    run_init(&r);
    run_on(&r, &tw_step_mask_shape, "{\"cols\": \"m\"}", "m\na.b@c.de\n", "m\n12345\n");
    is_text(run_dump(&r), "m\n*****\n", "the fitted kind is kept for new rows");
    run_fini(&r);
}

static run keyed(const tw_step_row *step, const char *json, const char *csv, const char *hex) {
    run r;
    tw_key *key = NULL;
    run_init(&r);
    if (hex && tw_key_from_hex(tw_str_c(hex), &key, NULL))
        TW_BUG("test: bad key");
    r.key = key;
    run_on(&r, step, json, csv, csv);
    tw_key_free(key);
    return r;
}

static run tokens(const char *json, const char *csv, const char *hex) {
    return keyed(&tw_step_mask_tokenize, json, csv, hex);
}

static tw_str token(run *r, size_t column, int64_t row) {
    return tw_column_cell(tw_table_column(r->out.table, column), row).text;
}

#define KEY_ONE "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_TWO "100102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void tokenizing(void) {
    run a = tokens("{\"cols\": \"id\", \"domain\": \"person\"}", "id,x\n7,a\n8,b\n7,c\nNA,d\n", KEY_ONE);
    run b = tokens("{\"cols\": \"ref\", \"domain\": \"person\"}", "ref:text\n 7\nseven\n", KEY_ONE);
    run c = tokens("{\"cols\": \"id\", \"domain\": \"other\"}", "id,x\n7,a\n", KEY_ONE);
    run d = tokens("{\"cols\": \"id\", \"domain\": \"person\"}", "id,x\n7,a\n", KEY_TWO);
    is_int(a.rc, TW_OK, "tokens are made");
    is_int((long long)token(&a, 0, 0).n, 20, "100 bits are 20 characters");
    ok(tw_str_eq(token(&a, 0, 0), token(&a, 0, 2)), "equal values, equal tokens");
    ok(!tw_str_eq(token(&a, 0, 0), token(&a, 0, 1)), "different values, different tokens");
    ok(tw_str_eq(token(&a, 0, 0), token(&b, 0, 0)), "a domain joins across tables, types and blanks");
    ok(!tw_str_eq(token(&a, 0, 0), token(&c, 0, 0)), "another domain gives other tokens");
    ok(!tw_str_eq(token(&a, 0, 0), token(&d, 0, 0)), "another key too");
    is_int(tw_column_cell(tw_table_column(a.out.table, 0), 3).state, TW_MISSING, "missing stays missing");
    ok(tw_table_mark(a.out.table, 0, 0) == 7 && tw_table_mark(a.out.table, 0, 3) == 0, "masked cells have the mark");
    is_int(tw_doc_as_int(tw_doc_get(a.state, "collisions"), -1), 0, "no collisions");
    run_fini(&a);
    run_fini(&b);
    run_fini(&c);
    run_fini(&d);
    a = tokens("{\"cols\": \"id\"}", "id\n7\n", NULL);
    is_int(a.rc, TW_EKEY, "without a key nothing is made");
    run_fini(&a);
    a = tokens("{\"cols\": \"id\", \"fold\": true}", "id\nMax@x.de\nmax@X.DE\n", KEY_ONE);
    ok(tw_str_eq(token(&a, 0, 0), token(&a, 0, 1)), "fold: case does not count");
    run_fini(&a);
}

static void date_shift(void) {
    static const char csv[] = "id,d,t\n1,2024-01-01,2024-01-01 10:30:00\n2,2024-01-01,2024-02-01 10:30:00\n1,2024-03-01,NA\n3,xx,NA\n"
                              "NA,2024-01-01,NA\n";
    static const char *const json = "{\"cols\": \"d,t\", \"entity\": \"id\", \"days\": 30}";
    run a = keyed(&tw_step_mask_date_shift, json, csv, KEY_ONE), b = keyed(&tw_step_mask_date_shift, json, csv, KEY_TWO);
    is_int(a.rc, TW_EDATA, "a text column is no date");
    run_fini(&a);
    run_fini(&b);
    static const char dates[] = "id,d:date,t:datetime\n1,2024-01-01,2024-01-01 10:30:00\n2,2024-01-01,2024-02-01 10:30:00\n1,2024-03-01,NA\n"
                                "3,xx,NA\nNA,2024-01-01,NA\n";
    a = keyed(&tw_step_mask_date_shift, json, dates, KEY_ONE);
    b = keyed(&tw_step_mask_date_shift, json, dates, KEY_TWO);
    is_int(a.rc, TW_OK, "dates are moved");
    const tw_column *was = tw_table_column(a.in, 1), *now = tw_table_column(a.out.table, 1);
    const tw_column *was_t = tw_table_column(a.in, 2), *now_t = tw_table_column(a.out.table, 2);
    int64_t one = tw_column_cell(now, 0).i - tw_column_cell(was, 0).i, two = tw_column_cell(now, 1).i - tw_column_cell(was, 1).i;
    ok(one != 0 && llabs(one) <= 30 && two != 0 && llabs(two) <= 30 && one != two, "by up to thirty days, each entity by its own");
    is_int(tw_column_cell(now, 2).i - tw_column_cell(was, 2).i, one, "spans of an entity stay");
    is_int(tw_column_cell(now_t, 0).i - tw_column_cell(was_t, 0).i, one * INT64_C(86400000000), "times of day stay");
    is_int(tw_column_cell(now, 3).state, TW_MISSING, "what cannot be read goes");
    ok(tw_column_cell(now, 4).i != tw_column_cell(was, 4).i, "a row without an entity moves too");
    ok(tw_column_cell(now, 0).i != tw_column_cell(tw_table_column(b.out.table, 1), 0).i, "another key, another shift");
    run_fini(&a);
    run_fini(&b);
    a = keyed(&tw_step_mask_date_shift, "{\"cols\": \"d\", \"entity\": \"id\", \"weekday\": true}", "id,d\n1,2024-01-01\n", KEY_ONE);
    is_int((tw_column_cell(tw_table_column(a.out.table, 1), 0).i - tw_column_cell(tw_table_column(a.in, 1), 0).i) % 7, 0, "whole weeks");
    run_fini(&a);
    a = keyed(&tw_step_mask_date_shift, "{\"cols\": \"d\"}", "id,d\n1,2024-01-01\n", KEY_ONE);
    is_int(a.rc, TW_EUSAGE, "no entity is refused");
    run_fini(&a);
    refuses(&tw_step_mask_date_shift, "{\"cols\": \"d\", \"entity\": \"id\"}", "id,d\n1,2024-01-01\n", TW_EKEY, "no key too");
}

static void generalizing(void) {
    gives(&tw_step_mask_generalize, "{\"cols\": \"age\", \"width\": 10}", "age:integer\n40\n49\n50\n-1\nNA\nxx\n",
          "age\n40-49\n40-49\n50-59\n-10 to -1\nNA\n*\n", "whole numbers");
    gives(&tw_step_mask_generalize, "{\"cols\": \"x\", \"width\": 0.5}", "x\n1.2\n1.5\n0.3\n", "x\n1.0-1.4\n1.5-1.9\n0.0-0.4\n",
          "decimals; a value on a border belongs above it");
    gives(&tw_step_mask_generalize, "{\"cols\": \"x\", \"width\": 2}", "x\n1.23456789\n3.5\n", "x\n[0, 2)\n[2, 4)\n", "continuous");
    gives(&tw_step_mask_generalize, "{\"cols\": \"x\", \"width\": 10, \"top\": 90, \"bottom\": 17}", "x\n95\n90\n17\n18\n",
          "x\n90+\n90+\nup to 17\n10-19\n", "top and bottom classes");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\"}", "d\n1952-02-28\n", "d\n1952\n", "a year");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\", \"width\": 5}", "d\n1952-02-28\n", "d\n1950-1954\n", "five years");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\", \"unit\": \"quarter\"}", "d\n1952-05-28\n", "d\n1952-Q2\n", "a quarter");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\", \"unit\": \"month\", \"width\": 6}", "d\n1952-08-28\n",
          "d\n1952-07 to 1952-12\n", "six months");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\", \"unit\": \"week\"}", "d\n2024-05-01\n1969-12-29\n",
          "d\n2024-04-29 to 2024-05-05\n1969-12-29 to 1970-01-04\n", "a week from Monday");
    gives(&tw_step_mask_generalize, "{\"cols\": \"d\", \"unit\": \"hour\", \"width\": 6}", "d\n2024-05-01 13:45:00\n",
          "d\n2024-05-01 12h-17h\n", "six hours");
    gives(&tw_step_mask_generalize, "{\"cols\": \"x\"}", "x\n0\n30\n99\n", "x\n0-9\n30-39\n90-99\n", "a width by itself");
    refuses(&tw_step_mask_generalize, "{\"cols\": \"x\", \"width\": 1}", "x\n1\n", TW_EUSAGE, "a width of 1 masks nothing");
    refuses(&tw_step_mask_generalize, "{\"cols\": \"x\"}", "x\nab\n", TW_EDATA, "text has no width");
    run r;
    run_init(&r);
    run_on(&r, &tw_step_mask_generalize, "{\"cols\": \"x\"}", "x\n0\n30\n99\n", "x\n1234\n");
    is_text(run_dump(&r), "x\n1230-1239\n", "the fitted width on new rows");
    run_fini(&r);
}

static void noise(void) {
    static const char csv[] = "w:float,n,d\n70.5,100,2024-01-01\n0.1,1,2024-06-01\nNA,50,NA\nxx,7,2023-01-01\n";
    run a = run_step(&tw_step_mask_noise, "{\"cols\": \"w,n,d\", \"sd\": 20}", csv);
    run b = run_step(&tw_step_mask_noise, "{\"cols\": \"w,n,d\", \"sd\": 20}", csv);
    is_int(a.rc, TW_OK, "noise is added");
    ok(tw_str_eq(run_dump(&a), run_dump(&b)), "the same noise in every run");
    double w = tw_column_number(tw_table_column(a.out.table, 0), 0);
    ok(fabs(w - 70.5) < 120 && fabs(w - 70.5) > 0 && tw_same_f64(tw_round_to(w, 1), w), "decimals kept");
    ok(tw_column_number(tw_table_column(a.out.table, 0), 1) >= 0 && tw_column_number(tw_table_column(a.out.table, 1), 1) >= 0,
       "no negative values in a column without");
    is_int(tw_column_cell(tw_table_column(a.out.table, 0), 3).state, TW_MISSING, "unreadable cells become missing");
    ok(strstr(a.said, "cannot be read") != NULL, "with a warning");
    ok(tw_column_is_value(tw_table_column(a.out.table, 2), 0) && !tw_column_is_value(tw_table_column(a.out.table, 2), 2), "dates move");
    run_fini(&a);
    run_fini(&b);
    a = run_step(&tw_step_mask_noise, "{\"cols\": \"n,m\", \"digits\": 2}", "n,m\n1234,5.67\n-1299,0.05\n5,9.99\n");
    bool good = a.rc == TW_OK;
    for (int64_t i = 0; good && i < 3; i++) {
        double was = tw_column_number(tw_table_column(a.in, 0), i), now = tw_column_number(tw_table_column(a.out.table, 0), i);
        double m = tw_column_number(tw_table_column(a.in, 1), i), o = tw_column_number(tw_table_column(a.out.table, 1), i);
        good = !tw_same_f64(was, now) && tw_same_f64(trunc(was / 100), trunc(now / 100)) && !tw_same_f64(m, o) &&
               tw_same_f64(floor(m), floor(o));
    }
    ok(good, "the last two digits differ, those before stay");
    run_fini(&a);
    refuses(&tw_step_mask_noise, "{\"cols\": \"t\"}", "t\nab\n", TW_EDATA, "no noise on text");
    refuses(&tw_step_mask_noise, "{\"cols\": \"x\", \"sd\": 1, \"digits\": 1}", "x\n1\n", TW_EUSAGE, "one kind of noise");
}

static void replacing(void) {
    gives(&tw_step_mask_redact, "{\"cols\": \"x\"}", "x:integer,y\n1,a\nNA,b\nxx,c\n", "x,y\n***,a\nNA,b\n***,c\n", "redacted");
    gives(&tw_step_mask_constant, "{\"cols\": \"x\", \"value\": \"0\"}", "x:integer,y\n1,a\nNA,b\nxx,c\n", "x,y\n0,a\nNA,b\n0,c\n",
          "a constant of the type");
    gives(&tw_step_mask_constant, "{\"cols\": \"x\", \"value\": \"none\"}", "x,y\n1,a\n", "x,y\nnone,a\n", "and one that is text");
    run r = run_step(&tw_step_mask_shuffle, "{\"cols\": \"x\", \"by\": \"g\"}",
                     "x,g\n1,a\n2,a\n3,a\n10,b\n20,b\nNA,b\n7,c\n");
    is_int(r.rc, TW_OK, "shuffled");
    const tw_column *x = tw_table_column(r.out.table, 0);
    int64_t a = 0, b = 0;
    bool stayed = false;
    for (int64_t row = 0; row < 5; row++) {
        int64_t now = tw_column_cell(x, row).i;
        stayed = stayed || now == tw_column_cell(tw_table_column(r.in, 0), row).i;
        *(row < 3 ? &a : &b) += now;
    }
    ok(a == 6 && b == 30 && !stayed, "values stay in their group, none in its row");
    ok(tw_column_cell(x, 5).state == TW_MISSING && tw_column_cell(x, 6).state == TW_MISSING, "missing stays, a lonely value goes");
    run_fini(&r);
}

int main(void) {
    shapes();
    shape_steps();
    tokenizing();
    date_shift();
    generalizing();
    noise();
    replacing();
    return tap_done();
}
