/* Slices: comparing, searching, cutting, edit distance against a naive twin. */
#include "base/str.h"

#include "../tap.h"

static void comparing(void) {
    tw_str empty = {NULL, 0};
    ok(tw_str_eq(empty, TW_STR("")), "no text equals empty text");
    ok(tw_str_eq(TW_STR("a\0b"), TW_STR("a\0b")) && !tw_str_eq(TW_STR("a\0b"), TW_STR("a\0c")),
       "NUL bytes are bytes");
    ok(tw_str_eq_c(TW_STR("abc"), "abc") && !tw_str_eq_c(TW_STR("abc"), "ab"), "with C strings");
    ok(tw_str_eq_nocase(TW_STR("True"), TW_STR("tRUE")), "ASCII letters in any case");
    ok(!tw_str_eq_nocase(TW_STR("["), TW_STR("{")) && !tw_str_eq_nocase(TW_STR("@"), TW_STR("`")),
       "only letters have a case");
    ok(tw_str_cmp(TW_STR("ab"), TW_STR("abc")) < 0 && tw_str_cmp(TW_STR("b"), TW_STR("abc")) > 0 &&
           tw_str_cmp(TW_STR("x"), TW_STR("x")) == 0 && tw_str_cmp(empty, TW_STR("")) == 0,
       "order by bytes, then length");
    ok(tw_str_cmp(TW_STR("\xc3\xa9"), TW_STR("z")) > 0, "bytes are unsigned");
    is_int(tw_str_c(NULL).n, 0, "no C string is an empty slice");
}

static void searching(void) {
    tw_str s = TW_STR("abcabc");
    ok(tw_str_starts(s, TW_STR("abc")) && !tw_str_starts(s, TW_STR("abcabcd")), "starts");
    ok(tw_str_ends(s, TW_STR("bc")) && !tw_str_ends(s, TW_STR("ab")), "ends");
    is_int(tw_str_find(s, TW_STR("ca"), 0), 2, "find");
    is_int(tw_str_find(s, TW_STR("abc"), 1), 3, "find from");
    is_int(tw_str_find(s, TW_STR(""), 6), 6, "nothing is found at the end");
    ok(tw_str_find(s, TW_STR("x"), 0) == SIZE_MAX && tw_str_find(s, TW_STR("a"), 7) == SIZE_MAX,
       "not found");
    is_int(tw_str_find_char(s, 'c', 3), 5, "find a character");
    ok(tw_str_find_char(s, 'a', 6) == SIZE_MAX, "nothing beyond the end");
}

static void cutting(void) {
    is_text(tw_str_trim(TW_STR(" \t a b\r\n")), "a b", "trim");
    is_text(tw_str_trim(TW_STR(" \n ")), "", "only blanks");
    tw_str rest = TW_STR("a,,b,"), part;
    const char *const want[] = {"a", "", "b", ""};
    size_t n = 0;
    while (tw_str_split(&rest, ',', &part) && n < 4)
        is_text(part, want[n++], "a part");
    is_int(n, 4, "as many parts as separators and one");
    char *copy = tw_str_dup(TW_STR("a\0b"));
    ok(copy && memcmp(copy, "a\0b", 4) == 0, "a copy is terminated");
    free(copy);
}

/* Optimal string alignment by its definition, without any saving. */
static size_t naive_distance(const char *a, size_t n, const char *b, size_t m) {
    static size_t d[12][12];
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            size_t best = i == 0 ? j : j == 0 ? i : SIZE_MAX;
            if (i && j) {
                best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
                best = TW_MIN(best, d[i - 1][j] + 1);
                best = TW_MIN(best, d[i][j - 1] + 1);
            }
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = TW_MIN(best, d[i - 2][j - 2] + 1);
            d[i][j] = best;
        }
    return d[n][m];
}

static void distances_agree_with_the_definition(void) {
    uint32_t state = 12345;
    size_t wrong = 0;
    for (int round = 0; round < 40000; round++) {
        char a[10], b[10];
        size_t n = state % 10, m = state / 16 % 10, limit = state / 256 % 9;
        for (size_t i = 0; i < 10; i++) {
            state = state * 1664525 + 1013904223;
            a[i] = (char)('a' + (state >> 20) % 3);
            b[i] = (char)('a' + (state >> 25) % 3);
        }
        state = state * 1664525 + 1013904223;
        size_t want = TW_MIN(naive_distance(a, n, b, m), limit + 1);
        wrong += tw_str_distance((tw_str){a, n}, (tw_str){b, m}, limit) != want;
    }
    is_int(wrong, 0, "40000 pairs of short words, any limit");
}

static void distances(void) {
    is_int(tw_str_distance(TW_STR("ca"), TW_STR("abc"), 9), 3, "alignment, not full Damerau: 3");
    is_int(tw_str_distance(TW_STR("filter"), TW_STR("fitler"), 2), 1, "a swap is one step");
    is_int(tw_str_distance(TW_STR("abc"), TW_STR("xyz"), 1), 2, "no more than the limit and one");
    is_int(tw_str_distance(TW_STR("same"), TW_STR("same"), 0), 0, "equal words");
    is_int(tw_str_distance(TW_STR(""), TW_STR("abc"), SIZE_MAX), 3, "no limit");
    char a[600], b[600];
    memset(a, 'x', sizeof a);
    memset(b, 'y', sizeof b);
    is_int(tw_str_distance((tw_str){a, 600}, (tw_str){b, 599}, 700), 600, "long words");
}

int main(void) {
    comparing();
    searching();
    cutting();
    distances();
    distances_agree_with_the_definition();
    return tap_done();
}
