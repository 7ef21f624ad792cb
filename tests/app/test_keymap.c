/* Key maps: later files win, contexts fall back to "any", prefixes are known, the dump loads again.
 */
#include "app/keymap.h"

#include "tests/tap.h"

static const char first[] = "# comment\n"
                            "grid gg -> top\n"
                            "grid g -> \n"
                            "any u -> undo\n"
                            "grid # -> type {col} integer\n";

static void test_finding(tw_keymap *map) {
    bool prefix = false;
    ok(!tw_keymap_find(map, "grid", "g", &prefix) && prefix,
       "'g' is only the beginning of something");
    is_text(tw_str_c(tw_keymap_find(map, "grid", "gg", &prefix)), "top", "'gg' is bound");
    ok(!prefix, "and nothing is longer");
    is_text(tw_str_c(tw_keymap_find(map, "findings", "u", &prefix)), "undo",
            "'any' serves every context");
    is_text(tw_str_c(tw_keymap_find(map, "grid", "#", &prefix)), "type {col} integer",
            "a key may be '#'");
    ok(!tw_keymap_find(map, "grid", "Z", &prefix), "an unbound key is nothing");
}

static void test_layers(tw_keymap *map) {
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_keymap_load(map, TW_STR("any u -> history\ngrid gg ->\n"), "user", &err), &err,
             "a second file loads");
    is_text(tw_str_c(tw_keymap_find(map, "grid", "u", NULL)), "history", "the later binding wins");
    ok(!tw_keymap_find(map, "grid", "gg", NULL), "an empty line takes a binding away");
}

static void test_dump(tw_keymap *map) {
    tw_keymap again;
    tw_buf a, b;
    tw_error err = TW_ERROR_INIT;
    tw_keymap_init(&again);
    tw_buf_init(&a, 1 << 20);
    tw_buf_init(&b, 1 << 20);
    tw_keymap_dump(map, &a);
    succeeds(tw_keymap_load(&again, tw_buf_view(&a), "dump", &err), &err, "the dump is a key map");
    tw_keymap_dump(&again, &b);
    ok(tw_str_eq(tw_buf_view(&a), tw_buf_view(&b)), "and gives the same bindings");
    tw_buf_fini(&a);
    tw_buf_fini(&b);
    tw_keymap_fini(&again);
}

int main(void) {
    tw_keymap map;
    tw_error err = TW_ERROR_INIT;
    tw_keymap_init(&map);
    succeeds(tw_keymap_load(&map, tw_str_c(first), "first", &err), &err, "a key map loads");
    test_finding(&map);
    test_layers(&map);
    test_dump(&map);
    ok(tw_keymap_load(&map, TW_STR("\ngrid x top\n"), "bad.keys", &err) == TW_EPARSE,
       "a line without arrow is refused");
    ok(strstr(err.message, "bad.keys, line 2") != NULL, "with file and line");
    tw_keymap_fini(&map);
    tw_keymap_init(&map);
    succeeds(tw_keymap_load(&map, tw_keymap_builtin(TW_STR("default")), "default", &err), &err,
             "the built-in map loads");
    ok(map.n > 20, "and holds bindings");
    tw_keymap_fini(&map);
    return tap_done();
}
