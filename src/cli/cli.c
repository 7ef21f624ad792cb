/* One subcommand from argv to exit status: parse, open FILE, run the row, write what it left. The
 * order matters for what a user sees: a wrong call is said before any file is touched, and nothing
 * is written when anything failed. */
#include "config.h"

#include "cli/cli.h"

#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/help.h"
#include "app/render.h"
#include "app/write.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/program.h"
#include "cli/watch.h"

typedef struct invocation {
    tw_session *session;
    const tw_command *command;
    tw_call call;
    tw_arena arena;
    tw_param rows[TW_PROGRAM_MAX];
    tw_program_args program;
    tw_doc *args; /* of the command and beyond, as one map */
} invocation;

/* --- output --- */

static bool use_color(int when) {
    return when == TW_ALWAYS || (when == TW_AUTO && isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
}

static int width_of_terminal(void) {
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

static enum tw_rc put_stdout(const tw_buf *text, tw_error *err) {
    tw_output *out = NULL;
    enum tw_rc rc = text->failed ? tw_fail_memory(err) : tw_output_open("-", &out, err);
    if (rc == TW_OK)
        rc = tw_output_write(out, text->p, text->n, err);
    if (rc == TW_OK)
        return tw_output_commit(out, err);
    tw_output_abort(out);
    return rc;
}

static enum tw_rc put_document(const invocation *in, const tw_doc *doc, tw_error *err) {
    if (!doc)
        return TW_OK;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    if (in->program.json)
        tw_json_write(&text, doc, 2);
    else
        tw_render_text(doc, in->command->view, width_of_terminal(), &text);
    if (in->program.json)
        tw_buf_char(&text, '\n');
    enum tw_rc rc = put_stdout(&text, err);
    tw_buf_fini(&text);
    return rc;
}

static void put_messages(const invocation *in) {
    static const char *const words[] = {
        [TW_DEBUG] = "", [TW_NOTE] = "", [TW_WARNING] = "warning: "};
    tw_event event;
    while (tw_session_next_event(in->session, &event)) {
        bool wanted =
            event.kind == TW_EVENT_ERROR || (event.kind == TW_EVENT_MESSAGE && !in->program.quiet &&
                                             (event.level > TW_DEBUG || in->program.verbose));
        if (wanted)
            fprintf(stderr, "trowel: %s%s\n",
                    words[event.kind == TW_EVENT_ERROR ? TW_WARNING : event.level], event.text);
        tw_doc_free(event.doc);
    }
}

static tw_doc *text_or_null(const char *text) {
    return *text ? tw_doc_c(text) : tw_doc_null();
}

/* {"error": {"exit": 2, "code": "unknown-column", "message", "file", "row", "column"}} */
static void put_json_error(const tw_error *err) {
    tw_doc *doc = tw_doc_map(), *inner = tw_doc_map();
    if (!doc || !inner || !tw_doc_set(doc, "error", inner)) {
        tw_doc_free(doc);
        return;
    }
    tw_doc_set(inner, "exit", tw_doc_int(tw_rc_status(err->code)));
    tw_doc_set(inner, "code", tw_doc_c(tw_rc_word(err->code)));
    tw_doc_set(inner, "message", tw_doc_c(err->message));
    tw_doc_set(inner, "file", text_or_null(err->file));
    tw_doc_set(inner, "row", err->row >= 0 ? tw_doc_int(err->row) : tw_doc_null());
    tw_doc_set(inner, "column", text_or_null(err->column));
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    if (tw_json_write(&text, doc, 2) && tw_buf_char(&text, '\n') &&
        put_stdout(&text, NULL) != TW_OK)
        fprintf(stderr, "trowel: stdout cannot be written\n");
    tw_buf_fini(&text);
    tw_doc_free(doc);
}

int tw_cli_fail(const tw_error *err, bool json, bool color) {
    char text[1600];
    tw_error_render(err, text, sizeof text);
    fprintf(stderr, "%strowel:%s %s\n", color ? "\033[31m" : "", color ? "\033[0m" : "", text);
    if (json)
        put_json_error(err);
    return tw_rc_status(err->code);
}

/* --- help --- */

static enum tw_rc put_page(const tw_session *session, const tw_command *command, tw_error *err) {
    tw_call call;
    tw_param rows[TW_PROGRAM_MAX];
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    enum tw_rc rc = tw_call_init(&call, command, err);
    if (rc == TW_OK) {
        tw_program_add(&call, rows);
        tw_help_text(session, command, TW_COMMAND_CLI, rows, call.sets[TW_SET_PROGRAM].n, &text);
        if (call.sets[TW_SET_READING].n)
            tw_buf_c(&text, "\nhow FILE is read (guessed without):\n");
        tw_help_params(call.sets[TW_SET_READING].params, call.sets[TW_SET_READING].n, &text);
        rc = put_stdout(&text, err);
    }
    tw_call_fini(&call);
    tw_buf_fini(&text);
    return rc;
}

static void put_overview(const tw_session *session, tw_buf *text) {
    tw_buf_c(text, "trowel: a terminal workbench for tabular data\n\n"
                   "usage: trowel [FLAGS] [FILE…]   open the workbench; FLAGS say how files are read\n"
                   "       trowel SUB [FLAGS] FILE  work without a screen\n\nsubcommands:\n");
    for (size_t i = 0; i < tw_session_command_count(session); i++) {
        const tw_command *c = tw_session_command_at(session, i);
        if (tw_is_listed(c))
            tw_buf_printf(text, "  %-11s %s\n", c->name, c->summary);
    }
    tw_buf_c(text, "\n'trowel help SUB' explains one, 'trowel help METHOD' a method such as knn; "
                   "'trowel --version' names the version.\n");
}

/* "sort<TAB>sort -age samples/patients.csv": what the tests run. */
static void put_examples(const tw_session *session, tw_buf *text) {
    for (size_t i = 0; i < tw_session_command_count(session); i++) {
        const tw_command *c = tw_session_command_at(session, i);
        if (c->example && !(c->flags & TW_COMMAND_HIDDEN))
            tw_buf_printf(text, "%s\t%s\t%s\n", c->flags & TW_COMMAND_CLI ? "cli" : "screen",
                          c->name, c->example);
    }
}

/* A word that is no subcommand: a method, a command of the workbench, an option. */
static enum tw_rc put_topic(tw_session *session, tw_str word, tw_error *err) {
    tw_doc *doc = NULL;
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    enum tw_rc rc = tw_help_word(session, word, &doc, err);
    if (rc == TW_OK)
        tw_render_text(doc, "help", width_of_terminal(), &text);
    if (rc == TW_OK)
        rc = put_stdout(&text, err);
    tw_doc_free(doc);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc help_on(tw_session *session, int argc, char *const *argv, tw_error *err) {
    const tw_command *command;
    tw_buf word;
    tw_buf_init(&word, 4096);
    for (int i = 0; i < argc; i++)
        tw_buf_printf(&word, "%s%s", i ? " " : "", argv[i]);
    enum tw_rc rc = tw_buf_check(&word, err);
    if (rc == TW_OK && tw_session_require_command(session, tw_buf_view(&word), TW_COMMAND_CLI,
                                                  &command, NULL) == TW_OK)
        rc = put_page(session, command, err);
    else if (rc == TW_OK)
        rc = put_topic(session, tw_buf_view(&word), err);
    tw_buf_fini(&word);
    return rc;
}

/* argv: what stands behind "help". */
static enum tw_rc run_help(tw_session *session, int argc, char *const *argv, tw_error *err) {
    if (argc && argv[0][0] != '-')
        return help_on(session, argc, argv, err);
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    if (argc && strcmp(argv[0], "--examples") == 0)
        put_examples(session, &text);
    else
        put_overview(session, &text);
    enum tw_rc rc = put_stdout(&text, err);
    tw_buf_fini(&text);
    return rc;
}

/* --- a subcommand --- */

static enum tw_rc merge_args(invocation *in, tw_error *err) {
    in->args = tw_doc_copy(in->call.sets[TW_SET_COMMAND].values);
    const tw_doc *more = in->call.sets[TW_SET_MORE].values;
    bool good = in->args != NULL;
    for (size_t i = 0; good && i < tw_doc_count(more); i++)
        good = tw_doc_set_str(in->args, tw_doc_key(more, i), tw_doc_copy(tw_doc_at(more, i)));
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc parse(invocation *in, int argc, char *const *argv, tw_error *err) {
    enum tw_rc rc = tw_session_require_command(in->session, tw_str_c(argv[1]), TW_COMMAND_CLI,
                                               &in->command, err);
    if (rc == TW_OK)
        rc = tw_call_init(&in->call, in->command, err);
    if (rc != TW_OK)
        return rc;
    tw_program_add(&in->call, in->rows);
    rc = tw_call_argv(&in->call, argv + 2, (size_t)argc - 2, &in->arena, err);
    if (rc == TW_OK)
        rc = tw_program_bind(&in->call, &in->program, &in->arena, err);
    return rc == TW_OK ? merge_args(in, err) : rc;
}

static enum tw_rc check_file_named(const invocation *in, tw_error *err) {
    bool explains = in->command->family && tw_doc_as_bool(tw_doc_get(in->args, "explain"), false);
    bool model = in->command->family && tw_doc_get(in->args, "model");
    if (model && in->call.files.n)
        return tw_fail(err, TW_EUSAGE, "%s: --model draws without FILE; leave '%.*s' out",
                       in->command->name, TW_ARG(in->call.files.at[0]));
    if (model && in->program.in_place)
        return tw_fail(err, TW_EUSAGE, "%s: --model leaves no place to write over; give -o OUT",
                       in->command->name);
    if (in->command->scope != TW_SCOPE_FILE || in->call.files.n || explains || model)
        return TW_OK;
    tw_buf usage;
    tw_buf_init(&usage, 1 << 16);
    tw_call_usage(in->command, true, &usage);
    enum tw_rc rc = tw_fail(err, TW_EUSAGE, "%s: no FILE is named; write 'trowel %s'",
                            in->command->name, usage.failed ? in->command->name : usage.p);
    tw_buf_fini(&usage);
    return rc;
}

/* OUT over a recipe, state, key or a second output of the same call would destroy what it holds.
 * FILE itself has --in-place. */
static enum tw_rc check_out(const invocation *in, tw_error *err) {
    const tw_doc *out = tw_doc_get(in->args, "out");
    tw_str given = out ? tw_doc_as_text(out, TW_STR("")) : in->program.out;
    char *to = given.p && !tw_str_eq(given, TW_STR("-")) ? tw_str_dup(given) : NULL;
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; to && rc == TW_OK && i < in->command->n_params; i++) {
        const tw_param *param = &in->command->params[i];
        bool other = param->kind == TW_PARAM_PATH && strcmp(param->name, "out") != 0 &&
                     strcmp(param->name, "file") != 0;
        char *path = other
                         ? tw_str_dup(tw_doc_as_text(tw_doc_get(in->args, param->name), TW_STR("")))
                         : NULL;
        bool named = path && *path;
        if (named && (tw_file_exists(to) ? tw_file_same_regular(path, to) : strcmp(path, to) == 0))
            rc = tw_fail(err, TW_EUSAGE, "%s: it is named twice in this call; write somewhere else",
                         to);
        free(path);
    }
    free(to);
    return rc;
}

/* `impute -m N` leaves files and no table. */
static enum tw_rc check_files(const invocation *in, tw_error *err) {
    bool several = in->command->family && tw_doc_get(in->args, "m");
    bool named = in->program.out.p && !tw_str_eq_c(in->program.out, "-");
    if (!several || (named && !in->program.in_place))
        return TW_OK;
    return tw_fail(err, TW_EUSAGE, "%s -m: it writes several files; name them with -o OUT",
                   in->command->name);
}

static enum tw_rc set_up(invocation *in, tw_error *err) {
    int width = width_of_terminal();
    enum tw_rc rc = tw_session_set_run(in->session, (size_t)in->program.threads,
                                       (uint64_t)in->program.seed, err);
    if (rc == TW_OK)
        rc = tw_session_set_reading(in->session, in->call.sets[TW_SET_READING].values, err);
    tw_session_set_json(in->session, in->program.json);
    tw_session_set_text_size(in->session, width ? width : 80, 24, false);
    return rc;
}

static enum tw_rc open_file(invocation *in, tw_error *err) {
    if (!in->call.files.n)
        return TW_OK;
    return tw_session_open(in->session, in->call.files.at[0].p,
                           in->call.sets[TW_SET_READING].values, err);
}

/* Data go to stdout or OUT; with --json the one document is the table, or what was written where.
 */
static enum tw_rc write_table(invocation *in, tw_doc **doc, tw_error *err) {
    char *path = in->program.out.p ? tw_str_dup(in->program.out) : NULL;
    tw_write_to to = {path, in->program.in_place, in->program.no_manifest};
    bool to_stdout = !path && !in->program.in_place;
    enum tw_rc rc = TW_OK;
    tw_doc_free(*doc);
    *doc = NULL;
    if (in->program.out.p && !path)
        rc = tw_fail_memory(err);
    else if (in->program.json && to_stdout)
        rc = tw_session_table_doc(in->session, doc, err);
    else
        rc = tw_session_write(in->session, in->command, &to, err);
    if (rc == TW_OK && in->program.json && !to_stdout)
        rc = tw_session_written_doc(
            in->session, path ? path : tw_dataset_path(tw_session_dataset(in->session)), doc, err);
    free(path);
    return rc;
}

static enum tw_rc run(invocation *in, tw_error *err) {
    tw_doc *doc = NULL;
    enum tw_rc rc = open_file(in, err);
    tw_session_will_write(in->session, in->program.out);
    if (rc == TW_OK)
        rc = tw_session_run(in->session, in->command, in->args, &doc, err);
    if (rc == TW_OK && (in->command->flags & TW_COMMAND_TABLE) &&
        !tw_session_explained(in->session))
        rc = write_table(in, &doc, err);
    if (rc == TW_OK)
        rc = put_document(in, doc, err);
    tw_doc_free(doc);
    return rc;
}

static enum tw_rc run_watched(invocation *in, tw_error *err) {
    enum tw_when when = (enum tw_when)in->program.progress;
    bool progress =
        when == TW_ALWAYS || (when == TW_AUTO && isatty(STDERR_FILENO) && !in->program.quiet);
    tw_watch *watch = tw_watch_start(tw_session_task(in->session), progress);
    enum tw_rc rc =
        set_up(in, err); /* behind the watch: threads of the pool inherit blocked signals */
    if (rc == TW_OK)
        rc = run(in, err);
    tw_watch_stop(watch);
    return rc;
}

static int subcommand(tw_session *session, int argc, char *const *argv) {
    invocation in = {.session = session};
    tw_error err = TW_ERROR_INIT;
    tw_arena_init(&in.arena);
    enum tw_rc rc = parse(&in, argc, argv, &err);
    if (rc == TW_OK && in.program.help)
        rc = put_page(session, in.command, &err);
    else if (rc == TW_OK)
        rc = check_file_named(&in, &err);
    if (rc == TW_OK && !in.program.help)
        rc = check_out(&in, &err);
    if (rc == TW_OK && !in.program.help)
        rc = check_files(&in, &err);
    if (rc == TW_OK && !in.program.help)
        rc = run_watched(&in, &err);
    put_messages(&in);
    int status = tw_session_found(session) ? tw_rc_status(TW_EFOUND) : 0;
    if (rc != TW_OK)
        status = tw_cli_fail(&err, in.program.json || tw_program_wants_json(argc, argv),
                             use_color(in.program.color));
    tw_call_fini(&in.call);
    tw_doc_free(in.args);
    tw_arena_fini(&in.arena);
    return status;
}

/* --- the door --- */

static enum tw_rc make_session(const tw_cli_wiring *wiring, tw_session **out, tw_error *err) {
    tw_session_options options = {.threads = 1, .batch = true, .headless = true};
    enum tw_rc rc = tw_session_new(&options, out, err);
    if (rc == TW_OK)
        rc = tw_cli_register(*out, err);
    if (rc == TW_OK && wiring && wiring->wire)
        rc = wiring->wire(*out, err);
    return rc;
}

static void end_session(const tw_cli_wiring *wiring, tw_session *session) {
    if (session && wiring && wiring->unwire)
        wiring->unwire(session);
    tw_session_free(session);
}

static bool is_help(const char *word) {
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

bool tw_cli_is_subcommand(const char *word, const tw_cli_wiring *wiring) {
    tw_session *session = NULL;
    const tw_command *command;
    if (is_help(word) || strcmp(word, "--version") == 0)
        return true;
    bool is = make_session(wiring, &session, NULL) == TW_OK &&
              tw_session_require_command(session, tw_str_c(word), TW_COMMAND_CLI, &command, NULL) ==
                  TW_OK;
    end_session(wiring, session);
    return is;
}

int tw_cli_main(int argc, char *const *argv, const tw_cli_wiring *wiring) {
    tw_session *session = NULL;
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = make_session(wiring, &session, &err);
    bool json = tw_program_wants_json(argc, argv);
    int status = 0;
    if (rc == TW_OK && strcmp(argv[1], "--version") == 0)
        printf("trowel %s\n", PACKAGE_VERSION);
    else if (rc == TW_OK && is_help(argv[1]))
        rc = run_help(session, argc - 2, argv + 2, &err);
    else if (rc == TW_OK)
        status = subcommand(session, argc, argv);
    if (rc != TW_OK)
        status = tw_cli_fail(&err, json, false);
    end_session(wiring, session);
    return status;
}
