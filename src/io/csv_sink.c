/* Derived tables as RFC 4180: cell text as it stands, quotes where needed, records as repaired.
 *
 * Surplus cells with text stay at the end of their row: nothing of a damaged file is lost on the
 * way. A record that would come out as it went in is copied as bytes; that is nearly all of a plain
 * file, and three times as fast as writing cells. */
#include "io/row_cells.h"
#include "io/sink.h"

#define FLUSH ((size_t)1 << 16)

typedef struct csv_sink {
    tw_sink base;
    tw_out *out;
    tw_csv_style style;
    tw_write_options options;
    tw_task *task;
    tw_row_cells rows;
    tw_buf text, plain;
    size_t *ends;  /* of the cells of the row last written from a block, from its start */
    size_t row_at; /* where that row begins in `text`; SIZE_MAX: not any more */
    bool begun;
    bool copies; /* columns and dialect are the file's own: records may be copied */
    bool runs;   /* cells of a block may be taken together: no row of theirs can be a blank line */
    tw_str line_end;
} csv_sink;

static enum tw_rc flush(csv_sink *s, size_t above, tw_error *err) {
    if (s->text.n <= above)
        return TW_OK;
    enum tw_rc rc = tw_out_put(s->out, tw_buf_view(&s->text), err);
    tw_buf_clear(&s->text);
    s->row_at = SIZE_MAX;
    return rc;
}

static bool has_header(const csv_sink *s) {
    return s->options.names || !s->rows.source || s->rows.source->sniffed.dialect.header_rows > 0;
}

static enum tw_rc put_header(csv_sink *s, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++) {
        tw_str name = tw_str_c(s->rows.columns[i].field->name);
        if (i)
            tw_csv_put_delimiter(&s->text, &s->style);
        rc = tw_csv_put_cell(&s->text, &s->style, name, s->rows.width == 1 && name.n == 0, err);
    }
    tw_buf_str(&s->text, s->line_end);
    return rc;
}

static bool may_copy(const csv_sink *s) {
    const tw_row_cells *rows = &s->rows;
    if (!rows->same_columns || rows->any_marks || s->options.normalize || rows->width < 2)
        return false;
    const tw_csv_rules *from = &rows->source->rules, *to = &s->style.rules;
    return tw_csv_rules_are_plain(from) && tw_csv_rules_are_plain(to) &&
           from->delimiter[0] == to->delimiter[0] && from->quote == to->quote;
}

static enum tw_rc csv_begin(tw_sink *sink, const tw_table *table, tw_error *err) {
    csv_sink *s = (csv_sink *)sink;
    bool again = s->begun;
    s->begun = true;
    tw_row_cells_fini(&s->rows);
    enum tw_rc rc = tw_row_cells_init(&s->rows, table, s->options.normalize, s->task, err);
    if (rc)
        return rc;
    s->copies = may_copy(s);
    s->runs = s->rows.other && s->rows.width > 1 && !s->options.normalize &&
              tw_csv_rules_are_plain(&s->style.rules);
    s->row_at = SIZE_MAX;
    free(s->ends);
    s->ends = tw_calloc(s->rows.width, sizeof *s->ends);
    if (!s->ends)
        return tw_fail_memory(err);
    if (again || s->rows.width == 0 || !has_header(s))
        return rc;
    return put_header(s, err);
}

/* Cell by its type's plain format; what is unreadable keeps its text. */
static tw_str plain_text(csv_sink *s, size_t column) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_cell cell = tw_column_cell(s->rows.columns[column].cells, s->rows.row);
    tw_buf_clear(&s->plain);
    tw_cell_write(&cell, &plain, &s->plain);
    return tw_buf_view(&s->plain);
}

/* Cells beyond the table's, up to the last one with text. */
static enum tw_rc put_surplus(csv_sink *s, tw_error *err) {
    tw_row_cells *rows = &s->rows;
    uint32_t from, to;
    enum tw_rc rc = TW_OK;
    if (!tw_row_cells_surplus(rows, &from, &to))
        return TW_OK;
    for (uint32_t i = from; i < to && rc == TW_OK; i++) {
        tw_csv_put_delimiter(&s->text, &s->style);
        rc = tw_csv_put_cell(&s->text, &s->style, tw_row_cells_record_text(rows, i), false, err);
    }
    return rc;
}

/* Its cells would be written as they stand: quotes are where cells need them and nowhere else. */
static bool stands(const csv_sink *s) {
    const tw_record *r = &s->rows.record;
    const char *from = r->base + r->span.at, *end = from + r->span.n, quote = s->style.rules.quote;
    uint8_t all = 0;
    for (uint32_t i = 0; i < r->n; i++)
        all |= r->flags[i];
    if (r->n != s->rows.width || (all & (TW_CELL_REPAIRED | TW_CELL_STRAY)))
        return false;
    for (uint32_t i = 0; (all & TW_CELL_QUOTED) && i < r->n; i++) {
        if (!(r->flags[i] & TW_CELL_QUOTED))
            continue;
        tw_str cell = {r->base + r->cells[i].at, r->cells[i].n};
        if (memchr(from, quote, (size_t)(cell.p - 1 - from)) ||
            !tw_csv_needs_quotes(&s->style, cell))
            return false;
        from = cell.p + cell.n + 1;
    }
    return !memchr(from, quote, (size_t)(end - from));
}

/* --- cells that lie in a block --- */

/* The first n cells as they were written in the row before; false where they are gone. */
static bool repeat_cells(csv_sink *s, size_t n) {
    size_t at = s->row_at, bytes = n && at != SIZE_MAX ? s->ends[n - 1] : 0;
    if (!bytes || !tw_buf_reserve(&s->text, bytes))
        return false;
    tw_buf_add(&s->text, s->text.p + at, bytes);
    return true;
}

/* Up to 16 bytes at once where so many may be read; `to` has room for them. */
static inline void copy_cell(char *to, const tw_batch *block, tw_span cell) {
    const char *from = block->base + cell.at;
    if (cell.n <= 16 && (size_t)cell.at + 16 <= block->bytes)
        memcpy(to, from, 16);
    else
        memcpy(to, from, cell.n);
}

/* Bytes from one cell up to the next. */
static inline uint32_t gap_before(const tw_span *cell) {
    return cell->at - (cell[-1].at + cell[-1].n);
}

/* Cells that need no quotes and lie end to end, or with delimiters between as they are written. */
static bool put_clean(csv_sink *s, const tw_span *cells, size_t i, size_t end, bool delimited) {
    const tw_batch *block = &s->rows.block;
    size_t bytes = cells[end - 1].at + cells[end - 1].n - cells[i].at;
    if (!tw_buf_reserve(&s->text, bytes + end + 16))
        return false;
    char *to = s->text.p + s->text.n, *row = s->text.p + s->row_at;
    if (i)
        *to++ = s->style.rules.delimiter[0];
    if (delimited)
        memcpy(to, block->base + cells[i].at, bytes);
    for (size_t first = i; i < end; i++) {
        if (i > first && delimited)
            to++;
        else if (i > first)
            *to++ = s->style.rules.delimiter[0];
        if (!delimited)
            copy_cell(to, block, cells[i]);
        to += cells[i].n;
        s->ends[i] = (size_t)(to - row);
    }
    *to = '\0';
    s->text.n = (size_t)(to - s->text.p);
    return true;
}

static enum tw_rc put_careful(csv_sink *s, const tw_span *cells, size_t i, tw_error *err) {
    tw_str text = {s->rows.block.base + cells[i].at, cells[i].n};
    if (i)
        tw_csv_put_delimiter(&s->text, &s->style);
    enum tw_rc rc = tw_csv_put_cell(&s->text, &s->style, text, false, err);
    s->ends[i] = s->text.n - s->row_at;
    return rc;
}

/* Where the cells end that lie end to end from i on, or with a delimiter between. */
static size_t stretch_of(const csv_sink *s, const tw_span *cells, size_t i, bool *delimited) {
    const char *base = s->rows.block.base;
    size_t end = i + 1, width = s->rows.width;
    *delimited = end < width && gap_before(&cells[end]) == 1;
    uint32_t gap = *delimited ? 1 : 0;
    while (end < width && gap_before(&cells[end]) == gap &&
           (gap == 0 || base[cells[end].at - 1] == s->style.rules.delimiter[0]))
        end++;
    return end;
}

/* How many of the cells [i, end) come before the first that needs quotes. */
static size_t bare_cells(const csv_sink *s, const tw_span *cells, size_t i, size_t end,
                         bool delimited) {
    const tw_batch *block = &s->rows.block;
    size_t at = cells[i].at, bytes = cells[end - 1].at + cells[end - 1].n - at, n = 0;
    size_t readable = block->bytes > at ? block->bytes - at : bytes;
    tw_str all = {block->base + at, bytes};
    if (delimited && tw_csv_marks(&s->style, all, readable) == end - i - 1)
        return end - i;
    if (!delimited)
        bytes = tw_csv_bare(&s->style, all, readable);
    while (i + n < end && cells[i + n].at + cells[i + n].n - at <= bytes) {
        tw_str text = {block->base + cells[i + n].at, cells[i + n].n};
        if (delimited && tw_csv_marks(&s->style, text, text.n))
            break;
        n++;
    }
    return n;
}

/* Cells side by side are looked at together. */
static enum tw_rc put_run(csv_sink *s, const tw_span *cells, size_t repeated, tw_error *err) {
    enum tw_rc rc = TW_OK;
    size_t start = s->text.n, i = repeat_cells(s, repeated) ? repeated : 0;
    s->row_at = start;
    while (i < s->rows.width && rc == TW_OK) {
        bool delimited;
        size_t end = stretch_of(s, cells, i, &delimited);
        size_t n = bare_cells(s, cells, i, end, delimited);
        if (n == 0)
            rc = put_careful(s, cells, i, err);
        else if (!put_clean(s, cells, i, i + n, delimited))
            rc = tw_fail_memory(err);
        i += TW_MAX(n, (size_t)1);
    }
    return rc;
}

static enum tw_rc put_cells(csv_sink *s, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++) {
        tw_str text;
        if (s->options.normalize)
            text = plain_text(s, i);
        else
            rc = tw_row_cells_text(&s->rows, i, &text, err);
        if (i)
            tw_csv_put_delimiter(&s->text, &s->style);
        if (rc == TW_OK)
            rc = tw_csv_put_cell(&s->text, &s->style, text, s->rows.width == 1 && text.n == 0, err);
    }
    return rc ? rc : put_surplus(s, err);
}

static bool same_cell(const tw_span *a, const tw_span *b) {
    return a->at == b->at && a->n == b->n;
}

/* n rows whose cells lie behind one another; what a row has from the one before is repeated. */
static enum tw_rc put_runs(csv_sink *s, const tw_span *cells, int64_t n, tw_error *err) {
    size_t width = s->rows.width;
    enum tw_rc rc = TW_OK;
    for (int64_t i = 0; i < n && rc == TW_OK; i++, cells += width) {
        size_t repeated = 0;
        while (i > 0 && repeated < width && same_cell(&cells[repeated], &cells[repeated] - width))
            repeated++;
        rc = put_run(s, cells, repeated, err);
        tw_buf_str(&s->text, s->line_end);
        if (rc == TW_OK)
            rc = flush(s, FLUSH, err);
        else
            rc = tw_error_place(err, rc, NULL, s->rows.row + i, NULL);
    }
    return rc;
}

/* The row stood on. */
static enum tw_rc put_row(csv_sink *s, tw_error *err) {
    const tw_record *r = &s->rows.record;
    enum tw_rc rc = TW_OK;
    if (s->copies && s->rows.origin >= 0 && stands(s))
        tw_buf_add(&s->text, r->base + r->span.at, r->span.n);
    else
        rc = put_cells(s, err);
    tw_buf_str(&s->text, s->line_end);
    return rc ? rc : flush(s, FLUSH, err);
}

static enum tw_rc csv_rows(tw_sink *sink, int64_t first, int64_t n, tw_error *err) {
    csv_sink *s = (csv_sink *)sink;
    enum tw_rc rc = TW_OK;
    for (int64_t row = first, end = first + n, step; row < end && rc == TW_OK; row += step) {
        step = end - row;
        rc = tw_row_cells_go(&s->rows, row, err);
        const tw_span *run = rc == TW_OK && s->runs ? tw_row_cells_run(&s->rows, &step) : NULL;
        if (run) {
            rc = put_runs(s, run, step, err);
            continue;
        }
        step = 1;
        if (rc == TW_OK)
            rc = put_row(s, err);
        rc = tw_error_place(err, rc, NULL, row, NULL);
    }
    return rc;
}

static enum tw_rc csv_end(tw_sink *sink, tw_error *err) {
    return flush((csv_sink *)sink, 0, err);
}

static void csv_free(tw_sink *sink) {
    csv_sink *s = (csv_sink *)sink;
    tw_row_cells_fini(&s->rows);
    tw_buf_fini(&s->text);
    tw_buf_fini(&s->plain);
    free(s->ends);
    free(s);
}

enum tw_rc tw_csv_sink_new(tw_out *out, const tw_csv_style *style, const tw_write_options *options,
                           tw_task *task, tw_sink **sink, tw_error *err) {
    static const tw_sink_ops ops = {csv_begin, csv_rows, csv_end, csv_free};
    csv_sink *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    *s = (csv_sink){.base = {&ops}, .out = out, .style = *style, .options = *options, .task = task,
                    .line_end = tw_str_c(style->line_end)};
    tw_buf_init(&s->text, TW_BUF_MAX);
    tw_buf_init(&s->plain, TW_BUF_MAX);
    *sink = &s->base;
    return TW_OK;
}
