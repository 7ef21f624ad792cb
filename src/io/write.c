/* Derived tables into files: the path's suffix chooses the sink, rows go through it in blocks. */
#include "io/format.h"
#include "io/sink.h"
#include "io/source_csv.h"

#define BLOCK_ROWS 4096

typedef struct write_call {
    const char *path;
    const tw_write_options *options;
    tw_sink *sink;
    const tw_table *table;
    const int64_t *chosen;
    int64_t n;
    const tw_table *const *more; /* tables of the same columns whose rows follow */
    size_t n_more;
    tw_out *out;
    tw_task *task;
} write_call;

/* --- sinks, by format --- */

static enum tw_rc csv_sink(write_call *c, tw_error *err) {
    const tw_csv_style style = TW_CSV_STYLE_RFC;
    return tw_csv_sink_new(c->out, &style, c->options, c->task, &c->sink, err);
}

static enum tw_rc tsv_sink(write_call *c, tw_error *err) {
    const tw_csv_style style = TW_CSV_STYLE_TSV;
    return tw_csv_sink_new(c->out, &style, c->options, c->task, &c->sink, err);
}

static enum tw_rc jsonl_sink(write_call *c, tw_error *err) {
    return tw_jsonl_sink_new(c->out, false, c->options, c->task, &c->sink, err);
}

static enum tw_rc json_sink(write_call *c, tw_error *err) {
    return tw_jsonl_sink_new(c->out, true, c->options, c->task, &c->sink, err);
}

static enum tw_rc sqlite_sink(write_call *c, tw_error *err) {
    return tw_sqlite_sink_new(c->out, c->path, c->options, c->task, &c->sink, err);
}

static const struct {
    const char *format;
    enum tw_rc (*make)(write_call *c, tw_error *err);
} sinks[] = {{"csv", csv_sink},
             {"tsv", tsv_sink},
             {"jsonl", jsonl_sink},
             {"json", json_sink},
             {"sqlite", sqlite_sink}};

static enum tw_rc make_sink(write_call *c, tw_error *err) {
    const tw_file_format *format = tw_file_format_of_path(tw_str_c(c->path));
    const char *name = c->options->format ? c->options->format : format ? format->name : "csv";
    for (size_t i = 0; i < TW_COUNT(sinks); i++)
        if (strcmp(name, sinks[i].format) == 0)
            return sinks[i].make(c, err);
    return csv_sink(c, err);
}

/* TW_EUNSUPPORTED for suffixes of formats that trowel only knows by name; TW_EUSAGE where a
 * database that holds the table, and maybe others, would be replaced by this table alone. */
static enum tw_rc check_target(const tw_table *table, const char *path, tw_error *err) {
    const tw_file_format *format = tw_file_format_of_path(tw_str_c(path));
    const tw_source_csv *source = tw_source_csv_of(tw_table_source(table));
    if (source && strcmp(source->sniffed.dialect.format, "sqlite") == 0 &&
        tw_file_same_regular(path, source->path))
        return tw_fail(err, TW_EUSAGE,
                       "%s is the database the table was read from, and is not written into; give "
                       "the name of a new file",
                       path);
    if (format && !format->writes)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "%s: trowel does not write this format; write CSV and convert that with "
                       "another program",
                       format->name);
    return TW_OK;
}

/* --- writing --- */

/* Rows that follow one another from i on, at most a block. */
static int64_t run_of(const write_call *c, int64_t i) {
    int64_t n = TW_MIN(c->n - i, (int64_t)BLOCK_ROWS), run = 1;
    if (!c->chosen)
        return n;
    while (run < n && c->chosen[i + run] == c->chosen[i] + run)
        run++;
    return run;
}

static enum tw_rc write_table(write_call *c, tw_error *err) {
    const tw_sink_ops *ops = c->sink->ops;
    enum tw_rc rc = ops->begin(c->sink, c->table, err);
    for (int64_t i = 0; i < c->n && rc == TW_OK && !tw_out_closed(c->out);) {
        int64_t run = run_of(c, i);
        rc = ops->rows(c->sink, c->chosen ? c->chosen[i] : i, run, err);
        if (rc == TW_OK)
            rc = tw_task_check(c->task, err);
        tw_task_advance(c->task, (uint64_t)run);
        i += run;
    }
    const tw_source_csv *source = tw_source_csv_of(tw_table_source(c->table));
    return rc == TW_OK && source ? tw_source_csv_check(source, err) : rc;
}

static enum tw_rc write_all(void *ctx, tw_error *err) {
    write_call *c = ctx;
    enum tw_rc rc = write_table(c, err);
    for (size_t k = 0; k < c->n_more && rc == TW_OK; k++) {
        c->table = c->more[k];
        c->n = tw_table_rows(c->table);
        rc = write_table(c, err);
    }
    return rc == TW_OK ? c->sink->ops->end(c->sink, err) : rc;
}

static uint64_t rows_of(const write_call *c) {
    uint64_t rows = (uint64_t)c->n;
    for (size_t k = 0; k < c->n_more; k++)
        rows += (uint64_t)tw_table_rows(c->more[k]);
    return rows;
}

static enum tw_rc write_to(write_call *call, const char *path, const tw_write_options *options,
                           tw_error *err) {
    static const tw_write_options plain = {0};
    enum tw_rc rc = check_target(call->table, path, err);
    for (size_t k = 0; k < call->n_more && rc == TW_OK; k++)
        rc = check_target(call->more[k], path, err);
    call->path = path;
    call->options = options ? options : &plain;
    if (rc == TW_OK)
        rc = tw_out_open(path, call->options->packed, NULL, &call->out, err);
    if (rc)
        return rc;
    tw_task_begin(call->task, "writing", rows_of(call));
    rc = make_sink(call, err);
    if (rc == TW_OK)
        rc = tw_file_guard(write_all, call, err);
    if (call->sink)
        call->sink->ops->free(call->sink);
    if (rc == TW_OK)
        return tw_out_commit(call->out, err);
    tw_out_abort(call->out);
    return rc;
}

enum tw_rc tw_write_chosen(const tw_table *table, const int64_t *rows, int64_t n, const char *path,
                           const tw_write_options *options, tw_task *task, tw_error *err) {
    write_call call = {
        .table = table, .chosen = rows, .n = rows ? n : tw_table_rows(table), .task = task};
    return write_to(&call, path, options, err);
}

enum tw_rc tw_write_tables(const tw_table *const *tables, size_t n, const char *path,
                           const tw_write_options *options, tw_task *task, tw_error *err) {
    write_call call = {.table = tables[0],
                       .n = tw_table_rows(tables[0]),
                       .more = tables + 1,
                       .n_more = n - 1,
                       .task = task};
    return write_to(&call, path, options, err);
}

enum tw_rc tw_write_table(const tw_table *table, const char *path, const tw_write_options *options,
                          tw_task *task, tw_error *err) {
    return tw_write_chosen(table, NULL, 0, path, options, task, err);
}
