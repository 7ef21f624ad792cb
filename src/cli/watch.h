/* What happens while a subcommand works: progress on stderr, Ctrl-C.
 *
 * A thread of its own waits for signals (blocked everywhere else, so no handler is needed) and
 * looks at the task's counters ten times a second. Progress shows after 150 ms, on a terminal, and
 * is wiped at the end. The first signal cancels the task; a second one, or a second without an
 * answer, ends the process with 130. */
#ifndef TW_CLI_WATCH_H
#define TW_CLI_WATCH_H

#include "base/task.h"

typedef struct tw_watch tw_watch;
/* Blocks SIGINT, SIGTERM and SIGHUP in the calling thread and those it starts from then on. NULL
 * when threads are refused: then signals keep their defaults. */
tw_watch *tw_watch_start(tw_task *task, bool progress);
/* Stop the thread, wipe the progress line. NULL is legal. */
void tw_watch_stop(tw_watch *watch);

#endif
