/* The program: decides between subcommand, workbench, script and line mode, and wires the rooms together.
 *
 * Nothing else happens here: flags of the workbench are read, hooks are filled, files are opened, a driver takes over. */
#include "config.h"

#include <signal.h>
#include <unistd.h>

#include "app/reading.h"
#include "app/session.h"
#include "base/file.h"
#include "base/number.h"
#include "base/process.h"
#include "cli/cli.h"
#include "script/script.h"
#include "tui/tui.h"

enum { SCRIPT_MOMENT = 1767225600 }; /* 2026-01-01: scripts see one moment */

typedef struct start {
    const char *theme, *keymap, *script, *recipe, *size;
    int width, height;
    bool plain;
    tw_doc *reading; /* overrides for the files, NULL = none */
    int n_files;     /* moved to the front of argv, behind argv[0] */
} start;

/* Plugins and configuration are for the workbench: a subcommand starts without them. */
static enum tw_rc attach(tw_session *session, tw_script_options options, tw_error *err) {
    const char *seconds = getenv("TROWEL_RECIPE_SECONDS");
    if (seconds && !tw_parse_f64(tw_str_c(seconds), &options.recipe_seconds, false))
        return tw_fail(err, TW_EUSAGE, "TROWEL_RECIPE_SECONDS: '%s' is no number; give seconds such as 2.5", seconds);
    return tw_script_attach(session, &options, err);
}

static enum tw_rc wire(tw_session *session, tw_error *err) {
    enum tw_rc rc = attach(session, (tw_script_options){0}, err);
    return rc == TW_OK ? tw_tui_register(session, err) : rc;
}

static enum tw_rc wire_workbench(tw_session *session, tw_error *err) {
    const char *config = tw_session_config_dir(session), *more = getenv("TROWEL_PLUGINS");
    char plugins[4096] = "", init[4096] = "";
    if (config) {
        snprintf(plugins, sizeof plugins, "%s/plugins", config);
        snprintf(init, sizeof init, "%s/init.lua", config);
    }
    const char *const dirs[] = {TW_DATADIR "/plugins", config ? plugins : more, config ? more : NULL, NULL};
    enum tw_rc rc = tw_tui_register(session, err);
    return rc == TW_OK ? attach(session, (tw_script_options){.plugin_dirs = dirs, .config = config ? init : NULL}, err) : rc;
}

static const tw_cli_wiring wiring = {.wire = wire, .unwire = tw_script_detach};

/* --- flags --- */

static enum tw_rc take_flag(int argc, char **argv, int *i, start *out, tw_error *err) {
    const struct {
        const char *flag;
        const char **value;
    } rows[] = {{"--theme", &out->theme},   {"--keymap", &out->keymap},  {"--script", &out->script},
                {"--recipe", &out->recipe}, {"--headless", &out->size}};
    if (strcmp(argv[*i], "--plain") == 0) {
        out->plain = true;
        return TW_OK;
    }
    const char *flag = argv[*i], **value = NULL;
    for (size_t k = 0; k < TW_COUNT(rows); k++)
        value = strcmp(flag, rows[k].flag) == 0 ? rows[k].value : value;
    bool reading = strncmp(flag, "--", 2) == 0 && tw_reading_find(flag + 2);
    if (!value && !reading)
        return tw_fail(err, TW_EUSAGE, "workbench: unknown flag %s; see 'trowel help'", flag);
    if (*i + 1 == argc)
        return tw_fail(err, TW_EUSAGE, "workbench: a value is missing behind %s; see 'trowel help'", flag);
    ++*i;
    if (reading)
        return tw_reading_add(&out->reading, flag + 2, tw_str_c(argv[*i])) ? TW_OK : tw_fail_memory(err);
    *value = argv[*i];
    return TW_OK;
}

static enum tw_rc check_flags(start *s, tw_error *err) {
    if (s->size && !s->script)
        return tw_fail(err, TW_EUSAGE, "workbench: --headless needs --script FILE beside it");
    if (s->script && !s->size)
        return tw_fail(err, TW_EUSAGE, "workbench: --script needs --headless WxH beside it");
    if (s->size && !tw_screen_size_parse(s->size, &s->width, &s->height))
        return tw_fail(err, TW_EUSAGE, "workbench: --headless %s is no size; write for instance --headless 80x24", s->size);
    return TW_OK;
}

static enum tw_rc read_flags(int argc, char **argv, start *out, tw_error *err) {
    enum tw_rc rc = TW_OK;
    bool flags_end = false;
    *out = (start){0};
    for (int i = 1; i < argc && rc == TW_OK; i++) {
        if (flags_end || argv[i][0] != '-' || argv[i][1] == '\0')
            argv[1 + out->n_files++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            flags_end = true;
        else
            rc = take_flag(argc, argv, &i, out, err);
    }
    return rc == TW_OK ? check_flags(out, err) : rc;
}

/* --- the workbench --- */

/* A command line made of a command and one word. */
static enum tw_rc run_word(tw_session *session, const char *command, const char *word, tw_error *err) {
    const tw_command *row = NULL;
    enum tw_rc rc = tw_session_require_command(session, tw_str_c(command), TW_COMMAND_SCREEN, &row, err);
    tw_doc *args = rc == TW_OK ? tw_doc_map() : NULL;
    if (rc == TW_OK && !tw_doc_set(args, row->params[0].name, tw_doc_c(word)))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_session_run(session, row, args, NULL, err);
    tw_doc_free(args);
    return rc;
}

/* Data on stdin are opened when no file is named; a terminal there is for keys, a script has none. */
static enum tw_rc prepare(tw_session *session, const start *s, char *const *files, tw_error *err) {
    enum tw_rc rc = wire_workbench(session, err);
    if (rc == TW_OK && s->keymap)
        rc = run_word(session, "keymap", s->keymap, err);
    for (int i = 0; i < s->n_files && rc == TW_OK; i++)
        rc = tw_session_open(session, files[i], s->reading, err);
    if (rc == TW_OK && s->n_files == 0 && !s->script && !s->plain && !isatty(STDIN_FILENO))
        rc = tw_session_open(session, "-", s->reading, err);
    if (rc == TW_OK && s->recipe)
        rc = run_word(session, "recipe-run", s->recipe, err);
    return rc;
}

/* $VARIABLE/trowel, else $HOME/BEHIND/trowel, else nothing. */
static const char *user_dir(const char *variable, const char *behind, char *path, size_t size) {
    const char *xdg = getenv(variable), *home = getenv("HOME");
    if (xdg && *xdg)
        snprintf(path, size, "%s/trowel", xdg);
    else if (home && *home)
        snprintf(path, size, "%s/%s/trowel", home, behind);
    else
        return NULL;
    return path;
}

/* A terminal that cannot move its cursor gets the line mode. */
static bool is_dumb(void) {
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && (!term || !*term || strcmp(term, "dumb") == 0);
}

static int workbench(const start *s, char *const *files) {
    int64_t stopped = (int64_t)SCRIPT_MOMENT * 1000000;
    tw_clock clock = tw_clock_fixed(&stopped);
    char state[4096], config[4096];
    tw_session_options options = {.clock = s->script ? &clock : NULL, .headless = s->script != NULL};
    if (!s->script) {
        options.state_dir = user_dir("XDG_STATE_HOME", ".local/state", state, sizeof state);
        options.config_dir = user_dir("XDG_CONFIG_HOME", ".config", config, sizeof config);
    }
    tw_session *session = NULL;
    tw_error err = TW_ERROR_INIT;
    int status = 0;
    enum tw_rc rc = tw_session_new(&options, &session, &err);
    if (rc == TW_OK)
        rc = prepare(session, s, files, &err);
    if (rc == TW_OK && s->script)
        status = tw_tui_headless(session, s->width, s->height, s->theme, s->script);
    else if (rc == TW_OK && (s->plain || is_dumb()))
        status = tw_tui_plain(session);
    else if (rc == TW_OK)
        rc = tw_tui_run(session, s->theme, &err);
    tw_script_detach(session);
    tw_session_free(session);
    tw_doc_free(s->reading);
    return rc == TW_OK ? status : tw_cli_fail(&err, false, false);
}

/* A lone word that is neither file nor path was meant as a subcommand: the command line says which are near. */
static bool is_misspelt(const char *word) {
    return word[0] != '-' && !strpbrk(word, "./") && !tw_file_exists(word);
}

int main(int argc, char **argv) {
    start s;
    tw_error err = TW_ERROR_INIT;
    if (!tw_keep_standard_descriptors())
        return tw_rc_status(TW_EOUTPUT);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the write */
    if (argc > 1 && (tw_cli_is_subcommand(argv[1], &wiring) || is_misspelt(argv[1])))
        return tw_cli_main(argc, argv, &wiring);
    if (read_flags(argc, argv, &s, &err) != TW_OK)
        return tw_cli_fail(&err, false, false);
    return workbench(&s, argv + 1);
}
