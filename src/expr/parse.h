/* From text to tree, by the precedences of CLI.md ("Expressions"); names and types are not looked at yet. */
#ifndef TW_EXPR_PARSE_H
#define TW_EXPR_PARSE_H

#include "expr/ast.h"

/* The source must outlive the tree; nodes come from the arena. TW_EPARSE, TW_ELIMIT (too long). */
TW_NODISCARD enum tw_rc tw_expr_parse(tw_str source, tw_arena *arena, tw_node **out, tw_error *err);
/* The same for one expression of a list, from byte *at of the source on; *at is then where it ends: at a comma, the word
 * `as` or the end, anything else is refused. `open`: it may end before whatever cannot continue it. */
TW_NODISCARD enum tw_rc tw_expr_parse_item(tw_str source, bool open, size_t *at, tw_arena *arena, tw_node **out,
                                           tw_error *err);

/* How tight a node binds, from 1 (`or`) to 10 (a name, a call, brackets); the printer sets brackets by it. */
int tw_node_level(const tw_node *node);

#endif
