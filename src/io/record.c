/* A cursor with a batch, and a table of places for those who jump. */
#include "io/record.h"

#define BATCH_ROWS 1024
#define BATCH_BYTES ((size_t)1 << 16)
#define JUMPS_BEFORE_TABLE 256

struct tw_records {
    const tw_source_csv *source;
    tw_walk walk; /* stands behind the batch */
    tw_csv_cells batch, scratch;
    const char *base;
    int64_t first; /* row of the batch's first record */
    size_t jumps;
    uint64_t *places; /* of all records; NULL until jumps are many */
};

enum tw_rc tw_records_new(const tw_source_csv *source, tw_records **out, tw_error *err) {
    tw_records *r = tw_calloc(1, sizeof *r);
    if (!r)
        return tw_fail_memory(err);
    r->source = source;
    tw_csv_cells_init(&r->batch);
    tw_csv_cells_init(&r->scratch);
    *out = r;
    return tw_walk_to(&r->walk, source->index, 0, &r->scratch, err);
}

void tw_records_free(tw_records *records) {
    if (!records)
        return;
    tw_csv_cells_fini(&records->batch);
    tw_csv_cells_fini(&records->scratch);
    free(records->places);
    free(records);
}

static uint64_t place_in_text(const tw_records *r, size_t row) {
    return (uint64_t)(r->base - r->source->text.p) + r->batch.records[row].at;
}

static enum tw_rc next_batch(tw_records *r, size_t rows, tw_error *err) {
    r->first = r->walk.row;
    return tw_walk_next(&r->walk, rows, BATCH_BYTES, &r->batch, &r->base, err);
}

static enum tw_rc make_places(tw_records *r, tw_error *err) {
    int64_t rows = tw_index_rows(r->source->index);
    uint64_t *places = tw_calloc((size_t)rows, sizeof *places);
    if (!places)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_walk_to(&r->walk, r->source->index, 0, &r->scratch, err);
    while (rc == TW_OK && r->walk.row < rows) {
        rc = next_batch(r, SIZE_MAX, err);
        for (size_t i = 0; i < r->batch.rows && rc == TW_OK; i++)
            places[r->first + (int64_t)i] = place_in_text(r, i);
    }
    if (rc)
        free(places);
    else
        r->places = places;
    return rc;
}

/* Stand before `row`. */
static enum tw_rc jump(tw_records *r, int64_t row, tw_error *err) {
    if (!r->places && ++r->jumps > JUMPS_BEFORE_TABLE) {
        enum tw_rc rc = make_places(r, err);
        if (rc)
            return rc;
    }
    if (!r->places)
        return tw_walk_to(&r->walk, r->source->index, row, &r->scratch, err);
    r->walk = tw_walk_at(r->source->index, row, r->places[row]);
    return TW_OK;
}

/* Where the record behind the batch's last one begins: blank lines before it belong to the last. */
static uint64_t next_place(const tw_records *r) {
    tw_str text = r->source->text;
    uint64_t at = r->walk.at, end = r->source->data_end;
    if (r->walk.row == tw_index_rows(r->source->index))
        return end;
    while (at < end && (text.p[at] == '\n' || text.p[at] == '\r'))
        at++;
    return at;
}

enum tw_rc tw_records_get(tw_records *r, int64_t row, tw_record *out, tw_error *err) {
    if (row < r->first || row >= r->first + (int64_t)r->batch.rows) {
        bool jumps = row != r->walk.row;
        enum tw_rc rc = jumps ? jump(r, row, err) : TW_OK;
        if (rc == TW_OK)
            rc = next_batch(r, jumps && r->places ? 1 : BATCH_ROWS, err);
        if (rc)
            return rc;
        if (!r->batch.rows)
            return tw_fail(err, TW_EINPUT,
                           "row %lld cannot be read: the file has changed; open it again",
                           (long long)row + 1);
    }
    size_t i = (size_t)(row - r->first);
    uint32_t first = r->batch.first[i];
    *out = (tw_record){.base = r->base,
                       .span = r->batch.records[i],
                       .end = r->batch.ends[i],
                       .at = place_in_text(r, i),
                       .next = i + 1 < r->batch.rows ? place_in_text(r, i + 1) : next_place(r),
                       .cells = r->batch.cells + first,
                       .flags = r->batch.flags + first,
                       .n = r->batch.first[i + 1] - first};
    return TW_OK;
}

tw_str tw_record_raw(const tw_record *record, uint32_t cell) {
    tw_span span = record->cells[cell];
    tw_str raw = {record->base + span.at, span.n};
    if (!(record->flags[cell] & TW_CELL_QUOTED) || span.at == 0)
        return raw;
    raw.p--;
    raw.n++;
    bool closed = span.at + span.n < record->span.at + record->span.n;
    raw.n += closed;
    return raw;
}
