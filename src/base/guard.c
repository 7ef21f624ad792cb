/* SIGBUS into errors. A page of a mapped file that has no bytes behind it any more (the file was
 * cut short, the disk or the network failed) raises SIGBUS at the load that touches it. The handler
 * puts zeros in its place and lets the load go on, so that whoever reads ends by its own way and
 * lets go of what it holds; the guard around it then says that bytes were lost.
 *
 * From the page to the end of the mapping all is given up. The zeros stay until the guard that met
 * them ends; then a file without bytes lies there, and the next to touch it meets a SIGBUS of its
 * own: what is lost is never read as zeros by anybody who is not told. Who reads zeros that another
 * thread has met meets no SIGBUS; so every guard that runs while zeros lie anywhere fails. It may be
 * an innocent one, on another file, that had bad luck; tried again it succeeds.
 *
 * The handler may not wait, so the mappings are a list that only grows: what is unmapped leaves a
 * node for another. A reader of the list sees of each node what it was or what it is; `begin`, read
 * before and behind `end`, tells when that changed meanwhile. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guard.h"

struct tw_watched {
    tw_watched *next;
    _Atomic uintptr_t begin, end; /* begin 0: nobody's */
    _Atomic uintptr_t lost;       /* all from here on; 0 = nothing */
    const char *path;             /* under guard_lock */
};

typedef struct guard {
    struct guard *outer;
    uint64_t seen; /* losses when it began */
    bool doubt;    /* zeros lay somewhere when it began */
    volatile sig_atomic_t hit;
} guard;

static _Thread_local guard *guard_inner;
static pthread_once_t guard_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t guard_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction guard_previous;
static _Atomic(tw_watched *) guard_watched;
static _Atomic uint64_t guard_losses; /* zeros put anywhere, ever */
static _Atomic uint64_t guard_zeros;  /* guards that have met them and still run */

static bool is_mine(tw_watched *w, uintptr_t at, uintptr_t *end) {
    uintptr_t begin = atomic_load(&w->begin);
    *end = atomic_load(&w->end);
    return begin && begin <= at && at < *end && atomic_load(&w->begin) == begin;
}

static bool put_zeros(guard *g, uintptr_t at) {
    uintptr_t end = 0, page = at - at % (uintptr_t)sysconf(_SC_PAGESIZE);
    tw_watched *w = atomic_load(&guard_watched);
    while (w && !is_mine(w, at, &end))
        w = w->next;
    if (!w)
        return false;
    atomic_fetch_add(&guard_losses, 1);
    if (!g->hit)
        atomic_fetch_add(&guard_zeros, 1);
    g->hit = 1;
    uintptr_t lost = atomic_load(&w->lost);
    while ((!lost || page < lost) && !atomic_compare_exchange_weak(&w->lost, &lost, page))
        ;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    return mmap((void *)page, end - page, PROT_READ, flags, -1, 0) != MAP_FAILED;
}

static void on_sigbus(int number, siginfo_t *info, void *context) {
    int kept = errno;
    bool served = guard_inner && put_zeros(guard_inner, (uintptr_t)info->si_addr);
    errno = kept;
    if (served)
        return;
    if (guard_previous.sa_flags & SA_SIGINFO)
        guard_previous.sa_sigaction(number, info, context);
    else if (guard_previous.sa_handler != SIG_DFL && guard_previous.sa_handler != SIG_IGN)
        guard_previous.sa_handler(number);
    else
        signal(number, SIG_DFL); /* the load is tried again and ends the program */
}

static void install(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_sigbus;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &guard_previous);
}

/* Where bytes were lost, put what raises SIGBUS again. */
static bool take_zeros(void) {
    int fd = memfd_create("trowel-lost", MFD_CLOEXEC);
    bool good = fd >= 0;
    pthread_mutex_lock(&guard_lock); /* nothing is unmapped meanwhile */
    for (tw_watched *w = atomic_load(&guard_watched); good && w; w = w->next) {
        uintptr_t lost = atomic_load(&w->lost), end = atomic_load(&w->end);
        if (lost)
            good = mmap((void *)lost, end - lost, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) !=
                   MAP_FAILED;
    }
    pthread_mutex_unlock(&guard_lock);
    if (fd >= 0)
        close(fd);
    return good;
}

tw_watched *tw_guard_watch(const void *bytes, size_t n, const char *path) {
    pthread_mutex_lock(&guard_lock);
    tw_watched *w = atomic_load(&guard_watched);
    while (w && atomic_load(&w->begin))
        w = w->next;
    bool made = !w;
    if (made)
        w = tw_calloc(1, sizeof *w);
    if (w) {
        w->path = path;
        atomic_store(&w->lost, 0);
        atomic_store(&w->end, (uintptr_t)bytes + n);
        atomic_store(&w->begin, (uintptr_t)bytes);
    }
    if (w && made) {
        w->next = atomic_load(&guard_watched);
        atomic_store(&guard_watched, w);
    }
    pthread_mutex_unlock(&guard_lock);
    return w;
}

void tw_guard_unwatch(tw_watched *w) {
    if (!w)
        return;
    pthread_mutex_lock(&guard_lock);
    atomic_store(&w->begin, 0);
    atomic_store(&w->lost, 0);
    pthread_mutex_unlock(&guard_lock);
}

bool tw_guard_lost(const tw_watched *w) {
    return w && atomic_load(&w->lost);
}

static bool is_lost(const guard *g) {
    return g->doubt || atomic_load(&guard_losses) != g->seen;
}

static enum tw_rc fail_lost(tw_error *err) {
    enum tw_rc rc = tw_fail(err, TW_EINPUT,
                            "cannot read: it was cut short or its disk failed; open it again");
    pthread_mutex_lock(&guard_lock);
    tw_watched *w = atomic_load(&guard_watched);
    while (w && !(atomic_load(&w->lost) && w->path))
        w = w->next;
    rc = tw_error_place(err, rc, w ? w->path : NULL, -1, NULL);
    pthread_mutex_unlock(&guard_lock);
    return rc;
}

bool tw_file_lost(void) {
    return guard_inner && is_lost(guard_inner);
}

enum tw_rc tw_file_guard(enum tw_rc (*fn)(void *ctx, tw_error *err), void *ctx, tw_error *err) {
    pthread_once(&guard_once, install);
    guard here = {.outer = guard_inner, .seen = atomic_load(&guard_losses), .doubt = false};
    here.doubt = atomic_load(&guard_zeros) > 0;
    guard_inner = &here;
    atomic_signal_fence(memory_order_seq_cst); /* the handler reads it */
    enum tw_rc rc = fn(ctx, err);
    atomic_signal_fence(memory_order_seq_cst);
    guard_inner = here.outer;
    if (here.hit && take_zeros()) /* else the doubt is for ever */
        atomic_fetch_sub(&guard_zeros, 1);
    return is_lost(&here) ? fail_lost(err) : rc;
}
