/* Looking at data without changing it: sniff, profile, findings, outliers, count. */
#include "app/commands.h"

#include "app/report_to.h"
#include "app/session_impl.h"
#include "profile/outliers.h"

/* --- sniff, count --- */

/* A derived dataset has no file; the one it was made from has. */
static const tw_dataset *file_behind(const tw_dataset *d) {
    while (d && !d->opened)
        d = d->parent;
    return d;
}

static enum tw_rc run_sniff(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    const tw_dataset *d = file_behind(s->current);
    if (!d)
        return tw_fail(err, TW_EDATA,
                       "sniff: %s was not read from a file; use the dataset it was made from",
                       s->current->name);
    return tw_opened_doc(d->opened, out, err);
}

/* Counting records needs no types, so an unread file is gone over once and nothing is kept. */
static enum tw_rc work_count(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    int64_t rows = 0;
    enum tw_rc rc = TW_OK;
    if (work->state)
        rows = tw_table_rows(work->table);
    else
        rc = tw_opened_count(work->dataset->opened, work->task, &rows, err);
    if (rc != TW_OK)
        return rc;
    if (!work->state)
        tw_work_summary(work, work->dataset->opened, work->dataset->path);
    *out = tw_doc_map();
    return *out && tw_doc_set(*out, "rows", tw_doc_int(rows)) ? TW_OK : tw_fail_memory(err);
}

/* --- profile --- */

typedef struct profile_args {
    bool columns_only, full;
    tw_str html, markdown;
} profile_args;

static const tw_param profile_params[] = {
    TW_ROW(profile_args, columns_only, BOOL,
           .help = "leave out what relates columns, and the findings"),
    TW_ROW(profile_args, full, BOOL,
           .help = "relate columns over all rows, list all exact dependencies, however many"),
    TW_ROW(profile_args, html, PATH, .help = "write it as one HTML page with charts"),
    TW_ROW(profile_args, markdown, PATH, .help = "write it as Markdown"),
};

/* "left_out" of the document grows by what the findings left out; nothing left out, no such field.
 */
static bool say_left_out(const tw_doc *left_out, const char *who, tw_doc *doc) {
    if (!tw_doc_count(left_out))
        return true;
    tw_doc *all = tw_doc_get_mut(doc, "left_out");
    if (!all) {
        tw_doc_set(doc, "left_out", tw_doc_list());
        all = tw_doc_get_mut(doc, "left_out");
    }
    bool good = all != NULL;
    for (size_t i = 0; good && i < tw_doc_count(left_out); i++)
        good = tw_doc_add(all, tw_doc_printf("%s%s", who, tw_doc_as_c(tw_doc_at(left_out, i), "")));
    return good;
}

static enum tw_rc put_findings(const tw_work *work, const char *who, tw_doc *doc, tw_error *err) {
    const tw_finding_list *list = work->findings;
    bool good = say_left_out(tw_finding_list_left_out(list), who, doc) &&
                tw_doc_set(doc, "findings", tw_finding_list_doc(list, work->state->verdicts));
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc add_findings(tw_work *work, const tw_profile *profile, tw_doc *doc,
                               tw_error *err) {
    enum tw_rc rc = tw_work_make_findings(work, profile, err);
    return rc == TW_OK ? put_findings(work, "findings: ", doc, err) : rc;
}

static enum tw_rc make_profile(tw_work *work, const profile_args *args, tw_doc **out,
                               tw_error *err) {
    tw_profile_options options = {.columns_only = args->columns_only, .full = args->full};
    tw_profile *profile = NULL;
    int64_t began = tw_clock_monotonic(NULL);
    enum tw_rc rc = tw_profile_table(work->table, &options, work->task, &profile, err);
    if (rc != TW_OK)
        return rc;
    tw_doc *doc = tw_profile_doc(profile);
    const tw_dataset *file = file_behind(work->dataset);
    if (doc && file)
        tw_doc_set(doc, "bytes", tw_doc_int((int64_t)tw_opened_bytes(file->opened)));
    if (doc && !args->columns_only)
        rc = add_findings(work, profile, doc, err);
    if (doc && work->batch)
        tw_doc_set(doc, "seconds", tw_doc_number((double)(tw_clock_monotonic(NULL) - began) / 1e6));
    tw_profile_free(profile);
    if (rc == TW_OK && (!doc || tw_doc_failed(doc)))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        *out = doc;
    else
        tw_doc_free(doc);
    return rc;
}

static enum tw_rc work_profile(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const profile_args *args = raw;
    tw_report_to to = {args->html, args->markdown};
    tw_doc *doc = NULL;
    enum tw_rc rc = tw_report_check(work, &to, NULL, 0, err);
    if (rc == TW_OK)
        rc = make_profile(work, args, &doc, err);
    if (rc == TW_OK)
        rc = tw_report_write(work, &to, "profile", tw_report_title(work->dataset), NULL, &doc, err);
    if (rc == TW_OK)
        *out = doc;
    else
        tw_doc_free(doc);
    return rc;
}

/* --- findings --- */

enum fail_on { FAIL_NONE, FAIL_ERROR, FAIL_STYLE, FAIL_UNUSUAL };
typedef struct findings_args {
    tw_str cells, rows;
    int fail_on;
} findings_args;

static const tw_param findings_params[] = {
    TW_ROW(findings_args, cells, PATH, .help = "write one JSON line for each flagged cell"),
    TW_ROW(findings_args, rows, PATH, .help = "write one JSON line for each row with findings"),
    TW_ROW(findings_args, fail_on, CHOICE, .choices = "none|error|style|unusual",
           .fallback = "none",
           .help = "exit 1 when there are findings of this class or a graver one"),
};

static enum tw_rc put_line(tw_output *file, tw_doc *doc, tw_error *err) {
    enum tw_rc rc = doc ? tw_output_json(file, doc, err) : tw_fail_memory(err);
    tw_doc_free(doc);
    return rc;
}

static tw_doc *cell_line(const tw_finding *f, const tw_finding_cell *cell, const tw_table *table) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "row", tw_doc_int(cell->row));
    tw_doc_set(doc, "column", tw_doc_c(tw_table_field(table, (size_t)cell->column)->name));
    tw_doc_set(doc, "class", tw_doc_c(tw_finding_class_word(f->class)));
    tw_doc_set(doc, "kind", tw_doc_c(f->kind));
    tw_doc_set(doc, "value", tw_doc_text(cell->value));
    tw_doc_set(doc, "suggestion",
               cell->suggestion.p ? tw_doc_text(cell->suggestion) : tw_doc_null());
    tw_doc_set(doc, "confidence", tw_doc_number(cell->confidence));
    return doc;
}

static enum tw_rc write_cells(const tw_finding_list *list, tw_output *file, tw_error *err) {
    const tw_table *table = tw_finding_list_table(list);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < tw_finding_list_count(list) && rc == TW_OK; i++) {
        const tw_finding *f = tw_finding_list_at(list, i);
        for (size_t k = 0; k < f->n_cells && rc == TW_OK; k++)
            rc = put_line(file, cell_line(f, &f->cells[k], table), err);
    }
    return rc;
}

typedef struct row_flag {
    int64_t row;
    size_t finding;
} row_flag;

static int by_row(const void *a, const void *b) {
    const row_flag *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->finding > y->finding) - (x->finding < y->finding);
}

/* {"row": 3, "findings": ["range:age:1", …]} */
static tw_doc *row_line(const tw_finding_list *list, const row_flag *flags, size_t n) {
    tw_doc *doc = tw_doc_map(), *ids = tw_doc_list();
    for (size_t i = 0; ids && i < n; i++)
        if (!i || flags[i].finding != flags[i - 1].finding)
            tw_doc_add(ids, tw_doc_c(tw_finding_list_at(list, flags[i].finding)->id));
    if (!doc) {
        tw_doc_free(ids);
        return NULL;
    }
    tw_doc_set(doc, "row", tw_doc_int(flags[0].row));
    tw_doc_set(doc, "findings", ids);
    return doc;
}

static enum tw_rc write_rows(const tw_finding_list *list, tw_output *file, tw_error *err) {
    size_t total = 0, n = 0;
    for (size_t i = 0; i < tw_finding_list_count(list); i++)
        total += tw_finding_list_at(list, i)->n_cells;
    row_flag *flags = tw_calloc(total, sizeof *flags);
    if (!flags)
        return tw_fail_memory(err);
    for (size_t i = 0; i < tw_finding_list_count(list); i++)
        for (size_t k = 0; k < tw_finding_list_at(list, i)->n_cells; k++)
            flags[n++] = (row_flag){tw_finding_list_at(list, i)->cells[k].row, i};
    qsort(flags, n, sizeof *flags, by_row);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0, end; rc == TW_OK && i < n; i = end) {
        for (end = i + 1; end < n && flags[end].row == flags[i].row;)
            end++;
        rc = put_line(file, row_line(list, flags + i, end - i), err);
    }
    free(flags);
    return rc;
}

typedef enum tw_rc (*writer)(const tw_finding_list *list, tw_output *file, tw_error *err);

static enum tw_rc write_to(tw_work *work, tw_str path, const tw_finding_list *list, writer write,
                           tw_error *err) {
    const char *name;
    tw_output *file = NULL;
    if (!path.p)
        return TW_OK;
    enum tw_rc rc = tw_work_path(work, path, &name, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, name, false, err);
    if (rc == TW_OK)
        rc = tw_output_open(name, &file, err);
    if (rc != TW_OK)
        return rc;
    rc = write(list, file, err);
    if (rc == TW_OK)
        rc = tw_output_commit(file, err);
    else
        tw_output_abort(file);
    if (rc == TW_OK)
        tw_work_say_written(work, path);
    return rc;
}

static size_t count_upto(const tw_finding_list *list, int class) {
    size_t n = 0;
    for (size_t i = 0; i < tw_finding_list_count(list); i++)
        n += (int)tw_finding_list_at(list, i)->class <= class;
    return n;
}

static enum tw_rc work_findings(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const findings_args *args = raw;
    enum tw_rc rc = tw_work_need_findings(work, err);
    const tw_finding_list *list = work->findings;
    if (rc == TW_OK)
        rc = write_to(work, args->cells, list, write_cells, err);
    if (rc == TW_OK)
        rc = write_to(work, args->rows, list, write_rows, err);
    if (rc != TW_OK)
        return rc;
    tw_doc *doc = tw_doc_map();
    rc = put_findings(work, "", doc, err);
    if (rc != TW_OK) {
        tw_doc_free(doc);
        return rc;
    }
    *out = doc;
    if (args->fail_on != FAIL_NONE)
        work->found = count_upto(list, args->fail_on - FAIL_ERROR) > 0;
    return TW_OK;
}

/* The same without showing anything: marks for the grid as soon as a file has been read. */
static enum tw_rc work_scan(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out;
    return tw_work_need_findings(work, err);
}

/* --- outliers --- */

typedef struct outliers_args {
    tw_str scores, method;
    tw_str_list cols;
    int64_t top;
} outliers_args;

static const tw_param outliers_params[] = {
    TW_ROW(outliers_args, scores, PATH,
           .help = "write the scores there; the command line writes to stdout without it"),
    TW_ROW(outliers_args, cols, COLUMNS, .help = "columns to judge by; all without it"),
    TW_ROW(outliers_args, method, TEXT, .help = "how strangeness is measured"),
    TW_ROW(outliers_args, top, INT, .fallback = "20", .min = 1, .max = 1e6,
           .help = "rows to show, strangest first"),
};

static bool put_csv_text(tw_buf *out, const char *text) {
    if (!text)
        return true;
    if (!strpbrk(text, ",\"\n\r"))
        return tw_buf_c(out, text);
    tw_buf_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            tw_buf_char(out, '"');
        tw_buf_char(out, *text);
    }
    return tw_buf_char(out, '"');
}

static enum tw_rc scores_csv(const tw_outlier_scores *scores, const char *path, tw_error *err) {
    tw_output *file;
    tw_buf line;
    enum tw_rc rc = tw_output_open(path, &file, err);
    if (rc != TW_OK)
        return rc;
    tw_buf_init(&line, TW_BUF_MAX);
    rc = tw_output_write(file, "score,because\n", 14, err);
    for (int64_t i = 0; rc == TW_OK && i < scores->rows; i++) {
        char number[TW_NUMBER_MAX];
        tw_buf_clear(&line);
        tw_format_f64(number, scores->score[i]);
        tw_buf_c(&line, number);
        tw_buf_char(&line, ',');
        put_csv_text(&line, scores->because[i]);
        rc = tw_buf_char(&line, '\n') ? tw_output_write(file, line.p, line.n, err)
                                      : tw_fail_memory(err);
    }
    tw_buf_fini(&line);
    if (rc == TW_OK)
        return tw_output_commit(file, err);
    tw_output_abort(file);
    return rc;
}

typedef struct strange {
    double score;
    int64_t row;
} strange;

static int by_score(const void *a, const void *b) {
    const strange *x = a, *y = b;
    if (x->score > y->score || x->score < y->score)
        return x->score > y->score ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static tw_doc *strangest(const tw_outlier_scores *scores, int64_t top) {
    static const char *const columns[] = {"row", "score", "because"};
    strange *all = tw_calloc((size_t)scores->rows, sizeof *all);
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (int64_t i = 0; all && i < scores->rows; i++)
        all[i] = (strange){scores->score[i], i};
    if (all)
        qsort(all, (size_t)scores->rows, sizeof *all, by_score);
    for (int64_t i = 0; all && table && i < TW_MIN(top, scores->rows); i++) {
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_int(all[i].row));
            tw_doc_add(row, tw_doc_number(all[i].score));
            tw_doc_add(row, tw_doc_c(scores->because[all[i].row]));
        }
        tw_doc_add(table, row);
    }
    free(all);
    return table;
}

static enum tw_rc work_outliers(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const outliers_args *args = raw;
    const char *path = work->batch && !work->json ? "-" : NULL;
    const char *const *methods;
    tw_outlier_methods(&methods);
    tw_str method = args->method.p ? args->method : tw_str_c(methods[0]);
    tw_outlier_scores scores = {0};
    int *columns;
    size_t n;
    enum tw_rc rc = args->scores.p ? tw_work_path(work, args->scores, &path, err) : TW_OK;
    if (rc == TW_OK && path)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK)
        rc = tw_work_columns(work, &args->cols, &columns, &n, err);
    if (rc == TW_OK)
        rc = tw_outliers(work->table, columns, n, method, work->seed ? work->seed : 1, work->task,
                         &scores, err);
    if (rc == TW_OK && path)
        rc = scores_csv(&scores, path, err);
    if (rc == TW_OK)
        tw_work_say_written(work, args->scores);
    if (rc == TW_OK && (!work->batch || work->json)) {
        tw_doc *doc = tw_doc_map();
        bool good = doc && tw_doc_set(doc, "method", tw_doc_text(method)) &&
                    tw_doc_set(doc, "outliers", strangest(&scores, args->top));
        *out = doc;
        rc = good ? TW_OK : tw_fail_memory(err);
    }
    tw_outlier_scores_fini(&scores);
    return rc;
}

#define BOTH (TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA)
#define LOOKS (BOTH | TW_COMMAND_BACKGROUND | TW_COMMAND_LOOKS)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_look[] = {
    {.name = "sniff",
     .scope = TW_SCOPE_FILE,
     .flags = BOTH,
     .summary = "Say how a file is read: dialect, encoding, header, types, with reasons",
     .example = "sniff samples/customers.csv",
     .view = "sniff",
     .run = run_sniff},
    {.name = "count",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS & ~(unsigned)TW_COMMAND_NEEDS_DATA,
     .summary = "Count the data rows",
     .example = "count samples/sensors.csv",
     .view = "count",
     .work = work_count},
    {.name = "profile",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS | TW_COMMAND_ALL_COLUMNS,
     PARAMS(profile_params, profile_args),
     .summary = "Describe every column and how columns hang together",
     .help = "Column figures cover all rows. What relates columns covers all rows up to 2 million "
             "cells, above that a seeded sample of 100,000 rows. 'left_out' says what a limit left "
             "out of a wide table.",
     .example = "profile samples/patients.csv --columns-only",
     .view = "profile",
     .work = work_profile},
    {.name = "findings",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS | TW_COMMAND_ALL_COLUMNS,
     PARAMS(findings_params, findings_args),
     .summary = "List what looks wrong, gravest first, with evidence and a fix",
     .help = "Classes: error (a cell is wrong), style (it is written differently), unusual (worth "
             "a look). ':accept N' runs a finding's fix, ':silence N' puts it away.",
     .example = "findings samples/patients.csv",
     .view = "findings",
     .work = work_findings},
    {.name = "outliers",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS,
     PARAMS(outliers_params, outliers_args),
     .summary = "Score how strange each row is",
     .help = "One line for each data row in order: score (higher = stranger) and because.",
     .example = "outliers samples/transactions.csv --cols amount",
     .view = "outliers",
     .work = work_outliers},
    {.name = "scan",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_LOOKS |
              TW_COMMAND_HIDDEN,
     .summary = "Look for findings without showing them",
     .work = work_scan},
};
const size_t tw_commands_look_count = TW_COUNT(tw_commands_look);
