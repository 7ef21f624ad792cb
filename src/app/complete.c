/* Completion from the rows: what may stand at the cursor follows from the command, its parameters
 * and what was typed before. Each kind of parameter has a source of candidates; a few parameters of
 * a few commands have one of their own. */
#include "app/complete.h"

#include <dirent.h>

#include "app/session_impl.h"
#include "expr/expr.h"
#include "stat/aggregate.h"

enum { PATHS_MAX = 500 };

typedef struct wish {
    const tw_session *session;
    const tw_command *command;
    tw_arena *arena;
    tw_str prefix; /* what is typed of the word, without quotes */
    tw_completion *found;
    size_t n, room;
    bool failed, bare; /* bare: words are put in as they stand, not quoted for the line */
} wish;

/* --- collecting --- */

static bool fits(const wish *w, tw_str word) {
    return word.n >= w->prefix.n && tw_str_eq_nocase(tw_str_sub(word, 0, w->prefix.n), w->prefix);
}

static tw_str for_line(wish *w, tw_str word) {
    tw_buf quoted;
    tw_buf_init(&quoted, TW_BUF_MAX);
    tw_word_quote(&quoted, word);
    tw_str kept = tw_arena_str(w->arena, w->bare ? word : tw_buf_view(&quoted));
    tw_buf_fini(&quoted);
    return kept;
}

/* `seen` is what a user types, `word` what is put in for it. */
static void add_as(wish *w, tw_str seen, tw_str word, const char *hint) {
    if (!(fits(w, seen) || fits(w, word)) || w->failed)
        return;
    if (w->n == w->room) {
        size_t room = w->room ? w->room * 2 : 32;
        tw_completion *grown = tw_arena_alloc(w->arena, room, sizeof *grown);
        w->failed = !grown;
        if (!grown)
            return;
        if (w->n)
            memcpy(grown, w->found, w->n * sizeof *grown);
        w->found = grown;
        w->room = room;
    }
    tw_completion made = {for_line(w, word), tw_arena_str(w->arena, tw_str_c(hint))};
    w->failed |= !made.word.p || !made.hint.p;
    w->found[w->n++] = made;
}

static void add(wish *w, tw_str word, const char *hint) {
    add_as(w, word, word, hint);
}

static int by_word(const void *a, const void *b) {
    const tw_completion *x = a, *y = b;
    return tw_str_cmp(x->word, y->word);
}

static void sort_and_unite(wish *w) {
    size_t n = 0;
    if (w->n)
        qsort(w->found, w->n, sizeof *w->found, by_word);
    for (size_t i = 0; i < w->n; i++)
        if (!n || !tw_str_eq(w->found[n - 1].word, w->found[i].word))
            w->found[n++] = w->found[i];
    w->n = n;
}

/* --- sources --- */

static void add_commands(wish *w) {
    for (size_t i = 0; i < tw_session_command_count(w->session); i++) {
        const tw_command *c = tw_session_command_at(w->session, i);
        if ((c->flags & TW_COMMAND_SCREEN) && !(c->flags & TW_COMMAND_HIDDEN))
            add(w, tw_str_c(c->name), c->summary);
    }
}

static void add_columns(wish *w) {
    const tw_dataset *d = tw_session_dataset(w->session);
    for (size_t i = 0; d && i < tw_dataset_width(d); i++) {
        const tw_field *field = tw_dataset_field(d, i);
        add(w, tw_str_c(field->name), tw_type_name(field->type));
    }
}

static void add_datasets(wish *w) {
    for (size_t i = 0; i < tw_session_datasets(w->session); i++)
        add(w, tw_str_c(tw_session_dataset_at(w->session, i)->name), "dataset");
}

static void add_options(wish *w) {
    for (size_t i = 0; i < w->session->options.n; i++)
        add(w, tw_str_c(w->session->options.rows[i]->name), w->session->options.rows[i]->help);
}

static void add_methods(wish *w) {
    size_t n;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t i = 0; i < n; i++) {
        char name[64];
        if (w->command->family && strcmp(rows[i]->family, w->command->family) == 0)
            add(w, tw_str_c(tw_step_method_name(rows[i], name)), rows[i]->summary);
    }
}

static void add_all_methods(wish *w) {
    size_t n;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t i = 0; i < n; i++) {
        char name[64];
        add(w, tw_str_c(tw_step_method_name(rows[i], name)), rows[i]->summary);
    }
}

static void add_choices(wish *w, const char *choices) {
    tw_str rest = tw_str_c(choices), word;
    while (tw_str_split(&rest, '|', &word))
        add(w, word, "");
}

static void add_types(wish *w) {
    for (int t = 0; t < TW_TYPE_COUNT; t++)
        add(w, tw_str_c(tw_type_name((enum tw_type)t)), "type");
}

static void add_roles(wish *w) {
    add(w, TW_STR("none"), "role");
    for (int r = 1; r < TW_ROLES; r++)
        add(w, tw_str_c(tw_role_word((enum tw_role)r)), "role");
}

static void add_paths(wish *w) {
    tw_str path = w->prefix;
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/')
        slash--;
    char *folder = slash ? tw_arena_printf(w->arena, "%.*s", (int)slash, path.p) : NULL;
    DIR *dir = opendir(slash ? folder ? folder : "" : ".");
    bool hidden = slash < path.n && path.p[slash] == '.';
    struct dirent *entry;
    for (int seen = 0; dir && seen < PATHS_MAX && (entry = readdir(dir)) != NULL; seen++) {
        if (entry->d_name[0] == '.' && !hidden)
            continue;
        const char *tail = entry->d_type == DT_DIR ? "/" : "";
        char *full = tw_arena_printf(w->arena, "%.*s%s%s", (int)slash, path.p, entry->d_name, tail);
        if (full)
            add(w, tw_str_c(full), *tail ? "folder" : "file");
    }
    if (dir)
        closedir(dir);
}

/* What may begin or continue an expression: columns as they are written there, functions, words of
 * the language. */
static void add_expression(wish *w) {
    static const char *const words[] = {"and",     "or",      "not",         "in",
                                        "between", "is null", "is not null", "matches",
                                        "if",      "true",    "false"};
    const tw_dataset *d = tw_session_dataset(w->session);
    w->bare = true;
    for (size_t i = 0; d && i < tw_dataset_width(d); i++) {
        tw_buf name;
        tw_buf_init(&name, 1 << 16);
        tw_expr_quote_name(&name, tw_str_c(tw_dataset_field(d, i)->name));
        add_as(w, tw_str_c(tw_dataset_field(d, i)->name), tw_buf_view(&name),
               tw_type_name(tw_dataset_field(d, i)->type));
        tw_buf_fini(&name);
    }
    for (size_t i = 0; tw_expr_function_at(i); i++)
        add(w, tw_str_c(tw_expr_function_at(i)), "function");
    for (size_t i = 0; i < TW_COUNT(words); i++)
        add(w, tw_str_c(words[i]), "");
}

static void add_aggregates(wish *w) {
    for (size_t i = 0; tw_aggregate_at(i); i++)
        add(w, tw_str_c(tw_aggregate_name(tw_aggregate_at(i))), "aggregate");
    add_expression(w);
}

static void add_chart(wish *w) {
    w->bare = true;
    for (size_t i = 0; tw_chart_kind_at(i); i++)
        add(w, tw_str_c(tw_chart_kind_at(i)), "chart");
    add_columns(w);
}

static void add_option_values(wish *w) {
    add_choices(w, "true|false");
    for (size_t i = 0; i < w->session->options.n; i++)
        if (w->session->options.rows[i]->choices)
            add_choices(w, w->session->options.rows[i]->choices);
}

/* Parameters whose words come from somewhere of their own. */
static const struct {
    const char *command, *param; /* command NULL: whatever command */
    void (*source)(wish *w);
} sources[] = {
    {NULL, "method", add_methods},       {NULL, "type", add_types},
    {NULL, "role", add_roles},           {"set", "option", add_options},
    {"set", "value", add_option_values}, {"use", "name", add_datasets},
    {"help", "word", add_commands},      {"plot", "spec", add_chart},
    {"sort", "keys", add_columns},       {"arrange", "keys", add_columns},
    {"goto", "col", add_columns},        {"search", "col", add_columns},
    {"drop", "cols", add_columns},       {"compare", "other", add_datasets},
    {"diff", "other", add_datasets},     {"stack", "files", add_datasets},
    {"group", "aggregates", add_aggregates}, {"pivot", "aggregate", add_aggregates},
    {"help", "word", add_all_methods},
    {NULL, "target", add_columns},
};

static void add_for_param(wish *w, const tw_param *param) {
    for (size_t i = 0; i < TW_COUNT(sources); i++)
        if ((!sources[i].command || strcmp(sources[i].command, w->command->name) == 0) &&
            strcmp(sources[i].param, param->name) == 0)
            sources[i].source(w);
    if (param->kind == TW_PARAM_CHOICE)
        add_choices(w, param->choices);
    else if (param->kind == TW_PARAM_COLUMN || param->kind == TW_PARAM_COLUMNS)
        add_columns(w);
    else if (param->kind == TW_PARAM_PATH)
        add_paths(w);
    else if (param->kind == TW_PARAM_EXPR && strcmp(w->command->name, "plot") != 0)
        add_expression(w);
}

/* --- where the cursor stands --- */

typedef struct place {
    const tw_param *param; /* whose value is being typed; NULL = a flag's name or nothing */
    bool flag;             /* a flag's name is being typed */
    size_t from;           /* where the word begins */
    tw_str typed;
} place;

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '`' || (c & 0x80);
}

static const tw_param *positional_at(const tw_command *command, size_t n) {
    const tw_param *last = NULL;
    for (size_t i = 0; i < command->n_params; i++) {
        if (!(command->params[i].flags & TW_PARAM_POSITIONAL))
            continue;
        last = &command->params[i];
        if (n-- == 0)
            return last;
    }
    return last && (last->flags & TW_PARAM_REST) ? last : NULL;
}

static const tw_param *find_flag(const tw_command *command, const tw_step_row *step, tw_str word) {
    const tw_param *param = NULL;
    if (tw_str_starts(word, TW_STR("--"))) {
        tw_str name = tw_str_sub(word, 2, word.n);
        param = tw_args_find(command->params, command->n_params, name);
        param = param ? param : tw_args_find(command->more, command->n_more, name);
        return param || !step ? param : tw_args_find(step->params, step->n_params, name);
    }
    for (size_t i = 0; word.n == 2 && i < command->n_params; i++)
        if (command->params[i].letter == word.p[1])
            return &command->params[i];
    return NULL;
}

static const tw_step_row *step_named(const tw_command *command, const tw_word *words, size_t n) {
    const tw_step_row *row = NULL;
    for (size_t i = 0; command->family && i + 1 < n; i++)
        if (tw_str_eq(words[i].text, TW_STR("--method")) &&
            tw_step_find_method(command->family, words[i + 1].text, &row, NULL) != TW_OK)
            row = NULL;
    return row;
}

/* Walk the whole words before the cursor as the parser would; what is left over is the word being
 * typed. */
static place find_place(const tw_command *command, const tw_step_row *step, tw_str rest,
                        const tw_word *words, size_t n) {
    size_t positional = 0;
    bool fresh = !n || (words[n - 1].end < rest.n && !words[n - 1].open);
    size_t whole = fresh ? n : n - 1;
    place at = {.from = fresh ? rest.n : words[n - 1].at,
                .typed = fresh ? TW_STR("") : words[n - 1].text};
    for (size_t i = 0; i < whole; i++) {
        const tw_param *next = positional_at(command, positional);
        bool dashed = words[i].text.n > 1 && words[i].text.p[0] == '-' && !words[i].quoted;
        if (!dashed && next && next->kind == TW_PARAM_EXPR) {
            at.param = next;
            return at;
        }
        const tw_param *flag = dashed ? find_flag(command, step, words[i].text) : NULL;
        if (!dashed)
            positional++;
        else if (flag && flag->kind != TW_PARAM_BOOL && ++i == whole) {
            at.param = flag;
            return at;
        }
    }
    const tw_param *next = positional_at(command, positional);
    bool dashed = !fresh && at.typed.n && at.typed.p[0] == '-' && !words[n - 1].quoted;
    bool value = next && (next->flags & TW_PARAM_DASH) && !tw_str_starts(at.typed, TW_STR("--"));
    at.flag = dashed && !value;
    at.param = at.flag ? NULL : next;
    return at;
}

/* Inside a list ("city,ag") or an expression only the last name is being typed. */
static void narrow(place *at, tw_str rest) {
    const tw_param *p = at->param;
    bool keys = strcmp(p->name, "keys") == 0;
    if (p->kind == TW_PARAM_EXPR || strcmp(p->name, "aggregates") == 0) {
        at->from = rest.n;
        while (at->from > 0 && is_name_byte(rest.p[at->from - 1]))
            at->from--;
        at->typed = tw_str_sub(rest, at->from, rest.n);
    } else if (p->kind == TW_PARAM_COLUMNS || keys || strcmp(p->name, "cols") == 0) {
        size_t cut = rest.n;
        while (cut > at->from && rest.p[cut - 1] != ',' &&
               !(keys && rest.p[cut - 1] == '-' && cut == at->from + 1))
            cut--;
        if (cut > at->from)
            at->typed = tw_str_sub(rest, cut, rest.n);
        at->from = cut;
    }
}

static void add_flag(wish *w, const tw_param *param) {
    char name[80];
    size_t n = (size_t)snprintf(name, sizeof name, "--%s", param->name);
    for (size_t i = 2; i < n && i < sizeof name; i++)
        if (name[i] == '_')
            name[i] = '-';
    if (!(param->flags & (TW_PARAM_HIDDEN | TW_PARAM_POSITIONAL)))
        add(w, tw_str_c(name), param->help ? param->help : "");
}

static void add_flags(wish *w, const tw_step_row *step) {
    w->bare = true;
    for (size_t i = 0; i < w->command->n_params; i++)
        add_flag(w, &w->command->params[i]);
    for (size_t i = 0; i < w->command->n_more; i++)
        add_flag(w, &w->command->more[i]);
    for (size_t i = 0; step && i < step->n_params; i++)
        add_flag(w, &step->params[i]);
}

static enum tw_rc complete_args(wish *w, tw_str rest, size_t *from, tw_error *err) {
    tw_word *words;
    size_t n;
    enum tw_rc rc = tw_words_split(rest, w->arena, &words, &n, err);
    if (rc != TW_OK)
        return rc;
    const tw_step_row *step = step_named(w->command, words, n);
    place at = find_place(w->command, step, rest, words, n);
    if (at.param)
        narrow(&at, rest);
    w->prefix = at.typed;
    *from = at.from;
    if (at.param)
        add_for_param(w, at.param);
    if (at.flag || (!at.param && !at.typed.n))
        add_flags(w, step);
    return TW_OK;
}

enum tw_rc tw_complete(const tw_session *session, tw_str line, size_t cursor, tw_arena *arena,
                       size_t *from, tw_completion **out, size_t *n, tw_error *err) {
    tw_str before = tw_str_sub(line, 0, TW_MIN(cursor, line.n));
    size_t name_at = 0;
    while (name_at < before.n && (before.p[name_at] == ':' || before.p[name_at] == ' '))
        name_at++;
    size_t name_end = name_at;
    while (name_end < before.n && before.p[name_end] != ' ')
        name_end++;
    wish w = {.session = session, .arena = arena, .prefix = tw_str_sub(before, name_at, name_end)};
    enum tw_rc rc = TW_OK;
    *from = name_at;
    if (name_end == before.n) {
        add_commands(&w);
    } else if ((w.command = tw_registry_find(&session->registry, w.prefix, TW_COMMAND_SCREEN)) !=
               NULL) {
        size_t inside;
        rc = complete_args(&w, tw_str_sub(before, name_end, before.n), &inside, err);
        *from = rc == TW_OK ? name_end + inside : name_at;
    }
    sort_and_unite(&w);
    *out = w.found;
    *n = w.n;
    return rc != TW_OK ? rc : w.failed ? tw_fail_memory(err) : TW_OK;
}
