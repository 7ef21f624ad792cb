/* Reading and writing dates by pattern.
 *
 * A column of dates is parsed cell by cell, so the pattern is not compiled into an object that
 * someone would have to keep: it is walked beside the text, one switch a field, which takes about
 * as long. The usual ISO date is read without the walk. Reading is strict: what the pattern does
 * not say is refused, since a loose reader would turn a column of codes into dates. */
#include "base/calendar.h"

static const char *const month_names[12] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};
static const char *const weekday_names[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                             "Friday", "Saturday", "Sunday"};

/* ---- the calendar ---- */

int64_t tw_days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void tw_civil_from_days(int64_t days, int64_t *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = (int)(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
    int shifted = (5 * day_of_year + 2) / 153; /* months from March */
    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

int tw_weekday(int64_t days) {
    int64_t from_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday);
}

bool tw_civil_valid(int64_t year, int month, int day) {
    static const unsigned char lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1)
        return false;
    if (day <= lengths[month])
        return true;
    return month == 2 && day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* ---- reading ---- */

typedef struct moment {
    int year, month, day, hour, minute, second;
    int64_t fraction; /* microseconds */
    int zone;         /* minutes east */
    int half;         /* 0 none, 1 AM, 2 PM */
    bool twelve;      /* the hour is one of twelve */
} moment;

static inline bool digit_at(tw_str s, size_t i, int *value) {
    if (i >= s.n)
        return false;
    unsigned d = (unsigned char)s.p[i] - (unsigned)'0';
    *value = (int)d;
    return d <= 9;
}

/* Exactly n digits at *i. */
static inline bool take_fixed(tw_str s, size_t *i, size_t n, int *value) {
    unsigned total = 0, worst = 0;
    if (s.n - *i < n)
        return false;
    for (size_t k = 0; k < n; k++) {
        unsigned d = (unsigned char)s.p[*i + k] - (unsigned)'0';
        worst |= d > 9;
        total = total * 10 + d;
    }
    *i += n;
    *value = (int)total;
    return !worst;
}

/* One or two digits, two when `full`. */
static inline bool take_short(tw_str s, size_t *i, bool full, int *value) {
    int d = 0;
    if (full)
        return take_fixed(s, i, 2, value);
    if (!digit_at(s, *i, value))
        return false;
    ++*i;
    if (digit_at(s, *i, &d)) {
        *value = *value * 10 + d;
        ++*i;
    }
    return true;
}

/* One of the names, or of their first three letters; *value = its index. */
static bool take_name(tw_str s, size_t *i, const char *const *names, size_t n, bool whole,
                      int *value) {
    for (size_t k = 0; k < n; k++) {
        tw_str name = tw_str_c(names[k]);
        name.n = whole ? name.n : 3;
        if (s.n - *i < name.n || !tw_str_eq_nocase(tw_str_sub(s, *i, *i + name.n), name))
            continue;
        *i += name.n;
        *value = (int)k;
        return true;
    }
    return false;
}

static bool take_fraction(tw_str s, size_t *i, int64_t *micros) {
    int d = 0;
    if (*i >= s.n || (s.p[*i] != '.' && s.p[*i] != ','))
        return true;
    size_t first = ++*i;
    int64_t unit = 100000;
    for (; digit_at(s, *i, &d); ++*i) {
        *micros += unit * d;
        unit /= 10;
    }
    return *i > first;
}

static bool take_zone(tw_str s, size_t *i, int *minutes) {
    if (*i >= s.n)
        return true;
    char sign = s.p[*i];
    if (sign == 'Z' || sign == 'z')
        return ++*i;
    if (sign != '+' && sign != '-')
        return true;
    int hours = 0, rest = 0, d = 0;
    ++*i;
    if (!take_fixed(s, i, 2, &hours))
        return false;
    bool colon = *i < s.n && s.p[*i] == ':';
    *i += colon;
    if ((colon || digit_at(s, *i, &d)) && !take_fixed(s, i, 2, &rest))
        return false;
    *minutes = (hours * 60 + rest) * (sign == '-' ? -1 : 1);
    return hours <= 18 && rest < 60;
}

static bool take_half(tw_str s, size_t *i, int *half) {
    static const char *const halves[] = {"AM ", "PM "};
    if (s.n - *i < 2)
        return false;
    for (int k = 0; k < 2; k++)
        if (tw_str_eq_nocase(tw_str_sub(s, *i, *i + 2), (tw_str){halves[k], 2}))
            *half = k + 1;
    *i += 2;
    return *half != 0;
}

static bool is_numeric(char field) {
    switch (field) {
    case 'Y':
    case 'y':
    case 'm':
    case 'd':
    case 'H':
    case 'I':
    case 'M':
    case 'S':
        return true;
    default:
        return false;
    }
}

/* Read field `c` of the text at *i; `full`: it touches another number. */
static bool take_field(tw_str s, size_t *i, char c, bool full, moment *m) {
    int skipped = 0;
    switch (c) {
    case 'Y':
        return take_fixed(s, i, 4, &m->year);
    case 'y':
        if (!take_fixed(s, i, 2, &m->year))
            return false;
        m->year += m->year < 69 ? 2000 : 1900;
        return true;
    case 'm':
        return take_short(s, i, full, &m->month);
    case 'd':
        return take_short(s, i, full, &m->day);
    case 'H':
        return take_short(s, i, full, &m->hour);
    case 'I':
        m->twelve = true;
        return take_short(s, i, full, &m->hour) && m->hour >= 1 && m->hour <= 12;
    case 'M':
        return take_fixed(s, i, 2, &m->minute);
    case 'S':
        return take_fixed(s, i, 2, &m->second);
    case 'f':
        return take_fraction(s, i, &m->fraction);
    case 'z':
        return take_zone(s, i, &m->zone);
    case 'p':
        return take_half(s, i, &m->half);
    case 'b':
    case 'B':
        if (!take_name(s, i, month_names, 12, c == 'B', &m->month))
            return false;
        m->month++;
        return true;
    case 'a':
    case 'A':
        return take_name(s, i, weekday_names, 7, c == 'A', &skipped);
    case '%':
        return *i < s.n && s.p[(*i)++] == '%';
    default:
        return false;
    }
}

/* Walk pattern and text side by side. */
static bool take_moment(tw_str s, const char *pattern, moment *m) {
    size_t i = 0;
    bool touches = false; /* the field before was a number and ends here */
    for (const char *p = pattern; *p; p++) {
        if (*p != '%') {
            if (i >= s.n || s.p[i] != *p)
                return false;
            i++;
            touches = false;
            continue;
        }
        p += p[1] == '-' ? 2 : 1;
        bool number = is_numeric(*p), next = p[0] && p[1] == '%' && is_numeric(p[2]);
        if (!take_field(s, &i, *p, number && (touches || next), m))
            return false;
        touches = number;
    }
    return i == s.n;
}

static bool finish(const moment *m, int64_t *days, int64_t *micros) {
    int hour = m->hour;
    if (!tw_civil_valid(m->year, m->month, m->day) || hour > 23 || m->minute > 59 || m->second > 59)
        return false;
    if (m->twelve && !m->half)
        return false;
    if (m->half && hour > 12)
        return false;
    if (m->half)
        hour = hour % 12 + (m->half == 2 ? 12 : 0);
    int64_t day = tw_days_from_civil(m->year, m->month, m->day);
    int64_t time =
        ((hour * INT64_C(60) + m->minute - m->zone) * 60 + m->second) * 1000000 + m->fraction;
    if (time < 0 || time >= TW_DAY_MICROS) { /* only a zone moves it out of the day */
        int64_t step = time < 0 ? -1 : 1;
        day += step;
        time -= step * TW_DAY_MICROS;
    }
    *days = day;
    if (micros)
        *micros = time;
    return true;
}

/* "YYYY-MM-DD" and nothing else. */
static inline bool iso_date(tw_str s, moment *m) {
    size_t i = 0;
    return take_fixed(s, &i, 4, &m->year) && s.p[i++] == '-' && take_fixed(s, &i, 2, &m->month) &&
           s.p[i++] == '-' && take_fixed(s, &i, 2, &m->day);
}

bool tw_parse_time(tw_str s, const char *pattern, int64_t *days, int64_t *micros_of_day) {
    moment m = {.year = 1970, .month = 1, .day = 1};
    bool iso = s.n == 10 && memcmp(pattern, "%Y-%m-%d", 6) == 0 &&
               strcmp(pattern, "%Y-%m-%d") == 0 && iso_date(s, &m);
    if (!iso && !take_moment(s, pattern, &m))
        return false;
    return finish(&m, days, micros_of_day);
}

/* ---- writing ---- */

typedef struct writer {
    char *out;
    size_t n, size;
} writer;

static void put(writer *w, const char *bytes, size_t n) {
    for (size_t i = 0; i < n && w->n + 1 < w->size; i++)
        w->out[w->n++] = bytes[i];
}

static void put_number(writer *w, int64_t value, int width) {
    char text[24], *end = text + sizeof text, *p = end;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (; size || end - p < width; size /= 10)
        *--p = (char)('0' + size % 10);
    if (value < 0)
        *--p = '-';
    put(w, p, (size_t)(end - p));
}

static void put_fraction(writer *w, int64_t micros) {
    int width = 6;
    if (micros == 0)
        return;
    for (; micros % 10 == 0; micros /= 10)
        width--;
    put(w, ".", 1);
    put_number(w, micros, width);
}

static void put_name(writer *w, const char *name, bool whole) {
    put(w, name, whole ? strlen(name) : 3);
}

/* Days and microseconds taken apart. */
typedef struct parts {
    int64_t year;
    int month, day, hour, minute, second, micros, weekday;
} parts;

static parts take_apart(int64_t days, int64_t micros) {
    parts t = {.weekday = tw_weekday(days), .micros = (int)(micros % 1000000)};
    int seconds = (int)(micros / 1000000);
    tw_civil_from_days(days, &t.year, &t.month, &t.day);
    t.hour = seconds / 3600;
    t.minute = seconds / 60 % 60;
    t.second = seconds % 60;
    return t;
}

static void put_field(writer *w, char c, bool bare, const parts *t) {
    int two = bare ? 1 : 2;
    switch (c) {
    case 'Y':
        put_number(w, t->year, 4);
        break;
    case 'y':
        put_number(w, (t->year % 100 + 100) % 100, 2);
        break;
    case 'm':
        put_number(w, t->month, two);
        break;
    case 'd':
        put_number(w, t->day, two);
        break;
    case 'H':
        put_number(w, t->hour, two);
        break;
    case 'I':
        put_number(w, t->hour % 12 ? t->hour % 12 : 12, two);
        break;
    case 'M':
        put_number(w, t->minute, 2);
        break;
    case 'S':
        put_number(w, t->second, 2);
        break;
    case 'f':
        put_fraction(w, t->micros);
        break;
    case 'z':
        put(w, "Z", 1);
        break;
    case 'p':
        put(w, t->hour < 12 ? "AM" : "PM", 2);
        break;
    case 'b':
    case 'B':
        put_name(w, month_names[t->month - 1], c == 'B');
        break;
    case 'a':
    case 'A':
        put_name(w, weekday_names[t->weekday], c == 'A');
        break;
    default:
        put(w, "%", 1);
        break;
    }
}

size_t tw_format_time(char *out, size_t size, const char *pattern, int64_t days,
                      int64_t micros_of_day) {
    if (size == 0)
        return 0;
    if (!pattern)
        pattern = micros_of_day ? "%Y-%m-%dT%H:%M:%S%f" : "%Y-%m-%d";
    writer w = {out, 0, size};
    parts t = take_apart(days, micros_of_day);
    for (const char *p = pattern; *p; p++) {
        if (*p != '%' || !p[1]) {
            put(&w, p, 1);
            continue;
        }
        bool bare = *++p == '-' && p[1];
        p += bare;
        put_field(&w, *p, bare, &t);
    }
    out[w.n] = '\0';
    return w.n;
}

size_t tw_format_date_iso(char out[32], int64_t days) {
    return tw_format_time(out, 32, "%Y-%m-%d", days, 0);
}

size_t tw_format_datetime_iso(char out[48], int64_t micros) {
    int64_t days = micros / TW_DAY_MICROS, rest = micros % TW_DAY_MICROS;
    if (rest < 0) {
        rest += TW_DAY_MICROS;
        days--;
    }
    return tw_format_time(out, 48, "%Y-%m-%dT%H:%M:%S%f", days, rest);
}

/* ---- patterns for sniffing ---- */

const char *const tw_date_patterns[] = {
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y",     "%d.%m.%Y",      "%d-%m-%Y",  "%m-%d-%Y",  "%Y/%m/%d",
    "%Y.%m.%d", "%Y%m%d",   "%d/%m/%y",     "%m/%d/%y",      "%d.%m.%y",  "%d-%m-%y",  "%m-%d-%y",
    "%y-%m-%d", "%y/%m/%d", "%d %b %Y",     "%d %B %Y",      "%b %d, %Y", "%B %d, %Y", "%b %d %Y",
    "%B %d %Y", "%d-%b-%Y", "%d-%b-%y",     "%d %b %y",      "%d/%b/%Y",  "%d. %B %Y", "%d. %b %Y",
    "%d-%B-%Y", "%Y-%b-%d", "%a, %d %b %Y", "%A, %B %d, %Y", NULL};

/* The ways a time follows a date; those with a zone come behind those without, which are written
 * without. */
#define WITH_TIMES(date)                                                                           \
    date " %H:%M:%S%f", date " %H:%M", date " %I:%M:%S%f %p", date " %I:%M %p",                    \
        date " %H:%M:%S%f%z", date " %H:%M%z"
#define WITH_T_TIMES(date) date "T%H:%M:%S%f", date "T%H:%M:%S%f%z", date "T%H:%M", date "T%H:%M%z"

const char *const tw_datetime_patterns[] = {WITH_T_TIMES("%Y-%m-%d"),
                                            WITH_TIMES("%Y-%m-%d"),
                                            WITH_TIMES("%d/%m/%Y"),
                                            WITH_TIMES("%m/%d/%Y"),
                                            WITH_TIMES("%d.%m.%Y"),
                                            WITH_TIMES("%d-%m-%Y"),
                                            WITH_TIMES("%m-%d-%Y"),
                                            WITH_TIMES("%Y/%m/%d"),
                                            WITH_TIMES("%Y.%m.%d"),
                                            WITH_TIMES("%d/%m/%y"),
                                            WITH_TIMES("%m/%d/%y"),
                                            WITH_TIMES("%d.%m.%y"),
                                            WITH_TIMES("%d-%m-%y"),
                                            WITH_TIMES("%d %b %Y"),
                                            WITH_TIMES("%b %d, %Y"),
                                            WITH_TIMES("%b %d %Y"),
                                            WITH_TIMES("%d-%b-%Y"),
                                            WITH_TIMES("%d-%b-%y"),
                                            WITH_TIMES("%d %B %Y"),
                                            WITH_TIMES("%B %d, %Y"),
                                            WITH_TIMES("%B %d %Y"),
                                            WITH_TIMES("%Y%m%d"),
                                            WITH_T_TIMES("%Y/%m/%d"),
                                            "%d.%m.%Y, %H:%M:%S%f",
                                            "%d.%m.%Y, %H:%M",
                                            "%d/%m/%Y, %H:%M:%S%f",
                                            "%d/%m/%Y, %H:%M",
                                            "%m/%d/%Y, %I:%M:%S %p",
                                            "%m/%d/%Y, %I:%M %p",
                                            "%m/%d/%Y %I:%M:%S%p",
                                            "%m/%d/%Y %I:%M%p",
                                            "%Y-%m-%d %H:%M:%S%f %z",
                                            "%Y-%m-%d %H:%M:%S%f UTC",
                                            "%Y%m%dT%H%M%S%f",
                                            "%Y%m%dT%H%M%S%f%z",
                                            "%Y%m%d%H%M%S",
                                            "%d/%b/%Y:%H:%M:%S %z",
                                            "%a, %d %b %Y %H:%M:%S %z",
                                            "%a, %d %b %Y %H:%M:%S GMT",
                                            "%a %b %d %H:%M:%S %Y",
                                            NULL};

const char *const tw_time_patterns[] = {
    "%H:%M:%S%f", "%H:%M", "%I:%M:%S%f %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", NULL};
