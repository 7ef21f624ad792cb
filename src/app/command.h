/* Commands: one row for each user action, reachable by key, `:` line, palette, menu, Lua and
 * command line.
 *
 * Rows stand in tables by area (app/commands_*.c); screens, scripts and plugins add theirs through
 * the session's registry. Everything else (help, completion, man page, subcommands, Lua functions)
 * is derived from the rows. A row is static and immutable and has one of two bodies: `run` works on
 * the session's own thread and must be short; `work` may take long, sees a snapshot (app/work.h)
 * and never the session, and its result is put in when it has ended. From a screen work becomes a
 * job; from Lua or the command line it runs in the caller.
 *
 * Rows of src/app are what can be done to data, views and the session; movement, panes and prompts
 * are rows of src/tui. */
#ifndef TW_APP_COMMAND_H
#define TW_APP_COMMAND_H

#include "base/args.h"

typedef struct tw_session tw_session;
typedef struct tw_work tw_work;

enum tw_scope { TW_SCOPE_PROGRAM, TW_SCOPE_VIEW, TW_SCOPE_DATASET, TW_SCOPE_FILE };
enum {
    TW_COMMAND_RECORDS = 1,      /* changes data: recorded as a step, undoable */
    TW_COMMAND_UNDOABLE = 2,     /* changes view state: a node of the history, not recorded */
    TW_COMMAND_BACKGROUND = 4,   /* has `work`: a job on screen */
    TW_COMMAND_CLI = 8,          /* is a subcommand */
    TW_COMMAND_SCREEN = 16,      /* is a `:` command and a Lua function */
    TW_COMMAND_NEEDS_DATA = 32,  /* the current dataset must have been read to its end */
    TW_COMMAND_HIDDEN = 64,      /* not in help, palette and completion */
    TW_COMMAND_LOOKS = 1024,     /* only looks at data: its job never keeps a change waiting */
    /* subcommands: */
    TW_COMMAND_TABLE = 128,      /* the table it leaves is written to -o OUT or stdout */
    TW_COMMAND_FILE_FIRST = 256, /* FILE stands before the other words, else behind them */
    TW_COMMAND_MANIFEST = 512,   /* OUT.manifest.json is written beside OUT */
    TW_COMMAND_READS = 2048,     /* opens files by itself and takes the reading overrides */
    TW_COMMAND_ALL_COLUMNS = 4096, /* looks at every column: they may be made while the file is read */
    TW_COMMAND_NAMED_COLUMNS = 8192, /* looks at cells of the columns its arguments name only
                                        (app/columns_named.h): no other is judged */
    TW_COMMAND_IN_VIEW = 32768, /* looks at the rows in view where a filter is on, not at all of them */
    TW_COMMAND_PASSES_CELLS = 16384  /* … and its table has others too, their cells as they stand */
};

typedef struct tw_command {
    const char *name;  /* "sort"; Lua: '-' becomes '_' */
    const char *alias; /* "w" or NULL */
    enum tw_scope scope;
    unsigned flags;
    const tw_param *params;
    size_t n_params, args_size;
    const char *summary; /* one line */
    const char *help;    /* paragraphs; NULL = summary only */
    const char *example; /* without "trowel " or ":"; runs as a test on the samples */
    const char *view; /* pane that shows the result: "profile", "findings", "plot", "document", …;
                         NULL = message */
    /* NULL = always. Otherwise false with a reason ("nothing to undo"). */
    bool (*available)(const tw_session *session, const char **why);
    /* Result into *out: a new document or NULL. Cancel and progress: tw_session_task(session). */
    enum tw_rc (*run)(tw_session *session, const void *args, tw_doc **out, tw_error *err);
    /* The same for what takes long, on any thread; NULL when run is set. */
    enum tw_rc (*work)(tw_work *work, const void *args, tw_doc **out, tw_error *err);
    /* With these arguments a row that needs data does without while the file is still being read;
     * NULL = it never does. */
    bool (*early)(const tw_session *session, const void *args);
    /* With these arguments a subcommand passes cells on as they stand, so that the types of columns
     * need not be known; NULL = they must be. */
    bool (*untyped)(const void *args);
    /* Flags beyond the row's own: those of the table `more`, or, for a family of steps
     * ("impute"), of the step that --method names. They arrive as one map in the row's parameter
     * `more` (TW_PARAM_DOC, hidden). */
    const tw_param *more;
    size_t n_more;
    const char *family;
    const char *method; /* of the family, when none is named; NULL = it must be */
} tw_command;

/* A parameter row whose name is its field's, and the flags of a word that must be there. */
#define TW_ROW(type, field, KIND, ...)                                                             \
    { .name = #field, .kind = TW_PARAM_##KIND, .offset = offsetof(type, field), __VA_ARGS__ }
#define TW_WORD (TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL)

#endif
