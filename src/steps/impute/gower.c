/* Blocks of rows times one column: the sums of a row are added in column order whatever the vector width, so that every
 * machine gets the same bits. */
#include "steps/impute/gower.h"

#include <math.h>

TW_KERNEL void tw_gower_number(double *restrict apart, double *restrict weight, const double *restrict cells, size_t n,
                               double q, double w) {
    for (size_t i = 0; i < n; i++) {
        double d = fabs(cells[i] - q);
        apart[i] += d >= 0 ? w * d : 0;
        weight[i] += d >= 0 ? w : 0;
    }
}

TW_KERNEL void tw_gower_level(double *restrict apart, double *restrict weight, const double *restrict cells, size_t n,
                              double q, double w) {
    for (size_t i = 0; i < n; i++) {
        bool known = cells[i] >= 0;
        bool same = cells[i] <= q && cells[i] >= q;
        apart[i] += known && !same ? w : 0;
        weight[i] += known ? w : 0;
    }
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
