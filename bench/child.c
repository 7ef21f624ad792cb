/* fork, sample, wait.
 *
 * The kernel keeps the peak of a process's resident set, but that counts every page of a mapped
 * file, and a reader that maps 1 GB would look as if it held 1 GB. So the parent samples what is
 * resident and not shared with a file every few milliseconds; it sleeps in sigtimedwait, which the
 * end of the child interrupts, so that sampling adds nothing to the time of a short run. */
#include "config.h"

#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NANOS 4000000
#define SHORT_S 0.020
#define MIB (1024.0 * 1024.0)

typedef struct report { /* from the child that worked to its parent */
    double cpu_s, wall_s, value;
} report;

static double seconds(clockid_t clock) {
    struct timespec t = {0};
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double of_timeval(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Resident pages that no file stands behind, in MiB; 0 where /proc does not tell. */
static double own_mib(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *f = fopen(path, "r");
    long resident = 0, shared = 0;
    if (f && fscanf(f, "%*d %ld %ld", &resident, &shared) != 2)
        resident = shared = 0;
    if (f)
        fclose(f);
    return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE) / MIB;
}

/* Wait for the child and sample it meanwhile; false when it failed. */
static bool watch(pid_t pid, const sigset_t *ended, double start, figures *out) {
    const struct timespec pause = {0, SAMPLE_NANOS};
    struct rusage used;
    int status = 0;
    double peak = 0;
    while (wait4(pid, &status, WNOHANG, &used) == 0) {
        double now = own_mib(pid);
        peak = TW_MAX(peak, now);
        sigtimedwait(ended, NULL, &pause);
    }
    out->wall_s = seconds(CLOCK_MONOTONIC) - start;
    out->cpu_s = of_timeval(used.ru_utime) + of_timeval(used.ru_stime);
    out->peak_mib = peak > 0 && out->wall_s > SHORT_S ? peak : (double)used.ru_maxrss * 1024 / MIB;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static sigset_t block_child_signal(void) {
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    return ended;
}

static TW_NORETURN void work_and_exit(child_work work, const char *path, int to) {
    report r = {.cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID), .wall_s = seconds(CLOCK_MONOTONIC)};
    bool good = work(path, &r.value);
    r.cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID) - r.cpu_s;
    r.wall_s = seconds(CLOCK_MONOTONIC) - r.wall_s;
    good = good && write(to, &r, sizeof r) == (ssize_t)sizeof r;
    _exit(good ? 0 : 1);
}

bool child_run_work(child_work work, const char *path, figures *out) {
    int ends[2];
    sigset_t ended = block_child_signal();
    if (pipe(ends))
        return false;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        work_and_exit(work, path, ends[1]);
    close(ends[1]);
    report r = {0};
    bool good = pid > 0 && watch(pid, &ended, seconds(CLOCK_MONOTONIC), out) &&
                read(ends[0], &r, sizeof r) == (ssize_t)sizeof r;
    close(ends[0]);
    out->cpu_s = r.cpu_s;
    out->wall_s = r.wall_s;
    out->value = r.value;
    return good;
}

static TW_NORETURN void become(char *const argv[]) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0)
        execvp(argv[0], argv);
    fprintf(stderr, "measure: cannot start %s\n", argv[0]);
    _exit(127);
}

bool child_run_command(char *const argv[], figures *out) {
    sigset_t ended = block_child_signal();
    double start = seconds(CLOCK_MONOTONIC);
    out->value = 0;
    pid_t pid = fork();
    if (pid == 0)
        become(argv);
    return pid > 0 && watch(pid, &ended, start, out);
}
