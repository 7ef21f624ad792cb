/* TAP for unit tests: ok/is/is_f64/is_str and a plan at the end. The only header a test includes besides the tested ones.
 *
 * int main(void) { …; return tap_done(); } */
#ifndef TW_TESTS_TAP_H
#define TW_TESTS_TAP_H

#include <math.h>
#include <stdarg.h>

#include "base/error.h"
#include "base/str.h"

static int tap_count, tap_failures;

static inline bool tap_ok(bool good, const char *file, int line, const char *fmt, ...) TW_PRINTF(4, 5);
static inline bool tap_ok(bool good, const char *file, int line, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    vprintf(fmt, args);
    printf("\n");
    va_end(args);
    if (!good) {
        tap_failures++;
        printf("# at %s:%d\n", file, line);
    }
    fflush(stdout);
    return good;
}

static inline bool tap_near(double got, double want, double tolerance, const char *file, int line, const char *name) {
    double scale = fabs(want) > 1 ? fabs(want) : 1;
    bool good = (isnan(got) && isnan(want)) || fabs(got - want) <= tolerance * scale;
    tap_ok(good, file, line, "%s", name);
    if (!good)
        printf("# got %.17g, want %.17g\n", got, want);
    return good;
}

static inline bool tap_text(tw_str got, tw_str want, const char *file, int line, const char *name) {
    bool good = tw_str_eq(got, want);
    tap_ok(good, file, line, "%s", name);
    if (!good)
        printf("# got  '%.*s'\n# want '%.*s'\n", TW_ARG(got), TW_ARG(want));
    return good;
}

#define ok(good, ...) tap_ok((good), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, name)                                                                                        \
    do {                                                                                                               \
        long long tap_got = (long long)(got), tap_want = (long long)(want);                                            \
        if (!ok(tap_got == tap_want, "%s", name))                                                                      \
            printf("# got %lld, want %lld\n", tap_got, tap_want);                                                      \
    } while (0)
#define is_near(got, want, tolerance, name) tap_near((got), (want), (tolerance), __FILE__, __LINE__, (name))
#define is_text(got, want, name) tap_text((got), tw_str_c(want), __FILE__, __LINE__, (name))
#define succeeds(call, err, name)                                                                                      \
    do {                                                                                                               \
        enum tw_rc tap_rc = (call);                                                                                    \
        if (!ok(tap_rc == TW_OK, "%s", name))                                                                          \
            printf("# rc %d: %s\n", (int)tap_rc, (err)->message);                                                      \
    } while (0)

static inline int tap_done(void) {
    printf("1..%d\n", tap_count);
    return tap_failures ? 1 : 0;
}

#endif
