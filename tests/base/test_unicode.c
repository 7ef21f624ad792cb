/* Unicode: validity, width, cutting by cells, case of names, normal forms, invalid bytes. */
#include "base/unicode.h"

#include "../tap.h"

static void test_decoding(void) {
    is_int(tw_utf8_valid(TW_STR("")), 0, "empty");
    is_int(tw_utf8_valid(TW_STR("plain ascii that is longer")), 26, "ASCII");
    is_int(tw_utf8_valid(TW_STR("12345678é")), 10, "two bytes");
    is_int(tw_utf8_valid(TW_STR("ab\xC0\x80")), 2, "overlong");
    is_int(tw_utf8_valid(TW_STR("\xED\xA0\x80")), 0, "surrogate");
    is_int(tw_utf8_valid(TW_STR("\xF4\x90\x80\x80")), 0, "beyond U+10FFFF");
    is_int(tw_utf8_valid(TW_STR("12345678\xE2\x82")), 8, "cut short");
    tw_str s = TW_STR("a\xFF\xE2\x82\xAC\xC3");
    int32_t want[] = {'a', 0xFFFD, 0x20AC, 0xFFFD};
    size_t at = 0, n = 0;
    for (bool good = true; at < s.n; n++) {
        good = tw_utf8_next(s, &at) == want[n];
        ok(good, "character %zu", n);
    }
    is_int(n, 4, "invalid bytes one at a time");
    is_int(tw_utf8_length(s), 4, "length");
    is_int(tw_utf8_offset(s, 2), 2, "offset");
    is_int(tw_utf8_offset(s, 99), s.n, "offset beyond");
    tw_buf out;
    tw_buf_init(&out, 100);
    ok(tw_utf8_put(&out, 'a') && tw_utf8_put(&out, 0x20AC) && tw_utf8_put(&out, 0xD800), "put");
    is_text(tw_buf_view(&out), "a€\xEF\xBF\xBD", "bytes");
    tw_buf_fini(&out);
}

static void test_width(void) {
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"abc", 3},
        {"é", 1},
        {"e\xCC\x81", 1},
        {"日本", 4},
        {"한", 2},
        {"ᄒ\xE1\x85\xA1\xE1\x86\xAB", 2},
        {"😀", 2},
        {"👩‍👩‍👧", 2},
        {"👍🏽", 2},
        {"❤\xEF\xB8\x8F", 1},
        {"🇳🇴", 2},
        {"\t\n", 0},
        {"\xE2\x80\x8B", 0},
        {"का", 2},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++)
        ok(tw_text_width(tw_str_c(cases[i].text)) == cases[i].width, "width of case %zu", i);
}

static void test_fit(void) {
    size_t width;
    is_int(tw_text_fit(TW_STR("hello"), 3, &width), 3, "plain");
    is_int(width, 3, "its width");
    is_int(tw_text_fit(TW_STR("a日本"), 2, &width), 1, "a wide character is not halved");
    is_int(width, 1, "its width");
    is_int(tw_text_fit(TW_STR("e\xCC\x81x"), 1, &width), 3, "marks stay with their letter");
    is_int(tw_text_fit(TW_STR("👩‍👩‍👧!"), 2, &width), 18,
           "an emoji family stays whole");
    is_int(tw_text_fit(TW_STR("a👩‍👩‍👧"), 2, &width), 1, "or goes whole");
    is_int(tw_text_fit(TW_STR("abc"), 9, &width), 3, "all");
    is_int(tw_text_fit(TW_STR("abc"), 0, &width), 0, "nothing");
}

static void cased(const char *from, enum tw_text_case to, const char *want) {
    tw_buf out;
    tw_buf_init(&out, 1000);
    tw_text_case(&out, tw_str_c(from), to);
    is_text(tw_buf_view(&out), want, from);
    tw_buf_fini(&out);
}

static void test_case(void) {
    cased("Straße ÉTÉ", TW_CASE_UPPER, "STRASSE ÉTÉ");
    cased("ΟΔΟΣ ΣΑΣ.", TW_CASE_LOWER, "οδος σας.");
    cased("o'neil JEAN-LUC don't", TW_CASE_TITLE, "O'Neil Jean-Luc Don't");
    cased("2nd \xC3\xA9t\xC3\xA9 d’angelo", TW_CASE_TITLE, "2nd Été D’Angelo");
    cased("e\xCC\x81TE\xCC\x81", TW_CASE_TITLE, "E\xCC\x81te\xCC\x81");
    cased("Straße", TW_CASE_FOLD, "strasse");
    cased("A\xFF\xC3z", TW_CASE_LOWER, "a\xFF\xC3z");
    cased("\xFF"
          "A",
          TW_CASE_FOLD,
          "\xFF"
          "a");
}

static void normal(const char *from, enum tw_normal_form form, const char *want) {
    tw_buf out;
    tw_buf_init(&out, 1000);
    tw_text_normalize(&out, tw_str_c(from), form);
    is_text(tw_buf_view(&out), want, want);
    tw_buf_fini(&out);
}

static void test_normal(void) {
    normal("e\xCC\x81", TW_NFC, "é");
    normal("é", TW_NFD, "e\xCC\x81");
    normal("ﬁ①", TW_NFKC, "fi1");
    normal("é½", TW_NFKD,
           "e\xCC\x81"
           "1⁄2");
    normal("Ålesund café", TW_STRIP_MARKS, "Alesund cafe");
    normal("Søren Łódź", TW_STRIP_MARKS, "Søren Łodz");
    normal("a\xFF"
           "e\xCC\x81\xFE",
           TW_NFC,
           "a\xFF"
           "é\xFE");
    normal("", TW_NFC, "");
    tw_buf tiny;
    tw_buf_init(&tiny, 2);
    ok(!tw_text_normalize(&tiny, TW_STR("éé"), TW_NFD) && tiny.failed, "a full buffer is told");
    tw_buf_fini(&tiny);
}

static void test_classes(void) {
    ok(tw_char_is_letter('a') && tw_char_is_letter(0x5D0) && tw_char_is_letter(0x4E00) &&
           !tw_char_is_letter('1'),
       "letters");
    ok(tw_char_is_digit('7') && tw_char_is_digit(0x663) && !tw_char_is_digit(0xB2), "digits");
    ok(tw_char_is_upper('A') && tw_char_is_upper(0xC9) && !tw_char_is_upper('a') &&
           !tw_char_is_upper('1'),
       "upper");
    ok(tw_char_is_space(' ') && tw_char_is_space('\t') && tw_char_is_space(0xA0) &&
           tw_char_is_space(0x2009) && tw_char_is_space(0x3000) && tw_char_is_space(0xFEFF) &&
           !tw_char_is_space('a') && !tw_char_is_space(0),
       "space");
    ok(tw_char_is_control(0x1B) && tw_char_is_control(0x9B) && !tw_char_is_control(0xA0),
       "controls");
    ok(tw_char_is_invisible(0x202E) && tw_char_is_invisible(0xFE0F) &&
           !tw_char_is_invisible(0x200D),
       "invisible");
}

int main(void) {
    test_decoding();
    test_width();
    test_fit();
    test_case();
    test_normal();
    test_classes();
    return tap_done();
}
