/* One token at a time, by the class of its first byte.
 *
 * Names are letters, digits, '_' and every byte beyond ASCII, so that columns in any script need no quotes; a dot
 * inside a name belongs to it ("sepal.length") unless a second one follows, because `..` joins texts. Signs are a table
 * with their other spellings ("=" for "==", "<>" for "!="). Numbers are cut here and parsed by the parser. */
#include "expr/lex.h"

#include <stdarg.h>

static const char *const reserved[] = {"and",     "or",      "not",  "in",   "is",   "null",
                                       "between", "matches", "true", "false"};

/* Longest first where one begins with another. */
static const struct {
    const char *written, *sign;
} signs[] = {
    {"..", ".."}, {"//", "//"}, {"==", "=="}, {"!=", "!="}, {"<>", "!="}, {"~=", "!="}, {"<=", "<="},
    {">=", ">="}, {"||", ".."}, {"<", "<"},   {">", ">"},   {"=", "=="},  {"+", "+"},   {"-", "-"},
    {"*", "*"},   {"/", "/"},   {"%", "%"},   {"^", "^"},   {"(", "("},   {")", ")"},   {",", ","},
};

enum tw_rc tw_expr_fault(tw_error *err, size_t at, const char *fmt, ...) {
    char text[640];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return tw_fail(err, TW_EPARSE, "expression at character %zu: %s", at + 1, text);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
static bool goes_on(char c) {
    return starts_name(c) || is_digit(c);
}

static char peek(const tw_lexer *lexer, size_t ahead) {
    return lexer->at + ahead < lexer->source.n ? lexer->source.p[lexer->at + ahead] : '\0';
}

static void skip_blanks(tw_lexer *lexer) {
    while (lexer->at < lexer->source.n && strchr(" \t\r\n", lexer->source.p[lexer->at]))
        lexer->at++;
}

static void lex_name(tw_lexer *lexer) {
    while (goes_on(peek(lexer, 0)) || (peek(lexer, 0) == '.' && goes_on(peek(lexer, 1))))
        lexer->at++;
}

static void lex_digits(tw_lexer *lexer) {
    while (is_digit(peek(lexer, 0)))
        lexer->at++;
}

/* 12, 1.5, .5, 2e-3; "1..2" is 1 joined with 2. */
static enum tw_token_kind lex_number(tw_lexer *lexer) {
    enum tw_token_kind kind = TW_TOKEN_INTEGER;
    lex_digits(lexer);
    if (peek(lexer, 0) == '.' && peek(lexer, 1) != '.') {
        kind = TW_TOKEN_FLOAT;
        lexer->at++;
        lex_digits(lexer);
    }
    size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
    if ((peek(lexer, 0) | 0x20) == 'e' && is_digit(peek(lexer, 1 + sign))) {
        kind = TW_TOKEN_FLOAT;
        lexer->at += 1 + sign;
        lex_digits(lexer);
    }
    return kind;
}

/* Offset of the closing quote from `from` on (SIZE_MAX: none), and how many doubled ones stand before it. */
static size_t closing_quote(tw_str source, size_t from, char quote, size_t *doubled) {
    *doubled = 0;
    for (size_t i = from; (i = tw_str_find_char(source, quote, i)) != SIZE_MAX; i += 2) {
        if (i + 1 >= source.n || source.p[i + 1] != quote)
            return i;
        ++*doubled;
    }
    return SIZE_MAX;
}

/* Quoted by `quote`, the quote itself doubled: a slice of the source where nothing is doubled. */
static enum tw_rc lex_quoted(tw_lexer *lexer, char quote, tw_token *token, tw_error *err) {
    size_t from = lexer->at + 1, doubled, to = closing_quote(lexer->source, from, quote, &doubled);
    if (to == SIZE_MAX)
        return tw_expr_fault(err, lexer->at, "the %c is never closed; put a %c at the end, and double the ones inside",
                             quote, quote);
    if (quote == '`' && to == from)
        return tw_expr_fault(err, lexer->at, "`` names no column; write the name between the backquotes");
    lexer->at = to + 1;
    token->kind = quote == '`' ? TW_TOKEN_QUOTED : TW_TOKEN_TEXT;
    token->text = tw_str_sub(lexer->source, from, to);
    if (!doubled)
        return TW_OK;
    char *text = tw_arena_alloc(lexer->arena, to - from - doubled + 1, 1);
    if (!text)
        return tw_fail_memory(err);
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        text[n++] = lexer->source.p[i];
        i += lexer->source.p[i] == quote;
    }
    token->text = (tw_str){text, n};
    return TW_OK;
}

static enum tw_rc lex_sign(tw_lexer *lexer, tw_token *token, tw_error *err) {
    tw_str rest = tw_str_sub(lexer->source, lexer->at, lexer->source.n);
    for (size_t i = 0; i < TW_COUNT(signs); i++) {
        tw_str written = tw_str_c(signs[i].written);
        if (!tw_str_starts(rest, written))
            continue;
        token->kind = TW_TOKEN_SIGN;
        token->text = tw_str_c(signs[i].sign);
        lexer->at += written.n;
        return TW_OK;
    }
    if (tw_str_starts(rest, TW_STR("&&")) || rest.p[0] == '!')
        return tw_expr_fault(err, lexer->at, "'%c' is no operator here; write `and`, `or`, `not`", rest.p[0]);
    if ((unsigned char)rest.p[0] < 0x20 || rest.p[0] == 0x7f)
        return tw_expr_fault(err, lexer->at, "a control character stands here; remove it");
    return tw_expr_fault(err, lexer->at,
                         "'%c' cannot stand here; a column name with such a character goes between backquotes", rest.p[0]);
}

enum tw_rc tw_lex_next(tw_lexer *lexer, tw_token *out, tw_error *err) {
    skip_blanks(lexer);
    size_t from = lexer->at;
    *out = (tw_token){.kind = TW_TOKEN_END, .at = (unsigned)from};
    if (from >= lexer->source.n)
        return TW_OK;
    char c = peek(lexer, 0);
    enum tw_rc rc = TW_OK;
    if (starts_name(c)) {
        lex_name(lexer);
        out->kind = TW_TOKEN_NAME;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
        out->kind = lex_number(lexer);
        if (goes_on(peek(lexer, 0)))
            return tw_expr_fault(err, from, "a number runs into a name; a name that begins with a digit goes between backquotes");
    } else if (c == '\'' || c == '"' || c == '`') {
        rc = lex_quoted(lexer, c, out, err);
    } else {
        rc = lex_sign(lexer, out, err);
    }
    out->raw = tw_str_sub(lexer->source, from, lexer->at);
    if (out->kind == TW_TOKEN_NAME || out->kind == TW_TOKEN_INTEGER || out->kind == TW_TOKEN_FLOAT)
        out->text = out->raw;
    return rc;
}

bool tw_token_is_word(const tw_token *token, const char *word) {
    return token->kind == TW_TOKEN_NAME && tw_str_eq_nocase(token->text, tw_str_c(word));
}

bool tw_token_is_sign(const tw_token *token, const char *sign) {
    return token->kind == TW_TOKEN_SIGN && tw_str_eq_c(token->text, sign);
}

bool tw_word_is_reserved(tw_str word) {
    for (size_t i = 0; i < TW_COUNT(reserved); i++)
        if (tw_str_eq_nocase(word, tw_str_c(reserved[i])))
            return true;
    return false;
}

bool tw_name_is_bare(tw_str name) {
    if (!name.n || !starts_name(name.p[0]) || tw_word_is_reserved(name))
        return false;
    for (size_t i = 1; i < name.n; i++) {
        bool inner_dot = name.p[i] == '.' && i + 1 < name.n && goes_on(name.p[i + 1]);
        if (!goes_on(name.p[i]) && !inner_dot)
            return false;
    }
    return true;
}
