/* Completion: what may stand at the cursor, and only that. */
#include "app/complete.h"

#include "tests/app/session_fixture.h"

static fixture f;

/* Candidates of a line with the cursor at its end, joined by blanks, behind where they begin. */
static void completes(const char *line, const char *want) {
    tw_arena arena;
    tw_completion *found;
    size_t from, n;
    tw_error err = TW_ERROR_INIT;
    tw_buf got;
    tw_arena_init(&arena);
    tw_buf_init(&got, 1 << 16);
    enum tw_rc rc =
        tw_complete(f.session, tw_str_c(line), strlen(line), &arena, &from, &found, &n, &err);
    if (rc == TW_OK)
        tw_buf_printf(&got, "%zu:", from);
    for (size_t i = 0; rc == TW_OK && i < n && i < 8; i++)
        tw_buf_printf(&got, " %.*s", TW_ARG(found[i].word));
    is_text(tw_buf_view(&got), want, line);
    tw_buf_fini(&got);
    tw_arena_fini(&arena);
}

int main(void) {
    if (!fixture_file(&f, "id,first name,age\n1,Ann,3\n") ||
        !ok(fixture_session(&f, true), "a file opens"))
        return 1;
    completes("filt", "0: filter filter-selected");
    completes(":unf", "1: unfilter");
    completes("sort ", "5: 'first name' age id");
    completes("sort id,a", "8: age");
    completes("sort -a", "6: age");
    completes("hide 'fir", "5: 'first name'");
    completes("hide id,a", "8: age");
    completes("filter a", "7: abs age and");
    completes("filter age > 3 and fi", "19: `first name`");
    completes("type age int", "9: integer");
    completes("role age tar", "9: target");
    completes("set gr", "4: graphics");
    completes("use da", "4: data");
    completes("help prof", "5: profile");
    completes("plot hi", "5: hist");
    completes("sort --a", "5: --add");
    completes("search x fi", "9: 'first name'");
    completes("open /dev/nul", "5: /dev/null");
    completes("nonsense x", "0:");
    ok(fixture_end(&f), "nothing is left behind");
    return tap_done();
}
