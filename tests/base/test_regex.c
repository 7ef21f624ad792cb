/* Regular expressions: matching, groups, replacement, Unicode, invalid bytes, the limit, threads.
 */
#include "base/regex.h"

#include <pthread.h>

#include "../tap.h"

static tw_regex *make(const char *pattern, unsigned flags) {
    tw_regex *re;
    tw_error err = TW_ERROR_INIT;
    if (tw_regex_new(tw_str_c(pattern), flags, &re, &err) != TW_OK)
        printf("# %s: %s\n", pattern, err.message);
    return re;
}

static void matches(const char *pattern, unsigned flags, const char *text, bool want) {
    tw_regex *re = make(pattern, flags);
    ok(re && tw_regex_match(re, tw_str_c(text), NULL, NULL) == want, "/%s/ %s '%s'", pattern,
       want ? "matches" : "does not match", text);
    tw_regex_free(re);
}

static void test_match(void) {
    matches("b+", 0, "abbc", true);
    matches("B", 0, "abbc", false);
    matches("B", TW_REGEX_NOCASE, "abbc", true);
    matches("é", TW_REGEX_NOCASE, "CAFÉ", true);
    matches("b+", TW_REGEX_WHOLE, "abbc", false);
    matches("a|ab", TW_REGEX_WHOLE, "ab", true);
    matches("^\\w+$", 0, "Müller", true);
    matches("^.$", 0, "😀", true);
    matches("", 0, "", true);
    matches("x", 0, "\xFF\xFEx\xC3", true);
    matches("a.b", 0,
            "a\xFF"
            "b",
            false);
    tw_regex *re = make("b+", 0);
    size_t from, to;
    ok(tw_regex_match(re, TW_STR("éabbc"), &from, &to) && from == 3 && to == 5,
       "offsets are bytes");
    ok(tw_regex_match(re, (tw_str){"b\0b", 3}, NULL, NULL) &&
           !tw_regex_match(re, (tw_str){NULL, 0}, NULL, NULL),
       "NUL bytes and no text at all");
    tw_regex_free(re);
    tw_regex_free(NULL);
}

static void test_errors(void) {
    static const char *const patterns[] = {"a(b", "[z-a]", "*a", "\\C", "a\xFF", "(?<n>a)(?<n>b)"};
    for (size_t i = 0; i < TW_COUNT(patterns); i++) {
        tw_regex *re;
        tw_error err = TW_ERROR_INIT;
        is_int(tw_regex_new(tw_str_c(patterns[i]), 0, &re, &err), TW_EPARSE, "a bad pattern");
        ok(!re && err.row >= 0 && err.message[0], "with its place: %s", err.message);
    }
}

static void test_groups(void) {
    tw_regex *re = make("(\\d+)-(?<unit>[a-z]+)?(x)?", 0);
    tw_str group;
    is_int(tw_regex_groups(re), 3, "groups");
    ok(tw_regex_group(re, TW_STR("no 12-kg"), 1, &group) && tw_str_eq_c(group, "12"), "the first");
    ok(tw_regex_group(re, TW_STR("no 12-kg"), 0, &group) && tw_str_eq_c(group, "12-kg"), "all");
    ok(!tw_regex_group(re, TW_STR("no 12-kg"), 3, &group), "one that took no part");
    ok(!tw_regex_group(re, TW_STR("no 12-kg"), 4, &group), "one that is not there");
    ok(!tw_regex_group(re, TW_STR("none"), 0, &group), "without a match");
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_regex_check_replacement(re, TW_STR("$1 ${unit} $$ $"), &err), &err,
             "a good replacement");
    is_int(tw_regex_check_replacement(re, TW_STR("$4"), &err), TW_EPARSE, "a group too many");
    is_int(tw_regex_check_replacement(re, TW_STR("${name}"), &err), TW_EPARSE, "an unknown name");
    is_int(tw_regex_check_replacement(re, TW_STR("$99999999999999999999"), &err), TW_EPARSE,
           "a number without end");
    tw_regex_free(re);
}

static void replaced(const char *pattern, const char *text, const char *with, const char *want) {
    tw_regex *re = make(pattern, 0);
    tw_buf out;
    tw_buf_init(&out, 1000);
    ok(re && tw_regex_replace(re, tw_str_c(text), tw_str_c(with), &out), "replaced");
    is_text(tw_buf_view(&out), want, want);
    tw_buf_fini(&out);
    tw_regex_free(re);
}

static void test_replace(void) {
    replaced("b+", "abbcb", "x", "axcx");
    replaced("(\\w+) (\\w+)", "Ada Lovelace", "$2, ${1}", "Lovelace, Ada");
    replaced("(?<a>.)(z)?", "xy", "${a}$2.", "x.y.");
    replaced("", "aé", "-", "-a-é-");
    replaced("x*", "abxc", "-", "-a-b--c-"); /* as Perl: s/x*\/-/g */
    replaced("$", "ab", "!", "ab!");
    replaced("a", "bbb", "x", "bbb");
    replaced("a", "aa", "$$1 $0", "$1 a$1 a");
    replaced("a", "a", "cost $ ${", "cost $ ${");
    replaced("e",
             "\xFF"
             "e\xC3",
             "E",
             "\xFF"
             "E\xC3");
    replaced("a\\Kb", "abab", "x", "axax");
    replaced("\\s+$", "end \n ", "", "end");
    replaced("a", "", "x", "");
    tw_regex *re = make("a", 0);
    tw_buf tiny;
    tw_buf_init(&tiny, 3);
    ok(!tw_regex_replace(re, TW_STR("aa"), TW_STR("xx"), &tiny), "a full buffer is told");
    tw_buf_fini(&tiny);
    tw_regex_free(re);
}

static void test_limit(void) {
    tw_regex *re = make("^(a|aa)+$", 0);
    ok(!tw_regex_match(re, TW_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"),
                       NULL, NULL),
       "a catastrophe is no match");
    is_int(tw_regex_overruns(re), 1, "and counted");
    tw_regex_free(re);
    size_t n = 200000, from;
    char *text = malloc(n);
    memset(text, 'a', n);
    text[n - 1] = 'x';
    re = make(".*?x", 0);
    ok(tw_regex_match(re, (tw_str){text, n}, &from, NULL) && from == 0,
       "a lazy scan of a long text is one");
    is_int(tw_regex_overruns(re), 0, "without an overrun");
    tw_regex_free(re);
    re = make("(?:(a)|b)*x", TW_REGEX_WHOLE);
    ok(tw_regex_match(re, (tw_str){text, n}, NULL, NULL) || tw_regex_overruns(re) == 1,
       "deep nesting matches or is told");
    tw_regex_free(re);
    free(text);
}

static void *match_many(void *arg) {
    tw_str group;
    for (int i = 0; i < 20000; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "id %d.", i);
        if (!tw_regex_group(arg, (tw_str){text, (size_t)n}, 1, &group) || group.n != (size_t)n - 4)
            return arg;
    }
    return NULL;
}

static void test_threads(void) {
    tw_regex *re = make("(\\d+)", 0);
    pthread_t ids[12];
    bool good = true;
    for (size_t i = 0; i < TW_COUNT(ids); i++)
        good &= pthread_create(&ids[i], NULL, match_many, re) == 0;
    for (size_t i = 0; i < TW_COUNT(ids); i++) {
        void *failed;
        pthread_join(ids[i], &failed);
        good &= !failed;
    }
    ok(good, "more threads than spare scratches share a pattern");
    tw_regex_free(re);
}

int main(void) {
    test_match();
    test_errors();
    test_groups();
    test_replace();
    test_limit();
    test_threads();
    return tap_done();
}
