/* The vocabulary of missing values, gathered from the defaults of R, pandas, SQL dumps, spreadsheets and surveys.
 * "Don't know" and its like are answers, but among yes and no or among numbers they carry no value. */
#include "config.h"

#include "io/null_token.h"

static const struct {
    const char *text;
    enum tw_null_strength strength;
} tokens[] = {
    {"\\N", TW_NULL_SURE},        {"<NA>", TW_NULL_SURE},        {"(null)", TW_NULL_SURE},
    {"[null]", TW_NULL_SURE},     {"<null>", TW_NULL_SURE},      {"#N/A", TW_NULL_SURE},
    {"#NULL!", TW_NULL_SURE},     {"#VALUE!", TW_NULL_SURE},     {"#DIV/0!", TW_NULL_SURE},
    {"#REF!", TW_NULL_SURE},      {"#NUM!", TW_NULL_SURE},       {"#NAME?", TW_NULL_SURE},
    {"#N/A N/A", TW_NULL_SURE},   {"-nan", TW_NULL_SURE},        {"(blank)", TW_NULL_SURE},
    {"(empty)", TW_NULL_SURE},    {"1.#IND", TW_NULL_SURE},      {"1.#QNAN", TW_NULL_SURE},
    {"-1.#IND", TW_NULL_SURE},    {"-1.#QNAN", TW_NULL_SURE},    {"NA", TW_NULL_STRONG},
    {"N/A", TW_NULL_STRONG},      {"n.a.", TW_NULL_STRONG},      {"NaN", TW_NULL_STRONG},
    {"null", TW_NULL_STRONG},     {"NaT", TW_NULL_STRONG},       {"-", TW_NULL_MARK},
    {"--", TW_NULL_MARK},         {"---", TW_NULL_MARK},         {"?", TW_NULL_MARK},
    {"??", TW_NULL_MARK},         {".", TW_NULL_MARK},           {"..", TW_NULL_MARK},
    {"...", TW_NULL_MARK},        {"*", TW_NULL_MARK},           {"**", TW_NULL_MARK},
    {"\xe2\x80\x93", TW_NULL_MARK}, {"\xe2\x80\x94", TW_NULL_MARK}, {"none", TW_NULL_WEAK},
    {"nil", TW_NULL_WEAK},        {"unknown", TW_NULL_WEAK},     {"unk", TW_NULL_WEAK},
    {"missing", TW_NULL_WEAK},    {"tbd", TW_NULL_WEAK},         {"tba", TW_NULL_WEAK},
    {"tbc", TW_NULL_WEAK},        {"void", TW_NULL_WEAK},        {"blank", TW_NULL_WEAK},
    {"empty", TW_NULL_WEAK},      {"undefined", TW_NULL_WEAK},   {"not available", TW_NULL_WEAK},
    {"not applicable", TW_NULL_WEAK}, {"not known", TW_NULL_WEAK}, {"not recorded", TW_NULL_WEAK},
    {"not stated", TW_NULL_WEAK}, {"not provided", TW_NULL_WEAK}, {"not reported", TW_NULL_WEAK},
    {"not specified", TW_NULL_WEAK}, {"not set", TW_NULL_WEAK},  {"not sure", TW_NULL_WEAK},
    {"don't know", TW_NULL_WEAK}, {"dont know", TW_NULL_WEAK},   {"no data", TW_NULL_WEAK},
    {"no answer", TW_NULL_WEAK},  {"no response", TW_NULL_WEAK}, {"refused", TW_NULL_WEAK},
    {"unspecified", TW_NULL_WEAK}, {"no information", TW_NULL_WEAK}, {"unavailable", TW_NULL_WEAK},
    {"no information available", TW_NULL_WEAK}, {"suppressed", TW_NULL_WEAK}, {"redacted", TW_NULL_WEAK},
    {"withheld", TW_NULL_WEAK},   {"x", TW_NULL_WEAK},
};

enum { LONGEST = 24 };

enum tw_null_strength tw_null_token(tw_str text) {
    if (text.n == 0 || text.n > LONGEST)
        return TW_NULL_NOT;
    for (size_t i = 0; i < TW_COUNT(tokens); i++)
        if (tw_str_eq_nocase(text, tw_str_c(tokens[i].text)))
            return tokens[i].strength;
    return TW_NULL_NOT;
}

const char *tw_null_token_at(size_t i) {
    return i < TW_COUNT(tokens) ? tokens[i].text : NULL;
}
