/* The manual page (trowel.1), made from the command tables: what `trowel man` prints.
 *
 * The macros are those of man(7) that groff and mandoc share; the text is ASCII with escapes, so
 * that it renders whatever the locale. No clock and no path: two runs give the same bytes. */
#ifndef TW_CLI_MANUAL_H
#define TW_CLI_MANUAL_H

#include "app/session.h"

TW_NODISCARD enum tw_rc tw_manual_write(const tw_session *session, tw_buf *out, tw_error *err);

#endif
