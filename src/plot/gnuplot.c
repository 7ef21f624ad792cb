/* One persistent gnuplot: scripts in, pictures out, never more than a few seconds; who paints a screen waits less.
 *
 * Each request ends with a fence (`print` of a token to stdout); what was printed before it is the answer. A child that
 * does not answer is killed and started again on the next request; one that died is started again at once. */
#include <stdio.h>
#include <unistd.h>

#include "base/process.h"
#include "base/spool.h"
#include "plot/chart.h"

#define FENCE "trowel-fence"
enum { FILE_MS = 8000, SCREEN_MS = 1500 };

struct tw_gnuplot {
    tw_process *process;
    bool looked, there; /* whether the program exists */
};

typedef struct request {
    tw_str script;
    int timeout_ms;
    tw_task *task; /* may be NULL */
} request;

enum tw_rc tw_gnuplot_new(tw_gnuplot **out, tw_error *err) {
    *out = tw_calloc(1, sizeof **out);
    return *out ? TW_OK : tw_fail_memory(err);
}

void tw_gnuplot_free(tw_gnuplot *g) {
    if (!g)
        return;
    tw_process_free(g->process);
    free(g);
}

static void stop(tw_gnuplot *g) {
    tw_process_free(g->process);
    g->process = NULL;
}

static enum tw_rc start(tw_gnuplot *g, tw_error *err) {
    static const char *const argv[] = {"gnuplot", "-d", NULL}; /* -d: no start-up file */
    static const char *const env[] = {"LC_NUMERIC=C", "GNUTERM=dumb", NULL};
    if (g->process && tw_process_alive(g->process))
        return TW_OK;
    stop(g);
    enum tw_rc rc = tw_process_start(argv, env, &g->process, err);
    g->looked = true;
    g->there = rc == TW_OK;
    if (rc)
        return tw_fail(err, TW_EUNSUPPORTED, "gnuplot: it is not installed or does not start; install gnuplot-nox, or save the chart as .gp");
    return rc;
}

bool tw_gnuplot_available(tw_gnuplot *g) {
    if (!g->looked || g->there)
        return start(g, NULL) == TW_OK;
    return false;
}

int tw_gnuplot_pid(const tw_gnuplot *g) {
    return g->process ? tw_process_pid(g->process) : 0;
}

static enum tw_rc exchange(tw_gnuplot *g, const request *r, tw_buf *answer, tw_buf *errors, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_str(&text, r->script);
    tw_buf_c(&text, "\nset print \"-\"\nprint \"" FENCE "\"\n");
    enum tw_rc rc = tw_buf_check(&text, err);
    if (!rc)
        rc = tw_process_write(g->process, tw_buf_view(&text), r->timeout_ms, err);
    if (!rc)
        rc = tw_process_read_until(g->process, TW_STR(FENCE "\n"), r->timeout_ms, r->task, answer, errors, err);
    tw_buf_fini(&text);
    return rc;
}

/* One request; a child found dead is replaced once, a hung one is killed. */
static enum tw_rc ask(tw_gnuplot *g, const request *r, tw_buf *answer, tw_buf *errors, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (int tries = 0; tries < 2; tries++) {
        rc = start(g, err);
        if (rc)
            return rc;
        tw_buf_clear(answer);
        rc = exchange(g, r, answer, errors, err);
        if (!rc)
            return rc;
        stop(g);
        if (rc == TW_ECANCEL)
            return rc;
        if (rc == TW_ELIMIT)
            return tw_fail(err, TW_ELIMIT, "gnuplot: no answer within %.1f s, it was stopped; try again, or draw fewer columns", r->timeout_ms / 1000.0);
    }
    return rc;
}

/* Lines of a `dumb` picture into the grid; its leading form feed is not part of it. */
static void blit(tw_str picture, tw_cellgrid *grid, int x, int y, int width, int height) {
    size_t feed = tw_str_find_char(picture, '\f', 0);
    if (feed != SIZE_MAX)
        picture = tw_str_sub(picture, feed + 1, picture.n);
    if (picture.n && picture.p[0] == '\n')
        picture = tw_str_sub(picture, 1, picture.n);
    tw_str line;
    for (int row = 0; row < height && tw_str_split(&picture, '\n', &line); row++)
        tw_cellgrid_text(grid, x, y + row, width, line, TW_ROLE_CHART, false);
}

enum tw_rc tw_gnuplot_paint(tw_gnuplot *g, const tw_chart *chart, tw_cellgrid *grid, int x, int y, int width, int height,
                            tw_error *err) {
    char terminal[64];
    snprintf(terminal, sizeof terminal, "set terminal dumb size %d,%d noenhanced mono", TW_MAX(width, 20), TW_MAX(height, 8));
    tw_buf script, answer, errors;
    tw_buf_init(&script, TW_BUF_MAX);
    tw_buf_init(&answer, (size_t)1 << 24);
    tw_buf_init(&errors, (size_t)1 << 16);
    enum tw_rc rc = tw_chart_script(chart, terminal, NULL, &script, err);
    if (!rc)
        rc = ask(g, &(request){tw_buf_view(&script), SCREEN_MS, NULL}, &answer, &errors, err);
    if (!rc)
        blit(tw_buf_view(&answer), grid, x, y, width, height);
    tw_buf_fini(&errors);
    tw_buf_fini(&answer);
    tw_buf_fini(&script);
    return rc;
}

/* --- files --- */

static const struct picture_kind {
    const char *suffix, *terminal;
} pictures[] = {
    {".svg", "set terminal svg size 800,480 dynamic background rgb 'white'"},
    {".png", "set terminal pngcairo size 800,480"},
    {".pdf", "set terminal pdfcairo size 16cm,10cm"},
};

static enum tw_rc save_script(const tw_chart *chart, const char *path, tw_error *err) {
    tw_buf script;
    tw_buf_init(&script, TW_BUF_MAX);
    enum tw_rc rc = tw_chart_script(chart, NULL, NULL, &script, err);
    tw_buf_c(&script, "pause mouse close\n");
    if (!rc)
        rc = tw_file_write(path, tw_buf_view(&script), err);
    tw_buf_fini(&script);
    return rc;
}

/* gnuplot writes to a file of its own, which nobody else can have put there; the whole picture then goes to the target. */
static enum tw_rc save_picture(tw_gnuplot *g, const tw_chart *chart, const char *terminal, const char *path, tw_task *task,
                               tw_error *err) {
    tw_buf script, answer, errors;
    int fd = -1;
    char *part = NULL;
    tw_buf_init(&script, TW_BUF_MAX);
    tw_buf_init(&answer, (size_t)1 << 20);
    tw_buf_init(&errors, (size_t)1 << 16);
    char *bytes = NULL;
    size_t n = 0;
    enum tw_rc rc = tw_temp_file(NULL, &part, &fd, err);
    if (!rc)
        rc = tw_chart_script(chart, terminal, part, &script, err);
    if (!rc)
        rc = ask(g, &(request){tw_buf_view(&script), FILE_MS, task}, &answer, &errors, err);
    if (!rc && (tw_file_read(part, (size_t)1 << 30, &bytes, &n, NULL) != TW_OK || n == 0))
        rc = tw_fail(err, TW_EOUTPUT, "gnuplot: no picture was written: %.*s; check the folder, or save as .gp", (int)TW_MIN(errors.n, (size_t)300), errors.n ? errors.p : "");
    if (!rc)
        rc = tw_file_write(path, (tw_str){bytes, n}, err);
    if (part) {
        unlink(part);
        close(fd);
    }
    free(part);
    free(bytes);
    tw_buf_fini(&errors);
    tw_buf_fini(&answer);
    tw_buf_fini(&script);
    return rc;
}

enum tw_rc tw_gnuplot_save(tw_gnuplot *g, const tw_chart *chart, const char *path, tw_task *task, tw_error *err) {
    tw_str name = tw_str_c(path);
    if (tw_str_ends(name, TW_STR(".gp")))
        return save_script(chart, path, err);
    for (size_t i = 0; i < TW_COUNT(pictures); i++)
        if (tw_str_ends(name, tw_str_c(pictures[i].suffix)))
            return save_picture(g, chart, pictures[i].terminal, path, task, err);
    return tw_fail(err, TW_EUSAGE, "plot: '%s' has no suffix of a picture; use .svg, .png, .pdf or .gp", path);
}
