/* The expression language of filters, mutate and recipes: one text, compiled once, evaluated a chunk at a time.
 *
 * Grammar and functions: doc/expressions.md. Missing follows SQL's three-valued logic; types are never guessed across
 * (TW_EPARSE says what to write). A compiled expression is immutable and may be evaluated by any thread, on any table
 * that has the columns it names with the types it was compiled for. */
#ifndef TW_EXPR_EXPR_H
#define TW_EXPR_EXPR_H

#include "base/log.h"
#include "base/task.h"
#include "data/table.h"

typedef struct tw_expr tw_expr;

/* TW_EPARSE ("expression at character 7: …"), TW_EUNKNOWN_COLUMN, TW_EUNKNOWN_NAME (function, nearest shown). */
TW_NODISCARD enum tw_rc tw_expr_compile(tw_str text, const tw_table *schema, tw_expr **out, tw_error *err);
void tw_expr_free(tw_expr *expr);
enum tw_type tw_expr_type(const tw_expr *expr);
/* Numbers of the columns it reads, ascending. */
const int *tw_expr_columns(const tw_expr *expr, size_t *n);

/* What went wrong cell by cell: each such cell is missing in the result. */
typedef struct tw_expr_faults {
    int64_t division_by_zero, not_a_number, overflow, bad_date;
} tw_expr_faults;

void tw_expr_add_faults(tw_expr_faults *sum, const tw_expr_faults *more);
/* A warning for each kind there was: "filter: 3 cells became missing: division by zero". */
void tw_expr_say_faults(const tw_log *log, const char *what, const tw_expr_faults *faults);

/* One cell for each row of the table. */
TW_NODISCARD enum tw_rc tw_expr_eval(const tw_expr *expr, const tw_table *table, tw_task *task, tw_column **out,
                                     tw_expr_faults *faults, tw_error *err);
/* Rows for which a boolean expression is true, ascending; free() the array. */
TW_NODISCARD enum tw_rc tw_expr_filter(const tw_expr *expr, const tw_table *table, tw_task *task, int64_t **rows,
                                       int64_t *n, tw_expr_faults *faults, tw_error *err);
/* Name of the i-th function, for completion; NULL at the end. Overloads follow each other with the same name. */
const char *tw_expr_function_at(size_t i);
/* The expression in canonical form: fully spaced, names quoted where needed. */
bool tw_expr_print(const tw_expr *expr, tw_buf *out);
/* A column name as it must stand in an expression: bare or in backquotes. */
bool tw_expr_quote_name(tw_buf *out, tw_str name);
/* A text literal: 'it''s'. */
bool tw_expr_quote_text(tw_buf *out, tw_str text);

#endif
