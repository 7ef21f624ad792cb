/* Charts: a specification, binned series from a table, and renderers: gnuplot script, gnuplot process, text.
 *
 * A spec is text such as "hist(age)", "bar(city)", "box(age, by=sex)", "scatter(x, y, color=g)", "auto(age, income)".
 * Series are binned here; never more than 4096 points leave this room. */
#ifndef TW_PLOT_PLOT_H
#define TW_PLOT_PLOT_H

#include "base/grid.h"
#include "base/task.h"
#include "data/table.h"

typedef struct tw_chart tw_chart; /* a spec bound to data: title, axes, series of bins or points */

/* Parse and bin. `other` (may be NULL) is overlaid, normalised to its own size: before/after, real/synthetic.
 * TW_EPARSE for a bad spec, TW_EUNKNOWN_NAME for a chart kind, TW_EUNKNOWN_COLUMN, TW_EDATA (nothing to draw). */
TW_NODISCARD enum tw_rc tw_chart_make(tw_str spec, const tw_table *table, const tw_table *other, const char *label,
                                      const char *other_label, tw_task *task, tw_chart **out, tw_error *err);
void tw_chart_free(tw_chart *chart);
/* Kinds of charts a spec may name, for completion; NULL at the end. */
const char *tw_chart_kind_at(size_t i);
tw_str tw_chart_title(const tw_chart *chart);
/* What the chart shows, as numbers: edges, counts … */
tw_doc *tw_chart_doc(const tw_chart *chart);

/* Our own picture: eighth blocks or braille, legend, axes; always available. ascii: only # and digits. */
void tw_chart_paint(const tw_chart *chart, tw_cellgrid *grid, int x, int y, int width, int height, bool ascii);
/* A standalone gnuplot script with its data; terminal line as given ("set terminal svg size 800,480"). */
TW_NODISCARD enum tw_rc tw_chart_script(const tw_chart *chart, const char *terminal, const char *output, tw_buf *out,
                                        tw_error *err);

/* One persistent gnuplot child: started on first use, fenced replies, watchdog, restarted after death. One thread. */
typedef struct tw_gnuplot tw_gnuplot;
TW_NODISCARD enum tw_rc tw_gnuplot_new(tw_gnuplot **out, tw_error *err); /* does not start it yet */
void tw_gnuplot_free(tw_gnuplot *g);
bool tw_gnuplot_available(tw_gnuplot *g); /* is there a program to start */
int tw_gnuplot_pid(const tw_gnuplot *g); /* 0 = not running */
/* Picture by gnuplot's `dumb` terminal into a grid area; TW_EUNSUPPORTED without gnuplot, TW_ELIMIT when it hung (it was
 * killed and will be started again). */
TW_NODISCARD enum tw_rc tw_gnuplot_paint(tw_gnuplot *g, const tw_chart *chart, tw_cellgrid *grid, int x, int y, int width,
                                         int height, tw_error *err);
/* .svg .png .pdf through gnuplot, .gp as script without it. Atomic. */
TW_NODISCARD enum tw_rc tw_gnuplot_save(tw_gnuplot *g, const tw_chart *chart, const char *path, tw_task *task,
                                        tw_error *err);

#endif
