/* The estimator of Ertl: a sum over how often each register value occurs, with corrections at both
 * ends. */
#include "stat/hll.h"

#include <math.h>

enum { TOP_RANK = 64 - TW_HLL_BITS + 1 };

void tw_hll_init(tw_hll *h) {
    memset(h, 0, sizeof *h);
}

void tw_hll_merge(tw_hll *h, const tw_hll *other) {
    for (size_t i = 0; i < TW_HLL_REGISTERS; i++)
        h->reg[i] = TW_MAX(h->reg[i], other->reg[i]);
}

static double sigma(double x) {
    if (x >= 1)
        return INFINITY;
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z > before);
    return z;
}

static double tau(double x) {
    if (x <= 0 || x >= 1)
        return 0;
    double y = 1, z = 1 - x, before;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z < before);
    return z / 3;
}

double tw_hll_estimate(const tw_hll *h) {
    const double m = TW_HLL_REGISTERS;
    double count[TOP_RANK + 1] = {0};
    for (size_t i = 0; i < TW_HLL_REGISTERS; i++)
        count[h->reg[i]]++;
    double z = m * tau(1 - count[TOP_RANK] / m);
    for (int k = TOP_RANK - 1; k >= 1; k--)
        z = 0.5 * (z + count[k]);
    z += m * sigma(count[0] / m);
    return m * m / (2 * 0.6931471805599453 * z);
}
