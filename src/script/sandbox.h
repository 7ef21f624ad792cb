/* The globals of a state that runs recipes: an allow list and nothing else.
 *
 * No io, os, debug, package; no clock, no random numbers; chunks as text only. What could loop in C without end is bounded
 * or polls the guard. */
#ifndef TW_SCRIPT_SANDBOX_H
#define TW_SCRIPT_SANDBOX_H

#include "script/guard.h"

#include "base/log.h"

/* Fill the globals of the guard's state; print goes to the log (NULL: nowhere), which must outlive the state. Called in
 * protected mode: raises Lua errors. */
void tw_sandbox_open(lua_State *L, const tw_log *log);
/* Only the bounded coroutine functions, into the table on top of the stack: states that open Lua's libraries need them so
 * that the guard finds the running coroutine. */
void tw_sandbox_coroutines(lua_State *L);

#endif
