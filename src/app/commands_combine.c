/* Several tables into one: stack puts them end to end. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "app/write.h"
#include "data/stack.h"
#include "io/infer.h"
#include "io/save.h"
#include "io/source_csv.h"

/* --- stack --- */

typedef struct stack_args {
    tw_str_list files;
    tw_str source, out;
} stack_args;

static const tw_param stack_params[] = {
    TW_ROW(stack_args, files, PATH, .flags = TW_WORD | TW_PARAM_REST,
           .help = "files, or datasets by their names, in this order"),
    TW_ROW(stack_args, source, TEXT,
           .help = "a first column of this name says which file a row comes from"),
    TW_ROW(stack_args, out, PATH, .letter = 'o',
           .help = "where to; its suffix chooses the format, as in 'convert'"),
};

typedef struct stacking {
    const tw_table **tables;
    size_t n;
    tw_stack *stack;
    tw_table **parts;
    const char *out; /* NULL = none */
} stacking;

static void stacking_fini(stacking *s) {
    for (size_t k = 0; k < s->n; k++) {
        tw_table_unref(s->tables[k]);
        tw_table_unref(s->parts[k]);
    }
    free(s->tables);
    free(s->parts);
    tw_stack_free(s->stack);
}

static enum tw_rc open_all(tw_work *work, const stack_args *args, stacking *s, tw_error *err) {
    enum tw_rc rc = TW_OK;
    s->tables = tw_calloc(args->files.n, sizeof *s->tables);
    s->parts = tw_calloc(args->files.n, sizeof *s->parts);
    if (!s->tables || !s->parts)
        return tw_fail_memory(err);
    for (size_t k = 0; k < args->files.n && rc == TW_OK; k++) {
        const char *label;
        rc = tw_work_other_how(work, args->files.at[k], TW_OPEN_OTHERS, &s->tables[k], &label, err);
        s->n += rc == TW_OK;
        if (rc == TW_OK && s->out && strcmp(s->out, "-") != 0 &&
            tw_file_same_regular(label, s->out))
            rc = tw_fail(err, TW_EUSAGE, "%s: it is an input; write somewhere else", s->out);
    }
    return rc;
}

static enum tw_rc has_column(tw_work *work, const tw_table *table, tw_str option, bool *has,
                             tw_error *err) {
    size_t width = tw_table_width(table);
    tw_str *names = tw_arena_alloc(&work->arena, width + 1, sizeof *names);
    if (!names)
        return tw_fail_memory(err);
    for (size_t c = 0; c < width; c++)
        names[c] = tw_str_c(tw_table_field(table, c)->name);
    *has = *has || tw_option_has_column(option, names, width);
    return TW_OK;
}

/* A type or role is for the files that have its column; one file must. */
static enum tw_rc check_overrides(tw_work *work, const stacking *s, const char *flag,
                                  tw_error *err) {
    const tw_doc *given = tw_doc_get(work->reading, flag);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < tw_doc_count(given) && rc == TW_OK; i++) {
        tw_str option = tw_doc_as_text(tw_doc_at(given, i), TW_STR(""));
        bool has = false;
        for (size_t k = 0; k < s->n && rc == TW_OK; k++)
            rc = has_column(work, s->tables[k], option, &has, err);
        if (rc == TW_OK && !has)
            rc = tw_fail(err, TW_EUNKNOWN_COLUMN,
                         "--%s '%.*s': no file has that column; see `trowel sniff` for the names",
                         flag, TW_ARG(option));
    }
    return rc;
}

/* Names c1… of a file without a header are no header for the others, but where one has names all
 * get them. */
static bool wants_header(const stacking *s, const stack_args *args) {
    for (size_t k = 0; k < s->n; k++) {
        const tw_source_csv *source = tw_source_csv_of(tw_table_source(s->tables[k]));
        if (!source || source->sniffed.dialect.header_rows > 0)
            return true;
    }
    return args->source.p != NULL;
}

/* Row by row, with the bytes of the files. */
static enum tw_rc write_parts(tw_work *work, const stack_args *args, stacking *s, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t k = 0; k < s->n && rc == TW_OK; k++)
        rc = tw_stack_part(s->stack, k, &s->parts[k], err);
    tw_write_options options = {.names = wants_header(s, args)};
    if (rc == TW_OK)
        rc = tw_write_tables((const tw_table *const *)s->parts, s->n, s->out ? s->out : "-",
                             &options, work->task, err);
    return rc;
}

/* {"file", "rows", "columns"} */
static enum tw_rc written_doc(const stacking *s, tw_doc **out, tw_error *err) {
    int64_t rows = 0;
    for (size_t k = 0; k < s->n; k++)
        rows += tw_table_rows(s->tables[k]);
    *out = tw_doc_map();
    bool good = *out && tw_doc_set(*out, "file", tw_doc_c(s->out)) &&
                tw_doc_set(*out, "rows", tw_doc_int(rows)) &&
                tw_doc_set(*out, "columns", tw_doc_int((int64_t)tw_stack_width(s->stack)));
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc join_all(tw_work *work, const stacking *s, tw_doc **out, tw_error *err) {
    tw_table *whole = NULL;
    enum tw_rc rc = tw_stack_join(s->stack, work->task, &whole, err);
    if (rc == TW_OK && work->batch)
        rc = tw_table_doc(whole, work->task, out, err);
    else if (rc == TW_OK)
        rc = tw_dataset_derive("stack", NULL, whole, NULL, &work->fresh, err);
    tw_table_unref(whole);
    return rc;
}

static enum tw_rc put_stack(tw_work *work, const stack_args *args, stacking *s, tw_doc **out,
                            tw_error *err) {
    bool to_file = s->out && strcmp(s->out, "-") != 0;
    if (!to_file && (!work->batch || work->json))
        return join_all(work, s, out, err);
    enum tw_rc rc = write_parts(work, args, s, err);
    if (rc == TW_OK && to_file && (!work->batch || work->json))
        rc = written_doc(s, out, err);
    return rc;
}

static enum tw_rc work_stack(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const stack_args *args = raw;
    stacking s = {0};
    char *source = args->source.p ? tw_str_dup(args->source) : NULL;
    enum tw_rc rc = args->out.p ? tw_work_path(work, args->out, &s.out, err) : TW_OK;
    if (rc == TW_OK && args->source.p && !source)
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = open_all(work, args, &s, err);
    if (rc == TW_OK)
        rc = check_overrides(work, &s, "type", err);
    if (rc == TW_OK)
        rc = check_overrides(work, &s, "role", err);
    if (rc == TW_OK)
        rc = tw_stack_new(s.tables, s.n, source, args->files.at, &s.stack, err);
    if (rc == TW_OK)
        rc = put_stack(work, args, &s, out, err);
    stacking_fini(&s);
    free(source);
    return rc;
}

#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_combine[] = {
    {.name = "stack",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_READS | TW_COMMAND_BACKGROUND |
              TW_COMMAND_UNDOABLE,
     PARAMS(stack_params, stack_args),
     .summary = "Put files end to end, columns matched by name",
     .help = "The columns are those of the first file in its order, then what each further file "
             "adds; of several columns called the same the second matches the second. Cells of "
             "columns that a file lacks are missing. Each file is read as it is written; the text "
             "of cells stays. On screen a new dataset.",
     .example = "stack samples/patients.csv samples/patients.csv --source file",
     .work = work_stack},
};
const size_t tw_commands_combine_count = TW_COUNT(tw_commands_combine);
