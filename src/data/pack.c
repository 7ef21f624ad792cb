/* Inner loops of chunks, apart from the rest so that they can be built with -O3.
 *
 * Offsets are unsigned and wrap, so that a frame of reference works over the whole range of int64.
 * A double counts as decimal when the whole number found by rounding gives back the same bits after
 * one (correctly rounded) division: then reading is exact, whatever the rounding of the
 * multiplication was. */
#include "data/pack.h"

#include <math.h>

TW_KERNEL void tw_pack_range(const int64_t *restrict values, size_t n, int64_t *low,
                             int64_t *high) {
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    *low = least;
    *high = most;
}

/* The step of times, known when compiling: no division is left. */
#define SECOND UINT64_C(1000000)

#define NARROW(type)                                                                               \
    do {                                                                                           \
        type *restrict to = out;                                                                   \
        if (step == 1)                                                                             \
            for (size_t i = 0; i < n; i++)                                                         \
                to[i] = (type)((uint64_t)values[i] - (uint64_t)base);                              \
        else if ((uint64_t)step == SECOND)                                                                   \
            for (size_t i = 0; i < n; i++)                                                         \
                to[i] = (type)(((uint64_t)values[i] - (uint64_t)base) / SECOND);                   \
        else                                                                                       \
            for (size_t i = 0; i < n; i++)                                                         \
                to[i] = (type)(((uint64_t)values[i] - (uint64_t)base) / (uint64_t)step);           \
    } while (0)

TW_KERNEL void tw_pack_narrow(const int64_t *restrict values, size_t n, int64_t base, int64_t step,
                              uint32_t width, void *restrict out) {
    switch (width) {
    case 0:
        return;
    case 1:
        NARROW(uint8_t);
        return;
    case 2:
        NARROW(uint16_t);
        return;
    case 4:
        NARROW(uint32_t);
        return;
    default:
        NARROW(uint64_t);
    }
}

bool tw_pack_divides(const int64_t *restrict values, size_t n, int64_t base, int64_t step) {
    for (size_t i = 0; (uint64_t)step == SECOND && i < n; i++)
        if (((uint64_t)values[i] - (uint64_t)base) % SECOND)
            return false;
    for (size_t i = 0; (uint64_t)step != SECOND && i < n; i++)
        if (((uint64_t)values[i] - (uint64_t)base) % (uint64_t)step)
            return false;
    return true;
}

#define WIDEN(type)                                                                                \
    do {                                                                                           \
        const type *restrict from = chunk->data;                                                   \
        if (step == 1)                                                                             \
            for (size_t i = 0; i < n; i++)                                                         \
                out[i] = base + from[i];                                                           \
        else                                                                                       \
            for (size_t i = 0; i < n; i++)                                                         \
                out[i] = base + (uint64_t)from[i] * step;                                          \
    } while (0)

TW_KERNEL void tw_pack_widen(const tw_chunk *chunk, uint64_t *restrict out) {
    size_t n = chunk->rows;
    uint64_t base = (uint64_t)chunk->base, step = (uint64_t)chunk->step;
    switch (chunk->width) {
    case 0:
        for (size_t i = 0; i < n; i++)
            out[i] = base;
        return;
    case 1:
        WIDEN(uint8_t);
        return;
    case 2:
        WIDEN(uint16_t);
        return;
    case 4:
        WIDEN(uint32_t);
        return;
    default:
        WIDEN(uint64_t);
    }
}

/* Exact shortcut of (double)(base + offset) for offsets that fit 32 bits around a base below 2^52.
 */
#define DOUBLES(type)                                                                              \
    do {                                                                                           \
        const type *restrict from = chunk->data;                                                   \
        for (size_t i = 0; i < n; i++)                                                             \
            out[i] = base + (double)from[i];                                                       \
    } while (0)

static void doubles_slow(const tw_chunk *chunk, double *restrict out) {
    for (size_t i = 0; i < chunk->rows; i++)
        out[i] = (double)(int64_t)tw_chunk_word(chunk, i);
}

TW_KERNEL static void doubles_fast(const tw_chunk *chunk, double *restrict out) {
    size_t n = chunk->rows;
    double base = (double)chunk->base;
    switch (chunk->width) {
    case 0:
        for (size_t i = 0; i < n; i++)
            out[i] = base;
        return;
    case 1:
        DOUBLES(uint8_t);
        return;
    case 2:
        DOUBLES(uint16_t);
        return;
    default:
        DOUBLES(uint32_t);
    }
}

TW_KERNEL static void divide(double *restrict out, size_t n, double scale) {
    for (size_t i = 0; i < n; i++)
        out[i] /= scale;
}

void tw_pack_doubles(const tw_chunk *chunk, double *restrict out) {
    bool small = chunk->base > -(INT64_C(1) << 52) && chunk->base < INT64_C(1) << 52;
    if (chunk->width <= 4 && chunk->step == 1 && small)
        doubles_fast(chunk, out);
    else
        doubles_slow(chunk, out);
    if (chunk->pack == TW_PACK_DECIMAL && chunk->scale > 1)
        divide(out, chunk->rows, chunk->scale);
    for (size_t i = 0; i < chunk->n_minus; i++)
        out[chunk->minus_rows[i]] = -0.0;
}

#define FILL()                                                                                     \
    for (size_t w = 0; w < tw_bitmap_words(n); w++) {                                              \
        uint64_t clear = ~validity[w];                                                             \
        if (n - w * 64 < 64)                                                                       \
            clear &= ((uint64_t)1 << (n - w * 64)) - 1;                                            \
        for (; clear; clear &= clear - 1)                                                          \
            out[w * 64 + (size_t)__builtin_ctzll(clear)] = value;                                  \
    }

void tw_pack_fill_words(uint64_t *restrict out, const uint64_t *restrict validity, size_t n,
                        uint64_t value) {
    FILL()
}

void tw_pack_fill_doubles(double *restrict out, const uint64_t *restrict validity, size_t n,
                          double value) {
    FILL()
}

double tw_pack_power10(int decimals) {
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    return power[decimals];
}

TW_KERNEL void tw_pack_to_doubles(uint64_t *words, size_t n, int decimals) {
    double power = tw_pack_power10(decimals);
    for (size_t i = 0; i < n; i++) {
        double real = (double)(int64_t)words[i] / power;
        memcpy(&words[i], &real, sizeof real);
    }
}

enum { MOST_DECIMALS = 9 };

/* Adding 1.5 * 2^52 rounds to a whole number (half to even) whose bits then stand at the low end of
 * the sum. */
#define ROUNDER 0x1.8p52

static inline uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Not 0 when value is no whole number over scale; compared by bits, -0.0 taken as 0.0. */
static inline uint64_t not_decimal(double value, double scale, int64_t *whole) {
    double sum = value * scale + ROUNDER;
    double near = sum - ROUNDER;
    *whole = (int64_t)(bits_of(sum) - bits_of(ROUNDER));
    return (bits_of(near / scale) ^ bits_of(value + 0.0)) | !(fabs(near) < 0x1p51);
}

TW_KERNEL static bool all_decimal(const double *restrict values, size_t n, double scale,
                                  int64_t *restrict out) {
    uint64_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong |= not_decimal(values[i], scale, &out[i]);
    return wrong == 0;
}

int tw_pack_decimals(const double *restrict values, size_t n, int64_t *restrict out) {
    int decimals = 0;
    for (size_t i = 0; i < n; i++)
        while (not_decimal(values[i], tw_pack_power10(decimals), &out[i]))
            if (++decimals > MOST_DECIMALS)
                return -1;
    return all_decimal(values, n, tw_pack_power10(decimals), out) ? decimals : -1;
}

/* Rows are read through their chunk's header: a hundred headers stay in the first cache, the cells
 * are what misses. */
#define GATHER(cell)                                                                               \
    size_t valid = 0;                                                                              \
    for (size_t i = 0; i < n; i++) {                                                               \
        if (rows[i] < 0) {                                                                         \
            out[i] = 0;                                                                            \
            continue;                                                                              \
        }                                                                                          \
        const tw_chunk *c = chunks[(uint64_t)rows[i] / TW_CHUNK_ROWS];                             \
        size_t at = (size_t)rows[i] % TW_CHUNK_ROWS;                                               \
        bool good = tw_chunk_is_valid(c, at);                                                      \
        out[i] = cell(c, at);                                                                      \
        validity[i >> 6] |= (uint64_t)good << (i & 63);                                            \
        valid += good;                                                                             \
    }                                                                                              \
    return valid;

size_t tw_pack_gather_words(const tw_chunk *const *chunks, const int64_t *restrict rows, size_t n,
                            uint64_t *restrict out, uint64_t *restrict validity) {
    GATHER(tw_chunk_word)
}

size_t tw_pack_gather_doubles(const tw_chunk *const *chunks, const int64_t *restrict rows, size_t n,
                              double *restrict out, uint64_t *restrict validity) {
    GATHER(tw_chunk_real)
}
