/* Two passes over the objects: the first collects keys, the second writes records.
 *
 * Objects stand in lines, or in a list where the text begins with "[": there their ends are found by
 * balance, so that line ends may stand anywhere. So they are where the first object goes on behind
 * its first line. Only the outermost object is taken apart here; a
 * value is a slice of it, so that numbers keep their digits. Strings with escapes go through the
 * JSON reader, and so does an object that looks wrong, for its message. */
#include "io/jsonl_read.h"

#include "base/hash.h"
#include "base/json.h"
#include "io/csv_write.h"

typedef struct scan {
    tw_str line;
    size_t at;
} scan;

static void skip_blanks(scan *s) {
    while (s->at < s->line.n && strchr(" \t\r\n", s->line.p[s->at]) && s->line.p[s->at])
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

bool tw_json_string(tw_str string, tw_buf *scratch, tw_str *out) {
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

typedef tw_json_member member;

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

/* --- objects one after another --- */

typedef struct objects {
    tw_str rest;
    bool more; /* the text goes on: what is cut at its end is none yet */
    bool list;
    bool spans; /* no list, but objects of several lines */
    int64_t n;  /* so far */
} objects;

static enum tw_rc broken(const objects *in, tw_str object, tw_error *err) {
    tw_doc *doc = NULL;
    tw_error why = TW_ERROR_INIT;
    if (tw_json_read(object, &doc, &why) == TW_OK)
        snprintf(why.message, sizeof why.message, "it is no object");
    tw_doc_free(doc);
    enum tw_rc rc = tw_fail(err, TW_EDAMAGED, "%s %lld is no JSON object: %.300s; mend it",
                            in->list    ? "element"
                          : in->spans ? "object"
                                      : "line", (long long)in->n, why.message);
    return tw_error_place(err, rc, NULL, in->n - 1, NULL);
}

/* Bytes up to the end of what stands first: an element up to its comma or bracket, an object with
 * its bracket; all of them where there is no end. */
static size_t value_end(tw_str text, bool element) {
    size_t depth = 0, at = 0;
    for (bool string = false; at < text.n; at++) {
        char c = text.p[at];
        if (string) {
            at += c == '\\';
            string = c != '"';
        } else if (c == '"') {
            string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (element && depth == 0 && (c == ',' || c == ']')) {
            break;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
            if (!element && depth == 0)
                return at + 1;
        }
    }
    return element ? TW_MIN(at, text.n) : text.n + 1;
}

static bool spans_lines(tw_str text) {
    size_t line = tw_str_find_char(text, '\n', 0);
    return text.n && text.p[0] == '{' && line != SIZE_MAX &&
           value_end(tw_str_sub(text, 0, line), false) > line;
}

static objects objects_of(tw_str text, bool more) {
    tw_str inside = tw_str_trim(text);
    bool list = inside.n && inside.p[0] == '[';
    return (objects){.rest = list ? tw_str_sub(inside, 1, inside.n) : text,
                     .more = more,
                     .list = list,
                     .spans = spans_lines(inside)};
}

/* What has no end is one that is broken, so that it is told. */
static bool next_spanning(objects *in, tw_str *object) {
    in->rest = tw_str_trim(in->rest);
    size_t n = value_end(in->rest, false);
    if (in->rest.n == 0 || (n > in->rest.n && in->more))
        return false;
    n = TW_MIN(n, in->rest.n);
    *object = tw_str_sub(in->rest, 0, n);
    in->rest = tw_str_sub(in->rest, n, in->rest.n);
    in->n++;
    return true;
}

/* Empty lines are none. */
static bool next_line(objects *in, tw_str *line) {
    while (in->rest.n) {
        size_t end = tw_str_find_char(in->rest, '\n', 0);
        if (end == SIZE_MAX && in->more)
            return false;
        size_t n = TW_MIN(end, in->rest.n);
        *line = tw_str_trim(tw_str_sub(in->rest, 0, n));
        in->rest = tw_str_sub(in->rest, TW_MIN(n + 1, in->rest.n), in->rest.n);
        in->n += line->n > 0;
        if (line->n)
            return true;
    }
    return false;
}

/* What stands behind the list is an element too, so that it is told. */
static bool next_element(objects *in, tw_str *element) {
    in->rest = tw_str_trim(in->rest);
    size_t n = value_end(in->rest, true);
    bool whole = n < in->rest.n, last = whole && in->rest.p[n] == ']';
    *element = tw_str_trim(tw_str_sub(in->rest, 0, n));
    if (in->rest.n == 0 || (!whole && in->more))
        return false;
    in->rest = tw_str_sub(in->rest, n + whole, in->rest.n);
    if (last && element->n == 0 && in->n == 0) /* [] */
        return next_element(in, element);
    in->n++;
    return true;
}

static bool next_object(objects *in, tw_str *object) {
    return in->list    ? next_element(in, object)
           : in->spans ? next_spanning(in, object)
                       : next_line(in, object);
}

bool tw_jsonl_is(tw_str head, bool more, bool *lines) {
    objects in = objects_of(head, more);
    tw_str object;
    member m;
    *lines = !in.list && !in.spans;
    if (!next_object(&in, &object))
        return false;
    scan s = {object, 0};
    int found = next_member(&s, true, &m), members = 0;
    for (; found == 1; found = next_member(&s, false, &m))
        members++;
    return found == 0 && members > 0;
}

/* --- records --- */

typedef struct table {
    tw_hashmap *keys; /* raw keys, numbered by first appearance */
    tw_str *values;   /* of the record at hand */
    tw_buf scratch;
} table;

static enum tw_rc collect_keys(table *t, objects in, tw_error *err) {
    tw_str object;
    while (next_object(&in, &object)) {
        scan s = {object, 0};
        member m;
        int found;
        for (bool first = true; (found = next_member(&s, first, &m)) == 1; first = false)
            if (tw_hashmap_intern(t->keys, m.key, NULL) == UINT32_MAX)
                return tw_fail_memory(err);
        if (found < 0)
            return broken(&in, object, err);
    }
    return TW_OK;
}

static enum tw_rc put(table *t, tw_str raw, bool only, tw_buf *out, tw_error *err) {
    const tw_csv_style rfc = TW_CSV_STYLE_RFC;
    tw_str text = raw;
    if (raw.n && raw.p[0] == '"' && !tw_json_string(raw, &t->scratch, &text))
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

static enum tw_rc put_record(table *t, size_t width, tw_str object, tw_buf *out, tw_error *err) {
    scan s = {object, 0};
    member m;
    for (size_t i = 0; i < width; i++)
        t->values[i] = (tw_str){0};
    for (bool first = true; next_member(&s, first, &m) == 1; first = false) {
        uint32_t key = tw_hashmap_find(t->keys, m.key);
        if (key >= width)
            return tw_fail(err, TW_EINPUT, "cannot read: the file changes; open it again");
        t->values[key] = m.value;
    }
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
    objects in = objects_of(text, more);
    enum tw_rc rc = t.keys ? collect_keys(&t, in, err) : tw_fail_memory(err);
    size_t width = t.keys ? tw_hashmap_count(t.keys) : 0;
    if (rc == TW_OK && width) {
        t.values = tw_calloc(width, sizeof *t.values);
        rc = t.values ? put_header(&t, width, out, err) : tw_fail_memory(err);
        tw_str object;
        while (rc == TW_OK && !out->failed && next_object(&in, &object))
            rc = put_record(&t, width, object, out, err);
    }
    tw_hashmap_free(t.keys);
    free(t.values);
    tw_buf_fini(&t.scratch);
    return rc ? rc : tw_buf_check(out, err);
}

/* --- objects by number --- */

struct tw_json_objects {
    tw_str text;
    bool list, spans;
    uint64_t *at; /* where each begins */
    size_t n, room;
};

static bool add_object(tw_json_objects *o, tw_str object) {
    if (o->n == o->room) {
        size_t room = o->room ? o->room * 2 : 1024;
        uint64_t *more = tw_realloc(o->at, room, sizeof *more);
        if (!more)
            return false;
        o->at = more;
        o->room = room;
    }
    o->at[o->n++] = (uint64_t)(object.p - o->text.p);
    return true;
}

enum tw_rc tw_json_objects_new(tw_str text, tw_json_objects **out, tw_error *err) {
    tw_json_objects *o = tw_calloc(1, sizeof *o);
    objects in = objects_of(text, false);
    tw_str object;
    bool good = o != NULL;
    if (good)
        *o = (tw_json_objects){.text = text, .list = in.list, .spans = in.spans};
    while (good && next_object(&in, &object))
        good = add_object(o, object);
    *out = good ? o : NULL;
    if (!good)
        tw_json_objects_free(o);
    return good ? TW_OK : tw_fail_memory(err);
}

void tw_json_objects_free(tw_json_objects *o) {
    if (!o)
        return;
    free(o->at);
    free(o);
}

int64_t tw_json_objects_count(const tw_json_objects *o) {
    return (int64_t)o->n;
}

tw_str tw_json_object_at(const tw_json_objects *o, int64_t i) {
    tw_str rest = tw_str_sub(o->text, o->at[i], o->text.n);
    size_t line = TW_MIN(tw_str_find_char(rest, '\n', 0), rest.n);
    size_t n = o->list ? value_end(rest, true) : o->spans ? value_end(rest, false) : line;
    return tw_str_trim(tw_str_sub(rest, 0, n));
}

bool tw_json_objects_span(const tw_json_objects *o, tw_str *tail) {
    tw_str last = o->n ? tw_json_object_at(o, (int64_t)o->n - 1) : tw_str_sub(o->text, 0, 0);
    *tail = tw_str_sub(o->text, (size_t)(last.p + last.n - o->text.p), o->text.n);
    return o->spans;
}

bool tw_json_member_next(tw_str object, size_t *at, tw_json_member *out) {
    scan s = {object, *at};
    bool found = next_member(&s, *at == 0, out) == 1;
    *at = s.at;
    return found;
}
