/* The columns two or three tables share, as numbers and codes that can be compared directly.
 *
 * For every shared column and every table: doubles where the column is a number in all of them, and codes over one set of
 * levels: categories by their text, numbers by bins whose edges come from the first table, code 0 = missing. Owned by
 * the tw_matched; one thread. */
#ifndef TW_COMPARE_MATCHED_H
#define TW_COMPARE_MATCHED_H

#include "base/arena.h"
#include "base/doc.h"
#include "base/task.h"
#include "data/table.h"

enum { TW_SIDES = 3 }; /* real, other, hold-out */

typedef struct tw_matched_column {
    const char *name;
    enum tw_type type;         /* of the first table */
    bool numeric;
    bool skipped;              /* identifiers and free text: nearly every value differs */
    double *values[TW_SIDES];  /* numeric: rows entries, NaN = missing */
    double *sorted[TW_SIDES];  /* numeric: n_values entries in ascending order */
    size_t n_values[TW_SIDES];
    uint32_t *codes[TW_SIDES]; /* rows entries below `levels` */
    uint32_t levels;
    tw_str *texts;             /* categories: text of each code, the first empty; NULL when skipped */
    tw_arena arena;            /* of the texts */
} tw_matched_column;

typedef struct tw_matched {
    tw_matched_column *columns;
    size_t n;
    size_t sides;
    size_t rows[TW_SIDES];
} tw_matched;

/* tables[0] real, tables[1] other, tables[2] hold-out or NULL. TW_EDATA when nothing is shared or a side has no rows. */
TW_NODISCARD enum tw_rc tw_matched_make(const tw_table *const tables[TW_SIDES], tw_task *task, tw_matched *out, tw_error *err);
void tw_matched_fini(tw_matched *m);
/* Share of missing cells. */
double tw_matched_missing(const tw_matched *m, size_t column, size_t side);
/* The value of a code of a column of categories; null = missing. */
tw_doc *tw_matched_level(const tw_matched_column *c, uint32_t code);
/* A number all cells of a row decide: equal rows of any two sides have equal ones. */
uint64_t tw_matched_hash(const tw_matched *m, size_t side, size_t row);
int tw_matched_hash_order(const void *a, const void *b); /* for qsort and bsearch */
/* The rows of a side in a seeded order (free()); the label keeps uses apart. NULL when memory is out. */
TW_NODISCARD uint32_t *tw_matched_order(const tw_matched *m, size_t side, uint64_t seed, const char *label);

#endif
