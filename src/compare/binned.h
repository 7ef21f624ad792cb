/* A shared column as shares by bin or by level, real beside other: what a chart of both draws. */
#ifndef TW_COMPARE_BINNED_H
#define TW_COMPARE_BINNED_H

#include "base/doc.h"
#include "compare/matched.h"

/* Sets in `map`: numbers and dates "histogram" {"edges", "real", "other"}: shares of the cells with
 * a value, over the range of both; others "levels" [{"value", "real", "other"}]: shares of all
 * rows, most frequent first, at most ten, value null = missing. Skipped columns get nothing. */
TW_NODISCARD enum tw_rc tw_binned_put(const tw_matched *m, size_t column, tw_doc *map,
                                      tw_error *err);

#endif
