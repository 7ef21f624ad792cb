/* Derived tables into files: the path's suffix chooses the sink, rows go through it in blocks. */
#include "io/format.h"
#include "io/sink.h"
#include "io/source_csv.h"

#define BLOCK_ROWS 4096

/* TW_EUNSUPPORTED for suffixes of formats that trowel only knows by name. */
static enum tw_rc format_of(const char *path, enum tw_out_format *out, tw_error *err) {
    const tw_file_format *format = tw_file_format_of_path(tw_str_c(path));
    *out = TW_OUT_CSV;
    if (!format)
        return TW_OK;
    if (!format->writes)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "%s: trowel does not write this format; write CSV and convert it with `%s`",
                       format->name, format->converter);
    if (strcmp(format->name, "tsv") == 0)
        *out = TW_OUT_TSV;
    else if (strcmp(format->name, "jsonl") == 0)
        *out = TW_OUT_JSONL;
    return TW_OK;
}

typedef struct write_call {
    tw_sink *sink;
    const tw_table *table;
    const int64_t *chosen;
    int64_t n;
    const tw_table *const *more; /* tables of the same columns whose rows follow */
    size_t n_more;
    tw_out *out;
    tw_task *task;
} write_call;

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
    enum tw_out_format format;
    enum tw_rc rc = format_of(path, &format, err);
    if (rc == TW_OK)
        rc = tw_out_open(path, NULL, &call->out, err);
    if (rc)
        return rc;
    options = options ? options : &plain;
    const tw_csv_style style = format == TW_OUT_TSV ? TW_CSV_STYLE_TSV : TW_CSV_STYLE_RFC;
    tw_task_begin(call->task, "writing", rows_of(call));
    if (format == TW_OUT_JSONL)
        rc = tw_jsonl_sink_new(call->out, options, call->task, &call->sink, err);
    else
        rc = tw_csv_sink_new(call->out, &style, options, call->task, &call->sink, err);
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
