/* Counting values: frequency makes a dataset of them (on the command line, a table), facet a list to
 * filter by. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "data/name_set.h"
#include "stat/grouping.h"

/* Groups of some columns, the largest first. */
typedef struct ranking {
    int *columns;
    size_t n_columns;
    tw_grouping groups;
    uint32_t *order;
    int64_t *rows; /* first row of each group, in that order */
    int64_t kept;  /* groups to show */
} ranking;

static void ranking_fini(ranking *r) {
    tw_grouping_fini(&r->groups);
    free(r->order);
    free(r->rows);
}

/* limit < 0 = all. The columns stand in r. */
static enum tw_rc rank(tw_work *work, int64_t limit, ranking *r, tw_error *err) {
    const tw_table *table = work->table;
    enum tw_rc rc = tw_table_need(table, r->columns, r->n_columns, work->task, err);
    if (rc == TW_OK)
        rc = tw_grouping_make(table, r->columns, r->n_columns, work->task, &r->groups, err);
    if (rc != TW_OK)
        return rc;
    r->order = tw_calloc(r->groups.n, sizeof *r->order);
    r->rows = tw_calloc(r->groups.n, sizeof *r->rows);
    if (!r->order || !r->rows)
        return tw_fail_memory(err);
    rc = tw_grouping_by_size(table, r->columns, r->n_columns, &r->groups, r->order, work->task, err);
    r->kept = limit < 0 ? (int64_t)r->groups.n : TW_MIN(limit, (int64_t)r->groups.n);
    for (int64_t i = 0; rc == TW_OK && i < r->kept; i++)
        r->rows[i] = r->groups.first[r->order[i]];
    return rc;
}

static int64_t count_at(const ranking *r, int64_t i) {
    return r->groups.count[r->order[i]];
}

static double share_at(const tw_work *work, const ranking *r, int64_t i) {
    return (double)count_at(r, i) / (double)tw_table_rows(work->table);
}

/* --- frequency --- */

typedef struct frequency_args {
    tw_str_list cols;
    int64_t n;
} frequency_args;

static const tw_param frequency_params[] = {
    TW_ROW(frequency_args, cols, COLUMNS, .flags = TW_WORD,
           .help = "columns, of several the combinations of values"),
    TW_ROW(frequency_args, n, INT, .fallback = "-1", .min = -1, .max = 9e15, .letter = 'n',
           .help = "only the N most frequent"),
};

/* "count", or "count_2" where a column is called so. */
static enum tw_rc own_name(tw_work *work, const ranking *r, const char *word, const char **out,
                           tw_error *err) {
    tw_name_set *names = tw_name_set_new(r->n_columns + 1, false, &work->arena);
    bool good = names != NULL;
    for (size_t c = 0; good && c < r->n_columns; c++)
        good = tw_name_set_reserve(names,
                                   tw_table_field(work->table, (size_t)r->columns[c])->name);
    good = good && (!tw_name_set_has(names, word) || tw_name_set_take(names, word));
    *out = good ? tw_name_set_take(names, word) : NULL;
    tw_name_set_free(names);
    return *out ? TW_OK : tw_fail_memory(err);
}

/* Shares as people read them; a single row's is not shown as nothing. Files that the command line
 * writes have all digits. */
static signed char share_decimals(int64_t rows) {
    signed char decimals = 4;
    for (int64_t most = 10000; rows > most && decimals < 15; most *= 10)
        decimals++;
    return decimals;
}

static enum tw_rc add_figures(tw_work *work, const ranking *r, const char *word, enum tw_type type,
                              tw_draft *draft, tw_error *err) {
    tw_field field = {.type = type, .format = TW_FORMAT_PLAIN, .source_column = -1};
    tw_builder *b = NULL;
    tw_column *cells = NULL;
    if (type == TW_FLOAT && !work->batch)
        field.format.number.decimals = share_decimals(tw_table_rows(work->table));
    enum tw_rc rc = own_name(work, r, word, &field.name, err);
    if (rc == TW_OK)
        rc = tw_builder_new(type, NULL, &b, err);
    for (int64_t i = 0; rc == TW_OK && i < r->kept; i++)
        rc = type == TW_INTEGER ? tw_builder_i64(b, count_at(r, i), err)
                                : tw_builder_f64(b, share_at(work, r, i), err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &cells, err);
    tw_builder_free(b);
    return rc == TW_OK ? tw_draft_add(draft, &field, cells, err) : rc;
}

static enum tw_rc frequency_table(tw_work *work, const ranking *r, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    if (rc == TW_OK)
        rc = tw_grouping_keys(work->table, r->columns, r->n_columns, r->rows, r->kept, work->task,
                              draft, err);
    if (rc == TW_OK)
        rc = add_figures(work, r, "count", TW_INTEGER, draft, err);
    if (rc == TW_OK)
        rc = add_figures(work, r, "share", TW_FLOAT, draft, err);
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

static enum tw_rc work_frequency(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const frequency_args *args = raw;
    ranking r = {0};
    tw_table *table = NULL;
    (void)out;
    enum tw_rc rc = tw_work_columns(work, &args->cols, &r.columns, &r.n_columns, err);
    if (rc == TW_OK)
        rc = rank(work, args->n, &r, err);
    if (rc == TW_OK)
        rc = frequency_table(work, &r, &table, err);
    if (rc == TW_OK)
        rc = tw_work_derive(work, "frequency", table, err);
    if (rc == TW_OK)
        work->fresh->n_keys = r.n_columns;
    tw_table_unref(table);
    ranking_fini(&r);
    return rc;
}

/* --- facet --- */

typedef struct facet_args {
    tw_str col;
    int64_t n;
} facet_args;

static const tw_param facet_params[] = {
    TW_ROW(facet_args, col, COLUMN, .flags = TW_WORD, .help = "a column"),
    TW_ROW(facet_args, n, INT, .fallback = "1000", .min = 1, .max = 1e6, .letter = 'n',
           .help = "how many values, the most frequent first"),
};

static enum tw_rc facet_line(const tw_work *work, const ranking *r, int64_t i, tw_doc *list,
                             tw_error *err) {
    size_t column = (size_t)r->columns[0];
    const tw_field *field = tw_table_field(work->table, column);
    tw_cell cell = tw_column_cell(tw_table_column(work->table, column), r->rows[i]);
    tw_buf value, same;
    tw_buf_init(&value, TW_BUF_MAX);
    tw_buf_init(&same, TW_BUF_MAX);
    tw_cell_write(&cell, &field->format, &value);
    tw_condition_same(tw_str_c(field->name), &cell, &same);
    bool good = !value.failed && !same.failed;
    tw_doc *line = tw_doc_list();
    if (good && line) {
        tw_doc_add(line,
                   cell.state == TW_MISSING ? tw_doc_null() : tw_doc_text(tw_buf_view(&value)));
        tw_doc_add(line, tw_doc_int(count_at(r, i)));
        tw_doc_add(line, tw_doc_number(share_at(work, r, i)));
        tw_doc_add(line, tw_doc_text(tw_buf_view(&same)));
    }
    good = tw_doc_add(list, line) && good;
    tw_buf_fini(&value);
    tw_buf_fini(&same);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc work_facet(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    static const char *const columns[] = {"value", "count", "share", "filter"};
    const facet_args *args = raw;
    const tw_str_list one = {(tw_str[]){args->col}, 1};
    ranking r = {0};
    enum tw_rc rc = tw_work_columns(work, &one, &r.columns, &r.n_columns, err);
    if (rc == TW_OK && r.n_columns != 1)
        rc = tw_fail(err, TW_EUSAGE, "facet: '%.*s' are several columns; name one",
                     TW_ARG(args->col));
    if (rc == TW_OK)
        rc = rank(work, args->n, &r, err);
    if (rc == TW_OK && !(*out = tw_doc_table(columns, TW_COUNT(columns))))
        rc = tw_fail_memory(err);
    for (int64_t i = 0; rc == TW_OK && i < r.kept; i++)
        rc = facet_line(work, &r, i, *out, err);
    ranking_fini(&r);
    return rc;
}

#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_group[] = {
    {.name = "frequency",
     .alias = "freq",
     .scope = TW_SCOPE_FILE,
     .flags = TW_COMMAND_IN_VIEW | TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE |
              TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE | TW_COMMAND_NAMED_COLUMNS,
     PARAMS(frequency_params, frequency_args),
     .summary = "Count the values of columns, the most frequent first",
     .help = "One row for each value (of several columns: each combination that occurs) with its "
             "count and its share of all rows; equal counts in the order of the values. Missing "
             "cells count as one value, left empty (null in JSON). On screen a new dataset.",
     .example = "frequency smoker samples/patients.csv",
     .work = work_frequency},
    {.name = "facet",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_LOOKS |
              TW_COMMAND_IN_VIEW,
     PARAMS(facet_params, facet_args),
     .summary = "List the values of a column with their counts; Enter filters by one",
     .example = "facet smoker",
     .view = "facet",
     .work = work_facet},
};
const size_t tw_commands_group_count = TW_COUNT(tw_commands_group);
