/* Recipes in Lua: the object trowel.recipe "name" gives, and text to recipe in a sandboxed state.
 *
 * A state lives for one text: it has nothing but the sandbox and the table `trowel` with `recipe`, `version` and `steps`. */
#ifndef TW_SCRIPT_RECIPE_LUA_H
#define TW_SCRIPT_RECIPE_LUA_H

#include "script/guard.h"

#include "base/log.h"
#include "recipe/recipe.h"

typedef struct tw_recipe_limits {
    size_t memory;  /* bytes for Lua */
    int64_t micros; /* time, 0 = no limit */
    const tw_clock *clock; /* NULL = the system's */
} tw_recipe_limits;
#define TW_RECIPE_LIMITS ((tw_recipe_limits){(size_t)64 << 20, INT64_C(10000000), NULL})

/* `name` is the file's, for messages ("patients.lua:7: …"). TW_ERECIPE for what is wrong in the text, TW_ELIMIT, TW_ECANCEL.
 * Any thread. */
TW_NODISCARD enum tw_rc tw_recipe_from_lua(tw_str text, const char *name, const tw_recipe_limits *limits, tw_task *task,
                                           const tw_log *log, tw_recipe **out, tw_error *err);
/* Put the function `recipe` into the table on top of the stack (host states get it too). */
void tw_recipe_open(lua_State *L);

#endif
