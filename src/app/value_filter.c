/* Told by words alone: no table is needed, and what is not exactly of this shape is left to be an ordinary filter. */
#include "app/value_filter.h"

#include "expr/lex.h"

typedef struct reader {
    tw_lexer lexer;
    tw_token token;
    bool good;
} reader;

static void next(reader *r) {
    r->good = r->good && tw_lex_next(&r->lexer, &r->token, NULL) == TW_OK;
}

static bool takes_sign(reader *r, const char *sign) {
    bool is = r->good && tw_token_is_sign(&r->token, sign);
    if (is)
        next(r);
    return is;
}

static bool takes_word(reader *r, const char *word) {
    bool is = r->good && r->token.kind == TW_TOKEN_NAME && tw_token_is_word(&r->token, word);
    if (is)
        next(r);
    return is;
}

static bool takes_kind(reader *r, enum tw_token_kind kind) {
    bool is = r->good && r->token.kind == kind;
    if (is)
        next(r);
    return is;
}

/* 'Oslo', -3.5, true, date('2024-01-31') */
static bool takes_literal(reader *r) {
    static const char *const functions[] = {"date", "datetime", "time"};
    if (takes_sign(r, "-"))
        return takes_kind(r, TW_TOKEN_INTEGER) || takes_kind(r, TW_TOKEN_FLOAT);
    if (takes_kind(r, TW_TOKEN_TEXT) || takes_kind(r, TW_TOKEN_INTEGER) || takes_kind(r, TW_TOKEN_FLOAT) ||
        takes_word(r, "true") || takes_word(r, "false"))
        return true;
    for (size_t i = 0; i < TW_COUNT(functions); i++)
        if (takes_word(r, functions[i]))
            return takes_sign(r, "(") && takes_kind(r, TW_TOKEN_TEXT) && takes_sign(r, ")");
    return false;
}

bool tw_value_filter(tw_str text, tw_arena *arena, tw_str *column) {
    reader r = {.lexer = {.source = text, .arena = arena}, .good = true};
    next(&r);
    *column = r.token.text;
    if (!takes_kind(&r, TW_TOKEN_NAME) && !takes_kind(&r, TW_TOKEN_QUOTED))
        return false;
    bool value = takes_sign(&r, "==") ? takes_literal(&r) : takes_word(&r, "is") && takes_word(&r, "null");
    return value && r.good && r.token.kind == TW_TOKEN_END;
}
