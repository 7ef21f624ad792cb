/* Commands between Lua and the session, both ways.
 *
 * trowel.cmd.NAME calls a row of the session: a table of names becomes its map of arguments, other values go to the
 * positional parameters. trowel.command { … } makes a row: its parameters come from the table, its `run` calls the Lua
 * function with the arguments in a table and turns what it returns into the result. The row knows its function by a
 * hidden parameter whose default is its number (the first field of the arguments), because rows carry no closure. */
#include "script/host.h"

#include "script/convert.h"

enum { SLOT = 32 }; /* room for any kind of field */

struct tw_lua_command {
    tw_command row;
    tw_param *params;
    tw_arena texts;
    int function; /* registry reference */
};

void tw_lua_command_free(struct tw_lua_command *command) {
    if (!command)
        return;
    tw_arena_fini(&command->texts);
    free(command->params);
    free(command);
}

/* --- calling rows --- */

static const tw_param *positional(const tw_command *row, size_t i) {
    for (size_t k = 0; k < row->n_params; k++)
        if (row->params[k].flags & TW_PARAM_POSITIONAL && i-- == 0)
            return &row->params[k];
    return NULL;
}

static void take_positional(lua_State *L, const tw_command *row, int n, tw_doc *args) {
    for (int i = 1; i <= n; i++) {
        const tw_param *param = positional(row, (size_t)i - 1);
        if (!param) {
            luaL_error(L, "%s: too many values; name them in a table", row->name);
            return; /* never: the compiler does not know that luaL_error jumps */
        }
        tw_doc **value = tw_push_doc(L, i, row->name), *taken = *value;
        *value = NULL;
        if (!tw_doc_set(args, param->name, taken))
            luaL_error(L, "not enough memory");
        lua_pop(L, 1);
    }
}

/* Upvalue: the row's name, looked up anew because rows can be replaced. */
static int call_row(lua_State *L) {
    tw_session *session = tw_host_session(tw_host_of(L));
    tw_error err = TW_ERROR_INIT;
    const tw_command *row = NULL;
    tw_str name = {NULL, 0};
    int n = lua_gettop(L);
    name.p = lua_tolstring(L, lua_upvalueindex(1), &name.n);
    if (tw_session_require_command(session, name, TW_COMMAND_SCREEN, &row, &err) != TW_OK)
        return tw_guard_error(L, &err);
    bool named = n == 1 && lua_type(L, 1) == LUA_TTABLE && lua_rawlen(L, 1) == 0;
    tw_doc **args = named ? tw_push_doc(L, 1, row->name) : tw_push_box(L);
    if (!named) {
        *args = tw_doc_map();
        if (!*args)
            return luaL_error(L, "not enough memory");
        take_positional(L, row, n, *args);
    }
    tw_doc **out = tw_push_box(L);
    if (tw_session_run(session, row, *args, out, &err) != TW_OK)
        return tw_guard_error(L, &err);
    tw_push_value(L, *out);
    return 1;
}

/* trowel.cmd.some_name: '_' stands for '-'. */
static int find_row(lua_State *L) {
    const char *name = luaL_checkstring(L, 2);
    luaL_gsub(L, name, "_", "-");
    lua_pushcclosure(L, call_row, 1);
    return 1;
}

/* --- making rows --- */

static const char *kept(lua_State *L, struct tw_lua_command *c, const char *text, size_t n) {
    tw_str copy = tw_arena_str(&c->texts, (tw_str){text, n});
    if (!copy.p)
        luaL_error(L, "not enough memory");
    return copy.p;
}

/* Text field of the table at `table`; NULL when absent. */
static const char *text_field(lua_State *L, struct tw_lua_command *c, int table, const char *name, bool needed) {
    size_t n;
    if (lua_getfield(L, table, name) == LUA_TNIL && needed)
        luaL_error(L, "command: '%s' is missing", name);
    const char *text = luaL_tolstring(L, -1, &n);
    text = lua_isnil(L, -2) ? NULL : kept(L, c, text, n);
    lua_pop(L, 2);
    return text;
}

static bool flag_field(lua_State *L, int table, const char *name) {
    lua_getfield(L, table, name);
    bool yes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return yes;
}

static const struct {
    const char *word;
    enum tw_param_kind kind;
} kinds[] = {
    {"text", TW_PARAM_TEXT},     {"bool", TW_PARAM_BOOL},     {"int", TW_PARAM_INT},   {"number", TW_PARAM_NUMBER},
    {"choice", TW_PARAM_CHOICE}, {"column", TW_PARAM_COLUMN}, {"columns", TW_PARAM_COLUMNS},
    {"expr", TW_PARAM_EXPR},     {"path", TW_PARAM_PATH},     {"texts", TW_PARAM_TEXTS},
};

static enum tw_param_kind kind_of(lua_State *L, const char *word) {
    for (size_t i = 0; word && i < TW_COUNT(kinds); i++)
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].kind;
    if (word)
        luaL_error(L, "command: '%s' is no kind of argument; use text, bool, int, number, choice, column, columns, expr, "
                      "path or texts", word);
    return TW_PARAM_TEXT;
}

static void read_param(lua_State *L, struct tw_lua_command *c, int table, tw_param *out) {
    out->name = text_field(L, c, table, "name", true);
    out->kind = kind_of(L, text_field(L, c, table, "kind", false));
    out->fallback = text_field(L, c, table, "default", false);
    out->choices = text_field(L, c, table, "choices", out->kind == TW_PARAM_CHOICE);
    out->help = text_field(L, c, table, "help", false);
    out->flags |= flag_field(L, table, "needed") ? TW_PARAM_REQUIRED : 0;
    out->flags |= flag_field(L, table, "named") ? 0 : TW_PARAM_POSITIONAL;
}

static void read_params(lua_State *L, struct tw_lua_command *c, int table, size_t number) {
    lua_getfield(L, table, "args");
    size_t n = lua_istable(L, -1) ? (size_t)lua_rawlen(L, -1) : 0;
    c->params = tw_calloc(n + 1, sizeof *c->params);
    if (!c->params)
        luaL_error(L, "not enough memory");
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        luaL_argexpected(L, lua_istable(L, -1), 1, "tables in args");
        read_param(L, c, lua_gettop(L), &c->params[i]);
        c->params[i].offset = (i + 1) * SLOT;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_pushfstring(L, "%I", (LUAI_UACINT)number);
    c->params[n] = (tw_param){.name = "lua_command", .kind = TW_PARAM_INT, .offset = 0, .flags = TW_PARAM_HIDDEN,
                              .fallback = kept(L, c, lua_tostring(L, -1), strlen(lua_tostring(L, -1)))};
    lua_pop(L, 1);
    c->row.params = c->params;
    c->row.n_params = n + 1;
    c->row.args_size = (n + 1) * SLOT;
}

static void push_list(lua_State *L, const tw_str_list *list) {
    lua_createtable(L, (int)TW_MIN(list->n, (size_t)1 << 20), 0);
    for (size_t i = 0; i < list->n; i++) {
        lua_pushlstring(L, list->at[i].p, list->at[i].n);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* i-th word of "a|b|c". */
static void push_choice(lua_State *L, const char *words, int i) {
    tw_str rest = tw_str_c(words), word = {NULL, 0};
    while (i-- >= 0 && tw_str_split(&rest, '|', &word))
        continue;
    lua_pushlstring(L, word.p ? word.p : "", word.n);
}

static void push_field(lua_State *L, const tw_param *param, const void *args) {
    union {
        bool b;
        int64_t i;
        double f;
        tw_str s;
        int choice;
        tw_str_list list;
    } field;
    memcpy(&field, (const char *)args + param->offset, sizeof field);
    if (param->kind == TW_PARAM_BOOL)
        lua_pushboolean(L, field.b);
    else if (param->kind == TW_PARAM_INT)
        lua_pushinteger(L, field.i);
    else if (param->kind == TW_PARAM_NUMBER)
        lua_pushnumber(L, field.f);
    else if (param->kind == TW_PARAM_CHOICE)
        push_choice(L, param->choices, field.choice);
    else if (param->kind == TW_PARAM_COLUMNS || param->kind == TW_PARAM_TEXTS)
        push_list(L, &field.list);
    else if (field.s.p)
        lua_pushlstring(L, field.s.p, field.s.n);
    else
        lua_pushnil(L);
}

typedef struct invocation {
    const struct tw_lua_command *command;
    const void *args;
    tw_doc **out;
} invocation;

static int invoke(lua_State *L) {
    const invocation *v = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, v->command->function);
    lua_newtable(L);
    for (size_t i = 0; i + 1 < v->command->row.n_params; i++) {
        push_field(L, &v->command->params[i], v->args);
        lua_setfield(L, -2, v->command->params[i].name);
    }
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1))
        return 0;
    tw_doc **doc = tw_push_doc(L, -1, v->command->row.name);
    *v->out = *doc;
    *doc = NULL;
    return 0;
}

/* The body of every row that Lua made. */
static enum tw_rc run_lua_command(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    tw_host *host = tw_script_host(session);
    int64_t number; /* the hidden parameter stands first */
    memcpy(&number, args, sizeof number);
    const struct tw_lua_command *command = host ? tw_host_command(host, (size_t)number) : NULL;
    if (!command)
        return tw_fail(err, TW_EUSAGE, "this command has no Lua behind it any more");
    lua_State *L = tw_guard_current(tw_host_guard(host));
    const invocation v = {command, args, out};
    lua_pushcfunction(L, invoke);
    lua_pushlightuserdata(L, (void *)(uintptr_t)&v);
    return tw_guard_call(tw_host_guard(host), 1, 0, 0, tw_session_task(session), TW_ERECIPE, command->row.name, err);
}

static bool is_command_name(const char *name) {
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (p > name && ((*p >= '0' && *p <= '9') || *p == '-'))))
            return false;
    return *name != '\0';
}

/* command { name, summary, help, example, args = { { name, kind, default, choices, help, needed, named } }, run } */
static int add_command(lua_State *L) {
    tw_host *host = tw_host_of(L);
    tw_error err = TW_ERROR_INIT;
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t number = tw_host_commands(host);
    struct tw_lua_command *c = tw_calloc(1, sizeof *c);
    if (c) {
        tw_arena_init(&c->texts);
        tw_host_keep_command(host, c);
    }
    if (!c || tw_host_command(host, number) != c) {
        free(c);
        return luaL_error(L, "not enough memory");
    }
    c->row = (tw_command){.scope = TW_SCOPE_PROGRAM, .flags = TW_COMMAND_SCREEN, .run = run_lua_command};
    c->row.name = text_field(L, c, 1, "name", true);
    c->row.summary = text_field(L, c, 1, "summary", true);
    c->row.help = text_field(L, c, 1, "help", false);
    c->row.example = text_field(L, c, 1, "example", false);
    if (!is_command_name(c->row.name))
        return luaL_error(L, "command: '%s' is no name for a command; use small letters, digits and '-'", c->row.name);
    read_params(L, c, 1, number);
    if (lua_getfield(L, 1, "run") != LUA_TFUNCTION)
        return luaL_error(L, "command: 'run' must be a function");
    c->function = luaL_ref(L, LUA_REGISTRYINDEX);
    if (tw_session_add_commands(tw_host_session(host), &c->row, 1, &err) != TW_OK)
        return tw_guard_error(L, &err);
    return 0;
}

void tw_host_open_commands(lua_State *L) {
    lua_pushcfunction(L, add_command);
    lua_setfield(L, -2, "command");
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, find_row);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "cmd");
}
