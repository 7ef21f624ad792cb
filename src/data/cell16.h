/* The first sixteen bytes of a cell in two registers, zeros behind its end: most cells are no
 * longer.
 *
 * What they are made of comes as bit masks (bit i: byte i), the number they spell from a few
 * multiplications (after D. Lemire's SWAR routines), and equality is two comparisons. SSE2 where
 * there is any (every x86-64 has it), plain arithmetic elsewhere; the *_plain twins are what tests
 * compare with. Pure. */
#ifndef TW_DATA_CELL16_H
#define TW_DATA_CELL16_H

#include "base/little.h"
#include "base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef struct tw_cell16 {
    uint64_t lo, hi; /* byte 0 of the cell is the lowest of lo */
} tw_cell16;

/* `room` bytes may be read from s.p on, s.n of them at least. */
static inline tw_cell16 tw_cell16_of(tw_str s, size_t room) {
    static const uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255};
    char copy[16] = {0};
    const char *p = s.p;
    size_t n = TW_MIN(s.n, (size_t)16);
    if (__builtin_expect(room < 16, 0)) {
        memcpy(copy, p, n);
        p = copy;
    }
    return (tw_cell16){tw_little64(p) & tw_little64((const char *)keep + 16 - n),
                       tw_little64(p + 8) & tw_little64((const char *)keep + 24 - n)};
}

/* The bytes again. */
static inline void tw_cell16_put(tw_cell16 c, char out[16]) {
    for (unsigned i = 0; i < 8; i++) {
        out[i] = (char)(c.lo >> 8 * i);
        out[8 + i] = (char)(c.hi >> 8 * i);
    }
}

static inline unsigned tw_cell16_byte(tw_cell16 c, unsigned i) {
    return (unsigned)((i < 8 ? c.lo >> 8 * i : c.hi >> (8 * i - 64)) & 0xff);
}

/* Eight bytes as a number that orders as they do. */
static inline uint64_t tw_cell16_rank(tw_cell16 c) {
    return __builtin_bswap64(c.lo);
}

static inline size_t tw_cell16_slot(tw_cell16 c, unsigned bits) {
    uint64_t mixed = (c.lo ^ (c.hi << 23 | c.hi >> 41)) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)((mixed ^ mixed >> 29) * UINT64_C(0xbf58476d1ce4e5b9) >> (64 - bits));
}

static inline unsigned tw_cell16_digits_plain(tw_cell16 c) {
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++)
        mask |= (unsigned)(tw_cell16_byte(c, i) - '0' <= 9) << i;
    return mask;
}

static inline unsigned tw_cell16_equal_plain(tw_cell16 c, char byte) {
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++)
        mask |= (unsigned)(tw_cell16_byte(c, i) == (unsigned char)byte) << i;
    return mask;
}

#ifdef __SSE2__
static inline __m128i tw_cell16_vector(tw_cell16 c) {
    return _mm_set_epi64x((long long)c.hi, (long long)c.lo);
}

static inline unsigned tw_cell16_digits(tw_cell16 c) {
    __m128i above = _mm_sub_epi8(tw_cell16_vector(c), _mm_set1_epi8('0'));
    __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(9)), above);
    return (unsigned)_mm_movemask_epi8(digit);
}

static inline unsigned tw_cell16_equal(tw_cell16 c, char byte) {
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(tw_cell16_vector(c), _mm_set1_epi8(byte)));
}
#else
static inline unsigned tw_cell16_digits(tw_cell16 c) {
    return tw_cell16_digits_plain(c);
}

static inline unsigned tw_cell16_equal(tw_cell16 c, char byte) {
    return tw_cell16_equal_plain(c, byte);
}
#endif

/* [-]digits, or [-]digits mark digits; either side of the mark may have none. */
typedef struct tw_plain_number {
    unsigned sign;  /* 1: a minus in front */
    unsigned point; /* where the mark stands; n = no mark */
} tw_plain_number;

/* n: bytes of the cell, 1 to 16. */
static inline bool tw_cell16_plain(tw_cell16 c, unsigned n, char mark, tw_plain_number *out) {
    unsigned sign = (c.lo & 0xff) == '-';
    unsigned other = ((1u << n) - 1) & ~tw_cell16_digits(c) & ~sign;
    *out = (tw_plain_number){sign, n};
    if (other == 0)
        return n > sign;
    out->point = (unsigned)__builtin_ctz(other);
    return (other & (other - 1)) == 0 && tw_cell16_byte(c, out->point) == (unsigned char)mark &&
           n - sign > 1;
}

/* The number that eight digit values spell, the first in the lowest byte. */
static inline uint64_t tw_eight_digits(uint64_t v) {
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    v = v * 10 + (v >> 8);
    return ((v & mask) * UINT64_C(0x000f424000000064) +
            ((v >> 16) & mask) * UINT64_C(0x0000271000000001)) >>
           32;
}

/* All digits of a plain number as one, without sign. */
static inline uint64_t tw_cell16_value(tw_cell16 c, unsigned n, tw_plain_number number) {
    const uint64_t zeros = UINT64_C(0x3030303030303030), all = UINT64_MAX;
    uint64_t lo = c.lo ^ zeros, hi = c.hi ^ zeros;
    lo &= number.sign ? ~UINT64_C(0xff) : all;
    if (number.point < n) {
        uint64_t next = lo >> 8 | hi << 56;
        if (number.point < 8) {
            uint64_t front = ~(all << 8 * number.point);
            lo = (lo & front) | (next & ~front);
            hi >>= 8;
        } else {
            uint64_t front = ~(all << (8 * number.point - 64));
            hi = (hi & front) | (hi >> 8 & ~front);
        }
        n--;
    }
    if (n <= 8) /* to the end of the word, zeros in front */
        return tw_eight_digits(lo << (64 - 8 * n));
    unsigned shift = 128 - 8 * n;
    uint64_t tail = shift ? hi << shift | lo >> (64 - shift) : hi;
    return tw_eight_digits(lo << shift) * 100000000 + tw_eight_digits(tail);
}

#endif
