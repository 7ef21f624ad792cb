/* Gower's distance from one row to a block of reference rows, column by column.
 *
 * J. C. Gower, A general coefficient of similarity and some of its properties, Biometrics 27 (1971). A column that both rows
 * have adds 1 to `shared` and their difference to `apart`: |a - b| for numbers scaled to their range, 0 or 1 for levels. The
 * distance is apart / shared. known: 1 where a reference has the column, else 0 (its cell is then any finite number). Blocks
 * do not overlap. Pure functions. */
#ifndef TW_STEPS_IMPUTE_GOWER_H
#define TW_STEPS_IMPUTE_GOWER_H

#include "base/attr.h"

void tw_gower_number(double *restrict apart, double *restrict shared, const double *restrict cells,
                     const double *restrict known, size_t n, double q);
void tw_gower_level(double *restrict apart, double *restrict shared, const int32_t *restrict cells,
                    const double *restrict known, size_t n, int32_t q);
/* NaN where nothing is shared. */
void tw_gower_distance(double *restrict distance, const double *restrict apart, const double *restrict shared, size_t n);

/* The k nearest so far: a heap whose top is the farthest; of equally far ones the later row is farther. */
typedef struct tw_near {
    double distance;
    uint32_t row;
} tw_near;
/* *n grows to k; candidates must come in ascending row order. */
void tw_near_offer(tw_near *heap, size_t *n, size_t k, double distance, uint32_t row);
/* Nearest first. */
void tw_near_sort(tw_near *heap, size_t n);

#endif
