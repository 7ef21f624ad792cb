/* Numbers to and from text without the locale: exact parsing, shortest printing.
 *
 * Parsers take the whole slice (no blanks around) and are exact to the last bit (correctly rounded). */
#ifndef TW_BASE_NUMBER_H
#define TW_BASE_NUMBER_H

#include "base/str.h"

/* How numbers are written in a column. 0 = no such mark. */
typedef struct tw_number_format {
    char decimal;     /* '.' or ',' */
    char thousands;   /* ',' '.' ' ' '\'' or 0; groups must be of three */
    int8_t decimals;  /* fixed number of decimals, -1 = shortest */
} tw_number_format;
#define TW_NUMBER_PLAIN ((tw_number_format){'.', 0, -1})

/* [+-]digits; false on anything else or overflow. */
bool tw_parse_i64(tw_str s, int64_t *out);
/* Decimal or scientific notation; inf/infinity/nan (any case) too when allow_special. False on anything else. */
bool tw_parse_f64(tw_str s, double *out, bool allow_special);
/* As above with the column's marks; *decimals (may be NULL) = digits behind the mark. */
bool tw_parse_i64_as(tw_str s, tw_number_format f, int64_t *out);
bool tw_parse_f64_as(tw_str s, tw_number_format f, double *out, int *decimals);

#define TW_NUMBER_MAX 352 /* room for any formatted number and its NUL */
/* Shortest text that reads back the same ("1e-07", "0.1", "3"); NaN -> "nan", inf -> "inf". Returns the length. */
size_t tw_format_f64(char out[TW_NUMBER_MAX], double value);
/* The column's marks and decimals; never the exponent form when decimals >= 0 and |value| < 1e300. */
size_t tw_format_f64_as(char out[TW_NUMBER_MAX], double value, tw_number_format f);
size_t tw_format_i64(char out[TW_NUMBER_MAX], int64_t value);
/* Round half to even to `digits` decimals (negative: tens). */
double tw_round_to(double value, int digits);
/* "1.2 MB", "3.4 GB" with powers of 1000; "950 bytes". */
size_t tw_format_size(char out[TW_NUMBER_MAX], uint64_t bytes);
/* 12345678 -> "12,345,678" for people. */
size_t tw_format_grouped(char out[TW_NUMBER_MAX], int64_t value);

#endif
