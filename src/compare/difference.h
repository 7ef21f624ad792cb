/* Which rows and cells of two tables differ.
 *
 * Rows are matched by key columns, else by their place, or by origin where b is a later version of
 * a. Columns are matched by name (the second of a name with the second). Cells are equal when both
 * are missing or their values are equal: numbers as numbers, whatever their spelling; columns of
 * different types as text. The result refers to both tables and may be read by any thread. */
#ifndef TW_COMPARE_DIFFERENCE_H
#define TW_COMPARE_DIFFERENCE_H

#include "base/args.h"
#include "base/task.h"
#include "data/table.h"

typedef struct tw_difference_options {
    tw_str_list key;      /* selectors of a's columns; none = by place */
    bool by_origin;       /* b was made from a: without a key rows keep their origin */
    bool as_text;         /* cells are equal when their text is: 1.0 is not 1 */
    const char *names[2]; /* of a and b, for messages and documents; must outlive the result */
} tw_difference_options;

typedef struct tw_difference tw_difference;
/* TW_EUNKNOWN_COLUMN: no such key column in a or b. TW_EDATA: a key that stands in two rows of one
 * table, or no column in common. */
TW_NODISCARD enum tw_rc tw_difference_make(const tw_table *a, const tw_table *b,
                                           const tw_difference_options *options, tw_task *task,
                                           tw_difference **out, tw_error *err);
void tw_difference_free(tw_difference *d);

typedef struct tw_difference_counts {
    int64_t same, changed, added, removed; /* rows */
    int64_t cells;                         /* in changed rows */
    size_t columns_added, columns_removed;
} tw_difference_counts;
tw_difference_counts tw_difference_count(const tw_difference *d);
static inline bool tw_difference_any(const tw_difference_counts *n) {
    return n->changed || n->added || n->removed || n->columns_added || n->columns_removed;
}

/* The rows that differ: removed and changed ones in a's order, then added ones in b's. */
typedef struct tw_difference_row {
    int64_t a, b;        /* rows from 0; -1 = not there: added, removed */
    int64_t pair, place; /* private to the walk */
} tw_difference_row;
/* Start with {0}; false at the end. */
bool tw_difference_next(const tw_difference *d, tw_difference_row *row);
/* {"kind": "added"|"removed"|"changed", "row_a", "row_b", "key": {…}, "cells": [{"column", "a",
 * "b"}]}: of a changed row the cells that changed, of an added one b's cells, of a removed one a's. */
TW_NODISCARD enum tw_rc tw_difference_row_doc(const tw_difference *d, const tw_difference_row *row,
                                              tw_doc **out, tw_error *err);
/* The document of `diff --json` with at most `limit` rows. */
TW_NODISCARD enum tw_rc tw_difference_doc(const tw_difference *d, int64_t limit, tw_doc **out,
                                          tw_error *err);

#endif
