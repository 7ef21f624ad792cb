/* Keys, keyed hashes and base32. Hash values come from Python's hashlib.blake2b (key = bytes 0..31,
 * person as in src/base/crypto.c), base32 from RFC 4648 section 10. */
#include "config.h"

#include "base/crypto.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/file.h"

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"

static void to_hex(const uint8_t *bytes, size_t n, char *out) {
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static tw_key *known_key(void) {
    tw_key *key;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_key_from_hex(TW_STR(KEY_HEX), &key, &err), &err, "a key from text");
    return key;
}

static void test_hashes(void) {
    tw_key *key = known_key();
    uint8_t bytes[64], raw[32];
    char hex[129], check[9];
    for (size_t i = 0; i < 32; i++)
        raw[i] = (uint8_t)i;
    tw_digest_hex(TW_STR(""), hex);
    is_text(tw_str_c(hex), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8",
            "digest of nothing");
    tw_digest_hex(TW_STR("abc"), hex);
    is_text(tw_str_c(hex), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
            "digest of abc");
    tw_mac(raw, TW_STR("abc"), bytes, 32);
    to_hex(bytes, 32, hex);
    is_text(tw_str_c(hex), "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f",
            "tag of 32 bytes");
    tw_mac(raw, TW_STR("abc"), bytes, 64);
    to_hex(bytes, 64, hex);
    is_text(tw_str_c(hex),
            "9af0244b7da7fe29d90a89727e06a0c93977ce1ad7edcb76ac0b24142194ea00c77be4a1d3fededd31d5a5"
            "93625a508e742fc90d708f8b"
            "48a5c246e4e8e42d94",
            "of 64");
    tw_mac(raw, TW_STR("abc"), bytes, 5);
    to_hex(bytes, 5, hex);
    is_text(tw_str_c(hex), "1a64be47e4", "of 5");
    tw_key_derive(key, TW_STR("email"), bytes);
    to_hex(bytes, 32, hex);
    is_text(tw_str_c(hex), "5362bacf06c816254021de60f4300fac390aa0e5c5fbdda6597fe5aa19912c62",
            "sub-key");
    tw_key_check_value(key, check);
    is_text(tw_str_c(check), "77e5fd19", "check value");
    tw_key_free(key);
}

static void test_text(void) {
    tw_key *key, *again = known_key();
    tw_error err = TW_ERROR_INIT;
    is_int(tw_key_from_hex(TW_STR("00"), &key, &err), TW_EUSAGE, "too short");
    is_int(tw_key_from_hex(TW_STR(KEY_HEX "00"), &key, &err), TW_EUSAGE, "too long");
    is_int(tw_key_from_hex(TW_STR("x" KEY_HEX), &key, &err), TW_EUSAGE, "no digits");
    char spoilt[] = KEY_HEX;
    spoilt[63] = 'g';
    is_int(tw_key_from_hex(tw_str_c(spoilt), &key, &err), TW_EUSAGE, "one wrong digit");
    ok(!key && !strstr(err.message, "0001"), "no key, and its digits are not told");
    key = tw_key_ref(again);
    tw_key_free(again);
    char check[9];
    tw_key_check_value(key, check);
    is_text(tw_str_c(check), "77e5fd19", "lives as long as a reference");
    tw_key_free(key);
    tw_key_free(NULL);
}

static void test_files(void) {
    tw_key *key, *other;
    tw_error err = TW_ERROR_INIT;
    char a[9], b[9];
    struct stat st;
    succeeds(tw_key_generate("one.key", &err), &err, "a fresh key");
    succeeds(tw_key_generate("two.key", &err), &err, "another");
    ok(stat("one.key", &st) == 0 && (st.st_mode & 07777) == 0600, "mode 0600");
    is_int(tw_key_generate("one.key", &err), TW_EOUTPUT, "a key file is never overwritten");
    ok(symlink("three.key", "link.key") == 0 && tw_key_generate("link.key", &err) == TW_EOUTPUT,
       "nor a link followed");
    succeeds(tw_key_read_file("one.key", &key, &err), &err, "read");
    succeeds(tw_key_read_file("two.key", &other, &err), &err, "read");
    tw_key_check_value(key, a);
    tw_key_check_value(other, b);
    ok(strcmp(a, b) != 0, "keys differ");
    tw_key_free(key);
    tw_key_free(other);
    int fd = open("one.key", O_RDONLY | O_CLOEXEC);
    succeeds(tw_key_read_fd(fd, &key, &err), &err, "read by descriptor");
    tw_key_check_value(key, b);
    is_text(tw_str_c(b), a, "the same key");
    tw_key_free(key);
    close(fd);
    chmod("one.key", 0640);
    is_int(tw_key_read_file("one.key", &key, &err), TW_EINPUT, "a file others may read");
    ok(!key && strstr(err.message, "chmod 600 one.key"), "says what to do");
    is_int(tw_key_read_file("none.key", &key, &err), TW_EINPUT, "a missing file");
    is_int(tw_key_read_file(".", &key, &err), TW_EINPUT, "a directory");
    succeeds(tw_file_write("bad.key", TW_STR(KEY_HEX "\n" KEY_HEX "\n"), &err), &err,
             "two keys in a file");
    chmod("bad.key", 0600);
    is_int(tw_key_read_file("bad.key", &key, &err), TW_EDAMAGED, "are none");
    unlink("one.key"), unlink("two.key"), unlink("link.key"), unlink("bad.key");
}

static void test_base32(void) {
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "my"},
                                           {"fo", "mzxq"},
                                           {"foo", "mzxw6"},
                                           {"foob", "mzxw6yq"},
                                           {"fooba", "mzxw6ytb"},
                                           {"foobar", "mzxw6ytboi"}};
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        char out[16];
        const void *bytes = cases[i][0];
        size_t n = tw_base32(bytes, strlen(cases[i][0]), out);
        ok(n == strlen(cases[i][1]) && strcmp(out, cases[i][1]) == 0, "base32 of '%s'",
           cases[i][0]);
    }
    uint8_t a[16] = {0}, b[16] = {0};
    tw_entropy(a, sizeof a);
    tw_entropy(b, sizeof b);
    ok(memcmp(a, b, sizeof a) != 0, "entropy differs");
}

int main(void) {
    char folder[] = "test-crypto-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 99;
    test_hashes();
    test_text();
    test_files();
    test_base32();
    ok(chdir("..") == 0 && rmdir(folder) == 0, "nothing is left");
    return tap_done();
}
