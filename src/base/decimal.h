/* Between binary64 and decimal digits, exactly: the arithmetic under base/number.
 *
 * Shortest digits: Schubfach (R. Giulietti, "The Schubfach way to render doubles", 2020). Digits to
 * the nearest double: Eisel-Lemire (D. Lemire, "Number parsing at a gigabyte per second", 2021; no
 * fallback is needed for 64-bit digits: N. Mushtak, D. Lemire, "Fast number parsing without
 * fallback", 2023), long inputs by comparing big integers. Pure functions. */
#ifndef TW_BASE_DECIMAL_H
#define TW_BASE_DECIMAL_H

#include "base/attr.h"

typedef struct tw_decimal { /* digits * 10^exponent */
    uint64_t digits;
    int exponent;
} tw_decimal;

/* The fewest digits that read back as value (positive, finite), the nearest such; no zero at their
 * end. */
tw_decimal tw_decimal_shortest(double value);
/* Round half to even to a multiple of 10^exponent; a decimal that is one already comes back as it
 * was. */
tw_decimal tw_decimal_round(tw_decimal d, int exponent);
/* digits * 10^exponent as the nearest double, ties to even; infinity beyond the largest. */
double tw_decimal_value(uint64_t digits, int64_t exponent);
/* The same for n digit characters '0'..'9' of any number, the first not '0', times 10^exponent. */
double tw_decimal_value_long(const char *digits, size_t n, int64_t exponent);

#endif
