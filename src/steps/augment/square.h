/* Squared distances from one row to a block of rows, column by column. Pure functions; blocks do not overlap. */
#ifndef TW_STEPS_AUGMENT_SQUARE_H
#define TW_STEPS_AUGMENT_SQUARE_H

#include "base/attr.h"

/* distance[i] += (cells[i] - q)^2 */
void tw_square_number(double *restrict distance, const double *restrict cells, size_t n, double q);
/* distance[i] += cost where cells[i] differs from q */
void tw_square_level(double *restrict distance, const uint32_t *restrict cells, size_t n, uint32_t q, double cost);

#endif
