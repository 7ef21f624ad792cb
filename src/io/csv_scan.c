/* The tokeniser for any dialect, one cell at a time.
 *
 * A cell is either quoted (its first byte is the quote) or not, and for each kind there is one
 * question: where is the next byte that could end it? csv_find.h answers that, everything else is a
 * decision on that byte. The plain dialect must mean what libcsv means in its non-strict mode;
 * tests and the fuzz target compare the two on random input. Quotes that break RFC 4180 are read
 * libcsv's way and flagged: what to make of them is the repair table's business. */
#include "io/csv_scan.h"

#include "io/csv_find.h"
#include "io/csv_vector.h"
#include "io/fixed.h"
#include "io/wtf8.h"

tw_csv_rules tw_csv_rules_of(const tw_dialect *dialect) {
    tw_csv_rules rules = {.runs = dialect->delimiter_runs,
                          .blank = dialect->delimiter_blank,
                          .quote = dialect->quote,
                          .escape = dialect->escape == dialect->quote ? '\0' : dialect->escape,
                          .cuts = dialect->cuts,
                          .strict = dialect->strict,
                          .n_cuts = dialect->fixed ? dialect->n_cuts : 0};
    if (dialect->delimiter)
        rules.delimiter_n = (uint8_t)tw_wtf8_put(rules.delimiter, dialect->delimiter);
    return rules;
}

bool tw_csv_rules_are_plain(const tw_csv_rules *rules) {
    return rules->delimiter_n == 1 && !rules->n_cuts && !rules->runs && !rules->blank && rules->quote &&
           !rules->escape && rules->delimiter[0] != rules->quote;
}

void tw_csv_cells_init(tw_csv_cells *cells) {
    *cells = (tw_csv_cells){0};
}

void tw_csv_cells_fini(tw_csv_cells *cells) {
    free(cells->records);
    free(cells->ends);
    free(cells->first);
    free(cells->cells);
    free(cells->flags);
    tw_csv_cells_init(cells);
}

void tw_csv_cells_clear(tw_csv_cells *cells) {
    cells->rows = cells->n = 0;
    cells->stray = false;
}

/* One array to n entries; false leaves the old one in place. */
static bool resize(void *array, size_t n, size_t size) {
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = tw_realloc(old, n, size);
    if (grown)
        memcpy(array, &grown, sizeof grown);
    return grown != NULL;
}

static TW_COLD bool more_cells(tw_csv_cells *c) {
    size_t max = c->max ? c->max * 2 : 256;
    if (max > UINT32_MAX || !resize(&c->cells, max, sizeof *c->cells) || !resize(&c->flags, max, 1))
        return false;
    c->max = max;
    return true;
}

static TW_COLD bool more_rows(tw_csv_cells *c) {
    size_t max = c->rows_max ? c->rows_max * 2 : 64;
    if (!resize(&c->records, max, sizeof *c->records) || !resize(&c->ends, max, 1) ||
        !resize(&c->first, max + 1, sizeof *c->first))
        return false;
    c->rows_max = max;
    return true;
}

static inline bool add_cell(tw_csv_cells *c, tw_span cell, uint8_t flags) {
    if (c->n == c->max && !more_cells(c))
        return false;
    c->cells[c->n] = cell;
    c->flags[c->n++] = flags;
    c->stray |= flags & TW_CELL_STRAY;
    return true;
}

bool tw_csv_cells_add_cell(tw_csv_cells *cells, tw_span cell, uint8_t flags) {
    return add_cell(cells, cell, flags);
}

bool tw_csv_cells_add_record(tw_csv_cells *cells, tw_span record, uint8_t end) {
    if (cells->rows == cells->rows_max && !more_rows(cells))
        return false;
    if (!cells->rows)
        cells->first[0] = 0;
    cells->records[cells->rows] = record;
    cells->ends[cells->rows] = end;
    cells->first[++cells->rows] = (uint32_t)cells->n;
    return true;
}

void tw_csv_cells_batch(const tw_csv_cells *cells, const char *base, int64_t first_row,
                        const tw_csv_rules *rules, tw_batch *out) {
    *out = (tw_batch){.base = base,
                      .first_row = first_row,
                      .rows = cells->rows,
                      .records = cells->records,
                      .ends = cells->ends,
                      .first = cells->first,
                      .cells = cells->cells,
                      .flags = cells->flags,
                      .quote = rules->quote,
                      .escape = rules->escape};
}

typedef struct scanner {
    const tw_csv_rules *rules;
    const char *base, *end;
    tw_find4 bare, quoted; /* bytes that may end a cell of each kind */
    tw_csv_cells *out;
} scanner;

static scanner scanner_make(const tw_csv_rules *rules, tw_str text, tw_csv_cells *out) {
    char delimiter = rules->delimiter_n ? rules->delimiter[0] : '\n';
    char escape = rules->escape ? rules->escape : '\n';
    char inner = rules->escape ? rules->escape : rules->quote;
    return (scanner){.rules = rules,
                     .base = text.p,
                     .end = text.p + text.n,
                     .bare = {{delimiter, '\n', '\r', escape}},
                     .quoted = {{rules->quote, inner, rules->quote, inner}},
                     .out = out};
}

static inline bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static inline bool is_delimiter(const scanner *s, const char *p) {
    size_t n = s->rules->delimiter_n;
    if (n == 0 || *p != s->rules->delimiter[0])
        return false;
    return n == 1 || ((size_t)(s->end - p) >= n && memcmp(p, s->rules->delimiter, n) == 0);
}

/* A cell may end at p: delimiter, line end, end of text. */
static inline bool is_stop(const scanner *s, const char *p) {
    return p == s->end || is_line_end(*p) || is_delimiter(s, p);
}

/* End of the bare cell whose bytes begin at p. An escape never takes a line end with it here. */
static inline const char *bare_end(const scanner *s, const char *p, uint8_t *flags) {
    for (;;) {
        p = tw_find4_next(p, s->end, &s->bare);
        if (is_stop(s, p))
            return p;
        bool escapes = s->rules->escape && *p == s->rules->escape;
        p++;
        if (escapes) {
            *flags |= TW_CELL_DOUBLED;
            p += p < s->end && !is_line_end(*p);
        }
    }
}

/* The closing quote of the cell whose bytes begin at p, or the end of the text. */
static inline const char *quoted_end(const scanner *s, const char *p, uint8_t *flags) {
    const char quote = s->rules->quote, escape = s->rules->escape;
    for (;;) {
        p = tw_find4_next(p, s->end, &s->quoted);
        if (p == s->end) {
            *flags |= TW_CELL_STRAY;
            return p;
        }
        if (escape && *p == escape) {
            *flags |= TW_CELL_DOUBLED;
            p += s->end - p > 1 ? 2 : 1;
        } else if (is_stop(s, p + 1)) {
            return p;
        } else if (!escape && p[1] == quote) {
            *flags |= TW_CELL_DOUBLED;
            p += 2;
        } else {
            *flags |= TW_CELL_STRAY;
            p++;
        }
    }
}

/* Add the cell that begins at p; *stop is where it ended: delimiter, line end or end of text. */
static inline bool scan_cell(scanner *s, const char *p, const char **stop) {
    uint8_t flags = 0;
    const char *end;
    if (s->rules->quote && p < s->end && *p == s->rules->quote) {
        flags = TW_CELL_QUOTED;
        end = quoted_end(s, ++p, &flags);
        *stop = end < s->end ? end + 1 : end;
    } else {
        *stop = end = bare_end(s, p, &flags);
    }
    return add_cell(s->out, (tw_span){(uint32_t)(p - s->base), (uint32_t)(end - p)}, flags);
}

/* Behind the delimiter at p, and what belongs to it. */
static inline const char *skip_delimiter(const scanner *s, const char *p) {
    const tw_csv_rules *rules = s->rules;
    do
        p += rules->delimiter_n;
    while (rules->runs && p < s->end && is_delimiter(s, p));
    if (rules->blank && p < s->end && *p == ' ')
        p++;
    return p;
}

/* Add the record that begins at p (not at a line end); returns the byte behind its line end, NULL
 * without memory. */
static const char *scan_record(scanner *s, const char *p) {
    const char *start = p, *stop = p;
    if (s->rules->runs && is_delimiter(s, p))
        p = skip_delimiter(s, p);
    for (;;) {
        if (!scan_cell(s, p, &stop))
            return NULL;
        if (stop == s->end || is_line_end(*stop))
            break;
        p = skip_delimiter(s, stop);
        if (s->rules->runs && (p == s->end || is_line_end(*p))) {
            stop = p;
            break;
        }
    }
    uint8_t end = 0;
    if (stop < s->end)
        end = *stop == '\r' && s->end - stop > 1 && stop[1] == '\n' ? 2 : 1;
    tw_span record = {(uint32_t)(start - s->base), (uint32_t)(stop - start)};
    return tw_csv_cells_add_record(s->out, record, end) ? stop + end : NULL;
}

bool tw_csv_cells_reserve(tw_csv_cells *cells, size_t more, size_t rows) {
    while (cells->max - cells->n < more)
        if (!more_cells(cells))
            return false;
    while (cells->rows_max - cells->rows < rows)
        if (!more_rows(cells))
            return false;
    if (!cells->rows)
        cells->first[0] = 0;
    return true;
}

enum tw_rc tw_csv_scan_scalar(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                              size_t max_rows, tw_csv_cells *out, size_t *next, tw_error *err) {
    if (text.n >= UINT32_MAX)
        return tw_fail(err, TW_ELIMIT,
                       "cannot read a record: it is longer than 4 GB; "
                       "check quotes and delimiter");
    scanner s = scanner_make(rules, text, out);
    const char *p = text.p + at, *limit = text.p + TW_MIN(stop, text.n);
    for (size_t rows = 0; rows < max_rows; rows++) {
        while (p < limit && is_line_end(*p))
            p++;
        if (p >= limit)
            break;
        p = scan_record(&s, p);
        if (!p)
            return tw_fail_memory(err);
    }
    *next = (size_t)(p - text.p);
    return TW_OK;
}

/* Records without a certificate go to the scalar loop, more at a time where they come in clusters.
 */
enum tw_rc tw_csv_scan_certified(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                 size_t max_rows, tw_csv_cells *out, size_t *next, tw_error *err) {
    enum tw_rc rc = TW_OK;
    size_t end = out->rows + TW_MIN(max_rows, SIZE_MAX - out->rows), by_hand = 1;
    for (*next = at; *next < TW_MIN(stop, text.n) && out->rows < end && rc == TW_OK;) {
        bool certified;
        if (!tw_csv_vector_scan(rules, text, *next, stop, end - out->rows, out, next, &certified))
            return tw_fail_memory(err);
        if (certified)
            break;
        size_t rows = TW_MIN(by_hand, end - out->rows);
        rc = tw_csv_scan_scalar(rules, text, *next, stop, rows, out, next, err);
        by_hand = TW_MIN(by_hand * 2, (size_t)1024);
    }
    return rc;
}

enum tw_rc tw_csv_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                       size_t max_rows, tw_csv_cells *out, size_t *next, tw_error *err) {
    if (rules->n_cuts)
        return tw_fixed_scan(rules, text, at, stop, max_rows, out, next, err);
    bool short_work = max_rows < 8 || text.n - at < 256;
    if (short_work || text.n >= UINT32_MAX || !tw_csv_rules_are_plain(rules) ||
        !tw_csv_vector_usable())
        return tw_csv_scan_scalar(rules, text, at, stop, max_rows, out, next, err);
    return tw_csv_scan_certified(rules, text, at, stop, max_rows, out, next, err);
}

/* ---- a few columns ---- */

bool tw_csv_pick_pays(size_t n, size_t width) {
    return n <= TW_CSV_PICK_MAX && n <= width / 2;
}

bool tw_csv_cells_pick(const tw_csv_cells *cells, size_t from, size_t to, const tw_csv_pick *pick,
                       tw_csv_cells *out) {
    for (size_t r = from; r < to; r++) {
        uint32_t first = cells->first[r], have = cells->first[r + 1] - first;
        tw_span record = cells->records[r];
        for (size_t i = 0; i < pick->n; i++) {
            uint32_t cell = (uint32_t)pick->columns[i];
            bool there = cell < have;
            tw_span none = {record.at + record.n, 0};
            if (!tw_csv_cells_add_cell(out, there ? cells->cells[first + cell] : none,
                                       there ? cells->flags[first + cell] : 0))
                return false;
        }
        if (!tw_csv_cells_add_record(out, record, cells->ends[r]))
            return false;
    }
    return true;
}

/* What the vector path leaves is scanned whole, more at a time where it comes in clusters. */
enum tw_rc tw_csv_scan_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                            size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *scratch,
                            tw_csv_cells *out, size_t *next, tw_error *err) {
    bool quick =
        text.n < UINT32_MAX && tw_csv_rules_are_plain(rules) && tw_csv_vector_usable();
    enum tw_rc rc = TW_OK;
    size_t end = out->rows + TW_MIN(max_rows, SIZE_MAX - out->rows), by_hand = quick ? 1 : SIZE_MAX;
    for (*next = at; *next < TW_MIN(stop, text.n) && out->rows < end && rc == TW_OK;) {
        size_t before = out->rows;
        if (quick && !tw_csv_vector_pick(rules, text, *next, stop, end - before, pick, out, next))
            return tw_fail_memory(err);
        if (*next >= stop || out->rows == end)
            break;
        by_hand = out->rows > before && quick ? 1 : by_hand;
        tw_csv_cells_clear(scratch);
        rc = tw_csv_scan(rules, text, *next, stop, TW_MIN(by_hand, end - out->rows), scratch, next,
                         err);
        if (rc == TW_OK && !tw_csv_cells_pick(scratch, 0, scratch->rows, pick, out))
            return tw_fail_memory(err);
        by_hand = by_hand < 1024 ? by_hand * 2 : by_hand;
    }
    return rc;
}

enum { LANES = 64 }; /* counts of a byte each, which the compiler keeps in vectors */

TW_KERNEL size_t tw_csv_count_byte(const char *p, size_t n, char byte) {
    size_t count = 0;
    while (n >= LANES) {
        size_t turns = TW_MIN(n / LANES, (size_t)UINT8_MAX);
        uint8_t lanes[LANES] = {0};
        for (size_t turn = 0; turn < turns; turn++, p += LANES)
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + (p[i] == byte));
        for (size_t i = 0; i < LANES; i++)
            count += lanes[i];
        n -= turns * LANES;
    }
    for (; n; n--)
        count += *p++ == byte;
    return count;
}

bool tw_csv_unescape(tw_str cell, char quote, char escape, tw_buf *out) {
    char mark = escape && escape != quote ? escape : quote;
    size_t from = 0;
    for (size_t i = 0; i + 1 < cell.n; i++) {
        if (cell.p[i] != mark || (mark == quote && cell.p[i + 1] != quote))
            continue;
        tw_buf_add(out, cell.p + from, i - from);
        from = ++i;
    }
    return tw_buf_add(out, cell.p + from, cell.n - from);
}
