/* A document is built under a box of userdata that Lua owns, each node hung in as soon as it is made: an error of Lua in
 * the middle loses nothing. Keys are sorted in the box's arena. */
#include "script/convert.h"

#include <math.h>

#include "base/arena.h"
#include "script/guard.h"

typedef struct box {
    tw_doc *doc;
    tw_arena scratch;
} box;

static int free_box(lua_State *L) {
    box *b = lua_touserdata(L, 1);
    tw_doc_free(b->doc);
    tw_arena_fini(&b->scratch);
    *b = (box){0};
    return 0;
}

static box *push_box(lua_State *L) {
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (box){0};
    tw_arena_init(&b->scratch);
    if (luaL_newmetatable(L, "trowel.document")) {
        lua_pushcfunction(L, free_box);
        lua_setfield(L, -2, "__gc");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return b;
}

tw_doc **tw_push_box(lua_State *L) {
    return &push_box(L)->doc;
}

typedef struct conversion {
    lua_State *L;
    box *box;
    const char *what;
} conversion;

static void no_memory(const conversion *c) {
    luaL_error(c->L, "not enough memory");
}

/* A fresh node of a scalar, or an empty list or map; NULL: not one. */
static tw_doc *scalar(const conversion *c, int index) {
    size_t n;
    const char *text;
    switch (lua_type(c->L, index)) {
    case LUA_TNIL:
        return tw_doc_null();
    case LUA_TBOOLEAN:
        return tw_doc_bool(lua_toboolean(c->L, index));
    case LUA_TNUMBER:
        if (lua_isinteger(c->L, index))
            return tw_doc_int(lua_tointeger(c->L, index));
        return tw_doc_number(lua_tonumber(c->L, index));
    case LUA_TSTRING:
        text = lua_tolstring(c->L, index, &n);
        return tw_doc_text((tw_str){text, n});
    default:
        luaL_error(c->L, "%s: a %s cannot be an argument; give texts, numbers, true, false or tables", c->what,
                   luaL_typename(c->L, index));
        return NULL;
    }
}

typedef struct key {
    tw_str text;
    bool is_number;
    lua_Integer number;
} key;

static int compare_keys(const void *a, const void *b) {
    const key *x = a, *y = b;
    if (x->is_number != y->is_number)
        return x->is_number ? -1 : 1;
    if (x->is_number)
        return (x->number > y->number) - (x->number < y->number);
    return tw_str_cmp(x->text, y->text);
}

static bool is_list(const key *keys, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!keys[i].is_number || keys[i].number != (lua_Integer)i + 1)
            return false;
    return n > 0;
}

/* Whole numbers among text keys become text: { [1] = "yes", x = "no" }. */
static tw_str key_text(const key *k, char room[32]) {
    if (!k->is_number)
        return k->text;
    return (tw_str){room, (size_t)snprintf(room, 32, "%lld", (long long)k->number)};
}

/* As they stand in a map: a written recipe must read back in the same order. */
static int compare_texts(const void *a, const void *b) {
    char rooms[2][32];
    return tw_str_cmp(key_text(a, rooms[0]), key_text(b, rooms[1]));
}

/* Keys of the table, sorted, in the arena. */
static key *list_keys(conversion *c, int table, size_t *n) {
    size_t room = 0;
    *n = 0;
    for (lua_pushnil(c->L); lua_next(c->L, table); lua_pop(c->L, 1))
        room++;
    key *keys = tw_arena_alloc(&c->box->scratch, room, sizeof *keys);
    if (!keys)
        no_memory(c);
    for (lua_pushnil(c->L); lua_next(c->L, table); lua_pop(c->L, 1)) {
        key *k = &keys[(*n)++];
        if (lua_type(c->L, -2) == LUA_TSTRING)
            k->text.p = lua_tolstring(c->L, -2, &k->text.n);
        else if (lua_isinteger(c->L, -2))
            *k = (key){.is_number = true, .number = lua_tointeger(c->L, -2)};
        else
            luaL_error(c->L, "%s: a key is a %s; use texts or whole numbers", c->what, luaL_typename(c->L, -2));
    }
    qsort(keys, room, sizeof *keys, compare_keys);
    if (!is_list(keys, room))
        qsort(keys, room, sizeof *keys, compare_texts);
    return keys;
}

static void push_key(lua_State *L, const key *k) {
    if (k->is_number)
        lua_pushinteger(L, k->number);
    else
        lua_pushlstring(L, k->text.p, k->text.n);
}

/* A table whose keys are known: its node, empty as yet. */
typedef struct found {
    key *keys;
    size_t n;
    bool list;
} found;

static found look_into(conversion *c, int table) {
    found f = {0};
    f.keys = list_keys(c, table, &f.n);
    f.list = is_list(f.keys, f.n);
    return f;
}

static void fill(conversion *c, tw_doc *parent, int table, const found *f, int depth);

/* The value on top under its parent; tables are filled after they hang. */
static void hang(conversion *c, tw_doc *parent, const tw_str *name, int depth) {
    enum { NODE_BYTES = 96 };
    bool table = lua_type(c->L, -1) == LUA_TTABLE;
    size_t text = lua_type(c->L, -1) == LUA_TSTRING ? lua_rawlen(c->L, -1) : 0;
    found f = {0};
    if (!tw_guard_charge(tw_guard_of(c->L), NODE_BYTES + text + (name ? name->n : 0)))
        no_memory(c);
    if (table)
        f = look_into(c, lua_gettop(c->L));
    tw_doc *node = !table ? scalar(c, -1) : f.list ? tw_doc_list() : tw_doc_map();
    if (!(name ? tw_doc_set_str(parent, *name, node) : tw_doc_add(parent, node)))
        no_memory(c);
    if (table)
        fill(c, node, lua_gettop(c->L), &f, depth + 1);
}

static void fill(conversion *c, tw_doc *parent, int table, const found *f, int depth) {
    char room[32];
    if (depth > TW_CONVERT_DEPTH)
        luaL_error(c->L, "%s: tables nest more than %d deep", c->what, TW_CONVERT_DEPTH);
    luaL_checkstack(c->L, 8, c->what);
    for (size_t i = 0; i < f->n; i++) {
        tw_str name = key_text(&f->keys[i], room);
        push_key(c->L, &f->keys[i]);
        lua_rawget(c->L, table);
        hang(c, parent, f->list ? NULL : &name, depth);
        lua_pop(c->L, 1);
    }
}

tw_doc **tw_push_doc(lua_State *L, int index, const char *what) {
    index = lua_absindex(L, index);
    conversion c = {L, push_box(L), what};
    bool table = lua_type(L, index) == LUA_TTABLE;
    found f = {0};
    if (table)
        f = look_into(&c, index);
    c.box->doc = !table ? scalar(&c, index) : f.list ? tw_doc_list() : tw_doc_map();
    if (!c.box->doc)
        no_memory(&c);
    if (table)
        fill(&c, c.box->doc, index, &f, 1);
    return &c.box->doc;
}

/* --- back --- */

static void push_list(lua_State *L, const tw_doc *doc) {
    lua_createtable(L, (int)TW_MIN(tw_doc_count(doc), (size_t)1 << 20), 0);
    for (size_t i = 0; i < tw_doc_count(doc); i++) {
        tw_push_value(L, tw_doc_at(doc, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_map(lua_State *L, const tw_doc *doc) {
    lua_createtable(L, 0, (int)TW_MIN(tw_doc_count(doc), (size_t)1 << 20));
    for (size_t i = 0; i < tw_doc_count(doc); i++) {
        tw_str name = tw_doc_key(doc, i);
        lua_pushlstring(L, name.p, name.n);
        tw_push_value(L, tw_doc_at(doc, i));
        lua_rawset(L, -3);
    }
}

static void push_nothing(lua_State *L, const tw_doc *doc) {
    (void)doc;
    lua_pushnil(L);
}
static void push_bool(lua_State *L, const tw_doc *doc) {
    lua_pushboolean(L, tw_doc_as_bool(doc, false));
}
static void push_int(lua_State *L, const tw_doc *doc) {
    lua_pushinteger(L, tw_doc_as_int(doc, 0));
}
static void push_number(lua_State *L, const tw_doc *doc) {
    lua_pushnumber(L, tw_doc_as_number(doc, (double)NAN));
}
static void push_text(lua_State *L, const tw_doc *doc) {
    tw_str text = tw_doc_as_text(doc, TW_STR(""));
    lua_pushlstring(L, text.p, text.n);
}

void tw_push_value(lua_State *L, const tw_doc *doc) {
    static void (*const pushes[])(lua_State * L, const tw_doc *doc) = {
        [TW_DOC_NULL] = push_nothing, [TW_DOC_BOOL] = push_bool, [TW_DOC_INT] = push_int, [TW_DOC_NUMBER] = push_number,
        [TW_DOC_TEXT] = push_text,    [TW_DOC_LIST] = push_list, [TW_DOC_MAP] = push_map, [TW_DOC_TABLE] = push_list};
    luaL_checkstack(L, 4, "a result nests too deep");
    pushes[tw_doc_kind(doc)](L, doc);
}

const char *tw_join_arguments(lua_State *L) {
    luaL_Buffer b;
    int n = lua_gettop(L);
    luaL_buffinit(L, &b);
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addchar(&b, ' ');
        luaL_tolstring(L, i, NULL);
        luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
    return lua_tostring(L, -1);
}
