/* The inside of summaries: made by summary_compile.c, run by summary.c. Private to expr. */
#ifndef TW_EXPR_SUMMARY_IMPL_H
#define TW_EXPR_SUMMARY_IMPL_H

#include "expr/program.h"
#include "expr/summary.h"
#include "stat/aggregate.h"

/* A call of an aggregate; equal ones are worked out once. */
typedef struct tw_summary_call {
    tw_str text; /* canonical */
    tw_str name; /* of its column in the table of groups: no name a file's column has */
    const tw_aggregate *aggregate;
    const tw_expr *inner; /* NULL: it counts rows */
    int column;     /* inner is just this column of the table, -1 = is not */
    tw_aggregate_with with;
    enum tw_type type;
} tw_summary_call;

typedef struct tw_summary_item {
    const char *name;
    bool named;
    tw_node *root;
    const tw_expr *outer; /* NULL: it is the call alone */
    size_t call;
} tw_summary_item;

struct tw_summary {
    tw_arena arena;
    tw_summary_call *calls;
    size_t n_calls, calls_room;
    tw_summary_item *items;
    size_t n_items, items_room;
    tw_expr **exprs; /* all of them, for they hold parts of the trees */
    size_t n_exprs, exprs_room;
    int *columns;
    size_t n_columns, columns_room;
    tw_table *groups; /* without rows: the keys that have their name alone, then the calls */
    int *keys;        /* columns of those keys in the table summed up */
    size_t n_keys;
    const tw_table *schema;
    char decimal; /* mark of the numbers read, so that all columns of a file have one */
};

#endif
