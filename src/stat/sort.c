/* Least-significant-digit radix sort, six digits of 11 bits, over an order-preserving whole number.
 *
 * All digit counts are taken in one pass; a digit in which all keys agree is skipped, which halves
 * the work on the narrow ranges real columns have. Short inputs use insertion. */
#include "stat/sort.h"

#include <math.h>

enum { DIGIT_BITS = 11, DIGITS = 6, RADIX = 1 << DIGIT_BITS, SHORT_INPUT = 32 };

typedef struct item {
    uint64_t key;
    uint32_t index;
} item;

static size_t digit_of(uint64_t key, int d) {
    return key >> (d * DIGIT_BITS) & (RADIX - 1);
}

/* Counts to start offsets; false when one digit value holds all keys. */
static bool starts_of(uint32_t *count, size_t n) {
    uint32_t at = 0;
    for (size_t i = 0; i < RADIX; i++) {
        uint32_t here = count[i];
        if (here == n)
            return false;
        count[i] = at;
        at += here;
    }
    return true;
}

static void insertion_sort(item *a, size_t n) {
    for (size_t i = 1; i < n; i++) {
        item x = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1].key > x.key; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
}

/* Sorts a; b is room for n more. Returns the array that holds the result. */
static item *radix_sort(item *a, item *b, size_t n, uint32_t (*count)[RADIX]) {
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            count[d][digit_of(a[i].key, d)]++;
    for (int d = 0; d < DIGITS; d++) {
        if (!starts_of(count[d], n))
            continue;
        for (size_t i = 0; i < n; i++)
            b[count[d][digit_of(a[i].key, d)]++] = a[i];
        item *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

/* Sorted items of n keys made by key_at; *block is freed by the caller. NULL = memory is out. */
static item *sorted_items(item *block, size_t n) {
    if (n <= SHORT_INPUT) {
        insertion_sort(block, n);
        return block;
    }
    uint32_t(*count)[RADIX] = tw_calloc(DIGITS, sizeof *count);
    item *sorted = count ? radix_sort(block, block + n, n, count) : NULL;
    free(count);
    return sorted;
}

static item *new_block(size_t n) {
    size_t twice;
    return tw_mul(n, 2, &twice) ? tw_calloc(twice, sizeof(item)) : NULL;
}

bool tw_argsort_u64(const uint64_t *keys, size_t n, uint32_t *order) {
    item *block = new_block(n), *sorted = NULL;
    if (block) {
        for (size_t i = 0; i < n; i++)
            block[i] = (item){keys[i], (uint32_t)i};
        sorted = sorted_items(block, n);
    }
    for (size_t i = 0; sorted && i < n; i++)
        order[i] = sorted[i].index;
    free(block);
    return sorted != NULL;
}

bool tw_argsort_f64(const double *x, size_t n, uint32_t *order) {
    item *block = new_block(n), *sorted = NULL;
    if (block) {
        for (size_t i = 0; i < n; i++)
            block[i] = (item){tw_key_of_f64(x[i]), (uint32_t)i};
        sorted = sorted_items(block, n);
    }
    for (size_t i = 0; sorted && i < n; i++)
        order[i] = sorted[i].index;
    free(block);
    return sorted != NULL;
}

uint64_t *tw_sort_upper(uint64_t *a, uint64_t *b, size_t n, const tw_task *task) {
    enum { UPPER_DIGITS = 3 };
    uint32_t(*count)[RADIX] = tw_calloc(UPPER_DIGITS, sizeof *count);
    if (!count)
        return NULL;
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < UPPER_DIGITS; d++)
            count[d][digit_of(a[i] >> 32, d)]++;
    for (int d = 0; d < UPPER_DIGITS && !tw_task_cancelled(task); d++) {
        if (!starts_of(count[d], n))
            continue;
        for (size_t i = 0; i < n; i++)
            b[count[d][digit_of(a[i] >> 32, d)]++] = a[i];
        uint64_t *swap = a;
        a = b;
        b = swap;
    }
    free(count);
    return a;
}

static uint64_t *radix_sort_keys(uint64_t *a, uint64_t *b, size_t n, uint32_t (*count)[RADIX]) {
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            count[d][digit_of(a[i], d)]++;
    for (int d = 0; d < DIGITS; d++) {
        if (!starts_of(count[d], n))
            continue;
        for (size_t i = 0; i < n; i++)
            b[count[d][digit_of(a[i], d)]++] = a[i];
        uint64_t *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

static void insertion_sort_f64(double *x, size_t n) {
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        uint64_t key = tw_key_of_f64(v);
        size_t j = i;
        for (; j > 0 && tw_key_of_f64(x[j - 1]) > key; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

bool tw_sort_f64(double *x, size_t n) {
    if (n <= SHORT_INPUT) {
        insertion_sort_f64(x, n);
        return true;
    }
    size_t twice;
    uint64_t *keys = tw_mul(n, 2, &twice) ? tw_calloc(twice, sizeof *keys) : NULL;
    uint32_t(*count)[RADIX] = tw_calloc(DIGITS, sizeof *count);
    bool good = keys && count;
    if (good) {
        for (size_t i = 0; i < n; i++)
            keys[i] = tw_key_of_f64(x[i]);
        const uint64_t *sorted = radix_sort_keys(keys, keys + n, n, count);
        for (size_t i = 0; i < n; i++)
            x[i] = tw_f64_of_key(sorted[i]);
    }
    free(count);
    free(keys);
    return good;
}

bool tw_rank_f64(const double *x, size_t n, double *rank) {
    uint32_t *order = tw_calloc(n, sizeof *order);
    if (!order || !tw_argsort_f64(x, n, order)) {
        free(order);
        return false;
    }
    for (size_t i = 0; i < n;) {
        double v = x[order[i]];
        size_t end = i + 1;
        while (end < n && x[order[end]] <= v && x[order[end]] >= v)
            end++;
        for (size_t k = i; k < end; k++)
            rank[order[k]] = isnan(v) ? (double)NAN : (double)(i + 1 + end) / 2;
        i = end;
    }
    free(order);
    return true;
}
