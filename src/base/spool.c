/* A stretch of address space is set aside and filled from the front: in memory while it is short,
 * then by mapping a temporary file over the same addresses, so that nothing ever moves and readers
 * need no lock.
 *
 * What goes to the file is written, not stored through the mapping: a full disk is then an error of
 * the write and not a SIGBUS. */
#include "config.h"

#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/guard.h"

#define RESERVE_MOST ((size_t)1 << 40)
#define RESERVE_LEAST ((size_t)1 << 26)
#define STEP ((size_t)1 << 20)

enum { TRIES = 100 };

/* Belongs to the mapping: the spool only writes. */
typedef struct store {
    char *base;
    size_t reserved, open; /* open: bytes that may be stored to, while in memory */
    int fd;                /* -1 while in memory */
    tw_watched *watched;   /* once there is a file: its disk may fail */
} store;

struct tw_spool {
    store *store;
    tw_mapping *mapping;
    size_t n, memory;
    uint64_t most; /* bytes of the file; 0 = not known yet */
    char *bounce; /* room before it is written, once there is a file */
    size_t bounce_n;
};

static void release_store(void *owner) {
    store *s = owner;
    tw_guard_unwatch(s->watched);
    munmap(s->base, s->reserved);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}

/* As much address space as we may have: limits on it are common in batch systems. */
static enum tw_rc reserve(store *s, tw_error *err) {
    void *base = MAP_FAILED;
    s->reserved = RESERVE_MOST;
    for (; s->reserved >= RESERVE_LEAST; s->reserved /= 2) {
        base = mmap(NULL, s->reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0);
        if (base != MAP_FAILED)
            break;
    }
    if (base == MAP_FAILED)
        return tw_fail_memory(err);
    s->base = base;
    return TW_OK;
}

enum tw_rc tw_spool_new(uint64_t memory, uint64_t most, tw_spool **out, tw_error *err) {
    tw_spool *spool = tw_calloc(1, sizeof *spool);
    store *s = tw_calloc(1, sizeof *s);
    *out = NULL;
    enum tw_rc rc = spool && s ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK) {
        s->fd = -1;
        rc = reserve(s, err);
    }
    if (rc == TW_OK) {
        rc = tw_mapping_wrap(s->base, release_store, s, &spool->mapping, err);
        if (rc != TW_OK)
            munmap(s->base, s->reserved);
    }
    if (rc != TW_OK) {
        free(s);
        free(spool);
        return rc;
    }
    spool->store = s;
    spool->memory = (size_t)TW_MIN(memory, (uint64_t)s->reserved);
    spool->most = most;
    *out = spool;
    return TW_OK;
}

void tw_spool_free(tw_spool *spool) {
    if (!spool)
        return;
    tw_mapping_unref(spool->mapping);
    free(spool->bounce);
    free(spool);
}

static enum tw_rc fail_temp(int number, tw_error *err) {
    errno = number;
    return tw_fail_errno(err, TW_EOUTPUT, "cannot write a temporary file",
                         "free some space, or set TMPDIR to a folder that has it");
}

/* A disk that is full stops others too. */
static uint64_t half_of_free(int fd) {
    struct statvfs disk;
    return fstatvfs(fd, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize / 2 : UINT64_MAX;
}

/* From here on the bytes lie in a file, at the same addresses. */
static enum tw_rc move_to_file(tw_spool *spool, tw_error *err) {
    store *s = spool->store;
    char *path = NULL;
    int fd = -1;
    spool->bounce = tw_calloc(STEP, 1);
    if (!spool->bounce)
        return tw_fail_memory(err);
    spool->bounce_n = STEP;
    enum tw_rc rc = tw_temp_file(NULL, &path, &fd, err);
    if (rc != TW_OK)
        return rc;
    unlink(path);
    free(path);
    if (!spool->most)
        spool->most = half_of_free(fd);
    int failed = tw_write_all(fd, s->base, spool->n);
    if (!failed && mmap(s->base, s->reserved, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
        failed = errno;
    if (failed) {
        close(fd);
        return fail_temp(failed, err);
    }
    s->fd = fd;
    s->watched = tw_guard_watch(s->base, s->reserved, NULL);
    return s->watched ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc room_in_memory(tw_spool *spool, size_t end, tw_error *err) {
    store *s = spool->store;
    if (end <= s->open)
        return TW_OK;
    size_t open = (TW_MAX(end, s->open + s->open / 4) / STEP + 1) * STEP;
    open = TW_MIN(open, s->reserved);
    if (mprotect(s->base, open, PROT_READ | PROT_WRITE) != 0)
        return tw_fail_memory(err);
    s->open = open;
    return TW_OK;
}

enum tw_rc tw_spool_room(tw_spool *spool, size_t want, char **room, tw_error *err) {
    store *s = spool->store;
    size_t end;
    if (!tw_add(spool->n, want, &end) || end > s->reserved)
        return tw_fail(err, TW_ELIMIT, "cannot hold it: more than %zu bytes; read a part of it",
                       s->reserved);
    enum tw_rc rc = TW_OK;
    if (s->fd < 0 && end > spool->memory)
        rc = move_to_file(spool, err);
    if (rc == TW_OK && s->fd < 0) {
        rc = room_in_memory(spool, end, err);
        *room = s->base + spool->n;
        return rc;
    }
    if (rc == TW_OK && end > spool->most)
        return tw_fail(err, TW_ELIMIT,
                       "cannot hold more: %zu bytes fill the memory and the temporary file allowed; "
                       "read a part of it (`head -c`), give --spool, or set TMPDIR to a larger disk",
                       spool->n);
    if (rc == TW_OK && want > spool->bounce_n) {
        char *more = tw_realloc(spool->bounce, want, 1);
        if (!more)
            return tw_fail_memory(err);
        spool->bounce = more;
        spool->bounce_n = want;
    }
    *room = spool->bounce;
    return rc;
}

enum tw_rc tw_spool_add(tw_spool *spool, size_t n, tw_error *err) {
    if (spool->store->fd >= 0) {
        int failed = tw_write_all(spool->store->fd, spool->bounce, n);
        if (failed)
            return fail_temp(failed, err);
    }
    spool->n += n;
    tw_mapping_extend(spool->mapping, spool->n);
    return TW_OK;
}

enum tw_rc tw_spool_put(tw_spool *spool, tw_str bytes, tw_error *err) {
    char *room = NULL;
    if (bytes.n == 0)
        return TW_OK;
    enum tw_rc rc = tw_spool_room(spool, bytes.n, &room, err);
    if (rc != TW_OK)
        return rc;
    memcpy(room, bytes.p, bytes.n);
    return tw_spool_add(spool, bytes.n, err);
}

tw_mapping *tw_spool_mapping(const tw_spool *spool) {
    return spool->mapping;
}

/* --- temporary files --- */

static bool name_temp(const char *beside, tw_buf *out) {
    uint32_t random[2];
    const char *folder = getenv("TMPDIR"), *slash = beside ? strrchr(beside, '/') : NULL;
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return false;
    tw_buf_clear(out);
    if (slash)
        tw_buf_add(out, beside, (size_t)(slash - beside) + 1);
    else if (!beside)
        tw_buf_printf(out, "%s/", folder && *folder ? folder : "/tmp");
    return tw_buf_printf(out, ".trowel-%08x%08x.tmp", random[0], random[1]);
}

enum tw_rc tw_temp_file(const char *beside, char **path, int *fd, tw_error *err) {
    tw_buf name;
    tw_buf_init(&name, (size_t)2 * PATH_MAX);
    *fd = -1;
    errno = EEXIST;
    for (int i = 0; i < TRIES && *fd < 0 && errno == EEXIST; i++) {
        if (!name_temp(beside, &name)) {
            tw_buf_fini(&name);
            return tw_fail_memory(err);
        }
        *fd = open(name.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    int failed = *fd < 0 ? errno : 0;
    *path = failed ? NULL : tw_buf_take(&name);
    tw_buf_fini(&name);
    return failed ? fail_temp(failed, err) : TW_OK;
}
