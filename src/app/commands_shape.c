/* Tables of another shape: melt turns columns into rows, transpose exchanges the two. What they
 * leave looks at the table it was made from and copies nothing, so that a large file is as quick as
 * a small one. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "data/melt.h"
#include "data/transpose.h"

/* --- melt --- */

typedef struct melt_args {
    tw_str_list cols;
    tw_str name, value;
} melt_args;

static const tw_param melt_params[] = {
    TW_ROW(melt_args, cols, COLUMNS, .flags = TW_WORD,
           .help = "columns that become rows; '!id' means all but id, which stays"),
    TW_ROW(melt_args, name, TEXT, .fallback = "variable",
           .help = "name of the column that says which column a value stood in"),
    TW_ROW(melt_args, value, TEXT, .fallback = "value", .help = "name of the column of values"),
};

static enum tw_rc name_arg(tw_work *work, const char *flag, tw_str name, const char **out,
                           tw_error *err) {
    tw_str copy = tw_arena_str(&work->arena, name);
    *out = copy.p;
    if (!copy.p)
        return tw_fail_memory(err);
    if (name.n == 0 || tw_str_find_char(name, '\0', 0) != SIZE_MAX)
        return tw_fail(err, TW_EUSAGE, "%s: a column needs a name; give one", flag);
    return TW_OK;
}

static enum tw_rc work_melt(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const melt_args *args = raw;
    const char *names[2];
    int *columns = NULL;
    size_t n = 0;
    tw_table *table = NULL;
    (void)out;
    enum tw_rc rc = tw_work_columns(work, &args->cols, &columns, &n, err);
    if (rc == TW_OK)
        rc = name_arg(work, "--name", args->name, &names[0], err);
    if (rc == TW_OK)
        rc = name_arg(work, "--value", args->value, &names[1], err);
    if (rc == TW_OK)
        rc = tw_table_melt(work->table, columns, n, names, work->task, &table, err);
    if (rc == TW_OK)
        rc = tw_work_derive(work, "melt", table, err);
    tw_table_unref(table);
    return rc;
}

/* Texts are passed on as they stand, unless columns are chosen by type. */
static bool melts_texts(const void *raw) {
    return tw_names_no_types(&((const melt_args *)raw)->cols);
}

/* --- transpose --- */

static enum tw_rc work_transpose(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    tw_table *table = NULL;
    (void)raw;
    (void)out;
    enum tw_rc rc = tw_table_transpose(work->table, work->task, &table, err);
    if (rc == TW_OK)
        rc = tw_work_derive(work, "transpose", table, err);
    tw_table_unref(table);
    return rc;
}

static bool always_texts(const void *raw) {
    (void)raw;
    return true;
}

#define DERIVES                                                                                    \
    (TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE |               \
     TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_shape[] = {
    {.name = "melt",
     .scope = TW_SCOPE_FILE,
     .flags = DERIVES,
     PARAMS(melt_params, melt_args),
     .summary = "Turn columns into rows: a wide table into a long one",
     .help = "Each row becomes one row for each of COLS, in their order: the other columns as they "
             "are, then the column's name and its cell. Rows of one record stay together. Name what "
             "becomes rows ('q1,q2', '/^q/', 5-8) or, behind '!', what does not ('!id,!name'). The "
             "text of cells stays, missing cells are kept. On screen a new dataset; values "
             "are numbers where all COLS are, and text where types differ.",
     .example = "melt weight_kg,height_cm --name measure samples/patients.csv",
     .untyped = melts_texts,
     .work = work_melt},
    {.name = "transpose",
     .scope = TW_SCOPE_FILE,
     .flags = DERIVES,
     .summary = "Exchange rows and columns",
     .help = "One row for each column: its name in the column 'column', then its cells in columns "
             "'1', '2' …, one for each row. The text of cells stays. A table may have up to 16384 "
             "rows; cut longer ones first, with 'head', 'slice', 'sample' or 'where'. On screen a new dataset.",
     .example = "transpose samples/patients.csv",
     .untyped = always_texts,
     .work = work_transpose},
};
const size_t tw_commands_shape_count = TW_COUNT(tw_commands_shape);
