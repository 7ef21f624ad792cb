/* A sorted array: the sample is small, and most texts are refused by one comparison with its
 * largest hash. */
#include "config.h"

#include "io/text_sample.h"

#include "base/hash.h"

void tw_text_sample_fini(tw_text_sample *t) {
    for (size_t i = 0; i < t->n; i++)
        free(t->at[i].text);
    free(t->at);
    *t = (tw_text_sample){0};
}

/* First entry whose hash is not below. */
static size_t place(const tw_text_sample *t, uint64_t hash) {
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (t->at[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(tw_text_sample *t, size_t limit) {
    if (t->n < t->room)
        return true;
    size_t room = TW_MIN(t->room ? t->room * 2 : 4, limit);
    tw_text_sample_entry *grown = tw_realloc(t->at, room, sizeof *grown);
    if (!grown)
        return false;
    t->at = grown;
    t->room = room;
    return true;
}

bool tw_text_sample_add(tw_text_sample *t, tw_str text, int64_t count, size_t limit) {
    uint64_t hash = tw_hash_str(text);
    bool full = t->n == limit;
    if (tw_text_sample_refuses(t, hash, limit)) {
        t->more = true;
        return true;
    }
    size_t i = place(t, hash);
    if (i < t->n && t->at[i].hash == hash) {
        t->at[i].count += count;
        return true;
    }
    char *copy = tw_calloc(text.n, 1);
    if (!copy || (!full && !make_room(t, limit))) {
        free(copy);
        return false;
    }
    memcpy(copy, text.p, text.n);
    if (full) {
        t->more = true;
        free(t->at[--t->n].text);
    }
    memmove(t->at + i + 1, t->at + i, (t->n - i) * sizeof *t->at);
    t->at[i] = (tw_text_sample_entry){hash, count, copy, text.n};
    t->n++;
    return true;
}

bool tw_text_sample_merge(tw_text_sample *into, const tw_text_sample *from, size_t limit) {
    for (size_t i = 0; i < from->n; i++)
        if (!tw_text_sample_add(into, tw_text_sample_text(from, i), from->at[i].count, limit))
            return false;
    into->more = into->more || from->more;
    return true;
}

tw_str tw_text_sample_text(const tw_text_sample *t, size_t i) {
    return (tw_str){t->at[i].text, t->at[i].n};
}
