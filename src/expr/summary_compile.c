/* An aggregate expression is cut in two. Its calls of aggregates become leaves, each a column of
 * the table of groups that is still to be made; what they hold is compiled against the rows, what
 * is left against that table. So both halves are ordinary expressions, with their checks, widening
 * and messages. */
#include "expr/summary_impl.h"

#include "expr/complain.h"
#include "expr/lex.h"
#include "expr/parse.h"
#include "expr/print.h"

typedef struct compiler {
    tw_summary *out;
    const tw_table *schema;
    const int *keys;
    size_t n_keys;
    tw_error *err;
} compiler;

/* --- from text to trees --- */

static enum tw_rc add_item(compiler *c, tw_summary_item item) {
    tw_summary *s = c->out;
    tw_summary_item *bigger =
        tw_arena_grow(&s->arena, s->items, s->n_items, &s->items_room, sizeof *bigger);
    if (!bigger)
        return tw_fail_memory(c->err);
    s->items = bigger;
    s->items[s->n_items++] = item;
    return TW_OK;
}

static bool is_name(const tw_token *token) {
    return token->kind == TW_TOKEN_QUOTED || token->kind == TW_TOKEN_TEXT ||
           (token->kind == TW_TOKEN_NAME && !tw_word_is_reserved(token->text));
}

static enum tw_rc take_name(compiler *c, const tw_token *token, tw_summary_item *item) {
    if (!token->text.n)
        return tw_expr_fault(c->err, token->at, "the name is empty; write total = sum(x)");
    item->name = tw_arena_str(&c->out->arena, token->text).p;
    item->named = true;
    return item->name ? TW_OK : tw_fail_memory(c->err);
}

/* `NAME =` in front; the cursor stays where none stands. */
static enum tw_rc read_name(compiler *c, tw_lexer *lexer, tw_summary_item *item) {
    tw_lexer ahead = *lexer;
    tw_token name, sign;
    enum tw_rc rc = tw_lex_next(&ahead, &name, c->err);
    if (rc != TW_OK || !is_name(&name))
        return rc;
    rc = tw_lex_next(&ahead, &sign, c->err);
    if (rc != TW_OK || !tw_str_eq_c(sign.raw, "="))
        return rc;
    *lexer = ahead;
    return take_name(c, &name, item);
}

/* `as NAME` behind. */
static enum tw_rc read_as(compiler *c, tw_lexer *lexer, tw_summary_item *item) {
    tw_lexer ahead = *lexer;
    tw_token word, name;
    enum tw_rc rc = tw_lex_next(&ahead, &word, c->err);
    if (rc != TW_OK || !tw_token_is_word(&word, "as"))
        return rc;
    rc = tw_lex_next(&ahead, &name, c->err);
    if (rc == TW_OK && !is_name(&name))
        rc = tw_expr_fault(c->err, name.at, "a name is wanted behind `as`; write sum(x) as total");
    *lexer = ahead;
    return rc == TW_OK ? take_name(c, &name, item) : rc;
}

static enum tw_rc read_item(compiler *c, tw_lexer *lexer, bool open) {
    tw_summary_item item = {0};
    enum tw_rc rc = read_name(c, lexer, &item);
    if (rc == TW_OK)
        rc = tw_expr_parse_item(lexer->source, open, &lexer->at, lexer->arena, &item.root, c->err);
    if (rc == TW_OK && !item.named)
        rc = read_as(c, lexer, &item);
    return rc == TW_OK ? add_item(c, item) : rc;
}

/* The whole text stands in quotes, as it would on a command line: what they hold is meant. */
static enum tw_rc unquote(compiler *c, tw_lexer *lexer) {
    for (;;) {
        tw_lexer ahead = *lexer;
        tw_token text, end;
        enum tw_rc rc = tw_lex_next(&ahead, &text, c->err);
        if (rc != TW_OK || text.kind != TW_TOKEN_TEXT)
            return rc;
        rc = tw_lex_next(&ahead, &end, c->err);
        if (rc != TW_OK || end.kind != TW_TOKEN_END)
            return rc;
        *lexer = (tw_lexer){.source = text.text, .arena = lexer->arena};
    }
}

/* Expressions with commas between; `open`: with blanks, too. */
static enum tw_rc read_list(compiler *c, tw_str text, bool open) {
    tw_lexer lexer = {.arena = &c->out->arena, .source = tw_arena_str(&c->out->arena, text)};
    if (!lexer.source.p)
        return tw_fail_memory(c->err);
    if (!tw_str_trim(text).n)
        return tw_fail(c->err, TW_EPARSE,
                       "aggregate: nothing is written; write one such as mean(age) or count()");
    tw_token next = {.kind = TW_TOKEN_NAME};
    enum tw_rc rc = unquote(c, &lexer);
    while (rc == TW_OK) {
        rc = read_item(c, &lexer, open);
        tw_lexer ahead = lexer;
        if (rc == TW_OK)
            rc = tw_lex_next(&ahead, &next, c->err);
        if (rc != TW_OK || next.kind == TW_TOKEN_END)
            return rc;
        bool comma = tw_token_is_sign(&next, ",");
        if (!comma && !open)
            return tw_expr_fault(c->err, next.at, "a comma is wanted before '%.*s'",
                                 TW_ARG(next.raw));
        lexer = comma ? ahead : lexer;
    }
    return rc;
}

static enum tw_rc read_joined(compiler *c, const tw_str *texts, size_t n) {
    tw_buf joined;
    tw_buf_init(&joined, TW_EXPR_BYTES);
    for (size_t i = 0; i < n; i++) {
        tw_buf_c(&joined, i ? " " : "");
        tw_buf_str(&joined, texts[i]);
    }
    c->out->n_items = 0;
    enum tw_rc rc = tw_buf_check(&joined, c->err);
    if (rc == TW_OK)
        rc = read_list(c, tw_buf_view(&joined), true);
    tw_buf_fini(&joined);
    return rc;
}

/* Words of a line that blanks have cut: what holds a blank was quoted, and stands for itself. */
static bool are_words(const tw_str *texts, size_t n) {
    bool good = n > 1;
    for (size_t i = 0; i < n; i++)
        good &= tw_str_find_char(texts[i], ' ', 0) == SIZE_MAX;
    return good;
}

static enum tw_rc read_all(compiler *c, const tw_str *texts, size_t n) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        rc = read_list(c, texts[i], false);
    if (rc != TW_EPARSE || !are_words(texts, n))
        return rc;
    tw_error *own = c->err, joined = TW_ERROR_INIT;
    c->err = &joined;
    rc = read_joined(c, texts, n);
    c->err = own;
    if (rc == TW_ENOMEM)
        return tw_fail_memory(own);
    return rc == TW_OK ? TW_OK : TW_EPARSE; /* the error of the text alone stands */
}

/* --- the calls --- */

/* In canonical form; p NULL without memory. */
static tw_str printed(compiler *c, const tw_node *node) {
    tw_buf text;
    tw_str copy = {NULL, 0};
    tw_buf_init(&text, TW_BUF_MAX);
    if (tw_node_print(node, &text))
        copy = tw_arena_str(&c->out->arena, tw_buf_view(&text));
    tw_buf_fini(&text);
    return copy;
}

static enum tw_rc refuse_nested(compiler *c, const tw_node *node, tw_str by) {
    char x[64];
    if (node->kind == TW_NODE_CALL && tw_aggregate_find(node->name))
        return tw_expr_fault(
            c->err, node->at,
            "%s stands inside %.*s(), and an aggregate of aggregates takes two steps; group "
            "once, then the result again",
            tw_node_excerpt(node, x), TW_ARG(by));
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < node->n && rc == TW_OK; i++)
        rc = refuse_nested(c, node->args[i], by);
    return rc;
}

/* What stands in its brackets, as one would write it. */
static const char *form_of(const tw_aggregate *aggregate) {
    if (tw_aggregate_has_level(aggregate))
        return "(x, 0.9)";
    return tw_aggregate_has_separator(aggregate) ? "(x, ', ')" : "(x)";
}

static enum tw_rc check_arguments(compiler *c, const tw_node *node, const tw_aggregate *aggregate) {
    const char *name = tw_aggregate_name(aggregate);
    bool two = tw_aggregate_has_level(aggregate) || tw_aggregate_has_separator(aggregate);
    size_t most = two ? 2 : 1, least = tw_aggregate_counts_rows(aggregate) ? 0 : most;
    if (node->n >= least && node->n <= most)
        return refuse_nested(c, &(tw_node){.kind = TW_NODE_IF, .args = node->args, .n = node->n},
                             tw_str_c(name));
    return tw_expr_fault(c->err, node->at, "%zu argument%s where the form is %s%s%s", node->n,
                         node->n == 1 ? "" : "s", name, form_of(aggregate),
                         !least ? " or count()" : "");
}

/* An expression of a part of a tree, kept by the summary. */
static enum tw_rc compile_part(compiler *c, tw_node *node, const tw_table *schema,
                               const tw_expr **out) {
    tw_summary *s = c->out;
    tw_expr *expr = NULL;
    tw_expr **bigger =
        tw_arena_grow(&s->arena, s->exprs, s->n_exprs, &s->exprs_room, sizeof(tw_expr *));
    if (!bigger)
        return tw_fail_memory(c->err);
    s->exprs = bigger;
    enum tw_rc rc = tw_expr_of_tree(node, schema, &expr, c->err);
    if (rc == TW_OK)
        s->exprs[s->n_exprs++] = expr;
    *out = expr;
    return rc;
}

/* The second argument is a constant of its own kind. */
static enum tw_rc read_second(compiler *c, tw_node *node, tw_summary_call *call) {
    const tw_expr *expr;
    enum tw_rc rc = compile_part(c, node, c->schema, &expr);
    if (rc != TW_OK)
        return rc;
    const tw_cell *constant = tw_node_constant(node);
    if (tw_aggregate_has_separator(call->aggregate)) {
        if (!constant || node->type != TW_TEXT)
            return tw_expr_fault(c->err, node->at,
                                 "what stands between the texts is a text; write %s(x, ', ')",
                                 tw_aggregate_name(call->aggregate));
        call->with.separator = constant->text;
        return TW_OK;
    }
    bool number = constant && (node->type == TW_INTEGER || node->type == TW_FLOAT);
    double level = !number ? -1 : node->type == TW_FLOAT ? constant->f : (double)constant->i;
    call->with.level = level;
    if (level >= 0 && level <= 1)
        return TW_OK;
    return tw_expr_fault(
        c->err, node->at,
        "the level of a quantile is a number between 0 and 1; write quantile(x, 0.9)");
}

/* The row expression of a call, and the type of its figure. */
static enum tw_rc compile_inner(compiler *c, tw_node *node, tw_summary_call *call) {
    call->type = TW_INTEGER;
    if (!node->n)
        return TW_OK;
    enum tw_rc rc = compile_part(c, node->args[0], c->schema, &call->inner);
    if (rc != TW_OK)
        return rc;
    call->type = tw_aggregate_type(call->aggregate, tw_expr_type(call->inner));
    if (call->type == TW_TYPE_COUNT)
        return tw_complain_aggregate(node, c->err);
    size_t n;
    const int *columns = tw_expr_columns(call->inner, &n);
    if (node->args[0]->kind == TW_NODE_COLUMN)
        call->column = columns[0];
    return node->n == 2 ? read_second(c, node->args[1], call) : TW_OK;
}

/* Number of the call with the same text, or n_calls. */
static size_t find_call(const tw_summary *s, tw_str text) {
    for (size_t i = 0; i < s->n_calls; i++)
        if (tw_str_eq(s->calls[i].text, text))
            return i;
    return s->n_calls;
}

/* A name that no column of the file has. */
static tw_str hidden_name(compiler *c) {
    const char *marks = "\001";
    for (;;) {
        char *name = tw_arena_printf(&c->out->arena, "%s%zu", marks, c->out->n_calls);
        if (!name || tw_table_find(c->schema, tw_str_c(name)) < 0)
            return (tw_str){name, name ? strlen(name) : 0};
        marks = tw_arena_printf(&c->out->arena, "%s\001", marks);
        if (!marks)
            return (tw_str){NULL, 0};
    }
}

static enum tw_rc add_call(compiler *c, tw_summary_call *call, size_t *number) {
    tw_summary *s = c->out;
    *number = find_call(s, call->text);
    if (*number < s->n_calls)
        return TW_OK;
    tw_summary_call *bigger =
        tw_arena_grow(&s->arena, s->calls, s->n_calls, &s->calls_room, sizeof *bigger);
    call->name = hidden_name(c);
    s->calls = bigger ? bigger : s->calls;
    if (!bigger || !call->name.p)
        return tw_fail_memory(c->err);
    s->calls[s->n_calls++] = *call;
    return TW_OK;
}

static enum tw_rc take_call(compiler *c, tw_node *node, const tw_aggregate *aggregate) {
    tw_summary_call call = {.aggregate = aggregate, .column = -1};
    node->name = tw_str_c(tw_aggregate_name(aggregate));
    enum tw_rc rc = check_arguments(c, node, aggregate);
    if (rc == TW_OK)
        rc = compile_inner(c, node, &call);
    if (rc == TW_OK)
        call.text = printed(c, node);
    if (rc == TW_OK && !call.text.p)
        rc = tw_fail_memory(c->err);
    if (rc != TW_OK)
        return rc;
    size_t number;
    rc = add_call(c, &call, &number);
    if (rc != TW_OK)
        return rc;
    node->kind = TW_NODE_AGGREGATE;
    node->type = c->out->calls[number].type;
    node->value = (tw_cell){.state = TW_VALUE, .type = TW_TEXT, .text = c->out->calls[number].name};
    return TW_OK;
}

/* --- what stands around them --- */

static bool is_operator(tw_str name) {
    for (size_t i = 0; tw_op_at(i); i++)
        if (tw_str_eq_nocase(name, tw_str_c(tw_op_at(i)->name)))
            return true;
    return false;
}

static enum tw_rc check_key(compiler *c, const tw_node *node) {
    char x[64];
    int column;
    enum tw_rc rc = tw_table_require(c->schema, node->name, &column, c->err);
    if (rc != TW_OK)
        return rc;
    for (size_t i = 0; i < c->n_keys; i++)
        if (c->keys[i] == column)
            return TW_OK;
    tw_node_excerpt(node, x);
    return tw_expr_fault(
        c->err, node->at,
        "%s stands outside of an aggregate and is not grouped by, so that a group may have "
        "many values of it; write first(%s), max(%s) or the like, or group by it too",
        x, x, x);
}

/* Aggregates become leaves, everything else must be known of a whole group. */
static enum tw_rc split(compiler *c, tw_node *node) {
    if (node->kind == TW_NODE_COLUMN)
        return check_key(c, node);
    const tw_aggregate *aggregate =
        node->kind == TW_NODE_CALL ? tw_aggregate_find(node->name) : NULL;
    if (aggregate)
        return take_call(c, node, aggregate);
    if (node->kind == TW_NODE_CALL && !is_operator(node->name))
        return tw_complain_function(node, c->schema, true, c->err);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < node->n && rc == TW_OK; i++)
        rc = split(c, node->args[i]);
    return rc;
}

static enum tw_rc add_empty(tw_draft *draft, tw_field field, tw_error *err) {
    tw_column *none = NULL;
    enum tw_rc rc = tw_column_missing(field.type, 0, &none, err);
    return rc == TW_OK ? tw_draft_add(draft, &field, none, err) : rc;
}

/* A key that another column hides by the same name cannot be meant by it. */
static enum tw_rc add_keys(compiler *c, tw_draft *draft) {
    tw_summary *s = c->out;
    enum tw_rc rc = TW_OK;
    s->keys = tw_arena_alloc(&s->arena, c->n_keys, sizeof *s->keys);
    if (!s->keys)
        return tw_fail_memory(c->err);
    for (size_t i = 0; i < c->n_keys && rc == TW_OK; i++) {
        const tw_field *field = tw_table_field(c->schema, (size_t)c->keys[i]);
        if (tw_table_find(c->schema, tw_str_c(field->name)) != c->keys[i])
            continue;
        s->keys[s->n_keys++] = c->keys[i];
        rc = add_empty(draft, *field, c->err);
    }
    return rc;
}

static enum tw_rc make_groups(compiler *c) {
    tw_summary *s = c->out;
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, c->err);
    if (rc == TW_OK)
        rc = add_keys(c, draft);
    for (size_t i = 0; rc == TW_OK && i < s->n_calls; i++)
        rc = add_empty(draft,
                       (tw_field){.name = s->calls[i].name.p,
                                  .type = s->calls[i].type,
                                  .format = TW_FORMAT_PLAIN,
                                  .source_column = -1},
                       c->err);
    if (rc == TW_OK)
        return tw_draft_commit(draft, &s->groups, c->err);
    tw_draft_free(draft);
    return rc;
}

/* The name of a result without one; a name holds no NUL. */
static const char *name_of(compiler *c, const tw_node *root) {
    tw_str text = printed(c, root);
    char *name = text.p ? tw_arena_alloc(&c->out->arena, text.n + 1, 1) : NULL;
    for (size_t i = 0; name && i < text.n; i++)
        name[i] = text.p[i] ? text.p[i] : ' ';
    return name;
}

static enum tw_rc compile_item(compiler *c, tw_summary_item *item) {
    enum tw_rc rc = TW_OK;
    if (item->root->kind != TW_NODE_AGGREGATE)
        rc = compile_part(c, item->root, c->out->groups, &item->outer);
    for (size_t i = 0; rc == TW_OK && !item->outer && i < c->out->n_calls; i++)
        if (tw_str_eq(c->out->calls[i].name, item->root->value.text))
            item->call = i;
    if (rc == TW_OK && !item->named)
        item->name = name_of(c, item->root);
    return rc == TW_OK && !item->name ? tw_fail_memory(c->err) : rc;
}

/* --- the whole --- */

/* Columns of all calls; one that several read stands several times. */
static enum tw_rc list_columns(compiler *c) {
    tw_summary *s = c->out;
    enum tw_rc rc = TW_OK;
    size_t n = 0;
    for (size_t i = 0; i < s->n_calls && rc == TW_OK; i++) {
        const int *columns = s->calls[i].inner ? tw_expr_columns(s->calls[i].inner, &n) : NULL;
        for (size_t k = 0; columns && k < n && rc == TW_OK; k++) {
            int *bigger = tw_arena_grow(&s->arena, s->columns, s->n_columns, &s->columns_room,
                                        sizeof *bigger);
            s->columns = bigger ? bigger : s->columns;
            if (bigger)
                s->columns[s->n_columns++] = columns[k];
            else
                rc = tw_fail_memory(c->err);
        }
    }
    return rc;
}

static char mark_of(const tw_table *table, int column) {
    const tw_field *field = tw_table_field(table, (size_t)column);
    return field->type == TW_FLOAT ? field->format.number.decimal : '\0';
}

/* The mark of the first column of floats that is read: others may not have been judged. */
static char decimal_mark(const compiler *c) {
    char mark = '\0';
    for (size_t i = 0; i < c->n_keys && !mark; i++)
        mark = mark_of(c->schema, c->keys[i]);
    for (size_t i = 0; i < c->out->n_columns && !mark; i++)
        mark = mark_of(c->schema, c->out->columns[i]);
    return mark ? mark : '.';
}

enum tw_rc tw_summary_compile(const tw_str *texts, size_t n, const tw_table *schema,
                              const int *keys, size_t n_keys, tw_summary **out, tw_error *err) {
    tw_summary *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    tw_arena_init(&s->arena);
    s->schema = tw_table_ref(schema);
    compiler c = {s, schema, keys, n_keys, err};
    enum tw_rc rc = read_all(&c, texts, n);
    for (size_t i = 0; rc == TW_OK && i < s->n_items; i++)
        rc = split(&c, s->items[i].root);
    if (rc == TW_OK)
        rc = make_groups(&c);
    for (size_t i = 0; rc == TW_OK && i < s->n_items; i++)
        rc = compile_item(&c, &s->items[i]);
    if (rc == TW_OK)
        rc = list_columns(&c);
    s->decimal = decimal_mark(&c);
    if (rc == TW_OK)
        *out = s;
    else
        tw_summary_free(s);
    return rc;
}
