/* A header is what does not fit below itself. Each of the first rows is held against the types of
 * the columns: cells that break their column's type speak for a header, cells that keep it speak
 * for data. Years above numbers (wide tables: 2019, 2020, 2021) speak for neither. */
#include "config.h"

#include "io/sniff_header.h"

#include "base/number.h"

enum { SAMPLE = 200, MAX_HEADER = 8, MAX_LOOK = 64 };

/* What stands in a column below the header. */
typedef enum column_kind {
    AS_TEXT,
    AS_NUMBER,
    AS_MOMENT,
    AS_BOOLEAN,
    AS_ADDRESS,
    AS_NOTHING
} column_kind;

static column_kind kind_class(enum tw_kind kind) {
    switch (kind) {
    case TW_KIND_NUMBER:
    case TW_KIND_AMOUNT:
        return AS_NUMBER;
    case TW_KIND_MOMENT:
        return AS_MOMENT;
    case TW_KIND_BOOLEAN:
        return AS_BOOLEAN;
    case TW_KIND_ADDRESS:
        return AS_ADDRESS;
    case TW_KIND_EMPTY:
    case TW_KIND_NULL:
        return AS_NOTHING;
    case TW_KIND_WORD:
    case TW_KIND_TEXT:
    case TW_KIND_LIST:
    case TW_KIND_DEBRIS:
    case TW_KINDS:
        break;
    }
    return AS_TEXT;
}

/* Class that seven in ten of the filled cells of rows [from, to) have. */
static column_kind class_of_column(const tw_rows *rows, size_t from, size_t to, size_t column,
                                   size_t width) {
    size_t counts[AS_NOTHING + 1] = {0}, filled = 0;
    for (size_t r = from; r < to; r++) {
        if (rows->at[r].width != width)
            continue;
        column_kind k = kind_class(tw_rows_kind(rows, r, column));
        counts[k]++;
        filled += k != AS_NOTHING;
    }
    for (column_kind k = AS_NUMBER; k < AS_NOTHING; k++)
        if (filled && counts[k] * 10 >= filled * 7)
            return k;
    return filled ? AS_TEXT : AS_NOTHING;
}

bool tw_rows_is_naming(const tw_rows *rows, size_t row) {
    const tw_row *r = &rows->at[row];
    size_t seen = TW_MIN(r->width, (uint32_t)TW_ROW_CELLS);
    return r->width >= 2 && r->filled * 10 >= seen * 6 && r->filled >= 2 &&
           tw_rows_typed(rows, row) == 0;
}

/* ---- where the table begins ---- */

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Median number of filled cells. */
static size_t usual_filled(const tw_rows *rows, size_t from, size_t to) {
    uint32_t counts[SAMPLE];
    size_t n = 0;
    for (size_t r = from; r < to && n < SAMPLE; r++)
        counts[n++] = rows->at[r].filled;
    qsort(counts, n, sizeof counts[0], by_size);
    return n ? counts[n / 2] : 0;
}

/* First row that is filled like the others. */
static size_t first_full(const tw_rows *rows, size_t from, size_t to, size_t width) {
    size_t usual = usual_filled(rows, from, to);
    size_t enough = width < 3 ? TW_MIN(usual, width) : TW_MAX((usual + 1) / 2, (size_t)2);
    size_t r = from;
    while (r < to && r < from + MAX_LOOK &&
           (rows->at[r].width != width || rows->at[r].filled < enough))
        r++;
    if (r == to || r == from + MAX_LOOK)
        return from;
    /* Names with a separator too many or too few stand directly above. */
    const tw_row *above = r > from ? &rows->at[r - 1] : NULL;
    bool near =
        above && above->width + 2 >= width && above->width <= width + 2 && above->width > width / 2;
    return near && above->filled >= enough && rows->at[r].blanks == 0 ? r - 1 : r;
}

/* Without a header sparse records in front are data like the others, unless a title stands above
 * them. */
static size_t first_data(const tw_rows *rows, size_t from, size_t full, size_t width) {
    size_t first = full;
    while (first > from) {
        const tw_row *above = &rows->at[first - 1];
        if (above->lone && width > 2)
            return full;
        if (above->width != width || rows->at[first].blanks)
            break;
        first--;
    }
    return first;
}

/* ---- types against the row ---- */

typedef struct fit {
    size_t breaks, keeps, units, filled;
} fit;

static bool is_year_cell(tw_str text) {
    return text.n == 4 && (text.p[0] == '1' || text.p[0] == '2') &&
           tw_kind_of(text) == TW_KIND_NUMBER && tw_str_find_char(text, '.', 0) == SIZE_MAX;
}

/* The years of a row go up by one step: names of a wide table. A year may come again for the next
 * column where names stand below. */
static bool years_ascend(const tw_rows *rows, size_t row, size_t n) {
    int64_t before = 0, step = 0, year;
    bool names_below = row + 1 < rows->n && tw_rows_typed(rows, row + 1) == 0;
    for (size_t c = 0; c < n; c++) {
        tw_str text = tw_rows_cell(rows, row, c);
        if (!is_year_cell(text) || !tw_parse_i64(text, &year))
            continue;
        if (year == before && names_below)
            continue;
        if (before && (year <= before || (step && year - before != step)))
            return false;
        step = before ? year - before : 0;
        before = year;
    }
    return true;
}

/* Of the numbers in a row above names all are years: groups by year. */
static bool groups_by_year(const tw_rows *rows, size_t row, size_t n) {
    size_t years = 0, typed = tw_rows_typed(rows, row);
    for (size_t c = 0; c < n; c++)
        years += is_year_cell(tw_rows_cell(rows, row, c));
    return years >= 2 && years == typed && tw_rows_typed(rows, row + 1) == 0;
}

/* Rows of group names directly above: filled in two cells or more, aligned with the columns. */
static size_t with_groups(const tw_rows *rows, size_t from, size_t first, size_t width) {
    size_t n = TW_MIN(width, (size_t)TW_ROW_CELLS);
    while (first > from) {
        const tw_row *above = &rows->at[first - 1];
        bool aligned = above->width == width && above->filled >= 2 && rows->at[first].blanks == 0;
        if (!aligned || (tw_rows_typed(rows, first - 1) > 0 && !groups_by_year(rows, first - 1, n)))
            break;
        first--;
    }
    return first;
}

static fit fit_of(const tw_rows *rows, size_t row, const column_kind *columns, size_t n) {
    fit f = {0, 0, 0, 0};
    size_t years = 0, numbers = 0;
    for (size_t c = 0; c < n; c++) {
        tw_str text = tw_rows_cell(rows, row, c);
        enum tw_kind kind = tw_kind_of(text);
        column_kind own = kind_class(kind);
        f.filled += text.n > 0;
        f.units += tw_unit_word(text);
        if (own == AS_NOTHING || columns[c] == AS_TEXT || columns[c] == AS_NOTHING)
            continue;
        if (own == AS_NUMBER && columns[c] == AS_NUMBER) {
            numbers++;
            years += is_year_cell(text);
        }
        if (own == columns[c])
            f.keeps++;
        else
            f.breaks++;
    }
    if (years == numbers && years >= 2 && years_ascend(rows, row, n)) {
        f.keeps -= years;
        f.breaks++;
    }
    return f;
}

/* ---- text against text ---- */

static bool is_usual_name(tw_str s) {
    static const char *const words[] = {
        "id",   "name",    "date",   "time",   "type",     "value",       "year",
        "code", "key",     "title",  "status", "comment",  "description", "address",
        "city", "country", "email",  "phone",  "category", "gender",      "sex",
        "age",  "price",   "amount", "total",  "state",    "number",      "label"};
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        size_t at = 0;
        tw_str word = tw_str_c(words[i]);
        for (; at + word.n <= s.n; at++) {
            bool starts = at == 0 || strchr(" _-.", s.p[at - 1]) != NULL ||
                          (s.p[at] >= 'A' && s.p[at] <= 'Z');
            bool ends = at + word.n == s.n || strchr(" _-.(", s.p[at + word.n]) != NULL;
            if (starts && ends && tw_str_eq_nocase(tw_str_sub(s, at, at + word.n), word))
                return true;
        }
    }
    return false;
}

static bool looks_like_name(tw_str s) {
    if (s.n == 0 || s.n > 60)
        return false;
    enum tw_kind kind = tw_kind_of(s);
    return kind == TW_KIND_WORD || kind == TW_KIND_BOOLEAN;
}

typedef struct text_evidence {
    double score;
    size_t repeated, named;
} text_evidence;

/* Does the cell of `row` come again below, and do the cells below have one length that it has not?
 */
static void weigh_column(const tw_rows *rows, size_t row, size_t to, size_t column,
                         text_evidence *out) {
    tw_str name = tw_rows_cell(rows, row, column);
    size_t again = 0, seen = 0, same_length = 0, length = 0, twins = 0;
    tw_str before = {"", 0};
    for (size_t r = row + 1; r < to && seen < SAMPLE; r++) {
        tw_str cell = tw_rows_cell(rows, r, column);
        if (cell.n == 0)
            continue;
        again += tw_str_eq(cell, name);
        twins += seen && tw_str_eq(cell, before);
        length = seen ? length : cell.n;
        same_length += cell.n == length;
        before = cell;
        seen++;
    }
    if (seen < 2 || name.n == 0)
        return;
    if (again) {
        out->repeated++;
        out->score -= 1;
    } else if (twins * 4 > seen) {
        out->score += 0.5;
    }
    if (same_length == seen && seen >= 3)
        out->score += length == name.n ? -0.5 : 1;
}

static text_evidence weigh_text(const tw_rows *rows, size_t row, size_t to, size_t width) {
    text_evidence e = {0, 0, 0};
    size_t n = TW_MIN(width, (size_t)MAX_LOOK), empty = 0, doubled = 0, names = 0;
    for (size_t c = 0; c < n; c++) {
        tw_str cell = tw_rows_cell(rows, row, c);
        empty += cell.n == 0;
        names += looks_like_name(cell);
        e.named += is_usual_name(cell);
        for (size_t d = 0; d < c && cell.n; d++)
            if (tw_str_eq(tw_rows_cell(rows, row, d), cell)) {
                doubled++;
                break;
            }
        weigh_column(rows, row, to, c, &e);
    }
    e.score /= (double)TW_MAX(n, (size_t)1);
    e.score += e.named ? 0.6 : 0;
    e.score += names == n ? 0.3 : -0.3 * (double)(n - names) / (double)n;
    e.score -= empty ? 0.4 : 0;
    e.score -= doubled ? 0.4 : 0;
    return e;
}

/* ---- both together ---- */

static bool is_units_row(const fit *f) {
    return f->filled >= 1 && f->units * 10 >= f->filled * 6 && f->keeps == 0;
}

static size_t typed_columns(const column_kind *columns, size_t n) {
    size_t typed = 0;
    for (size_t c = 0; c < n; c++)
        typed += columns[c] != AS_TEXT && columns[c] != AS_NOTHING;
    return typed;
}

/* A damaged data record breaks types as well, but it is full of numbers and dates, which names are
 * not. */
static bool is_shifted_data(const tw_rows *rows, size_t row, size_t width, bool further) {
    size_t typed = tw_rows_typed(rows, row), filled = rows->at[row].filled;
    bool ragged = rows->at[row].width != width && width < TW_ROW_CELLS;
    return (ragged && (further || typed * 2 > filled)) || (further && typed * 3 > filled);
}

/* Rows from `first` on that break the types of their columns. */
static void by_types(const tw_rows *rows, size_t to, const column_kind *columns, size_t n,
                     tw_header_guess *out) {
    size_t r = out->first, breaks = 0, keeps = 0;
    for (; r < to && r < out->first + MAX_HEADER; r++) {
        fit f = fit_of(rows, r, columns, n);
        if (r == out->first) {
            breaks = f.breaks;
            keeps = f.keeps;
        }
        if (f.breaks <= f.keeps || is_shifted_data(rows, r, n, r > out->first))
            break;
    }
    out->rows = r - out->first;
    out->score = (double)breaks - (double)keeps;
    if (out->rows == 0) {
        snprintf(out->why, sizeof out->why,
                 "the first record has the types of its columns in %zu cells, breaks %zu", keeps,
                 breaks);
        return;
    }
    fit last = fit_of(rows, r - 1, columns, n);
    if (out->rows >= 2 && is_units_row(&last)) {
        out->units = true;
        out->rows--;
    }
    snprintf(out->why, sizeof out->why,
             "the first record breaks the types of %zu columns, keeps %zu", breaks, keeps);
}

static void by_text(const tw_rows *rows, size_t to, size_t width, tw_header_guess *out) {
    text_evidence e = weigh_text(rows, out->first, to, width);
    out->score = e.score;
    out->rows = e.score > 0.25;
    snprintf(out->why, sizeof out->why,
             "all text: %zu cells of the first record come again below, %zu are usual names",
             e.repeated, e.named);
}

/* One record alone: a header when it can be nothing else. */
static void by_itself(const tw_rows *rows, size_t width, tw_header_guess *out) {
    size_t names = 0;
    for (size_t c = 0; c < TW_MIN(width, (size_t)MAX_LOOK); c++)
        names += looks_like_name(tw_rows_cell(rows, out->first, c));
    bool header = names == TW_MIN(width, (size_t)MAX_LOOK) && tw_rows_typed(rows, out->first) == 0;
    out->rows = header;
    out->score = header ? 0.5 : -0.5;
    snprintf(out->why, sizeof out->why, "the only record: %zu of %zu cells look like names", names,
             width);
}

void tw_sniff_header(const tw_rows *rows, size_t from, size_t to, size_t width,
                     tw_header_guess *out) {
    *out = (tw_header_guess){.first = from};
    if (from >= to)
        return;
    size_t full = first_full(rows, from, to, width);
    out->first = with_groups(rows, from, full, width);
    if (out->first + 1 == to) {
        by_itself(rows, width, out);
        return;
    }
    column_kind columns[TW_ROW_CELLS];
    size_t n = TW_MIN(width, (size_t)TW_ROW_CELLS);
    /* Types come from behind the longest header there could be, where there are records enough. */
    size_t skip = to - full > 3 * MAX_HEADER ? MAX_HEADER : to - full > 4 ? 3 : 1;
    size_t stop = TW_MIN(to, full + skip + SAMPLE);
    for (size_t c = 0; c < n; c++)
        columns[c] = class_of_column(rows, full + skip, stop, c, width);
    if (typed_columns(columns, n))
        by_types(rows, to, columns, n, out);
    if (out->rows == 0 && out->score >= 0 && typed_columns(columns, n) == 0)
        by_text(rows, to, width, out);
    if (out->rows == 0)
        out->first = first_data(rows, from, full, width);
}
