/* JSON objects to delimited text: one in each line, or the elements of a list, become records, their
 * keys columns.
 *
 * Columns stand in the order in which their keys first appear. Numbers and booleans keep their
 * text, null is an empty cell, lists and objects inside keep theirs as JSON. Pure; any thread. */
#ifndef TW_IO_JSONL_READ_H
#define TW_IO_JSONL_READ_H

#include "base/buf.h"

/* Does text begin like that: with an object that has members, or a list of such? `more` as below. */
bool tw_jsonl_is(tw_str text, bool more, bool *list);
/* RFC 4180 text with a header, appended to out. `more`: text was cut, its last object is left out
 * unless it ends. TW_EDAMAGED with its number in err->row where something is no object. */
TW_NODISCARD enum tw_rc tw_jsonl_to_csv(tw_str text, bool more, tw_buf *out, tw_error *err);

#endif
