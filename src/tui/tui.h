/* The workbench on a screen: a real terminal, or none (headless, driven by a script).
 *
 * Both run the same workbench over a session that main.c made and whose files are opened already. One thread: the
 * session's. */
#ifndef TW_TUI_TUI_H
#define TW_TUI_TUI_H

#include "app/session.h"

/* Rows of screen commands (go, prompt, palette, …) for the registry; call before files are opened. */
TW_NODISCARD enum tw_rc tw_tui_register(tw_session *session, tw_error *err);
/* Run until the user leaves. TW_EUSAGE without a terminal. `theme` NULL = dark, or mono with NO_COLOR. The terminal is
 * restored whatever happens. */
TW_NODISCARD enum tw_rc tw_tui_run(tw_session *session, const char *theme, tw_error *err);
/* "80x24" to a size; false when it is none. */
bool tw_screen_size_parse(const char *text, int *width, int *height);
/* Run a script (CLI.md, "The workbench from outside") on a width x height grid; returns the exit status of the process:
 * 0, or that of the line that failed, whose message and screen are on stderr. */
int tw_tui_headless(tw_session *session, int width, int height, const char *theme, const char *script_path);
/* Line mode for dumb terminals and screen readers: a command line at its prompt, results as text. */
int tw_tui_plain(tw_session *session);

#endif
