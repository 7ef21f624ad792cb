/* trim, squish, case, replace: one text to another.
 *
 * They see values of text columns and unreadable cells of any column: " 12" in a column of integers is unreadable, and
 * trimmed it is read again and becomes a value. Blanks are those of Unicode (expr/words.h). */
#include "steps/clean/cells.h"

#include "base/regex.h"
#include "base/unicode.h"
#include "expr/words.h"

typedef struct text_args {
    tw_str_list cols;
    tw_str when, what, with;
    int to;
    bool regex;
} text_args;

/* How one text becomes another, and in which table for reading unreadable cells again. */
typedef struct text_context {
    const tw_table *table;
    tw_str (*change)(const struct text_context *c, tw_str text, tw_buf *scratch);
    tw_str what, with;
    tw_regex *regex;
    enum tw_text_case to;
} text_context;

#define AT(field) offsetof(text_args, field)
// clang-format off
#define COLS {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = AT(cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: text columns and columns with unreadable cells"}
#define WHEN {.name = "when", .kind = TW_PARAM_EXPR, .offset = AT(when), .help = "only rows for which this expression is true"}
// clang-format on

/* A changed text as a cell of its column: unreadable ones are read again. */
static bool change_text(const void *ctx, size_t column, const tw_cell *in, tw_buf *scratch, tw_cell *out) {
    const text_context *c = ctx;
    tw_str text = c->change(c, in->text, scratch);
    if (tw_str_eq(text, in->text))
        return false;
    *out = in->type == TW_TEXT && text.n ? tw_cell_text(text) : tw_table_parse(c->table, column, text);
    return true;
}

static enum tw_rc run(const text_args *args, text_context *c, const tw_step_env *env, const tw_table *in,
                      tw_step_result *out, tw_error *err) {
    int *columns;
    size_t n;
    enum tw_rc rc = tw_clean_text_columns(env, in, &args->cols, &columns, &n, err);
    if (rc != TW_OK)
        return rc;
    c->table = in;
    const tw_cell_step step = {TW_SEES_VALUES | TW_SEES_UNREADABLE, change_text, c, args->when};
    return tw_clean_cells(env, in, columns, n, &step, out, err);
}

/* Cells of columns that are not text have no text but when unreadable. */
static tw_str trimmed(const text_context *c, tw_str text, tw_buf *scratch) {
    (void)c, (void)scratch;
    return text.p ? tw_words_trim(text) : text;
}
static tw_str squished(const text_context *c, tw_str text, tw_buf *scratch) {
    (void)c;
    if (!text.p || !tw_words_are_loose(text))
        return text;
    tw_words_squish(text, scratch);
    return tw_buf_view(scratch);
}
static tw_str cased(const text_context *c, tw_str text, tw_buf *scratch) {
    if (!text.p)
        return text;
    tw_text_case(scratch, text, c->to);
    return tw_buf_view(scratch);
}
static tw_str replaced(const text_context *c, tw_str text, tw_buf *scratch) {
    if (!text.p)
        return text;
    if (c->regex) {
        tw_regex_replace(c->regex, text, c->with, scratch);
        return tw_buf_view(scratch);
    }
    size_t from = 0, hit;
    while ((hit = tw_str_find(text, c->what, from)) != SIZE_MAX) {
        tw_buf_str(scratch, tw_str_sub(text, from, hit));
        tw_buf_str(scratch, c->with);
        from = hit + c->what.n;
    }
    if (!from)
        return text;
    tw_buf_str(scratch, tw_str_sub(text, from, text.n));
    return tw_buf_view(scratch);
}

static enum tw_rc apply_trim(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    (void)state;
    return run(args, &(text_context){.change = trimmed}, env, in, out, err);
}
static enum tw_rc apply_squish(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                               tw_step_result *out, tw_error *err) {
    (void)state;
    return run(args, &(text_context){.change = squished}, env, in, out, err);
}
static enum tw_rc apply_case(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    static const enum tw_text_case cases[] = {TW_CASE_LOWER, TW_CASE_UPPER, TW_CASE_TITLE};
    const text_args *args = raw;
    (void)state;
    return run(args, &(text_context){.change = cased, .to = cases[args->to]}, env, in, out, err);
}
static enum tw_rc apply_replace(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                tw_step_result *out, tw_error *err) {
    const text_args *args = raw;
    text_context c = {.change = replaced, .what = args->what, .with = args->with.p ? args->with : TW_STR("")};
    (void)state;
    if (!args->what.n)
        return tw_fail(err, TW_EUSAGE, "replace: 'what' is empty; give the text to look for");
    enum tw_rc rc = args->regex ? tw_regex_new(args->what, 0, &c.regex, err) : TW_OK;
    if (rc == TW_OK)
        rc = run(args, &c, env, in, out, err);
    tw_regex_free(c.regex);
    return rc;
}

// clang-format off
static const tw_param plain_params[] = {COLS, WHEN};
static const tw_param case_params[] = {
    COLS,
    {.name = "to", .kind = TW_PARAM_CHOICE, .offset = AT(to), .choices = "lower|upper|title", .fallback = "lower", .help = "the case to write in"},
    WHEN,
};
static const tw_param replace_params[] = {
    COLS,
    {.name = "what", .kind = TW_PARAM_TEXT, .offset = AT(what), .flags = TW_PARAM_REQUIRED, .help = "text to look for, or a regular expression"},
    {.name = "with", .kind = TW_PARAM_TEXT, .offset = AT(with), .help = "text to put in its place; with regex $1 is a group"},
    {.name = "regex", .kind = TW_PARAM_BOOL, .offset = AT(regex), .fallback = "false", .help = "'what' is a regular expression (PCRE2)"},
    WHEN,
};

const tw_step_row tw_step_trim = {
    .name = "trim", .family = "clean", .summary = "remove blanks at both ends of texts",
    .method = "Blanks are spaces, tabs, line ends, no-break, zero-width and typographic spaces. An unreadable cell is read again "
              "when it was trimmed. A text of blanks only becomes missing.",
    .source = "White_Space of Unicode, and the zero-width characters",
    .params = plain_params, .n_params = TW_COUNT(plain_params), .args_size = sizeof(text_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_trim, .example = "r:trim { cols = \"city\" }",
};
const tw_step_row tw_step_squish = {
    .name = "squish", .family = "clean", .summary = "trim texts and make every run of blanks inside one space",
    .method = "Blanks as in trim; a line end inside a text counts as a blank too.",
    .source = "stringr::str_squish",
    .params = plain_params, .n_params = TW_COUNT(plain_params), .args_size = sizeof(text_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_squish, .example = "r:squish { cols = \"name\" }",
};
const tw_step_row tw_step_case = {
    .name = "case", .family = "clean", .summary = "write texts in lower, upper or title case",
    .method = "By Unicode's case mappings, without regard to language; title case puts every word's first letter in capitals.",
    .source = "Unicode Standard, section 3.13",
    .params = case_params, .n_params = TW_COUNT(case_params), .args_size = sizeof(text_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_case, .example = "r:case { cols = \"city\", to = \"title\" }",
};
const tw_step_row tw_step_replace = {
    .name = "replace", .family = "clean", .summary = "replace a text, or what a regular expression finds, inside texts",
    .method = "Every occurrence is replaced, from left to right. With regex = true 'what' is a PCRE2 pattern and $1 in 'with' is "
              "its first group. What is left empty becomes missing.",
    .source = "PCRE2",
    .params = replace_params, .n_params = TW_COUNT(replace_params), .args_size = sizeof(text_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_replace, .example = "r:replace { cols = \"phone\", what = \" \", with = \"\" }",
};
// clang-format on
