/* A walk that picks no cells, or places. A record from its place ends where the next one begins but
 * for line ends: no record's own bytes end with one, unless a quote is never closed, and then it is
 * the last. */
#include "io/record_bytes.h"

#include "io/places.h"

enum { BATCH_ROWS = 1024, BATCH_BYTES = 1 << 16, JUMPS_BEFORE_PLACES = 64, AHEAD_BYTES = 512 };

struct tw_record_bytes {
    const tw_source_csv *source;
    tw_task *task;
    int64_t rows;
    tw_csv_pick none;
    tw_walk walk; /* stands behind the batch */
    tw_csv_cells batch, whole;
    const char *base;
    int64_t first; /* row of the batch's first record */
    size_t jumps;  /* back */
    tw_places *places;
};

enum tw_rc tw_record_bytes_new(const tw_source_csv *source, tw_task *task, tw_record_bytes **out,
                               tw_error *err) {
    tw_record_bytes *r = tw_calloc(1, sizeof *r);
    if (!r)
        return tw_fail_memory(err);
    r->source = source;
    r->task = task;
    r->rows = tw_index_rows(source->index);
    r->none.width = source->sniffed.width;
    tw_csv_cells_init(&r->batch);
    tw_csv_cells_init(&r->whole);
    *out = r;
    enum tw_rc rc = tw_walk_to(&r->walk, source->index, 0, &r->batch, err);
    r->walk.pick = &r->none;
    r->walk.scratch = &r->whole;
    return rc;
}

void tw_record_bytes_free(tw_record_bytes *r) {
    if (!r)
        return;
    tw_csv_cells_fini(&r->batch);
    tw_csv_cells_fini(&r->whole);
    tw_places_free(r->places);
    free(r);
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

/* --- from places --- */

static bool is_repaired(const tw_index *index, int64_t row) {
    size_t n, at = tw_index_repairs_before(index, row);
    const tw_repaired *repaired = tw_index_repaired(index, &n);
    return at < n && repaired[at].row == row;
}

static tw_record_copy copy_between(const char *p, size_t n) {
    size_t content = n;
    while (content && is_line_end(p[content - 1]))
        content--;
    size_t all = n - content, end = all > 0;
    end += all > 1 && p[content] == '\r' && p[content + 1] == '\n';
    return (tw_record_copy){.content = {p, content}, .end = end, .blank = all - end};
}

static void copy_at_place(const tw_record_bytes *r, int64_t row, tw_record_copy *out) {
    uint64_t at = tw_places_at(r->places, row), next = tw_places_at(r->places, row + 1);
    *out = copy_between(r->source->text.p + at, (size_t)(next - at));
    if (row + 1 == r->rows || !out->end || is_repaired(r->source->index, row))
        out->content.p = NULL;
}

void tw_record_bytes_soon(const tw_record_bytes *r, int64_t next, int64_t later) {
    if (!r->places)
        return;
    if (later >= 0)
        tw_places_soon(r->places, later);
    if (next < 0)
        return;
    uint64_t at = tw_places_at(r->places, next), end = tw_places_at(r->places, next + 1);
    end = TW_MIN(end, at + AHEAD_BYTES);
    for (at &= ~UINT64_C(63); at < end; at += 64)
        __builtin_prefetch(r->source->text.p + at);
}

/* --- from a walk --- */

/* Stand before `row`: back, or on to where it is nearer from the index. */
static enum tw_rc go_to(tw_record_bytes *r, int64_t row, tw_error *err) {
    bool back = row < r->walk.row;
    r->jumps += back;
    if (r->jumps > JUMPS_BEFORE_PLACES && !r->places) {
        r->jumps = 0;
        enum tw_rc rc = tw_places_new(r->source, r->task, &r->places, err);
        if (rc != TW_OK || r->places)
            return rc;
    }
    return tw_walk_on(&r->walk, row, &r->batch, err);
}

static enum tw_rc next_batch(tw_record_bytes *r, tw_error *err) {
    r->first = r->walk.row;
    return tw_walk_next(&r->walk, BATCH_ROWS, BATCH_BYTES, &r->batch, &r->base, err);
}

/* Bytes from the end of the batch's last record to the next one, or to the end of the data. */
static size_t blank_behind(const tw_record_bytes *r, const char *from) {
    const char *p = from, *end = r->source->text.p + r->source->data_end;
    while (p < end && (is_line_end(*p) || r->walk.row == r->rows))
        p++;
    return (size_t)(p - from);
}

static void copy_in_batch(const tw_record_bytes *r, size_t i, tw_record_copy *out) {
    tw_span record = r->batch.records[i];
    size_t end = r->batch.ends[i], behind = (size_t)record.at + record.n + end;
    bool last = i + 1 == r->batch.rows;
    *out = (tw_record_copy){.content = {r->base + record.at, record.n}, .end = end};
    out->blank = last ? blank_behind(r, r->base + behind) : r->batch.records[i + 1].at - behind;
    if (!end)
        out->content.p = NULL;
}

enum tw_rc tw_record_bytes_get(tw_record_bytes *r, int64_t row, tw_record_copy *out,
                               tw_error *err) {
    bool there = row >= r->first && row < r->first + (int64_t)r->batch.rows;
    enum tw_rc rc = TW_OK;
    if (!there && !r->places && row != r->walk.row)
        rc = go_to(r, row, err);
    if (rc != TW_OK)
        return rc;
    if (r->places) {
        copy_at_place(r, row, out);
        return TW_OK;
    }
    if (!there)
        rc = next_batch(r, err);
    if (rc == TW_OK && !r->batch.rows)
        return tw_fail(err, TW_EINPUT,
                       "row %lld cannot be read: the file has changed; open it again",
                       (long long)row + 1);
    if (rc == TW_OK)
        copy_in_batch(r, (size_t)(row - r->first), out);
    return rc;
}
