/* Arguments from lines, argv and maps: the same call however it is written, and every mistake
 * named. */
#include "app/call.h"

#include "app/reading.h"
#include "tests/tap.h"

typedef struct demo_args {
    int64_t n;
    tw_str cols, expr;
    bool marks;
    const tw_doc *more;
} demo_args;

static const tw_param demo_params[] = {
    {.name = "cols",
     .kind = TW_PARAM_COLUMNS,
     .flags = TW_PARAM_POSITIONAL | TW_PARAM_REQUIRED | TW_PARAM_DASH},
    {.name = "expr", .kind = TW_PARAM_EXPR, .flags = TW_PARAM_POSITIONAL},
    {.name = "n", .kind = TW_PARAM_INT, .letter = 'n'},
    {.name = "row_offset", .kind = TW_PARAM_INT},
    {.name = "marks", .kind = TW_PARAM_BOOL, .fallback = "true"},
    {.name = "map", .kind = TW_PARAM_TEXTS},
};
static const tw_command demo = {.name = "demo",
                                .scope = TW_SCOPE_FILE,
                                .flags = TW_COMMAND_CLI | TW_COMMAND_SCREEN,
                                .params = demo_params,
                                .n_params = TW_COUNT(demo_params)};
static const tw_command first = {.name = "first",
                                 .scope = TW_SCOPE_FILE,
                                 .flags = TW_COMMAND_CLI | TW_COMMAND_FILE_FIRST,
                                 .params = demo_params,
                                 .n_params = 1};

static tw_arena arena;
static tw_error err;

static enum tw_rc line(tw_call *call, const char *text) {
    enum tw_rc rc = tw_call_init(call, &demo, &err);
    return rc == TW_OK ? tw_call_line(call, tw_str_c(text), &arena, &err) : rc;
}

static const tw_doc *value(const tw_call *call, const char *name) {
    return tw_doc_get(call->sets[TW_SET_COMMAND].values, name);
}

static const char *text(const tw_call *call, const char *name) {
    return tw_doc_as_c(value(call, name), "(none)");
}

static void test_line(void) {
    tw_call c;
    succeeds(line(&c, "--row-offset 7 a,b -n 3 age > 3 and city == 'O slo' --n 4"), &err,
             "a line with flags and words");
    is_text(tw_str_c(text(&c, "cols")), "a,b", "words fill parameters in order");
    is_text(tw_str_c(text(&c, "expr")), "age > 3 and city == 'O slo' --n 4",
            "an expression takes the rest as it stands");
    is_int(tw_doc_as_int(value(&c, "n"), 0), 3, "a letter takes the next word");
    is_int(tw_doc_as_int(value(&c, "row_offset"), 0), 7, "dashes and underscores are the same");
    tw_call_fini(&c);
    succeeds(line(&c, "-n12 --no-marks --map a=b --map 'c=d e' -age,x"), &err,
             "all ways to write a flag");
    is_int(tw_doc_as_int(value(&c, "n"), 0), 12, "a letter with its value behind it");
    ok(!tw_doc_as_bool(value(&c, "marks"), true), "--no- turns a switch off");
    is_int(tw_doc_count(value(&c, "map")), 2, "a list takes every one");
    is_text(tw_str_c(text(&c, "cols")), "-age,x",
            "a parameter that allows it may begin with a dash");
    tw_call_fini(&c);
    succeeds(line(&c, "-- -x -- -y"), &err, "-- ends the flags");
    is_text(tw_str_c(text(&c, "cols")), "-x", "so that a word may look like one");
    is_text(tw_str_c(text(&c, "expr")), "-- -y", "once");
    tw_call_fini(&c);
}

static void fails(const char *text_of, enum tw_rc code, const char *says) {
    tw_call c;
    is_int(line(&c, text_of), code, text_of);
    ok(strstr(err.message, says) != NULL, "says '%s'", says);
    if (!strstr(err.message, says))
        printf("# %s\n", err.message);
    tw_call_fini(&c);
}

static void test_mistakes(void) {
    fails("a --row-ofset 3", TW_EUNKNOWN_NAME, "did you mean --row-offset");
    fails("a --n", TW_EUSAGE, "value is missing");
    fails("a --n many", TW_EUSAGE, "many");
    fails("a --n 1 --n 2", TW_EUSAGE, "given twice");
    fails("'open", TW_EUSAGE, "quote is not closed");
}

static enum tw_rc argv(tw_call *call, const tw_command *command, const char *const *words,
                       size_t n) {
    enum tw_rc rc = tw_call_init(call, command, &err);
    call->sets[TW_SET_READING].params = tw_reading_params;
    call->sets[TW_SET_READING].n = TW_READING_COUNT;
    return rc == TW_OK ? tw_call_argv(call, (char *const *)(uintptr_t)words, n, &arena, &err) : rc;
}

static void test_argv(void) {
    tw_call c;
    const char *last[] = {"a,b", "x > 1", "--delimiter", ";", "/dev/null"};
    succeeds(argv(&c, &demo, last, TW_COUNT(last)), &err, "FILE stands last");
    is_text(c.files.at[0], "/dev/null", "and is told apart");
    is_text(tw_str_c(text(&c, "expr")), "x > 1", "an expression is one word of argv");
    is_text(tw_str_c(tw_doc_as_c(tw_doc_get(c.sets[TW_SET_READING].values, "delimiter"), "")), ";",
            "other tables get their flags");
    tw_call_fini(&c);
    const char *swapped[] = {"/dev/null", "a,b", "x > 1"};
    succeeds(argv(&c, &demo, swapped, TW_COUNT(swapped)), &err,
             "the one word that is a file is FILE");
    is_text(c.files.at[0], "/dev/null", "wherever it stands");
    is_text(tw_str_c(text(&c, "cols")), "a,b", "the others keep their order");
    tw_call_fini(&c);
    const char *front[] = {"nowhere.csv", "a"};
    succeeds(argv(&c, &first, front, TW_COUNT(front)), &err, "a row may want FILE first");
    is_text(c.files.at[0], "nowhere.csv", "even if it is missing");
    tw_call_fini(&c);
    const char *many[] = {"a", "b", "c", "/dev/null"};
    is_int(argv(&c, &demo, many, TW_COUNT(many)), TW_EUSAGE, "a word too many is refused");
    tw_call_fini(&c);
}

static void test_print(void) {
    tw_call c;
    tw_buf out;
    tw_buf_init(&out, 4096);
    succeeds(line(&c, "--no-marks --map 'x y' -n 3 a age > 'b c'"), &err, "a line");
    tw_call_print(&demo, c.sets[TW_SET_COMMAND].values, &out);
    is_text(tw_buf_view(&out), "demo --marks=false --map 'x y' --n 3 a age > 'b c'",
            "comes back from its values");
    tw_call_fini(&c);
    tw_buf_clear(&out);
    tw_doc *args = tw_doc_map(), *cols = tw_doc_list();
    static const char *const names[] = {"a", "b,c", "say \"x\"", "!d,e", "/f,g/", " h"};
    for (size_t i = 0; i < TW_COUNT(names); i++)
        tw_doc_add(cols, tw_doc_c(names[i]));
    tw_doc_set(args, "cols", cols);
    tw_call_print(&demo, args, &out);
    is_text(tw_buf_view(&out), "demo 'a,\"b,c\",say \"x\",!\"d,e\",/f,g/,\" h\"'",
            "names that a comma would cut stand in quotes");
    tw_doc_free(args);
    static const tw_command clean = {.name = "clean", .family = "clean"};
    const char *lines[] = {"clean --method trim --cols 'a,\"b,c\"'",
                           "clean --method map-values --cols a --map '{\"x y\":\"z\"}'"};
    args = tw_doc_map();
    cols = tw_doc_list();
    tw_doc_set(args, "method", tw_doc_c("trim"));
    tw_doc_add(cols, tw_doc_c("a"));
    tw_doc_add(cols, tw_doc_c("b,c"));
    tw_doc_set(args, "cols", cols);
    tw_buf_clear(&out);
    tw_call_print(&clean, args, &out);
    is_text(tw_buf_view(&out), lines[0], "columns of the step that a method names too");
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "x y", tw_doc_c("z"));
    tw_doc_set(args, "method", tw_doc_c("map-values"));
    tw_doc_set(args, "cols", tw_doc_c("a"));
    tw_doc_set(args, "map", map);
    tw_buf_clear(&out);
    tw_call_print(&clean, args, &out);
    is_text(tw_buf_view(&out), lines[1], "a map is one word");
    tw_doc_free(args);
    tw_buf_clear(&out);
    tw_call_usage(&demo, true, &out);
    is_text(tw_buf_view(&out),
            "demo COLS [EXPR] [-n N] [--row-offset ROW-OFFSET] [--marks] [--map MAP] FILE",
            "usage from the rows");
    tw_buf_fini(&out);
}

int main(void) {
    tw_arena_init(&arena);
    test_line();
    test_mistakes();
    test_argv();
    test_print();
    tw_arena_fini(&arena);
    return tap_done();
}
