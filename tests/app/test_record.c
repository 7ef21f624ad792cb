/* What changes data: edits and steps are recorded, undone and done again, saved, and played again
 * after a crash. */
#include "app/journal.h"
#include "tests/app/session_fixture.h"

static void recipe_is(fixture *f, const char *want, const char *name) {
    tw_buf lua;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&lua, 1 << 16);
    succeeds(tw_dataset_recipe_lua(tw_session_dataset(f->session), &lua, &err), &err,
             "the recipe is written");
    is_text(tw_buf_view(&lua), want, name);
    tw_buf_fini(&lua);
}

static void file_is(const char *path, const char *want, const char *name) {
    char *bytes = NULL;
    size_t n = 0;
    if (ok(tw_file_read(path, 1 << 20, &bytes, &n, NULL) == TW_OK, "%s is there", name))
        is_text(((tw_str){bytes, n}), want, name);
    free(bytes);
}

static const char edited[] = "local r = trowel.recipe \"data\"\n"
                             "r:edit { row = 4, col = \"city\", was = \"Tromsø\", to = \"Bodø\" }\n"
                             "return r\n";

static void test_edit(fixture *f) {
    ok(does(f, "sort -age") && does(f, "goto 1 city") && does(f, "edit Bodø"),
       "the cell under the cursor is edited");
    shows(f, "city", "Bodø Oslo Bergen Oslo Bergen", "whatever the order in view");
    recipe_is(f, edited, "recorded by the row of the file");
    ok(tw_dataset_modified(tw_session_dataset(f->session)), "the dataset is changed");
    ok(does(f, "undo"), "undone");
    shows(f, "city", "Tromsø Oslo Bergen Oslo Bergen", "the view stays sorted");
    ok(!tw_dataset_modified(tw_session_dataset(f->session)), "and nothing is changed any more");
    ok(does(f, "undo") && does(f, "redo 2"), "done again");
    recipe_is(f, edited, "with the same recipe");
    ok(does(f, "goto 1 age") && does(f, "edit \"\""), "a cell is emptied");
    ok(does(f, "undo 3"), "all undone");
    shows(f, "city", "Oslo Bergen Oslo Tromsø Bergen", "as it was read");
}

static void test_steps(fixture *f) {
    ok(does(f, "filter age > 30") && does(f, "mutate double = age * 2"),
       "a column is computed while a filter is on");
    shows(f, "double", "80 122 66", "and shown at once");
    ok(does(f, "rename double twice") && does(f, "drop city") && does(f, "type id text"),
       "renamed, dropped, typed");
    ok(tw_view_find_column(view_of(f), TW_STR("city")) < 0 &&
           tw_view_find_column(view_of(f), TW_STR("twice")) == 2,
       "in view too");
    ok(does(f, "where twice > 70"), "rows are dropped for good");
    shows(f, "id", "1 4", "the filter is still on");
    ok(does(f, "unfilter"), "without it");
    shows(f, "id", "1 4", "they are gone all the same");
    ok(does(f, "undo 99"), "everything back");
    shows(f, "city", "Oslo Bergen Oslo Tromsø Bergen", "to the start");
}

static void test_save(fixture *f) {
    char copy[128], recipe[128], line[300];
    snprintf(copy, sizeof copy, "%s/copy.csv", f->dir);
    snprintf(recipe, sizeof recipe, "%s/r.lua", f->dir);
    ok(does(f, "goto 2 age") && does(f, "edit 29") && does(f, "filter id < 3"),
       "an edit under a filter");
    snprintf(line, sizeof line, "save %s", copy);
    ok(does(f, line), "saved");
    file_is(copy, "id,city,age\n1,Oslo,40\n2,Bergen,29\n3,Oslo,25\n4,Tromsø,61\n5,Bergen,33\n",
            "the whole dataset");
    snprintf(line, sizeof line, "save %s --view", copy);
    ok(does(f, line), "saved as shown");
    file_is(copy, "id,city,age\n1,Oslo,40\n2,Bergen,29\n", "only what is shown");
    snprintf(line, sizeof line, "recipe-save %s", recipe);
    ok(does(f, line), "the recipe is saved");
    file_is(recipe,
            "local r = trowel.recipe \"data\"\nr:edit { row = 2, col = \"age\", was = \"\", to = "
            "\"29\" }\nreturn r\n",
            "as Lua");
    unlink(copy);
    unlink(recipe);
    ok(does(f, "undo 99"), "back to the start");
}

/* A session dies with unsaved work; the next one asks, and plays it again. */
static void test_crash(fixture *f) {
    tw_buf before, after;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&before, 1 << 16);
    tw_buf_init(&after, 1 << 16);
    ok(does(f, "sort city") && does(f, "goto 5 city") && does(f, "edit 'Mo i Rana'") &&
           does(f, "edit x") && does(f, "undo") && does(f, "goto 2 age") && does(f, "edit 77") &&
           does(f, "mutate half = age / 2") && does(f, "hide id"),
       "some work");
    ok(tw_dataset_recipe_lua(tw_session_dataset(f->session), &before, &err) == TW_OK, "its recipe");
    tw_session_free(f->session); /* without a word */
    tw_session_options options = {.threads = 1, .state_dir = f->state};
    succeeds(tw_session_new(&options, &f->session, &err), &err, "a new session");
    succeeds(tw_session_open(f->session, f->data, NULL, &err), &err, "opens the file again");
    tw_event event = {0};
    bool asked = false;
    tw_session_wait_idle(f->session);
    while (!asked && tw_session_next_event(f->session, &event))
        asked = event.kind == TW_EVENT_ASK;
    ok(asked && strstr(event.text, "Restore unsaved work on ") == event.text, "and asks");
    ok(does(f, event.line), "yes");
    ok(tw_dataset_recipe_lua(tw_session_dataset(f->session), &after, &err) == TW_OK, "the recipe");
    is_text(tw_buf_view(&after), before.p, "is what it was");
    ok(tw_view_find_column(view_of(f), TW_STR("id")) < 0, "and so is the view");
    ok(does(f, "undo") && tw_view_find_column(view_of(f), TW_STR("id")) == 0,
       "which can be undone");
    tw_session_free(f->session);
    options.headless = true;
    succeeds(tw_session_new(&options, &f->session, &err), &err, "a session that asks nothing");
    succeeds(tw_session_open(f->session, f->data, NULL, &err), &err, "opens");
    tw_session_wait_idle(f->session);
    ok(does(f, "datasets"), "without a question");
    tw_buf_fini(&before);
    tw_buf_fini(&after);
}

static void forget_journals(fixture *f) {
    char *name = NULL;
    bool changed;
    while (tw_journal_find(f->state, f->data, &name, &changed, NULL) == TW_OK && name) {
        tw_journal_remove(name);
        free(name);
    }
}

int main(void) {
    fixture f;
    if (!fixture_file(&f, small_csv) || !ok(fixture_session(&f, true), "a file opens"))
        return 1;
    test_edit(&f);
    test_steps(&f);
    test_save(&f);
    test_crash(&f);
    forget_journals(&f);
    ok(fixture_end(&f), "nothing is left behind");
    return tap_done();
}
