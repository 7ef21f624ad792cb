/* Tasks and the pool: each item once, errors that do not depend on threads, cancel, nesting. */
#include "base/task.h"

#include <pthread.h>

#include "../tap.h"
#include "base/cores.h"

typedef struct sheet {
    tw_task *task;
    size_t threads;
    _Atomic uint32_t seen[2000];
    _Atomic bool bad_worker;
    size_t fail_at, fail_too, cancel_at;
} sheet;

static enum tw_rc visit(void *ctx, size_t i, size_t worker, tw_error *err) {
    sheet *s = ctx;
    atomic_fetch_add(&s->seen[i], 1);
    if (worker >= s->threads)
        atomic_store(&s->bad_worker, true);
    if (i == s->cancel_at)
        tw_task_cancel(s->task);
    if (i == s->fail_at || i == s->fail_too)
        return tw_fail(err, TW_EDATA, "item %zu fails", i);
    return TW_OK;
}

static size_t count_seen(sheet *s, uint32_t times) {
    size_t n = 0;
    for (size_t i = 0; i < TW_COUNT(s->seen); i++)
        n += atomic_load(&s->seen[i]) == times;
    return n;
}

static void reset(sheet *s, tw_task *task) {
    memset(s, 0, sizeof *s);
    s->task = task;
    s->threads = tw_pool_threads(task->pool);
    s->fail_at = s->fail_too = s->cancel_at = SIZE_MAX;
}

static void test_for(size_t threads) {
    static sheet s;
    tw_pool *pool;
    tw_task task;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_pool_new(threads, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    bool once = true, lowest = true;
    for (int round = 0; round < 50; round++) {
        reset(&s, &task);
        once &= tw_parallel_for(&task, 2000, visit, &s, &err) == TW_OK && count_seen(&s, 1) == 2000;
        once &= !atomic_load(&s.bad_worker);
        reset(&s, &task);
        s.fail_at = 40;
        s.fail_too = 41;
        lowest &= tw_parallel_for(&task, 2000, visit, &s, &err) == TW_EDATA;
        lowest &= strcmp(err.message, "item 40 fails") == 0;
    }
    ok(once, "%zu threads: each item once", threads);
    ok(lowest, "%zu threads: the error of the lowest failing item", threads);
    reset(&s, &task);
    s.cancel_at = 3;
    is_int(tw_parallel_for(&task, 2000, visit, &s, &err), TW_ECANCEL, "cancel is an error");
    ok(count_seen(&s, 1) < 2000, "and stops the rest");
    is_int(tw_parallel_for(&task, 0, visit, &s, &err), TW_ECANCEL, "also without items");
    tw_pool_free(pool);
}

static enum tw_rc nest(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)i, (void)worker;
    sheet *s = ctx;
    return tw_parallel_for(s->task, 100, visit, s, err);
}

static void test_nested(void) {
    static sheet s;
    tw_pool *pool;
    tw_task task;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_pool_new(4, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    reset(&s, &task);
    succeeds(tw_parallel_for(&task, 200, nest, &s, &err), &err, "loops in loops end");
    is_int(count_seen(&s, 200), 100, "each inner item once a call");
    reset(&s, &task);
    succeeds(tw_parallel_for(&task, 1, nest, &s, &err), &err, "a loop in a lone item");
    is_int(count_seen(&s, 1), 100, "runs too");
    ok(!atomic_load(&s.bad_worker), "worker numbers stay in range");
    tw_pool_free(pool);
}

static void *caller(void *arg) {
    sheet *s = arg;
    for (int i = 0; i < 100; i++)
        if (tw_parallel_for(s->task, 50, visit, s, NULL) != TW_OK)
            return arg;
    return NULL;
}

static void test_shared_pool(void) {
    static sheet sheets[3];
    tw_pool *pool;
    tw_task task;
    tw_error err = TW_ERROR_INIT;
    pthread_t ids[3];
    bool good = true;
    succeeds(tw_pool_new(3, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    for (size_t i = 0; i < 3; i++) {
        reset(&sheets[i], &task);
        good &= pthread_create(&ids[i], NULL, caller, &sheets[i]) == 0;
    }
    for (size_t i = 0; i < 3; i++) {
        void *failed;
        pthread_join(ids[i], &failed);
        good &= !failed && count_seen(&sheets[i], 100) == 50 && !atomic_load(&sheets[i].bad_worker);
    }
    ok(good, "three callers share a pool");
    tw_pool_free(pool);
    tw_pool_free(NULL);
}

static void test_cells(void) {
    tw_task outer, inner;
    tw_error err = TW_ERROR_INIT;
    tw_task_init(&outer, NULL, NULL);
    tw_task_init(&inner, &outer, NULL);
    tw_task_begin(&inner, "sorting", 10);
    tw_task_advance(&inner, 3);
    is_int(inner.done, 3, "progress");
    is_int(inner.total, 10, "total");
    is_text(tw_str_c(inner.what), "sorting", "what");
    tw_task_mark mark = tw_task_save(&inner);
    tw_task_begin(&inner, "reading", 100);
    tw_task_restore(&inner, mark);
    is_text(tw_str_c(inner.what), "sorting", "a part of its own leaves no trace");
    is_int(inner.done, 3, "nor in its progress");
    succeeds(tw_task_check(&inner, &err), &err, "runs");
    tw_task_cancel(&outer);
    is_int(tw_task_check(&inner, &err), TW_ECANCEL, "cancelled with its parent");
    ok(!tw_task_cancelled(NULL) && tw_task_check(NULL, NULL) == TW_OK, "no task never ends");
    tw_task_begin(NULL, "x", 1);
    tw_task_restore(NULL, tw_task_save(NULL));
    tw_task_advance(NULL, 1);
    tw_task_cancel(NULL);
    static sheet s;
    reset(&s, &inner);
    is_int(tw_parallel_for(NULL, 2000, visit, &s, &err), TW_OK, "without a task: here, serially");
    is_int(count_seen(&s, 1), 2000, "each item once");
}

static void test_cores(void) {
    ok(tw_cores_usable() >= 1, "at least one core");
    is_int(tw_cores_of_quota(TW_STR("max 100000\n")), 0, "no quota");
    is_int(tw_cores_of_quota(TW_STR("150000 100000\n")), 2, "one and a half cores are two threads");
    is_int(tw_cores_of_quota(TW_STR("50000 100000")), 1, "half a core is one thread");
    is_int(tw_cores_of_quota(TW_STR("400000 100000")), 4, "four");
    is_int(tw_cores_of_quota(TW_STR("100000")), 0, "junk");
    is_int(tw_cores_of_quota(TW_STR("1 0")), 0, "no period");
    is_int(tw_cores_of_quota(TW_STR("")), 0, "nothing");
}

int main(void) {
    test_cells();
    test_for(1);
    test_for(2);
    test_for(8);
    test_nested();
    test_shared_pool();
    test_cores();
    return tap_done();
}
