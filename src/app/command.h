/* Commands: one row for each user action, reachable by key, `:` line, palette, menu, Lua and command line.
 *
 * Rows stand in tables by area (app/commands_*.c); screens, scripts and plugins add theirs through the session's registry.
 * Everything else (help, completion, man page, subcommands, Lua functions) is derived from the rows. A row is static and
 * immutable; run is called on the session's thread unless the row says TW_COMMAND_BACKGROUND, then in a job. */
#ifndef TW_APP_COMMAND_H
#define TW_APP_COMMAND_H

#include "base/args.h"

typedef struct tw_session tw_session;

enum tw_scope { TW_SCOPE_PROGRAM, TW_SCOPE_VIEW, TW_SCOPE_DATASET, TW_SCOPE_FILE };
enum {
    TW_COMMAND_RECORDS = 1,     /* changes data: recorded as a step, undoable */
    TW_COMMAND_UNDOABLE = 2,    /* changes view state: a node of the history, not recorded */
    TW_COMMAND_BACKGROUND = 4,  /* runs as a job on screen */
    TW_COMMAND_CLI = 8,         /* is a subcommand */
    TW_COMMAND_SCREEN = 16,     /* is a `:` command */
    TW_COMMAND_NEEDS_DATA = 32, /* the current dataset must have been read to its end */
    TW_COMMAND_HIDDEN = 64
};

typedef struct tw_command {
    const char *name;           /* "sort"; Lua: '-' becomes '_' */
    const char *alias;          /* "w" or NULL */
    enum tw_scope scope;
    unsigned flags;
    const tw_param *params;
    size_t n_params, args_size;
    const char *summary;        /* one line */
    const char *help;           /* paragraphs; NULL = summary only */
    const char *example;        /* without "trowel " or ":"; runs as a test on the samples */
    const char *view;           /* pane that shows the result: "profile", "findings", "plot", "document", …; NULL = message */
    /* NULL = always. Otherwise false with a reason ("nothing to undo"). */
    bool (*available)(const tw_session *session, const char **why);
    /* Result into *out: a new document or NULL. Cancel and progress: tw_session_task(session). */
    enum tw_rc (*run)(tw_session *session, const void *args, tw_doc **out, tw_error *err);
} tw_command;

#endif
