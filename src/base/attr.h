/* Compiler attributes, checked arithmetic and small constants every room may use.
 *
 * Nothing here owns memory. `TW_BUG` is for programmer mistakes only: input never reaches it. */
#ifndef TW_BASE_ATTR_H
#define TW_BASE_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/banned.h"

#define TW_NODISCARD __attribute__((warn_unused_result))
#define TW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define TW_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define TW_COLD __attribute__((cold))
#define TW_NORETURN __attribute__((noreturn))
#define TW_UNUSED __attribute__((unused))

/* Function multiversioning for kernels: empty under TSan and off x86 (they crash there). */
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(TW_NO_CLONES) &&              \
    defined(__GNUC__) && !defined(__clang__)
#define TW_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define TW_KERNEL
#endif

#define TW_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TW_MIN(a, b) ((a) < (b) ? (a) : (b))
#define TW_MAX(a, b) ((a) > (b) ? (a) : (b))

/* Abort with file, line and reason: a broken invariant of ours, never bad input. */
TW_NORETURN TW_COLD void tw_bug_at(const char *file, int line, const char *why);
#define TW_BUG(why) tw_bug_at(__FILE__, __LINE__, (why))

/* a * b and a + b; false on overflow, *out is then unspecified. */
TW_NODISCARD static inline bool tw_mul(size_t a, size_t b, size_t *out) {
    return !__builtin_mul_overflow(a, b, out);
}
TW_NODISCARD static inline bool tw_add(size_t a, size_t b, size_t *out) {
    return !__builtin_add_overflow(a, b, out);
}

/* High half of the 128-bit product, low half in *low. */
static inline uint64_t tw_mul_wide(uint64_t a, uint64_t b, uint64_t *low) {
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    uint64_t middle = ah * bl + (al * bl >> 32), cross = al * bh + (uint32_t)middle;
    *low = a * b;
    return ah * bh + (middle >> 32) + (cross >> 32);
#endif
}

/* calloc(n, size) with checked product; NULL on overflow or when memory is out. n = 0 gives one
 * byte. */
TW_NODISCARD void *tw_calloc(size_t n, size_t size);
/* realloc to n * size bytes, checked; NULL leaves the old block as it was. */
TW_NODISCARD void *tw_realloc(void *old, size_t n, size_t size);

/* Exact comparison of floats, named so that it is seen to be meant. */
static inline bool tw_same_f64(double a, double b) {
    return a <= b && a >= b;
}

#endif
