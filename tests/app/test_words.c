/* Splitting and quoting: every word that is quoted comes back as it was; what a shell user expects
 * of quotes holds. */
#include "app/words.h"

#include "tests/tap.h"

static tw_arena arena;

static size_t split(const char *line, tw_word **words) {
    size_t n = 0;
    tw_error err = TW_ERROR_INIT;
    if (tw_words_split(tw_str_c(line), &arena, words, &n, &err) != TW_OK)
        return SIZE_MAX;
    return n;
}

static void test_blanks_and_quotes(void) {
    tw_word *w;
    is_int(split("  sort  city,-age ", &w), 2, "blanks around words do not count");
    is_text(w[1].text, "city,-age", "a word is what stands between blanks");
    is_int(w[1].at, 8, "it knows where it begins");
    is_int(split("rename 'first name' \"say \\\"x\\\" \\\\ y\"", &w), 3,
           "quotes hold words together");
    is_text(w[1].text, "first name", "single quotes keep blanks");
    is_text(w[2].text, "say \"x\" \\ y", "double quotes know two escapes");
    is_int(split("edit ''", &w), 2, "an empty word counts");
    is_int(w[1].text.n, 0, "and is empty");
    is_int(split("a'b c'd", &w), 1, "a quote inside a word opens and closes there");
    is_text(w[0].text, "ab cd", "and its parts join");
    is_int(split("", &w), 0, "an empty line has no words");
}

static void test_open_quote(void) {
    tw_word *w;
    is_int(split("filter name == 'x", &w), 4, "an open quote ends with the line");
    ok(w[3].open && !w[2].open, "and is marked in its word only");
}

static void test_line_names(void) {
    tw_str name, rest;
    tw_line_split(TW_STR("  : filter  age > 3 "), &name, &rest);
    is_text(name, "filter", "the colon is optional");
    is_text(rest, "age > 3", "the rest stands as it is");
    tw_line_split(TW_STR("undo"), &name, &rest);
    is_text(rest, "", "a name alone has no rest");
}

static void test_quoting_round_trip(void) {
    const char *words[] = {"plain", "two words", "it's",          "say \"hi\"", "both ' and \"",
                           "-dash", "",          "back\\slash '", "#x"};
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        tw_buf line;
        tw_word *back;
        tw_buf_init(&line, 4096);
        tw_buf_c(&line, "x ");
        tw_word_quote(&line, tw_str_c(words[i]));
        size_t n = split(line.p, &back);
        ok(n == 2 && tw_str_eq_c(back[1].text, words[i]), "'%s' comes back from %s", words[i],
           line.p);
        tw_buf_fini(&line);
    }
}

int main(void) {
    tw_arena_init(&arena);
    test_blanks_and_quotes();
    test_open_quote();
    test_line_names();
    test_quoting_round_trip();
    tw_arena_fini(&arena);
    return tap_done();
}
