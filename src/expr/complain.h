/* Messages for expressions whose types do not fit: each says what stands there and what to write instead. */
#ifndef TW_EXPR_COMPLAIN_H
#define TW_EXPR_COMPLAIN_H

#include "expr/ast.h"
#include "expr/expr.h"

/* No row of the operator or function fits its arguments. TW_EPARSE or, for an unknown function, TW_EUNKNOWN_NAME. */
enum tw_rc tw_complain_call(const tw_node *node, const tw_table *schema, tw_error *err);
/* A function that does not exist; `aggregates`: where they may stand. */
enum tw_rc tw_complain_function(const tw_node *node, const tw_table *schema, bool aggregates, tw_error *err);
/* An aggregate does not take cells of that type. */
enum tw_rc tw_complain_aggregate(const tw_node *node, tw_error *err);
/* The node is no condition. */
enum tw_rc tw_complain_condition(const tw_node *node, tw_error *err);
/* Two values that must be of one type are not: operands of a comparison, branches of if(). */
enum tw_rc tw_complain_pair(const tw_node *a, const tw_node *b, const char *what, const tw_table *schema, tw_error *err);
/* Start of the canonical text of a node, for messages. */
const char *tw_node_excerpt(const tw_node *node, char out[64]);

#endif
