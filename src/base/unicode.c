/* Unicode. utf8proc holds the tables; what is added here is what a terminal and dirty data ask for.
 *
 * Widths follow wcwidth of the C library where utf8proc differs (spacing marks, Hangul vowels),
 * since curses moves its cursor by those. Text with invalid bytes is normal input: each such byte
 * stands for itself, and case and normal forms work on the valid stretches between them. */
#include "base/unicode.h"

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD, ZWJ = 0x200D };

/* Bytes of the character at i, 0 when the byte there is not valid. */
static size_t decode(tw_str s, size_t i, int32_t *c) {
    unsigned char first = (unsigned char)s.p[i];
    if (first < 0x80) {
        *c = first;
        return 1;
    }
    size_t left = TW_MIN(s.n - i, (size_t)4);
    const void *at = s.p + i;
    utf8proc_ssize_t n = utf8proc_iterate(at, (utf8proc_ssize_t)left, c);
    return n > 0 ? (size_t)n : 0;
}

/* Bytes without the high bit from i on, eight at a time. */
static size_t skip_ascii(tw_str s, size_t i) {
    uint64_t eight;
    for (; s.n - i >= sizeof eight; i += sizeof eight) {
        memcpy(&eight, s.p + i, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

size_t tw_utf8_valid(tw_str s) {
    size_t i = 0;
    for (;;) {
        i = skip_ascii(s, i);
        int32_t c;
        size_t n = i < s.n ? decode(s, i, &c) : 0;
        if (n == 0)
            return i;
        i += n;
    }
}

int32_t tw_utf8_next(tw_str s, size_t *i) {
    int32_t c = REPLACEMENT;
    size_t n = decode(s, *i, &c);
    *i += n ? n : 1;
    return n ? c : REPLACEMENT;
}

size_t tw_utf8_length(tw_str s) {
    size_t chars = 0;
    for (size_t i = 0; i < s.n; chars++)
        tw_utf8_next(s, &i);
    return chars;
}

size_t tw_utf8_offset(tw_str s, size_t chars) {
    size_t i = 0;
    for (; chars && i < s.n; chars--)
        tw_utf8_next(s, &i);
    return i;
}

/* Arabic and other number signs: format characters by category, but with a shape and a cell. */
static bool is_number_sign(int32_t c) {
    return (c >= 0x600 && c <= 0x605) || c == 0x6DD || c == 0x70F || c == 0x890 || c == 0x891 ||
           c == 0x8E2 || c == 0x110BD || c == 0x110CD;
}

int tw_char_width(int32_t c) {
    if ((c >= 0x20 && c < 0x7F) || is_number_sign(c))
        return 1;
    if ((c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF))
        return 0; /* Hangul vowels and finals join the syllable before them */
    if (utf8proc_category(c) == UTF8PROC_CATEGORY_MC)
        return 1;
    return utf8proc_charwidth(c);
}

bool tw_char_joins(int32_t previous, int32_t c) {
    if (c < 0x2000)
        return false;
    if (c >= 0x1F3FB && c <= 0x1F3FF)
        return utf8proc_get_property(previous)->boundclass ==
               UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    return previous == ZWJ &&
           utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

size_t tw_text_width(tw_str s) {
    size_t width = 0;
    int32_t previous = 0;
    for (size_t i = 0; i < s.n;) {
        int32_t c = tw_utf8_next(s, &i);
        if (!tw_char_joins(previous, c))
            width += (size_t)tw_char_width(c);
        previous = c;
    }
    return width;
}

size_t tw_text_fit(tw_str s, size_t cells, size_t *width) {
    size_t used = 0, cut = 0, cut_width = 0;
    int32_t previous = 0, state = 0;
    for (size_t i = 0; i < s.n;) {
        size_t start = i;
        int32_t c = tw_utf8_next(s, &i);
        if (start == 0 || utf8proc_grapheme_break_stateful(previous, c, &state)) {
            cut = start;
            cut_width = used;
        }
        if (!tw_char_joins(previous, c))
            used += (size_t)tw_char_width(c);
        if (used > cells) {
            *width = cut_width;
            return cut;
        }
        previous = c;
    }
    *width = used;
    return s.n;
}

size_t tw_utf8_encode(int32_t c, char out[4]) {
    utf8proc_uint8_t bytes[4];
    if (!utf8proc_codepoint_valid(c))
        c = REPLACEMENT;
    size_t n = (size_t)utf8proc_encode_char(c, bytes);
    memcpy(out, bytes, n);
    return n;
}

bool tw_utf8_put(tw_buf *out, int32_t c) {
    if (c >= 0 && c < 0x80)
        return tw_buf_char(out, (char)c);
    char bytes[4];
    return tw_buf_add(out, bytes, tw_utf8_encode(c, bytes));
}

static bool in_category(int32_t c, utf8proc_category_t first, utf8proc_category_t last) {
    utf8proc_category_t category = utf8proc_category(c);
    return category >= first && category <= last;
}

bool tw_char_is_letter(int32_t c) {
    return in_category(c, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

bool tw_char_is_digit(int32_t c) {
    return utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

bool tw_char_is_upper(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

bool tw_char_is_space(int32_t c) {
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0x85 || c == 0x200B || c == 0xFEFF ||
           in_category(c, UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
}

bool tw_char_is_control(int32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

bool tw_char_is_invisible(int32_t c) {
    if (c < 0x300 || c == ZWJ || c == ZWJ - 1)
        return false;
    if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || c == 0x34F)
        return true; /* variation selectors, grapheme joiner */
    return utf8proc_category(c) == UTF8PROC_CATEGORY_CF && tw_char_width(c) == 0;
}

static bool is_mark(int32_t c) {
    return in_category(c, UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME);
}

static bool is_apostrophe(int32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* Where a character stands in its word, which title case and the final sigma depend on. */
typedef struct word {
    size_t letters; /* letters and digits of the word so far, marks not counted */
    bool joined;    /* an apostrophe stands before this character */
} word;

static void word_step(word *w, int32_t c) {
    if (tw_char_is_letter(c) || tw_char_is_digit(c)) {
        w->letters++;
        w->joined = false;
    } else if (is_apostrophe(c) && w->letters && !w->joined) {
        /* A lone letter before it is a name's particle (O', D'): the next letter begins a word. */
        w->letters = w->letters > 1 ? w->letters : 0;
        w->joined = true;
    } else if (!is_mark(c)) {
        *w = (word){0};
    }
}

static bool letter_follows(tw_str s, size_t i) {
    while (i < s.n) {
        int32_t c = tw_utf8_next(s, &i);
        if (!is_mark(c))
            return tw_char_is_letter(c);
    }
    return false;
}

static bool put_lower(tw_buf *out, tw_str s, size_t after, int32_t c, const word *w) {
    bool final_sigma = c == 0x3A3 && w->letters && !letter_follows(s, after);
    return tw_utf8_put(out, final_sigma ? 0x3C2 : utf8proc_tolower(c));
}

static bool put_cased(tw_buf *out, tw_str s, size_t after, int32_t c, enum tw_text_case to,
                      const word *w) {
    if (to == TW_CASE_LOWER || (to == TW_CASE_TITLE && w->letters))
        return put_lower(out, s, after, c, w);
    if (to == TW_CASE_TITLE)
        return tw_utf8_put(out, utf8proc_totitle(c));
    return c == 0xDF ? tw_buf_c(out, "SS") : tw_utf8_put(out, utf8proc_toupper(c));
}

/* The stretch from i without invalid bytes, mapped by utf8proc. */
static bool map_valid(tw_buf *out, tw_str s, utf8proc_option_t options) {
    utf8proc_uint8_t *mapped = NULL;
    const void *bytes = s.p;
    utf8proc_ssize_t n = utf8proc_map(bytes, (utf8proc_ssize_t)s.n, &mapped, options);
    bool good = n >= 0 && tw_buf_add(out, mapped, (size_t)n);
    if (n < 0)
        out->failed = true;
    free(mapped);
    return good;
}

static bool map_text(tw_buf *out, tw_str s, utf8proc_option_t options) {
    while (s.n) {
        size_t valid = tw_utf8_valid(s);
        if (valid && !map_valid(out, tw_str_sub(s, 0, valid), options))
            return false;
        s = tw_str_sub(s, valid, s.n);
        if (s.n == 0)
            break;
        if (!tw_buf_char(out, s.p[0]))
            return false;
        s = tw_str_sub(s, 1, s.n);
    }
    return !out->failed;
}

bool tw_text_case(tw_buf *out, tw_str s, enum tw_text_case to) {
    if (to == TW_CASE_FOLD)
        return map_text(out, s, UTF8PROC_CASEFOLD);
    word w = {0};
    for (size_t i = 0; i < s.n;) {
        int32_t c = REPLACEMENT;
        size_t n = decode(s, i, &c);
        i += n ? n : 1;
        bool good = n ? put_cased(out, s, i, c, to, &w) : tw_buf_char(out, s.p[i - 1]);
        if (!good)
            return false;
        word_step(&w, n ? c : REPLACEMENT);
    }
    return !out->failed;
}

bool tw_text_normalize(tw_buf *out, tw_str s, enum tw_normal_form form) {
    static const utf8proc_option_t options[] = {
        [TW_NFC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
        [TW_NFD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
        [TW_NFKC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [TW_NFKD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
        [TW_STRIP_MARKS] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK,
    };
    if (skip_ascii(s, 0) == s.n)
        return tw_buf_str(out, s);
    return map_text(out, s, options[form]);
}
