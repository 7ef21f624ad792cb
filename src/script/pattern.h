/* Lua's pattern functions, bounded: find, match, gmatch and gsub for sandboxed states.
 *
 * Lua's own cannot be stopped: one string.find with ten `a*` on thirty characters ran 36 seconds without a hook call. These
 * count their steps, poll the guard, and refuse a text beyond TW_PATTERN_TEXT. The patterns are Lua's (manual, 6.4.1). */
#ifndef TW_SCRIPT_PATTERN_H
#define TW_SCRIPT_PATTERN_H

#include "script/lua_include.h"

enum { TW_PATTERN_TEXT = 1 << 24, TW_PATTERN_STEPS = 200000000 };

extern const luaL_Reg tw_pattern_functions[]; /* ends with {NULL, NULL} */

#endif
