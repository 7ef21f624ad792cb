/* Operators and functions of the language: rows of a name, a signature and a kernel over a block of cells.
 *
 * Signatures read "result:arguments" with a letter for each type: b boolean, i integer, f float, d date, c time of day,
 * s datetime, t text, * any; a capital letter wants a constant. Overloads are rows of the same name, best first;
 * integers widen to float where no integer row fits. A kernel writes values and validity of all rows; it may write
 * anything into cells that are not valid. Rows and kernels are immutable: any thread. */
#ifndef TW_EXPR_OPS_H
#define TW_EXPR_OPS_H

#include "base/arena.h"
#include "base/bitmap.h"
#include "expr/ast.h"
#include "expr/expr.h"

enum { TW_BLOCK_ROWS = 4096, TW_BLOCK_WORDS = TW_BLOCK_ROWS / 64, TW_OP_ARGS = 4 };

/* A block of cells. Booleans are bits, numbers and times 64-bit words, texts slices. */
typedef struct tw_vec {
    union {
        const double *f;
        const int64_t *i;
        const tw_str *s;
        const uint64_t *bits;
    };
    const uint64_t *valid;
} tw_vec;
typedef struct tw_vec_out {
    union {
        double *f;
        int64_t *i;
        tw_str *s;
        uint64_t *bits; /* true implies valid */
    };
    uint64_t *valid;
} tw_vec_out;

typedef struct tw_call {
    tw_vec args[TW_OP_ARGS];
    size_t n, rows, words;
    tw_vec_out out;
    tw_cell constant;       /* the last argument where run_constant is called */
    const void *data;       /* what prepare made */
    const uint64_t *active; /* rows whose faults count */
    tw_expr_faults *faults;
    tw_arena *texts; /* texts made live here until the block is done */
    enum tw_type arg_type; /* of the first argument, for '*' */
    bool failed;           /* set when memory is out */
} tw_call;

typedef struct tw_op {
    const char *name, *types;
    void (*run)(tw_call *call);
    void (*run_constant)(tw_call *call); /* last argument constant; NULL = no short cut */
    /* Constants of the capital letters to data; TW_EPARSE. */
    enum tw_rc (*prepare)(const tw_cell *constants, size_t n, void **data, tw_error *err);
    void (*release)(void *data);
} tw_op;

/* Row i of all rows, NULL at the end. */
const tw_op *tw_op_at(size_t i);
extern const tw_op tw_ops_number[], tw_ops_compare[], tw_ops_text[], tw_ops_time[];
extern const size_t tw_ops_number_count, tw_ops_compare_count, tw_ops_text_count, tw_ops_time_count;

/* Letter of a type in signatures, 0 for TW_NO_TYPE; and back. */
char tw_type_letter(enum tw_type type);
enum tw_type tw_letter_type(char letter);

/* Validity of a result that is a value where every argument is. */
void tw_call_valid(tw_call *call);
/* Take the cells of `bad` that count (valid and active) out of the result's validity word w; returns how many counted. */
static inline int64_t tw_call_drop(tw_call *call, size_t w, uint64_t bad) {
    bad &= call->out.valid[w];
    call->out.valid[w] &= ~bad;
    return (int64_t)__builtin_popcountll(bad & call->active[w]);
}

#endif
