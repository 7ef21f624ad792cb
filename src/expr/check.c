/* Bottom up, each node once: columns become inputs, calls find their row, and what is made of constants alone is worked
 * out on the spot, so that date('2024-13-01') is an error of the text and `30 * 2` costs nothing per row.
 *
 * A bare null takes the type its neighbours have. Comparing with null is refused, because its result would always be
 * missing and `is null` is what people mean. */
#include "expr/check.h"

#include "expr/complain.h"
#include "expr/lex.h"

enum { MANY = 200 }; /* arguments of if() and coalesce(): their masks nest */

typedef struct checker {
    const tw_table *schema;
    tw_arena *arena;
    tw_checked *out;
    tw_error *err;
} checker;

static enum tw_rc check(checker *c, tw_node *node);

/* Does `type` suit a letter of a signature? 1 exactly, 2 after widening, 0 not. */
static int suits(char letter, enum tw_type type) {
    if (letter == '*' || letter == 'x')
        return type != TW_NO_TYPE || letter == 'x';
    enum tw_type want = tw_letter_type((char)(letter | 0x20));
    if (type == want || type == TW_NO_TYPE)
        return 1;
    return want == TW_FLOAT && type == TW_INTEGER ? 2 : 0;
}

/* 0: the row does not fit; 1: exactly; 2: with integers widened. */
static int row_fits(const tw_op *op, const enum tw_type *types, size_t n) {
    const char *letters = op->types + 2;
    size_t arity = strlen(letters);
    bool more = arity && letters[arity - 1] == '+';
    arity -= more;
    if (n < arity || (n > arity && !more))
        return 0;
    int fit = 1;
    for (size_t i = 0; i < n; i++) {
        int one = suits(letters[TW_MIN(i, arity - 1)], types[i]);
        if (!one)
            return 0;
        fit = TW_MAX(fit, one);
    }
    return fit;
}

static char letter_of(const tw_op *op, size_t i) {
    size_t arity = strlen(op->types + 2);
    arity -= op->types[arity + 1] == '+';
    return op->types[2 + TW_MIN(i, arity - 1)];
}

const tw_op *tw_op_resolve(tw_str name, const enum tw_type *types, size_t n, bool *widened) {
    const tw_op *wide = NULL, *op;
    for (size_t i = 0; (op = tw_op_at(i)) != NULL; i++) {
        if (!tw_str_eq_nocase(name, tw_str_c(op->name)))
            continue;
        int fit = row_fits(op, types, n);
        if (fit == 1)
            return op;
        if (fit == 2 && !wide)
            wide = op;
    }
    for (size_t i = 0; wide && widened && i < n; i++)
        widened[i] = suits(letter_of(wide, i), types[i]) == 2;
    return wide;
}

/* What is made of nothing but null takes the type its place asks for. */
static void take_type(tw_node *node, enum tw_type type) {
    if (node->type != TW_NO_TYPE)
        return;
    node->type = type;
    for (size_t i = 0; i < node->n; i++)
        take_type(node->args[i], type);
}

/* A pointer appended to a list in the arena. */
static enum tw_rc remember(checker *c, tw_node *node) {
    tw_checked *out = c->out;
    tw_node **bigger =
        tw_arena_grow(c->arena, out->prepared, out->n_prepared, &out->prepared_room, sizeof(tw_node *));
    if (!bigger)
        return tw_fail_memory(c->err);
    out->prepared = bigger;
    out->prepared[out->n_prepared++] = node;
    return TW_OK;
}

static enum tw_rc add_input(checker *c, int column, int *slot) {
    tw_checked *out = c->out;
    const tw_field *field = tw_table_field(c->schema, (size_t)column);
    for (size_t i = 0; i < out->n_inputs; i++) {
        if (out->inputs[i].column == column) {
            *slot = (int)i;
            return TW_OK;
        }
    }
    tw_input *bigger = tw_arena_grow(c->arena, out->inputs, out->n_inputs, &out->inputs_room, sizeof *bigger);
    tw_str name = tw_arena_str(c->arena, tw_str_c(field->name));
    out->inputs = bigger ? bigger : out->inputs;
    if (!bigger || !name.p)
        return tw_fail_memory(c->err);
    *slot = (int)out->n_inputs;
    out->inputs[out->n_inputs++] = (tw_input){name, field->type, column};
    return TW_OK;
}

static enum tw_rc check_column(checker *c, tw_node *node) {
    int column;
    tw_str name = node->kind == TW_NODE_AGGREGATE ? node->value.text : node->name;
    enum tw_rc rc = tw_table_require(c->schema, name, &column, c->err);
    if (rc != TW_OK)
        return rc;
    node->type = tw_table_field(c->schema, (size_t)column)->type;
    return add_input(c, column, &node->column);
}

/* args[i] as seen through a conversion that is not printed. */
static enum tw_rc convert(checker *c, tw_node *parent, size_t i, const char *by) {
    tw_node *inner = parent->args[i], *node = tw_node_new(c->arena, TW_NODE_WIDEN, inner->at, 1);
    if (!node)
        return tw_fail_memory(c->err);
    node->args[0] = inner;
    node->op = tw_op_resolve(tw_str_c(by), &inner->type, 1, NULL);
    if (!node->op)
        TW_BUG("no conversion of that name");
    node->type = tw_letter_type(node->op->types[0]);
    const tw_cell *constant = tw_node_constant(inner);
    if (constant && node->type == TW_FLOAT) {
        node->value = tw_cell_f64((double)constant->i);
        node->folded = true;
    }
    parent->args[i] = node;
    return TW_OK;
}

/* One cell as a block of one row; texts and bits in `room`. */
static tw_vec vec_of(const tw_cell *cell, uint64_t room[2], const uint64_t *one) {
    if (cell->type == TW_TEXT)
        return (tw_vec){.s = &cell->text, .valid = one};
    if (cell->type == TW_FLOAT)
        return (tw_vec){.f = &cell->f, .valid = one};
    if (cell->type != TW_BOOLEAN)
        return (tw_vec){.i = &cell->i, .valid = one};
    room[0] = (uint64_t)cell->i;
    return (tw_vec){.bits = room, .valid = one};
}

static bool all_constant(const tw_node *node) {
    for (size_t i = 0; i < node->n; i++)
        if (!tw_node_constant(node->args[i]))
            return false;
    return node->n > 0 && node->n <= TW_OP_ARGS;
}

static void set_folded(tw_node *node, double number, int64_t whole, tw_str text) {
    node->folded = true;
    node->value = (tw_cell){.state = TW_VALUE, .type = node->type};
    if (node->type == TW_TEXT)
        node->value.text = text;
    else if (node->type == TW_FLOAT)
        node->value.f = number;
    else
        node->value.i = whole;
}

/* Works a call of constants out. A fault leaves it for every row to count, but for a date that is none. */
static enum tw_rc fold(checker *c, tw_node *node) {
    const uint64_t one = 1;
    uint64_t bits[TW_OP_ARGS][2] = {{0}}, valid = 0, truth = 0;
    double number = 0;
    int64_t whole = 0;
    tw_str text = {NULL, 0};
    tw_expr_faults faults = {0};
    tw_call call = {.n = node->n, .rows = 1, .words = 1, .data = node->data, .active = &one, .faults = &faults,
                    .texts = c->arena, .arg_type = node->args[0]->type, .out = {.valid = &valid}};
    for (size_t i = 0; i < node->n; i++)
        call.args[i] = vec_of(&node->args[i]->value, bits[i], &one);
    if (node->type == TW_TEXT)
        call.out.s = &text;
    else if (node->type == TW_FLOAT)
        call.out.f = &number;
    else if (node->type == TW_BOOLEAN)
        call.out.bits = &truth;
    else
        call.out.i = &whole;
    node->op->run(&call);
    if (call.failed)
        return tw_fail_memory(c->err);
    char x[64];
    if (faults.bad_date && node->args[0]->type == TW_TEXT)
        return tw_expr_fault(c->err, node->at, "%s is no %s; dates are written date('2024-01-31'), moments "
                             "datetime('2024-01-31 12:30'), others with a pattern: date('31.1.2024', '%%d.%%m.%%Y')",
                             tw_node_excerpt(node->args[0], x), node->op->name);
    if (valid & 1)
        set_folded(node, number, node->type == TW_BOOLEAN ? (int64_t)(truth & 1) : whole, text);
    return TW_OK;
}

/* Constants under the capital letters go to prepare. */
static enum tw_rc prepare(checker *c, tw_node *node) {
    tw_cell constants[TW_OP_ARGS];
    size_t n = 0;
    for (size_t i = 0; i < node->n && i < TW_OP_ARGS; i++) {
        char letter = letter_of(node->op, i);
        if (letter < 'A' || letter > 'Z')
            continue;
        const tw_cell *constant = tw_node_constant(node->args[i]);
        if (!constant)
            return tw_complain_call(node, c->schema, c->err);
        constants[n++] = *constant;
    }
    if (!node->op->prepare)
        return TW_OK;
    tw_error inner = TW_ERROR_INIT;
    enum tw_rc rc = remember(c, node);
    if (rc == TW_OK)
        rc = node->op->prepare(constants, n, &node->data, &inner);
    if (rc == TW_EPARSE)
        return tw_expr_fault(c->err, node->at, "%s", inner.message);
    if (rc != TW_OK && c->err)
        *c->err = inner;
    return rc;
}

static bool compares(const tw_node *node) {
    return strchr("<>=!", node->name.p[0]) != NULL;
}

static enum tw_rc check_call(checker *c, tw_node *node) {
    enum tw_type few[16], *types = few;
    bool few_widened[16] = {false}, *widened = few_widened;
    if (node->n > TW_COUNT(few)) {
        types = tw_arena_alloc(c->arena, node->n, sizeof *types);
        widened = tw_arena_alloc(c->arena, node->n, sizeof *widened);
        if (!types || !widened)
            return tw_fail_memory(c->err);
    }
    bool null = false;
    for (size_t i = 0; i < node->n; i++) {
        types[i] = node->args[i]->type;
        null |= types[i] == TW_NO_TYPE;
    }
    if (null && node->n == 2 && compares(node))
        return tw_complain_pair(node->args[0], node->args[1], "compares with", c->schema, c->err);
    node->op = tw_op_resolve(node->name, types, node->n, widened);
    if (!node->op || node->op->name[0] == '\0')
        return tw_complain_call(node, c->schema, c->err);
    node->name = tw_str_c(node->op->name);
    node->type = tw_letter_type(node->op->types[0]);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i < node->n; i++) {
        char letter = letter_of(node->op, i);
        if (widened[i])
            rc = convert(c, node, i, "");
        else if (letter == 'x' && types[i] != TW_TEXT && types[i] != TW_NO_TYPE)
            rc = convert(c, node, i, "text");
        else if (types[i] == TW_NO_TYPE)
            take_type(node->args[i], letter == 'x' ? TW_TEXT : tw_letter_type((char)(letter | 0x20)));
    }
    if (rc == TW_OK)
        rc = prepare(c, node);
    bool chain = node->n > TW_OP_ARGS || (strchr(node->op->types, '+') && node->n > 2);
    return rc == TW_OK && !chain && !node->negated && all_constant(node) ? fold(c, node) : rc;
}

/* One type for the arguments from `from` on, every `step`-th; nulls take it, integers widen to float. */
static enum tw_rc unify(checker *c, tw_node *node, size_t from, size_t step, bool last_too, const char *what,
                        enum tw_type *out) {
    tw_node *first = NULL;
    bool wide = false;
    *out = TW_NO_TYPE;
    for (size_t i = from; i < node->n; i++) {
        tw_node *arg = node->args[i];
        bool member = (i - from) % step == 0 || (last_too && i + 1 == node->n);
        if (!member || arg->type == TW_NO_TYPE)
            continue;
        bool numbers = first && suits('f', first->type) && suits('f', arg->type);
        if (first && arg->type != *out && !numbers)
            return tw_complain_pair(first, arg, what, c->schema, c->err);
        wide |= first && arg->type != first->type;
        first = first ? first : arg;
        *out = wide ? TW_FLOAT : first->type;
    }
    for (size_t i = from; i < node->n; i++) {
        bool member = (i - from) % step == 0 || (last_too && i + 1 == node->n);
        enum tw_rc rc = TW_OK;
        if (member && node->args[i]->type == TW_NO_TYPE)
            take_type(node->args[i], *out);
        else if (member && *out == TW_FLOAT && node->args[i]->type == TW_INTEGER)
            rc = convert(c, node, i, "");
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

static enum tw_rc want_condition(checker *c, tw_node *node) {
    take_type(node, TW_BOOLEAN);
    return node->type == TW_BOOLEAN ? TW_OK : tw_complain_condition(node, c->err);
}

static enum tw_rc check_chain(checker *c, tw_node *node) {
    enum tw_rc rc = TW_OK;
    node->type = TW_BOOLEAN;
    for (size_t i = 0; rc == TW_OK && i < node->n; i++)
        rc = want_condition(c, node->args[i]);
    return rc;
}

/* `in` may hold null among its values; the value looked for, and bounds, may not be null themselves. */
static enum tw_rc check_membership(checker *c, tw_node *node) {
    enum tw_type type;
    size_t strict = node->kind == TW_NODE_IN ? 1 : node->n;
    for (size_t i = 0; i < strict; i++)
        if (node->args[i]->kind == TW_NODE_NULL)
            return tw_expr_fault(c->err, node->args[i]->at, "null stands where a value is compared; write x is null");
    enum tw_rc rc = unify(c, node, 0, 1, false, "compares with", &type);
    if (rc == TW_OK && node->kind == TW_NODE_BETWEEN && type == TW_BOOLEAN)
        return tw_expr_fault(c->err, node->at, "true and false have no order; write == or !=");
    node->type = TW_BOOLEAN;
    return rc;
}

static enum tw_rc too_many(checker *c, const tw_node *node) {
    return tw_expr_fault(c->err, node->at, "%zu arguments are more than the %d of %.*s(); use map_values for long lists",
                         node->n, MANY, TW_ARG(node->name));
}

/* if(c, a, c2, b, …[, otherwise]): conditions at even places but for a last odd one out. */
static enum tw_rc check_if(checker *c, tw_node *node) {
    bool has_else = node->n % 2 == 1;
    if (node->n > MANY)
        return too_many(c, node);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i + 1 < node->n; i += 2)
        rc = want_condition(c, node->args[i]);
    return rc == TW_OK ? unify(c, node, 1, 2, has_else, "goes together with", &node->type) : rc;
}

static enum tw_rc check_coalesce(checker *c, tw_node *node) {
    return node->n > MANY ? too_many(c, node) : unify(c, node, 0, 1, false, "goes together with", &node->type);
}

static enum tw_rc check_is_null(checker *c, tw_node *node) {
    node->type = TW_BOOLEAN;
    if (node->args[0]->type == TW_NO_TYPE)
        return tw_expr_fault(c->err, node->at, "null is always null; write the name of a column");
    return TW_OK;
}

static enum tw_rc check_leaf(checker *c, tw_node *node) {
    return node->kind == TW_NODE_COLUMN ? check_column(c, node) : TW_OK;
}

static enum tw_rc check(checker *c, tw_node *node) {
    static enum tw_rc (*const checks[])(checker * c, tw_node * node) = {
        [TW_NODE_LITERAL] = check_leaf, [TW_NODE_NULL] = check_leaf,      [TW_NODE_COLUMN] = check_leaf,
        [TW_NODE_CALL] = check_call,    [TW_NODE_AND] = check_chain,      [TW_NODE_OR] = check_chain,
        [TW_NODE_IN] = check_membership, [TW_NODE_BETWEEN] = check_membership,
        [TW_NODE_IS_NULL] = check_is_null, [TW_NODE_IF] = check_if,       [TW_NODE_COALESCE] = check_coalesce,
        [TW_NODE_AGGREGATE] = check_column, [TW_NODE_WIDEN] = check_leaf};
    size_t n = node->kind == TW_NODE_AGGREGATE ? 0 : node->n; /* its arguments are of another table */
    for (size_t i = 0; i < n; i++) {
        enum tw_rc rc = check(c, node->args[i]);
        if (rc != TW_OK)
            return rc;
    }
    return checks[node->kind](c, node);
}

enum tw_rc tw_expr_check(tw_node *root, const tw_table *schema, tw_arena *arena, tw_checked *out, tw_error *err) {
    checker c = {.schema = schema, .arena = arena, .out = out, .err = err};
    *out = (tw_checked){0};
    enum tw_rc rc = check(&c, root);
    if (rc == TW_OK && root->type == TW_NO_TYPE)
        rc = tw_expr_fault(err, root->at, "null alone has no type; write number(null), text(null) or date(null)");
    if (rc != TW_OK)
        tw_checked_release(out);
    return rc;
}

void tw_checked_release(tw_checked *checked) {
    for (size_t i = 0; i < checked->n_prepared; i++) {
        tw_node *node = checked->prepared[i];
        if (node->op->release)
            node->op->release(node->data);
        node->data = NULL;
    }
    checked->n_prepared = 0;
}
