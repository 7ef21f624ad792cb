/* Dates and times of a fixed width, read by position: "%Y-%m-%d %H:%M:%S" and whatever else has a
 * place for every digit.
 *
 * A layout is made once for a column. Text that does not fill it exactly ("1/2/2020" for
 * "%d/%m/%Y") is not refused but left to tw_parse_time, which means the same. Pure values. */
#ifndef TW_IO_TIME_LAYOUT_H
#define TW_IO_TIME_LAYOUT_H

#include "base/calendar.h"
#include "data/cell16.h"
#include "data/type.h"

enum { TW_LAYOUT_MAX = 24 };

typedef struct tw_time_layout {
    uint8_t n;           /* bytes of the text; 0 = the pattern has no fixed layout */
    bool zone;           /* a Z may follow */
    uint8_t iso;         /* kind of io/infer_tally.h that it reads, TW_ISO_KINDS = none */
    enum tw_type type;   /* TW_DATE, TW_TIME or TW_DATETIME: what the value counts */
    uint8_t year_digits; /* 0, 2 or 4 */
    int8_t year, month, day, hour, minute, second; /* where they stand; -1 = not in the pattern */
    unsigned digits[2]; /* of the first and of the last sixteen bytes: which are digits, … */
    tw_cell16 mark[2], marks[2]; /* … what the others are, and the bytes they take */
} tw_time_layout;

/* Layout of a column's pattern (NULL: the type's own where that is one). */
tw_time_layout tw_time_layout_of(enum tw_type type, const char *pattern);
static inline bool tw_layout_fits(const tw_time_layout *l, int end, tw_cell16 c) {
    bool digits = (tw_cell16_digits(c) & l->digits[end]) == l->digits[end];
    return digits && ((c.lo ^ l->mark[end].lo) & l->marks[end].lo) == 0 &&
           ((c.hi ^ l->mark[end].hi) & l->marks[end].hi) == 0;
}

static inline int tw_layout_two(const char *p, int8_t at, int none) {
    return at < 0 ? none : (p[at] - '0') * 10 + (p[at + 1] - '0');
}

static inline int tw_layout_year(const tw_time_layout *l, const char *p) {
    if (l->year_digits == 4)
        return tw_layout_two(p, l->year, 0) * 100 + tw_layout_two(p, (int8_t)(l->year + 2), 0);
    int year = tw_layout_two(p, l->year, 1970);
    return l->year_digits == 0 ? year : year + (year < 69 ? 2000 : 1900);
}

/* As tw_days_from_civil for years 0 to 9999, in 32 bits. */
static inline int32_t tw_layout_days(int year, int month, int day) {
    uint32_t y = (uint32_t)(year + 400 - (month <= 2)); /* one era more, so that none is negative */
    uint32_t of_year = (uint32_t)((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1);
    return (int32_t)(y * 365 + y / 4 - y / 100 + y / 400 + of_year) - 719468 - 146097;
}

static inline bool tw_layout_valid(int year, int month, int day) {
    static const uint8_t length[16] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month <= 12 && day >= 1 && day <= length[month & 15] + leap;
}

/* Value of a text that fills the layout; c holds its first bytes. False: ask tw_parse_time. */
__attribute__((always_inline)) static inline bool
tw_time_layout_read(const tw_time_layout *l, tw_str text, tw_cell16 c, int64_t *value) {
    const char *p = text.p;
    bool zulu = l->zone && text.n == l->n + 1u && p[l->n] == 'Z';
    if (text.n != l->n && !zulu)
        return false;
    if (!tw_layout_fits(l, 0, c) ||
        (l->n > 16 && !tw_layout_fits(l, 1, tw_cell16_of((tw_str){p + l->n - 16, 16}, 16))))
        return false;
    int year = tw_layout_year(l, p), month = tw_layout_two(p, l->month, 1),
        day = tw_layout_two(p, l->day, 1);
    int hour = tw_layout_two(p, l->hour, 0), minute = tw_layout_two(p, l->minute, 0),
        second = tw_layout_two(p, l->second, 0);
    if (!tw_layout_valid(year, month, day) || hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t days = tw_layout_days(year, month, day);
    int64_t micros = ((int64_t)hour * 3600 + minute * 60 + second) * 1000000;
    *value = l->type == TW_DATE   ? days
             : l->type == TW_TIME ? micros
                                  : days * TW_DAY_MICROS + micros;
    return true;
}

#endif
