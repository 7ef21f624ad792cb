/* filter and arrange: which rows stay, and in which order. */
#include "steps/clean/cells.h"

#include "expr/expr.h"
#include "stat/order.h"

typedef struct filter_args {
    tw_str expr;
} filter_args;

typedef struct arrange_args {
    tw_str_list keys;
} arrange_args;

/* The table with these rows, whose array is taken over. */
static enum tw_rc keep_rows(const tw_step_env *env, const tw_table *in, int64_t *rows, int64_t n,
                            tw_step_result *out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(in, &draft, err);
    if (rc == TW_OK)
        rc = tw_draft_take_rows(draft, rows, n, env->task, err);
    else
        free(rows);
    if (rc != TW_OK) {
        tw_draft_free(draft);
        return rc;
    }
    out->rows_removed = tw_table_rows(in) - n;
    return tw_clean_commit(draft, out, err);
}

enum tw_rc tw_clean_keep_rows(const tw_step_env *env, const tw_table *in, int64_t *rows, int64_t n,
                              tw_step_result *out, tw_error *err) {
    if (n < tw_table_rows(in))
        return keep_rows(env, in, rows, n, out, err);
    free(rows);
    out->table = tw_table_ref(in);
    return TW_OK;
}

static enum tw_rc apply_filter(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                               tw_step_result *out, tw_error *err) {
    const filter_args *args = raw;
    tw_expr *expr = NULL;
    tw_expr_faults faults = {0};
    int64_t *rows = NULL, n = 0;
    (void)state;
    enum tw_rc rc = tw_expr_compile(args->expr, in, &expr, err);
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, in, env->task, &rows, &n, &faults, err);
    if (rc == TW_OK) {
        tw_expr_say_faults(env->log, "filter", &faults);
        rc = tw_clean_keep_rows(env, in, rows, n, out, err);
        rows = NULL; /* taken over */
    }
    free(rows);
    tw_expr_free(expr);
    return rc;
}

/* "-age" descends, unless a column is called that. */
static enum tw_rc read_key(const tw_table *in, tw_str text, tw_order_key *key, tw_error *err) {
    text = tw_str_trim(text);
    key->descending = false;
    key->column = tw_table_find(in, text);
    if (key->column >= 0)
        return TW_OK;
    if (text.n > 1 && text.p[0] == '-') {
        key->descending = true;
        text = tw_str_sub(text, 1, text.n);
    }
    return tw_table_require(in, text, &key->column, err);
}

/* Keys as a list, or one text with commas between; a column name may hold a comma when it is a list's entry. */
static enum tw_rc read_keys(const arrange_args *args, const tw_step_env *env, const tw_table *in, tw_order_key **keys,
                            size_t *n, tw_error *err) {
    size_t room = 0;
    for (size_t i = 0; i < args->keys.n; i++)
        room += args->keys.at[i].n + 1;
    *n = 0;
    *keys = tw_arena_alloc(env->arena, room, sizeof **keys);
    if (!*keys)
        return tw_fail_memory(err);
    for (size_t i = 0; i < args->keys.n; i++) {
        tw_str rest = args->keys.at[i], part;
        if (read_key(in, rest, &(*keys)[*n], NULL) == TW_OK) {
            ++*n;
            continue;
        }
        while (tw_next_selector(&rest, &part)) {
            enum tw_rc rc = read_key(in, part, &(*keys)[*n], err);
            if (rc != TW_OK)
                return rc;
            ++*n;
        }
    }
    return *n ? TW_OK : tw_fail(err, TW_EUSAGE, "arrange: no key is given; write keys = \"city,-age\"");
}

static bool is_in_order(const int64_t *rows, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (rows[i] != i)
            return false;
    return true;
}

static enum tw_rc apply_arrange(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                tw_step_result *out, tw_error *err) {
    tw_order_key *keys;
    size_t n_keys;
    int64_t n = tw_table_rows(in);
    (void)state;
    enum tw_rc rc = read_keys(raw, env, in, &keys, &n_keys, err);
    if (rc != TW_OK)
        return rc;
    int *columns = tw_arena_alloc(env->arena, n_keys, sizeof *columns);
    int64_t *rows = tw_calloc((size_t)n, sizeof *rows);
    rc = columns && rows ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n_keys; i++)
        columns[i] = keys[i].column;
    for (int64_t i = 0; rc == TW_OK && i < n; i++)
        rows[i] = i;
    if (rc == TW_OK)
        rc = tw_table_need(in, columns, n_keys, env->task, err);
    if (rc == TW_OK)
        rc = tw_order_rows(in, keys, n_keys, rows, n, env->task, err);
    bool sorted = rc == TW_OK && is_in_order(rows, n);
    if (sorted)
        out->table = tw_table_ref(in);
    if (rc == TW_OK && !sorted)
        return keep_rows(env, in, rows, n, out, err);
    free(rows);
    return rc;
}

// clang-format off
static const tw_param filter_params[] = {
    {.name = "expr", .kind = TW_PARAM_EXPR, .offset = offsetof(filter_args, expr), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL | TW_PARAM_DASH, .help = "rows for which it is true stay"},
};
static const tw_param arrange_params[] = {
    {.name = "keys", .kind = TW_PARAM_TEXTS, .offset = offsetof(arrange_args, keys), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL | TW_PARAM_DASH, .help = "columns to sort by, as in \"city,-age\": minus for descending"},
};

const tw_step_row tw_step_filter = {
    .name = "filter", .family = "clean", .summary = "keep the rows for which an expression is true",
    .method = "Rows for which it is false or missing go. The expression language is that of doc/expressions.md.",
    .source = "three-valued logic of SQL", .params = filter_params, .n_params = TW_COUNT(filter_params),
    .args_size = sizeof(filter_args), .flags = TW_STEP_ROW_LOCAL | TW_STEP_CHANGES_ROWS, .apply = apply_filter,
    .example = "r:filter \"age >= 18 and city is not null\"",
};
const tw_step_row tw_step_arrange = {
    .name = "arrange", .family = "clean", .summary = "sort the rows",
    .method = "Ties keep their order; missing cells come last in both directions, unreadable ones before them. Text is ordered by "
              "its UTF-8 bytes.",
    .source = "", .params = arrange_params, .n_params = TW_COUNT(arrange_params), .args_size = sizeof(arrange_args),
    .flags = TW_STEP_CHANGES_ROWS, .apply = apply_arrange, .example = "r:arrange \"city,-age\"",
};
// clang-format on
