/* Errors: statuses, places, and what a message may not do to a terminal. */
#include "base/error.h"

#include <errno.h>

#include "../tap.h"

static void statuses_follow_the_command_line(void) {
    is_int(tw_rc_status(TW_OK), 0, "done");
    is_int(tw_rc_status(TW_EUNKNOWN_COLUMN), 2, "a wrong call");
    is_int(tw_rc_status(TW_EDAMAGED), 3, "an input that does not serve");
    is_int(tw_rc_status(TW_ENOMEM), 4, "no memory");
    is_int(tw_rc_status(TW_ECANCEL), 130, "cancelled");
    is_text(tw_str_c(tw_rc_word(TW_EUNKNOWN_COLUMN)), "unknown-column", "the word in JSON");
    is_int(tw_rc_status((enum tw_rc)99), 4, "a code that does not exist");
}

static void places(void) {
    tw_error err = TW_ERROR_INIT;
    char text[200];
    is_int(tw_fail(&err, TW_EINPUT, "cannot read %d cells: %s; look", 3, "they are torn"),
           TW_EINPUT, "tw_fail returns its code");
    tw_error_render(&err, text, sizeof text);
    is_text(tw_str_c(text), "cannot read 3 cells: they are torn; look", "without a place");
    is_int(tw_error_place(&err, TW_EINPUT, "a.csv", -1, NULL), TW_EINPUT, "placing keeps the code");
    tw_error_place(&err, TW_EINPUT, NULL, 6, "age");
    tw_error_render(&err, text, sizeof text);
    is_text(tw_str_c(text),
            "cannot read 3 cells in a.csv, row 7, column 'age': they are torn; look",
            "the place stands behind what failed, rows from 1");
    tw_fail(&err, TW_EUSAGE, "no colon here");
    is_int(err.row, -1, "a new failure forgets the old place");
    tw_error_place(&err, TW_EUSAGE, NULL, -1, "x");
    tw_error_render(&err, text, sizeof text);
    is_text(tw_str_c(text), "no colon here in column 'x'", "a message of one part");
    tw_error_render(&err, text, 8);
    is_text(tw_str_c(text), "no colo", "rendering is cut to the room");
}

static void nobody_listens(void) {
    is_int(tw_fail(NULL, TW_EPARSE, "x"), TW_EPARSE, "no error to fill");
    is_int(tw_error_place(NULL, TW_EPARSE, "f", 1, "c"), TW_EPARSE, "none to place");
    is_int(tw_fail_memory(NULL), TW_ENOMEM, "no memory, nobody listens");
}

static void wrapping(void) {
    tw_error err = TW_ERROR_INIT;
    tw_fail(&err, TW_EDATA, "inner");
    tw_fail(&err, TW_ERECIPE, "step 3: %s; fix it", err.message);
    is_text(tw_str_c(err.message), "step 3: inner; fix it", "an error may quote itself");
    errno = ENOENT;
    tw_fail_errno(&err, TW_EINPUT, "cannot open", "give another path");
    ok(tw_str_starts(tw_str_c(err.message), TW_STR("cannot open: ")) &&
           tw_str_ends(tw_str_c(err.message), TW_STR("; give another path")),
       "the system's reason stands in the middle");
}

static void terminals_are_safe(void) {
    tw_error err = TW_ERROR_INIT;
    char text[400];
    tw_fail(&err, TW_EDATA, "cell '%s' is odd",
            "\x1b]0;pwned\x07\r\n\xc2\x9b"
            "31m\x7f\xc3\xa9");
    is_text(tw_str_c(err.message), "cell ' ]0;pwned     31m \xc3\xa9' is odd",
            "controls of both rows are blanked, letters stay");
    tw_error_place(&err, TW_EDATA, "a\x1b[2J.csv", 0, "b\nc");
    tw_error_render(&err, text, sizeof text);
    ok(!strchr(text, '\x1b') && !strchr(text, '\n'), "in file and column too");
}

static void long_messages_end_between_characters(void) {
    tw_error err = TW_ERROR_INIT;
    char wide[1200];
    for (size_t i = 0; i + 2 < sizeof wide; i += 2)
        memcpy(wide + i, "\xc3\xa9", 2);
    wide[1198] = '\0';
    for (int lead = 0; lead < 2; lead++) {
        tw_fail(&err, TW_EDATA, "%s%s", lead ? "x" : "", wide);
        size_t n = strlen(err.message);
        ok(n > 700 && (unsigned char)err.message[n - 1] == 0xa9, "cut behind a whole character");
    }
}

int main(void) {
    statuses_follow_the_command_line();
    places();
    nobody_listens();
    wrapping();
    terminals_are_safe();
    long_messages_end_between_characters();
    return tap_done();
}
