/* What is measured inside a process: readers of a CSV file, ours and the yardsticks.
 *
 * Each opens the file itself, so that mapping it and touching its pages count for all alike; all
 * run in one thread. They take comma and double quote for granted, as the generated files have
 * them, but for those that open a file the way the program does. */
#ifndef TW_BENCH_TASKS_H
#define TW_BENCH_TASKS_H

#include "child.h"

typedef struct task_row {
    const char *name;
    child_work work;
    const char *finds; /* what its value is */
} task_row;

extern const task_row tasks[];
extern const size_t n_tasks;
/* NULL when there is none of that name. */
const task_row *task_named(const char *name);

#endif
