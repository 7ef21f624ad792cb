/* Saving: copy what did not change, splice what did.
 *
 * A row goes out in one of four ways: as its bytes (neighbours in one piece), with some cells
 * replaced in their place, put together anew from its raw cells where columns were added, dropped
 * or moved, or written from values where it is new. The line end behind a record waits until it is
 * known what follows, so that a file that ended without one still does and no two records ever run
 * together. */
#include "io/save.h"

#include "io/compress.h"
#include "io/csv_write.h"
#include "io/fixed.h"
#include "io/format.h"
#include "io/out.h"
#include "io/record_bytes.h"
#include "io/row_cells.h"
#include "io/sink.h"

typedef struct saver {
    tw_row_cells rows;
    tw_record_bytes *bytes; /* NULL: records are not copied unseen */
    tw_csv_style style;
    tw_out *out;
    bool whole;     /* blank lines between records and the file's last line end matter too */
    tw_str content; /* waits to be written: bytes of the file, or of `line` */
    tw_str tail;    /* line end (and blank lines) behind it; empty = none in the file */
    bool waits;
    tw_buf line;  /* a spliced or new record */
    tw_fixed_field *fields; /* of a line of fixed columns */
    tw_arena texts;         /* what they borrow from */
    bool *quoted; /* columns whose cells stand in quotes in the file */
    bool unended; /* the file's last record has no line end */
} saver;

/* Write what waits; `more` = something follows, so its line must end. */
static enum tw_rc settle(saver *s, bool more, tw_error *err) {
    if (!s->waits)
        return TW_OK;
    s->waits = false;
    bool together = more && s->tail.n && s->content.p + s->content.n == s->tail.p;
    if (together)
        s->content.n += s->tail.n;
    enum tw_rc rc = tw_out_put(s->out, s->content, err);
    if (rc || !more || together)
        return rc;
    return tw_out_put(s->out, s->tail.n ? s->tail : tw_str_c(s->style.line_end), err);
}

/* Queue bytes of the file; they join what waits when they follow it in the file. */
static enum tw_rc queue(saver *s, tw_str content, tw_str tail, tw_error *err) {
    if (s->waits && s->content.p != s->line.p && s->tail.p + s->tail.n == content.p && s->tail.n) {
        s->content.n = (size_t)(content.p + content.n - s->content.p);
        s->tail = tail;
        return TW_OK;
    }
    enum tw_rc rc = settle(s, true, err);
    s->content = content;
    s->tail = tail;
    s->waits = true;
    return rc;
}

/* The same for a record in `line`, which must have been settled before it was filled. */
static enum tw_rc queue_line(saver *s, tw_str tail, tw_error *err) {
    s->content = tw_buf_view(&s->line);
    s->tail = tail;
    s->waits = true;
    return tw_buf_check(&s->line, err);
}

static tw_str record_bytes(const tw_record *r) {
    return (tw_str){r->base + r->span.at, r->span.n};
}

/* Line end of a record, with the blank lines behind it when the whole file is kept. */
static tw_str record_tail(const saver *s, const tw_record *r) {
    const char *end = r->base + r->span.at + r->span.n;
    return (tw_str){end, s->whole ? (size_t)(r->next - r->at) - r->span.n : r->end};
}

/* The last cell's quote is never closed: what follows would be swallowed. */
static bool is_open(const tw_record *r) {
    uint8_t want = TW_CELL_QUOTED | TW_CELL_STRAY;
    if (r->n == 0 || r->end || (r->flags[r->n - 1] & want) != want)
        return false;
    tw_span last = r->cells[r->n - 1];
    return last.at + last.n == r->span.at + r->span.n;
}

static bool row_has_marks(const tw_row_cells *rows) {
    for (size_t i = 0; rows->any_marks && i < rows->width; i++)
        if (rows->columns[i].marks && tw_table_mark(rows->table, i, rows->row))
            return true;
    return false;
}

/* A cell's new text into the line. The only cell of a record is never nothing: that would be a
 * blank line. */
static enum tw_rc put_text(saver *s, tw_str text, bool quoted, size_t width, tw_error *err) {
    bool nothing = width == 1 && text.n == 0;
    return tw_csv_put_cell(&s->line, &s->style, text, quoted || nothing, err);
}

static enum tw_rc put_cell(saver *s, size_t column, bool quoted, tw_error *err) {
    tw_str text;
    enum tw_rc rc = tw_row_cells_text(&s->rows, column, &text, err);
    return rc ? rc : put_text(s, text, quoted, s->rows.width, err);
}

/* --- fixed columns: every line is built from fields of its own, padded as they were --- */

static bool is_fixed(const saver *s) {
    return s->style.rules.n_cuts > 0;
}

static enum tw_rc keep_text(saver *s, size_t column, tw_str text, tw_error *err) {
    text = tw_arena_str(&s->texts, text);
    const tw_field *field = s->rows.columns[column].field;
    s->fields[column] =
        (tw_fixed_field){.text = text, .right = tw_type_ops_of(field->type)->is_number};
    return text.p ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc fixed_line(saver *s, tw_str old, tw_str tail, tw_error *err) {
    enum tw_rc rc = settle(s, true, err);
    if (rc == TW_OK)
        rc = tw_fixed_line(&s->style.rules, old, s->fields, &s->line, err);
    tw_arena_reset(&s->texts);
    return rc == TW_OK ? queue_line(s, tail, err) : rc;
}

/* A row with some cells replaced, or a new one. */
static enum tw_rc fixed_row(saver *s, tw_error *err) {
    tw_row_cells *rows = &s->rows;
    bool fresh = rows->origin < 0;
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < rows->width && rc == TW_OK; i++) {
        tw_str text;
        s->fields[i] = (tw_fixed_field){.kept = tw_row_cells_source_cell(rows, i) >= 0};
        if (s->fields[i].kept)
            continue;
        rc = tw_row_cells_text(rows, i, &text, err);
        if (rc == TW_OK)
            rc = keep_text(s, i, text, err);
    }
    if (rc != TW_OK)
        return rc;
    return fixed_line(s, fresh ? TW_STR("") : record_bytes(&rows->record),
                      fresh ? tw_str_c(s->style.line_end) : record_tail(s, &rows->record), err);
}

/* Names over columns: the first header record carries those that changed. */
static enum tw_rc fixed_header(saver *s, bool own, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++) {
        const tw_out_column *c = &s->rows.columns[i];
        s->fields[i] = (tw_fixed_field){.kept = !own || !c->renamed};
        if (!s->fields[i].kept)
            rc = keep_text(s, i, tw_str_c(c->field->name), err);
    }
    const tw_record *r = &s->rows.record;
    return rc == TW_OK ? fixed_line(s, record_bytes(r), record_tail(s, r), err) : rc;
}

/* --- delimited records --- */

/* The record with its marked cells replaced; cells it is too short for are added. */
static enum tw_rc splice_row(saver *s, tw_error *err) {
    if (is_fixed(s))
        return fixed_row(s, err);
    tw_row_cells *rows = &s->rows;
    const tw_record *r = &rows->record;
    const char *from = r->base + r->span.at, *end = from + r->span.n;
    enum tw_rc rc = settle(s, true, err);
    tw_buf_clear(&s->line);
    uint32_t have = r->n;
    for (size_t i = 0; i < rows->width && rc == TW_OK; i++) {
        if (tw_row_cells_source_cell(rows, i) >= 0)
            continue;
        if (i < r->n) {
            tw_str raw = tw_record_raw(r, (uint32_t)i);
            tw_buf_add(&s->line, from, (size_t)(raw.p - from));
            from = raw.p + raw.n;
            rc = put_cell(s, i, r->flags[i] & TW_CELL_QUOTED, err);
            continue;
        }
        tw_buf_add(&s->line, from, (size_t)(end - from));
        from = end;
        for (; have <= i; have++)
            tw_csv_put_delimiter(&s->line, &s->style);
        rc = put_cell(s, i, s->quoted[i], err);
    }
    tw_buf_add(&s->line, from, (size_t)(end - from));
    return rc ? rc : queue_line(s, record_tail(s, r), err);
}

/* Raw bytes of a cell of the file; an unclosed quote is closed. */
static enum tw_rc put_raw(saver *s, uint32_t cell, tw_error *err) {
    const tw_record *r = &s->rows.record;
    if (cell + 1 == r->n && is_open(r))
        return put_text(s, tw_row_cells_record_text(&s->rows, cell), true, s->rows.width, err);
    tw_str raw = tw_record_raw(r, cell);
    if (raw.n == 0)
        return put_text(s, raw, false, s->rows.width, err);
    tw_buf_str(&s->line, raw);
    return TW_OK;
}

/* The record put together from the table's columns; surplus cells stay at its end. */
static enum tw_rc rebuild_row(saver *s, tw_error *err) {
    tw_row_cells *rows = &s->rows;
    const tw_record *r = &rows->record;
    enum tw_rc rc = settle(s, true, err);
    tw_buf_clear(&s->line);
    for (size_t i = 0; i < rows->width && rc == TW_OK; i++) {
        int64_t cell = tw_row_cells_source_cell(rows, i);
        if (i)
            tw_csv_put_delimiter(&s->line, &s->style);
        if (cell < 0)
            rc =
                put_cell(s, i, rows->columns[i].from >= 0 && s->quoted[rows->columns[i].from], err);
        else if (cell < r->n)
            rc = put_raw(s, (uint32_t)cell, err);
        else
            rc = put_text(s, TW_STR(""), false, rows->width, err);
    }
    for (uint32_t i = (uint32_t)rows->source->sniffed.width; i < r->n && rc == TW_OK; i++) {
        tw_csv_put_delimiter(&s->line, &s->style);
        rc = put_raw(s, i, err);
    }
    return rc ? rc : queue_line(s, record_tail(s, r), err);
}

static enum tw_rc new_row(saver *s, tw_error *err) {
    tw_row_cells *rows = &s->rows;
    enum tw_rc rc = settle(s, true, err);
    tw_buf_clear(&s->line);
    for (size_t i = 0; i < rows->width && rc == TW_OK; i++) {
        if (i)
            tw_csv_put_delimiter(&s->line, &s->style);
        int from = rows->columns[i].from;
        rc = put_cell(s, i, from >= 0 && s->quoted[from], err);
    }
    return rc ? rc : queue_line(s, tw_str_c(s->style.line_end), err);
}

static enum tw_rc save_row(saver *s, int64_t row, bool last, tw_error *err) {
    enum tw_rc rc = tw_row_cells_go(&s->rows, row, err);
    if (rc)
        return tw_error_place(err, rc, NULL, row, NULL);
    const tw_record *r = &s->rows.record;
    if (s->rows.origin < 0)
        rc = is_fixed(s) ? fixed_row(s, err) : new_row(s, err);
    else if (!s->rows.same_columns || (!last && is_open(r)))
        rc = rebuild_row(s, err);
    else if (row_has_marks(&s->rows))
        rc = splice_row(s, err);
    else
        rc = queue(s, record_bytes(r), record_tail(s, r), err);
    return tw_error_place(err, rc, NULL, row, NULL);
}

/* A record as it stands, its cells not looked at; *done false where that cannot be. */
static enum tw_rc copy_row(saver *s, int64_t row, bool *done, tw_error *err) {
    int64_t origin = tw_table_origin(s->rows.table, row);
    tw_record_copy copy;
    *done = false;
    if (origin < 0)
        return TW_OK;
    enum tw_rc rc = tw_record_bytes_get(s->bytes, origin, &copy, err);
    if (rc != TW_OK || !copy.content.p)
        return rc;
    *done = true;
    tw_str tail = {copy.content.p + copy.content.n, copy.end + (s->whole ? copy.blank : 0)};
    return queue(s, copy.content, tail, err);
}

/* Where the rows behind it lie: memory is slow to answer, and copying is quick. */
static void look_ahead(const saver *s, const int64_t *chosen, int64_t i, int64_t n) {
    enum { NEXT = 12, LATER = 40 };
    int64_t at[] = {i + NEXT, i + LATER};
    for (size_t k = 0; k < TW_COUNT(at); k++) {
        int64_t row = chosen && at[k] < n ? chosen[at[k]] : at[k];
        at[k] = at[k] < n ? tw_table_origin(s->rows.table, row) : -1;
    }
    tw_record_bytes_soon(s->bytes, at[0], at[1]);
}

/* A header record with changed names or columns: as a row whose cells are names. `own` = the first
 * one carries the names, the others keep what they say about unchanged columns. */
static enum tw_rc put_header_record(saver *s, bool own, bool units, tw_error *err) {
    if (is_fixed(s))
        return fixed_header(s, own && !units, err);
    const tw_row_cells *rows = &s->rows;
    const tw_record *r = &rows->record;
    enum tw_rc rc = TW_OK;
    tw_buf_clear(&s->line);
    for (size_t i = 0; i < rows->width && rc == TW_OK; i++) {
        const tw_out_column *c = &rows->columns[i];
        if (i)
            tw_csv_put_delimiter(&s->line, &s->style);
        bool there = c->from >= 0 && (uint32_t)c->from < r->n;
        if (there && (!c->renamed || units))
            rc = put_raw(s, (uint32_t)c->from, err);
        else if (own && !units)
            rc = put_text(s, tw_str_c(c->field->name), there && r->flags[c->from] & TW_CELL_QUOTED,
                          rows->width, err);
    }
    return rc ? rc : queue_line(s, record_tail(s, r), err);
}

static enum tw_rc rewrite_header(saver *s, tw_str header, tw_error *err) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    size_t next = 0;
    enum tw_rc rc = tw_csv_scan(&s->style.rules, header, 0, header.n, SIZE_MAX, &cells, &next, err);
    bool units = s->rows.source->sniffed.dialect.units_row;
    for (size_t h = 0; h < cells.rows && rc == TW_OK; h++) {
        uint64_t end = h + 1 < cells.rows ? cells.records[h + 1].at : header.n;
        s->rows.record = (tw_record){.base = header.p,
                                     .span = cells.records[h],
                                     .end = cells.ends[h],
                                     .at = cells.records[h].at,
                                     .next = end,
                                     .cells = cells.cells + cells.first[h],
                                     .flags = cells.flags + cells.first[h],
                                     .n = cells.first[h + 1] - cells.first[h]};
        rc = settle(s, true, err);
        if (rc == TW_OK)
            rc = put_header_record(s, h == 0, units && h + 1 == cells.rows, err);
    }
    tw_csv_cells_fini(&cells);
    return rc;
}

static bool header_changed(const tw_row_cells *rows) {
    for (size_t i = 0; i < rows->width; i++)
        if (rows->columns[i].renamed)
            return true;
    return !rows->same_columns;
}

/* Text before the first data record: header as it stands or anew, preamble only with the whole
 * file. */
static enum tw_rc save_header(saver *s, tw_error *err) {
    const tw_source_csv *source = s->rows.source;
    uint64_t begin = source->sniffed.dialect.table_begin, data = source->sniffed.data_begin;
    tw_str preamble = tw_str_sub(source->text, 0, begin),
           header = tw_str_sub(source->text, begin, data);
    enum tw_rc rc = s->whole ? tw_out_put(s->out, preamble, err) : TW_OK;
    if (rc || header.n == 0)
        return rc;
    if (header_changed(&s->rows))
        return rewrite_header(s, header, err);
    size_t n = header.n;
    while (n && (header.p[n - 1] == '\n' || header.p[n - 1] == '\r'))
        n--;
    return queue(s, tw_str_sub(header, 0, n), tw_str_sub(header, n, header.n), err);
}

/* How the file ends; what stands before its data when it has none. */
static enum tw_rc learn_end(saver *s, tw_error *err) {
    const tw_source_csv *source = s->rows.source;
    int64_t rows = tw_index_rows(source->index);
    uint64_t data = source->sniffed.data_begin;
    char before = data ? source->text.p[data - 1] : '\0';
    tw_record last = {.end = before == '\n' || before == '\r'};
    enum tw_rc rc = rows ? tw_records_get(s->rows.records, rows - 1, &last, err) : TW_OK;
    s->unended = last.end == 0;
    return rc;
}

/* Columns whose cells stand in quotes in the first records: new cells there are quoted too. */
static enum tw_rc learn_quotes(saver *s, tw_error *err) {
    tw_source_csv *source = s->rows.source;
    int64_t rows = TW_MIN(tw_index_rows(source->index), INT64_C(8));
    size_t width = source->sniffed.width;
    s->quoted = tw_calloc(width, sizeof *s->quoted);
    if (!s->quoted)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++)
        s->quoted[i] = rows > 0;
    for (int64_t row = 0; row < rows; row++) {
        tw_record r;
        enum tw_rc rc = tw_records_get(s->rows.records, row, &r, err);
        if (rc)
            return rc;
        for (size_t i = 0; i < width; i++)
            s->quoted[i] = s->quoted[i] && i < r.n && (r.flags[i] & TW_CELL_QUOTED);
    }
    return TW_OK;
}

/* Blank lines between the header and the first record belong to no record. */
static enum tw_rc save_gap(saver *s, tw_error *err) {
    const tw_source_csv *source = s->rows.source;
    uint64_t from = source->sniffed.data_begin, at = from;
    while (s->whole && at < source->data_end &&
           (source->text.p[at] == '\n' || source->text.p[at] == '\r'))
        at++;
    tw_str gap = tw_str_sub(source->text, from, at);
    if (gap.n == 0)
        return TW_OK;
    if (s->waits && s->content.p != s->line.p && s->tail.p + s->tail.n == gap.p) {
        s->tail.n += gap.n;
        return TW_OK;
    }
    enum tw_rc rc = settle(s, true, err);
    return rc ? rc : tw_out_put(s->out, gap, err);
}

/* What follows the last row: its line end unless the file had none, then the footer. */
static enum tw_rc save_footer(saver *s, tw_error *err) {
    const tw_source_csv *source = s->rows.source;
    tw_str footer = tw_str_sub(source->text, source->data_end, source->text.n);
    bool ends = s->tail.n > 0;
    if (s->whole)
        ends = s->unended ? ends && footer.n : true;
    enum tw_rc rc = settle(s, ends, err);
    return rc || !s->whole ? rc : tw_out_put(s->out, footer, err);
}

typedef struct save_call {
    saver *s;
    const int64_t *chosen; /* NULL = all rows */
    int64_t n;
    tw_task *task;
} save_call;

static enum tw_rc save_all(void *ctx, tw_error *err) {
    save_call *c = ctx;
    saver *s = c->s;
    enum tw_rc rc = learn_quotes(s, err);
    if (rc == TW_OK)
        rc = learn_end(s, err);
    if (rc == TW_OK)
        rc = save_header(s, err);
    if (rc == TW_OK)
        rc = save_gap(s, err);
    for (int64_t i = 0; i < c->n && rc == TW_OK && !tw_out_closed(s->out); i++) {
        int64_t row = c->chosen ? c->chosen[i] : i;
        bool done = false;
        if (s->bytes) {
            look_ahead(s, c->chosen, i, c->n);
            rc = copy_row(s, row, &done, err);
        }
        if (rc == TW_OK && !done)
            rc = save_row(s, row, i + 1 == c->n, err);
        if (rc == TW_OK && (i & 8191) == 8191) {
            rc = tw_task_check(c->task, err);
            tw_task_advance(c->task, 8192);
        }
    }
    return rc ? rc : save_footer(s, err);
}

/* Lines of fixed columns have no room for others, and no order but theirs. */
static enum tw_rc begin_fixed(saver *s, tw_error *err) {
    if (!s->rows.same_columns)
        return tw_fail(err, TW_EUSAGE,
                       "columns were added, dropped or moved, and the file has fixed columns; save "
                       "to a file whose name ends in .csv");
    s->fields = tw_calloc(s->rows.width, sizeof *s->fields);
    return s->fields ? TW_OK : tw_fail_memory(err);
}

/* The file's columns, all of them, in its order. */
static bool keeps_columns(const tw_table *table, const tw_source_csv *source) {
    size_t width = tw_table_width(table);
    for (size_t i = 0; i < width; i++)
        if (tw_table_field(table, i)->source_column != (int)i)
            return false;
    return width == source->sniffed.width;
}

/* Header and rows in the dialect of the table's file. */
static enum tw_rc save_in_dialect(const tw_table *table, const int64_t *chosen, int64_t n,
                                  bool whole, const char *path, const char *packed, tw_task *task,
                                  tw_error *err) {
    tw_source_csv *source = tw_source_csv_of(tw_table_source(table));
    saver s = {.whole = whole, .style = tw_csv_style_of(&source->sniffed.dialect)};
    tw_buf_init(&s.line, TW_BUF_MAX);
    tw_arena_init(&s.texts);
    save_call call = {&s, chosen, chosen ? n : tw_table_rows(table), task};
    tw_task_begin(task, "writing", (uint64_t)call.n);
    enum tw_rc rc = tw_source_csv_check(source, err);
    if (rc == TW_OK)
        rc = tw_row_cells_init(&s.rows, table, false, task, err);
    if (rc == TW_OK && is_fixed(&s))
        rc = begin_fixed(&s, err);
    if (rc == TW_OK && s.rows.same_columns && !s.rows.any_marks)
        rc = tw_record_bytes_new(source, task, &s.bytes, err);
    if (rc == TW_OK)
        rc = tw_out_open(path, packed, &source->sniffed.dialect, &s.out, err);
    if (rc == TW_OK)
        rc = tw_file_guard(save_all, &call, err);
    if (rc == TW_OK)
        rc = tw_source_csv_check(source, err);
    if (rc == TW_OK)
        rc = tw_out_commit(s.out, err);
    else
        tw_out_abort(s.out);
    tw_record_bytes_free(s.bytes);
    tw_row_cells_fini(&s.rows);
    tw_buf_fini(&s.line);
    tw_arena_fini(&s.texts);
    free(s.fields);
    free(s.quoted);
    return rc;
}

/* The path's suffix asks for another kind of file than the source is. What was made of another format goes to stdout as
 * CSV. */
static bool other_format(const tw_source_csv *source, const char *path) {
    const tw_file_format *to = tw_file_format_of_path(tw_str_c(path));
    if (source->converted && !to)
        return strcmp(path, "-") == 0;
    if (source->converted)
        return strcmp(to->name, source->sniffed.dialect.format) != 0;
    const tw_file_format *from = tw_file_format_of_path(tw_str_c(source->path));
    if (!to || to == from)
        return false;
    if (source->sniffed.dialect.fixed)
        return true;
    uint32_t delimiter = source->sniffed.dialect.delimiter;
    return strcmp(to->name, "tsv") == 0 ? delimiter != '\t' : from || strcmp(to->name, "csv") != 0;
}

/* Unchanged, all bytes of the file are right at the path: where they are packed or converted, records alone would not give
 * them back. */
static bool copies_file(const tw_source_csv *source, const char *path, bool over) {
    enum tw_compression from = tw_compression_named(source->sniffed.dialect.compression);
    bool same = over || from == tw_compression_of_path(tw_str_c(path), NULL);
    return source->raw && same && (from != TW_PLAIN || source->converted);
}

static enum tw_rc copy_file(const tw_source_csv *source, const char *path, tw_error *err) {
    enum tw_rc rc = tw_source_csv_check(source, err);
    return rc ? rc : tw_file_write(path, tw_mapping_bytes(source->raw), err);
}

/* The table is the file's own: nothing added, dropped, moved, renamed or changed. */
static bool is_untouched(const tw_table *table) {
    tw_save_plan plan;
    return tw_save_plan_of(table, &plan, NULL) == TW_OK && plan.rows == plan.rows_copied &&
           !plan.rows_dropped && !plan.reordered && !plan.columns_added && !plan.columns_dropped &&
           !plan.columns_renamed;
}

enum tw_rc tw_save_table(const tw_table *table, const char *path, bool in_place, const tw_log *log,
                         tw_task *task, tw_error *err) {
    tw_source *any = tw_table_source(table);
    tw_source_csv *source = tw_source_csv_of(any);
    bool over = any && tw_file_same(path, any->ops->path(any));
    if (over && !in_place)
        return tw_fail(err, TW_EUSAGE,
                       "%s is the file the table was read from: saving would replace it; "
                       "say so with --in-place (`:save!`) or give another name",
                       path);
    bool other = !source || (!over && other_format(source, path));
    enum tw_rc rc = over && source ? tw_source_csv_check_over(source, err) : TW_OK;
    if (rc != TW_OK)
        return rc;
    tw_write_options options = {.packed = over && source ? source->sniffed.dialect.compression : NULL,
                                .format = other || !source->converted ? NULL : source->sniffed.dialect.format,
                                .log = log};
    if (!other && copies_file(source, path, over) && is_untouched(table))
        rc = copy_file(source, path, err);
    else if (other || source->converted)
        rc = tw_write_table(table, path, &options, task, err);
    else
        rc = save_in_dialect(table, NULL, 0, true, path, options.packed, task, err);
    if (rc == TW_OK && over && source)
        rc = tw_source_csv_saved(source, err);
    return rc;
}

enum tw_rc tw_write_rows(const tw_table *table, const int64_t *rows, int64_t n, const char *path,
                         const tw_log *log, tw_task *task, tw_error *err) {
    tw_source_csv *source = tw_source_csv_of(tw_table_source(table));
    bool fits = source && (!source->sniffed.dialect.fixed || keeps_columns(table, source));
    if (fits && !other_format(source, path) && !source->converted)
        return save_in_dialect(table, rows, n, false, path, NULL, task, err);
    return tw_write_chosen(table, rows, n, path, &(tw_write_options){.log = log}, task, err);
}
