/* Encodings are one-to-one: random bytes of every kind come back, and known text decodes to what it
 * means. */
#include "../tap.h"
#include "io/encoding.h"

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static tw_dialect named(const char *name) {
    tw_dialect d = {0};
    tw_error err = TW_ERROR_INIT;
    if (tw_encoding_set(&d, tw_str_c(name), &err) != TW_OK)
        printf("# %s\n", err.message);
    return d;
}

static bool comes_back(const tw_dialect *d, tw_str bytes) {
    tw_buf text, back;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&back, TW_BUF_MAX);
    bool good = tw_decode(d, bytes, false, &text, NULL) == TW_OK &&
                tw_encode(d, tw_buf_view(&text), &back, NULL) == TW_OK &&
                tw_str_eq(tw_buf_view(&back), bytes);
    tw_buf_fini(&text);
    tw_buf_fini(&back);
    return good;
}

static void random_bytes_come_back(const char *name, int cases, size_t longest) {
    tw_dialect d = named(name);
    uint64_t state = 7;
    char *bytes = tw_calloc(longest, 1);
    bool good = bytes != NULL;
    for (int i = 0; good && i < cases; i++) {
        size_t n = next_random(&state) % longest;
        for (size_t k = 0; k < n; k++) {
            uint64_t r = next_random(&state);
            bytes[k] = (char)(r % 3 == 0   ? r >> 8 & 0x7F
                              : r % 3 == 1 ? 0xD8 | (r >> 8 & 7)
                                           : r >> 8);
        }
        good = comes_back(&d, (tw_str){bytes, n});
    }
    free(bytes);
    ok(good, "random bytes survive %s", name);
}

static void means(const char *name, tw_str bytes, const char *want) {
    tw_dialect d = named(name);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_decode(&d, bytes, false, &text, &err), &err, name);
    is_text(tw_buf_view(&text), want, "means the text it should");
    tw_buf_fini(&text);
    ok(comes_back(&d, bytes), "and comes back");
}

static void names_are_found(void) {
    tw_dialect d = named("UTF8");
    ok(d.encoding == TW_UTF8 && strcmp(d.encoding_name, "utf-8") == 0, "UTF8 is utf-8");
    d = named("ISO-8859-1");
    ok(d.encoding == TW_LATIN1 && strcmp(d.encoding_name, "latin-1") == 0, "ISO-8859-1 is latin-1");
    d = named("CP1252");
    ok(d.encoding == TW_WINDOWS1252, "CP1252 is windows-1252");
    d = named("Shift_JIS");
    ok(d.encoding == TW_OTHER_8BIT && strcmp(d.encoding_name, "shift_jis") == 0,
       "others go by their name");
    tw_error err = TW_ERROR_INIT;
    ok(tw_encoding_set(&d, TW_STR("klingon"), &err) == TW_EUSAGE, "unknown names are refused");
    ok(tw_encoding_set(&d, TW_STR("ISO-2022-JP"), &err) == TW_EUSAGE, "so are shift states");
    enum tw_encoding e = TW_UTF8;
    is_int(tw_encoding_bom(TW_STR("\xFE\xFF\0a"), &e), 2, "a mark of two bytes");
    ok(e == TW_UTF16BE, "is UTF-16BE");
    is_int(tw_encoding_bom(TW_STR("abc"), &e), 0, "no mark");
}

static void cut_and_refused(void) {
    tw_dialect d = named("utf-16le");
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_decode(&d, TW_STR("a\0\x3D\xD8\0"), true, &out, &err), &err,
             "a block cut inside a character");
    is_text(tw_buf_view(&out), "a", "leaves the broken character out");
    d = named("latin-1");
    tw_buf_clear(&out);
    ok(tw_encode(&d, TW_STR("5 \xE2\x82\xAC"), &out, &err) == TW_EOUTPUT &&
           strstr(err.message, "U+20AC"),
       "a character the encoding lacks is named");
    tw_buf_fini(&out);
}

int main(void) {
    names_are_found();
    means("utf-16le", TW_STR("a\0\xE9\0\x3D\xD8\0\xDE"), "a\xC3\xA9\xF0\x9F\x98\x80");
    means("utf-16be", TW_STR("\0a\xD8\0\0b"),
          "a\xED\xA0\x80"
          "b");
    means("windows-1252", TW_STR("\x80 \x81 \xE9"), "\xE2\x82\xAC \xC2\x81 \xC3\xA9");
    means("latin-1", TW_STR("\x80\xE9"), "\xC2\x80\xC3\xA9");
    means("shift_jis", TW_STR("\x93\xFA\x96{,a"), "\xE6\x97\xA5\xE6\x9C\xAC,a");
    means("koi8-r", TW_STR("\xD0"), "\xD0\xBF");
    static const char *const all[] = {
        "utf-8",     "utf-16le", "utf-16be", "latin-1", "windows-1252", "windows-1251", "koi8-r",
        "shift_jis", "cp932",    "gbk",      "gb18030", "euc-kr",       "big5",         "utf-32le"};
    for (size_t i = 0; i < TW_COUNT(all); i++)
        random_bytes_come_back(all[i], i < 5 ? 3000 : 300, 400);
    random_bytes_come_back("gbk", 5, 40000);
    cut_and_refused();
    return tap_done();
}
