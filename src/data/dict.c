/* Dictionaries: open addressing over codes, with 32 bits of each hash kept so that growing reads no
 * text. */
#include "data/dict.h"

#include "base/hash.h"

tw_dict *tw_dict_ref(const tw_dict *dict) {
    tw_dict *own = (tw_dict *)(uintptr_t)dict;
    if (own)
        atomic_fetch_add_explicit(&own->refs, 1, memory_order_relaxed);
    return own;
}

void tw_dict_unref(const tw_dict *dict) {
    tw_dict *own = (tw_dict *)(uintptr_t)dict;
    if (own && atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) == 1)
        free(own);
}

static bool grow_entries(tw_dict_writer *w, size_t room) {
    uint64_t *views = tw_realloc(w->views, room, sizeof *views);
    if (!views)
        return false;
    w->views = views;
    uint32_t *hashes = tw_realloc(w->hashes, room, sizeof *hashes);
    if (!hashes)
        return false;
    w->hashes = hashes;
    w->room = (uint32_t)room;
    return true;
}

static void put_slot(uint32_t *slots, uint32_t mask, uint32_t hash, uint32_t code) {
    uint32_t at = hash & mask;
    while (slots[at])
        at = (at + 1) & mask;
    slots[at] = code + 1;
}

static bool grow_slots(tw_dict_writer *w, size_t count) {
    uint32_t *slots = tw_calloc(count, sizeof *slots);
    if (!slots)
        return false;
    uint32_t mask = (uint32_t)(count - 1);
    for (uint32_t code = 0; code < w->n; code++)
        put_slot(slots, mask, w->hashes[code], code);
    free(w->slots);
    w->slots = slots;
    w->mask = mask;
    return true;
}

static uint32_t hash_of(tw_str text) {
    uint64_t hash = tw_hash_str(text);
    return (uint32_t)(hash ^ (hash >> 32));
}

bool tw_dict_writer_init(tw_dict_writer *w, tw_heap *heap, const tw_dict *dict) {
    *w = (tw_dict_writer){.heap = heap};
    uint32_t n = dict ? dict->n : 0;
    size_t count = 64;
    while (count < (size_t)n * 2)
        count *= 2;
    if (!grow_entries(w, TW_MAX(n + n / 2, 32)))
        goto out_of_memory;
    for (uint32_t code = 0; code < n; code++) {
        w->views[code] = dict->views[code];
        w->hashes[code] = hash_of(tw_heap_text(heap, dict->views[code]));
    }
    w->n = n;
    if (grow_slots(w, count))
        return true;
out_of_memory:
    tw_dict_writer_fini(w);
    return false;
}

void tw_dict_writer_fini(tw_dict_writer *w) {
    free(w->views);
    free(w->hashes);
    free(w->slots);
    *w = (tw_dict_writer){0};
}

void tw_dict_writer_clear(tw_dict_writer *w) {
    w->n = 0;
    memset(w->slots, 0, ((size_t)w->mask + 1) * sizeof *w->slots);
}

static uint32_t add_entry(tw_dict_writer *w, tw_str text, uint32_t hash) {
    uint64_t view;
    if (w->n == w->room && !grow_entries(w, (size_t)w->room * 2))
        return UINT32_MAX;
    if ((size_t)w->n * 2 >= (size_t)w->mask + 1 && !grow_slots(w, ((size_t)w->mask + 1) * 2))
        return UINT32_MAX;
    if (!tw_heap_view(w->heap, text, &view))
        return UINT32_MAX;
    w->views[w->n] = view;
    w->hashes[w->n] = hash;
    put_slot(w->slots, w->mask, hash, w->n);
    return w->n++;
}

uint32_t tw_dict_writer_code(tw_dict_writer *w, tw_str text) {
    uint32_t hash = hash_of(text);
    for (uint32_t at = hash & w->mask; w->slots[at]; at = (at + 1) & w->mask) {
        uint32_t code = w->slots[at] - 1;
        if (w->hashes[code] == hash && tw_str_eq(tw_heap_text(w->heap, w->views[code]), text))
            return code;
    }
    return add_entry(w, text, hash);
}

tw_dict *tw_dict_writer_seal(const tw_dict_writer *w) {
    tw_dict *dict = tw_calloc(1, sizeof *dict + w->n * sizeof dict->views[0]);
    if (!dict)
        return NULL;
    dict->refs = 1;
    dict->n = w->n;
    memcpy(dict->views, w->views, w->n * sizeof dict->views[0]);
    return dict;
}
