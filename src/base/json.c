/* JSON. The reader is a recursive descent with a depth limit, so that neither deep nesting nor any
 * other bytes can bring the program down; the writer's output is a contract (`--json`) and
 * therefore plain: keys in document order, no trailing blanks, no escapes that RFC 8259 does not
 * ask for. */
#include "base/json.h"

#include <math.h>

#include "base/number.h"
#include "base/unicode.h"

enum { DEPTH_MAX = 200, LINE_WIDTH = 76, LINE_ITEMS = 40 };

typedef struct reader {
    tw_str text;
    size_t at;
    size_t depth;
    tw_buf scratch; /* text with its escapes resolved */
    tw_error *err;
} reader;

static enum tw_rc bad(reader *r, const char *why) {
    enum tw_rc rc =
        tw_fail(r->err, TW_EDAMAGED,
                "cannot read JSON: %s at byte %zu; repair the text or make it again", why, r->at);
    if (r->err)
        r->err->row = (int64_t)r->at;
    return rc;
}

/* The next byte, '\0' at the end; a NUL in the text is no JSON anyway. */
static char peek(const reader *r) {
    return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static char skip_blanks(reader *r) {
    char c = peek(r);
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        r->at++;
        c = peek(r);
    }
    return c;
}

static bool take(reader *r, char c) {
    if (peek(r) != c || r->at >= r->text.n)
        return false;
    r->at++;
    return true;
}

static enum tw_rc keep(reader *r, tw_doc *doc, tw_doc **out) {
    *out = doc;
    return doc ? TW_OK : tw_fail_memory(r->err);
}

static enum tw_rc read_word(reader *r, const char *word, tw_doc *(*make)(bool), tw_doc **out) {
    if (!tw_str_starts(tw_str_sub(r->text, r->at, r->text.n), tw_str_c(word)))
        return bad(r, "a value expected");
    r->at += strlen(word);
    return keep(r, make ? make(word[0] == 't') : tw_doc_null(), out);
}

static size_t skip_digits(reader *r) {
    size_t from = r->at;
    while (peek(r) >= '0' && peek(r) <= '9')
        r->at++;
    return r->at - from;
}

static enum tw_rc read_number(reader *r, tw_doc **out) {
    size_t from = r->at;
    bool whole = true;
    bool negative = take(r, '-');
    bool zero = take(r, '0');
    if (!zero && !skip_digits(r))
        return bad(r, "a digit expected");
    if (take(r, '.')) {
        whole = false;
        if (!skip_digits(r))
            return bad(r, "a digit expected behind the point");
    }
    if (take(r, 'e') || take(r, 'E')) {
        whole = false;
        if (!take(r, '+'))
            (void)take(r, '-');
        if (!skip_digits(r))
            return bad(r, "a digit expected in the exponent");
    }
    tw_str text = tw_str_sub(r->text, from, r->at);
    int64_t integer;
    double number;
    if (whole && !(zero && negative) && tw_parse_i64(text, &integer))
        return keep(r, tw_doc_int(integer), out);
    if (!tw_parse_f64(text, &number, false) || !isfinite(number))
        return bad(r, "a number out of range");
    return keep(r, tw_doc_number(number), out);
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits behind \u, or -1. */
static int32_t read_unit(reader *r) {
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(peek(r));
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        r->at++;
    }
    return unit;
}

static enum tw_rc read_codepoint(reader *r) {
    int32_t c = read_unit(r);
    if (c >= 0xD800 && c < 0xDC00) {
        int32_t low = take(r, '\\') && take(r, 'u') ? read_unit(r) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return bad(r, "half a surrogate pair");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if (c < 0 || (c >= 0xDC00 && c <= 0xDFFF)) {
        return bad(r, c < 0 ? "four hexadecimal digits expected" : "half a surrogate pair");
    }
    tw_utf8_put(&r->scratch, c);
    return TW_OK;
}

static enum tw_rc read_escape(reader *r) {
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    char c = peek(r);
    if (take(r, 'u'))
        return read_codepoint(r);
    const char *name = c ? strchr(names, c) : NULL;
    if (!name)
        return bad(r, "an unknown escape");
    r->at++;
    tw_buf_char(&r->scratch, bytes[name - names]);
    return TW_OK;
}

/* The bytes of a string; a slice of the input when nothing is escaped, else of the scratch. */
static enum tw_rc read_text(reader *r, tw_str *out) {
    if (!take(r, '"'))
        return bad(r, "'\"' expected");
    tw_buf_clear(&r->scratch);
    size_t from = r->at;
    for (;;) {
        char c = peek(r);
        if (c == '"')
            break;
        if ((unsigned char)c < 0x20)
            return bad(r,
                       r->at < r->text.n ? "a control character in a text" : "a text without end");
        r->at++;
        if (c != '\\')
            continue;
        tw_buf_str(&r->scratch, tw_str_sub(r->text, from, r->at - 1));
        enum tw_rc rc = read_escape(r);
        if (rc != TW_OK)
            return rc;
        from = r->at;
    }
    *out = tw_str_sub(r->text, from, r->at++);
    if (r->scratch.n) {
        tw_buf_str(&r->scratch, *out);
        *out = tw_buf_view(&r->scratch);
    }
    return tw_buf_check(&r->scratch, r->err);
}

static enum tw_rc read_value(reader *r, tw_doc **out);

static enum tw_rc read_member(reader *r, tw_doc *map) {
    tw_str key;
    if (skip_blanks(r) != '"')
        return bad(r, "a key in quotes expected");
    enum tw_rc rc = read_text(r, &key);
    if (rc != TW_OK)
        return rc;
    char *kept = NULL; /* a key with escapes stands in the scratch, which the value overwrites */
    if (r->scratch.n) {
        kept = tw_str_dup(key);
        if (!kept)
            return tw_fail_memory(r->err);
        key.p = kept;
    }
    tw_doc *value = NULL;
    if (skip_blanks(r) != ':') {
        rc = bad(r, "':' expected behind a key");
    } else {
        r->at++;
        rc = read_value(r, &value);
    }
    if (rc == TW_OK && !tw_doc_set_str(map, key, value))
        rc = tw_fail_memory(r->err);
    free(kept);
    return rc;
}

static enum tw_rc read_item(reader *r, tw_doc *list) {
    tw_doc *value = NULL;
    enum tw_rc rc = read_value(r, &value);
    if (rc == TW_OK && !tw_doc_add(list, value))
        rc = tw_fail_memory(r->err);
    return rc;
}

/* What stands between brackets, separated by commas. */
static enum tw_rc read_items(reader *r, tw_doc *doc, char end,
                             enum tw_rc (*item)(reader *r, tw_doc *doc)) {
    if (!doc)
        return tw_fail_memory(r->err);
    if (++r->depth > DEPTH_MAX)
        return bad(r, "more than 200 levels");
    r->at++;
    if (skip_blanks(r) != end)
        for (;;) {
            enum tw_rc rc = item(r, doc);
            if (rc != TW_OK)
                return rc;
            if (skip_blanks(r) == end)
                break;
            if (!take(r, ','))
                return bad(r, end == ']' ? "',' or ']' expected" : "',' or '}' expected");
        }
    r->at++;
    r->depth--;
    return TW_OK;
}

static enum tw_rc read_text_value(reader *r, tw_doc **out) {
    tw_str text;
    enum tw_rc rc = read_text(r, &text);
    return rc == TW_OK ? keep(r, tw_doc_text(text), out) : rc;
}

static enum tw_rc read_value(reader *r, tw_doc **out) {
    enum tw_rc rc;
    *out = NULL;
    switch (skip_blanks(r)) {
    case '"':
        return read_text_value(r, out);
    case 't':
        return read_word(r, "true", tw_doc_bool, out);
    case 'f':
        return read_word(r, "false", tw_doc_bool, out);
    case 'n':
        return read_word(r, "null", NULL, out);
    case '[':
        rc = read_items(r, *out = tw_doc_list(), ']', read_item);
        break;
    case '{':
        rc = read_items(r, *out = tw_doc_map(), '}', read_member);
        break;
    default:
        if (peek(r) != '-' && (peek(r) < '0' || peek(r) > '9'))
            return bad(r, "a value expected");
        return read_number(r, out);
    }
    if (rc != TW_OK) {
        tw_doc_free(*out);
        *out = NULL;
    }
    return rc;
}

enum tw_rc tw_json_read(tw_str text, tw_doc **out, tw_error *err) {
    reader r = {.text = text, .err = err};
    *out = NULL;
    r.at = tw_utf8_valid(text);
    if (r.at < text.n)
        return bad(&r, "not UTF-8");
    r.at = 0;
    tw_buf_init(&r.scratch, TW_BUF_MAX);
    enum tw_rc rc = read_value(&r, out);
    if (rc == TW_OK) {
        skip_blanks(&r);
        if (r.at < text.n)
            rc = bad(&r, "more behind the value");
    }
    if (rc != TW_OK) {
        tw_doc_free(*out);
        *out = NULL;
    }
    tw_buf_fini(&r.scratch);
    return rc;
}

static void write_escaped(tw_buf *out, unsigned char c) {
    static const char bytes[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *at = c ? strchr(bytes, c) : NULL;
    if (at) {
        tw_buf_char(out, '\\');
        tw_buf_char(out, names[at - bytes]);
    } else {
        tw_buf_printf(out, "\\u%04x", c);
    }
}

/* Text without invalid bytes: runs of plain bytes are copied whole. */
static void write_valid(tw_buf *out, tw_str text) {
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        tw_buf_str(out, tw_str_sub(text, from, i));
        write_escaped(out, c);
        from = i + 1;
    }
    tw_buf_str(out, tw_str_sub(text, from, text.n));
}

bool tw_json_write_text(tw_buf *out, tw_str text) {
    tw_buf_char(out, '"');
    while (text.n) {
        size_t valid = tw_utf8_valid(text);
        write_valid(out, tw_str_sub(text, 0, valid));
        if (valid == text.n)
            break;
        tw_utf8_put(out, 0xFFFD);
        text = tw_str_sub(text, valid + 1, text.n);
    }
    return tw_buf_char(out, '"');
}

static void write_number(tw_buf *out, double value) {
    char room[TW_NUMBER_MAX];
    if (!isfinite(value))
        tw_buf_c(out, "null");
    else
        tw_buf_add(out, room, tw_format_f64(room, value));
}

static void write_integer(tw_buf *out, int64_t value) {
    char room[TW_NUMBER_MAX];
    tw_buf_add(out, room, tw_format_i64(room, value));
}

typedef struct writer {
    tw_buf *out;
    int indent; /* 0 = one line */
    int level;
} writer;

static void write_doc(writer *w, const tw_doc *doc);

static void new_line(const writer *w) {
    if (w->indent == 0)
        return;
    tw_buf_char(w->out, '\n');
    tw_buf_fill(w->out, ' ', (size_t)(w->indent * w->level));
}

static void write_key(const writer *w, tw_str key) {
    tw_json_write_text(w->out, key);
    tw_buf_c(w->out, w->indent ? ": " : ":");
}

static bool only_scalars(const tw_doc *doc) {
    for (size_t i = 0; i < tw_doc_count(doc); i++)
        if (tw_doc_kind(tw_doc_at(doc, i)) >= TW_DOC_LIST)
            return false;
    return true;
}

static void write_items(writer *w, const tw_doc *list, bool one_line) {
    size_t n = tw_doc_count(list);
    tw_buf_char(w->out, '[');
    w->level++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            tw_buf_c(w->out, one_line && w->indent ? ", " : ",");
        if (!one_line)
            new_line(w);
        write_doc(w, tw_doc_at(list, i));
    }
    w->level--;
    if (n && !one_line)
        new_line(w);
    tw_buf_char(w->out, ']');
}

/* Numbers of a histogram belong on one line; a list that turns out too wide is taken back and
 * broken up. */
static void write_list(writer *w, const tw_doc *list) {
    size_t start = w->out->n;
    bool try_line = w->indent == 0 || (tw_doc_count(list) <= LINE_ITEMS && only_scalars(list));
    write_items(w, list, try_line);
    if (!try_line || w->indent == 0 || w->out->n - start <= LINE_WIDTH || w->out->failed)
        return;
    w->out->n = start;
    write_items(w, list, false);
}

static void write_map(writer *w, const tw_doc *map) {
    size_t n = tw_doc_count(map);
    tw_buf_char(w->out, '{');
    w->level++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            tw_buf_char(w->out, ',');
        new_line(w);
        write_key(w, tw_doc_key(map, i));
        write_doc(w, tw_doc_at(map, i));
    }
    w->level--;
    if (n)
        new_line(w);
    tw_buf_char(w->out, '}');
}

static void write_row(writer *w, const tw_doc *table, const tw_doc *row) {
    tw_buf_char(w->out, '{');
    for (size_t i = 0; i < tw_doc_columns(table); i++) {
        if (i)
            tw_buf_c(w->out, w->indent ? ", " : ",");
        write_key(w, tw_doc_key(table, i));
        write_doc(w, tw_doc_at(row, i));
    }
    tw_buf_char(w->out, '}');
}

static void write_table(writer *w, const tw_doc *table) {
    size_t n = tw_doc_count(table);
    tw_buf_char(w->out, '[');
    w->level++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            tw_buf_char(w->out, ',');
        new_line(w);
        write_row(w, table, tw_doc_at(table, i));
    }
    w->level--;
    if (n)
        new_line(w);
    tw_buf_char(w->out, ']');
}

static void write_doc(writer *w, const tw_doc *doc) {
    switch (tw_doc_kind(doc)) {
    case TW_DOC_NULL:
        tw_buf_c(w->out, "null");
        break;
    case TW_DOC_BOOL:
        tw_buf_c(w->out, tw_doc_as_bool(doc, false) ? "true" : "false");
        break;
    case TW_DOC_INT:
        write_integer(w->out, tw_doc_as_int(doc, 0));
        break;
    case TW_DOC_NUMBER:
        write_number(w->out, tw_doc_as_number(doc, 0));
        break;
    case TW_DOC_TEXT:
        tw_json_write_text(w->out, tw_doc_as_text(doc, TW_STR("")));
        break;
    case TW_DOC_LIST:
        write_list(w, doc);
        break;
    case TW_DOC_MAP:
        write_map(w, doc);
        break;
    case TW_DOC_TABLE:
        write_table(w, doc);
        break;
    }
}

bool tw_json_write(tw_buf *out, const tw_doc *doc, int indent) {
    writer w = {.out = out, .indent = TW_MAX(indent, 0)};
    write_doc(&w, doc);
    return !out->failed;
}
