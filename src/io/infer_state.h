/* What type inference knows of each column: plain counts, so that states add up. Internal to
 * io/infer*.c. */
#ifndef TW_IO_INFER_STATE_H
#define TW_IO_INFER_STATE_H

#include "base/arena.h"
#include "data/cell16.h"
#include "io/date_shape.h"
#include "io/infer.h"
#include "io/null_token.h"
#include "io/number_shape.h"
#include "io/text_sample.h"

/* Kinds of text with an example each. */
enum tw_seen {
    TW_SEEN_NUMBER,
    TW_SEEN_GROUPED,
    TW_SEEN_MOMENT,
    TW_SEEN_BOOLEAN,
    TW_SEEN_TEXT,
    TW_SEEN_KINDS
};

#define TW_EXAMPLE 47
typedef struct tw_example { /* the smallest text by bytes, cut */
    uint8_t n;
    bool set;
    char text[TW_EXAMPLE];
} tw_example;

/* How numbers with the marks of one pair look. */
typedef struct tw_pair_count {
    int64_t readable, whole; /* texts with a mark in them; plain digits are counted apart */
    uint8_t least, most;     /* decimals of those that are not whole */
} tw_pair_count;

/* Numbers with one dot and nothing else, kept apart for speed: they read under every pair with a
 * decimal dot. */
typedef struct tw_dot_count {
    int64_t n, groups; /* groups: "1.234" may also be a whole number with a thousands dot */
    uint8_t least, most;
} tw_dot_count;

#define TW_KEYS 32
typedef struct tw_key_count {
    uint32_t key;
    int64_t count;
} tw_key_count;

enum { TW_BOOLEAN_PAIRS = 5, TW_TALLY_TEXTS = 48, TW_TALLY_NULLS = 24, TW_TALLY_TEXT_MAX = 40 };

typedef struct tw_column_state {
    int64_t cells, empty;
    int64_t plain;     /* digits only, sign allowed */
    int64_t ungrouped; /* numbers with more than three digits in front and no thousands mark */
    int64_t grouped;   /* numbers only a thousands mark explains */
    int64_t codes, wide, compact;
    int64_t marked;               /* numbers with a mark or an exponent */
    tw_pair_count pair[TW_MARKS]; /* without `dot`; tw_column_pair adds it */
    tw_dot_count dot;
    int64_t booleans[TW_BOOLEAN_PAIRS][2];
    int64_t moments;
    tw_key_count keys[TW_KEYS]; /* by key; the smallest are kept */
    uint32_t n_keys;
    uint32_t first, second;          /* bit i: a date of open order had i there */
    int64_t nulls[TW_NULL_SURE + 1]; /* by strength */
    int64_t texts, long_texts;
    tw_text_sample null_texts, other_texts;
    tw_example example[TW_SEEN_KINDS];
} tw_column_state;

/* Short texts met lately and how often each since then: most columns that are no numbers repeat a
 * few. What stands here is not counted yet; a text that gives way to another one is counted then.
 */
enum { TW_MEMO_BITS = 9 };
typedef struct tw_memo {
    bool off; /* the texts do not repeat */
    uint32_t hits, misses;
    struct {
        tw_cell16 text;
        uint32_t n, times; /* times 0 = free */
    } at[1 << TW_MEMO_BITS];
} tw_memo;

/* What counting usual cells touches; the rest is there from the first unusual cell on, so that very
 * wide tables stay small. */
typedef struct tw_column_counts {
    int64_t cells, empty;
    int64_t plain, ungrouped;
    tw_dot_count dot;
    tw_example number;
    tw_column_state *rest;
    tw_memo *memo; /* tables that are not very wide */
} tw_column_counts;

struct tw_infer {
    size_t width;
    const int *only; /* columns of the batches; NULL = all */
    size_t n_only;
    bool open_order; /* tw_infer_wants_others */
    tw_column_counts *columns;
    tw_arena arena; /* copies of names and overrides */
    tw_str *names;  /* p NULL: none */
    uint8_t *known; /* enum tw_known of each column; NULL = nothing */
    tw_number_format hint;
    tw_read_options options;    /* its texts copied into the arena */
    tw_str_list null_tokens;    /* what options.null_tokens points to */
    uint32_t null_lengths[256]; /* bit n of a first byte: a null token begins so and has n bytes */
    tw_buf scratch;
};

/* Where column number `column` of a batch is counted. */
static inline tw_column_counts *tw_infer_counts(const tw_infer *infer, size_t column) {
    return &infer->columns[infer->only ? (size_t)infer->only[column] : column];
}
/* Count a text so many times, whatever it is; false when memory is out. Column kernels leave to it
 * what they do not know, and it alone is their twin. */
TW_NODISCARD bool tw_infer_text(const tw_infer *infer, tw_column_counts *counts, tw_str text,
                                int64_t times);
/* Count a column of rows [from, to) of a batch; false when memory is out. */
TW_NODISCARD bool tw_infer_column(tw_infer *infer, const tw_batch *batch, size_t column,
                                  size_t from, size_t to);
/* Count what another column's memo (NULL is legal) holds; settle: its own, and empty it. */
TW_NODISCARD bool tw_memo_count(const tw_infer *infer, tw_column_counts *counts,
                                const tw_memo *memo);
TW_NODISCARD bool tw_memo_settle(const tw_infer *infer, tw_column_counts *counts);
/* The counts of unusual cells, made when the first one comes; NULL when memory is out. */
tw_column_state *tw_column_rest(tw_column_counts *counts);

/* Count a key of a moment. Keys are kept sorted; beyond TW_KEYS the smallest stay, so the result
 * does not depend on order. */
void tw_column_key(tw_column_state *c, uint32_t key, int64_t count);

void tw_example_replace(tw_example *e, tw_str text);
/* Most texts are larger by their first bytes already. */
static inline void tw_example_keep(tw_example *e, tw_str text) {
    if (!e->set || (unsigned char)text.p[0] < (unsigned char)e->text[0] ||
        (text.p[0] == e->text[0] && memcmp(text.p, e->text, TW_MIN(text.n, (size_t)e->n)) <= 0))
        tw_example_replace(e, text);
}

static inline void tw_dots_merge(tw_dot_count *into, const tw_dot_count *from) {
    if (from->n) {
        into->least = into->n ? TW_MIN(into->least, from->least) : from->least;
        into->most = TW_MAX(into->most, from->most);
    }
    into->n += from->n;
    into->groups += from->groups;
}

extern const tw_str tw_boolean_pairs[TW_BOOLEAN_PAIRS][2]; /* true word, false word */

/* What the user said about a column. */
typedef struct tw_given_type {
    bool given;
    enum tw_type type;
    const char *pattern; /* of a date or time, interned; NULL = find it */
} tw_given_type;

/* Type, format and tokens of one column; `day_first` breaks a tie: 1 day, -1 month, 0 unknown. In
 * the arena. */
TW_NODISCARD enum tw_rc tw_column_decide(const tw_infer *infer, size_t column,
                                         const tw_given_type *given, int day_first, tw_arena *arena,
                                         tw_reading *out, tw_error *err);
/* Usual and unusual counts as one; borrows the samples of texts. */
tw_column_state tw_column_all(const tw_column_counts *counts);
/* Numbers that carry marks, as the pair reads them. */
tw_pair_count tw_column_pair(const tw_column_state *c, size_t pair);
/* 1: the column's dates prove day first, -1: month first, 0: nothing. */
int tw_column_day_first(const tw_column_counts *counts);

#endif
