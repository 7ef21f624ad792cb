/* Charts as text: eighth blocks for bins, bars for levels, lines for boxes, braille for points; or plain ASCII.
 *
 * Always available, no gnuplot needed, repaints in well under a millisecond. Two tables stand side by side in each bin or
 * below each other in each level. Nothing is drawn where the area is too small: then only the title remains. */
#include <math.h>

#include "base/unicode.h"
#include "plot/chart.h"

typedef struct canvas {
    tw_cellgrid *grid;
    int x, y, width, height;
    bool ascii;
} canvas;

static enum tw_role_id series_role(bool other) {
    return other ? TW_ROLE_CHART_OTHER : TW_ROLE_CHART;
}

/* Part of a cell filled from below (vertical) or from the left, in eighths 0 to 8. */
static const char *block(int eighths, bool vertical, bool ascii) {
    static const char *const up[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const across[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    if (ascii)
        return eighths >= 4 ? "#" : "";
    return vertical ? up[eighths] : across[eighths];
}

static void put(const canvas *c, int x, int y, const char *text, enum tw_role_id role) {
    if (*text && x >= 0 && x < c->width && y >= 0 && y < c->height)
        tw_cellgrid_text(c->grid, c->x + x, c->y + y, c->width - x, tw_str_c(text), role, false);
}

static void column_bar(const canvas *c, int x, int bottom, int height, double share, enum tw_role_id role) {
    int eighths = (int)lround(share * height * 8);
    if (eighths == 0 && share > 0)
        eighths = 1;
    for (int row = 0; row < height && eighths > 0; row++, eighths -= 8)
        put(c, x, bottom - row, block(eighths < 8 ? eighths : 8, true, c->ascii), role);
}

/* Ticks of an axis below an area: low at the left, high at the right, middle if there is room. */
static void x_axis(const canvas *c, const tw_chart_axis *axis, int left, int width, int y) {
    char text[3][40];
    tw_chart_axis_text(axis, axis->low, text[0]);
    tw_chart_axis_text(axis, axis->low + (axis->high - axis->low) / 2, text[1]);
    tw_chart_axis_text(axis, axis->high, text[2]);
    int n[3] = {(int)strlen(text[0]), (int)strlen(text[1]), (int)strlen(text[2])};
    put(c, left, y, text[0], TW_ROLE_AXIS);
    if (left + width - n[2] > left + n[0])
        put(c, left + width - n[2], y, text[2], TW_ROLE_AXIS);
    if (n[0] + n[1] + n[2] + 6 < width)
        put(c, left + (width - n[1]) / 2, y, text[1], TW_ROLE_AXIS);
}

/* Room for y labels at the left: peak at the top, zero at the bottom. Returns its width. */
static int y_axis(const canvas *c, double low, double high, const tw_chart_axis *axis, const char *suffix, int top, int bottom) {
    char upper[44], lower[44], text[40];
    tw_chart_axis_text(axis, high, text);
    snprintf(upper, sizeof upper, "%s%s", text, suffix);
    tw_chart_axis_text(axis, low, text);
    snprintf(lower, sizeof lower, "%s%s", text, suffix);
    int width = (int)TW_MAX(strlen(upper), strlen(lower));
    if (width + 12 > c->width || bottom <= top)
        return 0;
    put(c, width - (int)strlen(upper), top, upper, TW_ROLE_AXIS);
    put(c, width - (int)strlen(lower), bottom, lower, TW_ROLE_AXIS);
    for (int y = top; y <= bottom; y++)
        put(c, width, y, c->ascii ? "|" : "│", TW_ROLE_AXIS);
    return width + 1;
}

static void paint_bins(const tw_chart *chart, const canvas *c) {
    int top = 0, bottom = c->height - 2;
    double peak = tw_chart_peak(chart);
    int left = y_axis(c, 0, peak, &chart->y, chart->share ? "%" : "", top, bottom);
    int room = c->width - left;
    if (room < 1 || bottom < top)
        return;
    for (int x = 0; x < room; x++) {
        /* every screen column shows the bin below its middle; with two tables they alternate */
        size_t table = chart->n_series == 2 ? (size_t)x % 2 : 0;
        int pairs = chart->n_series == 2 ? (room + 1) / 2 : room;
        size_t at = chart->n_series == 2 ? (size_t)x / 2 : (size_t)x;
        size_t bin = (size_t)(((double)at + 0.5) / pairs * (double)chart->n_slots);
        if (bin >= chart->n_slots)
            bin = chart->n_slots - 1;
        const tw_chart_series *s = &chart->series[table];
        column_bar(c, left + x, bottom, bottom - top + 1, s->y[bin] / peak, series_role(s->other));
    }
    x_axis(c, &chart->x, left, room, bottom + 1);
}

static int label_room(const canvas *c, const char *const *labels, size_t n) {
    size_t widest = 0;
    for (size_t i = 0; i < n; i++)
        widest = TW_MAX(widest, tw_text_width(tw_str_c(labels[i])));
    return (int)TW_MIN(widest, (size_t)(c->width / 3));
}

static void paint_level(const tw_chart *chart, const canvas *c, size_t slot, int left, int y, double peak) {
    tw_cellgrid_text(c->grid, c->x, c->y + y, left - 1, tw_str_c(chart->levels[slot]), TW_ROLE_TEXT, false);
    int room = c->width - left - 9;
    for (size_t t = 0; t < chart->n_series; t++) {
        const tw_chart_series *s = &chart->series[t];
        int eighths = room > 0 ? (int)lround(s->y[slot] / peak * room * 8) : 0, x = left, row = y + (int)t;
        if (row >= c->height)
            return;
        for (; eighths > 0; eighths -= 8)
            put(c, x++, row, block(eighths < 8 ? eighths : 8, false, c->ascii), series_role(s->other));
        char text[40];
        tw_chart_axis_text(&chart->y, s->y[slot], text);
        put(c, x + 1, row, text, TW_ROLE_AXIS);
    }
}

static void paint_levels(const tw_chart *chart, const canvas *c) {
    int left = label_room(c, chart->levels, chart->n_slots) + 1;
    double peak = tw_chart_peak(chart);
    int step = (int)chart->n_series;
    for (size_t slot = 0; slot < chart->n_slots && (int)slot * step < c->height; slot++)
        paint_level(chart, c, slot, left, (int)slot * step, peak);
}

static int scaled(double value, double low, double high, int room) {
    return high > low ? (int)lround((value - low) / (high - low) * (room - 1)) : 0;
}

static void paint_box(const tw_chart *chart, const canvas *c, const tw_chart_box *b, int left, int y) {
    int room = c->width - left;
    tw_cellgrid_text(c->grid, c->x, c->y + y, left - 1, tw_str_c(b->label), series_role(b->other), false);
    int at[5] = {scaled(b->low, chart->x.low, chart->x.high, room), scaled(b->q1, chart->x.low, chart->x.high, room),
                 scaled(b->median, chart->x.low, chart->x.high, room), scaled(b->q3, chart->x.low, chart->x.high, room),
                 scaled(b->high, chart->x.low, chart->x.high, room)};
    for (int x = at[0]; x <= at[4]; x++) {
        bool inside = x >= at[1] && x <= at[3];
        const char *mark = c->ascii ? (inside ? "=" : "-") : (inside ? "▒" : "─");
        put(c, left + x, y, mark, series_role(b->other));
    }
    put(c, left + at[0], y, c->ascii ? "|" : "├", series_role(b->other));
    put(c, left + at[4], y, c->ascii ? "|" : "┤", series_role(b->other));
    put(c, left + at[2], y, c->ascii ? "M" : "█", series_role(b->other));
}

static void paint_boxes(const tw_chart *chart, const canvas *c) {
    const char *labels[4 * TW_CHART_GROUPS];
    size_t n = TW_MIN(chart->n_boxes, TW_COUNT(labels));
    for (size_t i = 0; i < n; i++)
        labels[i] = chart->boxes[i].label;
    int left = label_room(c, labels, n) + 1;
    if (c->width - left < 5 || c->height < 2)
        return;
    for (size_t i = 0; i < n && (int)i < c->height - 1; i++)
        paint_box(chart, c, &chart->boxes[i], left, (int)i);
    x_axis(c, &chart->x, left, c->width - left, (int)TW_MIN(n, (size_t)(c->height - 1)));
}

/* Braille dots: bit of dot (column 0..1, row 0..3) in U+2800. */
static const uint8_t braille_bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

static void put_braille(const canvas *c, int x, int y, uint8_t dots, enum tw_role_id role) {
    char text[4] = {(char)0xE2, (char)(0xA0 | dots >> 6), (char)(0x80 | (dots & 0x3F)), '\0'};
    put(c, x, y, c->ascii ? "*" : text, role);
}

static void paint_series(const tw_chart *chart, const canvas *c, const tw_chart_series *s, int left, int width, int height,
                         enum tw_role_id role) {
    uint8_t *dots = tw_calloc((size_t)width * (size_t)height, 1);
    if (!dots)
        return;
    for (size_t i = 0; i < s->n; i++) {
        int x = scaled(s->x[i], chart->x.low, chart->x.high, 2 * width);
        int y = 4 * height - 1 - scaled(s->y[i], chart->y.low, chart->y.high, 4 * height);
        dots[(y / 4) * width + x / 2] |= braille_bits[y % 4][x % 2];
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (dots[y * width + x])
                put_braille(c, left + x, y, dots[y * width + x], role);
    free(dots);
}

static void paint_points(const tw_chart *chart, const canvas *c) {
    static const enum tw_role_id roles[] = {TW_ROLE_CHART, TW_ROLE_CHART_OTHER, TW_ROLE_GOOD, TW_ROLE_BAD, TW_ROLE_STRONG};
    int bottom = c->height - 2;
    int left = y_axis(c, chart->y.low, chart->y.high, &chart->y, "", 0, bottom);
    int width = c->width - left;
    if (width < 2 || bottom < 0)
        return;
    for (size_t i = 0; i < chart->n_series; i++)
        paint_series(chart, c, &chart->series[i], left, width, bottom + 1,
                     chart->series[i].other ? TW_ROLE_CHART_OTHER : roles[i % TW_COUNT(roles)]);
    x_axis(c, &chart->x, left, width, bottom + 1);
}

/* Title line with the names of the series in their roles. */
static void paint_title(const tw_chart *chart, const canvas *c) {
    int x = tw_cellgrid_text(c->grid, c->x, c->y, c->width, tw_str_c(chart->title), TW_ROLE_STRONG, false);
    for (size_t i = 0; i < chart->n_series; i++) {
        const tw_chart_series *s = &chart->series[i];
        if (!s->label || x + 4 >= c->width)
            continue;
        x += 2;
        x += tw_cellgrid_text(c->grid, c->x + x, c->y, c->width - x, tw_str_c(c->ascii ? "#" : "█"), series_role(s->other), false);
        x += 1;
        x += tw_cellgrid_text(c->grid, c->x + x, c->y, c->width - x, tw_str_c(s->label), TW_ROLE_AXIS, false);
    }
}

void tw_chart_paint(const tw_chart *chart, tw_cellgrid *grid, int x, int y, int width, int height, bool ascii) {
    static void (*const painters[])(const tw_chart *, const canvas *) = {
        [TW_SHAPE_BINS] = paint_bins,
        [TW_SHAPE_LEVELS] = paint_levels,
        [TW_SHAPE_BOXES] = paint_boxes,
        [TW_SHAPE_POINTS] = paint_points,
    };
    if (width < 1 || height < 1)
        return;
    canvas title = {grid, x, y, width, height, ascii};
    paint_title(chart, &title);
    canvas area = {grid, x, y + 1, width, height - 1, ascii};
    if (area.height > 0)
        painters[chart->shape](chart, &area);
}
