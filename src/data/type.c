/* The ops table of types: the only place that knows how a value of each type is read and written.
 *
 * Whole-number types (boolean, integer, date, time, datetime) share their comparison and hash; only
 * text forms differ. Reading is strict: blanks around a value, a wrong group of thousands or a day
 * that does not exist make the text unreadable, so that findings can show it instead of a guess. */
#include "data/type.h"

#include <math.h>

#include "base/calendar.h"
#include "base/hash.h"

#define TIME_PATTERN "%H:%M:%S%f"

static bool put_whole(tw_cell *out, enum tw_type type, int64_t value) {
    *out = tw_cell_i64(type, value);
    return true;
}

/* Boolean */

static const char *true_word(const tw_format *format) {
    return format && format->true_word ? format->true_word : "true";
}

static const char *false_word(const tw_format *format) {
    return format && format->false_word ? format->false_word : "false";
}

/* Columns of words are long: most that differ do so in the first letter. */
static bool is_word(tw_str text, const char *word) {
    return text.n > 0 && ((text.p[0] ^ word[0]) & ~0x20) == 0 &&
           tw_str_eq_nocase(text, tw_str_c(word));
}

static bool parse_boolean(tw_str text, const tw_format *format, tw_cell *out) {
    if (is_word(text, true_word(format)))
        return put_whole(out, TW_BOOLEAN, 1);
    return is_word(text, false_word(format)) && put_whole(out, TW_BOOLEAN, 0);
}

static bool format_boolean(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    return tw_buf_c(out, cell->i ? true_word(format) : false_word(format));
}

static bool boolean_from_f64(double value, tw_cell *out) {
    return !isnan(value) && put_whole(out, TW_BOOLEAN, value > 0.5);
}

/* Integer */

static tw_number_format number_format(const tw_format *format) {
    return format ? format->number : TW_NUMBER_PLAIN;
}

static bool parse_integer(tw_str text, const tw_format *format, tw_cell *out) {
    int64_t value;
    return tw_parse_i64_as(text, number_format(format), &value) &&
           put_whole(out, TW_INTEGER, value);
}

static bool format_integer(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    char digits[TW_NUMBER_MAX];
    size_t n = tw_format_i64(digits, cell->i);
    char mark = number_format(format).thousands;
    size_t sign = cell->i < 0;
    if (!mark || n - sign <= 3)
        return tw_buf_add(out, digits, n);
    bool good = tw_buf_add(out, digits, sign);
    for (size_t i = sign; i < n; i++) {
        if (i > sign && (n - i) % 3 == 0)
            good = tw_buf_char(out, mark) && good;
        good = tw_buf_char(out, digits[i]) && good;
    }
    return good;
}

/* Half to even, kept inside [low, high]. */
static bool whole_from_f64(enum tw_type type, double value, int64_t low, int64_t high,
                           tw_cell *out) {
    if (isnan(value))
        return false;
    double even = nearbyint(value);
    if (even <= (double)low)
        return put_whole(out, type, low);
    if (even >= (double)high)
        return put_whole(out, type, high);
    return put_whole(out, type, (int64_t)even);
}

static bool integer_from_f64(double value, tw_cell *out) {
    return fabs(value) < 0x1p63 && whole_from_f64(TW_INTEGER, value, INT64_MIN, INT64_MAX, out);
}

/* Float */

static bool parse_float(tw_str text, const tw_format *format, tw_cell *out) {
    double value;
    if (!tw_parse_f64_as(text, number_format(format), &value, NULL))
        return false;
    *out = tw_cell_f64(value);
    return out->state == TW_VALUE;
}

static bool format_float(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    char digits[TW_NUMBER_MAX];
    return tw_buf_add(out, digits, tw_format_f64_as(digits, cell->f, number_format(format)));
}

static int compare_float(const tw_cell *a, const tw_cell *b) {
    return (a->f > b->f) - (a->f < b->f);
}

static uint64_t hash_float(const tw_cell *cell) {
    double plain = cell->f + 0.0; /* -0.0 equals 0.0 */
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return tw_mix64(bits);
}

static double float_to_f64(const tw_cell *cell) {
    return cell->f;
}

static bool float_from_f64(double value, tw_cell *out) {
    *out = tw_cell_f64(value);
    return out->state == TW_VALUE;
}

/* Calendar types */

static bool put_time(tw_buf *out, const char *pattern, int64_t days, int64_t micros) {
    char text[256];
    return tw_buf_add(out, text, tw_format_time(text, sizeof text, pattern, days, micros));
}

static const char *pattern_of(const tw_format *format) {
    return format ? format->pattern : NULL;
}

static bool parse_date(tw_str text, const tw_format *format, tw_cell *out) {
    const char *pattern = pattern_of(format);
    int64_t days = 0, micros = 0;
    return tw_parse_time(text, pattern ? pattern : "%Y-%m-%d", &days, &micros) &&
           put_whole(out, TW_DATE, days);
}

static bool format_date(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    const char *pattern = pattern_of(format);
    char text[32];
    if (pattern)
        return put_time(out, pattern, cell->i, 0);
    return tw_buf_add(out, text, tw_format_date_iso(text, cell->i));
}

/* Days whose year has at most six digits, so that every date can be written and read. */
#define DAY_LIMIT INT64_C(365000000)

static bool date_from_f64(double value, tw_cell *out) {
    return whole_from_f64(TW_DATE, value, -DAY_LIMIT, DAY_LIMIT, out);
}

static bool parse_clock(tw_str text, const tw_format *format, tw_cell *out) {
    static const char *const usual[] = {TIME_PATTERN, "%H:%M"};
    const char *pattern = pattern_of(format);
    int64_t days = 0, micros = 0;
    if (pattern)
        return tw_parse_time(text, pattern, &days, &micros) && put_whole(out, TW_TIME, micros);
    for (size_t i = 0; i < TW_COUNT(usual); i++)
        if (tw_parse_time(text, usual[i], &days, &micros))
            return put_whole(out, TW_TIME, micros);
    return false;
}

static bool format_clock(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    const char *pattern = pattern_of(format);
    return put_time(out, pattern ? pattern : TIME_PATTERN, 0, cell->i);
}

static bool clock_from_f64(double value, tw_cell *out) {
    return whole_from_f64(TW_TIME, value, 0, TW_DAY_MICROS - 1, out);
}

static bool put_datetime(tw_cell *out, int64_t days, int64_t micros) {
    int64_t whole;
    if (__builtin_mul_overflow(days, TW_DAY_MICROS, &whole) ||
        __builtin_add_overflow(whole, micros, &whole))
        return false;
    return put_whole(out, TW_DATETIME, whole);
}

static bool parse_datetime(tw_str text, const tw_format *format, tw_cell *out) {
    static const char *const iso[] = {"%Y-%m-%dT%H:%M:%S%f%z", "%Y-%m-%d %H:%M:%S%f%z",
                                      "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M%z", "%Y-%m-%d"};
    const char *pattern = pattern_of(format);
    int64_t days = 0, micros = 0;
    if (pattern)
        return tw_parse_time(text, pattern, &days, &micros) && put_datetime(out, days, micros);
    for (size_t i = 0; i < TW_COUNT(iso); i++)
        if (tw_parse_time(text, iso[i], &days, &micros))
            return put_datetime(out, days, micros);
    return false;
}

static void split_micros(int64_t at, int64_t *days, int64_t *micros) {
    *days = at / TW_DAY_MICROS;
    *micros = at % TW_DAY_MICROS;
    if (*micros < 0) {
        *micros += TW_DAY_MICROS;
        *days -= 1;
    }
}

static bool format_datetime(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    const char *pattern = pattern_of(format);
    char text[48];
    if (!pattern)
        return tw_buf_add(out, text, tw_format_datetime_iso(text, cell->i));
    int64_t days, micros;
    split_micros(cell->i, &days, &micros);
    return put_time(out, pattern, days, micros);
}

static bool datetime_from_f64(double value, tw_cell *out) {
    return whole_from_f64(TW_DATETIME, value, INT64_MIN, INT64_MAX, out);
}

/* Text */

static bool parse_text(tw_str text, const tw_format *format, tw_cell *out) {
    (void)format;
    *out = tw_cell_text(text);
    return true;
}

static bool format_text(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    (void)format;
    return tw_buf_str(out, cell->text);
}

static int compare_text(const tw_cell *a, const tw_cell *b) {
    int order = tw_str_cmp(a->text, b->text);
    return (order > 0) - (order < 0);
}

static uint64_t hash_text(const tw_cell *cell) {
    return tw_hash_str(cell->text);
}

static double text_to_f64(const tw_cell *cell) {
    (void)cell;
    return (double)NAN;
}

static bool text_from_f64(double value, tw_cell *out) {
    (void)value;
    (void)out;
    return false;
}

/* Shared by the whole-number types */

static int compare_whole(const tw_cell *a, const tw_cell *b) {
    return (a->i > b->i) - (a->i < b->i);
}

static uint64_t hash_whole(const tw_cell *cell) {
    return tw_mix64((uint64_t)cell->i);
}

static double whole_to_f64(const tw_cell *cell) {
    return (double)cell->i;
}

#define WHOLE .compare = compare_whole, .hash = hash_whole, .to_f64 = whole_to_f64

static const tw_type_ops type_ops[TW_TYPE_COUNT] = {
    [TW_BOOLEAN] = {.name = "boolean",
                    .is_ordered_scale = true,
                    .parse = parse_boolean,
                    .format = format_boolean,
                    .from_f64 = boolean_from_f64,
                    WHOLE},
    [TW_INTEGER] = {.name = "integer",
                    .is_number = true,
                    .is_ordered_scale = true,
                    .parse = parse_integer,
                    .format = format_integer,
                    .from_f64 = integer_from_f64,
                    WHOLE},
    [TW_FLOAT] = {.name = "float",
                  .is_number = true,
                  .is_ordered_scale = true,
                  .parse = parse_float,
                  .format = format_float,
                  .compare = compare_float,
                  .hash = hash_float,
                  .to_f64 = float_to_f64,
                  .from_f64 = float_from_f64},
    [TW_DATE] = {.name = "date",
                 .is_ordered_scale = true,
                 .parse = parse_date,
                 .format = format_date,
                 .from_f64 = date_from_f64,
                 WHOLE},
    [TW_TIME] = {.name = "time",
                 .is_ordered_scale = true,
                 .parse = parse_clock,
                 .format = format_clock,
                 .from_f64 = clock_from_f64,
                 WHOLE},
    [TW_DATETIME] = {.name = "datetime",
                     .is_ordered_scale = true,
                     .parse = parse_datetime,
                     .format = format_datetime,
                     .from_f64 = datetime_from_f64,
                     WHOLE},
    [TW_TEXT] = {.name = "text",
                 .parse = parse_text,
                 .format = format_text,
                 .compare = compare_text,
                 .hash = hash_text,
                 .to_f64 = text_to_f64,
                 .from_f64 = text_from_f64},
};

const tw_type_ops *tw_type_ops_of(enum tw_type type) {
    return &type_ops[type];
}

const char *tw_type_name(enum tw_type type) {
    return type_ops[type].name;
}

bool tw_type_find(tw_str name, enum tw_type *out) {
    for (size_t i = 0; i < TW_TYPE_COUNT; i++)
        if (tw_str_eq_c(name, type_ops[i].name)) {
            *out = (enum tw_type)i;
            return true;
        }
    return false;
}

/* Cells */

tw_cell tw_cell_missing(enum tw_type type) {
    return (tw_cell){.state = TW_MISSING, .type = type, .text = TW_STR("")};
}

tw_cell tw_cell_i64(enum tw_type type, int64_t value) {
    if (type == TW_FLOAT)
        return tw_cell_f64((double)value);
    return (tw_cell){.state = TW_VALUE, .type = type, .i = value, .text = TW_STR("")};
}

tw_cell tw_cell_f64(double value) {
    if (isnan(value))
        return tw_cell_missing(TW_FLOAT);
    return (tw_cell){.state = TW_VALUE, .type = TW_FLOAT, .f = value, .text = TW_STR("")};
}

tw_cell tw_cell_text(tw_str text) {
    return (tw_cell){.state = TW_VALUE, .type = TW_TEXT, .text = text};
}

tw_cell tw_cell_unreadable(enum tw_type type, tw_str text) {
    return (tw_cell){.state = TW_UNREADABLE, .type = type, .text = text};
}

int tw_cell_compare(const tw_cell *a, const tw_cell *b) {
    static const int rank[] = {[TW_VALUE] = 0, [TW_UNREADABLE] = 1, [TW_MISSING] = 2};
    if (a->state != b->state)
        return rank[a->state] < rank[b->state] ? -1 : 1;
    if (a->state == TW_MISSING)
        return 0;
    return a->state == TW_VALUE ? type_ops[a->type].compare(a, b) : compare_text(a, b);
}

bool tw_cell_equal(const tw_cell *a, const tw_cell *b) {
    return tw_cell_compare(a, b) == 0;
}

bool tw_cell_write(const tw_cell *cell, const tw_format *format, tw_buf *out) {
    if (cell->state == TW_VALUE)
        return type_ops[cell->type].format(cell, format, out);
    if (cell->state == TW_MISSING)
        return !format || !format->null_word || tw_buf_c(out, format->null_word);
    return tw_buf_str(out, cell->text);
}

static tw_doc *doc_written(const tw_cell *cell) {
    tw_buf buf;
    tw_buf_init(&buf, TW_BUF_MAX);
    tw_doc *doc = tw_cell_write(cell, NULL, &buf) ? tw_doc_text(tw_buf_view(&buf)) : NULL;
    tw_buf_fini(&buf);
    return doc;
}

static tw_doc *doc_boolean(const tw_cell *cell) {
    return tw_doc_bool(cell->i != 0);
}

static tw_doc *doc_integer(const tw_cell *cell) {
    return tw_doc_int(cell->i);
}

static tw_doc *doc_float(const tw_cell *cell) {
    return tw_doc_number(cell->f);
}

tw_doc *tw_cell_doc(const tw_cell *cell) {
    static tw_doc *(*const of_type[TW_TYPE_COUNT])(const tw_cell *) = {
        [TW_BOOLEAN] = doc_boolean, [TW_INTEGER] = doc_integer, [TW_FLOAT] = doc_float,
        [TW_DATE] = doc_written,    [TW_TIME] = doc_written,    [TW_DATETIME] = doc_written,
        [TW_TEXT] = doc_written,
    };
    if (cell->state == TW_VALUE)
        return of_type[cell->type](cell);
    return cell->state == TW_MISSING ? tw_doc_null() : tw_doc_text(cell->text);
}

tw_cell tw_cell_parse(enum tw_type type, const tw_format *format, tw_str text) {
    tw_cell cell;
    if (text.n == 0)
        return tw_cell_missing(type);
    if (type_ops[type].parse(text, format, &cell))
        return cell;
    return tw_cell_unreadable(type, text);
}
