/* The vocabulary of missing values, gathered from the defaults of R, pandas, SQL dumps,
 * spreadsheets and surveys. "Don't know" and its like are answers, but among yes and no or among
 * numbers they carry no value. */
#include "config.h"

#include "io/null_token.h"

static const struct {
    tw_str text;
    enum tw_null_strength strength;
} tokens[] = {
    {TW_STR_INIT("\\N"), TW_NULL_SURE},
    {TW_STR_INIT("<NA>"), TW_NULL_SURE},
    {TW_STR_INIT("(null)"), TW_NULL_SURE},
    {TW_STR_INIT("[null]"), TW_NULL_SURE},
    {TW_STR_INIT("<null>"), TW_NULL_SURE},
    {TW_STR_INIT("#N/A"), TW_NULL_SURE},
    {TW_STR_INIT("#NULL!"), TW_NULL_SURE},
    {TW_STR_INIT("#VALUE!"), TW_NULL_SURE},
    {TW_STR_INIT("#DIV/0!"), TW_NULL_SURE},
    {TW_STR_INIT("#REF!"), TW_NULL_SURE},
    {TW_STR_INIT("#NUM!"), TW_NULL_SURE},
    {TW_STR_INIT("#NAME?"), TW_NULL_SURE},
    {TW_STR_INIT("#N/A N/A"), TW_NULL_SURE},
    {TW_STR_INIT("-nan"), TW_NULL_SURE},
    {TW_STR_INIT("(blank)"), TW_NULL_SURE},
    {TW_STR_INIT("(empty)"), TW_NULL_SURE},
    {TW_STR_INIT("1.#IND"), TW_NULL_SURE},
    {TW_STR_INIT("1.#QNAN"), TW_NULL_SURE},
    {TW_STR_INIT("-1.#IND"), TW_NULL_SURE},
    {TW_STR_INIT("-1.#QNAN"), TW_NULL_SURE},
    {TW_STR_INIT("NA"), TW_NULL_STRONG},
    {TW_STR_INIT("N/A"), TW_NULL_STRONG},
    {TW_STR_INIT("n.a."), TW_NULL_STRONG},
    {TW_STR_INIT("NaN"), TW_NULL_STRONG},
    {TW_STR_INIT("null"), TW_NULL_STRONG},
    {TW_STR_INIT("NaT"), TW_NULL_STRONG},
    {TW_STR_INIT("-"), TW_NULL_MARK},
    {TW_STR_INIT("--"), TW_NULL_MARK},
    {TW_STR_INIT("---"), TW_NULL_MARK},
    {TW_STR_INIT("?"), TW_NULL_MARK},
    {TW_STR_INIT("??"), TW_NULL_MARK},
    {TW_STR_INIT("."), TW_NULL_MARK},
    {TW_STR_INIT(".."), TW_NULL_MARK},
    {TW_STR_INIT("..."), TW_NULL_MARK},
    {TW_STR_INIT("*"), TW_NULL_MARK},
    {TW_STR_INIT("**"), TW_NULL_MARK},
    {TW_STR_INIT("\xe2\x80\x93"), TW_NULL_MARK},
    {TW_STR_INIT("\xe2\x80\x94"), TW_NULL_MARK},
    {TW_STR_INIT("none"), TW_NULL_WEAK},
    {TW_STR_INIT("nil"), TW_NULL_WEAK},
    {TW_STR_INIT("unknown"), TW_NULL_WEAK},
    {TW_STR_INIT("unk"), TW_NULL_WEAK},
    {TW_STR_INIT("missing"), TW_NULL_WEAK},
    {TW_STR_INIT("tbd"), TW_NULL_WEAK},
    {TW_STR_INIT("tba"), TW_NULL_WEAK},
    {TW_STR_INIT("tbc"), TW_NULL_WEAK},
    {TW_STR_INIT("void"), TW_NULL_WEAK},
    {TW_STR_INIT("blank"), TW_NULL_WEAK},
    {TW_STR_INIT("empty"), TW_NULL_WEAK},
    {TW_STR_INIT("undefined"), TW_NULL_WEAK},
    {TW_STR_INIT("not available"), TW_NULL_WEAK},
    {TW_STR_INIT("not applicable"), TW_NULL_WEAK},
    {TW_STR_INIT("not known"), TW_NULL_WEAK},
    {TW_STR_INIT("not recorded"), TW_NULL_WEAK},
    {TW_STR_INIT("not stated"), TW_NULL_WEAK},
    {TW_STR_INIT("not provided"), TW_NULL_WEAK},
    {TW_STR_INIT("not reported"), TW_NULL_WEAK},
    {TW_STR_INIT("not specified"), TW_NULL_WEAK},
    {TW_STR_INIT("not set"), TW_NULL_WEAK},
    {TW_STR_INIT("not sure"), TW_NULL_WEAK},
    {TW_STR_INIT("don't know"), TW_NULL_WEAK},
    {TW_STR_INIT("dont know"), TW_NULL_WEAK},
    {TW_STR_INIT("no data"), TW_NULL_WEAK},
    {TW_STR_INIT("no answer"), TW_NULL_WEAK},
    {TW_STR_INIT("no response"), TW_NULL_WEAK},
    {TW_STR_INIT("refused"), TW_NULL_WEAK},
    {TW_STR_INIT("unspecified"), TW_NULL_WEAK},
    {TW_STR_INIT("no information"), TW_NULL_WEAK},
    {TW_STR_INIT("unavailable"), TW_NULL_WEAK},
    {TW_STR_INIT("no information available"), TW_NULL_WEAK},
    {TW_STR_INIT("suppressed"), TW_NULL_WEAK},
    {TW_STR_INIT("redacted"), TW_NULL_WEAK},
    {TW_STR_INIT("withheld"), TW_NULL_WEAK},
    {TW_STR_INIT("x"), TW_NULL_WEAK},
    {TW_STR_INIT("NR"), TW_NULL_WEAK},
    {TW_STR_INIT("ND"), TW_NULL_WEAK},
    {TW_STR_INIT("N/D"), TW_NULL_WEAK},
    {TW_STR_INIT("n.d."), TW_NULL_WEAK},
};

enum { LONGEST = 24 };

enum tw_null_strength tw_null_token(tw_str text) {
    if (text.n == 0 || text.n > LONGEST)
        return TW_NULL_NOT;
    for (size_t i = 0; i < TW_COUNT(tokens); i++)
        if (tokens[i].text.n == text.n && ((tokens[i].text.p[0] ^ text.p[0]) & ~32) == 0 &&
            tw_str_eq_nocase(text, tokens[i].text))
            return tokens[i].strength;
    return TW_NULL_NOT;
}

const char *tw_null_token_at(size_t i) {
    return i < TW_COUNT(tokens) ? tokens[i].text.p : NULL;
}
