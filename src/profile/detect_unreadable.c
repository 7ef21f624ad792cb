/* Cells that are not of their column's type: "23O" among integers, "2024-02-30" among dates.
 *
 * Where a small change makes the text readable (a letter for a digit, thousands marks, a currency
 * sign) that is suggested and it is a matter of style or a slip; a date that no calendar has, or
 * any other text, is an error without a suggestion. */
#include "profile/detect.h"

#include "base/calendar.h"

typedef bool (*repair_fn)(tw_str text, tw_buf *out);

/* Letters that stand for digits; of those that are less alike only one, or "12oz" would be 1202. */
static bool digits_for_letters(tw_str text, tw_buf *out) {
    static const char letters[] = "OoQDIlSsBZz", digits[] = "00001155822";
    size_t changed = 0, doubtful = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] ? strchr(letters, text.p[i]) : NULL;
        changed += at != NULL;
        doubtful += at && at >= letters + 6;
        tw_buf_char(out, at ? digits[at - letters] : text.p[i]);
    }
    return changed && changed < text.n && doubtful <= 1 && (!doubtful || changed == 1);
}

/* "1,234" and "1 234" */
static bool without_marks(tw_str text, tw_buf *out) {
    size_t since = 0, groups = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool mark = text.p[i] == ',' || text.p[i] == ' ' || text.p[i] == '\'';
        if (mark && i > 0 && (groups == 0 ? since <= 3 : since == 3)) {
            groups++;
            since = 0;
            continue;
        }
        if (mark || (groups && text.p[i] != '.' && (text.p[i] < '0' || text.p[i] > '9')))
            return false;
        if (text.p[i] == '.')
            break;
        since++;
        tw_buf_char(out, text.p[i]);
    }
    if (!groups || since != 3)
        return false;
    size_t dot = tw_str_find_char(text, '.', 0);
    if (dot != SIZE_MAX)
        tw_buf_str(out, tw_str_sub(text, dot, text.n));
    return true;
}

/* Currency sign, percent sign or unit around a number. */
static bool without_unit(tw_str text, tw_buf *out) {
    size_t from = 0, to = text.n;
    while (from < to && !strchr("0123456789+-.", text.p[from]))
        from++;
    while (to > from && !strchr("0123456789", text.p[to - 1]))
        to--;
    tw_buf_str(out, tw_str_sub(text, from, to));
    return to - from < text.n && to > from && text.n - (to - from) <= 12;
}

static bool decimal_comma(tw_str text, tw_buf *out) {
    size_t commas = 0;
    for (size_t i = 0; i < text.n; i++) {
        commas += text.p[i] == ',';
        tw_buf_char(out, text.p[i] == ',' ? '.' : text.p[i]);
    }
    return commas == 1;
}

typedef struct repair {
    repair_fn fn;
    enum tw_finding_class class;
    double confidence;
    const char *what;
} repair;

static const repair repairs[] = {
    {without_marks, TW_FINDING_STYLE, 0.8, "thousands marks"},
    {decimal_comma, TW_FINDING_STYLE, 0.7, "a decimal comma"},
    {digits_for_letters, TW_FINDING_ERROR, 0.7, "letters for digits"},
    {without_unit, TW_FINDING_STYLE, 0.8, "a unit"},
};

/* Suggestion for one text, or p NULL; *with says what was repaired. */
static tw_str suggest(const tw_look *look, const tw_field *field, tw_str text,
                      const repair **with) {
    tw_str none = {0};
    tw_buf out;
    *with = NULL;
    if (!tw_type_ops_of(field->type)->is_number || text.n > 60)
        return none;
    tw_buf_init(&out, 256);
    for (size_t i = 0; i < TW_COUNT(repairs) && !*with; i++) {
        tw_cell cell;
        tw_buf_clear(&out);
        if (repairs[i].fn(text, &out) &&
            tw_type_ops_of(field->type)->parse(tw_buf_view(&out), &field->format, &cell))
            *with = &repairs[i];
    }
    tw_str kept = *with ? tw_arena_str(look->scratch, tw_buf_view(&out)) : none;
    tw_buf_fini(&out);
    return kept;
}

/* Digits in groups like a date's, which the column's pattern fits but no calendar has. */
static bool is_impossible_date(const tw_field *field, tw_str text) {
    size_t digits = 0, groups = 0;
    bool inside = false;
    if (field->type != TW_DATE && field->type != TW_DATETIME)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        bool digit = text.p[i] >= '0' && text.p[i] <= '9';
        digits += digit;
        groups += digit && !inside;
        inside = digit;
        if (!digit && !strchr("-/. :T", text.p[i]))
            return false;
    }
    return groups >= 3 && digits >= 6;
}

typedef struct tally {
    uint8_t *kind; /* per level: 0 readable, else which report */
    tw_str *to;
    int64_t rows, present;
} tally;

enum { READABLE, STYLE, SLIP, IMPOSSIBLE, OTHER, KINDS };

static void sort_levels(const tw_look *look, size_t column, tally *t) {
    const tw_texts_column *c = &look->texts->columns[column];
    const tw_field *field = tw_table_field(look->table, column);
    for (uint32_t l = 0; l < c->levels; l++) {
        const repair *with;
        t->present += c->states[l] == TW_MISSING ? 0 : c->counts[l];
        if (c->states[l] != TW_UNREADABLE)
            continue;
        t->rows += c->counts[l];
        t->to[l] = suggest(look, field, c->values[l], &with);
        if (with)
            t->kind[l] = with->class == TW_FINDING_STYLE ? STYLE : SLIP;
        else
            t->kind[l] = is_impossible_date(field, c->values[l]) ? IMPOSSIBLE : OTHER;
    }
}

static enum tw_rc report_kind(const tw_look *look, const tw_detector *self, size_t column,
                              const tally *t, uint8_t kind, tw_error *err) {
    static const char *const says[KINDS] = {"", "is written unlike the others", "looks like a slip",
                                            "is a date no calendar has", "is not readable as"};
    const tw_texts_column *c = &look->texts->columns[column];
    tw_report *r = tw_report_new(look, self);
    size_t first = SIZE_MAX;
    if (!r)
        return tw_fail_memory(err);
    for (size_t i = 0; i < look->texts->n; i++) {
        uint32_t l = c->codes[i];
        if (t->kind[l] != kind || tw_look_claimed(look, i, column))
            continue;
        first = first == SIZE_MAX ? i : first;
        tw_report_cell(r, i, column, t->to[l], kind == OTHER ? 0.75 : 0.8);
    }
    if (first != SIZE_MAX) {
        double share = 100 * (double)(t->present - t->rows) / (double)t->present;
        tw_report_class(r, kind == STYLE ? TW_FINDING_STYLE : TW_FINDING_ERROR);
        tw_report_message(
            r, "%s '%s' in row %lld %s%s%s; %.1f %% of the column is %s",
            tw_look_name(look, column),
            tw_look_quote(look, tw_texts_at(look->texts, column, first)),
            (long long)tw_texts_row(look->texts, first) + 1, says[kind], kind == OTHER ? " " : "",
            kind == OTHER ? tw_type_name(tw_table_field(look->table, column)->type) : "", share,
            tw_type_name(tw_table_field(look->table, column)->type));
        tw_report_evidence(r, "readable_share", share / 100);
        tw_report_fix_by_map(r, column);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_unreadable(const tw_look *look, const tw_detector *self, size_t column,
                                tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    tally t = {0};
    t.kind = tw_arena_alloc(look->scratch, c->levels, 1);
    t.to = tw_arena_alloc(look->scratch, c->levels, sizeof *t.to);
    if (!t.kind || !t.to)
        return tw_fail_memory(err);
    sort_levels(look, column, &t);
    for (uint8_t kind = STYLE; t.rows && kind < KINDS; kind++) {
        enum tw_rc rc = report_kind(look, self, column, &t, kind, err);
        if (rc)
            return rc;
    }
    return TW_OK;
}
