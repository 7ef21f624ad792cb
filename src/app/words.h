/* Splitting a command line into words, and quoting a word so that it comes back whole (CLI.md, "The
 * workbench").
 *
 * Words are split at blanks; '…' quotes as it stands, "…" with \" and \\ inside. A quote inside a
 * word opens and closes there, as in a shell. Pure functions; unquoted text lives in the caller's
 * arena or is a slice of the line. */
#ifndef TW_APP_WORDS_H
#define TW_APP_WORDS_H

#include "base/arena.h"
#include "base/buf.h"

typedef struct tw_word {
    tw_str text;    /* without its quotes */
    size_t at, end; /* bytes of the line it covers */
    bool quoted;    /* some of it stood in quotes: never a flag */
    bool open;      /* a quote is not closed */
} tw_word;

/* The name at the front of a line (a leading colon and blanks skipped) and what follows it. */
void tw_line_split(tw_str line, tw_str *name, tw_str *rest);
/* All words of the line; an open quote is marked in its word, never an error here. TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_words_split(tw_str line, tw_arena *arena, tw_word **out, size_t *n,
                                       tw_error *err);
/* word as it must be written: bare where that is safe, else in quotes. */
bool tw_word_quote(tw_buf *out, tw_str word);

#endif
