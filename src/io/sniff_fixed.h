/* Where the columns of a fixed-width text begin: characters that are blank in all its lines. */
#ifndef TW_IO_SNIFF_FIXED_H
#define TW_IO_SNIFF_FIXED_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

typedef struct tw_fixed_guess {
    const uint32_t *cuts; /* as in tw_dialect; in the arena */
    uint32_t n;
    size_t lines; /* that speak for them */
} tw_fixed_guess;

/* `cut`: the text goes on, so its last line does not count. No columns: n is 0. */
TW_NODISCARD enum tw_rc tw_sniff_fixed(tw_str text, bool cut, tw_arena *arena, tw_fixed_guess *out,
                                       tw_error *err);
/* "8,10,4": widths of all columns but the last. TW_EUSAGE. */
TW_NODISCARD enum tw_rc tw_fixed_given(tw_str widths, tw_arena *arena, tw_fixed_guess *out,
                                       tw_error *err);

#endif
