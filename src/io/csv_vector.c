/* Masks, certificate, spans.
 *
 * Per block: `inside` marks bytes from an opening quote up to before its closing one. An opening
 * quote must follow a delimiter, a line end, the start of a record or a closing quote (then the two
 * are a doubled quote); behind a closing quote must come a delimiter, a line end, a quote or the
 * end of the text. The first byte that breaks this ends the certified part; the masks below it are
 * right, so the records that ended before it stand. */
#include "io/csv_vector.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(TW_NO_SIMD)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,pclmul,bmi,bmi2,lzcnt,popcnt")))
#define BLOCK 64

typedef struct masks {
    uint64_t quote, delimiter, line_end;
} masks;

typedef struct vectors {
    __m256i quote, delimiter, lf, cr;
} vectors;

typedef struct vscan {
    const char *text;
    size_t n, at, stop;  /* at: of the block */
    size_t cell, record; /* where the open cell and record begin */
    uint64_t inside;     /* all ones: the block begins in quotes */
    uint64_t
        free_before; /* 1: a quote at the block's first byte may open a cell or double another */
    uint64_t closed_before; /* 1: the byte before the block is a closing quote */
    size_t doubled;         /* behind the last doubled quote seen */
    size_t rows_left;
    char quote;
    bool done;
} vscan;

bool tw_csv_vector_usable(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("bmi2");
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

/* The last block: bytes beyond the text are nothing. */
TARGET static masks masks_of_tail(const char *p, size_t n, const vectors *v) {
    char block[BLOCK] = {0};
    memcpy(block, p, n);
    masks m = masks_of(block, v);
    uint64_t there = ((uint64_t)1 << n) - 1;
    return (masks){m.quote & there, m.delimiter & there, m.line_end & there};
}

/* Bit i = parity of bits 0 to i. */
TARGET static inline uint64_t prefix_xor(uint64_t bits) {
    __m128i all = _mm_set1_epi8((char)0xFF);
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)bits), all, 0));
}

/* Where cells go, in locals: stores through `flags` could alias anything the compiler sees behind a
 * pointer. */
typedef struct writer {
    tw_span *cells;
    uint8_t *flags;
    size_t n, cell; /* cells so far; where the open one begins */
} writer;

static inline uint8_t quoted_flags(const vscan *v, size_t at, size_t n) {
    bool doubled = v->doubled > at && memchr(v->text + at, v->quote, n);
    return (uint8_t)(TW_CELL_QUOTED | (doubled ? TW_CELL_DOUBLED : 0));
}

/* The byte at the cell's start is inside the text: its end is a structural byte. */
static inline void add_cell(const vscan *v, writer *w, size_t end) {
    size_t at = w->cell, quoted = v->text[at] == v->quote && end > at;
    w->cells[w->n] = (tw_span){(uint32_t)(at + quoted), (uint32_t)(end - at - 2 * quoted)};
    w->flags[w->n++] = quoted ? quoted_flags(v, at + 1, end - at - 2) : 0;
    w->cell = end + 1;
}

/* The record ends at the line end p, or the end of the text. */
static inline void end_record(vscan *v, tw_csv_cells *out, const writer *w, size_t p) {
    size_t end = p < v->n;
    end += end && v->text[p] == '\r' && p + 1 < v->n && v->text[p + 1] == '\n';
    out->records[out->rows] = (tw_span){(uint32_t)v->record, (uint32_t)(p - v->record)};
    out->ends[out->rows] = (uint8_t)end;
    out->first[++out->rows] = (uint32_t)w->n;
    v->record = p + end;
    v->done = --v->rows_left == 0 || v->record >= v->stop;
}

/* Cells and records that end at the structural bytes of a block. */
TARGET static inline void emit(vscan *v, tw_csv_cells *out, uint64_t delimiters,
                               uint64_t line_ends) {
    writer w = {out->cells, out->flags, out->n, v->cell};
    while (line_ends && !v->done) {
        uint64_t bit = line_ends & (~line_ends + 1);
        size_t p = v->at + (size_t)_tzcnt_u64(line_ends);
        line_ends &= line_ends - 1;
        uint64_t before = delimiters & (bit - 1);
        delimiters ^= before;
        for (; before; before &= before - 1)
            add_cell(v, &w, v->at + (size_t)_tzcnt_u64(before));
        if (p > v->record) {
            add_cell(v, &w, p);
            end_record(v, out, &w, p);
        } else if (p == v->record) { /* a blank line; p < record is the LF of a CR LF */
            v->record = p + 1;
            v->done = v->record >= v->stop;
        }
        w.cell = v->record;
    }
    for (; delimiters && !v->done; delimiters &= delimiters - 1)
        add_cell(v, &w, v->at + (size_t)_tzcnt_u64(delimiters));
    out->n = w.n;
    v->cell = w.cell;
}

/* Bits of a block from which on there is no certificate; 0 = it holds. */
static inline uint64_t violations(vscan *v, const masks *m, uint64_t inside) {
    uint64_t opening = m->quote & inside, closing = m->quote & ~inside;
    uint64_t ends = m->quote | ((m->delimiter | m->line_end) & ~inside);
    uint64_t behind_closing = closing << 1 | v->closed_before;
    uint64_t second = opening & behind_closing; /* of two that stand for one */
    if (second)
        v->doubled = v->at + (size_t)(64 - __builtin_clzll(second));
    uint64_t bad = (opening & ~(ends << 1 | v->free_before)) | (behind_closing & ~ends);
    v->free_before = ends >> 63;
    v->closed_before = closing >> 63;
    return bad;
}

static bool make_room(tw_csv_cells *out) {
    return tw_csv_cells_reserve(out, BLOCK + 1, BLOCK + 1);
}

/* One block; false when it breaks the certificate: what is certified of it is emitted. */
TARGET static bool scan_block(vscan *v, const masks *m, size_t n, tw_csv_cells *out) {
    uint64_t inside = prefix_xor(m->quote) ^ v->inside;
    uint64_t outside = ~inside, bad = violations(v, m, inside);
    if (n < BLOCK)
        bad &= ((uint64_t)1 << n) - 1; /* a closing quote at the end of the text is right */
    if (bad)
        outside &= (bad & (~bad + 1)) - 1;
    emit(v, out, m->delimiter & outside, m->line_end & outside);
    v->inside = (uint64_t)((int64_t)inside >> 63);
    return bad == 0 || v->done;
}

/* The last record has no line end. */
static void end_text(vscan *v, tw_csv_cells *out) {
    if (v->done || v->record >= v->n || v->record >= v->stop)
        return;
    writer w = {out->cells, out->flags, out->n, v->cell};
    if (v->cell < v->n) {
        add_cell(v, &w, v->n);
    } else {
        w.cells[w.n] = (tw_span){(uint32_t)v->n, 0};
        w.flags[w.n++] = 0;
    }
    out->n = w.n;
    end_record(v, out, &w, v->n);
}

TARGET static bool scan_blocks(vscan *v, const vectors *to, tw_csv_cells *out, bool *certified) {
    *certified = true;
    while (v->at < v->n && !v->done) {
        size_t n = TW_MIN(v->n - v->at, (size_t)BLOCK);
        if (!make_room(out))
            return false;
        masks m =
            n == BLOCK ? masks_of(v->text + v->at, to) : masks_of_tail(v->text + v->at, n, to);
        *certified = scan_block(v, &m, n, out);
        if (!*certified)
            return true;
        v->at += n;
    }
    if (!v->done && v->inside && v->record < v->n)
        *certified = false; /* a quote is never closed */
    else if (make_room(out))
        end_text(v, out);
    else
        return false;
    return true;
}

TARGET bool tw_csv_vector_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                               size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    const vectors to = {_mm256_set1_epi8(rules->quote), _mm256_set1_epi8(rules->delimiter[0]),
                        _mm256_set1_epi8('\n'), _mm256_set1_epi8('\r')};
    vscan v = {.text = text.p,
               .n = text.n,
               .at = at,
               .stop = TW_MIN(stop, text.n),
               .cell = at,
               .record = at,
               .free_before = 1,
               .rows_left = max_rows,
               .quote = rules->quote};
    *next = at;
    *certified = true;
    if (max_rows == 0 || at >= v.stop)
        return true;
    bool good = scan_blocks(&v, &to, out, certified);
    out->n = out->rows ? out->first[out->rows] : 0; /* cells of an open record are not kept */
    *next = v.record;
    return good;
}

#else

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
