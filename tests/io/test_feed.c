/* Streams: the first block shows at once, more rows show while the rest comes, the end makes the table
 * what it would be as a file; beyond the memory allowed the bytes lie in a temporary file. */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spool.h"
#include "io/open.h"
#include "io/save.h"
#include "tests/tap.h"

typedef struct reader {
    tw_opened *o;
    tw_task task;
    tw_source *source;
    tw_error err;
    enum tw_rc rc;
} reader;

static void *read_on(void *arg) {
    reader *r = arg;
    r->rc = tw_opened_finish(r->o, &r->task, &r->source, &r->err);
    return NULL;
}

static size_t rows_seen(tw_opened *o, size_t most) {
    tw_arena arena;
    tw_arena_init(&arena);
    tw_batch batch;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_opened_head(o, most, &arena, &batch, &err), &err, "the rows so far");
    size_t rows = batch.rows;
    tw_arena_fini(&arena);
    return rows;
}

static void put(int fd, const char *text) {
    ok(tw_write_all(fd, text, strlen(text)) == 0, "the writer writes");
}

/* Until the reader has taken what was written; it needs no time of its own. */
static void wait_for(const tw_opened *o, uint64_t want) {
    uint64_t bytes;
    while (tw_opened_growing(o, &bytes) && bytes < want)
        sched_yield();
}

static int open_fifo(const char *path, tw_opened **o, const char *first) {
    tw_read_options options = TW_READ_DEFAULT;
    tw_error err = TW_ERROR_INIT;
    options.live = true;
    unlink(path);
    ok(mkfifo(path, 0600) == 0, "a FIFO");
    int fd = open(path, O_RDWR | O_CLOEXEC); /* both ends: neither open waits */
    put(fd, first);
    succeeds(tw_open(path, &options, NULL, o, &err), &err, "it opens while it is being written");
    return fd;
}

/* Our own end for reading must go before the end of the stream can come. */
static void close_writer(const char *path, int both) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    close(both);
    close(fd);
}

static void grows(void) {
    const char *path = "test_feed.fifo";
    tw_opened *o = NULL;
    int fd = open_fifo(path, &o, "id,v\n1,10\n2,20\n3,par");
    is_int((int64_t)rows_seen(o, 100), 2, "whole lines show at once, half a line does not");
    ok(!tw_opened_ended(o), "and more may come");
    reader r = {.o = o, .err = TW_ERROR_INIT};
    tw_task_init(&r.task, NULL, NULL);
    pthread_t thread;
    ok(pthread_create(&thread, NULL, read_on, &r) == 0, "a thread reads on");
    put(fd, "tly\n4,40\n");
    wait_for(o, 29);
    is_int((int64_t)rows_seen(o, 100), 4, "rows show as they come");
    put(fd, "5,50.5\n");
    wait_for(o, 36);
    is_int((int64_t)rows_seen(o, 100), 5, "one after another");
    close_writer(path, fd);
    pthread_join(thread, NULL);
    succeeds(r.rc, &r.err, "the end comes");
    bool exact;
    is_int(tw_opened_rows(o, &exact), 5, "all rows are there");
    ok(exact && tw_opened_ended(o), "for good");
    ok(r.source && r.source->ops->field(r.source, 0)->type == TW_INTEGER, "types see the whole");
    if (r.source)
        r.source->ops->unref(r.source);
    tw_opened_free(o);
    unlink(path);
}

static void stops(void) {
    const char *path = "test_feed.fifo";
    tw_opened *o = NULL;
    int fd = open_fifo(path, &o, "id,v\n1,10\n2,20\n");
    reader r = {.o = o, .err = TW_ERROR_INIT};
    tw_task_init(&r.task, NULL, NULL);
    tw_task_cancel(&r.task);
    read_on(&r);
    ok(r.rc == TW_ECANCEL, "a stream without end can be stopped");
    tw_task_init(&r.task, NULL, NULL);
    read_on(&r);
    succeeds(r.rc, &r.err, "and what has come is the table");
    bool exact;
    is_int(tw_opened_rows(o, &exact), 2, "with its rows");
    if (r.source)
        r.source->ops->unref(r.source);
    tw_opened_free(o);
    close(fd);
    unlink(path);
}

/* A spool over its limit moves to a file and nothing that points into it notices. */
static void spools(void) {
    tw_spool *spool = NULL;
    tw_error err = TW_ERROR_INIT;
    char line[64];
    bool good = true;
    succeeds(tw_spool_new(5000, 0, &spool, &err), &err, "a spool");
    for (int i = 0; i < 1000 && good; i++) {
        snprintf(line, sizeof line, "line %06d\n", i);
        good = tw_spool_put(spool, tw_str_c(line), &err) == TW_OK;
    }
    succeeds(good ? TW_OK : err.code, &err, "takes more than its memory");
    tw_mapping *mapping = tw_mapping_ref(tw_spool_mapping(spool));
    tw_str before = tw_str_sub(tw_mapping_bytes(mapping), 0, 12);
    tw_spool_free(spool);
    tw_str all = tw_mapping_bytes(mapping);
    is_int((int64_t)all.n, 12000, "all bytes are there");
    ok(before.p == all.p && tw_str_starts(all, TW_STR("line 000000\n")), "at the same place");
    ok(tw_str_ends(all, TW_STR("line 000999\n")), "in order");
    tw_mapping_unref(mapping);
    succeeds(tw_spool_new(10, 30, &spool, &err), &err, "a limited one");
    succeeds(tw_spool_put(spool, TW_STR("more than ten bytes"), &err), &err, "takes what it may");
    ok(tw_spool_put(spool, TW_STR("and more than thirty"), &err) == TW_ELIMIT, "and no more");
    is_text(tw_mapping_bytes(tw_spool_mapping(spool)), "more than ten bytes", "which it keeps");
    tw_spool_free(spool);
    setenv("TMPDIR", "/nowhere/at/all", 1);
    succeeds(tw_spool_new(10, 0, &spool, &err), &err, "another");
    ok(tw_spool_put(spool, TW_STR("more than ten bytes"), &err) == TW_EOUTPUT,
       "without a place for its file");
    ok(strstr(err.message, "TMPDIR") != NULL, "says what to do");
    tw_spool_free(spool);
    unsetenv("TMPDIR");
}

int main(void) {
    grows();
    stops();
    spools();
    return tap_done();
}
