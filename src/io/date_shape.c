/* A text is cut from left to right: a date part (numbers and month names with one separator), a
 * joiner, a time part with optional seconds, fraction, half of the day and zone. What was seen is
 * packed into a key; the pattern is spelled from the key, so that no list of patterns is tried one
 * after the other. Days are checked against the calendar: 31 April is text.
 *
 * Left out on purpose: names of weekdays, months in other languages, two-digit years with a dot and
 * no other evidence. */
#include "config.h"

#include "io/date_shape.h"

enum order {
    NO_DATE,
    YMD,
    DMY,
    MDY,
    YM,
    MY,
    YBD,
    DBY,
    BDY,
    BY,
    DMY2,
    MDY2,
    YMD2,
    DBY2,
    BY2,
    ORDERS
};

static const struct {
    const char *parts; /* letters of the pattern; '?' stands for the separator, ',' for itself */
    bool day_first, month_first, partial;
} orders[ORDERS] = {
    [NO_DATE] = {"", false, false, false},   [YMD] = {"Y?m?d", false, false, false},
    [DMY] = {"d?m?Y", true, false, false},   [MDY] = {"m?d?Y", false, true, false},
    [YM] = {"Y?m", false, false, true},      [MY] = {"m?Y", false, false, true},
    [YBD] = {"Y?b?d", false, false, false},  [DBY] = {"d?b?Y", false, false, false},
    [BDY] = {"b?d,?Y", false, false, false}, [BY] = {"b?Y", false, false, true},
    [DMY2] = {"d?m?y", true, false, false},  [MDY2] = {"m?d?y", false, true, false},
    [YMD2] = {"y?m?d", false, false, false}, [DBY2] = {"d?b?y", false, false, false},
    [BY2] = {"b?y", false, false, true},
};
static const char separators[] = {0, '-', '/', '.', ' '};

/* Layout of a key. */
enum {
    ORDER_BITS = 31,
    SEPARATOR_SHIFT = 5, /* 3 bits: index into separators */
    COMMA = 1 << 8,
    LONG_MONTH = 1 << 9,
    JOIN_T = 1 << 10, /* 'T' between date and time; else a blank */
    CLOCK = 1 << 11,  /* hours and minutes */
    SECONDS = 1 << 12,
    HALF = 1 << 13, /* AM or PM */
    HALF_BLANK = 1 << 14,
    FRACTION = 1 << 15,
    ZONE = 1 << 16,
    ZONE_BLANK = 1 << 17,
    OPTIONAL = FRACTION | ZONE
};

typedef struct cursor {
    tw_str s;
    size_t i;
    bool may; /* the month was "May": short and long name alike */
} cursor;

typedef struct number {
    int value;
    unsigned digits; /* 0 = none here */
} number;

static char peek(const cursor *c) {
    return c->i < c->s.n ? c->s.p[c->i] : 0;
}

static bool take(cursor *c, char wanted) {
    if (peek(c) != wanted)
        return false;
    c->i++;
    return true;
}

static number take_number(cursor *c) {
    number n = {0, 0};
    while (c->i < c->s.n && c->s.p[c->i] >= '0' && c->s.p[c->i] <= '9' && n.digits < 9) {
        n.value = n.value * 10 + (c->s.p[c->i++] - '0');
        n.digits++;
    }
    return n;
}

/* 1 to 12, or 0; the whole word is taken only when it is a month. */
static int take_month(cursor *c, bool *is_long) {
    static const tw_str names[] = {
        TW_STR_INIT("january"), TW_STR_INIT("february"), TW_STR_INIT("march"),
        TW_STR_INIT("april"),   TW_STR_INIT("may"),      TW_STR_INIT("june"),
        TW_STR_INIT("july"),    TW_STR_INIT("august"),   TW_STR_INIT("september"),
        TW_STR_INIT("october"), TW_STR_INIT("november"), TW_STR_INIT("december")};
    size_t end = c->i;
    while (end < c->s.n && ((c->s.p[end] | 32) >= 'a' && (c->s.p[end] | 32) <= 'z'))
        end++;
    tw_str word = tw_str_sub(c->s, c->i, end);
    if (word.n < 3 || word.n > 9)
        return 0;
    for (int m = 0; m < 12; m++) {
        tw_str name = names[m];
        if ((word.p[0] | 32) != name.p[0] || (word.n != 3 && word.n != name.n))
            continue;
        if (!tw_str_eq_nocase(word, tw_str_sub(name, 0, word.n)))
            continue;
        *is_long = word.n > 3;
        c->may = m == 4;
        c->i = end;
        return m + 1;
    }
    return 0;
}

/* Index into `separators`, or 0 when none stands here. */
static unsigned take_separator(cursor *c) {
    for (unsigned i = 1; i < TW_COUNT(separators); i++)
        if (take(c, separators[i]))
            return i;
    return 0;
}

static bool real_day(int year, int month, int day) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month != 2 || day < 29 || leap;
}

static int full_year(number y) {
    if (y.digits == 4)
        return y.value;
    return y.value >= 69 ? 1900 + y.value : 2000 + y.value;
}

static bool is_year(number y) {
    return y.digits == 4 && y.value >= 1000 && y.value < 3000;
}

static void add(tw_date_shape *out, enum order order, unsigned separator, uint32_t flags) {
    out->key[out->n++] = (uint32_t)order | separator << SEPARATOR_SHIFT | flags;
    out->partial = orders[order].partial;
}

/* Year in front: 2021-03-04, 2021/03, 2021-Mar-04, 20210304. */
static void year_first(cursor *c, number y, tw_date_shape *out) {
    bool is_long = false;
    unsigned sep = take_separator(c);
    if (!sep || !is_year(y))
        return;
    int named = take_month(c, &is_long);
    number m = named ? (number){named, 2} : take_number(c);
    if (m.digits < 1 || m.digits > 2)
        return;
    if (c->i == c->s.n && m.digits == 2 && m.value >= 1 && m.value <= 12 && !named) {
        add(out, YM, sep, 0);
        return;
    }
    if (!take(c, separators[sep]))
        return;
    number d = take_number(c);
    if (d.digits < 1 || d.digits > 2 || !real_day(y.value, m.value, d.value))
        return;
    add(out, named ? YBD : YMD, sep, is_long ? LONG_MONTH : 0);
}

static void compact(number n, tw_date_shape *out) {
    int year = n.value / 10000, month = n.value / 100 % 100, day = n.value % 100;
    if (year < 1900 || year > 2100 || !real_day(year, month, day))
        return;
    out->compact = true;
    add(out, YMD, 0, 0);
}

/* 3-Mar-2021, 3 March 21; the separator may be missing: 03Mar2021. */
static void day_and_name(cursor *c, number d, unsigned sep, tw_date_shape *out) {
    bool is_long = false;
    int month = take_month(c, &is_long);
    if (!month || (sep && !take(c, separators[sep])))
        return;
    number y = take_number(c);
    if ((y.digits != 2 && !is_year(y)) || !real_day(full_year(y), month, d.value))
        return;
    add(out, y.digits == 4 ? DBY : DBY2, sep, is_long ? LONG_MONTH : 0);
}

/* Two small numbers and a year, or three small numbers: every order in which the day exists. */
static void small_numbers(cursor *c, number a, number b, unsigned sep, tw_date_shape *out) {
    number y = take_number(c);
    bool is_full = is_year(y);
    if (!is_full && y.digits != 2)
        return;
    bool day_first = real_day(full_year(y), b.value, a.value);
    bool month_first = real_day(full_year(y), a.value, b.value);
    bool usual_day_first = separators[sep] != '/';
    if (day_first && usual_day_first)
        add(out, is_full ? DMY : DMY2, sep, 0);
    if (month_first)
        add(out, is_full ? MDY : MDY2, sep, 0);
    if (day_first && !usual_day_first)
        add(out, is_full ? DMY : DMY2, sep, 0);
    if (!is_full && a.digits == 2 && real_day(full_year(a), b.value, y.value))
        add(out, YMD2, sep, 0);
    out->first = (uint8_t)a.value;
    out->second = (uint8_t)b.value;
}

static void number_first(cursor *c, number a, tw_date_shape *out) {
    unsigned sep = take_separator(c);
    char next = (char)(peek(c) | 32);
    if (next >= 'a' && next <= 'z') {
        day_and_name(c, a, sep, out);
        return;
    }
    number b = take_number(c);
    if (!sep || separators[sep] == ' ')
        return;
    if (is_year(b) && a.digits <= 2 && a.value >= 1 && a.value <= 12 && separators[sep] != '.')
        add(out, MY, sep, 0);
    else if (b.digits >= 1 && b.digits <= 2 && take(c, separators[sep]))
        small_numbers(c, a, b, sep, out);
}

/* Mar 4, 2021; March 2021; Mar-21. */
static void name_first(cursor *c, tw_date_shape *out) {
    bool is_long = false;
    int month = take_month(c, &is_long);
    unsigned sep = month ? take_separator(c) : 0;
    if (!sep)
        return;
    uint32_t flags = is_long ? LONG_MONTH : 0;
    number a = take_number(c);
    if (is_year(a)) {
        add(out, BY, sep, flags);
    } else if (a.digits == 2 && c->i == c->s.n) {
        add(out, BY2, sep, flags);
    } else if (a.digits >= 1 && a.digits <= 2) {
        if (take(c, ','))
            flags |= COMMA;
        if (!take(c, separators[sep]))
            return;
        number y = take_number(c);
        if (is_year(y) && real_day(y.value, month, a.value))
            add(out, BDY, sep, flags);
    }
}

static void take_date(cursor *c, tw_date_shape *out) {
    char letter = (char)(peek(c) | 32);
    if (letter >= 'a' && letter <= 'z') {
        name_first(c, out);
        return;
    }
    number a = take_number(c);
    if (a.digits == 8 && c->i == c->s.n)
        compact(a, out);
    else if (a.digits == 4)
        year_first(c, a, out);
    else if (a.digits == 1 || a.digits == 2)
        number_first(c, a, out);
}

static bool take_half(cursor *c, uint32_t *flags) {
    size_t at = c->i;
    bool blank = take(c, ' ');
    char letter = (char)(peek(c) | 32);
    if ((letter == 'a' || letter == 'p') && c->i + 1 < c->s.n && (c->s.p[c->i + 1] | 32) == 'm') {
        c->i += 2;
        *flags |= blank ? HALF | HALF_BLANK : HALF;
        return true;
    }
    c->i = at;
    return false;
}

static bool take_zone(cursor *c, uint32_t *flags) {
    bool blank = take(c, ' ');
    if (!take(c, 'Z')) {
        if (!take(c, '+') && !take(c, '-'))
            return false;
        number h = take_number(c);
        if (h.digits == 2 && take(c, ':'))
            h = take_number(c);
        else if (h.digits != 4)
            return false;
        if (h.digits != 2 && h.digits != 4)
            return false;
    }
    *flags |= blank ? ZONE | ZONE_BLANK : ZONE;
    return true;
}

/* Hours and minutes with what may follow; false when there is no time or something else behind it.
 */
static bool take_clock(cursor *c, uint32_t *flags) {
    number h = take_number(c);
    if (h.digits < 1 || h.digits > 2 || h.value > 23 || !take(c, ':'))
        return false;
    number m = take_number(c);
    if (m.digits != 2 || m.value > 59)
        return false;
    *flags |= CLOCK;
    if (take(c, ':')) {
        number s = take_number(c);
        if (s.digits != 2 || s.value > 59)
            return false;
        *flags |= SECONDS;
        if (take(c, '.')) {
            if (take_number(c).digits == 0)
                return false;
            *flags |= FRACTION;
        }
    }
    if (take_half(c, flags) && (h.value < 1 || h.value > 12))
        return false;
    return c->i == c->s.n || (take_zone(c, flags) && c->i == c->s.n);
}

static int digits_at(tw_str s, size_t at, size_t n) {
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        value = value * 10 + (s.p[i] - '0');
    }
    return value;
}

/* The usual date, 2021-03-04, without the walk. */
static bool is_iso_date(tw_str s) {
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return false;
    int year = digits_at(s, 0, 4);
    return year >= 1000 && year < 3000 && real_day(year, digits_at(s, 5, 2), digits_at(s, 8, 2));
}

/* The first three letters at i are those of a month. */
static bool names_month(tw_str s, size_t i) {
    static const char starts[12][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                       "jul", "aug", "sep", "oct", "nov", "dec"};
    if (s.n - i < 3)
        return false;
    for (size_t m = 0; m < 12; m++)
        if ((s.p[i] | 32) == starts[m][0] && (s.p[i + 1] | 32) == starts[m][1] &&
            (s.p[i + 2] | 32) == starts[m][2])
            return true;
    return false;
}

/* A glance at the first few bytes that refuses most texts. */
static bool may_be_moment(tw_str s) {
    size_t digits = 0;
    while (digits < s.n && digits <= 8 && (unsigned char)(s.p[digits] - '0') <= 9)
        digits++;
    if (digits == 0 || digits == s.n)
        return digits == 8 || names_month(s, 0);
    char next = s.p[digits];
    bool mark = next == '-' || next == '/' || next == '.' || next == ' ';
    if (digits <= 2)
        return mark || next == ':' || names_month(s, digits);
    return digits == 4 && mark;
}

bool tw_date_shape_of(tw_str text, tw_date_shape *out) {
    *out = (tw_date_shape){.type = TW_DATE};
    if (text.n < 4 || text.n > 40 || !may_be_moment(text))
        return false;
    if (is_iso_date(text)) {
        add(out, YMD, 1, 0);
        return true;
    }
    cursor c = {text, 0, false};
    uint32_t flags = 0;
    if (take_clock(&c, &flags)) {
        out->type = TW_TIME;
        out->key[out->n++] = flags;
        return true;
    }
    c.i = 0;
    take_date(&c, out);
    if (c.may && out->n == 1)
        out->key[out->n++] = out->key[0] | LONG_MONTH;
    if (out->n == 0 || c.i == text.n)
        return out->n > 0;
    out->type = TW_DATETIME;
    flags = take(&c, 'T') ? JOIN_T : 0;
    if ((!flags && !take(&c, ' ')) || out->partial || !take_clock(&c, &flags))
        return false;
    for (unsigned i = 0; i < out->n; i++)
        out->key[i] |= flags;
    return true;
}

enum tw_type tw_date_key_type(uint32_t key) {
    if (!(key & ORDER_BITS))
        return TW_TIME;
    return key & CLOCK ? TW_DATETIME : TW_DATE;
}

bool tw_date_key_day_first(uint32_t key) {
    return (key & ORDER_BITS) < ORDERS && orders[key & ORDER_BITS].day_first;
}

bool tw_date_key_month_first(uint32_t key) {
    return (key & ORDER_BITS) < ORDERS && orders[key & ORDER_BITS].month_first;
}

uint32_t tw_date_key_union(uint32_t a, uint32_t b) {
    uint32_t mask = ~(uint32_t)OPTIONAL;
    return (a & mask) == (b & mask) ? a | b : 0;
}

typedef struct spelling {
    char *p;
    size_t n;
} spelling;

static void put(spelling *s, char c) {
    if (c && s->n + 1 < TW_DATE_PATTERN)
        s->p[s->n++] = c;
}

static void put_part(spelling *s, char letter) {
    put(s, '%');
    put(s, letter);
}

static void spell_date(spelling *s, uint32_t key) {
    char sep = separators[(key >> SEPARATOR_SHIFT & 7) % TW_COUNT(separators)];
    for (const char *p = orders[(key & ORDER_BITS) % ORDERS].parts; *p; p++) {
        if (*p == '?')
            put(s, sep);
        else if (*p == ',')
            put(s, key & COMMA ? ',' : 0);
        else
            put_part(s, *p == 'b' && key & LONG_MONTH ? 'B' : *p);
    }
}

static void spell_clock(spelling *s, uint32_t key) {
    put_part(s, key & HALF ? 'I' : 'H');
    put(s, ':');
    put_part(s, 'M');
    if (key & SECONDS) {
        put(s, ':');
        put_part(s, 'S');
    }
    if (key & FRACTION)
        put_part(s, 'f');
    if (key & HALF_BLANK)
        put(s, ' ');
    if (key & HALF)
        put_part(s, 'p');
    if (key & ZONE_BLANK)
        put(s, ' ');
    if (key & ZONE)
        put_part(s, 'z');
}

void tw_date_pattern(uint32_t key, char out[TW_DATE_PATTERN]) {
    spelling s = {out, 0};
    spell_date(&s, key);
    if (key & ORDER_BITS && key & CLOCK)
        put(&s, key & JOIN_T ? 'T' : ' ');
    if (key & CLOCK)
        spell_clock(&s, key);
    out[s.n] = 0;
}
