/* The load scan: rows of one column chunk a task, cells from spans into builders, parts joined in
 * order. */
#include "io/load_csv.h"

#define BATCH_BYTES                                                                                \
    ((size_t)1 << 17) /* spans and text of a batch stay in the second-level cache                  \
                       */

typedef struct load_job {
    tw_source_csv *s;
    const int *columns;
    const tw_field *fields;
    size_t n, chunks;
    tw_column **parts; /* n for each chunk */
    tw_task *task;
} load_job;

typedef struct load_chunk {
    const load_job *job;
    size_t chunk;
    tw_builder **builders; /* n; freed by the caller, also when the scan is cut short by a SIGBUS */
    tw_csv_cells cells;
    tw_buf scratch;
} load_chunk;

tw_null_set tw_null_set_of(const tw_str *tokens, size_t n) {
    tw_null_set set = {tokens, n, 0};
    for (size_t i = 0; i < n; i++)
        set.lengths |= (uint64_t)1 << TW_MIN(tokens[i].n, (size_t)63);
    return set;
}

/* [-]digits, at most 18: what nearly every whole number is. False = ask the type. */
static inline bool quick_whole(tw_str s, int64_t *out) {
    bool minus = s.n && s.p[0] == '-';
    int64_t value = 0;
    if (s.n == minus || s.n - minus > 18)
        return false;
    for (size_t i = minus; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *out = minus ? -value : value;
    return true;
}

/* [-]digits mark digits with at most 15 digits: the quotient of two exact doubles is the nearest
 * one (Clinger 1990). */
static inline bool quick_decimal(tw_str s, char mark, double *out) {
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool minus = s.n && s.p[0] == '-';
    size_t point = s.n;
    int64_t value = 0;
    if (s.n - minus > 16 || s.n < 3u + minus)
        return false;
    for (size_t i = minus; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (digit <= 9)
            value = value * 10 + digit;
        else if (s.p[i] == mark && point == s.n)
            point = i;
        else
            return false;
    }
    size_t decimals = s.n - point - 1;
    if (point == s.n || point == minus || decimals == 0 || value == 0)
        return false;
    *out = (double)(minus ? -value : value) / powers[decimals];
    return true;
}

static inline enum tw_rc add_parsed(tw_builder *b, const tw_type_ops *ops, const tw_field *field,
                                    tw_str cell_text, tw_error *err) {
    tw_cell cell;
    int64_t whole;
    double real;
    tw_str text = tw_cell_bare(cell_text);
    if (field->type == TW_INTEGER && quick_whole(text, &whole))
        return tw_builder_i64(b, whole, err);
    if (field->type == TW_FLOAT && quick_decimal(text, field->format.number.decimal, &real))
        return tw_builder_f64(b, real, err);
    if (!ops->parse(text, &field->format, &cell))
        return tw_builder_unreadable(b, cell_text, err);
    return tw_builder_cell(b, &cell, err);
}

/* One column of a batch into its builder. */
static enum tw_rc add_column(load_chunk *c, const tw_batch *batch, size_t i, tw_error *err) {
    const load_job *job = c->job;
    const tw_field *field = &job->fields[i];
    uint32_t column = (uint32_t)job->columns[i];
    const tw_null_set *nulls = &job->s->nulls[column];
    const tw_type_ops *ops = tw_type_ops_of(field->type);
    tw_builder *b = c->builders[i];
    enum tw_rc rc = TW_OK;
    for (size_t r = 0; r < batch->rows && rc == TW_OK; r++) {
        uint32_t cell = batch->first[r] + column;
        bool there = cell < batch->first[r + 1];
        tw_str text = {0};
        if (there && (batch->flags[cell] & TW_CELL_DOUBLED))
            text = tw_batch_text(batch, cell, &c->scratch);
        else if (there)
            text = (tw_str){batch->base + batch->cells[cell].at, batch->cells[cell].n};
        if (tw_null_set_has(nulls, text))
            rc = tw_builder_missing(b, 1, err);
        else if (field->type == TW_TEXT)
            rc = tw_builder_text(b, text, err);
        else
            rc = add_parsed(b, ops, field, text, err);
    }
    return rc;
}

static enum tw_rc scan_chunk(void *ctx, tw_error *err) {
    load_chunk *c = ctx;
    const load_job *job = c->job;
    tw_source_csv *s = job->s;
    int64_t row = (int64_t)(c->chunk * TW_CHUNK_ROWS);
    tw_walk walk;
    enum tw_rc rc = tw_walk_to(&walk, s->index, row, &c->cells, err);
    for (size_t left = TW_CHUNK_ROWS; left && rc == TW_OK;) {
        const char *base;
        rc = tw_walk_next(&walk, left, BATCH_BYTES, &c->cells, &base, err);
        if (rc || !c->cells.rows)
            break;
        tw_batch batch;
        tw_csv_cells_batch(&c->cells, base, row, &s->rules, &batch);
        for (size_t i = 0; i < job->n && rc == TW_OK; i++)
            rc = add_column(c, &batch, i, err);
        left -= c->cells.rows;
    }
    return rc;
}

static enum tw_rc load_one(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    load_job *job = ctx;
    load_chunk c = {.job = job, .chunk = i, .builders = tw_calloc(job->n, sizeof(tw_builder *))};
    enum tw_rc rc = c.builders ? TW_OK : tw_fail_memory(err);
    tw_csv_cells_init(&c.cells);
    tw_buf_init(&c.scratch, TW_BUF_MAX);
    for (size_t k = 0; k < job->n && rc == TW_OK; k++)
        rc = tw_builder_new(job->fields[k].type, job->s->mapping, &c.builders[k], err);
    if (rc == TW_OK)
        rc = tw_file_guard(scan_chunk, &c, err);
    for (size_t k = 0; k < job->n && rc == TW_OK; k++)
        rc = tw_builder_finish(c.builders[k], &job->parts[i * job->n + k], err);
    for (size_t k = 0; c.builders && k < job->n; k++)
        tw_builder_free(c.builders[k]);
    free(c.builders);
    tw_csv_cells_fini(&c.cells);
    tw_buf_fini(&c.scratch);
    tw_task_advance(job->task, 1);
    return rc;
}

/* Parts of one column, taken over, into a column. */
static enum tw_rc join_column(const load_job *job, size_t column, tw_column **row, tw_column **out,
                              tw_error *err) {
    for (size_t k = 0; k < job->chunks; k++)
        row[k] = job->parts[k * job->n + column];
    enum tw_rc rc = tw_column_join(job->fields[column].type, row, job->chunks, out, err);
    for (size_t k = 0; k < job->chunks; k++) {
        tw_column_unref(row[k]);
        job->parts[k * job->n + column] = NULL;
    }
    return rc;
}

enum tw_rc tw_csv_load(tw_source_csv *s, const int *columns, const tw_field *fields, size_t n,
                       tw_task *task, tw_column **out, tw_error *err) {
    size_t rows = (size_t)tw_index_rows(s->index), cells;
    load_job job = {.s = s, .columns = columns, .fields = fields, .n = n, .task = task};
    job.chunks = rows / TW_CHUNK_ROWS + (rows % TW_CHUNK_ROWS != 0);
    if (!tw_mul(job.chunks, n, &cells))
        return tw_fail_memory(err);
    job.parts = tw_calloc(cells, sizeof *job.parts);
    tw_column **row = tw_calloc(job.chunks, sizeof *row);
    enum tw_rc rc = job.parts && row ? TW_OK : tw_fail_memory(err);
    tw_task_begin(task, "reading columns", job.chunks);
    if (rc == TW_OK)
        rc = tw_parallel_for(task, job.chunks, load_one, &job, err);
    size_t made = 0;
    for (; made < n && rc == TW_OK; made++)
        rc = join_column(&job, made, row, &out[made], err);
    for (size_t i = 0; rc && i + 1 < made; i++)
        tw_column_unref(out[i]);
    for (size_t i = 0; job.parts && i < cells; i++)
        tw_column_unref(job.parts[i]);
    free(job.parts);
    free(row);
    return rc;
}
