/* Lines are laid over each other: what stays blank divides columns. A line of dashes under the names
 * says it outright.
 *
 * Lines in front of the first blank line and behind the last one are titles and notes, and do not
 * take part. A gap that the header has no name behind is taken for blanks inside the last texts that
 * happen to stand below each other. */
#include "io/sniff_fixed.h"

#include "base/number.h"

enum { MAX_LINES = 500, MAX_CHARACTERS = 2000, MAX_COLUMNS = 250, TITLE_LINES = 6, RULE_WITHIN = 12 };

typedef struct layout {
    tw_str lines[MAX_LINES];
    size_t n;
    char grid[MAX_LINES][MAX_CHARACTERS]; /* a byte for each character; 0 and ' ' are blank */
    uint32_t filled[MAX_CHARACTERS]; /* lines with a character that is not blank */
    uint32_t names_end; /* last character of the line of names; 0 = there is none */
    uint32_t strays;    /* lines that may fill a gap */
    uint32_t begin[MAX_COLUMNS], end[MAX_COLUMNS];
    size_t columns;
} layout;

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_empty(tw_str line) {
    return tw_str_trim(line).n == 0;
}

static void split_lines(layout *l, tw_str text, bool cut) {
    tw_str line;
    while (l->n < MAX_LINES && tw_str_split(&text, '\n', &line)) {
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        l->lines[l->n++] = line;
    }
    bool whole = !cut && text.n == 0;
    if (!whole && l->n > 1 && text.n == 0)
        l->n--;
}

/* Without titles, notes and blank lines. */
static void keep_body(layout *l) {
    size_t from = 0, to = l->n, n = 0;
    for (size_t i = 0; i < l->n && i < TITLE_LINES; i++)
        if (is_empty(l->lines[i]) && l->n - i > 3)
            from = i + 1;
    for (size_t i = l->n; i-- > from + 3 && l->n - i < TITLE_LINES;)
        if (is_empty(l->lines[i]))
            to = i;
    for (size_t i = from; i < to; i++)
        if (!is_empty(l->lines[i]))
            l->lines[n++] = l->lines[i];
    l->n = n;
}

static void fill_grid(layout *l) {
    for (size_t r = 0; r < l->n; r++) {
        tw_str line = l->lines[r];
        size_t character = 0;
        for (size_t i = 0; i < line.n && character < MAX_CHARACTERS; i++)
            if (((unsigned char)line.p[i] & 0xC0) != 0x80)
                l->grid[r][character++] = is_blank(line.p[i]) ? ' ' : line.p[i];
    }
}

static bool is_filled(const layout *l, size_t line, size_t character) {
    return l->grid[line][character] > ' ' || l->grid[line][character] < 0;
}

/* Lay lines over each other. */
static void lay(layout *l, size_t from, size_t to) {
    for (size_t r = from; r < to; r++)
        for (size_t c = 0; c < MAX_CHARACTERS; c++)
            l->filled[c] += is_filled(l, r, c);
}

static bool names_columns(tw_str line) {
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] >= '0' && line.p[i] <= '9')
            return false;
    return true;
}

/* Lines that may have a character in a gap: values that have grown over their place. Between two names
 * a gap needs less proof, under a name it is none. */
static uint32_t allowed_at(const layout *l, uint32_t c) {
    return c < l->names_end && l->n >= 8 ? (uint32_t)(l->n / 5) : l->strays;
}

static void find_columns(layout *l) {
    bool inside = false;
    l->columns = 0;
    for (uint32_t c = 0; c < MAX_CHARACTERS; c++) {
        bool filled = l->filled[c] > allowed_at(l, c) || (l->filled[c] && is_filled(l, 0, c));
        if (filled && !inside && l->columns == MAX_COLUMNS)
            break;
        if (filled && !inside)
            l->begin[l->columns++] = c;
        if (filled && l->columns)
            l->end[l->columns - 1] = c + 1;
        inside = filled;
    }
}

static void read_names(layout *l) {
    l->strays = l->n < 8 ? 0 : (uint32_t)(1 + l->n / 50);
    if (!l->n || !names_columns(l->lines[0]))
        return;
    for (uint32_t c = 0; c < MAX_CHARACTERS; c++)
        if (is_filled(l, 0, c))
            l->names_end = c;
}

static bool is_rule(tw_str line) {
    size_t groups = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (!is_blank(line.p[i]) && line.p[i] != '-' && line.p[i] != '=')
            return false;
        groups += !is_blank(line.p[i]) && (i == 0 || is_blank(line.p[i - 1]));
    }
    return groups >= 2;
}

static bool has_text(const layout *l, size_t line, size_t column) {
    for (uint32_t c = l->begin[column]; c < l->end[column]; c++)
        if (is_filled(l, line, c))
            return true;
    return false;
}

static size_t count_texts(const layout *l, size_t column) {
    size_t n = 0;
    for (size_t r = 0; r < l->n; r++)
        n += has_text(l, r, column);
    return n;
}

/* Few enough lines have a character in the gap before a column. */
static bool is_clear(const layout *l, uint32_t from, uint32_t to) {
    while (from < to && l->filled[from] <= l->strays)
        from++;
    return from == to;
}

/* A column without a name joins the one before it: where one blank divides them, or not in all lines,
 * or where no further name follows. So does the second word of a name, below which nothing stands.
 * Without names one blank divides only what is filled in every line. */
static void join_nameless(layout *l) {
    size_t last_named = 0, n = 1;
    bool named = l->names_end > 0;
    for (size_t i = 0; i < l->columns; i++)
        if (has_text(l, 0, i))
            last_named = i;
    for (size_t i = 1; i < l->columns; i++) {
        bool narrow = l->begin[i] - l->end[n - 1] == 1;
        bool doubtful = narrow || i > last_named || !is_clear(l, l->end[n - 1], l->begin[i]);
        size_t texts = count_texts(l, i), name = has_text(l, 0, i);
        bool nameless = named && doubtful && !name;
        bool second_word = named && narrow && texts == name;
        if (nameless || second_word || (!named && narrow && texts < l->n)) {
            l->end[n - 1] = l->end[i];
            continue;
        }
        l->begin[n] = l->begin[i];
        l->end[n++] = l->end[i];
    }
    l->columns = l->columns ? n : 0;
}

/* More of its cells end at the right edge than begin at the left one. */
static bool is_right_aligned(const layout *l, size_t column) {
    size_t left = 0, right = 0;
    for (size_t i = 0; i < l->n; i++) {
        left += is_filled(l, i, l->begin[column]);
        right += is_filled(l, i, l->end[column] - 1);
    }
    return right > left;
}

/* The first of the characters in front of a column that the fewest lines fill. */
static uint32_t clearest(const layout *l, size_t column) {
    uint32_t best = l->end[column - 1];
    for (uint32_t c = best; c < l->begin[column]; c++)
        if (l->filled[c] < l->filled[best])
            best = c;
    return best;
}

/* A right-aligned column may grow to the left, any other leaves that room to the one before it. */
static enum tw_rc take_cuts(const layout *l, tw_arena *arena, tw_fixed_guess *out, tw_error *err) {
    uint32_t *cuts = tw_arena_alloc(arena, l->columns + 1, sizeof *cuts);
    if (!cuts)
        return tw_fail_memory(err);
    for (size_t i = 1; i < l->columns; i++)
        cuts[i - 1] = is_right_aligned(l, i) ? clearest(l, i) + 1 : l->begin[i];
    out->cuts = cuts;
    out->n = l->columns ? (uint32_t)l->columns - 1 : 0;
    out->lines = l->n;
    return TW_OK;
}

enum tw_rc tw_sniff_fixed(tw_str text, bool cut, tw_arena *arena, tw_fixed_guess *out,
                          tw_error *err) {
    layout *l = tw_calloc(1, sizeof *l);
    *out = (tw_fixed_guess){0};
    if (!l)
        return tw_fail_memory(err);
    split_lines(l, text, cut);
    keep_body(l);
    size_t rule = 0;
    while (rule < l->n && rule < RULE_WITHIN && !is_rule(l->lines[rule]))
        rule++;
    bool ruled = rule < l->n && rule < RULE_WITHIN;
    fill_grid(l);
    lay(l, ruled ? rule : 0, ruled ? rule + 1 : l->n);
    if (!ruled)
        read_names(l);
    find_columns(l);
    if (!ruled && l->n)
        join_nameless(l);
    enum tw_rc rc = take_cuts(l, arena, out, err);
    free(l);
    return rc;
}

enum tw_rc tw_fixed_given(tw_str widths, tw_arena *arena, tw_fixed_guess *out, tw_error *err) {
    uint32_t *cuts = tw_arena_alloc(arena, widths.n + 1, sizeof *cuts);
    tw_str rest = widths, word;
    int64_t width, at = 0;
    *out = (tw_fixed_guess){.cuts = cuts};
    if (!cuts)
        return tw_fail_memory(err);
    while (tw_str_split(&rest, ',', &word)) {
        if (!tw_parse_i64(tw_str_trim(word), &width) || width < 1 || width > 1000000)
            return tw_fail(err, TW_EUSAGE,
                           "--widths '%.*s': no list of widths; write the characters of each column "
                           "but the last, as in 8,10,4",
                           TW_ARG(widths));
        at += width;
        if (at > 100000000)
            return tw_fail(err, TW_EUSAGE, "--widths '%.*s': no line is so long", TW_ARG(widths));
        cuts[out->n++] = (uint32_t)at;
    }
    return TW_OK;
}
