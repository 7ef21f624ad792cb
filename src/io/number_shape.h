/* What marks a number could have been written with, seen from one text.
 *
 * "1,234" is one thousand two hundred with an English mark and one and a bit with a German one: a
 * single text does not say, a column does. tw_number_shape_of tells under which pairs of marks a
 * text reads as a number; io/infer.c counts them. Pure functions. */
#ifndef TW_IO_NUMBER_SHAPE_H
#define TW_IO_NUMBER_SHAPE_H

#include "base/number.h"

/* The pairs (decimal mark, thousands mark) in order of preference: "1,234" alone is a thousand and
 * something. */
#define TW_MARKS 8
extern const tw_number_format tw_marks[TW_MARKS];

typedef struct tw_number_shape {
    uint8_t readable; /* bit i: reads as a number under tw_marks[i] */
    uint8_t whole;    /* bit i: reads as a whole number there */
    uint8_t decimals; /* digits behind the last mark, at most 255 */
    bool code;        /* digits with a leading zero, as in "0042" */
    bool wide;        /* more digits than 64 bits hold */
    bool ungrouped; /* more than three digits in front of the decimal mark and no thousands mark */
} tw_number_shape;

/* False when the text (no blanks around) is no number under any pair. */
bool tw_number_shape_of(tw_str text, tw_number_shape *out);

#endif
