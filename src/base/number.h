/* Numbers to and from text without the locale: exact parsing, shortest printing.
 *
 * Parsers take the whole slice (no blanks around) and are exact to the last bit (correctly
 * rounded). Pure functions; the arithmetic is in base/decimal. */
#ifndef TW_BASE_NUMBER_H
#define TW_BASE_NUMBER_H

#include "base/str.h"

/* How numbers are written in a column. 0 = no such mark. */
typedef struct tw_number_format {
    char decimal;    /* '.' or ',' */
    char thousands;  /* ',' '.' ' ' '\'' or 0; groups must be of three */
    int8_t decimals; /* fixed number of decimals, -1 = shortest */
} tw_number_format;
#define TW_NUMBER_PLAIN ((tw_number_format){'.', 0, -1})

/* [+-]digits; false on anything else or overflow. *out is written on success only, also below. */
bool tw_parse_i64(tw_str s, int64_t *out);
/* Decimal or scientific notation (also "5." and ".5"); inf/infinity/nan (any case, a sign is fine)
 * too when allow_special. False on anything else, also on numbers too large for a double; too small
 * gives 0. */
bool tw_parse_f64(tw_str s, double *out, bool allow_special);
/* As above with the column's marks. Groups are optional, but where there is one all must be right:
 * "1,234,567.5", never "12,34" or "1234,567". The mark ' ' also takes no-break spaces (U+00A0,
 * U+202F), '\'' also U+2019. *decimals (may be NULL) = digits behind the mark, -1 when there is an
 * exponent. */
bool tw_parse_i64_as(tw_str s, tw_number_format f, int64_t *out);
bool tw_parse_f64_as(tw_str s, tw_number_format f, double *out, int *decimals);

#define TW_NUMBER_MAX 560 /* room for any formatted number and its NUL */
/* Shortest text that reads back the same ("1e-07", "0.1", "3"); NaN -> "nan", inf -> "inf". Returns
 * the length. */
size_t tw_format_f64(char out[TW_NUMBER_MAX], double value);
/* The column's marks and decimals, rounded half to even on the shortest decimal digits (0.125 ->
 * "0.12", 2.675 -> "2.68"); never the exponent form when decimals >= 0; zero has no sign then. */
size_t tw_format_f64_as(char out[TW_NUMBER_MAX], double value, tw_number_format f);
size_t tw_format_i64(char out[TW_NUMBER_MAX], int64_t value);
/* Round half to even to `digits` decimals (negative: tens) on the shortest decimal digits, as
 * tw_format_f64_as does. */
double tw_round_to(double value, int digits);
/* "1.2 MB", "3.4 GB" with powers of 1000 (kB MB GB TB PB EB); "950 bytes". */
size_t tw_format_size(char out[TW_NUMBER_MAX], uint64_t bytes);
/* 12345678 -> "12,345,678" for people. */
size_t tw_format_grouped(char out[TW_NUMBER_MAX], int64_t value);
/* The same for the arguments of a printf: tw_grouped(n).text, which lives as long as the call. */
typedef struct tw_grouped_text {
    char text[32];
} tw_grouped_text;
tw_grouped_text tw_grouped(int64_t value);

#endif
