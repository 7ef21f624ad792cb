/* Charts as gnuplot scripts: data in named blocks, one plot command, nothing that needs a version above 5.0.
 *
 * Names go through quote(), so that no cell or column name can end a string or start a command. */
#include <math.h>

#include "plot/chart.h"

/* Text in double quotes; what gnuplot could read as a command or markup is escaped, line ends become blanks. */
static bool quote(tw_buf *out, const char *text) {
    tw_buf_char(out, '"');
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '"' || *p == '\\' || *p == '`')
            tw_buf_char(out, '\\');
        tw_buf_char(out, (unsigned char)*p < ' ' ? ' ' : *p);
    }
    return tw_buf_char(out, '"');
}

static bool number(tw_buf *out, double value) {
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64(text, value);
    return isfinite(value) ? tw_buf_add(out, text, n) : tw_buf_c(out, "NaN");
}

static void numbers(tw_buf *out, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            tw_buf_char(out, ' ');
        number(out, values[i]);
    }
    tw_buf_char(out, '\n');
}

/* Seconds for times, so that gnuplot's own time axis reads them. */
static double axis_value(const tw_chart_axis *axis, double value) {
    return axis->type == TW_DATE ? value * 86400 : axis->type == TW_DATETIME || axis->type == TW_TIME ? value / 1e6 : value;
}

static void axis_lines(tw_buf *out, const char *which, const tw_chart_axis *axis) {
    tw_buf_printf(out, "set %slabel ", which);
    quote(out, axis->label);
    tw_buf_c(out, " noenhanced\n");
    if (axis->type != TW_DATE && axis->type != TW_DATETIME && axis->type != TW_TIME)
        return;
    tw_buf_printf(out, "set %sdata time\nset timefmt \"%%s\"\nset format %s \"%s\"\n", which, which,
                  axis->type == TW_DATE ? "%Y-%m-%d" : axis->type == TW_TIME ? "%H:%M" : "%Y-%m-%d\\n%H:%M");
}

static const char *color(const tw_chart_series *s, size_t i) {
    static const char *const palette[] = {"#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d", "#72b7b2", "#e45756", "#bab0ac"};
    return s && s->other ? palette[1] : palette[i % TW_COUNT(palette)];
}

static void data_bins(const tw_chart *chart, tw_buf *out) {
    tw_buf_c(out, "$data << EOD\n");
    for (size_t b = 0; b < chart->n_slots; b++) {
        double row[4] = {axis_value(&chart->x, (chart->edges[b] + chart->edges[b + 1]) / 2),
                         axis_value(&chart->x, chart->edges[b + 1]) - axis_value(&chart->x, chart->edges[b])};
        for (size_t s = 0; s < chart->n_series && s < 2; s++)
            row[2 + s] = chart->series[s].y[b];
        numbers(out, row, 2 + TW_MIN(chart->n_series, (size_t)2));
    }
    tw_buf_c(out, "EOD\n");
}

static void plot_bins(const tw_chart *chart, tw_buf *out) {
    data_bins(chart, out);
    tw_buf_c(out, "set style fill transparent solid 0.6 noborder\nset yrange [0:*]\nplot ");
    for (size_t s = 0; s < chart->n_series && s < 2; s++) {
        tw_buf_printf(out, "%s$data using 1:%zu:2 with boxes lc rgb \"%s\" ", s ? ", " : "", 3 + s, color(&chart->series[s], s));
        tw_buf_c(out, chart->series[s].label ? "title " : "notitle");
        if (chart->series[s].label)
            quote(out, chart->series[s].label);
        if (chart->series[s].label)
            tw_buf_c(out, " noenhanced");
    }
    tw_buf_char(out, '\n');
}

static void plot_levels(const tw_chart *chart, tw_buf *out) {
    tw_buf_c(out, "$data << EOD\n");
    for (size_t l = 0; l < chart->n_slots; l++) {
        double row[3] = {(double)l, 0, 0};
        for (size_t s = 0; s < chart->n_series && s < 2; s++)
            row[1 + s] = chart->series[s].y[l];
        numbers(out, row, 1 + TW_MIN(chart->n_series, (size_t)2));
    }
    tw_buf_c(out, "EOD\nset xtics rotate by -35 noenhanced (");
    for (size_t l = 0; l < chart->n_slots; l++) {
        tw_buf_c(out, l ? ", " : "");
        quote(out, chart->levels[l]);
        tw_buf_printf(out, " %zu", l);
    }
    double width = chart->n_series > 1 ? 0.4 : 0.8;
    tw_buf_c(out, ")\nset style fill solid 0.8 noborder\nset yrange [0:*]\nset xrange [-0.6:");
    number(out, (double)chart->n_slots - 0.4);
    tw_buf_c(out, "]\nplot ");
    for (size_t s = 0; s < chart->n_series && s < 2; s++) {
        tw_buf_printf(out, "%s$data using ($1%s):%zu:(", s ? ", " : "", chart->n_series < 2 ? "" : s ? "+0.2" : "-0.2", 2 + s);
        number(out, width);
        tw_buf_printf(out, ") with boxes lc rgb \"%s\" ", color(&chart->series[s], s));
        tw_buf_c(out, chart->series[s].label ? "title " : "notitle");
        if (chart->series[s].label)
            quote(out, chart->series[s].label);
    }
    tw_buf_char(out, '\n');
}

static void plot_boxes(const tw_chart *chart, tw_buf *out) {
    tw_buf_c(out, "$data << EOD\n");
    for (size_t i = 0; i < chart->n_boxes; i++) {
        const tw_chart_box *b = &chart->boxes[i];
        double row[6] = {(double)i, b->q1, b->low, b->high, b->q3, b->median};
        numbers(out, row, 6);
    }
    tw_buf_c(out, "EOD\nset xtics rotate by -35 noenhanced (");
    for (size_t i = 0; i < chart->n_boxes; i++) {
        tw_buf_c(out, i ? ", " : "");
        quote(out, chart->boxes[i].label);
        tw_buf_printf(out, " %zu", i);
    }
    tw_buf_c(out, ")\nset style fill solid 0.4\nset boxwidth 0.5\nset xrange [-0.6:");
    number(out, (double)chart->n_boxes - 0.4);
    tw_buf_c(out, "]\nplot $data using 1:2:3:4:5 with candlesticks whiskerbars lc rgb \"#4c78a8\" notitle, "
                  "$data using 1:6:6:6:6 with candlesticks lc rgb \"black\" lw 2 notitle\n");
}

static void plot_points(const tw_chart *chart, tw_buf *out) {
    for (size_t s = 0; s < chart->n_series; s++) {
        tw_buf_printf(out, "$data%zu << EOD\n", s);
        for (size_t i = 0; i < chart->series[s].n; i++) {
            double row[2] = {axis_value(&chart->x, chart->series[s].x[i]), axis_value(&chart->y, chart->series[s].y[i])};
            numbers(out, row, 2);
        }
        tw_buf_c(out, "EOD\n");
    }
    tw_buf_c(out, "plot ");
    for (size_t s = 0; s < chart->n_series; s++) {
        tw_buf_printf(out, "%s$data%zu using 1:2 with points pt 7 ps 0.4 lc rgb \"%s\" ", s ? ", " : "", s,
                      color(&chart->series[s], s));
        tw_buf_c(out, chart->series[s].label ? "title " : "notitle");
        if (chart->series[s].label)
            quote(out, chart->series[s].label);
    }
    tw_buf_char(out, '\n');
}

enum tw_rc tw_chart_script(const tw_chart *chart, const char *terminal, const char *output, tw_buf *out, tw_error *err) {
    static void (*const plots[])(const tw_chart *, tw_buf *) = {
        [TW_SHAPE_BINS] = plot_bins,
        [TW_SHAPE_LEVELS] = plot_levels,
        [TW_SHAPE_BOXES] = plot_boxes,
        [TW_SHAPE_POINTS] = plot_points,
    };
    tw_buf_c(out, "reset\n");
    if (terminal)
        tw_buf_printf(out, "%s\n", terminal);
    if (output) {
        tw_buf_c(out, "set output ");
        quote(out, output);
        tw_buf_char(out, '\n');
    }
    tw_buf_c(out, "set encoding utf8\nset title ");
    quote(out, chart->title);
    tw_buf_c(out, " noenhanced\nset key noenhanced\n");
    /* the value axis of boxes is drawn upwards here, across on a text screen */
    bool turned = chart->shape == TW_SHAPE_BOXES;
    tw_chart_axis count = {chart->share ? "percent" : "rows", TW_FLOAT, 0, 0}, none = {"", TW_TEXT, 0, 0};
    axis_lines(out, "x", turned ? &none : &chart->x);
    axis_lines(out, "y", turned ? &chart->x : chart->shape == TW_SHAPE_POINTS ? &chart->y : &count);
    plots[chart->shape](chart, out);
    if (output)
        tw_buf_c(out, "unset output\n");
    return tw_buf_check(out, err);
}
