/* Child processes. Three non-blocking pipes and one poll loop: whatever we wait for (room to write,
 * a token, the end), both outputs of the child are drained into buffers meanwhile, so that a child
 * that prints while we write cannot lock us up. The child leads its own process group: a kill takes
 * along what it started, and Ctrl-C on the terminal reaches us first.
 *
 * posix_spawn instead of fork: it does not copy the page tables of a process with gigabytes mapped,
 * and it reports a program that is not there as an error of the call. */
#include "config.h"

#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { HELD_MAX = 64 << 20, SLICE_MS = 20, CHUNK = 1 << 16 };

struct tw_process {
    pid_t pid;
    int in, out, errors; /* our ends; -1 = closed */
    bool ended;          /* seen dead, not reaped yet */
    bool gone;           /* reaped behind our back: its number means nothing any more */
    int status;          /* as from waitpid, once ended */
    bool drop_line_end;  /* the line end behind the last token is still to come */
    tw_buf held, held_errors;
    char *name;
};

/* The six ends of three pipes, none of them below 3 so that dup2 in the child cannot trip over
 * them. */
typedef struct ends {
    int child[3], ours[3];
} ends;

static void close_all(int *fds, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

static int lift(int fd) {
    if (fd > STDERR_FILENO)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return higher;
}

static bool make_pipes(ends *e) {
    for (size_t i = 0; i < 3; i++)
        e->child[i] = e->ours[i] = -1;
    for (size_t i = 0; i < 3; i++) {
        int both[2];
        if (pipe2(both, O_CLOEXEC) != 0)
            return false;
        e->child[i] = lift(both[i == 0 ? 0 : 1]);
        e->ours[i] = lift(both[i == 0 ? 1 : 0]);
        if (e->child[i] < 0 || e->ours[i] < 0 || fcntl(e->ours[i], F_SETFL, O_NONBLOCK) != 0)
            return false;
    }
    return true;
}

static bool names_same(const char *a, const char *b) {
    size_t n = strcspn(a, "=");
    return n == strcspn(b, "=") && memcmp(a, b, n) == 0;
}

/* Our environment with the given pairs in place of equal names; the strings are borrowed. */
static const char **merge_environment(const char *const *env) {
    size_t ours = 0, added = 0, n = 0;
    while (environ[ours])
        ours++;
    while (env && env[added])
        added++;
    const char **merged = tw_calloc(ours + added + 1, sizeof *merged);
    for (size_t i = 0; merged && i < ours; i++) {
        bool replaced = false;
        for (size_t k = 0; k < added; k++)
            replaced |= names_same(environ[i], env[k]);
        if (!replaced)
            merged[n++] = environ[i];
    }
    for (size_t k = 0; merged && k < added; k++)
        merged[n++] = env[k];
    return merged;
}

/* 0 or an errno. The attributes: default signals, nothing blocked, a process group of its own. */
static int spawn(tw_process *p, const ends *e, const char *const *argv, const char **env) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    int failed = 0;
    for (int i = 0; i < 3 && !failed; i++)
        failed = posix_spawn_file_actions_adddup2(&actions, e->child[i], i);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    if (!failed) /* the call promises not to change the strings */
        failed = posix_spawnp(&p->pid, argv[0], &actions, &attributes,
                              (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static enum tw_rc fail_start(tw_error *err, int number, const char *name) {
    if (number == ENOMEM)
        return tw_fail_memory(err);
    if (number == ENOENT || number == ENOTDIR)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "cannot run %s: it is not there; install it or set PATH", name);
    return tw_fail(err, number == EACCES || number == ENOEXEC ? TW_EUNSUPPORTED : TW_EINPUT,
                   "cannot run %s: %s; check the program", name, strerror(number));
}

static int start(tw_process *p, const char *const *argv, const char *const *env) {
    ends e;
    const char **merged = merge_environment(env);
    int failed = merged ? 0 : ENOMEM;
    if (!failed && !make_pipes(&e))
        failed = errno;
    else if (!failed)
        failed = spawn(p, &e, argv, merged);
    if (merged)
        close_all(e.child, 3);
    if (merged && failed)
        close_all(e.ours, 3);
    free(merged);
    if (failed)
        return failed;
    p->in = e.ours[0];
    p->out = e.ours[1];
    p->errors = e.ours[2];
    return 0;
}

enum tw_rc tw_process_start(const char *const *argv, const char *const *env, tw_process **out,
                            tw_error *err) {
    tw_process *p = tw_calloc(1, sizeof *p);
    *out = NULL;
    if (!p)
        return tw_fail_memory(err);
    p->in = p->out = p->errors = -1;
    tw_buf_init(&p->held, HELD_MAX);
    tw_buf_init(&p->held_errors, HELD_MAX);
    p->name = tw_str_dup(tw_str_c(argv[0]));
    int failed = p->name ? start(p, argv, env) : ENOMEM;
    if (failed) {
        tw_process_free(p);
        return fail_start(err, failed, argv[0]);
    }
    *out = p;
    return TW_OK;
}

static int status_of(const siginfo_t *info) {
    if (info->si_code == CLD_EXITED)
        return (info->si_status & 0xFF) << 8;
    return info->si_status | (info->si_code == CLD_DUMPED ? 0x80 : 0);
}

/* Has it ended? It stays a zombie until tw_process_free, so that its number still names its group
 * and a kill can reach what it left running but never a stranger. */
static bool look(tw_process *p, int options) {
    while (!p->ended) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT | options) == 0) {
            if (info.si_pid == 0)
                return false;
            p->status = status_of(&info);
            p->ended = true;
        } else if (errno != EINTR) {
            p->ended = true; /* ECHILD: somebody ignores SIGCHLD, and it is gone */
            p->gone = true;
        }
    }
    return true;
}

void tw_process_kill(tw_process *p) {
    if (p->pid > 0 && !p->gone)
        kill(-p->pid, SIGKILL);
}

static void reap(tw_process *p) {
    if (p->pid <= 0)
        return;
    tw_process_kill(p);
    look(p, 0);
    while (!p->gone && waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void tw_process_free(tw_process *p) {
    if (!p)
        return;
    reap(p);
    close_all((int[]){p->in, p->out, p->errors}, 3);
    tw_buf_fini(&p->held);
    tw_buf_fini(&p->held_errors);
    free(p->name);
    free(p);
}

bool tw_process_alive(tw_process *p) {
    return !look(p, WNOHANG);
}

int tw_process_pid(const tw_process *p) {
    return (int)p->pid;
}

tw_str tw_process_errors(const tw_process *p) {
    return tw_buf_view(&p->held_errors);
}

/* Read what is there; closes *fd at its end. False when the buffer or memory is full. */
static bool drain(int *fd, tw_buf *into) {
    while (*fd >= 0) {
        if (!tw_buf_reserve(into, CHUNK))
            return false;
        ssize_t got = read(*fd, into->p + into->n, CHUNK);
        if (got > 0) {
            into->n += (size_t)got;
            into->p[into->n] = '\0';
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            close_all(fd, 1);
        } else if (errno == EAGAIN) {
            break;
        }
    }
    return true;
}

typedef int64_t deadline; /* microseconds of the monotonic clock, -1 = none */

static deadline deadline_in(int timeout_ms) {
    return timeout_ms < 0 ? -1 : tw_clock_monotonic(NULL) + (int64_t)timeout_ms * 1000;
}

/* Milliseconds to the deadline, rounded up, at most `most` (-1 = any). */
static int left_ms(deadline end, int most) {
    if (end < 0)
        return most;
    int64_t left = end - tw_clock_monotonic(NULL);
    int ms = left <= 0 ? 0 : (int)TW_MIN((left + 999) / 1000, (int64_t)1 << 30);
    return most >= 0 ? TW_MIN(ms, most) : ms;
}

static enum tw_rc fail_late(const tw_process *p, tw_error *err) {
    return tw_fail(err, TW_ELIMIT, "%s: no answer in time; try again or give it less", p->name);
}

/* The last line on stderr says most. */
static enum tw_rc fail_gone(const tw_process *p, tw_error *err) {
    tw_str said = tw_str_trim(tw_buf_view(&p->held_errors));
    for (size_t at; (at = tw_str_find_char(said, '\n', 0)) != SIZE_MAX;)
        said = tw_str_sub(said, at + 1, said.n);
    said.n = TW_MIN(said.n, (size_t)300);
    return tw_fail(err, TW_EINPUT,
                   "%s: it ended before its work was done%s%.*s; check what it was given", p->name,
                   said.n ? ": " : "", TW_ARG(said));
}

/* Wait for room to write (when asked) or anything to read, and read it. */
static enum tw_rc turn(tw_process *p, bool writing, int wait_ms, tw_error *err) {
    struct pollfd fds[] = {
        {.fd = p->out, .events = POLLIN},
        {.fd = p->errors, .events = POLLIN},
        {.fd = writing ? p->in : -1, .events = POLLOUT},
    };
    if (poll(fds, TW_COUNT(fds), wait_ms) < 0 && errno != EINTR)
        return tw_fail_errno(err, TW_EINPUT, "cannot talk to the program", "try again");
    if (drain(&p->out, &p->held) && drain(&p->errors, &p->held_errors))
        return TW_OK;
    if (p->held.n < HELD_MAX - CHUNK && p->held_errors.n < HELD_MAX - CHUNK)
        return tw_fail_memory(err);
    return tw_fail(err, TW_EINPUT,
                   "%s: it printed more than %d MB that nobody asked for; check that it is the "
                   "program you mean",
                   p->name, HELD_MAX >> 20);
}

enum tw_rc tw_process_write(tw_process *p, tw_str bytes, int timeout_ms, tw_error *err) {
    deadline end = deadline_in(timeout_ms);
    while (bytes.n) {
        ssize_t put = p->in >= 0 ? write(p->in, bytes.p, bytes.n) : -1;
        if (put >= 0) {
            bytes = tw_str_sub(bytes, (size_t)put, bytes.n);
            continue;
        }
        if (p->in < 0 || (errno != EAGAIN && errno != EINTR)) {
            (void)turn(p, false, 0, NULL);
            return fail_gone(p, err);
        }
        int wait = left_ms(end, -1);
        if (wait == 0)
            return fail_late(p, err);
        enum tw_rc rc = turn(p, true, wait, err);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

/* Remove the first n bytes. */
static void cut_front(tw_buf *buf, size_t n) {
    if (n == 0)
        return;
    memmove(buf->p, buf->p + n, buf->n - n + 1);
    buf->n -= n;
}

static void move_errors(tw_process *p, tw_buf *errors) {
    if (!errors)
        return;
    tw_buf_str(errors, tw_buf_view(&p->held_errors));
    tw_buf_clear(&p->held_errors);
}

/* The line end behind a token may come later than the token. */
static void drop_line_end(tw_process *p) {
    if (!p->drop_line_end || p->held.n == 0)
        return;
    if (p->held.p[0] == '\n')
        cut_front(&p->held, 1);
    else if (tw_str_starts(tw_buf_view(&p->held), TW_STR("\r\n")))
        cut_front(&p->held, 2);
    p->drop_line_end = false;
}

static enum tw_rc hand_over(tw_process *p, size_t before, size_t token, tw_buf *out,
                            tw_error *err) {
    tw_buf_add(out, p->held.p, before);
    cut_front(&p->held, before + token);
    p->drop_line_end = true;
    drop_line_end(p);
    return tw_buf_check(out, err);
}

enum tw_rc tw_process_read_until(tw_process *p, tw_str token, int timeout_ms, tw_task *task,
                                 tw_buf *out, tw_buf *errors, tw_error *err) {
    deadline end = deadline_in(timeout_ms);
    enum tw_rc rc = TW_OK;
    for (size_t looked = 0;;) {
        drop_line_end(p);
        size_t at = tw_str_find(tw_buf_view(&p->held), token, looked);
        if (at != SIZE_MAX) {
            rc = hand_over(p, at, token.n, out, err);
            break;
        }
        looked = p->held.n >= token.n ? p->held.n - token.n + 1 : 0;
        if (p->out < 0) {
            (void)turn(p, false, 0, NULL);
            rc = fail_gone(p, err);
            break;
        }
        int wait = left_ms(end, task ? SLICE_MS : -1);
        rc = wait == 0 ? fail_late(p, err) : turn(p, false, wait, err);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
        if (rc != TW_OK)
            break;
    }
    move_errors(p, errors);
    return rc;
}

enum tw_rc tw_process_finish(tw_process *p, int timeout_ms, tw_buf *out, int *status,
                             tw_error *err) {
    deadline end = deadline_in(timeout_ms);
    close_all(&p->in, 1);
    for (;;) {
        /* What a child leaves running may keep its pipes open: its own end is what counts. */
        bool ended = look(p, WNOHANG);
        int slice = p->out < 0 && p->errors < 0 ? 1 : SLICE_MS;
        enum tw_rc rc = turn(p, false, ended ? 0 : left_ms(end, slice), err);
        if (rc != TW_OK)
            return rc;
        if (ended)
            break;
        if (left_ms(end, -1) == 0)
            return fail_late(p, err);
    }
    drop_line_end(p);
    tw_buf_str(out, tw_buf_view(&p->held));
    tw_buf_clear(&p->held);
    if (status)
        *status = p->status;
    return tw_buf_check(out, err);
}

bool tw_keep_standard_descriptors(void) {
    static const int ways[] = {O_WRONLY, O_RDONLY, O_RDWR};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", ways[fd]) != fd)
            return false;
    return true;
}
