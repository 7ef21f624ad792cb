/* The tree of an expression: made by the parser, typed by the checker, read by compiler and printer.
 *
 * Nodes live in the arena of the expression; texts borrow from the expression's own copy of its source or from the
 * arena. Depth is bounded (TW_EXPR_DEPTH), so that walks may recurse. */
#ifndef TW_EXPR_AST_H
#define TW_EXPR_AST_H

#include "base/arena.h"
#include "data/type.h"

enum { TW_EXPR_DEPTH = 400, TW_EXPR_BYTES = 1 << 20 };
/* The type of a bare `null` and of what is made of nothing else: it takes any type. */
#define TW_NO_TYPE TW_TYPE_COUNT

struct tw_op;

enum tw_node_kind {
    TW_NODE_LITERAL,
    TW_NODE_NULL,
    TW_NODE_COLUMN,
    TW_NODE_CALL,    /* operators and functions: `name` finds the op rows */
    TW_NODE_AND,     /* two or more arguments */
    TW_NODE_OR,
    TW_NODE_IN,      /* args[0] in (the others) */
    TW_NODE_BETWEEN, /* args[0] between args[1] and args[2] */
    TW_NODE_IS_NULL,
    TW_NODE_IF,      /* condition, value, … else */
    TW_NODE_COALESCE,
    TW_NODE_AGGREGATE, /* a call worked out for groups of rows: a column called `value.text`, printed as it was written */
    TW_NODE_WIDEN    /* an integer as float, a value as text: put in by the checker, never printed */
};

typedef struct tw_node {
    enum tw_node_kind kind;
    unsigned at;    /* byte offset in the source */
    unsigned depth; /* 1 for a leaf */
    bool negated;   /* is not null, not in, not between, not matches */
    enum tw_type type;
    tw_str name;            /* of a column, function or operator */
    int column;             /* TW_NODE_COLUMN: slot among the expression's inputs */
    tw_cell value;          /* TW_NODE_LITERAL, or the value of a folded call */
    bool folded;            /* a call of constants only, worked out by the checker; printed as it was written */
    const struct tw_op *op; /* TW_NODE_CALL and TW_NODE_WIDEN, once checked */
    void *data;             /* what op->prepare made; owned by the expression */
    struct tw_node **args;
    size_t n;
} tw_node;

/* The value of a constant node, or NULL. */
static inline const tw_cell *tw_node_constant(const tw_node *node) {
    return node->kind == TW_NODE_LITERAL || node->folded ? &node->value : NULL;
}

/* A node with room for n arguments; NULL when memory is out. */
static inline tw_node *tw_node_new(tw_arena *arena, enum tw_node_kind kind, unsigned at, size_t n) {
    tw_node *node = tw_arena_alloc(arena, 1, sizeof *node);
    if (!node)
        return NULL;
    *node = (tw_node){.kind = kind, .at = at, .depth = 1, .type = TW_NO_TYPE, .column = -1, .n = n};
    node->args = n ? tw_arena_alloc(arena, n, sizeof(tw_node *)) : NULL;
    return n && !node->args ? NULL : node;
}

#endif
