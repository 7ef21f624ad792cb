/* Words that stand for a missing value: which texts may, and how much evidence each needs.
 *
 * The list is fixed; whether a token counts in a column is io/infer.c's decision ("NA" among
 * two-letter codes is Namibia). Compared without regard to ASCII case, kept as spelled in the file.
 * Pure functions. */
#ifndef TW_IO_NULL_TOKEN_H
#define TW_IO_NULL_TOKEN_H

#include "base/str.h"

enum tw_null_strength {
    TW_NULL_NOT,  /* no such token */
    TW_NULL_WEAK, /* a word such as "unknown": counts among numbers, dates and booleans */
    TW_NULL_MARK, /* "-", "?", ".": counts, in text only where it is no code among single characters
                   */
    TW_NULL_STRONG, /* "NA", "null", "#N/A": counts everywhere but among codes of its own shape */
    TW_NULL_SURE    /* "\N", "<NA>", "(null)": nothing else is written like that */
};

/* text without blanks around. */
enum tw_null_strength tw_null_token(tw_str text);

/* The i-th token of the list, NULL behind the last: for filters. */
const char *tw_null_token_at(size_t i);

#endif
