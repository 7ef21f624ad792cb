/* JSON Lines as records: keys, values, damage; and there and back through files. */
#include "../tap.h"
#include "io/jsonl_read.h"
#include "nasty.h"

static void becomes(const char *name, const char *lines, const char *want) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_error err = TW_ERROR_INIT;
    if (tw_jsonl_to_csv(tw_str_c(lines), false, &out, &err) != TW_OK)
        printf("# %s\n", err.message);
    tap_text(tw_buf_view(&out), tw_str_c(want), __FILE__, __LINE__, name);
    tw_buf_fini(&out);
}

static void objects_become_records(void) {
    becomes("keys in order of appearance",
            "{\"a\": 1, \"b\": \"x\"}\n\n{\"b\": \"y\", \"c\": true}\n", "a,b,c\n1,x,\n,y,true\n");
    becomes("numbers keep their digits",
            "{\"a\": 1.50, \"b\": 123456789012345678901234567890, \"c\": -1e3}",
            "a,b,c\n1.50,123456789012345678901234567890,-1e3\n");
    becomes("null and strings", "{\"a\": null, \"b\": \"q\\\"uote, \\u00e9\\n\", \"c\": \"\"}",
            "a,b,c\n,\"q\"\"uote, \xC3\xA9\n\",\"\"\n");
    becomes("what is inside stays JSON", "{\"a\": {\"x\": [1, \"}\"]}, \"b\": [ ]}",
            "a,b\n\"{\"\"x\"\": [1, \"\"}\"\"]}\",[ ]\n");
    becomes("nothing", "\n \n", "");
    becomes("empty objects", "{}\n{\"a\": 1}\n{ }\n", "a\n\"\"\n1\n\"\"\n");
}

static void damage_is_named(void) {
    static const char *const bad[] = {"{\"a\": 1}\n[1, 2]\n", "{\"a\": 1}\n{\"a\": \n",
                                      "{\"a\": 1}\n{\"a\": 1} x\n", "{\"a\": 1}\n{\"a\" 1}\n",
                                      "{\"a\": 1}\nnot json\n"};
    for (size_t i = 0; i < TW_COUNT(bad); i++) {
        tw_buf out;
        tw_buf_init(&out, TW_BUF_MAX);
        tw_error err = TW_ERROR_INIT;
        ok(tw_jsonl_to_csv(tw_str_c(bad[i]), false, &out, &err) == TW_EDAMAGED && err.row == 1,
           "%s", err.message);
        tw_buf_fini(&out);
    }
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_jsonl_to_csv(TW_STR("{\"a\": 1}\n{\"a\": "), true, &out, &err), &err,
             "a head cut inside a line");
    is_text(tw_buf_view(&out), "a\n1\n", "leaves that line out");
    tw_buf_fini(&out);
}

static bool file_is(const char *path, tw_str want) {
    char *bytes = NULL;
    size_t n = 0;
    bool same = tw_file_read(path, (size_t)1 << 30, &bytes, &n, NULL) == TW_OK &&
                tw_str_eq((tw_str){bytes, n}, want);
    if (!same)
        printf("# got '%.*s'\n", (int)n, bytes ? bytes : "");
    free(bytes);
    return same;
}

static void files_there_and_back(void) {
    char in[256], out[256];
    nasty_path("in.jsonl", in);
    nasty_path("out.jsonl", out);
    static const char text[] = "{\"id\": 1,\"name\":\"ann\"}\n{\"id\": 2, \"name\": "
                               "null}\n{\"id\": 3, \"name\": \"b,c\"}\n";
    tw_opened *o = NULL;
    tw_table *t = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_file_write(in, tw_str_c(text), &err), &err, "file");
    succeeds(tw_read_table(in, &TW_READ_DEFAULT, NULL, &o, &t, &err), &err, "read");
    ok(t && tw_table_rows(t) == 3 && tw_table_width(t) == 2 &&
           tw_table_field(t, 0)->type == TW_INTEGER,
       "a table");
    succeeds(tw_save_table(t, out, false, NULL, NULL, &err), &err, "save");
    ok(file_is(out, tw_str_c(text)), "untouched it is saved as it was");
    static const int64_t rows[] = {2, 0};
    succeeds(tw_write_rows(t, rows, 2, out, NULL, NULL, &err), &err, "rows");
    ok(file_is(out, TW_STR("{\"id\": 3, \"name\": \"b,c\"}\n{\"id\": 1,\"name\":\"ann\"}\n")),
       "chosen rows are its objects");
    tw_table_unref(t);
    tw_opened_free(o);
    unlink(in);
    unlink(out);
}

int main(void) {
    objects_become_records();
    damage_is_named();
    files_there_and_back();
    return tap_done();
}
