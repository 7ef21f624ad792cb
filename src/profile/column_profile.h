/* One column's profile: what profile.c runs for each column, on any thread.
 *
 * Fills a zeroed tw_column_profile; its texts and arrays go into the arena and live as long. All
 * rows are read. Columns of numbers, dates and booleans go to scale_profile.c, text to
 * text_profile.c; both share what is declared here. */
#ifndef TW_PROFILE_COLUMN_PROFILE_H
#define TW_PROFILE_COLUMN_PROFILE_H

#include "base/arena.h"
#include "profile/profile.h"
#include "stat/tally.h"

enum { TW_PROFILE_TOP = 10, TW_PROFILE_DISTINCT_LIMIT = 1000000 };

typedef struct tw_column_work {
    const tw_column *column;
    tw_arena *arena;
    tw_task *task; /* for cancelling; may be NULL */
    bool histogram;
    tw_column_profile *out;
} tw_column_work;

/* TW_ELIMIT for 2^32 rows and more. */
TW_NODISCARD enum tw_rc tw_column_profile_fill(const tw_field *field, const tw_column *column,
                                               bool histogram, tw_arena *arena, tw_task *task,
                                               tw_column_profile *out, tw_error *err);
TW_NODISCARD enum tw_rc tw_profile_scale(const tw_column_work *work, tw_error *err);
TW_NODISCARD enum tw_rc tw_profile_text(const tw_column_work *work, tw_error *err);

/* Keys of the cells of a chunk, equal for equal values; invalid cells may hold anything. Valid
 * until the next call. */
typedef struct tw_key_source {
    const uint64_t *(*keys)(void *self, size_t chunk);
    void *self;
    bool mostly_new; /* most values differ: another way of counting is faster */
} tw_key_source;
enum {
    TW_PROFILE_SPREAD_ROWS = 1 << 21
}; /* up to so many rows mostly new keys are spread and counted, 24 bytes a row */
/* Count all keys, then fill distinct, entropy and the top values. The tally is left unused where
 * most keys are new. */
TW_NODISCARD enum tw_rc tw_profile_count(const tw_column_work *work, tw_key_source source,
                                         tw_tally *tally, tw_error *err);
/* Do most of the first few thousand valid keys differ? */
bool tw_profile_mostly_new(const uint64_t *keys, const uint64_t *valid, size_t n);
/* The cell of a row, its text copied into the arena; TW_MISSING when memory is out. */
tw_cell tw_profile_keep_cell(const tw_column_work *work, int64_t row);
/* "value" and count as the next of the top values. */
TW_NODISCARD enum tw_rc tw_profile_put_top(const tw_column_work *work,
                                           const tw_tally_entry *entries, size_t n, tw_error *err);

#endif
