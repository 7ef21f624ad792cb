/* The load scan: rows of one column chunk a task, cells from spans into builders, parts joined in
 * order. The cells themselves are load_column.c's. */
#include "io/load_csv.h"

#include "io/load_column.h"

#define BATCH_BYTES                                                                                \
    ((size_t)1 << 17) /* spans and text of a batch stay in the second-level cache                  \
                       */

typedef struct load_job load_job;

/* What one thread holds from chunk to chunk. */
typedef struct load_worker {
    const load_job *job;
    size_t chunk;
    tw_builder **builders; /* n */
    tw_csv_cells cells, whole;
    tw_buf scratch;
} load_worker;

struct load_job {
    tw_source_csv *s;
    const int *columns;
    const tw_field *fields;
    size_t n, chunks;
    tw_csv_pick pick; /* the columns in the file's order */
    int *picked;      /* where each column of `columns` stands among them; NULL = all are scanned */
    tw_column **parts; /* n for each chunk */
    tw_time_layout *layouts;
    load_worker *workers;
    size_t n_workers;
    tw_task *task;
};

tw_null_set tw_null_set_of(const tw_str *tokens, size_t n) {
    tw_null_set set = {tokens, n, 0};
    for (size_t i = 0; i < n; i++)
        set.lengths |= (uint64_t)1 << TW_MIN(tokens[i].n, (size_t)63);
    return set;
}

/* One column of a batch into its builder. */
static enum tw_rc add_column(load_worker *c, const tw_batch *batch, size_t i, tw_error *err) {
    const load_job *job = c->job;
    size_t column = (size_t)job->columns[i], cell = job->picked ? (size_t)job->picked[i] : column;
    tw_load_column to = {.field = &job->fields[i],
                         .nulls = &job->s->nulls[column],
                         .layout = &job->layouts[i],
                         .builder = c->builders[i],
                         .scratch = &c->scratch};
    return tw_load_cells(&to, batch, cell, err);
}

static enum tw_rc scan_chunk(void *ctx, tw_error *err) {
    load_worker *c = ctx;
    const load_job *job = c->job;
    tw_source_csv *s = job->s;
    int64_t row = (int64_t)(c->chunk * TW_CHUNK_ROWS);
    tw_walk walk;
    enum tw_rc rc = tw_walk_to(&walk, s->index, row, &c->cells, err);
    walk.pick = job->picked ? &job->pick : NULL;
    walk.scratch = &c->whole;
    for (size_t i = 0; i < job->n && rc == TW_OK; i++)
        tw_builder_begin_at(c->builders[i], walk.at);
    for (size_t left = TW_CHUNK_ROWS; left && rc == TW_OK;) {
        const char *base;
        rc = tw_walk_next(&walk, left, BATCH_BYTES, &c->cells, &base, err);
        if (rc || !c->cells.rows)
            break;
        tw_batch batch;
        tw_csv_cells_batch(&c->cells, base, row, &s->rules, &batch);
        batch.bytes = (size_t)(s->text.p + s->text.n - base);
        for (size_t i = 0; i < job->n && rc == TW_OK; i++)
            rc = add_column(c, &batch, i, err);
        left -= c->cells.rows;
    }
    return rc;
}

/* Builders for a chunk; those of the worker's last chunk serve again. */
static enum tw_rc begin_chunk(load_worker *c, tw_error *err) {
    const load_job *job = c->job;
    enum tw_rc rc = TW_OK;
    if (!c->builders)
        c->builders = tw_calloc(job->n, sizeof(tw_builder *));
    if (!c->builders)
        return tw_fail_memory(err);
    for (size_t k = 0; k < job->n && rc == TW_OK; k++)
        rc = c->builders[k]
                 ? tw_builder_again(c->builders[k], job->s->mapping, err)
                 : tw_builder_new(job->fields[k].type, job->s->mapping, &c->builders[k], err);
    return rc;
}

static enum tw_rc load_one(void *ctx, size_t i, size_t worker, tw_error *err) {
    load_job *job = ctx;
    load_worker *c = &job->workers[worker];
    c->chunk = i;
    enum tw_rc rc = begin_chunk(c, err);
    if (rc == TW_OK)
        rc = tw_file_guard(scan_chunk, c, err);
    for (size_t k = 0; k < job->n && rc == TW_OK; k++)
        rc = tw_builder_finish(c->builders[k], &job->parts[i * job->n + k], err);
    tw_task_advance(job->task, 1);
    return rc;
}

static bool workers_init(load_job *job) {
    job->n_workers = tw_pool_threads(job->task ? job->task->pool : NULL);
    job->workers = tw_calloc(job->n_workers, sizeof *job->workers);
    for (size_t i = 0; job->workers && i < job->n_workers; i++) {
        job->workers[i].job = job;
        tw_csv_cells_init(&job->workers[i].cells);
        tw_csv_cells_init(&job->workers[i].whole);
        tw_buf_init(&job->workers[i].scratch, TW_BUF_MAX);
    }
    return job->workers != NULL;
}

static void workers_fini(load_job *job) {
    for (size_t i = 0; job->workers && i < job->n_workers; i++) {
        load_worker *c = &job->workers[i];
        for (size_t k = 0; c->builders && k < job->n; k++)
            tw_builder_free(c->builders[k]);
        free(c->builders);
        tw_csv_cells_fini(&c->cells);
        tw_csv_cells_fini(&c->whole);
        tw_buf_fini(&c->scratch);
    }
    free(job->workers);
}

/* Of few columns only their cells are looked for. */
static bool choose_pick(load_job *job) {
    size_t width = job->s->sniffed.width, n = 0;
    if (!tw_csv_pick_pays(job->n, width))
        return true;
    int *at = tw_calloc(width, sizeof *at), *columns = tw_calloc(job->n, sizeof *columns);
    job->pick = (tw_csv_pick){.columns = columns, .width = width};
    job->picked = at && columns ? tw_calloc(job->n, sizeof *job->picked) : NULL;
    for (size_t i = 0; job->picked && i < job->n; i++)
        at[job->columns[i]] = 1;
    for (size_t c = 0; job->picked && c < width; c++)
        if (at[c]) {
            columns[n] = (int)c;
            at[c] = (int)n++;
        }
    for (size_t i = 0; job->picked && i < job->n; i++)
        job->picked[i] = at[job->columns[i]];
    job->pick.n = n;
    free(at);
    return job->picked != NULL;
}

static void free_pick(load_job *job) {
    free((int *)(uintptr_t)job->pick.columns); /* const to those who read */
    free(job->picked);
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
    job.layouts = tw_calloc(n, sizeof *job.layouts);
    tw_column **row = tw_calloc(job.chunks, sizeof *row);
    bool good = workers_init(&job) && choose_pick(&job) && job.parts && job.layouts && row;
    enum tw_rc rc = good ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        job.layouts[i] = tw_time_layout_of(fields[i].type, fields[i].format.pattern);
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
    workers_fini(&job);
    free_pick(&job);
    free(job.parts);
    free(job.layouts);
    free(row);
    return rc;
}
