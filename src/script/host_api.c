/* What Lua of the host can ask and say: datasets, options, keys, messages, command lines. */
#include "script/host.h"

#include "script/convert.h"

static tw_session *session_of(lua_State *L) {
    return tw_host_session(tw_host_of(L));
}

/* run "sort city": a command line, its result as a Lua value. */
static int run_line(lua_State *L) {
    tw_str line = {NULL, 0};
    tw_error err = TW_ERROR_INIT;
    line.p = luaL_checklstring(L, 1, &line.n);
    tw_doc **out = tw_push_box(L);
    if (tw_session_run_line(session_of(L), line, out, &err) != TW_OK)
        return tw_guard_error(L, &err);
    tw_push_value(L, *out);
    return 1;
}

static int say(lua_State *L) {
    tw_session_say(session_of(L), TW_NOTE, "%s", luaL_checkstring(L, 1));
    return 0;
}

static int set_option(lua_State *L) {
    tw_str name = {NULL, 0}, value = {NULL, 0};
    tw_error err = TW_ERROR_INIT;
    name.p = luaL_checklstring(L, 1, &name.n);
    luaL_checkany(L, 2);
    value.p = luaL_tolstring(L, 2, &value.n);
    if (tw_session_set_option(session_of(L), name, value, &err) != TW_OK)
        return tw_guard_error(L, &err);
    return 0;
}

static int add_keys(lua_State *L) {
    tw_str text = {NULL, 0};
    tw_error err = TW_ERROR_INIT;
    text.p = luaL_checklstring(L, 1, &text.n);
    if (tw_session_load_keymap(session_of(L), text, luaL_optstring(L, 2, "keymap"), &err) != TW_OK)
        return tw_guard_error(L, &err);
    return 0;
}

static void set_text(lua_State *L, const char *name, const char *value) {
    lua_pushstring(L, value);
    lua_setfield(L, -2, name);
}

static void push_columns(lua_State *L, const tw_dataset *dataset) {
    size_t width = tw_dataset_width(dataset);
    lua_createtable(L, (int)TW_MIN(width, (size_t)1 << 20), 0);
    for (size_t i = 0; i < width; i++) {
        const tw_field *field = tw_dataset_field(dataset, i);
        lua_createtable(L, 0, 3);
        set_text(L, "name", field->name);
        set_text(L, "type", tw_type_name(field->type));
        set_text(L, "role", tw_role_word(field->role));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* dataset(): the current one, nil when there is none. */
static int describe_dataset(lua_State *L) {
    const tw_dataset *dataset = tw_session_dataset(session_of(L));
    bool exact = false;
    if (!dataset)
        return 0;
    lua_createtable(L, 0, 6);
    set_text(L, "name", tw_dataset_name(dataset));
    set_text(L, "path", tw_dataset_path(dataset));
    lua_pushinteger(L, (lua_Integer)tw_dataset_rows(dataset, &exact));
    lua_setfield(L, -2, "rows");
    lua_pushboolean(L, exact);
    lua_setfield(L, -2, "exact");
    lua_pushboolean(L, tw_dataset_modified(dataset));
    lua_setfield(L, -2, "modified");
    push_columns(L, dataset);
    lua_setfield(L, -2, "columns");
    return 1;
}

void tw_host_open_api(lua_State *L) {
    static const luaL_Reg functions[] = {{"run", run_line},    {"say", say},           {"set", set_option},
                                         {"keymap", add_keys}, {"dataset", describe_dataset}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
