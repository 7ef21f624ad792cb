/* Dates: the calendar day by day, patterns read and written, what is refused. */
#include "base/calendar.h"

#include "../tap.h"

enum { HOUR = 3600, MINUTE = 60 };

static int64_t micros(int hour, int minute, int second) {
    return (hour * (int64_t)HOUR + minute * (int64_t)MINUTE + second) * 1000000;
}

/* A counter that walks the calendar by its rules, from 1600 to 2800. */
static void day_by_day(void) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = tw_days_from_civil(1600, 1, 1), wrong = 0;
    int weekday = 5; /* 1600-01-01 was a Saturday */
    for (int y = 1600; y < 2800; y++)
        for (int m = 1; m <= 12; m++) {
            bool leap = y % 400 == 0 || (y % 4 == 0 && y % 100 != 0);
            int length = lengths[m - 1] + (leap && m == 2);
            for (int d = 1; d <= length; d++, days++, weekday = (weekday + 1) % 7) {
                int64_t year;
                int month, day;
                tw_civil_from_days(days, &year, &month, &day);
                wrong += year != y || month != m || day != d || tw_days_from_civil(y, m, d) != days;
                wrong += tw_weekday(days) != weekday || !tw_civil_valid(y, m, d);
            }
            wrong += tw_civil_valid(y, m, length + 1) || tw_civil_valid(y, m, 0);
        }
    is_int(wrong, 0, "1200 years, both ways, with their weekdays");
    is_int(tw_days_from_civil(1970, 1, 1), 0, "the epoch");
    is_int(tw_days_from_civil(2000, 3, 1), 11017, "a day behind a leap day");
    is_int(tw_days_from_civil(0, 1, 1), -719528, "the year 0");
    int64_t year;
    int month, day;
    tw_civil_from_days(tw_days_from_civil(-4800, 2, 29), &year, &month, &day);
    ok(year == -4800 && month == 2 && day == 29, "far back");
    is_int(tw_weekday(-1), 2, "31 December 1969 was a Wednesday");
    ok(!tw_civil_valid(1900, 2, 29) && tw_civil_valid(2000, 2, 29) && !tw_civil_valid(2000, 13, 1),
       "leap days");
}

static void reads(const char *text, const char *pattern, const char *want) {
    char out[64] = "refused";
    int64_t days = 0, time = 0;
    if (tw_parse_time(tw_str_c(text), pattern, &days, &time))
        tw_format_time(out, sizeof out, "%Y-%m-%d %H:%M:%S%f", days, time);
    is_text(tw_str_c(out), want, pattern);
}

static void patterns(void) {
    reads("2024-02-29", "%Y-%m-%d", "2024-02-29 00:00:00");
    reads("2024-2-3", "%Y-%m-%d", "2024-02-03 00:00:00");
    reads("31/12/1999", "%d/%m/%Y", "1999-12-31 00:00:00");
    reads("1.2.03", "%d.%m.%y", "2003-02-01 00:00:00");
    reads("01.02.69", "%d.%m.%y", "1969-02-01 00:00:00");
    reads("01.02.68", "%d.%m.%y", "2068-02-01 00:00:00");
    reads("20240105", "%Y%m%d", "2024-01-05 00:00:00");
    reads("240105", "%y%m%d", "2024-01-05 00:00:00");
    reads("5 mar 2021", "%d %b %Y", "2021-03-05 00:00:00");
    reads("SEPTEMBER 9, 2021", "%B %d, %Y", "2021-09-09 00:00:00");
    reads("May 1, 2020", "%b %d, %Y", "2020-05-01 00:00:00");
    reads("2024-01-05T10:11:12.5", "%Y-%m-%dT%H:%M:%S%f", "2024-01-05 10:11:12.5");
    reads("2024-01-05T10:11:12,123456789", "%Y-%m-%dT%H:%M:%S%f", "2024-01-05 10:11:12.123456");
    reads("2024-01-05T10:11:12", "%Y-%m-%dT%H:%M:%S%f", "2024-01-05 10:11:12");
    reads("2024-01-05T10:11:12Z", "%Y-%m-%dT%H:%M:%S%f%z", "2024-01-05 10:11:12");
    reads("2024-01-01T00:30:00+02:00", "%Y-%m-%dT%H:%M:%S%z", "2023-12-31 22:30:00");
    reads("2024-12-31T23:30:00-0130", "%Y-%m-%dT%H:%M:%S%z", "2025-01-01 01:00:00");
    reads("2024-01-01 05:00 +05", "%Y-%m-%d %H:%M %z", "2024-01-01 00:00:00");
    reads("1/2/2024 12:05 AM", "%m/%d/%Y %I:%M %p", "2024-01-02 00:05:00");
    reads("1/2/2024 12:05 pm", "%m/%d/%Y %I:%M %p", "2024-01-02 12:05:00");
    reads("1/2/2024 1:05PM", "%m/%d/%Y %I:%M%p", "2024-01-02 13:05:00");
    reads("10/Oct/2000:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z", "2000-10-10 20:55:36");
    reads("Tue, 05 Mar 2024 01:02:03 GMT", "%a, %d %b %Y %H:%M:%S GMT", "2024-03-05 01:02:03");
    reads("23:59:59", "%H:%M:%S", "1970-01-01 23:59:59");
    reads("100%", "1%d%%", "refused");
    reads("10%", "%d%%", "1970-01-10 00:00:00");
    reads("5/3/2024", "%-d/%-m/%Y", "2024-03-05 00:00:00");
}

static void refusals(void) {
    static const struct {
        const char *text, *pattern;
    } rows[] = {
        {"", "%Y-%m-%d"},
        {"2023-02-29", "%Y-%m-%d"},
        {"2024-13-01", "%Y-%m-%d"},
        {"2024-00-10", "%Y-%m-%d"},
        {"2024-01-32", "%Y-%m-%d"},
        {"24-01-01", "%Y-%m-%d"},
        {"2024-01-01 ", "%Y-%m-%d"},
        {"2024-01-01x", "%Y-%m-%d"},
        {"2024/01/01", "%Y-%m-%d"},
        {"2024-01-", "%Y-%m-%d"},
        {"2024-1-001", "%Y-%m-%d"},
        {"20240-1-01", "%Y-%m-%d"},
        {"2024 01-01", "%Y-%m-%d"},
        {"2024-01/01", "%Y-%m-%d"},
        {"2024-0a-01", "%Y-%m-%d"},
        {"2024110", "%Y%m%d"},
        {"202401051", "%Y%m%d"},
        {"1.2.3", "%d.%m.%y"},
        {"5 Mrz 2021", "%d %b %Y"},
        {"5 Marc 2021", "%d %b %Y"},
        {"24:00", "%H:%M"},
        {"12:60", "%H:%M"},
        {"12:5", "%H:%M"},
        {"12:00:60", "%H:%M:%S"},
        {"13:00 PM", "%I:%M %p"},
        {"0:30 AM", "%I:%M %p"},
        {"10:30 XM", "%I:%M %p"},
        {"10:30", "%I:%M"},
        {"10:30:00.", "%H:%M:%S%f"},
        {"10:30+2:00", "%H:%M%z"},
        {"10:30+02:60", "%H:%M%z"},
        {"10:30+19:00", "%H:%M%z"},
        {"10:30+02:", "%H:%M%z"},
        {"1", "%q"},
        {"1", "%"},
        {"%", "%"},
        {"-1", "%d"},
    };
    int64_t days = 77, time = 88;
    for (size_t i = 0; i < TW_COUNT(rows); i++)
        ok(!tw_parse_time(tw_str_c(rows[i].text), rows[i].pattern, &days, &time), "'%s' is no %s",
           rows[i].text, rows[i].pattern);
    ok(days == 77 && time == 88, "refusing leaves the results alone");
}

/* The short cut for ISO dates takes what the walk takes. */
static void iso_short_cut_agrees(void) {
    size_t wrong = 0;
    for (size_t at = 0; at < 10; at++)
        for (int c = 0; c < 256; c++) {
            char text[] = "2024-01-05";
            int64_t a = -1, b = -1;
            text[at] = (char)c;
            bool fast = tw_parse_time((tw_str){text, 10}, "%Y-%m-%d", &a, NULL);
            bool walk = tw_parse_time((tw_str){text, 10}, "%Y-%-m-%d", &b, NULL);
            wrong += fast != walk || a != b;
        }
    is_int(wrong, 0, "for any byte at any place");
}

static void listed_patterns_read_what_they_write(void) {
    const char *const *lists[] = {tw_date_patterns, tw_datetime_patterns, tw_time_patterns};
    size_t wrong = 0;
    for (size_t l = 0; l < 3; l++)
        for (const char *const *p = lists[l]; *p; p++) {
            char text[64];
            int64_t day = tw_days_from_civil(2024, 9, 7), time = l ? micros(13, 5, 0) : 0,
                    days = -1, back = -1;
            size_t n = tw_format_time(text, sizeof text, *p, day, time);
            bool good = tw_parse_time((tw_str){text, n}, *p, &days, &back) && back == time;
            good = good && days == (l == 2 ? 0 : day);
            wrong += !good;
            if (!good)
                printf("# %s wrote '%s'\n", *p, text);
        }
    is_int(wrong, 0, "every listed pattern");
    is_text(tw_str_c(tw_date_patterns[0]), "%Y-%m-%d", "ISO stands first");
}

/* A text that two patterns of one list take must be ambiguous to people too. */
static void no_pattern_is_listed_twice(void) {
    const char *const *lists[] = {tw_date_patterns, tw_datetime_patterns, tw_time_patterns};
    size_t twice = 0;
    for (size_t l = 0; l < 3; l++)
        for (const char *const *p = lists[l]; *p; p++)
            for (const char *const *q = p + 1; *q; q++)
                twice += strcmp(*p, *q) == 0;
    is_int(twice, 0, "no pattern is listed twice");
}

static void writes(const char *pattern, int64_t days, int64_t time, const char *want) {
    char text[80];
    size_t n = tw_format_time(text, sizeof text, pattern, days, time);
    is_text(tw_str_sub(tw_str_c(text), 0, n), want, pattern ? pattern : "ISO");
}

static void writing(void) {
    int64_t day = tw_days_from_civil(2024, 3, 5), time = micros(0, 7, 9) + 120000;
    writes(NULL, day, 0, "2024-03-05");
    writes(NULL, day, time, "2024-03-05T00:07:09.12");
    writes("%-d/%-m/%y %-I:%M %p", day, time, "5/3/24 12:07 AM");
    writes("%A, %B %d, %Y", day, 0, "Tuesday, March 05, 2024");
    writes("%d-%b-%Y %H:%M:%S%f%z", day, time, "05-Mar-2024 00:07:09.12Z");
    writes("100%% %Y%", day, 0, "100% 2024%");
    writes("%Y-%m-%d", tw_days_from_civil(33, 4, 3), 0, "0033-04-03");
    writes("%Y-%m-%d", tw_days_from_civil(-44, 3, 15), 0, "-0044-03-15");
    writes("%Y-%m-%d", tw_days_from_civil(12345, 1, 2), 0, "12345-01-02");
    char text[48];
    is_int(tw_format_time(text, 6, "%Y-%m-%d", day, 0), 5, "a small buffer takes what fits");
    is_text(tw_str_c(text), "2024-", "and is terminated");
    is_int(tw_format_time(text, 0, "%Y", day, 0), 0, "no buffer");
    tw_format_date_iso(text, -1);
    is_text(tw_str_c(text), "1969-12-31", "a day as ISO");
    tw_format_datetime_iso(text, -1);
    is_text(tw_str_c(text), "1969-12-31T23:59:59.999999", "a microsecond before the epoch");
    tw_format_datetime_iso(text, INT64_MAX);
    is_text(tw_str_c(text), "294247-01-10T04:00:54.775807", "the last moment");
}

int main(void) {
    day_by_day();
    patterns();
    refusals();
    iso_short_cut_agrees();
    listed_patterns_read_what_they_write();
    no_pattern_is_listed_twice();
    writing();
    return tap_done();
}
