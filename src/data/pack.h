/* Inner loops of chunks: narrowing, widening, gathering. Private to data; built with -O3.
 *
 * No allocation, no errors; arrays belong to the caller and do not overlap. */
#ifndef TW_DATA_PACK_H
#define TW_DATA_PACK_H

#include "data/chunk.h"

void tw_pack_range(const int64_t *restrict values, size_t n, int64_t *low, int64_t *high);
/* (values[i] - base) / step as `width` bytes (1, 2, 4, 8). */
void tw_pack_narrow(const int64_t *restrict values, size_t n, int64_t base, int64_t step,
                    uint32_t width, void *restrict out);
/* True when every values[i] - base is a multiple of step. */
bool tw_pack_divides(const int64_t *restrict values, size_t n, int64_t base, int64_t step);
void tw_pack_widen(const tw_chunk *chunk, uint64_t *restrict out);
void tw_pack_doubles(const tw_chunk *chunk, double *restrict out); /* whole or decimal chunk */
/* out[i] = value where the bit is clear. */
void tw_pack_fill_words(uint64_t *restrict out, const uint64_t *restrict validity, size_t n,
                        uint64_t value);
void tw_pack_fill_doubles(double *restrict out, const uint64_t *restrict validity, size_t n,
                          double value);
/* Decimals (0 … 9) with which every value is a whole number over a power of ten, exactly (-0.0 counts
 * as 0.0); -1 = none. Then the whole numbers in out. */
int tw_pack_decimals(const double *restrict values, size_t n, int64_t *restrict out);
double tw_pack_power10(int decimals);
/* Whole numbers over 10^decimals become doubles, in place. */
void tw_pack_to_doubles(uint64_t *words, size_t n, int decimals);

/* Words or doubles of rows, by number in the whole column; validity bits of out are set for rows
 * that have a value. A negative row gives an invalid cell. Returns the number of valid cells. */
size_t tw_pack_gather_words(const tw_chunk *const *chunks, const int64_t *restrict rows, size_t n,
                            uint64_t *restrict out, uint64_t *restrict validity);
size_t tw_pack_gather_doubles(const tw_chunk *const *chunks, const int64_t *restrict rows, size_t n,
                              double *restrict out, uint64_t *restrict validity);

#endif
