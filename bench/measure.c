/* measure [-n RUNS] [-m] -t TASK [-t TASK]… FILE
 * measure [-n RUNS] [-m] -- COMMAND…
 *
 * Runs tasks of tasks.c on FILE, or a command, RUNS times (default 5) and prints a line for each:
 * its name, CPU seconds, wall seconds, peak MiB and the value it found. Times are the best of all
 * runs, because other work on the machine only ever adds; -m gives the median of the wall time,
 * which is what somebody waits for. Several tasks take turns, so that what goes on beside them hits
 * all alike. The building block of bench/run. */
#include "config.h"

#include "tasks.h"

#include <unistd.h>

#include "base/number.h"
#include "base/str.h"

enum { MAX_TASKS = 8, MAX_RUNS = 999 };

typedef struct plan {
    const task_row *tasks[MAX_TASKS];
    size_t n_tasks, runs;
    bool median;
    char *const *command; /* NULL: tasks on path */
    const char *path;
} plan;

typedef struct series {
    figures best;
    double walls[MAX_RUNS];
    size_t n;
} series;

static int usage(const char *why) {
    fprintf(stderr,
            "measure: %s\n"
            "usage: measure [-n RUNS] [-m] -t TASK [-t TASK]... FILE\n"
            "       measure [-n RUNS] [-m] -- COMMAND...\ntasks:",
            why);
    for (size_t i = 0; i < n_tasks; i++)
        fprintf(stderr, " %s", tasks[i].name);
    fprintf(stderr, "\n");
    return 2;
}

static void add(series *s, const figures *f) {
    s->walls[s->n] = f->wall_s;
    if (s->n++ == 0) {
        s->best = *f;
        return;
    }
    s->best.cpu_s = TW_MIN(s->best.cpu_s, f->cpu_s);
    s->best.wall_s = TW_MIN(s->best.wall_s, f->wall_s);
    s->best.peak_mib = TW_MAX(s->best.peak_mib, f->peak_mib);
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(const char *name, series *s, bool median) {
    qsort(s->walls, s->n, sizeof *s->walls, by_size);
    double wall = median ? s->walls[s->n / 2] : s->best.wall_s;
    printf("%s %.4f %.4f %.1f %.10g\n", name, s->best.cpu_s, wall, s->best.peak_mib, s->best.value);
}

static bool run(const plan *p, size_t task, figures *out) {
    return p->command ? child_run_command(p->command, out)
                      : child_run_work(p->tasks[task]->work, p->path, out);
}

static int measure(const plan *p) {
    series all[MAX_TASKS] = {0};
    size_t n = p->command ? 1 : p->n_tasks;
    for (size_t r = 0; r < p->runs; r++)
        for (size_t i = 0; i < n; i++) {
            figures f = {0};
            if (!run(p, i, &f)) {
                fprintf(stderr, "measure: %s failed\n",
                        p->command ? p->command[0] : p->tasks[i]->name);
                return 1;
            }
            add(&all[i], &f);
        }
    for (size_t i = 0; i < n; i++)
        print(p->command ? p->command[0] : p->tasks[i]->name, &all[i], p->median);
    return 0;
}

static bool take_runs(const char *text, size_t *runs) {
    int64_t n = 0;
    if (!tw_parse_i64(tw_str_c(text), &n) || n < 1 || n > MAX_RUNS)
        return false;
    *runs = (size_t)n;
    return true;
}

int main(int argc, char **argv) {
    plan p = {.runs = 5};
    for (int c; (c = getopt(argc, argv, "+mn:t:")) != -1;) {
        if (c == 'm')
            p.median = true;
        else if (c == 'n' && !take_runs(optarg, &p.runs))
            return usage("RUNS must be from 1 to 999");
        else if (c == 't' && p.n_tasks == MAX_TASKS)
            return usage("too many tasks");
        else if (c == 't' && !(p.tasks[p.n_tasks++] = task_named(optarg)))
            return usage("there is no such task");
        else if (c == '?')
            return usage("wrong flag");
    }
    if (optind >= argc)
        return usage("FILE or COMMAND is missing");
    if (p.n_tasks == 0)
        p.command = argv + optind;
    p.path = argv[optind];
    return measure(&p);
}
