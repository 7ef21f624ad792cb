/* Cells that mean "nothing" but do not say so the same way: null tokens, and words that stand for a
 * missing value. */
#include "profile/detect.h"

enum {
    MOST_TOKENS = 16,
    APART = 3, /* up to so many columns have a finding each */
    LONGEST_WORD = 14
};

/* Words that are never a value, and words that may be one. */
static const tw_str sure[] = {TW_STR_INIT("na"),
                              TW_STR_INIT("n/a"),
                              TW_STR_INIT("n.a."),
                              TW_STR_INIT("null"),
                              TW_STR_INIT("nan"),
                              TW_STR_INIT("nil"),
                              TW_STR_INIT("#n/a"),
                              TW_STR_INIT("#null!"),
                              TW_STR_INIT("#value!"),
                              TW_STR_INIT("#ref!"),
                              TW_STR_INIT("#div/0!"),
                              TW_STR_INIT("--"),
                              TW_STR_INIT("---"),
                              TW_STR_INIT("?"),
                              TW_STR_INIT("??"),
                              TW_STR_INIT("\\n"),
                              TW_STR_INIT("(blank)"),
                              TW_STR_INIT("(empty)"),
                              TW_STR_INIT("(null)"),
                              TW_STR_INIT("<na>"),
                              TW_STR_INIT("missing"),
                              TW_STR_INIT("not available"),
                              TW_STR_INIT("not applicable"),
                              TW_STR_INIT("no data")};
static const tw_str maybe[] = {
    TW_STR_INIT("none"),      TW_STR_INIT("unknown"), TW_STR_INIT("unk"), TW_STR_INIT("tbd"),
    TW_STR_INIT("void"),      TW_STR_INIT("-"),       TW_STR_INIT("."),   TW_STR_INIT("undefined"),
    TW_STR_INIT("not known"), TW_STR_INIT("n")};

/* Asked of every different text: most are longer than any of the words. */
static bool among(tw_str text, const tw_str *words, size_t n) {
    for (size_t i = 0; i < n && text.n <= LONGEST_WORD; i++)
        if (tw_str_eq_nocase(text, words[i]))
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

/* Tokens of some columns together, most frequent first. */
typedef struct tokens {
    struct {
        tw_str text;
        int64_t rows;
    } at[MOST_TOKENS];
    size_t n;
    int64_t empty; /* missing cells without text in the same columns */
} tokens;

static void add_token(tokens *t, tw_str text, int64_t rows) {
    size_t at = 0;
    while (at < t->n && !tw_str_eq(t->at[at].text, text))
        at++;
    if (at == MOST_TOKENS)
        return;
    if (at == t->n) {
        t->at[t->n].text = text;
        t->at[t->n++].rows = 0;
    }
    rows += t->at[at].rows;
    for (; at > 0 && t->at[at - 1].rows < rows; at--)
        t->at[at] = t->at[at - 1];
    t->at[at].text = text;
    t->at[at].rows = rows;
}

/* Does the column write missing cells as text? Its tokens and empty cells are added. */
static bool collect(const tw_texts_column *c, tokens *t) {
    tokens before = *t;
    for (uint32_t l = 0; l < c->levels; l++) {
        if (c->states[l] != TW_MISSING)
            continue;
        tw_str text = tw_str_trim(c->values[l]);
        if (is_token(text))
            add_token(t, text, c->counts[l]);
        else if (text.n == 0)
            t->empty += c->counts[l];
    }
    bool found = t->n > before.n;
    for (size_t i = 0; i < t->n && !found; i++)
        found = t->at[i].rows != before.at[i].rows;
    if (!found)
        *t = before;
    return found;
}

static void report_tokens(tw_report *r, const tw_look *look, size_t column) {
    const tw_texts_column *c = &look->texts->columns[column];
    for (size_t i = 0; i < look->texts->n; i++) {
        uint32_t l = c->codes[i];
        if (c->states[l] == TW_MISSING && !tw_look_claimed(look, i, column) &&
            is_token(tw_str_trim(c->values[l])))
            tw_report_cell(r, i, column, TW_STR(""), 0.9);
    }
}

static void describe_tokens(tw_report *r, const tw_look *look, const char *who, bool many,
                            const tokens *t) {
    char list[160] = "";
    size_t at = 0;
    for (size_t i = 0; i < t->n && at + 56 < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s'%s' %lld", at ? ", " : "",
                               tw_look_quote(look, t->at[i].text), (long long)t->at[i].rows);
    tw_report_message(
        r, "%s write%s missing cells as text (%s)%s", who, many ? "" : "s", list,
        t->empty ? tw_look_format(look, "; %lld others are empty", (long long)t->empty) : "");
    tw_report_evidence(r, "empty", (double)t->empty);
}

static tw_doc *tokens_fix(const tw_look *look, const size_t *columns, size_t n, const tokens *t) {
    tw_doc *args = tw_doc_map(), *cols = tw_doc_list(), *values = tw_doc_list();
    for (size_t i = 0; i < n; i++)
        tw_doc_add(cols, tw_doc_c(tw_look_name(look, columns[i])));
    for (size_t i = 0; i < t->n; i++)
        tw_doc_add(values, tw_doc_text(t->at[i].text));
    tw_doc_set(args, "cols", cols);
    tw_doc_set(args, "values", values);
    return args;
}

static enum tw_rc report_columns(const tw_look *look, const tw_detector *self,
                                 const size_t *columns, size_t n, tw_error *err) {
    tokens t = {0};
    tw_report *r = tw_report_new(look, self);
    for (size_t i = 0; r && i < n; i++) {
        collect(&look->texts->columns[columns[i]], &t);
        report_tokens(r, look, columns[i]);
    }
    if (r) {
        const char *who =
            n == 1 ? tw_look_name(look, columns[0]) : tw_look_format(look, "%zu columns", n);
        describe_tokens(r, look, who, n > 1, &t);
        tw_report_fix(r, "to_missing", tokens_fix(look, columns, n, &t));
    }
    return tw_report_done(r, err);
}

/* A file that writes its gaps as text does so in all columns: that is one finding, not one a
 * column. */
enum tw_rc tw_detect_null_token(const tw_look *look, const tw_detector *self, tw_error *err) {
    size_t width = look->texts->width, n = 0;
    size_t *columns = tw_arena_alloc(look->scratch, width, sizeof *columns);
    if (!columns)
        return tw_fail_memory(err);
    for (size_t c = 0; c < width; c++) {
        tokens t = {0};
        if (collect(&look->texts->columns[c], &t))
            columns[n++] = c;
    }
    if (n > APART)
        return report_columns(look, self, columns, n, err);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; !rc && i < n; i++)
        rc = report_columns(look, self, &columns[i], 1, err);
    return rc;
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
