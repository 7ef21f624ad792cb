/* The host state of a session: configuration, plugins and the functions they call. Trusted code, but guarded: Ctrl-C ends
 * it, memory is counted.
 *
 * Lua sees the table `trowel`: version, api, recipe, run(LINE), cmd.NAME(ARGS), command { … }, dataset(), set(OPTION, VALUE),
 * keymap(TEXT), say(TEXT). Commands are the session's rows; one that Lua adds is a row like any other. The host
 * belongs to its session and its session's thread. */
#ifndef TW_SCRIPT_HOST_H
#define TW_SCRIPT_HOST_H

#include "script/guard.h"

#include "app/session.h"

enum { TW_SCRIPT_API = 1 }; /* rises with every addition to what plugins can call */

typedef struct tw_host tw_host;
typedef struct tw_plugin {
    char *id, *version, *summary, *dir, *permissions;
    char *error; /* why it does not work; NULL = it does */
} tw_plugin;

TW_NODISCARD enum tw_rc tw_host_new(tw_session *session, tw_host **out, tw_error *err);
void tw_host_free(tw_host *host);
tw_session *tw_host_session(tw_host *host);
tw_guard *tw_host_guard(tw_host *host);
tw_host *tw_host_of(lua_State *L);
/* The host of a session with tw_script_attach, made on first use; NULL when it cannot be made. (script.c) */
tw_host *tw_script_host(const tw_session *session);
/* Run a text; `env` is the registry reference of its globals, LUA_NOREF = the state's. What it returns in *out (may be
 * NULL). TW_ERECIPE for what is wrong in it. */
TW_NODISCARD enum tw_rc tw_host_run(tw_host *host, tw_str text, const char *name, int env, tw_doc **out, tw_error *err);
/* The same for what somebody typed: the value of an expression, or statements. */
TW_NODISCARD enum tw_rc tw_host_eval(tw_host *host, tw_str text, const char *name, tw_doc **out, tw_error *err);

/* lua/comfort.lua, as part of the program. */
extern const char tw_lua_comfort[];

/* Plugins found so far, working or not. */
size_t tw_host_plugins(const tw_host *host);
tw_plugin *tw_host_plugin(tw_host *host, size_t i);
/* A place for one more; NULL when memory is out. */
tw_plugin *tw_host_add_plugin(tw_host *host);

/* The functions that Lua calls: into the table on top of the stack (host_api.c, host_command.c). */
void tw_host_open_api(lua_State *L);
void tw_host_open_commands(lua_State *L);
/* Rows that Lua added: freed with the host. */
struct tw_lua_command;
void tw_host_keep_command(tw_host *host, struct tw_lua_command *command);
struct tw_lua_command *tw_host_command(tw_host *host, size_t number);
size_t tw_host_commands(const tw_host *host);
void tw_lua_command_free(struct tw_lua_command *command);

#endif
