/* The workbench in a terminal: one poll over keys, session news and signals; paint when something changed.
 *
 * Signals only write a byte into a pipe; those that would kill us restore the terminal first. A fault (SIGSEGV and its
 * kind) restores it from the handler with plain writes, then dies of its own. Idle costs nothing. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "tui/tui.h"

#include "base/clock.h"
#include "tui/keys.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/workbench.h"

enum { ESCAPE_MS = 25, FRAME_MICROS = 16000, INPUT_MAX = 4096, PROGRESS_MS = 150, FOLLOWING_MS = 400 };

static int signal_pipe[2] = {-1, -1};
static struct termios shell_terminal;
static volatile sig_atomic_t terminal_taken;

typedef struct loop {
    tw_session *session;
    tw_workbench *wb;
    tw_screen *screen;
    char input[INPUT_MAX];
    size_t n;
    bool dirty, ended;
    unsigned theme;     /* change of the workbench's theme that is shown */
    int ended_by;
    int64_t painted;
} loop;

/* --- signals --- */

static void note_signal(int number) {
    int saved = errno;
    char byte = (char)number;
    ssize_t unused = write(signal_pipe[1], &byte, 1);
    (void)unused;
    errno = saved;
}

static void die_restored(int number) {
    static const char leave[] = "\033[?2004l\033[?1000l\033[?1006l\033[?1049l\033[?25h\033[0m\r\n";
    if (terminal_taken) {
        ssize_t unused = write(STDOUT_FILENO, leave, sizeof leave - 1);
        (void)unused;
        tcsetattr(STDOUT_FILENO, TCSANOW, &shell_terminal);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void watch(int number, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_flags = flags};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static enum tw_rc watch_signals(tw_error *err) {
    static const int noted[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
    static const int fatal[] = {SIGSEGV, SIGABRT, SIGFPE, SIGILL};
    if (pipe(signal_pipe) != 0)
        return tw_fail_errno(err, TW_EINPUT, "workbench: no pipe for signals", "close other programs");
    for (size_t i = 0; i < 2; i++) {
        fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
    }
    tcgetattr(STDOUT_FILENO, &shell_terminal);
    for (size_t i = 0; i < TW_COUNT(noted); i++)
        watch(noted[i], note_signal, SA_RESTART);
    for (size_t i = 0; i < TW_COUNT(fatal); i++)
        watch(fatal[i], die_restored, (int)SA_RESETHAND);
    return TW_OK;
}

static void unwatch_signals(void) {
    static const int all[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGSEGV, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < TW_COUNT(all); i++)
        signal(all[i], SIG_DFL);
    close(signal_pipe[0]);
    close(signal_pipe[1]);
}

static void resize(loop *l) {
    int width, height;
    tw_screen_size(l->screen, &width, &height);
    (void)tw_workbench_resize(l->wb, width, height);
}

static void take_signals(loop *l) {
    char bytes[64];
    ssize_t n = read(signal_pipe[0], bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == SIGTERM || bytes[i] == SIGHUP) {
            l->ended = true;
            l->ended_by = bytes[i];
        } else if (bytes[i] == SIGINT) {
            tw_session_cancel(l->session);
        } else if (bytes[i] == SIGTSTP) {
            tw_screen_suspend(l->screen);
        }
        resize(l);
        l->dirty = true;
    }
}

/* --- keys --- */

static void take_keys(loop *l, bool final) {
    char key[TW_KEY_MAX];
    size_t used;
    while ((used = tw_key_decode((tw_str){l->input, l->n}, final, key)) > 0) {
        memmove(l->input, l->input + used, l->n - used);
        l->n -= used;
        l->dirty = true;
        if (strcmp(key, "<C-z>") == 0)
            tw_screen_suspend(l->screen);
        else if (strcmp(key, "<C-l>") == 0)
            tw_screen_redraw(l->screen);
        else if (strcmp(key, "<Unknown>") != 0)
            tw_workbench_key(l->wb, key);
        (void)tw_workbench_pump(l->wb);
    }
}

static void read_keys(loop *l) {
    ssize_t n = read(tw_screen_fd(l->screen), l->input + l->n, sizeof l->input - l->n);
    if (n > 0)
        l->n += (size_t)n;
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        l->ended = true;
    take_keys(l, l->n == sizeof l->input);
}

/* --- the loop --- */

static void paint(loop *l) {
    int x, y;
    unsigned changes;
    const tw_theme *theme = tw_workbench_theme(l->wb, &changes);
    if (changes != l->theme)
        tw_screen_theme(l->screen, theme);
    l->theme = changes;
    tw_screen_mouse(l->screen, tw_str_eq_c(tw_session_option(l->session, "mouse"), "true"));
    tw_cellgrid *grid = tw_workbench_paint(l->wb);
    bool cursor = tw_workbench_cursor(l->wb, &x, &y);
    tw_screen_paint(l->screen, grid, cursor ? x : -1, y);
    l->dirty = false;
    l->painted = tw_clock_monotonic(NULL);
}

/* Until a key could be complete, a frame is due, or a running job's progress is worth showing; -1 = for ever. */
static int patience(const loop *l) {
    if (l->n)
        return ESCAPE_MS;
    if (l->dirty) {
        int64_t since = tw_clock_monotonic(NULL) - l->painted;
        return since >= FRAME_MICROS ? 0 : (int)((FRAME_MICROS - since) / 1000) + 1;
    }
    if (tw_workbench_waits_for_key(l->wb))
        return FOLLOWING_MS;
    return tw_session_jobs(l->session) ? PROGRESS_MS : -1;
}

/* Nothing came for as long as patience() said. */
static void time_passed(loop *l) {
    if (l->n)
        take_keys(l, true);
    else if (!l->dirty && tw_workbench_waits_for_key(l->wb))
        tw_workbench_list_following(l->wb);
    l->dirty = true;
}

static void turn(loop *l) {
    struct pollfd fds[3] = {{.fd = tw_screen_fd(l->screen), .events = POLLIN},
                            {.fd = tw_session_wake_fd(l->session), .events = POLLIN},
                            {.fd = signal_pipe[0], .events = POLLIN}};
    int ready = poll(fds, TW_COUNT(fds), patience(l));
    if (ready == 0)
        time_passed(l);
    if (ready > 0 && fds[0].revents)
        read_keys(l);
    if (ready > 0 && fds[2].revents)
        take_signals(l);
    if (tw_workbench_pump(l->wb))
        l->dirty = true;
    bool due = tw_clock_monotonic(NULL) - l->painted >= FRAME_MICROS || (ready > 0 && fds[0].revents);
    if (l->dirty && due && !l->ended)
        paint(l);
}

static enum tw_rc set_theme(loop *l, const char *name, tw_error *err) {
    const char *no_color = getenv("NO_COLOR");
    if (!name && no_color && *no_color)
        name = "mono";
    return tw_workbench_set_theme(l->wb, name ? tw_str_c(name) : tw_session_option(l->session, "theme"), err);
}

/* Directory by directory; what cannot be made shows when a file is written there. */
static void make_dirs(const char *dir) {
    char path[4096];
    for (size_t n = 1; dir && n < sizeof path && n <= strlen(dir); n++) {
        if (dir[n] != '/' && dir[n] != '\0')
            continue;
        snprintf(path, sizeof path, "%.*s", (int)n, dir);
        (void)mkdir(path, 0700);
    }
}

/* Files opened since the last time, for the list that a start without a file shows. */
static void remember_files(tw_session *session, const char *dir) {
    for (size_t i = 0; i < tw_session_datasets(session); i++) {
        const char *path = tw_dataset_path(tw_session_dataset_at(session, i));
        if (path && strcmp(path, "-") != 0)
            tw_files_remember(dir, path);
    }
}

static enum tw_rc start(loop *l, const char *theme_name, tw_error *err) {
    int width, height;
    tw_theme plain;
    enum tw_rc rc = tw_theme_find(TW_STR("mono"), NULL, &plain, err);
    if (rc == TW_OK)
        rc = tw_screen_open(&plain, &l->screen, err);
    if (rc)
        return rc;
    terminal_taken = 1;
    tw_screen_size(l->screen, &width, &height);
    rc = tw_workbench_new(l->session, width, height, &l->wb, err);
    if (rc == TW_OK)
        rc = set_theme(l, theme_name, err);
    if (rc)
        return rc;
    const char *dir = tw_session_state_dir(l->session);
    if (!tw_session_dataset(l->session))
        tw_workbench_welcome(l->wb);
    (void)tw_workbench_pump(l->wb);
    paint(l);
    make_dirs(dir);
    tw_prompt_load_histories(dir); /* after the first screen */
    return TW_OK;
}

enum tw_rc tw_tui_run(tw_session *session, const char *theme_name, tw_error *err) {
    loop l = {.session = session, .dirty = true};
    enum tw_rc rc = watch_signals(err);
    if (rc == TW_OK)
        rc = start(&l, theme_name, err);
    while (rc == TW_OK && !l.ended && !tw_workbench_done(l.wb))
        turn(&l);
    tw_workbench_free(l.wb);
    tw_screen_close(l.screen);
    terminal_taken = 0;
    unwatch_signals();
    remember_files(session, tw_session_state_dir(session));
    tw_prompt_save_histories(tw_session_state_dir(session));
    if (rc == TW_OK && l.ended_by)
        raise(l.ended_by);
    return rc;
}
