/* Help from the tables. Nothing about a command is written down twice: the same rows that bind
 * arguments describe them. */
#include "app/help.h"

#include "app/call.h"
#include "app/session_impl.h"
#include "base/unicode.h"

enum { LABEL = 26, WIDTH = 100 };

const char *tw_help_value(const tw_param *p) {
    static const char *const words[] = {
        [TW_PARAM_BOOL] = "",        [TW_PARAM_INT] = "N",       [TW_PARAM_NUMBER] = "X",
        [TW_PARAM_TEXT] = "TEXT",    [TW_PARAM_CHOICE] = "WORD", [TW_PARAM_COLUMN] = "COL",
        [TW_PARAM_COLUMNS] = "COLS", [TW_PARAM_EXPR] = "EXPR",   [TW_PARAM_PATH] = "PATH",
        [TW_PARAM_TEXTS] = "TEXT",   [TW_PARAM_DOC] = "JSON"};
    return words[p->kind];
}

static void put_name(const tw_param *p, tw_buf *out) {
    bool positional = p->flags & TW_PARAM_POSITIONAL;
    if (p->letter)
        tw_buf_printf(out, "-%c", p->letter);
    if (!positional && strlen(p->name) > 1) {
        tw_buf_c(out, p->letter ? ", --" : "--");
        for (const char *c = p->name; *c; c++)
            tw_buf_char(out, *c == '_' ? '-' : *c);
    }
    if (positional)
        for (const char *c = p->name; *c; c++)
            tw_buf_char(out, *c == '_' ? '-' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c));
    else if (*tw_help_value(p))
        tw_buf_printf(out, " %s", tw_help_value(p));
}

static void put_limits(const tw_param *p, tw_buf *out) {
    if (p->choices)
        tw_buf_printf(out, "%s: %s", p->help ? "" : "one of", p->choices);
    if (p->fallback && *p->fallback && strcmp(p->fallback, "-1") != 0)
        tw_buf_printf(out, " (default %s)", p->fallback);
    if (p->flags & TW_PARAM_REQUIRED && !(p->flags & TW_PARAM_POSITIONAL))
        tw_buf_c(out, " (needed)");
}

/* Words of text from column `at` on, wrapped, each further line indented to LABEL. */
static void put_wrapped(tw_str text, size_t at, tw_buf *out) {
    tw_str rest = text, word;
    bool first = true;
    while (tw_str_split(&rest, ' ', &word)) {
        size_t width = tw_text_width(word);
        if (!first && at + 1 + width > WIDTH) {
            tw_buf_char(out, '\n');
            tw_buf_fill(out, ' ', LABEL);
            at = LABEL;
        } else if (!first) {
            tw_buf_char(out, ' ');
            at++;
        }
        tw_buf_str(out, word);
        at += width;
        first = false;
    }
    tw_buf_char(out, '\n');
}

bool tw_help_says(const tw_param *p, tw_buf *out) {
    if (p->help)
        tw_buf_c(out, p->help);
    put_limits(p, out);
    return !out->failed;
}

static void put_param(const tw_param *p, tw_buf *out) {
    tw_buf label, text;
    tw_buf_init(&label, 4096);
    tw_buf_init(&text, 1 << 16);
    tw_buf_c(&label, "  ");
    put_name(p, &label);
    tw_help_says(p, &text);
    tw_buf_str(out, tw_buf_view(&label));
    if (label.n + 2 > LABEL) {
        tw_buf_char(out, '\n');
        tw_buf_fill(out, ' ', LABEL);
    } else {
        tw_buf_fill(out, ' ', LABEL - label.n);
    }
    put_wrapped(tw_buf_view(&text), LABEL, out);
    tw_buf_fini(&label);
    tw_buf_fini(&text);
}

bool tw_help_params(const tw_param *params, size_t n, tw_buf *out) {
    for (size_t i = 0; i < n; i++)
        if (!(params[i].flags & TW_PARAM_HIDDEN))
            put_param(&params[i], out);
    return !out->failed;
}

/* --- documents --- */

static tw_doc *param_row(const tw_param *p) {
    tw_doc *row = tw_doc_list();
    tw_buf name;
    tw_buf_init(&name, 4096);
    put_name(p, &name);
    if (row) {
        tw_doc_add(row, tw_doc_text(tw_buf_view(&name)));
        tw_doc_add(row, tw_doc_c(p->fallback));
        tw_doc_add(row, tw_doc_c(p->choices));
        tw_doc_add(row, tw_doc_c(p->help));
    }
    tw_buf_fini(&name);
    return row;
}

static tw_doc *params_table(const tw_command *command) {
    static const char *const columns[] = {"parameter", "default", "choices", "help"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < command->n_params; i++)
        if (!(command->params[i].flags & TW_PARAM_HIDDEN))
            tw_doc_add(table, param_row(&command->params[i]));
    for (size_t i = 0; table && i < command->n_more; i++)
        tw_doc_add(table, param_row(&command->more[i]));
    return table;
}

tw_doc *tw_help_command(const tw_session *session, const tw_command *command) {
    tw_doc *doc = tw_doc_map();
    tw_buf usage;
    if (!doc)
        return NULL;
    tw_buf_init(&usage, 1 << 16);
    tw_call_usage(command, !(command->flags & TW_COMMAND_SCREEN), &usage);
    tw_doc_set(doc, "name", tw_doc_c(command->name));
    if (command->alias)
        tw_doc_set(doc, "alias", tw_doc_c(command->alias));
    tw_doc_set(doc, "usage", tw_doc_text(tw_buf_view(&usage)));
    tw_doc_set(doc, "summary", tw_doc_c(command->summary));
    if (command->help)
        tw_doc_set(doc, "help", tw_doc_c(command->help));
    const char *keys = tw_session_keys_of(session, "grid", command->name);
    if (keys)
        tw_doc_set(doc, "keys", tw_doc_c(keys));
    if (command->n_params + command->n_more)
        tw_doc_set(doc, "parameters", params_table(command));
    if (command->example)
        tw_doc_set(doc, "example", tw_doc_c(command->example));
    tw_buf_fini(&usage);
    return doc;
}

tw_doc *tw_help_list(const tw_session *session, unsigned surface) {
    static const char *const columns[] = {"command", "alias", "keys", "what it does"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < tw_session_command_count(session); i++) {
        const tw_command *command = tw_session_command_at(session, i);
        tw_doc *row = NULL;
        if (!(command->flags & surface) || (command->flags & TW_COMMAND_HIDDEN) ||
            !(row = tw_doc_list()))
            continue;
        tw_doc_add(row, tw_doc_c(command->name));
        tw_doc_add(row, tw_doc_c(command->alias));
        tw_doc_add(row, tw_doc_c(tw_session_keys_of(session, "grid", command->name)));
        tw_doc_add(row, tw_doc_c(command->summary));
        tw_doc_add(table, row);
    }
    return table;
}

/* --- words --- */

bool tw_method_at(const char *family, size_t i, tw_method *out) {
    size_t n;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t k = 0; k < n; k++) {
        if (strcmp(rows[k]->family, family) != 0 || i--)
            continue;
        *out = (tw_method){.summary = rows[k]->summary,
                           .params = rows[k]->params,
                           .n_params = rows[k]->n_params};
        tw_step_method_name(rows[k], out->name);
        return true;
    }
    return false;
}

/* '_', '-' and a blank are the same; what is left of `word` when it begins with `name`. */
static bool begins(tw_str word, const char *name, tw_str *rest) {
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++) {
        bool dash = i < word.n && (name[i] == '_' || name[i] == '-') && strchr("_- ", word.p[i]);
        if (i >= word.n || (word.p[i] != name[i] && !dash))
            return false;
    }
    *rest = tw_str_sub(word, n, word.n);
    return true;
}

/* "knn", "impute_knn", "impute knn" */
static bool is_method(tw_str word, const tw_step_row *row) {
    char method[64];
    tw_str rest;
    tw_step_method_name(row, method);
    if (begins(word, row->name, &rest) && !rest.n)
        return true;
    if (begins(word, row->family, &rest) && rest.n > 1 && strchr("_- ", rest.p[0]))
        word = tw_str_sub(rest, 1, rest.n);
    return begins(word, method, &rest) && !rest.n;
}

/* One method as it is, several under their names. */
static tw_doc *methods_called(tw_str word) {
    size_t n, found = 0;
    const tw_step_row *const *rows = tw_steps(&n);
    const tw_step_row *only = NULL;
    tw_doc *all = tw_doc_map();
    for (size_t i = 0; all && i < n; i++)
        if (is_method(word, rows[i])) {
            only = rows[i];
            found++;
            tw_doc_set(all, rows[i]->name, tw_step_explain(rows[i]));
        }
    if (found > 1)
        return all;
    tw_doc_free(all);
    return found ? tw_step_explain(only) : NULL;
}

static tw_doc *option_doc(const tw_session *session, tw_str word) {
    const tw_options *options = &session->options;
    for (size_t i = 0; i < options->n; i++) {
        tw_str rest;
        const tw_param *p = options->rows[i];
        if (!begins(word, p->name, &rest) || rest.n)
            continue;
        tw_doc *doc = tw_doc_map();
        tw_doc_set(doc, "option", tw_doc_c(p->name));
        tw_doc_set(doc, "value", tw_doc_text(tw_session_option(session, p->name)));
        tw_doc_set(doc, "default", tw_doc_c(p->fallback));
        tw_doc_set(doc, "choices", tw_doc_c(p->choices));
        tw_doc_set(doc, "help", tw_doc_c(p->help));
        return doc;
    }
    return NULL;
}

/* Every word there is help for: commands, methods, options. */
static const char *topic_at(const void *ctx, size_t i) {
    const tw_session *s = ctx;
    size_t n;
    const tw_step_row *const *rows = tw_steps(&n);
    if (i < s->registry.n)
        return s->registry.rows[i]->name;
    i -= s->registry.n;
    if (i < n) {
        const char *name = rows[i]->name, *method = strchr(name, '_');
        size_t family = strlen(rows[i]->family);
        return method && strncmp(name, rows[i]->family, family) == 0 ? name + family + 1 : name;
    }
    i -= n;
    return i < s->options.n ? s->options.rows[i]->name : NULL;
}

enum tw_rc tw_help_word(const tw_session *session, tw_str word, tw_doc **out, tw_error *err) {
    const tw_command *command = tw_session_command(session, word);
    *out = command ? tw_help_command(session, command) : methods_called(word);
    if (!*out)
        *out = option_doc(session, word);
    if (*out)
        return tw_doc_failed(*out) ? tw_fail_memory(err) : TW_OK;
    const char *near = tw_nearest(word, topic_at, session);
    if (near)
        return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: there is no help on it; did you mean '%s'?",
                       TW_ARG(word), near);
    return tw_fail(err, TW_EUNKNOWN_NAME,
                   "%.*s: there is no help on it; 'help' lists the commands, '--explain' the methods",
                   TW_ARG(word));
}

/* --- pages --- */

bool tw_help_text(const tw_session *session, const tw_command *command, unsigned surface,
                  const tw_param *program, size_t n_program, tw_buf *out) {
    const char *lead = surface == TW_COMMAND_CLI ? "trowel " : ":";
    (void)session;
    tw_buf_printf(out, "%s%s: %s\n\nusage: %s", lead, command->name, command->summary, lead);
    tw_call_usage(command, surface == TW_COMMAND_CLI, out);
    tw_buf_char(out, '\n');
    if (command->help)
        tw_buf_printf(out, "\n%s\n", command->help);
    if (command->n_params + command->n_more)
        tw_buf_c(out, "\nparameters:\n");
    tw_help_params(command->params, command->n_params, out);
    tw_help_params(command->more, command->n_more, out);
    if (command->example)
        tw_buf_printf(out, "\nexample:\n  %s%s\n", lead, command->example);
    if (n_program)
        tw_buf_c(out, "\nflags of every subcommand:\n");
    tw_help_params(program, n_program, out);
    return !out->failed;
}
