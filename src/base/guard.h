/* The bytes a SIGBUS may take away: what tw_file_guard (base/file.h) watches over.
 *
 * Who maps a file adds its addresses and removes them before they are unmapped. Any thread. */
#ifndef TW_BASE_GUARD_H
#define TW_BASE_GUARD_H

#include <stddef.h>

#include "base/attr.h"

typedef struct tw_watched tw_watched;
/* `path` for messages, NULL = none; borrowed until unwatch. NULL when memory is out. */
tw_watched *tw_guard_watch(const void *bytes, size_t n, const char *path);
void tw_guard_unwatch(tw_watched *watched);     /* NULL is legal */
bool tw_guard_lost(const tw_watched *watched); /* a page of it was gone once; NULL: false */

#endif
