/* Names of keys and the sequences of xterm-like terminals behind them.
 *
 * We read the terminal's bytes ourselves rather than through curses' keypad mode: prompts hand the same bytes to readline,
 * and a script's key names go the same way back. */
#include "tui/keys.h"

#include <ctype.h>

#include "base/number.h"
#include "base/unicode.h"

enum { MOUSE_MAX = 20 }; /* an unfinished sequence of this length is none */

/* First row of a name is the one sent; the others are other terminals' habits. */
static const struct key_row {
    const char *name, *bytes;
} rows[] = {
    {"<Enter>", "\r"},      {"<Enter>", "\n"},      {"<Tab>", "\t"},        {"<S-Tab>", "\033[Z"},  {"<BS>", "\177"},
    {"<BS>", "\b"},         {"<Del>", "\033[3~"},   {"<Space>", " "},       {"<Lt>", "<"},          {"<Up>", "\033[A"},
    {"<Up>", "\033OA"},     {"<Down>", "\033[B"},   {"<Down>", "\033OB"},   {"<Right>", "\033[C"},  {"<Right>", "\033OC"},
    {"<Left>", "\033[D"},   {"<Left>", "\033OD"},   {"<Home>", "\033[H"},   {"<Home>", "\033OH"},   {"<Home>", "\033[1~"},
    {"<End>", "\033[F"},    {"<End>", "\033OF"},    {"<End>", "\033[4~"},   {"<PgUp>", "\033[5~"},  {"<PgDn>", "\033[6~"},
    {"<F1>", "\033OP"},     {"<F1>", "\033[11~"},   {"<F2>", "\033OQ"},     {"<F3>", "\033OR"},     {"<F4>", "\033OS"},
    {"<F5>", "\033[15~"},   {"<F6>", "\033[17~"},   {"<F7>", "\033[18~"},   {"<F8>", "\033[19~"},   {"<F9>", "\033[20~"},
    {"<F10>", "\033[21~"},  {"<F11>", "\033[23~"},  {"<F12>", "\033[24~"},  {"<C-Left>", "\033[1;5D"}, {"<C-Right>", "\033[1;5C"},
    {"<C-Up>", "\033[1;5A"}, {"<C-Down>", "\033[1;5B"}, {"<Paste>", "\033[200~"}, {"<PasteEnd>", "\033[201~"}, {"<Esc>", "\033"},
};

static size_t copy(char key[TW_KEY_MAX], tw_str text) {
    size_t n = TW_MIN(text.n, (size_t)TW_KEY_MAX - 1);
    memcpy(key, text.p, n);
    key[n] = '\0';
    return n;
}

static size_t decode_row(tw_str bytes, char key[TW_KEY_MAX], bool *partial) {
    size_t best = 0;
    for (size_t i = 0; i < TW_COUNT(rows); i++) {
        tw_str want = tw_str_c(rows[i].bytes);
        if (want.n > bytes.n && memcmp(bytes.p, want.p, bytes.n) == 0)
            *partial = true;
        if (want.n > best && want.n <= bytes.n && memcmp(bytes.p, want.p, want.n) == 0) {
            best = want.n;
            copy(key, tw_str_c(rows[i].name));
        }
    }
    return best;
}

/* Length of an escape sequence we have no name for: ESC [ … final byte. */
static size_t unknown_sequence(tw_str bytes) {
    if (bytes.n < 3 || bytes.p[1] != '[')
        return 0;
    for (size_t i = 2; i < bytes.n; i++)
        if (bytes.p[i] >= '@' && bytes.p[i] <= '~')
            return i + 1;
    return 0;
}

/* "ESC [ < button ; x ; y M" of n bytes: a press of the first button, the wheel, or nothing of interest. */
static void decode_mouse(tw_str bytes, char key[TW_KEY_MAX]) {
    tw_str rest = tw_str_sub(bytes, 3, bytes.n - 1), word;
    int64_t at[3] = {-1, 0, 0};
    bool good = bytes.p[bytes.n - 1] == 'M';
    for (int i = 0; i < 3 && good; i++)
        good = tw_str_split(&rest, ';', &word) && tw_parse_i64(word, &at[i]) && at[i] >= 0 && at[i] < 10000;
    if (good && at[0] == 0)
        snprintf(key, TW_KEY_MAX, "<Click-%d-%d>", (int)at[1], (int)at[2]);
    else
        copy(key, !good ? TW_STR("<Unknown>") : at[0] == 64 ? TW_STR("<WheelUp>") : at[0] == 65 ? TW_STR("<WheelDown>") : TW_STR("<Unknown>"));
}

static size_t decode_escape(tw_str bytes, bool final, char key[TW_KEY_MAX]) {
    if (bytes.n == 1)
        return copy(key, TW_STR("<Esc>")), 1;
    size_t skip = unknown_sequence(bytes);
    if (skip) {
        copy(key, TW_STR("<Unknown>"));
        if (bytes.p[2] == '<')
            decode_mouse(tw_str_sub(bytes, 0, skip), key);
        return skip;
    }
    if ((bytes.p[1] == '[' || bytes.p[1] == 'O') && bytes.n < MOUSE_MAX && !final)
        return 0;
    unsigned char c = (unsigned char)bytes.p[1];
    if (c > ' ' && c < 127) {
        snprintf(key, TW_KEY_MAX, "<M-%c>", c);
        return 2;
    }
    copy(key, TW_STR("<Esc>"));
    return 1;
}

static size_t decode_text(tw_str bytes, bool final, char key[TW_KEY_MAX]) {
    unsigned char c = (unsigned char)bytes.p[0];
    size_t want = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (bytes.n < want && !final)
        return 0;
    size_t at = 0;
    (void)tw_utf8_next(bytes, &at);
    return copy(key, tw_str_sub(bytes, 0, at));
}

size_t tw_key_decode(tw_str bytes, bool final, char key[TW_KEY_MAX]) {
    key[0] = '\0';
    if (bytes.n == 0)
        return 0;
    bool partial = false;
    unsigned char c = (unsigned char)bytes.p[0];
    size_t row = decode_row(bytes, key, &partial);
    if (row && !(c == 27 && row == 1) && (!partial || final))
        return row;
    key[0] = '\0';
    if (c == 27)
        return partial && !final ? 0 : decode_escape(bytes, final, key);
    if (c == 0 || c < ' ') {
        snprintf(key, TW_KEY_MAX, "<C-%c>", c ? tolower(c + '@') : '@');
        return 1;
    }
    return decode_text(bytes, final, key);
}

size_t tw_key_parse(tw_str text, char key[TW_KEY_MAX]) {
    key[0] = '\0';
    if (text.n == 0)
        return 0;
    size_t end = tw_str_find_char(text, '>', 0);
    if (text.p[0] == '<' && end != SIZE_MAX && end < TW_KEY_MAX - 1 && end > 1) {
        copy(key, tw_str_sub(text, 0, end + 1));
        return end + 1;
    }
    if (text.p[0] == ' ')
        return copy(key, TW_STR("<Space>")), 1;
    if (text.p[0] == '<')
        return copy(key, TW_STR("<Lt>")), 1;
    return decode_text(text, true, key);
}

size_t tw_key_bytes(const char *key, char out[TW_KEY_MAX]) {
    tw_str name = tw_str_c(key);
    for (size_t i = 0; i < TW_COUNT(rows); i++)
        if (tw_str_eq_c(name, rows[i].name))
            return copy(out, tw_str_c(rows[i].bytes));
    if (name.n == 5 && tw_str_starts(name, TW_STR("<C-"))) {
        out[0] = (char)(key[3] & 0x1F);
        out[1] = '\0';
        return 1;
    }
    if (name.n == 5 && tw_str_starts(name, TW_STR("<M-"))) {
        out[0] = '\033';
        out[1] = key[3];
        out[2] = '\0';
        return 2;
    }
    return name.n && key[0] == '<' && name.n > 1 ? 0 : copy(out, name);
}
