/* Regular expressions through PCRE2 (UTF-8 mode, JIT when there is one), with a match limit.
 *
 * Perl's syntax; \w, \d, \s and case know Unicode. Invalid bytes in a text match nothing and split
 * it. tw_regex is immutable after tw_regex_new and may be shared by threads. The limit is on
 * backtracking steps and grows with the text, so honest patterns do not meet it and "(a*)*b" costs
 * milliseconds a cell instead of hours. */
#ifndef TW_BASE_REGEX_H
#define TW_BASE_REGEX_H

#include "base/buf.h"

typedef struct tw_regex tw_regex;
enum { TW_REGEX_NOCASE = 1, TW_REGEX_WHOLE = 2 /* must match all of the text */ };
/* TW_EPARSE with the offset in err->row for a bad pattern. */
TW_NODISCARD enum tw_rc tw_regex_new(tw_str pattern, unsigned flags, tw_regex **out, tw_error *err);
void tw_regex_free(tw_regex *re);
size_t tw_regex_groups(const tw_regex *re); /* capture groups, the whole match not counted */
/* Matches given up at the limit (or without memory) so far: they counted as none, and whoever shows
 * results says so. */
uint64_t tw_regex_overruns(const tw_regex *re);
/* True when text matches; from/to (may be NULL) = the match. A match that runs over the limit
 * counts as none. */
bool tw_regex_match(const tw_regex *re, tw_str text, size_t *from, size_t *to);
/* Capture group `group` (0 = all) of the first match, a slice of text; false when there is none. */
bool tw_regex_group(const tw_regex *re, tw_str text, unsigned group, tw_str *out);
/* TW_EPARSE when `with` names a group that the pattern does not have; worth asking once before many
 * replacements. */
TW_NODISCARD enum tw_rc tw_regex_check_replacement(const tw_regex *re, tw_str with, tw_error *err);
/* Text with all matches replaced into out. In `with` $1, ${1}, ${name} and $0 stand for groups
 * (empty when unset), $$ for a dollar; any other $ is itself. False: the buffer failed. */
bool tw_regex_replace(const tw_regex *re, tw_str text, tw_str with, tw_buf *out);

#endif
