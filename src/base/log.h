/* Messages on their way to the user: a sink the session installs; library code never prints.
 *
 * tw_log is a value handed down; a NULL log or sink drops. A message is one line of at most 1 KB,
 * without controls. */
#ifndef TW_BASE_LOG_H
#define TW_BASE_LOG_H

#include "base/attr.h"

enum tw_level { TW_DEBUG, TW_NOTE, TW_WARNING };
typedef struct tw_log {
    void (*sink)(void *self, enum tw_level level, const char *message);
    void *self;
} tw_log;

void tw_say(const tw_log *log, enum tw_level level, const char *fmt, ...) TW_PRINTF(3, 4);

#endif
