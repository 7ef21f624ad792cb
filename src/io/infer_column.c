/* Counting one column of a batch: the cells that nearly all columns are full of, in a few steps
 * each.
 *
 * Plain numbers and ISO dates are told by masks over the first sixteen bytes and summed up in
 * locals. Other short texts go through a memo, so that a word that stands in a third of all rows is
 * looked at once. Everything else is counted by tw_infer_text, which would count each of these
 * cells in the same way: what is here is speed, no rule. */
#include "config.h"

#include "base/hash.h"
#include "io/infer_tally.h"

enum { MEMO_COLUMNS = 512, MEMO_TRIAL = 256 };

const tw_str tw_iso_sample[TW_ISO_KINDS] = {
    TW_STR_INIT("2000-01-01"), TW_STR_INIT("2000-01-01 00:00"), TW_STR_INIT("2000-01-01T00:00"),
    TW_STR_INIT("2000-01-01 00:00:00"), TW_STR_INIT("2000-01-01T00:00:00")};

/* Kind of an ISO moment, or TW_ISO_KINDS. Bytes 0 to 15 are in c, the seconds are read from s. */
__attribute__((always_inline)) static inline unsigned iso_kind(tw_str s, tw_cell16 c) {
    enum { DATE_DIGITS = 0x036f, CLOCK_DIGITS = 0xdb6f };
    unsigned digits = tw_cell16_digits(c);
    if ((digits & DATE_DIGITS) != DATE_DIGITS ||
        (c.lo & UINT64_C(0xff0000ff00000000)) != UINT64_C(0x2d00002d00000000))
        return TW_ISO_KINDS;
    unsigned year = tw_two_digits(c.lo, 0) * 100 + tw_two_digits(c.lo, 2);
    if (year < 1000 || year > 2999 ||
        !tw_tally_day(year, tw_two_digits(c.lo, 5), tw_two_digits(c.hi, 0)))
        return TW_ISO_KINDS;
    if (s.n == 10)
        return TW_ISO_DATE;
    unsigned joiner = (unsigned)(c.hi >> 16 & 0xff);
    bool clock = digits == CLOCK_DIGITS && (joiner == ' ' || joiner == 'T') &&
                 (c.hi >> 40 & 0xff) == ':' && tw_two_digits(c.hi, 3) <= 23 &&
                 tw_two_digits(c.hi, 6) <= 59;
    if (!clock)
        return TW_ISO_KINDS;
    if (s.n == 16)
        return joiner == 'T' ? TW_ISO_MINUTES_T : TW_ISO_MINUTES;
    unsigned tens = (unsigned char)s.p[17] - (unsigned)'0',
             ones = (unsigned char)s.p[18] - (unsigned)'0';
    if (s.p[16] != ':' || tens > 5 || ones > 9)
        return TW_ISO_KINDS;
    return joiner == 'T' ? TW_ISO_SECONDS_T : TW_ISO_SECONDS;
}

__attribute__((always_inline)) static inline bool iso_moment(tw_tally *t, tw_column_counts *counts,
                                                             tw_str s, tw_cell16 c) {
    if (s.n != 10 && s.n != 16 && s.n != 19)
        return false;
    unsigned kind = iso_kind(s, c);
    if (kind == TW_ISO_KINDS || !tw_column_rest(counts))
        return false;
    tw_tally_moment(t, counts, s, c, kind);
    return true;
}

/* ---- plain text ---- */

/* The second letters of months after their first one, as bits. */
static inline bool may_be_month(unsigned first, unsigned second) {
    enum { A = 1, C = 4, E = 16, O = 1 << 14, P = 1 << 15, U = 1 << 20 };
    static const uint32_t seconds[32] = {['j' & 31] = A | U, ['f' & 31] = E, ['m' & 31] = A,
                                         ['a' & 31] = P | U, ['s' & 31] = E, ['o' & 31] = C,
                                         ['n' & 31] = O,     ['d' & 31] = E};
    return seconds[first & 31] << 1 >> (second & 31) & 1;
}

/* A text that is no number, moment, boolean or null token for sure, seen from its first bytes: a
 * letter, or digits and a letter, where no month begins. */
static inline bool is_plain_text(const tw_infer *infer, tw_str s, tw_cell16 c) {
    if (s.n <= 5 || (unsigned char)s.p[s.n - 1] <= ' ' ||
        (s.n < 32 && infer->null_lengths[c.lo & 0xff] >> s.n & 1))
        return false;
    unsigned digits = (unsigned)__builtin_ctz(~tw_cell16_digits(c)), letter;
    if (digits > 7)
        return false;
    letter = (unsigned)(c.lo >> 8 * digits & 0xff);
    bool is_letter = (letter | 32) - 'a' < 26 || (digits == 0 && letter >= 0x80);
    if (!is_letter || (digits && (letter | 32) == 'e'))
        return false;
    return digits > 2 || !may_be_month(letter, (unsigned char)s.p[digits + 1]);
}

__attribute__((always_inline)) static inline bool
plain_text(const tw_infer *infer, tw_tally *t, tw_column_counts *counts, tw_str s, tw_cell16 c) {
    tw_column_state *rest = counts->rest;
    if (!rest || !is_plain_text(infer, s, c))
        return false;
    if (s.n <= TW_TALLY_TEXT_MAX) {
        if (!tw_text_sample_refuses(&rest->other_texts, tw_hash_str(s), TW_TALLY_TEXTS))
            return false;
        rest->other_texts.more = true;
    } else {
        t->long_texts++;
    }
    t->texts++;
    uint64_t rank = tw_cell16_rank(c);
    if (__builtin_expect(rank <= t->least_text, 0)) {
        tw_example_keep(&rest->example[TW_SEEN_TEXT], s);
        t->least_text = tw_example_rank(&rest->example[TW_SEEN_TEXT]);
    }
    return true;
}

/* ---- the memo ---- */

static bool count_entry(const tw_infer *infer, tw_column_counts *counts, const tw_memo *memo,
                        size_t i) {
    char text[16];
    if (memo->at[i].times == 0)
        return true;
    tw_cell16_put(memo->at[i].text, text);
    return tw_infer_text(infer, counts, (tw_str){text, memo->at[i].n}, memo->at[i].times);
}

bool tw_memo_count(const tw_infer *infer, tw_column_counts *counts, const tw_memo *memo) {
    bool good = true;
    for (size_t i = 0; memo && i < TW_COUNT(memo->at); i++)
        good = count_entry(infer, counts, memo, i) && good;
    return good;
}

bool tw_memo_settle(const tw_infer *infer, tw_column_counts *counts) {
    bool good = tw_memo_count(infer, counts, counts->memo);
    for (size_t i = 0; counts->memo && i < TW_COUNT(counts->memo->at); i++)
        counts->memo->at[i].times = 0;
    return good;
}

/* A text of at most sixteen bytes comes into the memo; the one in its place is counted. */
static TW_COLD bool miss(const tw_infer *infer, tw_column_counts *counts, tw_cell16 c, size_t n,
                         size_t slot) {
    tw_memo *memo = counts->memo;
    bool good = count_entry(infer, counts, memo, slot);
    memo->at[slot].text = c;
    memo->at[slot].n = (uint32_t)n;
    memo->at[slot].times = 1;
    memo->misses++;
    if (memo->misses > MEMO_TRIAL && memo->misses / 2 > memo->hits) {
        memo->off = true;
        good = tw_memo_settle(infer, counts) && good;
    }
    return good;
}

static inline bool count_short(const tw_infer *infer, tw_column_counts *counts, tw_str s,
                               tw_cell16 c) {
    tw_memo *memo = counts->memo;
    size_t slot = tw_cell16_slot(c, TW_MEMO_BITS);
    bool known = memo->at[slot].text.lo == c.lo && memo->at[slot].text.hi == c.hi &&
                 memo->at[slot].n == s.n && memo->at[slot].times - 1 < UINT32_MAX - 1;
    if (!known)
        return miss(infer, counts, c, s.n, slot);
    memo->at[slot].times++;
    memo->hits++;
    return true;
}

/* ---- a column ---- */

tw_tally tw_tally_begin(tw_infer *infer, size_t column) {
    tw_column_counts *counts = tw_infer_counts(infer, column);
    if (!counts->memo && infer->width <= MEMO_COLUMNS)
        counts->memo = tw_calloc(1, sizeof *counts->memo); /* without one it works too */
    tw_tally t = {.least_number = tw_example_rank(&counts->number),
                  .least_moment = UINT64_MAX,
                  .least_text = UINT64_MAX};
    if (counts->rest) {
        t.least_moment = tw_example_rank(&counts->rest->example[TW_SEEN_MOMENT]);
        t.least_text = tw_example_rank(&counts->rest->example[TW_SEEN_TEXT]);
    }
    return t;
}

void tw_tally_end(const tw_tally *t, tw_column_counts *counts, size_t rows) {
    counts->cells += (int64_t)rows;
    counts->empty += t->empty;
    counts->plain += t->plain;
    counts->ungrouped += t->ungrouped;
    tw_dot_count dots = {.n = t->dots, .groups = t->groups};
    if (t->decimals) {
        dots.least = (uint8_t)__builtin_ctz(t->decimals);
        dots.most = (uint8_t)(31 - __builtin_clz(t->decimals));
    }
    tw_dots_merge(&counts->dot, &dots);
    if (t->compact && counts->rest)
        counts->rest->compact += t->compact;
    if (t->texts) {
        counts->rest->texts += t->texts;
        counts->rest->long_texts += t->long_texts;
    }
    for (unsigned kind = 0; kind < TW_ISO_KINDS; kind++) {
        tw_date_shape shape;
        if (t->iso[kind] == 0 || !tw_date_shape_of(tw_iso_sample[kind], &shape))
            continue;
        counts->rest->moments += t->iso[kind];
        tw_column_key(counts->rest, shape.key[0], t->iso[kind]);
    }
}

/* Any text that is not empty. */
__attribute__((always_inline)) static inline bool
count_any(const tw_infer *infer, tw_column_counts *counts, tw_tally *t, tw_str s, tw_cell16 c) {
    tw_plain_number number;
    if (s.n <= 16 && tw_cell16_plain(c, (unsigned)s.n, '.', &number) &&
        tw_tally_number(t, counts, s, c, number))
        return true;
    if (iso_moment(t, counts, s, c))
        return true;
    if (s.n <= 16 && counts->memo && !counts->memo->off)
        return count_short(infer, counts, s, c);
    return plain_text(infer, t, counts, s, c) || tw_infer_text(infer, counts, s, 1);
}

__attribute__((noinline)) static bool count_odd(const tw_infer *infer, tw_column_counts *counts,
                                                tw_tally *t, tw_str s, size_t room) {
    return count_any(infer, counts, t, s, tw_cell16_of(s, room));
}

bool tw_tally_text(tw_tally *t, const tw_infer *infer, tw_column_counts *counts, tw_str s,
                   size_t room) {
    return plain_text(infer, t, counts, s, tw_cell16_of(s, room)) ||
           count_odd(infer, counts, t, s, room);
}

bool tw_tally_cell(tw_tally *t, tw_infer *infer, tw_column_counts *counts, const tw_batch *batch,
                   uint32_t cell) {
    tw_span span = batch->cells[cell];
    tw_str s = {batch->base + span.at, span.n};
    if (s.n == 0) {
        t->empty++;
        return true;
    }
    if (batch->flags[cell] & TW_CELL_DOUBLED)
        return tw_infer_text(infer, counts, tw_batch_text(batch, cell, &infer->scratch), 1);
    size_t room = batch->bytes > span.at ? batch->bytes - span.at : s.n;
    return count_any(infer, counts, t, s, tw_cell16_of(s, room));
}

static TW_COLD void keep_least(tw_tally *t, tw_column_counts *counts, const tw_batch *batch,
                               size_t column, size_t row, uint64_t low) {
    for (; low; low &= low - 1) {
        tw_span span = batch->cells[batch->first[row + (size_t)__builtin_ctzll(low)] + column];
        tw_example_keep(&counts->number, (tw_str){batch->base + span.at, span.n});
    }
    t->least_number = tw_example_rank(&counts->number);
}

void tw_tally_block(tw_tally *t, tw_column_counts *counts, const tw_batch *batch, size_t column,
                    size_t row, size_t n, const tw_number_block *block) {
    uint32_t empty = (uint32_t)__builtin_popcountll(block->empty),
             odd = (uint32_t)__builtin_popcountll(block->odd);
    t->empty += empty;
    t->plain += (int64_t)n - odd - empty - block->marked;
    t->ungrouped += block->ungrouped;
    t->dots += block->marked;
    t->decimals |= (uint32_t)block->decimals;
    t->groups += block->groups;
    if (block->low)
        keep_least(t, counts, batch, column, row, block->low);
}

/* Most cells so far are plain numbers. */
static bool blocks_pay(const tw_column_counts *counts) {
    return counts->plain + counts->dot.n > counts->cells / 2 && tw_number_block_usable();
}

static bool count_blocks(tw_tally *t, tw_infer *infer, tw_column_counts *counts,
                         const tw_batch *batch, size_t column, size_t from, size_t to) {
    bool good = true;
    for (size_t r = from, n; r < to && good; r += n) {
        tw_number_block b;
        n = TW_MIN(to - r, (size_t)TW_NUMBER_BLOCK);
        tw_number_block_count(batch, column, r, n, t->least_number, &b);
        tw_tally_block(t, counts, batch, column, r, n, &b);
        for (; b.odd && good; b.odd &= b.odd - 1) {
            size_t cell = batch->first[r + (size_t)__builtin_ctzll(b.odd)] + column;
            good = tw_tally_cell(t, infer, counts, batch, (uint32_t)cell);
        }
    }
    return good;
}

static bool count_rows(tw_tally *t, tw_infer *infer, tw_column_counts *counts,
                       const tw_batch *batch, size_t column, size_t from, size_t to) {
    bool good = true;
    for (size_t r = from; r < to && good; r++) {
        size_t cell = batch->first[r] + column;
        if (cell < batch->first[r + 1])
            good = tw_tally_cell(t, infer, counts, batch, (uint32_t)cell);
        else
            t->empty++;
    }
    return good;
}

bool tw_infer_column(tw_infer *infer, const tw_batch *batch, size_t column, size_t from,
                     size_t to) {
    tw_column_counts *counts = tw_infer_counts(infer, column);
    tw_tally t = tw_tally_begin(infer, column);
    bool good = blocks_pay(counts) ? count_blocks(&t, infer, counts, batch, column, from, to)
                                   : count_rows(&t, infer, counts, batch, column, from, to);
    tw_tally_end(&t, counts, to - from);
    return good;
}
