/* Regular expressions through PCRE2 (UTF-8 mode, JIT when there is one), with a match limit.
 *
 * tw_regex is immutable after tw_regex_new and may be shared by threads; the match scratch is per call or thread. */
#ifndef TW_BASE_REGEX_H
#define TW_BASE_REGEX_H

#include "base/buf.h"

typedef struct tw_regex tw_regex;
enum { TW_REGEX_NOCASE = 1, TW_REGEX_WHOLE = 2 /* must match all of the text */ };
/* TW_EPARSE with the offset in err->row for a bad pattern. */
TW_NODISCARD enum tw_rc tw_regex_new(tw_str pattern, unsigned flags, tw_regex **out, tw_error *err);
void tw_regex_free(tw_regex *re);
/* True when text matches; from/to (may be NULL) = the match. A match that runs over the limit counts as none. */
bool tw_regex_match(const tw_regex *re, tw_str text, size_t *from, size_t *to);
/* Capture group `group` of the first match; false when there is none. */
bool tw_regex_group(const tw_regex *re, tw_str text, unsigned group, tw_str *out);
/* All matches replaced ($1, ${name}) into out. */
bool tw_regex_replace(const tw_regex *re, tw_str text, tw_str with, tw_buf *out);

#endif
