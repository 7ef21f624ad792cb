/* The program: decides between subcommand, workbench and script, and wires the rooms together.
 *
 * Nothing else happens here: options of the workbench are read, hooks are filled, files are opened, the screen takes over. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/session.h"
#include "base/file.h"
#include "cli/cli.h"
#include "tui/tui.h"

typedef struct start {
    const char *theme, *keymap, *script, *recipe;
    int width, height;
    bool plain;
    char *const *files;
    int n_files;
} start;

static int usage_error(const char *what, const char *word) {
    fprintf(stderr, "trowel: workbench: %s '%s'; see trowel --help\n", what, word);
    return tw_rc_status(TW_EUSAGE);
}

static enum tw_rc wire(tw_session *session, tw_error *err) {
    return tw_tui_register(session, err);
}

/* Flags of the workbench; 0 when all were understood. Files follow in out->files. */
static int read_flags(int argc, char **argv, start *out) {
    *out = (start){.files = (char *const *)argv};
    const struct {
        const char *flag;
        const char **value;
    } texts[] = {{"--theme", &out->theme}, {"--keymap", &out->keymap}, {"--script", &out->script}, {"--recipe", &out->recipe}};
    const char *size = NULL;
    bool flags_end = false;
    for (int i = 1; i < argc; i++) {
        const char **value = NULL;
        if (flags_end || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[out->n_files++] = argv[i];
            continue;
        }
        flags_end = strcmp(argv[i], "--") == 0;
        out->plain |= strcmp(argv[i], "--plain") == 0;
        if (flags_end || strcmp(argv[i], "--plain") == 0)
            continue;
        value = strcmp(argv[i], "--headless") == 0 ? &size : NULL;
        for (size_t k = 0; k < TW_COUNT(texts); k++)
            value = strcmp(argv[i], texts[k].flag) == 0 ? texts[k].value : value;
        if (!value)
            return usage_error("unknown flag or subcommand", argv[i]);
        if (i + 1 == argc)
            return usage_error("a value is missing behind", argv[i]);
        *value = argv[++i];
    }
    if (size && (!out->script || !tw_screen_size_parse(size, &out->width, &out->height)))
        return usage_error(out->script ? "--headless takes WIDTHxHEIGHT, not" : "--script FILE is missing beside --headless", size);
    if (out->script && !size)
        return usage_error("--headless WxH is missing beside --script", out->script);
    return 0;
}

static enum tw_rc open_files(tw_session *session, const start *s, tw_error *err) {
    for (int i = 0; i < s->n_files; i++) {
        enum tw_rc rc = tw_session_open(session, s->files[i], NULL, err);
        if (rc)
            return rc;
    }
    if (s->n_files == 0 && !isatty(STDIN_FILENO) && !s->script && !s->plain)
        return tw_session_open(session, "-", NULL, err);
    return TW_OK;
}

static enum tw_rc prepare(tw_session *session, const start *s, tw_error *err) {
    enum tw_rc rc = wire(session, err);
    if (!rc && s->keymap) {
        char line[512];
        snprintf(line, sizeof line, "keymap %s", s->keymap);
        rc = tw_session_run_line(session, tw_str_c(line), NULL, err);
    }
    if (!rc)
        rc = open_files(session, s, err);
    if (!rc && s->recipe) {
        char line[4200];
        snprintf(line, sizeof line, "recipe-run \"%s\"", s->recipe);
        rc = tw_session_run_line(session, tw_str_c(line), NULL, err);
    }
    return rc;
}

static int workbench(const start *s) {
    int64_t stopped = INT64_C(1767225600) * 1000000; /* 2026-01-01: scripts see one moment */
    tw_clock clock = tw_clock_fixed(&stopped);
    char state[4096];
    const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    snprintf(state, sizeof state, "%s%s/trowel", xdg && *xdg ? xdg : home ? home : "/tmp", xdg && *xdg ? "" : "/.local/state");
    tw_session_options options = {.clock = s->script ? &clock : NULL, .headless = s->script != NULL, .state_dir = s->script ? NULL : state};
    tw_session *session = NULL;
    tw_error err = TW_ERROR_INIT;
    int status = 0;
    enum tw_rc rc = tw_session_new(&options, &session, &err);
    if (!rc)
        rc = prepare(session, s, &err);
    if (!rc && s->script)
        status = tw_tui_headless(session, s->width, s->height, s->script);
    else if (!rc && s->plain)
        status = tw_tui_plain(session);
    else if (!rc)
        rc = tw_tui_run(session, s->theme, &err);
    tw_session_free(session);
    return rc ? tw_cli_fail(&err, false, false) : status;
}

int main(int argc, char **argv) {
    static const tw_cli_wiring wiring = {.wire = wire};
    start s;
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && tw_cli_is_subcommand(argv[1], &wiring))
        return tw_cli_main(argc, argv, &wiring);
    if (argc > 1 && argv[1][0] != '-' && !tw_file_exists(argv[1]) && !strpbrk(argv[1], "./"))
        return tw_cli_main(argc, argv, &wiring); /* neither file nor subcommand: it says what was meant */
    int status = read_flags(argc, argv, &s);
    return status ? status : workbench(&s);
}
