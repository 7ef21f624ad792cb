/* One pass counts the buckets' sizes, one spreads keys and positions, and each bucket is counted in
 * a table of 32 KB. */
#include "stat/distinct.h"

#include <math.h>

enum {
    BUCKET = 512,
    MOST_BITS = 12,
    TABLE_BITS = 11,
    TABLE = 1 << TABLE_BITS,
    LARGEST = 1024,
    COMMON = 64
};

typedef struct slot {
    uint64_t key;
    uint32_t count, first;
} slot;

typedef struct summary {
    tw_tally_entry *top;
    size_t k, n_top;
    int64_t distinct, n;
    int64_t with[COMMON]; /* keys that occur so many times */
    double bits;          /* of the others */
} summary;

typedef struct spread {
    uint64_t *keys;
    uint32_t *positions;
    uint32_t *start; /* of each bucket, and the end */
    int bits;
} spread;

/* One product serves both: its top bits name the bucket, the next ones the slot in the bucket's
 * table. */
static uint64_t product(uint64_t key) {
    return key * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t bucket_of(uint64_t key, int bits) {
    return (size_t)(product(key) >> (63 - bits)) >> 1;
}

static bool spread_keys(const uint64_t *keys, const uint32_t *positions, size_t n, spread *s) {
    while (s->bits < MOST_BITS && (n >> s->bits) > BUCKET)
        s->bits++;
    size_t buckets = (size_t)1 << s->bits;
    s->start = tw_calloc(buckets + 2, sizeof *s->start);
    s->keys = tw_calloc(n, sizeof *s->keys);
    s->positions = tw_calloc(n, sizeof *s->positions);
    if (!s->start || !s->keys || !s->positions)
        return false;
    for (size_t i = 0; i < n; i++)
        s->start[bucket_of(keys[i], s->bits) + 2]++;
    for (size_t b = 2; b < buckets + 2; b++)
        s->start[b] += s->start[b - 1];
    for (size_t i = 0; i < n; i++) { /* one further on: filling moves each start up to the next */
        uint32_t at = s->start[bucket_of(keys[i], s->bits) + 1]++;
        s->keys[at] = keys[i];
        s->positions[at] = positions[i];
    }
    return true;
}

static bool comes_before(const tw_tally_entry *a, const tw_tally_entry *b) {
    return a->count != b->count ? a->count > b->count : a->first < b->first;
}

static void take(summary *s, tw_tally_entry e) {
    s->distinct++;
    if (e.count < COMMON)
        s->with[e.count]++;
    else
        s->bits -= (double)e.count / (double)s->n * log2((double)e.count / (double)s->n);
    if (s->n_top == s->k && (s->k == 0 || !comes_before(&e, &s->top[s->k - 1])))
        return;
    size_t at = s->n_top < s->k ? s->n_top++ : s->k - 1;
    for (; at > 0 && comes_before(&e, &s->top[at - 1]); at--)
        s->top[at] = s->top[at - 1];
    s->top[at] = e;
}

static void count_small(summary *s, slot *table, int bits, const uint64_t *keys,
                        const uint32_t *positions, size_t n) {
    uint16_t used[LARGEST];
    size_t n_used = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)(product(keys[i]) >> (64 - TABLE_BITS - bits)) & (TABLE - 1);
        while (table[at].count && table[at].key != keys[i])
            at = (at + 1) & (TABLE - 1);
        if (!table[at].count) {
            table[at].key = keys[i];
            table[at].first = positions[i];
            used[n_used++] = (uint16_t)at;
        }
        table[at].count++;
    }
    for (size_t u = 0; u < n_used; u++) {
        slot *e = &table[used[u]];
        take(s, (tw_tally_entry){e->key, e->count, e->first});
        e->count = 0;
    }
}

static bool count_large(summary *s, const uint64_t *keys, const uint32_t *positions, size_t n) {
    tw_tally *t = tw_tally_new(n + 1, n);
    bool good = t != NULL;
    for (size_t i = 0; good && i < n; i++)
        good = tw_tally_add(t, keys[i], positions[i]);
    size_t entries = good ? tw_tally_entries(t) : 0;
    tw_tally_entry *all = tw_calloc(entries, sizeof *all);
    good = good && all && tw_tally_sorted(t, all);
    for (size_t i = 0; good && i < entries; i++)
        take(s, all[i]);
    free(all);
    tw_tally_free(t);
    return good;
}

static double entropy_of(const summary *s) {
    double bits = s->bits;
    for (int c = 1; c < COMMON; c++) {
        double share = (double)c / (double)s->n;
        bits -= s->with[c] ? (double)s->with[c] * share * log2(share) : 0;
    }
    return s->n ? bits : (double)NAN;
}

bool tw_distinct_count(const uint64_t *keys, const uint32_t *positions, size_t n, size_t k,
                       tw_tally_entry *top, tw_distinct *out) {
    spread s = {0};
    summary sum = {.top = top, .k = k, .n = (int64_t)n};
    slot *table = tw_calloc(TABLE, sizeof *table);
    bool good = table && spread_keys(keys, positions, n, &s);
    for (size_t b = 0; good && b < (size_t)1 << s.bits; b++) {
        size_t from = s.start[b], size = s.start[b + 1] - from;
        if (size <= LARGEST)
            count_small(&sum, table, s.bits, s.keys + from, s.positions + from, size);
        else
            good = count_large(&sum, s.keys + from, s.positions + from, size);
    }
    *out = (tw_distinct){sum.distinct, entropy_of(&sum), sum.n_top};
    free(table);
    free(s.keys);
    free(s.positions);
    free(s.start);
    return good;
}
