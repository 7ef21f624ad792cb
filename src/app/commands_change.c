/* Changing data by hand and by findings: edit, accept, silence, rename, type, role, drop, mutate.
 * Each is a step of the recipe, so what was done with the cursor runs again without it. */
#include "app/commands.h"

#include "app/session_impl.h"

/* --- edit --- */

typedef struct text_args {
    tw_str text;
} text_args;

static const tw_param edit_params[] = {
    {.name = "value",
     .kind = TW_PARAM_EXPR,
     .offset = offsetof(text_args, text),
     .flags = TW_WORD | TW_PARAM_DASH,
     .help = "what the cell under the cursor is to hold; \"\" empties it"},
};

/* The rest of the line as it stands; one word in quotes stands for what is inside. */
static enum tw_rc plain_value(tw_work *work, tw_str text, tw_str *out, tw_error *err) {
    tw_word *words;
    size_t n;
    enum tw_rc rc = tw_words_split(text, &work->arena, &words, &n, err);
    if (rc != TW_OK)
        return rc;
    bool whole = n == 1 && words[0].quoted && !words[0].open && text.n &&
                 (text.p[0] == '"' || text.p[0] == '\'');
    *out = whole ? words[0].text : tw_str_trim(text);
    return TW_OK;
}

/* Rows of the source from 1, new rows from -1 down: what the step calls a row. */
static int64_t source_row(const tw_table *table, int64_t row) {
    int64_t origin = tw_table_origin(table, row);
    return origin >= 0 ? origin + 1 : origin;
}

/* r:edit { row = 17, col = "age", was = "23O", to = "230" } */
static enum tw_rc work_edit(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const text_args *args = raw;
    tw_str value;
    enum tw_cell_state state;
    if (work->cursor_row < 0)
        return tw_fail(err, TW_EUSAGE, "edit: there is no cell under the cursor; go to one");
    enum tw_rc rc = plain_value(work, args->text, &value, err);
    tw_buf was;
    tw_buf_init(&was, TW_BUF_MAX);
    if (rc == TW_OK)
        rc = tw_table_text(work->table, (size_t)work->cursor_column, work->cursor_row, &was, &state,
                           err);
    tw_doc *step = rc == TW_OK ? tw_doc_map() : NULL;
    if (step) {
        tw_doc_set(step, "row", tw_doc_int(source_row(work->table, work->cursor_row)));
        tw_doc_set(step, "col",
                   tw_doc_c(tw_table_field(work->table, (size_t)work->cursor_column)->name));
        tw_doc_set(step, "was", tw_doc_text(tw_buf_view(&was)));
        tw_doc_set(step, "to", tw_doc_text(value));
    }
    tw_buf_fini(&was);
    return rc == TW_OK ? tw_work_step_named(work, "edit", step, out, err) : rc;
}

/* --- findings --- */

typedef struct number_args {
    int64_t n;
} number_args;

static const tw_param finding_params[] = {
    TW_ROW(number_args, n, INT, .fallback = "0", .min = 0, .max = 1e9, .flags = TW_PARAM_POSITIONAL,
           .help = "number in the list of findings; without it the one under the cursor, else the "
                   "first open one"),
};

/* Number from the list, else under the cursor, else the first without verdict. */
static size_t choose_finding(const tw_work *work, int64_t n) {
    const tw_finding_list *list = work->findings;
    const tw_verdict *verdicts = work->state->verdicts;
    if (n > 0)
        return (size_t)n - 1;
    if (tw_finding_list_rows_version(list) == work->state->rows_version && work->cursor_row >= 0) {
        const char *name = tw_table_field(work->table, (size_t)work->cursor_column)->name;
        int column = tw_table_find(tw_finding_list_table(list), tw_str_c(name));
        size_t found = tw_finding_list_find(list, column, work->cursor_row, verdicts);
        if (found != SIZE_MAX)
            return found;
    }
    for (size_t i = 0; i < tw_finding_list_count(list); i++)
        if (tw_finding_list_verdict(list, i, verdicts) == TW_OPEN)
            return i;
    return SIZE_MAX;
}

static enum tw_rc find_finding(tw_work *work, const char *who, int64_t n, size_t *out,
                               tw_error *err) {
    enum tw_rc rc = work->findings ? TW_OK : tw_work_need_findings(work, err);
    if (rc != TW_OK)
        return rc;
    size_t count = tw_finding_list_count(work->findings);
    *out = choose_finding(work, n);
    if (*out < count)
        return TW_OK;
    if (n > 0)
        return tw_fail(err, TW_EUSAGE, "%s: there is no finding %lld; the list has %zu", who,
                       (long long)n, count);
    return tw_fail(err, TW_EUSAGE, "%s: no finding is open; ':findings' looks again", who);
}

static enum tw_rc give_verdict(tw_work *work, enum tw_verdict_kind kind, size_t number,
                               tw_error *err) {
    tw_state *next = tw_work_next(work);
    tw_verdict *verdict =
        next ? tw_finding_list_judge(work->findings, number, kind, next->verdicts) : NULL;
    if (!verdict)
        return tw_fail_memory(err);
    tw_state_set_verdicts(next, verdict);
    return TW_OK;
}

static enum tw_rc work_accept(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const number_args *args = raw;
    size_t number;
    enum tw_rc rc = find_finding(work, "accept", args->n, &number, err);
    if (rc != TW_OK)
        return rc;
    const tw_finding *finding = tw_finding_list_at(work->findings, number);
    if (tw_finding_list_verdict(work->findings, number, work->state->verdicts) == TW_ACCEPTED)
        return tw_fail(err, TW_EUSAGE, "accept: its fix has been run; ':undo' takes it back");
    if (!finding->fix_method)
        return tw_fail(err, TW_EUSAGE,
                       "accept: there is no fix to offer for '%s'; ':silence' puts it away",
                       finding->message);
    tw_doc *fix = finding->fix_args ? tw_doc_copy(finding->fix_args) : tw_doc_map();
    rc = tw_work_step_named(work, finding->fix_method, fix, out, err);
    return rc == TW_OK ? give_verdict(work, TW_ACCEPTED, number, err) : rc;
}

static enum tw_rc work_silence(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const number_args *args = raw;
    size_t number;
    enum tw_rc rc = find_finding(work, "silence", args->n, &number, err);
    if (rc == TW_OK)
        rc = give_verdict(work, TW_SILENCED, number, err);
    if (rc == TW_OK)
        *out = tw_doc_printf("silenced: %s", tw_finding_list_at(work->findings, number)->message);
    return rc;
}

/* --- names, types, roles --- */

typedef struct pair_args {
    tw_str col, to;
} pair_args;

#define COL_PARAM(word)                                                                            \
    {                                                                                              \
        .name = word, .kind = TW_PARAM_COLUMN, .offset = offsetof(pair_args, col),                 \
        .flags = TW_WORD, .help = "a column"                                                       \
    }
static const tw_param rename_params[] = {
    COL_PARAM("old"),
    {.name = "new",
     .kind = TW_PARAM_TEXT,
     .offset = offsetof(pair_args, to),
     .flags = TW_WORD,
     .help = "its new name"},
};
static const tw_param type_params[] = {
    COL_PARAM("col"),
    {.name = "type",
     .kind = TW_PARAM_TEXT,
     .offset = offsetof(pair_args, to),
     .flags = TW_WORD,
     .help = "boolean, integer, float, date, time, datetime or text"},
};
static const tw_param role_params[] = {
    COL_PARAM("col"),
    {.name = "role",
     .kind = TW_PARAM_TEXT,
     .offset = offsetof(pair_args, to),
     .flags = TW_WORD,
     .help =
         "id, entity, target, group, quasi, sensitive, time, weight, split, text, ignore or none"},
};

static enum tw_rc two_texts(tw_work *work, const char *step, const char *a, tw_str x, const char *b,
                            tw_str y, tw_doc **out, tw_error *err) {
    tw_doc *args = tw_doc_map();
    if (args) {
        tw_doc_set(args, a, tw_doc_text(x));
        tw_doc_set(args, b, tw_doc_text(y));
    }
    return tw_work_step_named(work, step, args, out, err);
}

/* r:rename { cols = "old", to = "new" } */
static enum tw_rc work_rename(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const pair_args *args = raw;
    int column;
    enum tw_rc rc = tw_table_require(work->table, args->col, &column, err);
    if (rc != TW_OK)
        return rc;
    return two_texts(work, "rename", "cols", args->col, "to", args->to, out, err);
}

static enum tw_rc work_type(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const pair_args *args = raw;
    return two_texts(work, "set_type", "cols", args->col, "type", args->to, out, err);
}

static enum tw_rc work_role(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const pair_args *args = raw;
    return two_texts(work, "role", "cols", args->col, "role", args->to, out, err);
}

/* --- columns out and in --- */

static const tw_param drop_params[] = {
    {.name = "cols",
     .kind = TW_PARAM_TEXT,
     .offset = offsetof(text_args, text),
     .flags = TW_WORD,
     .help = "columns to take out"},
};
static const tw_param mutate_params[] = {
    {.name = "assignment",
     .kind = TW_PARAM_EXPR,
     .offset = offsetof(text_args, text),
     .flags = TW_WORD,
     .help = "NAME = EXPR: a new column, or new cells for an old one"},
};

static enum tw_rc work_drop(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const text_args *args = raw;
    tw_doc *step = tw_doc_map();
    if (step)
        tw_doc_set(step, "cols", tw_doc_text(args->text));
    return tw_work_step_named(work, "drop", step, out, err);
}

static enum tw_rc work_mutate(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const text_args *args = raw;
    size_t equals = tw_str_find_char(args->text, '=', 0);
    tw_str name = equals == SIZE_MAX ? TW_STR("") : tw_str_trim(tw_str_sub(args->text, 0, equals));
    if (name.n > 1 && name.p[0] == '`' && name.p[name.n - 1] == '`')
        name = tw_str_sub(name, 1, name.n - 1);
    if (!name.n)
        return tw_fail(err, TW_EUSAGE, "mutate: no column is named; write ':mutate ratio = a / b'");
    tw_doc *step = tw_doc_map();
    if (step)
        tw_doc_set_str(step, name,
                       tw_doc_text(tw_str_trim(tw_str_sub(args->text, equals + 1, args->text.n))));
    return tw_work_step_named(work, "mutate", step, out, err);
}

#define CHANGE                                                                                     \
    (TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_RECORDS)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_change[] = {
    {.name = "edit",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(edit_params, text_args),
     .summary = "Change the cell under the cursor",
     .example = "edit Oslo",
     .work = work_edit},
    {.name = "accept",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(finding_params, number_args),
     .summary = "Run the fix of a finding",
     .work = work_accept},
    {.name = "silence",
     .scope = TW_SCOPE_DATASET,
     .flags =
         TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE,
     PARAMS(finding_params, number_args),
     .summary = "Put a finding away: it is none",
     .work = work_silence},
    {.name = "rename",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(rename_params, pair_args),
     .summary = "Give a column another name",
     .example = "rename bmi body_mass_index",
     .work = work_rename},
    {.name = "type",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(type_params, pair_args),
     .summary = "Read a column as another type; its text stays",
     .example = "type postcode text",
     .work = work_type},
    {.name = "role",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(role_params, pair_args),
     .summary = "Say what a column is for",
     .example = "role readmitted target",
     .work = work_role},
    {.name = "drop",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(drop_params, text_args),
     .summary = "Take columns out for good; ':hide' only hides them",
     .example = "drop email,phone",
     .work = work_drop},
    {.name = "mutate",
     .scope = TW_SCOPE_DATASET,
     .flags = CHANGE,
     PARAMS(mutate_params, text_args),
     .summary = "Compute a column",
     .example = "mutate ratio = weight_kg / height_cm",
     .work = work_mutate},
};
const size_t tw_commands_change_count = TW_COUNT(tw_commands_change);
