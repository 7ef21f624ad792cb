/* The two things attr.h cannot do inline: stop on a broken invariant, and allocate with a checked
 * product.
 *
 * Every allocation whose size comes from data goes through here, so a product that overflows looks
 * like memory that is out and takes the same path. tw_bug_at is the only place below the program
 * that prints: after it nothing can be trusted any more, not even the log. */
#include "base/attr.h"

void tw_bug_at(const char *file, int line, const char *why) {
    fprintf(stderr, "trowel: bug at %s:%d: %s\n", file, line, why);
    abort();
}

void *tw_calloc(size_t n, size_t size) {
    if (n == 0 || size == 0)
        return calloc(1, 1);
    return calloc(n, size); /* calloc checks the product itself */
}

void *tw_realloc(void *old, size_t n, size_t size) {
    size_t bytes;
    if (!tw_mul(n, size, &bytes))
        return NULL;
    return realloc(old, bytes ? bytes : 1);
}
