/* One pass over all records, in waves of chunks.
 *
 * Where a chunk's first record begins depends on all quotes before it. The serial part of a wave
 * counts them (that runs at the speed of memory) and proposes a start for each chunk; then chunks
 * are scanned side by side, damaged records repaired on the way. A proposal can be wrong where
 * quotes do not follow RFC 4180. That is seen, because the chunk before ends elsewhere: its
 * followers in the wave are thrown away and the next wave begins at the true place. So the index is
 * always that of one scan from the front, and nothing here depends on how many threads there are.
 *
 * Rejected: scanning each chunk under both quote states (twice the work on two cores), and trusting
 * parity alone (wrong on files with stray quotes). */
#include "io/index.h"

#include "base/file.h"
#include "io/csv_find.h"
#include "io/csv_vector.h"

#define ENTRY_BYTES ((uint64_t)1 << 16) /* a scan step, and the distance of index entries */
#define CHUNK_MIN ((uint64_t)1 << 20)
#define CHUNK_MAX ((uint64_t)4 << 20)
#define STEP_MIN 512 /* step behind a repaired record: damage comes in clusters */

typedef struct entry {
    uint64_t at;
    int64_t row;
} entry;

typedef struct entries {
    entry *at;
    size_t n, max;
} entries;

typedef struct repairs {
    tw_repaired *at;
    size_t n, max;
} repairs;

struct tw_index {
    tw_str text;
    uint64_t begin, end, read;
    tw_csv_rules rules;
    int64_t rows;
    entries entries;
    repairs repairs;
    tw_csv_cells side; /* cells of repaired records, spans from the record's start */
};

/* Room for one more; false without memory. */
#define GROW(list) ((list)->n < (list)->max || grow(&(list)->at, &(list)->max, sizeof *(list)->at))

/* `array` is the address of a pointer, of whatever type. */
static bool grow(void *array, size_t *max, size_t size) {
    size_t more = *max ? *max * 2 : 64;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = tw_realloc(old, more, size);
    if (!grown)
        return false;
    memcpy(array, &grown, sizeof grown);
    *max = more;
    return true;
}

/* Scan state of one chunk; its results count from the chunk's own first row. */
typedef struct chunk {
    const tw_index_input *input;
    uint64_t from, stop; /* proposed start of its records; start of the next chunk's */
    uint64_t at;         /* scanned up to here */
    int64_t rows, max_rows;
    size_t step;
    bool count; /* records may be counted without their cells; not where that just failed */
    entries entries;
    repairs repairs;
    tw_csv_cells side;
    tw_csv_cells cells, fix, picked; /* scratch */
    tw_infer *infer;
    tw_error err;
} chunk;

static void chunk_fini(chunk *c) {
    free(c->entries.at);
    free(c->repairs.at);
    tw_csv_cells_fini(&c->side);
    tw_csv_cells_fini(&c->cells);
    tw_csv_cells_fini(&c->fix);
    tw_csv_cells_fini(&c->picked);
}

static void chunk_begin(chunk *c, uint64_t from, uint64_t stop) {
    c->from = c->at = from;
    c->stop = stop;
    c->rows = 0;
    c->step = ENTRY_BYTES;
    c->count = true;
    c->entries.n = c->repairs.n = 0;
    tw_csv_cells_clear(&c->side);
}

/* Text from `at` on as far as 32-bit spans reach. */
static tw_str window_at(tw_str text, uint64_t at, uint64_t end) {
    return (tw_str){text.p + at, (size_t)TW_MIN(end - at, (uint64_t)UINT32_MAX - 1)};
}

/* The last record ran into the end of a window that is not the end of the text. */
static bool is_cut(const tw_csv_cells *cells, tw_str window, uint64_t rest) {
    if (window.n == rest || !cells->rows)
        return false;
    tw_span last = cells->records[cells->rows - 1];
    return (size_t)last.at + last.n + cells->ends[cells->rows - 1] >= window.n;
}

static enum tw_rc fail_long(tw_error *err) {
    return tw_fail(err, TW_ELIMIT,
                   "cannot read a record: it is longer than 4 GB; check quotes and delimiter");
}

static bool holds_line_end(const char *p, size_t n) {
    return memchr(p, '\n', n) || memchr(p, '\r', n);
}

/* A quoted cell that breaks the quoting rules and runs over a line end. */
static bool is_suspect(const tw_csv_cells *cells, size_t row, const char *base) {
    for (uint32_t i = cells->first[row]; i < cells->first[row + 1]; i++)
        if ((cells->flags[i] & TW_CELL_STRAY) &&
            holds_line_end(base + cells->cells[i].at, cells->cells[i].n))
            return true;
    return false;
}

/* First row from `row` on that the repair table should see; cells->rows when none. */
static size_t next_bad(const chunk *c, size_t row, bool stray, const char *base) {
    const tw_csv_cells *cells = &c->cells;
    if (!c->input->repairer)
        return cells->rows;
    for (; row < cells->rows; row++) {
        if (cells->first[row + 1] - cells->first[row] != c->input->width)
            return row;
        if (stray && is_suspect(cells, row, base))
            return row;
    }
    return row;
}

/* Somebody looks at the cells of records. */
static bool wants_cells(const chunk *c) {
    return c->infer || c->input->rows;
}

/* Rows [from, to) of what was scanned, or picked, go to who looks at them. */
static enum tw_rc show_rows(chunk *c, const tw_csv_cells *cells, size_t from, size_t to,
                            const char *base, tw_error *err) {
    const tw_index_input *in = c->input;
    tw_batch batch;
    tw_csv_cells_batch(cells, base, c->rows, &in->rules, &batch);
    batch.bytes = (size_t)(in->text.p + in->text.n - base);
    batch.rows = to - from;
    batch.records += from;
    batch.ends += from;
    batch.first += from;
    return in->rows ? in->rows(in->rows_ctx, &batch, err) : tw_infer_rows(c->infer, &batch, err);
}

/* Rows [from, to) of the scanned batch are records of the table. */
static enum tw_rc take_rows(chunk *c, const tw_csv_cells *cells, size_t from, size_t to,
                            const char *base, tw_error *err) {
    const tw_csv_pick *pick = c->input->pick;
    enum tw_rc rc = TW_OK;
    if (from == to)
        return TW_OK;
    if (wants_cells(c) && pick) {
        tw_csv_cells_clear(&c->picked);
        rc = tw_csv_cells_pick(cells, from, to, pick, &c->picked)
                 ? show_rows(c, &c->picked, 0, to - from, base, err)
                 : tw_fail_memory(err);
    } else if (wants_cells(c)) {
        rc = show_rows(c, cells, from, to, base, err);
    }
    if (rc == TW_OK)
        c->rows += (int64_t)(to - from);
    return rc;
}

/* Note a repaired record that stands as tokenised. */
static bool note(chunk *c, uint64_t at, const tw_csv_cells *cells, size_t row,
                 enum tw_repair_kind kind) {
    if (!GROW(&c->repairs))
        return false;
    tw_span record = cells->records[row];
    c->repairs.at[c->repairs.n++] = (tw_repaired){.at = at,
                                                  .bytes = (uint64_t)record.n + cells->ends[row],
                                                  .row = c->rows,
                                                  .record_n = record.n,
                                                  .ends = cells->ends[row],
                                                  .kind = (uint8_t)kind};
    return true;
}

/* The same for a record put together anew: its cells go to the side list. */
static bool note_fixed(chunk *c, uint64_t at, size_t consumed, enum tw_repair_kind kind) {
    if (!note(c, at, &c->fix, 0, kind))
        return false;
    tw_repaired *noted = &c->repairs.at[c->repairs.n - 1];
    noted->bytes = consumed;
    noted->cells = (uint32_t)c->side.n;
    noted->n_cells = c->fix.first[1];
    for (uint32_t i = 0; i < c->fix.first[1]; i++)
        if (!tw_csv_cells_add_cell(&c->side, c->fix.cells[i], c->fix.flags[i] | TW_CELL_REPAIRED))
            return false;
    return true;
}

/* First record of the batch behind `place` when the batch's records still hold from there on;
 * SIZE_MAX when the text must be scanned anew. */
static size_t resume_row(const tw_csv_cells *cells, size_t row, size_t place, size_t next) {
    while (row < cells->rows && cells->records[row].at < place)
        row++;
    tw_span before = cells->records[row - 1];
    bool holds = (size_t)before.at + before.n <= place && (row < cells->rows || place <= next);
    return holds ? row : SIZE_MAX;
}

/* Ask the repair table about `row`; *row moves behind what was settled, SIZE_MAX = scan anew from
 * c->at. */
static enum tw_rc mend(chunk *c, size_t *row, size_t next, const char *base, tw_error *err) {
    const tw_index_input *in = c->input;
    uint64_t at = c->at + c->cells.records[*row].at;
    size_t consumed = 0;
    enum tw_repair_kind kind = TW_REPAIR_NONE;
    tw_csv_cells_clear(&c->fix);
    enum tw_rc rc = tw_repair_record(in->repairer, window_at(in->text, at, in->end), &c->cells,
                                     *row, &c->fix, &consumed, &kind, err);
    if (rc)
        return rc;
    if (consumed == 0) {
        if (kind != TW_REPAIR_NONE && !note(c, at, &c->cells, *row, kind))
            return tw_fail_memory(err);
        rc = take_rows(c, &c->cells, *row, *row + 1, base, err);
        ++*row;
        return rc;
    }
    if (!note_fixed(c, at, consumed, kind))
        return tw_fail_memory(err);
    rc = take_rows(c, &c->fix, 0, 1, in->text.p + at, err);
    *row = resume_row(&c->cells, *row + 1, c->cells.records[*row].at + consumed, next);
    if (*row == SIZE_MAX)
        c->at = at + consumed;
    return rc;
}

/* An index entry for where the scan stands, when the last one is far enough behind. */
static bool add_entry(chunk *c) {
    if (c->entries.n && c->at - c->entries.at[c->entries.n - 1].at < ENTRY_BYTES)
        return true;
    if (!GROW(&c->entries))
        return false;
    c->entries.at[c->entries.n++] = (entry){c->at, c->rows};
    return true;
}

/* Cells of a few columns, those of records that are as they should be. */
static enum tw_rc pick_rows(chunk *c, tw_str window, size_t stop, size_t rows, size_t *n,
                            size_t *next, tw_error *err) {
    const tw_index_input *in = c->input;
    tw_csv_cells_clear(&c->picked);
    bool good = tw_csv_vector_pick(&in->rules, window, 0, stop, rows, in->pick, &c->picked, next);
    *n = c->picked.rows;
    if (good && *n == 0)
        return TW_OK;
    return good ? show_rows(c, &c->picked, 0, *n, window.p, err) : tw_fail_memory(err);
}

/* Nobody looks at cells, or at those of few columns: records that are as they should be need no
 * spans of all. What stops that is left to the scan, in a small step. *moved: it is behind some. */
static enum tw_rc short_step(chunk *c, tw_str window, size_t rows, bool *moved, tw_error *err) {
    const tw_index_input *in = c->input;
    size_t n, next, stop = (size_t)TW_MIN(ENTRY_BYTES, c->stop - c->at);
    *moved = false;
    if ((wants_cells(c) && !in->pick) || !c->count || !tw_csv_rules_are_plain(&in->rules) ||
        !tw_csv_vector_usable())
        return TW_OK;
    if (wants_cells(c)) {
        enum tw_rc rc = pick_rows(c, window, stop, rows, &n, &next, err);
        if (rc != TW_OK)
            return rc;
    } else {
        n = tw_csv_vector_count(&in->rules, window, 0, stop, rows, in->repairer ? in->width : 0,
                                &next);
    }
    c->rows += (int64_t)n;
    c->at += next;
    c->count = next >= stop || n == rows;
    if (n)
        c->step = c->count ? ENTRY_BYTES : STEP_MIN;
    *moved = next > 0;
    return TW_OK;
}

/* One scan step: tokenise, settle every row. */
static enum tw_rc scan_step(chunk *c, tw_error *err) {
    const tw_index_input *in = c->input;
    tw_str window = window_at(in->text, c->at, in->end);
    size_t next = 0;
    tw_csv_cells_clear(&c->cells);
    size_t rows = c->max_rows ? (size_t)(c->max_rows - c->rows) : SIZE_MAX;
    if (!add_entry(c))
        return tw_fail_memory(err);
    bool moved;
    enum tw_rc rc = short_step(c, window, rows, &moved, err);
    if (rc != TW_OK || moved)
        return rc;
    c->count = true;
    rc = tw_csv_scan(&in->rules, window, 0, (size_t)TW_MIN(c->step, c->stop - c->at),
                                rows, &c->cells, &next, err);
    if (rc)
        return rc;
    if (is_cut(&c->cells, window, in->end - c->at))
        return fail_long(err);
    bool stray = c->cells.stray;
    for (size_t row = 0; rc == TW_OK;) {
        size_t bad = next_bad(c, row, stray, window.p);
        rc = take_rows(c, &c->cells, row, bad, window.p, err);
        if (rc || bad == c->cells.rows)
            break;
        row = bad;
        rc = mend(c, &row, next, window.p, err);
        if (row == SIZE_MAX) {
            c->step = STEP_MIN;
            return rc;
        }
    }
    c->at += next;
    c->step = TW_MIN(c->step * 2, ENTRY_BYTES);
    return rc;
}

static enum tw_rc scan_all(void *ctx, tw_error *err) {
    chunk *c = ctx;
    while (c->at < c->stop && (!c->max_rows || c->rows < c->max_rows)) {
        enum tw_rc rc = scan_step(c, err);
        if (rc)
            return rc;
    }
    return TW_OK;
}

/* Errors are kept in the chunk: those of a chunk with a wrong start must not count. */
static enum tw_rc scan_chunk(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker, (void)err;
    chunk *c = (chunk *)ctx + i;
    c->err = (tw_error)TW_ERROR_INIT;
    c->err.code = tw_file_guard(scan_all, c, &c->err);
    return TW_OK;
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

/* First record's start at or behind `at`, where `open` says whether `at` lies in quotes. */
static uint64_t record_start(const tw_index_input *in, uint64_t at, bool open) {
    const char *p = in->text.p + at, *end = in->text.p + in->end;
    if (!open && at > in->begin && is_line_end(p[-1]))
        return at;
    char quote = in->rules.quote ? in->rules.quote : '\n';
    const tw_find4 marks = {{quote, '\n', '\r', '\n'}};
    for (; (p = tw_find4_next(p, end, &marks)) < end; p++) {
        if (in->rules.quote && *p == quote)
            open = !open;
        else if (!open)
            break;
    }
    while (p < end && is_line_end(*p))
        p++;
    return (uint64_t)(p - in->text.p);
}

typedef struct wave {
    const tw_index_input *input;
    chunk *chunks;
    size_t max, n;
    uint64_t at, size; /* true start; bytes of a chunk */
} wave;

/* Serial part: propose the starts of a wave's chunks by the parity of quotes. The last one may stop
 * anywhere: it ends with the record that begins before. */
static enum tw_rc plan(void *ctx, tw_error *err) {
    (void)err;
    wave *w = ctx;
    const tw_index_input *in = w->input;
    uint64_t from = w->at, seen = w->at;
    bool open = false;
    for (w->n = 0; w->n < w->max && from < in->end; w->n++) {
        uint64_t bound = TW_MAX(w->at + (w->n + 1) * w->size, from), stop = TW_MIN(bound, in->end);
        if (stop < in->end && w->n + 1 < w->max) {
            open ^= in->rules.quote &&
                    tw_csv_count_byte(in->text.p + seen, bound - seen, in->rules.quote) & 1;
            seen = bound;
            stop = record_start(in, bound, open);
        }
        chunk_begin(&w->chunks[w->n], from, stop);
        from = stop;
    }
    return TW_OK;
}

/* Append a chunk's results to the index. */
static enum tw_rc merge(tw_index *index, const chunk *c, tw_error *err) {
    for (size_t i = 0; i < c->entries.n; i++) {
        if (!GROW(&index->entries))
            return tw_fail_memory(err);
        index->entries.at[index->entries.n++] =
            (entry){c->entries.at[i].at, index->rows + c->entries.at[i].row};
    }
    for (size_t i = 0; i < c->repairs.n; i++) {
        if (!GROW(&index->repairs))
            return tw_fail_memory(err);
        tw_repaired one = c->repairs.at[i];
        one.row += index->rows;
        one.cells += (uint32_t)index->side.n;
        index->repairs.at[index->repairs.n++] = one;
    }
    for (size_t i = 0; i < c->side.n; i++)
        if (!tw_csv_cells_add_cell(&index->side, c->side.cells[i], c->side.flags[i]))
            return tw_fail_memory(err);
    index->rows += c->rows;
    return TW_OK;
}

/* The chunks of a wave that began where the one before ended; w->at moves behind the last of them.
 */
static enum tw_rc accept(wave *w, tw_index *index, tw_error *err) {
    for (size_t k = 0; k < w->n && w->chunks[k].from == w->at; k++) {
        chunk *c = &w->chunks[k];
        if (c->err.code) {
            if (err)
                *err = c->err;
            return c->err.code;
        }
        enum tw_rc rc = merge(index, c, err);
        if (rc == TW_OK && c->infer && c->infer != w->input->infer)
            rc = tw_infer_merge(w->input->infer, c->infer, err);
        if (rc)
            return rc;
        w->at = c->at;
    }
    return TW_OK;
}

static enum tw_rc run_waves(wave *w, tw_index *index, tw_task *task, tw_error *err) {
    const tw_index_input *in = w->input;
    while (w->at < in->end && (!in->max_rows || index->rows < in->max_rows)) {
        uint64_t before = w->at;
        for (size_t k = 0; k < w->max; k++) {
            w->chunks[k].infer = k && in->infer ? in->slots[k] : in->infer;
            if (k && in->infer)
                tw_infer_reset(in->slots[k]);
        }
        enum tw_rc rc = tw_file_guard(plan, w, err);
        if (rc == TW_OK)
            rc = tw_parallel_for(task, w->n, scan_chunk, w->chunks, err);
        if (rc == TW_OK)
            rc = accept(w, index, err);
        if (rc)
            return rc;
        tw_task_advance(task, w->at - before);
    }
    return tw_task_check(task, err);
}

enum tw_rc tw_index_build(const tw_index_input *input, tw_task *task, tw_index **out,
                          tw_error *err) {
    *out = NULL;
    uint64_t bytes = input->end - input->begin;
    wave w = {.input = input, .max = TW_MAX(input->n_slots, (size_t)1), .at = input->begin};
    w.size = TW_MAX(CHUNK_MIN, TW_MIN(CHUNK_MAX, bytes / (4 * w.max) + 1));
    if (input->chunk)
        w.size = input->chunk;
    tw_index *index = tw_calloc(1, sizeof *index);
    w.chunks = tw_calloc(w.max, sizeof *w.chunks);
    enum tw_rc rc = index && w.chunks ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK) {
        *index = (tw_index){
            .text = input->text, .begin = input->begin, .end = input->end, .rules = input->rules};
        for (size_t k = 0; k < w.max; k++) {
            w.chunks[k].input = input;
            w.chunks[k].max_rows = input->max_rows;
        }
        rc = run_waves(&w, index, task, err);
        index->read = w.at - input->begin;
    }
    for (size_t k = 0; w.chunks && k < w.max; k++)
        chunk_fini(&w.chunks[k]);
    free(w.chunks);
    if (rc)
        tw_index_free(index);
    else
        *out = index;
    return rc;
}

void tw_index_free(tw_index *index) {
    if (!index)
        return;
    free(index->entries.at);
    free(index->repairs.at);
    tw_csv_cells_fini(&index->side);
    free(index);
}

int64_t tw_index_rows(const tw_index *index) {
    return index->rows;
}

uint64_t tw_index_bytes(const tw_index *index) {
    return index->read;
}

const tw_repaired *tw_index_repaired(const tw_index *index, size_t *n) {
    *n = index->repairs.n;
    return index->repairs.at;
}

const tw_csv_rules *tw_index_rules(const tw_index *index) {
    return &index->rules;
}

size_t tw_index_repairs_before(const tw_index *index, int64_t row) {
    size_t low = 0, high = index->repairs.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->repairs.at[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* First repaired record at or behind a place in the text. */
static size_t repair_behind(const tw_index *index, uint64_t at) {
    size_t low = 0, high = index->repairs.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->repairs.at[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last entry at or before a row, or a place in the text; 0 where there is none. */
static size_t last_entry(const tw_index *index, bool by_row, int64_t wanted) {
    size_t low = 0, high = index->entries.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        int64_t key =
            by_row ? index->entries.at[middle].row : (int64_t)index->entries.at[middle].at;
        if (key <= wanted)
            low = middle;
        else
            high = middle;
    }
    return low;
}

enum tw_rc tw_walk_to(tw_walk *walk, const tw_index *index, int64_t row, tw_csv_cells *scratch,
                      tw_error *err) {
    *walk = (tw_walk){.index = index, .at = index->end, .row = index->rows};
    return row < index->rows ? tw_walk_on(walk, row, scratch, err) : TW_OK;
}

enum tw_rc tw_walk_on(tw_walk *walk, int64_t row, tw_csv_cells *scratch, tw_error *err) {
    const tw_index *index = walk->index;
    const entry *near = &index->entries.at[last_entry(index, true, row)];
    if (walk->row > row || walk->row < near->row) {
        walk->at = near->at;
        walk->row = near->row;
        walk->fixed = repair_behind(index, walk->at);
    }
    while (walk->row < row) {
        const char *base;
        enum tw_rc rc =
            tw_walk_next(walk, (size_t)(row - walk->row), SIZE_MAX, scratch, &base, err);
        if (rc)
            return rc;
    }
    return TW_OK;
}

tw_walk tw_walk_at(const tw_index *index, int64_t row, uint64_t at) {
    return (tw_walk){.index = index, .at = at, .row = row, .fixed = repair_behind(index, at)};
}

/* The repaired record at walk->at, spans shifted to count from `start`. */
static bool put_fixed(tw_walk *walk, const tw_repaired *one, uint64_t start, tw_csv_cells *cells) {
    const tw_csv_cells *side = &walk->index->side;
    uint32_t shift = (uint32_t)(one->at - start);
    for (uint32_t i = one->cells; i < one->cells + one->n_cells; i++)
        if (!tw_csv_cells_add_cell(cells, (tw_span){side->cells[i].at + shift, side->cells[i].n},
                                   side->flags[i]))
            return false;
    return tw_csv_cells_add_record(cells, (tw_span){shift, one->record_n}, one->ends);
}

/* The same, its cells picked where the walk picks. */
static bool add_fixed(tw_walk *walk, const tw_repaired *one, uint64_t start, tw_csv_cells *cells) {
    if (!walk->pick)
        return put_fixed(walk, one, start, cells);
    tw_csv_cells_clear(walk->scratch);
    return put_fixed(walk, one, start, walk->scratch) &&
           tw_csv_cells_pick(walk->scratch, 0, 1, walk->pick, cells);
}

/* The records that begin in the next `bytes`: none where there are blank lines only. */
static enum tw_rc walk_some(tw_walk *walk, size_t max_rows, size_t bytes, tw_csv_cells *cells,
                            const char **base, tw_error *err) {
    const tw_index *index = walk->index;
    tw_str window = window_at(index->text, walk->at, index->end);
    uint64_t start = walk->at, limit = start + TW_MIN(bytes, window.n);
    *base = window.p;
    tw_csv_cells_clear(cells);
    while (cells->rows < max_rows && walk->at < limit && walk->row < index->rows) {
        while (walk->fixed < index->repairs.n && (index->repairs.at[walk->fixed].at < walk->at ||
                                                  !index->repairs.at[walk->fixed].n_cells))
            walk->fixed++;
        const tw_repaired *one =
            walk->fixed < index->repairs.n ? &index->repairs.at[walk->fixed] : NULL;
        size_t before = cells->rows, next;
        if (one && one->at == walk->at) {
            if (one->bytes > window.n - (walk->at - start))
                return walk->at == start ? fail_long(err) : TW_OK;
            if (!add_fixed(walk, one, start, cells))
                return tw_fail_memory(err);
            walk->at += one->bytes;
        } else {
            uint64_t stop = one ? TW_MIN(limit, one->at) : limit;
            size_t most = TW_MIN(max_rows - cells->rows, (size_t)(index->rows - walk->row));
            size_t from = walk->at - start, to = stop - start;
            enum tw_rc rc = walk->pick ? tw_csv_scan_pick(&index->rules, window, from, to, most,
                                                          walk->pick, walk->scratch, cells, &next,
                                                          err)
                                       : tw_csv_scan(&index->rules, window, from, to, most, cells,
                                                     &next, err);
            if (rc)
                return rc;
            if (is_cut(cells, window, index->end - start))
                return fail_long(err);
            walk->at = start + next;
        }
        walk->row += (int64_t)(cells->rows - before);
    }
    return TW_OK;
}

enum tw_rc tw_walk_next(tw_walk *walk, size_t max_rows, size_t bytes, tw_csv_cells *cells,
                        const char **base, tw_error *err) {
    enum tw_rc rc;
    do
        rc = walk_some(walk, max_rows, TW_MAX(bytes, (size_t)1), cells, base, err);
    while (rc == TW_OK && !cells->rows && max_rows && walk->row < walk->index->rows);
    return rc;
}

enum tw_rc tw_index_row_at(const tw_index *index, uint64_t at, int64_t *row, tw_error *err) {
    size_t low = last_entry(index, false, (int64_t)at);
    *row = 0;
    if (!index->rows)
        return TW_OK;
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_walk walk = tw_walk_at(index, index->entries.at[low].row, index->entries.at[low].at);
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && walk.at <= at && walk.row < index->rows) {
        const char *base;
        *row = walk.row;
        rc = tw_walk_next(&walk, 1, SIZE_MAX, &cells, &base, err);
    }
    tw_csv_cells_fini(&cells);
    return rc;
}
