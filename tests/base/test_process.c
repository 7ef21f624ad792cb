/* Child processes: talk, token, deadline, full pipes, missing programs, kills. */
#include "base/process.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/clock.h"

enum { LONG = 60000 }; /* milliseconds; only a failing test waits so long */

static tw_process *start(const char *script, const char *const *env) {
    const char *const argv[] = {"sh", "-c", script, NULL};
    tw_process *p;
    tw_error err = TW_ERROR_INIT;
    if (tw_process_start(argv, env, &p, &err) != TW_OK)
        printf("# %s\n", err.message);
    return p;
}

static void test_talk(void) {
    tw_process *p =
        start("while read -r line; do echo \"got $line\"; echo END; done; echo bye", NULL);
    tw_error err = TW_ERROR_INIT;
    tw_buf out, errors;
    int status = -1;
    tw_buf_init(&out, 1 << 20);
    tw_buf_init(&errors, 1 << 20);
    ok(tw_process_alive(p) && tw_process_pid(p) > 0, "it runs");
    for (int i = 0; i < 3; i++) {
        char line[32], want[32];
        snprintf(line, sizeof line, "line %d\n", i);
        snprintf(want, sizeof want, "got line %d\n", i);
        tw_buf_clear(&out);
        succeeds(tw_process_write(p, tw_str_c(line), LONG, &err), &err, "write");
        succeeds(tw_process_read_until(p, TW_STR("END"), LONG, NULL, &out, &errors, &err), &err,
                 "read until the token");
        is_text(tw_buf_view(&out), want, "what stood before it");
    }
    tw_buf_clear(&out);
    succeeds(tw_process_finish(p, LONG, &out, &status, &err), &err, "finish");
    is_text(tw_buf_view(&out), "bye\n", "the rest");
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0 && !tw_process_alive(p), "and its status");
    tw_process_free(p);
    tw_buf_fini(&out);
    tw_buf_fini(&errors);
}

static void test_full_pipes(void) {
    tw_process *p = start("cat; cat >&2 /dev/null; exit 3", NULL);
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    int status = 0;
    size_t n = 3000000;
    char *bytes = malloc(n);
    memset(bytes, 'x', n);
    tw_buf_init(&out, 1 << 24);
    succeeds(tw_process_write(p, (tw_str){bytes, n}, LONG, &err), &err,
             "more than both pipes hold is written");
    succeeds(tw_process_finish(p, LONG, &out, &status, &err), &err, "and read back");
    ok(out.n == n && memcmp(out.p, bytes, n) == 0, "all of it");
    is_int(WEXITSTATUS(status), 3, "exit status");
    tw_process_free(p);
    tw_buf_fini(&out);
    free(bytes);
}

static void test_failures(void) {
    const char *const missing[] = {"no-such-program-anywhere", NULL};
    tw_process *p;
    tw_error err = TW_ERROR_INIT;
    tw_buf out, errors;
    tw_buf_init(&out, 1000);
    tw_buf_init(&errors, 1000);
    is_int(tw_process_start(missing, NULL, &p, &err), TW_EUNSUPPORTED,
           "a program that is not there");
    ok(!p && strstr(err.message, "no-such-program-anywhere"), "is named");
    p = start("echo half; echo 'first' >&2; echo 'it broke' >&2", NULL);
    is_int(tw_process_read_until(p, TW_STR("END"), LONG, NULL, &out, &errors, &err), TW_EINPUT,
           "an end before the token");
    ok(strstr(err.message, "it broke"), "tells the last line of stderr");
    is_text(tw_buf_view(&errors), "first\nit broke\n", "which is handed over whole");
    while (tw_process_alive(p)) /* its last descriptors close in any order */
        sched_yield();
    is_int(tw_process_write(p, TW_STR("x"), LONG, &err), TW_EINPUT, "nobody reads any more");
    tw_process_free(p);
    p = start("exec 1>&- 2>&-; read -r line", NULL);
    is_int(tw_process_read_until(p, TW_STR("END"), LONG, NULL, &out, NULL, &err), TW_EINPUT,
           "closed outputs are an end too");
    tw_process_free(p);
    tw_buf_fini(&out);
    tw_buf_fini(&errors);
}

/* The write end of a pipe that only the grandchild holds tells when it is gone. */
static void test_grandchild(void) {
    int ends[2], status = 0;
    char script[80], byte;
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    tw_buf_init(&out, 1000);
    ok(pipe(ends) == 0, "a pipe");
    snprintf(script, sizeof script, "sleep 1000 & exec %d>&-; echo gone", ends[1]);
    tw_process *p = start(script, NULL);
    close(ends[1]);
    succeeds(tw_process_finish(p, LONG, &out, &status, &err), &err,
             "a grandchild that keeps the pipe is not waited for");
    is_text(tw_buf_view(&out), "gone\n", "but what was said is read");
    ok(WIFEXITED(status) && WEXITSTATUS(status) == 0 && !tw_process_alive(p),
       "the child has ended");
    tw_process_free(p);
    ok(read(ends[0], &byte, 1) == 0, "and what it left running goes with it");
    close(ends[0]);
    tw_buf_fini(&out);
}

static void test_deadline(void) {
    tw_process *p = start("sleep 1000 & sleep 1000", NULL);
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    tw_buf_init(&out, 1000);
    is_int(tw_process_read_until(p, TW_STR("END"), 1, NULL, &out, NULL, &err), TW_ELIMIT,
           "a hung child meets the deadline");
    is_int(tw_process_finish(p, 1, &out, NULL, &err), TW_ELIMIT, "also at the end");
    ok(tw_process_alive(p), "it still runs");
    tw_process_kill(p);
    int status = 0;
    succeeds(tw_process_finish(p, LONG, &out, &status, &err), &err, "killed");
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "by the signal");
    tw_process_kill(p);
    tw_process_free(p);
    test_grandchild();
    p = start("sleep 1000", NULL);
    tw_process_free(p);
    tw_process_free(NULL);
    tw_buf_fini(&out);
}

static void test_environment(void) {
    const char *const env[] = {"TW_TEST=a b", "TZ=Nowhere", NULL};
    tw_process *p = start("printf '%s|%s|%s' \"$TW_TEST\" \"$TZ\" \"${PATH:+path}\"; "
                          "ls /proc/self/fd 2>/dev/null | wc -l >&2; kill -PIPE $$; echo survived",
                          env);
    tw_error err = TW_ERROR_INIT;
    tw_buf out;
    int status = 0;
    tw_buf_init(&out, 1000);
    succeeds(tw_process_finish(p, LONG, &out, &status, &err), &err, "runs");
    is_text(tw_buf_view(&out), "a b|Nowhere|path",
            "pairs are added to the environment, equal names replaced");
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE,
       "SIGPIPE is back to its default in the child");
    ok(tw_process_errors(p).n < 4, "few descriptors are open in it: %.*s",
       TW_ARG(tw_str_trim(tw_process_errors(p))));
    tw_process_free(p);
    tw_buf_fini(&out);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    test_talk();
    test_full_pipes();
    test_failures();
    test_deadline();
    test_environment();
    return tap_done();
}
