/* The inside of a difference, for difference.c and difference_doc.c. */
#ifndef TW_COMPARE_DIFFERENCE_IMPL_H
#define TW_COMPARE_DIFFERENCE_IMPL_H

#include "compare/difference.h"

/* Two columns that are called the same. */
typedef struct tw_shared_column {
    int a, b;
    bool key;
    uint64_t *changed; /* a bit for each pair of rows; NULL = none */
    int64_t n_changed;
} tw_shared_column;

struct tw_difference {
    const tw_table *a, *b; /* shared columns in a common type */
    const char *names[2];
    bool by_key, as_text;
    tw_shared_column *columns;
    size_t n;
    int *only_a, *only_b; /* columns without a partner */
    size_t n_only_a, n_only_b;
    int64_t *rows_a, *rows_b; /* pairs of rows, in a's order */
    int64_t pairs;
    int64_t *removed, *added; /* rows without a partner, ascending */
    int64_t n_removed, n_added;
    uint64_t *changed; /* a bit for each pair */
    int64_t n_changed, n_cells;
};

/* Compare the cells of the pairs of rows (difference_cells.c): changed, n_changed, n_cells. */
TW_NODISCARD enum tw_rc tw_difference_cells(tw_difference *d, tw_task *task, tw_error *err);

#endif
