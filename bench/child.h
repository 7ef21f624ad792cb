/* Something done in a child process, and what it took.
 *
 * Each run gets a process of its own, so that no run profits from memory or mappings of the one
 * before. Main thread only; not for use beside other children. */
#ifndef TW_BENCH_CHILD_H
#define TW_BENCH_CHILD_H

#include "base/attr.h"

/* What a run took. cpu_s is user and system time of all threads. peak_mib is the greatest memory of
 * the process itself: mapped files are not counted, for they are the page cache's. A run shorter
 * than a few samples (20 ms) reports its whole resident set instead. */
typedef struct figures {
    double cpu_s, wall_s, peak_mib;
    double value; /* what a work found, 0 of a command */
} figures;

/* Work in the forked child: false (with a message on stderr) when it failed. */
typedef bool (*child_work)(const char *path, double *value);

/* Time of the work alone, by the child's own clocks. False when it failed. */
TW_NODISCARD bool child_run_work(child_work work, const char *path, figures *out);
/* Time of a command from start to end; its stdout goes to /dev/null. False when it could not be
 * started or its status was not 0. */
TW_NODISCARD bool child_run_command(char *const argv[], figures *out);

#endif
