/* Open addressing with linear probing; keys are mixed, since values' bits are anything but random.
 *
 * Keys are added in groups of sixteen whose slots are fetched ahead: with a million distinct keys
 * each addition is a cache miss, and this way the misses overlap. */
#include "stat/tally.h"

#include <math.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "stat/hll.h"
#include "stat/sort.h"

enum { SMALLEST = 256, AHEAD = 16, SURE_OF_TREND = 4096, PAGE = 4096, LARGE = 4 << 20 };

typedef struct slot { /* four to a cache line */
    uint64_t key;
    uint32_t count, first; /* count 0 = free */
} slot;

struct tw_tally {
    slot *slots;
    size_t capacity, used, limit; /* capacity is a power of two */
    size_t expected;              /* keys to come, at most limit */
    int64_t total, error;
    bool dense; /* slot of a key = key - low; capacity = span */
    uint64_t low;
    tw_hll *hll; /* NULL while exact */
};

static tw_tally *new_with(size_t capacity) {
    tw_tally *t = tw_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->capacity = capacity;
    t->slots = tw_calloc(capacity, sizeof *t->slots);
    if (t->slots)
        return t;
    free(t);
    return NULL;
}

tw_tally *tw_tally_new(size_t limit, size_t expected) {
    tw_tally *t = new_with(SMALLEST);
    if (t) {
        t->limit = TW_MAX(limit, (size_t)1024);
        t->expected = TW_MIN(expected, t->limit);
    }
    return t;
}

tw_tally *tw_tally_new_dense(uint64_t low, size_t span) {
    tw_tally *t = new_with(span);
    if (t) {
        t->dense = true;
        t->low = low;
    }
    return t;
}

void tw_tally_free(tw_tally *t) {
    if (!t)
        return;
    free(t->slots);
    free(t->hll);
    free(t);
}

static size_t slot_of(const slot *slots, size_t capacity, uint64_t key, uint64_t hash) {
    size_t at = hash & (capacity - 1);
    while (slots[at].count && slots[at].key != key)
        at = (at + 1) & (capacity - 1);
    return at;
}

/* Slots are hit at random: large pages save most of the look-ups of addresses, and the faults on
 * first use. */
static void in_large_pages(void *block, size_t bytes) {
#ifdef MADV_HUGEPAGE
    uintptr_t from = ((uintptr_t)block + PAGE - 1) / PAGE * PAGE,
              to = ((uintptr_t)block + bytes) / PAGE * PAGE;
    if (bytes >= LARGE && to > from)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
#else
    (void)block;
    (void)bytes;
#endif
}

/* Move what is kept into `capacity` slots, each count less `off`. */
static bool rebuild(tw_tally *t, size_t capacity, uint32_t off) {
    slot *slots = tw_calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    in_large_pages(slots, capacity * sizeof *slots);
    t->used = 0;
    for (size_t i = 0; i < t->capacity; i++) {
        slot e = t->slots[i];
        if (e.count <= off)
            continue;
        e.count -= off;
        slots[slot_of(slots, capacity, e.key, tw_mix64(e.key))] = e;
        t->used++;
    }
    free(t->slots);
    t->slots = slots;
    t->capacity = capacity;
    return true;
}

/* From now on distinct is estimated: hand all keys seen so far to the sketch. */
static bool start_estimate(tw_tally *t) {
    t->hll = tw_calloc(1, sizeof *t->hll);
    if (!t->hll)
        return false;
    for (size_t i = 0; i < t->capacity; i++)
        if (t->slots[i].count)
            tw_hll_add(t->hll, tw_mix64(t->slots[i].key));
    return true;
}

/* Smallest number whose removal from all counts frees at least half of the entries. */
static uint32_t thinning(const tw_tally *t) {
    size_t with[64] = {0}, gone = 0;
    for (size_t i = 0; i < t->capacity; i++)
        if (t->slots[i].count > 0 && t->slots[i].count < 64)
            with[t->slots[i].count]++;
    for (uint32_t c = 1; c < 64; c++) {
        gone += with[c];
        if (gone * 2 >= t->used)
            return c;
    }
    return 64;
}

/* Slots for the next growth. Where most keys so far were new, it goes at once to what all keys to
 * come will need. */
static size_t next_capacity(const tw_tally *t) {
    size_t capacity = t->capacity * 4;
    bool mostly_new = t->used > SURE_OF_TREND && (uint64_t)t->used * 2 > (uint64_t)t->total;
    while (mostly_new && capacity * 5 < t->expected * 8)
        capacity *= 2;
    return capacity;
}

static bool make_room(tw_tally *t) {
    if (t->used < t->limit)
        return (t->used + 1) * 8 <= t->capacity * 5 || rebuild(t, next_capacity(t), 0);
    if (!t->hll && !start_estimate(t))
        return false;
    while (t->used * 2 > t->limit) {
        uint32_t off = thinning(t);
        if (!rebuild(t, t->capacity, off))
            return false;
        t->error += off;
    }
    return true;
}

static bool add(tw_tally *t, uint64_t key, uint64_t hash, int64_t position) {
    if (t->hll)
        tw_hll_add(t->hll, hash);
    size_t at = slot_of(t->slots, t->capacity, key, hash);
    if (!t->slots[at].count) {
        if (!make_room(t))
            return false;
        if (t->hll)
            tw_hll_add(t->hll, hash);
        at = slot_of(t->slots, t->capacity, key, hash);
        t->slots[at] = (slot){.key = key, .first = (uint32_t)position};
        t->used++;
    }
    t->slots[at].count++;
    t->total++;
    return true;
}

static void add_dense(tw_tally *t, uint64_t key, int64_t position) {
    slot *s = &t->slots[key - t->low];
    if (!s->count) {
        *s = (slot){.key = key, .first = (uint32_t)position};
        t->used++;
    }
    s->count++;
    t->total++;
}

bool tw_tally_add(tw_tally *t, uint64_t key, int64_t position) {
    if (!t->dense)
        return add(t, key, tw_mix64(key), position);
    add_dense(t, key, position);
    return true;
}

static bool is_set(const uint64_t *valid, size_t i) {
    return !valid || (valid[i >> 6] >> (i & 63) & 1);
}

bool tw_tally_add_all(tw_tally *t, const uint64_t *keys, const uint64_t *valid, size_t n,
                      int64_t first) {
    uint64_t hash[AHEAD];
    for (size_t i = 0; i < n && t->dense; i++)
        if (is_set(valid, i))
            add_dense(t, keys[i], first + (int64_t)i);
    for (size_t i = 0; i < n && !t->dense; i += AHEAD) {
        size_t k = TW_MIN(n - i, (size_t)AHEAD);
        for (size_t j = 0; j < k; j++) {
            hash[j] = tw_mix64(keys[i + j]);
            __builtin_prefetch(&t->slots[hash[j] & (t->capacity - 1)]);
        }
        for (size_t j = 0; j < k; j++)
            if (is_set(valid, i + j) && !add(t, keys[i + j], hash[j], first + (int64_t)(i + j)))
                return false;
    }
    return true;
}

bool tw_tally_exact(const tw_tally *t) {
    return !t->hll;
}

int64_t tw_tally_total(const tw_tally *t) {
    return t->total;
}

int64_t tw_tally_distinct(const tw_tally *t) {
    if (!t->hll)
        return (int64_t)t->used;
    double estimate = round(tw_hll_estimate(t->hll));
    return (int64_t)TW_MIN(estimate, (double)t->total);
}

int64_t tw_tally_error(const tw_tally *t) {
    return t->error;
}

size_t tw_tally_entries(const tw_tally *t) {
    return t->used;
}

static tw_tally_entry entry_of(const slot *s) {
    return (tw_tally_entry){.key = s->key, .count = s->count, .first = s->first};
}

static bool comes_before(const tw_tally_entry *a, const tw_tally_entry *b) {
    return a->count != b->count ? a->count > b->count : a->first < b->first;
}

size_t tw_tally_top(const tw_tally *t, size_t k, tw_tally_entry *out) {
    size_t n = 0;
    uint32_t least = 0, latest = 0;
    for (size_t i = 0; i < t->capacity && k > 0; i++) {
        if (t->slots[i].count <= least && t->slots[i].first >= latest)
            continue;
        tw_tally_entry e = entry_of(&t->slots[i]);
        if (n == k && !comes_before(&e, &out[n - 1]))
            continue;
        size_t at = n < k ? n++ : n - 1;
        for (; at > 0 && comes_before(&e, &out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = e;
        if (n == k) { /* nothing below both can come in any more */
            least = (uint32_t)out[n - 1].count;
            latest = (uint32_t)out[n - 1].first;
        }
    }
    return n;
}

bool tw_tally_sorted(const tw_tally *t, tw_tally_entry *out) {
    uint64_t *keys = tw_calloc(t->used, sizeof *keys);
    uint32_t *order = tw_calloc(t->used, sizeof *order);
    tw_tally_entry *all = tw_calloc(t->used, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < t->capacity && keys && all; i++)
        if (t->slots[i].count) {
            keys[n] = t->slots[i].key;
            all[n++] = entry_of(&t->slots[i]);
        }
    bool good = keys && order && all && tw_argsort_u64(keys, n, order);
    for (size_t i = 0; good && i < n; i++)
        out[i] = all[order[i]];
    free(all);
    free(order);
    free(keys);
    return good;
}

/* What `times` entries of one count add to the entropy; *share grows by their part of the whole. */
static double bits_of(int64_t count, size_t times, double n, double *share) {
    double p = (double)count / n;
    *share += p * (double)times;
    return times ? -(double)times * p * log2(p) : 0;
}

double tw_tally_entropy(const tw_tally *t) {
    double n = (double)t->total, bits = 0, seen = 0;
    size_t rare[64] = {0}; /* near-unique columns have a million entries and few different counts */
    if (t->total == 0)
        return NAN;
    for (size_t i = 0; i < t->capacity; i++) {
        int64_t count = t->slots[i].count;
        if (count < 64)
            rare[count]++;
        else
            bits += bits_of(count, 1, n, &seen);
    }
    for (int64_t c = 1; c < 64; c++)
        bits += bits_of(c, rare[c], n, &seen);
    double rest = 1 - seen, others = (double)(tw_tally_distinct(t) - (int64_t)t->used);
    return rest > 1e-9 && others > 0 ? bits - rest * log2(rest / others) : bits;
}
