/* What the command line does with the table a command leaves: written to OUT or stdout, with its
 * manifest. */
#ifndef TW_APP_WRITE_H
#define TW_APP_WRITE_H

#include "app/session.h"
#include "base/file.h"

typedef struct tw_write_to {
    const char *path; /* NULL or "-" = stdout */
    bool in_place;    /* path is (or may be) the input */
    bool no_manifest;
} tw_write_to;

/* A file of this name holds cells as text and no types: CSV, TSV, anything of no known suffix. */
bool tw_path_is_text(tw_str path);
/* Say where the table that a subcommand leaves will go, before it runs: a file that is read only to
 * pass its cells on needs no types. Empty = stdout. */
void tw_session_will_write(tw_session *session, tw_str path);
/* The current dataset's table as `command` wants it: steps write the source's dialect, rows cut out
 * of a file their bytes. Several imputations go to OUT-1.csv and on, all or none. TW_EUSAGE when
 * path is the input without in_place, or names no place for several files. */
TW_NODISCARD enum tw_rc tw_session_write(tw_session *session, const tw_command *command,
                                         const tw_write_to *to, tw_error *err);
/* A table as a document: {"columns": […], "rows": [[…], …]}; that of the current dataset. */
TW_NODISCARD enum tw_rc tw_table_doc(const tw_table *table, tw_task *task, tw_doc **out,
                                     tw_error *err);
TW_NODISCARD enum tw_rc tw_session_table_doc(tw_session *session, tw_doc **out, tw_error *err);
/* What was written, for --json beside -o: {"file", "rows", "columns", "steps"}; of several
 * imputations {"files": […]}. */
TW_NODISCARD enum tw_rc tw_session_written_doc(tw_session *session, const char *path, tw_doc **out,
                                               tw_error *err);
/* OUT.manifest.json beside path: what was run, on what. `state` may be empty. *out is safe on disk,
 * to be committed once what it tells about is in place. */
TW_NODISCARD enum tw_rc tw_prepare_manifest(const char *path, const tw_recipe *recipe,
                                            const tw_doc *steps, const char *input, tw_str state,
                                            uint64_t seed, tw_output **out, tw_error *err);

#endif
