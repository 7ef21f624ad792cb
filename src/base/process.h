/* Child processes without a shell: argv in, pipes out, a watchdog.
 *
 * tw_process owns pid and pipes; tw_process_free kills a child that still runs. Reads and writes take a deadline, so a
 * hung child never hangs us. SIGPIPE is ignored by the program. */
#ifndef TW_BASE_PROCESS_H
#define TW_BASE_PROCESS_H

#include "base/buf.h"

typedef struct tw_process tw_process;
/* argv[0] is looked up in PATH; env pairs "NAME=value" (NULL-terminated, may be NULL) are added to ours. TW_EUNSUPPORTED
 * when the program is not there. */
TW_NODISCARD enum tw_rc tw_process_start(const char *const *argv, const char *const *env, tw_process **out, tw_error *err);
void tw_process_free(tw_process *p);
bool tw_process_alive(tw_process *p);
/* Write all; TW_ELIMIT at the deadline, TW_EINPUT when the child is gone. */
TW_NODISCARD enum tw_rc tw_process_write(tw_process *p, tw_str bytes, int timeout_ms, tw_error *err);
/* Append to out until `token` was read from stdout (token and what follows it cut off), or fail as above. stderr seen
 * meanwhile is appended to errors (may be NULL). */
TW_NODISCARD enum tw_rc tw_process_read_until(tw_process *p, tw_str token, int timeout_ms, tw_buf *out, tw_buf *errors,
                                              tw_error *err);
/* Close stdin, read the rest, wait; *status as from waitpid. */
TW_NODISCARD enum tw_rc tw_process_finish(tw_process *p, int timeout_ms, tw_buf *out, int *status, tw_error *err);
void tw_process_kill(tw_process *p);
int tw_process_pid(const tw_process *p);

#endif
