/* Derived output: RFC 4180, TSV, JSON Lines, packed; chosen rows as source bytes. */
#include "../tap.h"
#include "io/compress.h"
#include "nasty.h"

static char in_path[256], out_path[256];

static bool file_is(const char *path, const char *want) {
    char *bytes = NULL;
    size_t n = 0;
    bool same = tw_file_read(path, (size_t)1 << 30, &bytes, &n, NULL) == TW_OK &&
                tw_str_eq((tw_str){bytes, n}, tw_str_c(want));
    if (!same)
        printf("# got  '%.*s'\n# want '%s'\n", (int)n, bytes ? bytes : "", want);
    free(bytes);
    return same;
}

typedef enum tw_rc (*write_fn)(const tw_table *table, const char *path, tw_error *err);

static bool writes(tw_str bytes, const tw_read_options *options, const char *suffix, write_fn fn,
                   const char *want) {
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    char path[300];
    snprintf(path, sizeof path, "%s%s", out_path, suffix);
    bool good =
        tw_file_write(in_path, bytes, &err) == TW_OK &&
        tw_read_table(in_path, options ? options : &TW_READ_DEFAULT, NULL, &o, &t, &err) == TW_OK &&
        fn(t, path, &err) == TW_OK;
    if (!good)
        printf("# %s\n", err.message);
    good = good && file_is(path, want);
    unlink(path);
    tw_table_unref(t);
    tw_opened_free(o);
    return good;
}

static enum tw_rc plainly(const tw_table *table, const char *path, tw_error *err) {
    return tw_write_table(table, path, NULL, NULL, err);
}

static enum tw_rc normalized(const tw_table *table, const char *path, tw_error *err) {
    return tw_write_table(table, path, &(tw_write_options){.normalize = true}, NULL, err);
}

static enum tw_rc as_text(const tw_table *table, const char *path, tw_error *err) {
    return tw_write_table(table, path, &(tw_write_options){.text = true}, NULL, err);
}

static enum tw_rc with_names(const tw_table *table, const char *path, tw_error *err) {
    return tw_write_table(table, path, &(tw_write_options){.names = true}, NULL, err);
}

static enum tw_rc rows_two_and_none(const tw_table *table, const char *path, tw_error *err) {
    static const int64_t rows[] = {2, 0};
    return tw_write_rows(table, rows, 2, path, NULL, NULL, err);
}

static void rfc4180(void) {
    ok(writes(TW_STR("\xEF\xBB\xBFid;name\r\n\r\n1;'a, b'\r\n2;'it''s'\r\n3;say "
                     "\"hi\"\r\n4;'x\r\ny'\r\n"),
              &(tw_read_options){.skip = -1,
                                 .footer = -1,
                                 .delimiter = TW_STR(";"),
                                 .quote = TW_STR("'")},
              ".csv", plainly, "id,name\n1,\"a, b\"\n2,it's\n3,\"say \"\"hi\"\"\"\n4,\"x\r\ny\"\n"),
       "quotes only where needed, one line end, UTF-8 without a mark");
    ok(writes(TW_STR("a,b\n1,\"x\ty\"\n2,z\n"), NULL, ".tsv", plainly, "a\tb\n1\t\"x\ty\"\n2\tz\n"),
       "TSV");
    tw_read_options none = TW_READ_DEFAULT;
    none.header = TW_STR("none");
    ok(writes(TW_STR("1,2\n3,4\n"), &none, ".csv", plainly, "1,2\n3,4\n"),
       "no header, none written");
    ok(writes(TW_STR("1,2\n3,4\n"), &none, ".csv", with_names, "c1,c2\n1,2\n3,4\n"),
       "or names when asked");
    ok(writes(TW_STR("a\nx\n\"\"\ny\nz\n"), NULL, ".csv", plainly, "a\nx\n\"\"\ny\nz\n"),
       "an only cell that is empty is no blank line");
    tw_read_options commas = TW_READ_DEFAULT;
    commas.delimiter = TW_STR(",");
    commas.header = TW_STR("1");
    ok(writes(TW_STR("a,b,c\n1,2,3\n4,5\n6,7,8,\n9,10,11,more\n12,13,14\n15,16,17\n18,19,20\n"),
              &commas, ".csv", plainly,
              "a,b,c\n1,2,3\n4,5,\n6,7,8\n9,10,11,more\n12,13,14\n15,16,17\n18,19,20\n"),
       "ragged records are padded, empty surplus dropped, other surplus kept");
    ok(writes(TW_STR("a,b,c\r\n1,x,\"y, z\"\r\n2,\"x\",y\r\n\r\n3,\"say \"\"hi\"\"\",\"\"\r\n"
                     "4,6\" nail,\"a, b\"\r\n5,\"two\nlines\",6\"\r\n7,\"8\"\"\",\"x, y\""),
              &commas, ".csv", plainly,
              "a,b,c\n1,x,\"y, z\"\n2,x,y\n3,\"say \"\"hi\"\"\",\n4,\"6\"\" nail\",\"a, b\"\n"
              "5,\"two\nlines\",\"6\"\"\"\n7,\"8\"\"\",\"x, y\"\n"),
       "records that stand as they should are copied, others get their quotes right");
}

static void typed_output(void) {
    static const char text[] =
        "id,share,ok,code\n1,1.50,true,007\n2,NA,false,x\n-3,2.25,true,\n4,1.00,NA,\"q\"\"\"\n";
    ok(writes(tw_str_c(text), NULL, ".jsonl", plainly,
              "{\"id\": 1, \"share\": 1.50, \"ok\": true, \"code\": \"007\"}\n"
              "{\"id\": 2, \"share\": null, \"ok\": false, \"code\": \"x\"}\n"
              "{\"id\": -3, \"share\": 2.25, \"ok\": true, \"code\": null}\n"
              "{\"id\": 4, \"share\": 1.00, \"ok\": null, \"code\": \"q\\\"\"}\n"),
       "JSON Lines: numbers, booleans and null where the text is plain");
    ok(writes(tw_str_c(text), NULL, ".jsonl", as_text,
              "{\"id\": \"1\", \"share\": \"1.50\", \"ok\": \"true\", \"code\": \"007\"}\n"
              "{\"id\": \"2\", \"share\": \"NA\", \"ok\": \"false\", \"code\": \"x\"}\n"
              "{\"id\": \"-3\", \"share\": \"2.25\", \"ok\": \"true\", \"code\": \"\"}\n"
              "{\"id\": \"4\", \"share\": \"1.00\", \"ok\": \"NA\", \"code\": \"q\\\"\"}\n"),
       "all as text when asked");
    ok(writes(tw_str_c(text), NULL, ".csv", normalized,
              "id,share,ok,code\n1,1.5,true,007\n2,,false,x\n-3,2.25,true,\n4,1,,\"q\"\"\"\n"),
       "normalized: plain formats, missing is empty");
}

static void chosen_rows_are_source_bytes(void) {
    ok(writes(TW_STR("note\n\nid;\"name\"\r\n1;\"ann\"\r\n\r\n2;bob\r\n3;\"c\"\"d\"\r\n"),
              &(tw_read_options){.skip = 2,
                                 .footer = 0,
                                 .delimiter = TW_STR(";"),
                                 .header = TW_STR("1")},
              ".csv", rows_two_and_none, "id;\"name\"\r\n3;\"c\"\"d\"\r\n1;\"ann\"\r\n"),
       "header and records as they are, without preamble and blank lines");
    ok(writes(TW_STR("a,b\n1,2\n3,4\n5,6"), NULL, ".csv", rows_two_and_none, "a,b\n5,6\n1,2\n"),
       "a record without a line end gets one when another follows");
}

static void packed_output(void) {
    tw_opened *o = NULL, *back = NULL;
    tw_table *t = NULL, *again = NULL;
    tw_error err = TW_ERROR_INIT;
    char path[300];
    snprintf(path, sizeof path, "%s.csv.gz", out_path);
    succeeds(tw_file_write(in_path, TW_STR("a,b\n1,2\n3,4\n"), &err), &err, "file");
    succeeds(tw_read_table(in_path, &TW_READ_DEFAULT, NULL, &o, &t, &err), &err, "read");
    succeeds(tw_write_table(t, path, NULL, NULL, &err), &err, "write .gz");
    succeeds(tw_read_table(path, &TW_READ_DEFAULT, NULL, &back, &again, &err), &err, "read .gz");
    ok(again && tw_table_rows(again) == 2 &&
           strcmp(tw_opened_dialect(back)->compression, "gzip") == 0,
       "packed by the suffix");
    unlink(path);
    snprintf(path, sizeof path, "%s.parquet", out_path);
    ok(tw_write_table(t, path, NULL, NULL, &err) == TW_EUNSUPPORTED && !tw_file_exists(path),
       "a format nobody writes");
    ok(tw_write_table(t, "no/such/directory/x.csv", NULL, NULL, &err) == TW_EOUTPUT,
       "a place nobody can write to");
    ok(tw_write_table(t, "/dev/full", NULL, NULL, &err) == TW_EOUTPUT, "a full disk");
    tw_table_unref(t);
    tw_table_unref(again);
    tw_opened_free(o);
    tw_opened_free(back);
}

int main(void) {
    nasty_path("in", in_path);
    nasty_path("out", out_path);
    rfc4180();
    typed_output();
    chosen_rows_are_source_bytes();
    packed_output();
    unlink(in_path);
    return tap_done();
}
