/* Texts of a column into its builder, in runs, and their types counted.
 *
 * A column whose texts repeat goes through the builder's dictionary, so its types are counted
 * there: each text once with the number of its cells, when a chunk is closed. Until the builder
 * gives its dictionary up, those counts are owed; from then on every cell is counted as it comes.
 * What counts is the sum: either way gives the same. */
#include "config.h"

#include "io/infer_tally.h"
#include "io/load_column.h"

enum { RUN = 512, SCRATCH = 1 << 16 };

typedef struct run {
    const tw_load_column *to;
    tw_column_counts *counts; /* NULL: cells are not counted */
    tw_tally tally;
    size_t n;
    uint64_t valid[RUN / 64];
    tw_str text[RUN];
} run;

/* What the builder holds, counted. */
typedef struct settling {
    const tw_infer *infer;
    tw_column_counts *counts;
    tw_tally tally;
} settling;

static bool count_times(void *ctx, tw_str text, int64_t times) {
    settling *s = ctx;
    if (text.n == 0)
        return true;
    return times == 1 ? tw_tally_text(&s->tally, s->infer, s->counts, text, text.n)
                      : tw_infer_text(s->infer, s->counts, text, times);
}

enum tw_rc tw_load_settle(const tw_load_column *to, size_t column, tw_error *err) {
    if (!to->owed || !*to->owed)
        return TW_OK;
    *to->owed = false;
    settling s = {to->infer, tw_infer_counts(to->infer, column), tw_tally_begin(to->infer, column)};
    bool good = tw_builder_each_text(to->builder, count_times, &s);
    tw_tally_end(&s.tally, s.counts, 0);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc flush(run *r, size_t column, tw_error *err) {
    tw_builder *b = r->to->builder;
    enum tw_rc rc = r->n ? tw_builder_texts(b, r->text, r->valid, r->n, err) : TW_OK;
    if (rc == TW_OK && !tw_builder_has_codes(b))
        rc = tw_load_settle(r->to, column, err);
    r->n = 0;
    tw_buf_clear(r->to->scratch);
    return rc;
}

static inline void put(run *r, tw_str text, bool valid) {
    uint64_t bit = (uint64_t)valid << (r->n & 63);
    r->valid[r->n >> 6] = r->n & 63 ? r->valid[r->n >> 6] | bit : bit;
    r->text[r->n++] = text;
}

/* The cell with its doubled quotes taken off, in scratch memory that lasts until the run is full.
 */
static enum tw_rc unescape(run *r, const tw_batch *batch, size_t cell, size_t column, tw_str *text,
                           tw_error *err) {
    tw_buf *scratch = r->to->scratch;
    size_t most = batch->cells[cell].n + 1;
    if (scratch->capacity - scratch->n < most) {
        enum tw_rc rc = flush(r, column, err);
        if (rc)
            return rc;
        if (!tw_buf_reserve(scratch, TW_MAX(most, (size_t)SCRATCH)))
            return tw_fail_memory(err);
    }
    size_t from = scratch->n;
    if (!tw_batch_unescape(batch, cell, scratch))
        return tw_fail_memory(err);
    *text = (tw_str){scratch->p + from, scratch->n - from};
    return TW_OK;
}

/* The cell is there but holds no value. */
static inline bool is_null(const tw_null_set *nulls, tw_str text) {
    bool padded = (unsigned char)text.p[0] <= ' ' || (unsigned char)text.p[text.n - 1] <= ' ';
    return padded ? tw_null_set_has(nulls, text) : tw_load_is_token(nulls, text);
}

static inline enum tw_rc add_text(run *r, const tw_batch *batch, size_t cell, size_t column,
                                  tw_error *err) {
    const tw_load_column *to = r->to;
    tw_span span = batch->cells[cell];
    tw_str text = {batch->base + span.at, span.n};
    size_t room = batch->bytes > span.at ? batch->bytes - span.at : span.n;
    if (batch->flags[cell] & TW_CELL_DOUBLED) {
        enum tw_rc rc = unescape(r, batch, cell, column, &text, err);
        if (rc)
            return rc;
        room = text.n;
    }
    bool null = text.n == 0 || is_null(to->nulls, text);
    put(r, null ? (tw_str){NULL, 0} : text, !null);
    bool owed = !null && to->owed && *to->owed;
    if (!r->counts || owed)
        return TW_OK;
    if (text.n == 0)
        r->tally.empty++;
    else if (!tw_tally_text(&r->tally, to->infer, r->counts, text, room))
        return tw_fail_memory(err);
    return TW_OK;
}

static enum tw_rc add_rows(run *r, const tw_batch *batch, size_t column, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t row = 0; row < batch->rows && rc == TW_OK; row++) {
        if (r->n == RUN && (rc = flush(r, column, err)) != TW_OK)
            break;
        size_t cell = batch->first[row] + column;
        if (cell < batch->first[row + 1] && batch->cells[cell].n) {
            rc = add_text(r, batch, cell, column, err);
        } else {
            put(r, (tw_str){NULL, 0}, false);
            r->tally.empty++;
        }
    }
    return rc;
}

enum tw_rc tw_load_texts(const tw_load_column *to, const tw_batch *batch, size_t column,
                         tw_error *err) {
    run r;
    r.to = to;
    r.counts = NULL;
    r.n = 0;
    r.tally.empty = 0;
    if (to->infer) {
        r.counts = tw_infer_counts(to->infer, column);
        r.tally = tw_tally_begin(to->infer, column);
    }
    tw_buf_clear(to->scratch);
    enum tw_rc rc = add_rows(&r, batch, column, err);
    if (r.counts)
        tw_tally_end(&r.tally, r.counts, batch->rows);
    return rc ? rc : flush(&r, column, err);
}
