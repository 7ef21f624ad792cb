/* Cells of one column read as plain numbers, 64 at a time, without a branch that depends on them.
 *
 * A cell is loaded by its last sixteen bytes, so that digits stand where their power of ten is;
 * what it is made of comes as bit masks, the number from three multiplications of all digits at
 * once. Most columns of numbers are full of such cells; any other one is marked odd and left to the
 * reader of single cells (io/load_column.c), which means the same. AVX2; elsewhere it is not
 * usable. */
#ifndef TW_IO_NUMBER_BLOCK_H
#define TW_IO_NUMBER_BLOCK_H

#include "data/source.h"

enum { TW_NUMBER_BLOCK = 64 };

typedef struct tw_number_block {
    int64_t value[TW_NUMBER_BLOCK]; /* times 10^decimals; 0 for empty cells */
    uint64_t odd, empty;            /* bit of each cell that was not read, that has no text */
    uint64_t decimals;              /* bit d: a number with d digits behind its mark, d > 0 */
    uint32_t ungrouped;             /* numbers with more than three digits in front */
    uint32_t marked;                /* numbers with a mark … */
    uint32_t groups; /* … and three digits behind, one to three, no zero, in front */
    uint64_t low; /* numbers that may be as small, by their first eight bytes, as the least known */
} tw_number_block;

/* This machine has the instructions. */
bool tw_number_block_usable(void);
/* Read rows [row, row + n) of a column, n <= 64: [-]digits, without needless zeros in front, and
 * where decimals >= 0 also [-]digits.digits with at most so many (9) behind the mark. Odd as well:
 * what might be a date of eight digits, "-0" where decimals >= 0. `least`: rank (data/cell16.h) of
 * the least text. */
void tw_number_block_read(const tw_batch *batch, size_t column, size_t row, size_t n, int decimals,
                          uint64_t least, tw_number_block *out);
/* The same for any number of decimals, without values. */
void tw_number_block_count(const tw_batch *batch, size_t column, size_t row, size_t n,
                           uint64_t least, tw_number_block *out);

#endif
