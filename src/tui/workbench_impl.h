/* The inside of a workbench, for the files that make it up: workbench.c (panes and results), input.c (keys), paint.c. */
#ifndef TW_TUI_WORKBENCH_IMPL_H
#define TW_TUI_WORKBENCH_IMPL_H

#include "tui/popup.h"
#include "tui/prompt.h"
#include "tui/workbench.h"

enum { TW_PANES_MAX = 16, TW_PENDING_MAX = 64, TW_SAID_MAX = 200 };
enum tw_mode { TW_MODE_KEYS, TW_MODE_PROMPT, TW_MODE_PALETTE, TW_MODE_QUESTION };

struct tw_workbench {
    tw_session *session;
    tw_cellgrid *grid;
    tw_pane *panes[TW_PANES_MAX]; /* 0 = the grid; the last one is shown beside it */
    size_t n_panes;
    bool pane_focused, zoomed;
    const void *moment;           /* of the session, that live panes show */
    bool welcoming;               /* the first pane lists files to open */
    enum tw_mode mode;
    tw_prompt *prompt;
    tw_popup popup;               /* palette, completions, or what can follow */
    bool completing, following;
    bool of_columns;              /* the palette lists columns */
    size_t complete_from;
    tw_event question;
    char pending[TW_PENDING_MAX]; /* keys typed so far of a longer sequence */
    bool pasting;
    char message[1024];
    enum tw_role_id message_role;
    char *said[TW_SAID_MAX];      /* messages so far, the newest at (n_said - 1) % TW_SAID_MAX */
    size_t n_said;
    char *sought;                 /* what was looked for in panes last; NULL = nothing */
    tw_theme theme;
    unsigned theme_changes;
    tw_rect grid_area, pane_area; /* at the last painting, for clicks */
    int cursor_x, cursor_y;
    bool done, headless;
    tw_str awaited;               /* the script's line whose jobs are waited for; n 0 = none */
    enum tw_rc awaited_rc;
    tw_error awaited_err;
};

void tw_workbench_say_error(tw_workbench *wb, const tw_error *err);
/* Run a line and show its error, if any. */
void tw_workbench_run_and_say(tw_workbench *wb, tw_str line);

/* What a command line of the key map does, in words ("Move the cursor: down"); nothing for one that is unknown. */
void tw_workbench_line_says(const tw_session *session, const char *line, tw_buf *out);

#endif
