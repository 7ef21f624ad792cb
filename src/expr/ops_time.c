/* Functions of dates, times of day and datetimes, without zones.
 *
 * Units come first ('month', …) as in DuckDB and PostgreSQL: date_diff counts boundaries crossed, age() counts whole years
 * lived. Adding months keeps the day or takes the month's last. Dates outside the years 1 to 9999 and text that is no
 * date become missing and are counted. Weeks begin on Monday, weekday() is 1 to 7 from Monday (ISO 8601). */
#include "expr/ops.h"

#include "base/calendar.h"

#define EACH_VALID(call)                                                                           \
    for (size_t w = 0; w < (call)->words; w++)                                                     \
        for (uint64_t left = (call)->out.valid[w]; left; left &= left - 1)
#define ROW (64 * w + (size_t)__builtin_ctzll(left))
#define DROP_BAD() (call->faults->bad_date += tw_call_drop(call, w, left & -left))

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* 0001-01-01, 9999-12-31 */
static const int64_t second = 1000000;

typedef struct civil {
    int64_t year;
    int month, day;
} civil;

static civil civil_of(int64_t days) {
    civil c = {0};
    tw_civil_from_days(days, &c.year, &c.month, &c.day);
    return c;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}
static int64_t day_of(int64_t micros) {
    return floor_div(micros, TW_DAY_MICROS);
}
static bool day_fits(int64_t days) {
    return days >= FIRST_DAY && days <= LAST_DAY;
}

/* Parts of a day or of the time within it. */
static int64_t year_part(int64_t days) {
    return civil_of(days).year;
}
static int64_t month_part(int64_t days) {
    return civil_of(days).month;
}
static int64_t day_part(int64_t days) {
    return civil_of(days).day;
}
static int64_t quarter_part(int64_t days) {
    return (civil_of(days).month + 2) / 3;
}
static int64_t weekday_part(int64_t days) {
    return tw_weekday(days) + 1;
}
static int64_t yearday_part(int64_t days) {
    return days - tw_days_from_civil(civil_of(days).year, 1, 1) + 1;
}
static int64_t hour_part(int64_t micros) {
    return micros / (3600 * second);
}
static int64_t minute_part(int64_t micros) {
    return micros / (60 * second) % 60;
}
static int64_t second_part(int64_t micros) {
    return micros / second % 60;
}

#define PART_OF_DAY(name)                                                                          \
    static void name##_d(tw_call *call) {                                                          \
        tw_call_valid(call);                                                                       \
        EACH_VALID(call)                                                                           \
        call->out.i[ROW] = name##_part(call->args[0].i[ROW]);                                      \
    }                                                                                              \
    static void name##_s(tw_call *call) {                                                          \
        tw_call_valid(call);                                                                       \
        EACH_VALID(call)                                                                           \
        call->out.i[ROW] = name##_part(day_of(call->args[0].i[ROW]));                              \
    }
#define PART_OF_TIME(name)                                                                         \
    static void name##_s(tw_call *call) {                                                          \
        tw_call_valid(call);                                                                       \
        EACH_VALID(call) {                                                                         \
            int64_t micros = call->args[0].i[ROW];                                                 \
            call->out.i[ROW] = name##_part(micros - day_of(micros) * TW_DAY_MICROS);               \
        }                                                                                          \
    }
PART_OF_DAY(year)
PART_OF_DAY(month)
PART_OF_DAY(day)
PART_OF_DAY(quarter)
PART_OF_DAY(weekday)
PART_OF_DAY(yearday)
PART_OF_TIME(hour)
PART_OF_TIME(minute)
PART_OF_TIME(second)

static void same(tw_call *call) {
    tw_call_valid(call);
    memcpy(call->out.i, call->args[0].i, call->rows * sizeof(int64_t));
}
static void date_s(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = day_of(call->args[0].i[ROW]);
}
static void datetime_d(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t days = call->args[0].i[ROW];
        if (day_fits(days))
            call->out.i[ROW] = days * TW_DAY_MICROS;
        else
            DROP_BAD();
    }
}
static void time_s(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t micros = call->args[0].i[ROW];
        call->out.i[ROW] = micros - day_of(micros) * TW_DAY_MICROS;
    }
}

static const char *const iso_dates[] = {"%Y-%m-%d", NULL};
static const char *const iso_datetimes[] = {"%Y-%m-%dT%H:%M:%S%f%z", "%Y-%m-%d %H:%M:%S%f%z", "%Y-%m-%dT%H:%M",
                                            "%Y-%m-%d %H:%M", "%Y-%m-%d", NULL};
static const char *const iso_times[] = {"%H:%M:%S%f", "%H:%M", NULL};

static bool parse_any(tw_str s, const char *const *patterns, int64_t *days, int64_t *micros) {
    s = tw_str_trim(s);
    for (size_t i = 0; patterns[i]; i++) {
        *days = *micros = 0;
        if (tw_parse_time(s, patterns[i], days, micros))
            return day_fits(*days);
    }
    return false;
}

/* What of (days, micros of the day) a type keeps. */
typedef int64_t (*keep_fn)(int64_t days, int64_t micros);
static int64_t keep_date(int64_t days, int64_t micros) {
    (void)micros;
    return days;
}
static int64_t keep_datetime(int64_t days, int64_t micros) {
    return days * TW_DAY_MICROS + micros;
}
static int64_t keep_time(int64_t days, int64_t micros) {
    (void)days;
    return micros;
}

static void parse_texts(tw_call *call, const char *const *patterns, keep_fn keep) {
    const char *const given[] = {call->data, NULL};
    int64_t days, micros;
    tw_call_valid(call);
    EACH_VALID(call) {
        if (parse_any(call->args[0].s[ROW], call->data ? given : patterns, &days, &micros))
            call->out.i[ROW] = keep(days, micros);
        else
            DROP_BAD();
    }
}
static void date_t(tw_call *call) {
    parse_texts(call, iso_dates, keep_date);
}
static void datetime_t(tw_call *call) {
    parse_texts(call, iso_datetimes, keep_datetime);
}
static void time_t_(tw_call *call) {
    parse_texts(call, iso_times, keep_time);
}

static enum tw_rc prepare_pattern(const tw_cell *constants, size_t n, void **data, tw_error *err) {
    (void)n;
    *data = tw_str_dup(constants[0].text);
    return *data ? TW_OK : tw_fail_memory(err);
}

static void format_times(tw_call *call, bool datetime) {
    char text[256];
    tw_call_valid(call);
    memset(call->out.s, 0, call->rows * sizeof(tw_str));
    EACH_VALID(call) {
        int64_t value = call->args[0].i[ROW], days = datetime ? day_of(value) : value;
        int64_t micros = datetime ? value - days * TW_DAY_MICROS : 0;
        size_t length = tw_format_time(text, sizeof text, call->data, days, micros);
        tw_str copy = tw_arena_str(call->texts, (tw_str){text, length});
        call->failed |= !copy.p;
        call->out.s[ROW] = copy;
    }
}
static void strftime_d(tw_call *call) {
    format_times(call, false);
}
static void strftime_s(tw_call *call) {
    format_times(call, true);
}

static void make_date(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t year = call->args[0].i[ROW], month = call->args[1].i[ROW], day = call->args[2].i[ROW];
        bool good = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
                    tw_civil_valid(year, (int)month, (int)day);
        if (good)
            call->out.i[ROW] = tw_days_from_civil(year, (int)month, (int)day);
        else
            DROP_BAD();
    }
}

/* Units: how many of which base they are made of. */
enum base { MONTHS, DAYS, MICROS };
typedef struct unit {
    const char *name;
    enum base base;
    int64_t size;
} unit;
static const unit units[] = {
    {"year", MONTHS, 12}, {"quarter", MONTHS, 3},                {"month", MONTHS, 1},
    {"week", DAYS, 7},    {"day", DAYS, 1},                      {"hour", MICROS, INT64_C(3600000000)},
    {"minute", MICROS, 60000000}, {"second", MICROS, 1000000},
};

static enum tw_rc find_unit(tw_str word, bool with_time, void **data, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(units); i++) {
        bool plural = word.n && word.p[word.n - 1] == 's';
        tw_str stem = {word.p, word.n - plural};
        if (!tw_str_eq_nocase(word, tw_str_c(units[i].name)) && !tw_str_eq_nocase(stem, tw_str_c(units[i].name)))
            continue;
        if (units[i].base == MICROS && !with_time)
            return tw_fail(err, TW_EPARSE, "a date has no %s; write datetime(column) to count them", units[i].name);
        unit *copy = tw_calloc(1, sizeof *copy);
        if (!copy)
            return tw_fail_memory(err);
        *copy = units[i];
        *data = copy;
        return TW_OK;
    }
    return tw_fail(err, TW_EPARSE, "'%.*s' is no unit; write year, quarter, month, week, day, hour, minute or second",
                   (int)TW_MIN(word.n, (size_t)40), word.p);
}
static enum tw_rc prepare_day_unit(const tw_cell *constants, size_t n, void **data, tw_error *err) {
    (void)n;
    return find_unit(constants[0].text, false, data, err);
}
static enum tw_rc prepare_any_unit(const tw_cell *constants, size_t n, void **data, tw_error *err) {
    (void)n;
    return find_unit(constants[0].text, true, data, err);
}

static int64_t month_number(int64_t days) {
    civil c = civil_of(days);
    return c.year * 12 + c.month - 1;
}
/* Which unit of its kind a moment lies in; differences count boundaries. */
static int64_t ordinal(const unit *u, int64_t days, int64_t micros) {
    if (u->base == MONTHS)
        return floor_div(month_number(days), u->size);
    if (u->base == DAYS)
        return floor_div(days + (u->size == 7 ? 3 : 0), u->size); /* 1969-12-29 was a Monday */
    return floor_div(micros, u->size);
}

static void date_diff_d(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = ordinal(call->data, call->args[2].i[ROW], 0) - ordinal(call->data, call->args[1].i[ROW], 0);
}
static void date_diff_s(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t a = call->args[1].i[ROW], b = call->args[2].i[ROW];
        call->out.i[ROW] = ordinal(call->data, day_of(b), b) - ordinal(call->data, day_of(a), a);
    }
}

static int64_t first_of_month(int64_t month) {
    int64_t year = floor_div(month, 12);
    return tw_days_from_civil(year, (int)(month - year * 12) + 1, 1);
}
/* The same day `months` later, or the last of that month. False when out of range. */
static bool add_months(int64_t days, int64_t months, int64_t *out) {
    int64_t target;
    if (months > 200000 || months < -200000)
        return false;
    target = month_number(days) + months;
    int64_t first = first_of_month(target), length = first_of_month(target + 1) - first;
    *out = first + TW_MIN((int64_t)civil_of(days).day, length) - 1;
    return day_fits(*out);
}
/* days + n units, for units of days and longer. */
static bool add_days(const unit *u, int64_t days, int64_t n, int64_t *out) {
    int64_t step;
    if (__builtin_mul_overflow(n, u->size, &step))
        return false;
    if (u->base == MONTHS)
        return add_months(days, step, out);
    return !__builtin_add_overflow(days, step, out) && day_fits(*out);
}
static void date_add_d(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        if (!day_fits(call->args[2].i[ROW]) ||
            !add_days(call->data, call->args[2].i[ROW], call->args[1].i[ROW], &call->out.i[ROW]))
            DROP_BAD();
    }
}
static bool add_micros(const unit *u, int64_t micros, int64_t n, int64_t *out) {
    int64_t days = day_of(micros), rest = micros - days * TW_DAY_MICROS;
    if (u->base == MICROS)
        return !__builtin_mul_overflow(n, u->size, &n) && !__builtin_add_overflow(micros, n, out) && day_fits(day_of(*out));
    if (!day_fits(days) || !add_days(u, days, n, &days))
        return false;
    *out = days * TW_DAY_MICROS + rest;
    return true;
}
static void date_add_s(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        if (!add_micros(call->data, call->args[2].i[ROW], call->args[1].i[ROW], &call->out.i[ROW]))
            DROP_BAD();
    }
}
/* date + days, the plain operators. */
static void shift(tw_call *call, size_t date, size_t days, int64_t factor) {
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t step, moved = 0;
        bool good = !__builtin_mul_overflow(call->args[days].i[ROW], factor, &step) &&
                    !__builtin_add_overflow(call->args[date].i[ROW], step, &moved) && day_fits(moved);
        call->out.i[ROW] = moved;
        if (!good)
            DROP_BAD();
    }
}
static void plus_days(tw_call *call) {
    shift(call, 0, 1, 1);
}
static void days_plus(tw_call *call) {
    shift(call, 1, 0, 1);
}
static void minus_days(tw_call *call) {
    shift(call, 0, 1, -1);
}
static void days_between(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = call->args[0].i[ROW] - call->args[1].i[ROW];
}

static int64_t start_of(const unit *u, int64_t days) {
    int64_t which = ordinal(u, days, 0);
    return u->base == MONTHS ? first_of_month(which * u->size) : which * u->size - (u->size == 7 ? 3 : 0);
}
static void date_trunc_d(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = start_of(call->data, call->args[1].i[ROW]);
}
static void date_trunc_s(tw_call *call) {
    const unit *u = call->data;
    tw_call_valid(call);
    EACH_VALID(call) {
        int64_t micros = call->args[1].i[ROW];
        call->out.i[ROW] = u->base == MICROS ? floor_div(micros, u->size) * u->size
                                             : start_of(u, day_of(micros)) * TW_DAY_MICROS;
    }
}

/* Whole years from a to b; negative when b is before a. */
static int64_t years_between(int64_t a, int64_t b) {
    if (b < a)
        return -years_between(b, a);
    civil from = civil_of(a), to = civil_of(b);
    bool before_birthday = to.month < from.month || (to.month == from.month && to.day < from.day);
    return to.year - from.year - before_birthday;
}
static void age_d(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = years_between(call->args[0].i[ROW], call->args[1].i[ROW]);
}

// clang-format off
#define PART(name)                                                                                 \
    {#name, "i:d", name##_d, NULL, NULL, NULL},                                                    \
    {#name, "i:s", name##_s, NULL, NULL, NULL}
#define CLOCK(name)                                                                                \
    {#name, "i:s", name##_s, NULL, NULL, NULL},                                                    \
    {#name, "i:c", name##_s, NULL, NULL, NULL}

const tw_op tw_ops_time[] = {
    {"+", "d:di", plus_days, NULL, NULL, NULL},
    {"+", "d:id", days_plus, NULL, NULL, NULL},
    {"-", "d:di", minus_days, NULL, NULL, NULL},
    {"-", "i:dd", days_between, NULL, NULL, NULL},
    PART(year),
    PART(quarter),
    PART(month),
    PART(day),
    PART(weekday),
    PART(yearday),
    CLOCK(hour),
    CLOCK(minute),
    CLOCK(second),
    {"date", "d:t", date_t, NULL, NULL, NULL},
    {"date", "d:tT", date_t, NULL, prepare_pattern, free},
    {"date", "d:s", date_s, NULL, NULL, NULL},
    {"date", "d:d", same, NULL, NULL, NULL},
    {"datetime", "s:t", datetime_t, NULL, NULL, NULL},
    {"datetime", "s:tT", datetime_t, NULL, prepare_pattern, free},
    {"datetime", "s:d", datetime_d, NULL, NULL, NULL},
    {"datetime", "s:s", same, NULL, NULL, NULL},
    {"time", "c:t", time_t_, NULL, NULL, NULL},
    {"time", "c:tT", time_t_, NULL, prepare_pattern, free},
    {"time", "c:s", time_s, NULL, NULL, NULL},
    {"time", "c:c", same, NULL, NULL, NULL},
    {"make_date", "d:iii", make_date, NULL, NULL, NULL},
    {"strftime", "t:dT", strftime_d, NULL, prepare_pattern, free},
    {"strftime", "t:sT", strftime_s, NULL, prepare_pattern, free},
    {"date_diff", "i:Tdd", date_diff_d, NULL, prepare_day_unit, free},
    {"date_diff", "i:Tss", date_diff_s, NULL, prepare_any_unit, free},
    {"date_add", "d:Tid", date_add_d, NULL, prepare_day_unit, free},
    {"date_add", "s:Tis", date_add_s, NULL, prepare_any_unit, free},
    {"date_trunc", "d:Td", date_trunc_d, NULL, prepare_day_unit, free},
    {"date_trunc", "s:Ts", date_trunc_s, NULL, prepare_any_unit, free},
    {"age", "i:dd", age_d, NULL, NULL, NULL},
};
// clang-format on
const size_t tw_ops_time_count = TW_COUNT(tw_ops_time);
