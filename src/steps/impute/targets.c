/* Columns that tell rows apart are left alone unless named: filling them would invent identities. */
#include "steps/impute/targets.h"

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
