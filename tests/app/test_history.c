/* Undo holds no more memory than it may: the oldest versions go, their lines stay, and the way back
 * ends where it must. */
#include "config.h"

#include "tests/app/session_fixture.h"

enum { ROWS = 120000 }; /* a column of floats is just under a MiB */

static bool start(fixture *f) {
    tw_buf text;
    tw_buf_init(&text, 1 << 24);
    tw_buf_c(&text, "id,x\n");
    for (int i = 0; i < ROWS; i++)
        tw_buf_printf(&text, "%d,%d\n", i, i * 7);
    bool good = !text.failed && fixture_file(f, text.p) && fixture_session(f, true);
    tw_buf_fini(&text);
    return good;
}

/* The last column's cell in the second row. */
static void second(fixture *f, const char *want, const char *name) {
    tw_dataset *d = tw_session_dataset(f->session);
    enum tw_cell_state state;
    tw_buf cell;
    tw_buf_init(&cell, 100);
    (void)!tw_dataset_text(d, tw_dataset_width(d) - 1, 1, &cell, &state, NULL);
    is_text(tw_buf_view(&cell), want, name);
    tw_buf_fini(&cell);
}

int main(void) {
    fixture f;
    if (!ok(start(&f), "a file opens"))
        return 1;
    ok(does(&f, "set undo_memory 3"), "undo may hold 3 MiB");
    char line[64];
    for (int i = 1; i <= 8; i++) {
        snprintf(line, sizeof line, "mutate y = x / %d", 16 * i);
        ok(does(&f, line), "%s", line);
    }
    second(&f, "0.0546875", "the last of eight versions of a column is shown");
    int undone = 0;
    while (undone < 8 && does(&f, "undo"))
        undone++;
    ok(undone >= 2 && undone < 8, "some can be undone, not all: %d", undone);
    ok(!does(&f, "history 1"), "nor can the first be gone to");
    ok(does(&f, "redo 9"), "all that was undone can be done again");
    second(&f, "0.0546875", "up to the last");
    ok(does(&f, "history 0"), "the start costs nothing and stays");
    second(&f, "7", "as it was read");
    ok(does(&f, "set undo_memory 1000") && does(&f, "mutate z = x + 1") && does(&f, "mutate z = x + 2"),
       "with more room");
    ok(does(&f, "undo 2"), "all that comes then can be undone");
    second(&f, "7", "back to the start");
    ok(does(&f, "set undo_memory 0") && does(&f, "rename x v") && does(&f, "rename v w"), "with none");
    ok(fixture_end(&f), "and it ends well");
    return tap_done();
}
