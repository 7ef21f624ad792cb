/* Reading files: mappings with a reference count, whole reads, a few questions about paths.
 *
 * Mappings are how every big file is read: nothing is copied, pages come and go with memory
 * pressure, and slices of text columns may point into them as long as somebody holds a reference.
 * Small files are read into the heap behind the same type, for a millisecond or two: who cuts one
 * short or writes into it meanwhile changes nothing for us. What cannot be mapped (files of /proc,
 * some network file systems) goes the same way. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"

enum { READ_STEP = 1 << 16, COPY_MAX = 8 << 20 };

struct tw_mapping {
    _Atomic size_t refs;
    char *bytes;
    _Atomic size_t n;
    bool heap;
    tw_watched *watched; /* NULL: heap, or somebody else's */
    void (*release)(void *owner); /* NULL: the bytes are heap or mapped here */
    void *owner;
    char *path; /* NULL = no file */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

static enum tw_rc fail_path(tw_error *err, enum tw_rc code, const char *what, const char *to_do,
                            const char *path) {
    return tw_error_place(err, tw_fail_errno(err, code, what, to_do), path, -1, NULL);
}

/* What can be mapped or read whole: a regular file. */
static enum tw_rc check_kind(const struct stat *st, const char *path, tw_error *err) {
    enum tw_rc rc;
    if (S_ISREG(st->st_mode))
        return TW_OK;
    if (S_ISDIR(st->st_mode))
        rc = tw_fail(err, TW_EINPUT, "cannot open: it is a directory; name a file in it");
    else
        rc = tw_fail(err, TW_EUNSUPPORTED,
                     "cannot map: it is a pipe or device, not a file; read it as a stream");
    return tw_error_place(err, rc, path, -1, NULL);
}

/* The first stat keeps us from opening a FIFO (which waits) or a device (which may act). */
static enum tw_rc open_regular(const char *path, int *fd, struct stat *st, tw_error *err) {
    if (stat(path, st) != 0)
        return fail_path(err, TW_EINPUT, "cannot open", "check the path", path);
    enum tw_rc rc = check_kind(st, path, err);
    if (rc != TW_OK)
        return rc;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return fail_path(err, TW_EINPUT, "cannot open", "check the path and its permissions", path);
    if (fstat(*fd, st) != 0)
        rc = fail_path(err, TW_EINPUT, "cannot open", "check the path", path);
    else
        rc = check_kind(st, path, err);
    if (rc != TW_OK)
        close(*fd);
    return rc;
}

static enum tw_rc fill_mapping(tw_mapping *m, int fd, const struct stat *st, tw_error *err) {
    if ((uintmax_t)st->st_size > SIZE_MAX)
        return tw_fail(err, TW_ELIMIT, "cannot map: the file is larger than the address space");
    m->device = st->st_dev;
    m->inode = st->st_ino;
    m->size = st->st_size;
    m->changed = st->st_mtim;
    if (st->st_size > COPY_MAX) {
        void *bytes = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED) {
            m->bytes = bytes;
            m->n = (size_t)st->st_size;
            m->watched = tw_guard_watch(bytes, m->n, m->path);
            return m->watched ? TW_OK : tw_fail_memory(err);
        }
        if (errno != ENODEV && errno != EINVAL)
            return tw_fail_errno(err, errno == ENOMEM ? TW_ENOMEM : TW_EINPUT, "cannot map",
                                 "close other programs or read a part of it");
    }
    size_t n = 0;
    m->heap = true;
    enum tw_rc rc = tw_file_read_fd(fd, SIZE_MAX, &m->bytes, &n, err);
    m->n = n;
    return rc;
}

enum tw_rc tw_mapping_open(const char *path, tw_mapping **out, tw_error *err) {
    int fd = -1;
    struct stat st;
    *out = NULL;
    enum tw_rc rc = open_regular(path, &fd, &st, err);
    if (rc != TW_OK)
        return rc;
    tw_mapping *m = tw_calloc(1, sizeof *m);
    if (m)
        m->path = tw_str_dup(tw_str_c(path));
    if (m && m->path) {
        atomic_init(&m->refs, 1);
        rc = fill_mapping(m, fd, &st, err);
    } else {
        rc = tw_fail_memory(err);
    }
    close(fd);
    if (rc == TW_OK)
        *out = m;
    else
        tw_mapping_unref(m);
    return tw_error_place(err, rc, path, -1, NULL);
}

enum tw_rc tw_mapping_take(char *bytes, size_t n, tw_mapping **out, tw_error *err) {
    tw_mapping *m = bytes || n == 0 ? tw_calloc(1, sizeof *m) : NULL;
    *out = m;
    if (!m) {
        free(bytes);
        return tw_fail_memory(err);
    }
    atomic_init(&m->refs, 1);
    m->bytes = bytes;
    m->n = n;
    m->heap = true;
    return TW_OK;
}

enum tw_rc tw_mapping_wrap(char *bytes, void (*release)(void *owner), void *owner, tw_mapping **out,
                           tw_error *err) {
    tw_mapping *m = tw_calloc(1, sizeof *m);
    *out = m;
    if (!m)
        return tw_fail_memory(err);
    atomic_init(&m->refs, 1);
    m->bytes = bytes;
    m->release = release;
    m->owner = owner;
    return TW_OK;
}

void tw_mapping_extend(tw_mapping *m, size_t n) {
    atomic_store_explicit(&m->n, n, memory_order_release);
}

tw_mapping *tw_mapping_ref(tw_mapping *m) {
    if (m)
        atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void tw_mapping_unref(tw_mapping *m) {
    if (!m || atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) > 1)
        return;
    if (m->release)
        m->release(m->owner);
    else if (m->heap)
        free(m->bytes);
    else if (m->bytes) {
        tw_guard_unwatch(m->watched);
        munmap(m->bytes, m->n);
    }
    free(m->path);
    free(m);
}

tw_str tw_mapping_bytes(const tw_mapping *m) {
    size_t n = m ? atomic_load_explicit(&m->n, memory_order_acquire) : 0;
    return n ? (tw_str){m->bytes, n} : TW_STR("");
}

bool tw_mapping_changed(const tw_mapping *m) {
    struct stat st;
    if (!m || !m->path)
        return false;
    if (stat(m->path, &st) != 0)
        return true;
    return st.st_dev != m->device || st.st_ino != m->inode || st.st_size != m->size ||
           st.st_mtim.tv_sec != m->changed.tv_sec || st.st_mtim.tv_nsec != m->changed.tv_nsec;
}

bool tw_mapping_intact(const tw_mapping *m) {
    struct stat st;
    if (m && tw_guard_lost(m->watched))
        return false;
    if (!m || !m->path || m->heap || stat(m->path, &st) != 0 || st.st_dev != m->device || st.st_ino != m->inode)
        return true;
    return !tw_mapping_changed(m);
}

/* Bytes read into room, 0 at the end, -1 with errno. */
static ssize_t read_some(int fd, char *room, size_t n) {
    for (;;) {
        ssize_t got = read(fd, room, TW_MIN(n, (size_t)1 << 30));
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

/* Room for at least one step more behind n, and a NUL. */
static bool grow(char **bytes, size_t n, size_t *room) {
    if (*room - n > READ_STEP)
        return true;
    size_t want;
    if (!tw_add(*room, *room / 2, &want) || !tw_add(want, (size_t)2 * READ_STEP, &want))
        return false;
    char *more = tw_realloc(*bytes, want, 1);
    if (!more)
        return false;
    *bytes = more;
    *room = want;
    return true;
}

enum tw_rc tw_file_read_fd(int fd, size_t max, char **bytes, size_t *n, tw_error *err) {
    char *room = NULL;
    size_t size = 0, fill = 0;
    ssize_t got;
    *bytes = NULL;
    *n = 0;
    struct stat st;
    bool sized = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    if (sized && (uintmax_t)st.st_size < max) {
        size = (size_t)st.st_size + READ_STEP + 1;
        room = tw_realloc(NULL, size, 1);
        if (!room)
            return tw_fail_memory(err);
    }
    do {
        if (!grow(&room, fill, &size)) {
            free(room);
            return tw_fail_memory(err);
        }
        got = read_some(fd, room + fill, size - fill - 1);
        if (got > 0)
            fill += (size_t)got;
    } while (got > 0 && fill <= max);
    if (got < 0) {
        enum tw_rc rc = tw_fail_errno(err, TW_EINPUT, "cannot read", "check the file and its disk");
        free(room);
        return rc;
    }
    if (fill > max) {
        free(room);
        return tw_fail(err, TW_ELIMIT, "cannot read: more than %zu bytes; give a smaller input",
                       max);
    }
    room[fill] = '\0';
    *bytes = room;
    *n = fill;
    return TW_OK;
}

enum tw_rc tw_file_read(const char *path, size_t max, char **bytes, size_t *n, tw_error *err) {
    *bytes = NULL;
    *n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail_path(err, TW_EINPUT, "cannot open", "check the path and its permissions", path);
    enum tw_rc rc = tw_file_read_fd(fd, max, bytes, n, err);
    close(fd);
    return tw_error_place(err, rc, path, -1, NULL);
}

enum tw_rc tw_file_read_any(const char *path, size_t max, char **bytes, size_t *n, tw_error *err) {
    if (strcmp(path, "-") != 0)
        return tw_file_read(path, max, bytes, n, err);
    return tw_error_place(err, tw_file_read_fd(STDIN_FILENO, max, bytes, n, err), "-", -1, NULL);
}

bool tw_file_exists(const char *path) {
    struct stat st;
    return stat(path, &st) == 0;
}

bool tw_file_same(const char *a, const char *b) {
    struct stat at, bt;
    return stat(a, &at) == 0 && stat(b, &bt) == 0 && at.st_dev == bt.st_dev &&
           at.st_ino == bt.st_ino;
}

bool tw_file_same_regular(const char *a, const char *b) {
    struct stat st;
    return stat(a, &st) == 0 && S_ISREG(st.st_mode) && tw_file_same(a, b);
}

static bool make_one(const char *path) {
    struct stat st;
    if (mkdir(path, 0700) == 0)
        return true;
    if (errno != EEXIST)
        return false;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    errno = ENOTDIR;
    return false;
}

enum tw_rc tw_dir_make(const char *path, tw_error *err) {
    char *parts = tw_str_dup(tw_str_c(path));
    if (!parts)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    for (char *at = parts + 1; *parts && rc == TW_OK; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char end = *at;
        *at = '\0';
        if (!make_one(parts))
            rc = fail_path(err, TW_EOUTPUT, "cannot make the directory", "check its parent", parts);
        *at = end;
        if (end == '\0')
            break;
    }
    free(parts);
    return rc;
}
