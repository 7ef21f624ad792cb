/* Names for outputs that cannot hold two columns of one name: JSON objects, database tables.
 *
 * The first of equal names keeps it, later ones get "_2", "_3" … such that none is taken. */
#ifndef TW_IO_UNIQUE_NAMES_H
#define TW_IO_UNIQUE_NAMES_H

#include "base/log.h"
#include "data/table.h"

/* One name for each column, in the arena. nocase: "A" and "a" are equal (ASCII letters), and an
 * empty name becomes c and the column's number, as databases want it. What was renamed is noted. */
TW_NODISCARD enum tw_rc tw_unique_names(const tw_table *table, bool nocase, const tw_log *log,
                                        tw_arena *arena, const char ***names, tw_error *err);

#endif
