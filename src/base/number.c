/* Reading and writing numbers as text.
 *
 * Profiling a file parses every cell that could be a number, so the plain parsers are one pass over
 * the bytes, eight digits at a time, and end in one multiplication or division that is exact
 * (Clinger's fast path: digits below 2^53 and a power of ten up to 22). The pass is written once,
 * with the column's marks as an argument: for the plain format the marks are constants and the
 * group logic falls away. */
#include "base/number.h"

#include <math.h>

#include "base/decimal.h"
#include "base/little.h"

/* What one pass over a number finds. */
typedef struct scan {
    uint64_t digits;      /* all digits as one number; wraps when there are more than 19 */
    size_t n_digits;      /* how many there were, leading zeros too */
    int64_t exponent;     /* of ten, decimals included */
    int decimals;         /* digits behind the mark; -1 with an exponent */
    bool negative, whole; /* whole: neither mark nor exponent */
} scan;

static inline bool is_digit(char c) {
    return (unsigned char)(c - '0') <= 9;
}

/* A text that can be asked for the eight bytes from any place, zeros behind its end. It may lie at
 * the very end of a mapped file, so nothing outside it is read. */
typedef struct source {
    const char *p;
    size_t n;
    uint64_t last; /* the last eight bytes; fewer stand at the top */
} source;

static inline source source_of(tw_str s) {
    const unsigned char *p = (const unsigned char *)s.p;
    if (s.n >= 8)
        return (source){s.p, s.n, tw_little64(s.p + s.n - 8)};
    if (s.n >= 4)
        return (source){s.p, s.n, tw_little32(s.p + s.n - 4) << 32 | tw_little32(s.p) << (64 - 8 * s.n)};
    uint64_t last = (uint64_t)p[s.n - 1] << 56 | (uint64_t)p[0] << (64 - 8 * s.n);
    return (source){s.p, s.n, last | (uint64_t)p[s.n / 2] << (64 - 8 * (s.n - s.n / 2))};
}

/* Eight bytes from i < t.n on. */
static inline uint64_t word_at(source t, size_t i) {
    size_t left = t.n - i;
    return left >= 8 ? tw_little64(t.p + i) : t.last >> (64 - 8 * left);
}

/* The number that eight digit values spell (after D. Lemire's SWAR routines). */
static inline uint64_t eight_value(uint64_t v) {
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    v = v * 10 + (v >> 8);
    return ((v & mask) * UINT64_C(0x000f424000000064) +
            ((v >> 16) & mask) * UINT64_C(0x0000271000000001)) >>
           32;
}

/* Take digits from i on into *w; returns where they end. A run that ends inside a word is moved to
 * the word's end, with zeros in front, so there is no loop over single digits to mispredict. */
static inline size_t take_digits(source t, size_t i, uint64_t *w) {
    static const uint32_t tens[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    const uint64_t tops = UINT64_C(0x8080808080808080);
    while (i < t.n) {
        uint64_t v = word_at(t, i) ^ UINT64_C(0x3030303030303030);
        uint64_t other = ((v + UINT64_C(0x7676767676767676)) | v) & tops; /* above 9 */
        if (other == 0) {
            *w = *w * 100000000 + eight_value(v);
            i += 8;
            continue;
        }
        unsigned k = (unsigned)__builtin_ctzll(other) / 8;
        *w = *w * tens[k] + eight_value(v << 8 << (56 - 8 * k));
        return i + k;
    }
    return i;
}

/* Bytes of the thousands mark at the front of `rest`, 0 when there is none. */
static size_t mark_length(tw_str rest, char mark) {
    if (rest.n == 0)
        return 0;
    if (rest.p[0] == mark)
        return 1;
    if (mark == ' ' && tw_str_starts(rest, TW_STR("\xc2\xa0")))
        return 2;
    if (mark == ' ' && tw_str_starts(rest, TW_STR("\xe2\x80\xaf")))
        return 3;
    return mark == '\'' && tw_str_starts(rest, TW_STR("\xe2\x80\x99")) ? 3 : 0;
}

/* Groups of three behind the first digits, which end at i; returns their end, 0 when one is not of
 * three. *marks counts the bytes of marks. */
static size_t take_groups(tw_str s, size_t first, size_t i, char mark, uint64_t *w, size_t *marks) {
    const source t = source_of(s);
    size_t m = mark_length(tw_str_sub(s, i, s.n), mark);
    if (m && (i - first < 1 || i - first > 3))
        return 0;
    for (; m; m = mark_length(tw_str_sub(s, i, s.n), mark)) {
        size_t group = i + m;
        i = take_digits(t, group, w);
        if (i - group != 3)
            return 0;
        *marks += m;
    }
    return i;
}

/* [eE][+-]digits at i into *exponent; returns their end, 0 when they are not there. Saturates far
 * beyond any double. */
static size_t take_exponent(tw_str s, size_t i, int64_t *exponent) {
    i++;
    bool negative = i < s.n && s.p[i] == '-';
    i += i < s.n && (s.p[i] == '-' || s.p[i] == '+');
    size_t first = i;
    int64_t e = 0;
    for (; i < s.n && is_digit(s.p[i]); i++)
        e = e < 100000000 ? e * 10 + (s.p[i] - '0') : e;
    *exponent = negative ? -e : e;
    return i > first ? i : 0;
}

/* True when all of s is a number in format f. What is taken out of line is handed over by value, so
 * that the usual number stays in registers. */
__attribute__((always_inline)) static inline bool scan_number(tw_str s, tw_number_format f,
                                                              scan *out) {
    if (s.n == 0)
        return false;
    const source t = source_of(s);
    bool negative = s.p[0] == '-', whole = true;
    uint64_t w = 0;
    size_t first = negative || s.p[0] == '+', i = take_digits(t, first, &w), n = i - first;
    int64_t exponent = 0;
    int decimals = 0;
    if (f.thousands && i < s.n) {
        uint64_t all = w;
        size_t marks = 0, end = take_groups(s, first, i, f.thousands, &all, &marks);
        if (!end)
            return false;
        w = all;
        i = end;
        n = i - first - marks;
    }
    if (i < s.n && f.decimal && s.p[i] == f.decimal) {
        first = i + 1;
        i = take_digits(t, first, &w);
        n += i - first;
        exponent = -(int64_t)(i - first);
        decimals = (int)TW_MIN(i - first, (size_t)1000);
        whole = false;
    }
    if (i < s.n && (s.p[i] | 0x20) == 'e') {
        int64_t power;
        i = take_exponent(s, i, &power);
        exponent += power;
        decimals = -1;
        whole = false;
    }
    *out = (scan){w, n, exponent, decimals, negative, whole};
    return n > 0 && i == s.n;
}

/* More than 19 digits: gather those that count and decide exactly. */
TW_COLD static double long_value(tw_str s, int64_t exponent) {
    enum { KEPT = 1100 };
    char digits[KEPT];
    size_t n = 0, dropped = 0;
    bool more = false;
    for (size_t i = 0; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        char c = s.p[i];
        if (!is_digit(c) || (n == 0 && c == '0'))
            continue;
        if (n < KEPT - 1) {
            digits[n++] = c;
        } else {
            dropped++;
            more |= c != '0';
        }
    }
    if (n == 0)
        return 0;
    exponent += (int64_t)dropped;
    if (more) {
        digits[n++] = '1';
        exponent--;
    }
    return tw_decimal_value_long(digits, n, exponent);
}

static const double exact_tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The number that a scan found; false when it is too large. */
static inline bool scan_value(tw_str s, const scan *found, double *out) {
    double value;
    if (found->n_digits <= 19 && found->digits <= (UINT64_C(1) << 53) && found->exponent >= -22 &&
        found->exponent <= 22) {
        value = (double)(int64_t)found->digits;
        if (found->exponent < 0)
            value /= exact_tens[-found->exponent];
        else
            value *= exact_tens[found->exponent];
    } else if (found->n_digits <= 19) {
        value = tw_decimal_value(found->digits, found->exponent);
    } else {
        value = long_value(s, found->exponent);
    }
    if (value > 1.7976931348623157e308)
        return false;
    *out = found->negative ? -value : value;
    return true;
}

/* The integer that a scan found; false when it is none or overflows. */
static inline bool scan_integer(tw_str s, const scan *found, int64_t *out) {
    if (!found->whole)
        return false;
    uint64_t limit = (uint64_t)INT64_MAX + found->negative;
    if (found->n_digits > 19) { /* only leading zeros may make it so long */
        size_t significant = 0;
        for (size_t i = 0; i < s.n; i++)
            significant += is_digit(s.p[i]) && (significant || s.p[i] != '0');
        if (significant > 19)
            return false;
    }
    if (found->digits > limit)
        return false;
    *out = (int64_t)(found->negative ? 0 - found->digits : found->digits);
    return true;
}

bool tw_parse_i64(tw_str s, int64_t *out) {
    scan found;
    return scan_number(s, (tw_number_format){0, 0, -1}, &found) && scan_integer(s, &found, out);
}

bool tw_parse_i64_as(tw_str s, tw_number_format f, int64_t *out) {
    scan found;
    return scan_number(s, f, &found) && scan_integer(s, &found, out);
}

static bool parse_special(tw_str s, double *out) {
    static const struct {
        tw_str word;
        double value;
    } words[] = {{TW_STR_INIT("inf"), (double)INFINITY},
                 {TW_STR_INIT("infinity"), (double)INFINITY},
                 {TW_STR_INIT("nan"), (double)NAN}};
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        s = tw_str_sub(s, 1, s.n);
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        if (tw_str_eq_nocase(s, words[i].word)) {
            *out = negative ? -words[i].value : words[i].value;
            return true;
        }
    }
    return false;
}

bool tw_parse_f64(tw_str s, double *out, bool allow_special) {
    scan found;
    if (scan_number(s, TW_NUMBER_PLAIN, &found))
        return scan_value(s, &found, out);
    return allow_special && parse_special(s, out);
}

bool tw_parse_f64_as(tw_str s, tw_number_format f, double *out, int *decimals) {
    scan found;
    if (!scan_number(s, f, &found) || !scan_value(s, &found, out))
        return false;
    if (decimals)
        *decimals = found.decimals;
    return true;
}

/* ---- writing ---- */

/* The digits of value in front of `end`; returns the first. */
static char *digits_before(char *end, uint64_t value) {
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
        "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
        "888990919293949596979899";
    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, pairs + value * 2, 2);
        return end;
    }
    *--end = (char)('0' + value);
    return end;
}

size_t tw_format_i64(char out[TW_NUMBER_MAX], int64_t value) {
    char text[24], *end = text + sizeof text;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char *p = digits_before(end, size);
    if (value < 0)
        *--p = '-';
    size_t n = (size_t)(end - p);
    memcpy(out, p, n);
    out[n] = '\0';
    return n;
}

/* The digits of a decimal and the place of the first: 0 = ones, 1 = tens, -1 = tenths. */
typedef struct numeral {
    char text[24];
    const char *digits;
    int n, top;
} numeral;

static void spell(numeral *x, tw_decimal d) {
    const char *end = x->text + sizeof x->text;
    x->digits = digits_before(x->text + sizeof x->text, d.digits);
    x->n = (int)(end - x->digits);
    x->top = x->n + d.exponent - 1;
}

/* Places from `from` down to `to`, zeros where the numeral has no digit. */
static char *put_places(char *p, const numeral *x, int from, int to) {
    for (int place = from; place >= to; place--) {
        int at = x->top - place;
        *p++ = at >= 0 && at < x->n ? x->digits[at] : '0';
    }
    return p;
}

/* Positional form: at least the ones, then `decimals` more, with the marks of f. */
static size_t write_plain(char *out, const numeral *x, int decimals, tw_number_format f) {
    char *p = out;
    int place = TW_MAX(x->top, 0);
    if (f.thousands)
        for (; place >= 3; place -= place % 3 + 1) {
            p = put_places(p, x, place, place - place % 3);
            *p++ = f.thousands;
        }
    p = put_places(p, x, place, 0);
    if (decimals > 0) {
        *p++ = f.decimal ? f.decimal : '.';
        p = put_places(p, x, -1, -decimals);
    }
    *p = '\0';
    return (size_t)(p - out);
}

/* "d.ddde+XX", at least two digits of exponent, as Python and C write it. */
static size_t write_scientific(char *out, const numeral *x, char mark) {
    char *p = out;
    *p++ = x->digits[0];
    if (x->n > 1) {
        *p++ = mark ? mark : '.';
        memcpy(p, x->digits + 1, (size_t)x->n - 1);
        p += x->n - 1;
    }
    *p++ = 'e';
    *p++ = x->top < 0 ? '-' : '+';
    uint64_t size = (uint64_t)abs(x->top);
    if (size < 10)
        *p++ = '0';
    char text[24], *end = text + sizeof text;
    const char *digits = digits_before(end, size);
    memcpy(p, digits, (size_t)(end - digits));
    p += end - digits;
    *p = '\0';
    return (size_t)(p - out);
}

/* Shortest digits; scientific below 1e-4 and from 1e16 on. */
static size_t write_shortest(char *out, double size, tw_number_format f) {
    numeral x;
    tw_decimal d = tw_decimal_shortest(size);
    spell(&x, d);
    if (d.digits && (x.top < -4 || x.top >= 16))
        return write_scientific(out, &x, f.decimal);
    return write_plain(out, &x, d.exponent < 0 ? -d.exponent : 0, f);
}

static size_t write_word(char *out, const char *word) {
    size_t n = strlen(word);
    memcpy(out, word, n + 1);
    return n;
}

size_t tw_format_f64_as(char out[TW_NUMBER_MAX], double value, tw_number_format f) {
    if (isnan(value))
        return write_word(out, "nan");
    bool negative = signbit(value);
    double size = fabs(value);
    if (isinf(value))
        return write_word(out, negative ? "-inf" : "inf");
    *out = '-';
    if (f.decimals < 0)
        return negative + write_shortest(out + negative, size, f);
    tw_decimal d = tw_decimal_round(tw_decimal_shortest(size), -f.decimals);
    numeral x;
    spell(&x, d);
    negative = negative && d.digits;
    return negative + write_plain(out + negative, &x, f.decimals, f);
}

size_t tw_format_f64(char out[TW_NUMBER_MAX], double value) {
    if (fabs(value) < 1e15 && tw_same_f64((double)(int64_t)value, value) &&
        !(signbit(value) && value >= 0))
        return tw_format_i64(out, (int64_t)value);
    return tw_format_f64_as(out, value, TW_NUMBER_PLAIN);
}

double tw_round_to(double value, int digits) {
    if (!isfinite(value) || digits > 400)
        return value;
    tw_decimal d =
        tw_decimal_round(tw_decimal_shortest(fabs(value)), digits < -400 ? 400 : -digits);
    return copysign(tw_decimal_value(d.digits, d.exponent), value);
}

size_t tw_format_size(char out[TW_NUMBER_MAX], uint64_t bytes) {
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000)
        return (size_t)snprintf(out, TW_NUMBER_MAX, "%d byte%s", (int)bytes, bytes == 1 ? "" : "s");
    size_t unit = 0;
    uint64_t scale = 1000; /* tenths of the unit stay below 9999.5 after rounding */
    while (unit + 1 < TW_COUNT(units) && bytes >= scale * 1000 - scale / 20) {
        scale *= 1000;
        unit++;
    }
    uint64_t tenth = scale / 10, tenths = bytes / tenth + (bytes % tenth >= tenth / 2);
    return (size_t)snprintf(out, TW_NUMBER_MAX, "%d.%d %s", (int)(tenths / 10), (int)(tenths % 10),
                            units[unit]);
}

size_t tw_format_grouped(char out[TW_NUMBER_MAX], int64_t value) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    numeral x;
    spell(&x, (tw_decimal){size, 0});
    *out = '-';
    return (value < 0) + write_plain(out + (value < 0), &x, 0, (tw_number_format){'.', ',', 0});
}

tw_grouped_text tw_grouped(int64_t value) {
    char text[TW_NUMBER_MAX];
    tw_grouped_text out = {""};
    memcpy(out.text, text, TW_MIN(tw_format_grouped(text, value), sizeof out.text - 1));
    return out;
}
