/* Which filters hold a column to one value, and to which column. */
#include "app/value_filter.h"

#include "../tap.h"

static void holds(const char *text, const char *column) {
    tw_arena arena;
    tw_str found = TW_STR("");
    tw_arena_init(&arena);
    bool is = tw_value_filter(tw_str_c(text), &arena, &found);
    ok(is == (column != NULL), "%s %s", text, column ? "holds a column to one value" : "is any other filter");
    if (is && column)
        is_text(found, column, "its column");
    tw_arena_fini(&arena);
}

int main(void) {
    holds("city == 'Oslo'", "city");
    holds("`Kunde seit` == date('2021-09-12')", "Kunde seit");
    holds("age == -3.5", "age");
    holds("smoker == true", "smoker");
    holds("age is null", "age");
    holds("age is not null", NULL);
    holds("age > 3", NULL);
    holds("city == 'Oslo' or age > 3", NULL);
    holds("a == b", NULL);
    holds("a == date(b)", NULL);
    holds("age == 3 + 4", NULL);
    holds("'Oslo' == city", NULL);
    holds("", NULL);
    holds("age == 'Os", NULL);
    return tap_done();
}
