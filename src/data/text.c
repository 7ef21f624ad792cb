/* Views, blocks and spaces: how a column of text costs eight bytes a cell and copies nothing.
 *
 * Offsets of a block never change once it has a place, which is what lets versions share chunks. A
 * new version puts its new texts into one more block; blocks that are small beside it are copied
 * into it at their old offsets, so a column that was edited a thousand times still has a handful of
 * blocks. Cells of 16 MiB and more have a record of their own. */
#include "data/text.h"

static tw_block *block_ref(tw_block *block) {
    atomic_fetch_add_explicit(&block->refs, 1, memory_order_relaxed);
    return block;
}

static void block_unref(tw_block *block) {
    if (!block || atomic_fetch_sub_explicit(&block->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_mapping_unref(block->mapping);
    free(block->heap);
    free(block);
}

static tw_block *block_new(tw_mapping *mapping, char *heap) {
    tw_block *block = tw_calloc(1, sizeof *block);
    if (block)
        *block = (tw_block){.refs = 1, .mapping = mapping, .heap = heap};
    return block;
}

static tw_space *space_new(size_t n) {
    size_t size;
    if (!tw_mul(n, sizeof(tw_place), &size) || !tw_add(size, sizeof(tw_space), &size))
        return NULL;
    tw_space *space = tw_calloc(1, size);
    if (space)
        space->refs = 1;
    return space;
}

static void space_add(tw_space *space, tw_place place) {
    block_ref(place.block);
    space->at[space->n++] = place;
}

static uint64_t space_end(const tw_space *space) {
    return space && space->n ? space->at[space->n - 1].end : 0;
}

tw_space *tw_space_ref(const tw_space *space) {
    tw_space *own = (tw_space *)(uintptr_t)space;
    if (own)
        atomic_fetch_add_explicit(&own->refs, 1, memory_order_relaxed);
    return own;
}

void tw_space_unref(const tw_space *space) {
    tw_space *own = (tw_space *)(uintptr_t)space;
    if (!own || atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < own->n; i++)
        block_unref(own->at[i].block);
    free(own);
}

size_t tw_space_heap_bytes(const tw_space *space) {
    size_t bytes = 0;
    for (size_t i = 0; space && i < space->n; i++)
        if (space->at[i].block->heap)
            bytes += (size_t)(space->at[i].end - space->at[i].start);
    return bytes;
}

tw_space *tw_space_of_mapping(tw_mapping *mapping) {
    tw_str bytes = tw_mapping_bytes(mapping);
    tw_space *space = space_new(1);
    tw_block *block = space ? block_new(mapping, NULL) : NULL;
    if (!block) {
        tw_space_unref(space);
        return NULL;
    }
    tw_mapping_ref(mapping);
    space_add(space, (tw_place){0, TW_MAX(bytes.n, 1), bytes.p, block});
    block_unref(block);
    return space;
}

tw_str tw_space_long(const char *at) {
    tw_long_text record;
    memcpy(&record, at, sizeof record);
    return (tw_str){record.p ? record.p : at + sizeof record, record.n};
}

const tw_place *tw_space_place(const tw_space *space, uint64_t offset) {
    size_t low = 0, high = space->n - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (offset >= space->at[middle].end)
            low = middle + 1;
        else
            high = middle;
    }
    return &space->at[low];
}

/* Heaps */

void tw_heap_init(tw_heap *heap, const tw_space *under) {
    *heap = (tw_heap){.under = tw_space_ref(under), .start = space_end(under)};
}

void tw_heap_fini(tw_heap *heap) {
    free(heap->p);
    tw_space_unref(heap->under);
    *heap = (tw_heap){0};
}

void tw_heap_leave(tw_heap *heap, uint64_t gap) {
    uint64_t end = space_end(heap->under);
    if (gap < TW_SPACE_LIMIT / 2 && end < TW_SPACE_LIMIT / 2)
        heap->start = end + gap;
}

static bool heap_reserve(tw_heap *heap, size_t extra) {
    size_t need;
    if (!tw_add(heap->n, extra, &need) || heap->start + need >= TW_SPACE_LIMIT)
        return false;
    if (need <= heap->room)
        return true;
    size_t room = TW_MAX(need, heap->room + heap->room / 2 + 64);
    char *p = tw_realloc(heap->p, room, 1);
    if (!p)
        return false;
    heap->p = p;
    heap->room = room;
    return true;
}

static uint64_t heap_add(tw_heap *heap, const void *bytes, size_t n) {
    uint64_t offset = heap->start + heap->n;
    memcpy(heap->p + heap->n, bytes, n);
    heap->n += n;
    return offset;
}

static const tw_place *place_of(const tw_space *space, tw_str text) {
    for (size_t i = 0; space && i < space->n; i++) {
        const tw_place *place = &space->at[i];
        uintptr_t at = (uintptr_t)text.p, from = (uintptr_t)place->bytes;
        if (at >= from && at - from <= place->end - place->start &&
            text.n <= place->end - place->start - (at - from))
            return place;
    }
    return NULL;
}

/* Only a mapping's bytes may be pointed at from a record: a heap is moved when it is joined with
 * the next. */
static bool heap_view_long(tw_heap *heap, tw_str text, const tw_place *place, uint64_t *view) {
    bool mapped = place && place->block->mapping;
    tw_long_text record = {text.n, mapped ? text.p : NULL};
    size_t need;
    if (!tw_add(sizeof record, mapped ? 0 : text.n, &need) || !heap_reserve(heap, need))
        return false;
    *view = heap_add(heap, &record, sizeof record) << 24 | TW_VIEW_LONG;
    if (!mapped)
        heap_add(heap, text.p, text.n);
    return true;
}

bool tw_heap_view(tw_heap *heap, tw_str text, uint64_t *view) {
    if (text.n == 0) {
        *view = 0;
        return true;
    }
    const tw_place *place = place_of(heap->under, text);
    if (text.n >= TW_VIEW_LONG)
        return heap_view_long(heap, text, place, view);
    if (place) {
        *view = (place->start + (uint64_t)(text.p - place->bytes)) << 24 | text.n;
        return true;
    }
    if (!heap_reserve(heap, text.n))
        return false;
    *view = heap_add(heap, text.p, text.n) << 24 | text.n;
    return true;
}

tw_str tw_heap_text(const tw_heap *heap, uint64_t view) {
    uint64_t n = view & TW_VIEW_LONG, offset = view >> 24;
    if (n == 0 || offset < heap->start)
        return tw_space_text(heap->under, view);
    const char *at = heap->p + (offset - heap->start);
    return n < TW_VIEW_LONG ? (tw_str){at, n} : tw_space_long(at);
}

/* Places of the space below that stay as they are: heaps at its end that are small beside the new
 * one, and lie right in front of it, join it. */
static size_t places_kept(const tw_heap *heap) {
    size_t kept = heap->under ? heap->under->n : 0;
    uint64_t size = heap->n, start = heap->start;
    while (kept > 0) {
        const tw_place *last = &heap->under->at[kept - 1];
        if (last->block->mapping || last->end != start || last->end - last->start > 2 * size)
            break;
        size += last->end - last->start;
        start = last->start;
        kept--;
    }
    return kept;
}

/* The bytes of the places from `kept` on and of the heap; one that nothing joins gives its own. */
static char *joined_bytes(tw_heap *heap, size_t kept, uint64_t start) {
    size_t places = heap->under ? heap->under->n : 0;
    char *bytes = kept == places ? tw_realloc(heap->p, heap->n, 1)
                                 : tw_calloc((size_t)(heap->start - start) + heap->n, 1);
    if (!bytes)
        return NULL;
    for (size_t i = kept; i < places; i++) {
        const tw_place *place = &heap->under->at[i];
        memcpy(bytes + (place->start - start), place->bytes, place->end - place->start);
    }
    if (kept == places)
        heap->p = NULL;
    else
        memcpy(bytes + (heap->start - start), heap->p, heap->n);
    return bytes;
}

static tw_space *heap_space(tw_heap *heap) {
    size_t kept = places_kept(heap);
    bool joins = heap->under && kept < heap->under->n;
    uint64_t start = joins ? heap->under->at[kept].start : heap->start;
    tw_space *space = space_new(kept + 1);
    tw_block *block = space ? block_new(NULL, NULL) : NULL;
    if (block)
        block->heap = joined_bytes(heap, kept, start);
    if (!block || !block->heap) {
        block_unref(block);
        tw_space_unref(space);
        return NULL;
    }
    for (size_t i = 0; i < kept; i++)
        space_add(space, heap->under->at[i]);
    space_add(space, (tw_place){start, heap->start + heap->n, block->heap, block});
    block_unref(block);
    return space;
}

bool tw_heap_seal(tw_heap *heap, tw_space **out) {
    if (heap->n == 0) {
        *out = tw_space_ref(heap->under);
        return true;
    }
    tw_space *space = heap_space(heap);
    if (!space)
        return false;
    tw_heap_fini(heap);
    tw_heap_init(heap, space);
    *out = space;
    return true;
}

/* Joining */

static tw_move *move_new(const tw_space *from) {
    size_t n = from ? from->n : 0;
    tw_move *move = tw_calloc(1, sizeof *move + n * sizeof move->delta[0]);
    if (move) {
        move->n = n;
        move->from = from;
    }
    return move;
}

/* Give each mapping of the spaces one place, in order of first appearance. */
static void place_mappings(tw_space *joined, const tw_space *const *spaces, size_t n,
                           tw_move **moves) {
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; spaces[s] && i < spaces[s]->n; i++) {
            tw_place place = spaces[s]->at[i];
            if (!place.block->mapping)
                continue;
            size_t k = 0;
            while (k < joined->n && joined->at[k].bytes != place.bytes)
                k++;
            if (k == joined->n) {
                uint64_t size = place.end - place.start, start = space_end(joined);
                space_add(joined, (tw_place){start, start + size, place.bytes, place.block});
            }
            moves[s]->delta[i] = (int64_t)(joined->at[k].start - place.start);
        }
}

/* Lay the heaps one behind the other into `bytes` (their sum), the first at offset `start`. A space
 * shared by neighbours, as versions of one column have it, is laid down once. */
static size_t place_heaps(char *bytes, uint64_t start, const tw_space *const *spaces, size_t n,
                          tw_move **moves) {
    size_t at = 0;
    for (size_t s = 0; s < n; s++) {
        if (s > 0 && spaces[s] == spaces[s - 1]) {
            memcpy(moves[s]->delta, moves[s - 1]->delta, moves[s]->n * sizeof(int64_t));
            continue;
        }
        for (size_t i = 0; spaces[s] && i < spaces[s]->n; i++) {
            const tw_place *place = &spaces[s]->at[i];
            if (place->block->mapping)
                continue;
            size_t size = (size_t)(place->end - place->start);
            if (bytes)
                memcpy(bytes + at, place->bytes, size);
            moves[s]->delta[i] = (int64_t)(start + at - place->start);
            at += size;
        }
    }
    return at;
}

/* Add the heaps as they lie, when each begins behind the end of the one before: no view changes. */
static bool keep_heaps(tw_space *joined, const tw_space *const *spaces, size_t n) {
    size_t mappings = joined->n;
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; spaces[s] && i < spaces[s]->n; i++) {
            const tw_place *place = &spaces[s]->at[i];
            if (place->block->mapping || (s > 0 && spaces[s] == spaces[s - 1]))
                continue;
            if (place->start < space_end(joined))
                goto overlap;
            space_add(joined, *place);
        }
    return true;
overlap:
    while (joined->n > mappings)
        block_unref(joined->at[--joined->n].block);
    return false;
}

static bool join_heaps(tw_space *joined, const tw_space *const *spaces, size_t n, tw_move **moves) {
    if (keep_heaps(joined, spaces, n))
        return true;
    uint64_t start = space_end(joined);
    size_t size = place_heaps(NULL, start, spaces, n, moves);
    if (size == 0)
        return true;
    if (start + size >= TW_SPACE_LIMIT)
        return false;
    char *bytes = tw_calloc(size, 1);
    tw_block *block = bytes ? block_new(NULL, bytes) : NULL;
    if (!block) {
        free(bytes);
        return false;
    }
    place_heaps(bytes, start, spaces, n, moves);
    space_add(joined, (tw_place){start, start + size, bytes, block});
    block_unref(block);
    return true;
}

bool tw_space_join(const tw_space *const *spaces, size_t n, bool heaps, tw_space **out,
                   tw_move **moves) {
    size_t places = 1;
    for (size_t s = 0; s < n; s++)
        places += spaces[s] ? spaces[s]->n : 0;
    tw_space *joined = space_new(places);
    bool good = joined != NULL;
    for (size_t s = 0; s < n; s++) {
        moves[s] = move_new(spaces[s]);
        good = good && moves[s];
    }
    if (good) {
        place_mappings(joined, spaces, n, moves);
        good =
            space_end(joined) < TW_SPACE_LIMIT && (!heaps || join_heaps(joined, spaces, n, moves));
    }
    if (!good) {
        tw_space_unref(joined);
        for (size_t s = 0; s < n; s++) {
            free(moves[s]);
            moves[s] = NULL;
        }
        return false;
    }
    *out = joined;
    return true;
}

bool tw_move_is_still(const tw_move *move) {
    for (size_t i = 0; i < move->n; i++)
        if (move->delta[i])
            return false;
    return true;
}
