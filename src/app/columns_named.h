/* Which columns a command looks at, told by its parameters: so that a file is not judged column by
 * column for the sake of one. */
#ifndef TW_APP_COLUMNS_NAMED_H
#define TW_APP_COLUMNS_NAMED_H

#include "app/command.h"
#include "data/table.h"

/* Columns of the table that the arguments name, in the arena: selectors as they choose, expressions
 * and other texts by every name that stands in them (rather one too many). *known is false where
 * types or roles are asked for, which only a full reading knows, and where an optional list of
 * columns is left out. Types of the table do not matter. */
TW_NODISCARD enum tw_rc tw_columns_named(const tw_command *command, const void *args,
                                         const tw_table *table, tw_arena *arena, int **columns,
                                         size_t *n, bool *known, tw_error *err);

#endif
