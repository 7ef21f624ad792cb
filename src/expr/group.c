/* Rows are put into groups by their keys and the groups into order before anything is summed up, so
 * that every column comes out in its place. */
#include "expr/group_impl.h"

enum tw_rc tw_group_rows(const tw_table *table, const int *keys, size_t n_keys, tw_task *task,
                         tw_grouping *out, tw_error *err) {
    enum tw_rc rc = tw_grouping_make(table, keys, n_keys, task, out, err);
    if (rc == TW_OK && n_keys)
        rc = tw_grouping_sort(table, keys, n_keys, out, task, err);
    if (rc == TW_OK && !n_keys && !out->n)
        rc = tw_grouping_add_empty(out, err);
    return rc;
}

enum tw_rc tw_group_need(const tw_table *table, const int *keys, size_t n_keys,
                         const tw_summary *summary, tw_task *task, tw_error *err) {
    size_t n;
    const int *inside = tw_summary_columns(summary, &n);
    int *columns = tw_calloc(n + n_keys, sizeof *columns);
    if (!columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n + n_keys; i++)
        columns[i] = i < n_keys ? keys[i] : inside[i - n_keys];
    enum tw_rc rc = n + n_keys ? tw_table_need(table, columns, n + n_keys, task, err) : TW_OK;
    free(columns);
    return rc;
}

bool tw_group_take_names(const tw_table *table, const int *keys, size_t n_keys,
                         tw_name_set *names) {
    bool good = true;
    for (size_t k = 0; good && k < n_keys; k++) {
        const char *name = tw_table_field(table, (size_t)keys[k])->name;
        good = tw_name_set_has(names, name) || tw_name_set_take(names, name);
    }
    return good;
}

/* --- group --- */

static enum tw_rc take_name(tw_name_set *names, const tw_summary *summary, size_t i,
                            const char **out, tw_error *err) {
    tw_field field = tw_summary_field(summary, i);
    if (tw_summary_is_named(summary, i) && tw_name_set_has(names, field.name))
        return tw_fail(err, TW_EUSAGE,
                       "'%s': another column of the result is called so; give it another name",
                       field.name);
    *out = tw_name_set_take(names, field.name);
    return *out ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc add_results(const tw_summary *summary, tw_column **cells, tw_name_set *names,
                              tw_draft *draft, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i < tw_summary_width(summary); i++) {
        tw_field field = tw_summary_field(summary, i);
        rc = take_name(names, summary, i, &field.name, err);
        if (rc == TW_OK)
            rc = tw_draft_add(draft, &field, tw_column_ref(cells[i]), err);
    }
    return rc;
}

static enum tw_rc put_together(const tw_table *table, const int *keys, size_t n_keys,
                               const tw_summary *summary, const tw_grouping *groups,
                               tw_column **cells, tw_task *task, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    tw_arena arena;
    tw_arena_init(&arena);
    tw_name_set *names = tw_name_set_new(n_keys, false, &arena);
    enum tw_rc rc = names ? tw_draft_new(NULL, &draft, err) : tw_fail_memory(err);
    if (rc == TW_OK && !tw_group_take_names(table, keys, n_keys, names))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_grouping_keys(table, keys, n_keys, groups->first, groups->n, task, draft, err);
    if (rc == TW_OK)
        rc = add_results(summary, cells, names, draft, err);
    if (rc == TW_OK)
        rc = tw_draft_commit(draft, out, err);
    else
        tw_draft_free(draft);
    tw_name_set_free(names);
    tw_arena_fini(&arena);
    return rc;
}

enum tw_rc tw_group_table(const tw_table *table, const int *keys, size_t n_keys,
                          const tw_summary *summary, tw_task *task, tw_table **out,
                          tw_expr_faults *faults, tw_error *err) {
    tw_grouping groups = {0};
    size_t width = tw_summary_width(summary);
    tw_column **cells = tw_calloc(width, sizeof(tw_column *));
    enum tw_rc rc =
        cells ? tw_group_need(table, keys, n_keys, summary, task, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_group_rows(table, keys, n_keys, task, &groups, err);
    if (rc == TW_OK)
        rc = tw_summary_eval(summary, table, &groups, task, cells, faults, err);
    if (rc == TW_OK)
        rc = put_together(table, keys, n_keys, summary, &groups, cells, task, out, err);
    for (size_t i = 0; cells && i < width; i++)
        tw_column_unref(cells[i]);
    free(cells);
    tw_grouping_fini(&groups);
    return rc;
}
