/* Parameters: documents into structs, and the messages when they do not fit. */
#include "base/args.h"

#include "../tap.h"

enum distance { EUCLIDEAN, GOWER };

typedef struct knn_args {
    tw_str_list cols;
    int64_t k;
    double share;
    int distance;
    bool keep_going;
    tw_str where, value;
    tw_str_list notes;
    const tw_doc *map;
} knn_args;

#define FIELD(name) offsetof(knn_args, name)
static const tw_param rows[] = {
    {"cols", TW_PARAM_COLUMNS, FIELD(cols), NULL, NULL, 0, 0, TW_PARAM_POSITIONAL,
     "columns to fill", 'c'},
    {"k", TW_PARAM_INT, FIELD(k), "5", NULL, 1, 1000, 0, "neighbours", 'k'},
    {"share", TW_PARAM_NUMBER, FIELD(share), "0.25", NULL, 0, 1, 0, "share", 0},
    {"distance", TW_PARAM_CHOICE, FIELD(distance), "gower", "euclidean|gower", 0, 0, 0, "distance",
     0},
    {"keep_going", TW_PARAM_BOOL, FIELD(keep_going), NULL, NULL, 0, 0, 0, "go on after errors", 0},
    {"where", TW_PARAM_EXPR, FIELD(where), NULL, NULL, 0, 0, 0, "only these rows", 0},
    {"value", TW_PARAM_TEXT, FIELD(value), "none", NULL, 0, 0, 0, "what to fill in", 0},
    {"notes", TW_PARAM_TEXTS, FIELD(notes), NULL, NULL, 0, 0, 0, "notes", 0},
    {"map", TW_PARAM_DOC, FIELD(map), NULL, NULL, 0, 0, 0, "a map", 0},
    {"secret", TW_PARAM_TEXT, FIELD(value), NULL, NULL, 0, 0, TW_PARAM_HIDDEN, "hidden", 0},
};
/* `secret` shares a field with `value` and must not run behind it. */
enum { ROWS = TW_COUNT(rows) - 1 };

static enum tw_rc bind(const tw_doc *values, knn_args *args, tw_arena *arena, tw_error *err) {
    memset(args, 0x5a, sizeof *args);
    return tw_args_bind("impute_knn", rows, ROWS, values, args, arena, err);
}

static void defaults(tw_arena *arena) {
    knn_args args;
    tw_error err = TW_ERROR_INIT;
    succeeds(bind(NULL, &args, arena, &err), &err, "no values at all bind");
    is_int(args.k, 5, "an integer default");
    is_near(args.share, 0.25, 0, "a number default");
    is_int(args.distance, GOWER, "a choice default");
    ok(!args.keep_going && !args.where.p && !args.map && args.cols.n == 0,
       "fields without default are zero");
    is_text(args.value, "none", "a text default");
}

static void typed_values(tw_arena *arena) {
    knn_args args;
    tw_error err = TW_ERROR_INIT;
    tw_doc *map = tw_doc_map(), *notes = tw_doc_list();
    tw_doc_set(map, "cols", tw_doc_c("age, /^x{1,2}_/ ,!3-4"));
    tw_doc_set(map, "k", tw_doc_number(7));
    tw_doc_set(map, "share", tw_doc_int(1));
    tw_doc_set(map, "distance", tw_doc_c("euclidean"));
    tw_doc_set(map, "keep-going", tw_doc_c("yes"));
    tw_doc_set(map, "value", tw_doc_number(0.5));
    tw_doc_add(notes, tw_doc_c("one"));
    tw_doc_add(notes, tw_doc_int(2));
    tw_doc_set(map, "notes", notes);
    tw_doc_set(map, "map", tw_doc_map());
    succeeds(bind(map, &args, arena, &err), &err, "typed values bind");
    is_int(args.cols.n, 3, "three selectors");
    is_text(args.cols.at[1], "/^x{1,2}_/", "a comma in a regular expression does not separate");
    is_text(args.cols.at[2], "!3-4", "selectors are trimmed");
    is_int(args.k, 7, "a whole double is an integer");
    is_near(args.share, 1, 0, "an integer is a number");
    is_int(args.distance, EUCLIDEAN, "a choice");
    ok(args.keep_going, "'-' and '_' are the same in names, yes is true");
    is_text(args.value, "0.5", "a number where a text is wanted becomes text");
    is_int(args.notes.n, 2, "a list of texts");
    is_text(args.notes.at[1], "2", "with a number in it");
    ok(args.map == tw_doc_get(map, "map"), "documents are borrowed");
    tw_doc_free(map);
}

static void one_column_name_keeps_blanks_and_lists_keep_commas(tw_arena *arena) {
    knn_args args;
    tw_error err = TW_ERROR_INIT;
    tw_doc *map = tw_doc_map(), *list = tw_doc_list();
    tw_doc_set(map, "cols", tw_doc_c(" age"));
    succeeds(bind(map, &args, arena, &err), &err, "one selector");
    is_text(args.cols.at[0], " age", "one name alone keeps its blanks");
    tw_doc_add(list, tw_doc_c("a,b"));
    tw_doc_add(list, tw_doc_int(3));
    tw_doc_set(map, "cols", list);
    succeeds(bind(map, &args, arena, &err), &err, "a list of selectors");
    is_int(args.cols.n, 2, "two of them");
    is_text(args.cols.at[0], "a,b", "a name in a list may hold a comma");
    tw_doc_free(map);
}

static void refuses(const char *name, tw_doc *value, enum tw_rc rc, const char *message,
                    tw_arena *arena) {
    knn_args args;
    tw_error err = TW_ERROR_INIT;
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, name, value);
    is_int(bind(map, &args, arena, &err), rc, name);
    is_text(tw_str_c(err.message), message, "its message");
    tw_doc_free(map);
}

static void complaints(tw_arena *arena) {
    refuses("K_", tw_doc_int(1), TW_EUNKNOWN_NAME,
            "impute_knn: it has no parameter 'K_'; did you mean 'k'?", arena);
    refuses("distanse", tw_doc_int(1), TW_EUNKNOWN_NAME,
            "impute_knn: it has no parameter 'distanse'; did you mean 'distance'?", arena);
    refuses("zzzzzzz", tw_doc_int(1), TW_EUNKNOWN_NAME,
            "impute_knn: it has no parameter 'zzzzzzz'; it takes cols, k, share, distance, "
            "keep_going, where, value, "
            "notes, map",
            arena);
    refuses("k", tw_doc_int(0), TW_EUSAGE,
            "impute_knn: 'k' cannot be 0; give a whole number from 1 to 1000", arena);
    refuses("k", tw_doc_number(2.5), TW_EUSAGE,
            "impute_knn: 'k' cannot be 2.5; give a whole number from 1 to 1000", arena);
    refuses("k", tw_doc_c("many"), TW_EUSAGE,
            "impute_knn: 'k' cannot be 'many'; give a whole number from 1 to 1000", arena);
    refuses("share", tw_doc_c("nan"), TW_EUSAGE,
            "impute_knn: 'share' cannot be 'nan'; give a number from 0 to 1", arena);
    refuses("distance", tw_doc_c("gowr"), TW_EUSAGE,
            "impute_knn: 'distance' cannot be 'gowr'; give one of euclidean|gower (did you mean "
            "'gower'?)",
            arena);
    refuses("keep_going", tw_doc_c("perhaps"), TW_EUSAGE,
            "impute_knn: 'keep_going' cannot be 'perhaps'; give true or false", arena);
    refuses("value", tw_doc_list(), TW_EUSAGE, "impute_knn: 'value' cannot be a list; give a text",
            arena);
    refuses("notes", tw_doc_map(), TW_EUSAGE,
            "impute_knn: 'notes' cannot be a table; give a text or a list of texts", arena);
}

static void required_and_one_sided(tw_arena *arena) {
    static const tw_param needed[] = {{"rows", TW_PARAM_INT, 0, NULL, NULL, 1, (double)INFINITY,
                                       TW_PARAM_REQUIRED, "how many rows", 0}};
    tw_error err = TW_ERROR_INIT;
    int64_t n = 0;
    is_int(tw_args_bind("sample", needed, 1, NULL, &n, arena, &err), TW_EUSAGE,
           "a missing required value");
    is_text(tw_str_c(err.message), "sample: 'rows' is missing; give how many rows",
            "says what it is for");
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "rows", tw_doc_int(-1));
    is_int(tw_args_bind("sample", needed, 1, map, &n, arena, &err), TW_EUSAGE,
           "below an open range");
    is_text(tw_str_c(err.message), "sample: 'rows' cannot be -1; give a whole number of 1 or more",
            "one-sided range");
    tw_doc_free(map);
    tw_doc *list = tw_doc_list();
    succeeds(tw_args_bind("sample", rows, 0, list, &n, arena, &err), &err,
             "an empty list is no values");
    tw_doc_add(list, tw_doc_int(1));
    is_int(tw_args_bind("sample", needed, 1, list, &n, arena, &err), TW_EUSAGE,
           "values without names");
    tw_doc_free(list);
}

static void text_to_value(void) {
    tw_error err = TW_ERROR_INIT;
    tw_doc *doc = NULL;
    succeeds(tw_args_value("x", tw_args_find(rows, ROWS, TW_STR("k")), TW_STR("12"), &doc, &err),
             &err, "an integer");
    ok(tw_doc_kind(doc) == TW_DOC_INT && tw_doc_as_int(doc, 0) == 12, "is an integer node");
    tw_doc_free(doc);
    succeeds(
        tw_args_value("x", tw_args_find(rows, ROWS, TW_STR("share")), TW_STR("1e-1"), &doc, &err),
        &err, "a number");
    is_near(tw_doc_as_number(doc, 0), 0.1, 0, "is a number node");
    tw_doc_free(doc);
    succeeds(tw_args_value("x", tw_args_find(rows, ROWS, TW_STR("keep-going")), TW_STR("off"), &doc,
                           &err),
             &err, "off");
    ok(tw_doc_kind(doc) == TW_DOC_BOOL && !tw_doc_as_bool(doc, true), "is a boolean node");
    tw_doc_free(doc);
    succeeds(
        tw_args_value("x", tw_args_find(rows, ROWS, TW_STR("cols")), TW_STR("a,b"), &doc, &err),
        &err, "columns");
    is_text(tw_doc_as_text(doc, TW_STR("")), "a,b", "stay text");
    tw_doc_free(doc);
    is_int(tw_args_value("x", tw_args_find(rows, ROWS, TW_STR("k")), TW_STR("1x"), &doc, &err),
           TW_EUSAGE, "no integer");
    ok(doc == NULL, "gives no node");
    const tw_param *map = tw_args_find(rows, ROWS, TW_STR("map"));
    succeeds(tw_args_value("x", map, TW_STR(" {\"a\": [1]}"), &doc, &err), &err, "JSON");
    is_int(tw_doc_count(tw_doc_get(doc, "a")), 1, "is read where documents are wanted");
    tw_doc_free(doc);
    succeeds(tw_args_value("x", map, TW_STR("plain"), &doc, &err), &err, "other text");
    is_text(tw_doc_as_text(doc, TW_STR("")), "plain", "stays text");
    tw_doc_free(doc);
    is_int(tw_args_value("x", map, TW_STR("{\"a\""), &doc, &err), TW_EUSAGE, "torn JSON");
    ok(doc == NULL && tw_str_starts(tw_str_c(err.message), TW_STR("x: 'map' is no JSON: ")),
       "says so: %s", err.message);
    ok(tw_args_find(rows, ROWS, TW_STR("nothing")) == NULL, "a name that is not there");
}

static const char *command_at(const void *ctx, size_t i) {
    static const char *const names[] = {"sort",          "sort-by",         "select",
                                        "impute_forest", "mask_generalize", NULL};
    (void)ctx;
    return names[i];
}

static void nearest_names(void) {
    is_text(tw_str_c(tw_nearest(TW_STR("sotr"), command_at, NULL)), "sort", "swapped letters");
    is_text(tw_str_c(tw_nearest(TW_STR("imputeforest"), command_at, NULL)), "impute_forest",
            "a missing mark");
    is_text(tw_str_c(tw_nearest(TW_STR("mask_gen"), command_at, NULL)), "mask_generalize",
            "an unfinished word");
    is_text(tw_str_c(tw_nearest(TW_STR("SELECT"), command_at, NULL)), "select", "capitals");
    ok(tw_nearest(TW_STR("qqq"), command_at, NULL) == NULL, "nothing near");
    ok(tw_nearest(TW_STR(""), command_at, NULL) == NULL, "an empty word is near to nothing");
}

int main(void) {
    tw_arena arena;
    tw_arena_init(&arena);
    defaults(&arena);
    typed_values(&arena);
    one_column_name_keeps_blanks_and_lists_keep_commas(&arena);
    complaints(&arena);
    required_and_one_sided(&arena);
    text_to_value();
    nearest_names();
    tw_arena_fini(&arena);
    return tap_done();
}
