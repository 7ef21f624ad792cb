/* Two tables into one by a key. Which rows match is stat's business; what they look like side by
 * side is data's. Here keys are named, read in one type, and what came of it is told. */
#include "app/commands.h"

#include "app/session_impl.h"
#include "base/number.h"
#include "data/beside.h"
#include "data/stack.h"
#include "stat/join.h"

typedef struct join_args {
    tw_str other;
    tw_str_list on;
    int type;
    int64_t max_rows;
} join_args;

static const tw_param join_params[] = {
    TW_ROW(join_args, other, PATH, .flags = TW_WORD, .help = "a file or a dataset"),
    TW_ROW(join_args, on, COLUMNS,
           .help = "columns of FILE and OTHER that must be equal: 'id', 'id=number', 'id,day=date'; "
                   "all columns of the same name without"),
    TW_ROW(join_args, type, CHOICE, .choices = "inner|left|full|anti", .fallback = "inner",
           .help = "rows to keep: those that match; all of FILE; all of both; those of FILE that "
                   "match nothing"),
    TW_ROW(join_args, max_rows, INT, .fallback = "200000000", .min = 0, .max = 4e9,
           .help = "refuse to make more rows than this"),
};

enum { A, B };

typedef struct joining {
    tw_work *work;
    const join_args *args;
    const tw_table *tables[2]; /* FILE, borrowed; OTHER */
    const char *labels[2];
    int *keys[2];
    size_t n;
    tw_table *typed[2]; /* keys of both in one type */
    tw_join found;
} joining;

static void joining_fini(joining *j) {
    tw_table_unref(j->tables[B]);
    tw_table_unref(j->typed[A]);
    tw_table_unref(j->typed[B]);
    tw_join_fini(&j->found);
}

/* --- keys --- */

static enum tw_rc require(const joining *j, size_t side, tw_str name, int *out, tw_error *err) {
    enum tw_rc rc = tw_table_require(j->tables[side], tw_str_trim(name), out, err);
    return tw_error_place(err, rc, j->labels[side], -1, NULL);
}

/* "a=b", or one name for both; a name may hold a '=' itself. */
static enum tw_rc find_pair(joining *j, tw_str text, tw_error *err) {
    int *a = &j->keys[A][j->n], *b = &j->keys[B][j->n];
    size_t first = tw_str_find_char(text, '=', 0);
    j->n++;
    if (first == SIZE_MAX || require(j, A, text, a, NULL) == TW_OK) {
        enum tw_rc rc = require(j, A, text, a, err);
        return rc == TW_OK ? require(j, B, text, b, err) : rc;
    }
    size_t cut = first;
    while (cut != SIZE_MAX && require(j, A, tw_str_sub(text, 0, cut), a, NULL) != TW_OK)
        cut = tw_str_find_char(text, '=', cut + 1);
    if (cut == SIZE_MAX)
        return require(j, A, tw_str_sub(text, 0, first), a, err);
    return require(j, B, tw_str_sub(text, cut + 1, text.n), b, err);
}

/* Every column of FILE whose name OTHER has. */
static enum tw_rc find_common(joining *j, tw_error *err) {
    tw_buf names;
    tw_buf_init(&names, TW_BUF_MAX);
    for (size_t c = 0; c < tw_table_width(j->tables[A]); c++) {
        tw_str name = tw_str_c(tw_table_field(j->tables[A], c)->name);
        int other = tw_table_find(j->tables[B], name);
        if (other < 0 || tw_table_find(j->tables[A], name) != (int)c)
            continue;
        j->keys[A][j->n] = (int)c;
        j->keys[B][j->n] = other;
        tw_buf_c(&names, j->n++ ? ", " : "");
        tw_buf_str(&names, name);
    }
    enum tw_rc rc = tw_buf_check(&names, err);
    if (rc == TW_OK && j->n == 0)
        rc = tw_fail(err, TW_EDATA,
                     "join: %s and %s have no column in common; say which belong together with "
                     "--on A=B",
                     j->labels[A], j->labels[B]);
    if (rc == TW_OK)
        tw_say(j->work->log, TW_NOTE, "joined on the columns both have: %.*s",
               TW_ARG(tw_buf_view(&names)));
    tw_buf_fini(&names);
    return rc;
}

static enum tw_rc find_keys(joining *j, tw_error *err) {
    size_t most = tw_table_width(j->tables[A]) + j->args->on.n;
    enum tw_rc rc = TW_OK;
    for (size_t s = 0; s < 2; s++) {
        j->keys[s] = tw_arena_alloc(&j->work->arena, most + 1, sizeof **j->keys);
        if (!j->keys[s])
            return tw_fail_memory(err);
    }
    if (!j->args->on.n)
        return find_common(j, err);
    for (size_t i = 0; i < j->args->on.n && rc == TW_OK; i++)
        rc = find_pair(j, j->args->on.at[i], err);
    return rc;
}

/* Numbers of both kinds meet as numbers; any other two types as texts, which is said. */
static void note_types(const joining *j) {
    for (size_t k = 0; k < j->n; k++) {
        const tw_field *a = tw_table_field(j->tables[A], (size_t)j->keys[A][k]);
        const tw_field *b = tw_table_field(j->tables[B], (size_t)j->keys[B][k]);
        if (a->type == b->type ||
            tw_table_field(j->typed[A], (size_t)j->keys[A][k])->type != TW_TEXT)
            continue;
        tw_say(j->work->log, TW_NOTE, "%s is %s in %s, and %s in %s: compared as text", a->name,
               tw_type_name(a->type), j->labels[A], tw_type_name(b->type), j->labels[B]);
    }
}

/* --- the result --- */

/* Columns of OTHER that are no keys. */
static int *rest_of_other(const joining *j, size_t *n) {
    size_t width = tw_table_width(j->tables[B]);
    int *rest = tw_arena_alloc(&j->work->arena, width + 1, sizeof *rest);
    for (size_t c = 0; rest && c < width; c++) {
        bool key = false;
        for (size_t k = 0; k < j->n; k++)
            key = key || j->keys[B][k] == (int)c;
        if (!key)
            rest[(*n)++] = (int)c;
    }
    return rest;
}

static enum tw_rc put_beside(joining *j, tw_table **out, tw_error *err) {
    size_t n = 0;
    const int *rest = rest_of_other(j, &n);
    if (!rest)
        return tw_fail_memory(err);
    bool full = j->args->type == TW_JOIN_FULL;
    tw_beside pairs = {.a = j->tables[A],
                       .b = j->tables[B],
                       .rows_a = j->found.rows[A],
                       .rows_b = j->found.rows[B],
                       .rows = j->found.n,
                       .columns = rest,
                       .n = j->args->type == TW_JOIN_ANTI ? 0 : n,
                       .keys_a = j->keys[A],
                       .keys_b = j->keys[B],
                       .n_keys = full ? j->n : 0};
    j->found.rows[A] = j->found.rows[B] = NULL;
    return tw_table_beside(&pairs, j->work->task, out, err);
}

/* "a.csv: 4,998 of 5,018 rows match, 3 have no key; b.csv: all 12 rows match" */
static void note_matches(const joining *j) {
    tw_buf note;
    tw_buf_init(&note, 4096);
    for (size_t s = 0; s < 2; s++) {
        int64_t rows = tw_table_rows(j->tables[s]), found = j->found.matched[s];
        tw_buf_printf(&note, "%s%s: %s of %s rows match", s ? "; " : "", j->labels[s],
                      found == rows && rows ? "all" : tw_grouped(found).text,
                      tw_grouped(rows).text);
        if (j->found.missing[s])
            tw_buf_printf(&note, ", %s lack a key", tw_grouped(j->found.missing[s]).text);
    }
    if (!note.failed)
        tw_say(j->work->log, TW_NOTE, "%s", note.p);
    tw_buf_fini(&note);
}

static enum tw_rc join_tables(joining *j, tw_table **out, tw_error *err) {
    enum tw_rc rc =
        tw_tables_agree(j->tables, (const int *const[]){j->keys[A], j->keys[B]}, j->n, false,
                        j->work->task, j->typed, err);
    if (rc != TW_OK)
        return rc;
    note_types(j);
    const tw_join_side sides[] = {{j->typed[A], j->keys[A]}, {j->typed[B], j->keys[B]}};
    rc = tw_join_make(sides, j->n, (enum tw_join_kind)j->args->type, j->args->max_rows,
                      j->work->task, &j->found, err);
    if (rc != TW_OK)
        return rc;
    note_matches(j);
    for (size_t s = 0; s < 2; s++) {
        tw_table_unref(j->typed[s]); /* keys take memory no more */
        j->typed[s] = NULL;
    }
    return put_beside(j, out, err);
}

static enum tw_rc work_join(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const tw_dataset *mine = work->dataset;
    joining j = {.work = work, .args = raw, .tables = {work->table, NULL}};
    tw_table *table = NULL;
    (void)out;
    j.labels[A] = work->batch && mine->path ? mine->path : mine->name;
    if (work->batch && tw_str_eq_c(j.args->other, "-") && strcmp(j.labels[A], "-") == 0)
        return tw_fail(err, TW_EUSAGE, "join: stdin can be one of the two tables; name a file");
    enum tw_rc rc = tw_work_other_how(work, j.args->other, TW_OPEN_OTHERS, &j.tables[B], &j.labels[B],
                                      err);
    if (rc == TW_OK)
        rc = find_keys(&j, err);
    if (rc == TW_OK)
        rc = join_tables(&j, &table, err);
    if (rc == TW_OK)
        rc = tw_work_derive(work, "join", table, err);
    tw_table_unref(table);
    joining_fini(&j);
    return rc;
}

#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_join[] = {
    {.name = "join",
     .scope = TW_SCOPE_FILE,
     .flags = TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE |
              TW_COMMAND_BACKGROUND | TW_COMMAND_UNDOABLE | TW_COMMAND_NAMED_COLUMNS |
              TW_COMMAND_PASSES_CELLS,
     PARAMS(join_params, join_args),
     .summary = "Put rows of another table beside those with the same key",
     .help = "FILE's columns, then those of OTHER but its keys; a name that is there already gets "
             "'_2'. Rows stand in FILE's order, several matches of one in OTHER's; rows that only "
             "OTHER has come last, with its keys. Integers and floats meet as numbers, other "
             "types that differ as text. A missing key matches nothing. The text of cells stays. "
             "How many rows match is said. OTHER should be the smaller table. On screen a new "
             "dataset.",
     .example = "join samples/patients.csv --on patient_id samples/patients.csv",
     .work = work_join},
};
const size_t tw_commands_join_count = TW_COUNT(tw_commands_join);
