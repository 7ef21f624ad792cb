/* JSON objects to delimited text: one in each line, objects of several lines one after another, or
 * the elements of a list, become records, their keys columns.
 *
 * Columns stand in the order in which their keys first appear. Numbers and booleans keep their
 * text, null is an empty cell, lists and objects inside keep theirs as JSON. Pure; any thread. */
#ifndef TW_IO_JSONL_READ_H
#define TW_IO_JSONL_READ_H

#include "base/buf.h"

/* Does text begin like that: with an object that has members, or a list of such? *lines: one stands
 * in each line. `more` as below. */
bool tw_jsonl_is(tw_str text, bool more, bool *lines);
/* RFC 4180 text with a header, appended to out. `more`: text was cut, its last object is left out
 * unless it ends. TW_EDAMAGED with its number in err->row where something is no object. */
TW_NODISCARD enum tw_rc tw_jsonl_to_csv(tw_str text, bool more, tw_buf *out, tw_error *err);

/* The objects of a text by number, for who writes them back: they borrow from the text. */
typedef struct tw_json_objects tw_json_objects;
TW_NODISCARD enum tw_rc tw_json_objects_new(tw_str text, tw_json_objects **out, tw_error *err);
void tw_json_objects_free(tw_json_objects *objects); /* NULL is legal */
int64_t tw_json_objects_count(const tw_json_objects *objects);
tw_str tw_json_object_at(const tw_json_objects *objects, int64_t i);
/* Objects of several lines, one after another; *tail: what stands behind the last. */
bool tw_json_objects_span(const tw_json_objects *objects, tw_str *tail);
/* Members of an object one after another, from at = 0 on: false at its end, or where it is broken. */
typedef struct tw_json_member {
    tw_str key, value; /* as they stand: the key in quotes */
} tw_json_member;
bool tw_json_member_next(tw_str object, size_t *at, tw_json_member *out);
/* What stands between the quotes of a string, in `scratch` where it has escapes. */
bool tw_json_string(tw_str string, tw_buf *scratch, tw_str *out);

#endif
