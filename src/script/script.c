/* The face of the room: one object for each session, reachable through its hooks.
 *
 * The host state is made when a plugin, a configuration or the command `lua` needs it, so that a start without them costs
 * nothing. */
#include "script/script.h"

#include "base/file.h"
#include "script/plugin.h"
#include "script/recipe_lua.h"
#include "script/stubs.h"

typedef struct script {
    tw_recipe_limits limits; /* fixed once jobs run */
    tw_session *session;
    tw_host *host; /* NULL until it is needed */
} script;

static enum tw_rc read_recipe(void *self, tw_session *session, tw_str text, const char *name, tw_task *task,
                              tw_recipe **out, tw_error *err) {
    const script *s = self;
    return tw_recipe_from_lua(text, name, &s->limits, task, tw_session_log(session), out, err);
}

tw_host *tw_script_host(const tw_session *session) {
    const tw_session_hooks *hooks = tw_session_get_hooks(session);
    script *s = hooks->recipe_from_lua == read_recipe ? hooks->self : NULL;
    tw_error err = TW_ERROR_INIT;
    if (s && !s->host && tw_host_new(s->session, &s->host, &err) != TW_OK)
        tw_session_say(s->session, TW_WARNING, "Lua: %s", err.message);
    return s ? s->host : NULL;
}

/* --- commands --- */

typedef struct lua_args {
    tw_str code;
} lua_args;

/* An expression's value is the result: `lua 1 + 1`; anything else runs as statements. */
static enum tw_rc run_lua(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    const lua_args *args = raw;
    tw_host *host = tw_script_host(session);
    if (!host)
        return tw_fail(err, TW_ENOMEM, "lua: no state can be made");
    return tw_host_eval(host, args->code, "lua", out, err);
}

static enum tw_rc run_plugins(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    static const char *const columns[] = {"plugin", "version", "state", "permissions", "what it does"};
    tw_host *host = tw_script_host(session);
    (void)raw;
    *out = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; *out && host && i < tw_host_plugins(host); i++) {
        const tw_plugin *p = tw_host_plugin(host, i);
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_c(p->id));
            tw_doc_add(row, tw_doc_c(p->version ? p->version : ""));
            tw_doc_add(row, tw_doc_c(p->error ? p->error : "works"));
            tw_doc_add(row, tw_doc_c(p->permissions ? p->permissions : ""));
            tw_doc_add(row, tw_doc_c(p->summary ? p->summary : ""));
        }
        tw_doc_add(*out, row);
    }
    return *out && !tw_doc_failed(*out) ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc run_stubs(tw_session *session, const void *raw, tw_doc **out, tw_error *err) {
    tw_buf text;
    (void)raw;
    tw_buf_init(&text, 1 << 22);
    *out = tw_stubs_write(session, &text) ? tw_doc_text(tw_buf_view(&text)) : NULL;
    tw_buf_fini(&text);
    return *out ? TW_OK : tw_fail_memory(err);
}

// clang-format off
static const tw_param lua_params[] = {
    {.name = "code", .kind = TW_PARAM_EXPR, .offset = offsetof(lua_args, code), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL | TW_PARAM_DASH, .help = "Lua: an expression or statements"},
};
static const tw_command rows[] = {
    {.name = "lua", .scope = TW_SCOPE_PROGRAM, .flags = TW_COMMAND_SCREEN, .params = lua_params, .n_params = TW_COUNT(lua_params), .args_size = sizeof(lua_args),
     .summary = "Run Lua", .help = "The table trowel holds what there is: trowel.cmd.NAME(…) runs a command, trowel.dataset() tells about the data. See doc/lua.md.",
     .example = "lua 6 * 7", .run = run_lua},
    {.name = "plugins", .scope = TW_SCOPE_PROGRAM, .flags = TW_COMMAND_SCREEN, .args_size = 1,
     .summary = "List the plugins, what they may do and whether they work", .view = "document", .run = run_plugins},
    {.name = "lua-stubs", .scope = TW_SCOPE_PROGRAM, .flags = TW_COMMAND_CLI | TW_COMMAND_HIDDEN, .args_size = 1,
     .summary = "Write what Lua can call as type stubs for editors (LuaCATS)", .run = run_stubs},
};
// clang-format on

/* --- attaching --- */

static void run_config(script *s, const char *path) {
    tw_error err = TW_ERROR_INIT;
    char *text = NULL, message[1024];
    size_t n = 0;
    if (!path || !tw_file_exists(path))
        return;
    tw_host *host = tw_script_host(s->session);
    enum tw_rc rc = host ? tw_file_read(path, 1 << 20, &text, &n, &err) : TW_ENOMEM;
    if (rc == TW_OK)
        rc = tw_host_run(host, (tw_str){text, n}, path, LUA_NOREF, NULL, &err);
    free(text);
    if (rc == TW_OK || !host)
        return;
    tw_error_render(&err, message, sizeof message);
    tw_session_say(s->session, TW_WARNING, "configuration: %s", message);
}

enum tw_rc tw_script_attach(tw_session *session, const tw_script_options *options, tw_error *err) {
    script *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    s->session = session;
    s->limits = TW_RECIPE_LIMITS;
    if (options->recipe_seconds > 0)
        s->limits.micros = (int64_t)(TW_MIN(options->recipe_seconds, 1e9) * 1e6);
    tw_session_set_hooks(session, &(tw_session_hooks){.recipe_from_lua = read_recipe, .self = s});
    enum tw_rc rc = tw_session_add_commands(session, rows, TW_COUNT(rows), err);
    for (size_t i = 0; rc == TW_OK && options->plugin_dirs && options->plugin_dirs[i]; i++) {
        if (tw_file_exists(options->plugin_dirs[i]) && tw_script_host(session))
            tw_plugins_load(s->host, options->plugin_dirs[i]);
    }
    if (rc == TW_OK)
        run_config(s, options->config);
    return rc;
}

void tw_script_detach(tw_session *session) {
    if (!session || tw_session_get_hooks(session)->recipe_from_lua != read_recipe)
        return;
    script *s = tw_session_get_hooks(session)->self;
    tw_session_set_hooks(session, &(tw_session_hooks){0});
    tw_host_free(s->host);
    free(s);
}
