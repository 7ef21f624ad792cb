/* A chart in a pane, drawn at whatever size the pane has: by our own renderer, or, with graphics=gnuplot, by gnuplot's text
 * terminal. gnuplot's picture is kept until the size changes; when there is no gnuplot, or it hangs, ours stands in. */
#include "plot/plot.h"
#include "tui/pane.h"
#include "tui/workbench.h"

typedef struct plot_pane {
    tw_pane pane;
    tw_chart *chart;
    tw_gnuplot *gnuplot;   /* NULL until it is wanted */
    tw_cellgrid *picture;  /* gnuplot's last one; NULL = none */
    bool failed;           /* gnuplot could not draw this chart: not tried again at every painting */
} plot_pane;

static bool wants_gnuplot(tw_workbench *wb) {
    return tw_str_eq_c(tw_session_option(tw_workbench_session(wb), "graphics"), "gnuplot");
}

/* The error is said once; the chart is drawn all the same. */
static void give_up(plot_pane *self, tw_workbench *wb, const tw_error *err) {
    char text[512];
    tw_error_render(err, text, sizeof text);
    tw_workbench_say(wb, TW_ROLE_MESSAGE_ERROR, text);
    tw_cellgrid_free(self->picture);
    self->picture = NULL;
    self->failed = true;
}

static bool has_picture(plot_pane *self, tw_workbench *wb, tw_rect area) {
    tw_error err = TW_ERROR_INIT;
    if (self->failed)
        return false;
    if (self->picture && tw_cellgrid_width(self->picture) == area.width && tw_cellgrid_height(self->picture) == area.height)
        return true;
    tw_cellgrid_free(self->picture);
    self->picture = tw_cellgrid_new(area.width, area.height);
    enum tw_rc rc = self->picture ? TW_OK : tw_fail_memory(&err);
    if (rc == TW_OK && !self->gnuplot)
        rc = tw_gnuplot_new(&self->gnuplot, &err);
    if (rc == TW_OK)
        rc = tw_gnuplot_paint(self->gnuplot, self->chart, self->picture, 0, 0, area.width, area.height, &err);
    if (rc != TW_OK)
        give_up(self, wb, &err);
    return rc == TW_OK;
}

static void copy_picture(const plot_pane *self, tw_cellgrid *grid, tw_rect area) {
    for (int y = 0; y < area.height; y++)
        for (int x = 0; x < area.width; x++) {
            const tw_glyph *g = tw_cellgrid_at(self->picture, x, y);
            if (g && g->text[0])
                tw_cellgrid_text(grid, area.x + x, area.y + y, g->width, tw_str_c(g->text), (enum tw_role_id)g->role, false);
        }
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    (void)focused;
    plot_pane *self = (plot_pane *)pane;
    if (wants_gnuplot(wb) && has_picture(self, wb, area))
        copy_picture(self, grid, area);
    else
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
    tw_gnuplot_free(self->gnuplot);
    tw_cellgrid_free(self->picture);
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
