/* Child processes without a shell: argv in, pipes out, a watchdog.
 *
 * tw_process owns pid and pipes; tw_process_free kills a child that still runs, and
 * whatever it left running (it leads a process group of its own). Reads and writes take a deadline in milliseconds
 * (negative = none), so a hung child never hangs us; whatever the child prints meanwhile is read
 * and kept, so neither side waits for the other's full pipe. SIGPIPE is ignored by the program. One
 * thread at a time. */
#ifndef TW_BASE_PROCESS_H
#define TW_BASE_PROCESS_H

#include "base/buf.h"
#include "base/task.h"

typedef struct tw_process tw_process;
/* argv[0] is looked up in PATH; env pairs "NAME=value" (NULL-terminated, may be NULL) are added to
 * ours. TW_EUNSUPPORTED when the program is not there. */
TW_NODISCARD enum tw_rc tw_process_start(const char *const *argv, const char *const *env,
                                         tw_process **out, tw_error *err);
void tw_process_free(tw_process *p);
bool tw_process_alive(tw_process *p);
/* Write all; TW_ELIMIT at the deadline, TW_EINPUT when the child is gone or prints without end. */
TW_NODISCARD enum tw_rc tw_process_write(tw_process *p, tw_str bytes, int timeout_ms,
                                         tw_error *err);
/* Append to out what stdout held before `token`; a line end behind the token is dropped, what
 * follows waits for the next call. Fails as above. stderr seen so far is appended to errors (may be
 * NULL: kept for later). `task` is asked while it waits. */
TW_NODISCARD enum tw_rc tw_process_read_until(tw_process *p, tw_str token, int timeout_ms,
                                              tw_task *task, tw_buf *out, tw_buf *errors,
                                              tw_error *err);
/* Close stdin, read the rest, wait; *status (may be NULL) as from waitpid. TW_ELIMIT at the
 * deadline: it still runs. */
TW_NODISCARD enum tw_rc tw_process_finish(tw_process *p, int timeout_ms, tw_buf *out, int *status,
                                          tw_error *err);
void tw_process_kill(tw_process *p);
/* What the child wrote to stderr and nobody has taken; lives until the next call. */
tw_str tw_process_errors(const tw_process *p);
int tw_process_pid(const tw_process *p);

/* A standard descriptor that came closed would be the number of the next file opened, and messages
 * would go into it. What stands for stdin from now on cannot be read and what stands for stdout
 * cannot be written: no data is not the same as empty data, and none must be lost in silence. False
 * where that cannot be had. Before anything is opened. */
TW_NODISCARD bool tw_keep_standard_descriptors(void);

#endif
