/* The bin is guessed by one multiplication and corrected against the edges, so that what the edges
 * say always holds. */
#include "stat/histogram.h"

#include <math.h>

static size_t wanted_bins(int64_t n, double range, double iqr, size_t most) {
    double sturges = ceil(log2((double)TW_MAX(n, (int64_t)1))) + 1;
    double width = 2 * iqr / cbrt((double)TW_MAX(n, (int64_t)1));
    double bins = width > 0 ? ceil(range / width) : sturges;
    bins = TW_MAX(bins, sturges);
    return bins > (double)most ? most : (size_t)bins;
}

size_t tw_histogram_edges(int64_t n, double min, double max, double iqr, bool whole, size_t most,
                          double *edges) {
    double range = max - min;
    if (n == 0 || !isfinite(range))
        return 0;
    size_t bins = range > 0 ? wanted_bins(n, range, iqr, most) : 1;
    double start = min, end = max;
    if (whole && range < 9e15) {
        double width = TW_MAX(1.0, ceil((range + 1) / (double)bins));
        bins = (size_t)ceil((range + 1) / width);
        start = min - 0.5;
        end = start + width * (double)bins;
    } else if (!(range > 0)) {
        start = min - 0.5;
        end = max + 0.5;
    }
    for (size_t i = 0; i <= bins; i++)
        edges[i] = start + (end - start) * ((double)i / (double)bins);
    edges[bins] = end;
    return bins;
}

static size_t bin_of(double x, const double *edges, size_t bins, double scale) {
    double guess = (x - edges[0]) * scale;
    size_t b = guess > 0 ? (guess < (double)bins ? (size_t)guess : bins - 1) : 0;
    while (b > 0 && x < edges[b])
        b--;
    while (b + 1 < bins && x >= edges[b + 1])
        b++;
    return b;
}

void tw_histogram_put(double x, int64_t times, const double *edges, size_t bins, int64_t *counts) {
    if (bins && !isnan(x))
        counts[bin_of(x, edges, bins, (double)bins / (edges[bins] - edges[0]))] += times;
}

void tw_histogram_count(const double *x, size_t n, const double *edges, size_t bins,
                        int64_t *counts) {
    if (!bins)
        return;
    double scale = (double)bins / (edges[bins] - edges[0]);
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            counts[bin_of(x[i], edges, bins, scale)]++;
}
