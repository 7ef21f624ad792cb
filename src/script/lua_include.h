/* Lua's headers, before ours: they use names that base/banned.h forbids. Only src/script includes this. */
#ifndef TW_SCRIPT_LUA_INCLUDE_H
#define TW_SCRIPT_LUA_INCLUDE_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#endif
