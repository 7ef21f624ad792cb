/* The chart model inside this room: what every renderer reads. Everything lies in the chart's arena.
 *
 * One shape decides which fields are filled: bins (edges, series.y = one value a bin), levels (names, series.y = one
 * value a level), boxes, points (series.x, series.y). At most TW_CHART_POINTS values in all. */
#ifndef TW_PLOT_CHART_H
#define TW_PLOT_CHART_H

#include "plot/plot.h"

#define TW_CHART_POINTS 4096
#define TW_CHART_LEVELS 24
#define TW_CHART_GROUPS 8

enum tw_chart_shape { TW_SHAPE_BINS, TW_SHAPE_LEVELS, TW_SHAPE_BOXES, TW_SHAPE_POINTS };

typedef struct tw_chart_series {
    const char *label; /* NULL = the only one */
    bool other;        /* of the second table */
    double *x, *y;
    size_t n;
} tw_chart_series;

typedef struct tw_chart_box {
    const char *label;
    bool other;
    double low, q1, median, q3, high; /* whiskers: last value within 1.5 IQR of the box (Tukey) */
    int64_t n, outside;
} tw_chart_box;

typedef struct tw_chart_axis {
    const char *label;
    enum tw_type type; /* how its numbers read */
    double low, high;
} tw_chart_axis;

struct tw_chart {
    tw_arena arena;
    enum tw_chart_shape shape;
    const char *title;
    tw_chart_axis x, y;
    bool share;    /* y is a share of each table in percent, not a count */
    double *edges; /* bins + 1 */
    const char **levels;
    size_t n_slots; /* bins or levels */
    tw_chart_series *series;
    size_t n_series;
    tw_chart_box *boxes;
    size_t n_boxes;
};

/* A parsed spec: "kind(arg, …, key=value)". Slices borrow from the text. */
typedef struct tw_chart_spec {
    tw_str kind;
    tw_str columns[8];
    size_t n_columns;
    tw_str by;  /* by= or color=; p NULL = none */
    int64_t bins; /* bins=, 0 = automatic */
} tw_chart_spec;
TW_NODISCARD enum tw_rc tw_chart_spec_parse(tw_str text, tw_chart_spec *out, tw_error *err);

/* A number of an axis as people read it, by type; short. */
void tw_chart_axis_text(const tw_chart_axis *axis, double value, char out[40]);
/* Greatest y of all bins or levels; 1 when all are zero. */
double tw_chart_peak(const tw_chart *chart);

#endif
