/* A program on a table: one run, its workers' memory, a callback for each block of results. */
#ifndef TW_EXPR_EVAL_H
#define TW_EXPR_EVAL_H

#include "expr/program.h"

struct tw_run;
/* Materialises the columns. The run borrows both until it is freed. */
TW_NODISCARD enum tw_rc tw_run_new(const tw_expr *expr, const tw_table *table, tw_task *task, struct tw_run **out,
                                   tw_error *err);
void tw_run_free(struct tw_run *run);
/* Results of rows [first, first + rows); the block dies when the callback returns. */
typedef enum tw_rc (*tw_block_fn)(void *ctx, size_t first, size_t rows, const tw_vec *result, tw_error *err);
/* One chunk, by one worker at a time under this number. */
TW_NODISCARD enum tw_rc tw_run_chunk(struct tw_run *run, size_t chunk, size_t worker, tw_block_fn fn, void *ctx,
                                     tw_error *err);
tw_expr_faults tw_run_faults(const struct tw_run *run);

#endif
