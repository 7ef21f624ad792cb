/* The face of the room: one object for each session, reachable through its hooks. */
#include "script/script.h"

#include "script/recipe_lua.h"

typedef struct script {
    tw_recipe_limits limits; /* fixed once jobs run */
} script;

static enum tw_rc read_recipe(void *self, tw_session *session, tw_str text, const char *name, tw_task *task,
                              tw_recipe **out, tw_error *err) {
    const script *s = self;
    return tw_recipe_from_lua(text, name, &s->limits, task, tw_session_log(session), out, err);
}

enum tw_rc tw_script_attach(tw_session *session, const tw_script_options *options, tw_error *err) {
    script *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    s->limits = TW_RECIPE_LIMITS;
    if (options->recipe_seconds > 0)
        s->limits.micros = (int64_t)(TW_MIN(options->recipe_seconds, 1e9) * 1e6);
    tw_session_set_hooks(session, &(tw_session_hooks){.recipe_from_lua = read_recipe, .self = s});
    return TW_OK;
}

void tw_script_detach(tw_session *session) {
    if (!session)
        return;
    free(tw_session_get_hooks(session)->self);
    tw_session_set_hooks(session, &(tw_session_hooks){0});
}
