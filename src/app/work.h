/* Work: what a long command sees and makes. A snapshot goes in, new versions and results come out;
 * the session never.
 *
 * The dispatcher fills the upper half, calls the row's `work` on any thread and, when it has ended
 * well, puts the lower half into the session (tw_work_commit) on the session's thread: a new
 * version becomes current only if the dataset's table is still the one the work saw. Everything in
 * it is released by tw_work_fini. */
#ifndef TW_APP_WORK_H
#define TW_APP_WORK_H

#include "app/dataset.h"
#include "plot/plot.h"

/* Another dataset of the session as it was when the work began. */
typedef struct tw_work_peer {
    const tw_dataset *dataset; /* fixed parts only */
    tw_state *state;           /* NULL = not read yet */
} tw_work_peer;

struct tw_work {
    /* --- given --- */
    tw_dataset *dataset;   /* the subject, fixed parts only; NULL = none */
    tw_state *state;       /* its version; NULL = not read yet */
    const tw_table *table; /* of state; NULL */
    tw_finding_list *findings;
    int64_t cursor_row; /* table row and column under the cursor; -1 = none */
    int cursor_column;
    int64_t view_row; /* the same row as shown; 0 when there is none */
    tw_str search;    /* what was searched for last */
    bool ignore_case;
    tw_work_peer *peers; /* all datasets, the subject too */
    size_t n_peers;
    tw_session *session; /* for hooks only */
    const tw_session_hooks *hooks;
    const tw_doc *reading; /* overrides for further files */
    tw_task *task;
    const tw_log *log;
    uint64_t seed; /* --seed; 0 = not given */
    bool batch, json,
        ascii; /* the command line; its result is wanted as JSON; plain characters in pictures */
    int text_width, text_height; /* room for pictures made of text */
    tw_table *in_view; /* what table is for a row of TW_COMMAND_IN_VIEW while filters are on; NULL */
    /* --- made --- */
    tw_state *next;    /* the subject's next version */
    tw_table *base;    /* the subject's first version: its file has been read */
    bool partial;      /* base is only what the command line asked for */
    tw_dataset *fresh; /* a new dataset */
    tw_finding_list *new_findings;
    tw_chart *chart;
    tw_run_report report; /* steps as run, for manifests */
    tw_draw *draws;       /* several imputations, for files of their own; NULL */
    size_t n_draws;
    tw_output *beside; /* a file that appears with the table the command line writes; NULL */
    int64_t goto_row;     /* where the cursor goes, as shown; -1 = it stays */
    int goto_column;
    char *new_search; /* what was searched for now */
    bool saved;       /* the version it saw was written as a whole */
    bool found;       /* what --fail-on asked for */
    bool explained;   /* nothing was done, it only says what would be */
    tw_arena arena;   /* scratch to the end of the work */
};

TW_NODISCARD enum tw_rc tw_work_init(tw_work *work, tw_session *session, tw_task *task,
                                     tw_error *err);
void tw_work_fini(tw_work *work);

/* The row's work, on the rows in view where the row asks for that. */
TW_NODISCARD enum tw_rc tw_work_call(tw_work *work, const tw_command *command, const void *args,
                                     tw_doc **out, tw_error *err);
/* The version to change: a copy of the subject's, made on first use. NULL when memory is out. */
tw_state *tw_work_next(tw_work *work);
/* A step to run: id and note as a recipe wrote them, NULL = none. */
typedef struct tw_step_call {
    const tw_step_row *row;
    tw_doc *args; /* map; taken over, also on failure */
    const char *id, *note;
    const tw_key *key;
    tw_doc **state; /* what it learnt, the caller's; NULL = not wanted */
} tw_step_call;
/* Run a step on the subject and record it. *summary (may be NULL): map of cells_changed,
 * rows_added, rows_removed and the step's own figures. */
TW_NODISCARD enum tw_rc tw_work_step(tw_work *work, const tw_step_call *call, tw_doc **summary,
                                     tw_error *err);
/* The same by Lua name ("trim"). */
TW_NODISCARD enum tw_rc tw_work_step_named(tw_work *work, const char *name, tw_doc *args,
                                           tw_doc **summary, tw_error *err);
/* The word after --method: "impute_knn" of family "impute" is "knn"; cleaning steps carry no
 * family. Returns out. */
const char *tw_step_method_name(const tw_step_row *row, char out[64]);
/* A dataset of its own around a table that no step made ("frequency" of patients is
 * "patients-frequency"). */
TW_NODISCARD enum tw_rc tw_work_derive(tw_work *work, const char *what, const tw_table *table,
                                       tw_error *err);
/* A change of the view only: takes the state over. */
TW_NODISCARD enum tw_rc tw_work_view(tw_work *work, tw_view_state *view, tw_error *err);
/* What there is to say about a file that was read: repairs, bytes left out. */
void tw_work_summary(const tw_work *work, const tw_opened *opened, const char *path);
/* Another table: a dataset of the session by name, else a file. A new reference. */
TW_NODISCARD enum tw_rc tw_work_other(tw_work *work, tw_str name_or_path, const tw_table **out,
                                      const char **label, tw_error *err);
/* The same, opened as tw_dataset_open's `how` says. */
TW_NODISCARD enum tw_rc tw_work_other_how(tw_work *work, tw_str name_or_path, unsigned how,
                                          const tw_table **out, const char **label, tw_error *err);
/* Columns named by selectors; in the work's arena. No selectors: all. */
TW_NODISCARD enum tw_rc tw_work_columns(tw_work *work, const tw_str_list *selectors, int **columns,
                                        size_t *n, tw_error *err);
/* Selectors by type and role want to know them (":integer", "@id", "!:text"); others do not, for
 * tw_command.untyped. */
bool tw_names_no_types(const tw_str_list *selectors);
/* The findings of the version at hand into work->findings: those made before, or new ones. */
TW_NODISCARD enum tw_rc tw_work_need_findings(tw_work *work, tw_error *err);
/* The same with a profile made already; may be NULL. */
TW_NODISCARD enum tw_rc tw_work_make_findings(tw_work *work, const tw_profile *profile,
                                              tw_error *err);
/* TW_EUSAGE when path is the file of a dataset and in_place is false. */
TW_NODISCARD enum tw_rc tw_work_refuse_input(const tw_work *work, const char *path, bool in_place,
                                             tw_error *err);
/* On screen, where the result shows something else: that the file is written too. p NULL: none. */
void tw_work_say_written(const tw_work *work, tw_str path);
/* One JSON document and a line end. */
TW_NODISCARD enum tw_rc tw_output_json(tw_output *file, const tw_doc *doc, tw_error *err);
/* A path as a C string in the arena. */
TW_NODISCARD enum tw_rc tw_work_path(tw_work *work, tw_str path, const char **out, tw_error *err);

#endif
