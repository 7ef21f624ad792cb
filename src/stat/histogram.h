/* Equal-width histograms: how many bins, their edges, counting.
 *
 * Bins are half open, the last one closed, as in numpy. NaN is skipped. */
#ifndef TW_STAT_HISTOGRAM_H
#define TW_STAT_HISTOGRAM_H

#include "base/attr.h"

enum { TW_HISTOGRAM_BINS = 64 };

/* Freedman-Diaconis width (2 IQR n^-1/3), at least Sturges' number of bins, at most `most`; one bin
 * without spread. With `whole` the width is a whole number and edges lie on halves, so that each
 * bin holds equally many whole numbers. */
size_t tw_histogram_edges(int64_t n, double min, double max, double iqr, bool whole, size_t most,
                          double *edges);
/* Add to counts[bins]; values outside the edges are put into the nearest bin. */
void tw_histogram_count(const double *x, size_t n, const double *edges, size_t bins,
                        int64_t *counts);
/* One value `times` times. */
void tw_histogram_put(double x, int64_t times, const double *edges, size_t bins, int64_t *counts);

#endif
