/* Three groupings: by the rows of the result, by its columns, and by both, which is what is summed
 * up. Each group of both then has one place, and a column of the result is gathered from the
 * figures of its groups; places without a group take the figure of one more group that has no rows,
 * so that what stands there follows from the summary and from no rule of its own. */
#include "expr/group_impl.h"

#define CELLS_MAX 1000000000.0

typedef struct pivot {
    const tw_table *table;
    const int *keys; /* of the rows, then the column */
    size_t n_rows;
    const tw_summary *summary;
    tw_task *task;
    tw_grouping rows, columns, both;
    tw_column *figures; /* one for each group of both */
    tw_arena arena;     /* names */
    const char **names; /* of the columns */
} pivot;

static void pivot_fini(pivot *p) {
    tw_grouping_fini(&p->rows);
    tw_grouping_fini(&p->columns);
    tw_grouping_fini(&p->both);
    tw_column_unref(p->figures);
    tw_arena_fini(&p->arena);
}

static const tw_field *column_field(const pivot *p) {
    return tw_table_field(p->table, (size_t)p->keys[p->n_rows]);
}

static enum tw_rc check_size(const pivot *p, tw_error *err) {
    const char *name = column_field(p)->name;
    if (p->columns.n > TW_PIVOT_COLUMNS)
        return tw_fail(err, TW_EDATA,
                       "column '%s': its %u different values would be as many columns, and %d are "
                       "the most; choose another one, round its values, or filter the rows",
                       name, p->columns.n, TW_PIVOT_COLUMNS);
    if ((double)p->columns.n * p->rows.n > CELLS_MAX)
        return tw_fail(err, TW_EDATA,
                       "column '%s': %u rows of %u columns are more than %.0f cells; choose fewer "
                       "rows or columns, or use group, which leaves out what does not occur",
                       name, p->rows.n, p->columns.n, CELLS_MAX);
    return TW_OK;
}

static enum tw_rc make_groups(pivot *p, tw_error *err) {
    const int *column = p->keys + p->n_rows;
    enum tw_rc rc = tw_group_rows(p->table, column, 1, p->task, &p->columns, err);
    if (rc == TW_OK)
        rc = tw_group_rows(p->table, p->keys, p->n_rows, p->task, &p->rows, err);
    if (rc == TW_OK)
        rc = check_size(p, err);
    if (rc == TW_OK)
        rc = tw_grouping_make(p->table, p->keys, p->n_rows + 1, p->task, &p->both, err);
    if (rc == TW_OK && p->both.n < (uint64_t)p->rows.n * p->columns.n)
        rc = tw_grouping_add_empty(&p->both, err);
    return rc;
}

/* --- names --- */

/* The value of column c as it is written, behind the name of the figure if it was given one. */
static const char *value_name(pivot *p, uint32_t c) {
    const tw_field *field = column_field(p);
    const tw_column *values = tw_table_column(p->table, (size_t)p->keys[p->n_rows]);
    tw_cell cell = tw_column_cell(values, p->columns.first[c]);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    if (tw_summary_is_named(p->summary, 0))
        tw_buf_printf(&text, "%s_", tw_summary_field(p->summary, 0).name);
    if (cell.state == TW_MISSING)
        tw_buf_c(&text, "missing");
    else
        tw_cell_write(&cell, &field->format, &text);
    const char *name = text.failed ? NULL : tw_arena_str(&p->arena, tw_buf_view(&text)).p;
    tw_buf_fini(&text);
    return name;
}

static bool name_all(pivot *p, tw_name_set *names) {
    bool good = p->names && tw_group_take_names(p->table, p->keys, p->n_rows, names);
    for (uint32_t c = 0; good && c < p->columns.n; c++) {
        p->names[c] = value_name(p, c);
        good = p->names[c] && tw_name_set_reserve(names, p->names[c]);
    }
    for (uint32_t c = 0; good && c < p->columns.n; c++) {
        p->names[c] = tw_name_set_take(names, p->names[c]);
        good = p->names[c] != NULL;
    }
    return good;
}

static enum tw_rc make_names(pivot *p, tw_error *err) {
    tw_name_set *names = tw_name_set_new(p->n_rows + p->columns.n, false, &p->arena);
    p->names = tw_arena_alloc(&p->arena, p->columns.n, sizeof *p->names);
    bool good = names && name_all(p, names);
    tw_name_set_free(names);
    return good ? TW_OK : tw_fail_memory(err);
}

/* --- cells --- */

/* Groups of both in the order of their columns: those of column c stand from start[c] on. */
typedef struct places {
    uint32_t *start, *group;
    int64_t *from; /* the group whose figure stands in each row of a column */
} places;

static void places_fini(places *at) {
    free(at->start);
    free(at->group);
    free(at->from);
}

static bool find_places(const pivot *p, places *at) {
    uint32_t n = p->both.n;
    at->start = tw_calloc((size_t)p->columns.n + 2, sizeof *at->start);
    at->group = tw_calloc(n, sizeof *at->group);
    at->from = tw_calloc(p->rows.n, sizeof *at->from);
    if (!at->start || !at->group || !at->from)
        return false;
    for (uint32_t g = 0; g < n; g++)
        if (p->both.count[g])
            at->start[p->columns.of[p->both.first[g]] + 2]++;
    for (uint32_t c = 0; c < p->columns.n; c++)
        at->start[c + 2] += at->start[c + 1];
    for (uint32_t g = 0; g < n; g++)
        if (p->both.count[g])
            at->group[at->start[p->columns.of[p->both.first[g]] + 1]++] = g;
    return true;
}

static enum tw_rc add_column(const pivot *p, const places *at, uint32_t c, tw_draft *draft,
                             tw_error *err) {
    tw_column *cells = NULL;
    tw_field field = tw_summary_field(p->summary, 0);
    field.name = p->names[c];
    for (uint32_t r = 0; r < p->rows.n; r++)
        at->from[r] = (int64_t)p->both.n - 1; /* without rows, where not all are used */
    for (uint32_t i = at->start[c]; i < at->start[c + 1]; i++)
        at->from[p->rows.of[p->both.first[at->group[i]]]] = at->group[i];
    enum tw_rc rc = tw_column_gather(p->figures, at->from, p->rows.n, p->task, &cells, err);
    return rc == TW_OK ? tw_draft_add(draft, &field, cells, err) : rc;
}

static enum tw_rc put_together(pivot *p, tw_table **out, tw_error *err) {
    places at = {0};
    tw_draft *draft = NULL;
    enum tw_rc rc = find_places(p, &at) ? tw_draft_new(NULL, &draft, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_grouping_keys(p->table, p->keys, p->n_rows, p->rows.first, p->rows.n, p->task,
                              draft, err);
    tw_task_begin(p->task, "spreading", p->columns.n);
    for (uint32_t c = 0; rc == TW_OK && c < p->columns.n; c++) {
        rc = add_column(p, &at, c, draft, err);
        if (rc == TW_OK)
            rc = tw_task_check(p->task, err);
        tw_task_advance(p->task, 1);
    }
    if (rc == TW_OK)
        rc = tw_draft_commit(draft, out, err);
    else
        tw_draft_free(draft);
    places_fini(&at);
    return rc;
}

enum tw_rc tw_pivot_table(const tw_table *table, const int *keys, size_t n_rows,
                          const tw_summary *summary, tw_task *task, tw_table **out,
                          tw_expr_faults *faults, tw_error *err) {
    pivot p = {.table = table, .keys = keys, .n_rows = n_rows, .summary = summary, .task = task};
    tw_arena_init(&p.arena);
    enum tw_rc rc = tw_group_need(table, keys, n_rows + 1, summary, task, err);
    if (rc == TW_OK)
        rc = make_groups(&p, err);
    if (rc == TW_OK)
        rc = make_names(&p, err);
    if (rc == TW_OK)
        rc = tw_summary_eval(summary, table, &p.both, task, &p.figures, faults, err);
    if (rc == TW_OK)
        rc = put_together(&p, out, err);
    pivot_fini(&p);
    return rc;
}
