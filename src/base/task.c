/* The task cell: cancel, progress, name of what runs. Everything is relaxed: the cells carry no
 * data from one thread to another, they only say "stop" and "so far"; results are published by the
 * pool or the job queue, which synchronise on their own. */
#include "base/task.h"

#include "base/file.h"

#define RELAXED memory_order_relaxed

void tw_task_init(tw_task *task, tw_task *parent, tw_pool *pool) {
    atomic_init(&task->cancelled, false);
    atomic_init(&task->done, 0);
    atomic_init(&task->total, 0);
    atomic_init(&task->what, "");
    task->parent = parent;
    task->pool = pool;
}

void tw_task_cancel(tw_task *task) {
    if (task)
        atomic_store_explicit(&task->cancelled, true, RELAXED);
}

bool tw_task_cancelled(const tw_task *task) {
    if (tw_file_lost())
        return true;
    for (; task; task = task->parent)
        if (atomic_load_explicit(&task->cancelled, RELAXED))
            return true;
    return false;
}

enum tw_rc tw_task_check(const tw_task *task, tw_error *err) {
    if (!tw_task_cancelled(task))
        return TW_OK;
    return tw_fail(err, TW_ECANCEL, "cancelled");
}

void tw_task_begin(tw_task *task, const char *what, uint64_t total) {
    if (!task)
        return;
    atomic_store_explicit(&task->done, 0, RELAXED);
    atomic_store_explicit(&task->total, total, RELAXED);
    atomic_store_explicit(&task->what, what, RELAXED);
}

tw_task_mark tw_task_save(const tw_task *task) {
    if (!task)
        return (tw_task_mark){0};
    return (tw_task_mark){atomic_load_explicit(&task->what, RELAXED),
                          atomic_load_explicit(&task->done, RELAXED),
                          atomic_load_explicit(&task->total, RELAXED)};
}

void tw_task_restore(tw_task *task, tw_task_mark mark) {
    tw_task_begin(task, mark.what, mark.total);
    tw_task_advance(task, mark.done);
}

void tw_task_advance(tw_task *task, uint64_t units) {
    if (task)
        atomic_fetch_add_explicit(&task->done, units, RELAXED);
}
