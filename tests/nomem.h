/* Memory that runs out on purpose: every allocation of a scenario fails once, alone and with all
 * that follow. Each time the scenario must say TW_ENOMEM, crash nothing and leak nothing
 * (sanitizers look); at the end it succeeds. For one test program each; the linker puts these
 * functions in place of malloc, calloc and realloc (-Wl,--wrap). */
#ifndef TW_TESTS_NOMEM_H
#define TW_TESTS_NOMEM_H

#include <stdlib.h>

#include "base/error.h"
#include "tests/tap.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t n);

static _Thread_local long nomem_calls, nomem_from = -1, nomem_to = -1;

static bool nomem_fails(void) {
    nomem_calls++;
    return nomem_calls >= nomem_from && nomem_calls <= nomem_to;
}

void *__wrap_malloc(size_t n) {
    return nomem_fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size) {
    return nomem_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t n) {
    return nomem_fails() ? NULL : __real_realloc(old, n);
}

/* Whether the scenario got as far as the first failure. */
static bool nomem_run(enum tw_rc (*scenario)(void), long from, long to, enum tw_rc *rc) {
    nomem_calls = 0;
    nomem_from = from;
    nomem_to = to;
    *rc = scenario();
    bool hit = nomem_calls >= from;
    nomem_from = nomem_to = -1;
    return hit;
}

/* Every step-th allocation. */
static void nomem_sweep(enum tw_rc (*scenario)(void), const char *name, long step) {
    long failed = 0;
    bool good = true;
    enum tw_rc rc;
    for (int alone = 0; alone < 2; alone++)
        for (long n = 1; nomem_run(scenario, n, alone ? n : 1000000, &rc); n += step, failed++)
            if (rc != TW_ENOMEM && !(alone && rc == TW_OK)) { /* a lone failure may be made good */
                printf("# allocation %ld, alone %d: rc %d\n", n, alone, (int)rc);
                good = false;
            }
    ok(good && failed > 0 && rc == TW_OK, "%s: %ld failures", name, failed);
}

#endif
