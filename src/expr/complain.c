/* The language never guesses types across, so its errors have to be the ones that teach it.
 *
 * Every message names the two sides as written with their types and ends with a line to type instead. A text in double
 * quotes that is a column's name is the classic slip of people who know SQL, so it gets its own hint. */
#include "expr/complain.h"

#include "base/args.h"
#include "base/calendar.h"
#include "expr/lex.h"
#include "expr/ops.h"
#include "expr/parse.h"
#include "expr/print.h"
#include "stat/aggregate.h"

const char *tw_node_excerpt(const tw_node *node, char out[64]) {
    enum { SHOWN = 48 };
    tw_buf buf;
    tw_buf_init(&buf, 1024);
    tw_node_print(node, &buf);
    size_t n = TW_MIN(buf.n, (size_t)SHOWN);
    while (n && n < buf.n && ((unsigned char)buf.p[n] & 0xc0) == 0x80)
        n--;
    snprintf(out, 64, "%.*s%s", (int)n, buf.p ? buf.p : "", n < buf.n || buf.failed ? "…" : "");
    tw_buf_fini(&buf);
    return out;
}

static bool is_number(enum tw_type type) {
    return type == TW_INTEGER || type == TW_FLOAT;
}
static bool is_literal_text(const tw_node *node) {
    return node->kind == TW_NODE_LITERAL && node->type == TW_TEXT;
}
static const char *type_word(enum tw_type type) {
    return type == TW_NO_TYPE ? "null" : tw_type_name(type);
}

/* A text that names a column, and the backquotes it should have had; "" when it names none. */
static const char *column_hint(const tw_node *node, const tw_table *schema, char out[160]) {
    out[0] = '\0';
    if (schema && is_literal_text(node) && tw_table_find(schema, node->value.text) >= 0)
        snprintf(out, 160, " (for the column write `%.*s`)", (int)TW_MIN(node->value.text.n, (size_t)64),
                 node->value.text.p);
    return out;
}

/* What to write so that `odd` meets a value of type `want`. */
static void advise(const tw_node *odd, enum tw_type want, const tw_node *other, char *out, size_t size) {
    char x[64], y[64];
    int64_t days, micros;
    double number;
    tw_node_excerpt(odd, x);
    tw_node_excerpt(other, y);
    if (is_literal_text(odd) && is_number(want) && tw_parse_f64(odd->value.text, &number, false))
        snprintf(out, size, "write %.*s without quotes, or text(%s) to compare texts", TW_ARG(odd->value.text), y);
    else if (is_literal_text(odd) && want == TW_DATE && tw_parse_time(odd->value.text, "%Y-%m-%d", &days, &micros))
        snprintf(out, size, "write date(%s)", x);
    else if (is_literal_text(odd) && want == TW_DATE)
        snprintf(out, size, "write date(%s, '%%d.%%m.%%Y') with the pattern that fits, or date('2024-01-31')", x);
    else if (is_literal_text(odd) && want == TW_DATETIME)
        snprintf(out, size, "write datetime(%s)", x);
    else if (is_literal_text(odd) && want == TW_TIME)
        snprintf(out, size, "write time(%s)", x);
    else if (odd->type == TW_TEXT && is_number(want))
        snprintf(out, size, "write number(%s), or text(%s)", x, y);
    else if (is_number(odd->type) && want == TW_TEXT && odd->kind == TW_NODE_LITERAL)
        snprintf(out, size, "write '%s' in quotes, or number(%s)", x, y);
    else if (odd->type == TW_DATETIME && want == TW_DATE)
        snprintf(out, size, "write date(%s), or datetime(%s)", x, y);
    else if (odd->type == TW_BOOLEAN)
        snprintf(out, size, "write %s == true, or number(%s)", x, x);
    else
        snprintf(out, size, "write text(%s) and text(%s) to take both as text", y, x);
}

enum tw_rc tw_complain_pair(const tw_node *a, const tw_node *b, const char *what, const tw_table *schema, tw_error *err) {
    char x[64], y[64], advice[320], hint_a[160], hint_b[160];
    if (a->kind == TW_NODE_NULL || b->kind == TW_NODE_NULL)
        return tw_expr_fault(err, a->at, "nothing %s null; write %s is null", what,
                             tw_node_excerpt(a->kind == TW_NODE_NULL ? b : a, x));
    bool a_is_odd = (is_literal_text(a) && !is_literal_text(b)) || (a->kind == TW_NODE_LITERAL && b->kind == TW_NODE_COLUMN) ||
                    (a->type == TW_DATETIME && b->type == TW_DATE) || a->type == TW_BOOLEAN;
    const tw_node *odd = a_is_odd ? a : b, *other = a_is_odd ? b : a;
    advise(odd, other->type, other, advice, sizeof advice);
    return tw_expr_fault(err, b->at, "%s is %s%s and %s is %s%s, which are never mixed; %s", tw_node_excerpt(a, x),
                         type_word(a->type), column_hint(a, schema, hint_a), tw_node_excerpt(b, y), type_word(b->type),
                         column_hint(b, schema, hint_b), advice);
}

enum tw_rc tw_complain_condition(const tw_node *node, tw_error *err) {
    char x[64];
    tw_node_excerpt(node, x);
    const char *ask = is_number(node->type) ? "!= 0" : node->type == TW_TEXT ? "!= ''" : "is not null";
    return tw_expr_fault(err, node->at, "%s is %s where true or false is wanted; write a condition such as %s %s", x,
                         type_word(node->type), x, ask);
}

/* ctx: a bool, whether aggregates count. */
static const char *function_name(const void *ctx, size_t i) {
    static const char *const forms[] = {"if", "coalesce"};
    const bool *aggregates = ctx;
    for (size_t at = 0; *aggregates && tw_aggregate_at(at); at++)
        if (i-- == 0)
            return tw_aggregate_name(tw_aggregate_at(at));
    for (size_t at = 0;; at++) {
        const tw_op *op = tw_op_at(at);
        if (!op)
            return i < TW_COUNT(forms) ? forms[i] : NULL;
        bool named = op->name[0] && strchr("abcdefghijklmnopqrstuvwxyz", op->name[0]);
        if (named && i-- == 0)
            return op->name;
    }
}

enum tw_rc tw_complain_function(const tw_node *node, const tw_table *schema, bool aggregates, tw_error *err) {
    static const struct {
        const char *word, *write;
    } known[] = {
        {"log", "write ln(x) or log10(x)"},       {"len", "write length(x)"},
        {"ifelse", "write if(condition, a, b)"},  {"iif", "write if(condition, a, b)"},
        {"case", "write if(condition, a, b)"},    {"now", "write the moment as datetime('2024-01-31 12:00')"},
        {"today", "write the day as date('2024-01-31')"}, {"isnull", "write x is null"},
        {"ifnull", "write coalesce(x, y)"},       {"cast", "write number(x), integer(x), text(x) or date(x)"},
        {"toupper", "write upper(x)"},            {"tolower", "write lower(x)"},
        {"max", "write greatest(a, b)"},          {"min", "write least(a, b)"},
        {"nchar", "write length(x)"},             {"random", "use a mask or augment step with a seed"},
        {"percentile", "write quantile(x, 0.9)"}, {"nunique", "write count_distinct(x)"},
        {"n", "write count()"},                   {"size", "write count()"},
        {"std", "write sd(x)"},                   {"stdev", "write sd(x)"},
        {"average", "write mean(x)"},             {"total", "write sum(x)"},
    };
    int name = (int)TW_MIN(node->name.n, (size_t)64);
    for (size_t i = 0; i < TW_COUNT(known); i++)
        if (tw_str_eq_nocase(node->name, tw_str_c(known[i].word)))
            return tw_fail(err, TW_EUNKNOWN_NAME, "function '%.*s': there is none of that name; %s", name, node->name.p,
                           known[i].write);
    if (tw_aggregate_find(node->name))
        return tw_fail(err, TW_EUNKNOWN_NAME, "function '%.*s': it takes many rows and not the cells of one; write it "
                                              "in group or pivot", name, node->name.p);
    const char *near = tw_nearest(node->name, function_name, &aggregates);
    bool column = schema && tw_table_find(schema, node->name) >= 0;
    if (near)
        return tw_fail(err, TW_EUNKNOWN_NAME, "function '%.*s': there is none of that name; did you mean %s()?", name,
                       node->name.p, near);
    return tw_fail(err, TW_EUNKNOWN_NAME, "function '%.*s': there is none of that name; %s", name, node->name.p,
                   column ? "it is a column: put an operator before the bracket" : "doc/expressions.md lists them");
}

static size_t op_arity(const tw_op *op, bool *more) {
    size_t n = strlen(op->types) - 2;
    *more = op->types[n + 1] == '+';
    return n - *more;
}

static const char *letter_word(char letter) {
    enum tw_type type = tw_letter_type((char)(letter | 0x20));
    return letter == '*' || letter == 'x' ? "anything" : type == TW_NO_TYPE ? "a value" : tw_type_name(type);
}

/* "lower(text)", "round(float, integer)" */
static void signature(const tw_op *op, char *out, size_t size) {
    bool more;
    size_t arity = op_arity(op, &more), at = 0;
    at += (size_t)snprintf(out, size, "%s(", op->name);
    for (size_t i = 0; i < arity && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s%s", i ? ", " : "",
                               op->types[2 + i] < 'a' && op->types[2 + i] != '*' ? "constant " : "",
                               letter_word(op->types[2 + i]));
    if (at < size)
        snprintf(out + at, size - at, "%s)", more ? ", …" : "");
}

static bool is_arithmetic(tw_str name) {
    return name.n <= 2 && strchr("+-*/%^", name.p[0]);
}

static enum tw_rc complain_operator(const tw_node *node, const tw_table *schema, tw_error *err) {
    char x[64], hint[160];
    for (size_t i = 0; i < node->n; i++) {
        const tw_node *arg = node->args[i];
        tw_node_excerpt(arg, x);
        column_hint(arg, schema, hint);
        if (tw_str_eq_c(node->name, "..") && arg->type != TW_TEXT)
            return tw_expr_fault(err, arg->at, "%s is %s, and .. joins texts; write text(%s)", x, type_word(arg->type), x);
        if (tw_str_eq_c(node->name, "..") || is_number(arg->type))
            continue;
        if (arg->type == TW_TEXT)
            return tw_expr_fault(err, arg->at, "%s is text%s, and %.*s takes numbers; write number(%s)%s", x, hint,
                                 TW_ARG(node->name), x,
                                 tw_str_eq_c(node->name, "+") ? ", or .. to join texts" : "");
        if (arg->type == TW_BOOLEAN)
            return tw_expr_fault(err, arg->at, "%s is boolean, and %.*s takes numbers; write integer(%s)", x,
                                 TW_ARG(node->name), x);
    }
    if (node->n == 2 && (node->args[0]->type == TW_DATETIME || node->args[1]->type == TW_DATETIME))
        return tw_expr_fault(err, node->at, "%.*s does not work on datetimes; write date_diff('hour', from, to) or "
                                            "date_add('hour', 1, column)", TW_ARG(node->name));
    return tw_expr_fault(err, node->at, "%.*s does not work on %s%s%s; only numbers, date - date and date + days do",
                         TW_ARG(node->name), type_word(node->args[0]->type), node->n > 1 ? " and " : "",
                         node->n > 1 ? type_word(node->args[1]->type) : "");
}

static enum tw_rc complain_arguments(const tw_node *node, const tw_op *op, const tw_table *schema, tw_error *err) {
    char wanted[160], x[64], hint[160];
    bool more;
    signature(op, wanted, sizeof wanted);
    size_t arity = op_arity(op, &more);
    for (size_t i = 0; i < node->n && i < arity; i++) {
        const tw_node *arg = node->args[i];
        char letter = op->types[2 + i];
        enum tw_type want = tw_letter_type((char)(letter | 0x20));
        bool constant = letter >= 'A' && letter <= 'Z';
        tw_node_excerpt(arg, x);
        if (constant && arg->type == want && !tw_node_constant(arg))
            return tw_expr_fault(err, arg->at, "%s must be a constant in %s; write it in quotes", x, wanted);
        if (want == TW_NO_TYPE || arg->type == want || (want == TW_FLOAT && arg->type == TW_INTEGER))
            continue;
        const char *convert = want == TW_FLOAT ? "number" : tw_type_name(want);
        return tw_expr_fault(err, arg->at, "%s is %s%s where %s takes %s; write %s(%s)", x, type_word(arg->type),
                             column_hint(arg, schema, hint), wanted, letter_word(letter), convert, x);
    }
    return tw_expr_fault(err, node->at, "the arguments do not fit together; the form is %s", wanted);
}

/* The row nearest to what was written: same number of arguments and the most fitting types. */
static const tw_op *nearest_row(const tw_node *node, const tw_op **any) {
    const tw_op *best = NULL, *op;
    size_t best_fit = 0;
    *any = NULL;
    for (size_t i = 0; (op = tw_op_at(i)) != NULL; i++) {
        bool more;
        size_t arity = op_arity(op, &more), fit = 1;
        if (!tw_str_eq_nocase(node->name, tw_str_c(op->name)))
            continue;
        *any = *any ? *any : op;
        if (node->n < arity || (node->n > arity && !more))
            continue;
        for (size_t k = 0; k < arity; k++)
            fit += tw_letter_type((char)(op->types[2 + k] | 0x20)) == node->args[k]->type;
        if (fit > best_fit) {
            best = op;
            best_fit = fit;
        }
    }
    return best;
}

enum tw_rc tw_complain_call(const tw_node *node, const tw_table *schema, tw_error *err) {
    char wanted[160];
    const tw_op *any, *op = nearest_row(node, &any);
    if (!any)
        return tw_complain_function(node, schema, false, err);
    bool infix = tw_node_level(node) < 10, comparison = strchr("<>=!", node->name.p[0]) != NULL;
    if (tw_str_eq_c(node->name, "not"))
        return tw_complain_condition(node->args[0], err);
    if (comparison && node->args[0]->type == TW_BOOLEAN && node->args[1]->type == TW_BOOLEAN)
        return tw_expr_fault(err, node->at, "true and false have no order; write == or !=");
    if (comparison)
        return tw_complain_pair(node->args[0], node->args[1], "compares with", schema, err);
    if (op && tw_str_eq_c(node->name, "nullif"))
        return tw_complain_pair(node->args[0], node->args[1], "equals", schema, err);
    if (infix && (is_arithmetic(node->name) || tw_str_eq_c(node->name, "..")))
        return complain_operator(node, schema, err);
    if (op)
        return complain_arguments(node, op, schema, err);
    signature(any, wanted, sizeof wanted);
    return tw_expr_fault(err, node->at, "%zu argument%s where the form is %s", node->n, node->n == 1 ? "" : "s", wanted);
}

/* What to write so that a number is made of a time. */
static const char *as_number(enum tw_type type) {
    static const struct {
        enum tw_type type;
        const char *form;
    } forms[] = {{TW_TEXT, "number(%s)"},
                 {TW_DATE, "%s - date('2000-01-01')"},
                 {TW_DATETIME, "date_diff('second', datetime('2000-01-01'), %s)"},
                 {TW_TIME, "hour(%s)"}};
    for (size_t i = 0; i < TW_COUNT(forms); i++)
        if (forms[i].type == type)
            return forms[i].form;
    return "number(%s)";
}

enum tw_rc tw_complain_aggregate(const tw_node *node, tw_error *err) {
    char x[64], number[200];
    const tw_node *cells = node->args[0];
    tw_node_excerpt(cells, x);
    if (tw_aggregate_has_separator(tw_aggregate_find(node->name)))
        return tw_expr_fault(err, cells->at, "%s is %s, and %.*s() takes texts; write %.*s(text(%s), ', ')", x,
                             type_word(cells->type), TW_ARG(node->name), TW_ARG(node->name), x);
    if (tw_aggregate_type(tw_aggregate_find(node->name), TW_INTEGER) == TW_TYPE_COUNT)
        return tw_complain_condition(cells, err);
    const char *form = as_number(cells->type), *hole = strstr(form, "%s");
    snprintf(number, sizeof number, "%.*s%s%s", (int)(hole - form), form, x, hole + 2);
    return tw_expr_fault(err, cells->at, "%s is %s, and %.*s() takes numbers%s; write %.*s(%s)", x,
                         type_word(cells->type), TW_ARG(node->name),
                         cells->type == TW_TEXT ? "" : ", not times", TW_ARG(node->name), number);
}
