/* The terminal: curses for output only, bytes in, restored after any death that can be caught.
 *
 * One screen a process. The painter sends only cells that changed since the last call (curses' own comparison). */
#ifndef TW_TUI_SCREEN_H
#define TW_TUI_SCREEN_H

#include "tui/theme.h"

typedef struct tw_screen tw_screen;

/* TW_EUSAGE when stdin or stdout is no terminal or TERM is unusable. */
TW_NODISCARD enum tw_rc tw_screen_open(const tw_theme *theme, tw_screen **out, tw_error *err);
void tw_screen_close(tw_screen *screen); /* restores the terminal; NULL is legal */
void tw_screen_theme(tw_screen *screen, const tw_theme *theme);
void tw_screen_mouse(tw_screen *screen, bool on); /* off at first */
void tw_screen_size(tw_screen *screen, int *width, int *height); /* asks the terminal again */
/* Show the grid; cursor_x -1 hides the cursor. */
void tw_screen_paint(tw_screen *screen, const tw_cellgrid *grid, int cursor_x, int cursor_y);
void tw_screen_redraw(tw_screen *screen); /* everything anew at the next paint */
int tw_screen_fd(const tw_screen *screen); /* keys come from here */
/* Leave the screen to the shell until the program is continued. */
void tw_screen_suspend(tw_screen *screen);

#endif
