/* The usual cells of a column, counted while they are in registers. Internal to io/infer_column.c
 * and io/load_column.c, which reads values and counts types in one go. */
#ifndef TW_IO_INFER_TALLY_H
#define TW_IO_INFER_TALLY_H

#include "io/infer_state.h"
#include "io/number_block.h"

/* ISO moments by length and joiner; their keys are those of the samples. */
enum {
    TW_ISO_DATE,
    TW_ISO_MINUTES,
    TW_ISO_MINUTES_T,
    TW_ISO_SECONDS,
    TW_ISO_SECONDS_T,
    TW_ISO_KINDS
};
extern const tw_str tw_iso_sample[TW_ISO_KINDS];
/* Sums of one column over some rows. */
typedef struct tw_tally {
    int64_t empty, plain, ungrouped, dots, groups;
    uint32_t decimals; /* bit i: a number with i decimals */
    int64_t texts, long_texts, compact;
    uint64_t least_number, least_moment, least_text;
    int64_t iso[TW_ISO_KINDS];
} tw_tally;

/* The first bytes of an example; every text counts as less than none. */
static inline uint64_t tw_example_rank(const tw_example *e) {
    if (!e->set)
        return UINT64_MAX;
    return tw_cell16_rank(tw_cell16_of((tw_str){e->text, e->n}, sizeof e->text));
}

static inline unsigned tw_two_digits(uint64_t word, unsigned at) {
    return (unsigned)((word >> 8 * at & 15) * 10 + (word >> (8 * at + 8) & 15));
}

static inline bool tw_tally_day(unsigned year, unsigned month, unsigned day) {
    static const uint8_t days[16] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month <= 12 && day >= 1 && day <= (unsigned)days[month] + leap;
}

/* "20210304" may be a date as well; tw_date_shape_of says which years are. */
static inline bool tw_tally_eight(tw_tally *t, tw_column_counts *counts, tw_cell16 c, bool sign) {
    unsigned year = tw_two_digits(c.lo, 0) * 100 + tw_two_digits(c.lo, 2);
    if (sign || year < 1900 || year > 2100 ||
        !tw_tally_day(year, tw_two_digits(c.lo, 4), tw_two_digits(c.lo, 6)))
        return true;
    t->compact++;
    return tw_column_rest(counts) != NULL;
}

/* Count a number that tw_cell16_plain found, with '.' or no mark; false: tw_infer_text knows. */
__attribute__((always_inline)) static inline bool tw_tally_number(tw_tally *t,
                                                                  tw_column_counts *counts,
                                                                  tw_str s, tw_cell16 c,
                                                                  tw_plain_number number) {
    unsigned n = (unsigned)s.n, front = number.point - number.sign;
    bool zero = (c.lo >> 8 * number.sign & 0xff) == '0', whole = number.point == n;
    if (front == 0 || (front > 1 && zero))
        return false;
    if (whole && n == 8 && !tw_tally_eight(t, counts, c, number.sign))
        return false;
    uint64_t rank = tw_cell16_rank(c);
    if (__builtin_expect(rank <= t->least_number, 0)) {
        tw_example_keep(&counts->number, s);
        t->least_number = tw_example_rank(&counts->number);
    }
    t->ungrouped += front > 3;
    if (whole) {
        t->plain++;
        return true;
    }
    unsigned decimals = n - number.point - 1;
    t->dots++;
    t->decimals |= 1u << decimals;
    t->groups += decimals == 3 && front <= 3 && !zero;
    return true;
}

/* Count an ISO moment of a kind; counts->rest is there. */
static inline void tw_tally_moment(tw_tally *t, tw_column_counts *counts, tw_str s, tw_cell16 c,
                                   unsigned kind) {
    t->iso[kind]++;
    uint64_t rank = tw_cell16_rank(c);
    if (__builtin_expect(rank <= t->least_moment, 0)) {
        tw_example *example = &counts->rest->example[TW_SEEN_MOMENT];
        tw_example_keep(example, s);
        t->least_moment = tw_example_rank(example);
    }
}

/* Begin and end counting rows of a column; its number of cells goes up by `rows`. */
tw_tally tw_tally_begin(tw_infer *infer, size_t column);
void tw_tally_end(const tw_tally *t, tw_column_counts *counts, size_t rows);
/* The plain numbers and empty cells of a block, whose n rows begin at `row` of the batch. */
void tw_tally_block(tw_tally *t, tw_column_counts *counts, const tw_batch *batch, size_t column,
                    size_t row, size_t n, const tw_number_block *block);
/* Any cell of a batch; false when memory is out. */
TW_NODISCARD bool tw_tally_cell(tw_tally *t, tw_infer *infer, tw_column_counts *counts,
                                const tw_batch *batch, uint32_t cell);
/* A text that is not empty, of which `room` bytes may be read; quick for those that are no numbers.
 */
TW_NODISCARD bool tw_tally_text(tw_tally *t, const tw_infer *infer, tw_column_counts *counts,
                                tw_str s, size_t room);

#endif
