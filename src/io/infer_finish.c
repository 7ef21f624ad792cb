/* All columns together: the user's types and roles by name, then each column's decision, with what
 * the dates of one column tell about the order of day and month in the others. */
#include "config.h"

#include "io/infer.h"

#include "base/args.h"
#include "base/calendar.h"
#include "io/infer_state.h"

/* What stands before and behind the last '='; false without one. */
static bool split_at_equals(tw_str text, tw_str *name, tw_str *word) {
    size_t cut = text.n;
    while (cut > 0 && text.p[cut - 1] != '=')
        cut--;
    if (cut == 0)
        return false;
    *name = tw_str_sub(text, 0, cut - 1);
    *word = tw_str_sub(text, cut, text.n);
    return true;
}

/* Names first, then a number from 1. */
static size_t find_column(const tw_str *names, size_t width, tw_str name) {
    int64_t number;
    for (size_t c = 0; c < width; c++)
        if (names[c].p && tw_str_eq(names[c], name))
            return c;
    tw_str digits = name.n > 1 && name.p[0] == 'c' ? tw_str_sub(name, 1, name.n) : name;
    bool numbered = tw_parse_i64(digits, &number) && number >= 1 && (uint64_t)number <= width;
    return numbered ? (size_t)number - 1 : SIZE_MAX;
}

bool tw_option_has_column(tw_str option, const tw_str *names, size_t width) {
    tw_str name, word;
    return split_at_equals(option, &name, &word) && find_column(names, width, name) != SIZE_MAX;
}

/* "COL=WORD" to a column; SIZE_MAX where the file lacks it and others may have it. */
static enum tw_rc split_option(const tw_infer *infer, const char *flag, tw_str text, size_t *column,
                               tw_str *word, tw_error *err) {
    tw_str name;
    if (!split_at_equals(text, &name, word))
        return tw_fail(err, TW_EUSAGE, "%s %.*s: it has no '='; write COLUMN=VALUE", flag,
                       TW_ARG(text));
    *column = find_column(infer->names, infer->width, name);
    if (*column != SIZE_MAX || infer->options.others)
        return TW_OK;
    enum tw_rc rc = tw_fail(err, TW_EUNKNOWN_COLUMN,
                            "%s '%.*s': no column is called so; see `trowel sniff` for the names",
                            flag, TW_ARG(name));
    return tw_error_column(err, rc, name);
}

typedef struct overrides {
    tw_given_type *type;
    enum tw_role *role;
} overrides;

/* A pattern must read what it writes. */
static bool is_pattern_of(enum tw_type type, const char *pattern) {
    int64_t day = type == TW_TIME ? 0 : 15000, micros = type == TW_DATE ? 0 : 45240 * 1000000LL;
    int64_t read_day, read_micros;
    char text[128];
    size_t n = tw_format_time(text, sizeof text, pattern, day, micros);
    bool moment = type == TW_DATE || type == TW_TIME || type == TW_DATETIME;
    return moment &&
           tw_parse_time((tw_str){text, n}, pattern, &read_day, &read_micros) && read_day == day &&
           read_micros == micros;
}

/* "date" or "date:%m/%d/%Y". */
static enum tw_rc read_type(tw_str word, tw_given_type *out, tw_error *err) {
    size_t cut = 0;
    while (cut < word.n && word.p[cut] != ':')
        cut++;
    tw_str type = tw_str_sub(word, 0, cut), pattern = tw_str_sub(word, cut + 1, word.n);
    *out = (tw_given_type){.given = true};
    if (!tw_type_find(type, &out->type))
        return tw_fail(
            err, TW_EUSAGE,
            "--type %.*s: no type is called so; boolean, integer, float, date, time, datetime "
            "and text are there",
            TW_ARG(type));
    if (cut == word.n)
        return TW_OK;
    out->pattern = tw_pattern_intern(pattern);
    if (!out->pattern)
        return tw_fail_memory(err);
    if (!is_pattern_of(out->type, out->pattern))
        return tw_fail(err, TW_EUSAGE,
                       "--type %.*s: '%.*s' is no pattern for %s; write one such as "
                       "date:%%d/%%m/%%Y, time:%%H:%%M or datetime:%%Y-%%m-%%d %%H:%%M",
                       TW_ARG(word), TW_ARG(pattern), tw_type_name(out->type));
    return TW_OK;
}

static enum tw_rc read_overrides(const tw_infer *infer, tw_arena *arena, overrides *out,
                                 tw_error *err) {
    tw_given_type type;
    enum tw_role role;
    size_t column, n = infer->width + 1;
    tw_str word;
    out->type = tw_arena_alloc(arena, n, sizeof *out->type);
    out->role = tw_arena_alloc(arena, n, sizeof *out->role);
    if (!out->type || !out->role)
        return tw_fail_memory(err);
    for (size_t i = 0; i < infer->options.n_types; i++) {
        enum tw_rc rc = split_option(infer, "--type", infer->options.types[i], &column, &word, err);
        if (rc == TW_OK)
            rc = read_type(word, &type, err);
        if (rc != TW_OK)
            return rc;
        if (column != SIZE_MAX)
            out->type[column] = type;
    }
    for (size_t i = 0; i < infer->options.n_roles; i++) {
        enum tw_rc rc = split_option(infer, "--role", infer->options.roles[i], &column, &word, err);
        if (rc != TW_OK)
            return rc;
        if (!tw_role_parse(word, &role))
            return tw_fail(
                err, TW_EUSAGE,
                "--role %.*s: no role is called so; id, target, group, quasi, sensitive, time, "
                "weight, split, text, ignore are there",
                TW_ARG(word));
        if (column != SIZE_MAX)
            out->role[column] = role;
    }
    return TW_OK;
}

/* What the format knows stands unless the user says otherwise: a type, or that digits are no numbers
 * there. A real that is known as one has no fixed number of decimals. */
static enum tw_rc decide(const tw_infer *infer, size_t c, const overrides *given, int day_first,
                         tw_arena *arena, tw_reading *out, tw_error *err) {
    uint8_t known = infer->known ? infer->known[c] : TW_KNOWN_NOTHING;
    tw_given_type type = given->type[c];
    bool typed = known >= TW_KNOWN_TYPE && !type.given;
    if (typed)
        type = (tw_given_type){.given = true, .type = (enum tw_type)(known - TW_KNOWN_TYPE)};
    enum tw_rc rc = tw_column_decide(infer, c, &type, day_first, arena, out, err);
    bool words = known == TW_KNOWN_WORDS && !type.given;
    if (rc == TW_OK && words && (tw_type_ops_of(out->type)->is_number || out->type == TW_BOOLEAN)) {
        type = (tw_given_type){.given = true, .type = TW_TEXT};
        rc = tw_column_decide(infer, c, &type, day_first, arena, out, err);
    }
    if (typed && type.type == TW_FLOAT)
        out->format.number.decimals = -1;
    out->given = given->type[c].given;
    out->role = given->role[c];
    return rc;
}

/* Nothing was counted of it: cells are text, and missing where they are empty. */
static tw_reading unread(enum tw_role role) {
    return (tw_reading){.type = TW_TEXT, .role = role, .format = TW_FORMAT_PLAIN};
}

/* The column is read otherwise where days come before months than where they come behind. */
static enum tw_rc find_open_order(tw_infer *infer, size_t c, const overrides *given,
                                  tw_arena *arena, tw_error *err) {
    tw_reading day, month;
    enum tw_rc rc = decide(infer, c, given, 1, arena, &day, err);
    if (rc == TW_OK)
        rc = decide(infer, c, given, -1, arena, &month, err);
    if (rc == TW_OK && (day.type != month.type || day.format.pattern != month.format.pattern))
        infer->open_order = true;
    return rc;
}

/* Readings of the columns that were looked at alone. */
static enum tw_rc decide_only(tw_infer *infer, const overrides *given, int day_first,
                              tw_arena *arena, tw_reading *out, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < infer->width; c++)
        out[c] = unread(given->role[c]);
    for (size_t i = 0; i < infer->n_only && rc == TW_OK; i++) {
        size_t c = (size_t)infer->only[i];
        rc = decide(infer, c, given, day_first, arena, &out[c], err);
        if (rc == TW_OK)
            rc = find_open_order(infer, c, given, arena, err);
    }
    return rc;
}

bool tw_infer_wants_others(const tw_infer *infer) {
    return infer->open_order;
}

enum tw_rc tw_infer_finish(tw_infer *infer, tw_arena *arena, tw_reading **out,
                           tw_error *err) {
    overrides given;
    enum tw_rc rc = read_overrides(infer, arena, &given, err);
    if (rc != TW_OK)
        return rc;
    *out = tw_arena_alloc(arena, infer->width + 1, sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    for (size_t c = 0; c < infer->width; c++)
        if (!tw_memo_settle(infer, &infer->columns[c]))
            return tw_fail_memory(err);
    int day_first = 0;
    for (size_t c = 0; c < infer->width; c++)
        day_first += tw_column_day_first(&infer->columns[c]);
    if (infer->only)
        return decide_only(infer, &given, day_first, arena, *out, err);
    for (size_t c = 0; c < infer->width; c++) {
        rc = decide(infer, c, &given, day_first, arena, &(*out)[c], err);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}
