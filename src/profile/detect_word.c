/* Misspelt words inside longer values: "193 paxienxs" where hundreds of rows say "patients".
 *
 * Words are runs of five letters and more. A word is reported when a word at least fifty times as
 * frequent lies within a quarter of its length in edits and neither begins with the other (plurals
 * and other endings). Only columns whose words repeat are looked at, since prose is full of rare
 * words. */
#include "profile/detect.h"

#include "base/hash.h"
#include "base/unicode.h"

enum { LEAST_LETTERS = 5, RATIO = 50, MOST_WORDS = 4096, REPEAT = 8 };

typedef struct words {
    const tw_look *look;
    const tw_texts_column *c;
    tw_hashmap *map;
    int64_t *rows;  /* rows each word occurs in */
    uint32_t *near; /* frequent word it stands for, TW_NO_CODE = none */
    size_t room;
} words;

static bool is_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* Next word from *at on; false at the end. */
static bool next_word(tw_str text, size_t *at, tw_str *word) {
    for (size_t i = *at; i < text.n;) {
        while (i < text.n && !is_letter((unsigned char)text.p[i]))
            i++;
        size_t from = i;
        while (i < text.n && is_letter((unsigned char)text.p[i]))
            i++;
        *at = i;
        if (i - from >= LEAST_LETTERS) {
            *word = tw_str_sub(text, from, i);
            return true;
        }
    }
    return false;
}

/* Count the words of all levels; false when there are too many different ones or memory is out. */
static bool count_words(words *w) {
    for (uint32_t l = 0; l < w->c->levels; l++) {
        tw_str word;
        for (size_t at = 0;
             w->c->states[l] != TW_MISSING && next_word(w->c->values[l], &at, &word);) {
            uint32_t number = tw_hashmap_intern(w->map, word, NULL);
            if (number >= MOST_WORDS)
                return false;
            w->rows[number] += w->c->counts[l];
        }
    }
    return true;
}

static bool is_ending(tw_str a, tw_str b) {
    return tw_str_starts(a, b) || tw_str_starts(b, a);
}

static size_t find_near(words *w) {
    size_t n = tw_hashmap_count(w->map), found = 0;
    for (uint32_t i = 0; i < n; i++) {
        tw_str own = tw_hashmap_key(w->map, i);
        size_t limit = TW_MAX(own.n / 4, (size_t)1);
        w->near[i] = TW_NO_CODE;
        for (uint32_t k = 0; k < n && limit > 0; k++) {
            tw_str other = tw_hashmap_key(w->map, k);
            if (w->rows[k] < RATIO * w->rows[i] || is_ending(own, other))
                continue;
            size_t d = tw_str_distance(own, other, limit);
            if (d > limit)
                continue;
            w->near[i] = k;
            limit = d - 1;
        }
        found += w->near[i] != TW_NO_CODE;
    }
    return found;
}

/* The text with its misspelt words replaced; false when it has none. */
static bool correct(const words *w, tw_str text, tw_buf *out) {
    bool changed = false;
    size_t copied = 0;
    tw_str word;
    tw_buf_clear(out);
    for (size_t at = 0; next_word(text, &at, &word);) {
        uint32_t number = tw_hashmap_find(w->map, word);
        if (number == UINT32_MAX || w->near[number] == TW_NO_CODE)
            continue;
        size_t from = (size_t)(word.p - text.p);
        tw_buf_add(out, text.p + copied, from - copied);
        tw_buf_str(out, tw_hashmap_key(w->map, w->near[number]));
        copied = from + word.n;
        changed = true;
    }
    tw_buf_add(out, text.p + copied, text.n - copied);
    return changed;
}

static enum tw_rc report(const words *w, const tw_detector *self, size_t column, tw_error *err) {
    const tw_look *look = w->look;
    tw_str *to = tw_arena_alloc(look->scratch, w->c->levels, sizeof *to);
    tw_report *r = tw_report_new(look, self);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    size_t first = SIZE_MAX;
    for (uint32_t l = 0; to && l < w->c->levels; l++)
        if (w->c->states[l] != TW_MISSING && correct(w, w->c->values[l], &text))
            to[l] = tw_arena_str(look->scratch, tw_buf_view(&text));
    for (size_t i = 0; to && r && i < look->texts->n; i++) {
        if (!to[w->c->codes[i]].p || tw_look_settled(look, i, column))
            continue;
        first = first == SIZE_MAX ? i : first;
        tw_report_cell(r, i, column, to[w->c->codes[i]], 0.8);
    }
    tw_buf_fini(&text);
    if (!to || !r) {
        tw_report_drop(r);
        return tw_fail_memory(err);
    }
    if (first != SIZE_MAX) {
        tw_report_message(
            r, "%s '%s' in row %lld holds a word that is nearly a frequent one: '%s' is likely",
            tw_look_name(look, column),
            tw_look_quote(look, tw_texts_at(look->texts, column, first)),
            (long long)tw_texts_row(look->texts, first) + 1,
            tw_look_quote(look, to[w->c->codes[first]]));
        tw_report_fix_by_map(r, column);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_word(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err) {
    words w = {.look = look, .c = &look->texts->columns[column]};
    if (tw_table_field(look->table, column)->type != TW_TEXT || w.c->levels < 2)
        return TW_OK;
    w.map = tw_hashmap_new(256);
    w.rows = tw_arena_alloc(look->scratch, MOST_WORDS, sizeof *w.rows);
    w.near = tw_arena_alloc(look->scratch, MOST_WORDS, sizeof *w.near);
    enum tw_rc rc = w.map && w.rows && w.near ? TW_OK : tw_fail_memory(err);
    bool repeats = !rc && count_words(&w);
    int64_t all = 0;
    for (size_t i = 0; repeats && i < tw_hashmap_count(w.map); i++)
        all += w.rows[i];
    if (repeats && all >= (int64_t)(REPEAT * tw_hashmap_count(w.map)) && find_near(&w))
        rc = report(&w, self, column, err);
    tw_hashmap_free(w.map);
    return rc;
}
