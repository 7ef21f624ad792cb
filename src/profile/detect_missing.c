/* Cells that mean "nothing" but do not say so the same way: null tokens, and words that stand for a
 * missing value. */
#include "profile/detect.h"

/* Words that are never a value, and words that may be one. */
static const char *const sure[] = {"na",
                                   "n/a",
                                   "n.a.",
                                   "null",
                                   "nan",
                                   "nil",
                                   "#n/a",
                                   "#null!",
                                   "#value!",
                                   "#ref!",
                                   "#div/0!",
                                   "--",
                                   "---",
                                   "?",
                                   "??",
                                   "\\n",
                                   "(blank)",
                                   "(empty)",
                                   "(null)",
                                   "<na>",
                                   "missing",
                                   "not available",
                                   "not applicable",
                                   "no data"};
static const char *const maybe[] = {"none", "unknown", "unk",       "tbd",       "void",
                                    "-",    ".",       "undefined", "not known", "n"};

static bool among(tw_str text, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (tw_str_eq_nocase(text, tw_str_c(words[i])))
            return true;
    return false;
}

/* Answers such as "don't know", taken for missing on reading, say something and stay. */
static bool is_token(tw_str text) {
    bool letters = false;
    for (size_t i = 0; i < text.n; i++)
        letters = letters || (text.p[i] >= 'a' && text.p[i] <= 'z') ||
                  (text.p[i] >= 'A' && text.p[i] <= 'Z');
    return text.n > 0 && (!letters || text.n <= 4 || among(text, sure, TW_COUNT(sure)) ||
                          among(text, maybe, TW_COUNT(maybe)));
}

static void describe_tokens(tw_report *r, const tw_look *look, size_t column,
                            const tw_texts_column *c) {
    char list[160] = "";
    size_t at = 0;
    int64_t empty = 0;
    for (uint32_t l = 0; l < c->levels; l++) {
        if (c->states[l] != TW_MISSING)
            continue;
        if (tw_str_trim(c->values[l]).n == 0)
            empty += c->counts[l];
        else if (at + 56 < sizeof list)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s'%s' %lld", at ? ", " : "",
                                   tw_look_quote(look, c->values[l]), (long long)c->counts[l]);
    }
    tw_report_message(r, "%s writes missing cells as text (%s)%s", tw_look_name(look, column), list,
                      empty ? tw_look_format(look, "; %lld others are empty", (long long)empty)
                            : "");
    tw_report_evidence(r, "empty", (double)empty);
}

/* {"cols": [column], "values": [tokens]} for to_missing. */
static tw_doc *to_missing(const tw_look *look, size_t column, const uint8_t *picked) {
    const tw_texts_column *c = &look->texts->columns[column];
    tw_doc *args = tw_fix_cols(look, column), *values = tw_doc_list();
    for (uint32_t l = 0; l < c->levels; l++)
        if (picked[l])
            tw_doc_add(values, tw_doc_text(c->values[l]));
    tw_doc_set(args, "values", values);
    return args;
}

static enum tw_rc report_levels(const tw_look *look, const tw_detector *self, size_t column,
                                const uint8_t *picked, double confidence, tw_report **out,
                                tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    tw_report *r = tw_report_new(look, self);
    if (!r)
        return tw_fail_memory(err);
    for (size_t i = 0; i < look->texts->n; i++)
        if (picked[c->codes[i]] && !tw_look_claimed(look, i, column))
            tw_report_cell(r, i, column, TW_STR(""), confidence);
    tw_report_fix(r, "to_missing", to_missing(look, column, picked));
    *out = r;
    return TW_OK;
}

enum tw_rc tw_detect_null_token(const tw_look *look, const tw_detector *self, size_t column,
                                tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    uint8_t *picked = tw_arena_alloc(look->scratch, c->levels, 1);
    tw_report *r = NULL;
    size_t n = 0;
    if (!picked)
        return tw_fail_memory(err);
    for (uint32_t l = 0; l < c->levels; l++) {
        picked[l] = c->states[l] == TW_MISSING && is_token(tw_str_trim(c->values[l]));
        n += picked[l];
    }
    if (!n)
        return TW_OK;
    enum tw_rc rc = report_levels(look, self, column, picked, 0.9, &r, err);
    if (rc)
        return rc;
    describe_tokens(r, look, column, c);
    return tw_report_done(r, err);
}

/* Values of a text column that are words for "missing". */
enum tw_rc tw_detect_missing_word(const tw_look *look, const tw_detector *self, size_t column,
                                  tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    uint8_t *picked = tw_arena_alloc(look->scratch, c->levels, 1);
    bool certain = false;
    uint32_t example = TW_NO_CODE;
    if (!picked)
        return tw_fail_memory(err);
    for (uint32_t l = 0; l < c->levels; l++) {
        tw_str text = tw_str_trim(c->values[l]);
        bool is_sure = among(text, sure, TW_COUNT(sure));
        picked[l] = c->states[l] != TW_MISSING && (is_sure || among(text, maybe, TW_COUNT(maybe)));
        certain = certain || (picked[l] && is_sure);
        if (picked[l] && (example == TW_NO_CODE || c->counts[l] > c->counts[example]))
            example = l;
    }
    if (example == TW_NO_CODE || c->levels < 3)
        return TW_OK;
    tw_report *r = NULL;
    enum tw_rc rc = report_levels(look, self, column, picked, certain ? 0.8 : 0.4, &r, err);
    if (rc)
        return rc;
    if (!certain)
        tw_report_class(r, TW_FINDING_UNUSUAL);
    tw_report_message(r, "%s '%s' (%lld rows) reads like a missing value",
                      tw_look_name(look, column), tw_look_quote(look, c->values[example]),
                      (long long)c->counts[example]);
    return tw_report_done(r, err);
}
