/* Sniffing: what a person would say about small texts of many kinds. */
#include "../tap.h"

#include "io/encoding.h"
#include "io/sniff.h"

static tw_arena arena;

static tw_sniffed sniff_with(const char *text, const tw_read_options *options) {
    tw_sample sample = {.head = tw_str_c(text), .total = strlen(text), .whole = true};
    tw_dialect encoding = {.encoding = TW_UTF8, .encoding_name = "utf-8"};
    tw_sniffed out = {.width = 0};
    tw_error err = TW_ERROR_INIT;
    if (tw_sniff(&sample, options, &encoding, &arena, &out, &err) != TW_OK)
        printf("# sniff fails: %s\n", err.message);
    return out;
}

static tw_sniffed sniff(const char *text) {
    tw_read_options options = TW_READ_DEFAULT;
    return sniff_with(text, &options);
}

static const tw_decision *decision(const tw_sniffed *s, const char *what) {
    for (size_t i = 0; i < s->n_decisions; i++)
        if (strcmp(s->decisions[i].what, what) == 0)
            return &s->decisions[i];
    return NULL;
}

static bool has_names(const tw_sniffed *s, const char *joined) {
    tw_str rest = tw_str_c(joined), name;
    for (size_t i = 0; i < s->width; i++)
        if (!tw_str_split(&rest, '|', &name) || !tw_str_eq(s->names[i], name))
            return false;
    return true;
}

/* ---- delimiter, quote, escape ---- */

static void test_marks(void) {
    static const struct {
        const char *name, *text;
        uint32_t delimiter;
        char quote, escape;
    } cases[] = {
        {"commas", "a,b,c\n1,2,3\n4,5,6\n", ',', '"', 0},
        {"semicolons with decimal commas", "x;y;z\n1,5;2,25;3\n4,75;5;6,5\n", ';', '"', 0},
        {"tabs around lists", "a\tb\n1,2,3\t4,5,6\n7,8,9\t1,2,3\n2,3,4\t5,6,7\n", '\t', '"', 0},
        {"pipes", "id|name|when\n1|Smith, J|2020-01-02\n2|Doe, A|2020-02-03\n", '|', '"', 0},
        {"commas inside quotes", "n;t\n1;\"a, b, c\"\n2;\"d, e, f\"\n3;\"g, h, i\"\n", ';', '"', 0},
        {"single quotes", "'a, b',1,'x'\n'c, d',2,'y'\n'e, f',3,'z'\n", ',', '\'', 0},
        {"apostrophes are no quotes", "who,what\nO'Hara,John's\nD'Arc,it's\n", ',', '"', 0},
        {"backslash escapes",
         "a,b\n\"6\\\" pipe, long\",1\n\"8\\\" pipe, short\",2\n\"4\\\" hose, red\",3\n", ',', '"',
         '\\'},
        {"doubled quotes", "a,b\n\"6\"\" pipe, long\",1\n\"8\"\" pipe, short\",2\n", ',', '"', 0},
        {"a Windows path does not escape", "p,n\n\"C:\\tmp\\\",1\n\"D:\\x y\\\",2\n", ',', '"', 0},
        {"times do not make colons delimiters", "at,n\n10:20:30,5\n11:21:31,6\n12:22:32,7\n", ',',
         '"', 0},
        {"blanks", "a b c\n1 2 3\n4 5 6\n7 8 9\n", ' ', '"', 0},
        {"one column", "word\nalpha\nbeta\ngamma\n", ',', '"', 0},
        {"prose is one column",
         "Dear all, please note, that\nthis is text.\nIt has, at times, commas,\nbut no columns.\n",
         0, '"', 0},
        {"caret", "a^b^c\n1^2^3\n4^5^6\n", '^', '"', 0},
        {"unit separator",
         "a\x1f"
         "b\n1\x1f"
         "2\n3\x1f"
         "4\n",
         0x1f, '"', 0},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_dialect d = sniff(cases[i].text).dialect;
        bool good = d.delimiter == cases[i].delimiter && d.quote == cases[i].quote &&
                    d.escape == cases[i].escape;
        if (!ok(good, "marks: %s", cases[i].name))
            printf("# delimiter %u quote %d escape %d\n", (unsigned)d.delimiter, d.quote, d.escape);
    }
}

static void test_more_marks(void) {
    tw_sniffed s = sniff("a,  b,   c\n");
    ok(!s.dialect.delimiter_blank, "wide blanks are padding, not part of the delimiter");
    s = sniff("a, b, \"c, d\"\n1, 2, \"x, y\"\n3, 4, \"z, w\"\n");
    ok(s.dialect.delimiter_blank && s.width == 3, "a blank behind every delimiter belongs to it");
    s = sniff("name     n   x\nalpha    1   2.5\nbeta     22  3.5\nc        3   4.5\n");
    ok(s.dialect.delimiter == ' ' && s.dialect.delimiter_runs, "columns aligned with blanks");
    s = sniff("a,b\r\n1,2\r\n3,4\r\n");
    ok(strcmp(s.dialect.line_end, "\r\n") == 0, "CRLF");
    s = sniff("a,b\r1,2\r3,4\r");
    ok(strcmp(s.dialect.line_end, "\r") == 0 && s.width == 2, "CR");
    s = sniff("id;t\r1;one\ntwo, \"three\"\nfour, five\r2;six\r3;seven\neight\r4;nine\r");
    ok(strcmp(s.dialect.line_end, "\r") == 0 && s.dialect.delimiter == ';',
       "CR ends records, LF stands in cells");
    const tw_decision *d = decision(&s, "delimiter");
    ok(d && d->score > d->runner_up_score && d->runner_up[0] && d->why[0],
       "a decision has score, runner-up and reason");
}

/* ---- header, preamble, footer ---- */

static void test_header(void) {
    static const struct {
        const char *name, *text;
        int skip, header;
        bool units;
        int footer;
        const char *names;
    } cases[] = {
        {"names above numbers", "id,age\n1,20\n2,30\n", 0, 1, false, 0, "id|age"},
        {"numbers only", "1,20\n2,30\n3,40\n", 0, 0, false, 0, "|"},
        {"all text, names differ from values",
         "name,city\nAda,London\nBob,London\nEve,Paris\nDan,Paris\n", 0, 1, false, 0, "name|city"},
        {"all text, first record like the others", "Ada,London\nBob,London\nAda,Paris\nEve,Paris\n",
         0, 0, false, 0, "|"},
        {"years as names", "country,2019,2020,2021\nNorway,1,2,3\nChile,4,5,6\nGhana,7,8,9\n", 0, 1,
         false, 0, "country|2019|2020|2021"},
        {"two header rows", "Air,,Rail,\nkm,price,km,price\n1,2,3,4\n5,6,7,8\n9,8,7,6\n", 0, 2,
         false, 0, "Air km|price|Rail km|price"},
        {"groups by year", ",,2020,,2021,\nid,name,east,west,east,west\n1,a,1.5,2,3,4\n2,b,5,6,7.5,8\n3,c,9,1,1.5,2\n", 0, 2,
         false, 0, "id|name|2020 east|west|2021 east|west"},
        {"groups by year in each column",
         ",,2020,2020,2021,2021\nid,name,east,west,east,west\n1,a,1.5,2,3,4\n2,b,5,6,7.5,8\n3,c,9,1,1.5,2\n", 0, 2, false, 0,
         "id|name|2020 east|2020 west|2021 east|2021 west"},
        {"years twice without names below", "2020,2020,2021,2021\n1999,2001,2002,2003\n1998,2001,2002,2004\n", 0, 0,
         false, 0, "|||"},
        {"units below names", "time,speed,mass\n(s),(m/s),(kg)\n0.0,1.5,2\n0.1,1.6,3\n0.2,1.7,4\n",
         0, 1, true, 0, "time|speed|mass"},
        {"a title in front", "Report of 2020,,\n,,\nid,age,sex\n1,20,f\n2,30,m\n3,40,f\n", 2, 1,
         false, 0, "id|age|sex"},
        {"a title without delimiters", "Report of the year\n\nid,age,sex\n1,20,f\n2,30,m\n3,40,f\n",
         2, 1, false, 0, "id|age|sex"},
        {"a note behind", "id,age,sex\n1,20,f\n2,30,m\n3,40,f\n\nSource: our own survey of 2020\n",
         0, 1, false, 1, "id|age|sex"},
        {"empty records behind", "id,age\n1,20\n2,30\n3,40\n,\n,\n", 0, 1, false, 2, "id|age"},
        {"totals that add up", "item,n\na,1\nb,2\nc,3\nd,4\nTotal,10\n", 0, 1, false, 1, "item|n"},
        {"a last row called total that does not", "item,n\na,1\nb,2\nc,3\nd,4\nTotal,11\n", 0, 1,
         false, 0, "item|n"},
        {"quoted names", "\"a \"\"b\"\"\",c\n1,2\n3,4\n", 0, 1, false, 0, "a \"b\"|c"},
        {"header only", "id,first name,city\n", 0, 1, false, 0, "id|first name|city"},
        {"one record of data", "17,2020-01-01,3.5\n", 0, 0, false, 0, "||"},
        {"a damaged header", "\"id,age,\"sex\",city\n1,20,f,Rome\n2,30,m,Oslo\n3,40,f,Bern\n", 0, 1,
         false, 0, "\"id|age|sex|city"},
        {"a header with blanks for commas",
         "id age sex city\n1,20,f,Rome\n2,30,m,Oslo\n3,40,f,Bern\n", 0, 1, false, 0,
         "id|age|sex|city"},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_sniffed s = sniff(cases[i].text);
        const tw_dialect *d = &s.dialect;
        bool good = d->skip_rows == cases[i].skip && d->header_rows == cases[i].header &&
                    d->units_row == cases[i].units && d->footer_rows == cases[i].footer &&
                    has_names(&s, cases[i].names);
        if (!ok(good, "header: %s", cases[i].name))
            printf("# skip %d header %d units %d footer %d width %zu first name '%.*s'\n",
                   d->skip_rows, d->header_rows, d->units_row, d->footer_rows, s.width,
                   TW_ARG(s.names[0]));
    }
}

static void test_extent(void) {
    const char *text =
        "Title of it all,,\n,,\nid,age,sex\n1,20,f\n2,30,m\n3,40,f\n\nSource: a survey\n";
    tw_sniffed s = sniff(text);
    const tw_dialect *d = &s.dialect;
    is_text(tw_str_sub(tw_str_c(text), d->table_begin, d->table_end),
            "id,age,sex\n1,20,f\n2,30,m\n3,40,f\n",
            "the table's bytes go from its header to its last record");
    is_int(s.data_begin, d->table_begin + 11, "data begin behind the header");
    is_int(s.tables[0].rows, 3, "data rows are counted");
}

static void test_tables(void) {
    tw_sniffed s = sniff("a,b\n1,2\n3,4\n5,6\na,b\n7,8\n9,10\n");
    is_int(s.dialect.n_tables, 2, "the header comes again: a second table");
    is_int(s.tables[0].rows, 3, "the first one ends there");
    s = sniff("a,b\n1,2\n3,4\n5,6\nx,y,z\n7,8,9\n9,10,11\n1,2,3\n");
    is_int(s.dialect.n_tables, 2, "names with a new width: a second table");
    tw_read_options options = TW_READ_DEFAULT;
    options.table = TW_STR("2");
    s = sniff_with("a,b\n1,2\n3,4\n5,6\nx,y,z\n7,8,9\n9,10,11\n1,2,3\n", &options);
    ok(s.width == 3 && has_names(&s, "x|y|z"), "the second table is read on demand");
    s = sniff("p,n\na,1\nb,2\np,n\nc,3\nd,4\np,n\ne,5\nf,6\np,n\ng,7\nh,8\n");
    is_int(s.dialect.n_tables, 1, "a header on every page is one table");
    s = sniff("a,b,c\n1,2,3\n4,5\n6,7,8\n9,8,7,6\n5,4,3\n");
    is_int(s.dialect.n_tables, 1, "ragged records are no tables");
    s = sniff("name,place,note\nAda,Rome,x\n\nBob,Oslo,y\nEve,Bern,z\n");
    is_int(s.dialect.n_tables, 1, "a blank line alone is no border");
}

static void test_number_marks(void) {
    ok(sniff("a;b\n1,5;2\n2,25;3\n").dialect.decimal == ',', "decimal comma");
    tw_dialect d = sniff("a,b\n\"1,234.50\",2\n\"12,345.25\",3\n").dialect;
    ok(d.decimal == '.' && d.thousands == ',', "thousands comma");
    d = sniff("a;b\n1.234,5;2\n12.345,25;3\n").dialect;
    ok(d.decimal == ',' && d.thousands == '.', "thousands dot");
    d = sniff("a;b\n1 234,5;2\n12 345,25;3\n").dialect;
    ok(d.decimal == ',' && d.thousands == ' ', "thousands blank");
}

/* ---- overrides ---- */

static void test_overrides(void) {
    tw_read_options o = TW_READ_DEFAULT;
    o.delimiter = TW_STR(";");
    tw_sniffed s = sniff_with("a,b;c\n1,2;3\n", &o);
    ok(s.dialect.delimiter == ';' && s.width == 2, "a delimiter that is given");
    o = TW_READ_DEFAULT;
    o.delimiter = TW_STR("tab");
    ok(sniff_with("a\tb\n1\t2\n", &o).dialect.delimiter == '\t', "a delimiter by name");
    o = TW_READ_DEFAULT;
    o.quote = TW_STR("");
    ok(sniff_with("\"a\",b\n\"1\",2\n", &o).dialect.quote == 0, "no quotes");
    o = TW_READ_DEFAULT;
    o.header = TW_STR("none");
    s = sniff_with("a,b\n1,2\n", &o);
    ok(s.dialect.header_rows == 0 && s.names[0].p == NULL, "no header");
    o = TW_READ_DEFAULT;
    o.skip = 2;
    s = sniff_with("x,y\n\na,b\n1,2\n3,4\n", &o);
    ok(has_names(&s, "a|b"), "records to skip, blank ones counted");
    o = TW_READ_DEFAULT;
    o.footer = 2;
    s = sniff_with("a,b\n1,2\n3,4\n5,6\n7,8\n", &o);
    is_int(s.tables[0].rows, 2, "records to leave out at the end");
    const struct {
        const char *name;
        tw_read_options options;
    } wrong[] = {{"delimiter", {.delimiter = TW_STR(",,"), .skip = -1, .footer = -1}},
                 {"header", {.header = TW_STR("some"), .skip = -1, .footer = -1}},
                 {"table", {.skip = -1, .footer = -1, .table = TW_STR("7")}},
                 {"decimal", {.decimal = TW_STR("::"), .skip = -1, .footer = -1}}};
    for (size_t i = 0; i < TW_COUNT(wrong); i++) {
        tw_sample sample = {.head = TW_STR("a,b\n1,2\n"), .total = 8, .whole = true};
        tw_dialect encoding = {.encoding = TW_UTF8};
        tw_sniffed out;
        tw_error err = TW_ERROR_INIT;
        enum tw_rc rc = tw_sniff(&sample, &wrong[i].options, &encoding, &arena, &out, &err);
        ok(rc == TW_EUSAGE && strstr(err.message, wrong[i].name), "a wrong --%s is refused by name",
           wrong[i].name);
    }
}

/* ---- nothing, and a part of much ---- */

static void test_edges(void) {
    static const char *const empty[] = {"", "\n", "\r\n\r\n", " \n \n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < 4; i++)
        is_int(sniff(empty[i]).width, 0, "nothing but blanks has no columns");
    is_int(sniff("x").width, 1, "one character is one column");
    is_int(sniff(",").width, 2, "one comma is two empty cells");
    ok(sniff("\"").width == 1, "a lone quote");
    tw_buf wide;
    tw_buf_init(&wide, TW_BUF_MAX);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 10000; c++)
            tw_buf_printf(&wide, "%d%c", r * c, c == 9999 ? '\n' : ',');
    is_int(sniff(wide.p).width, 10000, "ten thousand columns");
    tw_buf_fini(&wide);
}

static void test_part(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "id,note,n\n");
    for (int i = 0; i < 4000; i++)
        tw_buf_printf(&text, "%d,\"some, text %d\",%d\n", i, i, i * 7);
    size_t head = 0, data = text.n;
    for (size_t i = 0; i < 60000; i++)
        head = text.p[i] == '\n' ? i + 1 : head;
    tw_buf_c(&text, "\nSource: an office that counts\n");
    tw_str all = tw_buf_view(&text);
    size_t end_at = all.n - 5003;
    tw_sample sample = {.head = tw_str_sub(all, 0, head),
                        .middle = tw_str_sub(all, all.n / 2, all.n / 2 + 9001),
                        .end = tw_str_sub(all, end_at, all.n),
                        .end_at = end_at,
                        .total = all.n};
    tw_dialect encoding = {.encoding = TW_UTF8};
    tw_read_options options = TW_READ_DEFAULT;
    tw_sniffed s;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_sniff(&sample, &options, &encoding, &arena, &s, &err), &err,
             "three blocks of a larger text");
    ok(s.dialect.delimiter == ',' && s.width == 3 && s.dialect.header_rows == 1,
       "the head says what it is");
    is_int(s.dialect.footer_rows, 1, "the end shows a note");
    is_int(s.dialect.table_end, data, "the table ends in front of it");
    tw_buf_fini(&text);
}

/* ---- encodings ---- */

static void encoding_is(const char *bytes, size_t n, const char *name, bool bom, const char *what) {
    tw_sample sample = {.head = {bytes, n}, .total = n, .whole = true};
    tw_read_options options = TW_READ_DEFAULT;
    tw_dialect d = {.encoding = TW_UTF8};
    tw_decision decision;
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_sniff_encoding(&sample, &options, &d, &decision, &err);
    if (!ok(rc == TW_OK && strcmp(d.encoding_name, name) == 0 && d.bom == bom, "encoding: %s",
            what))
        printf("# got %s, mark %d, %s\n", d.encoding_name, d.bom, decision.why);
}

#define BYTES(text) text, sizeof(text) - 1

static void test_encodings(void) {
    encoding_is(BYTES("a,b\n1,2\n"), "utf-8", false, "ASCII is UTF-8");
    encoding_is(BYTES("\xef\xbb\xbf"
                      "a,b\n1,2\n"),
                "utf-8", true, "UTF-8 with mark");
    encoding_is(BYTES("name\nM\xc3\xbcller\nJos\xc3\xa9\n"), "utf-8", false, "UTF-8");
    encoding_is(BYTES("name\nM\xfcller\nJos\xe9\n"), "windows-1252", false, "Western letters");
    encoding_is(BYTES("\xff\xfe"
                      "a\0,\0b\0\n\0"),
                "utf-16le", true, "UTF-16LE with mark");
    encoding_is(BYTES("a\0,\0b\0\n\0001\0,\0002\0\n\0"), "utf-16le", false,
                "UTF-16LE without mark");
    encoding_is(BYTES("\0a\0,\0b\0\n\0001\0,\0002\0\n"), "utf-16be", false,
                "UTF-16BE without mark");
    /* "имя,город\nИван,Москва\nАнна,Казань\nПётр,Омск" */
    encoding_is(
        BYTES("\xe8\xec\xff,\xe3\xee\xf0\xee\xe4\n\xc8\xe2\xe0\xed,\xcc\xee\xf1\xea\xe2\xe0\n"
              "\xc0\xed\xed\xe0,\xca\xe0\xe7\xe0\xed\xfc\n\xcf\xb8\xf2\xf0,\xce\xec\xf1\xea\n"),
        "windows-1251", false, "Cyrillic");
    /* "imię,miasto\nŁukasz,Łódź\nStanisław,Wałbrzych\nPaweł,Gołdap" */
    encoding_is(BYTES("imi\xea,miasto\n\xa3ukasz,\xa3\xf3"
                      "d\x9f\nStanis\xb3"
                      "aw,Wa\xb3"
                      "brzych\nPawe\xb3,Go\xb3"
                      "dap\n"),
                "windows-1250", false, "Polish");
    /* "名前,都市\nさくら,とうきょう\nたろう,おおさか" */
    encoding_is(BYTES("\x96\xbc\x91O,\x93s\x8es\n\x82\xb3\x82\xad\x82\xe7,"
                      "\x82\xc6\x82\xa4\x82\xab\x82\xe5\x82\xa4\n"
                      "\x82\xbd\x82\xeb\x82\xa4,\x82\xa8\x82\xa8\x82\xb3\x82\xa9\n"),
                "shift_jis", false, "Japanese");
    /* "姓名,城市\n王伟,北京\n李娜,上海\n张敏,深圳\n刘洋,杭州" */
    encoding_is(BYTES("\xd0\xd5\xc3\xfb,\xb3\xc7\xca\xd0\n\xcd\xf5\xce\xb0,"
                      "\xb1\xb1\xbe\xa9\n\xc0\xee\xc4\xc8,\xc9\xcf\xba\xa3\n"
                      "\xd5\xc5\xc3\xf4,\xc9\xee\xdb\xda\n\xc1\xf5\xd1\xf3,\xba\xbc\xd6\xdd\n"),
                "gb2312", false, "Chinese");
    /* "이름,도시\n김민수,서울\n이영희,부산\n박철수,대구" */
    encoding_is(
        BYTES("\xc0\xcc\xb8\xa7,\xb5\xb5\xbd\xc3\n\xb1\xe8\xb9\xce\xbc\xf6,\xbc\xad\xbf\xef\n"
              "\xc0\xcc\xbf\xb5\xc8\xf1,\xba\xce\xbb\xea\n\xb9\xda\xc3\xb6\xbc\xf6,"
              "\xb4\xeb\xb1\xb8\n"),
        "euc-kr", false, "Korean");
    tw_sample sample = {.head = TW_STR("a,b\n"), .total = 4, .whole = true};
    tw_read_options options = TW_READ_DEFAULT;
    tw_dialect d = {.encoding = TW_UTF8};
    tw_decision decision;
    options.encoding = TW_STR("latin1");
    ok(tw_sniff_encoding(&sample, &options, &d, &decision, NULL) == TW_OK &&
           d.encoding == TW_LATIN1,
       "an encoding that is given");
}

int main(void) {
    tw_arena_init(&arena);
    test_marks();
    test_more_marks();
    test_header();
    test_extent();
    test_tables();
    test_number_marks();
    test_overrides();
    test_edges();
    test_part();
    test_encodings();
    tw_arena_fini(&arena);
    return tap_done();
}
