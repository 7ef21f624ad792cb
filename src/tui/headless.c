/* The workbench without a terminal: a script in, screens out, the same bytes every time.
 *
 * A line is a verb of the table below or a command line. Commands wait for the result of jobs they need by themselves; the
 * first line that fails ends the script, its message and the screen on stderr. */
#include <stdio.h>
#include <unistd.h>

#include "tui/tui.h"

#include "app/words.h"
#include "base/file.h"
#include "base/number.h"
#include "base/regex.h"
#include "tui/keys.h"
#include "tui/workbench.h"

typedef struct script {
    tw_workbench *wb;
    int line;
} script;

typedef enum tw_rc (*verb_fn)(script *s, tw_str rest, tw_error *err);

/* A line of a script that is no command. */
typedef struct verb {
    const char *name;
    verb_fn run;
    bool raw; /* the rest of the line as it stands */
} verb;

static const verb *verb_of(tw_str line);
static enum tw_rc run_line(script *s, tw_str line, tw_error *err);

static void settle(script *s) {
    (void)tw_workbench_pump(s->wb);
}

static enum tw_rc do_keys(script *s, tw_str rest, tw_error *err) {
    (void)err;
    char key[TW_KEY_MAX];
    size_t used;
    while ((used = tw_key_parse(rest, key)) > 0 && !tw_workbench_done(s->wb)) {
        rest = tw_str_sub(rest, used, rest.n);
        tw_workbench_key(s->wb, key);
        settle(s);
    }
    return TW_OK;
}

static enum tw_rc do_resize(script *s, tw_str rest, tw_error *err) {
    int width, height;
    char text[32];
    snprintf(text, sizeof text, "%.*s", TW_ARG(rest));
    if (!tw_screen_size_parse(text, &width, &height))
        return tw_fail(err, TW_EUSAGE, "resize: '%s' is not WIDTHxHEIGHT; write for instance 80x24", text);
    return tw_workbench_resize(s->wb, width, height) ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc do_wait(script *s, tw_str rest, tw_error *err) {
    if (!tw_str_eq_c(rest, "idle"))
        return tw_fail(err, TW_EUSAGE, "wait: '%.*s' is nothing to wait for; write wait idle", TW_ARG(rest));
    tw_session_wait_idle(tw_workbench_session(s->wb));
    settle(s);
    return TW_OK;
}

static enum tw_rc dump(script *s, bool styles, tw_str path, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, (size_t)1 << 26);
    tw_cellgrid_dump(tw_workbench_paint(s->wb), styles, &text);
    enum tw_rc rc = tw_buf_check(&text, err);
    char *name = path.n ? tw_str_dup(path) : NULL;
    if (!rc && name)
        rc = tw_file_write(name, tw_buf_view(&text), err);
    else if (!rc && write(STDOUT_FILENO, text.p, text.n) != (ssize_t)text.n)
        rc = tw_fail_errno(err, TW_EOUTPUT, "screen: standard output", "free some space");
    free(name);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc do_screen(script *s, tw_str rest, tw_error *err) {
    tw_str flag = TW_STR("--styles");
    bool styles = tw_str_starts(rest, flag);
    return dump(s, styles, tw_str_trim(styles ? tw_str_sub(rest, flag.n, rest.n) : rest), err);
}

static enum tw_rc look_for(script *s, tw_str rest, bool wanted, tw_error *err) {
    if (rest.n < 2 || rest.p[0] != '/' || rest.p[rest.n - 1] != '/')
        return tw_fail(err, TW_EUSAGE, "expect: '%.*s' is not /REGEX/; put slashes around it", TW_ARG(rest));
    tw_regex *re = NULL;
    tw_buf text, pattern;
    tw_buf_init(&pattern, 1 << 16);
    tw_buf_printf(&pattern, "(?m)%.*s", (int)(rest.n - 2), rest.p + 1); /* ^ and $ are those of the screen's lines */
    enum tw_rc rc = tw_regex_new(tw_buf_view(&pattern), 0, &re, err);
    tw_buf_fini(&pattern);
    if (rc)
        return rc;
    tw_buf_init(&text, (size_t)1 << 26);
    tw_cellgrid_dump(tw_workbench_paint(s->wb), false, &text);
    if (tw_regex_match(re, tw_buf_view(&text), NULL, NULL) != wanted)
        rc = tw_fail(err, TW_EFOUND, "expect: %.*s is %s the screen; look at the screen below", TW_ARG(rest), wanted ? "not on" : "on");
    tw_buf_fini(&text);
    tw_regex_free(re);
    return rc;
}

static enum tw_rc do_expect(script *s, tw_str rest, tw_error *err) {
    return look_for(s, rest, true, err);
}

static enum tw_rc do_expect_not(script *s, tw_str rest, tw_error *err) {
    return look_for(s, rest, false, err);
}

/* What a command says stands in the message line; what a check says does not, or the pattern would be on the screen. */
static enum tw_rc do_try(script *s, tw_str rest, tw_error *err) {
    (void)err;
    tw_error ignored = TW_ERROR_INIT;
    if (run_line(s, rest, &ignored) != TW_OK && !verb_of(rest)) {
        char text[1024];
        tw_error_render(&ignored, text, sizeof text);
        tw_workbench_say(s->wb, TW_ROLE_MESSAGE_ERROR, text);
    }
    return TW_OK;
}

static const verb verbs[] = {
    {"keys", do_keys, true},       {"resize", do_resize, false},          {"wait", do_wait, false}, {"screen", do_screen, false},
    {"expect", do_expect, false}, {"expect-not", do_expect_not, false}, {"try", do_try, false},
};

static const verb *verb_of(tw_str line) {
    tw_str name, rest;
    tw_line_split(line, &name, &rest);
    bool command = tw_str_trim(line).n && tw_str_trim(line).p[0] == ':';
    for (size_t i = 0; !command && i < TW_COUNT(verbs); i++)
        if (tw_str_eq_c(name, verbs[i].name) && (!verbs[i].raw || rest.n))
            return &verbs[i];
    return NULL; /* `keys` alone is the command that lists them */
}

static enum tw_rc run_line(script *s, tw_str line, tw_error *err) {
    tw_str name, rest;
    tw_str trimmed = tw_str_trim(line);
    if (trimmed.n == 0 || trimmed.p[0] == '#')
        return TW_OK;
    const verb *own = verb_of(line);
    if (own) {
        tw_line_split(line, &name, &rest);
        return own->run(s, own->raw ? rest : tw_str_trim(rest), err);
    }
    enum tw_rc rc = tw_workbench_run_awaited(s->wb, trimmed, err);
    settle(s);
    return rc;
}

static int report(script *s, const char *path, enum tw_rc rc, const tw_error *err) {
    char text[1024];
    tw_buf screen;
    tw_error_render(err, text, sizeof text);
    fprintf(stderr, "trowel: %s:%d: %s\n", path, s->line, text);
    tw_buf_init(&screen, (size_t)1 << 26);
    tw_cellgrid_dump(tw_workbench_paint(s->wb), false, &screen);
    fprintf(stderr, "%.*s", (int)screen.n, screen.p ? screen.p : "");
    tw_buf_fini(&screen);
    return tw_rc_status(rc);
}

static int run_script(script *s, const char *path) {
    char *bytes = NULL;
    size_t n = 0;
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_file_read_any(path, (size_t)1 << 26, &bytes, &n, &err);
    tw_str text = {bytes, n}, line;
    for (s->line = 1; !rc && !tw_workbench_done(s->wb) && tw_str_split(&text, '\n', &line); s->line++) {
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        rc = run_line(s, line, &err);
        if (rc)
            break;
    }
    int status = rc ? report(s, path, rc, &err) : 0;
    free(bytes);
    return status;
}

int tw_tui_headless(tw_session *session, int width, int height, const char *theme, const char *script_path) {
    script s = {0};
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_workbench_new(session, width, height, &s.wb, &err);
    if (!rc && theme)
        rc = tw_workbench_set_theme(s.wb, tw_str_c(theme), &err);
    if (rc) {
        fprintf(stderr, "trowel: %s\n", err.message);
        tw_workbench_free(s.wb);
        return tw_rc_status(rc);
    }
    tw_workbench_set_headless(s.wb);
    if (!tw_session_dataset(session))
        tw_workbench_welcome(s.wb);
    settle(&s);
    int status = run_script(&s, script_path);
    tw_session_wait_idle(session);
    tw_workbench_free(s.wb);
    return status;
}

bool tw_screen_size_parse(const char *text, int *width, int *height) {
    tw_str rest = tw_str_c(text), w, h = {NULL, 0};
    int64_t wide, high;
    if (!tw_str_split(&rest, 'x', &w) || !tw_str_split(&rest, 'x', &h))
        return false;
    if (!tw_parse_i64(w, &wide) || !tw_parse_i64(h, &high) || wide < 1 || high < 1 || wide > 2000 || high > 2000)
        return false;
    *width = (int)wide;
    *height = (int)high;
    return true;
}
