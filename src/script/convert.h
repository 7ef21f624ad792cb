/* Values of Lua as documents and back.
 *
 * Keys of tables are sorted, because Lua gives them in another order in every run. A table with keys 1..n only is a list,
 * any other a map whose whole-number keys become text; whole numbers stay integers. Documents count against the memory of
 * the state. Metatables are not looked at. */
#ifndef TW_SCRIPT_CONVERT_H
#define TW_SCRIPT_CONVERT_H

#include "script/lua_include.h"

#include "base/doc.h"

enum { TW_CONVERT_DEPTH = 16 };

/* The value at `index` as a document, inside a box that is pushed: the box frees it unless it is taken out. Raises for
 * functions, userdata, mixed keys and what is too deep or too large; `what` is named then. */
tw_doc **tw_push_doc(lua_State *L, int index, const char *what);
/* The document as a Lua value on the stack; null is nil. */
void tw_push_value(lua_State *L, const tw_doc *doc);
/* An empty box for a document that C code fills. */
tw_doc **tw_push_box(lua_State *L);
/* All arguments as one text with blanks between, as print does with tabs; left on the stack, which keeps it alive. */
const char *tw_join_arguments(lua_State *L);

#endif
