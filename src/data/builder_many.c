/* Adding many cells to a builder at once: what reading a file spends its time on.
 *
 * Decimals stay whole numbers until a chunk is sealed, as long as they fit; the first number that
 * does not turns the open cells into doubles, with the same values. Short texts that came lately
 * have their code at hand, in a table with one place for each; texts that lie in the mapping are
 * views without a look at them. */
#include "data/builder_impl.h"

#include "data/pack.h"

/* Add n bits behind `at` bits of a map whose rest is clear. */
static void add_bits(uint64_t *map, size_t at, const uint64_t *bits, size_t n) {
    unsigned shift = (unsigned)(at & 63);
    uint64_t *to = map + (at >> 6);
    for (size_t w = 0; w < tw_bitmap_words(n); w++) {
        size_t left = n - w * 64;
        uint64_t word = left < 64 ? bits[w] & (((uint64_t)1 << left) - 1) : bits[w];
        to[w] |= word << shift;
        if (shift && word >> (64 - shift))
            to[w + 1] |= word >> (64 - shift);
    }
}

/* Cells that fit into the open chunk now, at most n; 0 when memory is out. */
static size_t room_for(tw_builder *b, size_t n) {
    if (!tw_builder_room(b))
        return 0;
    while (b->cells.room - b->cells.rows < n && b->cells.room < TW_CHUNK_ROWS)
        if (!tw_cells_grow(&b->cells))
            return 0;
    return TW_MIN(n, b->cells.room - b->cells.rows);
}

/* Bits [from, from + n) of a map, n > 0; `out` has room for n + 63 of them. */
static void cut_bits(const uint64_t *map, size_t from, size_t n, uint64_t *out) {
    unsigned shift = (unsigned)(from & 63);
    size_t last = (from + n - 1) >> 6;
    for (size_t w = from >> 6, i = 0; w <= last; w++, i++) {
        uint64_t above = shift && w < last ? map[w + 1] << (64 - shift) : 0;
        out[i] = map[w] >> shift | above;
    }
}

/* The words are in place: count them in. */
static void settle(tw_builder *b, const uint64_t *valid, size_t from, size_t n) {
    enum { STEP = 512 };
    uint64_t bits[STEP / 64 + 1];
    for (size_t done = 0; done < n; done += STEP) {
        size_t step = TW_MIN(n - done, (size_t)STEP);
        cut_bits(valid, from + done, step, bits);
        add_bits(b->cells.validity, b->cells.rows, bits, step);
        b->cells.valid += tw_bitmap_count(bits, step);
        b->cells.rows += step;
    }
}

enum tw_rc tw_builder_wholes(tw_builder *b, const int64_t *wholes, const uint64_t *valid, size_t n,
                             tw_error *err) {
    if (b->pack != TW_PACK_WHOLE)
        TW_BUG("whole numbers for a column of another kind");
    for (size_t done = 0; done < n;) {
        size_t step = room_for(b, n - done);
        if (step == 0)
            return tw_fail_memory(err);
        memcpy(b->cells.whole + b->cells.rows, wholes + done, step * sizeof *wholes);
        settle(b, valid, done, step);
        done += step;
    }
    return TW_OK;
}

/* ---- decimals ---- */

#define MOST (INT64_C(1) << 51)

void tw_builder_doubles(tw_builder *b) {
    if (b->decimals >= 0)
        tw_pack_to_doubles(b->cells.word, b->cells.rows, b->decimals);
    for (size_t i = 0; i < b->n_minus; i++)
        b->cells.real[b->minus[i]] = -0.0;
    b->n_minus = 0;
    b->decimals = -1;
}

bool tw_builder_minus_zero(tw_builder *b) {
    if (b->n_minus == b->minus_room) {
        size_t room = b->minus_room ? b->minus_room * 2 : 16;
        uint16_t *minus = tw_realloc(b->minus, room, sizeof *minus);
        if (!minus)
            return false;
        b->minus = minus;
        b->minus_room = room;
    }
    b->minus[b->n_minus++] = (uint16_t)b->cells.rows;
    b->cells.whole[b->cells.rows] = 0;
    return true;
}

static int64_t power_of_ten(int n) {
    int64_t power = 1;
    while (n-- > 0)
        power *= 10;
    return power;
}

TW_KERNEL static void scale(const int64_t *from, size_t n, int64_t power, int64_t *to) {
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] * power;
}

/* All numbers stay below MOST when they are multiplied. */
static bool can_scale(const int64_t *wholes, size_t n, int64_t power) {
    int64_t low, high;
    if (n == 0)
        return true;
    tw_pack_range(wholes, n, &low, &high);
    return low > -MOST / power && high < MOST / power;
}

/* Bring the open cells to at least so many decimals, or to doubles. */
static void raise_decimals(tw_builder *b, int decimals) {
    if (b->cells.valid == 0)
        b->decimals = decimals;
    if (b->decimals < 0 || decimals <= b->decimals)
        return;
    int64_t power = power_of_ten(decimals - b->decimals);
    if (!can_scale(b->cells.whole, b->cells.rows, power)) {
        tw_builder_doubles(b);
        return;
    }
    scale(b->cells.whole, b->cells.rows, power, b->cells.whole);
    b->decimals = decimals;
}

static void put_decimals(tw_builder *b, const int64_t *wholes, size_t n, int decimals) {
    raise_decimals(b, decimals);
    int64_t power = b->decimals < 0 ? 1 : power_of_ten(b->decimals - decimals);
    if (b->decimals >= 0 && power > 1 && !can_scale(wholes, n, power))
        tw_builder_doubles(b);
    int64_t *to = b->cells.whole + b->cells.rows;
    if (b->decimals < 0) {
        memcpy(to, wholes, n * sizeof *wholes);
        tw_pack_to_doubles(b->cells.word + b->cells.rows, n, decimals);
    } else if (power > 1) {
        scale(wholes, n, power, to);
    } else {
        memcpy(to, wholes, n * sizeof *wholes); /* below 10^15: they fit as they are */
    }
}

enum tw_rc tw_builder_decimals(tw_builder *b, const int64_t *wholes, const uint64_t *valid,
                               size_t n, int decimals, tw_error *err) {
    if (b->pack != TW_PACK_REAL)
        TW_BUG("decimals for a column of another kind");
    for (size_t done = 0; done < n;) {
        size_t step = room_for(b, n - done);
        if (step == 0)
            return tw_fail_memory(err);
        put_decimals(b, wholes + done, step, decimals);
        settle(b, valid, done, step);
        done += step;
    }
    return TW_OK;
}

/* ---- texts ---- */

/* Bytes that may be read from p on, as far as is known: those of the mapping, or n. */
static inline size_t readable(const tw_builder *b, tw_str text) {
    const tw_space *under = b->heap.under;
    if (!under || !under->n)
        return text.n;
    uintptr_t from = (uintptr_t)under->at[0].bytes, at = (uintptr_t)text.p;
    size_t size = (size_t)(under->at[0].end - under->at[0].start);
    return at >= from && at - from < size ? size - (at - from) : text.n;
}

static inline uint32_t code_of(tw_builder *b, tw_str text) {
    if (text.n == 0 || text.n > 16 || !b->lately)
        return tw_dict_writer_code(&b->dict, text);
    tw_cell16 c = tw_cell16_of(text, readable(b, text));
    tw_lately *known = &b->lately[tw_cell16_slot(c, TW_LATELY_BITS)];
    if (known->text.lo == c.lo && known->text.hi == c.hi && known->n == text.n)
        return known->code;
    uint32_t code = tw_dict_writer_code(&b->dict, text);
    *known = (tw_lately){c, (uint32_t)text.n, code};
    return code;
}

static inline bool view_of(tw_builder *b, tw_str text, uint64_t *view) {
    const tw_place *place = b->heap.under ? b->heap.under->at : NULL;
    if (place && text.n - 1 < TW_VIEW_LONG - 1) {
        uintptr_t from = (uintptr_t)place->bytes, at = (uintptr_t)text.p;
        uint64_t size = place->end - place->start;
        if (at >= from && at - from < size && text.n <= size - (at - from)) {
            *view = (place->start + (at - from)) << 24 | text.n;
            return true;
        }
    }
    return tw_heap_view(&b->heap, text, view);
}

/* At most n codes into the open cells; *done how many before the dictionary died. */
static bool add_codes(tw_builder *b, const tw_str *texts, const uint64_t *valid, size_t from,
                      size_t n, size_t *done) {
    for (*done = 0; *done < n && b->pack == TW_PACK_CODE; ++*done) {
        size_t i = from + *done, row = b->cells.rows++;
        b->cells.word[row] = 0;
        if (!tw_bit_get(valid, i))
            continue;
        uint32_t had = b->dict.n, code = code_of(b, texts[i]);
        if (code == UINT32_MAX)
            return false;
        b->cells.word[row] = code;
        tw_bit_set(b->cells.validity, row);
        b->cells.valid++;
        bool asks = b->dict.n > had || b->rows + (int64_t)b->cells.rows == TW_TRIAL_CELLS;
        if (asks && tw_builder_is_unlike(b) && !tw_builder_drop_dict(b))
            return false;
    }
    return true;
}

static bool add_views(tw_builder *b, const tw_str *texts, const uint64_t *valid, size_t from,
                      size_t n) {
    uint64_t *to = b->cells.word + b->cells.rows;
    for (size_t i = 0; i < n; i++) {
        to[i] = 0;
        if (tw_bit_get(valid, from + i) && !view_of(b, texts[from + i], &to[i]))
            return false;
    }
    settle(b, valid, from, n);
    return true;
}

enum tw_rc tw_builder_texts(tw_builder *b, const tw_str *texts, const uint64_t *valid, size_t n,
                            tw_error *err) {
    if (b->pack != TW_PACK_CODE && b->pack != TW_PACK_VIEW)
        TW_BUG("texts for a column of numbers");
    if (b->pack == TW_PACK_CODE && !b->lately && n >= 64)
        b->lately = tw_calloc((size_t)1 << TW_LATELY_BITS, sizeof *b->lately); /* works without */
    for (size_t done = 0; done < n;) {
        size_t step = room_for(b, n - done);
        bool codes = b->pack == TW_PACK_CODE;
        if (step == 0 || !(codes ? add_codes(b, texts, valid, done, step, &step)
                                 : add_views(b, texts, valid, done, step)))
            return tw_fail_memory(err);
        done += step;
    }
    return TW_OK;
}
