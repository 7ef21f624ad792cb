/* One table of invisible characters besides what Unicode calls a space.
 *
 * Bytes below 0x80 take a short cut; the end of a text is found by stepping back over continuation bytes. */
#include "expr/words.h"

#include "base/unicode.h"

static bool is_blank(int32_t c) {
    static const int32_t invisible[] = {0x200b, 0x200c, 0x200d, 0x2060, 0xfeff};
    for (size_t i = 0; i < TW_COUNT(invisible); i++)
        if (c == invisible[i])
            return true;
    return tw_char_is_space(c);
}

/* Bytes of the blank at the front of s, 0 = none. */
static size_t blank_at(tw_str s, size_t at) {
    unsigned char c = (unsigned char)s.p[at];
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    size_t next = at;
    return is_blank(tw_utf8_next(s, &next)) ? next - at : 0;
}

tw_str tw_words_trim_left(tw_str s) {
    size_t at = 0, blank;
    while (at < s.n && (blank = blank_at(s, at)) > 0)
        at += blank;
    return tw_str_sub(s, at, s.n);
}

tw_str tw_words_trim_right(tw_str s) {
    while (s.n) {
        size_t at = s.n - 1;
        while (at > 0 && s.n - at < 4 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
            at--;
        if (blank_at(s, at) != s.n - at)
            break;
        s.n = at;
    }
    return s;
}

tw_str tw_words_trim(tw_str s) {
    return tw_words_trim_right(tw_words_trim_left(s));
}

bool tw_words_are_loose(tw_str s) {
    if (tw_words_trim(s).n != s.n)
        return true;
    for (size_t at = 0; at < s.n;) {
        size_t blank = blank_at(s, at);
        bool plain = blank == 1 && s.p[at] == ' ';
        if (blank && (!plain || blank_at(s, at + 1)))
            return true;
        at += blank ? blank : 1;
    }
    return false;
}

bool tw_words_squish(tw_str s, tw_buf *out) {
    s = tw_words_trim(s);
    for (size_t at = 0; at < s.n;) {
        size_t blank = blank_at(s, at), from = at;
        if (blank) {
            while (at < s.n && (blank = blank_at(s, at)) > 0)
                at += blank;
            tw_buf_char(out, ' ');
            continue;
        }
        while (at < s.n && !blank_at(s, at))
            at++;
        tw_buf_str(out, tw_str_sub(s, from, at));
    }
    return !out->failed;
}
