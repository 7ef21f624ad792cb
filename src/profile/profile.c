/* Makes a profile: columns side by side on the task's pool, then what relates them.
 *
 * Every column has an arena of its own, so workers share nothing; results stand by column number
 * and do not depend on how many workers there were. */
#include "profile/profile_impl.h"

#include "profile/column_profile.h"

typedef struct columns_job {
    tw_profile *profile;
    const tw_table *table;
    const int *numbers; /* columns of the table */
    const tw_profile_options *options;
    tw_task *task;
} columns_job;

static enum tw_rc one_column(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    columns_job *job = ctx;
    size_t column = (size_t)job->numbers[i];
    tw_column_profile *p = &job->profile->columns[i];
    const tw_field *field = tw_table_field(job->table, column);
    enum tw_rc rc = tw_column_profile_fill(field, tw_table_column(job->table, column),
                                           !job->options->no_histogram, &job->profile->arenas[i],
                                           job->task, p, err);
    tw_task_advance(job->task, 1);
    return rc ? tw_error_place(err, rc, NULL, -1, field->name) : TW_OK;
}

static enum tw_rc new_profile(const tw_table *table, size_t width, tw_profile **out,
                              tw_error *err) {
    tw_profile *p = tw_calloc(1, sizeof *p);
    if (!p)
        return tw_fail_memory(err);
    p->columns = tw_calloc(width, sizeof *p->columns);
    p->arenas = tw_calloc(width, sizeof *p->arenas);
    p->rows = tw_table_rows(table);
    if (!p->columns || !p->arenas) {
        tw_profile_free(p);
        return tw_fail_memory(err);
    }
    p->width = width;
    for (size_t i = 0; i < width; i++)
        tw_arena_init(&p->arenas[i]);
    *out = p;
    return TW_OK;
}

static enum tw_rc profile_columns(const tw_table *table, const int *numbers, size_t width,
                                  const tw_profile_options *options, tw_task *task,
                                  tw_profile **out, tw_error *err) {
    tw_profile *p = NULL;
    enum tw_rc rc = tw_table_need(table, numbers, width, task, err);
    if (!rc)
        rc = new_profile(table, width, &p, err);
    if (rc)
        return rc;
    columns_job job = {p, table, numbers, options, task};
    tw_task_begin(task, "profiling", width);
    rc = tw_parallel_for(task, width, one_column, &job, err);
    if (!rc)
        rc = tw_profile_semantics(p, table, numbers, task, err);
    if (!rc)
        rc = tw_profile_null_tokens(p, table, numbers, task, err);
    if (!rc && !options->columns_only)
        rc = tw_profile_parts(p, table, options->full, task, err);
    if (rc)
        tw_profile_free(p);
    else
        *out = p;
    return rc;
}

enum tw_rc tw_profile_table(const tw_table *table, const tw_profile_options *options, tw_task *task,
                            tw_profile **out, tw_error *err) {
    static const tw_profile_options usual = {0};
    size_t width = tw_table_width(table);
    int *numbers = tw_calloc(width, sizeof *numbers);
    if (!numbers)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++)
        numbers[i] = (int)i;
    enum tw_rc rc =
        width ? profile_columns(table, numbers, width, options ? options : &usual, task, out, err)
              : new_profile(table, 0, out, err);
    free(numbers);
    return rc;
}

enum tw_rc tw_profile_column(const tw_table *table, size_t column, tw_task *task, tw_profile **out,
                             tw_error *err) {
    static const tw_profile_options alone = {.columns_only = true};
    int number = (int)column;
    return profile_columns(table, &number, 1, &alone, task, out, err);
}

void tw_profile_free(tw_profile *profile) {
    if (!profile)
        return;
    for (size_t i = 0; i < profile->width; i++)
        tw_arena_fini(&profile->arenas[i]);
    tw_doc_free(profile->parts);
    tw_pairs_fini(&profile->pairs);
    free(profile->arenas);
    free(profile->columns);
    free(profile);
}

size_t tw_profile_width(const tw_profile *profile) {
    return profile->width;
}

const tw_column_profile *tw_profile_at(const tw_profile *profile, size_t column) {
    return &profile->columns[column];
}
