/* How to run: a cancel token, a progress cell and a thread pool in one argument.
 *
 * Every function that may take longer than a few milliseconds takes `tw_task *task`; NULL = run
 * here, serially, without end. Cancel is polled once per chunk. The caller owns the task; any
 * thread may cancel or read it. */
#ifndef TW_BASE_TASK_H
#define TW_BASE_TASK_H

#include <stdatomic.h>

#include "base/error.h"

typedef struct tw_pool tw_pool;

typedef struct tw_task {
    _Atomic bool cancelled;
    struct tw_task *parent;       /* cancelled with its parent; may be NULL */
    tw_pool *pool;                /* NULL = serial */
    _Atomic uint64_t done, total; /* progress in units of the worker's choice; total 0 = unknown */
    _Atomic(const char *) what;   /* static text of what runs: "reading", "sorting" */
} tw_task;

void tw_task_init(tw_task *task, tw_task *parent, tw_pool *pool);
void tw_task_cancel(tw_task *task);
/* Also when the guard this thread works under has lost bytes (base/file.h). NULL: only then. */
bool tw_task_cancelled(const tw_task *task);
/* TW_OK, or TW_ECANCEL with its message. */
TW_NODISCARD enum tw_rc tw_task_check(const tw_task *task, tw_error *err);
void tw_task_begin(tw_task *task, const char *what, uint64_t total);
void tw_task_advance(tw_task *task, uint64_t units);
/* What the task says it does, to be said again when a part of its own has ended: reading columns in
 * the middle of a sort. */
typedef struct tw_task_mark {
    const char *what;
    uint64_t done, total;
} tw_task_mark;
tw_task_mark tw_task_save(const tw_task *task);
void tw_task_restore(tw_task *task, tw_task_mark mark);

/* A pool of `threads` workers (0 = the cores this process may use); threads = 1 runs everything in
 * the caller. */
TW_NODISCARD enum tw_rc tw_pool_new(size_t threads, tw_pool **out, tw_error *err);
void tw_pool_free(tw_pool *pool);
size_t tw_pool_threads(const tw_pool *pool); /* NULL: 1 */
size_t tw_cores_usable(void);                /* affinity and cgroup quota honoured */

/* Call fn(ctx, i, worker) for i in [0, n), in any order, on the task's pool; worker <
 * tw_pool_threads. Returns the error of the lowest failing i, or TW_ECANCEL. Results must be placed
 * by i, so that output does not depend on the number of threads. May be nested: inner calls run in
 * the calling worker. */
typedef enum tw_rc (*tw_parallel_fn)(void *ctx, size_t i, size_t worker, tw_error *err);
TW_NODISCARD enum tw_rc tw_parallel_for(tw_task *task, size_t n, tw_parallel_fn fn, void *ctx,
                                        tw_error *err);

#endif
