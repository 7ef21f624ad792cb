/* Dates and times of a fixed width, read by position: "%Y-%m-%d %H:%M:%S" and whatever else has a
 * place for every digit.
 *
 * A layout is made once for a column. Text that does not fill it exactly ("1/2/2020" for
 * "%d/%m/%Y") is not refused but left to tw_parse_time, which means the same. Pure values. */
#ifndef TW_IO_TIME_LAYOUT_H
#define TW_IO_TIME_LAYOUT_H

#include "data/cell16.h"
#include "data/type.h"

enum { TW_LAYOUT_MAX = 24 };

typedef struct tw_time_layout {
    uint8_t n;           /* bytes of the text; 0 = the pattern has no fixed layout */
    bool zone;           /* a Z may follow */
    enum tw_type type;   /* TW_DATE, TW_TIME or TW_DATETIME: what the value counts */
    uint8_t year_digits; /* 0, 2 or 4 */
    int8_t year, month, day, hour, minute, second; /* where they stand; -1 = not in the pattern */
    unsigned digits[2]; /* of the first and of the last sixteen bytes: which are digits, … */
    tw_cell16 mark[2], marks[2]; /* … what the others are, and the bytes they take */
} tw_time_layout;

/* Layout of a column's pattern (NULL: the type's own where that is one). */
tw_time_layout tw_time_layout_of(enum tw_type type, const char *pattern);
/* Value of a text that fills the layout; c holds its first bytes. False: ask tw_parse_time. */
bool tw_time_layout_read(const tw_time_layout *layout, tw_str text, tw_cell16 c, int64_t *value);

#endif
