/* A chart in a pane, drawn by our own renderer at whatever size the pane has. */
#include "plot/plot.h"
#include "tui/pane.h"
#include "tui/workbench.h"

typedef struct plot_pane {
    tw_pane pane;
    tw_chart *chart;
} plot_pane;

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    (void)focused;
    plot_pane *self = (plot_pane *)pane;
    tw_chart_paint(self->chart, grid, area.x, area.y, area.width, area.height, tw_workbench_ascii(wb));
}

static void go(tw_pane *pane, tw_workbench *wb, enum tw_go where) {
    (void)pane;
    (void)wb;
    (void)where;
}

static void pane_free(tw_pane *pane) {
    plot_pane *self = (plot_pane *)pane;
    tw_chart_free(self->chart);
    free(self);
}

static const tw_pane_ops ops = {.context = "plot", .draw = draw, .go = go, .free = pane_free};

tw_pane *tw_plot_pane_new(const char *line, struct tw_chart *chart) {
    plot_pane *self = tw_calloc(1, sizeof *self);
    if (!self) {
        tw_chart_free(chart);
        return NULL;
    }
    self->pane.ops = &ops;
    self->chart = chart;
    tw_pane_set_title(&self->pane, line);
    return &self->pane;
}
