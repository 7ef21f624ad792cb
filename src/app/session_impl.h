/* The inside of a session, for the files of src/app that make it up. Other rooms: app/session.h. */
#ifndef TW_APP_SESSION_IMPL_H
#define TW_APP_SESSION_IMPL_H

#include "app/call.h"
#include "app/dataset.h"
#include "app/events.h"
#include "app/history.h"
#include "app/journal.h"
#include "app/keymap.h"
#include "app/options.h"
#include "app/registry.h"
#include "app/session.h"
#include "app/work.h"

typedef struct tw_job tw_job;

struct tw_session {
    tw_session_options given; /* texts are the session's own copies */
    tw_clock clock;
    bool has_clock;
    tw_pool *pool;
    tw_task task; /* of what runs in the session's own thread */
    tw_log log;
    tw_registry registry;
    tw_options options;
    tw_keymap keymap;
    tw_event_queue events;
    tw_history history;
    tw_journal *journal; /* NULL until something is worth keeping */
    tw_dataset **datasets;
    size_t n_datasets;
    int next_dataset;
    tw_dataset *current;
    tw_job *jobs; /* in the order they were started */
    int next_job;
    int wake[2];    /* pipe: a byte for each job that has ended */
    char **pending; /* lines that wait for quiet: a journal being replayed */
    size_t n_pending, at_pending;
    char *replayed;  /* journal they come from; removed when they have run */
    tw_doc *reading; /* overrides for every file opened */
    tw_session_hooks hooks;
    void *screen;
    int text_width, text_height;
    bool ascii, json;
    char *search;   /* the last regular expression searched for; NULL = none */
    bool explained; /* --explain was given: no table is left */
    bool found;     /* --fail-on has hit */
    bool cells_out; /* what is left goes out as the text of its cells */
    bool quit;
};

/* --- datasets (session.c) --- */
/* Takes the dataset over; it becomes current. Its name is made unique. */
TW_NODISCARD enum tw_rc tw_session_add_dataset(tw_session *session, tw_dataset *dataset,
                                               tw_error *err);
/* Another one becomes current; closing it comes back to the one before. */
TW_NODISCARD enum tw_rc tw_session_visit(tw_session *session, tw_dataset *to, tw_error *err);
tw_dataset *tw_session_dataset_named(const tw_session *session, tw_str name);
/* The table as a view shows it: its rows, its columns, in its order. */
TW_NODISCARD enum tw_rc tw_view_table(const tw_table *table, const tw_view_state *view,
                                      tw_task *task, tw_table **out, tw_error *err);
/* A file has been read: say so; look for findings where that is wanted. */
TW_NODISCARD enum tw_rc tw_session_read_done(tw_session *session, tw_dataset *dataset,
                                             tw_error *err);
/* A line into the journal, which is begun when the first change comes. */
/* A file was opened: its line, with the overrides it was opened with. */
TW_NODISCARD enum tw_rc tw_session_journal_open(tw_session *session, const tw_dataset *dataset,
                                                tw_error *err);
TW_NODISCARD enum tw_rc tw_session_journal(tw_session *session, const char *line, bool changes,
                                           int64_t row, size_t column, tw_error *err);
/* Every version back to what a node holds. */
void tw_session_restore(tw_session *session, const tw_node *node);

/* A copy of the current dataset's view state, to be changed and put; put takes it over (NULL:
 * memory was out). */
tw_view_state *tw_session_copy_view(const tw_session *session);
TW_NODISCARD enum tw_rc tw_session_put_view(tw_session *session, tw_view_state *view,
                                            tw_error *err);

/* --- running (dispatch.c) --- */
/* A command with its arguments bound: the struct lives in the arena. */
typedef struct tw_ready {
    const tw_command *command;
    tw_call call;
    tw_arena arena;
    void *args;
    char *line; /* as typed, or as it would be typed */
} tw_ready;
TW_NODISCARD enum tw_rc tw_ready_line(tw_session *session, tw_str line, tw_ready *out,
                                      tw_error *err);
TW_NODISCARD enum tw_rc tw_ready_map(const tw_command *command, const tw_doc *args, tw_ready *out,
                                     tw_error *err);
void tw_ready_fini(tw_ready *ready);
/* Available, with a dataset where it needs one. */
TW_NODISCARD enum tw_rc tw_ready_check(const tw_session *session, const tw_ready *ready,
                                       tw_error *err);
/* It must wait for the current dataset to be read. */
bool tw_ready_needs_data(const tw_session *session, const tw_ready *ready);
/* Run here, to its end, with history and journal. */
TW_NODISCARD enum tw_rc tw_ready_run(tw_session *session, tw_ready *ready, tw_doc **out,
                                     tw_error *err);
/* Put what a work made into the session. TW_EUSAGE with stale set when the data changed meanwhile.
 */
TW_NODISCARD enum tw_rc tw_work_commit(tw_session *session, tw_work *work, bool *stale,
                                       tw_error *err);
/* A node of the history if a version has changed since the last one, and the line into the journal.
 */
TW_NODISCARD enum tw_rc tw_session_note(tw_session *session, const tw_command *command,
                                        const char *line, tw_error *err);
/* The current dataset read to its end. */
TW_NODISCARD enum tw_rc tw_session_need_data(tw_session *session, tw_error *err);

/* --- a journal asked about and played again (restore.c) --- */
TW_NODISCARD enum tw_rc tw_session_offer_restore(tw_session *session, const tw_dataset *dataset,
                                                 tw_error *err);
TW_NODISCARD enum tw_rc tw_session_replay(tw_session *session, const char *name, tw_error *err);
void tw_session_replay_line(tw_session *session, const char *line);
void tw_session_replay_done(tw_session *session);

/* "city == 'Oslo'", or "city is null" where the cell holds no value (expand.c). False: memory was
 * out. */
bool tw_condition_same(tw_str name, const tw_cell *cell, tw_buf *out);

/* --- jobs (jobs.c) --- */
/* Takes ready over, also on failure. */
TW_NODISCARD enum tw_rc tw_session_enqueue(tw_session *session, tw_ready *ready, tw_error *err);
bool tw_session_is_busy(const tw_session *session,
                        const tw_dataset *dataset); /* a change is queued or running */
void tw_session_drop_jobs(tw_session *session); /* cancel all, wait for them, drop their results */
/* Cancel and drop those that would change data. */
void tw_session_cancel_changes(tw_session *session);

#endif
