/* Sums of a row are added in column order whatever the vector width, so that every machine gets the same bits. */
#include "steps/augment/square.h"

TW_KERNEL void tw_square_number(double *restrict distance, const double *restrict cells, size_t n, double q) {
    for (size_t i = 0; i < n; i++)
        distance[i] += (cells[i] - q) * (cells[i] - q);
}

TW_KERNEL void tw_square_level(double *restrict distance, const uint32_t *restrict cells, size_t n, uint32_t q, double cost) {
    for (size_t i = 0; i < n; i++)
        distance[i] += (double)(cells[i] != q) * cost;
}
