/* Type stubs for editors (LuaCATS), written from the tables: recipes' methods from the steps, trowel.cmd from the commands.
 * `trowel lua-stubs` prints them; `make install` puts them beside the program's data as lua/trowel.d.lua. */
#ifndef TW_SCRIPT_STUBS_H
#define TW_SCRIPT_STUBS_H

#include "app/session.h"

/* False when the buffer is full. */
TW_NODISCARD bool tw_stubs_write(const tw_session *session, tw_buf *out);

#endif
