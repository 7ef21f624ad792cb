/* Where the texts of a column lie: views into blocks. Private to data.
 *
 * A space is an immutable, reference-counted list of blocks laid end to end in one 40-bit range of
 * offsets: mappings of files and heaps of the column's own. A view is an offset and a length in 8
 * bytes. A space that extends another keeps the offsets of the old one, so chunks of both can be
 * shared. */
#ifndef TW_DATA_TEXT_H
#define TW_DATA_TEXT_H

#include <stdatomic.h>

#include "base/file.h"
#include "base/str.h"

/* offset << 24 | length. Length TW_VIEW_LONG: the offset leads to a tw_long_text. */
#define TW_VIEW_LONG ((uint64_t)0xffffff)
#define TW_SPACE_LIMIT ((uint64_t)1 << 40)
typedef struct tw_long_text {
    uint64_t n;
    const char *p; /* inside a mapping; NULL: the bytes follow here */
} tw_long_text;

typedef struct tw_block {
    _Atomic uint32_t refs;
    tw_mapping *mapping; /* NULL: heap */
    char *heap;
} tw_block;

typedef struct tw_place {
    uint64_t start, end; /* offsets */
    const char *bytes;
    tw_block *block;
} tw_place;

typedef struct tw_space {
    _Atomic uint32_t refs;
    size_t n;
    tw_place at[];
} tw_space;

tw_space *tw_space_ref(const tw_space *space);
void tw_space_unref(const tw_space *space);
size_t tw_space_heap_bytes(const tw_space *space);  /* NULL: 0 */
tw_space *tw_space_of_mapping(tw_mapping *mapping); /* NULL when memory is out */
tw_str tw_space_long(const char *at);
const tw_place *tw_space_place(const tw_space *space, uint64_t offset); /* the one that holds it */

/* Text of a view; most lie in the first place, the mapping. */
static inline tw_str tw_space_text(const tw_space *space, uint64_t view) {
    uint64_t n = view & TW_VIEW_LONG, offset = view >> 24;
    if (n == 0)
        return (tw_str){"", 0};
    const tw_place *place = space->at;
    if (offset >= place->end)
        place = tw_space_place(space, offset);
    const char *at = place->bytes + (offset - place->start);
    return n < TW_VIEW_LONG ? (tw_str){at, n} : tw_space_long(at);
}

/* A heap that grows on top of a space until it is sealed into the next space. In place. */
typedef struct tw_heap {
    const tw_space *under; /* referenced; may be NULL */
    uint64_t start;        /* offset of the heap's first byte */
    char *p;
    size_t n, room;
} tw_heap;

void tw_heap_init(tw_heap *heap, const tw_space *under);
void tw_heap_fini(tw_heap *heap);
/* Number the bytes of an empty heap from `gap` behind the space below on, as far as offsets reach: heaps
 * that do not overlap are joined as they lie. */
void tw_heap_leave(tw_heap *heap, uint64_t gap);
/* View of text: in place when its bytes lie in a block of the space below, else copied. false:
 * memory or range is out. */
TW_NODISCARD bool tw_heap_view(tw_heap *heap, tw_str text, uint64_t *view);
tw_str tw_heap_text(const tw_heap *heap, uint64_t view);
/* The space of both, a new reference; small heaps below are joined with this one. The heap is empty
 * afterwards, over the new space. *out may be NULL when there is no text at all. false: memory is
 * out, nothing changed. */
TW_NODISCARD bool tw_heap_seal(tw_heap *heap, tw_space **out);

/* Several spaces laid into one: mappings once, heaps (unless left out) as they lie where they follow one
 * another, else copied one behind the other. */
typedef struct tw_move {
    size_t n;
    const tw_space *from;
    int64_t delta[]; /* one for each place of `from`: new offset minus old */
} tw_move;
TW_NODISCARD bool tw_space_join(const tw_space *const *spaces, size_t n, bool heaps, tw_space **out,
                                tw_move **moves);
bool tw_move_is_still(const tw_move *move); /* no view changes */
static inline uint64_t tw_move_view(const tw_move *move, uint64_t view) {
    if ((view & TW_VIEW_LONG) == 0)
        return view;
    const tw_place *place = tw_space_place(move->from, view >> 24);
    return view + ((uint64_t)move->delta[place - move->from->at] << 24);
}

#endif
