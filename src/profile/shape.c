/* Shapes are made for every text cell of a profile, so ASCII goes through one table look-up and
 * collapses on the fly; the counts sit in a small open-addressing table keyed by the shape's bytes.
 */
#include "profile/shape.h"

#include "base/hash.h"
#include "base/unicode.h"

static char ascii_class(unsigned char c) {
    if (c >= 'a' && c <= 'z')
        return 'a';
    if (c >= 'A' && c <= 'Z')
        return 'A';
    if (c >= '0' && c <= '9')
        return '9';
    return c <= ' ' || c == 0x7f ? ' ' : (char)c;
}

static char wide_class(int32_t c) {
    if (tw_char_is_letter(c))
        return tw_char_is_upper(c) ? 'A' : 'a';
    if (tw_char_is_digit(c))
        return '9';
    return tw_char_is_space(c) ? ' ' : '?';
}

static size_t shape(tw_str text, char out[TW_SHAPE_MAX], bool collapse) {
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        unsigned char byte = (unsigned char)text.p[i];
        char symbol;
        if (byte < 0x80) {
            symbol = ascii_class(byte);
            i++;
        } else {
            symbol = wide_class(tw_utf8_next(text, &i));
        }
        if (collapse && n > 0 && out[n - 1] == symbol)
            continue;
        if (n == TW_SHAPE_MAX - 1) {
            out[n++] = '+';
            break;
        }
        out[n++] = symbol;
    }
    return n;
}

size_t tw_shape_of(tw_str text, char out[TW_SHAPE_MAX]) {
    return shape(text, out, true);
}

size_t tw_shape_full(tw_str text, char out[TW_SHAPE_MAX]) {
    return shape(text, out, false);
}

enum { SLOTS = 8192, MOST = 4096 };

typedef struct entry {
    char text[TW_SHAPE_MAX];
    uint8_t n;
    int64_t count;
} entry;

struct tw_shape_counts {
    entry *entries;        /* in order of appearance */
    uint16_t slots[SLOTS]; /* number of the entry + 1 */
    size_t used, room;
    uint16_t last; /* the entry hit last: neighbours are alike */
};

tw_shape_counts *tw_shape_counts_new(void) {
    tw_shape_counts *c = tw_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->room = 64;
    c->entries = tw_calloc(c->room, sizeof *c->entries);
    if (c->entries)
        return c;
    free(c);
    return NULL;
}

void tw_shape_counts_free(tw_shape_counts *c) {
    if (!c)
        return;
    free(c->entries);
    free(c);
}

static bool is_entry(const entry *e, const char *text, size_t n) {
    return e->n == n && memcmp(e->text, text, n) == 0;
}

static bool make_room(tw_shape_counts *c) {
    if (c->used < c->room)
        return true;
    entry *more = tw_realloc(c->entries, c->room * 2, sizeof *more);
    if (!more)
        return false;
    c->entries = more;
    c->room *= 2;
    return true;
}

void tw_shape_counts_add(tw_shape_counts *c, tw_str text, int64_t times) {
    char symbols[TW_SHAPE_MAX];
    size_t n = tw_shape_of(text, symbols);
    if (c->used && is_entry(&c->entries[c->last], symbols, n)) {
        c->entries[c->last].count += times;
        return;
    }
    size_t at = tw_hash_bytes(symbols, n, 0) % SLOTS;
    while (c->slots[at] && !is_entry(&c->entries[c->slots[at] - 1], symbols, n))
        at = (at + 1) % SLOTS;
    if (!c->slots[at]) {
        if (c->used == MOST || !make_room(c))
            return;
        entry *e = &c->entries[c->used];
        *e = (entry){.n = (uint8_t)n};
        memcpy(e->text, symbols, n);
        c->slots[at] = (uint16_t)++c->used;
    }
    c->last = (uint16_t)(c->slots[at] - 1);
    c->entries[c->last].count += times;
}

size_t tw_shape_counts_n(const tw_shape_counts *c) {
    return c->used;
}

size_t tw_shape_counts_top(const tw_shape_counts *c, size_t k, tw_str *texts, int64_t *counts) {
    size_t n = 0;
    for (size_t i = 0; i < c->used && k > 0; i++) {
        const entry *e = &c->entries[i];
        if (n == k && e->count <= counts[n - 1])
            continue;
        size_t at = n < k ? n++ : n - 1;
        for (; at > 0 && counts[at - 1] < e->count; at--) {
            counts[at] = counts[at - 1];
            texts[at] = texts[at - 1];
        }
        counts[at] = e->count;
        texts[at] = (tw_str){e->text, e->n};
    }
    return n;
}
