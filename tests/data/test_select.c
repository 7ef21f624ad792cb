/* Selectors of columns, as people write them. */
#include "data/table.h"

#include "tests/data/fixture.h"
#include "tests/tap.h"

static tw_error err = TW_ERROR_INIT;
static tw_arena arena;

static void selects(const tw_table *t, const char *list, const char *want) {
    int *columns = NULL;
    size_t n = 0;
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    enum tw_rc rc = tw_select_columns_text(t, tw_str_c(list), &arena, &columns, &n, &err);
    if (rc)
        tw_buf_printf(&out, "%s", tw_rc_word(rc));
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        tw_buf_printf(&out, "%s%d", i ? " " : "", columns[i]);
    ok(tw_str_eq_c(tw_buf_view(&out), want), "'%s' selects %s", list, *want ? want : "nothing");
    if (!tw_str_eq_c(tw_buf_view(&out), want))
        printf("# got %s %s\n", out.n ? out.p : "", rc ? err.message : "");
    tw_buf_fini(&out);
}

static void test_lists(void) {
    tw_table *t =
        fixture_table("id@id,x_1:float,x_2:float,age:integer@quasi,city@quasi,4,last one\n");
    selects(t, "", "0 1 2 3 4 5 6");
    selects(t, "age,id", "3 0");
    selects(t, " age , id ", "3 0");
    selects(t, "id,id", "0");
    selects(t, "/^x_/", "1 2");
    selects(t, "/^x_/,id", "1 2 0");
    selects(t, "/^(x_1|i,?d)$/", "0 1");
    selects(t, "2", "1");
    selects(t, "4", "5");
    selects(t, "2-3", "1 2");
    selects(t, "0", "unknown-column");
    selects(t, "8", "unknown-column");
    selects(t, "3-2", "unknown-column");
    selects(t, "6-9", "unknown-column");
    selects(t, ":float", "1 2");
    selects(t, ":date", "unknown-column");
    selects(t, ":number", "unknown-name");
    selects(t, "@quasi", "3 4");
    selects(t, "@target", "unknown-column");
    selects(t, "@king", "unknown-name");
    selects(t, "!id", "1 2 3 4 5 6");
    selects(t, "!/x/,!@quasi", "0 5 6");
    selects(t, "/x/,!x_2", "1");
    selects(t, "!:date", "0 1 2 3 4 5 6");
    selects(t, "!nothing", "unknown-column");
    selects(t, "/nothing/", "unknown-column");
    selects(t, "/(/", "parse");
    selects(t, "last one", "6");
    selects(t, "\"last one\",'age',`id`", "6 3 0");
    selects(t, "'2'", "unknown-column");
    selects(t, "agee", "unknown-column");
    ok(strstr(err.message, "'age'") != NULL, "the nearest name is shown");
    tw_table_unref(t);
}

static tw_table *odd_names(void) {
    const char *names[] = {"a,b", "!c", "@d", ":e", "say \"x\"", "/f/"};
    tw_draft *draft = NULL;
    tw_table *t = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, &err);
    for (size_t i = 0; rc == TW_OK && i < TW_COUNT(names); i++) {
        tw_column *column = NULL;
        tw_field field = {.name = names[i], .type = TW_TEXT, .format = TW_FORMAT_PLAIN};
        rc = tw_column_missing(TW_TEXT, 1, &column, &err);
        if (rc == TW_OK)
            rc = tw_draft_add(draft, &field, column, &err);
    }
    if (rc || tw_draft_commit(draft, &t, &err))
        TW_BUG(err.message);
    return t;
}

static void test_odd_names(void) {
    tw_table *t = odd_names();
    selects(t, "a,b", "0");
    selects(t, "\"a,b\",!c", "0 1");
    selects(t, "!!c", "0 2 3 4 5");
    selects(t, "@d,:e", "2 3");
    selects(t, "\"say \"\"x\"\"\"", "4");
    selects(t, "/f/", "5");
    tw_table_unref(t);
}

int main(void) {
    tw_arena_init(&arena);
    test_lists();
    test_odd_names();
    tw_arena_fini(&arena);
    return tap_done();
}
