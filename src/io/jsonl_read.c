/* Two passes over the lines: the first collects keys, the second writes records.
 *
 * Only the outermost object of a line is taken apart here; a value is a slice of the line, so that
 * numbers keep their digits. Strings with escapes go through the JSON reader, and so does a line
 * that looks wrong, for its message. */
#include "io/jsonl_read.h"

#include "base/hash.h"
#include "base/json.h"
#include "io/csv_write.h"

typedef struct scan {
    tw_str line;
    size_t at;
} scan;

static void skip_blanks(scan *s) {
    while (s->at < s->line.n && strchr(" \t\r", s->line.p[s->at]) && s->line.p[s->at])
        s->at++;
}

static bool take(scan *s, char c) {
    skip_blanks(s);
    bool there = s->at < s->line.n && s->line.p[s->at] == c;
    s->at += there;
    return there;
}

/* A string with its quotes. */
static bool take_string(scan *s, tw_str *out) {
    size_t from = s->at;
    if (!take(s, '"'))
        return false;
    from = s->at - 1;
    while (s->at < s->line.n && s->line.p[s->at] != '"')
        s->at += s->line.p[s->at] == '\\' ? 2 : 1;
    if (s->at >= s->line.n)
        return false;
    *out = tw_str_sub(s->line, from, ++s->at);
    return true;
}

/* Any value as its text. Lists and objects are only balanced here. */
static bool take_value(scan *s, tw_str *out) {
    skip_blanks(s);
    size_t from = s->at, depth = 0;
    if (s->at < s->line.n && s->line.p[s->at] == '"')
        return take_string(s, out);
    while (s->at < s->line.n) {
        char c = s->line.p[s->at];
        tw_str inner;
        if (c == '"') {
            if (!take_string(s, &inner))
                return false;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            break;
        depth += c == '{' || c == '[';
        depth -= depth && (c == '}' || c == ']');
        s->at++;
    }
    *out = tw_str_trim(tw_str_sub(s->line, from, s->at));
    return depth == 0 && out->n > 0;
}

/* Text of a string: what stands between its quotes, escapes resolved in `scratch`. */
static bool text_of(tw_str string, tw_buf *scratch, tw_str *out) {
    *out = tw_str_sub(string, 1, string.n - 1);
    if (tw_str_find_char(*out, '\\', 0) == SIZE_MAX)
        return true;
    tw_doc *doc = NULL;
    if (tw_json_read(string, &doc, NULL) != TW_OK)
        return false;
    tw_buf_clear(scratch);
    bool good = tw_buf_str(scratch, tw_doc_as_text(doc, TW_STR("")));
    tw_doc_free(doc);
    *out = tw_buf_view(scratch);
    return good;
}

typedef struct member {
    tw_str key, value; /* key with its quotes */
} member;

/* Next member of the line's object: 1, at its end 0, -1 for a broken line. `first`: none was taken
 * yet. */
static int next_member(scan *s, bool first, member *out) {
    if (first && !take(s, '{'))
        return -1;
    if (take(s, '}')) {
        skip_blanks(s);
        return s->at == s->line.n ? 0 : -1;
    }
    if (!first && !take(s, ','))
        return -1;
    skip_blanks(s);
    return take_string(s, &out->key) && take(s, ':') && take_value(s, &out->value) ? 1 : -1;
}

static enum tw_rc broken(tw_str line, int64_t row, tw_error *err) {
    tw_doc *doc = NULL;
    tw_error why = TW_ERROR_INIT;
    if (tw_json_read(line, &doc, &why) == TW_OK)
        snprintf(why.message, sizeof why.message, "it is no object");
    tw_doc_free(doc);
    enum tw_rc rc = tw_fail(err, TW_EDAMAGED, "line %lld is no JSON object: %.300s; mend the line",
                            (long long)row + 1, why.message);
    return tw_error_place(err, rc, NULL, row, NULL);
}

/* Lines one after another; false at the end. Empty lines are none. */
static bool next_line(tw_str *rest, bool more, tw_str *line) {
    while (rest->n) {
        size_t end = tw_str_find_char(*rest, '\n', 0);
        if (end == SIZE_MAX && more)
            return false;
        size_t n = TW_MIN(end, rest->n);
        *line = tw_str_trim(tw_str_sub(*rest, 0, n));
        *rest = tw_str_sub(*rest, TW_MIN(n + 1, rest->n), rest->n);
        if (line->n)
            return true;
    }
    return false;
}

typedef struct table {
    tw_hashmap *keys; /* raw keys, numbered by first appearance */
    tw_str *values;   /* of the record at hand */
    tw_buf scratch;
} table;

static enum tw_rc collect_keys(table *t, tw_str text, bool more, tw_error *err) {
    tw_str line;
    for (int64_t row = 0; next_line(&text, more, &line); row++) {
        scan s = {line, 0};
        member m;
        int found;
        for (bool first = true; (found = next_member(&s, first, &m)) == 1; first = false)
            if (tw_hashmap_intern(t->keys, m.key, NULL) == UINT32_MAX)
                return tw_fail_memory(err);
        if (found < 0)
            return broken(line, row, err);
    }
    return TW_OK;
}

static enum tw_rc put(table *t, tw_str raw, bool only, tw_buf *out, tw_error *err) {
    const tw_csv_style rfc = TW_CSV_STYLE_RFC;
    tw_str text = raw;
    if (raw.n && raw.p[0] == '"' && !text_of(raw, &t->scratch, &text))
        return tw_fail(err, TW_EDAMAGED, "a string of JSON is broken: %.*s; mend it",
                       (int)TW_MIN(raw.n, (size_t)60), raw.p);
    if (tw_str_eq_c(raw, "null"))
        text = TW_STR("");
    return tw_csv_put_cell(out, &rfc, text, text.n == 0 && (only || (raw.n && raw.p[0] == '"')), err);
}

static enum tw_rc put_header(table *t, size_t width, tw_buf *out, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < width && rc == TW_OK; i++) {
        tw_buf_c(out, i ? "," : "");
        rc = put(t, tw_hashmap_key(t->keys, (uint32_t)i), width == 1, out, err);
    }
    tw_buf_char(out, '\n');
    return rc;
}

static enum tw_rc put_record(table *t, size_t width, tw_str line, tw_buf *out, tw_error *err) {
    scan s = {line, 0};
    member m;
    for (size_t i = 0; i < width; i++)
        t->values[i] = (tw_str){0};
    for (bool first = true; next_member(&s, first, &m) == 1; first = false)
        t->values[tw_hashmap_find(t->keys, m.key)] = m.value;
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < width && rc == TW_OK; i++) {
        tw_buf_c(out, i ? "," : "");
        rc = put(t, t->values[i], width == 1, out, err);
    }
    tw_buf_char(out, '\n');
    return rc;
}

enum tw_rc tw_jsonl_to_csv(tw_str text, bool more, tw_buf *out, tw_error *err) {
    table t = {.keys = tw_hashmap_new(64)};
    tw_buf_init(&t.scratch, TW_BUF_MAX);
    enum tw_rc rc = t.keys ? collect_keys(&t, text, more, err) : tw_fail_memory(err);
    size_t width = t.keys ? tw_hashmap_count(t.keys) : 0;
    if (rc == TW_OK && width) {
        t.values = tw_calloc(width, sizeof *t.values);
        rc = t.values ? put_header(&t, width, out, err) : tw_fail_memory(err);
        tw_str line;
        while (rc == TW_OK && !out->failed && next_line(&text, more, &line))
            rc = put_record(&t, width, line, out, err);
    }
    tw_hashmap_free(t.keys);
    free(t.values);
    tw_buf_fini(&t.scratch);
    return rc ? rc : tw_buf_check(out, err);
}
