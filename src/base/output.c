/* Output that appears whole or not at all. Bytes go to a hidden file beside the target, which
 * replaces it by rename after an fsync, so that a full disk, a crash or a failing step never leaves
 * half a table under the user's name. Devices, FIFOs and stdout cannot be replaced and are written
 * directly.
 *
 * A link is followed first: renaming over it would replace the link instead of the file it stands
 * for. A file that the user protected against writing is refused although a rename would get past
 * that. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

enum { BUFFER = 1 << 16, LINKS_MAX = 40, TRIES = 100, SUFFIXES_MAX = 24 };

struct tw_output {
    int fd;
    bool direct, closed;
    bool borrowed; /* fd is stdout: not ours to close */
    int failed;    /* errno of the first write that failed */
    char *target;  /* links followed */
    char *temp;    /* NULL = nothing to rename or remove */
    size_t fill;
    char buffer[BUFFER];
};

/* How the target looks before we write it. */
typedef struct place {
    bool exists;
    struct stat st;
} place;

static enum tw_rc fail_output(tw_error *err, int number, const char *what, const char *path) {
    const char *to_do = "check the path and its permissions";
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        to_do = "free some space or write to another disk";
    errno = number;
    enum tw_rc rc = tw_fail_errno(err, TW_EOUTPUT, what, to_do);
    return tw_error_place(err, rc, path, -1, NULL);
}

/* Length of the folder part with its slash; 0 = the current folder. */
static size_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* folder of `path` + name; NULL when memory is out. */
static char *beside(const char *path, const char *name) {
    tw_buf buf;
    tw_buf_init(&buf, (size_t)2 * PATH_MAX + 64);
    tw_buf_add(&buf, path, folder_length(path));
    tw_buf_c(&buf, name);
    char *joined = tw_buf_take(&buf);
    tw_buf_fini(&buf);
    return joined;
}

/* Replace *path by where its link points; 0 or an errno. */
static int follow_link(char **path) {
    char to[PATH_MAX];
    ssize_t n = readlink(*path, to, sizeof to - 1);
    if (n < 0)
        return errno;
    to[n] = '\0';
    char *next = to[0] == '/' ? tw_str_dup(tw_str_c(to)) : beside(*path, to);
    if (!next)
        return ENOMEM;
    free(*path);
    *path = next;
    return 0;
}

/* The real file behind path, also when it does not exist yet; 0 or an errno. */
static int find_target(const char *path, char **target, place *at) {
    *target = tw_str_dup(tw_str_c(path));
    if (!*target)
        return ENOMEM;
    for (int i = 0; i < LINKS_MAX; i++) {
        at->exists = lstat(*target, &at->st) == 0;
        if (!at->exists)
            return errno == ENOENT ? 0 : errno;
        if (!S_ISLNK(at->st.st_mode))
            return 0;
        int failed = follow_link(target);
        if (failed)
            return failed;
    }
    return ELOOP;
}

/* ".csv.gz" of "x/out.csv.gz": who writes the file by its name must see the same kind. */
static const char *suffixes_of(const char *path) {
    const char *name = path + folder_length(path);
    const char *dot = *name ? strchr(name + 1, '.') : NULL;
    while (dot && strlen(dot) > SUFFIXES_MAX)
        dot = strchr(dot + 1, '.');
    return dot ? dot : "";
}

/* A new file beside the target under a name nobody has; 0 or an errno. */
static int make_temp(tw_output *o, mode_t mode) {
    for (int i = 0; i < TRIES; i++) {
        uint32_t random[2];
        char name[40 + SUFFIXES_MAX];
        if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
            return EIO;
        snprintf(name, sizeof name, ".trowel-%08x%08x.tmp%s", random[0], random[1],
                 suffixes_of(o->target));
        char *temp = beside(o->target, name);
        if (!temp)
            return ENOMEM;
        o->fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (o->fd >= 0) {
            o->temp = temp;
            return 0;
        }
        free(temp);
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

/* Owner first: chown clears the set-id bits that chmod may give. Where the old owner or group
 * cannot be kept, what they were allowed must not pass to ours. */
static int keep_looks(const tw_output *o, const struct stat *old) {
    struct stat st;
    mode_t mode = old->st_mode & 07777;
    if (fstat(o->fd, &st) != 0)
        return errno;
    if (st.st_uid != old->st_uid || st.st_gid != old->st_gid) {
        (void)!fchown(o->fd, old->st_uid, old->st_gid);
        if (fstat(o->fd, &st) != 0)
            return errno;
    }
    if (st.st_uid != old->st_uid)
        mode &= (mode_t) ~(S_ISUID | S_ISGID);
    if (st.st_gid != old->st_gid)
        mode &= (mode_t) ~(S_ISUID | S_ISGID | S_IRWXG);
    return fchmod(o->fd, mode) == 0 ? 0 : errno;
}

/* mode < 0: as the file before, or as the umask says. */
static int open_atomic(tw_output *o, const place *at, int mode) {
    if (at->exists && faccessat(AT_FDCWD, o->target, W_OK, AT_EACCESS) != 0)
        return errno;
    bool as_before = mode < 0 && at->exists;
    int failed = make_temp(o, as_before || mode >= 0 ? 0600 : 0666);
    if (failed)
        return failed;
    if (as_before)
        return keep_looks(o, &at->st);
    return mode >= 0 && fchmod(o->fd, (mode_t)mode) != 0 ? errno : 0;
}

/* The descriptor that a path such as /dev/stdout or /dev/fd/3 names, or -1. To open it again would
 * lose its offset, and to replace the file behind it would cut `>> log` short. */
static int named_descriptor(const char *path) {
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < TW_COUNT(folders); i++) {
        tw_str rest = tw_str_c(path), folder = tw_str_c(folders[i]);
        if (!tw_str_starts(rest, folder) || rest.n - folder.n > 6 || rest.n == folder.n)
            continue;
        int number = 0;
        for (size_t at = folder.n; at < rest.n; at++) {
            if (rest.p[at] < '0' || rest.p[at] > '9')
                return -1;
            number = number * 10 + (rest.p[at] - '0');
        }
        return number;
    }
    return -1;
}

static int open_descriptor(tw_output *o, int fd) {
    o->direct = true;
    o->borrowed = fd == STDOUT_FILENO;
    o->fd = o->borrowed ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (o->fd < 0)
        return errno;
    o->target = tw_str_dup(o->borrowed ? TW_STR("standard output") : TW_STR("descriptor"));
    return o->target ? 0 : ENOMEM;
}

static int open_target(tw_output *o, const char *path, int mode) {
    place at = {0};
    int number = named_descriptor(path);
    if (number >= 0)
        return open_descriptor(o, number);
    int failed = find_target(path, &o->target, &at);
    if (failed)
        return failed;
    if (at.exists && S_ISDIR(at.st.st_mode))
        return EISDIR;
    if (!at.exists || S_ISREG(at.st.st_mode))
        return open_atomic(o, &at, mode);
    o->direct = true;
    o->fd = open(o->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return o->fd >= 0 ? 0 : errno;
}

static enum tw_rc open_output(const char *path, int mode, tw_output **out, tw_error *err) {
    tw_output *o = malloc(sizeof *o);
    *out = NULL;
    if (!o)
        return tw_fail_memory(err);
    memset(o, 0, offsetof(tw_output, buffer));
    o->fd = -1;
    int failed = open_target(o, path, mode);
    if (!failed) {
        *out = o;
        return TW_OK;
    }
    tw_output_abort(o);
    if (failed == ENOMEM)
        return tw_fail_memory(err);
    return fail_output(err, failed, "cannot write", path);
}

enum tw_rc tw_output_open(const char *path, tw_output **out, tw_error *err) {
    return open_output(path, -1, out, err);
}

enum tw_rc tw_output_open_mode(const char *path, unsigned mode, tw_output **out, tw_error *err) {
    return open_output(path, (int)(mode & 07777), out, err);
}

int tw_write_all(int fd, const char *bytes, size_t n) {
    while (n) {
        ssize_t put = write(fd, bytes, TW_MIN(n, (size_t)1 << 30));
        if (put >= 0) {
            bytes += put;
            n -= (size_t)put;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            if (poll(&wait, 1, -1) < 0 && errno != EINTR)
                return errno;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static enum tw_rc put(tw_output *o, const char *bytes, size_t n, tw_error *err) {
    int failed = o->failed ? o->failed : tw_write_all(o->fd, bytes, n);
    if (!failed)
        return TW_OK;
    if (failed == EPIPE && o->direct) {
        o->closed = true;
        return TW_OK;
    }
    o->failed = failed;
    if (failed == EFAULT) /* the bytes are of a mapping that has lost them */
        return tw_fail(err, TW_EINPUT,
                       "cannot read what is to be written: its file was cut short or its disk "
                       "failed; open it again");
    return fail_output(err, failed, "cannot write", o->target);
}

static enum tw_rc flush(tw_output *o, tw_error *err) {
    size_t n = o->fill;
    o->fill = 0;
    return n && !o->closed ? put(o, o->buffer, n, err) : TW_OK;
}

enum tw_rc tw_output_write(tw_output *o, const void *bytes, size_t n, tw_error *err) {
    if (o->closed || n == 0)
        return TW_OK;
    if (n > BUFFER - o->fill) {
        enum tw_rc rc = flush(o, err);
        if (rc != TW_OK)
            return rc;
    }
    if (n >= BUFFER)
        return o->closed ? TW_OK : put(o, bytes, n, err);
    memcpy(o->buffer + o->fill, bytes, n);
    o->fill += n;
    return TW_OK;
}

/* The rename itself lasts only when the folder is synced; not every file system can, and none loses
 * data by it. */
static void sync_folder(const char *target) {
    char *folder = beside(target, ".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

/* Bytes safely on disk; 0 or an errno. Some file systems have no fsync. */
static int sync_and_close(tw_output *o) {
    int failed = 0, fd = o->fd;
    if (fsync(fd) != 0 && errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        failed = errno;
    o->fd = -1;
    if (close(fd) != 0 && errno != EINTR && !failed)
        failed = errno;
    return failed;
}

enum tw_rc tw_output_prepare(tw_output *o, tw_error *err) {
    enum tw_rc rc = flush(o, err);
    if (rc != TW_OK)
        return rc;
    if (!o->failed && o->temp && o->fd >= 0)
        o->failed = sync_and_close(o);
    return o->failed ? fail_output(err, o->failed, "cannot write", o->target) : TW_OK;
}

enum tw_rc tw_output_commit(tw_output *o, tw_error *err) {
    enum tw_rc rc = tw_output_prepare(o, err);
    if (rc == TW_OK && o->temp) {
        if (rename(o->temp, o->target) != 0) {
            rc = fail_output(err, errno, "cannot write", o->target);
        } else {
            free(o->temp);
            o->temp = NULL;
            sync_folder(o->target);
        }
    }
    tw_output_abort(o);
    return rc;
}

void tw_output_abort(tw_output *o) {
    if (!o)
        return;
    if (o->fd >= 0 && !o->borrowed)
        close(o->fd);
    if (o->temp)
        unlink(o->temp);
    free(o->temp);
    free(o->target);
    free(o);
}

const char *tw_output_target(const tw_output *o) {
    return o->target;
}

const char *tw_output_gathered(const tw_output *o) {
    return o->temp;
}

bool tw_output_closed(const tw_output *o) {
    return o->closed;
}

enum tw_rc tw_file_prepare(const char *path, tw_str bytes, tw_output **out, tw_error *err) {
    tw_output *o;
    *out = NULL;
    enum tw_rc rc = tw_output_open(path, &o, err);
    if (rc != TW_OK)
        return rc;
    rc = tw_output_write(o, bytes.p, bytes.n, err);
    if (rc == TW_OK)
        rc = tw_output_prepare(o, err);
    if (rc == TW_OK)
        *out = o;
    else
        tw_output_abort(o);
    return rc;
}

enum tw_rc tw_file_write(const char *path, tw_str bytes, tw_error *err) {
    tw_output *o;
    enum tw_rc rc = tw_output_open(path, &o, err);
    if (rc != TW_OK)
        return rc;
    rc = tw_output_write(o, bytes.p, bytes.n, err);
    if (rc == TW_OK)
        return tw_output_commit(o, err);
    tw_output_abort(o);
    return rc;
}
