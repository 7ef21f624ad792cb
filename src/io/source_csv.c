/* Rows and columns of a mapped file: a walk from the sparse index, cells parsed from their spans.
 *
 * Columns asked for together are made in one scan: each task takes the rows of one column chunk,
 * walks them in batches that stay in the cache and feeds one builder for each column, so the text
 * is tokenised once whatever the number of columns. Nothing per cell is kept besides what the
 * columns hold. */
#include "io/source_csv.h"

#include "io/load_csv.h"

static tw_source_csv *self_of(const tw_source *source) {
    tw_source_csv *s;
    memcpy(&s, &source,
           sizeof s); /* base is the first member; casts away const of the interface only */
    return s;
}

static size_t source_width(const tw_source *source) {
    return self_of(source)->sniffed.width;
}

static int64_t source_rows(const tw_source *source) {
    return tw_index_rows(self_of(source)->index);
}

static const tw_field *source_field(const tw_source *source, size_t column) {
    return &self_of(source)->fields[column];
}

static const char *source_path(const tw_source *source) {
    return self_of(source)->path;
}

static bool source_is_null(const tw_source *source, size_t column, tw_str text) {
    return tw_null_set_has(&self_of(source)->nulls[column], text);
}

static size_t source_null_counts(const tw_source *source, size_t column, const tw_str **tokens,
                                 const int64_t **counts, int64_t *empty) {
    const tw_reading *r = &self_of(source)->readings[column];
    *tokens = r->null_tokens;
    *counts = r->null_counts;
    *empty = r->empty;
    return r->null_counts ? r->n_null_tokens : SIZE_MAX;
}

static tw_source *source_ref(tw_source *source) {
    atomic_fetch_add_explicit(&self_of(source)->refs, 1, memory_order_relaxed);
    return source;
}

static void source_unref(tw_source *source) {
    tw_source_csv_unref(self_of(source));
}

/* The column made on the first pass, if there is one in this reading; it is handed out once. */
static tw_column *take_early(tw_source_csv *s, int column, const tw_field *field) {
    tw_column *taken = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->early && tw_reading_same(field, &s->fields[column])) {
        taken = s->early[column];
        s->early[column] = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return taken;
}

/* Columns that are not there yet are read in one scan. */
static enum tw_rc take_or_load(tw_source_csv *s, const int *columns, const tw_field *fields,
                               size_t n, tw_task *task, tw_column **out, tw_error *err) {
    int *left = tw_calloc(n, sizeof *left);
    tw_field *left_fields = tw_calloc(n, sizeof *left_fields);
    tw_column **made = tw_calloc(n, sizeof(tw_column *));
    enum tw_rc rc = left && left_fields && made ? TW_OK : tw_fail_memory(err);
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++)
        out[i] = NULL;
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        out[i] = take_early(s, columns[i], &fields[i]);
        left[n_left] = columns[i];
        left_fields[n_left] = fields[i];
        n_left += !out[i];
    }
    if (rc == TW_OK && n_left)
        rc = tw_csv_load(s, left, left_fields, n_left, task, made, err);
    for (size_t i = 0, k = 0; rc == TW_OK && i < n; i++)
        if (!out[i])
            out[i] = made[k++];
    for (size_t i = 0; rc && i < n; i++)
        tw_column_unref(out[i]);
    free(left);
    free(left_fields);
    free(made);
    return rc;
}

static enum tw_rc source_load(tw_source *source, const int *columns, const tw_field *fields,
                              size_t n, tw_task *task, tw_column **out, tw_error *err) {
    tw_source_csv *s = self_of(source);
    enum tw_rc rc = tw_source_csv_check(s, err);
    if (rc == TW_OK)
        rc = take_or_load(s, columns, fields, n, task, out, err);
    return tw_error_place(err, rc, s->path, -1, NULL);
}

typedef struct fetch_call {
    tw_source_csv *s;
    int64_t first;
    size_t n;
    tw_arena *arena;
    tw_batch *out;
} fetch_call;

static enum tw_rc fetch_guarded(void *ctx, tw_error *err) {
    fetch_call *f = ctx;
    return tw_csv_fetch(f->s->index, f->s->sniffed.width, f->first, f->n, false, f->arena, f->out,
                        err);
}

static enum tw_rc source_fetch(tw_source *source, int64_t first, size_t n, tw_arena *arena,
                               tw_batch *out, tw_error *err) {
    fetch_call f = {self_of(source), first, n, arena, out};
    enum tw_rc rc = tw_source_csv_check(f.s, err);
    if (rc == TW_OK)
        rc = tw_file_guard(fetch_guarded, &f, err);
    return tw_error_place(err, rc, f.s->path, -1, NULL);
}

static const tw_source_ops csv_ops = {.width = source_width,
                                      .rows = source_rows,
                                      .field = source_field,
                                      .load = source_load,
                                      .fetch = source_fetch,
                                      .is_null = source_is_null,
                                      .null_counts = source_null_counts,
                                      .path = source_path,
                                      .ref = source_ref,
                                      .unref = source_unref};

enum tw_rc tw_source_csv_new(const char *path, tw_source_csv **out, tw_error *err) {
    tw_source_csv *s = tw_calloc(1, sizeof *s);
    if (s)
        s->path = tw_str_dup(tw_str_c(path));
    if (!s || !s->path) {
        free(s);
        return tw_fail_memory(err);
    }
    s->base.ops = &csv_ops;
    atomic_init(&s->refs, 1);
    tw_arena_init(&s->arena);
    pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return TW_OK;
}

void tw_source_csv_unref(tw_source_csv *s) {
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; s->early && i < s->sniffed.width; i++)
        tw_column_unref(s->early[i]);
    free(s->early);
    tw_index_free(s->index);
    tw_mapping_unref(s->mapping);
    tw_mapping_unref(s->raw);
    tw_mapping_unref(s->witness);
    tw_arena_fini(&s->arena);
    pthread_mutex_destroy(&s->lock);
    tw_source_csv_unref(s->owner);
    free(s->path);
    free(s);
}

tw_source_csv *tw_source_csv_of(tw_source *source) {
    return source && source->ops == &csv_ops ? self_of(source) : NULL;
}

/* A file replaced by another is still there behind the mapping; one written into is not what was
 * indexed. */
enum tw_rc tw_source_csv_check(const tw_source_csv *s, tw_error *err) {
    if (!s->raw || tw_mapping_intact(s->raw))
        return TW_OK;
    enum tw_rc rc = tw_fail(err, TW_EINPUT,
                            "cannot read on: the file has changed since it was opened; open it again");
    return tw_error_place(err, rc, s->path, -1, NULL);
}

enum tw_rc tw_source_csv_check_over(tw_source_csv *s, tw_error *err) {
    pthread_mutex_lock(&s->lock);
    bool changed = s->witness && tw_mapping_changed(s->witness);
    pthread_mutex_unlock(&s->lock);
    if (changed)
        return tw_fail(err, TW_EINPUT,
                       "cannot save over it: the file has changed since it was opened; save under "
                       "another name");
    return TW_OK;
}

enum tw_rc tw_source_csv_saved(tw_source_csv *s, tw_error *err) {
    tw_mapping *now = NULL;
    enum tw_rc rc = tw_mapping_open(s->path, &now, err);
    if (rc)
        return rc;
    pthread_mutex_lock(&s->lock);
    tw_mapping_unref(s->witness);
    s->witness = now;
    pthread_mutex_unlock(&s->lock);
    return TW_OK;
}

enum tw_rc tw_source_csv_complete(tw_source_csv *s, tw_index *index, const tw_reading *readings,
                                  tw_error *err) {
    size_t width = s->sniffed.width;
    s->index = index;
    s->readings = readings;
    s->fields = tw_arena_alloc(&s->arena, width, sizeof *s->fields);
    s->nulls = tw_arena_alloc(&s->arena, width, sizeof *s->nulls);
    if (!s->fields || !s->nulls)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++) {
        s->fields[i] = (tw_field){.name = s->names[i].p,
                                  .type = readings[i].type,
                                  .role = readings[i].role,
                                  .format = readings[i].format,
                                  .source_column = (int)i};
        s->nulls[i] = tw_null_set_of(readings[i].null_tokens, readings[i].n_null_tokens);
    }
    return TW_OK;
}

/* Cells of one record into the batch: `want` of them, padded at the record's end. */
static void widen(const tw_csv_cells *from, size_t row, size_t want, uint8_t mark, tw_span *cells,
                  uint8_t *flags) {
    uint32_t first = from->first[row];
    size_t have = from->first[row + 1] - first;
    tw_span record = from->records[row];
    for (size_t i = 0; i < want; i++) {
        bool there = i < have;
        cells[i] = there ? from->cells[first + i] : (tw_span){record.at + record.n, 0};
        flags[i] = (uint8_t)((there ? from->flags[first + i] : 0) | mark);
    }
}

static enum tw_rc batch_of(const tw_index *index, const tw_csv_cells *cells, size_t width,
                           bool surplus, int64_t first, tw_arena *arena, tw_batch *out,
                           tw_error *err) {
    size_t rows = cells->rows, n = 0;
    uint32_t *firsts = tw_arena_alloc(arena, rows + 1, sizeof *firsts);
    tw_span *records = tw_arena_alloc(arena, rows + 1, sizeof *records);
    uint8_t *ends = tw_arena_alloc(arena, rows + 1, 1);
    if (!firsts || !records || !ends)
        return tw_fail_memory(err);
    for (size_t r = 0; r < rows; r++) {
        size_t have = cells->first[r + 1] - cells->first[r];
        firsts[r] = (uint32_t)n;
        n += surplus ? TW_MAX(width, have) : width;
    }
    firsts[rows] = (uint32_t)n;
    tw_span *spans = tw_arena_alloc(arena, n + 1, sizeof *spans);
    uint8_t *flags = tw_arena_alloc(arena, n + 1, 1);
    if (!spans || !flags)
        return tw_fail_memory(err);
    size_t n_repaired, next = tw_index_repairs_before(index, first);
    const tw_repaired *repaired = tw_index_repaired(index, &n_repaired);
    for (size_t r = 0; r < rows; r++) {
        while (next < n_repaired && repaired[next].row < first + (int64_t)r)
            next++;
        bool mark = next < n_repaired && repaired[next].row == first + (int64_t)r;
        widen(cells, r, firsts[r + 1] - firsts[r], mark ? TW_CELL_REPAIRED : 0, spans + firsts[r],
              flags + firsts[r]);
        records[r] = cells->records[r];
        ends[r] = cells->ends[r];
    }
    *out = (tw_batch){.first_row = first,
                      .rows = rows,
                      .records = records,
                      .ends = ends,
                      .first = firsts,
                      .cells = spans,
                      .flags = flags,
                      .quote = tw_index_rules(index)->quote,
                      .escape = tw_index_rules(index)->escape};
    return TW_OK;
}

enum tw_rc tw_csv_fetch(const tw_index *index, size_t width, int64_t first, size_t n, bool surplus,
                        tw_arena *arena, tw_batch *out, tw_error *err) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_walk walk;
    const char *base = NULL;
    enum tw_rc rc = tw_walk_to(&walk, index, first, &cells, err);
    if (rc == TW_OK)
        rc = tw_walk_next(&walk, n, (size_t)1 << 30, &cells, &base, err);
    if (rc == TW_OK)
        rc = batch_of(index, &cells, width, surplus, first, arena, out, err);
    if (rc == TW_OK)
        out->base = base;
    tw_csv_cells_fini(&cells);
    return rc;
}
