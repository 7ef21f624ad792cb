/* Words of an expression: names, numbers, texts, operators, with their places.
 *
 * A lexer is a cursor over the source; unquoted texts go to the arena. Nothing is remembered but the current token. */
#ifndef TW_EXPR_LEX_H
#define TW_EXPR_LEX_H

#include "base/arena.h"
#include "base/error.h"

enum tw_token_kind {
    TW_TOKEN_END,
    TW_TOKEN_NAME,    /* bare: may be a keyword */
    TW_TOKEN_QUOTED,  /* `name` */
    TW_TOKEN_INTEGER,
    TW_TOKEN_FLOAT,
    TW_TOKEN_TEXT,
    TW_TOKEN_SIGN     /* operator, bracket or comma, in `text` in its canonical form */
};

typedef struct tw_token {
    enum tw_token_kind kind;
    unsigned at;
    tw_str text; /* name, sign or content of a text literal; digits of a number */
    tw_str raw;  /* as written */
} tw_token;

typedef struct tw_lexer {
    tw_str source;
    size_t at;
    tw_arena *arena;
} tw_lexer;

/* TW_EPARSE for a character or a quote that cannot stand here. */
TW_NODISCARD enum tw_rc tw_lex_next(tw_lexer *lexer, tw_token *out, tw_error *err);
/* The token is this word, whatever the case of its letters. */
bool tw_token_is_word(const tw_token *token, const char *word);
bool tw_token_is_sign(const tw_token *token, const char *sign);
/* Words that cannot be bare column names. */
bool tw_word_is_reserved(tw_str word);
/* The text could stand bare as a column name. */
bool tw_name_is_bare(tw_str name);
/* TW_EPARSE with "expression at character N: " before the message. */
enum tw_rc tw_expr_fault(tw_error *err, size_t at, const char *fmt, ...) TW_PRINTF(3, 4) TW_COLD;

#endif
