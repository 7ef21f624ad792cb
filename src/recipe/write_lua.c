/* A recipe back to Lua, in the form a person would write: arguments in the order of the step's parameters, short calls on
 * one line, long ones wrapped, the same text for the same recipe. What is written reads back as the same recipe. */
#include "recipe/recipe_impl.h"

#include "base/unicode.h"

enum { WIDTH = 100, NAMES = 20 };

static bool is_identifier(tw_str s) {
    static const char *const reserved[] = {"and",   "break", "do",  "else", "elseif", "end",    "false", "for",
                                           "function", "goto", "if", "in",   "local",  "nil",    "not",   "or",
                                           "repeat", "return", "then", "true", "until", "while"};
    if (!s.n || (s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    for (size_t i = 0; i < TW_COUNT(reserved); i++)
        if (tw_str_eq_c(s, reserved[i]))
            return false;
    return true;
}

/* Bytes that are no UTF-8 and control characters as \xHH, so that the file stays text. */
static void put_text(tw_buf *out, tw_str s) {
    tw_buf_char(out, '"');
    for (size_t i = 0; i < s.n;) {
        size_t next = i;
        unsigned char c = (unsigned char)s.p[i];
        bool broken = tw_utf8_next(s, &next) == 0xfffd && next - i == 1;
        if (c == '"' || c == '\\')
            tw_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            tw_buf_c(out, "\\n");
        else if (c < 0x20 || c == 0x7f || broken)
            tw_buf_printf(out, "\\x%02x", c);
        else
            tw_buf_str(out, tw_str_sub(s, i, next));
        i = next;
    }
    tw_buf_char(out, '"');
}

static void put_key(tw_buf *out, tw_str key) {
    if (is_identifier(key)) {
        tw_buf_str(out, key);
    } else {
        tw_buf_char(out, '[');
        put_text(out, key);
        tw_buf_char(out, ']');
    }
    tw_buf_c(out, " = ");
}

/* A float reads back as a float: 3.0, not 3. */
static void put_number(tw_buf *out, double value) {
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64(text, value);
    bool finite = value - value <= 0 && value - value >= 0;
    if (!finite) {
        tw_buf_c(out, value > 0 ? "math.huge" : value < 0 ? "-math.huge" : "0/0");
        return;
    }
    tw_buf_add(out, text, n);
    if (!memchr(text, '.', n) && !memchr(text, 'e', n))
        tw_buf_c(out, ".0");
}

static void put_value(tw_buf *out, const tw_doc *value);

static void put_children(tw_buf *out, const tw_doc *value) {
    bool map = tw_doc_kind(value) == TW_DOC_MAP;
    tw_buf_char(out, '{');
    for (size_t i = 0; i < tw_doc_count(value); i++) {
        tw_buf_c(out, i ? ", " : " ");
        if (map)
            put_key(out, tw_doc_key(value, i));
        put_value(out, tw_doc_at(value, i));
    }
    tw_buf_c(out, tw_doc_count(value) ? " }" : "}");
}

static void put_null(tw_buf *out, const tw_doc *value) {
    (void)value;
    tw_buf_c(out, "\"\"");
}
static void put_bool(tw_buf *out, const tw_doc *value) {
    tw_buf_c(out, tw_doc_as_bool(value, false) ? "true" : "false");
}
static void put_int(tw_buf *out, const tw_doc *value) {
    int64_t whole = tw_doc_as_int(value, 0);
    if (whole == INT64_MIN)
        tw_buf_c(out, "math.mininteger");
    else
        tw_buf_printf(out, "%lld", (long long)whole);
}
static void put_float(tw_buf *out, const tw_doc *value) {
    put_number(out, tw_doc_as_number(value, 0));
}
static void put_string(tw_buf *out, const tw_doc *value) {
    put_text(out, tw_doc_as_text(value, TW_STR("")));
}

static void put_value(tw_buf *out, const tw_doc *value) {
    static void (*const puts[])(tw_buf * out, const tw_doc *value) = {
        [TW_DOC_NULL] = put_null,   [TW_DOC_BOOL] = put_bool,     [TW_DOC_INT] = put_int,      [TW_DOC_NUMBER] = put_float,
        [TW_DOC_TEXT] = put_string, [TW_DOC_LIST] = put_children, [TW_DOC_MAP] = put_children, [TW_DOC_TABLE] = put_children};
    puts[tw_doc_kind(value)](out, value);
}

/* --- wrapping --- */

/* Items of a list or map filled into lines behind `indent` blanks. */
static void put_filled(tw_buf *out, const tw_doc *value, size_t indent) {
    bool map = tw_doc_kind(value) == TW_DOC_MAP;
    size_t column = WIDTH;
    tw_buf item;
    tw_buf_init(&item, TW_BUF_MAX);
    tw_buf_char(out, '{');
    for (size_t i = 0; i < tw_doc_count(value); i++) {
        tw_buf_clear(&item);
        if (map)
            put_key(&item, tw_doc_key(value, i));
        put_value(&item, tw_doc_at(value, i));
        tw_buf_char(&item, ',');
        size_t width = tw_text_width(tw_buf_view(&item));
        if (column + 1 + width > WIDTH) {
            tw_buf_char(out, '\n');
            tw_buf_fill(out, ' ', indent + 2);
            column = indent + 2;
        } else {
            tw_buf_char(out, ' ');
            column++;
        }
        tw_buf_str(out, tw_buf_view(&item));
        column += width;
        out->failed |= item.failed;
    }
    tw_buf_char(out, '\n');
    tw_buf_fill(out, ' ', indent);
    tw_buf_char(out, '}');
    tw_buf_fini(&item);
}

/* One argument on a line of its own, wrapped when it is a long list or map. */
static void put_wrapped(tw_buf *out, tw_str key, const tw_doc *value) {
    size_t from = out->n;
    tw_buf_c(out, "  ");
    put_key(out, key);
    size_t behind_key = out->n;
    put_value(out, value);
    enum tw_doc_kind kind = tw_doc_kind(value);
    bool long_line = tw_text_width(tw_str_sub(tw_buf_view(out), from, out->n)) > WIDTH;
    if (long_line && !out->failed && (kind == TW_DOC_LIST || kind == TW_DOC_MAP)) {
        out->n = behind_key;
        put_filled(out, value, 2);
    }
    tw_buf_c(out, ",\n");
}

/* --- a step --- */

/* Arguments as they are written: parameters in their order, free names behind. */
typedef struct written {
    tw_str key;
    const tw_doc *value;
} written;

static size_t list_arguments(const tw_step_row *row, const tw_doc *args, written *list, size_t room) {
    size_t n = 0;
    for (size_t i = 0; i < row->n_params; i++) {
        const tw_doc *value = tw_doc_get(args, row->params[i].name);
        bool free_names = row->flags & TW_STEP_FREE_NAMES && row->params[i].kind == TW_PARAM_DOC &&
                          tw_doc_kind(value) == TW_DOC_MAP;
        for (size_t k = 0; free_names && k < tw_doc_count(value) && n < room; k++)
            list[n++] = (written){tw_doc_key(value, k), tw_doc_at(value, k)};
        if (!free_names && value && n < room)
            list[n++] = (written){tw_str_c(row->params[i].name), value};
    }
    for (size_t i = 0; i < tw_doc_count(args) && n < room; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= list[k].value == tw_doc_at(args, i);
        known |= tw_args_find(row->params, row->n_params, tw_doc_key(args, i)) && tw_doc_get(args, tw_doc_key(args, i).p);
        if (!known)
            list[n++] = (written){tw_doc_key(args, i), tw_doc_at(args, i)};
    }
    return n;
}

/* A step of one parameter whose value is a text is written without a table: r:filter "age > 30". */
static bool is_short(const tw_step_row *row, const written *list, size_t n) {
    enum tw_param_kind kind = row->n_params ? row->params[0].kind : TW_PARAM_DOC;
    return n == 1 && row->n_params == 1 && tw_doc_kind(list[0].value) == TW_DOC_TEXT &&
           (kind == TW_PARAM_EXPR || kind == TW_PARAM_TEXT || kind == TW_PARAM_TEXTS) &&
           row->params[0].flags & TW_PARAM_POSITIONAL && tw_str_eq_c(list[0].key, row->params[0].name);
}

static size_t count_arguments(const tw_step_row *row, const tw_doc *args) {
    size_t n = row->n_params + tw_doc_count(args) + 2;
    for (size_t i = 0; i < tw_doc_count(args); i++)
        n += tw_doc_count(tw_doc_at(args, i));
    return n;
}

static void put_call(tw_buf *out, const char *name, size_t pad, const written *list, size_t n, bool brief) {
    size_t from = out->n;
    tw_buf_printf(out, "r:%s", name);
    tw_buf_fill(out, ' ', 1 + (pad > strlen(name) ? pad - strlen(name) : 0));
    size_t behind_name = out->n;
    if (brief) {
        put_value(out, list[0].value);
        return;
    }
    tw_buf_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        tw_buf_c(out, i ? ", " : " ");
        put_key(out, list[i].key);
        put_value(out, list[i].value);
    }
    tw_buf_c(out, n ? " }" : "}");
    if (out->failed || tw_text_width(tw_str_sub(tw_buf_view(out), from, out->n)) <= WIDTH)
        return;
    out->n = behind_name;
    tw_buf_c(out, "{\n");
    for (size_t i = 0; i < n; i++)
        put_wrapped(out, list[i].key, list[i].value);
    tw_buf_char(out, '}');
}

static bool put_step(const tw_recipe_step *step, bool own_id, size_t pad, tw_buf *out) {
    size_t room = count_arguments(step->row, step->args), n;
    written *list = tw_calloc(room, sizeof *list);
    tw_doc *id = own_id ? tw_doc_c(step->id) : NULL, *note = step->note ? tw_doc_c(step->note) : NULL;
    if (list) {
        n = list_arguments(step->row, step->args, list, room - 2);
        bool brief = !id && !note && is_short(step->row, list, n);
        if (id)
            list[n++] = (written){TW_STR("id"), id};
        if (note)
            list[n++] = (written){TW_STR("note"), note};
        put_call(out, step->row->name, pad, list, n, brief);
    }
    out->failed |= !list || (own_id && !id) || (step->note && !note);
    tw_doc_free(id);
    tw_doc_free(note);
    free(list);
    return !out->failed;
}

bool tw_recipe_step_lua(const tw_step_row *row, const tw_doc *args, tw_buf *out) {
    return put_step(&(tw_recipe_step){.row = row, .args = args}, false, 0, out);
}

static void put_source(const tw_doc *source, tw_buf *out) {
    size_t from = out->n;
    tw_buf_c(out, "r:source ");
    put_value(out, source);
    if (!out->failed && tw_text_width(tw_str_sub(tw_buf_view(out), from, out->n)) > WIDTH) {
        out->n = from;
        tw_buf_c(out, "r:source {\n");
        for (size_t i = 0; i < tw_doc_count(source); i++)
            put_wrapped(out, tw_doc_key(source, i), tw_doc_at(source, i));
        tw_buf_char(out, '}');
    }
    tw_buf_char(out, '\n');
}

bool tw_recipe_lua(const tw_recipe *recipe, tw_buf *out) {
    size_t pad = 0;
    for (size_t i = 0; i < recipe->n; i++)
        pad = TW_MAX(pad, TW_MIN(strlen(recipe->entries[i].step.row->name), (size_t)NAMES));
    tw_buf_c(out, "local r = trowel.recipe ");
    put_text(out, tw_recipe_name(recipe));
    tw_buf_char(out, '\n');
    if (recipe->has_seed)
        tw_buf_printf(out, "r:seed(%llu)\n", (unsigned long long)recipe->seed);
    if (recipe->source && tw_doc_count(recipe->source))
        put_source(recipe->source, out);
    for (size_t i = 0; i < recipe->n; i++) {
        put_step(&recipe->entries[i].step, recipe->entries[i].own_id, pad, out);
        tw_buf_char(out, '\n');
    }
    tw_buf_c(out, "return r\n");
    return !out->failed;
}
