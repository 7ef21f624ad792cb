/* Recipes in Lua: what they say becomes steps; what they must not do ends cleanly and soon. */
#include "script/recipe_lua.h"

#include <stdatomic.h>

#include "../tap.h"

/* A clock that goes on by 50 ms whenever it is read: limits of time end after a number of looks at it, however loaded the
 * machine is. At the tenth look it cancels its task. */
typedef struct looks {
    _Atomic int n;
    tw_task *task;
} looks;

static int64_t look_at_clock(void *self) {
    looks *l = self;
    int n = atomic_fetch_add(&l->n, 1);
    if (l->task && n == 10)
        tw_task_cancel(l->task);
    return (int64_t)n * 50000;
}

static enum tw_rc load_under(const char *text, int64_t micros, tw_task *task, tw_recipe **out, tw_error *err) {
    looks seen = {.task = task};
    const tw_clock clock = {look_at_clock, NULL, &seen};
    const tw_recipe_limits limits = {TW_RECIPE_LIMITS.memory, micros, &clock};
    return tw_recipe_from_lua(tw_str_c(text), "dir/test.lua", &limits, task, NULL, out, err);
}

/* Without a limit of time. */
static enum tw_rc load(const char *text, tw_recipe **out, tw_error *err) {
    return load_under(text, 0, NULL, out, err);
}

/* Lua in, Lua out. */
static void becomes(const char *text, const char *want) {
    tw_error err = TW_ERROR_INIT;
    tw_recipe *recipe = NULL;
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    enum tw_rc rc = load(text, &recipe, &err);
    if (rc == TW_OK)
        tw_recipe_lua(recipe, &out);
    if (!is_text(tw_buf_view(&out), want, "becomes the same recipe"))
        printf("# %s\n", err.message);
    tw_recipe *again = NULL;
    tw_buf twice;
    tw_buf_init(&twice, 1 << 16);
    if (out.n && load(out.p, &again, &err) == TW_OK)
        tw_recipe_lua(again, &twice);
    is_text(tw_buf_view(&twice), want, "what is written reads back");
    tw_recipe_free(recipe);
    tw_recipe_free(again);
    tw_buf_fini(&out);
    tw_buf_fini(&twice);
}

static void good_recipes(void) {
    becomes("local r = trowel.recipe \"a\"\nr:seed(42)\nr:source { delimiter = ';', null = { 'NA', '-' } }\n"
            "r:trim { cols = { 'x', 'y' } }\nr:filter \"x > 1\"\nr:drop { 'a', 'b' }\nr:arrange 'city,-age'\n"
            "r:mutate { z = 'x + 1', a = \"y\" }\nr:round { cols = 'x', digits = 2, note = 'why' }\n"
            "r:map_values { cols = 'y', map = { [0] = 'no', [1] = 'yes', x = false } }\nreturn r\n",
            "local r = trowel.recipe \"a\"\nr:seed(42)\nr:source { delimiter = \";\", null = { \"NA\", \"-\" } }\n"
            "r:trim       { cols = { \"x\", \"y\" } }\nr:filter     \"x > 1\"\nr:drop       { cols = { \"a\", \"b\" } }\n"
            "r:arrange    \"city,-age\"\nr:mutate     { a = \"y\", z = \"x + 1\" }\n"
            "r:round      { cols = \"x\", digits = 2, note = \"why\" }\n"
            "r:map_values { cols = \"y\", map = { [\"0\"] = \"no\", [\"1\"] = \"yes\", x = false } }\nreturn r\n");
    becomes("return trowel.recipe():trim{}:squish{ when = 'x == \"a\\\\b\"' }",
            "local r = trowel.recipe \"recipe\"\nr:trim   {}\nr:squish { when = \"x == \\\"a\\\\b\\\"\" }\nreturn r\n");
    becomes("local r = trowel.recipe 'loop'\nfor i = 1, 3 do r:round { cols = ('c%d'):format(i), digits = i // 1 } end\nreturn r",
            "local r = trowel.recipe \"loop\"\nr:round { cols = \"c1\", digits = 1 }\nr:round { cols = \"c2\", digits = 2 }\n"
            "r:round { cols = \"c3\", digits = 3 }\nreturn r\n");
}

static void refuses_under(int64_t micros, const char *text, enum tw_rc code, const char *says) {
    tw_error err = TW_ERROR_INIT;
    tw_recipe *recipe = NULL;
    enum tw_rc rc = load_under(text, micros, NULL, &recipe, &err);
    if (!ok(rc == code && !recipe && strstr(err.message, says), "%.60s", text))
        printf("# rc %d: %s\n", (int)rc, err.message);
    tw_recipe_free(recipe);
}

static void refuses(const char *text, enum tw_rc code, const char *says) {
    refuses_under(0, text, code, says);
}

static void runs_too_long(const char *text) {
    refuses_under(150000, text, TW_ELIMIT, "longer than the 0.15 s");
}

static void mistakes(void) {
    refuses("local r = trowel.recipe 'x'\nr:trimm {}", TW_ERECIPE, "test.lua:2:");
    refuses("local r = trowel.recipe 'x'\nr:trimm {}", TW_ERECIPE, "did you mean trim");
    refuses("trowel.recipe 'x':round { digit = 1 }", TW_ERECIPE, "digits");
    refuses("trowel.recipe 'x':round { digits = 'a' }", TW_ERECIPE, "whole number");
    refuses("trowel.recipe 'x':trim { cols = print }", TW_ERECIPE, "function");
    refuses("trowel.recipe 'x':trim { cols = { 'a', b = 1 } }", TW_ERECIPE, "test.lua:1:");
    refuses("return 7", TW_ERECIPE, "returns no recipe");
    refuses("local x = = 1", TW_ERECIPE, "test.lua:1:");
    refuses("error('stop here')", TW_ERECIPE, "stop here");
    refuses("error({})", TW_ERECIPE, "no text");
    refuses("return trowl.recipe 'x'", TW_ERECIPE, "there is no 'trowl'");
    refuses("\x1bLua", TW_ERECIPE, "binary");
    refuses("local t = {} t.t = t trowel.recipe 'x':trim(t)", TW_ERECIPE, "deep");
    refuses("local r = trowel.recipe 'x' return { r }", TW_ERECIPE, "returns no recipe");
}

/* Nothing of the machine is within reach. */
static void out_of_reach(void) {
    static const char *const names[] = {"io", "os", "debug", "package", "require", "dofile", "loadfile", "math.random",
                                        "string.dump", "string.pack", "coroutine.close"};
    for (size_t i = 0; i < TW_COUNT(names); i++) {
        char text[160];
        tw_error err = TW_ERROR_INIT;
        tw_recipe *recipe = NULL;
        snprintf(text, sizeof text, "local ok, v = pcall(function() return %s end) assert(not ok or v == nil) return trowel.recipe 'x'",
                 names[i]);
        if (!ok(load(text, &recipe, &err) == TW_OK, "no %s", names[i]))
            printf("# %s\n", err.message);
        tw_recipe_free(recipe);
    }
    refuses("load(('').dump or '\\27Lua')()", TW_ERECIPE, "attempt to");
    refuses("getmetatable('').__index = nil", TW_ERECIPE, "boolean");
    refuses("setmetatable({}, { __gc = function() while true do end end })", TW_ERECIPE, "__gc");
    refuses("print(load('return 1', 'x', 'b', {})()) return collectgarbage('collect')", TW_ERECIPE, "count");
}

static void too_long(void) {
    runs_too_long("while true do end");
    runs_too_long("while true do pcall(function() while true do end end) end");
    runs_too_long("local function f() return f() end f()");
    runs_too_long("coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()");
    runs_too_long("local co = coroutine.create(function() while true do coroutine.yield() end end) while true do coroutine.resume(co) end");
    runs_too_long("string.find(('a'):rep(30), ('a*'):rep(10) .. 'b')");
    runs_too_long("while true do pcall(string.find, ('a'):rep(30), ('a*'):rep(10) .. 'b') end");
    runs_too_long("table.sort(setmetatable({ 3, 2, 1 }, {}), function() while true do end end)");
    runs_too_long("local t = {} for i = 1, 2e5 do t[i] = -i end while true do table.sort(t) end");
    runs_too_long("local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')");
    runs_too_long("xpcall(error, function() while true do end end)");
    runs_too_long("local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end");
}

static void too_large(void) {
    refuses("string.rep('x', 1e9)", TW_ELIMIT, "64 MiB");
    refuses("('x'):rep(1e9)", TW_ELIMIT, "64 MiB");
    refuses("local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end", TW_ELIMIT, "64 MiB");
    refuses("local s = 'x' while true do s = s .. s end", TW_ELIMIT, "64 MiB");
    refuses("local t = {} for i = 1, 1e5 do t[i] = 'x' end local r = trowel.recipe 'x' while true do r:drop(t) end", TW_ELIMIT,
            "64 MiB");
    refuses("table.move({}, 1, 1e18, 2)", TW_ERECIPE, "too many");
    refuses("(''):rep(1e18) return 1", TW_ERECIPE, "returns no recipe");
    refuses("table.concat(setmetatable({}, { __len = function() return 1e18 end }))", TW_ERECIPE, "invalid value");
    refuses("local f = 'return ' .. ('('):rep(1000) load(f)() ", TW_ERECIPE, "attempt to call");
}

static void cancelled(void) {
    static const char *const texts[] = {"while true do end", "while true do pcall(string.find, ('a'):rep(30), ('a*'):rep(10) .. 'b') end",
                                        "while true do coroutine.wrap(function() while true do end end)() end"};
    for (size_t i = 0; i < TW_COUNT(texts); i++) {
        tw_task task;
        tw_error err = TW_ERROR_INIT;
        tw_recipe *recipe = NULL;
        tw_task_init(&task, NULL, NULL);
        is_int(load_under(texts[i], INT64_MAX / 2, &task, &recipe, &err), TW_ECANCEL, "cancelled");
    }
}

/* Lua's pattern functions, same answers as Lua's own: each line is true in lua5.4. */
static void patterns(void) {
    static const char *const claims[] = {
        "('hello world'):find('o w') == 5", "select(2, ('hello'):find('l+')) == 4", "('key = value'):match('^(%w+)%s*=%s*(%w+)$') == 'key'",
        "('  x '):match('^%s*(.-)%s*$') == 'x'", "('abc'):gsub('%w', '%0%0') == 'aabbcc'", "('abc'):gsub('', '-') == '-a-b-c-'",
        "select(2, ('abc'):gsub('', '-')) == 4", "('hello'):gsub('l', { l = 'L' }) == 'heLLo'",
        "('a,b,,c'):gsub(',', ';', 2) == 'a;b;,c'", "('THE (quick) fox'):find('%((%a+)%)') == 5", "('f(a(b)c)d'):match('%b()') == '(a(b)c)'",
        "('THE (quick) fox'):gsub('%f[%a]%a+', string.lower) == 'the (quick) fox'", "('abab'):match('(ab)%1') == 'ab'",
        "('x'):match('()') == 1", "('abc'):find('b', 1, true) == 2", "('abc'):find('b', -1) == nil", "('a.b'):find('.', 2, true) == 2",
        "('[]x'):match('[]]') == ']'", "('a-b'):match('[a-]+') == 'a-'", "('abc'):match('[^a]+') == 'bc'", "('aXb'):gsub('%u', '%%') == 'a%b'",
        "('abc'):gsub('b', function() return nil end) == 'abc'", "(function() local n = 0 for w in ('one two'):gmatch('%a+') do n = n + #w end return n end)() == 6",
        "(function() local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[#t + 1] = k .. v end return table.concat(t) end)() == 'a1b2'",
        "('aaa'):find('a-', 2) == 2", "('aaab'):match('a-b') == 'aaab'", "('x'):rep(3, ',') == 'x,x,x'", "('a\\0b'):match('%z') == nil or true",
        "not pcall(string.find, 'a', '[a')", "not pcall(string.find, 'a', '%')", "not pcall(string.gsub, 'a', 'a', '%2')", "('abc'):gsub('^a', 'x') == 'xbc'",
        "('hello world'):gsub('o', '0', 1) == 'hell0 world'", "('äö'):match('[\\xc3][\\xa4]') == 'ä'", "(''):find('') == 1", "('a'):find('', 3) == nil",
        "table.remove({ 1, 2, 3 }, 1) == 1", "#table.move({ 1, 2, 3 }, 1, 3, 2) == 4",
        "(function() local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return t[1] end)() == 3",
        "(function() local t = { 1, 2 } table.insert(t, 1, 0) return table.concat(t) end)() == '012'",
        "(function() local s = '' for k, v in sorted { b = 1, a = 2, [3] = 0 } do s = s .. k .. v end return s end)() == '30a2b1'",
        "coroutine.status(coroutine.create(print)) == 'suspended'", "coroutine.wrap(function(a) local b = coroutine.yield(a) return b end)(5) == 5",
        "select(2, coroutine.resume(coroutine.create(function() error('e', 0) end))) == 'e'",
    };
    for (size_t i = 0; i < TW_COUNT(claims); i++) {
        char text[700];
        tw_error err = TW_ERROR_INIT;
        tw_recipe *recipe = NULL;
        snprintf(text, sizeof text, "local claim = %s\nassert(claim)\nreturn trowel.recipe 'x'", claims[i]);
        if (!ok(load(text, &recipe, &err) == TW_OK, "%s", claims[i]))
            printf("# %s\n", err.message);
        tw_recipe_free(recipe);
    }
}

int main(void) {
    good_recipes();
    mistakes();
    out_of_reach();
    too_long();
    too_large();
    cancelled();
    patterns();
    return tap_done();
}
