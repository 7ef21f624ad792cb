/* What kind of thing a cell's text looks like, in one glance: the alphabet in which sniffing judges
 * columns.
 *
 * Coarser than types (a price and a percentage are amounts here) and finer for text (a name, a
 * sentence, debris of a cell cut in the wrong place). io/sniff_marks.c scores delimiters with it,
 * io/sniff_layout.c tells headers from data. Pure functions. */
#ifndef TW_IO_CELL_KIND_H
#define TW_IO_CELL_KIND_H

#include "base/str.h"

enum tw_kind {
    TW_KIND_EMPTY,
    TW_KIND_NULL,    /* a null token */
    TW_KIND_NUMBER,  /* integer or decimal under some marks */
    TW_KIND_AMOUNT,  /* a number with a currency, percent sign or short unit */
    TW_KIND_MOMENT,  /* date, time or both */
    TW_KIND_BOOLEAN, /* true, yes, … */
    TW_KIND_ADDRESS, /* URL, e-mail */
    TW_KIND_WORD,    /* letters, digits and usual punctuation, as names have */
    TW_KIND_TEXT,    /* anything else that reads as text */
    TW_KIND_LIST,    /* numbers joined by a character that may be a delimiter */
    TW_KIND_DEBRIS, /* unbalanced quotes or brackets, punctuation at an edge: cut in the wrong place
                     */
    TW_KINDS
};

/* Blanks around the text do not matter. */
enum tw_kind tw_kind_of(tw_str text);
/* True for what has a type of its own: numbers, amounts, moments, booleans, addresses. */
bool tw_kind_is_typed(enum tw_kind kind);
/* The number inside an amount ("$12.50", "3,5 %"), the text itself for anything else. */
tw_str tw_amount_digits(tw_str text);
/* The words of booleans ("yes", "F", "true"), whatever their case. */
bool tw_boolean_word(tw_str text, bool *value);
/* "kg", "m/s", "(%)", "[°C]", "deg", "ISO 8601": as units stand below a header. */
bool tw_unit_word(tw_str text);

#endif
