/* The linear congruential numbers the expected figures of these tests were computed on with NumPy
 * and SciPy. */
#ifndef TW_TESTS_STAT_SAMPLE_H
#define TW_TESTS_STAT_SAMPLE_H

#include <math.h>

#include "../tap.h"

static inline void sample_fill(uint64_t seed, double *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        seed = (seed * 1103515245u + 12345u) % (UINT64_C(1) << 31);
        out[i] = (double)seed / 2147483648.0;
    }
}

#endif
