/* One pass keeps the best measure of each pair by its two column numbers; then they are sorted. */
#include "report/strongest.h"

#include <math.h>

static bool is_strength(const char *measure) {
    static const char *const strengths[] = {"pearson", "spearman", "cramers_v",
                                            "correlation_ratio"};
    for (size_t i = 0; i < TW_COUNT(strengths); i++)
        if (strcmp(measure, strengths[i]) == 0)
            return true;
    return false;
}

static int strongest_first(const void *x, const void *y) {
    const tw_strong_pair *a = x, *b = y;
    if (a->strength < b->strength || a->strength > b->strength)
        return a->strength > b->strength ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static bool take(tw_strongest *all, const tw_doc *one) {
    double strength = fabs(tw_doc_as_number(tw_doc_get(one, "value"), (double)NAN));
    tw_str a = tw_doc_as_text(tw_doc_get(one, "a"), TW_STR(""));
    tw_str b = tw_doc_as_text(tw_doc_get(one, "b"), TW_STR(""));
    if (isnan(strength) || !is_strength(tw_doc_as_c(tw_doc_get(one, "measure"), "")))
        return true;
    uint32_t x = tw_hashmap_intern(all->names, a, NULL), y = tw_hashmap_intern(all->names, b, NULL);
    char key[24];
    snprintf(key, sizeof key, "%u %u", TW_MIN(x, y), TW_MAX(x, y));
    uint32_t number = tw_hashmap_intern(all->seen, tw_str_c(key), NULL);
    if (number == UINT32_MAX)
        return false;
    tw_strong_pair *slot = &all->at[number];
    all->n = TW_MAX(all->n, (size_t)number + 1);
    if (!slot->one || strength > slot->strength)
        *slot = (tw_strong_pair){x, y, one, strength, number};
    return true;
}

bool tw_strongest_gather(const tw_doc *associations, tw_strongest *out) {
    size_t n = tw_doc_count(associations);
    *out = (tw_strongest){.at = tw_calloc(n + 1, sizeof *out->at),
                          .names = tw_hashmap_new(64),
                          .seen = tw_hashmap_new(1024)};
    bool good = out->at && out->names && out->seen;
    for (size_t i = 0; i < n && good; i++)
        good = take(out, tw_doc_at(associations, i));
    if (good)
        qsort(out->at, out->n, sizeof *out->at, strongest_first);
    return good;
}

void tw_strongest_fini(tw_strongest *all) {
    free(all->at);
    tw_hashmap_free(all->names);
    tw_hashmap_free(all->seen);
}
