/* Tables of groups: group sums up the rows of each group, pivot spreads the groups over columns. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "expr/group.h"

/* --- group --- */

typedef struct group_args {
    tw_str_list cols, aggregates;
} group_args;

static const tw_param group_params[] = {
    TW_ROW(group_args, cols, COLUMNS, .flags = TW_WORD,
           .help = "columns to group by; '' takes all rows as one group"),
    TW_ROW(group_args, aggregates, TEXT, .flags = TW_WORD | TW_PARAM_REST,
           .help = "what the rows of a group come to: 'mean(age)', 'total = sum(x)'"),
};

/* No selectors are no columns here, not all. */
static enum tw_rc key_columns(tw_work *work, const tw_str_list *cols, int **columns, size_t *n,
                              tw_error *err) {
    *columns = NULL;
    *n = 0;
    return cols->n ? tw_work_columns(work, cols, columns, n, err) : TW_OK;
}

/* The table of groups, whose first n columns are keys, as a dataset of its own. */
static enum tw_rc put_groups(tw_work *work, const char *who, tw_table *table, size_t n,
                             const tw_expr_faults *faults, tw_error *err) {
    enum tw_rc rc = tw_work_derive(work, who, table, err);
    if (rc != TW_OK)
        return rc;
    work->fresh->n_keys = n;
    tw_expr_say_faults(work->log, who, faults);
    return TW_OK;
}

static enum tw_rc work_group(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const group_args *args = raw;
    int *keys;
    size_t n;
    tw_summary *summary = NULL;
    tw_table *table = NULL;
    tw_expr_faults faults = {0};
    (void)out;
    enum tw_rc rc = key_columns(work, &args->cols, &keys, &n, err);
    if (rc == TW_OK)
        rc = tw_summary_compile(args->aggregates.at, args->aggregates.n, work->table, keys, n,
                                &summary, err);
    if (rc == TW_OK)
        rc = tw_group_table(work->table, keys, n, summary, work->task, &table, &faults, err);
    if (rc == TW_OK)
        rc = put_groups(work, "group", table, n, &faults, err);
    tw_table_unref(table);
    tw_summary_free(summary);
    return rc;
}

/* --- pivot --- */

typedef struct pivot_args {
    tw_str_list rows;
    tw_str column, aggregate;
} pivot_args;

static const tw_param pivot_params[] = {
    TW_ROW(pivot_args, rows, COLUMNS, .flags = TW_WORD,
           .help = "columns whose values make the rows; '' makes one row of all"),
    TW_ROW(pivot_args, column, COLUMN, .flags = TW_WORD,
           .help = "the column whose values become columns"),
    TW_ROW(pivot_args, aggregate, EXPR, .flags = TW_WORD,
           .help = "what the cells hold: 'mean(age)', 'count()'"),
};

/* The columns of the rows, then the one to spread. */
static enum tw_rc pivot_keys(tw_work *work, const pivot_args *args, int **keys, size_t *n,
                             tw_error *err) {
    const tw_str_list one = {(tw_str[]){args->column}, 1};
    int *rows, *column;
    size_t n_column;
    enum tw_rc rc = key_columns(work, &args->rows, &rows, n, err);
    if (rc == TW_OK)
        rc = tw_work_columns(work, &one, &column, &n_column, err);
    if (rc == TW_OK && n_column != 1)
        rc = tw_fail(err, TW_EUSAGE, "pivot: '%.*s' are %zu columns; name the one to spread",
                     TW_ARG(args->column), n_column);
    for (size_t i = 0; rc == TW_OK && i < *n; i++)
        if (rows[i] == column[0])
            rc = tw_fail(err, TW_EUSAGE,
                         "pivot: '%.*s' makes rows and columns; name it in one place only",
                         TW_ARG(args->column));
    *keys = rc == TW_OK ? tw_arena_alloc(&work->arena, *n + 1, sizeof **keys) : NULL;
    if (rc != TW_OK || !*keys)
        return rc == TW_OK ? tw_fail_memory(err) : rc;
    for (size_t i = 0; i <= *n; i++)
        (*keys)[i] = i < *n ? rows[i] : column[0];
    return TW_OK;
}

static enum tw_rc work_pivot(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const pivot_args *args = raw;
    int *keys;
    size_t n;
    tw_summary *summary = NULL;
    tw_table *table = NULL;
    tw_expr_faults faults = {0};
    (void)out;
    enum tw_rc rc = pivot_keys(work, args, &keys, &n, err);
    if (rc == TW_OK)
        rc = tw_summary_compile(&args->aggregate, 1, work->table, keys, n + 1, &summary, err);
    if (rc == TW_OK && tw_summary_width(summary) != 1)
        rc = tw_fail(err, TW_EUSAGE,
                     "pivot: it takes one aggregate, and these are %zu; use group, or "
                     "pivot once for each",
                     tw_summary_width(summary));
    if (rc == TW_OK)
        rc = tw_pivot_table(work->table, keys, n, summary, work->task, &table, &faults, err);
    if (rc == TW_OK)
        rc = put_groups(work, "pivot", table, n, &faults, err);
    tw_table_unref(table);
    tw_summary_free(summary);
    return rc;
}

#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
enum {
    FLAGS = TW_COMMAND_IN_VIEW | TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE |
            TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE | TW_COMMAND_NAMED_COLUMNS
};
const tw_command tw_commands_aggregate[] = {
    {.name = "group",
     .scope = TW_SCOPE_FILE,
     .flags = FLAGS,
     PARAMS(group_params, group_args),
     .summary = "Sum up the rows of each group: means, counts, quantiles and the like",
     .help =
         "One row for each value of the columns (of several: each combination that occurs) in "
         "their "
         "order, missing last, with a column for each aggregate.\n\n"
         "Aggregates are count() of rows, count(x) of values, count_if count_distinct sum mean "
         "median quantile(x, 0.9) min max sd var mad skew kurtosis mode first last "
         "string_agg(x, ', ') any all. Inside stands any expression of the rows, around them one "
         "of groups: 'sum(price * qty) / count()'. 'total = sum(x)' names the column. Missing "
         "cells "
         "take no part; where nothing is left, count is 0 and everything else missing.\n\n"
         "On screen a new dataset of all rows, also those a filter hides.",
     .example = "group sex,smoker 'count()' 'mean(age)' samples/patients.csv",
     .work = work_group},
    {.name = "pivot",
     .scope = TW_SCOPE_FILE,
     .flags = FLAGS,
     PARAMS(pivot_params, pivot_args),
     .summary = "A row for each value of one column, a column for each value of another",
     .help =
         "Rows and columns stand in the order of the values, missing last (the column is then "
         "called 'missing'). A cell holds the aggregate of the rows with both values ('help group' "
         "has the list); where there are none a count is 0 and everything else missing. 'NAME = "
         "AGG' puts NAME_ before the names of the columns.\n\n"
         "On screen a new dataset of all rows, also those a filter hides.",
     .example = "pivot sex smoker 'mean(age)' samples/patients.csv",
     .work = work_pivot},
};
const size_t tw_commands_aggregate_count = TW_COUNT(tw_commands_aggregate);
