/* A line of input edited by readline: its keys, its inputrc, a history for each kind; drawn by us.
 *
 * readline runs through its callback interface; it never touches the terminal. Only one prompt may live at a time, because
 * readline keeps its state in globals. Kinds are rows: what stands before the line, what the line becomes. */
#ifndef TW_TUI_PROMPT_H
#define TW_TUI_PROMPT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/grid.h"

typedef struct tw_prompt_kind {
    const char *name;   /* "command", "search", "filter", "edit" */
    const char *label;  /* ":" "/" */
    const char *before; /* what the line becomes: before + text ("search " + …) */
    bool quoted;        /* text is quoted as one word */
} tw_prompt_kind;
/* TW_EUNKNOWN_NAME. */
TW_NODISCARD enum tw_rc tw_prompt_kind_find(tw_str name, const tw_prompt_kind **out, tw_error *err);

typedef struct tw_prompt tw_prompt;
enum tw_prompt_state { TW_PROMPT_OPEN, TW_PROMPT_ACCEPTED, TW_PROMPT_CANCELLED };

/* user_files: read the user's inputrc (never in headless runs). */
TW_NODISCARD enum tw_rc tw_prompt_open(const tw_prompt_kind *kind, tw_str text, bool user_files, tw_prompt **out, tw_error *err);
void tw_prompt_close(tw_prompt *prompt);
/* One key by name; Esc and Ctrl-C cancel. */
enum tw_prompt_state tw_prompt_key(tw_prompt *prompt, const char *key);
const tw_prompt_kind *tw_prompt_kind_of(const tw_prompt *prompt);
/* The text as it stands, and the cursor in it in bytes; the text is readline's until the next key. */
tw_str tw_prompt_text(const tw_prompt *prompt, size_t *cursor);
/* Put word in place of the bytes [from, cursor). */
void tw_prompt_replace(tw_prompt *prompt, size_t from, tw_str word);
/* The command line that an accepted prompt stands for, appended to out. */
bool tw_prompt_line(const tw_prompt *prompt, tw_buf *out);
/* Draw into one row; *cursor_x = where the cursor stands. */
void tw_prompt_draw(const tw_prompt *prompt, tw_cellgrid *grid, int x, int y, int width, int *cursor_x);

/* Histories, one file for each kind, "DIR/history.KIND"; quietly nothing when dir is NULL. */
void tw_prompt_load_histories(const char *dir);
void tw_prompt_save_histories(const char *dir);

#endif
