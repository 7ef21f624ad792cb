/* Every candidate (delimiter, quote, escape) reads the head of the text with the real tokeniser, so
 * what wins here is read the same way later. Blocks from the middle and the end are only asked when
 * two candidates are close.
 *
 * What was tried and left: counting characters per line (fails on quoted text), scoring cells one
 * by one (favours narrow columns of numbers cut out of text), and weighing records by count alone
 * (a long preamble wins over the table). */
#include "config.h"

#include "io/sniff_marks.h"

#include "io/sniff_fixed.h"

#include "io/sniff_score.h"
#include "io/wtf8.h"

enum { BLOCK = 64 * 1024, TRIAL = 16 * 1024, MAX_CANDIDATES = 64 };

/* How usual a delimiter is when nothing else speaks; the last two are the broken bar and the
 * section sign, those before them the separators of ASCII. */
static const struct {
    uint32_t c;
    double prior;
} delimiters[] = {
    {',', 1},   {';', 1},   {'\t', 1},  {'|', 0.97}, {':', 0.55}, {' ', 0.6},  {'^', 0.8},
    {'~', 0.8}, {'#', 0.6}, {'&', 0.5}, {'*', 0.5},  {'/', 0.2},  {'=', 0.4},  {'_', 0.2},
    {'-', 0.2}, {'!', 0.4}, {0x01, 1},  {0x1e, 1},   {0x1f, 1},   {0xa6, 0.9}, {0xa7, 0.9},
};

typedef struct contest {
    tw_candidate at[MAX_CANDIDATES];
    size_t n;
    tw_csv_cells cells; /* scratch */
    tw_error *err;
} contest;

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

/* True when nearly every delimiter in the text is followed by a blank (or ends its line) and none
 * by two. */
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

static void add_candidate(contest *k, tw_candidate c) {
    if (k->n < MAX_CANDIDATES)
        k->at[k->n++] = c;
}

/* One delimiter with every quote and escape the text or the user allows. */
static void add_quotes(contest *k, tw_candidate c, const census *seen, const tw_read_options *o,
                       const tw_dialect *given) {
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
        tw_candidate c = {.delimiter = given->delimiter,
                          .prior = 1,
                          .runs = given->delimiter_runs,
                          .blank = !o->records && blanks_follow(text, given->delimiter)};
        add_quotes(k, c, &seen, o, given);
        return;
    }
    add_quotes(k, (tw_candidate){.prior = 0.9}, &seen, o, given);
    for (size_t i = 0; i < TW_COUNT(delimiters); i++) {
        uint32_t d = delimiters[i].c;
        if (census_of(&seen, d) == 0)
            continue;
        tw_candidate c = {.delimiter = d,
                          .prior = delimiters[i].prior,
                          .odd = delimiters[i].prior < 0.7,
                          .blank = blanks_follow(text, d)};
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
    while (line < text->head.n && line < 8 * BLOCK && text->head.p[line] != '\n' &&
           text->head.p[line] != '\r')
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
    const tw_candidate *x = a, *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

/* Stable: equal scores keep the order of the table. */
static void sort_candidates(contest *k) {
    for (size_t i = 1; i < k->n; i++)
        for (size_t j = i; j && by_score(&k->at[j - 1], &k->at[j]) > 0; j--) {
            tw_candidate swap = k->at[j];
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
        tw_candidate on_block = k->at[i];
        for (size_t b = 0; b < n; b++) {
            enum tw_rc rc = tw_candidate_score(&on_block, blocks[b], true, &k->cells, k->err);
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
    const tw_candidate *best = &k->at[0];
    if (given) {
        tw_note_given(notes, "delimiter", tw_note_char(best->delimiter, name));
        return;
    }
    tw_decision *d = tw_note(notes, "delimiter", tw_note_char(best->delimiter, name), best->score,
                             "%zu of %zu records have %zu cells; columns hold one kind each: %.2f",
                             best->rows_modal, best->rows, best->width, best->kinds);
    for (size_t i = 1; i < k->n; i++)
        if (k->at[i].delimiter != best->delimiter) {
            tw_note_rival(d, tw_note_char(k->at[i].delimiter, rival), k->at[i].score);
            break;
        }
}

static void note_quote(const contest *k, const tw_read_options *o, tw_notes *notes) {
    char name[16];
    const tw_candidate *best = &k->at[0];
    if (o->quote.p)
        tw_note_given(notes, "quote", tw_note_char((unsigned char)best->quote, name));
    else {
        tw_decision *d = tw_note(
            notes, "quote", tw_note_char((unsigned char)best->quote, name), best->score,
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
                best->escape ? "a backslash stands before quotes inside cells"
                             : "quotes are doubled");
}

static enum tw_rc read_overrides(const tw_read_options *o, tw_dialect *d, tw_error *err) {
    uint32_t c = 0;
    if (o->delimiter.p && !tw_sniff_character(o->delimiter, &d->delimiter))
        return tw_fail(
            err, TW_EUSAGE,
            "--delimiter '%.*s': it is no single character; give one, or tab, comma, blanks (runs of them), none",
            TW_ARG(o->delimiter));
    if (o->quote.p && (!tw_sniff_character(o->quote, &c) || c > 127))
        return tw_fail(err, TW_EUSAGE,
                       "--quote '%.*s': it is no single ASCII character; give one, or none",
                       TW_ARG(o->quote));
    d->quote = (char)c;
    d->delimiter_runs = tw_str_eq_nocase(o->delimiter, TW_STR("blanks"));
    c = 0;
    if (o->escape.p && (!tw_sniff_character(o->escape, &c) || c > 127))
        return tw_fail(err, TW_EUSAGE,
                       "--escape '%.*s': it is no single ASCII character; give one, or none",
                       TW_ARG(o->escape));
    d->escape = (char)c == d->quote ? '\0' : (char)c;
    return TW_OK;
}

bool tw_sniff_character(tw_str text, uint32_t *out) {
    static const struct {
        const char *name;
        char c;
    } names[] = {{"none", 0},          {"tab", '\t'},        {"\\t", '\t'},   {"comma", ','},
                 {"semicolon", ';'},   {"pipe", '|'},        {"space", ' '},  {"blank", ' '},
                 {"blanks", ' '},
                 {"colon", ':'},       {"backslash", '\\'},  {"double", '"'}, {"single", '\''},
                 {"doublequote", '"'}, {"singlequote", '\''}};
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
    tw_candidate *best = &k->at[0];
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
        enum tw_rc rc = tw_candidate_score(&k->at[i], block, cut, &k->cells, k->err);
        if (rc != TW_OK)
            return rc;
    }
    sort_candidates(k);
    return TW_OK;
}

/* Run the contest on one block: all candidates on its front, those that are not hopeless on the
 * whole. */
static enum tw_rc compete(contest *k, tw_str block, bool cut, const tw_read_options *o,
                          const tw_dialect *given) {
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

/* Where line ends are mixed: does the text read better when only one of them ends records? The
 * better contest stays. */
static enum tw_rc try_line_ends(contest *k, tw_str block, bool cut, const tw_read_options *o,
                                const tw_dialect *given, const char **line_end) {
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
    tw_note(notes, "line_end",
            end[0] == '\n' ? "LF"
            : end[1]       ? "CRLF"
                           : "CR",
            all ? (double)own / (double)all : 0, "%zu LF, %zu CRLF, %zu CR in the head", n.lf,
            n.crlf, n.cr);
}

/* Fixed columns are looked for where only blanks, or nothing, would divide lines, and not evenly; or
 * where the user asks for them. They win when they explain the text better. */
static enum tw_rc try_fixed(contest *k, tw_str block, bool cut, const tw_read_options *o,
                            tw_arena *arena, tw_error *err) {
    tw_candidate *best = &k->at[0];
    bool blanks = best->delimiter == ' ' || best->width < 2;
    bool even = best->runs && best->rows_modal == best->rows;
    bool given = o->fixed || o->widths.p;
    tw_fixed_guess guess;
    if (!given && (o->delimiter.p || !blanks || even || !runs_are_usual(block)))
        return TW_OK;
    enum tw_rc rc = o->widths.p ? tw_fixed_given(o->widths, arena, &guess, err)
                                : tw_sniff_fixed(block, cut, arena, &guess, err);
    if (rc != TW_OK || (!guess.n && !given))
        return rc;
    tw_candidate c = {.prior = 0.98, .odd = !given, .cuts = guess.cuts, .n_cuts = guess.n};
    rc = tw_candidate_score(&c, block, cut, &k->cells, err);
    if (rc == TW_OK && (given || (guess.lines >= 3 && c.score > best->score)))
        *best = c;
    return rc;
}

static void note_fixed(const contest *k, const tw_read_options *o, tw_notes *notes) {
    const tw_candidate *best = &k->at[0];
    char value[24];
    snprintf(value, sizeof value, "%u columns", (unsigned)best->n_cuts + 1);
    if (o->widths.p)
        tw_note_given(notes, "fixed", value);
    else
        tw_note(notes, "fixed", value, best->score,
                "the same characters are blank in all of %zu lines; --widths N,N,… sets others",
                best->rows);
}

enum tw_rc tw_sniff_marks(const tw_sample *text, const tw_read_options *options, tw_arena *arena,
                          tw_dialect *dialect, tw_notes *notes, tw_error *err) {
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
    if (rc == TW_OK)
        rc = try_fixed(k, block, cut, options, arena, err);
    if (rc != TW_OK)
        goto done;
    bool fixed = k->at[0].n_cuts > 0 || options->fixed || options->widths.p;
    if (!options->delimiter.p && !fixed)
        settle_one_column(k);
    if (fixed)
        note_fixed(k, options, notes);
    else
        note_delimiter(k, options->delimiter.p != NULL, notes);
    if (!fixed)
        note_quote(k, options, notes);
    note_line_end(block, line_end, notes);
    const tw_candidate *best = &k->at[0];
    snprintf(dialect->line_end, sizeof dialect->line_end, "%s", line_end);
    dialect->delimiter = best->delimiter;
    dialect->delimiter_runs = best->runs;
    dialect->fixed = fixed;
    dialect->cuts = best->cuts;
    dialect->n_cuts = best->n_cuts;
    dialect->strict = options->widths.p != NULL;
    dialect->delimiter_blank = best->blank && best->width > 1;
    dialect->quote = best->quote;
    dialect->escape = best->escape;
done:
    tw_csv_cells_fini(&k->cells);
    free(k);
    return rc;
}
