/* The only door to the clock, so that tests and headless runs can stop it.
 *
 * A clock is a value; NULL means the system's. */
#ifndef TW_BASE_CLOCK_H
#define TW_BASE_CLOCK_H

#include "base/attr.h"

typedef struct tw_clock {
    int64_t (*monotonic_micros)(void *self);
    int64_t (*wall_micros)(void *self); /* since 1970-01-01 UTC */
    void *self;
} tw_clock;

int64_t tw_clock_monotonic(const tw_clock *clock);
int64_t tw_clock_wall(const tw_clock *clock);
/* A clock that always answers `wall_micros` and 0: headless runs. */
tw_clock tw_clock_fixed(int64_t *wall_micros);

#endif
