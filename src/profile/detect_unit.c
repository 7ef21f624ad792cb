/* Numbers written with units: several spellings of a unit in one column, or some cells with and
 * some without.
 *
 * A cell is read as an optional currency sign, a number, and a suffix without digits. When such
 * cells make up nine in ten of the column and the suffixes come in two to eight forms (none counts
 * as one) around five numbers and more ("1Story" and "1.5Fin" are names), the column mixes forms.
 * Where one form holds four in five, the others are to follow it; else the units are to go and the
 * numbers to stay. */
#include "profile/detect.h"

#include <math.h>

enum { MOST_FORMS = 8, LONGEST_SUFFIX = 24, LONGEST = 64, LEAST_NUMBERS = 5 };
#define COVERED 0.9
#define DOMINANT 0.8
#define NOISE 0.01

typedef struct quantity {
    bool good;
    tw_str prefix, number, suffix; /* suffix with its blanks */
} quantity;

typedef struct form {
    tw_str prefix, suffix;
    int64_t rows;
} form;

typedef struct forms {
    form at[64];
    size_t n;
    size_t numbers; /* different ones, counted to LEAST_NUMBERS */
    tw_str number[LEAST_NUMBERS];
    int64_t read, present; /* rows that are quantities, rows with a value */
} forms;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t currency_length(tw_str s) {
    static const char *const signs[] = {"$", "€", "£", "¥", "₹"};
    for (size_t i = 0; i < TW_COUNT(signs); i++)
        if (tw_str_starts(s, tw_str_c(signs[i])))
            return strlen(signs[i]);
    return 0;
}

/* Suffixes that are part of a value, not a unit: ordinals, halves of the day, single letters after
 * the number. */
static bool is_no_unit(tw_str suffix) {
    static const char *const words[] = {"st", "nd", "rd", "th", "am", "pm", "a.m.", "p.m."};
    tw_str bare = tw_str_trim(suffix);
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (tw_str_eq_nocase(bare, tw_str_c(words[i])))
            return true;
    bool letter = bare.n == 1 && ((bare.p[0] >= 'A' && bare.p[0] <= 'Z') ||
                                  (bare.p[0] >= 'a' && bare.p[0] <= 'z'));
    return letter && suffix.n == 1 && !strchr("mgslLkhV", bare.p[0]);
}

static bool is_unit_text(tw_str suffix) {
    tw_str bare = tw_str_trim(suffix);
    if (bare.n == 0)
        return suffix.n == 0;
    if (suffix.n > LONGEST_SUFFIX || strchr("-:/,;.+#*_", bare.p[0]) || is_no_unit(suffix))
        return false;
    for (size_t i = 0; i < bare.n; i++)
        if (is_digit(bare.p[i]))
            return false;
    return true;
}

static quantity read_quantity(tw_str s) {
    quantity q = {0};
    size_t at = currency_length(s), from = at, digits = 0, marks = 0;
    if (at < s.n && (s.p[at] == '-' || s.p[at] == '+'))
        at++;
    for (; at < s.n && (is_digit(s.p[at]) ||
                        (s.p[at] == '.' && !marks && at + 1 < s.n && is_digit(s.p[at + 1])));
         at++) {
        digits += is_digit(s.p[at]);
        marks += s.p[at] == '.';
    }
    q.prefix = tw_str_sub(s, 0, from);
    q.number = tw_str_sub(s, from, at);
    q.suffix = tw_str_sub(s, at, s.n);
    q.good = s.n <= LONGEST && digits > 0 && is_unit_text(q.suffix);
    return q;
}

static void count_form(forms *f, const quantity *q, int64_t rows) {
    for (size_t i = 0; i < f->n; i++)
        if (tw_str_eq(f->at[i].prefix, q->prefix) && tw_str_eq(f->at[i].suffix, q->suffix)) {
            f->at[i].rows += rows;
            return;
        }
    if (f->n < TW_COUNT(f->at))
        f->at[f->n++] = (form){q->prefix, q->suffix, rows};
}

static void count_number(forms *f, tw_str number) {
    for (size_t i = 0; i < f->numbers; i++)
        if (tw_str_eq(f->number[i], number))
            return;
    if (f->numbers < LEAST_NUMBERS)
        f->number[f->numbers++] = number;
}

static forms forms_of(const tw_texts_column *c) {
    forms f = {0};
    for (uint32_t l = 0; l < c->levels; l++) {
        if (c->states[l] == TW_MISSING)
            continue;
        quantity q = read_quantity(c->values[l]);
        f.present += c->counts[l];
        f.read += q.good ? c->counts[l] : 0;
        if (q.good) {
            count_form(&f, &q, c->counts[l]);
            count_number(&f, q.number);
        }
    }
    return f;
}

/* Do the forms mix: two to eight of them, leaving out the very rare, and at least one has a unit.
 */
static bool is_mixed(const forms *f, size_t *dominant) {
    size_t usual = 0, units = 0, best = 0;
    int64_t covered = 0;
    for (size_t i = 0; i < f->n; i++) {
        if ((double)f->at[i].rows < NOISE * (double)f->present)
            continue;
        usual++;
        units += f->at[i].suffix.n || f->at[i].prefix.n;
        covered += f->at[i].rows;
        best = f->at[i].rows > f->at[best].rows ? i : best;
    }
    *dominant = best;
    return f->present >= 10 && f->numbers == LEAST_NUMBERS &&
           (double)f->read >= COVERED * (double)f->present && usual >= 2 && usual <= MOST_FORMS &&
           units >= 1 && (double)covered >= COVERED * (double)f->present;
}

/* The number in its shortest text, at most 15 significant digits: "0.055999999999999994" is 0.056
 * printed by a program. */
static tw_str plain_number(const tw_look *look, tw_str number) {
    double value;
    char text[TW_NUMBER_MAX];
    tw_str bare = number.p[0] == '+' ? tw_str_sub(number, 1, number.n) : number;
    if (!tw_parse_f64(bare, &value, false))
        return tw_arena_str(look->scratch, bare);
    double size = fabs(value) > 0 ? floor(log10(fabs(value))) : 0;
    double rounded = fabs(size) < 15 ? tw_round_to(value, 14 - (int)size) : value;
    size_t n = tw_format_f64(text, rounded);
    return tw_arena_str(look->scratch, (tw_str){text, n});
}

static tw_str with_form(const tw_look *look, const form *f, tw_str number) {
    const char *text = tw_arena_printf(look->scratch, "%.*s%.*s%.*s", TW_ARG(f->prefix),
                                       TW_ARG(number), TW_ARG(f->suffix));
    return tw_str_c(text);
}

/* What a cell should be; p NULL = stays as it is. */
static tw_str mended(const tw_look *look, tw_str text, const form *follow) {
    quantity q = read_quantity(text);
    tw_str nothing = {0};
    if (!q.good)
        return nothing;
    if (!follow)
        return q.suffix.n || q.prefix.n ? plain_number(look, q.number) : nothing;
    if (tw_str_eq(q.suffix, follow->suffix) && tw_str_eq(q.prefix, follow->prefix))
        return nothing;
    return with_form(look, follow, q.number);
}

static void describe(tw_report *r, const tw_look *look, size_t column, const forms *f,
                     const form *follow) {
    char list[160] = "";
    size_t at = 0;
    for (size_t i = 0; i < f->n && at + 48 < sizeof list; i++)
        if ((double)f->at[i].rows >= NOISE * (double)f->present)
            at += (size_t)snprintf(
                list + at, sizeof list - at, "%s'%s' %lld", at ? ", " : "",
                tw_look_quote(look, f->at[i].suffix.n ? f->at[i].suffix : f->at[i].prefix),
                (long long)f->at[i].rows);
    if (follow)
        tw_report_message(r, "%s writes its numbers with different units (%s): most have '%s%s'",
                          tw_look_name(look, column), list, tw_look_quote(look, follow->prefix),
                          tw_look_quote(look, follow->suffix));
    else
        tw_report_message(
            r, "%s mixes numbers and units (%s): keep the number, put the unit into the name",
            tw_look_name(look, column), list);
    tw_report_evidence(r, "forms", (double)f->n);
    tw_report_evidence(r, "share", (double)f->read / (double)f->present);
}

enum tw_rc tw_detect_unit(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    forms f = forms_of(c);
    size_t dominant;
    if (!is_mixed(&f, &dominant))
        return TW_OK;
    bool clear = (double)f.at[dominant].rows >= DOMINANT * (double)f.present;
    const form *follow = clear ? &f.at[dominant] : NULL;
    tw_str *to = tw_arena_alloc(look->scratch, c->levels, sizeof *to);
    tw_report *r = tw_report_new(look, self);
    if (!to || !r) {
        tw_report_drop(r);
        return tw_fail_memory(err);
    }
    for (uint32_t l = 0; l < c->levels; l++)
        if (c->states[l] != TW_MISSING)
            to[l] = mended(look, c->values[l], follow);
    for (size_t i = 0; i < look->texts->n; i++)
        if (to[c->codes[i]].p && !tw_look_claimed(look, i, column))
            tw_report_cell(r, i, column, to[c->codes[i]], (double)f.read / (double)f.present);
    describe(r, look, column, &f, follow);
    tw_report_fix_by_map(r, column);
    return tw_report_done(r, err);
}
