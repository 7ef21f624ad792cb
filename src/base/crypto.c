/* Cryptography: libsodium's primitives under the names the house uses. The secret bytes of a key
 * live in a block of sodium_malloc (guard pages, locked where the limit allows, zeroed when freed)
 * that is read-only after it was filled; everything else about the key is ordinary memory. Text
 * that held a key in passing is wiped. Labels of sub-keys and the check value differ in BLAKE2b's
 * personalisation, so that no label can reproduce the check value. */
#include "config.h"

#include <sodium.h>

#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_BYTES = 32, HEX_DIGITS = 64, FILE_MAX = 256 };

struct tw_key {
    _Atomic size_t refs;
    uint8_t *secret;
};

static const unsigned char person_subkey[crypto_generichash_blake2b_PERSONALBYTES] =
    "trowel subkey";
static const unsigned char person_check[crypto_generichash_blake2b_PERSONALBYTES] = "trowel check";

/* May be called by any thread and any number of times. */
static void start_sodium(void) {
    if (sodium_init() < 0)
        TW_BUG("libsodium does not start");
}

static tw_key *key_new(void) {
    start_sodium();
    tw_key *key = tw_calloc(1, sizeof *key);
    if (!key)
        return NULL;
    key->secret = sodium_malloc(KEY_BYTES);
    if (!key->secret) {
        free(key);
        return NULL;
    }
    atomic_init(&key->refs, 1);
    return key;
}

tw_key *tw_key_ref(tw_key *key) {
    if (key)
        atomic_fetch_add_explicit(&key->refs, 1, memory_order_relaxed);
    return key;
}

void tw_key_free(tw_key *key) {
    if (!key || atomic_fetch_sub_explicit(&key->refs, 1, memory_order_acq_rel) > 1)
        return;
    sodium_free(key->secret);
    free(key);
}

/* code: what bad digits mean to the caller. */
static enum tw_rc key_of_hex(tw_str hex, enum tw_rc code, tw_key **out, tw_error *err) {
    size_t n = 0;
    tw_key *key = key_new();
    *out = NULL;
    if (!key)
        return tw_fail_memory(err);
    if (hex.n != HEX_DIGITS ||
        sodium_hex2bin(key->secret, KEY_BYTES, hex.p, hex.n, NULL, &n, NULL) != 0 ||
        n != KEY_BYTES) {
        tw_key_free(key);
        return tw_fail(
            err, code,
            "cannot use the key: it is not 64 hexadecimal digits; make one with trowel keygen");
    }
    sodium_mprotect_readonly(key->secret);
    *out = key;
    return TW_OK;
}

enum tw_rc tw_key_from_hex(tw_str hex, tw_key **out, tw_error *err) {
    return key_of_hex(hex, TW_EUSAGE, out, err);
}

enum tw_rc tw_key_read_fd(int fd, tw_key **out, tw_error *err) {
    char text[FILE_MAX];
    size_t n = 0;
    *out = NULL;
    while (n < sizeof text) {
        ssize_t got = read(fd, text + n, sizeof text - n);
        if (got == 0)
            break;
        if (got > 0)
            n += (size_t)got;
        else if (errno != EINTR) {
            enum tw_rc rc =
                tw_fail_errno(err, TW_EINPUT, "cannot read the key", "check where it comes from");
            sodium_memzero(text, sizeof text);
            return rc;
        }
    }
    enum tw_rc rc = key_of_hex(tw_str_trim((tw_str){text, n}), TW_EDAMAGED, out, err);
    sodium_memzero(text, sizeof text);
    return rc;
}

static enum tw_rc check_mode(int fd, const char *path, tw_error *err) {
    struct stat st;
    if (fstat(fd, &st) != 0)
        return tw_fail_errno(err, TW_EINPUT, "cannot read the key", "check the file");
    if (S_ISDIR(st.st_mode))
        return tw_fail(err, TW_EINPUT,
                       "cannot read the key: it is a directory; name the file in it");
    if (st.st_mode & 077)
        return tw_fail(err, TW_EINPUT,
                       "cannot use the key: others may use its file (mode %04o); run chmod 600 %s",
                       (unsigned)st.st_mode & 07777, path);
    return TW_OK;
}

enum tw_rc tw_key_read_file(const char *path, tw_key **out, tw_error *err) {
    *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return tw_error_place(
            err, tw_fail_errno(err, TW_EINPUT, "cannot read the key", "check the path"), path, -1,
            NULL);
    enum tw_rc rc = check_mode(fd, path, err);
    if (rc == TW_OK)
        rc = tw_key_read_fd(fd, out, err);
    close(fd);
    return tw_error_place(err, rc, path, -1, NULL);
}

static bool write_whole(int fd, const char *bytes, size_t n) {
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            bytes += put;
            n -= (size_t)put;
        }
    }
    return true;
}

static enum tw_rc write_key(int fd, const char *path, tw_error *err) {
    uint8_t secret[KEY_BYTES];
    char hex[HEX_DIGITS + 1];
    start_sodium();
    randombytes_buf(secret, sizeof secret);
    sodium_bin2hex(hex, sizeof hex, secret, sizeof secret);
    hex[HEX_DIGITS] = '\n';
    bool good = fchmod(fd, 0600) == 0 && write_whole(fd, hex, sizeof hex) && fsync(fd) == 0;
    int failed = errno;
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(hex, sizeof hex);
    if (close(fd) != 0 && good) {
        good = false;
        failed = errno;
    }
    if (good)
        return TW_OK;
    unlink(path);
    errno = failed;
    return tw_fail_errno(err, TW_EOUTPUT, "cannot write the key", "choose another place");
}

enum tw_rc tw_key_generate(const char *path, tw_error *err) {
    enum tw_rc rc;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0)
        rc = write_key(fd, path, err);
    else if (errno == EEXIST)
        rc = tw_fail(
            err, TW_EOUTPUT,
            "cannot write the key: the file exists, and what it masks would be lost with it; "
            "choose another name");
    else
        rc = tw_fail_errno(err, TW_EOUTPUT, "cannot write the key",
                           "check the path and its permissions");
    return tw_error_place(err, rc, path, -1, NULL);
}

/* Keyed, personalised BLAKE2b; the sizes are constants of ours, so it cannot fail. */
static void blake2b(const uint8_t *key, const unsigned char *person, tw_str message, uint8_t *out,
                    size_t n) {
    const void *bytes = message.p;
    if (crypto_generichash_blake2b_salt_personal(out, n, bytes, message.n, key, KEY_BYTES, NULL,
                                                 person) != 0)
        TW_BUG("BLAKE2b refuses its sizes");
}

void tw_key_check_value(const tw_key *key, char out[9]) {
    uint8_t tag[crypto_generichash_blake2b_BYTES_MIN];
    blake2b(key->secret, person_check, TW_STR(""), tag, sizeof tag);
    sodium_bin2hex(out, 9, tag, 4);
}

void tw_key_derive(const tw_key *key, tw_str label, uint8_t out[32]) {
    blake2b(key->secret, person_subkey, label, out, KEY_BYTES);
}

void tw_mac(const uint8_t key[32], tw_str message, uint8_t *out, size_t n) {
    uint8_t tag[crypto_generichash_blake2b_BYTES_MAX];
    if (n > sizeof tag)
        TW_BUG("tw_mac of more than 64 bytes");
    blake2b(key, NULL, message, tag, TW_MAX(n, (size_t)crypto_generichash_blake2b_BYTES_MIN));
    memcpy(out, tag, n);
    sodium_memzero(tag, sizeof tag);
}

void tw_digest_hex(tw_str bytes, char out[65]) {
    uint8_t digest[32];
    const void *p = bytes.p;
    start_sodium();
    crypto_generichash(digest, sizeof digest, p, bytes.n, NULL, 0);
    sodium_bin2hex(out, 65, digest, sizeof digest);
}

void tw_entropy(void *out, size_t n) {
    start_sodium();
    randombytes_buf(out, n);
}

size_t tw_base32(const uint8_t *bytes, size_t n, char *out) {
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint32_t held = 0;
    size_t length = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < n; i++) {
        held = (held << 8) | bytes[i];
        bits += 8;
        for (; bits >= 5; bits -= 5)
            out[length++] = digits[(held >> (bits - 5)) & 31];
    }
    if (bits)
        out[length++] = digits[(held << (5 - bits)) & 31];
    out[length] = '\0';
    return length;
}
