/* Work that a crash took away is offered and played again, on the file as it was read. */
#include "config.h"

#include <sys/wait.h>

#include "tests/app/session_fixture.h"

static bool session(fixture *f, const tw_doc *reading) {
    tw_error err = TW_ERROR_INIT;
    tw_session_options options = {.threads = 1, .state_dir = f->state};
    bool good = tw_session_new(&options, &f->session, &err) == TW_OK &&
                tw_session_open(f->session, f->data, reading, &err) == TW_OK;
    if (!good)
        printf("# %s\n", err.message);
    tw_session_wait_idle(f->session);
    return good;
}

/* A process that edits and dies. */
static void work_and_die(fixture *f, const tw_doc *reading, const char *const *lines) {
    pid_t child = fork();
    int status = 1;
    if (child == 0) {
        bool good = session(f, reading);
        for (; good && *lines; lines++)
            good = does(f, *lines);
        _exit(!good);
    }
    waitpid(child, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "somebody works and is killed");
}

/* The line of the question that was asked; "" when none was. */
static const char *asked(fixture *f, char line[512]) {
    tw_event event;
    line[0] = '\0';
    while (tw_session_next_event(f->session, &event)) {
        if (event.kind == TW_EVENT_ASK)
            snprintf(line, 512, "%s", event.line);
        tw_doc_free(event.doc);
    }
    return line;
}

static void plain(void) {
    fixture f;
    char line[512];
    static const char *const lines[] = {"goto 2 city", "edit Bodø", "rename age years", "undo", NULL};
    ok(fixture_file(&f, small_csv), "a file");
    work_and_die(&f, NULL, lines);
    ok(session(&f, NULL), "it is opened again");
    ok(asked(&f, line)[0] && does(&f, line), "work on it is offered");
    shows(&f, "city", "Oslo Bodø Oslo Tromsø Bergen", "and is there again");
    shows(&f, "age", "40  25 61 33", "as far as it was not undone");
    ok(fixture_end(&f), "the end");
}

static void with_overrides(void) {
    fixture f;
    char line[512];
    tw_doc *reading = tw_doc_map(), *nulls = tw_doc_list();
    tw_doc_add(nulls, tw_doc_c("Oslo"));
    tw_doc_add(nulls, tw_doc_c("a b"));
    tw_doc_set(reading, "header", tw_doc_c("none"));
    tw_doc_set(reading, "skip", tw_doc_int(1));
    tw_doc_set(reading, "null", nulls);
    static const char *const lines[] = {"goto 1 c3", "edit 41", NULL};
    ok(fixture_file(&f, small_csv), "a file");
    work_and_die(&f, reading, lines);
    ok(session(&f, NULL), "it is opened again, by its name alone");
    ok(asked(&f, line)[0] && does(&f, line), "work on it is offered");
    shows(&f, "c3", "41  25 61 33", "and is done on the file as it was read then");
    ok(fixture_end(&f), "the end");
    tw_doc_free(reading);
}

int main(void) {
    plain();
    with_overrides();
    return tap_done();
}
