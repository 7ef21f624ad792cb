/* One folder after the other. What a plugin is comes from a manifest that cannot do anything; what went wrong is kept with
 * the plugin and said once. Permissions are declarations that a person can read in `:plugins`, and they decide whether
 * `io` and `os` are there; they are no wall, since plugins are trusted code. */
#include "script/plugin.h"

#include <dirent.h>

#include "base/file.h"
#include "script/convert.h"

enum { MANIFEST_MAX = 1 << 16, INIT_MAX = 1 << 20 };

static enum tw_rc read_text(const char *dir, const char *name, size_t most, char **text, size_t *n, tw_error *err) {
    tw_buf path;
    tw_buf_init(&path, 4096);
    tw_buf_printf(&path, "%s/%s", dir, name);
    enum tw_rc rc = path.failed ? tw_fail(err, TW_EINPUT, "%s: the path is too long", name)
                                : tw_file_read(path.p, most, text, n, err);
    tw_buf_fini(&path);
    return rc;
}

/* --- the manifest --- */

/* An empty table as environment; its registry reference. */
static int make_empty(lua_State *L) {
    lua_newtable(L);
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

/* A protected call of a function that returns one number, on the host. */
static enum tw_rc call_for_number(tw_host *host, lua_CFunction fn, void *arg, int *out, tw_error *err) {
    lua_State *L = tw_guard_current(tw_host_guard(host));
    lua_pushcfunction(L, fn);
    lua_pushlightuserdata(L, arg);
    enum tw_rc rc = tw_guard_call(tw_host_guard(host), 1, 1, 0, NULL, TW_ERECIPE, "plugin", err);
    if (rc == TW_OK) {
        *out = (int)lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    return rc;
}

static char *text_of(const tw_doc *manifest, const char *name) {
    return tw_str_dup(tw_doc_as_text(tw_doc_get(manifest, name), TW_STR("")));
}

static char *join_texts(const tw_doc *list) {
    tw_buf out;
    tw_buf_init(&out, 1024);
    tw_buf_c(&out, "");
    for (size_t i = 0; i < tw_doc_count(list); i++)
        tw_buf_printf(&out, "%s%.*s", i ? " " : "", TW_ARG(tw_doc_as_text(tw_doc_at(list, i), TW_STR(""))));
    return tw_buf_take(&out);
}

static enum tw_rc check_manifest(const tw_doc *m, const char *folder, tw_error *err) {
    tw_str id = tw_doc_as_text(tw_doc_get(m, "id"), TW_STR(""));
    const tw_doc *api = tw_doc_get(m, "api");
    int64_t from = tw_doc_as_int(tw_doc_kind(api) == TW_DOC_LIST ? tw_doc_at(api, 0) : api, 0);
    int64_t to = tw_doc_as_int(tw_doc_kind(api) == TW_DOC_LIST ? tw_doc_at(api, 1) : api, 0);
    if (tw_doc_kind(m) != TW_DOC_MAP)
        return tw_fail(err, TW_ERECIPE, "plugin.lua: it must return a table { id = …, version = …, api = … }");
    if (!tw_str_eq_c(id, folder))
        return tw_fail(err, TW_ERECIPE, "plugin.lua: id is '%.*s' and the folder '%s'; make them the same",
                       (int)TW_MIN(id.n, (size_t)64), id.p, folder);
    if (TW_SCRIPT_API < from || TW_SCRIPT_API > to)
        return tw_fail(err, TW_EVERSION, "plugin.lua: it is for api %lld to %lld and this trowel has %d", (long long)from,
                       (long long)to, TW_SCRIPT_API);
    return TW_OK;
}

static enum tw_rc read_manifest(tw_host *host, tw_plugin *plugin, const char *folder, tw_error *err) {
    char *text = NULL;
    size_t n = 0;
    int env = LUA_NOREF;
    tw_doc *m = NULL;
    enum tw_rc rc = read_text(plugin->dir, "plugin.lua", MANIFEST_MAX, &text, &n, err);
    if (rc == TW_OK)
        rc = call_for_number(host, make_empty, NULL, &env, err);
    if (rc == TW_OK)
        rc = tw_host_run(host, (tw_str){text, n}, "plugin.lua", env, &m, err);
    if (rc == TW_OK)
        rc = check_manifest(m, folder, err);
    if (rc == TW_OK) {
        plugin->version = text_of(m, "version");
        plugin->summary = text_of(m, "summary");
        plugin->permissions = join_texts(tw_doc_get(m, "permissions"));
        if (!plugin->version || !plugin->summary || !plugin->permissions)
            rc = tw_fail_memory(err);
    }
    luaL_unref(tw_guard_lua(tw_host_guard(host)), LUA_REGISTRYINDEX, env);
    tw_doc_free(m);
    free(text);
    return rc;
}

/* --- init.lua --- */

static void hide(lua_State *L, const char *name) {
    lua_pushboolean(L, 0); /* false, so that the shared library does not show through */
    lua_setfield(L, -2, name);
}

/* Argument: the plugin. An environment over the globals, with what it may not see hidden. */
static int make_environment(lua_State *L) {
    const tw_plugin *p = lua_touserdata(L, 1);
    bool files = strstr(p->permissions, "fs.") != NULL, programs = strstr(p->permissions, "exec") != NULL;
    lua_newtable(L);
    lua_newtable(L);
    lua_pushglobaltable(L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    if (!files && !programs)
        hide(L, "io");
    if (!programs)
        hide(L, "os");
    hide(L, "debug");
    lua_createtable(L, 0, 3);
    lua_pushstring(L, p->id);
    lua_setfield(L, -2, "id");
    lua_pushstring(L, p->version);
    lua_setfield(L, -2, "version");
    lua_pushstring(L, p->dir);
    lua_setfield(L, -2, "dir");
    lua_setfield(L, -2, "plugin");
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

static enum tw_rc run_init(tw_host *host, tw_plugin *plugin, tw_error *err) {
    char *text = NULL, name[128];
    size_t n = 0;
    int env = LUA_NOREF;
    enum tw_rc rc = read_text(plugin->dir, "init.lua", INIT_MAX, &text, &n, err);
    if (rc == TW_OK)
        rc = call_for_number(host, make_environment, plugin, &env, err);
    snprintf(name, sizeof name, "%s/init.lua", plugin->id);
    if (rc == TW_OK)
        rc = tw_host_run(host, (tw_str){text, n}, name, env, NULL, err);
    free(text);
    return rc;
}

static void load_plugin(tw_host *host, const char *dir, const char *folder) {
    tw_error err = TW_ERROR_INIT;
    tw_plugin *plugin = tw_host_add_plugin(host);
    tw_buf path;
    if (!plugin)
        return;
    tw_buf_init(&path, 4096);
    tw_buf_printf(&path, "%s/%s", dir, folder);
    plugin->id = tw_str_dup(tw_str_c(folder));
    plugin->dir = tw_buf_take(&path);
    enum tw_rc rc = plugin->id && plugin->dir ? read_manifest(host, plugin, folder, &err) : tw_fail_memory(&err);
    if (rc == TW_OK)
        rc = run_init(host, plugin, &err);
    if (rc == TW_OK)
        return;
    char text[1024];
    tw_error_render(&err, text, sizeof text);
    plugin->error = tw_str_dup(tw_str_c(text));
    tw_session_say(tw_host_session(host), TW_WARNING, "plugin %s does not work: %s", folder, text);
}

/* Folders in the order of their names, so that what replaces what does not depend on the file system. */
static int compare_names(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_plain(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

void tw_plugins_load(tw_host *host, const char *dir) {
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_plain, compare_names);
    for (int i = 0; i < n; i++) {
        tw_buf manifest;
        tw_buf_init(&manifest, 4096);
        tw_buf_printf(&manifest, "%s/%s/plugin.lua", dir, entries[i]->d_name);
        if (!manifest.failed && tw_file_exists(manifest.p))
            load_plugin(host, dir, entries[i]->d_name);
        tw_buf_fini(&manifest);
        free(entries[i]);
    }
    free(entries);
}
