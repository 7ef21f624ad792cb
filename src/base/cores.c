/* The number of cores this process may use: affinity mask first, then the CPU quota of its control
 * group and of every group above it (version 2: cpu.max; version 1: cfs quota and period). sysconf
 * alone counts the machine's cores, and a pool of 64 threads in a container of 2 only fights
 * itself. */
#include "config.h"

#include "base/cores.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/number.h"
#include "base/task.h"

enum { PATH_ROOM = 1024, CPUS_MAX = 1 << 16 };

/* Affinity masks of machines with more than 1024 cores do not fit cpu_set_t: grow until the kernel
 * agrees. */
static size_t cores_by_affinity(void) {
    for (int cpus = 1024; cpus <= CPUS_MAX; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        if (!set)
            break;
        size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (count > 0)
            return (size_t)count;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

/* A small file of the kernel's; empty when it is not there. */
static tw_str read_small(const char *path, char *room, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return TW_STR("");
    ssize_t n = read(fd, room, size);
    close(fd);
    return (tw_str){room, n > 0 ? (size_t)n : 0};
}

/* No limit is written as -1 or as no number at all. */
static size_t ratio_up(int64_t quota, int64_t period) {
    if (quota <= 0 || period <= 0)
        return 0;
    return (size_t)(quota / period + (quota % period != 0));
}

size_t tw_cores_of_quota(tw_str cpu_max) {
    int64_t quota, period;
    tw_str rest = tw_str_trim(cpu_max), part;
    if (!tw_str_split(&rest, ' ', &part) || !tw_parse_i64(part, &quota))
        return 0;
    if (!tw_parse_i64(rest, &period))
        return 0;
    return ratio_up(quota, period);
}

static size_t quota_v2(const char *folder) {
    char path[PATH_ROOM + 64], room[128];
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    return tw_cores_of_quota(read_small(path, room, sizeof room));
}

static size_t quota_v1(const char *folder) {
    char path[PATH_ROOM + 64], room[128];
    int64_t quota, period;
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
    if (!tw_parse_i64(tw_str_trim(read_small(path, room, sizeof room)), &quota))
        return 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
    if (!tw_parse_i64(tw_str_trim(read_small(path, room, sizeof room)), &period))
        return 0;
    return ratio_up(quota, period);
}

/* The least quota of root/group and all folders above it; 0 = none. */
static size_t least_quota(const char *root, tw_str group, size_t (*quota)(const char *folder)) {
    char folder[PATH_ROOM];
    size_t least = 0, root_n = strlen(root);
    int n = snprintf(folder, sizeof folder, "%s%.*s", root, TW_ARG(group));
    if (n < 0 || (size_t)n >= sizeof folder)
        return 0;
    for (;;) {
        size_t cores = quota(folder);
        if (cores && (!least || cores < least))
            least = cores;
        char *slash = strrchr(folder, '/');
        if (!slash || (size_t)(slash - folder) < root_n)
            return least;
        *slash = '\0';
    }
}

/* Lines of /proc/self/cgroup: "0::/path" (version 2) or "4:cpu,cpuacct:/path" (version 1). */
static size_t cores_by_quota(void) {
    char room[4096];
    tw_str rest = read_small("/proc/self/cgroup", room, sizeof room), line;
    size_t least = 0;
    while (tw_str_split(&rest, '\n', &line)) {
        tw_str number, controllers;
        if (!tw_str_split(&line, ':', &number) || !tw_str_split(&line, ':', &controllers))
            continue;
        size_t cores = 0;
        if (controllers.n == 0)
            cores = least_quota("/sys/fs/cgroup", line, quota_v2);
        else if (tw_str_find(controllers, TW_STR("cpu"), 0) != SIZE_MAX)
            cores = least_quota("/sys/fs/cgroup/cpu", line, quota_v1);
        if (cores && (!least || cores < least))
            least = cores;
    }
    return least;
}

size_t tw_cores_usable(void) {
    size_t cores = cores_by_affinity(), quota = cores_by_quota();
    return quota && quota < cores ? quota : cores;
}
