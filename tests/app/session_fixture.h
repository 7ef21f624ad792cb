/* A session on a small file in a folder of its own, and words to drive it. */
#ifndef TW_TESTS_APP_SESSION_FIXTURE_H
#define TW_TESTS_APP_SESSION_FIXTURE_H

#include <unistd.h>

#include "app/session.h"
#include "base/file.h"
#include "tests/tap.h"

typedef struct fixture {
    char dir[64], data[96], state[96];
    tw_session *session;
} fixture;

static const char small_csv[] = "id,city,age\n"
                                "1,Oslo,40\n"
                                "2,Bergen,\n"
                                "3,Oslo,25\n"
                                "4,Tromsø,61\n"
                                "5,Bergen,33\n";

static inline bool fixture_file(fixture *f, const char *text) {
    snprintf(f->dir, sizeof f->dir, "/tmp/trowel-session-XXXXXX");
    if (!mkdtemp(f->dir))
        return false;
    snprintf(f->data, sizeof f->data, "%s/data.csv", f->dir);
    snprintf(f->state, sizeof f->state, "%s/state", f->dir);
    return tw_file_write(f->data, tw_str_c(text), NULL) == TW_OK;
}

static inline bool fixture_session(fixture *f, bool headless) {
    tw_error err = TW_ERROR_INIT;
    tw_session_options options = {.threads = 2, .headless = headless, .state_dir = f->state};
    bool good = tw_session_new(&options, &f->session, &err) == TW_OK &&
                tw_session_open(f->session, f->data, NULL, &err) == TW_OK;
    if (!good)
        printf("# %s\n", err.message);
    tw_event event;
    tw_session_wait_idle(f->session);
    while (tw_session_next_event(f->session, &event))
        tw_doc_free(event.doc);
    return good;
}

/* Run a line as a screen does and wait for it; false with a comment when it failed. */
static inline bool does(fixture *f, const char *line) {
    tw_error err = TW_ERROR_INIT;
    tw_event event;
    bool good = tw_session_start_line(f->session, tw_str_c(line), &err) == TW_OK;
    tw_session_wait_idle(f->session);
    if (!good)
        printf("# %s: %s\n", line, err.message);
    while (tw_session_next_event(f->session, &event)) {
        if (event.kind == TW_EVENT_ERROR) {
            printf("# %s: %s\n", line, event.text);
            good = false;
        }
        tw_doc_free(event.doc);
    }
    return good;
}

static inline tw_view *view_of(const fixture *f) {
    return tw_dataset_view(tw_session_dataset(f->session));
}

/* The cells of a column as shown, joined by blanks. */
static inline const char *shown(fixture *f, const char *column, tw_buf *out) {
    tw_view *view = view_of(f);
    tw_buf cell;
    enum tw_cell_state state;
    int k = tw_view_find_column(view, tw_str_c(column));
    tw_buf_init(out, 1 << 16);
    tw_buf_init(&cell, 1 << 16);
    for (int64_t i = 0; k >= 0 && i < tw_view_rows(view); i++) {
        tw_buf_c(out, i ? " " : "");
        if (tw_dataset_text(tw_session_dataset(f->session), tw_view_column(view, (size_t)k),
                            tw_view_row(view, i), &cell, &state, NULL) == TW_OK)
            tw_buf_str(out, tw_buf_view(&cell));
    }
    tw_buf_fini(&cell);
    return out->p ? out->p : "";
}

#define shows(f, column, want, name)                                                               \
    do {                                                                                           \
        tw_buf tap_buf;                                                                            \
        is_text(tw_str_c(shown((f), (column), &tap_buf)), (want), (name));                         \
        tw_buf_fini(&tap_buf);                                                                     \
    } while (0)

/* End the session as a user does and remove what it left; false when something is still there. */
static inline bool fixture_end(fixture *f) {
    char journal[112];
    bool good = does(f, "quit!");
    tw_session_free(f->session);
    snprintf(journal, sizeof journal, "%s/journal", f->state);
    unlink(f->data);
    rmdir(journal);
    rmdir(f->state);
    return good && rmdir(f->dir) == 0;
}

#endif
