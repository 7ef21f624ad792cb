/* Files: mappings, truncation under them, reads with a limit, output that appears whole or not at
 * all. */
#include "config.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/task.h"

static int files_here(void) {
    DIR *dir = opendir(".");
    int n = 0;
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
        n += e->d_name[0] != '.' || strncmp(e->d_name, ".trowel", 7) == 0;
    if (dir)
        closedir(dir);
    return n;
}

static void put(const char *path, const char *text) {
    tw_error err = TW_ERROR_INIT;
    if (tw_file_write(path, tw_str_c(text), &err) != TW_OK)
        printf("# %s: %s\n", path, err.message);
}

static bool holds(const char *path, const char *text) {
    char *bytes;
    size_t n;
    bool same = tw_file_read(path, 1 << 20, &bytes, &n, NULL) == TW_OK &&
                tw_str_eq_c((tw_str){bytes, n}, text);
    free(bytes);
    return same;
}

static void test_mapping(void) {
    tw_mapping *m, *more;
    tw_error err = TW_ERROR_INIT;
    put("a", "hello");
    succeeds(tw_mapping_open("a", &m, &err), &err, "a file is mapped");
    more = tw_mapping_ref(m);
    tw_mapping_unref(m);
    is_text(tw_mapping_bytes(more), "hello", "and lives as long as a reference");
    ok(!tw_mapping_changed(more), "unchanged");
    put("a", "hello again");
    ok(tw_mapping_changed(more), "replaced on disk");
    unlink("a");
    ok(tw_mapping_changed(more), "gone");
    is_text(tw_mapping_bytes(more), "hello", "still the bytes that were mapped");
    tw_mapping_unref(more);
    put("empty", "");
    succeeds(tw_mapping_open("empty", &m, &err), &err, "an empty file");
    is_int(tw_mapping_bytes(m).n, 0, "is an empty slice");
    tw_mapping_unref(m);
    unlink("empty");
    is_int(tw_mapping_open("missing", &m, &err), TW_EINPUT, "a missing file");
    is_text(tw_str_c(err.file), "missing", "is named");
    is_int(tw_mapping_open(".", &m, &err), TW_EINPUT, "a directory");
    is_int(tw_mapping_open("/dev/null", &m, &err), TW_EUNSUPPORTED, "a device");
    ok(mkfifo("pipe", 0600) == 0 && tw_mapping_open("pipe", &m, &err) == TW_EUNSUPPORTED,
       "a FIFO, without waiting");
    unlink("pipe");
    succeeds(tw_mapping_take(tw_str_dup(TW_STR("heap")), 4, &m, &err), &err, "heap bytes");
    ok(!tw_mapping_changed(m), "never change");
    is_text(tw_mapping_bytes(m), "heap", "and read as a file");
    tw_mapping_unref(m);
    tw_mapping_unref(NULL);
    if (tw_file_exists("/proc/self/status")) {
        succeeds(tw_mapping_open("/proc/self/status", &m, &err), &err, "a file without a size");
        ok(tw_str_starts(tw_mapping_bytes(m), TW_STR("Name:")), "is read");
        tw_mapping_unref(m);
    }
}

static enum tw_rc read_last(void *ctx, tw_error *err) {
    (void)err;
    tw_str bytes = tw_mapping_bytes(ctx);
    const volatile char *last = bytes.p + bytes.n - 1;
    return *last == 'x' ? TW_OK : TW_EDATA;
}

static enum tw_rc read_nested(void *ctx, tw_error *err) {
    return tw_file_guard(read_last, ctx, err) == TW_EINPUT ? read_last(ctx, err) : TW_OK;
}

static enum tw_rc read_item(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    return i == 5 ? read_last(ctx, err) : TW_OK;
}

/* Reads on behind the lost byte, as what holds memory and locks would, and says that all went well. */
static enum tw_rc read_on(void *ctx, tw_error *err) {
    tw_task task;
    tw_task_init(&task, NULL, NULL);
    ok(!tw_file_lost() && !tw_task_cancelled(&task), "nothing is lost before it is read");
    is_int(read_last(ctx, err), TW_EDATA, "zeros are read in its place");
    ok(tw_file_lost() && tw_task_cancelled(&task) && tw_task_cancelled(NULL), "which can be asked");
    return TW_OK;
}

static enum tw_rc look_twice(void *ctx, tw_error *err) {
    bool first = tw_file_guard(read_on, ctx, err) == TW_EINPUT;
    return first && tw_file_guard(read_on, ctx, err) == TW_EINPUT ? TW_OK : TW_EDATA;
}

static enum tw_rc read_first(void *ctx, tw_error *err) {
    (void)err;
    return *tw_mapping_bytes(ctx).p == 'x' ? TW_OK : TW_EDATA;
}

static void test_lost(tw_mapping *m) {
    tw_error err = TW_ERROR_INIT;
    is_int(tw_file_guard(read_on, m, &err), TW_EINPUT, "the guard tells, whatever was said");
    is_int(look_twice(m, &err), TW_OK, "so does every later one: zeros do not stay");
    ok(!tw_mapping_intact(m), "the mapping is not what was opened");
    ok(!tw_file_lost(), "outside a guard nothing is lost");
    succeeds(tw_file_guard(read_first, m, &err), &err, "what is still there can be read");
}

static void test_guard(void) {
    tw_mapping *m;
    tw_error err = TW_ERROR_INIT;
    size_t n = (size_t)9 << 20;
    char *bytes = malloc(n);
    memset(bytes, 'x', n);
    succeeds(tw_file_write("cut", (tw_str){bytes, n}, &err), &err, "a long file");
    succeeds(tw_file_write("copy", (tw_str){bytes, n / 9}, &err), &err, "a shorter one");
    free(bytes);
    succeeds(tw_mapping_open("copy", &m, &err), &err, "opened");
    ok(truncate("copy", 10) == 0 && tw_mapping_changed(m) && tw_mapping_intact(m), "is a copy");
    succeeds(read_last(m, &err), &err, "that needs no guard");
    tw_mapping_unref(m);
    unlink("copy");
    succeeds(tw_mapping_open("cut", &m, &err), &err, "the long one is mapped");
    succeeds(tw_file_guard(read_last, m, &err), &err, "read under guard");
    ok(truncate("cut", 10) == 0, "cut short");
    tw_output *o;
    succeeds(tw_output_open("copy", &o, &err), &err, "it is copied");
    is_int(tw_output_write(o, tw_mapping_bytes(m).p, n, &err), TW_EINPUT,
           "what the system cannot read is no error of the output");
    tw_output_abort(o);
    is_int(tw_file_guard(read_last, m, &err), TW_EINPUT, "is an error, not a crash");
    is_int(tw_file_guard(read_nested, m, &err), TW_EINPUT, "also in a guard inside a guard");
    tw_pool *pool;
    tw_task task;
    succeeds(tw_pool_new(3, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    is_int(tw_parallel_for(&task, 20, read_item, m, &err), TW_EINPUT,
           "and on the threads of a pool");
    tw_pool_free(pool);
    test_lost(m);
    tw_mapping_unref(m);
    unlink("cut");
}

static void test_read(void) {
    char *bytes;
    size_t n;
    tw_error err = TW_ERROR_INIT;
    put("a", "12345");
    succeeds(tw_file_read("a", 5, &bytes, &n, &err), &err, "a read up to the limit");
    ok(n == 5 && strcmp(bytes, "12345") == 0, "gives all bytes, terminated");
    free(bytes);
    is_int(tw_file_read("a", 4, &bytes, &n, &err), TW_ELIMIT, "one more is refused");
    ok(!bytes, "without bytes");
    is_int(tw_file_read("missing", 4, &bytes, &n, &err), TW_EINPUT, "missing");
    is_int(tw_file_read(".", 4, &bytes, &n, &err), TW_EINPUT, "directory");
    int ends[2];
    ok(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3 && close(ends[1]) == 0, "a pipe");
    succeeds(tw_file_read_fd(ends[0], 100, &bytes, &n, &err), &err, "is read to its end");
    ok(n == 3 && memcmp(bytes, "abc", 3) == 0, "whole");
    free(bytes);
    close(ends[0]);
    put("b", "");
    ok(link("a", "c") == 0 && tw_file_same("a", "c") && !tw_file_same("a", "b"), "same file");
    ok(tw_file_exists("a") && !tw_file_exists("z"), "exists");
    unlink("a"), unlink("b"), unlink("c");
    succeeds(tw_dir_make("x/y//z/", &err), &err, "directories with parents");
    succeeds(tw_dir_make("x/y/z", &err), &err, "that may be there");
    put("x/f", "");
    is_int(tw_dir_make("x/f/g", &err), TW_EOUTPUT, "a file in the way");
    unlink("x/f"), rmdir("x/y/z"), rmdir("x/y"), rmdir("x");
}

static unsigned mode_of(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void test_output(void) {
    tw_output *o;
    tw_error err = TW_ERROR_INIT;
    put("out", "old");
    chmod("out", 0640);
    succeeds(tw_output_open("out", &o, &err), &err, "open");
    succeeds(tw_output_write(o, "new", 3, &err), &err, "write");
    ok(holds("out", "old"), "before commit the old file stands");
    succeeds(tw_output_commit(o, &err), &err, "commit");
    ok(holds("out", "new") && mode_of("out") == 0640, "after it the new one, same mode");
    succeeds(tw_output_open("out", &o, &err), &err, "open again");
    succeeds(tw_output_write(o, "lost", 4, &err), &err, "write");
    tw_output_abort(o);
    tw_output_abort(NULL);
    ok(holds("out", "new") && files_here() == 1, "abort leaves the old file and nothing else");
    succeeds(tw_output_open_mode("secret", 0600, &o, &err), &err, "with a mode");
    succeeds(tw_output_commit(o, &err), &err, "commit");
    ok(mode_of("secret") == 0600 && holds("secret", ""), "exactly that mode");
    unlink("secret");
    put("plain", "");
    mode_t mask = umask(0);
    umask(mask);
    is_int(mode_of("plain"), 0666 & ~mask, "a new file follows the umask");
    unlink("plain");
    unlink("out");
}

static void test_links(void) {
    put("real", "old");
    ok(mkdir("d", 0700) == 0 && symlink("../real", "d/one") == 0 && symlink("d/one", "two") == 0,
       "links");
    put("two", "new");
    struct stat st;
    ok(lstat("two", &st) == 0 && S_ISLNK(st.st_mode) && holds("real", "new"),
       "the file behind links is replaced");
    ok(symlink("later", "d/three") == 0, "a link to nothing");
    put("d/three", "made");
    ok(holds("d/later", "made"), "makes what it points to");
    ok(symlink("loop", "loop") == 0, "a loop");
    is_int(tw_file_write("loop", TW_STR(""), NULL), TW_EOUTPUT, "is refused");
    unlink("loop"), unlink("two"), unlink("real");
    unlink("d/one"), unlink("d/three"), unlink("d/later"), rmdir("d");
}

static void test_refused(void) {
    tw_error err = TW_ERROR_INIT;
    tw_output *o;
    is_int(tw_file_write("no/such/folder", TW_STR("x"), &err), TW_EOUTPUT, "no folder");
    is_int(tw_file_write(".", TW_STR("x"), &err), TW_EOUTPUT, "a directory");
    put("kept", "safe");
    chmod("kept", 0444);
    if (geteuid() != 0)
        is_int(tw_file_write("kept", TW_STR("x"), &err), TW_EOUTPUT, "a protected file");
    ok(holds("kept", "safe"), "is kept");
    chmod("kept", 0644);
    struct rlimit old, tiny = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    tiny.rlim_max = old.rlim_max;
    ok(setrlimit(RLIMIT_FSIZE, &tiny) == 0, "a disk that fills up");
    succeeds(tw_output_open("kept", &o, &err), &err, "open");
    char *bytes = tw_calloc(1, 200000);
    is_int(tw_output_write(o, bytes, 200000, &err), TW_EOUTPUT, "is an error of the write");
    is_int(tw_output_commit(o, &err), TW_EOUTPUT, "and of the commit");
    succeeds(tw_output_open("kept", &o, &err), &err, "open");
    succeeds(tw_output_write(o, bytes, 2000, &err), &err, "a short text waits in the buffer");
    is_int(tw_output_commit(o, &err), TW_EOUTPUT, "and fails at the commit");
    setrlimit(RLIMIT_FSIZE, &old);
    free(bytes);
    ok(holds("kept", "safe") && files_here() == 1, "the old file stands, nothing is left behind");
    unlink("kept");
}

static void test_direct(void) {
    tw_output *o;
    tw_error err = TW_ERROR_INIT;
    int ends[2];
    char path[40], room[8];
    signal(SIGPIPE, SIG_IGN);
    ok(pipe(ends) == 0, "a pipe");
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    succeeds(tw_file_write(path, TW_STR("abc"), &err), &err, "a descriptor is written directly");
    ok(read(ends[0], room, sizeof room) == 3, "and read");
    close(ends[0]);
    succeeds(tw_output_open(path, &o, &err), &err, "its reader goes");
    char *bytes = tw_calloc(1, 200000);
    succeeds(tw_output_write(o, bytes, 200000, &err), &err, "writing is no error");
    ok(tw_output_closed(o), "but known");
    succeeds(tw_output_write(o, bytes, 10, &err), &err, "what follows is dropped");
    succeeds(tw_output_commit(o, &err), &err, "and the commit ends quietly");
    free(bytes);
    close(ends[1]);
    succeeds(tw_file_write("/dev/null", TW_STR("x"), &err), &err, "a device");
    struct stat st;
    ok(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode), "is not replaced");
    if (tw_file_exists("/dev/full"))
        is_int(tw_file_write("/dev/full", TW_STR("x"), &err), TW_EOUTPUT, "a full device");
    int log = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ok(log >= 0 && write(log, "one ", 4) == 4, "a log");
    snprintf(path, sizeof path, "/proc/self/fd/%d", log);
    if (tw_file_exists("/proc/self/fd"))
        ok(tw_file_write(path, TW_STR("two"), &err) == TW_OK && holds("log", "one two"),
           "is appended to by descriptor");
    close(log);
    unlink("log");
}

static bool stage(tw_output_set *set, const char *path, const char *text) {
    const char *staged;
    if (tw_output_set_add(set, path, &staged, NULL) != TW_OK)
        return false;
    put(staged, text);
    return holds(staged, text);
}

static void test_together(void) {
    const char *staged;
    tw_error err = TW_ERROR_INIT;
    put("old", "before");
    chmod("old", 0640);
    tw_output_set *set = tw_output_set_new();
    ok(stage(set, "old", "after") && stage(set, "new.csv.gz", "new"), "two files are staged");
    ok(tw_output_set_add(set, "third.csv.gz", &staged, &err) == TW_OK &&
           tw_str_ends(tw_str_c(staged), TW_STR(".csv.gz")),
       "under names of the same kind");
    ok(holds("old", "before") && access("new.csv.gz", F_OK) != 0, "nothing is seen of them yet");
    tw_output_set_abort(set);
    ok(holds("old", "before") && files_here() == 1, "nor when they are given up");
    set = tw_output_set_new();
    ok(stage(set, "old", "after") && stage(set, "new.csv.gz", "new"), "staged again");
    succeeds(tw_output_set_commit(set, &err), &err, "both appear");
    ok(holds("old", "after") && holds("new.csv.gz", "new") && files_here() == 2, "and nothing else");
    struct stat st;
    ok(stat("old", &st) == 0 && (st.st_mode & 0777) == 0640, "a file keeps its mode");
    unlink("new.csv.gz");
    set = tw_output_set_new();
    ok(stage(set, "old", "never") && stage(set, "new", "never") && stage(set, "late", "never"),
       "three are staged");
    ok(mkdir("late", 0700) == 0 && mkdir("late/x", 0700) == 0, "the last place is taken meanwhile");
    is_int(tw_output_set_commit(set, &err), TW_EOUTPUT, "then none can appear");
    ok(holds("old", "after") && access("new", F_OK) != 0, "what stood there stands there again");
    rmdir("late/x"), rmdir("late");
    set = tw_output_set_new();
    is_int(tw_output_set_add(set, "/dev/null", &staged, &err), TW_EOUTPUT, "a device is refused");
    tw_output_set_abort(set);
    tw_output_set_abort(NULL);
    unlink("old");
    is_int(files_here(), 0, "nothing is left behind");
}

int main(void) {
    char folder[] = "test-file-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 99;
    test_mapping();
    test_guard();
    test_read();
    test_output();
    test_links();
    test_refused();
    test_direct();
    test_together();
    ok(chdir("..") == 0 && rmdir(folder) == 0, "nothing is left");
    return tap_done();
}
