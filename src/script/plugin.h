/* Plugins: folders with plugin.lua (what it is) and init.lua (what it does).
 *
 * plugin.lua returns a table { id, version, api = { from, to }, summary, permissions } and runs in an empty environment.
 * init.lua runs in an environment of its own that sees Lua's library and `trowel`; `io` and `os` only where permissions
 * name fs.read, fs.write or exec. A plugin that fails is noted with its reason and stops nothing. */
#ifndef TW_SCRIPT_PLUGIN_H
#define TW_SCRIPT_PLUGIN_H

#include "script/host.h"

/* Load every plugin of a directory, in the order of their names; a later one of the same id replaces what an earlier one
 * added. A directory that is not there is no error. */
void tw_plugins_load(tw_host *host, const char *dir);

#endif
