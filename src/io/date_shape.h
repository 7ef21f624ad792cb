/* What date, time or datetime a text could be, as keys that name a pattern of base/calendar.h.
 *
 * "03/04/2021" has two keys (day first, month first), "31/04/2021" none (no such day), "25/04/2021"
 * one. io/infer.c counts keys over a column and so decides which comes first by evidence. Keys are
 * small numbers with a fixed order. Pure. */
#ifndef TW_IO_DATE_SHAPE_H
#define TW_IO_DATE_SHAPE_H

#include "data/type.h"

typedef struct tw_date_shape {
    enum tw_type type; /* TW_DATE, TW_TIME or TW_DATETIME */
    uint32_t key[3];   /* readings, the usual one first */
    unsigned n;
    uint8_t first, second; /* the two small numbers of a date whose order is open, else 0 */
    bool compact;          /* eight digits without a mark: may be a plain number as well */
    bool partial;          /* a month without a day, as in "Apr-16" or "2012-07" */
} tw_date_shape;

/* False when the text (no blanks around) is no valid date or time. */
bool tw_date_shape_of(tw_str text, tw_date_shape *out);

#define TW_DATE_PATTERN 40
/* The pattern of a key: "%d.%m.%Y %H:%M". */
void tw_date_pattern(uint32_t key, char out[TW_DATE_PATTERN]);
/* Type of what the key reads. */
enum tw_type tw_date_key_type(uint32_t key);
bool tw_date_key_day_first(uint32_t key);
bool tw_date_key_month_first(uint32_t key);
/* The key that reads whatever either reads, when they differ only in optional parts (fraction,
 * zone); else 0. */
uint32_t tw_date_key_union(uint32_t a, uint32_t b);

#endif
