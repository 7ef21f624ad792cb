/* Two values in one cell: "Portland OR" under city while state is empty.
 *
 * Looked at are rows in which one column is empty and another ends (or begins) with a value the
 * empty column has elsewhere. When at least three such rows make up half of the empty cells, both
 * cells are reported: one loses the piece, the other receives it. Only rows with a gap are looked
 * at, each different text once where there are fewer of those. */
#include "profile/detect.h"

#include "base/hash.h"

enum { LEAST_ROWS = 3, LONGEST_TAIL = 40 };
#define LEAST_SHARE 0.5

typedef struct merged {
    const tw_look *look;
    tw_hashmap *words;  /* values of the empty column */
    uint32_t *level_of; /* word -> level */
    uint32_t *gaps;     /* rows in which the column is empty */
    size_t n_gaps;
    bool by_level;   /* the next two are by level of the full column, else by gap */
    tw_str *rest;    /* p NULL = not merged */
    uint32_t *piece; /* level of the empty column */
} merged;

static bool is_empty(const tw_texts_column *c, uint32_t level) {
    return c->states[level] == TW_MISSING;
}

/* Text behind the last blank or comma that is a value of the empty column. */
static void split(const merged *m, tw_str text, tw_str *rest, uint32_t *piece) {
    for (size_t i = text.n; i-- > 1;) {
        if (text.n - i > LONGEST_TAIL)
            return;
        if (text.p[i] != ' ' && text.p[i] != ',')
            continue;
        tw_str tail = tw_str_trim(tw_str_sub(text, i + 1, text.n)),
               head = tw_str_trim(tw_str_sub(text, 0, i));
        uint32_t word = tw_hashmap_find(m->words, tail);
        while (head.n > 0 && strchr(",;/- ", head.p[head.n - 1]))
            head.n--;
        if (word == UINT32_MAX || head.n == 0)
            continue;
        *rest = head;
        *piece = m->level_of[word];
        return;
    }
}

static bool fill_words(merged *m, const tw_texts_column *b) {
    for (uint32_t l = 0; l < b->levels; l++) {
        tw_str text = tw_str_trim(b->values[l]);
        if (is_empty(b, l) || text.n == 0)
            continue;
        uint32_t word = tw_hashmap_intern(m->words, text, NULL);
        if (word == UINT32_MAX)
            return false;
        m->level_of[word] = l;
    }
    return true;
}

static void describe(tw_report *r, const merged *m, size_t full, size_t empty, size_t index,
                     uint32_t piece, size_t rows) {
    const tw_look *look = m->look;
    const tw_texts_column *a = &look->texts->columns[full], *b = &look->texts->columns[empty];
    uint32_t level = a->codes[index];
    tw_report_message(
        r, "%s '%s' in row %lld holds %s too: '%s' belongs to %s, which is empty there (%zu rows)",
        tw_look_name(look, full), tw_look_quote(look, a->values[level]),
        (long long)tw_texts_row(look->texts, index) + 1, tw_look_name(look, empty),
        tw_look_quote(look, b->values[piece]), tw_look_name(look, empty), rows);
    tw_report_evidence(r, "rows", (double)rows);
}

/* Where rest and piece of the k-th gap stand. */
static size_t place(const merged *m, const tw_texts_column *a, size_t k) {
    return m->by_level ? a->codes[m->gaps[k]] : k;
}

static enum tw_rc report(const merged *m, const tw_detector *self, size_t full, size_t empty,
                         tw_error *err) {
    const tw_texts *t = m->look->texts;
    const tw_texts_column *a = &t->columns[full], *b = &t->columns[empty];
    size_t found = 0, first = 0;
    for (size_t k = 0; k < m->n_gaps; k++) {
        bool hit = m->rest[place(m, a, k)].p != NULL;
        first = hit && !found ? k : first;
        found += hit;
    }
    if (found < LEAST_ROWS || (double)found < LEAST_SHARE * (double)m->n_gaps)
        return TW_OK;
    tw_report *r = tw_report_new(m->look, self);
    if (!r)
        return tw_fail_memory(err);
    for (size_t k = 0; k < m->n_gaps; k++) {
        size_t at = place(m, a, k);
        if (!m->rest[at].p)
            continue;
        tw_report_cell(r, m->gaps[k], full, m->rest[at], 0.9);
        tw_report_cell(r, m->gaps[k], empty, tw_str_trim(b->values[m->piece[at]]), 0.9);
    }
    describe(r, m, full, empty, m->gaps[first], m->piece[place(m, a, first)], found);
    return tw_report_done(r, err);
}

static enum tw_rc look_at(merged *m, const tw_detector *self, size_t full, size_t empty,
                          tw_error *err) {
    const tw_texts_column *a = &m->look->texts->columns[full];
    m->by_level = a->levels <= m->n_gaps;
    size_t n = m->by_level ? a->levels : m->n_gaps;
    m->rest = tw_arena_alloc(m->look->scratch, n, sizeof *m->rest);
    m->piece = tw_arena_alloc(m->look->scratch, n, sizeof *m->piece);
    if (!m->rest || !m->piece)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        uint32_t level = m->by_level ? (uint32_t)i : a->codes[m->gaps[i]];
        if (!is_empty(a, level))
            split(m, a->values[level], &m->rest[i], &m->piece[i]);
    }
    return report(m, self, full, empty, err);
}

static size_t gaps_of(const tw_texts_column *c) {
    int64_t n = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        n += is_empty(c, l) ? c->counts[l] : 0;
    return (size_t)n;
}

static bool list_gaps(merged *m, const tw_texts_column *b, size_t n) {
    m->gaps = tw_arena_alloc(m->look->scratch, n, sizeof *m->gaps);
    for (size_t i = 0; m->gaps && m->n_gaps < n; i++)
        if (is_empty(b, b->codes[i]))
            m->gaps[m->n_gaps++] = (uint32_t)i;
    return m->gaps != NULL;
}

enum tw_rc tw_detect_merged(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err) {
    const tw_texts *t = look->texts;
    const tw_texts_column *b = &t->columns[column];
    merged m = {.look = look};
    size_t gaps = gaps_of(b);
    if (gaps < LEAST_ROWS || gaps * 2 > t->n ||
        tw_table_field(look->table, column)->type != TW_TEXT || b->levels > 10000)
        return TW_OK;
    m.words = tw_hashmap_new(b->levels);
    m.level_of = tw_arena_alloc(look->scratch, b->levels, sizeof *m.level_of);
    bool good = m.words && m.level_of && list_gaps(&m, b, gaps) && fill_words(&m, b);
    enum tw_rc rc = good ? TW_OK : tw_fail_memory(err);
    for (size_t a = 0; !rc && a < t->width; a++)
        if (a != column && tw_table_field(look->table, a)->type == TW_TEXT)
            rc = look_at(&m, self, a, column, err);
    tw_hashmap_free(m.words);
    return rc;
}
