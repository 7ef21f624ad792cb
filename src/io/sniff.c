/* The order of guesses: marks (delimiter, quote, escape, line end) on blocks, then records of the
 * head under those marks, then tables, header, footer, names and number marks on the records. Each
 * later guess sees the earlier ones as decided.
 *
 * Nothing here reads more than the sample: 64 KB blocks of a big file, all of a small one. */
#include "config.h"

#include "io/sniff.h"

#include "io/number_shape.h"
#include "io/repair_parse.h"
#include "io/sniff_header.h"
#include "io/sniff_marks.h"
#include "io/sniff_notes.h"
#include "io/sniff_tables.h"

typedef struct sniffer {
    const tw_sample *text;
    const tw_read_options *options;
    tw_arena *arena;
    tw_error *err;
    tw_sniffed *out;
    tw_dialect *d;
    tw_notes notes;
    tw_rows rows;
    tw_extent tables[TW_MAX_TABLES];
    tw_header_guess header;
    tw_csv_cells mended; /* the header row, where it was damaged */
    size_t data_end;     /* row behind the last data row seen in the head */
} sniffer;

/* ---- overrides that are numbers ---- */

static enum tw_rc header_option(sniffer *s, int64_t *rows) {
    tw_str text = s->options->header;
    *rows = 0;
    if (tw_str_eq_nocase(text, TW_STR("none")) ||
        (tw_parse_i64(text, rows) && *rows >= 0 && *rows <= 100))
        return TW_OK;
    return tw_fail(s->err, TW_EUSAGE,
                   "--header '%.*s': it is no number of rows; give 0 to 100, or none",
                   TW_ARG(text));
}

/* One of the marks that numbers are read with; *out stays where the user gave none. */
static enum tw_rc mark_option(const char *flag, tw_str text, const char *allowed, const char *words,
                              char *out, tw_error *err) {
    uint32_t c;
    if (!text.p)
        return TW_OK;
    if (!tw_sniff_character(text, &c) || c > 127 || !memchr(allowed, (int)c, strlen(allowed) + 1) ||
        (!c && allowed[0] != ' '))
        return tw_fail(err, TW_EUSAGE, "%s '%.*s': no number is read with it; give %s", flag,
                       TW_ARG(text), words);
    *out = (char)c;
    return TW_OK;
}

/* The user's marks over those of the dialect. */
static enum tw_rc given_marks(const tw_read_options *o, tw_dialect *d, tw_error *err) {
    char decimal = d->decimal, thousands = d->thousands;
    enum tw_rc rc = mark_option("--decimal", o->decimal, ".,", "'.' or ','", &decimal, err);
    if (rc == TW_OK)
        rc = mark_option("--thousands", o->thousands, " ,.'",
                         "',', '.', an apostrophe, space or none", &thousands, err);
    if (rc == TW_OK && o->decimal.p && o->thousands.p && decimal == thousands)
        rc = tw_fail(err, TW_EUSAGE, "--thousands '%c': it is the decimal mark too; give another",
                     thousands);
    if (rc != TW_OK)
        return rc;
    if (o->thousands.p && decimal == thousands)
        decimal = thousands == '.' ? ',' : '.';
    d->decimal = decimal;
    d->thousands = decimal == thousands ? 0 : thousands;
    return TW_OK;
}

/* ---- tables ---- */

static enum tw_rc choose_table(sniffer *s) {
    tw_dialect *d = s->d;
    tw_str wanted = s->options->table;
    int64_t number = 1;
    d->n_tables = tw_sniff_tables(&s->rows, s->tables);
    if (s->options->records && d->n_tables > 1) {
        s->tables[0].to = s->rows.n;
        d->n_tables = 1;
    }
    if (wanted.p && (!tw_parse_i64(wanted, &number) || number < 1 || (uint64_t)number > d->n_tables))
        return tw_fail(s->err, TW_EUSAGE,
                       "--table '%.*s': the file has %zu; give a number from 1 to %zu",
                       TW_ARG(wanted), d->n_tables, d->n_tables);
    d->table = (size_t)number - 1;
    char value[24];
    snprintf(value, sizeof value, "%zu", d->n_tables);
    if (d->n_tables > 1)
        tw_note(&s->notes, "tables", value, 1, "a header stands in record %zu; table %zu is read",
                s->tables[1].from + 1, d->table + 1);
    return TW_OK;
}

/* Offset behind the first n records, blank lines counted as records. */
static size_t row_behind(const tw_rows *rows, size_t from, int n) {
    size_t row = from, records = 0;
    while (row < rows->n && records + rows->at[row].blanks < (size_t)n) {
        records += rows->at[row].blanks + 1;
        row++;
    }
    return row;
}

static int records_before(const tw_rows *rows, size_t from, size_t row) {
    size_t n = 0;
    for (size_t r = from; r < row; r++)
        n += rows->at[r].blanks + 1;
    n += row < rows->n ? rows->at[row].blanks : 0;
    return (int)TW_MIN(n, (size_t)INT32_MAX);
}

/* ---- header and preamble ---- */

/* A record of another width read as it was meant, into `mended`, if there is a way. */
static enum tw_rc mend_row(sniffer *s, size_t row, bool *found) {
    tw_csv_cells *out = &s->mended;
    const tw_row *r = &s->rows.at[row];
    tw_str text = tw_str_sub(s->rows.text, r->begin, r->end);
    tw_parse_cost cost;
    size_t next = 0, end = 0;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
        end++;
    tw_csv_cells_clear(out);
    enum tw_rc rc = tw_repair_parse(tw_str_sub(text, 0, end), &s->rows.rules, s->out->width, out,
                                    found, &cost, s->err);
    if (rc == TW_OK && !*found)
        rc = tw_repair_other_delimiter(tw_str_sub(text, 0, end), &s->rows.rules, s->out->width, out,
                                       &next, found, s->err);
    if (rc != TW_OK || !*found)
        return rc;
    for (size_t c = 0; c < out->n; c++)
        out->cells[c].at += r->begin;
    out->records[0].at += r->begin;
    return TW_OK;
}

static size_t count_typed(const sniffer *s) {
    size_t typed = 0;
    for (size_t c = 0; c < s->mended.n; c++)
        typed += tw_kind_is_typed(
            tw_kind_of((tw_str){s->rows.text.p + s->mended.cells[c].at, s->mended.cells[c].n}));
    return typed;
}

/* A damaged first record looks like a preamble or a header of fewer names: read it as it was meant.
 * Names make it the header, numbers and dates make it data. */
static enum tw_rc mend_first(sniffer *s, size_t from) {
    tw_header_guess *h = &s->header;
    bool damaged_header = h->rows == 1 && s->rows.at[h->first].width != s->out->width;
    bool above = h->rows == 0 && h->first > from && s->rows.at[h->first].blanks == 0 &&
                 s->rows.at[h->first - 1].width != s->out->width;
    bool found = false;
    if (!damaged_header && !above)
        return TW_OK;
    size_t row = above ? h->first - 1 : h->first;
    enum tw_rc rc = mend_row(s, row, &found);
    size_t typed = found ? count_typed(s) : 0;
    bool names = found && typed == 0, data = found && typed * 2 > s->out->width;
    if (above && (names || data)) {
        h->first = row;
        h->rows = names;
        h->score = 0.5;
        snprintf(h->why, sizeof h->why, "a damaged record of %zu %s stands in front", s->out->width,
                 names ? "names" : "cells with types");
    }
    if (!names)
        tw_csv_cells_clear(&s->mended);
    return rc;
}

/* A line of dashes under the names is no more data than a row of units: it is left out and kept. */
static bool take_rule(sniffer *s, const tw_extent *t) {
    size_t row = s->header.first + s->header.rows, dashed = 0;
    if (s->header.rows > 1 && tw_rows_is_rule(&s->rows, row - 1)) {
        s->header.rows--;
        row--;
    }
    dashed = s->header.rows && row < t->to && tw_rows_is_rule(&s->rows, row);
    s->header.units = s->header.units || dashed;
    return dashed;
}

static enum tw_rc find_header(sniffer *s, const tw_extent *t) {
    tw_dialect *d = s->d;
    int skip = s->options->skip, there = records_before(&s->rows, t->from, t->to);
    if (s->text->whole && skip > there)
        return tw_fail(s->err, TW_EUSAGE, "--skip %d: only %d record%s there; skip fewer", skip,
                       there, there == 1 ? " is" : "s are");
    size_t from = skip >= 0 ? row_behind(&s->rows, t->from, skip) : t->from;
    size_t width = tw_rows_width(&s->rows, from, t->to);
    s->out->width = width ? width : t->width;
    tw_sniff_header(&s->rows, from, t->to, s->out->width, &s->header);
    if (s->options->skip >= 0)
        s->header.first = TW_MIN(from, t->to);
    enum tw_rc mended = s->header.first < t->to ? mend_first(s, from) : TW_OK;
    if (mended != TW_OK)
        return mended;
    char value[24];
    if (s->options->header.p) {
        int64_t rows;
        enum tw_rc rc = header_option(s, &rows);
        if (rc != TW_OK)
            return rc;
        s->header.rows = (size_t)rows;
        if (s->header.rows > t->to - s->header.first)
            return tw_fail(s->err, TW_EUSAGE,
                           "--header %zu: only %zu record%s there; give fewer rows",
                           s->header.rows, t->to - s->header.first,
                           t->to - s->header.first == 1 ? " is" : "s are");
        s->header.units = false;
        snprintf(value, sizeof value, "%zu", s->header.rows);
        tw_note_given(&s->notes, "header", value);
    } else {
        snprintf(value, sizeof value, "%zu", s->header.rows);
        tw_decision *n = tw_note(&s->notes, "header", value, s->header.score, "%s", s->header.why);
        tw_note_rival(n, s->header.rows ? "0" : "1", -s->header.score);
    }
    bool ruled = take_rule(s, t);
    d->header_rows = (int)s->header.rows;
    d->units_row = s->header.units;
    d->skip_rows = records_before(&s->rows, t->from, s->header.first);
    snprintf(value, sizeof value, "%d", d->skip_rows);
    if (s->options->skip >= 0)
        tw_note_given(&s->notes, "skip", value);
    else if (d->skip_rows)
        tw_note(&s->notes, "skip", value, 1,
                "record %zu is the first that is filled like the others", s->header.first + 1);
    if (d->units_row)
        tw_note(&s->notes, "units_row", "true", 1, "the record behind the header holds %s",
                ruled ? "a line of dashes" : "units");
    return TW_OK;
}

/* ---- footer ---- */

static void note_footer(sniffer *s, const char *why) {
    char value[24];
    snprintf(value, sizeof value, "%d", s->d->footer_rows);
    if (s->options->footer >= 0)
        tw_note_given(&s->notes, "footer", value);
    else if (s->d->footer_rows)
        tw_note(&s->notes, "footer", value, 1, "%s", why);
}

/* Records at the end of [from, to) that are no data, in rows. */
static size_t footer_of(const sniffer *s, const tw_rows *rows, size_t from, size_t to,
                        char why[120]) {
    if (s->options->footer >= 0)
        return TW_MIN((size_t)s->options->footer, to - from);
    return tw_sniff_footer(rows, from, to, s->out->width, why);
}

/* Footer in the block from the end of a big file. Blocks begin anywhere: records from the first
 * line end on must have the table's width, else nothing is said. */
static enum tw_rc footer_of_end(sniffer *s) {
    const tw_sample *t = s->text;
    size_t at = 0;
    while (at < t->end.n && t->end.p[at] != '\n' && t->end.p[at] != '\r')
        at++;
    tw_rows rows;
    char why[120] = "";
    tw_str block = tw_str_sub(t->end, at, t->end.n);
    enum tw_rc rc = tw_rows_read(block, &s->rows.rules, false, &rows, s->err);
    if (rc == TW_OK && rows.n > 1 && tw_rows_width(&rows, 0, rows.n) == s->out->width) {
        size_t footer = footer_of(s, &rows, 0, rows.n, why);
        s->d->footer_rows = (int)footer;
        if (footer)
            s->d->table_end = t->end_at + at + rows.at[rows.n - footer - 1].end;
        note_footer(s, why);
    }
    tw_rows_fini(&rows);
    return rc;
}

/* Behind the only blank lines of a report with fixed columns: notes that fill few columns. They are no
 * records of another width, as they would be elsewhere. */
static size_t notes_below(const sniffer *s, size_t from, size_t to, char why[120]) {
    enum { NOTES_MAX = 6 };
    size_t row = to;
    if (from >= to)
        return 0;
    while (row > from && to - row < NOTES_MAX && s->rows.at[row - 1].filled * 2 <= s->out->width &&
           !s->rows.at[row - 1].blanks)
        row--;
    row -= row > from;
    bool apart = to - row <= NOTES_MAX && s->rows.at[row].blanks && row > from + 1 &&
                 s->rows.at[row].filled * 2 <= s->out->width;
    for (size_t r = from + 1; r < row && apart; r++)
        apart = !s->rows.at[r].blanks;
    if (!apart)
        return 0;
    snprintf(why, 120, "blank lines stand before it and nowhere else");
    return to - row;
}

static enum tw_rc find_footer(sniffer *s, const tw_extent *t) {
    bool ends_here = s->text->whole || s->d->table + 1 < s->d->n_tables;
    size_t first_data = TW_MIN(s->header.first + s->header.rows + s->header.units, t->to);
    s->data_end = t->to;
    if (ends_here) {
        char why[120] = "";
        size_t footer = footer_of(s, &s->rows, first_data, t->to, why);
        if (!footer && s->d->fixed && s->options->footer < 0)
            footer = notes_below(s, first_data, t->to, why);
        s->data_end = t->to - footer;
        s->d->footer_rows = (int)footer;
        note_footer(s, why);
        size_t last = s->data_end;
        s->d->table_end = last ? s->rows.at[last - 1].end : 0;
        return TW_OK;
    }
    s->d->table_end = s->text->total ? s->text->total : UINT64_MAX;
    return s->text->end.p && s->text->end.n ? footer_of_end(s) : TW_OK;
}

/* ---- what is handed back ---- */

/* Where header and footer of a table lie that is not the one to be read. */
static void measure_other(const sniffer *s, const tw_extent *t, tw_sniffed_table *out) {
    tw_header_guess header;
    char why[120];
    tw_sniff_header(&s->rows, t->from, t->to, t->width, &header);
    size_t data = TW_MIN(header.first + header.rows + header.units, t->to);
    out->begin = s->rows.at[header.first].begin;
    out->first_row = (int64_t)header.first;
    if (out->rows < 0)
        return;
    size_t last = t->to - tw_sniff_footer(&s->rows, data, t->to, t->width, why);
    out->end = s->rows.at[last - 1].end;
    out->rows = (int64_t)(last - data);
}

static enum tw_rc list_tables(sniffer *s) {
    size_t n = s->d->n_tables;
    tw_sniffed_table *out = tw_arena_alloc(s->arena, TW_MAX(n, (size_t)1), sizeof *out);
    if (!out)
        return tw_fail_memory(s->err);
    for (size_t i = 0; i < n; i++) {
        const tw_extent *t = &s->tables[i];
        bool open = i + 1 == n && !s->text->whole;
        out[i] = (tw_sniffed_table){.begin = s->rows.at[t->from].begin,
                                    .end = open ? s->d->table_end : s->rows.at[t->to - 1].end,
                                    .first_row = (int64_t)t->from,
                                    .rows = open ? -1 : (int64_t)(t->to - t->from)};
        if (i != s->d->table) {
            measure_other(s, t, &out[i]);
            continue;
        }
        out[i].begin = s->d->table_begin;
        out[i].end = s->d->table_end;
        out[i].first_row = (int64_t)s->header.first;
        if (!open)
            out[i].rows = (int64_t)s->data_end -
                          (int64_t)(s->header.first + s->header.rows + s->header.units);
    }
    s->out->tables = out;
    return TW_OK;
}

/* Name of a column: its cells in the header rows, joined by a blank. */
static tw_str join_name(sniffer *s, size_t column, tw_buf *scratch) {
    bool damaged = s->mended.rows > 0 && s->header.rows == 1;
    const tw_csv_cells *cells = damaged ? &s->mended : &s->rows.cells;
    size_t first = damaged ? 0 : s->header.first;
    tw_buf_clear(scratch);
    for (size_t r = first; r < first + s->header.rows; r++) {
        size_t i = cells->first[r] + column;
        if (i >= cells->first[r + 1])
            continue;
        tw_str cell = {s->rows.text.p + cells->cells[i].at, cells->cells[i].n};
        if (cell.n && scratch->n)
            tw_buf_char(scratch, ' ');
        if (cells->flags[i] & TW_CELL_DOUBLED)
            tw_csv_unescape(cell, s->d->quote, s->d->escape, scratch);
        else
            tw_buf_str(scratch, cell);
    }
    return tw_arena_str(s->arena, tw_buf_view(scratch));
}

static enum tw_rc name_columns(sniffer *s) {
    size_t n = s->out->width;
    s->out->names = tw_arena_alloc(s->arena, TW_MAX(n, (size_t)1), sizeof *s->out->names);
    if (!s->out->names)
        return tw_fail_memory(s->err);
    if (s->header.rows == 0)
        return TW_OK;
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < n && rc == TW_OK; c++) {
        s->out->names[c] = join_name(s, c, &scratch);
        if (!s->out->names[c].p || scratch.failed)
            rc = tw_fail_memory(s->err);
    }
    tw_buf_fini(&scratch);
    return rc;
}

/* ---- decimal and thousands marks ---- */

/* Cells that only a pair of marks can read, over the first data records. */
static void count_marks(const sniffer *s, size_t counts[TW_MARKS], size_t *numbers) {
    size_t from = s->header.first + s->header.rows + s->header.units, budget = 20000;
    *numbers = 0;
    for (size_t r = from; r < s->data_end && budget > s->out->width; r++) {
        size_t seen = TW_MIN(s->rows.at[r].width, (uint32_t)TW_ROW_CELLS);
        for (size_t c = 0; c < seen; c++) {
            tw_number_shape shape;
            tw_str digits = tw_amount_digits(tw_rows_cell(&s->rows, r, c));
            if (!tw_number_shape_of(digits, &shape) || shape.readable == 0xff)
                continue;
            ++*numbers;
            for (unsigned m = 0; m < TW_MARKS; m++)
                counts[m] += shape.readable >> m & 1;
        }
        budget -= TW_MIN(budget, seen + 1);
    }
}

static enum tw_rc find_marks(sniffer *s) {
    size_t counts[TW_MARKS] = {0}, numbers, best = 0, second = 0;
    count_marks(s, counts, &numbers);
    for (size_t m = 1; m < TW_MARKS; m++)
        if (counts[m] > counts[best])
            best = m;
    /* Behind semicolons "1,234" has a decimal comma: that is why they are semicolons. */
    if (best == 1 && s->d->delimiter == ';' && counts[2] == counts[1])
        best = 2;
    while (tw_marks[second].decimal == tw_marks[best].decimal)
        second++;
    for (size_t m = second + 1; m < TW_MARKS; m++)
        if (tw_marks[m].decimal != tw_marks[best].decimal && counts[m] > counts[second])
            second = m;
    s->d->decimal = tw_marks[best].decimal;
    s->d->thousands = tw_marks[best].thousands;
    enum tw_rc rc = given_marks(s->options, s->d, s->err);
    char value[2] = {s->d->decimal, 0}, rival[2] = {tw_marks[second].decimal, 0};
    double all = (double)TW_MAX(numbers, (size_t)1);
    if (s->options->decimal.p) {
        tw_note_given(&s->notes, "decimal", value);
    } else {
        tw_decision *n = tw_note(&s->notes, "decimal", value, (double)counts[best] / all,
                                 numbers ? "%zu of %zu numbers with marks read so"
                                         : "no number with a mark seen: the usual one",
                                 counts[best], numbers);
        tw_note_rival(n, rival, (double)counts[second] / all);
    }
    value[0] = s->d->thousands;
    if (s->options->thousands.p) {
        tw_note_given(&s->notes, "thousands", value);
    } else if (s->d->thousands) {
        tw_note(&s->notes, "thousands", value, (double)counts[best] / all,
                "groups of three digits stand behind it");
    }
    return rc;
}

/* ---- the whole ---- */

static enum tw_rc sniff_rows(sniffer *s) {
    enum tw_rc rc = choose_table(s);
    if (rc != TW_OK)
        return rc;
    const tw_extent *t = &s->tables[s->d->table];
    rc = find_header(s, t);
    if (rc == TW_OK)
        rc = find_footer(s, t);
    if (rc == TW_OK)
        rc = find_marks(s);
    if (rc != TW_OK)
        return rc;
    size_t data = s->header.first + s->header.rows + s->header.units;
    size_t first = s->header.first;
    s->d->table_begin = first < s->rows.n ? s->rows.at[first].begin : s->rows.at[s->rows.n - 1].end;
    s->out->data_begin = data > s->header.first ? s->rows.at[data - 1].end : s->d->table_begin;
    rc = name_columns(s);
    return rc == TW_OK ? list_tables(s) : rc;
}

static enum tw_rc keep_decisions(sniffer *s) {
    s->out->decisions = tw_arena_alloc(s->arena, s->notes.n + 1, sizeof *s->out->decisions);
    if (!s->out->decisions)
        return tw_fail_memory(s->err);
    memcpy(s->out->decisions, s->notes.at, s->notes.n * sizeof *s->notes.at);
    s->out->n_decisions = s->notes.n;
    return TW_OK;
}

static bool only_blank(tw_str text) {
    return tw_str_trim(text).n == 0;
}

enum tw_rc tw_sniff(const tw_sample *text, const tw_read_options *options,
                    const tw_dialect *encoding, tw_arena *arena, tw_sniffed *out, tw_error *err) {
    sniffer *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    *out = (tw_sniffed){.dialect = *encoding};
    *s = (sniffer){.text = text,
                   .options = options,
                   .arena = arena,
                   .err = err,
                   .out = out,
                   .d = &out->dialect};
    s->d->decimal = '.';
    enum tw_rc rc = given_marks(options, &(tw_dialect){.decimal = '.'}, err);
    if (rc == TW_OK)
        rc = tw_sniff_marks(text, options, arena, s->d, &s->notes, err);
    if (rc == TW_OK && !only_blank(text->head)) {
        tw_csv_rules rules = tw_csv_rules_of(s->d);
        rc = tw_rows_read(text->head, &rules, !text->whole, &s->rows, err);
    }
    if (rc == TW_OK && s->rows.n)
        rc = sniff_rows(s);
    if (rc == TW_OK)
        rc = keep_decisions(s);
    tw_rows_fini(&s->rows);
    tw_csv_cells_fini(&s->mended);
    free(s);
    return rc;
}
