/* SIGBUS into errors. A page of a mapped file that has no bytes behind it any more (the file was
 * cut short, the disk or the network failed) raises SIGBUS at the load that touches it. The handler
 * jumps back to the innermost guard of the same thread. Nothing is saved and restored of the signal
 * mask: with SA_NODEFER the handler never blocks the signal, which keeps a guard at the cost of a
 * setjmp. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include "base/file.h"

typedef struct guard {
    sigjmp_buf back;
    struct guard *outer;
} guard;

static _Thread_local guard *guard_inner;
static pthread_once_t guard_once = PTHREAD_ONCE_INIT;
static struct sigaction guard_previous;

static void on_sigbus(int number, siginfo_t *info, void *context) {
    if (guard_inner)
        siglongjmp(guard_inner->back, 1);
    if (guard_previous.sa_flags & SA_SIGINFO)
        guard_previous.sa_sigaction(number, info, context);
    else if (guard_previous.sa_handler != SIG_DFL && guard_previous.sa_handler != SIG_IGN)
        guard_previous.sa_handler(number);
    else
        signal(number, SIG_DFL); /* the load is tried again and ends the program */
}

static void install(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    action.sa_sigaction = on_sigbus;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &guard_previous);
}

enum tw_rc tw_file_guard(enum tw_rc (*fn)(void *ctx, tw_error *err), void *ctx, tw_error *err) {
    pthread_once(&guard_once, install);
    guard here;
    here.outer = guard_inner;
    if (sigsetjmp(here.back, 0)) {
        guard_inner = here.outer;
        return tw_fail(err, TW_EINPUT,
                       "cannot read the file: it was cut short or its disk failed; open it again");
    }
    guard_inner = &here;
    enum tw_rc rc = fn(ctx, err);
    guard_inner = here.outer;
    return rc;
}
