/* The session: the one context that owns datasets, history, jobs, options, commands and messages.
 *
 * Two may live in one process. All functions are called from the session's own thread unless
 * stated; jobs run on workers and hand results back through tw_session_pump. */
#ifndef TW_APP_SESSION_H
#define TW_APP_SESSION_H

#include "app/command.h"
#include "app/view.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/task.h"
#include "data/table.h"

typedef struct tw_dataset tw_dataset;

typedef struct tw_session_options {
    const tw_clock *clock;  /* NULL = the system's */
    size_t threads;         /* 0 = cores usable */
    uint64_t seed;          /* --seed; 0 = not given */
    bool headless;          /* nothing is asked, confirmations count as yes, jobs are waited for */
    const char *state_dir;  /* journal and histories; NULL = none are kept */
    const char *config_dir; /* NULL = none is read */
    bool batch;             /* the command line: no jobs, no history; work runs in the caller */
} tw_session_options;

TW_NODISCARD enum tw_rc tw_session_new(const tw_session_options *options, tw_session **out,
                                       tw_error *err);
void tw_session_free(tw_session *session);

/* --- commands --- */
/* Add rows (static, outlive the session); a later row of the same name wins. */
TW_NODISCARD enum tw_rc tw_session_add_commands(tw_session *session, const tw_command *rows,
                                                size_t n, tw_error *err);
size_t tw_session_command_count(const tw_session *session);
const tw_command *tw_session_command_at(const tw_session *session, size_t i); /* sorted by name */
const tw_command *tw_session_command(const tw_session *session,
                                     tw_str name); /* name or alias, the screen's row first; NULL */
/* The row with one of these surface flags (TW_COMMAND_CLI, TW_COMMAND_SCREEN); TW_EUNKNOWN_NAME
 * with the nearest name. */
TW_NODISCARD enum tw_rc tw_session_require_command(const tw_session *session, tw_str name,
                                                   unsigned surface, const tw_command **out,
                                                   tw_error *err);
bool tw_command_available(const tw_session *session, const tw_command *command, const char **why);

/* Another value after each command that the history keeps, and after undo and redo. */
const void *tw_session_moment(const tw_session *session);

/* --- running --- */
/* Parse a command line ("sort city,-age", the colon optional) and run it here, to its end. *out may
 * be NULL'd; the result document is the caller's. */
TW_NODISCARD enum tw_rc tw_session_run_line(tw_session *session, tw_str line, tw_doc **out,
                                            tw_error *err);
/* The same with arguments as a map already (Lua, CLI). */
TW_NODISCARD enum tw_rc tw_session_run(tw_session *session, const tw_command *command,
                                       const tw_doc *args, tw_doc **out, tw_error *err);
/* For screens: foreground rows run at once, background rows become jobs whose result comes as an
 * event. A line that needs a job of its dataset to end waits in the queue behind it; its failure
 * then comes as an event too. */
TW_NODISCARD enum tw_rc tw_session_start_line(tw_session *session, tw_str line, tw_error *err);
/* The task of the command that runs now: cancel token, progress, pool. */
tw_task *tw_session_task(tw_session *session);
const tw_log *tw_session_log(tw_session *session);
uint64_t tw_session_seed(const tw_session *session);

/* --- jobs and events --- */
typedef struct tw_job_info {
    int id;
    const char *line;       /* command line */
    const char *what;       /* what it is doing now */
    uint64_t done, total;   /* total 0 = unknown */
    int64_t started_micros; /* monotonic */
} tw_job_info;
size_t tw_session_jobs(const tw_session *session);
bool tw_session_job(const tw_session *session, size_t i, tw_job_info *out);
void tw_session_cancel(
    tw_session *session); /* the newest job; safe from a signal's self-pipe reader */
void tw_session_wait_idle(tw_session *session);
/* A descriptor that becomes readable when a job has finished or has news. */
int tw_session_wake_fd(const tw_session *session);
/* Commit finished jobs, collect news; true when something on screen may have changed. */
bool tw_session_pump(tw_session *session);

enum tw_event_kind {
    TW_EVENT_MESSAGE,
    TW_EVENT_ERROR,
    TW_EVENT_RESULT,
    TW_EVENT_ASK,
    TW_EVENT_QUIT
};
typedef struct tw_event {
    enum tw_event_kind kind;
    enum tw_level level;       /* MESSAGE */
    char text[1024];           /* message, rendered error, question */
    const tw_command *command; /* RESULT: whose */
    enum tw_rc rc;             /* ERROR */
    char line[512];            /* RESULT, ERROR: the command line; ASK: the line to run on "y" */
    char no_line[512];         /* ASK: the line to run on "n"; "" = none */
    tw_doc *doc;               /* RESULT, ASK (a save preview): the taker owns it */
    tw_dataset *dataset;       /* RESULT: which it is about; may be NULL */
    struct tw_chart *chart;    /* RESULT of plot: the taker owns it (tw_chart_free) */
} tw_event;
bool tw_session_next_event(tw_session *session, tw_event *out); /* false = none */
void tw_session_say(tw_session *session, enum tw_level level, const char *fmt, ...) TW_PRINTF(3, 4);

/* --- datasets --- */
/* Open a file ("-": stdin); it becomes current, and a job reads it to its end (batch: when a
 * command needs that). `reading`: overrides by the names of CLI.md, NULL = none. */
TW_NODISCARD enum tw_rc tw_session_open(tw_session *session, const char *path,
                                        const tw_doc *reading, tw_error *err);
size_t tw_session_datasets(const tw_session *session);
tw_dataset *tw_session_dataset_at(const tw_session *session, size_t i);
tw_dataset *tw_session_dataset(const tw_session *session); /* current; NULL = none */
void tw_session_use(tw_session *session, tw_dataset *dataset);
/* From a derived dataset to the one it was made from; false when there is none. */
bool tw_session_back(tw_session *session);
const char *tw_dataset_name(const tw_dataset *dataset);
const char *tw_dataset_path(const tw_dataset *dataset); /* NULL for derived ones */
const tw_table *tw_dataset_table(
    const tw_dataset *dataset); /* head version; NULL while the file is still being read */
tw_view *tw_dataset_view(const tw_dataset *dataset);
bool tw_dataset_modified(const tw_dataset *dataset); /* changed since opened or saved */
bool tw_dataset_ready(const tw_dataset *dataset);    /* read to its end */
/* For the grid, ready or not: columns, rows and cell text as shown. */
size_t tw_dataset_width(const tw_dataset *dataset);
const tw_field *tw_dataset_field(const tw_dataset *dataset, size_t column);
int64_t tw_dataset_rows(const tw_dataset *dataset, bool *exact);
/* What it is read from has not come to its end. */
bool tw_dataset_growing(const tw_dataset *dataset);
/* False where the number a row is shown by is an estimate: the file is still being read. */
bool tw_dataset_counted(const tw_dataset *dataset, int64_t row);
TW_NODISCARD enum tw_rc tw_dataset_text(tw_dataset *dataset, size_t column, int64_t row,
                                        tw_buf *out, enum tw_cell_state *state, tw_error *err);
/* The same as a grid shows it: a float that was computed here, and would stand there with all its
 * digits, has six. */
TW_NODISCARD enum tw_rc tw_dataset_shown(tw_dataset *dataset, size_t column, int64_t row,
                                         tw_buf *out, enum tw_cell_state *state, tw_error *err);
/* Finding at a cell of the table, if findings were made: class letter or 0, and its number in the
 * list. */
int tw_dataset_finding_at(const tw_dataset *dataset, size_t column, int64_t row, size_t *number);
/* What was searched for last, to show matches; empty = nothing. */
tw_str tw_session_search(const tw_session *session);
/* Its message; NULL when the list has no such number (from 0). */
const char *tw_dataset_finding_message(const tw_dataset *dataset, size_t number);
/* The findings with their verdicts, when they are not those of *stamp any more (NULL = never
 * asked); else NULL. */
tw_doc *tw_dataset_findings_doc(const tw_dataset *dataset, const void **stamp);
/* The next cell in view in reading order (or, back, the one before) that a finding without verdict
 * marks; the cell of finding `number` behind the one given, from its last the first again, *nth of
 * its cells from 0. View positions, read and written; false = there is none. */
bool tw_dataset_next_finding(const tw_dataset *dataset, bool back, int64_t *row, size_t *column);
bool tw_dataset_find_finding(const tw_dataset *dataset, size_t number, int64_t *row, size_t *column,
                             size_t *nth);
size_t tw_dataset_finding_cells(const tw_dataset *dataset, size_t number);
/* Steps so far as Lua, for the recipe pane. */
TW_NODISCARD enum tw_rc tw_dataset_recipe_lua(const tw_dataset *dataset, tw_buf *out,
                                              tw_error *err);

/* Other threads and another seed than at the start: flags of the command line. No job may run. */
TW_NODISCARD enum tw_rc tw_session_set_run(tw_session *session, size_t threads, uint64_t seed,
                                           tw_error *err);
/* Reading overrides (names of CLI.md) for every file opened from now on; NULL = none. */
TW_NODISCARD enum tw_rc tw_session_set_reading(tw_session *session, const tw_doc *reading,
                                               tw_error *err);
/* Room for pictures made of text, and whether they keep to ASCII. */
void tw_session_set_text_size(tw_session *session, int width, int height, bool ascii);
/* The command only explained itself (--explain): there is no table to write. */
bool tw_session_explained(const tw_session *session);
/* What --fail-on asked for was there. */
bool tw_session_found(const tw_session *session);
/* Command line: results are wanted as documents, not as lines on stdout. */
void tw_session_set_json(tw_session *session, bool json);

/* --- options --- one typed table in app/options.c */
tw_str tw_session_option(const tw_session *session, const char *name); /* as text */
int64_t tw_session_option_int(const tw_session *session, const char *name);
TW_NODISCARD enum tw_rc tw_session_set_option(tw_session *session, tw_str name, tw_str value,
                                              tw_error *err);
/* Rows of other rooms: static; offset unused, kind one of bool, int, number, text, choice. */
TW_NODISCARD enum tw_rc tw_session_add_options(tw_session *session, const tw_param *rows, size_t n,
                                               tw_error *err);

/* A line of a key map with what the cursor stands on put in: {col} (a word), {name} (in an
 * expression), {cell} (its value in an expression), {same} (the condition that the column holds
 * that value, or is null), {row} (as numbered on screen). TW_EUSAGE when there is nothing under the
 * cursor. */
TW_NODISCARD enum tw_rc tw_session_expand(tw_session *session, const char *line, tw_buf *out,
                                          tw_error *err);

/* --- keys --- text files of `context key -> command line` */
/* Command line bound to a key sequence in a context ("grid", "findings"), NULL = none; *prefix =
 * longer bindings exist. */
const char *tw_session_key(const tw_session *session, const char *context, const char *keys,
                           bool *prefix);
/* Shortest keys bound to a command line in a context, for hints; NULL = none. */
const char *tw_session_keys_of(const tw_session *session, const char *context, const char *line);
/* All of them (app/keymap.h), for help and for what can follow a prefix. */
struct tw_keymap;
const struct tw_keymap *tw_session_keymap(const tw_session *session);
TW_NODISCARD enum tw_rc tw_session_load_keymap(tw_session *session, tw_str text, const char *name,
                                               tw_error *err);

/* --- the screen --- what shows this session, for commands that only a screen can do; NULL = none
 */
void tw_session_set_screen(tw_session *session, void *screen);
void *tw_session_screen(const tw_session *session);
/* Where histories of prompts are kept, and where the user's themes lie; NULL = nowhere. */
const char *tw_session_state_dir(const tw_session *session);
const char *tw_session_config_dir(const tw_session *session);

/* --- hooks filled by other rooms (wired in main.c) --- */
typedef struct tw_recipe tw_recipe;
typedef struct tw_session_hooks {
    /* Lua text to a recipe; name for messages. From src/script. Any thread: of the session it may
     * use only what names itself thread-safe (the registry does not change while jobs run). */
    enum tw_rc (*recipe_from_lua)(void *self, tw_session *session, tw_str text, const char *name,
                                  tw_task *task, tw_recipe **out, tw_error *err);
    void *self;
} tw_session_hooks;
void tw_session_set_hooks(tw_session *session, const tw_session_hooks *hooks);
const tw_session_hooks *tw_session_get_hooks(const tw_session *session); /* as set last */

#endif
