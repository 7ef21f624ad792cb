/* A group is gone over twice: to count, and to read the counts off while clearing them, so that a
 * group costs its rows and not B's levels. This is the inner loop of all that looks at pairs. */
#include "profile/pair_sums.h"

#include <math.h>

static bool is_missing(const tw_texts_column *c, uint32_t level) {
    return c->states[level] == TW_MISSING;
}

static bool has_missing(const tw_texts_column *c) {
    for (uint32_t l = 0; l < c->levels; l++)
        if (is_missing(c, l))
            return true;
    return false;
}

tw_pair_side tw_pair_side_of(const tw_texts_column *b) {
    tw_pair_side side = {.codes = b->codes, .states = has_missing(b) ? b->states : NULL};
    double present = 0;
    for (uint32_t l = 0; l < b->levels; l++)
        present += is_missing(b, l) ? 0 : (double)b->counts[l];
    for (uint32_t l = 0; l < b->levels; l++) {
        double share = is_missing(b, l) ? 0 : (double)b->counts[l] / present;
        side.base = fmax(side.base, share);
        side.gaps += is_missing(b, l) ? (double)b->counts[l] : 0;
        side.repeated += !is_missing(b, l) && b->counts[l] > 1 ? (double)b->counts[l] : 0;
        side.chance += share * share;
    }
    return side;
}

static uint32_t count_rows(const tw_pair_side *b, const uint32_t *rows, size_t n, uint32_t *count) {
    uint32_t size = 0;
    if (!b->states) {
        for (size_t i = 0; i < n; i++)
            count[b->codes[rows[i]]]++;
        return (uint32_t)n;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t level = b->codes[rows[i]], there = b->states[level] != TW_MISSING;
        size += there;
        count[level] += there;
    }
    return size;
}

void tw_pair_sums_add(tw_pair_sums *s, const tw_pair_side *b, const uint32_t *rows, size_t n,
                      uint32_t *count) {
    uint32_t size = count_rows(b, rows, n, count), most = 0, next = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t times = count[b->codes[rows[i]]];
        next = times > most ? most : TW_MAX(next, times);
        most = TW_MAX(most, times);
        squares += (double)times * (double)times;
        count[b->codes[rows[i]]] = 0; /* each level is met once with its count */
    }
    if (size == 0)
        return;
    s->groups++;
    s->present += size;
    s->removed += size - most;
    s->pdep += squares / size;
    if (size >= 2) {
        s->covered += size;
        s->hits += most;
    }
    if (size >= 3) {
        s->large += size;
        s->firm += most >= 2 * next ? size : 0;
    }
}

tw_pair tw_pair_figures(const tw_pair_sums *s, const tw_pair_side *b) {
    tw_pair out = {.base = b->base, .coverage = s->covered / s->present};
    out.confidence = s->hits / s->covered;
    out.score = (out.confidence - b->base) / (1 - b->base);
    out.error = s->removed / s->present;
    out.firmness = s->large > 0 ? s->firm / s->large : 0;
    double spare = s->present - s->groups;
    double mu = 1 - (1 - s->pdep / s->present) / (1 - b->chance) * (s->present - 1) /
                        (spare > 0 ? spare : 1);
    out.mu = fmax(0, mu);
    return out;
}
