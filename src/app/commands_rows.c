/* Cutting a file: head, tail, slice, sample, select, where, sort and convert. On the command line
 * the table they leave is written; records that are not changed go out as the bytes they came in.
 */
#include "app/commands.h"

#include "app/session_impl.h"
#include "app/write.h"
#include "base/random.h"
#include "io/save.h"

/* --- rows by number --- */

/* The table with these rows, whose array (NULL: memory is out) is taken over. */
static enum tw_rc cut_rows(tw_work *work, const tw_table *table, int64_t *rows, int64_t n,
                           tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = rows ? tw_draft_new(table, &draft, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_draft_take_rows(draft, rows, n, work->task, err);
    else
        free(rows);
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

/* The table with these rows (taken over) becomes the next version. */
static enum tw_rc keep_rows(tw_work *work, int64_t *rows, int64_t n, tw_error *err) {
    tw_table *table = NULL;
    tw_state *next = tw_work_next(work);
    enum tw_rc rc = cut_rows(work, work->table, rows, n, &table, err);
    if (rc == TW_OK && !next)
        rc = tw_fail_memory(err);
    if (rc != TW_OK)
        tw_table_unref(table);
    else
        tw_state_set_table(next, table);
    return rc;
}

/* first, first + 1 … end - 1; NULL when memory is out. */
static int64_t *row_range(int64_t first, int64_t end) {
    int64_t n = TW_MAX(end - first, 0), *rows = tw_calloc((size_t)n, sizeof *rows);
    for (int64_t i = 0; rows && i < n; i++)
        rows[i] = first + i;
    return rows;
}

static enum tw_rc keep_range(tw_work *work, int64_t first, int64_t end, tw_error *err) {
    return keep_rows(work, row_range(first, end), TW_MAX(end - first, 0), err);
}

/* The same of a file that has not been read. Its head is there before anything is indexed: that is
 * what makes it quick, whatever the size. */
static enum tw_rc keep_unread(tw_work *work, int64_t first, int64_t end, tw_error *err) {
    tw_table *table = NULL;
    bool quick = end && end < INT64_MAX && !work->json; /* JSON wants types: those of the whole */
    enum tw_rc rc =
        quick ? tw_opened_head_table(work->dataset->opened, end, &table, err) : TW_OK;
    work->partial = table != NULL;
    if (rc == TW_OK && !table)
        rc = tw_dataset_read(work->dataset, work->task, &table, err);
    if (rc != TW_OK)
        return rc;
    end = TW_MIN(end, tw_table_rows(table));
    int64_t *rows = row_range(first, end);
    rc = cut_rows(work, table, rows, TW_MAX(end - first, 0), &work->base, err);
    tw_table_unref(table);
    return rc;
}

typedef struct rows_args {
    int64_t n;
} rows_args;

static const tw_param rows_params[] = {
    TW_ROW(rows_args, n, INT, .fallback = "10", .min = 0, .max = 9e15, .letter = 'n',
           .help = "how many rows"),
};
static const tw_param sample_params[] = {
    TW_ROW(rows_args, n, INT, .min = 0, .max = 9e15, .flags = TW_WORD, .help = "how many rows"),
};

static enum tw_rc work_head(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const rows_args *args = raw;
    (void)out;
    if (!work->state)
        return keep_unread(work, 0, args->n, err);
    return keep_range(work, 0, TW_MIN(args->n, tw_table_rows(work->table)), err);
}

static enum tw_rc work_tail(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const rows_args *args = raw;
    (void)out;
    int64_t rows = tw_table_rows(work->table);
    return keep_range(work, TW_MAX(rows - args->n, 0), rows, err);
}

typedef struct slice_args {
    tw_str range;
} slice_args;

static const tw_param slice_params[] = {
    TW_ROW(slice_args, range, TEXT, .flags = TW_WORD,
           .help = "A:B, rows from 1, both ends included; A or B may be left out"),
};

static bool parse_end(tw_str text, int64_t otherwise, int64_t *out) {
    *out = otherwise;
    return !text.n || (tw_parse_i64(text, out) && *out >= 0);
}

static enum tw_rc work_slice(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const slice_args *args = raw;
    (void)out;
    int64_t rows = work->state ? tw_table_rows(work->table) : INT64_MAX, first, last;
    size_t colon = tw_str_find_char(args->range, ':', 0);
    tw_str a = tw_str_sub(args->range, 0, colon == SIZE_MAX ? args->range.n : colon);
    tw_str b = colon == SIZE_MAX ? a : tw_str_sub(args->range, colon + 1, args->range.n);
    if (!args->range.n || !parse_end(a, 1, &first) || !parse_end(b, rows, &last))
        return tw_fail(err, TW_EUSAGE, "slice: '%.*s' is no range of rows; write A:B, as in 5:20",
                       TW_ARG(args->range));
    if (first < 1 || (b.n && last < 1))
        return tw_fail(err, TW_EUSAGE, "slice: '%.*s': rows count from 1; write 1:%.*s",
                       TW_ARG(args->range), TW_ARG(b.n && last >= 1 ? b : TW_STR("10")));
    if (b.n && last < first)
        return tw_fail(err, TW_EUSAGE,
                       "slice: '%.*s' ends before it begins; write the smaller number first",
                       TW_ARG(args->range));
    if (!work->state)
        return keep_unread(work, first - 1, last, err);
    return keep_range(work, first - 1, TW_MIN(last, rows), err);
}

/* n of the rows, each set equally likely, in their order: those with the smallest of independent
 * draws. Selection sampling (Knuth 3.4.2, algorithm S): row i is taken with probability (still
 * wanted) / (still to come). */
static enum tw_rc work_sample(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const rows_args *args = raw;
    (void)out;
    int64_t rows = tw_table_rows(work->table), n = TW_MIN(args->n, rows), at = 0;
    int64_t *kept = tw_calloc((size_t)n, sizeof *kept);
    tw_stream stream = tw_stream_make(work->seed ? work->seed : 1, TW_STR("sample"), TW_STR(""));
    for (int64_t i = 0; kept && i < rows && at < n; i++)
        if (tw_draw_below(stream, (uint64_t)i, 0, (uint64_t)(rows - i)) < (uint64_t)(n - at))
            kept[at++] = i;
    return keep_rows(work, kept, n, err);
}

/* --- columns, conditions, order --- */

typedef struct select_args {
    tw_str_list cols;
} select_args;

static const tw_param select_params[] = {
    TW_ROW(select_args, cols, COLUMNS, .flags = TW_WORD, .help = "columns to keep, in this order"),
};

static bool selects_texts(const void *raw) {
    return tw_names_no_types(&((const select_args *)raw)->cols);
}

static enum tw_rc work_select(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const select_args *args = raw;
    (void)out;
    int *columns;
    size_t n;
    enum tw_rc rc = tw_work_columns(work, &args->cols, &columns, &n, err);
    if (rc != TW_OK)
        return rc;
    tw_view_state shown = {.columns = columns, .n_columns = n};
    tw_table *table = NULL;
    tw_state *next = tw_work_next(work);
    rc = next ? tw_view_table(work->table, &shown, work->task, &table, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        tw_state_set_table(next, table);
    return rc;
}

typedef struct where_args {
    tw_str expr;
} where_args;

static const tw_param where_params[] = {
    TW_ROW(where_args, expr, EXPR, .flags = TW_WORD | TW_PARAM_DASH,
           .help = "an expression: rows for which it is true are kept"),
};

static enum tw_rc work_where(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const where_args *args = raw;
    tw_doc *values = tw_doc_map();
    if (values)
        tw_doc_set(values, "expr", tw_doc_text(args->expr));
    return tw_work_step_named(work, "filter", values, work->batch ? NULL : out, err);
}

typedef struct sort_args {
    tw_str keys;
} sort_args;

static const tw_param sort_params[] = {
    TW_ROW(sort_args, keys, TEXT, .flags = TW_WORD | TW_PARAM_DASH,
           .help = "columns, as in city,-age: minus for descending"),
};

static enum tw_rc work_sort(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const sort_args *args = raw;
    tw_doc *values = tw_doc_map();
    if (values)
        tw_doc_set(values, "keys", tw_doc_text(args->keys));
    return tw_work_step_named(work, "arrange", values, work->batch ? NULL : out, err);
}

/* --- convert --- */

typedef struct convert_args {
    tw_str out, report, name;
    bool names, text, normalize;
} convert_args;

static const tw_param convert_params[] = {
    TW_ROW(
        convert_args, out, PATH, .fallback = "-", .letter = 'o',
        .help =
            "where to; its suffix (.csv .tsv .jsonl .json .sqlite, then .gz .zst .xz .bz2) chooses the format"),
    TW_ROW(convert_args, name, TEXT, .help = "SQLite: name of the table; else that of the file"),
    TW_ROW(convert_args, names, BOOL, .help = "write c1… where the file has no header"),
    TW_ROW(convert_args, text, BOOL, .help = "JSON Lines, SQLite: keep all cells as text"),
    TW_ROW(convert_args, normalize, BOOL, .help = "write cells in the plain form of their type"),
    TW_ROW(convert_args, report, PATH, .help = "write one JSON line for each repaired record"),
};

/* Ready before OUT is written: where a report cannot stand, OUT is not touched either. */
static enum tw_rc prepare_report(tw_work *work, tw_str to, tw_output **file, tw_error *err) {
    const char *path;
    if (!to.p)
        return TW_OK;
    enum tw_rc rc = tw_work_path(work, to, &path, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK)
        rc = tw_output_open(path, file, err);
    tw_doc *repairs = work->dataset->opened ? tw_opened_repairs(work->dataset->opened) : NULL;
    for (size_t i = 0; rc == TW_OK && i < tw_doc_count(repairs); i++)
        rc = tw_output_json(*file, tw_doc_at(repairs, i), err);
    tw_doc_free(repairs);
    return rc == TW_OK ? tw_output_prepare(*file, err) : rc;
}

static bool converts_texts(const void *raw) {
    const convert_args *args = raw;
    return !args->normalize && tw_path_is_text(args->out);
}

static enum tw_rc work_convert(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const convert_args *args = raw;
    const char *path;
    tw_write_options options = {
        .names = args->names,
        .text = args->text,
        .normalize = args->normalize,
        .table = args->name,
        .log = work->log};
    tw_output *report = NULL;
    enum tw_rc rc = tw_work_path(work, args->out, &path, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK)
        rc = prepare_report(work, args->report, &report, err);
    if (rc == TW_OK)
        rc = tw_write_table(work->table, path, &options, work->task, err);
    if (rc == TW_OK && report)
        rc = tw_output_commit(report, err);
    else
        tw_output_abort(report);
    if (rc != TW_OK || (work->batch && !work->json) || strcmp(path, "-") == 0)
        return rc;
    *out = tw_doc_map();
    bool good = *out && tw_doc_set(*out, "file", tw_doc_c(path)) &&
                tw_doc_set(*out, "rows", tw_doc_int(tw_table_rows(work->table)));
    return good ? TW_OK : tw_fail_memory(err);
}

#define CUTS                                                                                       \
    (TW_COMMAND_CLI | TW_COMMAND_NEEDS_DATA | TW_COMMAND_TABLE | TW_COMMAND_BACKGROUND |           \
     TW_COMMAND_NAMED_COLUMNS | TW_COMMAND_PASSES_CELLS)
#define RECORDS (CUTS | TW_COMMAND_SCREEN | TW_COMMAND_RECORDS)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_rows[] = {
    {.name = "head",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS & ~(unsigned)TW_COMMAND_NEEDS_DATA,
     PARAMS(rows_params, rows_args),
     .summary = "The first rows",
     .example = "head -n 3 samples/patients.csv",
     .work = work_head},
    {.name = "tail",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS,
     PARAMS(rows_params, rows_args),
     .summary = "The last rows",
     .example = "tail -n 3 samples/patients.csv",
     .work = work_tail},
    {.name = "slice",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS & ~(unsigned)TW_COMMAND_NEEDS_DATA,
     PARAMS(slice_params, slice_args),
     .summary = "Rows A to B, counted from 1, both included",
     .example = "slice 5:7 samples/patients.csv",
     .work = work_slice},
    {.name = "sample",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS,
     PARAMS(sample_params, rows_args),
     .summary = "Rows drawn at random, in their order",
     .help = "Every set of N rows is equally likely; the draw depends on --seed only.",
     .example = "sample 5 samples/patients.csv",
     .work = work_sample},
    {.name = "select",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS & ~(unsigned)TW_COMMAND_NAMED_COLUMNS,
     PARAMS(select_params, select_args),
     .summary = "Columns by name, number, pattern, type or role",
     .example = "select patient_id,age samples/patients.csv",
     .untyped = selects_texts,
     .work = work_select},
    {.name = "where",
     .scope = TW_SCOPE_FILE,
     .flags = RECORDS,
     PARAMS(where_params, where_args),
     .summary = "Rows for which an expression is true",
     .help = "On screen this drops the other rows, recorded as the step 'filter'; ':filter' only "
             "hides them.",
     .example = "where 'age > 80' samples/patients.csv",
     .work = work_where},
    {.name = "sort",
     .scope = TW_SCOPE_FILE,
     .flags = CUTS,
     PARAMS(sort_params, sort_args),
     .summary = "Rows in the order of columns",
     .help = "Missing cells come last in both directions; ties keep their order.",
     .example = "sort -age samples/patients.csv",
     .work = work_sort},
    {.name = "arrange",
     .scope = TW_SCOPE_DATASET,
     .flags =
         TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_RECORDS,
     PARAMS(sort_params, sort_args),
     .summary = "Put the rows into another order for good; ':sort' only shows them so",
     .work = work_sort},
    {.name = "convert",
     .scope = TW_SCOPE_FILE,
     .flags = TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND |
              TW_COMMAND_LOOKS,
     PARAMS(convert_params, convert_args),
     .summary = "Write the table in a plain format: CSV as in RFC 4180, TSV, JSON Lines or an SQLite database",
     .help = "Preamble, footer and blank lines are dropped; broken records are repaired and "
             "counted on stderr; the text of cells is not rewritten unless --normalize.",
     .example = "convert samples/customers.csv -o customers.jsonl",
     .untyped = converts_texts,
     .work = work_convert},
};
const size_t tw_commands_rows_count = TW_COUNT(tw_commands_rows);
