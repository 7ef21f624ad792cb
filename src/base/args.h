/* Typed parameters: one descriptor row fills a field of an argument struct, from a document.
 *
 * Text, argv and Lua all become a tw_doc map first; tw_args_bind checks names, types, ranges and
 * choices and fills the struct. Commands and steps share this. Text fields borrow from the
 * document, which must outlive the struct; list fields are filled as tw_str_list from the arena. */
#ifndef TW_BASE_ARGS_H
#define TW_BASE_ARGS_H

#include "base/arena.h"
#include "base/doc.h"

enum tw_param_kind {
    TW_PARAM_BOOL,    /* bool */
    TW_PARAM_INT,     /* int64_t */
    TW_PARAM_NUMBER,  /* double */
    TW_PARAM_TEXT,    /* tw_str; p = NULL when absent */
    TW_PARAM_CHOICE,  /* int: index into the `choices` words */
    TW_PARAM_COLUMN,  /* tw_str: one column name or selector */
    TW_PARAM_COLUMNS, /* tw_str_list of selectors (CLI.md "Columns"); text "a,b" or a list */
    TW_PARAM_EXPR,    /* tw_str: an expression; takes the rest of a command line */
    TW_PARAM_PATH,    /* tw_str: a file */
    TW_PARAM_TEXTS,   /* tw_str_list: repeatable text */
    TW_PARAM_DOC      /* const tw_doc *: any document (maps, lists) */
};
enum {
    TW_PARAM_REQUIRED = 1,
    TW_PARAM_POSITIONAL = 2,
    TW_PARAM_REST = 4, /* takes all further positionals: a tw_str_list, whatever its kind */
    TW_PARAM_HIDDEN = 8,
    TW_PARAM_DASH = 16,  /* a word for it may begin with "-" ("-age") */
    TW_PARAM_SETTLED = 32 /* of a step: settled once it is fitted, a saved model keeps it */
};

typedef struct tw_str_list {
    tw_str *at;
    size_t n;
} tw_str_list;

typedef struct tw_param {
    const char *name; /* as in Lua: lower case, '_'; flags write '-' */
    enum tw_param_kind kind;
    size_t offset;        /* offsetof(args struct, field) */
    const char *fallback; /* default as text, NULL = zero value */
    const char *choices;  /* TW_PARAM_CHOICE: "a|b|c" */
    double min, max;      /* numbers; both 0 = any */
    unsigned flags;
    const char *help; /* one line; shown in --help with default and range */
    char letter;      /* one-letter flag, 0 = none */
} tw_param;

/* Fill *args from the map `values` (NULL = all defaults). TW_EUNKNOWN_NAME for a name no row has
 * (with the nearest one), TW_EUSAGE for a wrong type, range, choice or a missing required one;
 * `who` starts the message ("impute_knn"). */
TW_NODISCARD enum tw_rc tw_args_bind(const char *who, const tw_param *params, size_t n,
                                     const tw_doc *values, void *args, tw_arena *arena,
                                     tw_error *err);
/* One text value to the document node its kind wants: "12" -> int, "a,b" -> text (columns split
 * later), "true" -> bool; for TW_PARAM_DOC a text in {} or [] is read as JSON. */
TW_NODISCARD enum tw_rc tw_args_value(const char *who, const tw_param *param, tw_str text,
                                      tw_doc **out, tw_error *err);
/* --- lists of selectors as text: "a,-b,/x{1,2}/,'c,d'" --- */
/* Cut the first one off; commas inside a regular expression or quotes ("…", '…', `…`, the quote
 * itself doubled) do not separate. False at the end. */
bool tw_next_selector(tw_str *rest, tw_str *part);
/* The whole text stands in quotes: it is a name, whatever it looks like. */
bool tw_selector_is_quoted(tw_str text);
/* What stands between them, in the arena; p = NULL when memory is out. */
tw_str tw_selector_unquote(tw_str text, tw_arena *arena);
/* A name so that it is read as one, in quotes where it needs them. */
bool tw_selector_quote(tw_buf *out, tw_str name);

/* The row called name ('-' and '_' are the same), or NULL. */
const tw_param *tw_args_find(const tw_param *params, size_t n, tw_str name);
/* Nearest of the names by edit distance for "did you mean", or NULL when none is near. names(ctx,
 * i) -> NULL ends. */
const char *tw_nearest(tw_str word, const char *(*names)(const void *ctx, size_t i),
                       const void *ctx);

#endif
