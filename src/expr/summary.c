/* Running a summary: row expressions that are more than a column are worked out by all threads, one
 * after the other; then each aggregate is made by one thread, several at once; then the table of
 * groups is put together and what stands around the aggregates runs over it as over any table. */
#include "expr/summary_impl.h"

void tw_summary_free(tw_summary *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->n_exprs; i++)
        tw_expr_free(s->exprs[i]);
    tw_table_unref(s->groups);
    tw_table_unref(s->schema);
    tw_arena_fini(&s->arena);
    free(s);
}

size_t tw_summary_width(const tw_summary *s) {
    return s->n_items;
}

bool tw_summary_is_named(const tw_summary *s, size_t i) {
    return s->items[i].named;
}

const int *tw_summary_columns(const tw_summary *s, size_t *n) {
    *n = s->n_columns;
    return s->columns;
}

/* What is still a cell of a column, or lies on its scale of times, is written as the column is. */
tw_field tw_summary_field(const tw_summary *s, size_t i) {
    const tw_summary_item *item = &s->items[i];
    const tw_summary_call *call = item->outer ? NULL : &s->calls[item->call];
    tw_field field = {.name = item->name,
                      .type = item->outer ? tw_expr_type(item->outer) : call->type,
                      .format = TW_FORMAT_PLAIN,
                      .source_column = -1};
    field.format.number.decimal = s->decimal;
    if (!call || call->column < 0)
        return field;
    const tw_field *from = tw_table_field(s->schema, (size_t)call->column);
    bool time = from->type == field.type && !tw_type_ops_of(field.type)->is_number;
    if (time || tw_aggregate_picks(call->aggregate))
        field.format = from->format;
    field.format.null_word = NULL;
    return field;
}

/* --- evaluation --- */

typedef struct evaluation {
    const tw_summary *s;
    const tw_table *table;
    const tw_grouping *groups;
    tw_task *task;
    tw_column **inputs;  /* of each call; NULL: it counts rows */
    tw_column **figures; /* of each call */
    int64_t *overflows;
    tw_table *made; /* the table of groups */
    tw_expr_faults faults;
} evaluation;

static void evaluation_fini(evaluation *e) {
    for (size_t i = 0; e->inputs && i < e->s->n_calls; i++)
        tw_column_unref(e->inputs[i]);
    for (size_t i = 0; e->figures && i < e->s->n_calls; i++)
        tw_column_unref(e->figures[i]);
    tw_table_unref(e->made);
    free(e->inputs);
    free(e->figures);
    free(e->overflows);
}

static enum tw_rc need_columns(const evaluation *e, tw_error *err) {
    size_t n = e->s->n_columns + e->s->n_keys;
    int *columns = tw_calloc(n, sizeof *columns);
    if (!columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        columns[i] = i < e->s->n_columns ? e->s->columns[i] : e->s->keys[i - e->s->n_columns];
    enum tw_rc rc = n ? tw_table_need(e->table, columns, n, e->task, err) : TW_OK;
    free(columns);
    return rc;
}

static enum tw_rc make_input(evaluation *e, size_t i, tw_error *err) {
    const tw_summary_call *call = &e->s->calls[i];
    tw_expr_faults faults = {0};
    if (!call->inner)
        return TW_OK;
    if (call->column >= 0) {
        e->inputs[i] = tw_column_ref(tw_table_column(e->table, (size_t)call->column));
        return TW_OK;
    }
    enum tw_rc rc = tw_expr_eval(call->inner, e->table, e->task, &e->inputs[i], &faults, err);
    tw_expr_add_faults(&e->faults, &faults);
    return rc;
}

static enum tw_rc make_figure(void *ctx, size_t i, size_t worker, tw_error *err) {
    evaluation *e = ctx;
    const tw_summary_call *call = &e->s->calls[i];
    (void)worker;
    enum tw_rc rc = tw_aggregate_run(call->aggregate, e->inputs[i], &call->with, e->groups, e->task,
                                     &e->figures[i], &e->overflows[i], err);
    tw_column_unref(e->inputs[i]);
    e->inputs[i] = NULL;
    tw_task_advance(e->task, 1);
    return rc;
}

static enum tw_rc make_figures(evaluation *e, tw_error *err) {
    size_t n = e->s->n_calls;
    e->inputs = tw_calloc(n, sizeof(tw_column *));
    e->figures = tw_calloc(n, sizeof(tw_column *));
    e->overflows = tw_calloc(n, sizeof *e->overflows);
    enum tw_rc rc =
        e->inputs && e->figures && e->overflows ? need_columns(e, err) : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = make_input(e, i, err);
    tw_task_begin(e->task, "summing up", n);
    if (rc == TW_OK)
        rc = tw_parallel_for(e->task, n, make_figure, e, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        e->faults.overflow += e->overflows[i];
    return rc;
}

static enum tw_rc make_groups(evaluation *e, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    if (rc == TW_OK)
        rc = tw_grouping_keys(e->table, e->s->keys, e->s->n_keys, e->groups->first, e->groups->n,
                              e->task, draft, err);
    for (size_t i = 0; rc == TW_OK && i < e->s->n_calls; i++) {
        tw_field field = *tw_table_field(e->s->groups, e->s->n_keys + i);
        rc = tw_draft_add(draft, &field, tw_column_ref(e->figures[i]), err);
    }
    if (rc == TW_OK)
        return tw_draft_commit(draft, &e->made, err);
    tw_draft_free(draft);
    return rc;
}

static bool all_alone(const tw_summary *s) {
    for (size_t i = 0; i < s->n_items; i++)
        if (s->items[i].outer)
            return false;
    return true;
}

static enum tw_rc make_result(evaluation *e, const tw_summary_item *item, tw_column **out,
                              tw_error *err) {
    tw_expr_faults faults = {0};
    if (!item->outer) {
        *out = tw_column_ref(e->figures[item->call]);
        return TW_OK;
    }
    enum tw_rc rc = tw_expr_eval(item->outer, e->made, e->task, out, &faults, err);
    tw_expr_add_faults(&e->faults, &faults);
    return rc;
}

enum tw_rc tw_summary_eval(const tw_summary *s, const tw_table *table, const tw_grouping *groups,
                           tw_task *task, tw_column **cells, tw_expr_faults *faults,
                           tw_error *err) {
    evaluation e = {.s = s, .table = table, .groups = groups, .task = task};
    size_t made = 0;
    enum tw_rc rc = make_figures(&e, err);
    if (rc == TW_OK && !all_alone(s))
        rc = make_groups(&e, err);
    for (; rc == TW_OK && made < s->n_items; made += rc == TW_OK)
        rc = make_result(&e, &s->items[made], &cells[made], err);
    while (rc != TW_OK && made > 0) {
        tw_column_unref(cells[--made]);
        cells[made] = NULL;
    }
    if (faults)
        *faults = e.faults;
    evaluation_fini(&e);
    return rc;
}
