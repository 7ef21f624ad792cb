/* Names and types: columns are looked up, overloads chosen, integers widened, constants worked out. */
#ifndef TW_EXPR_CHECK_H
#define TW_EXPR_CHECK_H

#include "expr/ast.h"
#include "expr/ops.h"

/* A column the expression reads. */
typedef struct tw_input {
    tw_str name;
    enum tw_type type;
    int column; /* in the schema compiled against */
} tw_input;

typedef struct tw_checked {
    tw_input *inputs; /* in order of first use */
    size_t n_inputs, inputs_room;
    tw_node **prepared; /* nodes whose data must be released */
    size_t n_prepared, prepared_room;
} tw_checked;

/* Types the tree in place. Nodes and lists come from the arena. TW_EPARSE, TW_EUNKNOWN_COLUMN, TW_EUNKNOWN_NAME. */
TW_NODISCARD enum tw_rc tw_expr_check(tw_node *root, const tw_table *schema, tw_arena *arena, tw_checked *out, tw_error *err);
void tw_checked_release(tw_checked *checked);

/* The row of `name` for these argument types, integers widened where `widened` says so (may be NULL: none); NULL: no row
 * fits. */
const tw_op *tw_op_resolve(tw_str name, const enum tw_type *types, size_t n, bool *widened);

#endif
