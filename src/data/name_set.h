/* Names of columns that must differ: whoever comes first keeps a name, others get "_2", "_3" … such
 * that none is taken, not even by a name reserved and not yet asked for. One thread. */
#ifndef TW_DATA_NAME_SET_H
#define TW_DATA_NAME_SET_H

#include "base/arena.h"

typedef struct tw_name_set tw_name_set;

/* New names come from the arena; names handed in must outlive the set. nocase: "A" and "a" are
 * equal (ASCII letters). NULL when memory is out. */
tw_name_set *tw_name_set_new(size_t expected, bool nocase, tw_arena *arena);
void tw_name_set_free(tw_name_set *set);
/* Keep a name for the first who takes it. False when memory is out. */
TW_NODISCARD bool tw_name_set_reserve(tw_name_set *set, const char *name);
bool tw_name_set_has(const tw_name_set *set, const char *name); /* reserved or taken */
/* The name where nobody has it yet, else a free one like it; NULL when memory is out. */
TW_NODISCARD const char *tw_name_set_take(tw_name_set *set, const char *name);

#endif
