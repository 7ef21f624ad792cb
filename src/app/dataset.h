/* A dataset inside the app: where it comes from, its current version, its live view and what was
 * found in it.
 *
 * Other rooms use the functions of app/session.h. Owned by its session; used from the session's
 * thread, except the parts marked "fixed", which any thread may read once the dataset is in the
 * session. */
#ifndef TW_APP_DATASET_H
#define TW_APP_DATASET_H

#include "app/finding_list.h"
#include "app/peek.h"
#include "app/session.h"
#include "app/state.h"
#include "io/open.h"

/* The live view: the current version's view state and where the cursor stands in it. */
struct tw_view {
    tw_view_state *state; /* a reference; while the file is being read: of the head */
    int64_t known_rows;   /* rows when state->rows is NULL */
    int64_t cursor_row, top;
    int64_t asked_row; /* the cursor was sent there by number */
    size_t cursor_column, left;
};

enum { TW_HEAD_ROWS = 1000 };

/* One of several imputations of a dataset, for files of their own. */
typedef struct tw_draw {
    tw_state *state;
    tw_doc *steps; /* as run, for its manifest */
} tw_draw;
void tw_draws_free(tw_draw *draws, size_t n);

struct tw_dataset {
    int id;             /* fixed */
    char *name;         /* fixed */
    char *path;         /* fixed; NULL for derived ones */
    tw_doc *reading;    /* fixed: overrides it was opened with */
    tw_opened *opened;  /* fixed; NULL for derived ones. The head functions from any thread */
    tw_dataset *parent; /* fixed: the one it was made from */
    size_t n_keys;      /* fixed: so many leading columns say which rows of parent a row stands for */
    bool of_view;       /* fixed: of the rows of parent that were in view then */
    tw_dataset *came_from; /* where closing goes, when it was visited from elsewhere; NULL */
    tw_table *base;     /* first version; NULL until the file has been read */
    tw_arena head_arena;
    tw_batch head; /* rows shown until then */
    tw_arena grown_arena; /* of the head of a stream, once more has come */
    tw_field *head_fields;
    tw_peek_window window; /* rows shown behind the head */
    uint64_t seen;         /* bytes of a stream that are shown so far */
    tw_state *state;   /* current version; NULL until the file has been read */
    tw_state *initial; /* the first one */
    tw_state *saved;   /* the version last written or read; NULL = never saved */
    tw_view view;
    tw_finding_list *findings;
    tw_recipe *ran;    /* recipe run as a whole by the command line; NULL */
    tw_doc *run_steps; /* steps as the last run reported them, for the manifest; may be NULL */
    tw_draw *draws;    /* command line: what is written instead of the version; NULL */
    size_t n_draws;
    tw_output *beside; /* command line: appears with the file written; NULL */
    char *model;       /* the file it was drawn from; NULL */
    bool hidden; /* undone away */
    bool failed;       /* reading it has failed */
    tw_error failure;
};

enum {
    TW_OPEN_LIVE = 1,  /* a stream is shown as it comes (tw_dataset_grow) */
    TW_OPEN_OTHERS = 2 /* other files are read by the same overrides: one that names a column this
                          file lacks is not for it */
};
TW_NODISCARD enum tw_rc tw_dataset_open(const char *path, const tw_doc *reading, unsigned how,
                                        tw_task *task, tw_dataset **out, tw_error *err);
/* Show what has come of a stream meanwhile; true when there is more than before. */
bool tw_dataset_grow(tw_dataset *dataset);
/* A derived one around a table; takes references of table and made. */
TW_NODISCARD enum tw_rc tw_dataset_derive(const char *name, tw_dataset *parent,
                                          const tw_table *table, tw_made *made, tw_dataset **out,
                                          tw_error *err);
void tw_dataset_free(tw_dataset *dataset);
/* Read the file to its end: index, types, source. Any thread; the dataset itself does not change.
 */
TW_NODISCARD enum tw_rc tw_dataset_read(const tw_dataset *dataset, tw_task *task, tw_table **out,
                                        tw_error *err);
/* The file has been read: base is taken over and becomes the first version. */
TW_NODISCARD enum tw_rc tw_dataset_set_base(tw_dataset *dataset, tw_table *base, tw_error *err);
/* Make another version current; takes a reference. The cursor stays inside. */
void tw_dataset_put(tw_dataset *dataset, tw_state *state);
/* The recipe from the file to the current version; seed 0 = not written. */
TW_NODISCARD enum tw_rc tw_dataset_recipe(const tw_dataset *dataset, const tw_state *state,
                                          uint64_t seed, tw_recipe **out, tw_error *err);

#endif
