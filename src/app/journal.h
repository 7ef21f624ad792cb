/* The journal: every command line of a session on disk, so that a crash loses nothing.
 *
 * One file a session under STATE/journal, one JSON document a line: first which file was opened and
 * how it looked, then each command line with the place of the cursor. Appended with one write each;
 * locked while its session lives, so a journal nobody holds is what a crash left. Key files are
 * named in it, keys never are. */
#ifndef TW_APP_JOURNAL_H
#define TW_APP_JOURNAL_H

#include "base/doc.h"

typedef struct tw_journal tw_journal;

typedef struct tw_journal_entry {
    char *line;
    int64_t row; /* cursor as shown */
    size_t column;
    bool changes; /* data, not only the view */
} tw_journal_entry;

/* A journal about the file at path, opened with these overrides. */
TW_NODISCARD enum tw_rc tw_journal_new(const char *state_dir, const char *path,
                                       const tw_doc *reading, tw_journal **out, tw_error *err);
/* Close; `keep` false removes the file (the work was saved or given up). NULL is legal. */
void tw_journal_free(tw_journal *journal, bool keep);
TW_NODISCARD enum tw_rc tw_journal_add(tw_journal *journal, const tw_journal_entry *entry,
                                       tw_error *err);
/* All was saved: what came before need not be asked about. */
TW_NODISCARD enum tw_rc tw_journal_saved(tw_journal *journal, tw_error *err);

/* Look for the journal of a crashed session about path. *name: its file name (free()), NULL = none
 * worth asking about; *changed: the file is no longer the one it was. */
TW_NODISCARD enum tw_rc tw_journal_find(const char *state_dir, const char *path, char **name,
                                        bool *changed, tw_error *err);
/* Its lines (free each line and the array). TW_EDAMAGED, TW_EVERSION; a torn last line is left out.
 */
TW_NODISCARD enum tw_rc tw_journal_read(const char *name, tw_journal_entry **out, size_t *n,
                                        tw_error *err);
void tw_journal_entries_free(tw_journal_entry *entries, size_t n);
void tw_journal_remove(const char *name);

#endif
