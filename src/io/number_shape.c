/* One pass over the text cuts it into groups of digits and the marks between them; each pair of
 * marks then says yes or no to that. Called for every cell of a file while types are decided, so
 * plain digits and plain decimals leave early. Exponents go with the decimal mark only; "inf" and
 * "nan" are words, not numbers, here. */
#include "config.h"

#include "io/number_shape.h"

const tw_number_format tw_marks[TW_MARKS] = {
    {'.', 0, -1},   {'.', ',', -1}, {',', 0, -1},    {',', '.', -1},
    {'.', ' ', -1}, {',', ' ', -1}, {'.', '\'', -1}, {',', '\'', -1},
};

enum { MAX_MARKS = 12, INT64_DIGITS = 18 };

typedef struct parts {
    char mark[MAX_MARKS];       /* marks in order */
    uint8_t before[MAX_MARKS];  /* digits in front of each */
    size_t marks, digits, last; /* last: digits behind the last mark */
    bool exponent, zero_first;  /* zero_first: begins with 0 and goes on */
} parts;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_mark(char c) {
    return c == '.' || c == ',' || c == ' ' || c == '\'';
}

/* "e+05" at the end of the text; i stands on the e. */
static bool is_exponent(tw_str s, size_t i) {
    i++;
    if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
        i++;
    size_t from = i;
    while (i < s.n && is_digit(s.p[i]))
        i++;
    return i == s.n && i > from && i - from <= 3;
}

static bool cut(tw_str s, parts *out) {
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
    out->zero_first = i + 1 < s.n && s.p[i] == '0';
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (is_digit(c)) {
            out->digits++;
            out->last++;
        } else if (is_mark(c)) {
            if (out->marks == MAX_MARKS)
                return false;
            out->mark[out->marks] = c;
            out->before[out->marks++] = (uint8_t)TW_MIN(out->last, 255);
            out->last = 0;
        } else if ((c == 'e' || c == 'E') && out->digits > 0) {
            out->exponent = true;
            return is_exponent(s, i);
        } else {
            return false;
        }
    }
    return out->digits > 0;
}

/* Groups in front of mark `n` are one to three digits (no leading zero), then three each, all with
 * the thousands mark. */
static bool groups_fit(const parts *p, size_t n, char thousands) {
    if (p->zero_first)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p->mark[i] != thousands)
            return false;
        if (i == 0 ? p->before[0] < 1 || p->before[0] > 3 : p->before[i] != 3)
            return false;
    }
    return true;
}

static bool fits(const parts *p, tw_number_format f, bool *whole) {
    *whole = false;
    size_t decimals = p->marks && p->mark[p->marks - 1] == f.decimal ? 1 : 0;
    size_t groups = p->marks - decimals;
    if (groups == 0) {
        *whole = decimals == 0 && !p->exponent;
        return true;
    }
    if (f.thousands == 0 || p->exponent || !groups_fit(p, groups, f.thousands))
        return false;
    size_t behind = decimals ? p->before[p->marks - 1] : p->last;
    *whole = decimals == 0;
    return behind == 3;
}

static void plain_digits(const parts *p, tw_number_shape *out) {
    out->readable = 0xff;
    out->whole = p->exponent ? 0 : 0xff;
    out->wide = p->digits > INT64_DIGITS;
    out->code = p->zero_first && !p->exponent;
    out->ungrouped = p->digits > 3 && !p->exponent;
}

bool tw_number_shape_of(tw_str text, tw_number_shape *out) {
    parts p = {0};
    *out = (tw_number_shape){0};
    if (text.n == 0 || text.n > 64 || !cut(text, &p))
        return false;
    if (p.marks == 0) {
        plain_digits(&p, out);
        return true;
    }
    for (unsigned i = 0; i < TW_MARKS; i++) {
        bool whole;
        if (!fits(&p, tw_marks[i], &whole))
            continue;
        out->readable |= (uint8_t)(1u << i);
        out->whole |= (uint8_t)((unsigned)whole << i);
    }
    out->decimals = (uint8_t)TW_MIN(p.last, 255);
    out->wide = p.digits > INT64_DIGITS && out->whole;
    out->ungrouped = p.marks == 1 && p.before[0] > 3;
    return out->readable != 0;
}
