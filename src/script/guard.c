/* One guard, one state, at most one guarded call at a time (a nested one counts against the outer).
 *
 * lua_sethook is what Lua allows a signal handler to do. The handler finds the running state in a thread-local variable,
 * which coroutine.resume keeps up to date; while the call unwinds, each thread that gets control back is armed again
 * (tw_guard_leave), and the watchdog repeats its signal, in case one came while nothing could be armed. The error that the
 * hook raises is a light pointer: raising it needs no memory. */
#include "script/guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { TICK_MILLIS = 5 };

struct tw_guard {
    lua_State *lua;
    size_t used, most, charged;
    _Atomic int stop; /* enum tw_stop */
    int depth;        /* calls in each other */
    const tw_clock *clock;
    /* of the outermost call */
    tw_task *task;
    int64_t until; /* monotonic microseconds, 0 = no limit */
    pthread_t runner;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
    tw_error error; /* what tw_guard_error left */
};

static const char kill_mark, error_mark; /* their addresses are the values raised */
static _Thread_local lua_State *volatile guard_running;
static pthread_once_t guard_once = PTHREAD_ONCE_INIT;

static int stop_signal(void) {
    return SIGRTMIN + 6;
}

/* --- memory --- */

static void *count_alloc(void *ud, void *block, size_t old, size_t size) {
    tw_guard *guard = ud;
    if (!block)
        old = 0; /* Lua tells a kind here, not a size */
    if (!size) {
        free(block);
        guard->used -= old;
        return NULL;
    }
    size_t taken = TW_MIN(guard->used + guard->charged, guard->most);
    if (size > old && size - old > guard->most - taken)
        return NULL;
    void *moved = realloc(block, size);
    if (moved)
        guard->used = guard->used - old + size;
    return moved;
}

enum tw_rc tw_guard_new(size_t memory, tw_guard **out, tw_error *err) {
    tw_guard *guard = tw_calloc(1, sizeof *guard);
    *out = NULL;
    if (!guard)
        return tw_fail_memory(err);
    guard->most = memory;
    guard->lua = lua_newstate(count_alloc, guard);
    if (!guard->lua) {
        free(guard);
        return tw_fail_memory(err);
    }
    memcpy(lua_getextraspace(guard->lua), &guard, sizeof guard);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&guard->ended, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&guard->lock, NULL);
    *out = guard;
    return TW_OK;
}

void tw_guard_free(tw_guard *guard) {
    if (!guard)
        return;
    lua_close(guard->lua);
    pthread_mutex_destroy(&guard->lock);
    pthread_cond_destroy(&guard->ended);
    free(guard);
}

lua_State *tw_guard_lua(tw_guard *guard) {
    return guard->lua;
}

lua_State *tw_guard_current(const tw_guard *guard) {
    return guard->depth && guard_running ? guard_running : guard->lua;
}

tw_guard *tw_guard_of(lua_State *L) {
    tw_guard *guard;
    memcpy(&guard, lua_getextraspace(L), sizeof guard);
    return guard;
}

size_t tw_guard_memory(const tw_guard *guard) {
    return guard->most;
}

void tw_guard_set_clock(tw_guard *guard, const tw_clock *clock) {
    guard->clock = clock;
}

bool tw_guard_charge(tw_guard *guard, size_t bytes) {
    guard->charged += bytes;
    return guard->charged < guard->most - TW_MIN(guard->used, guard->most);
}

/* --- stopping --- */

bool tw_guard_stopped(const tw_guard *guard) {
    return atomic_load_explicit(&guard->stop, memory_order_relaxed) != TW_STOP_NONE;
}

/* The const is the mark's, not Lua's: light pointers carry none. */
static void push_mark(lua_State *L, const char *mark) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)mark);
}

int tw_guard_raise(lua_State *L) {
    push_mark(L, &kill_mark);
    return lua_error(L);
}

static void strike(lua_State *L, lua_Debug *ar) {
    (void)ar;
    if (tw_guard_stopped(tw_guard_of(L)))
        tw_guard_raise(L);
    lua_sethook(L, NULL, 0, 0); /* left over from a call that has ended */
}

static void arm(lua_State *L) {
    lua_sethook(L, strike, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

static void on_signal(int number) {
    (void)number;
    if (guard_running)
        arm(guard_running);
}

static void install_handler(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(stop_signal(), &action, NULL);
}

lua_State *tw_guard_enter(tw_guard *guard, lua_State *L) {
    lua_State *before = guard_running;
    guard_running = L;
    if (tw_guard_stopped(guard))
        arm(L);
    return before;
}

void tw_guard_leave(tw_guard *guard, lua_State *before) {
    guard_running = before;
    if (before && tw_guard_stopped(guard))
        arm(before);
}

/* --- the watchdog --- */

static struct timespec next_tick(void) {
    int64_t at = tw_clock_monotonic(NULL) + TICK_MILLIS * 1000;
    return (struct timespec){.tv_sec = (time_t)(at / 1000000), .tv_nsec = (long)(at % 1000000 * 1000)};
}

static enum tw_stop look(const tw_guard *guard) {
    if (tw_task_cancelled(guard->task))
        return TW_STOP_CANCEL;
    return guard->until && tw_clock_monotonic(guard->clock) >= guard->until ? TW_STOP_TIME : TW_STOP_NONE;
}

static void *watch(void *arg) {
    tw_guard *guard = arg;
    pthread_mutex_lock(&guard->lock);
    while (!guard->done) {
        const struct timespec tick = next_tick();
        pthread_cond_timedwait(&guard->ended, &guard->lock, &tick);
        if (guard->done)
            break;
        enum tw_stop why = look(guard);
        int none = TW_STOP_NONE;
        if (why != TW_STOP_NONE)
            atomic_compare_exchange_strong(&guard->stop, &none, (int)why);
        if (tw_guard_stopped(guard))
            pthread_kill(guard->runner, stop_signal());
    }
    pthread_mutex_unlock(&guard->lock);
    return NULL;
}

/* Starts the watch for the outermost call; false when there is nothing to watch for or no thread can be had. */
static bool begin_watch(tw_guard *guard, int64_t micros, tw_task *task, pthread_t *watcher) {
    pthread_once(&guard_once, install_handler);
    guard->task = task;
    guard->until = micros > 0 ? tw_clock_monotonic(guard->clock) + micros : 0;
    guard->runner = pthread_self();
    guard->done = false;
    if (!task && micros <= 0)
        return false;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(watcher, NULL, watch, guard) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void end_watch(tw_guard *guard, pthread_t watcher) {
    pthread_mutex_lock(&guard->lock);
    guard->done = true;
    pthread_cond_signal(&guard->ended);
    pthread_mutex_unlock(&guard->lock);
    pthread_join(watcher, NULL);
}

/* --- calls --- */

int tw_guard_error(lua_State *L, const tw_error *err) {
    tw_guard *guard = tw_guard_of(L);
    guard->error = *err;
    if (err->code == TW_ECANCEL || err->code == TW_ENOMEM || err->code == TW_EKEY) {
        push_mark(L, &error_mark);
        return lua_error(L);
    }
    char text[sizeof err->message + 512];
    tw_error_render(err, text, sizeof text);
    return luaL_error(L, "%s", text);
}

/* Lua's error value on top of the stack as ours; takes it away. */
static enum tw_rc translate(tw_guard *guard, lua_State *L, int status, int64_t micros, enum tw_rc code, const char *name,
                            tw_error *err) {
    const void *mark = lua_islightuserdata(L, -1) ? lua_topointer(L, -1) : NULL;
    int why = atomic_load(&guard->stop);
    size_t n = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
    enum tw_rc rc;
    if (why == TW_STOP_CANCEL)
        rc = tw_fail(err, TW_ECANCEL, "%s: cancelled", name);
    else if (why == TW_STOP_TIME)
        rc = tw_fail(err, TW_ELIMIT, "%s: it ran longer than the %.3g s allowed; find the loop that does not end", name,
                     (double)micros / 1e6);
    else if (mark == &error_mark) {
        if (err)
            *err = guard->error;
        rc = guard->error.code;
    } else if (status == LUA_ERRMEM || (text && strstr(text, "not enough memory")))
        rc = tw_fail(err, TW_ELIMIT, "%s: it needs more than the %zu MiB allowed; build smaller tables and texts", name,
                     guard->most >> 20);
    else
        rc = tw_fail(err, code, "%.*s", text ? (int)TW_MIN(n, (size_t)700) : 40,
                     text ? text : "an error that is no text; use error(\"…\")");
    lua_pop(L, 1);
    return rc;
}

enum tw_rc tw_guard_call(tw_guard *guard, int n_args, int n_results, int64_t micros, tw_task *task, enum tw_rc code,
                         const char *name, tw_error *err) {
    lua_State *L = tw_guard_current(guard);
    bool outermost = guard->depth++ == 0;
    pthread_t watcher;
    sigset_t ours, before;
    sigemptyset(&ours);
    sigaddset(&ours, stop_signal());
    bool watched = outermost && begin_watch(guard, micros, task, &watcher);
    pthread_sigmask(SIG_UNBLOCK, &ours, &before);
    lua_State *running = tw_guard_enter(guard, L);
    int status = lua_pcall(L, n_args, n_results, 0);
    tw_guard_leave(guard, running);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (watched)
        end_watch(guard, watcher);
    if (outermost)
        lua_sethook(L, NULL, 0, 0);
    enum tw_rc rc = TW_OK;
    if (status != LUA_OK)
        rc = translate(guard, L, status, micros, code, name, err);
    else if (tw_guard_stopped(guard)) { /* ended in the very moment: the result counts as none */
        lua_pop(L, n_results);
        lua_pushnil(L);
        rc = translate(guard, L, LUA_ERRRUN, micros, code, name, err);
    }
    guard->depth--;
    if (outermost) {
        atomic_store(&guard->stop, TW_STOP_NONE);
        guard->charged = 0;
    }
    return rc;
}
