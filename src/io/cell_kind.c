/* Kinds are tried from the most telling to the least: numbers and moments by their shapes, then
 * words by what characters they are made of. Debris is what a wrong delimiter leaves: half a
 * bracket, a quote without its partner. */
#include "config.h"

#include "io/cell_kind.h"
#include "io/date_shape.h"
#include "io/null_token.h"
#include "io/number_shape.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

bool tw_kind_is_typed(enum tw_kind kind) {
    return kind >= TW_KIND_NUMBER && kind <= TW_KIND_ADDRESS;
}

bool tw_boolean_word(tw_str text, bool *value) {
    static const tw_str words[] = {TW_STR_INIT("true"), TW_STR_INIT("false"), TW_STR_INIT("t"),
                                   TW_STR_INIT("f"),    TW_STR_INIT("yes"),   TW_STR_INIT("no"),
                                   TW_STR_INIT("y"),    TW_STR_INIT("n"),     TW_STR_INIT("on"),
                                   TW_STR_INIT("off")};
    if (text.n == 0 || text.n > 5)
        return false;
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (tw_str_eq_nocase(text, words[i])) {
            *value = i % 2 == 0;
            return true;
        }
    return false;
}

static const char *const units[] = {
    "%",    "kg",    "g",    "mg",   "ug",  "lb",   "lbs", "oz",  "t",        "km",
    "m",    "cm",    "mm",   "um",   "nm",  "in",   "ft",  "yd",  "mi",       "m2",
    "m3",   "km2",   "ha",   "l",    "ml",  "s",    "sec", "ms",  "us",       "ns",
    "min",  "h",     "hr",   "hrs",  "d",   "yr",   "k",   "c",   "f",        "degc",
    "degf", "deg",   "rad",  "pa",   "kpa", "hpa",  "mpa", "bar", "mbar",     "psi",
    "n",    "kn",    "j",    "kj",   "w",   "kw",   "kwh", "mw",  "v",        "mv",
    "a",    "ma",    "hz",   "khz",  "mhz", "ghz",  "db",  "dba", "lux",      "lx",
    "ppm",  "ppb",   "mol",  "mmol", "m/s", "km/h", "mph", "kt",  "kg/m3",    "g/l",
    "mg/l", "ug/m3", "w/m2", "usd",  "eur", "gbp",  "-",   "1/s", "iso 8601", "utc",
};

static bool in_brackets(tw_str s) {
    return s.n > 2 &&
           ((s.p[0] == '(' && s.p[s.n - 1] == ')') || (s.p[0] == '[' && s.p[s.n - 1] == ']'));
}

bool tw_unit_word(tw_str text) {
    tw_str s = tw_str_trim(text);
    if (in_brackets(s))
        return s.n <= 16;
    if (s.n >= 2 && s.n <= 4 && (unsigned char)s.p[0] == 0xc2 && (unsigned char)s.p[1] == 0xb0)
        return true; /* a degree sign first */
    if (s.n == 0 || s.n > 8)
        return false;
    for (size_t i = 0; i < TW_COUNT(units); i++)
        if (tw_str_eq_nocase(s, tw_str_c(units[i])))
            return true;
    return false;
}

static bool is_currency_code(tw_str s) {
    static const char codes[][4] = {"USD", "EUR", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK",
                                    "DKK", "PLN", "CZK", "HUF", "RUB", "INR", "BRL", "CAD",
                                    "AUD", "NZD", "ZAR", "MXN", "TRY", "KRW", "SGD", "HKD"};
    for (size_t i = 0; i < TW_COUNT(codes); i++)
        if (tw_str_eq_c(s, codes[i]))
            return true;
    return false;
}

/* In front of an amount: signs and currency signs, or a currency's letters ("EUR", "US$"). */
static bool is_amount_front(tw_str front) {
    size_t letters = 0;
    for (size_t i = 0; i < front.n; i++) {
        char c = front.p[i];
        if (strchr("\"'[{,;:|#_/*&", c) != NULL)
            return false;
        letters += (c | 32) >= 'a' && (c | 32) <= 'z';
    }
    return letters == 0 || is_currency_code(front) || (letters <= 2 && front.p[front.n - 1] == '$');
}

/* Digits somewhere, then what is left in front and behind is a sign, a currency or a unit of up to
 * four letters. */
static bool is_amount(tw_str s) {
    size_t first = 0, last = s.n;
    while (first < s.n && !is_digit(s.p[first]))
        first++;
    while (last > first && !is_digit(s.p[last - 1]))
        last--;
    if (s.n == 0 || first == last || first > 5 || s.n - last > 5 || (first == 0 && last == s.n))
        return false;
    tw_number_shape shape;
    if (!tw_number_shape_of(tw_str_sub(s, first, last), &shape))
        return false;
    if (!is_amount_front(tw_str_trim(tw_str_sub(s, 0, first))))
        return false;
    tw_str front = tw_str_trim(tw_str_sub(s, 0, first));
    for (size_t i = last; i < s.n; i++)
        if (strchr("\"'[{}(<>,;:|#_", s.p[i]) != NULL)
            return false;
    bool open = front.n && front.p[0] == '(', close = s.p[s.n - 1] == ')';
    return open == close;
}

tw_str tw_amount_digits(tw_str text) {
    tw_str s = tw_str_trim(text);
    if (!is_amount(s))
        return s;
    while (!is_digit(s.p[0]))
        s = tw_str_sub(s, 1, s.n);
    while (!is_digit(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool is_address(tw_str s) {
    if (tw_str_starts(s, TW_STR("http://")) || tw_str_starts(s, TW_STR("https://")) ||
        tw_str_starts(s, TW_STR("ftp://")) || tw_str_starts(s, TW_STR("www.")))
        return tw_str_find_char(s, ' ', 0) == SIZE_MAX;
    size_t at = tw_str_find_char(s, '@', 0);
    return at != SIZE_MAX && at > 0 && tw_str_find_char(s, '.', at) != SIZE_MAX &&
           tw_str_find_char(s, ' ', 0) == SIZE_MAX && tw_str_find_char(s, ',', 0) == SIZE_MAX;
}

/* Brackets that do not pair, a double quote without partner, separators at an edge. */
static bool is_debris(tw_str s) {
    int round = 0, square = 0, curly = 0, quotes = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        round += (c == '(') - (c == ')');
        square += (c == '[') - (c == ']');
        curly += (c == '{') - (c == '}');
        quotes += c == '"';
        if (round < 0 || square < 0 || curly < 0)
            return true;
    }
    if (round || square || curly || quotes % 2)
        return true;
    return strchr(",;:|&=", s.p[0]) != NULL || strchr(",;|&=", s.p[s.n - 1]) != NULL ||
           (s.n > 1 && s.p[0] == '\'') || (s.n > 1 && s.p[0] == '"');
}

static enum tw_kind text_kind(tw_str s) {
    bool plain = true, digits = true;
    size_t marks = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool mark = strchr(",;|\t:^~#", c) != NULL;
        marks += mark;
        plain = plain && (is_letter(c) || is_digit(c) || strchr(" -_.'&/()+", c) != NULL);
        digits = digits && (is_digit(c) || mark || c == '.' || c == ' ' || c == '-');
    }
    if (tw_str_find_char(s, '\t', 0) != SIZE_MAX)
        return TW_KIND_DEBRIS;
    if (marks && digits)
        return TW_KIND_LIST;
    if (is_debris(s))
        return TW_KIND_DEBRIS;
    return plain && s.n <= 80 ? TW_KIND_WORD : TW_KIND_TEXT;
}

enum tw_kind tw_kind_of(tw_str text) {
    tw_str s = tw_str_trim(text);
    tw_number_shape number;
    tw_date_shape moment;
    bool yes;
    if (s.n == 0)
        return TW_KIND_EMPTY;
    if (tw_number_shape_of(s, &number))
        return TW_KIND_NUMBER;
    if (tw_date_shape_of(s, &moment))
        return TW_KIND_MOMENT;
    if (tw_null_token(s) >= TW_NULL_MARK)
        return TW_KIND_NULL;
    if (tw_boolean_word(s, &yes))
        return TW_KIND_BOOLEAN;
    if (is_amount(s))
        return TW_KIND_AMOUNT;
    if (is_address(s))
        return TW_KIND_ADDRESS;
    return text_kind(tw_str_sub(s, 0, TW_MIN(s.n, 400)));
}
