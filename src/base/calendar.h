/* Dates and times in the proleptic Gregorian calendar: days and microseconds since 1970-01-01, no
 * zone.
 *
 * Patterns are text such as "%Y-%m-%d", "%d.%m.%y", "%m/%d/%Y %H:%M", "%b %d, %Y",
 * "%Y-%m-%dT%H:%M:%S%f%z": %Y four digits, %y two (69-99 -> 19xx); %m %d %H %I one or two digits,
 * %M %S two; %b %B English month names, short and long, %a %A weekday names (read, not checked),
 * any case; %p AM or PM; %f a fraction with its '.' or ',' or nothing (beyond microseconds it is
 * cut); %z Z, +hh:mm, +hhmm, +hh or nothing: applied, so that the time read is UTC; written as Z;
 * %% a '%'. Numbers that touch ("%Y%m%d") take their full width. Writing pads with zeros unless
 * there is a '-': "%-d/%-m/%Y". Anything else stands for itself. Days-from-civil after Hinnant's
 * public-domain algorithm. Pure functions. */
#ifndef TW_BASE_CALENDAR_H
#define TW_BASE_CALENDAR_H

#include "base/str.h"

#define TW_DAY_MICROS INT64_C(86400000000)

int64_t tw_days_from_civil(int64_t year, int month, int day);
void tw_civil_from_days(int64_t days, int64_t *year, int *month, int *day);
int tw_weekday(int64_t days); /* 0 = Monday */
bool tw_civil_valid(int64_t year, int month, int day);

/* Parse all of s by pattern; days (and micros of the day) out. False when it does not fit or no
 * such day exists; a pattern without a date gives day 0. */
bool tw_parse_time(tw_str s, const char *pattern, int64_t *days, int64_t *micros_of_day);
/* Text of a date/datetime by pattern, at most size - 1 bytes; returns the length. NULL pattern =
 * ISO, with the time when it is not midnight. */
size_t tw_format_time(char *out, size_t size, const char *pattern, int64_t days,
                      int64_t micros_of_day);
/* ISO forms used in JSON and messages. */
size_t tw_format_date_iso(char out[32], int64_t days);
size_t tw_format_datetime_iso(char out[48], int64_t micros);

/* Patterns tried while sniffing, most usual first, NULL at the end. */
extern const char *const tw_date_patterns[];
extern const char *const tw_datetime_patterns[];
extern const char *const tw_time_patterns[];

#endif
