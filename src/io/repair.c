/* What a damaged record was meant to be, most telling sign first.
 *
 * A stray quote: the record is cut anew into the table's number of cells at the least cost
 * (io/repair_parse.h). Too few cells: another delimiter gives exactly the number, or the next lines
 * do when they are no records of their own. Too many: cells are left out or joined where that puts
 * numbers under numbers and dates under dates (io/repair_fit.h). Whatever stays is short or
 * surplus, and the reader pads or drops. A repair must be clear: in doubt the record stands as it
 * is. */
#include "config.h"

#include "io/repair.h"

#include "io/repair_fit.h"
#include "io/repair_parse.h"

enum { LEARN_BYTES = 64 * 1024, LEARN_ROWS = 400, MAX_LINES = 8, LONGEST = 1 << 20 };

static const double max_quote_cost = 8;

struct tw_repairer {
    tw_csv_rules rules;
    size_t width;
    tw_record_fit *profile;
    double ragged; /* share of the learned records with another width */
};

static const char *const words[TW_REPAIR_KINDS] = {
    [TW_REPAIR_NONE] = "none",     [TW_REPAIR_SHORT] = "short",   [TW_REPAIR_SURPLUS] = "surplus",
    [TW_REPAIR_EXTRA] = "extra",   [TW_REPAIR_JOINED] = "joined", [TW_REPAIR_SPLIT] = "split",
    [TW_REPAIR_MERGED] = "merged", [TW_REPAIR_QUOTE] = "quote",
};

const char *tw_repair_word(enum tw_repair_kind kind) {
    return kind < TW_REPAIR_KINDS ? words[kind] : "unknown";
}

/* ---- learning ---- */

static enum tw_rc learn(tw_repairer *r, const tw_sniffed *sniffed, tw_str head, tw_error *err) {
    tw_csv_cells cells;
    size_t next = 0, at = (size_t)TW_MIN(sniffed->data_begin, (uint64_t)head.n);
    size_t end = (size_t)TW_MIN(sniffed->dialect.table_end ? sniffed->dialect.table_end : head.n,
                                (uint64_t)head.n);
    tw_csv_cells_init(&cells);
    tw_str text = {head.p, TW_MAX(end, at)};
    enum tw_rc rc = tw_csv_scan(&r->rules, text, at, TW_MIN(text.n, at + LEARN_BYTES), LEARN_ROWS,
                                &cells, &next, err);
    if (rc == TW_OK) {
        r->profile = tw_record_fit_learn(&cells, head.p, r->width);
        rc = r->profile ? TW_OK : tw_fail_memory(err);
    }
    if (rc == TW_OK && cells.rows)
        r->ragged = 1 - (double)tw_record_fit_rows(r->profile) / (double)cells.rows;
    tw_csv_cells_fini(&cells);
    return rc;
}

enum tw_rc tw_repairer_new(const tw_sniffed *sniffed, const tw_sample *text, tw_repairer **out,
                           tw_error *err) {
    tw_repairer *r = tw_calloc(1, sizeof *r);
    if (!r)
        return tw_fail_memory(err);
    r->rules = tw_csv_rules_of(&sniffed->dialect);
    r->width = sniffed->width;
    enum tw_rc rc = learn(r, sniffed, text->head, err);
    if (rc != TW_OK) {
        tw_repairer_free(r);
        return rc;
    }
    *out = r;
    return TW_OK;
}

void tw_repairer_free(tw_repairer *repairer) {
    if (repairer)
        tw_record_fit_free(repairer->profile);
    free(repairer);
}

/* ---- the record at hand ---- */

typedef struct task {
    const tw_repairer *r;
    tw_str text;               /* from the record on */
    const tw_csv_cells *cells; /* the record as tokenised */
    size_t row, width;         /* its number of cells */
    bool stray;
    size_t own; /* bytes the tokeniser gave it */
    tw_csv_cells *out;
    size_t *consumed;
    enum tw_repair_kind *kind;
    tw_error *err;
} task;

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static size_t line_length(tw_str s, size_t at) {
    size_t i = at;
    while (i < s.n && !is_line_end(s.p[i]))
        i++;
    return i - at;
}

/* Behind the line end at `at`, blank lines included when `blanks`. */
static size_t skip_line_end(tw_str s, size_t at, bool blanks) {
    do {
        if (at < s.n && s.p[at] == '\r')
            at++;
        if (at < s.n && s.p[at] == '\n')
            at++;
    } while (blanks && at < s.n && is_line_end(s.p[at]));
    return at;
}

/* Undo what was appended to out since `rows`, `cells`. */
static void take_back(tw_csv_cells *out, size_t rows, size_t cells) {
    out->rows = rows;
    out->n = cells;
}

static void done(const task *t, enum tw_repair_kind kind, size_t consumed) {
    *t->kind = kind;
    *t->consumed = consumed;
    if (t->out->rows && consumed) {
        tw_span *record = &t->out->records[t->out->rows - 1];
        t->out->ends[t->out->rows - 1] = (uint8_t)TW_MIN(consumed - record->n, (size_t)2);
    }
}

/* Number of cells the line at `at` has by itself; SIZE_MAX when a quote is open at its end. */
static enum tw_rc width_of_line(const task *t, size_t at, size_t *width) {
    tw_csv_cells line;
    size_t next, n = line_length(t->text, at);
    tw_csv_cells_init(&line);
    enum tw_rc rc =
        tw_csv_scan(&t->r->rules, tw_str_sub(t->text, at, at + n), 0, n, 1, &line, &next, t->err);
    *width = line.rows ? line.first[1] : 0;
    for (size_t i = 0; i < line.n; i++)
        if (line.flags[i] & TW_CELL_STRAY)
            *width = SIZE_MAX;
    tw_csv_cells_fini(&line);
    return rc;
}

/* ---- stray quotes and line ends ---- */

/* Cut the text up to `end` into the table's width. */
static enum tw_rc try_parse(const task *t, size_t end, bool *found, tw_parse_cost *cost) {
    return tw_repair_parse(tw_str_sub(t->text, 0, end), &t->r->rules, t->r->width, t->out, found,
                           cost, t->err);
}

/* One line, then more of them while they are within the tokenised record: the lines of one record
 * with a quote gone wrong. */
static enum tw_rc try_quotes(const task *t, bool *settled) {
    size_t rows = t->out->rows, cells = t->out->n, end = line_length(t->text, 0);
    for (int lines = 1; lines <= MAX_LINES && end <= LONGEST; lines++) {
        bool found;
        tw_parse_cost cost;
        enum tw_rc rc = try_parse(t, end, &found, &cost);
        if (rc != TW_OK)
            return rc;
        if (found && cost.total > 0 && cost.total <= max_quote_cost && cost.bare_ends == 0) {
            done(t, TW_REPAIR_QUOTE, skip_line_end(t->text, end, false));
            *settled = true;
            return TW_OK;
        }
        take_back(t->out, rows, cells);
        size_t next = skip_line_end(t->text, end, false);
        if (next >= t->own || next >= t->text.n)
            break;
        end = next + line_length(t->text, next);
    }
    return TW_OK;
}

/* A record may be joined only where records of another width are rare, or where the joined one fits
 * its columns. */
static bool join_fits(const task *t) {
    const tw_record_fit *p = t->r->profile;
    double fit = tw_record_fit_score(p, t->out, t->out->rows - 1, t->text.p);
    bool typed = tw_record_fit_typed(p) > 0;
    return typed ? fit > -1.6 : t->r->ragged < 0.1;
}

/* The line behind `end` is a whole record again, or there is none: a run of short lines is another
 * table, not damage. */
static enum tw_rc whole_behind(const task *t, size_t end, bool *whole) {
    size_t next = skip_line_end(t->text, end, true), width;
    *whole = next >= t->text.n;
    if (*whole)
        return TW_OK;
    enum tw_rc rc = width_of_line(t, next, &width);
    *whole = width == t->r->width || width == SIZE_MAX;
    return rc;
}

/* Too few cells: the lines behind complete the record, none of them being one itself. */
static enum tw_rc try_join(const task *t, bool *settled) {
    size_t rows = t->out->rows, cells = t->out->n, end = line_length(t->text, 0);
    for (int lines = 2; lines <= MAX_LINES; lines++) {
        size_t next = skip_line_end(t->text, end, true), width;
        if (next >= t->text.n)
            return TW_OK;
        enum tw_rc rc = width_of_line(t, next, &width);
        if (rc != TW_OK || width == t->r->width)
            return rc;
        end = next + line_length(t->text, next);
        if (end > LONGEST)
            return TW_OK;
        bool found;
        tw_parse_cost cost;
        rc = try_parse(t, end, &found, &cost);
        if (rc != TW_OK)
            return rc;
        bool whole = false;
        rc = whole_behind(t, end, &whole);
        if (rc != TW_OK)
            return rc;
        if (found && whole && cost.strays + cost.literal == 0 && join_fits(t)) {
            done(t, TW_REPAIR_JOINED, skip_line_end(t->text, end, false));
            *settled = true;
            return TW_OK;
        }
        take_back(t->out, rows, cells);
        if (found)
            return TW_OK;
    }
    return TW_OK;
}

/* ---- another delimiter ---- */

/* The line read with another delimiter has the table's width, and its cells fit the columns. */
static enum tw_rc try_split(const task *t, bool *settled) {
    size_t rows = t->out->rows, cells = t->out->n, end = line_length(t->text, 0), next = 0;
    for (bool found = true; found;) {
        enum tw_rc rc = tw_repair_other_delimiter(tw_str_sub(t->text, 0, end), &t->r->rules,
                                                  t->r->width, t->out, &next, &found, t->err);
        if (rc != TW_OK)
            return rc;
        if (found && tw_record_fit_score(t->r->profile, t->out, rows, t->text.p) > -2.5) {
            done(t, TW_REPAIR_SPLIT, skip_line_end(t->text, end, false));
            *settled = true;
            return TW_OK;
        }
        take_back(t->out, rows, cells);
    }
    return TW_OK;
}

/* ---- surplus ---- */

/* Write the record with cells left out or joined as `keep` says. */
static bool write_kept(const task *t, const uint8_t *keep) {
    const tw_csv_cells *c = t->cells;
    size_t first = c->first[t->row], base = c->records[t->row].at;
    for (size_t i = 0; i < t->width; i++) {
        tw_span own = c->cells[first + i], span = {own.at - (uint32_t)base, own.n};
        if (keep[i] != 1)
            continue;
        for (size_t k = i + 1; k < t->width && keep[k] == 2; k++)
            span.n = c->cells[first + k].at + c->cells[first + k].n - own.at;
        if (!tw_csv_cells_add_cell(t->out, span, c->flags[first + i] | TW_CELL_REPAIRED))
            return false;
    }
    return tw_csv_cells_add_record(t->out, (tw_span){0, c->records[t->row].n}, c->ends[t->row]);
}

static bool all_empty_behind(const task *t, size_t from) {
    size_t first = t->cells->first[t->row];
    for (size_t i = from; i < t->width; i++)
        if (t->cells->cells[first + i].n)
            return false;
    return true;
}

static enum tw_rc settle_surplus(const task *t) {
    uint8_t *keep = tw_calloc(t->width, 1);
    if (!keep)
        return tw_fail_memory(t->err);
    size_t base_at = t->cells->records[t->row].at;
    bool aligned = tw_record_fit_align(t->r->profile, t->cells, t->row, t->text.p - base_at, keep);
    enum tw_rc rc = TW_OK;
    if (aligned && !write_kept(t, keep))
        rc = tw_fail_memory(t->err);
    else if (aligned)
        done(t, TW_REPAIR_MERGED, t->own);
    else
        *t->kind = all_empty_behind(t, t->r->width) ? TW_REPAIR_SURPLUS : TW_REPAIR_EXTRA;
    free(keep);
    return rc;
}

/* ---- the table of repairs ---- */

static bool has_stray(const task *t) {
    for (size_t i = t->cells->first[t->row]; i < t->cells->first[t->row + 1]; i++)
        if (t->cells->flags[i] & TW_CELL_STRAY)
            return true;
    return false;
}

static bool has_quote(const task *t) {
    char quote = t->r->rules.quote;
    return quote &&
           tw_str_find_char(tw_str_sub(t->text, 0, line_length(t->text, 0)), quote, 0) != SIZE_MAX;
}

enum tw_rc tw_repair_record(const tw_repairer *repairer, tw_str text, const tw_csv_cells *cells,
                            size_t row, tw_csv_cells *out, size_t *consumed,
                            enum tw_repair_kind *kind, tw_error *err) {
    task t = {.r = repairer,
              .text = text,
              .cells = cells,
              .row = row,
              .out = out,
              .consumed = consumed,
              .kind = kind,
              .err = err};
    bool settled = false;
    enum tw_rc rc = TW_OK;
    t.width = cells->first[row + 1] - cells->first[row];
    t.own = (size_t)cells->records[row].n + cells->ends[row];
    t.stray = has_stray(&t);
    *consumed = 0;
    *kind = TW_REPAIR_NONE;
    bool one_line = line_length(text, 0) >= cells->records[row].n;
    if (t.width == repairer->width && (!t.stray || one_line))
        return TW_OK;
    if (t.stray || (t.width < repairer->width && has_quote(&t)))
        rc = try_quotes(&t, &settled);
    if (rc == TW_OK && !settled && t.width < repairer->width)
        rc = try_split(&t, &settled);
    if (rc == TW_OK && !settled && t.width < repairer->width)
        rc = try_join(&t, &settled);
    if (rc != TW_OK || settled || t.width == repairer->width)
        return rc;
    if (t.width > repairer->width)
        return settle_surplus(&t);
    *kind = TW_REPAIR_SHORT;
    return TW_OK;
}
