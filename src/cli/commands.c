/* Subcommands about the program's own surface: its manual page, completions for shells. They need
 * all tables and the program's flags, which only this room knows. */
#include "cli/commands.h"

#include "base/args.h"
#include "cli/completion.h"
#include "cli/manual.h"

/* A text of ours as the result. */
static enum tw_rc give(tw_buf *text, enum tw_rc rc, tw_doc **out, tw_error *err) {
    if (text->n && text->p[text->n - 1] == '\n')
        text->n--; /* the renderer ends the line */
    if (rc == TW_OK && !(*out = tw_doc_text(tw_buf_view(text))))
        rc = tw_fail_memory(err);
    tw_buf_fini(text);
    return rc;
}

static enum tw_rc run_man(tw_session *session, const void *args, tw_doc **out, tw_error *err) {
    tw_buf text;
    (void)args;
    tw_buf_init(&text, 1 << 22);
    return give(&text, tw_manual_write(session, &text, err), out, err);
}

enum { COLUMNS = TW_FISH + 1 };
typedef struct completions_args {
    int what; /* enum tw_shell, or COLUMNS */
    tw_str file;
} completions_args;

static const tw_param completions_params[] = {
    TW_ROW(completions_args, what, CHOICE, .choices = "bash|zsh|fish|columns", .flags = TW_WORD,
           .help = "the shell; or the columns of a file, a line each, which the scripts ask for"),
    TW_ROW(completions_args, file, PATH, .flags = TW_PARAM_POSITIONAL,
           .help = "with columns: the file"),
};

/* A name with a line end or another control cannot be typed, nor told on a line. */
static bool is_plain(const char *name) {
    for (; *name; name++)
        if ((unsigned char)*name < ' ' || *name == 0x7f)
            return false;
    return true;
}

/* The head is sniffed and no more. */
static enum tw_rc put_columns(tw_session *session, tw_str path, tw_buf *out, tw_error *err) {
    char *file = path.p ? tw_str_dup(path) : NULL;
    if (!path.p)
        return tw_fail(err, TW_EUSAGE, "completions: no FILE is named; write 'columns FILE'");
    enum tw_rc rc = file ? tw_session_open(session, file, NULL, err) : tw_fail_memory(err);
    const tw_dataset *d = rc == TW_OK ? tw_session_dataset(session) : NULL;
    for (size_t i = 0; d && i < tw_dataset_width(d); i++)
        if (is_plain(tw_dataset_field(d, i)->name))
            tw_buf_printf(out, "%s\n", tw_dataset_field(d, i)->name);
    free(file);
    return rc;
}

static enum tw_rc run_completions(tw_session *session, const void *raw, tw_doc **out,
                                  tw_error *err) {
    const completions_args *args = raw;
    tw_buf text;
    tw_buf_init(&text, 1 << 26);
    enum tw_rc rc =
        args->what == COLUMNS
            ? put_columns(session, args->file, &text, err)
            : tw_completion_write(session, (enum tw_shell)args->what, &text, err);
    return give(&text, rc, out, err);
}

static const tw_command rows[] = {
    {.name = "man",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_CLI,
     .summary = "Print the manual page",
     .help = "trowel.1 as roff, made from the same tables as this help; 'make install' puts it "
             "where man looks.",
     .example = "man",
     .run = run_man},
    {.name = "completions",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_CLI,
     .params = completions_params,
     .n_params = TW_COUNT(completions_params),
     .args_size = sizeof(completions_args),
     .summary = "Print completions for a shell",
     .help = "'make install' puts them where the shells look; else: source <(trowel completions "
             "bash).",
     .example = "completions bash",
     .run = run_completions},
};

enum tw_rc tw_cli_register(tw_session *session, tw_error *err) {
    return tw_session_add_commands(session, rows, TW_COUNT(rows), err);
}
