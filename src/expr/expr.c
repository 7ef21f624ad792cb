/* The face of the room: text in, columns and row lists out.
 *
 * A compiled expression owns one arena with its source, tree and program. Evaluation builds one column part a chunk and
 * joins them; a filter sets one bit a row, counts, and writes the row numbers of each chunk to their place. */
#include "expr/expr.h"

#include "expr/complain.h"
#include "expr/eval.h"
#include "expr/parse.h"
#include "expr/print.h"

static int compare_ints(const void *a, const void *b) {
    int x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static enum tw_rc list_columns(tw_expr *expr, tw_error *err) {
    size_t n = expr->checked.n_inputs;
    expr->columns = tw_arena_alloc(&expr->arena, n, sizeof *expr->columns);
    if (!expr->columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        expr->columns[i] = expr->checked.inputs[i].column;
    qsort(expr->columns, n, sizeof *expr->columns, compare_ints);
    return TW_OK;
}

static tw_expr *expr_new(void) {
    tw_expr *expr = tw_calloc(1, sizeof *expr);
    if (expr)
        tw_arena_init(&expr->arena);
    return expr;
}

/* From the tree on; frees the expression on failure. */
static enum tw_rc finish(tw_expr *expr, const tw_table *schema, tw_expr **out, tw_error *err) {
    enum tw_rc rc = tw_expr_check(expr->root, schema, &expr->arena, &expr->checked, err);
    if (rc == TW_OK)
        rc = tw_program_make(&expr->checked, expr->root, &expr->arena, &expr->program, err);
    if (rc == TW_OK)
        rc = list_columns(expr, err);
    if (rc == TW_OK)
        *out = expr;
    else
        tw_expr_free(expr);
    return rc;
}

enum tw_rc tw_expr_compile(tw_str text, const tw_table *schema, tw_expr **out, tw_error *err) {
    *out = NULL;
    tw_expr *expr = expr_new();
    if (!expr)
        return tw_fail_memory(err);
    expr->source = text.n <= TW_EXPR_BYTES ? tw_arena_str(&expr->arena, text) : text;
    enum tw_rc rc = expr->source.p || !text.n ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_expr_parse(expr->source, &expr->arena, &expr->root, err);
    if (rc == TW_OK)
        return finish(expr, schema, out, err);
    tw_expr_free(expr);
    return rc;
}

enum tw_rc tw_expr_of_tree(tw_node *tree, const tw_table *schema, tw_expr **out, tw_error *err) {
    *out = NULL;
    tw_expr *expr = expr_new();
    if (!expr)
        return tw_fail_memory(err);
    expr->root = tree;
    return finish(expr, schema, out, err);
}

void tw_expr_free(tw_expr *expr) {
    if (!expr)
        return;
    tw_checked_release(&expr->checked);
    tw_arena_fini(&expr->arena);
    free(expr);
}

enum tw_type tw_expr_type(const tw_expr *expr) {
    return expr->root->type;
}

const int *tw_expr_columns(const tw_expr *expr, size_t *n) {
    *n = expr->checked.n_inputs;
    return expr->columns;
}

bool tw_expr_print(const tw_expr *expr, tw_buf *out) {
    return tw_node_print(expr->root, out);
}

void tw_expr_add_faults(tw_expr_faults *sum, const tw_expr_faults *more) {
    sum->division_by_zero += more->division_by_zero;
    sum->not_a_number += more->not_a_number;
    sum->overflow += more->overflow;
    sum->bad_date += more->bad_date;
}

static void say_one(const tw_log *log, const char *what, int64_t n, const char *why) {
    if (n)
        tw_say(log, TW_WARNING, "%s: %lld cell%s became missing: %s", what, (long long)n, n == 1 ? "" : "s", why);
}

void tw_expr_say_faults(const tw_log *log, const char *what, const tw_expr_faults *faults) {
    say_one(log, what, faults->division_by_zero, "division by zero");
    say_one(log, what, faults->not_a_number, "the result is no number");
    say_one(log, what, faults->overflow, "the result is too large");
    say_one(log, what, faults->bad_date, "there is no such date");
}

static size_t chunks_of(const tw_table *table) {
    return ((size_t)tw_table_rows(table) + TW_CHUNK_ROWS - 1) / TW_CHUNK_ROWS;
}

/* Evaluation to a column. */
typedef struct evaluation {
    struct tw_run *run;
    tw_column **parts;
    enum tw_type type;
} evaluation;

static enum tw_rc append_value(tw_builder *b, const tw_vec *vec, enum tw_type type, size_t i, tw_error *err) {
    if (!tw_bit_get(vec->valid, i))
        return tw_builder_missing(b, 1, err);
    if (type == TW_TEXT)
        return tw_builder_text(b, vec->s[i], err);
    if (type == TW_FLOAT)
        return tw_builder_f64(b, vec->f[i], err);
    return tw_builder_i64(b, type == TW_BOOLEAN ? tw_bit_get(vec->bits, i) : vec->i[i], err);
}

typedef struct part {
    tw_builder *builder;
    enum tw_type type;
} part;

static enum tw_rc append_block(void *ctx, size_t first, size_t rows, const tw_vec *result, tw_error *err) {
    const part *p = ctx;
    (void)first;
    for (size_t i = 0; i < rows; i++) {
        enum tw_rc rc = append_value(p->builder, result, p->type, i, err);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

static enum tw_rc eval_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    evaluation *e = ctx;
    part p = {.type = e->type};
    enum tw_rc rc = tw_builder_new(e->type, NULL, &p.builder, err);
    if (rc == TW_OK)
        rc = tw_run_chunk(e->run, chunk, worker, append_block, &p, err);
    if (rc == TW_OK)
        rc = tw_builder_finish(p.builder, &e->parts[chunk], err);
    tw_builder_free(p.builder);
    return rc;
}

static void add_faults(tw_expr_faults *sum, const struct tw_run *run) {
    if (sum)
        *sum = tw_run_faults(run);
}

enum tw_rc tw_expr_eval(const tw_expr *expr, const tw_table *table, tw_task *task, tw_column **out, tw_expr_faults *faults,
                        tw_error *err) {
    evaluation e = {.type = expr->root->type};
    size_t chunks = chunks_of(table);
    *out = NULL;
    enum tw_rc rc = tw_run_new(expr, table, task, &e.run, err);
    if (rc != TW_OK)
        return rc;
    if (!chunks) {
        rc = tw_column_missing(e.type, 0, out, err);
        goto done;
    }
    e.parts = tw_calloc(chunks, sizeof *e.parts);
    rc = e.parts ? tw_parallel_for(task, chunks, eval_chunk, &e, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_column_join(e.type, e.parts, chunks, out, err);
    for (size_t i = 0; e.parts && i < chunks; i++)
        tw_column_unref(e.parts[i]);
done:
    add_faults(faults, e.run);
    free(e.parts);
    tw_run_free(e.run);
    return rc;
}

/* Filtering to row numbers. */
typedef struct filter {
    struct tw_run *run;
    uint64_t *bits;   /* one a row */
    int64_t *before;  /* rows kept before each chunk */
    int64_t *rows;
    size_t all;
} filter;

static enum tw_rc keep_bits(void *ctx, size_t first, size_t rows, const tw_vec *result, tw_error *err) {
    const filter *f = ctx;
    (void)err;
    uint64_t *to = f->bits + first / 64;
    size_t words = tw_bitmap_words(rows);
    memcpy(to, result->bits, words * sizeof *to);
    if (rows % 64)
        to[words - 1] &= ((uint64_t)1 << (rows % 64)) - 1;
    return TW_OK;
}

static enum tw_rc filter_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    filter *f = ctx;
    enum tw_rc rc = tw_run_chunk(f->run, chunk, worker, keep_bits, f, err);
    size_t rows = TW_MIN(f->all - chunk * TW_CHUNK_ROWS, TW_CHUNK_ROWS);
    if (rc == TW_OK)
        f->before[chunk + 1] = (int64_t)tw_bitmap_count(f->bits + chunk * TW_CHUNK_ROWS / 64, rows);
    return rc;
}

static enum tw_rc list_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    const filter *f = ctx;
    (void)worker, (void)err;
    int64_t *to = f->rows + f->before[chunk];
    size_t first = chunk * TW_CHUNK_ROWS, end = TW_MIN(f->all, first + TW_CHUNK_ROWS);
    for (size_t w = first / 64; w < tw_bitmap_words(end); w++)
        for (uint64_t left = f->bits[w]; left; left &= left - 1)
            *to++ = (int64_t)(64 * w + (size_t)__builtin_ctzll(left));
    return TW_OK;
}

enum tw_rc tw_expr_filter(const tw_expr *expr, const tw_table *table, tw_task *task, int64_t **rows, int64_t *n,
                          tw_expr_faults *faults, tw_error *err) {
    size_t chunks = chunks_of(table);
    filter f = {.all = (size_t)tw_table_rows(table)};
    *rows = NULL;
    *n = 0;
    if (expr->root->type != TW_BOOLEAN)
        return tw_complain_condition(expr->root, err);
    enum tw_rc rc = tw_run_new(expr, table, task, &f.run, err);
    if (rc != TW_OK)
        return rc;
    f.bits = tw_calloc(tw_bitmap_words(f.all), sizeof *f.bits);
    f.before = tw_calloc(chunks + 1, sizeof *f.before);
    rc = f.bits && f.before ? tw_parallel_for(task, chunks, filter_chunk, &f, err) : tw_fail_memory(err);
    if (rc != TW_OK)
        goto done;
    for (size_t i = 0; i < chunks; i++)
        f.before[i + 1] += f.before[i];
    f.rows = tw_calloc((size_t)f.before[chunks], sizeof *f.rows);
    rc = f.rows ? tw_parallel_for(task, chunks, list_chunk, &f, err) : tw_fail_memory(err);
    if (rc == TW_OK) {
        *rows = f.rows;
        *n = f.before[chunks];
        f.rows = NULL;
    }
done:
    add_faults(faults, f.run);
    free(f.rows);
    free(f.bits);
    free(f.before);
    tw_run_free(f.run);
    return rc;
}
