/* Line mode: a command line at a prompt, its result as text below. For dumb terminals, screen readers and pipes.
 *
 * Nothing is repainted and nothing moves; questions are asked in words. Each line runs to its end before the next is read.
 * End of input leaves. */
#include <stdio.h>
#include <unistd.h>

#include "tui/tui.h"

#include "app/render.h"
#include "base/number.h"
#include "plot/plot.h"

enum { LINE_MAX_BYTES = 1 << 20, CHART_WIDTH = 78, CHART_HEIGHT = 20 };

static void print(tw_str text) {
    fwrite(text.p, 1, text.n, stdout);
    if (text.n && text.p[text.n - 1] != '\n')
        fputc('\n', stdout);
    fflush(stdout);
}

static void print_document(const tw_doc *doc, const char *view) {
    tw_buf text;
    tw_buf_init(&text, (size_t)1 << 30);
    if (doc && tw_render_text(doc, view, 0, &text))
        print(tw_buf_view(&text));
    tw_buf_fini(&text);
}

static void print_chart(const tw_session *session, const struct tw_chart *chart) {
    tw_cellgrid *grid = tw_cellgrid_new(CHART_WIDTH, CHART_HEIGHT);
    bool ascii = tw_str_eq_c(tw_session_option(session, "graphics"), "ascii");
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    if (grid) {
        tw_chart_paint(chart, grid, 0, 0, CHART_WIDTH, CHART_HEIGHT, ascii);
        if (tw_cellgrid_dump(grid, false, &text))
            print(tw_buf_view(&text));
    }
    tw_buf_fini(&text);
    tw_cellgrid_free(grid);
}

static void print_error(const tw_error *err) {
    char text[1024];
    tw_error_render(err, text, sizeof text);
    printf("error: %s\n", text);
    fflush(stdout);
}

/* One line of input without its end; false at the end of input. */
static bool read_line(tw_buf *line) {
    int c;
    tw_buf_clear(line);
    while ((c = getchar()) != EOF && c != '\n')
        tw_buf_char(line, (char)c);
    return c != EOF || line->n > 0;
}

static void run(tw_session *session, tw_str line) {
    tw_error err = TW_ERROR_INIT;
    if (tw_str_trim(line).n && tw_session_start_line(session, line, &err) != TW_OK)
        print_error(&err);
    tw_session_wait_idle(session);
}

static void answer(tw_session *session, const tw_event *e, tw_buf *line) {
    print_document(e->doc, e->command ? e->command->view : NULL);
    print(tw_str_c(e->text));
    bool yes = read_line(line) && line->n && (line->p[0] == 'y' || line->p[0] == 'Y');
    run(session, tw_str_c(yes ? e->line : e->no_line));
}

static void take_event(tw_session *session, tw_event *e, tw_buf *line) {
    switch (e->kind) {
    case TW_EVENT_MESSAGE:
        print(tw_str_c(e->text));
        break;
    case TW_EVENT_ERROR:
        printf("error: %s\n", e->text);
        break;
    case TW_EVENT_RESULT:
        if (e->chart)
            print_chart(session, e->chart);
        else
            print_document(e->doc, e->command ? e->command->view : NULL);
        break;
    case TW_EVENT_ASK:
        answer(session, e, line);
        break;
    case TW_EVENT_QUIT:
        break;
    }
    tw_chart_free(e->chart);
    tw_doc_free(e->doc);
}

/* Everything the session has to say; false when it is time to leave. */
static bool take_events(tw_session *session, tw_buf *line) {
    tw_event e;
    (void)tw_session_pump(session);
    while (tw_session_next_event(session, &e)) {
        take_event(session, &e, line);
        if (e.kind == TW_EVENT_QUIT)
            return false;
    }
    return true;
}

/* Who sees no grid is told what there is and how to see it. */
static void greet(const tw_session *session) {
    const tw_dataset *d = tw_session_dataset(session);
    bool exact = true;
    char rows[TW_NUMBER_MAX];
    if (d) {
        tw_format_grouped(rows, tw_dataset_rows(d, &exact));
        printf("%s: %s%s rows, %zu columns. ", tw_dataset_name(d), exact ? "" : "about ", rows, tw_dataset_width(d));
    }
    printf("%s; 'help' lists all commands, 'quit' leaves.\n", d ? "'rows' shows some, 'profile' sums them up" : "'open FILE' opens a file");
}

int tw_tui_plain(tw_session *session) {
    tw_buf line;
    tw_buf_init(&line, LINE_MAX_BYTES);
    bool go_on = take_events(session, &line);
    if (go_on && isatty(STDIN_FILENO))
        greet(session);
    while (go_on) {
        fputs(isatty(STDIN_FILENO) ? "trowel> " : "", stdout);
        fflush(stdout);
        if (!read_line(&line))
            break;
        run(session, tw_buf_view(&line));
        go_on = take_events(session, &line);
    }
    tw_buf_fini(&line);
    return 0;
}
