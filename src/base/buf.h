/* A growing byte buffer with a mandatory maximum.
 *
 * tw_buf_init/tw_buf_fini in place; the bytes are the buffer's own and stay until the next append.
 * Append functions return false and set `failed` when memory or the maximum is out; later appends
 * do nothing, so a writer may check once at the end. `p` is always terminated with a NUL beyond
 * `n`. */
#ifndef TW_BASE_BUF_H
#define TW_BASE_BUF_H

#include <stdarg.h>

#include "base/error.h"
#include "base/str.h"

typedef struct tw_buf {
    char *p;
    size_t n, capacity, max;
    bool failed;
    bool cuts; /* what goes beyond the maximum is dropped, which is no failure */
} tw_buf;

#define TW_BUF_MAX ((size_t)1 << 40)

void tw_buf_init(tw_buf *buf, size_t max);
/* For who wants the first `max` bytes of a text, whatever its length: tw_buf_add cuts. */
void tw_buf_init_cut(tw_buf *buf, size_t max);
void tw_buf_fini(tw_buf *buf);
void tw_buf_clear(tw_buf *buf); /* keeps the capacity, resets failed */
bool tw_buf_reserve(tw_buf *buf, size_t extra);
bool tw_buf_add(tw_buf *buf, const void *bytes, size_t n);
bool tw_buf_str(tw_buf *buf, tw_str s);
bool tw_buf_c(tw_buf *buf, const char *text);
bool tw_buf_char(tw_buf *buf, char c);
bool tw_buf_fill(tw_buf *buf, char c, size_t n);
bool tw_buf_printf(tw_buf *buf, const char *fmt, ...) TW_PRINTF(2, 3);
bool tw_buf_vprintf(tw_buf *buf, const char *fmt, va_list args) TW_PRINTF(2, 0);
tw_str tw_buf_view(const tw_buf *buf);
/* Hand the bytes over as a heap string (free()) and empty the buffer; NULL when failed. */
TW_NODISCARD char *tw_buf_take(tw_buf *buf);
/* TW_OK, or TW_ENOMEM with a message when an append failed. */
TW_NODISCARD enum tw_rc tw_buf_check(const tw_buf *buf, tw_error *err);

#endif
