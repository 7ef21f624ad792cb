/* Help from the tables. Nothing about a command is written down twice: the same rows that bind
 * arguments describe them. */
#include "app/help.h"

#include "app/call.h"
#include "base/unicode.h"

enum { LABEL = 26, WIDTH = 100 };

static const char *kind_word(const tw_param *p) {
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
    else if (*kind_word(p))
        tw_buf_printf(out, " %s", kind_word(p));
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

static void put_param(const tw_param *p, tw_buf *out) {
    tw_buf label, text;
    tw_buf_init(&label, 4096);
    tw_buf_init(&text, 1 << 16);
    tw_buf_c(&label, "  ");
    put_name(p, &label);
    if (p->help)
        tw_buf_c(&text, p->help);
    put_limits(p, &text);
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
    tw_call_usage(command, &usage);
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

/* --- pages --- */

bool tw_help_text(const tw_session *session, const tw_command *command, unsigned surface,
                  const tw_param *program, size_t n_program, tw_buf *out) {
    const char *lead = surface == TW_COMMAND_CLI ? "trowel " : ":";
    (void)session;
    tw_buf_printf(out, "%s%s: %s\n\nusage: %s", lead, command->name, command->summary, lead);
    tw_call_usage(command, out);
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
