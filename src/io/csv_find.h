/* The tokeniser's only inner loop: the first of up to four bytes in a text.
 *
 * Sixteen bytes at a time with SSE2 (every x86-64 has it), eight with plain arithmetic elsewhere;
 * the last few one by one, so nothing is read beyond `end`. tw_find4_plain is the twin that tests
 * compare with. TW_NO_SIMD leaves the plain code alone, for tests of what other machines run. */
#ifndef TW_IO_CSV_FIND_H
#define TW_IO_CSV_FIND_H

#include "base/attr.h"

#if defined(__SSE2__) && !defined(TW_NO_SIMD)
#define TW_FIND_SSE2 1
#include <emmintrin.h>
#endif

/* Bytes looked for; unused places repeat another. */
typedef struct tw_find4 {
    char at[4];
} tw_find4;

static inline const char *tw_find4_plain(const char *p, const char *end, const tw_find4 *set) {
    const char *c = set->at;
    while (p < end && *p != c[0] && *p != c[1] && *p != c[2] && *p != c[3])
        p++;
    return p;
}

#ifdef TW_FIND_SSE2
static inline const char *tw_find4_next(const char *p, const char *end, const tw_find4 *set) {
    const __m128i a = _mm_set1_epi8(set->at[0]), b = _mm_set1_epi8(set->at[1]);
    const __m128i c = _mm_set1_epi8(set->at[2]), d = _mm_set1_epi8(set->at[3]);
    for (; end - p >= 16; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(x, b));
        __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(x, c), _mm_cmpeq_epi8(x, d));
        int hits = _mm_movemask_epi8(_mm_or_si128(ab, cd));
        if (hits)
            return p + __builtin_ctz((unsigned)hits);
    }
    return tw_find4_plain(p, end, set);
}
#else
/* High bit of each byte of x that equals c's bytes (Mycroft's zero-byte test; exact for the lowest
 * hit). */
static inline uint64_t tw_find4_hits(uint64_t x, char c) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t y = x ^ (ones * (unsigned char)c);
    return (y - ones) & ~y & tops;
}

static inline const char *tw_find4_next(const char *p, const char *end, const tw_find4 *set) {
    for (; end - p >= 8; p += 8) {
        uint64_t x;
        memcpy(&x, p, 8);
        if (tw_find4_hits(x, set->at[0]) | tw_find4_hits(x, set->at[1]) |
            tw_find4_hits(x, set->at[2]) | tw_find4_hits(x, set->at[3]))
            return tw_find4_plain(p, end, set);
    }
    return tw_find4_plain(p, end, set);
}
#endif

/* How many of the bytes stand in a text; with `over` 16 bytes may be read from where the last ones
 * begin. */
static inline size_t tw_find4_count(const char *p, const char *end, bool over, const tw_find4 *set) {
    size_t n = 0;
#ifdef TW_FIND_SSE2
    const __m128i steps = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m128i a = _mm_set1_epi8(set->at[0]), b = _mm_set1_epi8(set->at[1]);
    const __m128i c = _mm_set1_epi8(set->at[2]), d = _mm_set1_epi8(set->at[3]);
    const ptrdiff_t least = over ? 1 : 16;
    while (end - p >= least) {
        __m128i sums = _mm_setzero_si128(); /* a byte each, so at most 255 steps */
        for (int step = 0; step < 255 && end - p >= least; step++, p += 16) {
            __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
            __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(x, b));
            __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(x, c), _mm_cmpeq_epi8(x, d));
            __m128i in = _mm_cmplt_epi8(steps, _mm_set1_epi8((char)TW_MIN(end - p, 16)));
            sums = _mm_sub_epi8(sums, _mm_and_si128(in, _mm_or_si128(ab, cd)));
        }
        __m128i halves = _mm_sad_epu8(sums, _mm_setzero_si128());
        n += (size_t)_mm_cvtsi128_si64(halves) +
             (size_t)_mm_cvtsi128_si64(_mm_srli_si128(halves, 8));
    }
#else
    (void)over;
#endif
    for (; p < end; p++)
        n += *p == set->at[0] || *p == set->at[1] || *p == set->at[2] || *p == set->at[3];
    return n;
}

#endif
