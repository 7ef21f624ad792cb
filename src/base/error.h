/* Errors: a code that decides the exit status, and a message a user can act on.
 *
 * Functions that can fail return `enum tw_rc` and take a last `tw_error *err`, owned by the caller,
 * which may be NULL. Messages read "WHAT: WHY; WHAT TO DO"; tw_error_render puts the place (file,
 * row, column) behind WHAT. Thread rule: a tw_error belongs to one thread at a time. */
#ifndef TW_BASE_ERROR_H
#define TW_BASE_ERROR_H

#include "base/str.h"

/* code, exit status of the command line (CLI.md), word in JSON */
#define TW_RC_LIST(X)                                                                              \
    X(TW_OK, 0, "ok")                                                                              \
    X(TW_EFOUND, 1, "found")                   /* --fail-on, a failed expect */                    \
    X(TW_EUSAGE, 2, "usage")                   /* a wrong call: value, range, missing argument */  \
    X(TW_EUNKNOWN_NAME, 2, "unknown-name")     /* no such command, flag, method, option */         \
    X(TW_EUNKNOWN_COLUMN, 2, "unknown-column") /* a column named in the call */                    \
    X(TW_EPARSE, 2, "parse")                   /* an expression that does not parse or check */    \
    X(TW_EKEY, 2, "key-needed")                /* a keyed mask without a key */                    \
    X(TW_EINPUT, 3, "input")                   /* a file that is missing or cannot be read */      \
    X(TW_EDAMAGED, 3, "damaged")               /* broken gzip, JSON, state */                      \
    X(TW_EVERSION, 3, "version")               /* state or journal of another version */           \
    X(TW_ERECIPE, 3, "recipe")                 /* a recipe that fails */                           \
    X(TW_EMISSING_COLUMN, 3, "missing-column") /* a recipe names a column the file lacks */        \
    X(TW_EDATA, 3, "data")                     /* a step the data do not allow */                  \
    X(TW_EUNSUPPORTED, 3, "unsupported")       /* Parquet, a library that is not built in */       \
    X(TW_EOUTPUT, 4, "output")                 /* cannot be written, disk full */                  \
    X(TW_ENOMEM, 4, "memory")                                                                      \
    X(TW_ELIMIT, 4, "limit") /* time or memory limit of a recipe, a size we refuse */              \
    X(TW_ECANCEL, 130, "cancelled")

enum tw_rc {
#define X(code, status, word) code,
    TW_RC_LIST(X)
#undef X
};

typedef struct tw_error {
    enum tw_rc code;
    char message[768]; /* "WHAT: WHY; WHAT TO DO" */
    char file[256];    /* "" = no file */
    char column[128];  /* "" = no column */
    int64_t row;       /* data row from 0, -1 = none */
} tw_error;

#define TW_ERROR_INIT {.row = -1}

/* Exit status and JSON word of a code. */
int tw_rc_status(enum tw_rc code);
const char *tw_rc_word(enum tw_rc code);

/* Fill *err (when not NULL) and return code, so that `return tw_fail(err, TW_EPARSE, "…")` reads
 * well. */
enum tw_rc tw_fail(tw_error *err, enum tw_rc code, const char *fmt, ...) TW_PRINTF(3, 4) TW_COLD;
/* The same with strerror(errno) as the WHY: "cannot open: No such file; …what_to_do". */
enum tw_rc tw_fail_errno(tw_error *err, enum tw_rc code, const char *what,
                         const char *what_to_do) TW_COLD;
enum tw_rc tw_fail_memory(tw_error *err) TW_COLD;
/* Add the place to a filled error; NULL or -1 leaves a part as it is. Returns err->code, or `code`
 * for a NULL err. TW_OK passes through untouched, so that `return tw_error_place(err, rc, …)` may
 * end a function. */
enum tw_rc tw_error_place(tw_error *err, enum tw_rc code, const char *file, int64_t row,
                          const char *column);
/* The same for a column alone, from a slice. */
enum tw_rc tw_error_column(tw_error *err, enum tw_rc code, tw_str column);
/* Blank what a terminal might obey: controls below U+0020, DEL and the C1 row. tw_fail does so by
 * itself. */
void tw_blank_controls(char *text);
/* "WHAT in WHERE: WHY; WHAT TO DO" into out (always terminated). Rows are shown from 1. */
void tw_error_render(const tw_error *err, char *out, size_t size);

#endif
