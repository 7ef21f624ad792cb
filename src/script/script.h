/* Lua for a session: recipes from text, configuration, plugins, commands as functions.
 *
 * tw_script_attach fills the session's hooks and adds rows (`lua`, `plugins`); what it made hangs in the hooks until
 * tw_script_detach, which must come before the session is freed. The session's thread only, but for reading recipes (any
 * thread). */
#ifndef TW_SCRIPT_SCRIPT_H
#define TW_SCRIPT_SCRIPT_H

#include "app/session.h"

typedef struct tw_script_options {
    double recipe_seconds;          /* longest time of a recipe's text; 0 = 10 */
    const char *const *plugin_dirs; /* in this order; NULL at the end; NULL = no plugins */
    const char *config;             /* a Lua file that is run at the end; NULL, or not there: none */
} tw_script_options;

/* Plugins and configuration that fail are messages of the session, not errors. */
TW_NODISCARD enum tw_rc tw_script_attach(tw_session *session, const tw_script_options *options, tw_error *err);
void tw_script_detach(tw_session *session);

#endif
