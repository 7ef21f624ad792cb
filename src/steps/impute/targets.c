/* Columns that tell rows apart are left alone unless named: filling them would invent identities. */
#include "steps/impute/targets.h"

#include "steps/rewrite.h"

enum { UNIQUE_FROM = 20 };

bool tw_impute_is_scale(enum tw_type type) {
    return type != TW_BOOLEAN && tw_type_ops_of(type)->is_ordered_scale;
}

enum tw_rc tw_impute_is_unique(const tw_table *in, int column, bool *unique, tw_error *err) {
    const tw_column *cells = tw_table_column(in, (size_t)column);
    *unique = false;
    if (tw_column_type(cells) != TW_TEXT || tw_column_valid_count(cells) < UNIQUE_FROM)
        return TW_OK;
    const tw_factor *factor;
    enum tw_rc rc = tw_column_factor(cells, 0, &factor, err);
    if (!rc)
        *unique = factor->levels == tw_column_valid_count(cells);
    return rc;
}

static bool is_left_alone(enum tw_role role) {
    return role == TW_AS_ID || role == TW_AS_IGNORE || role == TW_AS_SPLIT;
}

enum tw_rc tw_impute_targets(const tw_step_env *env, const tw_table *in, const tw_str_list *named, int **columns, size_t *n,
                             tw_error *err) {
    enum tw_rc rc = tw_select_columns(in, named->at, named->n, env->arena, columns, n, err);
    if (!rc)
        rc = tw_table_need(in, *columns, *n, env->task, err);
    if (rc || named->n)
        return rc;
    size_t kept = 0;
    for (size_t i = 0; !rc && i < *n; i++) {
        const tw_field *field = tw_table_field(in, (size_t)(*columns)[i]);
        if (is_left_alone(field->role))
            continue;
        bool unique;
        rc = tw_impute_is_unique(in, (*columns)[i], &unique, err);
        if (!rc && !unique)
            (*columns)[kept++] = (*columns)[i];
        else if (!rc && tw_column_valid_count(tw_table_column(in, (size_t)(*columns)[i])) < tw_table_rows(in))
            tw_say(env->log, TW_NOTE, "%.*s: column '%s' is left alone: its values are all different; name it in cols to fill it",
                   TW_ARG(env->id), field->name);
    }
    *n = kept;
    return rc;
}

/* A selector that is the column's name, or its number where no column is called so. */
static bool is_named(const tw_table *in, int column, const tw_str_list *named) {
    char number[24];
    snprintf(number, sizeof number, "%d", column + 1);
    for (size_t i = 0; i < named->n; i++)
        if (tw_str_eq_c(named->at[i], tw_table_field(in, (size_t)column)->name) || tw_str_eq_c(named->at[i], number))
            return true;
    return false;
}

enum tw_rc tw_impute_empty(const tw_step_env *env, const tw_table *in, int column, const tw_str_list *named, const char *remedy,
                           tw_error *err) {
    const char *name = tw_table_field(in, (size_t)column)->name;
    if (is_named(in, column, named))
        return tw_fail(err, TW_EDATA, "%.*s: column '%s' has no values to learn from; %s", TW_ARG(env->id), name, remedy);
    tw_say(env->log, TW_WARNING, "%.*s: column '%s' has no values to learn from and stays as it is; %s", TW_ARG(env->id), name,
           remedy);
    return TW_OK;
}

enum tw_rc tw_impute_by(const tw_step_env *env, const tw_table *in, const tw_str_list *named, int **by, size_t *n,
                        tw_doc **names, tw_error *err) {
    *by = NULL;
    *n = 0;
    *names = NULL;
    enum tw_rc rc = TW_OK;
    if (named->n)
        rc = tw_select_columns(in, named->at, named->n, env->arena, by, n, err);
    if (!rc && *n)
        rc = tw_table_need(in, *by, *n, env->task, err);
    if (!rc && !(*names = tw_doc_list()))
        rc = tw_fail_memory(err);
    for (size_t i = 0; !rc && i < *n; i++)
        tw_doc_add(*names, tw_doc_c(tw_table_field(in, (size_t)(*by)[i])->name));
    return rc;
}

enum tw_rc tw_impute_find_by(const tw_doc *names, const tw_step_env *env, const tw_table *in, int **by, size_t *n,
                             tw_error *err) {
    *n = tw_doc_count(names);
    *by = tw_arena_alloc(env->arena, *n + 1, sizeof **by);
    enum tw_rc rc = *by ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < *n; i++)
        rc = tw_rewrite_find(in, env->id.p, tw_doc_as_text(tw_doc_at(names, i), TW_STR("")), TW_STR(""), &(*by)[i], err);
    return !rc && *n ? tw_table_need(in, *by, *n, env->task, err) : rc;
}
