/* Built up, not cut down: a fresh table of globals gets the functions named here. Lua's own functions are taken where they
 * are harmless; the others have a bounded stand-in:
 *   - rep, move, insert, remove could loop 1e18 times in C: sizes are checked first;
 *   - sort polls the guard in its comparison;
 *   - setmetatable refuses __gc, because Lua calls finalizers with hooks off; xpcall calls its handler after the error has
 *     unwound, because inside of it hooks would be off as well;
 *   - load takes text, of a bounded length, into the sandbox's globals;
 *   - coroutines tell the guard which thread runs. */
#include "script/sandbox.h"

#include "script/convert.h"
#include "script/pattern.h"

enum { LONGEST_CHUNK = 1 << 20, MOST_ITEMS = 1 << 26 };

static const char *const base_names[] = {"assert",   "error",  "getmetatable", "ipairs",   "next", "pairs",
                                         "pcall",    "rawequal", "rawget",     "rawlen",   "rawset", "select",
                                         "tonumber", "tostring", "type",       "_VERSION", NULL};
static const char *const string_names[] = {"byte", "char", "format", "len", "lower", "reverse", "sub", "upper", NULL};
static const char *const table_names[] = {"concat", "pack", "unpack", NULL};
static const char *const math_names[] = {"abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod",
                                         "huge", "log", "max", "maxinteger", "min", "mininteger", "modf", "pi", "rad",
                                         "sin", "sqrt", "tan", "tointeger", "type", "ult", NULL};
static const char *const utf8_names[] = {"char", "charpattern", "codepoint", "codes", "len", "offset", NULL};

/* --- stand-ins --- */

static int bounded_rep(lua_State *L) {
    size_t n, k;
    const char *s = luaL_checklstring(L, 1, &n);
    lua_Integer times = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &k);
    size_t most = tw_guard_memory(tw_guard_of(L));
    if (times <= 0 || n + k == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((size_t)times > most / (n + k))
        return luaL_error(L, "not enough memory");
    size_t total = (size_t)times * (n + k) - k, done = TW_MIN(n + k, total);
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, total);
    memcpy(to, s, n);
    memcpy(to + n, separator, done - n);
    while (done < total) { /* what is there doubles */
        size_t more = TW_MIN(done, total - done);
        memcpy(to + done, to, more);
        done += more;
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

static lua_Integer checked_length(lua_State *L, int table) {
    luaL_checktype(L, table, LUA_TTABLE);
    lua_Integer n = (lua_Integer)lua_rawlen(L, table);
    luaL_argcheck(L, n < MOST_ITEMS, table, "table too big");
    return n;
}

static int bounded_insert(lua_State *L) {
    lua_Integer n = checked_length(L, 1) + 1, at = n;
    if (lua_gettop(L) == 3) {
        at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, at >= 1 && at <= n, 2, "position out of bounds");
        for (lua_Integer i = n; i > at; i--) {
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
    } else if (lua_gettop(L) != 2) {
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_rawseti(L, 1, at);
    return 0;
}

static int bounded_remove(lua_State *L) {
    lua_Integer n = checked_length(L, 1), at = luaL_optinteger(L, 2, n);
    luaL_argcheck(L, at == n || (at >= 1 && at <= n + 1), 2, "position out of bounds");
    lua_rawgeti(L, 1, at);
    for (; at < n; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    if (at >= 1) {
        lua_pushnil(L);
        lua_rawseti(L, 1, at);
    }
    return 1;
}

static int bounded_move(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4), count;
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    luaL_checktype(L, target, LUA_TTABLE);
    if (end >= from) {
        luaL_argcheck(L, !__builtin_sub_overflow(end, from, &count) && count < MOST_ITEMS, 3, "too many elements to move");
        luaL_argcheck(L, to <= INT64_MAX - count, 4, "destination wrap around");
        bool backwards = to > from && to <= end && target == 1;
        for (lua_Integer i = 0; i <= count; i++) {
            lua_Integer k = backwards ? count - i : i;
            lua_rawgeti(L, 1, from + k);
            lua_rawseti(L, target, to + k);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

/* Stack: a, b. By the function in the upvalue, else by <. */
static int compare_items(lua_State *L) {
    if (tw_guard_stopped(tw_guard_of(L)))
        return tw_guard_raise(L);
    if (lua_isnil(L, lua_upvalueindex(1))) {
        lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
        return 1;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

/* Upvalue: Lua's own sort. */
static int bounded_sort(lua_State *L) {
    checked_length(L, 1);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_pushcclosure(L, compare_items, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 0);
    return 0;
}

static int safe_setmetatable(lua_State *L) {
    int kind = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, kind == LUA_TNIL || kind == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (kind == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "a recipe may not have __gc: it could not be stopped");
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* Stack: handler, then results or the error. */
static int xpcall_done(lua_State *L, int status, lua_KContext at) {
    if (at) { /* the handler has run */
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    if (status == LUA_OK || status == LUA_YIELD) {
        lua_pushboolean(L, 1);
        lua_replace(L, 1);
        return lua_gettop(L);
    }
    lua_callk(L, 1, 1, 1, xpcall_done);
    return xpcall_done(L, LUA_OK, 1);
}

static int late_xpcall(lua_State *L) {
    int n = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 1);
    lua_copy(L, 2, 1);
    lua_replace(L, 2);
    return xpcall_done(L, lua_pcallk(L, n - 2, LUA_MULTRET, 0, 0, xpcall_done), 0);
}

static int text_load(lua_State *L) {
    size_t n;
    const char *text = luaL_checklstring(L, 1, &n), *name = luaL_optstring(L, 2, "=load");
    luaL_argcheck(L, n <= LONGEST_CHUNK, 1, "chunk too long");
    bool has_env = !lua_isnone(L, 4);
    if (luaL_loadbufferx(L, text, n, name, "t") != LUA_OK) {
        luaL_pushfail(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_env) {
        lua_pushvalue(L, 4);
        if (!lua_setupvalue(L, -2, 1))
            lua_pop(L, 1);
    }
    return 1;
}

static int count_garbage(lua_State *L) {
    const char *what = luaL_optstring(L, 1, "count");
    if (strcmp(what, "count") != 0)
        return luaL_error(L, "collectgarbage can only count in a recipe");
    lua_pushnumber(L, lua_gc(L, LUA_GCCOUNT) + lua_gc(L, LUA_GCCOUNTB) / 1024.0);
    return 1;
}

/* Upvalue: the log. */
static int print_to_log(lua_State *L) {
    const tw_log *log = lua_touserdata(L, lua_upvalueindex(1));
    tw_say(log, TW_NOTE, "%s", tw_join_arguments(L));
    return 0;
}

/* Upvalues of the iterator: sorted keys, table, place. */
static int sorted_next(lua_State *L) {
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3)) + 1;
    lua_pushinteger(L, i);
    lua_copy(L, -1, lua_upvalueindex(3));
    if (lua_rawgeti(L, lua_upvalueindex(1), i) == LUA_TNIL)
        return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, lua_upvalueindex(2));
    return 2;
}

/* Numbers before texts, each in their order. */
static int key_order(lua_State *L) {
    bool a = lua_type(L, 1) == LUA_TNUMBER, b = lua_type(L, 2) == LUA_TNUMBER;
    lua_pushboolean(L, a == b ? lua_compare(L, 1, 2, LUA_OPLT) : a);
    return 1;
}

/* pairs in the order of the keys: the same in every run. */
static int sorted_pairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_newtable(L);
    lua_Integer n = 0;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        int kind = lua_type(L, -1);
        luaL_argcheck(L, kind == LUA_TNUMBER || kind == LUA_TSTRING, 1, "keys must be numbers or texts");
        lua_pushvalue(L, -1);
        lua_rawseti(L, 2, ++n);
    }
    lua_getglobal(L, "table");
    lua_getfield(L, -1, "sort");
    lua_pushvalue(L, 2);
    lua_pushcfunction(L, key_order);
    lua_call(L, 2, 0);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, sorted_next, 3);
    return 1;
}

/* --- coroutines --- */

static lua_State *checked_thread(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    return co;
}

/* Resume co with the n values on top of L; its results or its error on L. -1 on error. */
static int resume(lua_State *L, lua_State *co, int n) {
    int results = 0;
    tw_guard *guard = tw_guard_of(L);
    if (!lua_checkstack(co, n)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, n);
    lua_State *before = tw_guard_enter(guard, co);
    int status = lua_resume(co, L, n, &results);
    tw_guard_leave(guard, before);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(co, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(co, results);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, results);
    return results;
}

static int co_resume(lua_State *L) {
    lua_State *co = checked_thread(L);
    int n = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, n >= 0);
    lua_insert(L, -(n < 0 ? 2 : n + 1));
    return (n < 0 ? 1 : n) + 1;
}

static int wrapped(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int n = resume(L, co, lua_gettop(L));
    return n < 0 ? lua_error(L) : n;
}

static int co_create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

static int co_wrap(lua_State *L) {
    co_create(L);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static int co_yield(lua_State *L) {
    return lua_yield(L, lua_gettop(L));
}

static int co_status(lua_State *L) {
    lua_State *co = checked_thread(L);
    lua_Debug ar;
    const char *word = "dead";
    if (co == L)
        word = "running";
    else if (lua_status(co) == LUA_YIELD)
        word = "suspended";
    else if (lua_status(co) == LUA_OK && lua_getstack(co, 0, &ar))
        word = "normal";
    else if (lua_status(co) == LUA_OK && lua_gettop(co) > 0)
        word = "suspended";
    lua_pushstring(L, word);
    return 1;
}

void tw_sandbox_coroutines(lua_State *L) {
    static const luaL_Reg functions[] = {{"create", co_create}, {"resume", co_resume}, {"status", co_status},
                                         {"wrap", co_wrap},     {"yield", co_yield},   {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

/* --- putting together --- */

/* The named fields of the table at `from` into the table on top. */
static void copy_fields(lua_State *L, int from, const char *const *names) {
    for (size_t i = 0; names[i]; i++) {
        lua_getfield(L, from, names[i]);
        lua_setfield(L, -2, names[i]);
    }
}

/* A library's allowed fields as a new table under `name` of the table at `globals`, left on top. */
static void open_library(lua_State *L, int globals, const char *name, lua_CFunction open, const char *const *names) {
    luaL_requiref(L, name, open, 0);
    int library = lua_gettop(L);
    lua_newtable(L);
    copy_fields(L, library, names);
    lua_pushvalue(L, -1);
    lua_setfield(L, globals, name);
    lua_remove(L, library);
}

static void open_tables(lua_State *L, int globals) {
    static const luaL_Reg functions[] = {{"insert", bounded_insert}, {"move", bounded_move}, {"remove", bounded_remove},
                                         {NULL, NULL}};
    open_library(L, globals, "table", luaopen_table, table_names);
    luaL_setfuncs(L, functions, 0);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "table");
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, bounded_sort, 1);
    lua_setfield(L, -4, "sort");
    lua_pop(L, 3);
}

static void open_strings(lua_State *L, int globals) {
    open_library(L, globals, "string", luaopen_string, string_names);
    luaL_setfuncs(L, tw_pattern_functions, 0);
    lua_pushcfunction(L, bounded_rep);
    lua_setfield(L, -2, "rep");
    lua_pushliteral(L, ""); /* methods of texts are the bounded ones, and their metatable is out of reach */
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 2);
}

void tw_sandbox_open(lua_State *L, const tw_log *log) {
    static const luaL_Reg functions[] = {{"setmetatable", safe_setmetatable}, {"load", text_load},
                                         {"collectgarbage", count_garbage},   {"sorted", sorted_pairs},
                                         {"xpcall", late_xpcall},             {NULL, NULL}};
    lua_newtable(L);
    int globals = lua_gettop(L);
    luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
    lua_pushvalue(L, globals);
    copy_fields(L, globals + 1, base_names);
    lua_settop(L, globals);
    luaL_setfuncs(L, functions, 0);
    lua_pushlightuserdata(L, (void *)(uintptr_t)log);
    lua_pushcclosure(L, print_to_log, 1);
    lua_setfield(L, globals, "print");
    open_tables(L, globals);
    open_strings(L, globals);
    open_library(L, globals, "math", luaopen_math, math_names);
    open_library(L, globals, "utf8", luaopen_utf8, utf8_names);
    lua_newtable(L);
    tw_sandbox_coroutines(L);
    lua_setfield(L, globals, "coroutine");
    lua_settop(L, globals);
    lua_pushvalue(L, globals);
    lua_setfield(L, globals, "_G");
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(L); /* what was opened besides is let go */
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
