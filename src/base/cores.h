/* How many cores a container leaves us: the arithmetic of cgroup quotas, apart from the files it
 * reads.
 *
 * Pure function. tw_cores_usable itself is declared in base/task.h. */
#ifndef TW_BASE_CORES_H
#define TW_BASE_CORES_H

#include "base/str.h"

/* Cores of a cgroup v2 cpu.max text ("max 100000", "150000 100000\n"), rounded up; 0 = no limit or
 * not readable. */
size_t tw_cores_of_quota(tw_str cpu_max);

#endif
