/* Themes: the built-in ones are whole, gaps are inherited, mistakes name their line. */
#include "tui/theme.h"

#include "tests/tap.h"

/* Two cells that must be told apart are, in colour or in attributes. */
static bool differ(const tw_theme *t, enum tw_role_id a, enum tw_role_id b) {
    return memcmp(&t->styles[a], &t->styles[b], sizeof t->styles[a]) != 0;
}

static bool is_colourless(const tw_theme *t) {
    for (int r = 0; r < TW_ROLE_COUNT; r++)
        if (t->styles[r].fg_rgb >= 0 || t->styles[r].bg_rgb >= 0 || t->styles[r].fg >= 0 || t->styles[r].bg >= 0)
            return false;
    return true;
}

static void builtin(void) {
    static const char *const names[] = {"dark", "light", "mono", "high-contrast"};
    static const enum tw_role_id apart[] = {TW_ROLE_CURSOR, TW_ROLE_SELECTED,      TW_ROLE_NULL,          TW_ROLE_TITLE,
                                            TW_ROLE_MATCH,  TW_ROLE_FINDING_ERROR, TW_ROLE_POPUP_CURRENT, TW_ROLE_HEADER};
    for (size_t i = 0; i < TW_COUNT(names); i++) {
        tw_theme theme;
        tw_error err = TW_ERROR_INIT;
        succeeds(tw_theme_find(tw_str_c(names[i]), NULL, &theme, &err), &err, names[i]);
        for (size_t k = 0; k < TW_COUNT(apart); k++)
            ok(differ(&theme, apart[k], TW_ROLE_TEXT), "%s: %s stands out from text", names[i], tw_role_name(apart[k]));
        is_int(is_colourless(&theme), strcmp(names[i], "mono") == 0, "only mono does without colours");
    }
}

static void reading(void) {
    tw_theme theme;
    tw_error err = TW_ERROR_INIT;
    tw_str text = TW_STR("; a comment\ntext = white on black\nbar.hint = #102030/cyan underline\n");
    succeeds(tw_theme_read(text, "mine", &theme, &err), &err, "a theme of three lines");
    is_int(theme.styles[TW_ROLE_HINT].fg_rgb, 0x102030, "its colour");
    is_int(theme.styles[TW_ROLE_HINT].fg, 6, "and the name to fall back to");
    is_int(theme.styles[TW_ROLE_HINT_KEY].fg_rgb, 0x102030, "bar.hint.key takes after bar.hint");
    is_int(theme.styles[TW_ROLE_CURSOR].fg, 7, "a role without a parent takes after text");
}

static void mistakes(void) {
    static const char *const lines[] = {"text white", "no.such.role = red", "text = purple", "text = red on", "text = #12345g/red",
                                        "text = #123456", "text = red blue"};
    for (size_t i = 0; i < TW_COUNT(lines); i++) {
        tw_theme theme;
        tw_error err = TW_ERROR_INIT;
        char text[128];
        snprintf(text, sizeof text, "dim = red\n%s\n", lines[i]);
        is_int(tw_theme_read(tw_str_c(text), "t", &theme, &err), TW_EPARSE, lines[i]);
        ok(strstr(err.message, "line 2") != NULL, "'%s' names its line", lines[i]);
    }
    tw_theme theme;
    tw_error err = TW_ERROR_INIT;
    is_int(tw_theme_find(TW_STR("drak"), NULL, &theme, &err), TW_EUNKNOWN_NAME, "a theme that is not there");
    ok(strstr(err.message, "dark") != NULL, "the nearest name is offered");
}

int main(void) {
    builtin();
    reading();
    mistakes();
    return tap_done();
}
