/* Column types over all batches: what each column is, how it is written, which tokens mean "missing".
 *
 * A state takes batches in any order and states merge in any order with the same result, so types never depend on row
 * order or threads. One thread a state. Rows may have fewer or more cells than the width: absent cells count as missing,
 * surplus ones are ignored. Blanks around a cell do not matter: it is judged, and later read as a value, without them. */
#ifndef TW_IO_INFER_H
#define TW_IO_INFER_H

#include "data/source.h"
#include "io/sniff.h"

typedef struct tw_minority {
    enum tw_type type;
    int64_t count;
    tw_str example;
} tw_minority;

typedef struct tw_reading {
    enum tw_type type;
    enum tw_role role;      /* from the overrides, else none */
    tw_format format;
    tw_str *null_tokens;    /* besides "" */
    int64_t *null_counts;   /* cells each stands in; NULL when the tokens were given by the user */
    int64_t empty;          /* cells without text */
    size_t n_null_tokens;
    tw_minority *minority;  /* readings a few cells have: 0.9 % "N/A", 0.4 % "1,234" */
    size_t n_minority;
    double confidence;      /* 0 to 1 */
    int64_t missing, values;
    const char *rival;      /* dates: the pattern with day and month the other way round that reads most; NULL = none */
    int64_t rival_values;   /* cells it reads */
    bool given;             /* the user named the type */
} tw_reading;

typedef struct tw_infer tw_infer;
/* Copies what it needs of sniffed and options. */
TW_NODISCARD enum tw_rc tw_infer_new(const tw_sniffed *sniffed, const tw_read_options *options, tw_infer **out, tw_error *err);
void tw_infer_free(tw_infer *infer); /* NULL is legal */
/* From now on batches hold these n columns only (borrowed), in that order; the others are read as
 * text. Before the first batch. */
void tw_infer_only(tw_infer *infer, const int *columns, size_t n);
void tw_infer_reset(tw_infer *infer);
TW_NODISCARD enum tw_rc tw_infer_rows(tw_infer *infer, const tw_batch *batch, tw_error *err);
TW_NODISCARD enum tw_rc tw_infer_merge(tw_infer *into, const tw_infer *from, tw_error *err);
/* One reading for each column, in the arena. TW_EUSAGE / TW_EUNKNOWN_COLUMN for overrides that do not fit. */
TW_NODISCARD enum tw_rc tw_infer_finish(tw_infer *infer, tw_arena *arena, tw_reading **out, tw_error *err);
/* After finish, with tw_infer_only: a date could be read with day and month either way, and columns
 * that were not looked at may tell which it is. All must be counted, then. */
bool tw_infer_wants_others(const tw_infer *infer);

/* The column that "COL=WORD" names, by name or by number from 1, is one of these. */
bool tw_option_has_column(tw_str option, const tw_str *names, size_t width);

#endif
