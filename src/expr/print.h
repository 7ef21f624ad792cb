/* A tree back to text in canonical form. */
#ifndef TW_EXPR_PRINT_H
#define TW_EXPR_PRINT_H

#include "base/buf.h"
#include "expr/ast.h"

/* False when the buffer is full. */
bool tw_node_print(const tw_node *node, tw_buf *out);

#endif
