/* Shapes are made for every text cell of a profile, so ASCII goes through one table look-up and
 * collapses on the fly; the counts sit in a small open-addressing table keyed by the shape's bytes.
 */
#include "profile/shape.h"

#include "base/hash.h"
#include "base/unicode.h"

/* Symbol of each ASCII character; bytes above are looked at as characters. */
static const char classes[129] =
    "                                 "
    "!\"#$%&'()*+,-./9999999999:;<=>?@AAAAAAAAAAAAAAAAAAAAAAAAAA[\\]^_`"
    "aaaaaaaaaaaaaaaaaaaaaaaaaa{|}~ ";

static char wide_class(int32_t c) {
    if (tw_char_is_letter(c))
        return tw_char_is_upper(c) ? 'A' : 'a';
    if (tw_char_is_digit(c))
        return '9';
    return tw_char_is_space(c) ? ' ' : '?';
}

enum { LOOKED_AT = 96 };

/* Without a branch on whether a symbol repeats: in codes that is as good as random. */
static size_t shape(tw_str text, char out[TW_SHAPE_MAX], bool collapse) {
    size_t n = 0, i = 0, end = TW_MIN(text.n, (size_t)LOOKED_AT);
    char last = 0; /* no symbol is 0 */
    while (i < end && n < TW_SHAPE_MAX - 1) {
        unsigned char byte = (unsigned char)text.p[i];
        char symbol;
        if (byte < 0x80) {
            symbol = classes[byte];
            i++;
        } else {
            symbol = wide_class(tw_utf8_next(text, &i));
        }
        out[n] = symbol;
        n += !collapse | (symbol != last);
        last = symbol;
    }
    out[n] = 0; /* a repeated symbol may stand there */
    if (i < text.n)
        out[n++] = '+';
    return n;
}

size_t tw_shape_of(tw_str text, char out[TW_SHAPE_MAX]) {
    return shape(text, out, true);
}

size_t tw_shape_full(tw_str text, char out[TW_SHAPE_MAX]) {
    return shape(text, out, false);
}

enum { SLOTS = 8192, MOST = 4096 };

typedef struct symbols { /* zero behind the shape, so that shapes compare as three words */
    uint64_t word[TW_SHAPE_MAX / 8];
} symbols;

typedef struct entry {
    symbols text;
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

static bool is_entry(const entry *e, const symbols *s) {
    return e->text.word[0] == s->word[0] && e->text.word[1] == s->word[1] &&
           e->text.word[2] == s->word[2];
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
    char out[TW_SHAPE_MAX] = {0};
    symbols s;
    size_t n = tw_shape_of(text, out);
    memcpy(&s, out, sizeof s);
    if (c->used && is_entry(&c->entries[c->last], &s)) {
        c->entries[c->last].count += times;
        return;
    }
    size_t at = tw_mix64(s.word[0] ^ tw_mix64(s.word[1] ^ tw_mix64(s.word[2]))) % SLOTS;
    while (c->slots[at] && !is_entry(&c->entries[c->slots[at] - 1], &s))
        at = (at + 1) % SLOTS;
    if (!c->slots[at]) {
        if (c->used == MOST || !make_room(c))
            return;
        c->entries[c->used] = (entry){.text = s, .n = (uint8_t)n};
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
        texts[at] = (tw_str){(const char *)e->text.word, e->n};
    }
    return n;
}
