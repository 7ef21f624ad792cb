/* Documents as plain text for terminals: aligned tables, key and value, one look for the command
 * line and for panes.
 *
 * `view` is a command's (app/command.h): some documents (profile, findings, compare) have a layout
 * of their own, all others follow their shape. Numbers are shortened to six digits; JSON keeps them
 * all. */
#ifndef TW_APP_RENDER_H
#define TW_APP_RENDER_H

#include "base/doc.h"

/* width = columns of the terminal; 0 = as wide as it gets. */
bool tw_render_text(const tw_doc *doc, const char *view, int width, tw_buf *out);

#endif
