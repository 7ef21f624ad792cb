/* Messages and clocks: what reaches the sink, and that time can be stopped. */
#include "base/log.h"

#include "../tap.h"
#include "base/clock.h"

typedef struct seen {
    size_t count;
    enum tw_level level;
    char text[1100];
} seen;

static void keep(void *self, enum tw_level level, const char *message) {
    seen *s = self;
    s->count++;
    s->level = level;
    snprintf(s->text, sizeof s->text, "%s", message);
}

static void messages(void) {
    seen s = {0};
    tw_log log = {keep, &s};
    tw_say(&log, TW_WARNING, "%d cells of '%s'", 3, "a\x1b[31mb");
    ok(s.count == 1 && s.level == TW_WARNING, "one message at its level");
    is_text(tw_str_c(s.text), "3 cells of 'a [31mb'", "without what a terminal would obey");
    tw_say(NULL, TW_NOTE, "x");
    tw_say(&(tw_log){NULL, NULL}, TW_NOTE, "x");
    is_int(s.count, 1, "no log and no sink drop");
    char wide[3000];
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    tw_say(&log, TW_NOTE, "%s", wide);
    is_int(strlen(s.text), 1023, "a long message is cut");
}

static void clocks(void) {
    int64_t wall = 1700000000000000, before = tw_clock_monotonic(NULL);
    tw_clock fixed = tw_clock_fixed(&wall);
    is_int(tw_clock_wall(&fixed), wall, "a stopped clock says what it was told");
    is_int(tw_clock_monotonic(&fixed), 0, "and does not run");
    wall++;
    is_int(tw_clock_wall(&fixed), 1700000000000001, "until it is moved");
    ok(tw_clock_monotonic(NULL) >= before, "the system's clock does not run back");
    ok(tw_clock_wall(NULL) > 1600000000000000, "and counts from 1970");
}

int main(void) {
    messages();
    clocks();
    return tap_done();
}
