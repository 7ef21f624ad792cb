/* Binding documents to argument structs.
 *
 * Every way of calling a command or a step ends here, so this is where a wrong name, type, range or
 * word is turned into a message that says what would be right. Values may come as text (command
 * line) or typed (Lua, JSON); both take the same path: a converter for each kind, chosen by table,
 * writes the field. */
#include "base/args.h"

#include <math.h>

#include "base/json.h"
#include "base/number.h"

/* One field being filled. */
typedef struct binding {
    const char *who;
    const tw_param *param;
    tw_arena *arena;
    tw_error *err;
} binding;

/* ---- names ---- */

static char plain_letter(char c) {
    return c == '-' ? '_' : (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Equal, '-' and '_' being the same. */
static bool same_name(tw_str a, tw_str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != b.p[i] &&
            !((a.p[i] == '-' || a.p[i] == '_') && (b.p[i] == '-' || b.p[i] == '_')))
            return false;
    return true;
}

const tw_param *tw_args_find(const tw_param *params, size_t n, tw_str name) {
    for (size_t i = 0; i < n; i++)
        if (same_name(tw_str_c(params[i].name), name))
            return &params[i];
    return NULL;
}

enum { NAME_MAX_BYTES = 64 };

/* Lower case and '_' for comparing; cut at NAME_MAX_BYTES. */
static tw_str plain_name(tw_str name, char out[NAME_MAX_BYTES]) {
    size_t n = TW_MIN(name.n, (size_t)NAME_MAX_BYTES);
    for (size_t i = 0; i < n; i++)
        out[i] = plain_letter(name.p[i]);
    return (tw_str){out, n};
}

const char *tw_nearest(tw_str word, const char *(*names)(const void *ctx, size_t i),
                       const void *ctx) {
    char word_text[NAME_MAX_BYTES], name_text[NAME_MAX_BYTES];
    tw_str plain = plain_name(word, word_text);
    size_t limit = plain.n < 3 ? 1 : plain.n < 6 ? 2 : plain.n / 3, best = limit + 1;
    const char *nearest = NULL, *longer = NULL, *name;
    for (size_t i = 0; (name = names(ctx, i)); i++) {
        tw_str other = plain_name(tw_str_c(name), name_text);
        size_t distance = tw_str_distance(plain, other, limit);
        if (distance < best && distance < TW_MAX(plain.n, other.n)) {
            best = distance;
            nearest = name;
        }
        if (!longer && plain.n >= 3 && tw_str_starts(other, plain))
            longer = name;
    }
    return longer && best > 1 ? longer
                              : nearest; /* an unfinished word is more likely than two slips */
}

typedef struct name_list {
    const tw_param *params;
    size_t n;
} name_list;

static const char *visible_name(const void *ctx, size_t i) {
    const name_list *list = ctx;
    for (size_t k = 0; k < list->n; k++)
        if (!(list->params[k].flags & TW_PARAM_HIDDEN) && i-- == 0)
            return list->params[k].name;
    return NULL;
}

static enum tw_rc unknown_name(const char *who, const tw_param *params, size_t n, tw_str name,
                               tw_error *err) {
    const char *near = tw_nearest(name, visible_name, &(name_list){params, n});
    if (near)
        return tw_fail(err, TW_EUNKNOWN_NAME, "%s: it has no parameter '%.*s'; did you mean '%s'?",
                       who, TW_ARG(name), near);
    tw_buf known;
    tw_buf_init(&known, 600);
    for (size_t i = 0; visible_name(&(name_list){params, n}, i); i++)
        tw_buf_printf(&known, "%s%s", i ? ", " : "", visible_name(&(name_list){params, n}, i));
    enum tw_rc rc = tw_fail(err, TW_EUNKNOWN_NAME, "%s: it has no parameter '%.*s'; %s%s", who,
                            TW_ARG(name), known.n ? "it takes " : "it takes none", known.p);
    tw_buf_fini(&known);
    return rc;
}

/* ---- complaints ---- */

/* "WHO: 'k' is 0; give …" with the value as the user wrote it. */
static enum tw_rc refuse(const binding *b, const tw_doc *value, const char *wanted) {
    char number[TW_NUMBER_MAX];
    tw_str shown = tw_doc_as_text(value, TW_STR(""));
    switch (tw_doc_kind(value)) {
    case TW_DOC_INT:
        shown = (tw_str){number, tw_format_i64(number, tw_doc_as_int(value, 0))};
        break;
    case TW_DOC_NUMBER:
        shown = (tw_str){number, tw_format_f64(number, tw_doc_as_number(value, 0))};
        break;
    case TW_DOC_BOOL:
        shown = tw_doc_as_bool(value, false) ? TW_STR("true") : TW_STR("false");
        break;
    case TW_DOC_LIST:
        shown = TW_STR("a list");
        break;
    case TW_DOC_MAP:
    case TW_DOC_TABLE:
        shown = TW_STR("a table");
        break;
    case TW_DOC_NULL:
    case TW_DOC_TEXT:
        break;
    }
    const char *mark = tw_doc_kind(value) == TW_DOC_TEXT ? "'" : "";
    return tw_fail(b->err, TW_EUSAGE, "%s: '%s' cannot be %s%.*s%s; give %s", b->who,
                   b->param->name, mark, (int)TW_MIN(shown.n, (size_t)80), shown.p, mark, wanted);
}

static bool has_range(const tw_param *param) {
    return !(tw_same_f64(param->min, 0) && tw_same_f64(param->max, 0));
}

static enum tw_rc refuse_number(const binding *b, const tw_doc *value) {
    const tw_param *param = b->param;
    const char *what = param->kind == TW_PARAM_INT ? "a whole number" : "a number";
    char text[2 * TW_NUMBER_MAX + 64], low[TW_NUMBER_MAX], high[TW_NUMBER_MAX];
    tw_format_f64(low, param->min);
    tw_format_f64(high, param->max);
    if (!has_range(param))
        snprintf(text, sizeof text, "%s", what);
    else if (isinf(param->max))
        snprintf(text, sizeof text, "%s of %s or more", what, low);
    else if (isinf(param->min))
        snprintf(text, sizeof text, "%s of %s or less", what, high);
    else
        snprintf(text, sizeof text, "%s from %s to %s", what, low, high);
    return refuse(b, value, text);
}

/* ---- a document node into a field ---- */

static bool word_to_bool(tw_str word, bool *out) {
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        if (tw_str_eq_nocase(word, tw_str_c(words[i]))) {
            *out = i % 2;
            return true;
        }
    }
    return false;
}

static enum tw_rc bind_bool(const binding *b, const tw_doc *value, void *field) {
    bool truth = tw_doc_as_bool(value, false);
    if (tw_doc_kind(value) != TW_DOC_BOOL &&
        !word_to_bool(tw_doc_as_text(value, TW_STR("")), &truth))
        return refuse(b, value, "true or false");
    memcpy(field, &truth, sizeof truth);
    return TW_OK;
}

/* A node as a number: typed or as text. Whole doubles pass as integers. */
static bool node_to_i64(const tw_doc *value, int64_t *out) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        return tw_parse_i64(tw_doc_as_text(value, TW_STR("")), out);
    if (tw_doc_kind(value) == TW_DOC_INT) {
        *out = tw_doc_as_int(value, 0);
        return true;
    }
    double number = tw_doc_kind(value) == TW_DOC_NUMBER ? tw_doc_as_number(value, 0) : (double)NAN;
    if (!(fabs(number) < 0x1p63) || !tw_same_f64(trunc(number), number))
        return false;
    *out = (int64_t)number;
    return true;
}

static bool node_to_f64(const tw_doc *value, double *out) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        return tw_parse_f64(tw_doc_as_text(value, TW_STR("")), out, true);
    *out = tw_doc_as_number(value, (double)NAN);
    return tw_doc_kind(value) == TW_DOC_INT || tw_doc_kind(value) == TW_DOC_NUMBER;
}

static bool in_range(const tw_param *param, double number) {
    return !isnan(number) && (!has_range(param) || (number >= param->min && number <= param->max));
}

static enum tw_rc bind_int(const binding *b, const tw_doc *value, void *field) {
    int64_t number = 0;
    if (!node_to_i64(value, &number) || !in_range(b->param, (double)number))
        return refuse_number(b, value);
    memcpy(field, &number, sizeof number);
    return TW_OK;
}

static enum tw_rc bind_number(const binding *b, const tw_doc *value, void *field) {
    double number = 0;
    if (!node_to_f64(value, &number) || !in_range(b->param, number))
        return refuse_number(b, value);
    memcpy(field, &number, sizeof number);
    return TW_OK;
}

/* Text of a scalar node: borrowed from a text, else made in the arena; false for other nodes. */
static bool scalar_text(const binding *b, const tw_doc *value, tw_str *out) {
    char text[TW_NUMBER_MAX];
    tw_str made = {text, 0};
    switch (tw_doc_kind(value)) {
    case TW_DOC_TEXT:
        *out = tw_doc_as_text(value, TW_STR(""));
        return true;
    case TW_DOC_INT:
        made.n = tw_format_i64(text, tw_doc_as_int(value, 0));
        break;
    case TW_DOC_NUMBER:
        made.n = tw_format_f64(text, tw_doc_as_number(value, 0));
        break;
    case TW_DOC_BOOL:
        made = tw_doc_as_bool(value, false) ? TW_STR("true") : TW_STR("false");
        break;
    case TW_DOC_NULL:
    case TW_DOC_LIST:
    case TW_DOC_MAP:
    case TW_DOC_TABLE:
        return false;
    }
    *out = tw_arena_str(b->arena, made);
    return true;
}

static enum tw_rc bind_text(const binding *b, const tw_doc *value, void *field) {
    tw_str text;
    if (!scalar_text(b, value, &text))
        return refuse(b, value, "a text");
    if (!text.p)
        return tw_fail_memory(b->err);
    memcpy(field, &text, sizeof text);
    return TW_OK;
}

typedef struct choice_list {
    const char *words;
    tw_arena *arena;
} choice_list;

/* i-th word of "a|b|c" as an arena string. */
static const char *choice_at(const void *ctx, size_t i) {
    const choice_list *list = ctx;
    tw_str rest = tw_str_c(list->words), word = {NULL, 0};
    for (size_t k = 0; k <= i; k++)
        if (!tw_str_split(&rest, '|', &word))
            return NULL;
    return tw_arena_str(list->arena, word).p;
}

static enum tw_rc bind_choice(const binding *b, const tw_doc *value, void *field) {
    tw_str wanted = tw_doc_as_text(value, TW_STR("")), rest = tw_str_c(b->param->choices), word;
    for (int i = 0; tw_str_split(&rest, '|', &word); i++) {
        if (tw_doc_kind(value) == TW_DOC_TEXT && same_name(word, wanted)) {
            memcpy(field, &i, sizeof i);
            return TW_OK;
        }
    }
    tw_arena_mark mark = tw_arena_save(b->arena);
    const char *near = tw_nearest(wanted, choice_at, &(choice_list){b->param->choices, b->arena});
    char *help =
        near ? tw_arena_printf(b->arena, "one of %s (did you mean '%s'?)", b->param->choices, near)
             : tw_arena_printf(b->arena, "one of %s", b->param->choices);
    enum tw_rc rc = help ? refuse(b, value, help) : tw_fail_memory(b->err);
    tw_arena_restore(b->arena, mark);
    return rc;
}

static bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

/* Behind the quoted text or regular expression that begins at `at`, or `at` when there is none that
 * ends before a comma or the end. */
static size_t skip_group(tw_str list, size_t at) {
    char end = list.p[at];
    for (size_t i = at + 1; i < list.n; i++) {
        if (end == '/' && list.p[i] == '\\') {
            i++;
            continue;
        }
        if (list.p[i] != end)
            continue;
        if (end != '/' && i + 1 < list.n && list.p[i + 1] == end) {
            i++;
            continue;
        }
        size_t next = i + 1;
        while (next < list.n && list.p[next] == ' ')
            next++;
        if (next == list.n || list.p[next] == ',')
            return i + 1;
    }
    return at;
}

bool tw_next_selector(tw_str *rest, tw_str *part) {
    if (!rest->p)
        return false;
    size_t at = 0;
    while (at < rest->n && strchr(" !-", rest->p[at]))
        at++;
    if (at < rest->n && (is_quote(rest->p[at]) || rest->p[at] == '/'))
        at = skip_group(*rest, at);
    size_t comma = tw_str_find_char(*rest, ',', at);
    *part = tw_str_sub(*rest, 0, comma == SIZE_MAX ? rest->n : comma);
    *rest = comma == SIZE_MAX ? (tw_str){NULL, 0} : tw_str_sub(*rest, comma + 1, rest->n);
    return true;
}

bool tw_selector_is_quoted(tw_str text) {
    return text.n >= 2 && is_quote(text.p[0]) && skip_group(text, 0) == text.n;
}

tw_str tw_selector_unquote(tw_str text, tw_arena *arena) {
    char quote = text.p[0];
    char *plain = tw_arena_alloc(arena, text.n, 1);
    size_t n = 0;
    for (size_t i = 1; plain && i + 1 < text.n; i++) {
        plain[n++] = text.p[i];
        if (text.p[i] == quote)
            i++;
    }
    return (tw_str){plain, n};
}

bool tw_selector_quote(tw_buf *out, tw_str name) {
    bool bare = name.n && tw_str_eq(tw_str_trim(name), name) && !is_quote(name.p[0]) &&
                tw_str_find_char(name, ',', 0) == SIZE_MAX;
    if (bare)
        return tw_buf_str(out, name);
    tw_buf_char(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            tw_buf_char(out, '"');
        tw_buf_char(out, name.p[i]);
    }
    return tw_buf_char(out, '"');
}

/* "a, b" as a list of selectors; one name alone keeps its blanks. */
static enum tw_rc split_columns(const binding *b, tw_str text, tw_str_list *list) {
    tw_str rest = text, part;
    size_t n = 0;
    while (tw_next_selector(&rest, &part))
        n++;
    list->at = tw_arena_alloc(b->arena, n, sizeof *list->at);
    if (!list->at)
        return tw_fail_memory(b->err);
    for (rest = text; tw_next_selector(&rest, &part);) {
        part = n > 1 ? tw_str_trim(part) : part;
        if (part.n)
            list->at[list->n++] = part;
    }
    return TW_OK;
}

static enum tw_rc bind_list(const binding *b, const tw_doc *value, tw_str_list *list) {
    size_t n = tw_doc_kind(value) == TW_DOC_LIST ? tw_doc_count(value) : 1;
    list->at = tw_arena_alloc(b->arena, n, sizeof *list->at);
    if (!list->at)
        return tw_fail_memory(b->err);
    for (; list->n < n; list->n++) {
        const tw_doc *item = tw_doc_kind(value) == TW_DOC_LIST ? tw_doc_at(value, list->n) : value;
        if (!scalar_text(b, item, &list->at[list->n]))
            return refuse(b, value, "a text or a list of texts");
        if (!list->at[list->n].p)
            return tw_fail_memory(b->err);
    }
    return TW_OK;
}

static enum tw_rc bind_texts(const binding *b, const tw_doc *value, void *field) {
    tw_str_list list = {NULL, 0};
    enum tw_rc rc = bind_list(b, value, &list);
    memcpy(field, &list, sizeof list);
    return rc;
}

static enum tw_rc bind_columns(const binding *b, const tw_doc *value, void *field) {
    tw_str_list list = {NULL, 0};
    enum tw_rc rc = tw_doc_kind(value) == TW_DOC_TEXT
                        ? split_columns(b, tw_doc_as_text(value, TW_STR("")), &list)
                        : bind_list(b, value, &list);
    memcpy(field, &list, sizeof list);
    return rc;
}

static enum tw_rc bind_doc(const binding *b, const tw_doc *value, void *field) {
    (void)b;
    memcpy(field, &value, sizeof value);
    return TW_OK;
}

static const struct {
    enum tw_rc (*bind)(const binding *b, const tw_doc *value, void *field);
    size_t size;
} kinds[] = {
    [TW_PARAM_BOOL] = {bind_bool, sizeof(bool)},
    [TW_PARAM_INT] = {bind_int, sizeof(int64_t)},
    [TW_PARAM_NUMBER] = {bind_number, sizeof(double)},
    [TW_PARAM_TEXT] = {bind_text, sizeof(tw_str)},
    [TW_PARAM_CHOICE] = {bind_choice, sizeof(int)},
    [TW_PARAM_COLUMN] = {bind_text, sizeof(tw_str)},
    [TW_PARAM_COLUMNS] = {bind_columns, sizeof(tw_str_list)},
    [TW_PARAM_EXPR] = {bind_text, sizeof(tw_str)},
    [TW_PARAM_PATH] = {bind_text, sizeof(tw_str)},
    [TW_PARAM_TEXTS] = {bind_texts, sizeof(tw_str_list)},
    [TW_PARAM_DOC] = {bind_doc, sizeof(const tw_doc *)},
};

/* What takes all further words is a list of texts, whatever they name. */
static enum tw_param_kind kind_of(const tw_param *param) {
    return param->flags & TW_PARAM_REST ? TW_PARAM_TEXTS : param->kind;
}

/* ---- the whole struct ---- */

static const tw_doc *value_of(const tw_doc *values, const char *name) {
    for (size_t i = 0; i < tw_doc_count(values); i++)
        if (tw_doc_kind(values) == TW_DOC_MAP && same_name(tw_doc_key(values, i), tw_str_c(name)))
            return tw_doc_at(values, i);
    return NULL;
}

/* The default: bound from its text like any value, which then lies in the arena since the node goes
 * away. */
static enum tw_rc bind_fallback(const binding *b, void *field) {
    tw_str text = tw_arena_str(b->arena, tw_str_c(b->param->fallback));
    if (kind_of(b->param) == TW_PARAM_COLUMNS && text.p)
        return split_columns(b, text, field);
    if (kinds[kind_of(b->param)].bind == bind_text || kind_of(b->param) == TW_PARAM_TEXTS) {
        tw_str_list one = {tw_arena_alloc(b->arena, 1, sizeof text), 1};
        if (!text.p || !one.at)
            return tw_fail_memory(b->err);
        one.at[0] = text;
        memcpy(field, kind_of(b->param) == TW_PARAM_TEXTS ? (const void *)&one : &text,
               kinds[kind_of(b->param)].size);
        return TW_OK;
    }
    tw_doc *node = tw_doc_text(text);
    enum tw_rc rc = node ? kinds[kind_of(b->param)].bind(b, node, field) : tw_fail_memory(b->err);
    tw_doc_free(node);
    return rc;
}

static enum tw_rc bind_param(const binding *b, const tw_doc *values, void *args) {
    const tw_param *param = b->param;
    char *field = (char *)args + param->offset;
    const tw_doc *value = value_of(values, param->name);
    memset(field, 0, kinds[kind_of(param)].size);
    if (tw_doc_kind(value) != TW_DOC_NULL)
        return kinds[kind_of(param)].bind(b, value, field);
    if (param->flags & TW_PARAM_REQUIRED)
        return tw_fail(b->err, TW_EUSAGE, "%s: '%s' is missing; give %s", b->who, param->name,
                       param->help ? param->help : "a value for it");
    if (!param->fallback || param->kind == TW_PARAM_DOC)
        return TW_OK;
    return bind_fallback(b, field);
}

enum tw_rc tw_args_bind(const char *who, const tw_param *params, size_t n, const tw_doc *values,
                        void *args, tw_arena *arena, tw_error *err) {
    enum tw_doc_kind kind = tw_doc_kind(values);
    if (kind != TW_DOC_NULL && kind != TW_DOC_MAP && tw_doc_count(values))
        return tw_fail(err, TW_EUSAGE, "%s: its values have no names; write name = value", who);
    for (size_t i = 0; kind == TW_DOC_MAP && i < tw_doc_count(values); i++)
        if (!tw_args_find(params, n, tw_doc_key(values, i)))
            return unknown_name(who, params, n, tw_doc_key(values, i), err);
    for (size_t i = 0; i < n; i++) {
        enum tw_rc rc = bind_param(&(binding){who, &params[i], arena, err}, values, args);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

/* A text that opens like a JSON map or list is one; any other stays text. */
static enum tw_rc json_value(const binding *b, tw_str text, tw_doc **out) {
    tw_error why = TW_ERROR_INIT;
    tw_str inner = tw_str_trim(text);
    *out = NULL;
    if (!inner.n || (inner.p[0] != '{' && inner.p[0] != '['))
        return TW_OK;
    enum tw_rc rc = tw_json_read(inner, out, &why);
    if (rc == TW_OK || rc == TW_ENOMEM)
        return rc == TW_OK ? TW_OK : tw_fail_memory(b->err);
    return tw_fail(b->err, TW_EUSAGE, "%s: '%s' is no JSON: %s", b->who, b->param->name,
                   why.message);
}

enum tw_rc tw_args_value(const char *who, const tw_param *param, tw_str text, tw_doc **out,
                         tw_error *err) {
    binding b = {who, param, NULL, err};
    tw_doc *as_text = tw_doc_text(text), *typed = NULL;
    enum tw_rc rc = TW_OK;
    int64_t integer = 0;
    double number = 0;
    bool truth = false;
    *out = NULL;
    if (!as_text)
        return tw_fail_memory(err);
    if (param->kind == TW_PARAM_INT && (rc = bind_int(&b, as_text, &integer)) == TW_OK)
        typed = tw_doc_int(integer);
    else if (param->kind == TW_PARAM_NUMBER && (rc = bind_number(&b, as_text, &number)) == TW_OK)
        typed = tw_doc_number(number);
    else if (param->kind == TW_PARAM_BOOL && (rc = bind_bool(&b, as_text, &truth)) == TW_OK)
        typed = tw_doc_bool(truth);
    else if (param->kind == TW_PARAM_DOC)
        rc = json_value(&b, text, &typed);
    bool scalar = param->kind == TW_PARAM_INT || param->kind == TW_PARAM_NUMBER ||
                  param->kind == TW_PARAM_BOOL; /* without a node: memory is out */
    bool plain = rc == TW_OK && !typed && !scalar;
    if (!plain)
        tw_doc_free(as_text);
    if (rc != TW_OK)
        return rc;
    *out = plain ? as_text : typed;
    return *out ? TW_OK : tw_fail_memory(err);
}
