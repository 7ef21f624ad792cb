/* Slices: comparing, searching, cutting. No allocation except tw_str_dup and very long edit
 * distances.
 *
 * Case folding here is ASCII only, on purpose: names of commands, options and patterns are ASCII.
 * Text of the user's data goes through base/unicode. */
#include "config.h"

#include "base/str.h"

tw_str tw_str_c(const char *text) {
    return text ? (tw_str){text, strlen(text)} : (tw_str){"", 0};
}

bool tw_str_eq(tw_str a, tw_str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool tw_str_eq_c(tw_str a, const char *b) {
    return tw_str_eq(a, tw_str_c(b));
}

static unsigned char ascii_lower(char c) {
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool tw_str_eq_nocase(tw_str a, tw_str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

int tw_str_cmp(tw_str a, tw_str b) {
    size_t n = TW_MIN(a.n, b.n);
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool tw_str_starts(tw_str s, tw_str head) {
    return s.n >= head.n && tw_str_eq(tw_str_sub(s, 0, head.n), head);
}

bool tw_str_ends(tw_str s, tw_str tail) {
    return s.n >= tail.n && tw_str_eq(tw_str_sub(s, s.n - tail.n, s.n), tail);
}

size_t tw_str_find(tw_str s, tw_str needle, size_t from) {
    if (from > s.n || needle.n > s.n - from)
        return SIZE_MAX;
    if (needle.n == 0)
        return from;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

size_t tw_str_find_char(tw_str s, char c, size_t from) {
    if (from >= s.n)
        return SIZE_MAX;
    const char *hit = memchr(s.p + from, c, s.n - from);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

tw_str tw_str_trim(tw_str s) {
    while (s.n && is_blank(s.p[0]))
        s = tw_str_sub(s, 1, s.n);
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool tw_str_split(tw_str *rest, char sep, tw_str *part) {
    if (!rest->p)
        return false;
    size_t at = tw_str_find_char(*rest, sep, 0);
    if (at == SIZE_MAX) {
        *part = *rest;
        *rest = (tw_str){NULL, 0};
        return true;
    }
    *part = tw_str_sub(*rest, 0, at);
    *rest = tw_str_sub(*rest, at + 1, rest->n);
    return true;
}

char *tw_str_dup(tw_str s) {
    if (s.n == SIZE_MAX)
        return NULL;
    char *copy = tw_calloc(s.n + 1, 1);
    if (copy && s.n)
        memcpy(copy, s.p, s.n);
    return copy;
}

/* Without the common front and end: they never change the distance, and most words asked about
 * share them. */
static void strip_common(tw_str *a, tw_str *b) {
    while (a->n && b->n && a->p[0] == b->p[0]) {
        *a = tw_str_sub(*a, 1, a->n);
        *b = tw_str_sub(*b, 1, b->n);
    }
    while (a->n && b->n && a->p[a->n - 1] == b->p[b->n - 1]) {
        a->n--;
        b->n--;
    }
}

/* Three rolling rows of the dynamic programme (Wagner-Fischer with adjacent swaps), each b.n + 1
 * long. */
static size_t distance_rows(tw_str a, tw_str b, size_t limit, size_t *rows) {
    size_t width = b.n + 1;
    size_t *older = rows, *old = rows + width, *now = rows + 2 * width;
    for (size_t j = 0; j <= b.n; j++)
        old[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t best = now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t cost = old[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            cost = TW_MIN(cost, TW_MIN(old[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                cost = TW_MIN(cost, older[j - 2] + 1);
            now[j] = cost;
            best = TW_MIN(best, cost);
        }
        if (best > limit + 1) /* a swap may still skip one row, hence not `> limit` */
            return limit + 1;
        size_t *spare = older;
        older = old;
        old = now;
        now = spare;
    }
    return TW_MIN(old[b.n], limit + 1);
}

size_t tw_str_distance(tw_str a, tw_str b, size_t limit) {
    enum { SHORT = 64 };
    if (limit > SIZE_MAX / 4)
        limit = SIZE_MAX / 4;
    strip_common(&a, &b);
    size_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;
    if (gap > limit)
        return limit + 1;
    if (a.n == 0 || b.n == 0)
        return gap;
    size_t stack[3 * (SHORT + 1)];
    if (b.n <= SHORT)
        return distance_rows(a, b, limit, stack);
    size_t *rows = tw_calloc(3 * (b.n + 1), sizeof *rows);
    size_t distance = rows ? distance_rows(a, b, limit, rows) : limit + 1;
    free(rows);
    return distance;
}
