/* Reading from a descriptor that may keep us waiting: a wait ends twenty times a second to look at
 * the cancel token, and a read takes only what is there.
 *
 * A user who stops a stream that never ends (Ctrl-C on screen) wants to work with what has come, so
 * a cancelled feed has ended; so has one that found no room for more. */
#include "config.h"

#include "io/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/spool.h"

#define READ_MOST ((size_t)1 << 18)

enum { TICK_MS = 50, QUIET_TICKS = 2, SILENT_TICKS = 10 };

struct tw_feed {
    int fd;
    bool borrowed; /* stdin */
    tw_spool *spool;
    _Atomic bool ended, stopped;
};

enum tw_rc tw_feed_open(const char *path, uint64_t memory, uint64_t spool, tw_feed **out,
                        tw_error *err) {
    *out = NULL;
    tw_feed *feed = tw_calloc(1, sizeof *feed);
    if (!feed)
        return tw_fail_memory(err);
    atomic_init(&feed->ended, false);
    atomic_init(&feed->stopped, false);
    feed->borrowed = strcmp(path, "-") == 0;
    feed->fd = feed->borrowed ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum tw_rc rc = tw_spool_new(memory, spool, &feed->spool, err);
    if (rc == TW_OK && feed->fd < 0)
        rc = tw_fail_errno(err, TW_EINPUT, "cannot open", "check the path and its permissions");
    if (rc == TW_OK)
        *out = feed;
    else
        tw_feed_free(feed);
    return rc;
}

void tw_feed_free(tw_feed *feed) {
    if (!feed)
        return;
    if (feed->fd >= 0 && !feed->borrowed)
        close(feed->fd);
    tw_spool_free(feed->spool);
    free(feed);
}

/* The end has come. A writer of a FIFO should learn at once that nobody reads any more. */
static void end(tw_feed *feed) {
    if (feed->fd >= 0 && !feed->borrowed)
        close(feed->fd);
    feed->fd = -1;
    atomic_store_explicit(&feed->ended, true, memory_order_release);
}

/* What is there now, or after a tick nothing: *n = 0. */
static enum tw_rc read_some(tw_feed *feed, size_t *n, tw_error *err) {
    struct pollfd wait = {.fd = feed->fd, .events = POLLIN};
    char *room = NULL;
    *n = 0;
    if (poll(&wait, 1, TICK_MS) <= 0)
        return TW_OK;
    enum tw_rc rc = tw_spool_room(feed->spool, READ_MOST, &room, err);
    if (rc != TW_OK)
        return rc;
    ssize_t got = read(feed->fd, room, READ_MOST);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return TW_OK;
    if (got < 0)
        return tw_fail_errno(err, TW_EINPUT, "cannot read", "check what it comes from");
    if (got == 0)
        end(feed);
    *n = (size_t)got;
    return tw_spool_add(feed->spool, *n, err);
}

static size_t lines_in(tw_str text, size_t most) {
    size_t n = 0, at = 0;
    while (n < most && (at = tw_str_find_char(text, '\n', at)) != SIZE_MAX) {
        n++;
        at++;
    }
    return n;
}

enum tw_rc tw_feed_first(tw_feed *feed, size_t enough, bool live, tw_task *task, tw_error *err) {
    int quiet = 0;
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && !tw_feed_ended(feed)) {
        tw_str there = tw_mapping_bytes(tw_feed_mapping(feed));
        int patience = lines_in(there, 2) == 2 ? QUIET_TICKS : SILENT_TICKS;
        if (there.n >= enough || (live && there.n && quiet >= patience))
            break;
        size_t n = 0;
        rc = read_some(feed, &n, err);
        quiet = n ? 0 : quiet + 1;
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
    }
    return rc;
}

enum tw_rc tw_feed_rest(tw_feed *feed, tw_task *task, tw_error *err) {
    enum tw_rc rc = TW_OK;
    if (!tw_feed_ended(feed))
        tw_task_begin(task, "still reading", 0);
    while (rc == TW_OK && !tw_feed_ended(feed)) {
        size_t n = 0;
        rc = read_some(feed, &n, err);
        tw_task_advance(task, n);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
    }
    if (rc != TW_ECANCEL && rc != TW_ELIMIT && rc != TW_EOUTPUT)
        return rc;
    atomic_store_explicit(&feed->stopped, true, memory_order_release);
    end(feed);
    if (rc == TW_ECANCEL)
        rc = tw_fail(err, rc, "reading was stopped: what has come so far is kept");
    return rc;
}

bool tw_feed_stopped(const tw_feed *feed) {
    return atomic_load_explicit(&feed->stopped, memory_order_acquire);
}

bool tw_feed_ended(const tw_feed *feed) {
    return atomic_load_explicit(&feed->ended, memory_order_acquire);
}

tw_mapping *tw_feed_mapping(const tw_feed *feed) {
    return tw_spool_mapping(feed->spool);
}
