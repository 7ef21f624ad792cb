/* libcsv behind the reader interface.
 *
 * A pull ends anywhere, so the record that is open at its end is carried to the front of the next
 * batch. libcsv calls back for each cell and each record; it cannot be stopped inside a pull, so a
 * batch holds what one pull completed, and pulls are repeated until there is a record. */
#include "io/csv_stream.h"

#include <csv.h>

typedef struct csv_stream {
    tw_reader base;
    tw_csv_rules rules;
    tw_pull_fn pull;
    void *ctx;
    struct csv_parser parser;
    tw_csv_cells cells;
    tw_buf text;
    int64_t row; /* of the batch's first record */
    bool ended, failed;
} csv_stream;

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

static void on_cell(void *text, size_t n, void *self) {
    csv_stream *s = self;
    size_t at = s->text.n;
    if (at + n >= UINT32_MAX || !tw_buf_add(&s->text, text, n) ||
        !tw_csv_cells_add_cell(&s->cells, (tw_span){(uint32_t)at, (uint32_t)n}, 0))
        s->failed = true;
}

/* First byte of the cells since the last record. */
static uint32_t open_cells_at(const csv_stream *s) {
    size_t first = s->cells.rows ? s->cells.first[s->cells.rows] : 0;
    return first < s->cells.n ? s->cells.cells[first].at : (uint32_t)s->text.n;
}

static void on_record(int end, void *self) {
    csv_stream *s = self;
    uint32_t at = open_cells_at(s);
    tw_span record = {at, (uint32_t)s->text.n - at};
    if (!tw_csv_cells_add_record(&s->cells, record, end >= 0))
        s->failed = true;
}

/* Drop the records handed out; cells of the open record move to the front. */
static void carry_over(csv_stream *s) {
    uint32_t at = open_cells_at(s);
    size_t first = s->cells.rows ? s->cells.first[s->cells.rows] : 0, n = s->cells.n - first;
    for (size_t i = 0; i < n; i++) {
        s->cells.cells[i] = s->cells.cells[first + i];
        s->cells.cells[i].at -= at;
        s->cells.flags[i] = 0;
    }
    size_t rest = s->text.n - at;
    if (rest)
        memmove(s->text.p, s->text.p + at, rest);
    s->row += (int64_t)s->cells.rows;
    tw_csv_cells_clear(&s->cells);
    s->cells.n = n;
    s->text.n = rest;
}

static enum tw_rc stream_next(tw_reader *reader, tw_batch *batch, tw_error *err) {
    csv_stream *s = (csv_stream *)reader;
    carry_over(s);
    while (!s->cells.rows && !s->ended && !s->failed) {
        tw_str bytes;
        enum tw_rc rc = s->pull(s->ctx, &bytes, err);
        if (rc)
            return rc;
        s->ended = bytes.n == 0;
        if (s->ended)
            csv_fini(&s->parser, on_cell, on_record, s);
        else if (csv_parse(&s->parser, bytes.p, bytes.n, on_cell, on_record, s) < bytes.n)
            s->failed = true;
    }
    if (s->failed)
        return tw_fail(err, TW_ENOMEM,
                       "cannot read a record: no memory for it; check quotes and delimiter");
    tw_csv_cells_batch(&s->cells, s->text.p ? s->text.p : "", s->row, &s->rules, batch);
    return TW_OK;
}

static void stream_free(tw_reader *reader) {
    csv_stream *s = (csv_stream *)reader;
    csv_free(&s->parser);
    tw_csv_cells_fini(&s->cells);
    tw_buf_fini(&s->text);
    free(s);
}

enum tw_rc tw_csv_stream_new(const tw_csv_rules *rules, tw_pull_fn pull, void *ctx, tw_reader **out,
                             tw_error *err) {
    static const tw_reader_ops ops = {stream_next, stream_free};
    if (!tw_csv_rules_are_plain(rules))
        return tw_fail(err, TW_EUNSUPPORTED,
                       "cannot read as a stream: only one-byte delimiters and doubled quotes are "
                       "known there; read a file");
    csv_stream *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    *s = (csv_stream){.base = {&ops}, .rules = *rules, .pull = pull, .ctx = ctx};
    tw_csv_cells_init(&s->cells);
    tw_buf_init(&s->text, TW_BUF_MAX);
    if (csv_init(&s->parser, 0) != 0) {
        free(s);
        return tw_fail_memory(err);
    }
    csv_set_delim(&s->parser, (unsigned char)rules->delimiter[0]);
    csv_set_quote(&s->parser, (unsigned char)rules->quote);
    csv_set_space_func(&s->parser, no_space);
    *out = &s->base;
    return TW_OK;
}
