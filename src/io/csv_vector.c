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
#define AHEAD 1024 /* bytes: what is read next is on its way from memory by then */

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
    uint64_t line_before;   /* 1: it is a line end, or a record begins with the block */
    size_t doubled;         /* behind the last doubled quote seen */
    size_t rows_left;
    char quote;
    bool quoted; /* the open cell is */
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

static inline uint8_t quoted_flags(const vscan *v, size_t at, size_t n) {
    bool doubled = v->doubled > at && memchr(v->text + at, v->quote, n);
    return (uint8_t)(TW_CELL_QUOTED | (doubled ? TW_CELL_DOUBLED : 0));
}

/* Take the quotes off a cell that begins with one. */
static inline void unquote(const vscan *v, tw_csv_cells *out, size_t cell) {
    tw_span *span = &out->cells[cell];
    *span = (tw_span){span->at + 1, span->n - 2};
    out->flags[cell] = quoted_flags(v, span->at, span->n);
}

/* The record ends at the line end p, or the end of the text; `cells` are there by then. */
static inline void end_record(vscan *v, tw_csv_cells *out, size_t cells, size_t p) {
    size_t end = p < v->n;
    end += end && v->text[p] == '\r' && p + 1 < v->n && v->text[p + 1] == '\n';
    out->records[out->rows] = (tw_span){(uint32_t)v->record, (uint32_t)(p - v->record)};
    out->ends[out->rows] = (uint8_t)end;
    out->first[++out->rows] = (uint32_t)cells;
    v->record = p + end;
    v->done = --v->rows_left == 0 || v->record >= v->stop;
}

/* Structural bytes of a block. */
typedef struct marks {
    uint64_t ends;      /* of cells: delimiters, line ends of records */
    uint64_t line_ends; /* also those of blank lines, and the LF of CR LF */
    uint64_t quotes;    /* that open a cell */
} marks;

/* Cells that begin elsewhere than one byte behind the end of the one before. */
typedef struct moved {
    size_t n;
    struct {
        uint32_t cell, at;
    } to[BLOCK];
} moved;

/* Records that end in the block; marks beyond the last one wanted are dropped. */
TARGET static inline void emit_records(vscan *v, tw_csv_cells *out, marks *m, moved *late) {
    size_t cells = 0;
    for (uint64_t left = m->line_ends; left; left &= left - 1) {
        uint64_t upto = left ^ (left - 1); /* the lowest bit and those below */
        size_t p = v->at + (size_t)_tzcnt_u64(left);
        if (m->ends & left & (~left + 1)) {
            cells = (size_t)_mm_popcnt_u64(m->ends & upto);
            end_record(v, out, out->n + cells, p);
        } else if (p == v->record) { /* a blank line; p < record is the LF of a CR LF */
            v->record = p + 1;
            v->done = v->record >= v->stop;
        }
        late->to[late->n].cell = (uint32_t)cells;
        late->to[late->n].at = (uint32_t)v->record;
        late->n += v->record != p + 1 || !(m->ends & left & (~left + 1));
        if (v->done) {
            m->ends &= upto;
            m->quotes &= upto;
            return;
        }
    }
}

/* Cells that end in the block, eight at a time: what is written behind the last one is overwritten
 * by the next block, so that no branch depends on how many there are. */
TARGET static inline void emit_cells(vscan *v, tw_csv_cells *out, uint64_t ends, size_t n) {
    enum { STEP = 8 };
    tw_span *to = out->cells + out->n;
    uint32_t at = (uint32_t)v->at, from = (uint32_t)v->cell;
    uint64_t left = ends;
    memset(out->flags + out->n, 0, BLOCK);
    for (size_t done = 0; done < n; done += STEP, to += STEP)
        for (unsigned k = 0; k < STEP; k++) {
            uint32_t p = at + (uint32_t)_tzcnt_u64(left);
            to[k] = (tw_span){from, p - from};
            from = p + 1;
            left &= left - 1;
        }
    if (n)
        v->cell = v->at + BLOCK - (size_t)_lzcnt_u64(ends);
}

TARGET static inline void emit(vscan *v, tw_csv_cells *out, marks m) {
    moved late;
    late.n = 0;
    if (m.line_ends)
        emit_records(v, out, &m, &late);
    size_t n = (size_t)_mm_popcnt_u64(m.ends);
    emit_cells(v, out, m.ends, n);
    for (size_t i = 0; i < late.n; i++) {
        tw_span *span = &out->cells[out->n + late.to[i].cell];
        if (late.to[i].cell == n)
            v->cell = late.to[i].at;
        else
            *span = (tw_span){late.to[i].at, span->at + span->n - late.to[i].at};
    }
    if (v->quoted && n) {
        unquote(v, out, out->n);
        v->quoted = false;
    }
    for (; m.quotes; m.quotes &= m.quotes - 1) {
        size_t cell = (size_t)_mm_popcnt_u64(m.ends & (m.quotes ^ (m.quotes - 1)));
        v->quoted = cell == n;
        if (!v->quoted)
            unquote(v, out, out->n + cell);
    }
    out->n += n;
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

static inline bool make_room(tw_csv_cells *out) {
    enum { MORE = BLOCK + 8 };
    bool there = out->max - out->n >= MORE && out->rows_max - out->rows >= MORE && out->rows;
    return there || tw_csv_cells_reserve(out, MORE, MORE);
}

/* One block; false when it breaks the certificate: what is certified of it is emitted. */
TARGET static bool scan_block(vscan *v, const masks *m, size_t n, tw_csv_cells *out) {
    uint64_t inside = prefix_xor(m->quote) ^ v->inside;
    uint64_t openers = m->quote & inside & ~((m->quote & ~inside) << 1 | v->closed_before);
    uint64_t outside = ~inside, bad = violations(v, m, inside);
    if (n < BLOCK)
        bad &= ((uint64_t)1 << n) - 1; /* a closing quote at the end of the text is right */
    uint64_t right = bad ? (bad & (~bad + 1)) - 1 : UINT64_MAX,
             lines = m->line_end & outside & right;
    emit(
        v, out,
        (marks){.ends = (m->delimiter & outside & right) | (lines & ~(lines << 1 | v->line_before)),
                .line_ends = lines,
                .quotes = openers & right});
    v->line_before = lines >> 63;
    v->inside = (uint64_t)((int64_t)inside >> 63);
    return bad == 0 || v->done;
}

/* The last record has no line end. */
static void end_text(vscan *v, tw_csv_cells *out) {
    if (v->done || v->record >= v->n || v->record >= v->stop)
        return;
    out->cells[out->n] = (tw_span){(uint32_t)v->cell, (uint32_t)(v->n - v->cell)};
    out->flags[out->n] = 0;
    if (v->quoted)
        unquote(v, out, out->n);
    end_record(v, out, ++out->n, v->n);
}

TARGET static bool scan_blocks(vscan *v, const vectors *to, tw_csv_cells *out, bool *certified) {
    *certified = true;
    while (v->at < v->n && !v->done) {
        size_t n = TW_MIN(v->n - v->at, (size_t)BLOCK);
        if (!make_room(out))
            return false;
        _mm_prefetch(v->text + v->at + AHEAD, _MM_HINT_T0);
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

TARGET static inline vectors vectors_of(const tw_csv_rules *rules) {
    return (vectors){_mm256_set1_epi8(rules->quote), _mm256_set1_epi8(rules->delimiter[0]),
                     _mm256_set1_epi8('\n'), _mm256_set1_epi8('\r')};
}

static inline vscan vscan_of(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                             size_t max_rows) {
    return (vscan){.text = text.p,
                   .n = text.n,
                   .at = at,
                   .stop = TW_MIN(stop, text.n),
                   .cell = at,
                   .record = at,
                   .free_before = 1,
                   .line_before = 1,
                   .rows_left = max_rows,
                   .quote = rules->quote};
}

TARGET bool tw_csv_vector_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                               size_t max_rows, tw_csv_cells *out, size_t *next, bool *certified) {
    const vectors to = vectors_of(rules);
    vscan v = vscan_of(rules, text, at, stop, max_rows);
    *next = at;
    *certified = true;
    if (max_rows == 0 || at >= v.stop)
        return true;
    bool good = scan_blocks(&v, &to, out, certified);
    out->n = out->rows ? out->first[out->rows] : 0; /* cells of an open record are not kept */
    *next = v.record;
    return good;
}

/* ---- counting ---- */

typedef struct tally {
    size_t rows;
    size_t open;  /* cells of the open record that ended in blocks before */
    size_t width; /* cells a record must have; 0 = any */
    bool other;   /* a record has not */
} tally;

/* Records that end in the block, up to the first of another width. */
TARGET static inline void count_records(vscan *v, tally *t, uint64_t ends, uint64_t line_ends) {
    for (uint64_t left = line_ends; left; left &= left - 1) {
        uint64_t upto = left ^ (left - 1);
        size_t p = v->at + (size_t)_tzcnt_u64(left);
        if (ends & left & (~left + 1)) {
            size_t cells = t->open + (size_t)_mm_popcnt_u64(ends & upto);
            t->other = t->width && cells != t->width;
            if (t->other)
                return;
            ends &= ~upto;
            t->open = 0;
            t->rows++;
            v->rows_left--;
            v->record = p + 1;
        } else { /* a blank line, or the LF of a CR LF */
            v->record = p + 1;
        }
        v->done = v->rows_left == 0 || v->record >= v->stop;
        if (v->done)
            return;
    }
    t->open += (size_t)_mm_popcnt_u64(ends);
}

TARGET static void count_blocks(vscan *v, const vectors *to, tally *t) {
    for (; v->n - v->at >= BLOCK && !v->done && !t->other; v->at += BLOCK) {
        _mm_prefetch(v->text + v->at + AHEAD, _MM_HINT_T0);
        masks m = masks_of(v->text + v->at, to);
        uint64_t inside = prefix_xor(m.quote) ^ v->inside;
        uint64_t bad = violations(v, &m, inside);
        uint64_t right = ~inside & (bad ? (bad & (~bad + 1)) - 1 : UINT64_MAX);
        uint64_t lines = m.line_end & right;
        uint64_t ends = (m.delimiter & right) | (lines & ~(lines << 1 | v->line_before));
        if (lines)
            count_records(v, t, ends, lines);
        else
            t->open += (size_t)_mm_popcnt_u64(ends);
        v->line_before = lines >> 63;
        v->inside = (uint64_t)((int64_t)inside >> 63);
        if (bad)
            return;
    }
}

TARGET size_t tw_csv_vector_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                  size_t max_rows, size_t width, size_t *next) {
    const vectors to = vectors_of(rules);
    vscan v = vscan_of(rules, text, at, stop, max_rows);
    tally t = {.width = width};
    if (max_rows > 0 && at < v.stop)
        count_blocks(&v, &to, &t);
    *next = v.record;
    if (v.record > at && v.record < text.n && text.p[v.record] == '\n' &&
        text.p[v.record - 1] == '\r')
        ++*next;
    return t.rows;
}

#else

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
