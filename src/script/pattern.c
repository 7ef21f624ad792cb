/* The backtracking matcher of Lua's string library (lstrlib.c, R. Ierusalimschy, MIT), written anew around a counter: every
 * step of the matcher counts, every 4096th looks whether the call is to end. Recursion is bounded as there. */
#include "script/pattern.h"

#include <ctype.h>

#include "base/str.h"
#include "script/guard.h"

enum { CAPTURES = 32, DEPTH = 200, UNFINISHED = -1, POSITION = -2 };

typedef struct match {
    const char *text, *text_end, *pattern_end;
    lua_State *L;
    tw_guard *guard;
    int depth, level;
    uint64_t steps;
    struct {
        const char *at;
        ptrdiff_t n;
    } capture[CAPTURES];
} match;

static const char *run(match *m, const char *s, const char *p);

static void count(match *m) {
    if (++m->steps % 4096)
        return;
    if (tw_guard_stopped(m->guard))
        tw_guard_raise(m->L);
    if (m->steps > TW_PATTERN_STEPS)
        luaL_error(m->L, "a pattern needs too many steps on this text; make it simpler");
}

static const char *class_end(match *m, const char *p) {
    if (p == m->pattern_end)
        luaL_error(m->L, "malformed pattern (ends with '%%')");
    if (*p++ == '%') {
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (p[-1] != '[')
        return p;
    if (p < m->pattern_end && *p == '^')
        p++;
    do {
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < m->pattern_end)
            p++;
    } while (p == m->pattern_end || *p != ']');
    return p + 1;
}

static bool in_class(int c, int class) {
    static const struct {
        char letter;
        int (*test)(int c);
    } classes[] = {{'a', isalpha}, {'c', iscntrl}, {'d', isdigit}, {'g', isgraph}, {'l', islower},
                   {'p', ispunct}, {'s', isspace}, {'u', isupper}, {'w', isalnum}, {'x', isxdigit}};
    for (size_t i = 0; i < TW_COUNT(classes); i++)
        if (tolower(class) == classes[i].letter)
            return (classes[i].test(c) != 0) == (islower(class) != 0);
    return class == c;
}

/* p at '[', end at its ']'. */
static bool in_set(int c, const char *p, const char *end) {
    bool yes = true;
    if (p[1] == '^') {
        yes = false;
        p++;
    }
    while (++p < end) {
        if (*p == '%') {
            p++;
            if (in_class(c, (unsigned char)*p))
                return yes;
        } else if (p[1] == '-' && p + 2 < end) {
            p += 2;
            if ((unsigned char)p[-2] <= c && c <= (unsigned char)*p)
                return yes;
        } else if ((unsigned char)*p == c) {
            return yes;
        }
    }
    return !yes;
}

static bool one(const match *m, const char *s, const char *p, const char *end) {
    if (s >= m->text_end)
        return false;
    int c = (unsigned char)*s;
    if (*p == '.')
        return true;
    if (*p == '%')
        return in_class(c, (unsigned char)p[1]);
    return *p == '[' ? in_set(c, p, end - 1) : (unsigned char)*p == c;
}

static const char *balance(match *m, const char *s, const char *p) {
    if (p >= m->pattern_end - 1)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->text_end || *s != *p)
        return NULL;
    int open = 1;
    while (++s < m->text_end) {
        count(m);
        if (*s == p[1]) {
            if (--open == 0)
                return s + 1;
        } else if (*s == *p) {
            open++;
        }
    }
    return NULL;
}

static const char *longest(match *m, const char *s, const char *p, const char *end) {
    ptrdiff_t i = 0;
    while (one(m, s + i, p, end)) {
        count(m);
        i++;
    }
    for (; i >= 0; i--) {
        const char *rest = run(m, s + i, end + 1);
        if (rest)
            return rest;
    }
    return NULL;
}

static const char *shortest(match *m, const char *s, const char *p, const char *end) {
    for (;;) {
        const char *rest = run(m, s, end + 1);
        if (rest)
            return rest;
        if (!one(m, s, p, end))
            return NULL;
        s++;
    }
}

static const char *open_capture(match *m, const char *s, const char *p, ptrdiff_t what) {
    if (m->level >= CAPTURES)
        luaL_error(m->L, "too many captures");
    m->capture[m->level].at = s;
    m->capture[m->level].n = what;
    m->level++;
    const char *rest = run(m, s, p);
    if (!rest)
        m->level--;
    return rest;
}

static const char *close_capture(match *m, const char *s, const char *p) {
    int last = m->level - 1;
    while (last >= 0 && m->capture[last].n != UNFINISHED)
        last--;
    if (last < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->capture[last].n = s - m->capture[last].at;
    const char *rest = run(m, s, p);
    if (!rest)
        m->capture[last].n = UNFINISHED;
    return rest;
}

static const char *again(const match *m, const char *s, int digit) {
    int which = digit - '1';
    if (which < 0 || which >= m->level || m->capture[which].n == UNFINISHED)
        luaL_error(m->L, "invalid capture index %%%d", which + 1);
    size_t n = m->capture[which].n < 0 ? 0 : (size_t)m->capture[which].n;
    bool same = (size_t)(m->text_end - s) >= n && memcmp(m->capture[which].at, s, n) == 0;
    return same ? s + n : NULL;
}

/* %b, %f and %1: false when p is none of them. */
static bool special(match *m, const char **s, const char **p) {
    char what = *p + 1 < m->pattern_end ? (*p)[1] : '\0';
    if (what == 'b') {
        *s = balance(m, *s, *p + 2);
        *p += 4;
    } else if (what == 'f') {
        *p += 2;
        if (*p >= m->pattern_end || **p != '[')
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
        const char *end = class_end(m, *p);
        int before = *s == m->text ? '\0' : (unsigned char)(*s)[-1];
        int here = *s < m->text_end ? (unsigned char)**s : '\0';
        bool fits = !in_set(before, *p, end - 1) && in_set(here, *p, end - 1);
        *s = fits ? *s : NULL;
        *p = end;
    } else if (isdigit((unsigned char)what)) {
        *s = again(m, *s, what);
        *p += 2;
    } else {
        return false;
    }
    return true;
}

/* A single character class with what follows it: the rest of the match, or *go to step on. */
static const char *repeated(match *m, const char **s, const char **p, bool *go) {
    const char *end = class_end(m, *p);
    char how = end < m->pattern_end ? *end : '\0';
    *go = false;
    if (how == '*' || how == '+')
        return how == '*' ? longest(m, *s, *p, end) : (one(m, *s, *p, end) ? longest(m, *s + 1, *p, end) : NULL);
    if (how == '-')
        return shortest(m, *s, *p, end);
    bool fits = one(m, *s, *p, end);
    if (how == '?') {
        const char *rest = fits ? run(m, *s + 1, end + 1) : NULL;
        if (rest)
            return rest;
        *go = true;
        *p = end + 1;
        return NULL;
    }
    *go = fits;
    *s += fits;
    *p = end;
    return NULL;
}

static const char *run(match *m, const char *s, const char *p) {
    if (m->depth++ >= DEPTH)
        luaL_error(m->L, "pattern too complex");
    const char *result = NULL;
    while (s) {
        count(m);
        if (p == m->pattern_end) {
            result = s;
            break;
        }
        if (*p == '(') {
            bool position = p + 1 < m->pattern_end && p[1] == ')';
            result = open_capture(m, s, p + 1 + position, position ? POSITION : UNFINISHED);
            break;
        }
        if (*p == ')') {
            result = close_capture(m, s, p + 1);
            break;
        }
        if (*p == '$' && p + 1 == m->pattern_end) {
            result = s == m->text_end ? s : NULL;
            break;
        }
        if (*p == '%' && special(m, &s, &p))
            continue;
        bool go;
        result = repeated(m, &s, &p, &go);
        if (!go)
            break;
    }
    m->depth--;
    return result;
}

/* --- captures onto the stack --- */

static void push_capture(const match *m, int i, const char *from, const char *to) {
    if (i >= m->level) {
        if (i > 0)
            luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, from, (size_t)(to - from));
        return;
    }
    if (m->capture[i].n == UNFINISHED)
        luaL_error(m->L, "unfinished capture");
    if (m->capture[i].n == POSITION)
        lua_pushinteger(m->L, m->capture[i].at - m->text + 1);
    else
        lua_pushlstring(m->L, m->capture[i].at, (size_t)m->capture[i].n);
}

static int push_captures(const match *m, const char *from, const char *to) {
    int n = m->level == 0 && from ? 1 : m->level;
    luaL_checkstack(m->L, n, "too many captures");
    for (int i = 0; i < n; i++)
        push_capture(m, i, from, to);
    return n;
}

static void begin(match *m, lua_State *L, int text, int pattern, const char **p) {
    size_t n, k;
    m->L = L;
    m->guard = tw_guard_of(L);
    m->text = luaL_checklstring(L, text, &n);
    *p = luaL_checklstring(L, pattern, &k);
    m->text_end = m->text + n;
    m->pattern_end = *p + k;
    m->steps = 0;
    if (n > TW_PATTERN_TEXT)
        luaL_error(L, "a text of %d MiB is too long for a pattern", (int)(n >> 20));
}

static const char *try_at(match *m, const char *s, const char *p) {
    m->level = 0;
    m->depth = 0;
    return run(m, s, p);
}

/* --- the functions --- */

static size_t start_of(lua_Integer at, size_t n) {
    if (at > 0)
        return (size_t)at - 1;
    if (at == 0 || at < -(lua_Integer)n)
        return 0;
    return n - (size_t)(-at);
}

static int find_plain(lua_State *L, tw_str text, tw_str part, size_t from) {
    size_t hit = tw_str_find(text, part, from);
    if (hit == SIZE_MAX) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)hit + 1);
    lua_pushinteger(L, (lua_Integer)(hit + part.n));
    return 2;
}

static int find_or_match(lua_State *L, bool find) {
    match m = {0};
    const char *p;
    begin(&m, L, 1, 2, &p);
    size_t n = (size_t)(m.text_end - m.text), from = start_of(luaL_optinteger(L, 3, 1), n);
    if (from > n) {
        luaL_pushfail(L);
        return 1;
    }
    if (find && lua_toboolean(L, 4))
        return find_plain(L, (tw_str){m.text, n}, (tw_str){p, (size_t)(m.pattern_end - p)}, from);
    bool anchor = p < m.pattern_end && *p == '^';
    p += anchor;
    const char *s = m.text + from;
    do {
        const char *end = try_at(&m, s, p);
        if (!end)
            continue;
        if (!find)
            return push_captures(&m, s, end);
        lua_pushinteger(L, s - m.text + 1);
        lua_pushinteger(L, end - m.text);
        return push_captures(&m, NULL, NULL) + 2;
    } while (s++ < m.text_end && !anchor);
    luaL_pushfail(L);
    return 1;
}

static int text_find(lua_State *L) {
    return find_or_match(L, true);
}
static int text_match(lua_State *L) {
    return find_or_match(L, false);
}

/* Upvalues: text, pattern, next offset, end of the last match (-1: none). */
static int gmatch_next(lua_State *L) {
    match m = {0};
    const char *p;
    begin(&m, L, lua_upvalueindex(1), lua_upvalueindex(2), &p);
    ptrdiff_t last = (ptrdiff_t)lua_tointeger(L, lua_upvalueindex(4));
    for (const char *s = m.text + lua_tointeger(L, lua_upvalueindex(3)); s <= m.text_end; s++) {
        const char *end = try_at(&m, s, p);
        if (!end || end - m.text == last)
            continue;
        lua_pushinteger(L, end - m.text);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_copy(L, -1, lua_upvalueindex(4));
        lua_pop(L, 1);
        return push_captures(&m, s, end);
    }
    return 0;
}

static int text_gmatch(lua_State *L) {
    size_t n;
    luaL_checklstring(L, 1, &n);
    luaL_checkstring(L, 2);
    size_t from = start_of(luaL_optinteger(L, 3, 1), n);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)TW_MIN(from, n + 1));
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

static void add_template(match *m, luaL_Buffer *b, const char *from, const char *to) {
    size_t n;
    const char *with = lua_tolstring(m->L, 3, &n);
    for (size_t i = 0; i < n; i++) {
        if (with[i] != '%') {
            luaL_addchar(b, with[i]);
            continue;
        }
        char c = ++i < n ? with[i] : '\0';
        if (c == '%')
            luaL_addchar(b, c);
        else if (c == '0')
            luaL_addlstring(b, from, (size_t)(to - from));
        else if (isdigit((unsigned char)c)) {
            push_capture(m, c - '1', from, to);
            luaL_tolstring(m->L, -1, NULL);
            lua_remove(m->L, -2);
            luaL_addvalue(b);
        } else
            luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
}

static bool add_replacement(match *m, luaL_Buffer *b, const char *from, const char *to, int kind) {
    lua_State *L = m->L;
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        int n = push_captures(m, from, to);
        lua_call(L, n, 1);
    } else if (kind == LUA_TTABLE) {
        push_capture(m, 0, from, to);
        lua_gettable(L, 3);
    } else {
        add_template(m, b, from, to);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, from, (size_t)(to - from));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return true;
}

static int text_gsub(lua_State *L) {
    match m = {0};
    const char *p, *last = NULL;
    begin(&m, L, 1, 2, &p);
    int kind = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)(m.text_end - m.text) + 1), done = 0;
    luaL_argexpected(L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
                     "string/function/table");
    bool anchor = p < m.pattern_end && *p == '^';
    p += anchor;
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    const char *s = m.text;
    while (done < most) {
        const char *end = try_at(&m, s, p);
        if (end && end != last) {
            done++;
            add_replacement(&m, &b, s, end, kind);
            s = last = end;
        } else if (s < m.text_end) {
            luaL_addchar(&b, *s++);
        } else {
            break;
        }
        if (anchor)
            break;
    }
    luaL_addlstring(&b, s, (size_t)(m.text_end - s));
    luaL_pushresult(&b);
    lua_pushinteger(L, done);
    return 2;
}

const luaL_Reg tw_pattern_functions[] = {{"find", text_find}, {"match", text_match}, {"gmatch", text_gmatch},
                                         {"gsub", text_gsub}, {NULL, NULL}};
