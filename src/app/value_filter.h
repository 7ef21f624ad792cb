/* Filters that hold a column to one value: "city == 'Oslo'", "age is null". Two of them on one column leave nothing, so the
 * later takes the place of the earlier; any other filters narrow each other. */
#ifndef TW_APP_VALUE_FILTER_H
#define TW_APP_VALUE_FILTER_H

#include "base/arena.h"

/* True when text is such a filter; *column then names its column (the arena's or text's own bytes). */
bool tw_value_filter(tw_str text, tw_arena *arena, tw_str *column);

#endif
