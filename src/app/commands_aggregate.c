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

static void say_one(const tw_work *work, int64_t n, const char *why) {
    if (n)
        tw_say(work->log, TW_WARNING, "%lld cell%s became missing: %s", (long long)n,
               n == 1 ? "" : "s", why);
}

static void say_faults(const tw_work *work, const tw_expr_faults *faults) {
    say_one(work, faults->division_by_zero, "division by zero");
    say_one(work, faults->not_a_number, "the result is no number");
    say_one(work, faults->overflow, "the result is too large");
    say_one(work, faults->bad_date, "there is no such date");
}

/* No selectors are no columns here, not all. */
static enum tw_rc key_columns(tw_work *work, const tw_str_list *cols, int **columns, size_t *n,
                              tw_error *err) {
    *columns = NULL;
    *n = 0;
    return cols->n ? tw_work_columns(work, cols, columns, n, err) : TW_OK;
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
        rc = tw_work_derive(work, "group", table, err);
    if (rc == TW_OK)
        say_faults(work, &faults);
    tw_table_unref(table);
    tw_summary_free(summary);
    return rc;
}

#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
enum {
    FLAGS = TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE |
            TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE
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
         "Aggregates are count() of rows, count(x) of values, count_distinct sum mean median "
         "quantile(x, 0.9) min max sd var mad mode first last any all. Inside stands any "
         "expression "
         "of the rows, around them one of groups: 'sum(price * qty) / count()'. 'total = sum(x)' "
         "names the column. Missing cells take no part; where nothing is left, count is 0 and "
         "everything else missing. On screen a new dataset.",
     .example = "group sex,smoker 'count()' 'mean(age)' samples/patients.csv",
     .work = work_group},
};
const size_t tw_commands_aggregate_count = TW_COUNT(tw_commands_aggregate);
