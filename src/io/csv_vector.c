/* Masks from 32 bytes at a time. The loops are csv_blocks.inc's; wider instructions, where there
 * are any, csv_vector512.c's. */
#include "io/csv_vector.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(TW_NO_SIMD)

#include <immintrin.h>

#include "io/csv_vector512.h"

#define TARGET __attribute__((target("avx2,pclmul,bmi,bmi2,lzcnt,popcnt")))

typedef struct vectors {
    __m256i quote, delimiter, lf, cr;
} vectors;

#include "io/csv_blocks.inc"
#include "io/csv_pick.inc"

bool tw_csv_vector_usable(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("bmi2");
}

TARGET static inline vectors vectors_of(const tw_csv_rules *rules) {
    return (vectors){_mm256_set1_epi8(rules->quote), _mm256_set1_epi8(rules->delimiter[0]),
                     _mm256_set1_epi8('\n'), _mm256_set1_epi8('\r')};
}

TARGET static inline uint64_t equal_mask(__m256i low, __m256i high, __m256i to) {
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, to));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, to));
    return (uint64_t)b << 32 | a;
}

TARGET static inline masks masks_of(const char *p, const vectors *v) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    return (masks){.quote = equal_mask(low, high, v->quote),
                   .delimiter = equal_mask(low, high, v->delimiter),
                   .line_end = equal_mask(low, high, v->lf) | equal_mask(low, high, v->cr)};
}

TARGET static inline void put_spans(const vscan *v, uint64_t ends, size_t n, tw_span *to) {
    enum { STEP = 8 };
    uint32_t at = (uint32_t)v->at, from = (uint32_t)v->cell;
    for (size_t done = 0; done < n; done += STEP, to += STEP)
        for (unsigned k = 0; k < STEP; k++) {
            uint32_t p = at + (uint32_t)_tzcnt_u64(ends);
            to[k] = (tw_span){from, p - from};
            from = p + 1;
            ends &= ends - 1;
        }
}

bool tw_csv_vector_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                        size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    return tw_csv_vector512_usable()
               ? tw_csv_vector512_scan(rules, text, at, stop, max_rows, out, next, certified)
               : scan_text(rules, text, at, stop, max_rows, out, next, certified);
}

size_t tw_csv_vector_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, size_t width, size_t *next) {
    return tw_csv_vector512_usable()
               ? tw_csv_vector512_count(rules, text, at, stop, max_rows, width, next)
               : count_text(rules, text, at, stop, max_rows, width, next);
}

bool tw_csv_vector_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                        size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *out, size_t *next) {
    return tw_csv_vector512_usable()
               ? tw_csv_vector512_pick(rules, text, at, stop, max_rows, pick, out, next)
               : pick_text(rules, text, at, stop, max_rows, pick, out, next);
}

#else

bool tw_csv_vector_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                        size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *out, size_t *next) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)pick, (void)out;
    *next = at;
    return true;
}

size_t tw_csv_vector_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, size_t width, size_t *next) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)width;
    *next = at;
    return 0;
}

bool tw_csv_vector_usable(void) {
    return false;
}

bool tw_csv_vector_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                        size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    (void)rules, (void)text, (void)stop, (void)max_rows, (void)out;
    *next = at;
    *certified = false;
    return true;
}

#endif
