/* Blocks of rows times one column: the sums of a row are added in column order whatever the vector width, so that every
 * machine gets the same bits. Missing cells are a factor of 0, not NaN, because a comparison of doubles may trap and keeps
 * the compiler from using vectors. */
#include "steps/impute/gower.h"

#include <math.h>

TW_KERNEL void tw_gower_number(double *restrict apart, double *restrict shared, const double *restrict cells,
                               const double *restrict known, size_t n, double q) {
    for (size_t i = 0; i < n; i++) {
        apart[i] += known[i] * fabs(cells[i] - q);
        shared[i] += known[i];
    }
}

TW_KERNEL void tw_gower_level(double *restrict apart, double *restrict shared, const int32_t *restrict cells,
                              const double *restrict known, size_t n, int32_t q) {
    for (size_t i = 0; i < n; i++) {
        apart[i] += known[i] * (double)(cells[i] != q);
        shared[i] += known[i];
    }
}

TW_KERNEL void tw_gower_distance(double *restrict distance, const double *restrict apart, const double *restrict shared,
                                 size_t n) {
    for (size_t i = 0; i < n; i++)
        distance[i] = apart[i] / shared[i];
}

static bool is_farther(tw_near a, tw_near b) {
    return a.distance > b.distance || (a.distance >= b.distance && a.row > b.row);
}

static void sink(tw_near *heap, size_t n, size_t at) {
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_farther(heap[child + 1], heap[child]))
            child++;
        if (!is_farther(heap[child], heap[at]))
            return;
        tw_near moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
    }
}

void tw_near_offer(tw_near *heap, size_t *n, size_t k, double distance, uint32_t row) {
    if (*n == k) {
        if (distance >= heap[0].distance)
            return;
        heap[0] = (tw_near){distance, row};
        sink(heap, k, 0);
        return;
    }
    heap[(*n)++] = (tw_near){distance, row};
    if (*n == k)
        for (size_t i = k / 2; i-- > 0;)
            sink(heap, k, i);
}

void tw_near_sort(tw_near *heap, size_t n) {
    for (size_t i = 1; i < n; i++) {
        tw_near moved = heap[i];
        size_t to = i;
        for (; to > 0 && is_farther(heap[to - 1], moved); to--)
            heap[to] = heap[to - 1];
        heap[to] = moved;
    }
}
