/* One Lua state with Lua's whole library, made when something needs it first.
 *
 * The host is found from a state by its registry, from a session by its hooks. print goes to the session's messages,
 * coroutines are the guard's own, so that Ctrl-C reaches them. */
#include "config.h"

#include "script/host.h"

#include "script/convert.h"
#include "script/recipe_lua.h"
#include "script/sandbox.h"

enum { HOST_MEMORY = 1 << 30 };

struct tw_host {
    tw_session *session;
    tw_guard *guard;
    tw_plugin *plugins;
    size_t n_plugins;
    struct tw_lua_command **commands;
    size_t n_commands;
};

static const char host_mark; /* its address is the key of the host in the registry */

tw_session *tw_host_session(tw_host *host) {
    return host->session;
}

tw_guard *tw_host_guard(tw_host *host) {
    return host->guard;
}

tw_host *tw_host_of(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_mark);
    tw_host *host = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return host;
}

static int print_to_session(lua_State *L) {
    tw_session_say(tw_host_of(L)->session, TW_NOTE, "%s", tw_join_arguments(L));
    return 0;
}

/* Argument: the host. */
static int open_host(lua_State *L) {
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_mark);
    luaL_openlibs(L);
    lua_getglobal(L, "coroutine");
    tw_sandbox_coroutines(L);
    lua_pushnil(L); /* it could not be interrupted */
    lua_setfield(L, -2, "close");
    lua_pop(L, 1);
    lua_pushcfunction(L, print_to_session);
    lua_setglobal(L, "print");
    lua_newtable(L);
    tw_recipe_open(L);
    tw_host_open_api(L);
    tw_host_open_commands(L);
    lua_pushliteral(L, PACKAGE_VERSION);
    lua_setfield(L, -2, "version");
    lua_pushinteger(L, TW_SCRIPT_API);
    lua_setfield(L, -2, "api");
    lua_setglobal(L, "trowel");
    if (luaL_loadbufferx(L, tw_lua_comfort, strlen(tw_lua_comfort), "@comfort.lua", "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 0);
    return 0;
}

enum tw_rc tw_host_new(tw_session *session, tw_host **out, tw_error *err) {
    tw_host *host = tw_calloc(1, sizeof *host);
    *out = NULL;
    if (!host)
        return tw_fail_memory(err);
    host->session = session;
    enum tw_rc rc = tw_guard_new(HOST_MEMORY, &host->guard, err);
    if (rc == TW_OK) {
        lua_pushcfunction(tw_guard_lua(host->guard), open_host);
        lua_pushlightuserdata(tw_guard_lua(host->guard), host);
        rc = tw_guard_call(host->guard, 1, 0, 0, NULL, TW_ERECIPE, "host", err);
    }
    if (rc == TW_OK)
        *out = host;
    else
        tw_host_free(host);
    return rc;
}

static void free_plugin(tw_plugin *p) {
    free(p->id);
    free(p->version);
    free(p->summary);
    free(p->dir);
    free(p->permissions);
    free(p->error);
}

void tw_host_free(tw_host *host) {
    if (!host)
        return;
    tw_guard_free(host->guard);
    for (size_t i = 0; i < host->n_plugins; i++)
        free_plugin(&host->plugins[i]);
    for (size_t i = 0; i < host->n_commands; i++)
        tw_lua_command_free(host->commands[i]);
    free(host->plugins);
    free(host->commands);
    free(host);
}

size_t tw_host_plugins(const tw_host *host) {
    return host->n_plugins;
}

tw_plugin *tw_host_plugin(tw_host *host, size_t i) {
    return i < host->n_plugins ? &host->plugins[i] : NULL;
}

tw_plugin *tw_host_add_plugin(tw_host *host) {
    tw_plugin *grown = tw_realloc(host->plugins, host->n_plugins + 1, sizeof *grown);
    if (!grown)
        return NULL;
    host->plugins = grown;
    grown[host->n_plugins] = (tw_plugin){0};
    return &grown[host->n_plugins++];
}

void tw_host_keep_command(tw_host *host, struct tw_lua_command *command) {
    struct tw_lua_command **grown = tw_realloc(host->commands, host->n_commands + 1, sizeof *grown);
    if (!grown)
        return; /* the caller looks it up and finds nothing */
    host->commands = grown;
    grown[host->n_commands++] = command;
}

struct tw_lua_command *tw_host_command(tw_host *host, size_t number) {
    return number < host->n_commands ? host->commands[number] : NULL;
}

size_t tw_host_commands(const tw_host *host) {
    return host->n_commands;
}

/* --- running a text --- */

typedef struct chunk {
    tw_str text;
    const char *name;
    int env;
    bool expression; /* try "return " before it first */
    tw_doc **out;
} chunk;

static int load(lua_State *L, const chunk *c) {
    lua_pushfstring(L, "@%s", c->name);
    const char *name = lua_tostring(L, -1);
    if (c->expression) {
        lua_pushliteral(L, "return ");
        lua_pushlstring(L, c->text.p ? c->text.p : "", c->text.n);
        lua_concat(L, 2);
        size_t n;
        const char *text = lua_tolstring(L, -1, &n);
        if (luaL_loadbufferx(L, text, n, name, "t") == LUA_OK)
            return LUA_OK;
        lua_pop(L, 1);
    }
    return luaL_loadbufferx(L, c->text.p ? c->text.p : "", c->text.n, name, "t");
}

static int run_chunk(lua_State *L) {
    const chunk *c = lua_touserdata(L, 1);
    if (load(L, c) != LUA_OK)
        return lua_error(L);
    if (c->env != LUA_NOREF) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, c->env);
        lua_setupvalue(L, -2, 1);
    }
    lua_call(L, 0, 1);
    if (!c->out)
        return 0;
    tw_doc **doc = tw_push_doc(L, -1, c->name);
    *c->out = *doc;
    *doc = NULL;
    return 0;
}

static enum tw_rc call_chunk(tw_host *host, const chunk *c, tw_error *err) {
    lua_State *L = tw_guard_current(host->guard);
    if (c->out)
        *c->out = NULL;
    lua_pushcfunction(L, run_chunk);
    lua_pushlightuserdata(L, (void *)(uintptr_t)c);
    return tw_guard_call(host->guard, 1, 0, 0, tw_session_task(host->session), TW_ERECIPE, c->name, err);
}

enum tw_rc tw_host_run(tw_host *host, tw_str text, const char *name, int env, tw_doc **out, tw_error *err) {
    return call_chunk(host, &(chunk){text, name, env, false, out}, err);
}

enum tw_rc tw_host_eval(tw_host *host, tw_str text, const char *name, tw_doc **out, tw_error *err) {
    return call_chunk(host, &(chunk){text, name, LUA_NOREF, true, out}, err);
}
