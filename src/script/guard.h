/* What keeps a Lua state in bounds: memory, time and Ctrl-C.
 *
 * The allocator counts and refuses; a watchdog thread looks at the clock and at the task and, when one of them says so,
 * signals the thread that runs Lua, whose handler arms a hook on the state that runs there. Until then no hook is armed:
 * a permanent one doubles the time of pure Lua loops. Armed, it strikes at every instruction until the call has unwound,
 * so that pcall cannot swallow it. C functions that loop poll tw_guard_stopped. One thread runs a guarded state. */
#ifndef TW_SCRIPT_GUARD_H
#define TW_SCRIPT_GUARD_H

#include "script/lua_include.h"

#include "base/clock.h"
#include "base/task.h"

typedef struct tw_guard tw_guard;
enum tw_stop { TW_STOP_NONE, TW_STOP_TIME, TW_STOP_CANCEL };

/* A new state whose blocks count against `memory` bytes. The guard owns it. */
TW_NODISCARD enum tw_rc tw_guard_new(size_t memory, tw_guard **out, tw_error *err);
void tw_guard_free(tw_guard *guard); /* closes the state */
lua_State *tw_guard_lua(tw_guard *guard);
tw_guard *tw_guard_of(lua_State *L);
/* The thread to push arguments on: the one that runs (a call from inside a call), else the state itself. */
lua_State *tw_guard_current(const tw_guard *guard);
size_t tw_guard_memory(const tw_guard *guard); /* the limit */
void tw_guard_set_clock(tw_guard *guard, const tw_clock *clock); /* what limits of time are held against; NULL = the system's */

/* lua_pcall with n_args and n_results under watch: at most `micros` (0 = no limit), until `task` is cancelled (NULL = never).
 * The function and its arguments are on the stack of tw_guard_current. On failure the stack is as before and *err says why: TW_ELIMIT for time
 * and memory, TW_ECANCEL, else `code` with Lua's message. `name` is what runs, for messages. */
TW_NODISCARD enum tw_rc tw_guard_call(tw_guard *guard, int n_args, int n_results, int64_t micros, tw_task *task,
                                      enum tw_rc code, const char *name, tw_error *err);
/* Count bytes that the call makes outside Lua's sight (documents of steps) against the limit, until the outermost call
 * has ended. False: over the limit. */
TW_NODISCARD bool tw_guard_charge(tw_guard *guard, size_t bytes);
/* Something wants the running call to end: C loops return by tw_guard_raise then. */
bool tw_guard_stopped(const tw_guard *guard);
int tw_guard_raise(lua_State *L);
/* Around lua_resume: the thread that runs now. enter returns what leave wants back. */
lua_State *tw_guard_enter(tw_guard *guard, lua_State *L);
void tw_guard_leave(tw_guard *guard, lua_State *before);
/* A C function found what is wrong: raise an error that ends the call with this code and message. */
int tw_guard_error(lua_State *L, const tw_error *err);

#endif
