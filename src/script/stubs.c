/* One class of arguments and one method for each row, in the order of the tables. */
#include "script/stubs.h"

#include "recipe/recipe.h"

static const char *type_word(enum tw_param_kind kind) {
    static const char *const words[] = {
        [TW_PARAM_BOOL] = "boolean",           [TW_PARAM_INT] = "integer",
        [TW_PARAM_NUMBER] = "number",          [TW_PARAM_TEXT] = "string",
        [TW_PARAM_CHOICE] = "string",          [TW_PARAM_COLUMN] = "string",
        [TW_PARAM_COLUMNS] = "string|string[]", [TW_PARAM_EXPR] = "string",
        [TW_PARAM_PATH] = "string",            [TW_PARAM_TEXTS] = "string|string[]",
        [TW_PARAM_DOC] = "table|string|number",
    };
    return words[kind];
}

static void put_choices(const char *choices, tw_buf *out) {
    tw_str rest = tw_str_c(choices), word;
    for (bool first = true; tw_str_split(&rest, '|', &word); first = false)
        tw_buf_printf(out, "%s\"%.*s\"", first ? "" : "|", TW_ARG(word));
}

static void put_fields(const tw_param *params, size_t n, tw_buf *out) {
    for (size_t i = 0; i < n; i++) {
        const tw_param *p = &params[i];
        if (p->flags & TW_PARAM_HIDDEN)
            continue;
        tw_buf_printf(out, "---@field %s%s ", p->name, p->flags & TW_PARAM_REQUIRED ? "" : "?");
        if (p->choices)
            put_choices(p->choices, out);
        else
            tw_buf_c(out, type_word(p->flags & TW_PARAM_REST ? TW_PARAM_TEXTS : p->kind));
        tw_buf_printf(out, " %s", p->help ? p->help : "");
        if (p->fallback && *p->fallback && !p->choices)
            tw_buf_printf(out, " (default %s)", p->fallback);
        tw_buf_char(out, '\n');
    }
}

static bool has_positional(const tw_param *params, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (params[i].flags & TW_PARAM_POSITIONAL)
            return true;
    return false;
}

static void put_step(const tw_step_row *row, tw_buf *out) {
    bool brief = has_positional(row->params, row->n_params);
    tw_buf_printf(out, "\n---@class trowel.args.%s\n", row->name);
    put_fields(row->params, row->n_params, out);
    if (row->flags & TW_STEP_FREE_NAMES)
        tw_buf_c(out, "---@field [string] string|number|boolean\n");
    tw_buf_c(out, "---@field id? string names the step; its random draws depend on it\n---@field note? string\n");
    tw_buf_printf(out, "\n--- %s\n---\n--- %s\n---@param args%s trowel.args.%s%s\n---@return trowel.Recipe\n", row->summary,
                  row->method, "", row->name, brief ? "|string|string[]" : "");
    tw_buf_printf(out, "function Recipe:%s(args) end\n", row->name);
}

/* Names that cannot stand behind a dot: cmd["goto"], cmd["save!"]. */
static bool needs_quotes(const char *name) {
    static const char *const words[] = {"and", "break", "do",  "else", "elseif", "end",    "false", "for",  "function", "goto",  "if",
                                        "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",    "until", "while"};
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0';
}

static void put_command(const tw_command *row, tw_buf *out) {
    char name[128];
    snprintf(name, sizeof name, "%s", row->name);
    for (char *p = name; *p; p++)
        *p = *p == '-' ? '_' : *p;
    bool any = false;
    for (size_t i = 0; i < row->n_params; i++)
        any |= !(row->params[i].flags & TW_PARAM_HIDDEN);
    if (any) {
        tw_buf_printf(out, "\n---@class trowel.cmd.args.%s\n", name);
        put_fields(row->params, row->n_params, out);
    }
    tw_buf_printf(out, "\n--- %s\n", row->summary ? row->summary : "");
    if (any)
        tw_buf_printf(out, "---@param args? trowel.cmd.args.%s|string|number\n", name);
    const char *args = any ? "args, ..." : "";
    if (needs_quotes(name))
        tw_buf_printf(out, "---@return any\ncmd[\"%s\"] = function(%s) end\n", name, args);
    else
        tw_buf_printf(out, "---@return any\nfunction cmd.%s(%s) end\n", name, args);
}

bool tw_stubs_write(const tw_session *session, tw_buf *out) {
    size_t n;
    const tw_step_row *const *steps = tw_steps(&n);
    tw_buf_c(out, "---@meta trowel\n-- Written by trowel from its tables: do not edit. `trowel lua-stubs` writes it anew.\n\n"
                  "---@class trowel.Recipe\nlocal Recipe = {}\n\n"
                  "--- Seed of the random draws, unless --seed is given.\n---@param seed integer\n---@return trowel.Recipe\n"
                  "function Recipe:seed(seed) end\n\n"
                  "--- How the file is read: the names of the reading overrides.\n---@param settings table<string, any>\n"
                  "---@return trowel.Recipe\nfunction Recipe:source(settings) end\n");
    for (size_t i = 0; i < n; i++)
        put_step(steps[i], out);
    tw_buf_c(out, "\n---@class trowel.cmd\nlocal cmd = {}\n");
    for (size_t i = 0; i < tw_session_command_count(session); i++) {
        const tw_command *row = tw_session_command_at(session, i);
        bool shown = row->flags & TW_COMMAND_SCREEN && !(row->flags & TW_COMMAND_HIDDEN);
        if (shown)
            put_command(row, out);
    }
    tw_buf_c(out, "\n---@class trowel\n---@field version string\n---@field api integer\n---@field cmd trowel.cmd\n"
                  "trowel = {}\n\n"
                  "--- A new, empty recipe.\n---@param name? string\n---@return trowel.Recipe\nfunction trowel.recipe(name) end\n\n"
                  "--- Run a command line.\n---@param line string\n---@return any\nfunction trowel.run(line) end\n\n"
                  "--- Add a command.\n---@param row { name: string, summary: string, help?: string, example?: string, args?: table[], "
                  "run: fun(args: table): any }\nfunction trowel.command(row) end\n\n"
                  "--- The current dataset.\n---@return { name: string, path: string?, rows: integer, exact: boolean, modified: boolean, "
                  "columns: { name: string, type: string, role: string }[] }?\nfunction trowel.dataset() end\n\n"
                  "---@param option string\n---@param value string|number|boolean\nfunction trowel.set(option, value) end\n\n"
                  "--- Lines of `context key -> command line`.\n---@param text string\nfunction trowel.keymap(text) end\n\n"
                  "---@param text string\nfunction trowel.say(text) end\n\n"
                  "--- pairs() in the order of the keys (recipes only).\n---@param t table\n---@return fun(): any, any\nfunction sorted(t) end\n");
    return !out->failed;
}
