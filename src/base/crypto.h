/* Cryptography through libsodium: keys, keyed hashes, entropy, file hashes. Thin; no algorithm of
 * our own.
 *
 * Keys live in locked memory and are zeroed by tw_key_free. Any thread. */
#ifndef TW_BASE_CRYPTO_H
#define TW_BASE_CRYPTO_H

#include "base/error.h"
#include "base/str.h"

typedef struct tw_key tw_key; /* 32 secret bytes */
/* From a file of 64 hexadecimal digits with mode 0600, a descriptor (read to its end, not closed),
 * or hex text. TW_EINPUT: cannot be read, or others may read it too (the message says chmod);
 * TW_EDAMAGED (text: TW_EUSAGE): not 64 hexadecimal digits. */
TW_NODISCARD enum tw_rc tw_key_read_file(const char *path, tw_key **out, tw_error *err);
TW_NODISCARD enum tw_rc tw_key_read_fd(int fd, tw_key **out, tw_error *err);
TW_NODISCARD enum tw_rc tw_key_from_hex(tw_str hex, tw_key **out, tw_error *err);
tw_key *tw_key_ref(tw_key *key);
void tw_key_free(tw_key *key); /* drops one reference */
/* A fresh key from the system's entropy written to path, mode 0600; an existing file is refused. */
TW_NODISCARD enum tw_rc tw_key_generate(const char *path, tw_error *err);
/* 8 hexadecimal digits that name the key without telling it. */
void tw_key_check_value(const tw_key *key, char out[9]);
/* Sub-key for a label (keyed BLAKE2b): equal labels and keys join, others cannot be linked. */
void tw_key_derive(const tw_key *key, tw_str label, uint8_t out[32]);
/* Keyed BLAKE2b of message, n <= 64 bytes out (below 16: the front of the 16-byte tag). */
void tw_mac(const uint8_t key[32], tw_str message, uint8_t *out, size_t n);
/* Plain BLAKE2b-256 in hex, for manifests. */
void tw_digest_hex(tw_str bytes, char out[65]);
void tw_entropy(void *out, size_t n);
/* RFC 4648 base32, lower case, unpadded; returns the length; out has (n * 8 + 4) / 5 + 1 bytes. */
size_t tw_base32(const uint8_t *bytes, size_t n, char *out);

#endif
