/* The journal on disk. Each line is complete in itself and written with one call, so a crash can
 * tear the last one only; a reader leaves a torn line out. No fsync: what is guarded against is the
 * death of this program or its terminal, and a sync for each edit would make keys wait for the
 * disk.
 *
 * A session holds a lock (flock) on its journal for life; the system lets go of it when the process
 * dies, so a journal that can be locked belongs to nobody. */
#include "app/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/json.h"

enum { VERSION = 1, MAX_BYTES = 1 << 28, NAME_BYTES = 8 };

struct tw_journal {
    int fd;
    char *name;
};

/* --- writing --- */

static enum tw_rc append(tw_journal *j, tw_doc *doc, tw_error *err) {
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    bool good =
        doc && !tw_doc_failed(doc) && tw_json_write(&line, doc, 0) && tw_buf_char(&line, '\n');
    tw_doc_free(doc);
    enum tw_rc rc = TW_OK;
    if (!good)
        rc = tw_fail_memory(err);
    else if (write(j->fd, line.p, line.n) != (ssize_t)line.n)
        rc = tw_fail_errno(err, TW_EOUTPUT, "journal: cannot be written", "save your work soon");
    tw_buf_fini(&line);
    return rc;
}

static char *absolute(const char *path) {
    char *full = realpath(path, NULL);
    return full ? full : tw_str_dup(tw_str_c(path));
}

static void note_file(tw_doc *head, const char *full) {
    struct stat st = {0};
    if (stat(full, &st) != 0)
        return;
    tw_doc_set(head, "bytes", tw_doc_int(st.st_size));
    tw_doc_set(head, "modified",
               tw_doc_int((int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec));
}

static enum tw_rc write_head(tw_journal *j, const char *path, const tw_doc *reading,
                             tw_error *err) {
    tw_doc *head = tw_doc_map();
    char *full = absolute(path);
    if (!head || !full) {
        tw_doc_free(head);
        free(full);
        return tw_fail_memory(err);
    }
    tw_doc_set(head, "trowel_journal", tw_doc_int(VERSION));
    tw_doc_set(head, "file", tw_doc_c(full));
    note_file(head, full);
    tw_doc_set(head, "reading", reading ? tw_doc_copy(reading) : tw_doc_map());
    free(full);
    return append(j, head, err);
}

static enum tw_rc open_new(const char *folder, tw_journal *j, tw_error *err) {
    uint8_t bytes[NAME_BYTES];
    tw_entropy(bytes, sizeof bytes);
    tw_buf name;
    tw_buf_init(&name, PATH_MAX);
    tw_buf_printf(&name, "%s/", folder);
    for (size_t i = 0; i < sizeof bytes; i++)
        tw_buf_printf(&name, "%02x", bytes[i]);
    tw_buf_c(&name, ".jsonl");
    j->name = tw_buf_take(&name);
    if (!j->name)
        return tw_fail_memory(err);
    j->fd = open(j->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (j->fd < 0)
        return tw_fail_errno(err, TW_EOUTPUT, "journal: cannot be created",
                             "check the state folder");
    flock(j->fd, LOCK_EX | LOCK_NB);
    return TW_OK;
}

static char *folder_of(const char *state_dir) {
    tw_buf folder;
    tw_buf_init(&folder, PATH_MAX);
    tw_buf_printf(&folder, "%s/journal", state_dir);
    return tw_buf_take(&folder);
}

enum tw_rc tw_journal_new(const char *state_dir, const char *path, const tw_doc *reading,
                          tw_journal **out, tw_error *err) {
    tw_journal *j = tw_calloc(1, sizeof *j);
    char *folder = folder_of(state_dir);
    if (j)
        j->fd = -1;
    enum tw_rc rc = j && folder ? tw_dir_make(folder, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = open_new(folder, j, err);
    if (rc == TW_OK)
        rc = write_head(j, path, reading, err);
    free(folder);
    if (rc != TW_OK) {
        tw_journal_free(j, false);
        return rc;
    }
    *out = j;
    return TW_OK;
}

void tw_journal_free(tw_journal *j, bool keep) {
    if (!j)
        return;
    if (j->fd >= 0) {
        if (!keep)
            unlink(j->name);
        close(j->fd);
    }
    free(j->name);
    free(j);
}

enum tw_rc tw_journal_add(tw_journal *j, const tw_journal_entry *entry, tw_error *err) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return tw_fail_memory(err);
    tw_doc_set(doc, "line", tw_doc_c(entry->line));
    tw_doc_set(doc, "row", tw_doc_int(entry->row));
    tw_doc_set(doc, "column", tw_doc_int((int64_t)entry->column));
    tw_doc_set(doc, "changes", tw_doc_bool(entry->changes));
    return append(j, doc, err);
}

enum tw_rc tw_journal_saved(tw_journal *j, tw_error *err) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return tw_fail_memory(err);
    tw_doc_set(doc, "saved", tw_doc_bool(true));
    return append(j, doc, err);
}

/* --- reading --- */

typedef struct lines {
    char *bytes;
    size_t n;
    tw_str rest;
} lines;

static enum tw_rc lines_open(lines *l, const char *name, tw_error *err) {
    enum tw_rc rc = tw_file_read(name, MAX_BYTES, &l->bytes, &l->n, err);
    l->rest = (tw_str){l->bytes, rc == TW_OK ? l->n : 0};
    return rc;
}

/* The next whole line as a document; NULL at the end or where the journal is torn. */
static tw_doc *lines_next(lines *l) {
    size_t end = tw_str_find_char(l->rest, '\n', 0);
    tw_doc *doc = NULL;
    if (end == SIZE_MAX || tw_json_read(tw_str_sub(l->rest, 0, end), &doc, NULL) != TW_OK)
        return NULL;
    l->rest = tw_str_sub(l->rest, end + 1, l->rest.n);
    return doc;
}

static bool worth_asking(lines *l) {
    bool changes = false;
    for (tw_doc *doc; (doc = lines_next(l)) != NULL; tw_doc_free(doc)) {
        changes |= tw_doc_as_bool(tw_doc_get(doc, "changes"), false);
        if (tw_doc_as_bool(tw_doc_get(doc, "saved"), false))
            changes = false;
    }
    return changes;
}

static bool file_changed(const tw_doc *head, const char *full) {
    tw_doc *now = tw_doc_map();
    if (!now)
        return true;
    note_file(now, full);
    bool same = tw_doc_equal(tw_doc_get(now, "bytes"), tw_doc_get(head, "bytes")) &&
                tw_doc_equal(tw_doc_get(now, "modified"), tw_doc_get(head, "modified"));
    tw_doc_free(now);
    return !same;
}

typedef struct look {
    const char *full; /* the file asked about */
    bool about, worth, changed;
} look;

static void look_into(const char *name, look *l) {
    lines all = {0};
    l->about = l->worth = false;
    if (lines_open(&all, name, NULL) == TW_OK) {
        tw_doc *head = lines_next(&all);
        l->about = head && strcmp(tw_doc_as_c(tw_doc_get(head, "file"), ""), l->full) == 0;
        if (l->about) {
            l->changed = file_changed(head, l->full);
            l->worth = worth_asking(&all);
        }
        tw_doc_free(head);
    }
    free(all.bytes);
}

/* A journal nobody holds: its lock can be had. */
static bool is_orphan(const char *name) {
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    bool orphan = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (fd >= 0)
        close(fd);
    return orphan;
}

static char *path_in(const char *folder, const char *entry) {
    tw_buf name;
    tw_buf_init(&name, PATH_MAX);
    tw_buf_printf(&name, "%s/%s", folder, entry);
    return tw_buf_take(&name);
}

/* The newest of several: journals of crashes that were never asked about. */
static bool is_newer(const char *a, const char *b) {
    struct stat x, y;
    return !b || stat(a, &x) != 0 || stat(b, &y) != 0 || x.st_mtim.tv_sec > y.st_mtim.tv_sec ||
           (x.st_mtim.tv_sec == y.st_mtim.tv_sec && x.st_mtim.tv_nsec > y.st_mtim.tv_nsec);
}

static void consider(char *name, look *l, char **best, bool *changed) {
    bool orphan = tw_str_ends(tw_str_c(name), TW_STR(".jsonl")) && is_orphan(name);
    if (orphan)
        look_into(name, l);
    if (orphan && l->about && !l->worth)
        unlink(name);
    if (!orphan || !l->about || !l->worth || !is_newer(name, *best)) {
        free(name);
        return;
    }
    free(*best);
    *best = name;
    *changed = l->changed;
}

enum tw_rc tw_journal_find(const char *state_dir, const char *path, char **name, bool *changed,
                           tw_error *err) {
    *name = NULL;
    *changed = false;
    char *folder = folder_of(state_dir), *full = absolute(path);
    DIR *dir = folder ? opendir(folder) : NULL;
    look l = {.full = full};
    for (struct dirent *entry; full && dir && (entry = readdir(dir)) != NULL;) {
        char *candidate = path_in(folder, entry->d_name);
        if (candidate)
            consider(candidate, &l, name, changed);
    }
    if (dir)
        closedir(dir);
    enum tw_rc rc = folder && full ? TW_OK : tw_fail_memory(err);
    free(folder);
    free(full);
    return rc;
}

static bool take_entry(const tw_doc *doc, tw_journal_entry **out, size_t *n) {
    const char *line = tw_doc_as_c(tw_doc_get(doc, "line"), NULL);
    if (!line)
        return true;
    tw_journal_entry *grown = tw_realloc(*out, *n + 1, sizeof *grown);
    if (!grown)
        return false;
    *out = grown;
    grown[*n] =
        (tw_journal_entry){.line = tw_str_dup(tw_str_c(line)),
                           .row = tw_doc_as_int(tw_doc_get(doc, "row"), 0),
                           .column = (size_t)TW_MAX(tw_doc_as_int(tw_doc_get(doc, "column"), 0), 0),
                           .changes = tw_doc_as_bool(tw_doc_get(doc, "changes"), false)};
    return grown[(*n)++].line != NULL;
}

enum tw_rc tw_journal_read(const char *name, tw_journal_entry **out, size_t *n, tw_error *err) {
    *out = NULL;
    *n = 0;
    lines all = {0};
    enum tw_rc rc = lines_open(&all, name, err);
    tw_doc *head = rc == TW_OK ? lines_next(&all) : NULL;
    int64_t version = tw_doc_as_int(tw_doc_get(head, "trowel_journal"), 0);
    tw_doc_free(head);
    if (rc == TW_OK && !version)
        rc = tw_fail(err, TW_EDAMAGED, "%s: it is no journal; remove it", name);
    if (rc == TW_OK && version != VERSION)
        rc = tw_fail(err, TW_EVERSION,
                     "%s: written by another version of trowel; open it with that one", name);
    for (tw_doc *doc; rc == TW_OK && (doc = lines_next(&all)) != NULL; tw_doc_free(doc))
        if (!take_entry(doc, out, n))
            rc = tw_fail_memory(err);
    free(all.bytes);
    if (rc != TW_OK) {
        tw_journal_entries_free(*out, *n);
        *out = NULL;
        *n = 0;
    }
    return rc;
}

void tw_journal_entries_free(tw_journal_entry *entries, size_t n) {
    for (size_t i = 0; i < n; i++)
        free(entries[i].line);
    free(entries);
}

void tw_journal_remove(const char *name) {
    unlink(name);
}
