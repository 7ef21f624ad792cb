/* The host state: plugins work or fail alone, commands go both ways, Ctrl-C ends them, stubs are what the tables say. */
#include "script/host.h"

#include <pthread.h>
#include <time.h>

#include "base/file.h"
#include "script/script.h"
#include "script/stubs.h"
#include "steps/step.h"

#include "../tap.h"

static tw_session *start(const char *config) {
    const char *top = getenv("top_srcdir");
    char dir[4096];
    tw_session *session = NULL;
    tw_error err = TW_ERROR_INIT;
    const tw_session_options options = {.headless = true, .threads = 1};
    snprintf(dir, sizeof dir, "%s/tests/script/plugins", top ? top : ".");
    const char *const dirs[] = {"/nowhere/at/all", dir, NULL};
    succeeds(tw_session_new(&options, &session, &err), &err, "a session");
    succeeds(tw_script_attach(session, &(tw_script_options){.plugin_dirs = dirs, .config = config}, &err), &err, "with Lua");
    return session;
}

static void stop(tw_session *session) {
    tw_script_detach(session);
    tw_session_free(session);
}

static const tw_plugin *plugin(tw_session *session, const char *id) {
    tw_host *host = tw_script_host(session);
    for (size_t i = 0; i < tw_host_plugins(host); i++)
        if (strcmp(tw_host_plugin(host, i)->id, id) == 0)
            return tw_host_plugin(host, i);
    return NULL;
}

static void fails_with(tw_session *session, const char *id, const char *says) {
    const tw_plugin *p = plugin(session, id);
    if (!ok(p && p->error && strstr(p->error, says), "plugin %s fails alone", id))
        printf("# %s\n", p && p->error ? p->error : "no error");
}

static void plugins(tw_session *session) {
    const tw_plugin *good = plugin(session, "good");
    ok(good && !good->error && strcmp(good->version, "2.1") == 0, "a good one works");
    if (good && good->error)
        printf("# %s\n", good->error);
    fails_with(session, "broken", "broken/init.lua:2:");
    fails_with(session, "wrong-id", "make them the same");
    fails_with(session, "newer", "api 99 to 100");
    fails_with(session, "nosy", "'io'");
    fails_with(session, "loud", "print");
    fails_with(session, "noinit", "init.lua");
}

/* A command line and its result as text, or its error. */
static void gives(tw_session *session, const char *line, const char *want) {
    tw_error err = TW_ERROR_INIT;
    tw_doc *out = NULL;
    char text[1024] = "";
    if (tw_session_run_line(session, tw_str_c(line), &out, &err) != TW_OK)
        snprintf(text, sizeof text, "error: %s", err.message);
    else if (tw_doc_kind(out) == TW_DOC_TEXT)
        snprintf(text, sizeof text, "%s", tw_doc_as_c(out, ""));
    else if (tw_doc_kind(out) == TW_DOC_INT)
        snprintf(text, sizeof text, "%lld", (long long)tw_doc_as_int(out, 0));
    else if (tw_doc_kind(out) == TW_DOC_MAP)
        snprintf(text, sizeof text, "%s", tw_doc_as_c(tw_doc_get(out, "text"), ""));
    else if (tw_doc_kind(out) == TW_DOC_LIST)
        snprintf(text, sizeof text, "%s, %s", tw_doc_as_c(tw_doc_at(out, 0), ""), tw_doc_as_c(tw_doc_at(out, 1), ""));
    is_text(tw_str_c(text), want, line);
    tw_doc_free(out);
}

static void commands(tw_session *session) {
    gives(session, "greet Ada", "hello Ada hello Ada ");
    gives(session, "greet Ada true bye --times 1", "BYE ADA ");
    gives(session, "greet", "error: greet: 'who' is missing; give a value for it");
    gives(session, "ask", "you, hello me ");
    gives(session, "stumble", "error: good/init.lua:12: over a stone");
    gives(session, "lua 6 * 7", "42");
    gives(session, "lua local x = 2 return x + 1", "3");
    gives(session, "lua trowel.cmd.greet('x').who", "x");
    gives(session, "lua #sorted == nil", "error: lua:1: attempt to get length of a function value (global 'sorted')");
    gives(session, "lua trowel.cmd.nosuch()", "error: lua:1: nosuch: there is no such command; see ':help'");
    gives(session, "lua select('#', trowel.columns())", "1");
}

static void *cancel_soon(void *session) {
    const struct timespec pause = {.tv_nsec = 50000000};
    nanosleep(&pause, NULL);
    tw_task_cancel(tw_session_task(session));
    return NULL;
}

static void cancelled(tw_session *session) {
    pthread_t thread;
    tw_error err = TW_ERROR_INIT;
    pthread_create(&thread, NULL, cancel_soon, session);
    is_int(tw_session_run_line(session, TW_STR("spin"), NULL, &err), TW_ECANCEL, "a command that never ends can be ended");
    pthread_join(thread, NULL);
    gives(session, "lua 1 + 1", "2");
}

static void configuration(void) {
    const char *top = getenv("top_srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/lua/config.lua", top ? top : ".");
    tw_session *session = start(path);
    tw_event event;
    bool complained = false;
    while (tw_session_next_event(session, &event)) {
        complained |= strstr(event.text, "configuration") != NULL;
        tw_doc_free(event.doc);
    }
    ok(!complained, "the example configuration runs");
    ok(tw_session_command(session, TW_STR("younger")) != NULL, "and adds its command");
    stop(session);
}

/* Every step and every command on screen has its stub. */
static void stubs(tw_session *session) {
    tw_buf out;
    char want[160];
    size_t n, lacking = 0;
    const tw_step_row *const *steps = tw_steps(&n);
    tw_buf_init(&out, 1 << 22);
    ok(tw_stubs_write(session, &out), "stubs are written");
    for (size_t i = 0; i < n; i++) {
        snprintf(want, sizeof want, "function Recipe:%s(args)", steps[i]->name);
        lacking += tw_str_find(tw_buf_view(&out), tw_str_c(want), 0) == SIZE_MAX;
    }
    is_int(lacking, 0, "a method for each step");
    ok(tw_str_find(tw_buf_view(&out), TW_STR("function cmd.greet(args, ...)"), 0) != SIZE_MAX, "a plugin's command too");
    lua_State *L = luaL_newstate();
    ok(luaL_loadbufferx(L, out.p, out.n, "=stubs", "t") == LUA_OK, "the stubs are Lua");
    lua_close(L);
    tw_buf_fini(&out);
}

int main(void) {
    tw_session *session = start("/nowhere/init.lua");
    plugins(session);
    commands(session);
    cancelled(session);
    stubs(session);
    stop(session);
    configuration();
    return tap_done();
}
