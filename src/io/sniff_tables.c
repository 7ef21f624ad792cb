/* Tables are found by walking the records once with the current table's header at hand. The rules
 * are shy: a table split in two loses records on screen, so a change of width alone, or a blank
 * line alone, is no border.
 *
 * A header that comes again more than twice is taken for page headers of one table, which stays
 * whole. */
#include "config.h"

#include "io/sniff_tables.h"

#include "base/number.h"
#include "io/number_shape.h"
#include "io/sniff_header.h"

enum { LOOK_AHEAD = 6, MAX_REPEATS = 2, MAX_FOOTER = 40 };

static bool same_cells(const tw_rows *rows, size_t a, size_t b) {
    if (rows->at[a].width != rows->at[b].width || rows->at[a].filled != rows->at[b].filled)
        return false;
    for (size_t c = 0; c < rows->at[a].width; c++)
        if (!tw_str_eq(tw_rows_cell(rows, a, c), tw_rows_cell(rows, b, c)))
            return false;
    return true;
}

/* The rows behind `row` have its width (at least two of them, if there are that many). */
static bool leads_its_width(const tw_rows *rows, size_t row) {
    size_t alike = 0, seen = 0;
    for (size_t r = row + 1; r < rows->n && seen < LOOK_AHEAD; r++, seen++)
        alike += rows->at[r].width == rows->at[row].width;
    return seen >= 2 && alike * 3 >= seen * 2;
}

/* Names above something typed. */
static bool heads_data(const tw_rows *rows, size_t row) {
    if (!tw_rows_is_naming(rows, row))
        return false;
    for (size_t r = row + 1; r < rows->n && r <= row + 3; r++)
        if (tw_rows_typed(rows, r) > 0)
            return true;
    return false;
}

/* Every cell is a short word, and no two are the same. */
static bool all_names(const tw_rows *rows, size_t row) {
    size_t n = TW_MIN(rows->at[row].width, (uint32_t)TW_ROW_CELLS);
    for (size_t c = 0; c < n; c++) {
        tw_str name = tw_rows_cell(rows, row, c);
        if (tw_kind_of(name) != TW_KIND_WORD || name.n > 40)
            return false;
        for (size_t d = 0; d < c && c < 64; d++)
            if (tw_str_eq(tw_rows_cell(rows, row, d), name))
                return false;
    }
    return true;
}

typedef struct walk {
    const tw_rows *rows;
    size_t from, width, header; /* the table being walked; header: its naming row */
    size_t repeats;             /* of its header */
} walk;

/* Three records of one width tell the table's; else the usual one of those ahead. */
static size_t width_ahead(const tw_rows *rows, size_t row) {
    size_t width = rows->at[row].width;
    if (row + 2 < rows->n && width > 1 && rows->at[row + 1].width == width &&
        rows->at[row + 2].width == width)
        return width;
    return tw_rows_width(rows, row, TW_MIN(rows->n, row + 64));
}

static void begin_table(walk *w, size_t row) {
    w->from = row;
    w->width = width_ahead(w->rows, row);
    w->header = row;
    while (w->header < w->rows->n && w->header < row + 32 &&
           w->rows->at[w->header].width != w->width)
        w->header++;
}

static bool is_border(const walk *w, size_t row) {
    const tw_row *r = &w->rows->at[row];
    if (r->width < 2 || row <= w->header + 1)
        return false;
    bool repeats = r->filled >= 2 && w->header < w->rows->n &&
                   same_cells(w->rows, w->header, row) && tw_rows_is_naming(w->rows, row) &&
                   !same_cells(w->rows, w->header, w->header + 1);
    if (repeats)
        return true;
    bool gap = r->blanks > 0 || (row && w->rows->at[row - 1].filled == 0);
    if (r->width == w->width)
        return gap && all_names(w->rows, row) && heads_data(w->rows, row) &&
               leads_its_width(w->rows, row) && row - w->header >= 3;
    return leads_its_width(w->rows, row) && heads_data(w->rows, row) &&
           (gap || row - w->header >= 3);
}

/* How often the first header comes again; above MAX_REPEATS it is a page header. */
static size_t header_repeats(const walk *w) {
    size_t n = 0;
    for (size_t r = w->header + 2; r < w->rows->n && n <= MAX_REPEATS; r++)
        n += w->rows->at[r].width == w->width && same_cells(w->rows, w->header, r);
    return n;
}

/* A short list of keys and values in front of a table that is much larger is a preamble, not a
 * table. */
static size_t drop_small_front(tw_extent *tables, size_t n) {
    size_t drop = 0;
    while (drop + 1 < n) {
        const tw_extent *a = &tables[drop], *b = &tables[drop + 1];
        size_t rows_a = a->to - a->from, rows_b = b->to - b->from;
        if (rows_a > 12 || rows_a * 8 > rows_b || a->width * 2 > b->width + 2)
            break;
        drop++;
    }
    if (drop) {
        tables[drop].from = tables[0].from;
        memmove(tables, tables + drop, (n - drop) * sizeof *tables);
    }
    return n - drop;
}

size_t tw_sniff_tables(const tw_rows *rows, tw_extent out[TW_MAX_TABLES]) {
    size_t n = 0;
    if (rows->n == 0)
        return 0;
    walk w = {.rows = rows};
    begin_table(&w, 0);
    bool pages = w.header < rows->n && header_repeats(&w) > MAX_REPEATS;
    for (size_t r = 1; r < rows->n && n + 1 < TW_MAX_TABLES; r++) {
        if (!is_border(&w, r) || (pages && same_cells(rows, w.header, r)))
            continue;
        out[n++] = (tw_extent){w.from, r, w.width};
        begin_table(&w, r);
    }
    out[n++] = (tw_extent){w.from, rows->n, w.width};
    for (size_t i = 0; i < n; i++)
        out[i].width = tw_rows_width(rows, out[i].from, out[i].to);
    return drop_small_front(out, n);
}

/* ---- what stands behind the data ---- */

static bool begins_like_total(tw_str s) {
    static const char *const words[] = {"total", "totals", "grand total", "sum",
                                        "summe", "gesamt", "somme",       "suma"};
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        tw_str word = tw_str_c(words[i]);
        if (s.n >= word.n && tw_str_eq_nocase(tw_str_sub(s, 0, word.n), word) &&
            (s.n == word.n || s.p[word.n] == ' ' || s.p[word.n] == ':'))
            return true;
    }
    return false;
}

static bool number_of(tw_str s, double *out) {
    tw_number_shape shape;
    if (!tw_number_shape_of(s, &shape))
        return false;
    for (unsigned i = 0; i < TW_MARKS; i++)
        if (shape.readable >> i & 1)
            return tw_parse_f64_as(s, tw_marks[i], out, NULL);
    return false;
}

/* The last row of [from, last] is the sum of those above in at least one column, and in no number
 * column is it not. */
static bool adds_up(const tw_rows *rows, size_t from, size_t last, size_t width) {
    size_t right = 0, wrong = 0;
    for (size_t c = 0; c < TW_MIN(width, (size_t)TW_ROW_CELLS); c++) {
        double total, value, sum = 0;
        size_t numbers = 0;
        if (!number_of(tw_rows_cell(rows, last, c), &total))
            continue;
        for (size_t r = from; r < last; r++)
            if (number_of(tw_rows_cell(rows, r, c), &value)) {
                sum += value;
                numbers++;
            }
        double error = total > sum ? total - sum : sum - total, scale = total > 0 ? total : -total;
        bool same = numbers >= 3 && error <= 0.005 * (double)numbers + 1e-9 * scale && scale > 0;
        right += same;
        wrong += !same && scale > 0;
    }
    return right > wrong;
}

static bool is_totals(const tw_rows *rows, size_t from, size_t last, size_t width) {
    if (last < from + 3 || last - from > 20000)
        return false;
    for (size_t c = 0; c < TW_MIN(width, (size_t)3); c++) {
        tw_str cell = tw_rows_cell(rows, last, c);
        if (cell.n)
            return begins_like_total(cell) && adds_up(rows, from, last, width);
    }
    return false;
}

/* Rows with nothing but a first cell are usual in this table. */
static bool lone_is_usual(const tw_rows *rows, size_t from, size_t to) {
    size_t lone = 0, stop = to > from + MAX_FOOTER ? to - MAX_FOOTER : from + (to - from) / 2;
    for (size_t r = from; r < stop; r++)
        lone += rows->at[r].lone;
    return lone * 50 > stop - from || lone > 20;
}

/* Records without anything in them are usual in this table. */
static bool has_empty(const tw_rows *rows, size_t from, size_t to) {
    size_t last = to;
    while (last > from && rows->at[last - 1].filled == 0)
        last--;
    for (size_t r = from; r < last; r++)
        if (rows->at[r].filled == 0)
            return true;
    return false;
}

static bool behind_gap(const tw_rows *rows, size_t row) {
    return rows->at[row].blanks > 0 || (row && rows->at[row - 1].filled == 0);
}

/* A record that holds a note: nothing but a first cell, behind a gap, longer than data or broken
 * off in width. */
static bool is_note(const tw_rows *rows, size_t row, size_t width) {
    const tw_row *r = &rows->at[row];
    if (tw_rows_typed(rows, row) > 0)
        return false;
    bool above_typed = row && tw_rows_typed(rows, row - 1) > 0;
    if (r->blanks && r->width < width && (r->filled <= 3 || above_typed))
        return true;
    if (!r->lone || width < 2)
        return false;
    tw_str text = tw_rows_cell(rows, row, 0);
    bool sentence = text.n > 24 || strchr("*#(", text.p[0]) != NULL ||
                    tw_str_find_char(text, ':', 0) != SIZE_MAX;
    return behind_gap(rows, row) || (width >= 3 && (sentence || r->width == 1));
}

size_t tw_sniff_footer(const tw_rows *rows, size_t from, size_t to, size_t width, char why[120]) {
    size_t end = to, notes = 0, empty = 0, totals = 0;
    bool usual = lone_is_usual(rows, from, to), holes = has_empty(rows, from, to);
    snprintf(why, 120, "the last record is filled like the others");
    /* Notes may stand between lines of other shape: look for the highest note near the end. */
    while (end > from + 1 && notes < MAX_FOOTER) {
        size_t last = end - 1;
        if (rows->at[last].filled == 0) {
            empty++;
        } else if (!usual && is_note(rows, last, width)) {
            notes++;
        } else {
            break;
        }
        end = last;
    }
    if (holes && empty <= 2 && notes == 0)
        end = to; /* empty records are usual here: these are data as well */
    if (end > from + 1 && is_totals(rows, from, end - 1, width)) {
        totals = 1;
        end--;
        while (end > from + 1 && rows->at[end - 1].filled == 0) {
            empty++;
            end--;
        }
    }
    if (end < to)
        snprintf(why, 120, "at the end: %zu notes, %zu empty records, %zu totals that add up",
                 notes, empty, totals);
    return to - end;
}
