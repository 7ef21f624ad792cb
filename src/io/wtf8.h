/* UTF-8 that also holds lone surrogates (WTF-8), and raw bytes that no encoding explains.
 *
 * A raw byte b is written F8|b>>6, 80|b&3F: a form that no UTF-8 uses. Inline, for decoding loops.
 */
#ifndef TW_IO_WTF8_H
#define TW_IO_WTF8_H

#include "base/attr.h"

/* Bytes of c (up to 0x10FFFF, surrogates included) into out; returns 1 to 4. */
static inline size_t tw_wtf8_put(char *out, uint32_t c) {
    unsigned char *o = (unsigned char *)out;
    if (c < 0x80) {
        o[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        o[0] = (unsigned char)(0xC0 | c >> 6);
        o[1] = (unsigned char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        o[0] = (unsigned char)(0xE0 | c >> 12);
        o[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        o[2] = (unsigned char)(0x80 | (c & 0x3F));
        return 3;
    }
    o[0] = (unsigned char)(0xF0 | c >> 18);
    o[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
    o[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
    o[3] = (unsigned char)(0x80 | (c & 0x3F));
    return 4;
}

#define TW_WTF8_RAW 0x80000000u /* set in a code point: the low byte is a raw byte */

static inline size_t tw_wtf8_put_raw(char *out, unsigned char byte) {
    out[0] = (char)(0xF8 | byte >> 6);
    out[1] = (char)(0x80 | (byte & 0x3F));
    return 2;
}

/* Code point at p (p < end) and its length; a byte that starts nothing known counts as raw, one
 * byte long. */
static inline uint32_t tw_wtf8_get(const char *p, const char *end, size_t *length) {
    const unsigned char *u = (const unsigned char *)p;
    size_t n = u[0] < 0x80                   ? 1
               : u[0] < 0xC2                 ? 0
               : u[0] < 0xE0                 ? 2
               : u[0] < 0xF0                 ? 3
               : u[0] < 0xF5                 ? 4
               : u[0] >= 0xF8 && u[0] < 0xFC ? 2
                                             : 0;
    uint32_t c = n < 2 ? u[0] : u[0] & (0xFFu >> (n + 1));
    if (n > (size_t)(end - p))
        n = 0;
    for (size_t i = 1; i < n; i++) {
        if ((u[i] & 0xC0) != 0x80)
            n = 0;
        else
            c = c << 6 | (u[i] & 0x3F);
    }
    if (n == 0) {
        *length = 1;
        return TW_WTF8_RAW | u[0];
    }
    *length = n;
    if (u[0] >= 0xF8)
        return TW_WTF8_RAW | (uint32_t)(u[0] & 3) << 6 | (u[1] & 0x3F);
    return c;
}

#endif
