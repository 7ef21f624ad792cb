/* Geometry is in whole or tenth units of a viewBox and written without the locale, so that the same
 * figures give the same bytes. A bin that holds anything is drawn at least a hair high: rare values
 * are what one looks for. */
#include "report/html_chart.h"

#include <math.h>

#include "report/html_text.h"
#include "report/value.h"

enum { WIDTH = 320, HEIGHT = 72, SPARK_WIDTH = 60, SPARK_HEIGHT = 16, CELL = 20, LABEL = 190 };
static const double HAIR = 1.2;

static void put_tenth(tw_buf *out, double value) {
    long tenths = lround(value * 10);
    tw_buf_printf(out, tenths % 10 ? "%ld.%ld" : "%ld", tenths / 10, labs(tenths % 10));
}

/* A blank before it, so that a path can be put together from numbers. */
static void put_point(tw_buf *out, double x, double y) {
    tw_buf_char(out, ' ');
    put_tenth(out, x);
    tw_buf_char(out, ' ');
    put_tenth(out, y);
}

static double peak_of(const tw_doc *counts) {
    double peak = 0;
    for (size_t i = 0; i < tw_doc_count(counts); i++)
        peak = fmax(peak, tw_doc_as_number(tw_doc_at(counts, i), 0));
    return peak;
}

static double bar_height(const tw_doc *counts, size_t i, double peak, double height) {
    double value = tw_doc_as_number(tw_doc_at(counts, i), 0);
    return value > 0 && peak > 0 ? fmax(value / peak * height, HAIR) : 0;
}

/* All bars as one outline; open: the line along their tops only. */
static void put_outline(tw_buf *out, const tw_doc *counts, double peak, double width, double height,
                        const char *class) {
    size_t n = tw_doc_count(counts);
    tw_buf_printf(out, "<path class=\"%s\" d=\"M", class);
    put_point(out, 0, height);
    for (size_t i = 0; i < n; i++) {
        double top = height - bar_height(counts, i, peak, height);
        put_point(out, width * (double)i / (double)n, top);
        put_point(out, width * (double)(i + 1) / (double)n, top);
    }
    put_point(out, width, height);
    tw_buf_c(out, "\"/>");
}

static void put_amount(tw_buf *out, const tw_doc *count, bool shares) {
    if (shares) {
        tw_value_put_share(tw_doc_as_number(count, 0), out);
        return;
    }
    tw_value_put(count, out);
    tw_buf_c(out, tw_doc_as_int(count, 0) == 1 ? " row" : " rows");
}

static void put_edge(tw_buf *out, const tw_doc *edges, size_t i) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_value_put(tw_doc_at(edges, i), &text);
    tw_html_text(out, tw_buf_view(&text));
    out->failed = out->failed || text.failed;
    tw_buf_fini(&text);
}

static void put_bars(tw_buf *out, const tw_page_bins *b, double peak) {
    size_t n = tw_doc_count(b->counts);
    double step = (double)WIDTH / (double)n, gap = n > 40 ? 0.4 : 1;
    for (size_t i = 0; i < n; i++) {
        double high = bar_height(b->counts, i, peak, HEIGHT);
        tw_buf_c(out, "<rect x=\"");
        put_tenth(out, step * (double)i);
        tw_buf_c(out, "\" y=\"");
        put_tenth(out, HEIGHT - high);
        tw_buf_c(out, "\" width=\"");
        put_tenth(out, fmax(step - gap, 0.5));
        tw_buf_c(out, "\" height=\"");
        put_tenth(out, high);
        tw_buf_c(out, "\"><title>");
        put_edge(out, b->edges, i);
        tw_buf_c(out, " to ");
        put_edge(out, b->edges, i + 1);
        tw_buf_c(out, ": ");
        put_amount(out, tw_doc_at(b->counts, i), b->other != NULL);
        if (b->other) {
            tw_buf_c(out, ", other ");
            put_amount(out, tw_doc_at(b->other, i), true);
        }
        tw_buf_c(out, "</title></rect>");
    }
}

static size_t fullest(const tw_doc *counts) {
    size_t best = 0;
    for (size_t i = 0; i < tw_doc_count(counts); i++)
        if (tw_doc_as_number(tw_doc_at(counts, i), 0) >
            tw_doc_as_number(tw_doc_at(counts, best), 0))
            best = i;
    return best;
}

static void put_label(tw_buf *out, const tw_page_bins *b) {
    size_t n = tw_doc_count(b->counts), top = fullest(b->counts);
    tw_buf_c(out, "Histogram of ");
    tw_html_text(out, b->name);
    tw_buf_printf(out, ": %zu bins from ", n);
    put_edge(out, b->edges, 0);
    tw_buf_c(out, " to ");
    put_edge(out, b->edges, n);
    tw_buf_c(out, "; most, ");
    put_amount(out, tw_doc_at(b->counts, top), b->other != NULL);
    tw_buf_c(out, ", from ");
    put_edge(out, b->edges, top);
    tw_buf_c(out, " to ");
    put_edge(out, b->edges, top + 1);
}

void tw_html_bins(tw_buf *out, const tw_page_bins *b, bool plain) {
    size_t n = tw_doc_count(b->counts);
    double peak = fmax(peak_of(b->counts), peak_of(b->other));
    if (!n || tw_doc_count(b->edges) != n + 1)
        return;
    tw_buf_printf(out, "<figure><svg class=\"hist\" viewBox=\"0 0 %d %d\" ", WIDTH, HEIGHT);
    tw_buf_c(out, "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
    put_label(out, b);
    tw_buf_c(out, "\">");
    if (plain)
        put_outline(out, b->counts, peak, WIDTH, HEIGHT, "bins");
    else
        put_bars(out, b, peak);
    if (b->other)
        put_outline(out, b->other, peak, WIDTH, HEIGHT, "over");
    tw_buf_c(out, "</svg><figcaption><span>");
    put_edge(out, b->edges, 0);
    tw_buf_c(out, "</span><span>");
    put_edge(out, b->edges, n);
    tw_buf_c(out, "</span></figcaption></figure>\n");
}

void tw_html_spark(tw_buf *out, const tw_doc *counts) {
    if (!tw_doc_count(counts))
        return;
    tw_buf_printf(out, "<svg class=\"spark\" viewBox=\"0 0 %d %d\" ", SPARK_WIDTH, SPARK_HEIGHT);
    tw_buf_c(out, "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    put_outline(out, counts, peak_of(counts), SPARK_WIDTH, SPARK_HEIGHT, "bins");
    tw_buf_c(out, "</svg>");
}

/* --- heat --- */

static void put_heat_cell(tw_buf *out, const tw_str *names, size_t row, size_t column,
                          double value) {
    tw_buf_printf(out, "<rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" fill-opacity=\"",
                  column * CELL, row * CELL, CELL - 1, CELL - 1);
    long percent = lround(100 * fmin(fmax(value, 0), 1));
    tw_buf_printf(out, "%ld.%02ld\"><title>", percent / 100, percent % 100);
    tw_html_text(out, names[row]);
    tw_buf_c(out, " and ");
    tw_html_text(out, names[column]);
    tw_buf_c(out, ": ");
    tw_value_put_fixed(value, 3, out);
    tw_buf_c(out, "</title></rect>");
}

/* The lower half of the square, each name at the end of its row: on the diagonal, where it heads
 * the column below it too. */
void tw_html_heat(tw_buf *out, const tw_str *names, const double *values, size_t n) {
    tw_buf_printf(out, "<figure class=\"heat\"><svg viewBox=\"0 0 %zu %zu\" width=\"%zu\" ",
                  n * CELL + LABEL, n * CELL, n * CELL + LABEL);
    tw_buf_c(out, "role=\"img\" aria-label=\"Strength of association of each pair of columns; the "
                  "strongest stand in the table below\">");
    for (size_t row = 0; row < n; row++) {
        for (size_t column = 0; column < row; column++)
            if (!isnan(values[row * n + column]))
                put_heat_cell(out, names, row, column, values[row * n + column]);
        tw_buf_printf(out, "<text x=\"%zu\" y=\"%zu\">", row * CELL + 4, row * CELL + CELL - 6);
        tw_html_text(out, names[row]);
        tw_buf_c(out, "</text>");
    }
    tw_buf_c(out, "</svg></figure>\n");
}

/* --- scale --- */

static void put_mark(tw_buf *out, const char *word, double at, double low) {
    if (isnan(at))
        return;
    tw_buf_printf(out, "<i class=\"%s\" style=\"left:", word);
    put_tenth(out, 100 * fmin(fmax((at - low) / (1 - low), 0), 1));
    tw_buf_printf(out, "%%\" title=\"%s ", word);
    tw_value_put_fixed(at, 4, out);
    tw_buf_c(out, "\"></i>");
}

/* Where the track begins: a tenth or two below all of its marks, so that they stand apart. */
static double track_low(const tw_page_scale *s) {
    double least = fmin(fmin(s->score, s->floor), s->ceiling);
    return isnan(least) ? 0 : fmin(fmax(floor(least * 10 - 0.5) / 10, 0), 0.9);
}

void tw_html_scale(tw_buf *out, const tw_page_scale *s) {
    double low = track_low(s);
    tw_buf_c(out, "<div class=\"scale\"><b>");
    tw_html_text(out, tw_str_c(s->label));
    tw_buf_c(out, "</b><span class=\"num\">");
    tw_value_put_fixed(low, 1, out);
    tw_buf_c(out, "</span><span class=\"track\" role=\"img\" aria-label=\"score ");
    tw_value_put_fixed(s->score, 4, out);
    tw_buf_c(out, ", floor ");
    tw_value_put_fixed(s->floor, 4, out);
    tw_buf_c(out, ", ceiling ");
    tw_value_put_fixed(s->ceiling, 4, out);
    tw_buf_c(out, "\">");
    put_mark(out, "floor", s->floor, low);
    put_mark(out, "ceiling", s->ceiling, low);
    put_mark(out, "score", s->score, low);
    tw_buf_c(out, "</span><span class=\"num\">1.0</span></div>\n");
}
