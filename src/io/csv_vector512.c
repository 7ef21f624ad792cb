/* Masks straight from comparisons of 64 bytes, and spans of sixteen cells at a time: the places of
 * structural bytes are pressed together (VBMI2), and a cell begins behind the end of the one
 * before. The loops are csv_blocks.inc's. */
#include "io/csv_vector512.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(TW_NO_SIMD) && !defined(TW_NO_AVX512)

#include <immintrin.h>

#define TARGET                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,pclmul,bmi,bmi2,lzcnt,popcnt")))

typedef struct vectors {
    __m512i quote, delimiter, lf, cr;
} vectors;

#include "io/csv_blocks.inc"
#include "io/csv_pick.inc"

bool tw_csv_vector512_usable(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
}

TARGET static inline vectors vectors_of(const tw_csv_rules *rules) {
    return (vectors){_mm512_set1_epi8(rules->quote), _mm512_set1_epi8(rules->delimiter[0]),
                     _mm512_set1_epi8('\n'), _mm512_set1_epi8('\r')};
}

TARGET static inline masks masks_of(const char *p, const vectors *v) {
    __m512i bytes = _mm512_loadu_si512(p);
    return (masks){.quote = _mm512_cmpeq_epi8_mask(bytes, v->quote),
                   .delimiter = _mm512_cmpeq_epi8_mask(bytes, v->delimiter),
                   .line_end =
                       _mm512_cmpeq_epi8_mask(bytes, v->lf) | _mm512_cmpeq_epi8_mask(bytes, v->cr)};
}

/* 0, 1, … 63 */
TARGET static inline __m512i byte_numbers(void) {
    const __m512i steps = _mm512_set_epi64(
        0x3838383838383838, 0x3030303030303030, 0x2828282828282828, 0x2020202020202020,
        0x1818181818181818, 0x1010101010101010, 0x0808080808080808, 0);
    return _mm512_add_epi8(steps, _mm512_set1_epi64(0x0706050403020100));
}

TARGET static inline void put_spans(const vscan *v, uint64_t ends, size_t n, tw_span *to) {
    enum { STEP = 16 };
    const __m512i low = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    const __m512i one = _mm512_set1_epi32(1), at = _mm512_set1_epi32((int)(uint32_t)v->at);
    __m512i places = _mm512_maskz_compress_epi8(ends, byte_numbers());
    __m512i before = _mm512_set1_epi32((int)((uint32_t)v->cell - 1));
    for (size_t done = 0; done < n; done += STEP, to += STEP) {
        __m512i end = _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(places)), at);
        __m512i from = _mm512_add_epi32(_mm512_alignr_epi32(end, before, 15), one);
        __m512i size = _mm512_sub_epi32(end, from);
        _mm512_storeu_si512(to, _mm512_permutex2var_epi32(from, low, size));
        _mm512_storeu_si512(to + STEP / 2, _mm512_permutex2var_epi32(from, high, size));
        places = _mm512_alignr_epi64(places, places, 2);
        before = end;
    }
}

bool tw_csv_vector512_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    return scan_text(rules, text, at, stop, max_rows, out, next, certified);
}

size_t tw_csv_vector512_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                              size_t max_rows, size_t width, size_t *next) {
    return count_text(rules, text, at, stop, max_rows, width, next);
}

bool tw_csv_vector512_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *out,
                           size_t *next) {
    return pick_text(rules, text, at, stop, max_rows, pick, out, next);
}

#else

bool tw_csv_vector512_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *out,
                           size_t *next) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)pick, (void)out;
    *next = at;
    return true;
}

bool tw_csv_vector512_usable(void) {
    return false;
}

bool tw_csv_vector512_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)out;
    *next = at;
    *certified = false;
    return true;
}

size_t tw_csv_vector512_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                              size_t max_rows, size_t width, size_t *next) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)width;
    *next = at;
    return 0;
}

#endif
