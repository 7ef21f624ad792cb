/* The workbench: panes, prompt, palette and messages over a session, painted into a cell grid, driven by keys.
 *
 * Knows no terminal: tui/loop.c feeds it keys and shows its grid with curses, tui/headless.c feeds it a script. One
 * thread, the session's. */
#ifndef TW_TUI_WORKBENCH_H
#define TW_TUI_WORKBENCH_H

#include "tui/pane.h"
#include "tui/theme.h"

TW_NODISCARD enum tw_rc tw_workbench_new(tw_session *session, int width, int height, tw_workbench **out, tw_error *err);
void tw_workbench_free(tw_workbench *wb);
tw_session *tw_workbench_session(const tw_workbench *wb);
bool tw_workbench_resize(tw_workbench *wb, int width, int height);
/* One key by name (tui/keys.h). */
void tw_workbench_key(tw_workbench *wb, const char *key);
/* Run a command line as if typed behind `:`; its error, if any, is returned and not shown. */
TW_NODISCARD enum tw_rc tw_workbench_run(tw_workbench *wb, tw_str line, tw_error *err);
/* The same, to its end: what a job would do is done before this returns. For scripts. */
TW_NODISCARD enum tw_rc tw_workbench_run_awaited(tw_workbench *wb, tw_str line, tw_error *err);
/* Take in finished jobs and events. True when the screen may have changed. */
bool tw_workbench_pump(tw_workbench *wb);
/* Paint everything. The grid stays the workbench's. */
tw_cellgrid *tw_workbench_paint(tw_workbench *wb);
/* Where the terminal's cursor belongs (a prompt), or false. */
bool tw_workbench_cursor(const tw_workbench *wb, int *x, int *y);
bool tw_workbench_done(const tw_workbench *wb);
void tw_workbench_leave(tw_workbench *wb);
/* True when a key that was typed waits for more and what can follow is not shown yet; show it. */
bool tw_workbench_waits_for_key(const tw_workbench *wb);
void tw_workbench_list_following(tw_workbench *wb);
/* A press of the first mouse button on a cell of the grid painted last. */
void tw_workbench_click(tw_workbench *wb, int x, int y);

/* The colours in use; *changes counts how often they were changed. */
TW_NODISCARD enum tw_rc tw_workbench_set_theme(tw_workbench *wb, tw_str name, tw_error *err);
const tw_theme *tw_workbench_theme(const tw_workbench *wb, unsigned *changes);

/* Scripts: questions count as yes, the user's inputrc is ignored, running jobs are not shown. */
void tw_workbench_set_headless(tw_workbench *wb);

/* Hint row: command lines worth showing with their key, in order (tui/commands.c). */
typedef struct tw_hint {
    const char *line, *word, *context; /* context NULL = wherever the line is bound */
    bool needs_data;
} tw_hint;
extern const tw_hint tw_hints[];
extern const size_t tw_hints_count;

/* --- for panes and screen commands --- */
void tw_workbench_say(tw_workbench *wb, enum tw_role_id role, const char *text);
/* The next line of the focused pane that matches; text empty: what was looked for last. */
TW_NODISCARD enum tw_rc tw_workbench_find(tw_workbench *wb, tw_str text, bool back, tw_error *err);
/* What was said so far as a table, the newest first; NULL when memory is out. */
tw_doc *tw_workbench_messages(const tw_workbench *wb);
/* Put a pane beside the grid (it becomes focused); a pane of the same title is replaced. Takes it over; NULL is an error
 * message. */
void tw_workbench_show(tw_workbench *wb, tw_pane *pane);
/* Files to choose from, until one is open. */
void tw_workbench_welcome(tw_workbench *wb);
tw_pane *tw_workbench_focus(const tw_workbench *wb);
bool tw_workbench_ascii(const tw_workbench *wb);

/* Verbs of the screen commands (tui/commands.c). */
void tw_workbench_go(tw_workbench *wb, enum tw_go where);
void tw_workbench_open(tw_workbench *wb);
void tw_workbench_close(tw_workbench *wb);
void tw_workbench_zoom(tw_workbench *wb);
void tw_workbench_next_pane(tw_workbench *wb, int step);
/* kind: a row of tui/prompt.h; prefill may be empty. */
TW_NODISCARD enum tw_rc tw_workbench_ask(tw_workbench *wb, tw_str kind, tw_str prefill, tw_error *err);
void tw_workbench_palette(tw_workbench *wb, bool columns);
void tw_workbench_keys_help(tw_workbench *wb);

#endif
