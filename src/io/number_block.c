/* Two rounds. The first takes one cell after the other apart: masks over its bytes, its digits as
 * two numbers of eight; nothing is decided. The second asks each question of all cells at once, on
 * arrays of bytes, and has the answers as words of 64 bits. */
#include "io/number_block.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(TW_NO_SIMD)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define INLINE TARGET __attribute__((always_inline)) static inline

enum { BYTES = 16, CELLS = TW_NUMBER_BLOCK, MOST_SCALED = 1000000 };

bool tw_number_block_usable(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

/* What cells are made of. */
typedef struct parts {
    uint8_t n[CELLS];       /* bytes */
    uint8_t sign[CELLS];    /* 1: a minus in front */
    uint8_t rest[CELLS];    /* bytes that are neither that nor digits */
    uint8_t dots[CELLS];    /* how many of them are dots */
    uint8_t behind[CELLS];  /* digits behind the last of them; 0 where there is none */
    uint8_t first[CELLS];   /* byte behind the sign */
    uint64_t halves[CELLS]; /* the first eight of sixteen digits, the last eight above them */
    uint64_t rank[CELLS];
    uint64_t absent; /* bit: the cell could not be loaded */
} parts;

/* The numbers that sixteen digit values spell, eight each. */
INLINE uint64_t halves_of(__m128i digits) {
    const __m128i tens = _mm_set1_epi16(0x010a), hundreds = _mm_set1_epi32(0x00010064);
    const __m128i myriads = _mm_set1_epi32(0x00012710);
    __m128i pairs = _mm_maddubs_epi16(digits, tens);
    __m128i fours = _mm_madd_epi16(pairs, hundreds);
    return (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(_mm_packus_epi32(fours, fours), myriads));
}

/* Cell i: the sixteen bytes up to its end, and its first eight. */
INLINE void take_apart(parts *p, size_t i, const char *end, uint32_t n, bool marks) {
    static const uint8_t keep[2 * BYTES] = {0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
                                            0,   0,   0,   0,   0,   255, 255, 255, 255, 255, 255,
                                            255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    const __m128i places = _mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    uint64_t front;
    memcpy(&front, end - n, sizeof front);
    front = _bzhi_u64(front, 8 * n);
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(end - BYTES));
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(9)), above);
    __m128i inside = _mm_loadu_si128((const __m128i *)(const void *)(keep + n));
    __m128i digits = _mm_and_si128(_mm_and_si128(above, digit), inside);
    uint32_t sign = (uint8_t)front == '-', cell = 0xffff0000u >> n & 0xffff;
    uint32_t rest = cell & ~(uint32_t)_mm_movemask_epi8(digit) & ~(sign << (BYTES - n));
    if (marks) { /* digits in front of the mark move up to those behind it */
        uint32_t point = 31 - _lzcnt_u32(rest);
        __m128i moves = _mm_cmpgt_epi8(_mm_set1_epi8((char)(point + 1)), places);
        digits = _mm_shuffle_epi8(digits, _mm_add_epi8(places, moves));
        __m128i dots = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
        p->dots[i] = (uint8_t)_mm_popcnt_u32(rest & (uint32_t)_mm_movemask_epi8(dots));
        p->behind[i] = (15 - point) & 15;
    }
    p->n[i] = (uint8_t)n;
    p->sign[i] = (uint8_t)sign;
    p->rest[i] = (uint8_t)_mm_popcnt_u32(rest);
    p->first[i] = (uint8_t)(front >> 8 * sign);
    p->halves[i] = halves_of(digits);
    p->rank[i] = __builtin_bswap64(front);
}

INLINE void take_all(parts *p, const tw_batch *batch, size_t column, size_t row, size_t n,
                     bool marks) {
    static const char nothing[2 * BYTES] = {0};
    p->absent = 0;
    for (size_t i = 0; i < n; i++) {
        size_t cell = batch->first[row + i] + column;
        tw_span span = cell < batch->first[row + i + 1] ? batch->cells[cell] : (tw_span){0, 0};
        size_t end = (size_t)span.at + span.n;
        if (span.n <= BYTES && end >= BYTES && span.at + sizeof(uint64_t) <= batch->bytes) {
            take_apart(p, i, batch->base + end, span.n, marks);
        } else {
            take_apart(p, i, nothing + BYTES, 0, marks);
            p->absent |= (uint64_t)(span.n > 0) << i;
        }
    }
}

/* ---- questions ---- */

INLINE uint64_t word_of(__m256i low, __m256i high) {
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

/* Bit i: bytes[i] == to. */
INLINE uint64_t equal(const uint8_t *bytes, unsigned to) {
    const __m256i *at = (const __m256i *)(const void *)bytes, want = _mm256_set1_epi8((char)to);
    return word_of(_mm256_cmpeq_epi8(_mm256_loadu_si256(at), want),
                   _mm256_cmpeq_epi8(_mm256_loadu_si256(at + 1), want));
}

/* Bit i: bytes[i] > than, both as signed. */
INLINE uint64_t above(const uint8_t *bytes, int than) {
    const __m256i *at = (const __m256i *)(const void *)bytes, most = _mm256_set1_epi8((char)than);
    return word_of(_mm256_cmpgt_epi8(_mm256_loadu_si256(at), most),
                   _mm256_cmpgt_epi8(_mm256_loadu_si256(at + 1), most));
}

INLINE uint64_t four_bits(__m256i of, size_t i) {
    return (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(of)) << i;
}

/* What the numbers say. */
typedef struct sizes {
    uint64_t zero, large, eight; /* 0; MOST_SCALED and more; what might be a date */
} sizes;

/* The values, without signs, and what they say. */
INLINE sizes add_halves(const parts *p, size_t n, int64_t *value) {
    const __m256i scale = _mm256_set1_epi64x(100000000);
    const __m256i first = _mm256_set1_epi64x(19000000 - 1), last = _mm256_set1_epi64x(21010000);
    const __m256i most = _mm256_set1_epi64x(MOST_SCALED - 1), none = _mm256_setzero_si256();
    sizes s = {0};
    for (size_t i = 0; i < n; i += 4) {
        __m256i both = _mm256_loadu_si256((const __m256i *)(const void *)(p->halves + i));
        __m256i v = _mm256_add_epi64(_mm256_mul_epu32(both, scale), _mm256_srli_epi64(both, 32));
        _mm256_storeu_si256((__m256i *)(void *)(value + i), v);
        s.zero |= four_bits(_mm256_cmpeq_epi64(v, none), i);
        s.large |= four_bits(_mm256_cmpgt_epi64(v, most), i);
        s.eight |= four_bits(
            _mm256_and_si256(_mm256_cmpgt_epi64(v, first), _mm256_cmpgt_epi64(last, v)), i);
    }
    return s;
}

/* Cells that may come before the least known, or are it and longer than their rank. */
INLINE uint64_t low_ranks(const parts *p, size_t n, uint64_t least) {
    const __m256i flip = _mm256_set1_epi64x(INT64_MIN);
    const __m256i most = _mm256_xor_si256(_mm256_set1_epi64x((int64_t)least), flip);
    uint64_t less = 0, same = 0;
    for (size_t i = 0; i < n; i += 4) {
        __m256i rank = _mm256_xor_si256(
            _mm256_loadu_si256((const __m256i *)(const void *)(p->rank + i)), flip);
        less |= four_bits(_mm256_cmpgt_epi64(most, rank), i);
        same |= four_bits(_mm256_cmpeq_epi64(most, rank), i);
    }
    return less | (same & above(p->n, sizeof p->rank[0]));
}

/* Digits in front of the mark. */
INLINE void count_front(const parts *p, uint8_t front[CELLS]) {
    for (size_t i = 0; i < CELLS; i++)
        front[i] = (uint8_t)(p->n[i] - p->sign[i] - p->behind[i] - p->rest[i]);
}

static void scale(const parts *p, uint64_t cells, int decimals, int64_t *value) {
    static const int64_t powers[16] = {1,      10,      100,      1000,      10000,
                                       100000, 1000000, 10000000, 100000000, 1000000000};
    for (; cells; cells &= cells - 1) {
        size_t i = (size_t)__builtin_ctzll(cells);
        value[i] *= powers[(decimals - p->behind[i]) & 15];
    }
}

/* Sums over the plain cells. */
INLINE void sum_up(const parts *p, const uint8_t front[CELLS], uint64_t plain, int decimals,
                   tw_number_block *out) {
    uint64_t dotted = plain & ~equal(p->rest, 0), long_front = above(front, 3);
    out->marked = (uint32_t)_mm_popcnt_u64(dotted);
    out->ungrouped = (uint32_t)_mm_popcnt_u64(plain & long_front);
    out->groups = (uint32_t)_mm_popcnt_u64(dotted & equal(p->behind, 3) & ~long_front &
                                           ~equal(p->first, '0'));
    out->decimals = 0;
    for (int d = 1; d <= decimals; d++)
        out->decimals |= (uint64_t)((dotted & equal(p->behind, (unsigned)d)) != 0) << d;
}

enum { ANY_DECIMALS = BYTES - 2 }; /* counted only */

INLINE void read_block(const tw_batch *batch, size_t column, size_t row, size_t n, int decimals,
                       uint64_t least, tw_number_block *out) {
    bool marks = decimals >= 0, scaled = marks && decimals < ANY_DECIMALS;
    parts p;
    uint8_t front[CELLS];
    if (n < CELLS)
        memset(&p, 0, sizeof p);
    if (!marks)
        memset(p.behind, 0, sizeof p.behind);
    take_all(&p, batch, column, row, n, marks);
    count_front(&p, front);
    sizes s = add_halves(&p, n, out->value);
    uint64_t all = UINT64_MAX >> (CELLS - n), marked = ~equal(p.rest, 0);
    uint64_t odd = ~above(front, 0) | (equal(p.first, '0') & above(front, 1)) |
                   (equal(p.n, 8) & ~marked & s.eight);
    uint64_t one = marks ? equal(p.rest, 1) & equal(p.dots, 1) & ~equal(p.behind, 0) : 0;
    odd |= (marked & ~one) | (marks ? equal(p.n, BYTES) : 0);
    if (scaled) {
        uint64_t other = ~equal(p.behind, (unsigned)decimals);
        odd |= above(p.behind, decimals) | (~equal(p.sign, 0) & s.zero) | (other & s.large);
        scale(&p, other & ~odd & all, decimals, out->value);
    }
    for (size_t i = 0; i < n; i++)
        out->value[i] = (out->value[i] ^ -(int64_t)p.sign[i]) + p.sign[i];
    out->empty = equal(p.n, 0) & ~p.absent & all;
    out->odd = ((odd & ~out->empty) | p.absent) & all;
    uint64_t plain = all & ~out->odd & ~out->empty;
    out->low = plain & low_ranks(&p, n, least);
    sum_up(&p, front, plain, decimals, out);
}

TARGET void tw_number_block_read(const tw_batch *batch, size_t column, size_t row, size_t n,
                                 int decimals, uint64_t least, tw_number_block *out) {
    if (decimals < 0)
        read_block(batch, column, row, n, -1, least, out);
    else
        read_block(batch, column, row, n, decimals, least, out);
}

TARGET void tw_number_block_count(const tw_batch *batch, size_t column, size_t row, size_t n,
                                  uint64_t least, tw_number_block *out) {
    read_block(batch, column, row, n, ANY_DECIMALS, least, out);
}

#else

bool tw_number_block_usable(void) {
    return false;
}

void tw_number_block_read(const tw_batch *batch, size_t column, size_t row, size_t n, int decimals,
                          uint64_t least, tw_number_block *out) {
    (void)decimals;
    tw_number_block_count(batch, column, row, n, least, out);
}

void tw_number_block_count(const tw_batch *batch, size_t column, size_t row, size_t n,
                           uint64_t least, tw_number_block *out) {
    (void)batch, (void)column, (void)row, (void)least;
    out->odd = UINT64_MAX >> (TW_NUMBER_BLOCK - n);
    out->empty = out->low = out->decimals = 0;
    out->marked = out->ungrouped = out->groups = 0;
}

#endif
