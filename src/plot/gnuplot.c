/* One persistent gnuplot: scripts in, pictures out, never more than a few seconds.
 *
 * Each request ends with a fence (`print` of a token to stdout); what was printed before it is the answer. A child that
 * does not answer is killed and started again on the next request; one that died is started again at once. */
#include <stdio.h>
#include <unistd.h>

#include "base/process.h"
#include "plot/chart.h"

#define FENCE "trowel-fence"
enum { TIMEOUT_MS = 8000 };

struct tw_gnuplot {
    tw_process *process;
    bool looked, there; /* whether the program exists */
};

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

static enum tw_rc exchange(tw_gnuplot *g, tw_str script, tw_buf *answer, tw_buf *errors, tw_error *err) {
    tw_buf request;
    tw_buf_init(&request, TW_BUF_MAX);
    tw_buf_str(&request, script);
    tw_buf_c(&request, "\nset print \"-\"\nprint \"" FENCE "\"\n");
    enum tw_rc rc = tw_buf_check(&request, err);
    if (!rc)
        rc = tw_process_write(g->process, tw_buf_view(&request), TIMEOUT_MS, err);
    if (!rc)
        rc = tw_process_read_until(g->process, TW_STR(FENCE "\n"), TIMEOUT_MS, answer, errors, err);
    tw_buf_fini(&request);
    return rc;
}

/* One request; a child found dead is replaced once, a hung one is killed. */
static enum tw_rc ask(tw_gnuplot *g, tw_str script, tw_buf *answer, tw_buf *errors, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (int tries = 0; tries < 2; tries++) {
        rc = start(g, err);
        if (rc)
            return rc;
        tw_buf_clear(answer);
        rc = exchange(g, script, answer, errors, err);
        if (!rc)
            return rc;
        stop(g);
        if (rc == TW_ELIMIT)
            return tw_fail(err, TW_ELIMIT, "gnuplot: no answer within %d s, it was stopped; try again, or draw fewer columns", TIMEOUT_MS / 1000);
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
        rc = ask(g, tw_buf_view(&script), &answer, &errors, err);
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

/* gnuplot writes to a file of its own beside the target; the whole picture then takes the target's place. */
static enum tw_rc save_picture(tw_gnuplot *g, const tw_chart *chart, const char *terminal, const char *path, tw_error *err) {
    tw_buf part, script, answer, errors;
    tw_buf_init(&part, (size_t)1 << 16);
    tw_buf_init(&script, TW_BUF_MAX);
    tw_buf_init(&answer, (size_t)1 << 20);
    tw_buf_init(&errors, (size_t)1 << 16);
    tw_buf_printf(&part, "%s.%d.part", path, (int)getpid());
    char *bytes = NULL;
    size_t n = 0;
    enum tw_rc rc = tw_buf_check(&part, err);
    if (!rc)
        rc = tw_chart_script(chart, terminal, part.p, &script, err);
    if (!rc)
        rc = ask(g, tw_buf_view(&script), &answer, &errors, err);
    if (!rc && (!tw_file_exists(part.p) || tw_file_read(part.p, (size_t)1 << 30, &bytes, &n, NULL) != TW_OK || n == 0))
        rc = tw_fail(err, TW_EOUTPUT, "gnuplot: no picture was written: %.*s; check the folder, or save as .gp", (int)TW_MIN(errors.n, (size_t)300), errors.n ? errors.p : "");
    if (!rc)
        rc = tw_file_write(path, (tw_str){bytes, n}, err);
    if (part.n)
        unlink(part.p);
    free(bytes);
    tw_buf_fini(&errors);
    tw_buf_fini(&answer);
    tw_buf_fini(&script);
    tw_buf_fini(&part);
    return rc;
}

enum tw_rc tw_gnuplot_save(tw_gnuplot *g, const tw_chart *chart, const char *path, tw_error *err) {
    tw_str name = tw_str_c(path);
    if (tw_str_ends(name, TW_STR(".gp")))
        return save_script(chart, path, err);
    for (size_t i = 0; i < TW_COUNT(pictures); i++)
        if (tw_str_ends(name, tw_str_c(pictures[i].suffix)))
            return save_picture(g, chart, pictures[i].terminal, path, err);
    return tw_fail(err, TW_EUSAGE, "plot: '%s' has no suffix of a picture; use .svg, .png, .pdf or .gp", path);
}
