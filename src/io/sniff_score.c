/* The same tokeniser that reads the file later reads the block here, so that what scores well is
 * also read well. A column counts as a whole: cells that are numbers one by one prove nothing
 * when they were cut out of dates. */
#include "config.h"

#include "io/sniff_score.h"

#include <math.h>

#include "io/cell_kind.h"

enum { MAX_ROWS = 600, MAX_WIDTHS = 48, MAX_COLUMNS = 200 };

static tw_str cell_at(tw_str text, const tw_csv_cells *cells, size_t i) {
    return (tw_str){text.p + cells->cells[i].at, cells->cells[i].n};
}

typedef struct width_count {
    size_t width, rows;
    double weight;
} width_count;

typedef struct widths {
    width_count at[MAX_WIDTHS];
    size_t n;
    double total;
} widths;

static void widths_add(widths *w, size_t width, double weight) {
    w->total += weight;
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].width == width) {
            w->at[i].rows++;
            w->at[i].weight += weight;
            return;
        }
    if (w->n < MAX_WIDTHS)
        w->at[w->n++] = (width_count){width, 1, weight};
}

/* What a record of k cells is worth: one cell proves little, more prove more. */
static double width_worth(size_t k) {
    return k <= 1 ? 0.3 : 1 - 0.45 / (double)k;
}

static double uniformity_of(const widths *w) {
    double sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        double share = w->at[i].weight / w->total;
        sum += share * share * width_worth(w->at[i].width);
    }
    return sum;
}

static const width_count *modal(const widths *w) {
    const width_count *best = &w->at[0];
    for (size_t i = 1; i < w->n; i++)
        if (w->at[i].weight > best->weight)
            best = &w->at[i];
    return best;
}

/* What a column of one kind is worth. */
static const double kind_worth[TW_KINDS] = {
    [TW_KIND_EMPTY] = 0.75, [TW_KIND_NULL] = 0.9,     [TW_KIND_NUMBER] = 1,   [TW_KIND_AMOUNT] = 1,
    [TW_KIND_MOMENT] = 1,   [TW_KIND_BOOLEAN] = 0.95, [TW_KIND_ADDRESS] = 1,  [TW_KIND_WORD] = 0.85,
    [TW_KIND_TEXT] = 0.65,  [TW_KIND_LIST] = 0.75,    [TW_KIND_DEBRIS] = 0.1,
};

/* Kinds that may stand side by side in one column. */
static const uint8_t kind_group[TW_KINDS] = {
    [TW_KIND_EMPTY] = 0,  [TW_KIND_NULL] = 0,    [TW_KIND_NUMBER] = 1,  [TW_KIND_AMOUNT] = 1,
    [TW_KIND_MOMENT] = 2, [TW_KIND_BOOLEAN] = 3, [TW_KIND_ADDRESS] = 4, [TW_KIND_WORD] = 5,
    [TW_KIND_TEXT] = 5,   [TW_KIND_LIST] = 6,    [TW_KIND_DEBRIS] = 7,
};
enum { GROUPS = 8 };

/* Worth of a column from how often each kind stands in it. */
static double column_worth(const uint32_t *counts) {
    double group[GROUPS] = {0}, total = 0, worth = 0, best = 0;
    for (size_t k = 0; k < TW_KINDS; k++) {
        total += counts[k];
        worth += counts[k] * kind_worth[k];
        if (kind_group[k])
            group[kind_group[k]] += counts[k];
    }
    double filled = total - counts[TW_KIND_EMPTY] - counts[TW_KIND_NULL];
    if (filled <= 0)
        return kind_worth[TW_KIND_EMPTY];
    for (size_t g = 1; g < GROUPS; g++)
        best = TW_MAX(best, group[g]);
    return worth / total * (0.5 + 0.5 * best / filled);
}

/* Kind of a cell; what stood in quotes is one thing, whatever it looks like inside. */
static enum tw_kind kind_at(tw_str text, const tw_csv_cells *cells, size_t i) {
    uint8_t flags = cells->flags[i];
    if (flags & TW_CELL_STRAY)
        return TW_KIND_DEBRIS;
    enum tw_kind kind = tw_kind_of(cell_at(text, cells, i));
    return flags & TW_CELL_QUOTED && kind >= TW_KIND_WORD ? TW_KIND_WORD : kind;
}

/* Share of the cells a column has of the kinds from `low` to `high`. */
static double share_of(const uint32_t *counts, enum tw_kind low, enum tw_kind high) {
    double all = 0, own = 0;
    for (size_t k = 0; k < TW_KINDS; k++) {
        all += counts[k];
        own += k >= low && k <= high ? counts[k] : 0;
    }
    return all > 0 ? own / all : 0;
}

/* Mean worth of the columns over records of the modal width; columns beyond MAX_COLUMNS are not
 * looked at. A blank or colon is only believed in where it sets something typed apart; one column
 * of dates or addresses is a whole. */
static double kinds_of(tw_candidate *k, tw_str text, const tw_csv_cells *cells, size_t rows) {
    size_t width = k->width, typed = 0;
    uint32_t counts[MAX_COLUMNS][TW_KINDS];
    size_t columns = TW_MIN(width, (size_t)MAX_COLUMNS), cells_left = 12000;
    memset(counts, 0, columns * sizeof counts[0]);
    for (size_t r = 0; r < rows && cells_left > columns; r++) {
        if (cells->first[r + 1] - cells->first[r] != width)
            continue;
        for (size_t c = 0; c < columns; c++)
            counts[c][kind_at(text, cells, cells->first[r] + c)]++;
        cells_left -= columns;
    }
    double sum = 0;
    for (size_t c = 0; c < columns; c++) {
        sum += column_worth(counts[c]);
        typed += share_of(counts[c], TW_KIND_NUMBER, TW_KIND_ADDRESS) > 0.5;
    }
    double mean = columns ? sum / (double)columns : 0;
    if (k->odd && typed == 0 && k->quoted == 0)
        mean *= 0.5;
    bool whole = share_of(counts[0], TW_KIND_MOMENT, TW_KIND_MOMENT) > 0.9 ||
                 share_of(counts[0], TW_KIND_ADDRESS, TW_KIND_ADDRESS) > 0.9;
    return width == 1 && whole && k->delimiter == 0 ? 2 * mean : mean;
}

static tw_csv_rules rules_of(const tw_candidate *c) {
    return tw_csv_rules_of(&(tw_dialect){.delimiter = c->delimiter,
                                         .quote = c->quote,
                                         .escape = c->escape,
                                         .delimiter_runs = c->runs,
                                         .fixed = c->n_cuts > 0,
                                         .cuts = c->cuts,
                                         .n_cuts = c->n_cuts,
                                         .delimiter_blank = c->blank});
}

/* Double quotes should enclose cells: broken cells count against a candidate, and quotes that
 * enclose nothing. */
static void count_quotes(tw_candidate *c, tw_str text, const tw_csv_cells *cells) {
    size_t loose = 0;
    c->quoted = c->stray = 0;
    for (size_t i = 0; i < cells->n; i++) {
        bool enclosed = (cells->flags[i] & TW_CELL_QUOTED) != 0;
        c->quoted += enclosed;
        c->stray += (cells->flags[i] & TW_CELL_STRAY) != 0;
        tw_str cell = cell_at(text, cells, i);
        loose += !enclosed && tw_str_find_char(cell, '"', 0) != SIZE_MAX;
    }
    double broken = (double)c->stray / (double)(c->quoted + 4);
    double unused = loose ? (double)loose / (double)(loose + c->quoted) : 0;
    c->quoting = (1 - 0.4 * sqrt(broken)) * (1 - 0.5 * unused);
    if (c->quoted && !c->stray)
        c->quoting *= 1.03;
}

enum tw_rc tw_candidate_score(tw_candidate *c, tw_str text, bool cut, tw_csv_cells *scratch,
                              tw_error *err) {
    tw_csv_rules rules = rules_of(c);
    size_t next = 0;
    tw_csv_cells *cells = scratch;
    tw_csv_cells_clear(cells);
    enum tw_rc rc = tw_csv_scan(&rules, text, 0, text.n, MAX_ROWS, cells, &next, err);
    if (rc != TW_OK)
        return rc;
    size_t rows = cells->rows - (cut && cells->rows > 1 && next == text.n);
    widths w = {.n = 0};
    for (size_t r = 0; r < rows; r++)
        widths_add(&w, cells->first[r + 1] - cells->first[r],
                   1 + (double)TW_MIN(cells->records[r].n, 400u) / 40);
    c->rows = rows;
    if (rows == 0) {
        c->score = 0;
        return TW_OK;
    }
    c->width = modal(&w)->width;
    c->rows_modal = modal(&w)->rows;
    count_quotes(c, text, cells);
    c->uniformity = uniformity_of(&w);
    c->kinds = kinds_of(c, text, cells, rows);
    /* The fewer records, the more weighs what is usual. */
    c->score = c->uniformity * c->kinds * c->quoting * pow(c->prior, 1 + 2 / (double)rows);
    /* A first record unlike all others is a title, or cut by the wrong delimiter. */
    if (rows >= 3 && cells->first[1] != c->width)
        c->score *= 0.9;
    return TW_OK;
}
