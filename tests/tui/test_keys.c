/* Keys by name: what terminals send, what scripts write, and back. */
#include "tui/keys.h"

#include "tests/tap.h"

static void decodes(const char *bytes, size_t n, bool final, const char *want, size_t used, const char *name) {
    char key[TW_KEY_MAX];
    size_t got = tw_key_decode((tw_str){bytes, n}, final, key);
    ok(got == used && strcmp(key, want) == 0, "%s (got '%s', %zu bytes)", name, key, got);
}

static void terminals(void) {
    decodes("x", 1, false, "x", 1, "a letter is itself");
    decodes("\xc3\xa9z", 3, false, "\xc3\xa9", 2, "a character of two bytes is one key");
    decodes("\xc3", 1, false, "", 0, "half a character waits");
    decodes("\r", 1, false, "<Enter>", 1, "Enter");
    decodes("\020", 1, false, "<C-p>", 1, "Ctrl-P");
    decodes("\0", 1, false, "<C-@>", 1, "Ctrl-Space does not end the input");
    decodes("\033[A", 3, false, "<Up>", 3, "an arrow");
    decodes("\033OA", 3, false, "<Up>", 3, "an arrow in application mode");
    decodes("\033[1;5C", 6, false, "<C-Right>", 6, "an arrow with Ctrl");
    decodes("\033[", 2, false, "", 0, "an unfinished sequence waits");
    decodes("\033", 1, false, "", 0, "Esc alone may begin a sequence");
    decodes("\033", 1, true, "<Esc>", 1, "Esc when nothing follows");
    decodes("\033x", 2, false, "<M-x>", 2, "Alt-x");
    decodes("\033[200~", 6, false, "<Paste>", 6, "the begin of pasted text");
    decodes("\033[?1;2c", 7, false, "<Unknown>", 7, "an answer of the terminal is swallowed whole");
    decodes("\033[<0;12;5M", 10, false, "<Click-12-5>", 10, "a press");
    decodes("\033[<0;12;5m", 10, false, "<Unknown>", 10, "a release is nothing");
    decodes("\033[<65;1;1M", 10, false, "<WheelDown>", 10, "the wheel");
    decodes("\033[<0;99999999999;1M", 19, false, "<Unknown>", 19, "a column no screen has");
}

static void scripts(void) {
    static const char *const want[] = {"a", "<Enter>", "<Space>", "<Lt>", "<C-p>", "\xc3\xb8", "<Lt>", "b", NULL};
    tw_str text = TW_STR("a<Enter> <Lt><C-p>\xc3\xb8<b");
    char key[TW_KEY_MAX];
    size_t i = 0, used;
    for (; (used = tw_key_parse(text, key)) > 0 && want[i]; i++) {
        is_text(tw_str_c(key), want[i], "a key of a script");
        text = tw_str_sub(text, used, text.n);
    }
    ok(used == 0 && !want[i], "the script's keys end where its text ends");
}

/* What readline is given for a key must come back as the same key. */
static void there_and_back(void) {
    static const char *const names[] = {"<Enter>", "<Tab>",   "<BS>",   "<Del>", "<Up>", "<Home>", "<End>",
                                        "<F1>",    "<F12>",   "<C-a>",  "<M-b>", "q",    "\xc3\xa9", "<S-Tab>"};
    for (size_t i = 0; i < TW_COUNT(names); i++) {
        char bytes[TW_KEY_MAX], key[TW_KEY_MAX];
        size_t n = tw_key_bytes(names[i], bytes);
        size_t used = tw_key_decode((tw_str){bytes, n}, true, key);
        ok(n > 0 && used == n && strcmp(key, names[i]) == 0, "%s goes there and back", names[i]);
    }
    char bytes[TW_KEY_MAX];
    is_int(tw_key_bytes("<WheelUp>", bytes), 0, "the wheel is nothing for a prompt");
}

int main(void) {
    terminals();
    scripts();
    there_and_back();
    return tap_done();
}
