/* The growing byte buffer every writer appends to.
 *
 * Failure is sticky: a writer appends a hundred things and looks once at the end. The maximum is
 * the caller's word on how much it is ready to hold, so that data cannot make a buffer grow without
 * end. An empty buffer points at a constant "" and owns nothing (capacity 0). */
#include "base/buf.h"

static char *nothing(void) {
    return (char *)(uintptr_t) ""; /* never written: capacity 0 says so */
}

void tw_buf_init(tw_buf *buf, size_t max) {
    *buf = (tw_buf){.p = nothing(), .max = max};
}

void tw_buf_init_cut(tw_buf *buf, size_t max) {
    *buf = (tw_buf){.p = nothing(), .max = max, .cuts = true};
}

void tw_buf_fini(tw_buf *buf) {
    if (buf->capacity)
        free(buf->p);
    *buf = (tw_buf){.p = nothing(), .max = buf->max, .cuts = buf->cuts};
}

void tw_buf_clear(tw_buf *buf) {
    buf->n = 0;
    buf->failed = false;
    if (buf->capacity)
        buf->p[0] = '\0';
}

static bool grow(tw_buf *buf, size_t need) {
    size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    char *p = tw_realloc(buf->capacity ? buf->p : NULL, capacity, 1);
    if (!p)
        return false;
    if (!buf->capacity)
        p[0] = '\0';
    buf->p = p;
    buf->capacity = capacity;
    return true;
}

bool tw_buf_reserve(tw_buf *buf, size_t extra) {
    size_t need;
    if (buf->failed)
        return false;
    if (!tw_add(buf->n, extra, &need) || need > buf->max || need == SIZE_MAX)
        return !(buf->failed = true);
    if (need < buf->capacity)
        return true;
    buf->failed = !grow(buf, need + 1);
    return !buf->failed;
}

bool tw_buf_add(tw_buf *buf, const void *bytes, size_t n) {
    if (buf->cuts)
        n = TW_MIN(n, buf->max - buf->n);
    if (n == 0)
        return !buf->failed;
    if (!tw_buf_reserve(buf, n))
        return false;
    memcpy(buf->p + buf->n, bytes, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
    return true;
}

bool tw_buf_str(tw_buf *buf, tw_str s) {
    return tw_buf_add(buf, s.p, s.n);
}

bool tw_buf_c(tw_buf *buf, const char *text) {
    return tw_buf_add(buf, text, text ? strlen(text) : 0);
}

bool tw_buf_char(tw_buf *buf, char c) {
    return tw_buf_add(buf, &c, 1);
}

bool tw_buf_fill(tw_buf *buf, char c, size_t n) {
    if (n == 0)
        return !buf->failed;
    if (!tw_buf_reserve(buf, n))
        return false;
    memset(buf->p + buf->n, c, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
    return true;
}

bool tw_buf_vprintf(tw_buf *buf, const char *fmt, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    bool good = n >= 0 && tw_buf_reserve(buf, (size_t)n);
    if (good && n > 0) {
        vsnprintf(buf->p + buf->n, (size_t)n + 1, fmt, again);
        buf->n += (size_t)n;
    }
    va_end(again);
    if (!good)
        buf->failed = true;
    return good;
}

bool tw_buf_printf(tw_buf *buf, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    bool good = tw_buf_vprintf(buf, fmt, args);
    va_end(args);
    return good;
}

tw_str tw_buf_view(const tw_buf *buf) {
    return (tw_str){buf->p ? buf->p : "", buf->n};
}

char *tw_buf_take(tw_buf *buf) {
    if (buf->failed) {
        tw_buf_fini(buf);
        return NULL;
    }
    char *bytes = buf->capacity ? buf->p : tw_calloc(1, 1);
    tw_buf_init(buf, buf->max);
    return bytes;
}

enum tw_rc tw_buf_check(const tw_buf *buf, tw_error *err) {
    if (!buf->failed)
        return TW_OK;
    return tw_fail(err, TW_ENOMEM,
                   "out of memory: a text of over %zu bytes does not fit; ask for less at once",
                   buf->n);
}
