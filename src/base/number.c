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

/* Eight digits at once: are they, and which number is it (after Lemire's SWAR routines). */
static inline bool eight_digits(uint64_t v) {
    const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0), six = UINT64_C(0x0606060606060606);
    return ((v & high) | (((v + six) & high) >> 4)) == UINT64_C(0x3333333333333333);
}

static inline uint64_t eight_value(uint64_t v) {
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    v -= UINT64_C(0x3030303030303030);
    v = v * 10 + (v >> 8);
    return ((v & mask) * UINT64_C(0x000f424000000064) +
            ((v >> 16) & mask) * UINT64_C(0x0000271000000001)) >>
           32;
}

static inline uint64_t load_eight(const char *p) {
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* Take digits from p on into *w; returns where they end. */
static inline const char *take_digits(const char *p, const char *end, uint64_t *w) {
    uint64_t value = *w, v;
    while (end - p >= 8 && eight_digits(v = load_eight(p))) {
        value = value * 100000000 + eight_value(v);
        p += 8;
    }
    while (p < end && is_digit(*p))
        value = value * 10 + (uint64_t)(*p++ - '0');
    *w = value;
    return p;
}

/* Bytes of the thousands mark at p, 0 when there is none. */
static inline size_t mark_length(const char *p, const char *end, char mark) {
    if (p >= end)
        return 0;
    if (*p == mark)
        return 1;
    size_t left = (size_t)(end - p);
    if (mark == ' ' && left >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    if (mark == ' ' && left >= 3 && memcmp(p, "\xe2\x80\xaf", 3) == 0)
        return 3;
    return mark == '\'' && left >= 3 && memcmp(p, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

/* Groups of three behind the first digits; NULL when one is not of three. *marks counts the bytes
 * of marks. */
static const char *take_groups(const char *first, const char *p, const char *end, char mark,
                               uint64_t *w, size_t *marks) {
    size_t m = mark_length(p, end, mark);
    if (m && (p - first < 1 || p - first > 3))
        return NULL;
    for (; m; m = mark_length(p, end, mark)) {
        const char *group = p + m;
        p = take_digits(group, end, w);
        if (p - group != 3)
            return NULL;
        *marks += m;
    }
    return p;
}

/* [eE][+-]digits at p into *exponent; NULL when it is not one. Saturates far beyond any double. */
static inline const char *take_exponent(const char *p, const char *end, int64_t *exponent) {
    bool negative = false;
    p++;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    if (p == end)
        return NULL;
    int64_t e = 0;
    for (; p < end && is_digit(*p); p++)
        e = e < 100000000 ? e * 10 + (*p - '0') : e;
    *exponent = negative ? -e : e;
    return p;
}

/* True when all of s is a number in format f. */
__attribute__((always_inline)) static inline bool scan_number(tw_str s, tw_number_format f,
                                                              scan *out) {
    const char *p = s.p, *end = s.p + s.n;
    if (s.n == 0)
        return false;
    out->negative = *p == '-';
    p += *p == '-' || *p == '+';
    const char *first = p;
    uint64_t w = 0;
    size_t marks = 0;
    p = take_digits(p, end, &w);
    if (f.thousands && p < end && !(p = take_groups(first, p, end, f.thousands, &w, &marks)))
        return false;
    size_t n = (size_t)(p - first) - marks;
    ptrdiff_t behind = 0;
    int64_t exponent = 0;
    bool mark = p < end && f.decimal && *p == f.decimal, scientific = false;
    if (mark) {
        const char *fraction = p + 1;
        p = take_digits(fraction, end, &w);
        behind = p - fraction;
        n += (size_t)behind;
    }
    if (n == 0)
        return false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        scientific = true;
        if (!(p = take_exponent(p, end, &exponent)))
            return false;
    }
    *out = (scan){w,
                  n,
                  exponent - behind,
                  scientific ? -1 : (int)TW_MIN(behind, 1000),
                  out->negative,
                  !mark && !scientific};
    return p == end;
}

/* More than 19 digits: gather those that count and decide exactly. */
TW_COLD static double long_value(tw_str s, const scan *found) {
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
    int64_t exponent = found->exponent + (int64_t)dropped;
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
        value = long_value(s, found);
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

/* A decimal in positional form: its digits from the highest place (at least the ones) down to the
 * last decimal, with the marks of f. */
static size_t write_plain(char *out, tw_decimal d, int decimals, tw_number_format f) {
    char text[24], *end = text + sizeof text;
    const char *digits = digits_before(end, d.digits);
    int n = (int)(end - digits), top = n + d.exponent - 1; /* place of the first digit: 0 = ones */
    char *p = out;
    for (int place = TW_MAX(top, 0); place >= -decimals; place--) {
        if (place == -1)
            *p++ = f.decimal ? f.decimal : '.';
        int at = top - place;
        *p++ = at >= 0 && at < n ? digits[at] : '0';
        if (f.thousands && place > 0 && place % 3 == 0)
            *p++ = f.thousands;
    }
    *p = '\0';
    return (size_t)(p - out);
}

/* "d.ddde+XX", at least two digits of exponent, as Python and C write it. */
static size_t write_scientific(char *out, tw_decimal d, char mark) {
    char text[24], *end = text + sizeof text, *p = out;
    const char *digits = digits_before(end, d.digits);
    size_t n = (size_t)(end - digits);
    int exponent = d.exponent + (int)n - 1;
    *p++ = digits[0];
    if (n > 1) {
        *p++ = mark ? mark : '.';
        memcpy(p, digits + 1, n - 1);
        p += n - 1;
    }
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    uint64_t size = (uint64_t)(exponent < 0 ? -exponent : exponent);
    if (size < 10)
        *p++ = '0';
    const char *e = digits_before(end, size);
    memcpy(p, e, (size_t)(end - e));
    p += end - e;
    *p = '\0';
    return (size_t)(p - out);
}

/* Shortest digits; scientific below 1e-4 and from 1e16 on. */
static size_t write_shortest(char *out, double size, tw_number_format f) {
    tw_decimal d = tw_decimal_shortest(size);
    char text[24], *end = text + sizeof text;
    int top = (int)(end - digits_before(end, d.digits)) + d.exponent - 1;
    if (d.digits && (top < -4 || top >= 16))
        return write_scientific(out, d, f.decimal);
    return write_plain(out, d, d.exponent < 0 ? -d.exponent : 0, f);
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
    negative = negative && d.digits;
    return negative + write_plain(out + negative, d, f.decimals, f);
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
    *out = '-';
    return (value < 0) + write_plain(out + (value < 0), (tw_decimal){size, 0}, 0,
                                     (tw_number_format){'.', ',', 0});
}
