/* Precedence climbing over a table of infix operators.
 *
 * Recursion is bounded by a nesting budget, and trees by TW_EXPR_DEPTH, so that a megabyte of brackets is an error and
 * no overflow. `and` and `or` become one node with many arguments: generated filters with thousands of alternatives
 * stay flat. Comparisons do not chain: `a < b < c` is refused with what to write. */
#include "expr/parse.h"

#include <math.h>

#include "expr/lex.h"

enum { OR = 1, AND, NOT, COMPARE, JOIN, ADD, MULTIPLY, MINUS, POWER, PRIMARY };

static const struct {
    const char *sign;
    int level;
} infix[] = {
    {"or", OR},    {"and", AND},   {"==", COMPARE}, {"!=", COMPARE}, {"<", COMPARE},   {"<=", COMPARE},
    {">", COMPARE}, {">=", COMPARE}, {"..", JOIN},    {"+", ADD},      {"-", ADD},       {"*", MULTIPLY},
    {"/", MULTIPLY}, {"//", MULTIPLY}, {"%", MULTIPLY}, {"^", POWER},
};

/* Words of other languages at the place of an operator, and what to write instead. */
static const struct {
    const char *word, *write;
} foreign[] = {
    {"like", "write matches '^regex$', starts_with(), ends_with() or contains()"},
    {"ilike", "write contains(lower(name), 'part') or matches '(?i)regex'"},
    {"rlike", "write matches 'regex'"},
    {"regexp", "write matches 'regex'"},
    {"div", "write a // b"},
    {"mod", "write a % b"},
    {"xor", "write a != b"},
};

typedef struct parser {
    tw_lexer lexer;
    tw_token token; /* the one looked at */
    int nesting;
    tw_arena *arena;
    tw_error *err;
} parser;

static enum tw_rc parse_level(parser *p, int level, tw_node **out);

static enum tw_rc advance(parser *p) {
    return tw_lex_next(&p->lexer, &p->token, p->err);
}

/* Sets the node's depth from its arguments. */
static enum tw_rc settle(parser *p, tw_node *node) {
    for (size_t i = 0; i < node->n; i++)
        node->depth = TW_MAX(node->depth, node->args[i]->depth + 1);
    if (node->depth > TW_EXPR_DEPTH)
        return tw_expr_fault(p->err, node->at, "nested more than %d deep; split it into several steps", TW_EXPR_DEPTH);
    return TW_OK;
}

static enum tw_rc enter(parser *p) {
    if (++p->nesting > TW_EXPR_DEPTH)
        return tw_expr_fault(p->err, p->token.at, "nested more than %d deep; split it into several steps", TW_EXPR_DEPTH);
    return TW_OK;
}

/* What stands at the cursor, for messages. */
static const char *seen(const parser *p, char out[64]) {
    if (p->token.kind == TW_TOKEN_END)
        return "the end";
    snprintf(out, 64, "'%.*s'", (int)TW_MIN(p->token.raw.n, (size_t)48), p->token.raw.p);
    return out;
}

static enum tw_rc expect_sign(parser *p, const char *sign, const char *why) {
    char text[64];
    if (!tw_token_is_sign(&p->token, sign))
        return tw_expr_fault(p->err, p->token.at, "'%s' is wanted before %s: %s", sign, seen(p, text), why);
    return advance(p);
}

/* A growing list of nodes; moved into the arena at the end. */
typedef struct node_list {
    tw_node **at;
    size_t n, room;
} node_list;

static enum tw_rc list_add(parser *p, node_list *list, tw_node *node) {
    tw_node **bigger = tw_arena_grow(p->arena, list->at, list->n, &list->room, sizeof(tw_node *));
    if (!bigger)
        return tw_fail_memory(p->err);
    list->at = bigger;
    list->at[list->n++] = node;
    return TW_OK;
}

static enum tw_rc make(parser *p, enum tw_node_kind kind, unsigned at, const node_list *args, tw_node **out) {
    tw_node *node = tw_node_new(p->arena, kind, at, 0);
    if (!node)
        return tw_fail_memory(p->err);
    node->args = args->at;
    node->n = args->n;
    *out = node;
    return settle(p, node);
}

static enum tw_rc make_call(parser *p, tw_str name, unsigned at, const node_list *args, tw_node **out) {
    enum tw_rc rc = make(p, TW_NODE_CALL, at, args, out);
    if (rc == TW_OK)
        (*out)->name = name;
    return rc;
}

static enum tw_rc make_literal(parser *p, tw_cell value, unsigned at, tw_node **out) {
    tw_node *node = tw_node_new(p->arena, TW_NODE_LITERAL, at, 0);
    if (!node)
        return tw_fail_memory(p->err);
    node->value = value;
    node->type = value.type;
    *out = node;
    return TW_OK;
}

/* Expressions separated by commas up to ')'. */
static enum tw_rc parse_list(parser *p, const char *why, node_list *list) {
    while (!tw_token_is_sign(&p->token, ")")) {
        tw_node *item;
        enum tw_rc rc = parse_level(p, OR, &item);
        if (rc == TW_OK)
            rc = list_add(p, list, item);
        if (rc != TW_OK)
            return rc;
        if (tw_token_is_sign(&p->token, ")"))
            break;
        rc = expect_sign(p, ",", why);
        if (rc != TW_OK)
            return rc;
    }
    return expect_sign(p, ")", why);
}

static int infix_level(const parser *p, tw_str *sign);
static bool is_postfix(const parser *p);

/* What SQL writes as count(*) and count(distinct x): the sign or word is stepped over. */
static enum tw_rc parse_count_word(parser *p, tw_str *name) {
    if (!tw_str_eq_nocase(*name, TW_STR("count")))
        return TW_OK;
    parser before = *p;
    tw_str sign;
    bool star = tw_token_is_sign(&p->token, "*"), distinct = tw_token_is_word(&p->token, "distinct");
    enum tw_rc rc = star || distinct ? advance(p) : TW_OK;
    if (rc != TW_OK || (!star && !distinct) || (star && tw_token_is_sign(&p->token, ")")))
        return rc;
    if (star || p->token.kind == TW_TOKEN_END || tw_token_is_sign(&p->token, ")") || tw_token_is_sign(&p->token, ",") ||
        infix_level(p, &sign) || is_postfix(p))
        *p = before; /* a column of that name */
    else
        *name = TW_STR("count_distinct");
    return TW_OK;
}

static enum tw_rc parse_call(parser *p, tw_str name, unsigned at, tw_node **out) {
    node_list args = {0};
    enum tw_rc rc = advance(p);
    if (rc == TW_OK)
        rc = parse_count_word(p, &name);
    if (rc == TW_OK)
        rc = parse_list(p, "arguments of a function stand in brackets, with commas between", &args);
    if (rc != TW_OK)
        return rc;
    bool is_if = tw_str_eq_nocase(name, TW_STR("if"));
    if (!is_if && !tw_str_eq_nocase(name, TW_STR("coalesce")))
        return make_call(p, name, at, &args, out);
    if (args.n < (is_if ? 2 : 1))
        return tw_expr_fault(p->err, at, is_if ? "if() takes a condition and a value; write if(condition, value, otherwise)"
                                               : "coalesce() takes at least one argument");
    rc = make(p, is_if ? TW_NODE_IF : TW_NODE_COALESCE, at, &args, out);
    if (rc == TW_OK)
        (*out)->name = name;
    return rc;
}

static enum tw_rc parse_number(parser *p, bool negative, tw_node **out) {
    unsigned at = p->token.at;
    tw_str digits = p->token.text;
    char text[512];
    int64_t whole;
    double number;
    if (digits.n + 2 > sizeof text)
        return tw_expr_fault(p->err, at, "a number of %zu digits; shorten it", digits.n);
    text[0] = '-';
    memcpy(text + 1, digits.p, digits.n);
    tw_str written = {negative ? text : text + 1, digits.n + negative};
    tw_cell value;
    if (p->token.kind == TW_TOKEN_INTEGER) {
        if (!tw_parse_i64(written, &whole))
            return tw_expr_fault(p->err, at, "%.*s does not fit into 64 bits; write it with a decimal point to get a float",
                                 TW_ARG(digits));
        value = tw_cell_i64(TW_INTEGER, whole);
    } else {
        if (!tw_parse_f64(written, &number, false) || number - number != 0)
            return tw_expr_fault(p->err, at, "%.*s is no number that a float can hold", TW_ARG(digits));
        value = tw_cell_f64(number);
    }
    enum tw_rc rc = advance(p);
    return rc == TW_OK ? make_literal(p, value, at, out) : rc;
}

static enum tw_rc parse_word(parser *p, tw_node **out) {
    tw_token word = p->token;
    char text[64];
    if (tw_token_is_word(&word, "not") || tw_token_is_word(&word, "and") || tw_token_is_word(&word, "or") ||
        tw_token_is_word(&word, "in") || tw_token_is_word(&word, "is") || tw_token_is_word(&word, "between") ||
        tw_token_is_word(&word, "matches"))
        return tw_expr_fault(p->err, word.at, "a value is wanted before %s; a column of that name goes between backquotes%s",
                             seen(p, text), tw_token_is_word(&word, "not") ? ", a condition in brackets" : "");
    enum tw_rc rc = advance(p);
    if (rc != TW_OK)
        return rc;
    if (tw_token_is_sign(&p->token, "(") && !tw_word_is_reserved(word.text))
        return parse_call(p, word.text, word.at, out);
    if (tw_token_is_word(&word, "true") || tw_token_is_word(&word, "false"))
        return make_literal(p, tw_cell_i64(TW_BOOLEAN, tw_token_is_word(&word, "true")), word.at, out);
    bool is_null = tw_token_is_word(&word, "null");
    tw_node *node = tw_node_new(p->arena, is_null ? TW_NODE_NULL : TW_NODE_COLUMN, word.at, 0);
    if (!node)
        return tw_fail_memory(p->err);
    node->name = word.text;
    *out = node;
    return TW_OK;
}

static enum tw_rc parse_bracket(parser *p, tw_node **out) {
    enum tw_rc rc = advance(p);
    if (rc == TW_OK)
        rc = parse_level(p, OR, out);
    return rc == TW_OK ? expect_sign(p, ")", "a bracket is open") : rc;
}

static enum tw_rc parse_quoted(parser *p, tw_node **out) {
    tw_node *node = tw_node_new(p->arena, TW_NODE_COLUMN, p->token.at, 0);
    if (!node)
        return tw_fail_memory(p->err);
    node->name = p->token.text;
    *out = node;
    return advance(p);
}

static enum tw_rc parse_primary(parser *p, tw_node **out) {
    char text[64];
    tw_token token = p->token;
    if (token.kind == TW_TOKEN_INTEGER || token.kind == TW_TOKEN_FLOAT)
        return parse_number(p, false, out);
    if (token.kind == TW_TOKEN_NAME)
        return parse_word(p, out);
    if (token.kind == TW_TOKEN_QUOTED)
        return parse_quoted(p, out);
    if (tw_token_is_sign(&token, "("))
        return parse_bracket(p, out);
    if (token.kind != TW_TOKEN_TEXT)
        return tw_expr_fault(p->err, token.at, "a column, number, text or bracket is wanted before %s", seen(p, text));
    enum tw_rc rc = advance(p);
    return rc == TW_OK ? make_literal(p, tw_cell_text(token.text), token.at, out) : rc;
}

/* Level of the infix operator at the cursor, 0 = none; its canonical sign in *sign. */
static int infix_level(const parser *p, tw_str *sign) {
    for (size_t i = 0; i < TW_COUNT(infix); i++) {
        if (!tw_token_is_sign(&p->token, infix[i].sign) && !tw_token_is_word(&p->token, infix[i].sign))
            continue;
        *sign = tw_str_c(infix[i].sign);
        return infix[i].level;
    }
    return 0;
}

static bool is_zero(const tw_node *node) {
    return node->kind == TW_NODE_LITERAL && node->value.type == TW_INTEGER && node->value.i == 0;
}

/* A minus before a number belongs to it, unless a power follows: -2 ^ 2 is -(2 ^ 2). Before a whole 0 it is dropped: -0
 * is read as 0, so that a kept one would be lost by printing and reading again. */
static enum tw_rc parse_minus(parser *p, tw_node **out) {
    unsigned at = p->token.at;
    enum tw_rc rc = advance(p);
    if (rc != TW_OK)
        return rc;
    if (p->token.kind == TW_TOKEN_INTEGER || p->token.kind == TW_TOKEN_FLOAT) {
        parser before = *p;
        rc = parse_number(p, true, out);
        if (rc != TW_OK || !tw_token_is_sign(&p->token, "^"))
            return rc;
        *p = before;
    }
    node_list args = {0};
    tw_node *operand;
    rc = parse_level(p, MINUS, &operand);
    if (rc == TW_OK && is_zero(operand)) {
        *out = operand;
        return TW_OK;
    }
    if (rc == TW_OK)
        rc = list_add(p, &args, operand);
    return rc == TW_OK ? make_call(p, TW_STR("-"), at, &args, out) : rc;
}

static enum tw_rc parse_not(parser *p, tw_node **out) {
    unsigned at = p->token.at;
    node_list args = {0};
    tw_node *operand;
    enum tw_rc rc = advance(p);
    if (rc == TW_OK)
        rc = parse_level(p, NOT, &operand);
    if (rc == TW_OK)
        rc = list_add(p, &args, operand);
    return rc == TW_OK ? make_call(p, TW_STR("not"), at, &args, out) : rc;
}

static enum tw_rc parse_prefix(parser *p, int level, tw_node **out) {
    if (tw_token_is_word(&p->token, "not") && level <= NOT)
        return parse_not(p, out);
    if (tw_token_is_sign(&p->token, "-"))
        return parse_minus(p, out);
    if (!tw_token_is_sign(&p->token, "+"))
        return parse_primary(p, out);
    enum tw_rc rc = advance(p);
    return rc == TW_OK ? parse_level(p, MINUS, out) : rc;
}

static enum tw_rc parse_is_null(parser *p, tw_node *left, unsigned at, tw_node **out) {
    char text[64];
    node_list args = {0};
    bool negated = tw_token_is_word(&p->token, "not");
    enum tw_rc rc = negated ? advance(p) : TW_OK;
    if (rc == TW_OK && !tw_token_is_word(&p->token, "null"))
        return tw_expr_fault(p->err, p->token.at, "`null` is wanted before %s; write x is null or x is not null",
                             seen(p, text));
    if (rc == TW_OK)
        rc = advance(p);
    if (rc == TW_OK)
        rc = list_add(p, &args, left);
    if (rc == TW_OK)
        rc = make(p, TW_NODE_IS_NULL, at, &args, out);
    if (rc == TW_OK)
        (*out)->negated = negated;
    return rc;
}

static enum tw_rc parse_in(parser *p, node_list *args, unsigned at, tw_node **out) {
    enum tw_rc rc = expect_sign(p, "(", "the values after `in` stand in brackets: city in ('Oslo', 'Bergen')");
    if (rc == TW_OK && tw_token_is_sign(&p->token, ")"))
        return tw_expr_fault(p->err, p->token.at, "`in ()` holds nothing; name at least one value");
    if (rc == TW_OK)
        rc = parse_list(p, "the values after `in` have commas between", args);
    return rc == TW_OK ? make(p, TW_NODE_IN, at, args, out) : rc;
}

static enum tw_rc parse_between(parser *p, node_list *args, unsigned at, tw_node **out) {
    tw_node *low, *high;
    char text[64];
    enum tw_rc rc = parse_level(p, JOIN, &low);
    if (rc == TW_OK && !tw_token_is_word(&p->token, "and"))
        return tw_expr_fault(p->err, p->token.at, "`and` is wanted before %s; write x between low and high", seen(p, text));
    if (rc == TW_OK)
        rc = advance(p);
    if (rc == TW_OK)
        rc = parse_level(p, JOIN, &high);
    if (rc == TW_OK)
        rc = list_add(p, args, low);
    if (rc == TW_OK)
        rc = list_add(p, args, high);
    return rc == TW_OK ? make(p, TW_NODE_BETWEEN, at, args, out) : rc;
}

static enum tw_rc parse_matches(parser *p, node_list *args, unsigned at, tw_node **out) {
    tw_node *pattern;
    enum tw_rc rc = parse_level(p, JOIN, &pattern);
    if (rc == TW_OK)
        rc = list_add(p, args, pattern);
    return rc == TW_OK ? make_call(p, TW_STR("matches"), at, args, out) : rc;
}

static bool is_postfix(const parser *p) {
    return tw_token_is_word(&p->token, "is") || tw_token_is_word(&p->token, "in") || tw_token_is_word(&p->token, "not") ||
           tw_token_is_word(&p->token, "between") || tw_token_is_word(&p->token, "matches");
}

/* x is [not] null, x [not] in (…), x [not] between a and b, x [not] matches 'regex'. */
static enum tw_rc parse_postfix(parser *p, tw_node *left, tw_node **out) {
    static const struct {
        const char *word;
        enum tw_rc (*parse)(parser *p, node_list *args, unsigned at, tw_node **out);
    } forms[] = {{"in", parse_in}, {"between", parse_between}, {"matches", parse_matches}};
    unsigned at = p->token.at;
    char text[64];
    bool is = tw_token_is_word(&p->token, "is"), negated = tw_token_is_word(&p->token, "not");
    enum tw_rc rc = is || negated ? advance(p) : TW_OK;
    if (rc != TW_OK)
        return rc;
    if (is)
        return parse_is_null(p, left, at, out);
    for (size_t i = 0; i < TW_COUNT(forms); i++) {
        if (!tw_token_is_word(&p->token, forms[i].word))
            continue;
        node_list args = {0};
        rc = advance(p);
        if (rc == TW_OK)
            rc = list_add(p, &args, left);
        if (rc == TW_OK)
            rc = forms[i].parse(p, &args, at, out);
        if (rc == TW_OK)
            (*out)->negated = negated;
        return rc;
    }
    return tw_expr_fault(p->err, p->token.at, "`in`, `between` or `matches` is wanted after `not`, before %s", seen(p, text));
}

/* One more operand for `and`/`or`: the chain stays one node. */
static enum tw_rc parse_chain(parser *p, int level, const char *word, tw_node *first, tw_node **out) {
    node_list args = {0};
    unsigned at = p->token.at;
    enum tw_rc rc = list_add(p, &args, first);
    while (rc == TW_OK && tw_token_is_word(&p->token, word)) {
        tw_node *next;
        rc = advance(p);
        if (rc == TW_OK)
            rc = parse_level(p, level + 1, &next);
        if (rc == TW_OK)
            rc = list_add(p, &args, next);
    }
    return rc == TW_OK ? make(p, level == OR ? TW_NODE_OR : TW_NODE_AND, at, &args, out) : rc;
}

static enum tw_rc parse_binary(parser *p, tw_str sign, int level, tw_node *left, tw_node **out) {
    unsigned at = p->token.at;
    node_list args = {0};
    tw_node *right;
    enum tw_rc rc = advance(p);
    if (rc == TW_OK)
        rc = parse_level(p, level == POWER ? MINUS : level + 1, &right);
    if (rc == TW_OK)
        rc = list_add(p, &args, left);
    if (rc == TW_OK)
        rc = list_add(p, &args, right);
    return rc == TW_OK ? make_call(p, sign, at, &args, out) : rc;
}

static enum tw_rc one_infix(parser *p, int level, tw_str sign, tw_node *left, tw_node **out) {
    if (level <= AND)
        return parse_chain(p, level, level == OR ? "or" : "and", left, out);
    return parse_binary(p, sign, level, left, out);
}

static enum tw_rc refuse_chain(parser *p) {
    return tw_expr_fault(p->err, p->token.at,
                         "comparisons do not chain; write a < b and b < c, or put one of them in brackets");
}

static enum tw_rc parse_level(parser *p, int level, tw_node **out) {
    enum tw_rc rc = enter(p);
    if (rc == TW_OK)
        rc = parse_prefix(p, level, out);
    bool compared = false;
    while (rc == TW_OK) {
        tw_str sign = {0};
        int next = infix_level(p, &sign);
        bool postfix = !next && is_postfix(p);
        if (postfix)
            next = COMPARE;
        if (!next || next < level)
            break;
        if (next == COMPARE && compared) {
            rc = refuse_chain(p);
            break;
        }
        compared = next == COMPARE;
        rc = postfix ? parse_postfix(p, *out, out) : one_infix(p, next, sign, *out, out);
    }
    p->nesting--;
    return rc;
}

static enum tw_rc refuse_rest(parser *p) {
    char text[64];
    for (size_t i = 0; i < TW_COUNT(foreign); i++)
        if (tw_token_is_word(&p->token, foreign[i].word))
            return tw_expr_fault(p->err, p->token.at, "there is no operator %s; %s", foreign[i].word, foreign[i].write);
    bool value = p->token.kind != TW_TOKEN_SIGN;
    return tw_expr_fault(p->err, p->token.at, "%s cannot stand here; %s", seen(p, text),
                         value ? "put an operator before it, and column names with blanks between backquotes"
                               : "remove it or finish what stands before it");
}

static enum tw_rc refuse_size(tw_str source, tw_error *err) {
    return tw_fail(err, TW_ELIMIT, "expression: %zu bytes are more than the %d allowed; split it", source.n,
                   TW_EXPR_BYTES);
}

enum tw_rc tw_expr_parse(tw_str source, tw_arena *arena, tw_node **out, tw_error *err) {
    parser p = {.lexer = {.source = source, .arena = arena}, .arena = arena, .err = err};
    if (source.n > TW_EXPR_BYTES)
        return refuse_size(source, err);
    enum tw_rc rc = advance(&p);
    if (rc == TW_OK && p.token.kind == TW_TOKEN_END)
        return tw_fail(err, TW_EPARSE, "expression: nothing is written; write a condition or a value such as age > 30");
    if (rc == TW_OK)
        rc = parse_level(&p, OR, out);
    if (rc == TW_OK && p.token.kind != TW_TOKEN_END)
        rc = refuse_rest(&p);
    return rc;
}

enum tw_rc tw_expr_parse_item(tw_str source, bool open, size_t *at, tw_arena *arena, tw_node **out, tw_error *err) {
    parser p = {.lexer = {.source = source, .at = *at, .arena = arena}, .arena = arena, .err = err};
    if (source.n > TW_EXPR_BYTES)
        return refuse_size(source, err);
    enum tw_rc rc = advance(&p);
    if (rc == TW_OK)
        rc = parse_level(&p, OR, out);
    bool ended = p.token.kind == TW_TOKEN_END || tw_token_is_sign(&p.token, ",") || tw_token_is_word(&p.token, "as");
    if (rc == TW_OK && !ended && !open)
        rc = refuse_rest(&p);
    *at = p.token.at;
    return rc;
}

static int call_level(const tw_node *node) {
    if (tw_str_eq_c(node->name, "not"))
        return NOT;
    if (tw_str_eq_c(node->name, "matches"))
        return COMPARE;
    if (node->n == 1)
        return tw_str_eq_c(node->name, "-") ? MINUS : PRIMARY;
    for (size_t i = 0; i < TW_COUNT(infix); i++)
        if (tw_str_eq_c(node->name, infix[i].sign))
            return infix[i].level;
    return PRIMARY;
}

int tw_node_level(const tw_node *node) {
    static const int levels[] = {[TW_NODE_LITERAL] = PRIMARY,  [TW_NODE_NULL] = PRIMARY, [TW_NODE_COLUMN] = PRIMARY,
                                 [TW_NODE_AND] = AND,          [TW_NODE_OR] = OR,        [TW_NODE_IN] = COMPARE,
                                 [TW_NODE_BETWEEN] = COMPARE,  [TW_NODE_IS_NULL] = COMPARE, [TW_NODE_IF] = PRIMARY,
                                 [TW_NODE_COALESCE] = PRIMARY, [TW_NODE_AGGREGATE] = PRIMARY,
                                 [TW_NODE_WIDEN] = PRIMARY};
    if (node->kind == TW_NODE_LITERAL &&
        ((node->type == TW_INTEGER && node->value.i < 0) || (node->type == TW_FLOAT && signbit(node->value.f))))
        return MINUS;
    return node->kind == TW_NODE_CALL ? call_level(node) : levels[node->kind];
}
