/* A checked tree as a list of instructions over registers, each a block of cells; and running it on a table.
 *
 * Registers are shared by what does not live at the same time. Masks say for which rows a part of the expression is
 * wanted (the branches of if(), the right side of `and`): faults count there only, and a part that no row of a block
 * wants is skipped. A program is immutable; every worker has a frame of its own. */
#ifndef TW_EXPR_PROGRAM_H
#define TW_EXPR_PROGRAM_H

#include "expr/check.h"

enum tw_register_class { TW_REG_BITS, TW_REG_WORDS, TW_REG_TEXTS, TW_REG_CLASSES };
enum tw_register_class tw_class_of(enum tw_type type);

typedef struct tw_register {
    enum tw_register_class class;
    int input;               /* column it reads, -1 = none */
    bool as_f64;             /* an integer column read as float */
    const tw_cell *constant; /* filled once, NULL = not constant; state TW_MISSING: all missing */
} tw_register;

typedef void (*tw_mask_fn)(const tw_vec *condition, const uint64_t *before, uint64_t *after, size_t words);
enum tw_instruction_kind { TW_DO_CALL, TW_DO_MASK, TW_DO_UNMASK };
typedef struct tw_instruction {
    enum tw_instruction_kind kind;
    void (*run)(tw_call *call);
    tw_mask_fn mask;
    size_t skip; /* TW_DO_MASK: its TW_DO_UNMASK */
    int to; /* result; of a mask: the register that a skipped part leaves missing, -1 = none */
    int from[TW_OP_ARGS];
    size_t n;
    const void *data;
    tw_cell constant;
    enum tw_type arg_type;
} tw_instruction;

typedef struct tw_program {
    tw_instruction *code;
    size_t n, room;
    tw_register *registers;
    size_t n_registers, registers_room;
    size_t masks; /* deepest nesting of masks */
    int result;
} tw_program;

struct tw_expr {
    tw_arena arena;
    tw_str source;
    tw_node *root;
    tw_checked checked;
    tw_program program;
    int *columns; /* ascending, in the schema compiled against */
};

/* An expression of a tree that was parsed elsewhere, and that it changes: source and tree stay the caller's and must
 * outlive it. Errors as tw_expr_compile. */
TW_NODISCARD enum tw_rc tw_expr_of_tree(tw_node *tree, const tw_table *schema, tw_expr **out, tw_error *err);

/* The tree's program; memory from the arena. TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_program_make(const tw_checked *checked, const tw_node *root, tw_arena *arena, tw_program *out,
                                        tw_error *err);

/* A set of constants for `in`: prepared data of the kernels below. */
typedef struct tw_constant_set tw_constant_set;
/* Cells of one type; sorts them. NULL when memory is out. Memory from the arena. */
const tw_constant_set *tw_constant_set_make(const tw_cell *cells, size_t n, enum tw_type type, bool holds_null,
                                            tw_arena *arena);
void tw_run_in_set(tw_call *call);

/* Kernels without a name in the language. */
void tw_run_and(tw_call *call);
void tw_run_or(tw_call *call);
void tw_run_not(tw_call *call);
void tw_run_is_null(tw_call *call);
void tw_run_is_value(tw_call *call);
/* args: condition, where true, else; by the class of the result. */
extern void (*const tw_run_blend[TW_REG_CLASSES])(tw_call *call);
/* args: a, b; a where it is a value. */
extern void (*const tw_run_coalesce[TW_REG_CLASSES])(tw_call *call);

#endif
