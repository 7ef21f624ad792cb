/* Text that was damaged on its way: UTF-8 read as Windows-1252 and written again ("MÃ¼ller"),
 * replacement characters, invisible characters, letters of another script inside a word. */
#include "profile/detect.h"

#include "base/unicode.h"

/* Code points of Windows-1252's bytes 0x80 to 0x9f; 0 = undefined. */
static const uint16_t upper_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

/* The byte a character has in Windows-1252, or -1. */
static int byte_1252(int32_t c) {
    if (c < 0x80 || (c >= 0xa0 && c <= 0xff))
        return c;
    for (int i = 0; i < 32; i++)
        if (upper_1252[i] == c || (!upper_1252[i] && c == 0x80 + i))
            return 0x80 + i;
    return -1;
}

/* Undo one wrong reading: the characters as bytes must be UTF-8 again and say more with fewer.
 * False: no such damage. */
static bool decode_again(tw_str text, tw_buf *out) {
    bool wide = false;
    tw_buf_clear(out);
    for (size_t i = 0; i < text.n;) {
        int32_t c = tw_utf8_next(text, &i);
        int byte = byte_1252(c);
        if (byte < 0)
            return false;
        wide = wide || byte >= 0x80;
        tw_buf_char(out, (char)byte);
    }
    return wide && !out->failed && tw_utf8_valid(tw_buf_view(out)) == out->n;
}

static bool is_invisible(int32_t c) {
    return (c >= 0x200b && c <= 0x200f) || c == 0xfeff || c == 0x2060 || c == 0x00ad ||
           (c >= 0x202a && c <= 0x202e) || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7f;
}

static bool without_invisible(tw_str text, tw_buf *out) {
    bool found = false;
    tw_buf_clear(out);
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        bool hidden = is_invisible(tw_utf8_next(text, &i));
        found = found || hidden;
        if (!hidden)
            tw_buf_str(out, tw_str_sub(text, from, i));
    }
    return found && !out->failed;
}

static bool has_replacement(tw_str text) {
    return tw_str_find(text, TW_STR("\xef\xbf\xbd"), 0) != SIZE_MAX ||
           tw_utf8_valid(text) != text.n;
}

/* Latin letters beside Greek or Cyrillic ones in one word: they look alike and compare unequal. */
static bool mixes_scripts(tw_str text) {
    bool latin = false, other = false;
    for (size_t i = 0; i < text.n;) {
        int32_t c = tw_utf8_next(text, &i);
        if (!tw_char_is_letter(c)) {
            latin = other = false;
            continue;
        }
        latin = latin || c < 0x250;
        other = other || (c >= 0x370 && c < 0x530);
        if (latin && other && c != 0xb5) /* the micro sign is a unit */
            return true;
    }
    return false;
}

enum damage { SOUND, TWICE, INVISIBLE, LOST, SCRIPTS, DAMAGES };

static enum damage damage_of(tw_str text, tw_buf *mended) {
    bool plain = true;
    for (size_t i = 0; i < text.n && plain; i++)
        plain = (unsigned char)text.p[i] >= 0x20 && (unsigned char)text.p[i] < 0x7f;
    if (plain)
        return SOUND;
    if (has_replacement(text))
        return LOST;
    if (decode_again(text, mended))
        return TWICE;
    if (without_invisible(text, mended))
        return INVISIBLE;
    return mixes_scripts(text) ? SCRIPTS : SOUND;
}

static enum tw_rc report(const tw_look *look, const tw_detector *self, size_t column,
                         const uint8_t *kinds, const tw_str *to, enum damage kind, tw_error *err) {
    static const char *const says[DAMAGES] = {"", "was encoded twice", "holds invisible characters",
                                              "has lost characters that could not be decoded",
                                              "mixes letters of two scripts in a word"};
    const tw_texts_column *c = &look->texts->columns[column];
    tw_report *r = tw_report_new(look, self);
    size_t first = SIZE_MAX;
    if (!r)
        return tw_fail_memory(err);
    for (size_t i = 0; i < look->texts->n; i++) {
        if (kinds[c->codes[i]] != kind || tw_look_claimed(look, i, column))
            continue;
        first = first == SIZE_MAX ? i : first;
        tw_report_cell(r, i, column, to[c->codes[i]], kind == SCRIPTS ? 0.6 : 0.9);
    }
    if (first != SIZE_MAX) {
        tw_str mended = to[c->codes[first]];
        tw_report_message(r, "%s '%s' in row %lld %s%s", tw_look_name(look, column),
                          tw_look_quote(look, tw_texts_at(look->texts, column, first)),
                          (long long)tw_texts_row(look->texts, first) + 1, says[kind],
                          mended.p ? tw_look_format(look, ": '%s'", tw_look_quote(look, mended))
                                   : "");
        tw_report_fix_by_map(r, column);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_damage(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    uint8_t *kinds = tw_arena_alloc(look->scratch, c->levels, 1);
    tw_str *to = tw_arena_alloc(look->scratch, c->levels, sizeof *to);
    bool seen[DAMAGES] = {false};
    tw_buf mended;
    if (!kinds || !to)
        return tw_fail_memory(err);
    tw_buf_init(&mended, TW_BUF_MAX);
    for (uint32_t l = 0; l < c->levels; l++) {
        enum damage kind = damage_of(c->values[l], &mended);
        kinds[l] = (uint8_t)kind;
        seen[kind] = true;
        if (kind == TWICE || kind == INVISIBLE)
            to[l] = tw_arena_str(look->scratch, tw_buf_view(&mended));
    }
    tw_buf_fini(&mended);
    enum tw_rc rc = TW_OK;
    for (enum damage kind = TWICE; !rc && kind < DAMAGES; kind++)
        if (seen[kind])
            rc = report(look, self, column, kinds, to, kind, err);
    return rc;
}
