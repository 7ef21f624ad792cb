/* The growing buffer: termination, the maximum, failure that sticks. */
#include "base/buf.h"

#include "../tap.h"

static void appending(void) {
    tw_buf buf;
    tw_buf_init(&buf, TW_BUF_MAX);
    ok(strcmp(buf.p, "") == 0, "empty and terminated from the start");
    ok(tw_buf_c(&buf, "ab") && tw_buf_char(&buf, 'c') && tw_buf_fill(&buf, '-', 3) &&
           tw_buf_str(&buf, TW_STR("x\0y")) && tw_buf_printf(&buf, "%05d", 42),
       "appends");
    ok(tw_str_eq(tw_buf_view(&buf), TW_STR("abc---x\0y00042")), "what was appended");
    ok(buf.p[buf.n] == '\0', "terminated");
    size_t capacity = buf.capacity;
    tw_buf_clear(&buf);
    ok(buf.n == 0 && buf.p[0] == '\0' && buf.capacity == capacity, "clearing keeps the room");
    ok(tw_buf_c(&buf, NULL) && tw_buf_add(&buf, NULL, 0) && tw_buf_printf(&buf, "%s", ""),
       "nothing");
    is_int(buf.n, 0, "adds nothing");
    tw_buf_fini(&buf);
    tw_buf_fini(&buf);
    ok(buf.n == 0 && strcmp(buf.p, "") == 0, "twice finished is empty");
}

static void growing(void) {
    tw_buf buf;
    tw_buf_init(&buf, TW_BUF_MAX);
    bool good = true;
    for (int i = 0; i < 10000; i++) {
        good = good && tw_buf_printf(&buf, "%d,", i);
        good = good && buf.p[buf.n] == '\0';
    }
    ok(good, "ten thousand appends");
    is_int(buf.n, 10 * 2 + 90 * 3 + 900 * 4 + 9000 * 5, "their length");
    ok(tw_str_ends(tw_buf_view(&buf), TW_STR("9998,9999,")), "their end");
    tw_buf_fini(&buf);
}

static void the_maximum(void) {
    tw_buf buf;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&buf, 10);
    ok(tw_buf_c(&buf, "0123456789"), "exactly the maximum fits");
    ok(tw_buf_check(&buf, &err) == TW_OK, "and is no failure");
    ok(!tw_buf_char(&buf, 'x') && buf.failed, "one more fails");
    ok(!tw_buf_str(&buf, TW_STR("")) && !tw_buf_printf(&buf, "y"), "and failure sticks");
    is_text(tw_buf_view(&buf), "0123456789", "what fitted stays");
    is_int(tw_buf_check(&buf, &err), TW_ENOMEM, "the check tells");
    ok(tw_buf_take(&buf) == NULL, "a failed buffer hands nothing over");
    ok(tw_buf_c(&buf, "fresh"), "and is fresh behind that");
    tw_buf_clear(&buf);
    ok(!tw_buf_reserve(&buf, SIZE_MAX), "absurd sizes fail");
    tw_buf_fini(&buf);
}

static void cutting(void) {
    tw_buf buf;
    tw_buf_init_cut(&buf, 5);
    ok(tw_buf_c(&buf, "abc") && tw_buf_str(&buf, TW_STR("defg")) && tw_buf_c(&buf, "h"),
       "what does not fit is no failure");
    is_text(tw_buf_view(&buf), "abcde", "the first bytes are there");
    tw_buf_clear(&buf);
    ok(tw_buf_c(&buf, "0123456789") && buf.n == 5, "again and again");
    tw_buf_fini(&buf);
    ok(tw_buf_c(&buf, "0123456789") && buf.n == 5, "also when it was finished");
    tw_buf_fini(&buf);
}

static void taking(void) {
    tw_buf buf;
    tw_buf_init(&buf, TW_BUF_MAX);
    char *empty = tw_buf_take(&buf);
    ok(empty && *empty == '\0', "an empty buffer gives an empty heap string");
    free(empty);
    tw_buf_c(&buf, "mine");
    char *text = tw_buf_take(&buf);
    ok(text && strcmp(text, "mine") == 0 && buf.n == 0, "bytes change their owner");
    free(text);
    tw_buf_fini(&buf);
}

int main(void) {
    appending();
    growing();
    the_maximum();
    cutting();
    taking();
    return tap_done();
}
