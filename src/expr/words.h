/* Blanks in text, by Unicode: what `trim` and `squish` mean in expressions and in steps alike.
 *
 * Blanks are spaces, tabs, line ends, no-break and typographic spaces; zero-width space, joiner marks at the ends and
 * the byte order mark count as blanks too, because nobody can see them. Pure functions. */
#ifndef TW_EXPR_WORDS_H
#define TW_EXPR_WORDS_H

#include "base/buf.h"

/* Without blanks at both ends; borrows. */
tw_str tw_words_trim(tw_str s);
tw_str tw_words_trim_left(tw_str s);
tw_str tw_words_trim_right(tw_str s);
/* True when squishing would change s. */
bool tw_words_are_loose(tw_str s);
/* Trimmed, and every run of blanks inside made one space. */
bool tw_words_squish(tw_str s, tw_buf *out);

#endif
