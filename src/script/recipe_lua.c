/* One method for each step row; nothing is listed here.
 *
 * `r:trim { cols = "city" }` looks the method up among the rows, turns its argument into a document and adds it to the
 * recipe, which checks it; what is wrong is an error of the line. A text or a list instead of a table of names goes to the
 * step's positional parameters. The recipe hangs in userdata and is taken out when the text has returned it. */
#include "config.h"

#include "script/recipe_lua.h"

#include "script/convert.h"
#include "script/sandbox.h"

#define RECIPE "trowel.recipe"
enum { LONGEST_TEXT = 1 << 20 };

static tw_recipe **recipe_at(lua_State *L, int index) {
    tw_recipe **slot = luaL_checkudata(L, index, RECIPE);
    if (!*slot)
        luaL_error(L, "the recipe has been returned already");
    return slot;
}

/* --- arguments --- */

/* The i-th parameter that takes words without a name. */
static const tw_param *positional(const tw_step_row *row, size_t i) {
    for (size_t k = 0; k < row->n_params; k++)
        if (row->params[k].flags & TW_PARAM_POSITIONAL && i-- == 0)
            return &row->params[k];
    return NULL;
}

/* Values at stack places from `first` on to the positional parameters, in a box that is pushed. */
static tw_doc **take_positional(lua_State *L, const tw_step_row *row, int first, int last) {
    tw_doc **args = tw_push_box(L);
    *args = tw_doc_map();
    if (!*args)
        luaL_error(L, "not enough memory");
    for (int i = first; i <= last; i++) {
        const tw_param *param = positional(row, (size_t)(i - first));
        if (!param) {
            luaL_error(L, "%s: too many values; name them: r:%s { … }", row->name, row->name);
            return args; /* never reached: the error has jumped */
        }
        tw_doc **value = tw_push_doc(L, i, row->name);
        tw_doc *taken = *value;
        *value = NULL;
        if (!tw_doc_set(*args, param->name, taken))
            luaL_error(L, "not enough memory");
        lua_pop(L, 1);
    }
    return args;
}

/* A table that names parameters, and no list of values. */
static bool is_named(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TTABLE && lua_rawlen(L, index) == 0;
}

/* Upvalue: the row. Stack: recipe, arguments. Returns the recipe, so that calls chain. */
static int add_step(lua_State *L) {
    const tw_step_row *row = lua_touserdata(L, lua_upvalueindex(1));
    tw_error err = TW_ERROR_INIT;
    int n = lua_gettop(L);
    if (n < 1 || !luaL_testudata(L, 1, RECIPE))
        return luaL_error(L, "%s: call it with a colon: r:%s { … }", row->name, row->name);
    tw_recipe *recipe = *recipe_at(L, 1);
    tw_doc **args = n == 2 && is_named(L, 2) ? tw_push_doc(L, 2, row->name) : take_positional(L, row, 2, n);
    tw_doc *taken = *args;
    *args = NULL;
    if (tw_recipe_add(recipe, tw_str_c(row->name), taken, &err) != TW_OK)
        return tw_guard_error(L, &err);
    lua_settop(L, 1);
    return 1;
}

/* --- the object --- */

static int set_seed(lua_State *L) {
    tw_recipe *recipe = *recipe_at(L, 1);
    lua_Integer seed = luaL_checkinteger(L, 2);
    luaL_argcheck(L, seed >= 0, 2, "a seed is not negative");
    tw_recipe_set_seed(recipe, (uint64_t)seed);
    lua_settop(L, 1);
    return 1;
}

static int set_source(lua_State *L) {
    tw_recipe *recipe = *recipe_at(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    tw_doc **source = tw_push_doc(L, 2, "source");
    if (tw_doc_kind(*source) != TW_DOC_MAP)
        return luaL_error(L, "source: name the settings: r:source { delimiter = \";\" }");
    tw_doc *taken = *source;
    *source = NULL;
    tw_recipe_set_source(recipe, taken);
    lua_settop(L, 1);
    return 1;
}

static int free_recipe(lua_State *L) {
    tw_recipe **slot = luaL_checkudata(L, 1, RECIPE);
    tw_recipe_free(*slot);
    *slot = NULL;
    return 0;
}

static int count_steps(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)tw_recipe_count(*recipe_at(L, 1)));
    return 1;
}

static int describe(lua_State *L) {
    const tw_recipe *recipe = *recipe_at(L, 1);
    tw_str name = tw_recipe_name(recipe);
    lua_pushlstring(L, name.p, name.n);
    lua_pushfstring(L, "recipe \"%s\" of %d steps", lua_tostring(L, -1), (int)tw_recipe_count(recipe));
    return 1;
}

/* A method: a step by its row, made on first use. Upvalue: table of methods. */
static int find_method(lua_State *L) {
    const tw_step_row *row = NULL;
    tw_error err = TW_ERROR_INIT;
    luaL_checkudata(L, 1, RECIPE);
    tw_str name = {NULL, 0};
    name.p = luaL_checklstring(L, 2, &name.n);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (tw_step_find(name, &row, &err) != TW_OK || !tw_str_eq_c(name, row->name))
        return luaL_error(L, "%s", row ? "write steps with '_'" : err.message);
    lua_pushlightuserdata(L, (void *)(uintptr_t)row);
    lua_pushcclosure(L, add_step, 1);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, lua_upvalueindex(1));
    return 1;
}

static void push_metatable(lua_State *L) {
    static const luaL_Reg meta[] = {{"__gc", free_recipe}, {"__len", count_steps}, {"__tostring", describe}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"seed", set_seed}, {"source", set_source}, {NULL, NULL}};
    if (!luaL_newmetatable(L, RECIPE))
        return;
    luaL_setfuncs(L, meta, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, find_method, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

static int new_recipe(lua_State *L) {
    tw_str name = {NULL, 0};
    tw_error err = TW_ERROR_INIT;
    name.p = luaL_optlstring(L, 1, "recipe", &name.n);
    tw_recipe **slot = lua_newuserdatauv(L, sizeof *slot, 0);
    *slot = NULL;
    push_metatable(L);
    lua_setmetatable(L, -2);
    if (tw_recipe_new(name, slot, &err) != TW_OK)
        return tw_guard_error(L, &err);
    return 1;
}

void tw_recipe_open(lua_State *L) {
    lua_pushcfunction(L, new_recipe);
    lua_setfield(L, -2, "recipe");
}

/* --- text to recipe --- */

typedef struct opening {
    tw_str text;
    const char *name;
    const tw_log *log;
    tw_recipe **out;
} opening;

/* A global that is not there is a slip: said with its name. */
static int no_such_global(lua_State *L) {
    return luaL_error(L, "there is no '%s' in a recipe", luaL_tolstring(L, 2, NULL));
}

static void protect_globals(lua_State *L) {
    lua_pushglobaltable(L);
    lua_newtable(L);
    lua_pushcfunction(L, no_such_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/* Upvalueless body of the state: argument is the opening. */
static int open_and_run(lua_State *L) {
    const opening *o = lua_touserdata(L, 1);
    tw_sandbox_open(L, o->log);
    lua_newtable(L);
    tw_recipe_open(L);
    lua_pushliteral(L, PACKAGE_VERSION);
    lua_setfield(L, -2, "version");
    lua_setglobal(L, "trowel");
    protect_globals(L);
    lua_pushfstring(L, "@%s", o->name);
    if (luaL_loadbufferx(L, o->text.p ? o->text.p : "", o->text.n, lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    tw_recipe **slot = luaL_testudata(L, -1, RECIPE);
    if (!slot || !*slot)
        return luaL_error(L, "%s: it returns no recipe; end it with `return r`", o->name);
    *o->out = *slot;
    *slot = NULL;
    return 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

enum tw_rc tw_recipe_from_lua(tw_str text, const char *name, const tw_recipe_limits *limits, tw_task *task,
                              const tw_log *log, tw_recipe **out, tw_error *err) {
    tw_guard *guard = NULL;
    const opening o = {text, base_name(name), log, out};
    *out = NULL;
    if (text.n > LONGEST_TEXT)
        return tw_fail(err, TW_ELIMIT, "%s: a recipe of %zu bytes; at most %d are read", o.name, text.n, LONGEST_TEXT);
    enum tw_rc rc = tw_guard_new(limits->memory, &guard, err);
    if (rc != TW_OK)
        return rc;
    lua_State *L = tw_guard_lua(guard);
    lua_pushcfunction(L, open_and_run); /* a light function: needs no memory */
    lua_pushlightuserdata(L, (void *)(uintptr_t)&o);
    tw_guard_set_clock(guard, limits->clock);
    rc = tw_guard_call(guard, 1, 0, limits->micros, task, TW_ERECIPE, o.name, err);
    tw_guard_free(guard);
    if (rc != TW_OK) {
        tw_recipe_free(*out);
        *out = NULL;
    }
    return rc;
}
