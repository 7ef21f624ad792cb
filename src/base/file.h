/* Files: read-only mappings, whole reads, atomic replacement.
 *
 * A mapping is reference-counted and survives rename and unlink of the file. Up to 8 MB are a copy,
 * which nobody can change; bytes of a larger one may change or go at any time, which tw_file_guard
 * turns into an error. Paths are C strings: the operating system's border. */
#ifndef TW_BASE_FILE_H
#define TW_BASE_FILE_H

#include "base/error.h"
#include "base/str.h"

typedef struct tw_mapping tw_mapping;
/* Map a regular file; an empty file gives an empty slice; a file that cannot be mapped (/proc, some
 * network systems) is read whole. TW_EINPUT for a directory, a missing or unreadable file;
 * TW_EUNSUPPORTED for a pipe or device (use tw_file_read_fd). A file that grows later stays as long
 * as it was. */
TW_NODISCARD enum tw_rc tw_mapping_open(const char *path, tw_mapping **out, tw_error *err);
/* Take over heap bytes (free()), also on failure, as if they were a file: decompressed or piped
 * input. NULL bytes with n > 0 mean that memory was out: TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_mapping_take(char *bytes, size_t n, tw_mapping **out, tw_error *err);
/* Bytes that somebody else keeps and that grow in place: none yet; `release` runs with the last
 * reference. The keeper tells with tw_mapping_extend how many there are now; any thread reads. */
TW_NODISCARD enum tw_rc tw_mapping_wrap(char *bytes, void (*release)(void *owner), void *owner,
                                        tw_mapping **out, tw_error *err);
void tw_mapping_extend(tw_mapping *m, size_t n);
tw_mapping *tw_mapping_ref(tw_mapping *m);
void tw_mapping_unref(tw_mapping *m);
tw_str tw_mapping_bytes(const tw_mapping *m);
/* True when size, mtime or inode of the file at the mapping's path differ from what was mapped, or
 * it is gone. False for bytes without a path. */
bool tw_mapping_changed(const tw_mapping *m);
/* True when what is mapped is still what was opened: a copy, or nobody wrote into it and no page of it was gone, though
 * another file may stand at its path. */
bool tw_mapping_intact(const tw_mapping *m);

/* Run fn(ctx), which may read mapped bytes. Where they are gone (file cut short under the mapping,
 * disk error) it reads zeros, and the guard ends with TW_EINPUT whatever fn says; what fn has put
 * out then is to be freed as ever. Any thread; may be nested; items of tw_parallel_for run under it.
 * The handler is installed by the first call and passes a SIGBUS outside any guard on to the handler
 * it found. */
TW_NODISCARD enum tw_rc tw_file_guard(enum tw_rc (*fn)(void *ctx, tw_error *err), void *ctx,
                                      tw_error *err);
/* Under a guard: it will fail. For who keeps, before the guard has ended, what was made of the
 * bytes. tw_task_cancelled asks too, so that no job goes on for nothing. */
bool tw_file_lost(void);

/* All bytes of a descriptor or path as a heap block (free()), a NUL behind the last. More than max
 * is TW_ELIMIT. */
TW_NODISCARD enum tw_rc tw_file_read_fd(int fd, size_t max, char **bytes, size_t *n, tw_error *err);
TW_NODISCARD enum tw_rc tw_file_read(const char *path, size_t max, char **bytes, size_t *n,
                                     tw_error *err);
/* The same; "-" is stdin. */
TW_NODISCARD enum tw_rc tw_file_read_any(const char *path, size_t max, char **bytes, size_t *n,
                                         tw_error *err);
/* All bytes out; a descriptor that somebody made non-blocking is waited for. 0 or an errno. */
int tw_write_all(int fd, const char *bytes, size_t n);
bool tw_file_exists(const char *path);
bool tw_file_same(const char *a, const char *b);                      /* same device and inode */
bool tw_file_same_regular(const char *a, const char *b); /* and no device, pipe or folder */
TW_NODISCARD enum tw_rc tw_dir_make(const char *path, tw_error *err); /* with parents, 0700 */

/* Output that appears whole or not at all: a temporary file beside `path`, renamed by
 * tw_output_commit; a device, pipe, FIFO or "-" (stdout) is written directly. Keeps the mode (and,
 * where allowed, the owner) of a file it replaces; follows symbolic links. A file that may not be
 * written is not replaced either. Failures are TW_EOUTPUT. */
typedef struct tw_output tw_output;
TW_NODISCARD enum tw_rc tw_output_open(const char *path, tw_output **out, tw_error *err);
/* The same, and the file has exactly this mode whatever the umask or the file before it said. */
TW_NODISCARD enum tw_rc tw_output_open_mode(const char *path, unsigned mode, tw_output **out,
                                            tw_error *err);
/* Buffered. When the reader of a direct output has gone (EPIPE), this and commit succeed and drop
 * the bytes. */
TW_NODISCARD enum tw_rc tw_output_write(tw_output *o, const void *bytes, size_t n, tw_error *err);
/* Flush and sync, so that a commit has only to rename: for several files that belong together.
 * Nothing may be written behind it. */
TW_NODISCARD enum tw_rc tw_output_prepare(tw_output *o, tw_error *err);
/* Flush, sync, rename; frees o in every case. After a failed write it fails again and leaves
 * nothing behind. */
TW_NODISCARD enum tw_rc tw_output_commit(tw_output *o, tw_error *err);
/* Remove the temporary file; frees o. NULL is legal. */
void tw_output_abort(tw_output *o);
bool tw_output_closed(const tw_output *o); /* the reader has gone: stop producing */
/* The file it replaces on commit, links followed, and the one its bytes are gathered in: NULL when it
 * is written directly. Borrowed. */
const char *tw_output_target(const tw_output *o);
const char *tw_output_gathered(const tw_output *o);

/* Files that appear together or not at all. Each is added by its path and written, by whatever
 * writes files, to the staged path that add gives, which has the same suffixes; commit puts all in
 * their places, and when one cannot be, those before it are put back as they were. One thread. */
typedef struct tw_output_set tw_output_set;
tw_output_set *tw_output_set_new(void); /* NULL when memory is out */
/* TW_EOUTPUT for what cannot be replaced: a folder, a device, a pipe. *staged lives as long as the
 * set. */
TW_NODISCARD enum tw_rc tw_output_set_add(tw_output_set *set, const char *path, const char **staged,
                                          tw_error *err);
TW_NODISCARD enum tw_rc tw_output_set_commit(tw_output_set *set, tw_error *err); /* frees the set */
void tw_output_set_abort(tw_output_set *set); /* nothing appears; frees it; NULL is legal */
/* Open, write, prepare: *out is committed once what it belongs to is in place; NULL on failure. */
TW_NODISCARD enum tw_rc tw_file_prepare(const char *path, tw_str bytes, tw_output **out, tw_error *err);
/* The same, committed. */
TW_NODISCARD enum tw_rc tw_file_write(const char *path, tw_str bytes, tw_error *err);

#endif
