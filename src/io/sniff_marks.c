/* Every candidate (delimiter, quote, escape) reads the head of the text with the real tokeniser, so what wins here is read
 * the same way later. Blocks from the middle and the end are only asked when two candidates are close.
 *
 * What was tried and left: counting characters per line (fails on quoted text), scoring cells one by one (favours narrow
 * columns of numbers cut out of text), and weighing records by count alone (a long preamble wins over the table). */
#include "config.h"

#include "io/sniff_marks.h"

#include <math.h>

#include "io/cell_kind.h"
#include "io/csv_scan.h"
#include "io/wtf8.h"

enum { BLOCK = 64 * 1024, TRIAL = 16 * 1024, MAX_ROWS = 600, MAX_WIDTHS = 48, MAX_COLUMNS = 200, MAX_CANDIDATES = 64 };

/* How usual a delimiter is when nothing else speaks. */
static const struct {
    uint32_t c;
    double prior;
    const char *name;
} delimiters[] = {
    {',', 1, "comma"},     {';', 1, "semicolon"}, {'\t', 1, "tab"},  {'|', 0.97, "pipe"}, {':', 0.55, "colon"},
    {' ', 0.6, "space"},   {'^', 0.8, "caret"},   {'~', 0.8, "tilde"}, {'#', 0.6, "hash"}, {'&', 0.5, "ampersand"},
    {'*', 0.5, "star"},    {'/', 0.2, "slash"},   {'=', 0.4, "equals"}, {'_', 0.2, "underscore"},
    {'-', 0.2, "dash"},    {'!', 0.4, "bang"},    {1, 1, "soh"},     {0x1e, 1, "rs"},     {0x1f, 1, "us"},
    {0xa6, 0.9, "broken bar"}, {0xa7, 0.9, "section"},
};

typedef struct candidate {
    uint32_t delimiter;
    char quote, escape;
    bool runs, blank;
    bool odd;            /* a delimiter that text is full of */
    double prior;
    double uniformity, kinds, quoting, score;
    size_t width;  /* modal number of cells */
    size_t rows, rows_modal;
    size_t quoted, stray; /* cells in quotes; of them, broken ones */
} candidate;

typedef struct contest {
    candidate at[MAX_CANDIDATES];
    size_t n;
    tw_csv_cells cells; /* scratch */
    tw_error *err;
} contest;

/* ---- what a block says about one candidate ---- */

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
    [TW_KIND_EMPTY] = 0.75,  [TW_KIND_NULL] = 0.9,    [TW_KIND_NUMBER] = 1,  [TW_KIND_AMOUNT] = 1,
    [TW_KIND_MOMENT] = 1,    [TW_KIND_BOOLEAN] = 0.95, [TW_KIND_ADDRESS] = 1, [TW_KIND_WORD] = 0.85,
    [TW_KIND_TEXT] = 0.65,   [TW_KIND_LIST] = 0.75,   [TW_KIND_DEBRIS] = 0.1,
};

/* Kinds that may stand side by side in one column. */
static const uint8_t kind_group[TW_KINDS] = {
    [TW_KIND_EMPTY] = 0, [TW_KIND_NULL] = 0,    [TW_KIND_NUMBER] = 1, [TW_KIND_AMOUNT] = 1,
    [TW_KIND_MOMENT] = 2, [TW_KIND_BOOLEAN] = 3, [TW_KIND_ADDRESS] = 4, [TW_KIND_WORD] = 5,
    [TW_KIND_TEXT] = 5,  [TW_KIND_LIST] = 6,    [TW_KIND_DEBRIS] = 7,
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

/* Mean worth of the columns over records of the modal width; columns beyond MAX_COLUMNS are not looked at. A blank or colon
 * is only believed in where it sets something typed apart; one column of dates or addresses is a whole. */
static double kinds_of(candidate *k, tw_str text, const tw_csv_cells *cells, size_t rows) {
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

static tw_csv_rules rules_of(const candidate *c) {
    return tw_csv_rules_of(&(tw_dialect){.delimiter = c->delimiter,
                                         .quote = c->quote,
                                         .escape = c->escape,
                                         .delimiter_runs = c->runs,
                                         .delimiter_blank = c->blank});
}

/* Double quotes should enclose cells: broken cells count against a candidate, and quotes that enclose nothing. */
static void count_quotes(candidate *c, tw_str text, const tw_csv_cells *cells) {
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

/* Score of one candidate on a block; the last record does not count when the block cuts it. */
static enum tw_rc score_block(contest *k, candidate *c, tw_str text, bool cut) {
    tw_csv_rules rules = rules_of(c);
    size_t next = 0;
    tw_csv_cells *cells = &k->cells;
    tw_csv_cells_clear(cells);
    enum tw_rc rc = tw_csv_scan(&rules, text, 0, text.n, MAX_ROWS, cells, &next, k->err);
    if (rc != TW_OK)
        return rc;
    size_t rows = cells->rows - (cut && cells->rows > 1 && next == text.n);
    widths w = {.n = 0};
    for (size_t r = 0; r < rows; r++)
        widths_add(&w, cells->first[r + 1] - cells->first[r], 1 + (double)TW_MIN(cells->records[r].n, 400u) / 40);
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

/* ---- which candidates there are ---- */

typedef struct census {
    size_t count[128];
    size_t broken_bar, section;
    bool escapes[2]; /* a backslash in front of ", of ' */
    bool edge[2];    /* " or ' stands at the edge of a line or beside a mark */
} census;

static bool is_edge(char c) {
    return c != 0 && strchr(",;\t|:\r\n ^~#", c) != NULL;
}

static void take_census(tw_str s, census *out) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 128)
            out->count[c]++;
        else if (c == 0xc2 && i + 1 < s.n)
            *((unsigned char)s.p[i + 1] == 0xa6 ? &out->broken_bar : &out->section) +=
                (unsigned char)s.p[i + 1] == 0xa6 || (unsigned char)s.p[i + 1] == 0xa7;
        if (c != '"' && c != '\'')
            continue;
        size_t q = c == '\'';
        if (i && s.p[i - 1] == '\\')
            out->escapes[q] = true;
        if (i == 0 || i + 1 == s.n || is_edge(s.p[i - 1]) || is_edge(s.p[i + 1]))
            out->edge[q] = true;
    }
}

static size_t census_of(const census *c, uint32_t delimiter) {
    if (delimiter < 128)
        return c->count[delimiter];
    return delimiter == 0xa6 ? c->broken_bar : c->section;
}

/* True when nearly every delimiter in the text is followed by a blank (or ends its line) and none by two. */
static bool blanks_follow(tw_str s, uint32_t delimiter) {
    if (delimiter >= 128 || delimiter == ' ' || delimiter == '\t')
        return false;
    size_t all = 0, blank = 0, wide = 0;
    for (size_t i = 0; i + 2 < s.n; i++) {
        if ((unsigned char)s.p[i] != delimiter)
            continue;
        all++;
        bool follows = s.p[i + 1] == ' ';
        blank += follows || s.p[i + 1] == '\n' || s.p[i + 1] == '\r';
        wide += follows && s.p[i + 2] == ' ';
    }
    return all && (double)blank >= 0.99 * (double)all && wide * 20 <= all;
}

/* Columns aligned with blanks: runs of them are common. */
static bool runs_are_usual(tw_str s) {
    size_t runs = 0, single = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != ' ' || (i && s.p[i - 1] == ' '))
            continue;
        bool run = i + 1 < s.n && s.p[i + 1] == ' ';
        runs += run;
        single += !run;
    }
    return runs * 10 > single;
}

static void add_candidate(contest *k, candidate c) {
    if (k->n < MAX_CANDIDATES)
        k->at[k->n++] = c;
}

/* One delimiter with every quote and escape the text or the user allows. */
static void add_quotes(contest *k, candidate c, const census *seen, const tw_read_options *o, const tw_dialect *given) {
    static const char quotes[] = {'"', '\'', 0};
    for (size_t q = 0; q < TW_COUNT(quotes); q++) {
        c.quote = o->quote.p ? given->quote : quotes[q];
        size_t other = c.quote == '\'';
        if (!o->quote.p && quotes[q] != '"' && !seen->edge[quotes[q] == '\'' ? 1 : 0])
            continue;
        c.escape = o->escape.p ? given->escape : 0;
        double prior = c.prior;
        if (!o->quote.p && quotes[q] != '"')
            c.prior *= quotes[q] ? 0.98 : 0.9;
        add_candidate(k, c);
        if (!o->escape.p && c.quote && seen->escapes[other]) {
            c.escape = '\\';
            c.prior *= 0.98;
            add_candidate(k, c);
        }
        c.prior = prior;
        if (o->quote.p)
            break;
    }
}

static void add_all(contest *k, tw_str text, const tw_read_options *o, const tw_dialect *given) {
    census seen = {0};
    take_census(text, &seen);
    if (o->delimiter.p) {
        candidate c = {.delimiter = given->delimiter, .prior = 1, .blank = blanks_follow(text, given->delimiter)};
        add_quotes(k, c, &seen, o, given);
        return;
    }
    add_quotes(k, (candidate){.prior = 0.9}, &seen, o, given);
    for (size_t i = 0; i < TW_COUNT(delimiters); i++) {
        uint32_t d = delimiters[i].c;
        if (census_of(&seen, d) == 0)
            continue;
        candidate c = {.delimiter = d, .prior = delimiters[i].prior, .odd = delimiters[i].prior < 0.7, .blank = blanks_follow(text, d)};
        add_quotes(k, c, &seen, o, given);
        if (d == ' ') {
            c.runs = true;
            c.prior *= runs_are_usual(text) ? 0.98 : 0.7;
            add_quotes(k, c, &seen, o, given);
        }
    }
}

/* ---- the contest ---- */

/* Front of the text that is scored: a block, longer where records are. */
static tw_str front(const tw_sample *text, bool *cut) {
    size_t n = TW_MIN(text->head.n, (size_t)BLOCK);
    size_t line = 0;
    while (line < text->head.n && line < 8 * BLOCK && text->head.p[line] != '\n' && text->head.p[line] != '\r')
        line++;
    if (line * 3 > n)
        n = TW_MIN(text->head.n, line * 3);
    *cut = n < text->head.n || !text->whole;
    return (tw_str){text->head.p, n};
}

static tw_str from_line(tw_str s) {
    size_t i = 0;
    while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
        i++;
    return tw_str_sub(s, i, TW_MIN(s.n, i + BLOCK));
}

/* Blocks behind the front: those of the sample, or cut from a long head. */
static size_t more_blocks(const tw_sample *text, size_t front_n, tw_str out[2]) {
    size_t n = 0;
    if (text->head.n > 3 * front_n) {
        out[n++] = from_line(tw_str_sub(text->head, text->head.n / 2, text->head.n));
        out[n++] = from_line(tw_str_sub(text->head, text->head.n - front_n, text->head.n));
        return n;
    }
    if (text->middle.p)
        out[n++] = from_line(text->middle);
    if (text->end.p)
        out[n++] = from_line(text->end);
    return n;
}

static int by_score(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

/* Stable: equal scores keep the order of the table. */
static void sort_candidates(contest *k) {
    for (size_t i = 1; i < k->n; i++)
        for (size_t j = i; j && by_score(&k->at[j - 1], &k->at[j]) > 0; j--) {
            candidate swap = k->at[j];
            k->at[j] = k->at[j - 1];
            k->at[j - 1] = swap;
        }
}

/* Let the blocks behind the front speak on candidates close to the best. */
static enum tw_rc replay(contest *k, const tw_sample *text, size_t front_n) {
    tw_str blocks[2];
    size_t n = more_blocks(text, front_n, blocks);
    if (n == 0 || k->n < 2 || k->at[1].score < 0.85 * k->at[0].score)
        return TW_OK;
    double bar = 0.85 * k->at[0].score;
    for (size_t i = 0; i < k->n && k->at[i].score >= bar; i++) {
        candidate on_block = k->at[i];
        for (size_t b = 0; b < n; b++) {
            enum tw_rc rc = score_block(k, &on_block, blocks[b], true);
            if (rc != TW_OK)
                return rc;
            k->at[i].score += on_block.score;
        }
        k->at[i].score /= (double)(n + 1);
    }
    sort_candidates(k);
    return TW_OK;
}

/* ---- words ---- */

static void note_delimiter(const contest *k, bool given, tw_notes *notes) {
    char name[16], rival[16];
    const candidate *best = &k->at[0];
    if (given) {
        tw_note_given(notes, "delimiter", tw_note_char(best->delimiter, name));
        return;
    }
    tw_decision *d = tw_note(notes, "delimiter", tw_note_char(best->delimiter, name), best->score,
                             "%zu of %zu records have %zu cells; columns hold one kind each: %.2f", best->rows_modal,
                             best->rows, best->width, best->kinds);
    for (size_t i = 1; i < k->n; i++)
        if (k->at[i].delimiter != best->delimiter) {
            tw_note_rival(d, tw_note_char(k->at[i].delimiter, rival), k->at[i].score);
            break;
        }
}

static void note_quote(const contest *k, const tw_read_options *o, tw_notes *notes) {
    char name[16];
    const candidate *best = &k->at[0];
    if (o->quote.p)
        tw_note_given(notes, "quote", tw_note_char((unsigned char)best->quote, name));
    else {
        tw_decision *d = tw_note(notes, "quote", tw_note_char((unsigned char)best->quote, name), best->score,
                                 best->quoted ? "%zu cells in quotes, %zu of them broken" : "none seen: the usual one",
                                 best->quoted, best->stray);
        for (size_t i = 1; i < k->n; i++)
            if (k->at[i].quote != best->quote && k->at[i].delimiter == best->delimiter) {
                tw_note_rival(d, tw_note_char((unsigned char)k->at[i].quote, name), k->at[i].score);
                break;
            }
    }
    if (o->escape.p)
        tw_note_given(notes, "escape", tw_note_char((unsigned char)best->escape, name));
    else
        tw_note(notes, "escape", best->escape ? "\\" : "none", best->score, "%s",
                best->escape ? "a backslash stands before quotes inside cells" : "quotes are doubled");
}

static enum tw_rc read_overrides(const tw_read_options *o, tw_dialect *d, tw_error *err) {
    uint32_t c = 0;
    if (o->delimiter.p && !tw_sniff_character(o->delimiter, &d->delimiter))
        return tw_fail(err, TW_EUSAGE, "--delimiter '%.*s': it is no single character; give one, or tab, comma, none",
                       TW_ARG(o->delimiter));
    if (o->quote.p && (!tw_sniff_character(o->quote, &c) || c > 127))
        return tw_fail(err, TW_EUSAGE, "--quote '%.*s': it is no single ASCII character; give one, or none",
                       TW_ARG(o->quote));
    d->quote = (char)c;
    c = 0;
    if (o->escape.p && (!tw_sniff_character(o->escape, &c) || c > 127))
        return tw_fail(err, TW_EUSAGE, "--escape '%.*s': it is no single ASCII character; give one, or none",
                       TW_ARG(o->escape));
    d->escape = (char)c == d->quote ? '\0' : (char)c;
    return TW_OK;
}

bool tw_sniff_character(tw_str text, uint32_t *out) {
    static const struct {
        const char *name;
        char c;
    } names[] = {{"none", 0},      {"tab", '\t'},    {"\\t", '\t'},         {"comma", ','},   {"semicolon", ';'},
                 {"pipe", '|'},    {"space", ' '},   {"blank", ' '},        {"colon", ':'},   {"backslash", '\\'},
                 {"double", '"'},  {"single", '\''}, {"doublequote", '"'},  {"singlequote", '\''}};
    *out = 0;
    if (text.n == 0)
        return true;
    for (size_t i = 0; i < TW_COUNT(names); i++)
        if (tw_str_eq_nocase(text, tw_str_c(names[i].name))) {
            *out = (unsigned char)names[i].c;
            return true;
        }
    size_t n;
    *out = tw_wtf8_get(text.p, text.p + text.n, &n);
    return n == text.n && *out != '\n' && *out != '\r' && !(*out & TW_WTF8_RAW);
}

/* One column: a comma that never splits is as good as none, and other programs expect one. */
static void settle_one_column(contest *k) {
    candidate *best = &k->at[0];
    if (best->width > 1)
        return;
    bool splits = false;
    for (size_t i = 0; i < k->n; i++)
        if (k->at[i].delimiter == ',' && k->at[i].quote == best->quote)
            splits = splits || k->at[i].width > 1 || k->at[i].rows_modal < k->at[i].rows;
    best->delimiter = splits ? 0 : ',';
}

/* Score all candidates on a block and put the best first. */
static enum tw_rc score_all(contest *k, tw_str block, bool cut) {
    for (size_t i = 0; i < k->n; i++) {
        enum tw_rc rc = score_block(k, &k->at[i], block, cut);
        if (rc != TW_OK)
            return rc;
    }
    sort_candidates(k);
    return TW_OK;
}

/* Run the contest on one block: all candidates on its front, those that are not hopeless on the whole. */
static enum tw_rc compete(contest *k, tw_str block, bool cut, const tw_read_options *o, const tw_dialect *given) {
    k->n = 0;
    add_all(k, block, o, given);
    if (block.n > 2 * TRIAL) {
        enum tw_rc rc = score_all(k, tw_str_sub(block, 0, TRIAL), true);
        if (rc != TW_OK)
            return rc;
        double hope = 0.4 * k->at[0].score;
        while (k->n > 1 && k->at[k->n - 1].score < hope && k->at[k->n - 1].delimiter != ',')
            k->n--;
    }
    return score_all(k, block, cut);
}

typedef struct line_ends {
    size_t lf, crlf, cr;
} line_ends;

static line_ends count_line_ends(tw_str s) {
    line_ends n = {0, 0, 0};
    for (size_t i = 0; i < s.n; i++) {
        bool pair = s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n';
        n.crlf += pair;
        n.cr += s.p[i] == '\r' && !pair;
        n.lf += s.p[i] == '\n';
        i += pair;
    }
    return n;
}

/* Copy of the block in which only `end` ends lines; the others became blanks. */
static void keep_line_end(tw_str s, const char *end, char *out) {
    memcpy(out, s.p, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\n' && s.p[i] != '\r')
            continue;
        bool pair = s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n';
        bool kept = end[1] ? pair : !pair && s.p[i] == end[0];
        if (!kept)
            memset(out + i, ' ', pair ? 2 : 1);
        i += pair;
    }
}

/* Where line ends are mixed: does the text read better when only one of them ends records? The better contest stays. */
static enum tw_rc try_line_ends(contest *k, tw_str block, bool cut, const tw_read_options *o, const tw_dialect *given,
                                const char **line_end) {
    line_ends n = count_line_ends(block);
    const char *const ends[] = {n.crlf ? "\r\n" : NULL, n.cr ? "\r" : NULL, n.lf ? "\n" : NULL};
    *line_end = n.crlf >= n.lf && n.crlf >= n.cr && n.crlf ? "\r\n" : n.cr > n.lf ? "\r" : "\n";
    if ((n.crlf > 0) + (n.cr > 0) + (n.lf > 0) < 2)
        return TW_OK;
    char *copy = tw_calloc(block.n, 1);
    contest *other = tw_calloc(1, sizeof *other);
    enum tw_rc rc = copy && other ? TW_OK : tw_fail_memory(k->err);
    for (size_t i = 0; i < TW_COUNT(ends) && rc == TW_OK; i++) {
        if (!ends[i])
            continue;
        keep_line_end(block, ends[i], copy);
        other->cells = k->cells;
        other->err = k->err;
        rc = compete(other, (tw_str){copy, block.n}, cut, o, given);
        k->cells = other->cells;
        if (rc == TW_OK && other->at[0].score > 1.15 * k->at[0].score) {
            *k = *other;
            *line_end = ends[i];
        }
    }
    free(copy);
    free(other);
    return rc;
}

static void note_line_end(tw_str block, const char *end, tw_notes *notes) {
    line_ends n = count_line_ends(block);
    size_t all = n.lf + n.crlf + n.cr, own = end[0] == '\n' ? n.lf : end[1] ? n.crlf : n.cr;
    tw_note(notes, "line_end", end[0] == '\n' ? "LF" : end[1] ? "CRLF" : "CR", all ? (double)own / (double)all : 0,
            "%zu LF, %zu CRLF, %zu CR in the head", n.lf, n.crlf, n.cr);
}

enum tw_rc tw_sniff_marks(const tw_sample *text, const tw_read_options *options, tw_dialect *dialect, tw_notes *notes,
                          tw_error *err) {
    contest *k = tw_calloc(1, sizeof *k);
    if (!k)
        return tw_fail_memory(err);
    k->err = err;
    tw_csv_cells_init(&k->cells);
    bool cut;
    tw_str block = front(text, &cut);
    const char *line_end = "\n";
    enum tw_rc rc = read_overrides(options, dialect, err);
    if (rc == TW_OK)
        rc = compete(k, block, cut, options, dialect);
    if (rc == TW_OK)
        rc = try_line_ends(k, block, cut, options, dialect, &line_end);
    if (rc == TW_OK)
        rc = replay(k, text, block.n);
    if (rc != TW_OK)
        goto done;
    if (!options->delimiter.p)
        settle_one_column(k);
    note_delimiter(k, options->delimiter.p != NULL, notes);
    note_quote(k, options, notes);
    note_line_end(block, line_end, notes);
    const candidate *best = &k->at[0];
    snprintf(dialect->line_end, sizeof dialect->line_end, "%s", line_end);
    dialect->delimiter = best->delimiter;
    dialect->delimiter_runs = best->runs;
    dialect->delimiter_blank = best->blank && best->width > 1;
    dialect->quote = best->quote;
    dialect->escape = best->escape;
done:
    tw_csv_cells_fini(&k->cells);
    free(k);
    return rc;
}
