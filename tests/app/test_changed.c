/* A file that changes while it is open: cut short, replaced, or gone. Nothing crashes, nothing is
 * lost, the reason is told. */
#include "config.h"

#include <fcntl.h>

#include "tests/app/session_fixture.h"

enum { MANY = 300000 }; /* more than the 8 MB that would be copied */

/* Rows enough that most of them lie on pages nobody has touched yet. */
static char *many_rows(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 24);
    tw_buf_c(&text, "id,name,note\n");
    for (int i = 0; i < MANY; i++)
        tw_buf_printf(&text, "%d,name %d,a note that takes some room %d\n", i, i % 977, i * 7);
    return tw_buf_take(&text);
}

static bool start(fixture *f, const char *text) {
    return fixture_file(f, text) && fixture_session(f, true);
}

/* The error a line ends with, "" when it ended well. */
static const char *error_of(fixture *f, const char *line, char out[1024]) {
    tw_error err = TW_ERROR_INIT;
    tw_event event;
    out[0] = '\0';
    if (tw_session_start_line(f->session, tw_str_c(line), &err) != TW_OK)
        tw_error_render(&err, out, 1024);
    tw_session_wait_idle(f->session);
    while (tw_session_next_event(f->session, &event)) {
        if (event.kind == TW_EVENT_ERROR)
            snprintf(out, 1024, "%s", event.text);
        tw_doc_free(event.doc);
    }
    return out;
}

static void test_cut_short(const char *rows) {
    fixture f;
    char said[1024];
    if (!ok(start(&f, rows), "a file opens"))
        return;
    ok(truncate(f.data, 100) == 0, "and is cut short");
    error_of(&f, "sort name", said);
    ok(strstr(said, "cut short") || strstr(said, "changed"), "sorting says so: %s", said);
    error_of(&f, "save!", said);
    ok(said[0], "saving over it is refused");
    printf("# save: %s\n", said);
    ok(!does(&f, "no-such-command") && does(&f, "datasets"), "the session lives");
    ok(fixture_end(&f), "and ends well");
}

static void test_replaced(void) {
    fixture f;
    char said[1024], *bytes = NULL;
    size_t n = 0;
    if (!ok(start(&f, small_csv), "a file opens"))
        return;
    ok(does(&f, "goto 1 city") && does(&f, "edit Hamar"), "it is edited");
    ok(tw_file_write(f.data, TW_STR("id,city,age\n9,Other,1\n"), NULL) == TW_OK,
       "somebody else writes another");
    error_of(&f, "save!", said);
    ok(strstr(said, "changed") != NULL, "saving over it is refused");
    printf("# %s\n", said);
    ok(tw_file_read(f.data, 1 << 20, &bytes, &n, NULL) == TW_OK, "the other file");
    is_text(((tw_str){bytes, n}), "id,city,age\n9,Other,1\n", "is left alone");
    shows(&f, "city", "Hamar Bergen Oslo Tromsø Bergen", "and the work is still here");
    char line[128];
    snprintf(line, sizeof line, "save! %s.kept", f.data);
    error_of(&f, line, said);
    ok(!said[0], "it can be saved elsewhere");
    printf("# %s\n", said);
    unlink(line + 6);
    free(bytes);
    ok(fixture_end(&f), "the session ends well");
}

int main(void) {
    char *rows = many_rows();
    if (!rows)
        return 1;
    test_cut_short(rows);
    test_replaced();
    free(rows);
    return tap_done();
}
