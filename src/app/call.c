/* From words to arguments. The same walk serves the `:` line and argv; they differ in two points:
 * on a line a positional expression takes the rest as it stands, and on the command line words that
 * no parameter takes are files.
 *
 * Which words of argv are files is decided when all are known: a row says whether FILE stands first
 * or last, and where the word in that place is no file but exactly one other is, that one is meant
 * ("flags and files in any order"). */
#include "app/call.h"

#include "base/file.h"
#include "base/json.h"
#include "base/number.h"
#include "steps/step.h"

static const char no_value[] = "a value is missing";

/* --- tables of parameters --- */

/* "--row-offset"; "-n" where the name is a letter. */
static const char *flag_name(const tw_param *param, char out[64]) {
    size_t n = 1;
    out[0] = '-';
    if (param->name[0] && param->name[1])
        out[n++] = '-';
    for (const char *c = param->name; *c && n + 1 < 64; c++)
        out[n++] = *c == '_' ? '-' : *c;
    out[n] = '\0';
    return out;
}

enum tw_rc tw_call_init(tw_call *call, const tw_command *command, tw_error *err) {
    *call = (tw_call){.command = command};
    call->sets[TW_SET_COMMAND] = (tw_param_set){.params = command->params, .n = command->n_params};
    call->sets[TW_SET_MORE] = (tw_param_set){.params = command->more, .n = command->n_more};
    for (size_t i = 0; i < TW_SETS; i++) {
        call->sets[i].values = tw_doc_map();
        if (!call->sets[i].values)
            return tw_fail_memory(err);
    }
    return TW_OK;
}

void tw_call_fini(tw_call *call) {
    for (size_t i = 0; i < TW_SETS; i++)
        tw_doc_free(call->sets[i].values);
    *call = (tw_call){0};
}

static const tw_param *find_long(tw_call *call, tw_str name, tw_param_set **set) {
    for (size_t i = 0; i < TW_SETS; i++) {
        const tw_param *param = tw_args_find(call->sets[i].params, call->sets[i].n, name);
        if (param) {
            *set = &call->sets[i];
            return param;
        }
    }
    return NULL;
}

static const tw_param *find_letter(tw_call *call, char letter, tw_param_set **set) {
    for (size_t i = 0; i < TW_SETS; i++)
        for (size_t k = 0; k < call->sets[i].n; k++)
            if (call->sets[i].params[k].letter == letter) {
                *set = &call->sets[i];
                return &call->sets[i].params[k];
            }
    return NULL;
}

static bool is_list(const tw_param *param) {
    return param->kind == TW_PARAM_TEXTS || (param->flags & TW_PARAM_REST);
}

static enum tw_rc put(tw_param_set *set, const tw_param *param, tw_doc *value, tw_error *err) {
    if (!is_list(param)) {
        if (!tw_doc_get(set->values, param->name))
            return tw_doc_set(set->values, param->name, value) ? TW_OK : tw_fail_memory(err);
        tw_doc_free(value);
        char shown[64];
        return tw_fail(err, TW_EUSAGE, "%s: given twice; give it once", flag_name(param, shown));
    }
    tw_doc *list = tw_doc_get_mut(set->values, param->name);
    if (!list) {
        list = tw_doc_list();
        if (!tw_doc_set(set->values, param->name, list)) {
            tw_doc_free(value);
            return tw_fail_memory(err);
        }
    }
    return tw_doc_add(list, value) ? TW_OK : tw_fail_memory(err);
}

/* `join --type left` and `join --type id=text`: no word of a choice holds a '=', so that the reading
 * override of the same name is meant. */
static void mean_override(tw_call *call, tw_str text, tw_param_set **set, const tw_param **param) {
    tw_param_set *reading = &call->sets[TW_SET_READING];
    if ((*param)->kind != TW_PARAM_CHOICE || tw_str_find_char(text, '=', 0) == SIZE_MAX)
        return;
    const tw_param *other = tw_args_find(reading->params, reading->n, tw_str_c((*param)->name));
    if (!other)
        return;
    *set = reading;
    *param = other;
}

static enum tw_rc put_text(tw_call *call, tw_param_set *set, const tw_param *param, tw_str text,
                           tw_error *err) {
    tw_doc *value = NULL;
    enum tw_rc rc = TW_OK;
    mean_override(call, text, &set, &param);
    if (is_list(param))
        value = tw_doc_text(text);
    else
        rc = tw_args_value(call->command->name, param, text, &value, err);
    return rc == TW_OK ? put(set, param, value, err) : rc;
}

/* --- flags --- */

typedef struct walk {
    tw_call *call;
    const tw_word *words;
    size_t n, i;
    tw_str line;       /* p NULL for argv */
    size_t positional; /* of the command's parameters: the next one to look at */
    bool flags_ended;
    tw_str *spare; /* argv: words that are no flags, sorted out at the end */
    size_t n_spare;
} walk;

static const char *flag_at(const void *ctx, size_t i) {
    const tw_call *call = ctx;
    for (size_t s = 0; s < TW_SETS; i -= call->sets[s++].n)
        if (i < call->sets[s].n)
            return call->sets[s].params[i].name;
    return NULL;
}

static enum tw_rc unknown_flag(const tw_call *call, tw_str flag, tw_error *err) {
    const char *near = tw_nearest(flag, flag_at, call), *name = call->command->name;
    if (call->command->family && !call->sets[TW_SET_MORE].params)
        return tw_fail(err, TW_EUNKNOWN_NAME,
                       "--%.*s: flags of %s depend on --method, which is not given; '%s --explain' "
                       "lists the methods",
                       TW_ARG(flag), name, name);
    if (!near)
        return tw_fail(err, TW_EUNKNOWN_NAME, "--%.*s: %s has no such flag; see 'help %s'",
                       TW_ARG(flag), name, name);
    char shown[64];
    tw_param row = {.name = near};
    return tw_fail(err, TW_EUNKNOWN_NAME, "--%.*s: %s has no such flag; did you mean %s?",
                   TW_ARG(flag), name, flag_name(&row, shown));
}

static enum tw_rc take_value(walk *w, tw_param_set *set, const tw_param *param, tw_error *err) {
    char shown[64];
    if (w->i >= w->n)
        return tw_fail(err, TW_EUSAGE, "%s: %s; see 'help %s'", flag_name(param, shown), no_value,
                       w->call->command->name);
    return put_text(w->call, set, param, w->words[w->i++].text, err);
}

/* "--no-marks" for a switch that is on by default, or for one called no_marks. */
static const tw_param *find_negated(tw_call *call, tw_str name, tw_param_set **set) {
    if (!tw_str_starts(name, TW_STR("no-")))
        return NULL;
    const tw_param *param = find_long(call, tw_str_sub(name, 3, name.n), set);
    return param && param->kind == TW_PARAM_BOOL ? param : NULL;
}

/* A step of free names ("mutate --ratio 'a / b'") takes flags nobody knows as columns. */
static enum tw_rc free_name(walk *w, tw_str name, tw_str value, tw_error *err) {
    if (!value.p && w->i >= w->n)
        return tw_fail(err, TW_EUSAGE, "--%.*s: %s; see '%s --explain'", TW_ARG(name), no_value,
                       w->call->command->name);
    if (!value.p)
        value = w->words[w->i++].text;
    return tw_doc_set_str(w->call->sets[TW_SET_MORE].values, name, tw_doc_text(value))
               ? TW_OK
               : tw_fail_memory(err);
}

static enum tw_rc long_flag(walk *w, tw_str word, tw_error *err) {
    tw_str flag = tw_str_sub(word, 2, word.n);
    size_t equals = tw_str_find_char(flag, '=', 0);
    tw_str name = equals == SIZE_MAX ? flag : tw_str_sub(flag, 0, equals);
    tw_param_set *set = NULL;
    const tw_param *param = find_long(w->call, name, &set);
    if (!param && equals == SIZE_MAX && (param = find_negated(w->call, name, &set)))
        return put(set, param, tw_doc_bool(false), err);
    if (!param && w->call->free_names)
        return free_name(
            w, name, equals == SIZE_MAX ? (tw_str){NULL, 0} : tw_str_sub(flag, equals + 1, flag.n),
            err);
    if (!param)
        return unknown_flag(w->call, name, err);
    if (equals != SIZE_MAX)
        return put_text(w->call, set, param, tw_str_sub(flag, equals + 1, flag.n), err);
    if (param->kind == TW_PARAM_BOOL)
        return put(set, param, tw_doc_bool(true), err);
    return take_value(w, set, param, err);
}

static enum tw_rc short_flag(walk *w, tw_str word, tw_error *err) {
    tw_param_set *set = NULL;
    const tw_param *param = find_letter(w->call, word.p[1], &set);
    if (!param)
        return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: %s has no such flag; see 'help %s'",
                       TW_ARG(word), w->call->command->name, w->call->command->name);
    if (word.n > 2)
        return put_text(w->call, set, param, tw_str_sub(word, 2, word.n), err);
    if (param->kind == TW_PARAM_BOOL)
        return put(set, param, tw_doc_bool(true), err);
    return take_value(w, set, param, err);
}

/* --- words that are no flags --- */

static const tw_param *next_positional(const walk *w, size_t from) {
    const tw_command *command = w->call->command;
    for (size_t i = from; i < command->n_params; i++)
        if (command->params[i].flags & TW_PARAM_POSITIONAL)
            return &command->params[i];
    return NULL;
}

static enum tw_rc too_many(const tw_call *call, tw_str word, tw_error *err) {
    tw_buf usage;
    tw_buf_init(&usage, 4096);
    tw_call_usage(call->command, call->sets[TW_SET_PROGRAM].n > 0, &usage);
    enum tw_rc rc = tw_fail(err, TW_EUSAGE, "'%.*s': %s takes no further word; write '%s'",
                            TW_ARG(word), call->command->name, usage.failed ? "" : usage.p);
    tw_buf_fini(&usage);
    return rc;
}

static enum tw_rc fill_positional(walk *w, tw_str text, tw_error *err) {
    const tw_param *param = next_positional(w, w->positional);
    if (!param)
        return too_many(w->call, text, err);
    size_t number = (size_t)(param - w->call->command->params);
    w->positional = param->flags & TW_PARAM_REST ? number : number + 1;
    return put_text(w->call, &w->call->sets[TW_SET_COMMAND], param, text, err);
}

static enum tw_rc take_word(walk *w, tw_error *err) {
    const tw_word *word = &w->words[w->i++];
    if (!w->line.p) {
        w->spare[w->n_spare++] = word->text;
        return TW_OK;
    }
    const tw_param *param = next_positional(w, w->positional);
    if (param && param->kind == TW_PARAM_EXPR) {
        w->i = w->n;
        return fill_positional(w, tw_str_sub(w->line, word->at, w->line.n), err);
    }
    if (word->open)
        return tw_fail(err, TW_EUSAGE, "%.*s: the quote is not closed; close it or write \\\"",
                       TW_ARG(tw_str_sub(w->line, word->at, word->end)));
    return fill_positional(w, word->text, err);
}

static bool is_attached_number(const tw_param *param, tw_str rest) {
    int64_t number;
    return param && param->kind == TW_PARAM_INT && tw_parse_i64(rest, &number);
}

/* A word that begins with '-' and is no flag: a number, or what a parameter allows to begin so
 * ("sort -age"). There
 * "-owner" is a column and not "-o wner", but "-n12" stays a flag. */
static bool is_dashed_value(const walk *w, tw_str text) {
    if (text.n < 2 || text.p[1] == '-')
        return false;
    tw_param_set *set;
    const tw_param *flag = find_letter(w->call, text.p[1], &set);
    if (text.p[1] >= '0' && text.p[1] <= '9')
        return !flag;
    const tw_command *command = w->call->command;
    bool takes_dash = false;
    for (size_t i = w->positional; i < command->n_params; i++)
        takes_dash |= (command->params[i].flags & TW_PARAM_DASH) != 0;
    if (!takes_dash || is_attached_number(flag, tw_str_sub(text, 2, text.n)))
        return false;
    return text.n > 2 || !flag;
}

static enum tw_rc walk_words(walk *w, tw_error *err) {
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && w->i < w->n) {
        const tw_word *word = &w->words[w->i];
        tw_str text = word->text;
        bool dashed = !word->quoted && !w->flags_ended && text.n > 1 && text.p[0] == '-';
        if (!dashed || is_dashed_value(w, text)) {
            rc = take_word(w, err);
            continue;
        }
        w->i++;
        if (tw_str_eq(text, TW_STR("--")))
            w->flags_ended = true;
        else
            rc = text.p[1] == '-' ? long_flag(w, text, err) : short_flag(w, text, err);
    }
    return rc;
}

/* --- the step a family command names --- */

static enum tw_rc use_method(tw_call *call, tw_str method, tw_error *err) {
    const tw_step_row *row = NULL;
    enum tw_rc rc = tw_step_find_method(call->command->family, method, &row, err);
    if (rc != TW_OK)
        return rc;
    call->sets[TW_SET_MORE].params = row->params;
    call->sets[TW_SET_MORE].n = row->n_params;
    call->free_names = row->flags & TW_STEP_FREE_NAMES;
    return TW_OK;
}

/* The flags that follow depend on --method, wherever it stands: so it is looked for first. */
static enum tw_rc find_method(tw_call *call, const tw_word *words, size_t n, tw_error *err) {
    if (!call->command->family)
        return TW_OK;
    for (size_t i = 0; i < n; i++) {
        tw_str text = words[i].text;
        if (tw_str_eq(text, TW_STR("--method")) && i + 1 < n)
            return use_method(call, words[i + 1].text, err);
        if (tw_str_starts(text, TW_STR("--method=")))
            return use_method(call, tw_str_sub(text, 9, text.n), err);
    }
    return call->command->method ? use_method(call, tw_str_c(call->command->method), err) : TW_OK;
}

enum tw_rc tw_call_line(tw_call *call, tw_str rest, tw_arena *arena, tw_error *err) {
    tw_word *words;
    size_t n;
    enum tw_rc rc = tw_words_split(rest, arena, &words, &n, err);
    if (rc == TW_OK)
        rc = find_method(call, words, n, err);
    walk w = {.call = call, .words = words, .n = n, .line = rest.p ? rest : TW_STR("")};
    return rc == TW_OK ? walk_words(&w, err) : rc;
}

/* --- files among the words of argv --- */

static bool looks_like_file(tw_str word) {
    char path[4096];
    if (word.n >= sizeof path || tw_str_eq(word, TW_STR("-")))
        return word.n < sizeof path;
    memcpy(path, word.p, word.n);
    path[word.n] = '\0';
    return tw_file_exists(path);
}

static size_t pick_file(const walk *w) {
    size_t usual = w->call->command->flags & TW_COMMAND_FILE_FIRST ? 0 : w->n_spare - 1;
    if (looks_like_file(w->spare[usual]))
        return usual;
    size_t found = usual, count = 0;
    for (size_t i = 0; i < w->n_spare; i++)
        if (looks_like_file(w->spare[i])) {
            found = i;
            count++;
        }
    return count == 1 ? found : usual;
}

static enum tw_rc sort_out(walk *w, tw_arena *arena, tw_error *err) {
    size_t file = SIZE_MAX;
    if (w->call->command->scope == TW_SCOPE_FILE && w->n_spare) {
        file = pick_file(w);
        w->call->files.at = tw_arena_alloc(arena, 1, sizeof(tw_str));
        if (!w->call->files.at)
            return tw_fail_memory(err);
        w->call->files.at[w->call->files.n++] = w->spare[file];
    }
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < w->n_spare && rc == TW_OK; i++)
        if (i != file)
            rc = fill_positional(w, w->spare[i], err);
    return rc;
}

enum tw_rc tw_call_argv(tw_call *call, char *const *argv, size_t n, tw_arena *arena,
                        tw_error *err) {
    tw_word *words = tw_arena_alloc(arena, n + 1, sizeof *words);
    tw_str *spare = tw_arena_alloc(arena, n + 1, sizeof *spare);
    if (!words || !spare)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        words[i].text = tw_str_c(argv[i]);
    enum tw_rc rc = find_method(call, words, n, err);
    walk w = {.call = call, .words = words, .n = n, .spare = spare};
    if (rc == TW_OK)
        rc = walk_words(&w, err);
    return rc == TW_OK ? sort_out(&w, arena, err) : rc;
}

/* --- maps --- */

static bool has_more(const tw_command *command) {
    return command->family || command->more;
}

enum tw_rc tw_call_map(tw_call *call, const tw_doc *map, tw_error *err) {
    const char *usual = call->command->method;
    tw_str method = tw_doc_as_text(tw_doc_get(map, "method"),
                                   usual ? tw_str_c(usual) : (tw_str){NULL, 0});
    enum tw_rc rc = call->command->family && method.p ? use_method(call, method, err) : TW_OK;
    for (size_t i = 0; rc == TW_OK && i < tw_doc_count(map); i++) {
        tw_str key = tw_doc_key(map, i);
        bool own = !has_more(call->command) ||
                   tw_args_find(call->command->params, call->command->n_params, key);
        tw_param_set *set = &call->sets[own ? TW_SET_COMMAND : TW_SET_MORE];
        if (!tw_doc_set_str(set->values, key, tw_doc_copy(tw_doc_at(map, i))))
            rc = tw_fail_memory(err);
    }
    return rc;
}

enum tw_rc tw_call_values(tw_call *call, const tw_doc **out, tw_error *err) {
    tw_doc *values = call->sets[TW_SET_COMMAND].values;
    *out = values;
    if (!has_more(call->command))
        return TW_OK;
    tw_doc *more = call->sets[TW_SET_MORE].values;
    call->sets[TW_SET_MORE].values = NULL; /* the command's map owns it from here */
    if (!tw_doc_set(values, "more", more))
        return tw_fail_memory(err);
    return TW_OK;
}

/* --- back to text --- */

/* A parameter as it is printed: by its name, or in its place. */
typedef struct printed {
    const tw_param *param; /* NULL = a name of the caller's own */
    tw_str name;
    bool positional;
} printed;

static void print_value(const printed *p, const tw_doc *value, tw_buf *out) {
    tw_str text = tw_doc_as_text(value, (tw_str){NULL, 0});
    if (!p->positional) {
        tw_buf_c(out, " --");
        for (size_t i = 0; i < p->name.n; i++)
            tw_buf_char(out, p->name.p[i] == '_' ? '-' : p->name.p[i]);
        if (tw_doc_kind(value) == TW_DOC_BOOL) {
            tw_buf_c(out, tw_doc_as_bool(value, false) ? "" : "=false");
            return;
        }
    }
    tw_buf_char(out, ' ');
    if (text.p && p->positional && p->param->kind == TW_PARAM_EXPR) {
        tw_buf_str(out, text);
        return;
    }
    tw_buf json;
    tw_buf_init(&json, TW_BUF_MAX);
    if (!text.p)
        tw_json_write(&json, value, 0);
    tw_word_quote(out, text.p ? text : tw_buf_view(&json));
    out->failed |= json.failed;
    tw_buf_fini(&json);
}

static bool is_repeated(const tw_doc *value) {
    for (size_t i = 0; i < tw_doc_count(value); i++)
        if (tw_doc_kind(tw_doc_at(value, i)) != TW_DOC_TEXT)
            return false;
    return tw_doc_kind(value) == TW_DOC_LIST;
}

/* An entry of a list is one selector whatever it holds; in a text a comma would cut it. */
static void print_selector(tw_str text, tw_buf *out) {
    bool removes = text.n > 1 && text.p[0] == '!';
    tw_str name = removes ? tw_str_sub(text, 1, text.n) : text;
    bool pattern = name.n > 1 && name.p[0] == '/' && name.p[name.n - 1] == '/';
    tw_buf_c(out, removes ? "!" : "");
    if (pattern)
        tw_buf_str(out, name);
    else
        tw_selector_quote(out, name);
}

static void print_columns(const printed *p, const tw_doc *list, tw_buf *out) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (size_t i = 0; i < tw_doc_count(list); i++) {
        tw_buf_c(&text, i ? "," : "");
        print_selector(tw_doc_as_text(tw_doc_at(list, i), TW_STR("")), &text);
    }
    tw_doc *joined = tw_doc_text(tw_buf_view(&text));
    print_value(p, joined, out);
    out->failed |= text.failed || !joined;
    tw_doc_free(joined);
    tw_buf_fini(&text);
}

static void print_one(const printed *p, const tw_doc *value, tw_buf *out) {
    if (!is_repeated(value) || (p->param && p->param->kind == TW_PARAM_DOC))
        print_value(p, value, out);
    else if (p->param && p->param->kind == TW_PARAM_COLUMNS)
        print_columns(p, value, out);
    else
        for (size_t i = 0; i < tw_doc_count(value); i++)
            print_value(p, tw_doc_at(value, i), out);
}

/* The row of a name: the command's, one it takes beyond, or one of the step it names. */
static const tw_param *row_of(const tw_command *command, const tw_step_row *step, tw_str name) {
    const tw_param *param = tw_args_find(command->params, command->n_params, name);
    param = param ? param : tw_args_find(command->more, command->n_more, name);
    return param || !step ? param : tw_args_find(step->params, step->n_params, name);
}

/* Flags first: a positional expression takes the rest of the line. */
bool tw_call_print(const tw_command *command, const tw_doc *args, tw_buf *out) {
    tw_str method = tw_doc_as_text(tw_doc_get(args, "method"), (tw_str){NULL, 0});
    const tw_step_row *step = NULL;
    if (command->family && method.p &&
        tw_step_find_method(command->family, method, &step, NULL) != TW_OK)
        step = NULL;
    tw_buf_c(out, command->name);
    for (int positional = 0; positional < 2; positional++)
        for (size_t i = 0; i < tw_doc_count(args); i++) {
            tw_str name = tw_doc_key(args, i);
            const tw_param *own = tw_args_find(command->params, command->n_params, name);
            printed p = {row_of(command, step, name), name,
                         own && (own->flags & TW_PARAM_POSITIONAL)};
            if (p.positional == (positional == 1))
                print_one(&p, tw_doc_at(args, i), out);
        }
    return !out->failed;
}

/* --- usage --- */

static void usage_param(const tw_param *param, tw_buf *out) {
    bool required = param->flags & TW_PARAM_REQUIRED,
         positional = param->flags & TW_PARAM_POSITIONAL;
    char shown[64];
    tw_buf_c(out, required ? " " : " [");
    if (!positional && param->letter)
        tw_buf_printf(out, "-%c", param->letter);
    else if (!positional)
        tw_buf_c(out, flag_name(param, shown));
    if (param->kind != TW_PARAM_BOOL && !positional)
        tw_buf_char(out, ' ');
    for (const char *c = param->name; param->kind != TW_PARAM_BOOL && *c; c++)
        tw_buf_char(out, *c == '_' ? '-' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    if (param->flags & TW_PARAM_REST)
        tw_buf_c(out, "…");
    if (!required)
        tw_buf_char(out, ']');
}

bool tw_call_usage(const tw_command *command, bool cli, tw_buf *out) {
    tw_buf_c(out, command->name);
    bool file = cli && command->scope == TW_SCOPE_FILE && (command->flags & TW_COMMAND_CLI);
    if (file && (command->flags & TW_COMMAND_FILE_FIRST))
        tw_buf_c(out, " FILE");
    for (size_t i = 0; i < command->n_params; i++)
        if (!(command->params[i].flags & TW_PARAM_HIDDEN))
            usage_param(&command->params[i], out);
    if (command->family)
        tw_buf_c(out, " [parameters of the method]");
    if (command->more)
        tw_buf_c(out, " [flags]");
    if (file && !(command->flags & TW_COMMAND_FILE_FIRST))
        tw_buf_c(out, " FILE");
    if (cli && command->flags & TW_COMMAND_TABLE)
        tw_buf_c(out, " [-o OUT]");
    return !out->failed;
}
