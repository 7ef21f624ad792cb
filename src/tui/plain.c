/* Line mode: a command line at a prompt, its result as text below. For dumb terminals, screen readers and pipes.
 *
 * Nothing is repainted and nothing moves; questions are asked in words. End of input leaves. */
#include <stdio.h>
#include <unistd.h>

#include "tui/tui.h"

#include "app/render.h"

enum { LINE_MAX_BYTES = 1 << 20 };

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

static void answer(tw_session *session, const tw_event *e, tw_buf *line) {
    print_document(e->doc, e->command ? e->command->view : NULL);
    printf("%s\n", e->text);
    fflush(stdout);
    bool yes = read_line(line) && line->n && (line->p[0] == 'y' || line->p[0] == 'Y');
    tw_error err = TW_ERROR_INIT;
    const char *next = yes ? e->line : e->no_line;
    if (*next && tw_session_run_line(session, tw_str_c(next), NULL, &err) != TW_OK)
        print_error(&err);
}

/* Everything the session has to say; false when it is time to leave. */
static bool take_events(tw_session *session, tw_buf *line) {
    tw_event e;
    (void)tw_session_pump(session);
    while (tw_session_next_event(session, &e)) {
        if (e.kind == TW_EVENT_QUIT)
            return false;
        if (e.kind == TW_EVENT_MESSAGE || e.kind == TW_EVENT_ERROR)
            print(tw_str_c(e.text));
        else if (e.kind == TW_EVENT_RESULT)
            print_document(e.doc, e.command ? e.command->view : NULL);
        else if (e.kind == TW_EVENT_ASK)
            answer(session, &e, line);
        tw_doc_free(e.doc);
    }
    return true;
}

int tw_tui_plain(tw_session *session) {
    tw_buf line;
    tw_buf_init(&line, LINE_MAX_BYTES);
    bool go_on = take_events(session, &line);
    while (go_on) {
        fputs(isatty(STDIN_FILENO) ? "trowel> " : "", stdout);
        fflush(stdout);
        if (!read_line(&line))
            break;
        tw_error err = TW_ERROR_INIT;
        tw_doc *doc = NULL;
        if (tw_str_trim(tw_buf_view(&line)).n && tw_session_run_line(session, tw_buf_view(&line), &doc, &err) != TW_OK)
            print_error(&err);
        print_document(doc, NULL);
        tw_doc_free(doc);
        tw_session_wait_idle(session);
        go_on = take_events(session, &line);
    }
    tw_buf_fini(&line);
    return 0;
}
