/* The program itself: help, options, keys, history, jobs, keys for masking. */
#include "app/commands.h"

#include "app/help.h"
#include "app/session_impl.h"

static enum tw_rc done(tw_doc *doc, tw_doc **out, tw_error *err) {
    *out = doc;
    return doc ? TW_OK : tw_fail_memory(err);
}

/* --- help --- */

typedef struct help_args {
    tw_str_list word;
} help_args;

static const tw_param help_params[] = {
    TW_ROW(help_args, word, TEXT, .flags = TW_PARAM_POSITIONAL | TW_PARAM_REST,
           .help = "a command, a method or an option; all commands without it"),
};

/* "impute knn" may come as two words. */
static enum tw_rc run_help(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const help_args *args = raw;
    if (!args->word.n)
        return done(tw_help_list(s, TW_COMMAND_SCREEN), out, err);
    tw_buf topic;
    tw_buf_init(&topic, 4096);
    for (size_t i = 0; i < args->word.n; i++)
        tw_buf_printf(&topic, "%s%.*s", i ? " " : "", TW_ARG(args->word.at[i]));
    enum tw_rc rc = tw_buf_check(&topic, err);
    if (rc == TW_OK)
        rc = tw_help_word(s, tw_buf_view(&topic), out, err);
    tw_buf_fini(&topic);
    return rc;
}

/* --- options and keys --- */

typedef struct set_args {
    tw_str option, value;
} set_args;

static const tw_param set_params[] = {
    TW_ROW(set_args, option, TEXT, .flags = TW_PARAM_POSITIONAL,
           .help = "an option; all of them are listed without it"),
    TW_ROW(set_args, value, TEXT, .flags = TW_PARAM_POSITIONAL, .help = "its new value"),
};

static enum tw_rc run_set(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const set_args *args = raw;
    if (!args->option.p)
        return done(tw_options_doc(&s->options), out, err);
    if (args->value.p)
        return tw_session_set_option(s, args->option, args->value, err);
    char *name = tw_str_dup(args->option);
    tw_str value = name ? tw_session_option(s, name) : TW_STR("");
    tw_doc *doc = name ? tw_doc_printf("%s = %.*s", name, TW_ARG(value)) : NULL;
    free(name);
    return done(doc, out, err);
}

typedef struct name_args {
    tw_str name;
} name_args;

static const tw_param keymap_params[] = {
    TW_ROW(name_args, name, TEXT, .flags = TW_WORD,
           .help = "a preset (visidata, vi, less, default) or a file"),
};
static const tw_param theme_params[] = {
    TW_ROW(name_args, name, TEXT, .flags = TW_WORD,
           .help = "a file of themes/, without its suffix"),
};
static const tw_param keygen_params[] = {
    {.name = "file",
     .kind = TW_PARAM_PATH,
     .offset = offsetof(name_args, name),
     .flags = TW_WORD,
     .help = "where the key is written; must not exist"},
};

/* A map of the user's configuration, else a built-in one; anything with a slash is a file. The text
 * is a heap block. */
static enum tw_rc find_keymap(const tw_session *s, tw_str name, char **text, size_t *n,
                              tw_error *err) {
    bool is_path = tw_str_find_char(name, '/', 0) != SIZE_MAX;
    tw_buf path;
    tw_buf_init(&path, 4096);
    if (is_path)
        tw_buf_str(&path, name);
    else
        tw_buf_printf(&path, "%s/keys/%.*s.keys", s->given.config_dir ? s->given.config_dir : "",
                      TW_ARG(name));
    enum tw_rc rc = tw_buf_check(&path, err);
    tw_str builtin = tw_keymap_builtin(name);
    if (!rc && (is_path || (s->given.config_dir && tw_file_exists(path.p))))
        rc = tw_file_read(path.p, 1 << 20, text, n, err);
    else if (!rc && builtin.p) {
        *text = tw_str_dup(builtin);
        *n = builtin.n;
        rc = *text ? TW_OK : tw_fail_memory(err);
    } else if (!rc)
        rc = tw_fail(err, TW_EUNKNOWN_NAME,
                     "%.*s: there is no such key map; write default, visidata, vi, less or a path",
                     TW_ARG(name));
    tw_buf_fini(&path);
    return rc;
}

static enum tw_rc run_keymap(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const name_args *args = raw;
    (void)out;
    char *text = NULL;
    size_t n = 0;
    bool standard = tw_str_eq(args->name, TW_STR("default"));
    enum tw_rc rc = standard ? TW_OK : find_keymap(s, args->name, &text, &n, err);
    tw_keymap fresh;
    tw_keymap_init(&fresh);
    if (rc == TW_OK)
        rc = tw_keymap_load(&fresh, tw_keymap_builtin(TW_STR("default")), "default", err);
    if (rc == TW_OK && !standard)
        rc = tw_keymap_load(&fresh, (tw_str){text, n}, "key map", err);
    free(text);
    if (rc != TW_OK) {
        tw_keymap_fini(&fresh);
        return rc;
    }
    tw_keymap_fini(&s->keymap);
    s->keymap = fresh;
    return tw_session_set_option(s, TW_STR("keymap"), args->name, err);
}

static enum tw_rc run_keymap_dump(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    return done(tw_keymap_doc(&s->keymap), out, err);
}

static enum tw_rc run_theme(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const name_args *args = raw;
    (void)out;
    return tw_session_set_option(s, TW_STR("theme"), args->name, err);
}

/* {"file", "mode"}: what was written, never the key. */
static tw_doc *key_doc(const char *path) {
    tw_doc *doc = tw_doc_map();
    if (doc && tw_doc_set(doc, "file", tw_doc_c(path)) && tw_doc_set(doc, "mode", tw_doc_c("0600")))
        return doc;
    tw_doc_free(doc);
    return NULL;
}

static enum tw_rc run_keygen(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const name_args *args = raw;
    if (tw_str_eq(args->name, TW_STR("-")))
        return tw_fail(
            err, TW_EUSAGE,
            "keygen: a key is not written to stdout, where others may read it; name a file");
    char *path = tw_str_dup(args->name);
    enum tw_rc rc = path ? tw_key_generate(path, err) : tw_fail_memory(err);
    if (rc == TW_OK && !s->given.batch)
        rc = done(tw_doc_printf("key written to %s", path), out, err);
    else if (rc == TW_OK && s->json)
        rc = done(key_doc(path), out, err);
    free(path);
    return rc;
}

/* --- history --- */

typedef struct count_args {
    int64_t n;
} count_args;

static const tw_param undo_params[] = {
    TW_ROW(count_args, n, INT, .fallback = "1", .min = 1, .max = 1e9, .flags = TW_PARAM_POSITIONAL,
           .help = "how many commands"),
};
static const tw_param history_params[] = {
    {.name = "node",
     .kind = TW_PARAM_INT,
     .offset = offsetof(count_args, n),
     .fallback = "-1",
     .min = -1,
     .max = 1e9,
     .flags = TW_PARAM_POSITIONAL,
     .help = "go there; the whole history is listed without it"},
};

static bool can_undo(const tw_session *s, const char **why) {
    const tw_node *parent = s->history.at->parent;
    *why = parent ? "the version before was dropped for its memory; ':set undo_memory' keeps more"
                  : "nothing to undo";
    return parent && !parent->dropped;
}

static bool can_redo(const tw_session *s, const char **why) {
    const tw_node *youngest = s->history.at->youngest;
    *why = youngest ? "the version behind was dropped for its memory; ':set undo_memory' keeps more"
                    : "nothing to redo";
    return youngest && !youngest->dropped;
}

/* Show what the history points at, in the dataset where the command was given that was undone or
 * redone, the cursor on its place. */
static enum tw_rc went(tw_session *s, const char *word, int64_t number, const tw_node *about,
                       tw_error *err) {
    char line[64];
    tw_session_restore(s, s->history.at);
    if (about->current && !about->current->hidden)
        s->current = about->current;
    if (s->current && about->current == s->current)
        tw_view_set_cursor(&s->current->view, about->cursor_row, about->cursor_column);
    snprintf(line, sizeof line, "%s %lld", word, (long long)number);
    return s->journal ? tw_session_journal(s, line, true, 0, 0, err) : TW_OK;
}

static enum tw_rc run_undo(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const count_args *args = raw;
    tw_session_cancel_changes(s);
    const tw_node *undone = s->history.at;
    size_t gone = tw_history_undo(&s->history, (size_t)args->n);
    while (undone->parent != s->history.at && undone->parent)
        undone = undone->parent;
    enum tw_rc rc = went(s, "undo", (int64_t)gone, undone, err);
    return rc == TW_OK ? done(tw_doc_printf("undone: %s", undone->line), out, err) : rc;
}

static enum tw_rc run_redo(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const count_args *args = raw;
    tw_session_cancel_changes(s);
    size_t gone = tw_history_redo(&s->history, (size_t)args->n);
    enum tw_rc rc = went(s, "redo", (int64_t)gone, s->history.at, err);
    return rc == TW_OK ? done(tw_doc_printf("done again: %s", s->history.at->line), out, err) : rc;
}

static tw_doc *history_doc(const tw_history *history) {
    static const char *const columns[] = {"number", "after", "here", "command"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < history->n; i++) {
        const tw_node *node = history->nodes[i];
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_int((int64_t)i));
            tw_doc_add(row,
                       node->parent ? tw_doc_int((int64_t)node->parent->number) : tw_doc_null());
            tw_doc_add(row, tw_doc_c(node == history->at ? "*" : node->dropped ? "dropped" : ""));
            tw_doc_add(row, tw_doc_c(node->line));
        }
        tw_doc_add(table, row);
    }
    return table;
}

static enum tw_rc run_history(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const count_args *args = raw;
    if (args->n < 0)
        return done(history_doc(&s->history), out, err);
    tw_session_cancel_changes(s);
    if ((size_t)args->n < s->history.n && s->history.nodes[args->n]->dropped)
        return tw_fail(err, TW_EUSAGE,
                       "history: version %lld was dropped for its memory; ':set undo_memory' keeps more",
                       (long long)args->n);
    if (!tw_history_jump(&s->history, (size_t)args->n))
        return tw_fail(err, TW_EUSAGE, "history: there is no number %lld; the last one is %zu",
                       (long long)args->n, s->history.n - 1);
    return went(s, "history", args->n, s->history.at, err);
}

/* --- jobs --- */

static enum tw_rc run_jobs(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    static const char *const columns[] = {"job", "what", "share", "command"};
    (void)args;
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    tw_job_info info;
    for (size_t i = 0; table && tw_session_job(s, i, &info); i++) {
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_int(info.id));
            tw_doc_add(row, tw_doc_c(info.what));
            tw_doc_add(row, info.total ? tw_doc_printf("%d %%", (int)(100.0 * (double)info.done /
                                                                      (double)info.total))
                                       : tw_doc_null());
            tw_doc_add(row, tw_doc_c(info.line));
        }
        tw_doc_add(table, row);
    }
    return done(table, out, err);
}

static enum tw_rc run_cancel(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    if (!tw_session_jobs(s))
        tw_session_say(s, TW_NOTE, "nothing runs that could be stopped; ':quit' leaves");
    tw_session_cancel(s);
    return TW_OK;
}

#define SCREEN TW_COMMAND_SCREEN
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_program[] = {
    {.name = "help",
     .alias = "h",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(help_params, help_args),
     .summary = "Explain a command, a method or an option, or list all commands",
     .example = "help profile",
     .view = "help",
     .run = run_help},
    {.name = "set",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(set_params, set_args),
     .summary = "Change an option, or list them all",
     .example = "set hints false",
     .view = "options",
     .run = run_set},
    {.name = "keymap",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(keymap_params, name_args),
     .summary = "Take another key map",
     .example = "keymap default",
     .run = run_keymap},
    {.name = "keymap-dump",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     .summary = "List every key and what it does",
     .view = "keys",
     .run = run_keymap_dump},
    {.name = "theme",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(theme_params, name_args),
     .summary = "Take other colours",
     .example = "theme dark",
     .run = run_theme},
    {.name = "keygen",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN | TW_COMMAND_CLI,
     PARAMS(keygen_params, name_args),
     .summary = "Write a fresh key for masks",
     .help =
         "64 hexadecimal digits from the system's entropy, mode 0600. Keep it apart from the data.",
     .example = "keygen secret.key",
     .run = run_keygen},
    {.name = "undo",
     .alias = "u",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(undo_params, count_args),
     .summary = "Take back the last commands, view state included",
     .available = can_undo,
     .run = run_undo},
    {.name = "redo",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(undo_params, count_args),
     .summary = "Do again what was undone",
     .available = can_redo,
     .run = run_redo},
    {.name = "history",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     PARAMS(history_params, count_args),
     .summary = "Go to any point of the history, or list it",
     .view = "history",
     .run = run_history},
    {.name = "jobs",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     .summary = "List what runs in the background",
     .view = "jobs",
     .run = run_jobs},
    {.name = "cancel",
     .scope = TW_SCOPE_PROGRAM,
     .flags = SCREEN,
     .summary = "Stop the newest job",
     .run = run_cancel},
};
const size_t tw_commands_program_count = TW_COUNT(tw_commands_program);
