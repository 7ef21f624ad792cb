/* Bytes in memory as numbers, the first byte lowest, from any address and on every machine. Pure. */
#ifndef TW_BASE_LITTLE_H
#define TW_BASE_LITTLE_H

#include <stdint.h>
#include <string.h>

static inline uint64_t tw_little64(const void *p) {
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static inline uint64_t tw_little32(const void *p) {
    uint32_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

#endif
