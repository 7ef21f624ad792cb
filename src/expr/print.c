/* One blank around operators, brackets only where precedence asks for them, texts in single quotes, names bare where they
 * can be. Parsing the result gives the same tree: the fuzz target holds that. */
#include "expr/print.h"

#include "base/number.h"
#include "expr/expr.h"
#include "expr/lex.h"
#include "expr/parse.h"

static void quoted(tw_buf *out, tw_str text, char quote) {
    tw_buf_char(out, quote);
    for (size_t i = 0; i < text.n; i++) {
        tw_buf_char(out, text.p[i]);
        if (text.p[i] == quote)
            tw_buf_char(out, quote);
    }
    tw_buf_char(out, quote);
}

bool tw_expr_quote_name(tw_buf *out, tw_str name) {
    if (tw_name_is_bare(name))
        tw_buf_str(out, name);
    else
        quoted(out, name, '`');
    return !out->failed;
}

bool tw_expr_quote_text(tw_buf *out, tw_str text) {
    quoted(out, text, '\'');
    return !out->failed;
}

/* A float keeps a mark of being one: 3.0, 1e+20. */
static void print_float(tw_buf *out, double value) {
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64(text, value);
    tw_buf_add(out, text, n);
    if (!memchr(text, '.', n) && !memchr(text, 'e', n))
        tw_buf_c(out, ".0");
}

static void print_literal(const tw_node *node, tw_buf *out) {
    const tw_cell *cell = &node->value;
    if (cell->type == TW_TEXT)
        tw_expr_quote_text(out, cell->text);
    else if (cell->type == TW_BOOLEAN)
        tw_buf_c(out, cell->i ? "true" : "false");
    else if (cell->type == TW_FLOAT)
        print_float(out, cell->f);
    else
        tw_buf_printf(out, "%lld", (long long)cell->i);
}

/* In brackets when it binds less tightly than `level` asks. */
static void print_at(const tw_node *node, int level, tw_buf *out) {
    while (node->kind == TW_NODE_WIDEN)
        node = node->args[0];
    bool brackets = tw_node_level(node) < level;
    if (brackets)
        tw_buf_char(out, '(');
    tw_node_print(node, out);
    if (brackets)
        tw_buf_char(out, ')');
}

static void print_list(const tw_node *node, size_t from, tw_buf *out) {
    tw_buf_char(out, '(');
    for (size_t i = from; i < node->n; i++) {
        if (i > from)
            tw_buf_c(out, ", ");
        print_at(node->args[i], 0, out);
    }
    tw_buf_char(out, ')');
}

static void print_call(const tw_node *node, tw_buf *out) {
    int level = tw_node_level(node), function = 10;
    bool power = tw_str_eq_c(node->name, "^"), matches = tw_str_eq_c(node->name, "matches");
    if (level >= function) {
        tw_buf_str(out, node->name);
        print_list(node, 0, out);
    } else if (node->n == 1) {
        tw_buf_str(out, node->name);
        if (tw_str_eq_c(node->name, "not"))
            tw_buf_char(out, ' ');
        print_at(node->args[0], level, out);
    } else {
        bool comparison = level == 4;
        print_at(node->args[0], level + (comparison || power), out);
        tw_buf_printf(out, " %s%.*s ", matches && node->negated ? "not " : "", TW_ARG(node->name));
        print_at(node->args[1], power ? level - 1 : level + 1, out);
    }
}

static void print_chain(const tw_node *node, const char *word, tw_buf *out) {
    for (size_t i = 0; i < node->n; i++) {
        if (i)
            tw_buf_c(out, word);
        print_at(node->args[i], tw_node_level(node) + 1, out);
    }
}

static void print_postfix(const tw_node *node, tw_buf *out) {
    int inner = tw_node_level(node) + 1;
    const char *no = node->negated ? "not " : "";
    print_at(node->args[0], inner, out);
    if (node->kind == TW_NODE_IS_NULL) {
        tw_buf_printf(out, " is %snull", no);
    } else if (node->kind == TW_NODE_IN) {
        tw_buf_printf(out, " %sin ", no);
        print_list(node, 1, out);
    } else {
        tw_buf_printf(out, " %sbetween ", no);
        print_at(node->args[1], inner, out);
        tw_buf_c(out, " and ");
        print_at(node->args[2], inner, out);
    }
}

bool tw_node_print(const tw_node *node, tw_buf *out) {
    if (node->kind == TW_NODE_WIDEN)
        print_at(node, 0, out);
    else if (node->kind == TW_NODE_LITERAL)
        print_literal(node, out);
    else if (node->kind == TW_NODE_NULL)
        tw_buf_c(out, "null");
    else if (node->kind == TW_NODE_COLUMN)
        tw_expr_quote_name(out, node->name);
    else if (node->kind == TW_NODE_CALL)
        print_call(node, out);
    else if (node->kind == TW_NODE_AGGREGATE) {
        tw_buf_str(out, node->name);
        print_list(node, 0, out);
    } else if (node->kind == TW_NODE_AND || node->kind == TW_NODE_OR)
        print_chain(node, node->kind == TW_NODE_AND ? " and " : " or ", out);
    else if (node->kind == TW_NODE_IF || node->kind == TW_NODE_COALESCE) {
        tw_buf_c(out, node->kind == TW_NODE_IF ? "if" : "coalesce");
        print_list(node, 0, out);
    } else
        print_postfix(node, out);
    return !out->failed;
}
