/* Progress and Ctrl-C for subcommands. sigtimedwait serves as clock and as signal handler in one,
 * so nothing here needs a global variable or has to be safe inside a handler. */
#include "cli/watch.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/number.h"

enum { TICK_MS = 100, QUIET_MS = 150, PATIENCE_MS = 1000, EXIT_CANCELLED = 130 };

struct tw_watch {
    tw_task *task;
    bool progress, shown;
    _Atomic bool stop;
    pthread_t thread;
    sigset_t signals, old;
    int64_t began, cancelled; /* microseconds; 0 = not yet */
};

static void show(tw_watch *w) {
    uint64_t done = atomic_load_explicit(&w->task->done, memory_order_relaxed);
    uint64_t total = atomic_load_explicit(&w->task->total, memory_order_relaxed);
    const char *what = atomic_load_explicit(&w->task->what, memory_order_relaxed);
    char line[128];
    int n;
    if (!what || !*what)
        what = "working";
    if (total)
        n = snprintf(line, sizeof line, "\r%s %3d %%\033[K", what,
                     (int)(100.0 * (double)TW_MIN(done, total) / (double)total));
    else
        n = snprintf(line, sizeof line, "\r%s …\033[K", what);
    w->shown = write(STDERR_FILENO, line, (size_t)n) > 0;
}

static void wipe(tw_watch *w) {
    static const char line[] = "\r\033[K";
    if (w->shown && write(STDERR_FILENO, line, sizeof line - 1) < 0)
        return;
    w->shown = false;
}

static void on_signal(tw_watch *w, int64_t now) {
    if (w->cancelled)
        _exit(EXIT_CANCELLED);
    w->cancelled = now;
    tw_task_cancel(w->task);
}

static void *watch_thread(void *arg) {
    tw_watch *w = arg;
    const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
    while (!atomic_load_explicit(&w->stop, memory_order_acquire)) {
        int signal = sigtimedwait(&w->signals, NULL, &tick);
        int64_t now = tw_clock_monotonic(NULL);
        if (atomic_load_explicit(&w->stop, memory_order_acquire))
            break;
        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
            on_signal(w, now);
        if (w->cancelled && now - w->cancelled > PATIENCE_MS * 1000)
            _exit(EXIT_CANCELLED); /* stuck in a read that cannot be interrupted */
        if (w->progress && now - w->began > QUIET_MS * 1000)
            show(w);
    }
    wipe(w);
    return NULL;
}

tw_watch *tw_watch_start(tw_task *task, bool progress) {
    tw_watch *w = tw_calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->task = task;
    w->progress = progress;
    w->began = tw_clock_monotonic(NULL);
    sigemptyset(&w->signals);
    sigaddset(&w->signals, SIGINT);
    sigaddset(&w->signals, SIGTERM);
    sigaddset(&w->signals, SIGHUP);
    sigaddset(&w->signals, SIGUSR2); /* ours: wakes the thread to stop */
    pthread_sigmask(SIG_BLOCK, &w->signals, &w->old);
    if (pthread_create(&w->thread, NULL, watch_thread, w) == 0)
        return w;
    pthread_sigmask(SIG_SETMASK, &w->old, NULL);
    free(w);
    return NULL;
}

void tw_watch_stop(tw_watch *w) {
    if (!w)
        return;
    atomic_store_explicit(&w->stop, true, memory_order_release);
    pthread_kill(w->thread, SIGUSR2);
    pthread_join(w->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &w->old, NULL);
    free(w);
}
