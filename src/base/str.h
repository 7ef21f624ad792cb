/* Text as a slice: pointer and length by value, bytes of UTF-8 unless stated, not terminated.
 *
 * A slice owns nothing; whoever hands one out says how long its bytes live. */
#ifndef TW_BASE_STR_H
#define TW_BASE_STR_H

#include "base/attr.h"

typedef struct tw_str {
    const char *p;
    size_t n;
} tw_str;

#define TW_STR(literal) ((tw_str){(literal), sizeof(literal) - 1})
#define TW_STR_INIT(literal) {(literal), sizeof(literal) - 1} /* the same inside a static table */
/* for printf("%.*s", TW_ARG(s)) */
#define TW_ARG(s) (int)(s).n, (s).p

tw_str tw_str_c(const char *text); /* NULL gives an empty slice */
static inline tw_str tw_str_sub(tw_str s, size_t from, size_t to) {
    return (tw_str){s.p + from, to - from};
}
bool tw_str_eq(tw_str a, tw_str b);
bool tw_str_eq_c(tw_str a, const char *b);
bool tw_str_eq_nocase(tw_str a, tw_str b); /* ASCII letters only */
int tw_str_cmp(tw_str a, tw_str b);        /* by bytes, as memcmp then length */
bool tw_str_starts(tw_str s, tw_str head);
bool tw_str_ends(tw_str s, tw_str tail);
/* Offset of needle in s from `from`, or SIZE_MAX. */
size_t tw_str_find(tw_str s, tw_str needle, size_t from);
size_t tw_str_find_char(tw_str s, char c, size_t from);
/* Without blanks (space, tab, CR, LF) at both ends. */
tw_str tw_str_trim(tw_str s);
/* Cut the part before the first `sep` off *rest; false when *rest is used up. */
bool tw_str_split(tw_str *rest, char sep, tw_str *part);
/* A terminated heap copy (free()); NULL when memory is out. */
TW_NODISCARD char *tw_str_dup(tw_str s);
/* Edit distance (Damerau, optimal string alignment) on bytes, at most `limit` + 1: for hints. */
size_t tw_str_distance(tw_str a, tw_str b, size_t limit);

#endif
