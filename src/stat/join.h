/* Rows of two tables that have the same key: a hash join.
 *
 * Two rows match when each pair of key columns holds equal values: numbers by value (-0.0 is 0.0),
 * unreadable cells by their text. A missing cell equals nothing, as in SQL. The result stands in the
 * order of a's rows, among those of one row in the order of b's; rows of b alone come last, in their
 * order. It does not depend on the number of threads. Takes 4 bytes a row of both tables and 8 a row
 * of the result, besides the different keys of b: b should be the smaller one. */
#ifndef TW_STAT_JOIN_H
#define TW_STAT_JOIN_H

#include "data/table.h"

enum tw_join_kind {
    TW_JOIN_INNER, /* pairs */
    TW_JOIN_LEFT,  /* and rows of a alone */
    TW_JOIN_FULL,  /* and rows of b alone */
    TW_JOIN_ANTI   /* rows of a alone, nothing else */
};

enum { TW_JOIN_SIDES = 2 };
typedef struct tw_join_side {
    const tw_table *table; /* fewer than 2^31 rows */
    const int *columns;    /* needed before, pairwise of one type */
} tw_join_side;

typedef struct tw_join {
    uint32_t *rows[TW_JOIN_SIDES]; /* of a and b for each row of the result, UINT32_MAX = none */
    int64_t n;
    /* rows of each table with a match, and with a missing cell in the key */
    int64_t matched[TW_JOIN_SIDES], missing[TW_JOIN_SIDES];
} tw_join;

/* TW_ELIMIT with the number of rows, before they are made, where it is above `most`. */
TW_NODISCARD enum tw_rc tw_join_make(const tw_join_side sides[TW_JOIN_SIDES], size_t n_columns,
                                     enum tw_join_kind kind, int64_t most, tw_task *task,
                                     tw_join *out, tw_error *err);
void tw_join_fini(tw_join *join);

#endif
