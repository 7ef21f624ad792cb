/* With D delimiters in the text and W cells wanted, exactly D - (W - 1) delimiters must lie inside
 * quoted cells. That number is small for a damaged record, so the table of states is (delimiter,
 * swallowed) and a quoted cell may reach over at most that many delimiters. Records that would need
 * more are left as they stand. */
#include "config.h"

#include "io/repair_parse.h"

#include <math.h>

enum { MAX_DELIMITERS = 1 << 16, MAX_SWALLOWED = 64, READS = 16 };

static const double cost_stray = 1, cost_literal = 2, cost_inner = 0.25, cost_bare_end = 2,
                    cost_quoted_end = 0.5;

typedef struct step {
    double cost;
    uint32_t from; /* state it came from: index into the table */
    bool quoted;
} step;

typedef struct parse {
    tw_str text;
    const tw_csv_rules *rules;
    uint32_t *ends; /* where each cell could end: delimiters, then the end of the text */
    size_t n;       /* of them; n - 1 delimiters */
    size_t swallow; /* delimiters that must lie inside quotes */
    size_t left;    /* bytes that may still be looked at, so that time stays linear in the text */
    step
        *table; /* (n + 1) x (swallow + 1): state [i][s] = cells up to end i - 1 cut, s swallowed */
} parse;

static bool delimiter_at(const parse *p, size_t i) {
    size_t n = p->rules->delimiter_n;
    return n && p->text.n - i >= n && memcmp(p->text.p + i, p->rules->delimiter, n) == 0;
}

static size_t count_delimiters(const parse *p) {
    size_t n = 0;
    for (size_t i = 0; i < p->text.n; i++)
        if (delimiter_at(p, i)) {
            n++;
            i += p->rules->delimiter_n - 1;
        }
    return n;
}

/* Others may write into a mapped file meanwhile: there are as many ends as there is room for, and
 * none (n = 0) where fewer delimiters are found than were counted. */
static bool list_ends(parse *p, size_t delimiters) {
    p->ends = tw_calloc(delimiters + 1, sizeof *p->ends);
    if (!p->ends)
        return false;
    size_t k = 0;
    for (size_t i = 0; i < p->text.n && k < delimiters; i++)
        if (delimiter_at(p, i)) {
            p->ends[k++] = (uint32_t)i;
            i += p->rules->delimiter_n - 1;
        }
    p->ends[k] = (uint32_t)p->text.n;
    p->n = k < delimiters ? 0 : delimiters + 1;
    return true;
}

/* Where the cell behind end i - 1 begins. */
static size_t cell_start(const parse *p, size_t i) {
    if (i == 0)
        return 0;
    size_t at = p->ends[i - 1] + p->rules->delimiter_n;
    if (p->rules->blank && at < p->text.n && p->text.p[at] == ' ')
        at++;
    return at;
}

static size_t line_ends(tw_str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
    return n;
}

/* Quotes inside a quoted cell that are neither doubled nor escaped. */
static size_t stray_quotes(tw_str inner, const tw_csv_rules *rules) {
    size_t strays = 0;
    for (size_t i = 0; i < inner.n; i++) {
        if (rules->escape && inner.p[i] == rules->escape) {
            i++;
            continue;
        }
        if (inner.p[i] != rules->quote)
            continue;
        size_t run = 1;
        while (i + run < inner.n && inner.p[i + run] == rules->quote)
            run++;
        strays += rules->escape ? run : run % 2;
        i += run - 1;
    }
    return strays;
}

static double bare_cost(tw_str cell, const tw_csv_rules *rules) {
    double cost = cost_bare_end * (double)line_ends(cell);
    if (!rules->quote || cell.n == 0)
        return cost;
    if (cell.p[0] == rules->quote)
        return cost + cost_literal;
    return cost + (tw_str_find_char(cell, rules->quote, 0) != SIZE_MAX ? cost_inner : 0);
}

static bool is_quoted(tw_str cell, const tw_csv_rules *rules) {
    return rules->quote && cell.n >= 2 && cell.p[0] == rules->quote &&
           cell.p[cell.n - 1] == rules->quote;
}

static double quoted_cost(tw_str cell, size_t swallowed, const tw_csv_rules *rules) {
    tw_str inner = tw_str_sub(cell, 1, cell.n - 1);
    double strays = (double)stray_quotes(inner, rules);
    return cost_stray * strays * (swallowed ? 1.5 : 1) + cost_quoted_end * (double)line_ends(inner);
}

static void relax(parse *p, size_t state, size_t i, size_t s, double cost, bool quoted) {
    step *to = &p->table[i * (p->swallow + 1) + s];
    if (cost < to->cost)
        *to = (step){cost, (uint32_t)state, quoted};
}

static bool spend(parse *p, size_t bytes) {
    bool enough = bytes + 1 <= p->left;
    p->left = enough ? p->left - bytes - 1 : 0;
    return enough;
}

/* All cells that may begin in state [i][s]. */
static void advance(parse *p, size_t i, size_t s) {
    size_t state = i * (p->swallow + 1) + s, start = cell_start(p, i);
    double so_far = p->table[state].cost;
    if (isinf(so_far) || start > p->ends[i])
        return;
    tw_str bare = tw_str_sub(p->text, start, p->ends[i]);
    if (!spend(p, bare.n))
        return;
    relax(p, state, i + 1, s, so_far + bare_cost(bare, p->rules), false);
    if (!p->rules->quote || start >= p->text.n || p->text.p[start] != p->rules->quote)
        return;
    for (size_t k = 0; s + k <= p->swallow && i + k < p->n; k++) {
        tw_str cell = tw_str_sub(p->text, start, p->ends[i + k]);
        if (is_quoted(cell, p->rules) && spend(p, cell.n))
            relax(p, state, i + k + 1, s + k, so_far + quoted_cost(cell, k, p->rules), true);
    }
}

static uint8_t flags_of(tw_str inner, const tw_csv_rules *rules) {
    char mark = rules->escape ? rules->escape : rules->quote;
    for (size_t i = 0; i + 1 < inner.n; i++)
        if (inner.p[i] == mark && (rules->escape || inner.p[i + 1] == mark))
            return TW_CELL_QUOTED | TW_CELL_DOUBLED | TW_CELL_REPAIRED;
    return TW_CELL_QUOTED | TW_CELL_REPAIRED;
}

static void add_cost(const parse *p, tw_str cell, bool quoted, tw_parse_cost *cost) {
    if (quoted) {
        cost->strays += (uint32_t)stray_quotes(tw_str_sub(cell, 1, cell.n - 1), p->rules);
        return;
    }
    cost->bare_ends += (uint32_t)line_ends(cell);
    cost->literal += p->rules->quote && cell.n && cell.p[0] == p->rules->quote;
}

/* Cells from the end back to the start, then in order into out. */
static bool write_cells(const parse *p, size_t width, tw_csv_cells *out, tw_parse_cost *cost) {
    uint32_t *path = tw_calloc(width, sizeof *path);
    if (!path)
        return false;
    size_t row = p->swallow + 1, state = p->n * row + p->swallow;
    for (size_t c = width; c-- > 0;) {
        path[c] = (uint32_t)state;
        state = p->table[state].from;
    }
    bool good = true;
    size_t begin = 0;
    for (size_t c = 0; c < width && good; c++) {
        size_t i = path[c] / row, start = TW_MIN(cell_start(p, begin), (size_t)p->ends[i - 1]);
        bool quoted = p->table[path[c]].quoted;
        tw_str cell = tw_str_sub(p->text, start, p->ends[i - 1]);
        add_cost(p, cell, quoted, cost);
        tw_span span = {(uint32_t)start, (uint32_t)cell.n};
        uint8_t flags = TW_CELL_REPAIRED;
        if (quoted && cell.n >= 2) {
            span = (tw_span){(uint32_t)start + 1, (uint32_t)cell.n - 2};
            flags = flags_of(tw_str_sub(cell, 1, cell.n - 1), p->rules);
        }
        good = tw_csv_cells_add_cell(out, span, flags);
        begin = i;
    }
    free(path);
    return good && tw_csv_cells_add_record(out, (tw_span){0, (uint32_t)p->text.n}, 0);
}

static bool solve(parse *p, size_t width, tw_csv_cells *out, bool *found, tw_parse_cost *cost) {
    size_t states = (p->n + 1) * (p->swallow + 1);
    p->table = tw_calloc(states, sizeof *p->table);
    if (!p->table)
        return false;
    for (size_t i = 0; i < states; i++)
        p->table[i].cost = (double)INFINITY;
    p->table[0].cost = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t s = 0; s <= p->swallow; s++)
            advance(p, i, s);
    cost->total = p->table[states - 1].cost;
    *found = !isinf(cost->total) && p->left > 0;
    return !*found || write_cells(p, width, out, cost);
}

enum tw_rc tw_repair_parse(tw_str text, const tw_csv_rules *rules, size_t width, tw_csv_cells *out,
                           bool *found, tw_parse_cost *cost, tw_error *err) {
    parse p = {.text = text, .rules = rules};
    *found = false;
    *cost = (tw_parse_cost){0};
    size_t delimiters = text.n < UINT32_MAX && !rules->runs ? count_delimiters(&p) : 0;
    if (width < 2 || delimiters + 1 < width || delimiters > MAX_DELIMITERS)
        return TW_OK;
    p.swallow = delimiters + 1 - width;
    p.left = READS * (text.n + 256);
    if (p.swallow > MAX_SWALLOWED || (delimiters + 2) * (p.swallow + 1) > p.left)
        return TW_OK;
    bool good = list_ends(&p, delimiters);
    if (good && p.n)
        good = solve(&p, width, out, found, cost);
    free(p.ends);
    free(p.table);
    return good ? TW_OK : tw_fail_memory(err);
}

/* ---- another delimiter ---- */

static bool settle_record(tw_csv_cells *out, size_t rows, size_t cells, size_t width) {
    bool right = out->rows == rows + 1 && out->n - cells == width;
    for (size_t c = cells; c < out->n && right; c++) {
        right = !(out->flags[c] & TW_CELL_STRAY);
        out->flags[c] |= TW_CELL_REPAIRED;
    }
    if (!right) {
        out->rows = rows;
        out->n = cells;
    }
    return right;
}

enum tw_rc tw_repair_other_delimiter(tw_str text, const tw_csv_rules *rules, size_t width,
                                     tw_csv_cells *out, size_t *next, bool *found, tw_error *err) {
    static const char others[] = {',', ';', '\t', '|', ' '};
    *found = false;
    for (; *next < TW_COUNT(others) && !*found; ++*next) {
        tw_csv_rules other = *rules;
        size_t end, rows = out->rows, cells = out->n;
        if (rules->delimiter_n == 1 && rules->delimiter[0] == others[*next])
            continue;
        other.delimiter[0] = others[*next];
        other.delimiter_n = 1;
        other.runs = other.blank = false;
        enum tw_rc rc = tw_csv_scan(&other, text, 0, text.n, 1, out, &end, err);
        if (rc != TW_OK)
            return rc;
        *found = settle_record(out, rows, cells, width);
    }
    return TW_OK;
}
