/* mutate: columns from expressions.
 *
 * All expressions of one step see the table as it was before the step, so their order does not matter (a Lua table has
 * none). A new column goes behind the last; an existing one takes the type of its expression and keeps its place, and
 * cells whose text stays the same keep their bytes. Floats are written with the decimal mark the table's columns use. */
#include "steps/clean/cells.h"

#include "expr/expr.h"

typedef struct mutate_args {
    const tw_doc *set;
} mutate_args;

typedef struct assignment {
    tw_str name, text;
    tw_expr *expr;
    tw_column *cells;
} assignment;

/* "name = expression"; the name may stand in backquotes. */
static enum tw_rc read_line(tw_str line, assignment *a, tw_error *err) {
    size_t sign = tw_str_find_char(line, '=', 0);
    if (line.n && tw_str_trim(line).n && tw_str_trim(line).p[0] == '`') {
        size_t open = tw_str_find_char(line, '`', 0), close = tw_str_find_char(line, '`', open + 1);
        sign = close == SIZE_MAX ? SIZE_MAX : tw_str_find_char(line, '=', close);
        a->name = close == SIZE_MAX ? line : tw_str_sub(line, open + 1, close);
    } else {
        a->name = tw_str_trim(tw_str_sub(line, 0, TW_MIN(sign, line.n)));
    }
    if (sign == SIZE_MAX || !a->name.n)
        return tw_fail(err, TW_EUSAGE, "mutate: '%.*s' is no assignment; write NAME = EXPRESSION",
                       (int)TW_MIN(line.n, (size_t)64), line.p);
    a->text = tw_str_sub(line, sign + 1, line.n);
    return TW_OK;
}

static enum tw_rc read_entry(const tw_doc *set, size_t i, assignment *a, tw_arena *arena, tw_error *err) {
    bool map = tw_doc_kind(set) == TW_DOC_MAP;
    const tw_doc *node = tw_doc_kind(set) == TW_DOC_TEXT ? set : tw_doc_at(set, i);
    char number[TW_NUMBER_MAX];
    if (tw_doc_kind(node) == TW_DOC_TEXT)
        a->text = tw_doc_as_text(node, TW_STR(""));
    else if (tw_doc_kind(node) == TW_DOC_INT)
        a->text = tw_arena_str(arena, (tw_str){number, tw_format_i64(number, tw_doc_as_int(node, 0))});
    else if (tw_doc_kind(node) == TW_DOC_NUMBER)
        a->text = tw_arena_str(arena, (tw_str){number, tw_format_f64(number, tw_doc_as_number(node, 0))});
    else if (tw_doc_kind(node) == TW_DOC_BOOL)
        a->text = tw_doc_as_bool(node, false) ? TW_STR("true") : TW_STR("false");
    else
        return tw_fail(err, TW_EUSAGE, "mutate: an expression is no text; write mutate { ratio = \"a / b\" }");
    if (!map)
        return read_line(a->text, a, err);
    a->name = tw_doc_key(set, i);
    if (!a->name.n || memchr(a->name.p, '\0', a->name.n))
        return tw_fail(err, TW_EUSAGE, "mutate: a column needs a name of plain text");
    return a->text.p ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc read_assignments(const tw_doc *set, const tw_step_env *env, assignment **out, size_t *n, tw_error *err) {
    *n = tw_doc_kind(set) == TW_DOC_TEXT ? 1 : tw_doc_count(set);
    *out = tw_arena_alloc(env->arena, *n, sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    if (!*n)
        return tw_fail(err, TW_EUSAGE, "mutate: nothing to compute; write mutate { ratio = \"a / b\" }");
    for (size_t i = 0; i < *n; i++) {
        enum tw_rc rc = read_entry(set, i, &(*out)[i], env->arena, err);
        for (size_t k = 0; rc == TW_OK && k < i; k++)
            if (tw_str_eq((*out)[k].name, (*out)[i].name))
                rc = tw_fail(err, TW_EUSAGE, "mutate: '%.*s' is set twice; use two steps", TW_ARG((*out)[i].name));
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

static enum tw_rc compute(assignment *a, const tw_step_env *env, const tw_table *in, tw_error *err) {
    tw_expr_faults faults = {0};
    char what[128];
    tw_error inner = TW_ERROR_INIT;
    enum tw_rc rc = tw_expr_compile(a->text, in, &a->expr, &inner);
    if (rc == TW_EPARSE)
        return tw_fail(err, rc, "mutate: '%.*s': %s", (int)TW_MIN(a->name.n, (size_t)64), a->name.p, inner.message);
    if (rc != TW_OK && err)
        *err = inner;
    if (rc == TW_OK)
        rc = tw_expr_eval(a->expr, in, env->task, &a->cells, &faults, err);
    snprintf(what, sizeof what, "mutate: '%.*s'", (int)TW_MIN(a->name.n, (size_t)64), a->name.p);
    tw_expr_say_faults(env->log, what, &faults);
    return rc;
}

/* The decimal mark of the table's first float column. */
static char decimal_mark(const tw_table *in) {
    for (size_t i = 0; i < tw_table_width(in); i++)
        if (tw_table_field(in, i)->type == TW_FLOAT && tw_table_field(in, i)->format.number.decimal)
            return tw_table_field(in, i)->format.number.decimal;
    return '.';
}

/* How the column is written: as before where the type stays, with as many decimals as the values have. */
static tw_field field_for(const tw_table *in, const assignment *a, int column, const char *name) {
    tw_field field = {.name = name, .type = tw_expr_type(a->expr), .format = TW_FORMAT_PLAIN, .source_column = -1};
    const tw_field *was = column >= 0 ? tw_table_field(in, (size_t)column) : NULL;
    if (was && was->type == field.type)
        field.format = was->format;
    else if (field.type == TW_FLOAT)
        field.format.number.decimal = decimal_mark(in);
    if (was)
        field.role = was->role;
    field.format.number.decimals = -1;
    return field;
}

/* Expressions see unreadable cells as missing, so a new value takes the place of a text that could not be read: said. */
static void say_lost(const tw_step_env *env, const tw_table *in, size_t column, const tw_column *cells) {
    const tw_column *old = tw_table_column(in, column);
    int64_t lost = 0;
    tw_str text;
    for (size_t i = 0; i < (size_t)tw_column_unreadable_count(old); i++)
        lost += !tw_column_is_value(cells, tw_column_unreadable_row(old, i, &text));
    if (lost)
        tw_say(env->log, TW_WARNING, "mutate: '%s': %lld unreadable cell%s became missing; mend them before it to keep them",
               tw_table_field(in, column)->name, (long long)lost, lost == 1 ? "" : "s");
}

static enum tw_rc assign(assignment *a, tw_draft *draft, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                         tw_error *err) {
    tw_str name = tw_arena_str(env->arena, a->name);
    int column = tw_table_find(in, a->name);
    if (!name.p)
        return tw_fail_memory(err);
    tw_field field = field_for(in, a, column, name.p);
    tw_column *cells = a->cells;
    a->cells = NULL;
    if (column < 0) {
        out->cells_changed += tw_column_rows(cells);
        return tw_draft_add(draft, &field, cells, err);
    }
    enum tw_rc rc = tw_table_need(in, &column, 1, env->task, err);
    if (rc != TW_OK) {
        tw_column_unref(cells);
        return rc;
    }
    say_lost(env, in, (size_t)column, cells);
    return tw_clean_replace(env, draft, in, (size_t)column, &field, cells, &out->cells_changed, err);
}

static enum tw_rc apply_mutate(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                               tw_step_result *out, tw_error *err) {
    const mutate_args *args = raw;
    assignment *list = NULL;
    size_t n = 0;
    tw_draft *draft = NULL;
    (void)state;
    enum tw_rc rc = read_assignments(args->set, env, &list, &n, err);
    if (rc != TW_OK)
        return rc;
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = compute(&list[i], env, in, err);
    if (rc == TW_OK)
        rc = tw_draft_new(in, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = assign(&list[i], draft, env, in, out, err);
    if (rc == TW_OK)
        rc = tw_clean_commit(draft, out, err);
    else
        tw_draft_free(draft);
    for (size_t i = 0; i < n; i++) {
        tw_column_unref(list[i].cells);
        tw_expr_free(list[i].expr);
    }
    return rc;
}

// clang-format off
static const tw_param params[] = {
    {.name = "set", .kind = TW_PARAM_DOC, .offset = offsetof(mutate_args, set), .flags = TW_PARAM_REQUIRED, .help = "NAME = EXPRESSION; in Lua simply mutate { name = \"expression\" }"},
};

const tw_step_row tw_step_mutate = {
    .name = "mutate", .family = "clean", .summary = "compute columns from expressions",
    .method = "Every expression sees the columns as they were before the step. A new column goes behind the last; an existing one "
              "takes the type of its expression, and cells whose text stays the same keep their bytes. Cells that cannot be "
              "computed become missing and are counted.",
    .source = "", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(mutate_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_FREE_NAMES, .apply = apply_mutate,
    .example = "r:mutate { weight_index = \"round(weight_kg / (height_cm / 100) ^ 2, 1)\" }",
};
// clang-format on
