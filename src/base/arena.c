/* Bump allocation in a chain of growing blocks, newest first.
 *
 * A block remembers how far it was ever used (`dirty`): memory beyond that is still zero from
 * calloc, so a fresh block costs no second clearing. A mark is the newest block and its fill;
 * rolling back frees every block above it. The head has the largest alignment there is, so that a
 * block of exactly the size asked for serves. With TW_ARENA_DEBUG each request is a block of its own
 * and overruns meet a redzone. */
#include "base/arena.h"

#include <stdarg.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, LARGE_REQUEST = 4096 };

struct tw_arena_block {
    _Alignas(max_align_t) tw_arena_block *below; /* so that the bytes begin at that alignment too */
    size_t size, fill, dirty;
    char *bytes; /* in the same allocation, behind this head */
};

void tw_arena_init(tw_arena *arena) {
    *arena = (tw_arena){0};
}

static void drop_above(tw_arena *arena, const tw_arena_block *keep) {
    while (arena->head != keep) {
        tw_arena_block *block = arena->head;
        arena->head = block->below;
        free(block);
    }
}

void tw_arena_fini(tw_arena *arena) {
    drop_above(arena, NULL);
    arena->used = 0;
}

/* The oldest block stays, so that a loop of reset and fill does not call malloc. */
void tw_arena_reset(tw_arena *arena) {
    arena->used = 0;
    if (!arena->head)
        return;
    const tw_arena_block *oldest = arena->head;
    while (oldest->below)
        oldest = oldest->below;
    drop_above(arena, oldest);
    arena->head->fill = 0;
}

static size_t block_size(const tw_arena *arena, size_t need) {
#ifdef TW_ARENA_DEBUG
    (void)arena;
    return need;
#else
    size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK;
    size = TW_MIN(size, (size_t)LARGEST_BLOCK);
    return TW_MAX(size, need);
#endif
}

static tw_arena_block *push_block(tw_arena *arena, size_t need) {
    size_t size = block_size(arena, need), total;
    if (!tw_add(size, sizeof(tw_arena_block), &total))
        return NULL;
    tw_arena_block *block = tw_calloc(total, 1);
    if (!block)
        return NULL;
    *block = (tw_arena_block){.below = arena->head, .size = size, .bytes = (char *)(block + 1)};
    arena->head = block;
    return block;
}

/* Place `bytes` in the block at its alignment; NULL when it does not fit. */
static void *take(tw_arena_block *block, size_t bytes, size_t align) {
    size_t skip = (0 - ((uintptr_t)block->bytes + block->fill)) & (align - 1);
    if (skip > block->size - block->fill || bytes > block->size - block->fill - skip)
        return NULL;
    char *p = block->bytes + block->fill + skip;
    size_t from = block->fill + skip, to = from + bytes;
    if (from < block->dirty)
        memset(p, 0, TW_MIN(to, block->dirty) - from);
    block->fill = to;
    block->dirty = TW_MAX(block->dirty, to);
    return p;
}

void *tw_arena_alloc(tw_arena *arena, size_t n, size_t size) {
    size_t bytes, room;
    if (!tw_mul(n, size, &bytes))
        return NULL;
    size_t align = bytes >= LARGE_REQUEST ? 64 : _Alignof(max_align_t);
    bytes = bytes ? bytes : 1;
    void *p = NULL;
#ifndef TW_ARENA_DEBUG
    if (arena->head)
        p = take(arena->head, bytes, align);
#endif
    if (!p) {
        if (!tw_add(bytes, align == 64 ? 64 : 0, &room) || !push_block(arena, room))
            return NULL;
        p = take(arena->head, bytes, align);
    }
    arena->used += bytes;
    return p;
}

void *tw_arena_grow(tw_arena *arena, void *at, size_t n, size_t *room, size_t size) {
    enum { FIRST = 8 };
    if (n < *room)
        return at;
    size_t more = *room ? *room * 2 : FIRST;
    void *bigger = tw_arena_alloc(arena, more, size);
    if (!bigger)
        return NULL;
    if (n)
        memcpy(bigger, at, n * size);
    *room = more;
    return bigger;
}

tw_str tw_arena_str(tw_arena *arena, tw_str s) {
    size_t room;
    char *copy = tw_add(s.n, 1, &room) ? tw_arena_alloc(arena, room, 1) : NULL;
    if (!copy)
        return (tw_str){NULL, 0};
    if (s.n)
        memcpy(copy, s.p, s.n);
    return (tw_str){copy, s.n};
}

char *tw_arena_printf(tw_arena *arena, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = n < 0 ? NULL : tw_arena_alloc(arena, (size_t)n + 1, 1);
    if (!text)
        return NULL;
    va_start(args, fmt);
    vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    return text;
}

tw_arena_mark tw_arena_save(const tw_arena *arena) {
    return (tw_arena_mark){arena->head, arena->head ? arena->head->fill : 0, arena->used};
}

void tw_arena_restore(tw_arena *arena, tw_arena_mark mark) {
    drop_above(arena, mark.head);
    if (mark.head)
        mark.head->fill = mark.fill;
    arena->used = mark.used;
}
