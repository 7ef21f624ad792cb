/* The thread pool behind tw_parallel_for. Work is handed out by one counter, item by item, so slow
 * items do not hold up a fixed share; callers choose items big enough (a chunk, a column) that the
 * counter costs nothing. The caller works along, so a pool of N has N - 1 threads, and several
 * callers may use one pool at once: each job numbers its own participants from 0.
 *
 * Determinism: items are handed out in rising order and nothing is handed out after a failure, so
 * every item below the lowest failing one has run and its error is the one returned, whatever the
 * threads did. Each item runs under tw_file_guard: a file cut short under a mapping fails the item,
 * not the program. */
#include "base/task.h"

#include <pthread.h>
#include <signal.h>

#include "base/file.h"

enum { POOL_MAX = 1024 };

typedef struct job {
    struct job *next;
    tw_task *task;
    tw_parallel_fn fn;
    void *ctx;
    size_t n;
    _Atomic size_t next_item;
    _Atomic bool stop; /* failed or cancelled: hand out nothing more */
    /* below: under the pool's lock */
    size_t slots;  /* participants so far */
    size_t inside; /* threads of the pool at work on it */
    size_t failed; /* lowest failing item, SIZE_MAX = none */
    enum tw_rc rc;
    tw_error *err; /* the caller's, may be NULL */
} job;

struct tw_pool {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    job *jobs; /* that still have items to hand out */
    bool quit;
    size_t threads; /* with the caller */
    size_t started;
    pthread_t ids[];
};

typedef struct item {
    job *job;
    size_t i, worker;
} item;

/* Set while this thread works on an item: nested calls stay here and keep its worker number. */
static _Thread_local const item *current_item;

static enum tw_rc run_guarded(void *ctx, tw_error *err) {
    const item *it = ctx;
    return it->job->fn(it->job->ctx, it->i, it->worker, err);
}

static void keep_error(tw_pool *pool, const item *it, enum tw_rc rc, const tw_error *err) {
    job *j = it->job;
    atomic_store_explicit(&j->stop, true, memory_order_relaxed);
    if (pool)
        pthread_mutex_lock(&pool->lock);
    if (it->i < j->failed) {
        j->failed = it->i;
        j->rc = rc;
        if (j->err)
            *j->err = *err;
    }
    if (pool)
        pthread_mutex_unlock(&pool->lock);
}

static void run_item(tw_pool *pool, item *it) {
    tw_error err;
    err.code = TW_OK;
    err.message[0] = err.file[0] = err.column[0] = '\0';
    err.row = -1;
    enum tw_rc rc = tw_file_guard(run_guarded, it, &err);
    if (rc != TW_OK)
        keep_error(pool, it, rc, &err);
}

/* Take items until there are none left. */
static void work_on(tw_pool *pool, job *j, size_t worker) {
    item it = {.job = j, .worker = worker};
    const item *outer = current_item;
    if (j->n > 1)
        current_item = &it; /* a lone item may spread its inner loops over the pool */
    while (!atomic_load_explicit(&j->stop, memory_order_relaxed)) {
        it.i = atomic_fetch_add_explicit(&j->next_item, 1, memory_order_relaxed);
        if (it.i >= j->n)
            break;
        if (tw_task_cancelled(j->task)) {
            tw_error err;
            enum tw_rc rc = tw_task_check(j->task, &err);
            keep_error(pool, &it, rc, &err);
            break;
        }
        run_item(pool, &it);
    }
    current_item = outer;
}

static void unlink_job(tw_pool *pool, const job *j) {
    for (job **at = &pool->jobs; *at; at = &(*at)->next)
        if (*at == j) {
            *at = j->next;
            return;
        }
}

static void *pool_thread(void *arg) {
    tw_pool *pool = arg;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->jobs && !pool->quit)
            pthread_cond_wait(&pool->work, &pool->lock);
        job *j = pool->jobs;
        if (!j)
            break;
        size_t worker = j->slots++;
        j->inside++;
        pthread_mutex_unlock(&pool->lock);
        work_on(pool, j, worker);
        pthread_mutex_lock(&pool->lock);
        unlink_job(pool, j);
        if (--j->inside == 0)
            pthread_cond_broadcast(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Signals that people and terminals send belong to the main thread. */
static void start_threads(tw_pool *pool) {
    static const int kept_out[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGWINCH,
                                   SIGTSTP, SIGCONT, SIGCHLD, SIGALRM, SIGPIPE};
    sigset_t set, old;
    sigemptyset(&set);
    for (size_t i = 0; i < TW_COUNT(kept_out); i++)
        sigaddset(&set, kept_out[i]);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    while (pool->started + 1 < pool->threads) {
        if (pthread_create(&pool->ids[pool->started], NULL, pool_thread, pool) != 0)
            break;
        pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pool->threads = pool->started + 1; /* a system that refuses threads gives a smaller pool */
}

enum tw_rc tw_pool_new(size_t threads, tw_pool **out, tw_error *err) {
    *out = NULL;
    if (threads == 0)
        threads = tw_cores_usable();
    if (threads > POOL_MAX)
        threads = POOL_MAX;
    tw_pool *pool = tw_calloc(1, sizeof *pool + threads * sizeof(pthread_t));
    if (!pool)
        return tw_fail_memory(err);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->threads = threads;
    start_threads(pool);
    *out = pool;
    return TW_OK;
}

void tw_pool_free(tw_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->ids[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

size_t tw_pool_threads(const tw_pool *pool) {
    return pool ? pool->threads : 1;
}

/* Offer j to the pool, work along, and wait for those that are still inside. */
static void run_shared(tw_pool *pool, job *j) {
    pthread_mutex_lock(&pool->lock);
    job **end = &pool->jobs;
    while (*end)
        end = &(*end)->next;
    *end = j;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    work_on(pool, j, 0);
    pthread_mutex_lock(&pool->lock);
    unlink_job(pool, j);
    while (j->inside)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

enum tw_rc tw_parallel_for(tw_task *task, size_t n, tw_parallel_fn fn, void *ctx, tw_error *err) {
    tw_pool *pool = task ? task->pool : NULL;
    job j = {
        .task = task, .fn = fn, .ctx = ctx, .n = n, .slots = 1, .failed = SIZE_MAX, .err = err};
    if (n == 0)
        return tw_task_check(task, err);
    size_t worker = current_item ? current_item->worker : 0;
    if (!pool || pool->threads == 1 || n == 1 || current_item) /* the outer pool may be a larger one */
        work_on(NULL, &j, worker < tw_pool_threads(pool) ? worker : 0);
    else
        run_shared(pool, &j);
    return j.rc;
}
