/* Scratch memory with one lifetime: many small allocations, one release.
 *
 * The caller owns the arena and passes it down; pointers from it die at tw_arena_reset,
 * tw_arena_fini or when a mark is rolled back. One thread at a time. With -DTW_ARENA_DEBUG every
 * block is a malloc of its own, so that sanitizers see overruns. */
#ifndef TW_BASE_ARENA_H
#define TW_BASE_ARENA_H

#include "base/str.h"

typedef struct tw_arena_block tw_arena_block;
typedef struct tw_arena {
    tw_arena_block *head;
    size_t used; /* bytes handed out */
} tw_arena;
typedef struct tw_arena_mark {
    tw_arena_block *head;
    size_t fill, used;
} tw_arena_mark;

void tw_arena_init(tw_arena *arena);
void tw_arena_fini(tw_arena *arena);
void tw_arena_reset(tw_arena *arena);
/* n * size zeroed bytes, aligned for any type (64 bytes when the request is 4 KiB or more); NULL
 * when out. */
TW_NODISCARD void *tw_arena_alloc(tw_arena *arena, size_t n, size_t size);
/* Room for one more behind the n of `size` bytes at `at` (room for *room of them, 0 at first), which
 * may move; NULL when out. */
TW_NODISCARD void *tw_arena_grow(tw_arena *arena, void *at, size_t n, size_t *room, size_t size);
TW_NODISCARD tw_str tw_arena_str(tw_arena *arena,
                                 tw_str s); /* copy, terminated; p = NULL when out */
TW_NODISCARD char *tw_arena_printf(tw_arena *arena, const char *fmt, ...) TW_PRINTF(2, 3);
tw_arena_mark tw_arena_save(const tw_arena *arena);
void tw_arena_restore(tw_arena *arena, tw_arena_mark mark);

#endif
