/* Arenas: zeroed, aligned, rolled back; never two owners of one byte. */
#include "base/arena.h"

#include "../tap.h"

static bool all(const char *p, size_t n, char c) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != c)
            return false;
    return true;
}

/* Fill `rounds` requests of changing size; count faults. */
static size_t fill(tw_arena *arena, size_t rounds, uint32_t *state) {
    size_t faults = 0;
    for (size_t i = 0; i < rounds; i++) {
        *state = *state * 1664525 + 1013904223;
        size_t n = (*state >> 16) % (i % 50 == 49 ? 20000 : 300);
        char *p = tw_arena_alloc(arena, n, 1);
        size_t align = n >= 4096 ? 64 : _Alignof(max_align_t);
        faults += !p || (uintptr_t)p % align != 0 || !all(p, n, 0);
        if (p)
            memset(p, 0x5a, n);
    }
    return faults;
}

/* The first block is made for the request: none is refused that memory would allow. */
static void any_size_first(void) {
    size_t faults = 0;
    for (size_t n = 0; n < 9000; n++) {
        tw_arena arena;
        tw_arena_init(&arena);
        faults += !tw_arena_alloc(&arena, n, 1);
        tw_arena_fini(&arena);
    }
    is_int((int64_t)faults, 0, "a first request of any size");
}

static void zeroed_and_aligned(void) {
    tw_arena arena;
    uint32_t state = 1;
    size_t faults = 0;
    tw_arena_init(&arena);
    for (int round = 0; round < 20; round++) {
        tw_arena_mark mark = tw_arena_save(&arena);
        faults += fill(&arena, 200, &state);
        if (round % 3 == 1)
            tw_arena_restore(&arena, mark);
        if (round % 7 == 6)
            tw_arena_reset(&arena);
    }
    is_int(faults, 0, "4000 requests are zeroed and aligned, also in memory used before");
    tw_arena_fini(&arena);
    ok(arena.head == NULL && arena.used == 0, "finished means empty");
}

static void what_was_before_a_mark_stays(void) {
    tw_arena arena;
    uint32_t state = 7;
    tw_arena_init(&arena);
    tw_arena_mark start = tw_arena_save(&arena);
    tw_str kept = tw_arena_str(&arena, TW_STR("kept"));
    size_t used = arena.used;
    tw_arena_mark mark = tw_arena_save(&arena);
    fill(&arena, 500, &state);
    tw_arena_restore(&arena, mark);
    is_text(kept, "kept", "bytes from before the mark");
    is_int(arena.used, used, "the count goes back too");
    tw_arena_restore(&arena, start);
    is_int(arena.used, 0, "a mark of the empty arena");
    tw_arena_reset(&arena);
    tw_arena_fini(&arena);
}

static void texts(void) {
    tw_arena arena;
    tw_arena_init(&arena);
    tw_str copy = tw_arena_str(&arena, TW_STR("a\0b"));
    ok(copy.n == 3 && memcmp(copy.p, "a\0b", 4) == 0, "copies are terminated");
    ok(tw_arena_str(&arena, (tw_str){NULL, 0}).p != NULL, "a copy of nothing is a text");
    is_text(tw_str_c(tw_arena_printf(&arena, "%s-%d", "x", 7)), "x-7", "printf");
    ok(tw_arena_alloc(&arena, 0, 8) != NULL, "no bytes have an address");
    ok(tw_arena_alloc(&arena, SIZE_MAX / 2, 4) == NULL, "a product that overflows");
    ok(tw_arena_alloc(&arena, SIZE_MAX - 20, 1) == NULL, "a sum that overflows");
    tw_arena_fini(&arena);
}

int main(void) {
    any_size_first();
    zeroed_and_aligned();
    what_was_before_a_mark_stays();
    texts();
    return tap_done();
}
