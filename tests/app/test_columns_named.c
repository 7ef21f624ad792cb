/* What a command's arguments say of the columns it looks at. A column too many costs time; one too
 * few would be read as text. */
#include "app/columns_named.h"

#include "tests/data/fixture.h"
#include "tests/tap.h"

typedef struct demo_args {
    tw_str_list cols, more;
    tw_str col, expr, keys, out;
    int64_t n;
} demo_args;

static const tw_param demo_params[] = {
    TW_ROW(demo_args, cols, COLUMNS, .flags = TW_PARAM_REQUIRED, .help = ""),
    TW_ROW(demo_args, more, COLUMNS, .flags = TW_PARAM_REQUIRED | TW_PARAM_REST, .help = ""),
    TW_ROW(demo_args, col, COLUMN, .help = ""),
    TW_ROW(demo_args, expr, EXPR, .help = ""),
    TW_ROW(demo_args, keys, TEXT, .help = ""),
    TW_ROW(demo_args, out, PATH, .help = ""),
    TW_ROW(demo_args, n, INT, .help = ""),
};
static const tw_command demo = {.name = "demo",
                                .params = demo_params,
                                .n_params = TW_COUNT(demo_params),
                                .args_size = sizeof(demo_args)};

/* A list of columns that may be left out means all of them then. */
static const tw_param loose_params[] = {TW_ROW(demo_args, cols, COLUMNS, .help = "")};
static const tw_command loose = {
    .name = "loose", .params = loose_params, .n_params = 1, .args_size = sizeof(demo_args)};

/* Names joined by blanks; "?" where types would have to be known. */
static void names_of(const tw_command *command, const tw_table *table, const demo_args *args,
                     const char *want, const char *what) {
    tw_arena arena;
    tw_buf got;
    int *columns;
    size_t n;
    bool known;
    tw_arena_init(&arena);
    tw_buf_init(&got, TW_BUF_MAX);
    if (tw_columns_named(command, args, table, &arena, &columns, &n, &known, NULL) != TW_OK)
        tw_buf_c(&got, "failed");
    else if (!known)
        tw_buf_c(&got, "?");
    else
        for (size_t i = 0; i < n; i++)
            tw_buf_printf(&got, "%s%s", i ? " " : "",
                          tw_table_field(table, (size_t)columns[i])->name);
    is_text(tw_buf_view(&got), want, what);
    tw_buf_fini(&got);
    tw_arena_fini(&arena);
}

static void is_named(const tw_table *table, const demo_args *args, const char *want,
                     const char *what) {
    names_of(&demo, table, args, want, what);
}

static demo_args with_list(const char *text) {
    static tw_str one;
    one = tw_str_c(text);
    return (demo_args){.cols = {&one, 1}};
}

static demo_args with_rest(const char *text) {
    demo_args args = with_list(text);
    args.more = args.cols;
    args.cols = (tw_str_list){NULL, 0};
    return args;
}

int main(void) {
    tw_table *t = fixture_table("id,age,birth year,a.b,`odd`,größe\n1,2,3,4,5,6\n");
    demo_args args = {.n = 3};
    is_named(t, &args, "", "nothing is named");
    names_of(&loose, t, &args, "?", "nothing where that means all");
    args = (demo_args){.expr = TW_STR("age > 30 and `birth year` < 2000")};
    is_named(t, &args, "age birth year `odd`", "an expression, and a name that quotes would hide");
    args.expr = TW_STR("average > 1 or identity = 2 or größer = 1");
    is_named(t, &args, "`odd`", "longer words are other names");
    args.expr = TW_STR("größe>1");
    is_named(t, &args, "`odd` größe", "letters beyond ASCII");
    args = (demo_args){.keys = TW_STR("-age,id")};
    is_named(t, &args, "id age `odd`", "keys of a sort");
    args = (demo_args){.out = TW_STR("age.csv")};
    is_named(t, &args, "", "a path names no columns");
    args = (demo_args){.col = TW_STR("2")};
    is_named(t, &args, "age", "a number selects");
    args = with_list("2-3");
    is_named(t, &args, "age birth year", "a range");
    args = with_list("/^a/");
    is_named(t, &args, "age a.b", "a pattern");
    args = with_list("!id");
    is_named(t, &args, "age birth year a.b `odd` größe", "all but one");
    args = with_list(":integer");
    is_named(t, &args, "?", "a type");
    args = with_list("!@id");
    is_named(t, &args, "?", "a role");
    args = with_list("nosuch");
    is_named(t, &args, "`odd`", "what is not there is the command's error");
    args = with_rest("id,age");
    is_named(t, &args, "id age", "words that are the rest");
    tw_table_unref(t);
    t = fixture_table("id,,x\n1,2,3\n3,4,5\n");
    args = (demo_args){.keys = TW_STR("\"\",x")};
    is_named(t, &args, " x", "a column without a name");
    tw_table_unref(t);
    return tap_done();
}
