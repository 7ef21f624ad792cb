/* Tree to instructions, bottom up: the register of a finished argument is free for the next value of its class.
 *
 * Comparisons with a constant use the kernels that take one; `in` with many constants becomes a hash set, with few numbers
 * a row of comparisons; `between` is two comparisons of one register; if(), coalesce(), `and` and `or` put masks around
 * the parts that some rows do not want. */
#include "expr/program.h"

typedef struct compiler {
    const tw_checked *checked;
    tw_arena *arena;
    tw_program *out;
    int *spare[TW_REG_CLASSES]; /* free registers */
    size_t n_spare[TW_REG_CLASSES], spare_room[TW_REG_CLASSES];
    size_t masks;
    tw_error *err;
} compiler;

static enum tw_rc gen(compiler *c, const tw_node *node, int *out);

enum tw_register_class tw_class_of(enum tw_type type) {
    return type == TW_BOOLEAN ? TW_REG_BITS : type == TW_TEXT ? TW_REG_TEXTS : TW_REG_WORDS;
}

static enum tw_rc new_register(compiler *c, tw_register reg, int *out) {
    tw_program *p = c->out;
    tw_register *bigger = tw_arena_grow(c->arena, p->registers, p->n_registers, &p->registers_room, sizeof *bigger);
    if (!bigger)
        return tw_fail_memory(c->err);
    p->registers = bigger;
    p->registers[p->n_registers] = reg;
    *out = (int)p->n_registers++;
    return TW_OK;
}

static enum tw_rc take(compiler *c, enum tw_type type, int *out) {
    enum tw_register_class class = tw_class_of(type);
    if (!c->n_spare[class])
        return new_register(c, (tw_register){class, -1, false, NULL}, out);
    *out = c->spare[class][--c->n_spare[class]];
    return TW_OK;
}

/* Columns and constants stay; temporaries go back. */
static enum tw_rc give(compiler *c, int reg) {
    const tw_register *r = &c->out->registers[reg];
    if (r->input >= 0 || r->constant)
        return TW_OK;
    int *bigger = tw_arena_grow(c->arena, c->spare[r->class], c->n_spare[r->class], &c->spare_room[r->class], sizeof(int));
    if (!bigger)
        return tw_fail_memory(c->err);
    c->spare[r->class] = bigger;
    c->spare[r->class][c->n_spare[r->class]++] = reg;
    return TW_OK;
}

static enum tw_rc emit(compiler *c, const tw_instruction *instruction) {
    tw_program *p = c->out;
    tw_instruction *bigger = tw_arena_grow(c->arena, p->code, p->n, &p->room, sizeof *bigger);
    if (!bigger)
        return tw_fail_memory(c->err);
    p->code = bigger;
    p->code[p->n++] = *instruction;
    return TW_OK;
}

/* A call whose argument registers are given back; its result in *out. `keep`: one of them stays in use, -1 = none. */
static enum tw_rc emit_call(compiler *c, tw_instruction call, enum tw_type type, int keep, int *out) {
    enum tw_rc rc = take(c, type, &call.to);
    if (rc == TW_OK)
        rc = emit(c, &call);
    for (size_t i = 0; rc == TW_OK && i < call.n; i++)
        if (call.from[i] != keep)
            rc = give(c, call.from[i]);
    *out = call.to;
    return rc;
}

static void mask_true(const tw_vec *condition, const uint64_t *before, uint64_t *after, size_t words) {
    for (size_t w = 0; w < words; w++)
        after[w] = before[w] & condition->bits[w];
}
static void mask_not_true(const tw_vec *condition, const uint64_t *before, uint64_t *after, size_t words) {
    for (size_t w = 0; w < words; w++)
        after[w] = before[w] & ~condition->bits[w];
}
static void mask_not_false(const tw_vec *condition, const uint64_t *before, uint64_t *after, size_t words) {
    for (size_t w = 0; w < words; w++)
        after[w] = before[w] & (condition->bits[w] | ~condition->valid[w]);
}
static void mask_missing(const tw_vec *condition, const uint64_t *before, uint64_t *after, size_t words) {
    for (size_t w = 0; w < words; w++)
        after[w] = before[w] & ~condition->valid[w];
}

static enum tw_rc begin_mask(compiler *c, tw_mask_fn mask, int condition, size_t *at) {
    *at = c->out->n;
    c->masks++;
    c->out->masks = TW_MAX(c->out->masks, c->masks);
    return emit(c, &(tw_instruction){.kind = TW_DO_MASK, .mask = mask, .from = {condition}, .n = 1});
}
/* `result`: what the masked part made; a skipped part leaves it all missing. */
static enum tw_rc end_mask(compiler *c, size_t at, int result) {
    const tw_register *reg = &c->out->registers[result];
    c->out->code[at].skip = c->out->n;
    c->out->code[at].to = reg->input >= 0 || reg->constant ? -1 : result;
    c->masks--;
    return emit(c, &(tw_instruction){.kind = TW_DO_UNMASK});
}
static enum tw_rc gen_masked(compiler *c, tw_mask_fn mask, int condition, const tw_node *node, int *out) {
    size_t at;
    enum tw_rc rc = begin_mask(c, mask, condition, &at);
    if (rc == TW_OK)
        rc = gen(c, node, out);
    return rc == TW_OK ? end_mask(c, at, *out) : rc;
}

static enum tw_rc gen_column(compiler *c, const tw_node *node, bool as_f64, int *out) {
    const tw_program *p = c->out;
    for (size_t i = 0; i < p->n_registers; i++) {
        if (p->registers[i].input == node->column && p->registers[i].as_f64 == as_f64) {
            *out = (int)i;
            return TW_OK;
        }
    }
    enum tw_type type = c->checked->inputs[node->column].type;
    return new_register(c, (tw_register){tw_class_of(type), node->column, as_f64, NULL}, out);
}

static enum tw_rc gen_constant(compiler *c, const tw_cell *cell, enum tw_type type, int *out) {
    return new_register(c, (tw_register){tw_class_of(type), -1, false, cell}, out);
}

static enum tw_rc gen_null(compiler *c, const tw_node *node, int *out) {
    tw_cell *cell = tw_arena_alloc(c->arena, 1, sizeof *cell);
    if (!cell)
        return tw_fail_memory(c->err);
    *cell = tw_cell_missing(node->type);
    return gen_constant(c, cell, node->type, out);
}

static enum tw_rc negate(compiler *c, const tw_node *node, int *reg) {
    if (!node->negated)
        return TW_OK;
    return emit_call(c, (tw_instruction){.run = tw_run_not, .n = 1, .from = {*reg}}, TW_BOOLEAN, -1, reg);
}

/* greatest(a, b, c) is greatest(greatest(a, b), c). */
static enum tw_rc gen_fold(compiler *c, const tw_node *node, int *out) {
    enum tw_rc rc = gen(c, node->args[0], out);
    for (size_t i = 1; rc == TW_OK && i < node->n; i++) {
        int right;
        rc = gen(c, node->args[i], &right);
        if (rc == TW_OK)
            rc = emit_call(c, (tw_instruction){.run = node->op->run, .n = 2, .from = {*out, right}}, node->type, -1, out);
    }
    return rc;
}

static enum tw_rc gen_call(compiler *c, const tw_node *node, int *out) {
    if (strchr(node->op->types, '+'))
        return gen_fold(c, node, out);
    tw_instruction call = {.run = node->op->run, .n = node->n, .data = node->data, .arg_type = node->args[0]->type};
    const tw_cell *last = tw_node_constant(node->args[node->n - 1]);
    if (last && node->op->run_constant) {
        call.run = node->op->run_constant;
        call.constant = *last;
        call.n--;
    }
    for (size_t i = 0; i < call.n; i++) {
        enum tw_rc rc = gen(c, node->args[i], &call.from[i]);
        if (rc != TW_OK)
            return rc;
    }
    enum tw_rc rc = emit_call(c, call, node->type, -1, out);
    return rc == TW_OK ? negate(c, node, out) : rc;
}

static enum tw_rc gen_widen(compiler *c, const tw_node *node, int *out) {
    if (node->args[0]->kind == TW_NODE_COLUMN && node->type == TW_FLOAT)
        return gen_column(c, node->args[0], true, out);
    return gen_call(c, node, out);
}

static enum tw_rc gen_chain(compiler *c, const tw_node *node, int *out) {
    bool is_and = node->kind == TW_NODE_AND;
    enum tw_rc rc = gen(c, node->args[0], out);
    for (size_t i = 1; rc == TW_OK && i < node->n; i++) {
        int right;
        rc = gen_masked(c, is_and ? mask_not_false : mask_not_true, *out, node->args[i], &right);
        tw_instruction call = {.run = is_and ? tw_run_and : tw_run_or, .n = 2, .from = {*out, right}};
        if (rc == TW_OK)
            rc = emit_call(c, call, TW_BOOLEAN, -1, out);
    }
    return rc;
}

/* value OP args[i], without giving the value's register back. */
static enum tw_rc gen_compare(compiler *c, const char *sign, int value, const tw_node *against, int *out) {
    enum tw_type types[2] = {against->type, against->type};
    const tw_op *op = tw_op_resolve(tw_str_c(sign), types, 2, NULL);
    const tw_cell *constant = tw_node_constant(against);
    if (!op)
        TW_BUG("comparison without a row");
    tw_instruction call = {.run = op->run, .n = 2, .from = {value}, .arg_type = against->type};
    enum tw_rc rc = TW_OK;
    if (constant && op->run_constant) {
        call.run = op->run_constant;
        call.constant = *constant;
        call.n = 1;
    } else {
        rc = gen(c, against, &call.from[1]);
    }
    return rc == TW_OK ? emit_call(c, call, TW_BOOLEAN, value, out) : rc;
}

static enum tw_rc gen_between(compiler *c, const tw_node *node, int *out) {
    int value, low, high;
    enum tw_rc rc = gen(c, node->args[0], &value);
    if (rc == TW_OK)
        rc = gen_compare(c, ">=", value, node->args[1], &low);
    if (rc == TW_OK)
        rc = gen_compare(c, "<=", value, node->args[2], &high);
    if (rc == TW_OK)
        rc = give(c, value);
    if (rc == TW_OK)
        rc = emit_call(c, (tw_instruction){.run = tw_run_and, .n = 2, .from = {low, high}}, TW_BOOLEAN, -1, out);
    return rc == TW_OK ? negate(c, node, out) : rc;
}

static bool all_constants(const tw_node *node) {
    for (size_t i = 1; i < node->n; i++)
        if (!tw_node_constant(node->args[i]) && node->args[i]->kind != TW_NODE_NULL)
            return false;
    return true;
}

static enum tw_rc gen_in_set(compiler *c, const tw_node *node, int *out) {
    tw_cell *cells = tw_arena_alloc(c->arena, node->n, sizeof *cells);
    if (!cells)
        return tw_fail_memory(c->err);
    size_t n = 0;
    for (size_t i = 1; i < node->n; i++)
        if (tw_node_constant(node->args[i]))
            cells[n++] = node->args[i]->value;
    tw_instruction call = {.run = tw_run_in_set, .n = 1};
    call.data = tw_constant_set_make(cells, n, node->args[0]->type, n + 1 < node->n, c->arena);
    if (!call.data)
        return tw_fail_memory(c->err);
    enum tw_rc rc = gen(c, node->args[0], &call.from[0]);
    return rc == TW_OK ? emit_call(c, call, TW_BOOLEAN, -1, out) : rc;
}

static enum tw_rc gen_in_chain(compiler *c, const tw_node *node, int *out) {
    int value, one;
    enum tw_rc rc = gen(c, node->args[0], &value);
    for (size_t i = 1; rc == TW_OK && i < node->n; i++) {
        rc = gen_compare(c, "==", value, node->args[i], i == 1 ? out : &one);
        tw_instruction call = {.run = tw_run_or, .n = 2, .from = {*out, one}};
        if (rc == TW_OK && i > 1)
            rc = emit_call(c, call, TW_BOOLEAN, -1, out);
    }
    return rc == TW_OK ? give(c, value) : rc;
}

static enum tw_rc gen_in(compiler *c, const tw_node *node, int *out) {
    enum { FEW = 5 };
    bool few_numbers = node->n <= FEW && tw_class_of(node->args[0]->type) == TW_REG_WORDS;
    enum tw_rc rc = all_constants(node) && !few_numbers ? gen_in_set(c, node, out) : gen_in_chain(c, node, out);
    return rc == TW_OK ? negate(c, node, out) : rc;
}

static enum tw_rc gen_is_null(compiler *c, const tw_node *node, int *out) {
    tw_instruction call = {.run = node->negated ? tw_run_is_value : tw_run_is_null, .n = 1};
    enum tw_rc rc = gen(c, node->args[0], &call.from[0]);
    return rc == TW_OK ? emit_call(c, call, TW_BOOLEAN, -1, out) : rc;
}

/* if() from argument `at` on; what follows the first pair is its else. */
static enum tw_rc gen_if_from(compiler *c, const tw_node *node, size_t at, int *out) {
    if (at >= node->n)
        return gen_null(c, node, out);
    if (at + 1 == node->n)
        return gen(c, node->args[at], out);
    int condition = 0, yes = 0, no = 0;
    size_t mask;
    enum tw_rc rc = gen(c, node->args[at], &condition);
    if (rc == TW_OK)
        rc = gen_masked(c, mask_true, condition, node->args[at + 1], &yes);
    if (rc == TW_OK)
        rc = begin_mask(c, mask_not_true, condition, &mask);
    if (rc == TW_OK)
        rc = gen_if_from(c, node, at + 2, &no);
    if (rc == TW_OK)
        rc = end_mask(c, mask, no);
    tw_instruction call = {.run = tw_run_blend[tw_class_of(node->type)], .n = 3, .from = {condition, yes, no}};
    return rc == TW_OK ? emit_call(c, call, node->type, -1, out) : rc;
}
static enum tw_rc gen_if(compiler *c, const tw_node *node, int *out) {
    return gen_if_from(c, node, 0, out);
}

static enum tw_rc gen_coalesce(compiler *c, const tw_node *node, int *out) {
    enum tw_rc rc = gen(c, node->args[0], out);
    for (size_t i = 1; rc == TW_OK && i < node->n; i++) {
        int next;
        rc = gen_masked(c, mask_missing, *out, node->args[i], &next);
        tw_instruction call = {.run = tw_run_coalesce[tw_class_of(node->type)], .n = 2, .from = {*out, next}};
        if (rc == TW_OK)
            rc = emit_call(c, call, node->type, -1, out);
    }
    return rc;
}

static enum tw_rc gen_plain_column(compiler *c, const tw_node *node, int *out) {
    return gen_column(c, node, false, out);
}

static enum tw_rc gen(compiler *c, const tw_node *node, int *out) {
    static enum tw_rc (*const gens[])(compiler * c, const tw_node *node, int *out) = {
        [TW_NODE_NULL] = gen_null,       [TW_NODE_COLUMN] = gen_plain_column, [TW_NODE_CALL] = gen_call,
        [TW_NODE_AND] = gen_chain,       [TW_NODE_OR] = gen_chain,            [TW_NODE_IN] = gen_in,
        [TW_NODE_BETWEEN] = gen_between, [TW_NODE_IS_NULL] = gen_is_null,     [TW_NODE_IF] = gen_if,
        [TW_NODE_COALESCE] = gen_coalesce, [TW_NODE_AGGREGATE] = gen_plain_column, [TW_NODE_WIDEN] = gen_widen};
    const tw_cell *constant = tw_node_constant(node);
    return constant ? gen_constant(c, constant, node->type, out) : gens[node->kind](c, node, out);
}

enum tw_rc tw_program_make(const tw_checked *checked, const tw_node *root, tw_arena *arena, tw_program *out, tw_error *err) {
    compiler c = {.checked = checked, .arena = arena, .out = out, .err = err};
    *out = (tw_program){0};
    return gen(&c, root, &out->result);
}
